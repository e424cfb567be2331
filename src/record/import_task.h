/* import_task.h - an import that goes on outside the request that asked for it: a job with a state that anybody who started it finds
 * again. The file stays sealed until the end; the state tells numbers only. Each portion commits together with the state and the
 * lease of the job, so a node that dies leaves whole portions behind and another goes on behind them. */
#pragma once
#include "record/import_run.h"
#include "record/job.h"

enum import_stage { IMPORT_WAITING, IMPORT_RUNNING, IMPORT_DONE, IMPORT_FAILED, IMPORT_STAGES };
struct import_task {
	int64_t            file;              /* kept (file_keep); also the number of the task */
	struct str         type, sheet, mapping;      /* p NULL: all sheets, what was remembered */
	struct import_given *given;
	int                ngiven;
	int64_t            account;           /* acts for whoever asked, with the rights of the day */
	enum lang          lang;
	bool               apply;             /* false: compares only */
	int64_t            portion;           /* rows of a text table in one transaction; 0 = the usual */
	/* ---- the state ---- */
	enum import_stage  stage;
	struct instant     begun, changed;
	int64_t            percent;
	struct import_progress sum;           /* over all tries: what an earlier one wrote is not called unchanged */
	int64_t            notes;             /* kept text that says what is wrong; 0: none */
};

/* In a WRITE transaction of the asker. The file is kept until the task ends, for a week at most; ended tasks are told as long. */
NODISCARD enum status import_task_start(struct request *rq, struct import_task *t);
/* ST_OK; ST_NOT_FOUND: there is none, or the actor did not ask for it. */
NODISCARD enum status import_task_load(struct request *rq, int64_t id, struct import_task *ret);
/* The actor's own for records of the type, newest first; returns at most `max` of them. */
NODISCARD enum status import_tasks_own(struct request *rq, struct str type, struct import_task *ret, int max, int *ret_n);
/* The text of `notes`; empty when there is none, or it was thrown away. */
NODISCARD enum status import_task_notes(struct request *rq, const struct import_task *t, struct str *ret);

#define IMPORT_JOB "slow:import"
enum status import_task_job(struct conn *c, const struct job *j);
