/* corrective_action.h - a corrective action (是正処置実施記録). */
#pragma once
#define RECORD     corrective_action
#define RECORD_DEF "domain/corrective_action/corrective_action.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* Opens one for the source record, unless there is one: `source` is a code of corrective_source. */
NODISCARD enum status corrective_action_open(struct request *rq, const struct record *about, struct str source, struct str title, struct str finding, struct date found);
/* Those that point to the source record: how many, and how many of them are not closed. */
NODISCARD enum status corrective_actions_of(struct request *rq, int64_t about, int *ret_all, int *ret_open);
