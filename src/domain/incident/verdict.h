/* verdict.h - what the facts of an incident suggest, in the words of the rule book's nine conditions. */
#pragma once
#include "domain/incident/incident.h"

/* Codes of conditions, one space between: met, and to be judged; the reasons one a line. */
struct incident_suggestion { struct str suggested, open, reasons; };
NODISCARD enum status incident_suggestion_of(struct request *rq, const struct record *r, struct incident_suggestion *ret);
