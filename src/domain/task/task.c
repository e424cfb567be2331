/* task.c - duties with a date; the yearly ledger review is done row by row. */
#include "domain/task/task.h"
#include "base/utf8.h"
#include "domain/authorised_organisation/authorised_organisation.h"
#include "domain/ledger/ledger.h"
#include "domain/norm/norm.h"
#include "domain/organisation/organisation.h"
#include "record/access.h"
#include "record/duty.h"
#include "record/list.h"
#include <stdio.h>
#define RECORD     task
#define RECORD_DEF "domain/task/task.def"
#include "record/define.h"

enum { ABOUT_MAX = 100 };

enum status task_open(struct request *rq, const struct new_task *n, struct str why)
{
	struct record *t = record_new(rq, store_type(conn_store(rq->conn), S("task")));

	t->creator = 0;
	t->v[task_f_kind] = value_of_text(str_z(n->kind));
	t->v[task_f_title] = value_of_text(utf8_clip(n->title, 300));
	t->v[task_f_role] = value_of_text(str_z(n->role));
	t->v[task_f_due] = value_of_date(n->due);
	if (n->department)
		t->v[task_f_department] = value_of_link(n->department);
	if (n->clause)
		t->v[task_f_clause] = value_of_text(str_z(n->clause));
	if (n->details.n)
		t->v[task_f_details] = value_of_text(utf8_clip(n->details, 8000));
	if (n->about)
		t->v[task_f_about] = value_of_link(n->about);
	return record_write(rq, t, why);
}

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

static struct date begun(const struct record *r)
{
	return r->v[task_f_since].set ? task_since(r) : instant_date_tokyo(r->created);
}

static enum status count_unchecked(struct request *rq, struct record *r, void *arg)
{
	struct review *v = arg;

	(void)rq;
	v->open += !r->v[norm_f_checked_on].set || date_cmp(norm_checked_on(r), v->since) < 0;
	return ST_OK;
}

/* What still has to be done, row by row, before the task can be called done. */
static enum status still_open(struct request *rq, const struct record *r, enum msg_id *ret_why, int *ret_open)
{
	struct review v = { begun(r), r->department, 0 };
	struct list_query rows = ledger_rows(rq, r->department);
	struct list_query norms = { .type = store_type(conn_store(rq->conn), S("norm")), .sort = LIST_SORT_CHANGED };

	if (str_eq(task_kind(r), S("ledger_review"))) {
		*ret_why = MSG_TASK_ROWS_OPEN;
		TRY(record_each(rq, &rows, count_open, &v));
	} else if (str_eq(task_kind(r), S("law_check"))) {
		*ret_why = MSG_TASK_NORMS_OPEN;
		TRY(record_each(rq, &norms, count_unchecked, &v));
		if (!v.open) {                               /* REQ: ORG-03 - what is checked must be whole */
			*ret_why = MSG_BODY_NORM_MISSING;
			TRY(authorised_organisations_without_norm(rq, &v.open));
		}
	}
	*ret_open = v.open;
	return ST_OK;
}

/* REQ: LED-03 CTX-07 (J.3.1.1-4, J.1.3): a review with an unconfirmed row is not finished, nor a check of laws with one unchecked.
 * That nobody approves what they did themselves is the engine's rule. */
static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	enum msg_id why = MSG_TASK_ROWS_OPEN;
	char t[16];
	int open = 0;

	(void)comment;
	if (!str_eq(str_z(m->code), S("finish")))
		return ST_OK;
	TRY(still_open(rq, r, &why, &open));
	if (!open)
		return ST_OK;
	problem(&rq->problems, S(""), why, .arg = { str_dup(rq->a, (struct str){ t, snprintf(t, sizeof t, "%d", open) }) });
	return ST_NO;
}

/* The years in which it counts: of the management system, of the business, of the mark. */
static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	struct record *o;
	struct date from, to;
	struct buf b = buf_make(64);

	if (m || !r->v[task_f_due].set || value_is_raw(&r->v[task_f_due]))
		return ST_OK;
	r->v[task_f_year] = value_of_number(duty_pms_year(rq, task_due(r)));
	r->v[task_f_fiscal_year] = value_of_number(duty_fiscal_year(rq, task_due(r)));
	TRY(organisation_find(rq, &o));
	if (!o || !o->v[organisation_f_pmark_until].set || value_is_raw(&o->v[organisation_f_pmark_until]))
		return ST_OK;
	duty_two_years(organisation_pmark_until(o), task_due(r), &from, &to);
	date_add_iso(&b, from);
	buf_lit(&b, "/");
	date_add_iso(&b, to);
	r->v[task_f_mark_period] = value_of_text(str_dup(rq->a, buf_str(&b)));
	buf_free(&b);
	return ST_OK;
}

/* REQ: LED-03 - the review is done on one page, row by row or for many rows at once. */
static bool work(struct request *rq, const struct record *r, struct work_place *ret)
{
	(void)rq;
	if (str_eq(task_kind(r), S("ledger_review")))
		*ret = (struct work_place){ "ledger", "confirm", begun(r), r->department };
	else if (str_eq(task_kind(r), S("law_check")))
		*ret = (struct work_place){ "norm", "check", begun(r), 0 };
	else
		return false;
	return str_eq(r->step, S("open"));
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
	.title_field = "title", .department_field = "department", .turn_field = "role", .due_field = "due", .clause_field = "clause",
	.retention_years = 10,
	.hooks = { .may_move = may_move, .derive = derive, .work = work, .after = after },
};
