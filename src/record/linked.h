/* linked.h - the records that point to another one, for rules: nobody's rights are asked. */
#pragma once
#include "record/store.h"

struct linked { struct record **r; int n; };
/* All records of the type whose link at `place` (a LISTED or KEYED field) points to `id`, oldest first, in rq->a. For links that
 * thousands share (MANY) use lists and counts instead. */
NODISCARD enum status record_linked(struct request *rq, struct str type, int place, int64_t id, struct linked *ret);
