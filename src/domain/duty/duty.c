/* duty.c - the duties of the year open tasks; tasks remind; what is overdue is told to who stands above. */
#include "domain/duty/duty.h"
#include "domain/overdue/overdue.h"
#include "domain/task/task.h"
#include "record/import_task.h"
#include "record/index.h"
#include "record/list.h"
#include <stdio.h>

const struct duty domain_duties[] = {
#define DUTY(cd, mo, ev, iv, dy, rl, es, each, cl, kd, ja, en) { .code = #cd, .month = SETTING_##mo, .every = ev, \
	.interval = SETTING_##iv, .days = SETTING_##dy, .role = ROLE_##rl, .escalate = ROLE_##es, .each_department = each, .clause = cl, \
	.kind = #kd, .title = { SLIT(ja), SLIT(en) } },
#include "domain/duty/duties.def"
#undef DUTY
};
const int domain_nduties = (int)COUNT(domain_duties);

const struct duty *duty_of_code(struct str code)
{
	for (int i = 0; i < domain_nduties; i++)
		if (str_eq(code, str_z(domain_duties[i].code)))
			return &domain_duties[i];
	return NULL;
}

static const struct type *named(struct request *rq, const char *name)
{
	return store_type(conn_store(rq->conn), str_z(name));
}

/* REQ: LED-03 (J.3.1.1-4) - in the month of the review each department has its task, without anybody thinking of it. */
static enum status open_task(struct request *rq, const struct duty *d, struct duty_term t, int64_t department, int64_t *ret)
{
	struct record *r = record_new(rq, named(rq, "task"));

	r->v[task_f_kind] = value_of_text(str_z(d->kind));
	r->v[task_f_duty] = value_of_text(str_z(d->code));
	r->v[task_f_title] = value_of_text(d->title[JA]);
	if (department)
		r->v[task_f_department] = value_of_link(department);
	r->v[task_f_role] = value_of_text(str_z(role_code(d->role)));
	r->v[task_f_since] = value_of_date(t.from);
	r->v[task_f_due] = value_of_date(t.due);
	r->v[task_f_clause] = value_of_text(str_z(d->clause));
	r->creator = 0;
	TRY(record_write(rq, r, S("duty")));
	*ret = r->id;
	return ST_OK;
}

/* ---- reminders ---- */

static enum status remind(struct request *rq, struct record *r, void *arg)
{
	const struct date *until = arg;

	if (!r->v[task_f_due].set || date_cmp(task_due(r), *until) > 0 || r->v[task_f_reminded_on].set)
		return ST_OK;
	r->v[task_f_reminded_on] = value_of_date(rq->today);
	return record_write(rq, r, S("remind"));
}

struct repetition { struct str code; int months, ahead; };      /* how often, and how many months before its day it is opened */
static const struct repetition repeats[] = { { SLIT("monthly"), 1, 1 }, { SLIT("quarterly"), 3, 1 }, { SLIT("yearly"), 12, 2 } };

/* An organisation's own duty that comes back: last year's is copied, with everything in it but the result. */
static enum status repeat(struct request *rq, struct record *r, void *arg)
{
	const struct repetition *p = arg;
	bool first;

	if (!r->v[task_f_due].set || value_is_raw(&r->v[task_f_due]))
		return ST_OK;
	struct date due = date_add_months(task_due(r), p->months);
	if (date_cmp(date_add_months(due, -p->ahead), rq->today) > 0)
		return ST_OK;
	char t[64];
	struct str key = str_dup(rq->a, (struct str){ t, snprintf(t, sizeof t, "repeat/%lld", (long long)r->id) });
	TRY(once_claim(rq, key, &first));
	if (!first)
		return ST_OK;
	struct record *next = record_new(rq, r->type);
	memcpy(next->v, r->v, (size_t)r->type->nfields * sizeof *next->v);
	next->v[task_f_due] = value_of_date(due);
	next->v[task_f_since] = value_of_date(rq->today);
	next->v[task_f_result] = next->v[task_f_reminded_on] = (struct value){ .set = false };
	next->creator = r->creator;
	TRY(record_write(rq, next, S("repeat")));
	return once_tie(rq, key, next->id);
}

/* ---- what is overdue ---- */

