/* parts.h - the records that belong to an incident, found by their link to it; for rules, so nobody's rights are asked. */
#pragma once
#include "record/store.h"

enum { INCIDENT_PARTS_MAX = 200 };
struct incident_parts { struct record *r[INCIDENT_PARTS_MAX]; int n; };
/* Records of the type whose link at `place` (a LISTED field) points to `id`, oldest first. */
NODISCARD enum status incident_parts(struct request *rq, const char *type, int place, int64_t id, struct incident_parts *ret);
/* A new record of the type that the system makes for the incident: nobody is its author, so that everybody may approve. */
struct record *incident_part_new(struct request *rq, const char *type, int place, const struct record *incident);
