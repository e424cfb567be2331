/* classify_json.h - the facts and the verdict of an incident as JSON, as the command line contract fixes them. */
#pragma once
#include "domain/incident/classify.h"
#include "format/json.h"

/* Reads one object into *ret; every member is optional, null counts as absent. `at` stands before the place of a problem:
 * "" or "[3].". Members that are not known are listed, not refused. ST_OK, ST_BAD_INPUT with problems. */
struct unknown_members { struct str names[8]; int n; };
NODISCARD enum status incident_facts_read(struct arena *a, const struct js *object, struct str at, struct problems *ps,
	struct incident_facts *ret, struct unknown_members *ret_unknown);
void incident_verdict_write(struct js_out *j, const struct incident_verdict *v);