/* Who is told: as the duty says; else who stands above the one whose turn it is. */
static enum role above(const struct due *d, const struct record *r)
{
	const struct duty *duty = strcmp(r->type->t->name, "task") == 0 ? duty_of_code(task_duty(r)) : NULL;

	return duty ? duty->escalate : d->staff ? ROLE_department_manager : role_higher(d->role);
}

/* REQ: LED-03 - a day that passed in silence is told to who stands above: the ledger review to top management. */
static enum status tell(struct request *rq, const struct due *d)
{
	struct record *r;
	bool first;
	char t[64];

	TRY(record_get(rq, d->record, &r));
	if (strcmp(r->type->t->name, "overdue") == 0 || above(d, r) == ROLE_none)
		return ST_OK;
	struct str key = str_dup(rq->a, (struct str){ t, snprintf(t, sizeof t, "late/%lld/%d", (long long)d->record, (int)d->until.days) });
	TRY(once_claim(rq, key, &first));
	if (!first)
		return ST_OK;
	struct record *o = record_new(rq, named(rq, "overdue"));
	o->v[overdue_f_title] = value_of_text(record_title(rq, r));
	o->v[overdue_f_about] = value_of_link(r->id);
	o->v[overdue_f_due] = value_of_date(d->until);
	o->v[overdue_f_role] = value_of_text(str_z(role_code(above(d, r))));
	if (r->department)
		o->v[overdue_f_department] = value_of_link(r->department);
	o->creator = 0;
	TRY(record_write(rq, o, S("late")));
	return once_tie(rq, key, o->id);
}

static enum status tell_overdue(struct request *rq)
{
	enum { AT_ONCE = 1000 };
	struct due *d;

	TRY(due_list(rq, date_add_days(rq->today, -1), AT_ONCE, &d));
	for (; d; d = d->next)
		TRY(tell(rq, d));
	return ST_OK;
}

/* What was overdue and is done meanwhile needs nobody's attention any more. */
static enum status settle(struct request *rq, struct record *r, void *unused)
{
	struct turn *turns;
	struct record *about, *copy;
	bool late = false;

	(void)unused;
	TRY(record_get(rq, overdue_about(r), &about));
	TRY(record_turns(rq, about, &turns));
	for (; turns; turns = turns->next)
		late |= date_cmp(turns->until, rq->today) < 0;
	TRY(record_get(rq, r->id, &copy));
	return late ? ST_OK : record_move(rq, copy, S("settle"), S(""), NULL);
}

enum status day_run(struct request *rq)
{
	struct list_query tasks = { .type = named(rq, "task"), .sort = LIST_SORT_CHANGED, .step = S("open") };
	struct list_query told = { .type = named(rq, "overdue"), .sort = LIST_SORT_CHANGED, .step = S("open") };
	struct date until = date_add_days(rq->today, (int)setting_get(rq, SETTING_remind_days));

	TRY(file_drop_over(rq));
	TRY(duties_open(rq, domain_duties, domain_nduties, open_task));
	TRY(record_each(rq, &tasks, remind, &until));
	tasks.step = S("*");
	tasks.nfilters = 1;
	for (ptrdiff_t i = 0; i < COUNT(repeats); i++) {
		struct value code = value_of_text(repeats[i].code);
		tasks.filter[0] = (struct list_filter){ .place = task_f_repeat, .equal = index_key(rq, tasks.type, task_f_repeat, &code) };
		TRY(record_each(rq, &tasks, repeat, (void *)(uintptr_t)&repeats[i]));
	}
	TRY(record_each(rq, &told, settle, NULL));
	return tell_overdue(rq);
}

/* ---- the job of the day ---- */

static enum status day_job(struct request *rq, const struct job *j)
{
	bool first;

	TRY(once_claim(rq, j->body, &first));
	return day_run(rq);
}

const struct job_kind domain_jobs[] = { { "day", day_job, NULL }, { IMPORT_JOB, NULL, import_task_job } };
const int domain_njobs = (int)COUNT(domain_jobs);

enum status day_schedule(struct request *rq, void *unused)
{
	struct buf b = buf_make(64);
	int64_t record;
	bool added;

	(void)unused;
	buf_lit(&b, "day/");
	date_add_iso(&b, rq->today);
	struct str key = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	enum status st = once_find(rq, key, &record);
	return st == ST_NOT_FOUND ? job_add(rq->db, S("day"), key, rq->now, key, &added) : st;
}
