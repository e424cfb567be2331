/* linked.h - the records that point to another one, for rules: nobody's rights are asked. */
#pragma once
#include "record/store.h"

enum { LINKED_MAX = 200 };
struct linked { struct record *r[LINKED_MAX]; int n; };
/* Records of the type whose link at `place` (a LISTED or KEYED field) points to `id`, oldest first, at most LINKED_MAX. */
NODISCARD enum status record_linked(struct request *rq, struct str type, int place, int64_t id, struct linked *ret);
