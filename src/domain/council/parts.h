/* parts.h - the records around an incident: council, minutes, first steps, classification, exclusions, filings. */
#pragma once
#include "record/linked.h"

/* A new record of the type that the system makes for the incident: nobody is its author, so that everybody may approve. */
struct record *incident_part_new(struct request *rq, const char *type, int place, const struct record *incident);
/* The incident that a part points to; NULL, with a problem at the link, when it points to none. */
NODISCARD enum status incident_of_part(struct request *rq, const struct record *r, int link, struct record **ret);
/* The part stands in the department of its incident; with a title message, {0} of it becomes the incident's number. */
NODISCARD enum status incident_part_derive(struct request *rq, struct record *r, int link, int department, int title, enum msg_id text);
/* A field of the incident by its name, for concepts that stand below it; NULL when the record has none. */
const struct value *incident_value(const struct record *incident, struct str field);
int64_t incident_number(const struct record *incident, struct str field);
/* A problem unless the incident is under way. */
void incident_want_open(struct request *rq, const struct record *incident);
