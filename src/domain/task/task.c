/* task.c - duties with a date; the yearly ledger review is done row by row. */
#include "domain/task/task.h"
#include "domain/ledger/ledger.h"
#include "record/list.h"
#include <stdio.h>
#define RECORD     task
#define RECORD_DEF "domain/task/task.def"
#include "record/define.h"

enum { ABOUT_MAX = 100 };

enum status task_newest(struct request *rq, int64_t about, struct str kind, struct record **ret)
{
	struct back_link *links;
	struct record *t;

	*ret = NULL;
	TRY(record_back_links(rq, about, ABOUT_MAX, &links));
	for (; links; links = links->next) {
		if (!links->type || strcmp(links->type->t->name, "task") != 0)
			continue;
		TRY(record_get(rq, links->record, &t));
		if (str_eq(task_kind(t), kind) && (!*ret || t->id > (*ret)->id))
			*ret = t;
	}
	return ST_OK;
}

struct review { struct date since; int64_t department; int open; };

static enum status count_open(struct request *rq, struct record *r, void *arg)
{
	struct review *v = arg;

	(void)rq;
	if (r->department == v->department && (!r->v[ledger_f_confirmed_on].set || date_cmp(ledger_confirmed_on(r), v->since) < 0))
		v->open++;
	return ST_OK;
}

static struct list_query ledger_rows(struct request *rq, int64_t department)
{
	return (struct list_query){ .type = store_type(conn_store(rq->conn), S("ledger")), .sort = LIST_SORT_SERIAL,
		.step = S("active"), .department = department };
}

static enum status last_mover(struct request *rq, int64_t id, int64_t *ret)
{
	struct version *v;

	TRY(record_versions(rq, id, &v));
	*ret = v ? v->staff : 0;
	return ST_OK;
}

/* REQ: LED-03 (J.3.1.1-4): a review with an unconfirmed row is not finished, and nobody approves the own one. */
static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	struct review v = { instant_date_tokyo(r->created), r->department, 0 };
	struct list_query q = ledger_rows(rq, r->department);
	int64_t mover;

	(void)comment;
	if (!str_eq(task_kind(r), S("ledger_review")))
		return ST_OK;
	if (str_eq(str_z(m->code), S("finish"))) {
		TRY(record_each(rq, &q, count_open, &v));
		if (v.open) {
			char t[16];
			int n = snprintf(t, sizeof t, "%d", v.open);
			problem(&rq->problems, S(""), MSG_TASK_ROWS_OPEN, .arg = { str_dup(rq->a, (struct str){ t, n }) });
			return ST_NO;
		}
	}
	if (str_eq(str_z(m->code), S("approve"))) {
		TRY(last_mover(rq, r->id, &mover));
		if (mover && mover == rq->actor.staff) {
			problem(&rq->problems, S(""), MSG_REC_OWN_CASE);
			return ST_NO;
		}
	}
	return ST_OK;
}

static enum status stamp(struct request *rq, struct record *r, void *arg)
{
	const struct record *task = arg;

	r->v[ledger_f_reviewed_on] = value_of_date(rq->today);
	return r->department == task->department ? record_write(rq, r, S("review")) : ST_OK;
}

static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	struct list_query q = ledger_rows(rq, r->department);

	(void)before;
	if (!m || !str_eq(str_z(m->code), S("approve")) || !str_eq(task_kind(r), S("ledger_review")))
		return ST_OK;
	return record_each(rq, &q, stamp, r);
}

const struct record_type task_type = {
	RECORD_TABLES,
	.name = "task", .title = { SLIT("やること"), SLIT("Task") }, .area = "today",
	.title_field = "title", .department_field = "department", .turn_field = "role", .due_field = "due", .retention_years = 10,
	.hooks = { .may_move = may_move, .after = after },
};
