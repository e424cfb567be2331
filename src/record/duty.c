/* duty.c - periods of duties as dates, opening each once, and the list of what is due. */
#include "record/duty.h"
#include "base/num.h"
#include "record/list.h"
#include "record/queries.h"
#include "record/store_impl.h"
#include <stdio.h>

static int year_of(struct request *rq, enum setting begins, struct date day)
{
	struct civil c = date_civil(day);

	return c.month < setting_get(rq, begins) ? c.year - 1 : c.year;
}

int duty_pms_year(struct request *rq, struct date day)
{
	return year_of(rq, SETTING_pms_year_month, day);
}

int duty_fiscal_year(struct request *rq, struct date day)
{
	return year_of(rq, SETTING_fiscal_month, day);
}

void duty_two_years(struct date until, struct date day, struct date *ret_from, struct date *ret_to)
{
	enum { MONTHS = 24 };
	int shift = 0;

	while (date_cmp(date_add_months(until, shift), day) < 0)
		shift += MONTHS;
	while (date_cmp(date_add_months(until, shift - MONTHS), day) >= 0)
		shift -= MONTHS;
	*ret_to = date_add_months(until, shift);
	*ret_from = date_add_days(date_add_months(until, shift - MONTHS), 1);
}

static int interval(struct request *rq, const struct duty *d)
{
	return d->every ? d->every : (int)setting_get(rq, d->interval);
}

static struct duty_term term_from(struct request *rq, const struct duty *d, struct date from)
{
	return (struct duty_term){ from, date_add_days(from, (int)setting_get(rq, d->days) - 1) };
}

struct duty_term duty_term_on(struct request *rq, const struct duty *d, struct date day)
{
	struct date from = date_make(year_of(rq, d->month, day), (int)setting_get(rq, d->month), 1);
	int step = interval(rq, d);

	while (date_cmp(date_add_months(from, step), day) <= 0)
		from = date_add_months(from, step);
	return term_from(rq, d, from);
}

struct duty_term duty_term_next(struct request *rq, const struct duty *d, struct duty_term t)
{
	struct date next = date_add_months(t.from, interval(rq, d));
	struct date anew = date_add_months(date_make(year_of(rq, d->month, t.from), (int)setting_get(rq, d->month), 1), 12);

	return term_from(rq, d, date_cmp(anew, next) < 0 ? anew : next);     /* each year begins anew */
}

/* ---- once ---- */

enum status once_claim(struct request *rq, struct str key, bool *ret_first)
{
	struct db_q *q = db_query(rq->db, &q_once_claim);
	int64_t rows = 0;

	db_text(q, 1, key);
	db_int(q, 2, rq->now.us);
	TRY(db_run_counted(q, &rows));
	*ret_first = rows > 0;
	return ST_OK;
}

enum status once_tie(struct request *rq, struct str key, int64_t record)
{
	struct db_q *q = db_query(rq->db, &q_once_tie);

	db_text(q, 1, key);
	db_int(q, 2, record);
	return db_run(q);
}

enum status once_find(struct request *rq, struct str key, int64_t *ret_record)
{
	struct db_q *q = db_query(rq->db, &q_once_find);
	bool found;

	db_text(q, 1, key);
	if ((found = db_row(q)))
		*ret_record = db_col_int(q, 0);
	TRY(db_end(q));
	return found ? ST_OK : ST_NOT_FOUND;
}

/* ---- opening ---- */

/* The day on which the store first looked at its duties. */
static enum status first_look(struct request *rq, struct date *ret)
{
	int64_t days = rq->today.days;
	char text[24];
	struct db_q *q = db_query(rq->db, &q_setting_get);
	bool known;

	db_text(q, 1, S("duty.since"));
	if ((known = db_row(q)))
		TRY(num_parse(db_col_text(q, 0), 0, INT32_MAX, &days));
	TRY(db_end(q));
	ret->days = (int32_t)days;
	if (known)
		return ST_OK;
	q = db_query(rq->db, &q_setting_set);
	db_text(q, 1, S("duty.since"));
	db_text(q, 2, str_dup(rq->a, (struct str){ text, snprintf(text, sizeof text, "%lld", (long long)days) }));
	return db_run(q);
}

struct opening { const struct duty *d; struct duty_term t; duty_open *open; };

static enum status open_once(struct request *rq, const struct opening *o, int64_t department)
{
	struct buf b = buf_make(256);
	int64_t record = 0;
	bool first;

	buf_fmt(&b, "duty/%s/", o->d->code);
	date_add_iso(&b, o->t.from);
	if (department)
		buf_fmt(&b, "/%lld", (long long)department);
	struct str key = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	TRY(once_claim(rq, key, &first));
	if (!first)
		return ST_OK;
	TRY(o->open(rq, o->d, o->t, department, &record));
	return once_tie(rq, key, record);
}

static enum status in_department(struct request *rq, struct record *r, void *arg)
{
	bool holds = date_cmp(r->holds_from, rq->today) <= 0 && date_cmp(rq->today, r->holds_to) <= 0;

	return holds ? open_once(rq, arg, r->id) : ST_OK;
}

enum status duties_open(struct request *rq, const struct duty *table, int n, duty_open *open)
{
	struct list_query departments = { .type = store_type_marked(conn_store(rq->conn), TYPE_DEPARTMENT), .sort = LIST_SORT_CHANGED };
	struct date since;

	TRY(first_look(rq, &since));
	for (int i = 0; i < n; i++) {
		struct opening o = { &table[i], duty_term_on(rq, &table[i], rq->today), open };
		if (date_cmp(o.t.due, since) < 0)
			continue;
		if (table[i].each_department)
			TRY(record_each(rq, &departments, in_department, &o));
		else
			TRY(open_once(rq, &o, 0));
	}
	return ST_OK;
}

/* ---- what is due ---- */

enum status due_list(struct request *rq, struct date until, int max, struct due **ret)
{
	struct due **end = ret;
	struct db_q *q = db_query(rq->db, &q_turns_until);

	*ret = NULL;
	db_int(q, 1, until.days);
	db_int(q, 2, max);
	while (db_row(q)) {
		struct due *d = new(rq->a, struct due);
		*d = (struct due){ .record = db_col_int(q, 0), .role = role_of_bit(db_col_int(q, 1)), .department = db_col_int(q, 2),
			.staff = db_col_int(q, 3), .until = { (int32_t)db_col_int(q, 4) } };
		*end = d;
		end = &d->next;
	}
	return db_end(q);
}
