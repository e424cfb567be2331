/* council.h - the council of an emergency (緊急事態対策会議). */
#pragma once
#define RECORD     council
#define RECORD_DEF "domain/council/council.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* The council of the incident; NULL when there is none yet. */
NODISCARD enum status council_of(struct request *rq, int64_t incident, struct record **ret);
/* Makes it when the incident is taken up, with the members that the rule book names (with `systems` the information system
 * manager too); nothing when it is there. */
NODISCARD enum status council_form(struct request *rq, const struct record *incident, bool systems);
/* Does the person sit on a council that stands, as member or chair? Asked once in a request. */
bool council_sits(struct request *rq, int64_t staff);
NODISCARD enum status council_dissolve(struct request *rq, int64_t incident);
