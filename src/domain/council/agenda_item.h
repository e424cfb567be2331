/* agenda_item.h - what the next meeting of the council must decide on (議題).
 * REQ: INC-20 */
#pragma once
#define RECORD     agenda_item
#define RECORD_DEF "domain/council/agenda_item.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* A person concerned by an incident did not accept: an item of the next meeting. `incident` is the case, `notice` what was sent (0: none). */
NODISCARD enum status agenda_item_raise(struct request *rq, int64_t incident, int64_t person, int64_t notice);
/* Open items of the incident, oldest first: at most AGENDA_MAX ids, the rest waits for the meeting after. */
enum { AGENDA_MAX = 50 };
NODISCARD enum status agenda_items_open(struct request *rq, int64_t incident, int64_t ret[AGENDA_MAX], int *ret_n);
/* The meeting decided so on an item that is open: the item is done, and the person gets the decision. Others are left as they are. */
NODISCARD enum status agenda_item_decide(struct request *rq, int64_t item, const struct record *meeting, struct str decision);
