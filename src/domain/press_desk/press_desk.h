/* press_desk.h - the desk that alone speaks to the outside about an incident (対外窓口).
 * REQ: INC-16 */
#pragma once
#define RECORD     press_desk
#define RECORD_DEF "domain/press_desk/press_desk.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* May the actor speak to the outside about the incident (0: none is named), and log it? While a desk is open, only its members
 * may, and to the press nobody else at all.
 * ST_OK; ST_NO with the problem at `place`. */
NODISCARD enum status press_desk_allows(struct request *rq, int64_t incident, bool press, struct str place);
