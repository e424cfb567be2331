/* task.h - task (やること). */
#pragma once
#define RECORD     task
#define RECORD_DEF "domain/task/task.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF

#include "record/request.h"

/* A task for a role; what is left out is empty. `why` is the number of what asks for it. */
struct new_task { const char *kind, *role, *clause; struct str title, details; int64_t department, about; struct date due; };
NODISCARD enum status task_open(struct request *rq, const struct new_task *n, struct str why);
/* The newest task of a kind about a record, whatever its step; NULL when there is none. */
NODISCARD enum status task_newest(struct request *rq, int64_t about, struct str kind, struct record **ret);
