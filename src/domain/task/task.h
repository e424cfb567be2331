/* task.h - task (やること). */
#pragma once
#define RECORD     task
#define RECORD_DEF "domain/task/task.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF

#include "record/request.h"

/* The newest task of a kind about a record, whatever its step; NULL when there is none. */
NODISCARD enum status task_newest(struct request *rq, int64_t about, struct str kind, struct record **ret);
