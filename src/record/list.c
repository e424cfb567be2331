/* list.c - lists by key order; the rarest token drives a search; other days are walked version by version.
 * A page costs what its rows cost plus the rows passed over: those that the filters refuse. */
#include "record/list.h"
#include "base/utf8.h"
#include "record/access.h"
#include "record/index.h"
#include "record/queries.h"
#include "record/store_impl.h"
#include "record/trail.h"
#include <stdio.h>
#include <stdlib.h>

enum { SQL_FILTERS = 3, SQL_TOKENS = 3, TOTAL_MAX = 1000 };

/* Conditions that the statement cannot check exactly: ranges, further filters, whole words. */
static bool passes(struct request *rq, const struct list_query *q, const struct record *r)
{
	for (int i = 0; i < q->nfilters; i++) {
		const struct list_filter *f = &q->filter[i];
		struct str key = index_key(rq, q->type, f->place, &r->v[f->place]);
		if (f->equal.p && !str_eq(key, f->equal))
			return false;
		if ((f->from.n && str_cmp(key, f->from) < 0) || (f->to.n && (!key.n || str_cmp(key, f->to) > 0)))
			return false;
	}
	struct str words = q->words, word;
	while (words.n && str_cut(&words, ' ', &word)) {
		struct str folded = utf8_fold(rq->a, word);
		bool found = !folded.n;
		for (int i = 0; i < r->type->nfields && !found; i++) {
			const struct field *f = &r->type->fields[i];
			if (!(f->flags & SEARCHABLE) || f->flags & SEALED_ANY || !r->v[i].set)
				continue;
			struct buf b = buf_make(1 << 20);
			value_print(&b, f, &r->v[i], JA);
			found = str_find(utf8_fold(rq->a, buf_str(&b)), folded) >= 0;
			buf_free(&b);
		}
		if (!found)
			return false;
	}
	return true;
}

static int64_t sort_code(const struct list_query *q)
{
	const struct type *t = q->type;

	return t->field_code[q->sort == LIST_SORT_CHANGED ? t->nfields : q->sort == LIST_SORT_SERIAL ? t->nfields + 1 : q->sort];
}

/* Role bits that give the actor a right at department scope, and whether the company-wide or the own scope is open. */
struct reach { bool company, own; int64_t roles, company_roles; };

static struct reach reach_of(const struct request *rq, const struct type *t)
{
	struct reach x = { .company = rq->actor.system };

	for (int i = 0; i < t->t->npermits; i++) {
		const struct permit *p = &t->t->permits[i];
		for (int k = 0; k < rq->actor.nheld && p->acts & MAY_READ; k++) {
			enum role role = rq->actor.held[k].role;
			if (!(p->roles & 1u << role))
				continue;
			if (p->scope == SCOPE_COMPANY || (p->scope == SCOPE_DEPARTMENT && role_company_wide(role)))
				x.company = true;
			else if (p->scope == SCOPE_DEPARTMENT)
				x.roles |= (int64_t)1 << role;
			else
				x.own = true;
		}
	}
	for (int k = 0; k < rq->actor.nheld; k++)
		if (role_company_wide(rq->actor.held[k].role))
			x.company_roles |= (int64_t)1 << rq->actor.held[k].role;
	return x;
}

/* The pairs of characters that the statement itself asks for: the longest words' first ones. */
static int sql_tokens(struct request *rq, const struct list_query *q, int64_t *ret)
{
	struct str words = q->words, word;
	int n = 0;

	while (words.n && str_cut(&words, ' ', &word)) {
		struct str folded = utf8_fold(rq->a, word);
		for (ptrdiff_t at = 0; at < folded.n && n < SQL_TOKENS; ) {
			int64_t c = utf8_next(folded, &at);
			ptrdiff_t next = at;
			if (at < folded.n)
				ret[n++] = c << 21 | utf8_next(folded, &next);
		}
	}
	return n;
}

/* The greatest key there is: keys are at most 120 bytes of text or eight of a number. */
static const char LAST[] = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff";

struct cursor { struct str key; int64_t record; };

static enum status read_cursor(struct request *rq, struct str s, struct cursor *ret)
{
	char *p = new_n(rq->a, char, s.n / 2 + 1);
	ptrdiff_t dot = str_find_char(s, '.');
	int64_t id = 0;

	if (dot < 0 || dot % 2)
		return ST_BAD_INPUT;
	for (ptrdiff_t i = 0; i < dot; i++) {
		char c = s.p[i];
		int d = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
		if (d < 0)
			return ST_BAD_INPUT;
		p[i / 2] = (char)(p[i / 2] * 16 + d);
	}
	for (ptrdiff_t i = dot + 1; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' || i - dot > 18)
			return ST_BAD_INPUT;
		id = id * 10 + (s.p[i] - '0');
	}
	*ret = (struct cursor){ { p, dot / 2 }, id };
	return ST_OK;
}

static struct str write_cursor(struct request *rq, struct cursor c)
{
	struct buf b = buf_make(1024);

	for (ptrdiff_t i = 0; i < c.key.n; i++)
		buf_fmt(&b, "%02x", (unsigned)(unsigned char)c.key.p[i]);
	buf_fmt(&b, ".%lld", (long long)c.record);
	struct str s = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	return s;
}

/* Binds everything but the cursor and the limit. */
static void bind(struct request *rq, struct db_q *s, const struct list_query *q)
{
	struct reach x = reach_of(rq, q->type);
	int64_t token[SQL_TOKENS];
	int ntokens = sql_tokens(rq, q, token), bound = 0;
	struct str from = S(""), to = { LAST, (ptrdiff_t)sizeof LAST - 1 };

	db_int(s, 1, sort_code(q));
	db_text(s, 4, q->step);
	db_int(s, 5, x.company);
	db_int(s, 6, rq->actor.staff);
	db_int(s, 7, x.roles);
	db_int(s, 8, x.own && rq->actor.staff);
	db_int(s, 9, rq->today.days);
	db_int(s, 10, q->department);
	db_int(s, 11, q->incomplete);
	db_int(s, 12, q->mine);
	db_int(s, 13, x.company_roles);
	for (int i = 0; i < q->nfilters; i++) {
		const struct list_filter *f = &q->filter[i];
		if (f->equal.p && bound < SQL_FILTERS) {
			db_int(s, 14 + 2 * bound, q->type->field_code[f->place]);
			db_blob(s, 15 + 2 * bound, f->equal);
			bound++;
		} else if (!f->equal.p && f->place == q->sort) {
			from = f->from;
			to = f->to.n ? f->to : to;
		}
	}
	for (; bound < SQL_FILTERS; bound++) {
		db_int(s, 14 + 2 * bound, 0);
		db_blob(s, 15 + 2 * bound, S(""));
	}
	db_int(s, 20, ntokens > 0 ? q->type->code : 0);
	db_int(s, 21, ntokens > 0 ? token[0] : 0);
	db_int(s, 22, ntokens > 1 ? token[1] : 0);
	db_int(s, 23, ntokens > 2 ? token[2] : 0);
	db_blob(s, 24, to);
	db_blob(s, 26, from);
}

/* A pair that no record of the type has ends a search before it walks the list: that is most searches that find nothing.
 * One whose pairs are common but rarely together still costs a step for each record of the type. */
static enum status may_find(struct request *rq, const struct list_query *q, bool *ret)
{
	int64_t token[SQL_TOKENS];
	int n = sql_tokens(rq, q, token);

	*ret = true;
	for (int i = 0; i < n && *ret; i++) {
		struct db_q *s = db_query(rq->db, &q_token_any);
		db_int(s, 1, q->type->code);
		db_int(s, 2, token[i]);
		*ret = db_row(s);
		TRY(db_end(s));
	}
	return ST_OK;
}

static struct db_q *ask(struct request *rq, const struct db_statement *what, const struct list_query *q, const struct cursor *c, int limit)
{
	struct db_q *s = db_query(rq->db, what);

	bind(rq, s, q);
	db_blob(s, 2, c->key);
	db_int(s, 3, c->record);
	db_int(s, 25, limit);
	return s;
}

/* Ids and keys of the next `limit` candidates behind the cursor. */
static enum status candidates(struct request *rq, const struct list_query *q, const struct cursor *c, int limit,
	struct cursor *ret, int *ret_n)
{
	bool may;
	int n = 0;

	*ret_n = 0;
	TRY(may_find(rq, q, &may));
	if (!may)
		return ST_OK;
	struct db_q *s = ask(rq, q->descending ? &q_list_down : &q_list_up, q, c, limit);
	while (n < limit && db_row(s)) {
		ret[n].record = db_col_int(s, 0);
		ret[n].key = str_dup(rq->a, db_col_blob(s, 1));
		n++;
	}
	*ret_n = n;
	return db_end(s);
}

static struct cursor first_cursor(const struct list_query *q)
{
	return q->descending ? (struct cursor){ { LAST, (ptrdiff_t)sizeof LAST - 1 }, INT64_MAX } : (struct cursor){ S(""), 0 };
}

/* ---- another day: all records of the type as they were then, sorted in memory ---- */

static bool stands(const struct request *rq, const struct list_query *q, const struct record *r)
{
	const struct step *s = type_step(r->type->t, r->step);

	if (q->step.n && !str_eq(q->step, S("*")))
		return str_eq(q->step, r->step);
	/* what has ended since held on that day all the same, when it says itself until when */
	return q->step.n || !s || s->kind != STEP_END || (rq->holds_on.days != DATE_NEVER.days && r->holds_to.days != DATE_NEVER.days);
}

struct ordered { struct record *r; struct str key; bool down; };

static int by_key(const void *pa, const void *pb)
{
	const struct ordered *a = pa, *b = pb;
	int c = str_cmp(a->key, b->key);

	if (!c)
		c = (a->r->id > b->r->id) - (a->r->id < b->r->id);
	return a->down ? -c : c;
}

static enum status ids_after(struct request *rq, const struct type *t, int64_t after, int64_t *ret, int max, int *ret_n)
{
	struct db_q *s = db_query(rq->db, &q_ids_of_type);
	int n = 0;

	db_int(s, 1, t->code);
	db_int(s, 2, after);
	db_int(s, 3, max);
	while (n < max && db_row(s))
		ret[n++] = db_col_int(s, 0);
	*ret_n = n;
	return db_end(s);
}

static enum status all_dated(struct request *rq, const struct list_query *q, struct ordered **ret, int *ret_n)
{
	enum { CHUNK = 1000 };
	int64_t *ids = new_n(rq->a, int64_t, CHUNK), last = 0;
	struct ordered *all = NULL;
	int n = 0, cap = 0, got;

	do {
		TRY(ids_after(rq, q->type, last, ids, CHUNK, &got));
		for (int i = 0; i < got; i++) {
			struct record *r;
			enum status st = record_get(rq, ids[i], &r);
			last = ids[i];
			if (st == ST_NOT_FOUND)
				continue;
			TRY(st);
			if (!stands(rq, q, r) || !access_may(rq, r, MAY_READ) || !passes(rq, q, r)
			    || (q->department && !department_within(rq, r->department, q->department))
			    || (q->incomplete && !record_missing(r, AT_SUBMIT, NULL)))
				continue;
			access_withhold(rq, r);
			if (n == cap) {
				struct ordered *bigger = new_n(rq->a, struct ordered, MAX(256, cap * 2));
				if (n)
					memcpy(bigger, all, (size_t)n * sizeof *all);
				all = bigger;
				cap = MAX(256, cap * 2);
			}
			struct value changed = value_of_number(r->changed.us);
			static const struct field instant = { .name = INDEX_CHANGED, .kind = FK_INSTANT };
			struct ordered o = { .r = r, .down = q->descending, .key = index_serial_key(rq->a, r->serial) };
			if (q->sort >= 0)
				o.key = index_key(rq, q->type, q->sort, &r->v[q->sort]);
			else if (q->sort == LIST_SORT_CHANGED)
				value_sort_key(rq->a, &instant, &changed, &o.key);
			all[n++] = o;
		}
	} while (got == CHUNK);
	if (n)
		qsort(all, (size_t)n, sizeof *all, by_key);
	*ret = all;
	*ret_n = n;
	return ST_OK;
}

static enum status list_dated(struct request *rq, const struct list_query *q, int limit, struct list_page *ret)
{
	struct ordered *all;
	struct cursor c = { S(""), 0 };
	int n, from = 0;

	TRY(all_dated(rq, q, &all, &n));
	if (q->after.n)
		TRY(read_cursor(rq, q->after, &c));
	if (q->after.n)
		while (from < n && all[from].r->id != c.record)
			from++;
	from += q->after.n ? 1 : 0;
	ret->rows = new_n(rq->a, struct record *, limit);
	for (; ret->n < limit && from < n; from++)
		ret->rows[ret->n++] = all[from].r;
	ret->next = from < n && ret->n ? write_cursor(rq, (struct cursor){ all[from - 1].key, all[from - 1].r->id }) : S("");
	ret->total = n;
	return ST_OK;
}

/* ---- today ---- */

/* Reads on by at most `chunk` records; *ret_done: as many as were wanted have passed, or *ret_end. *c is the cursor of the last one looked at. */
static enum status gather_some(struct request *rq, const struct list_query *q, struct cursor *c, int chunk, int limit,
	struct list_page *ret, bool *ret_done, bool *ret_end)
{
	struct db_q *s = ask(rq, q->descending ? &q_list_rows_down : &q_list_rows_up, q, c, chunk);
	enum status st = ST_OK;
	bool another;
	int n = 0;

	while ((another = db_row(s)) && ret->n < limit && st == ST_OK) {
		struct record *r;
		int64_t id = db_col_int(s, RECORD_COLUMNS);
		*c = (struct cursor){ str_dup(rq->a, db_col_blob(s, RECORD_COLUMNS + 1)), id };
		st = record_of_row(rq, s, id, &r);
		if (st == ST_OK && passes(rq, q, r)) {
			access_withhold(rq, r);
			ret->rows[ret->n++] = r;
		}
		n++;
	}
	*ret_end = !another && n < chunk;
	*ret_done = another || *ret_end;
	enum status ended = db_end(s);
	return st == ST_OK ? ended : st;
}

/* Reads on until `limit` rows pass. */
static enum status gather(struct request *rq, const struct list_query *q, struct cursor *c, int limit, struct list_page *ret, bool *ret_end)
{
	bool may, done = false;

	TRY(may_find(rq, q, &may));
	*ret_end = !may;
	for (int chunk = limit + 1; may && !done; chunk = LIST_PAGE_MAX)
		TRY(gather_some(rq, q, c, chunk, limit, ret, &done, ret_end));
	return ST_OK;
}

/* Nothing but a step is asked for, by somebody who sees all: the index of records counts without looking at one. */
static bool counts_alone(struct request *rq, const struct list_query *q)
{
	return reach_of(rq, q->type).company && !q->nfilters && !str_trim(q->words).n && !q->department && !q->incomplete && !q->mine;
}

static enum status count_alone(struct request *rq, const struct list_query *q, int64_t *ret)
{
	const struct step *step = type_step(q->type->t, q->step);
	bool all = str_eq(q->step, S("*"));
	struct db_q *s = db_query(rq->db, all ? &q_count_all : step ? &q_count_at : &q_count_open);

	db_int(s, 1, q->type->code);
	db_int(s, 2, TOTAL_MAX);
	if (!all && step) {
		db_int(s, 3, step->kind == STEP_END);
		db_text(s, 4, q->step);
	}
	*ret = db_row(s) ? db_col_int(s, 0) : 0;
	return db_end(s);
}

static enum status count_up(struct request *rq, const struct list_query *q, int64_t *ret)
{
	struct arena_mark m = arena_mark(rq->a);
	struct cursor c = first_cursor(q);
	enum status st;
	int n;

	if (counts_alone(rq, q)) {
		st = count_alone(rq, q, ret);
	} else {
		st = candidates(rq, q, &c, TOTAL_MAX + 1, new_n(rq->a, struct cursor, TOTAL_MAX + 1), &n);
		arena_reset(rq->a, m);
		*ret = n;
	}
	if (st == ST_OK && *ret > TOTAL_MAX)
		*ret = -1;
	return st;
}

static enum status list(struct request *rq, const struct list_query *query, struct list_page *ret)
{
	struct list_query q = *query;
	int limit = q.limit > 0 ? MIN(q.limit, LIST_PAGE_MAX) : LIST_PAGE;
	struct cursor c;
	bool end;

	*ret = (struct list_page){ .next = S("") };
	if (!access_may_any(rq, q.type, MAY_READ)) {
		trail_refuse(rq, TRAIL_LIST, q.type, 0, S("read"));
		return ST_DENIED;
	}
	if (request_dated(rq))
		return list_dated(rq, &q, limit, ret);
	TRY(index_flush(rq));
	c = first_cursor(&q);
	if (q.after.n)
		TRY(read_cursor(rq, q.after, &c));
	ret->rows = new_n(rq->a, struct record *, limit);
	TRY(gather(rq, &q, &c, limit, ret, &end));
	if (!end)
		ret->next = write_cursor(rq, c);
	if (!q.after.n && end)
		ret->total = ret->n;
	else
		TRY(count_up(rq, &q, &ret->total));
	return ST_OK;
}

enum status record_list(struct request *rq, const struct list_query *q, struct list_page *ret)
{
	TRY(list(rq, q, ret));
	if (!q->part)
		trail_add(rq, q->words.n ? TRAIL_SEARCH : TRAIL_LIST, q->type, 0, 0, S(""))->count = ret->n;
	return ST_OK;
}

enum status record_each(struct request *rq, const struct list_query *query, list_each *each, void *arg)
{
	struct list_query q = *query;

	if (!access_may_any(rq, q.type, MAY_READ))
		return ST_DENIED;
	if (request_dated(rq)) {
		struct ordered *all;
		int n;
		TRY(all_dated(rq, &q, &all, &n));
		for (int i = 0; i < n; i++)
			TRY(each(rq, all[i].r, arg));
		return ST_OK;
	}
	TRY(index_flush(rq));
	struct cursor c = first_cursor(&q);
	char key[256];
	for (bool end = false; !end; ) {
		struct arena_mark m = arena_mark(rq->a);
		struct title *titles = rq->titles;
		struct memo *memos = rq->memos;
		struct list_page page = { .rows = new_n(rq->a, struct record *, LIST_PAGE) };
		TRY(gather(rq, &q, &c, LIST_PAGE, &page, &end));
		for (int i = 0; i < page.n; i++)
			TRY(each(rq, page.rows[i], arg));
		ptrdiff_t n = MIN(c.key.n, (ptrdiff_t)sizeof key);
		if (n)
			memcpy(key, c.key.p, (size_t)n);
		rq->titles = titles;
		rq->memos = memos;
		if (!rq->index)
			arena_reset(rq->a, m);
		c.key = (struct str){ key, n };
	}
	return ST_OK;
}

static int by_record(const void *pa, const void *pb)
{
	const struct list_key *a = pa, *b = pb;

	return (a->record > b->record) - (a->record < b->record);
}

enum status record_keys(struct request *rq, const struct list_query *q, struct list_key **ret, int *ret_n)
{
	enum { CHUNK = 1000, KEYS_MAX = 1000000 };
	struct cursor *found = new_n(rq->a, struct cursor, CHUNK), c = first_cursor(q);
	struct list_key *all = NULL;
	int n = 0, cap = 0, got;

	if (!access_may_any(rq, q->type, MAY_READ))
		return ST_DENIED;
	TRY(index_flush(rq));
	do {
		TRY(candidates(rq, q, &c, CHUNK, found, &got));
		if (n + got > cap) {
			struct list_key *bigger = new_n(rq->a, struct list_key, MAX(n + got, cap * 2));
			if (n)
				memcpy(bigger, all, (size_t)n * sizeof *all);
			all = bigger;
			cap = MAX(n + got, cap * 2);
		}
		for (int i = 0; i < got; i++)
			all[n++] = (struct list_key){ found[i].record, found[i].key };
		if (got)
			c = found[got - 1];
	} while (got == CHUNK && n < KEYS_MAX);
	if (got == CHUNK)
		return ST_TOO_BIG;
	if (n)
		qsort(all, (size_t)n, sizeof *all, by_record);
	*ret = all;
	*ret_n = n;
	return ST_OK;
}

enum status record_count(struct request *rq, const struct type *t, struct str step, int64_t *ret)
{
	if (request_dated(rq)) {
		struct list_query q = { .type = t, .sort = LIST_SORT_CHANGED, .step = step };
		struct ordered *all;
		int n;
		TRY(all_dated(rq, &q, &all, &n));
		*ret = n;
		return ST_OK;
	}
	struct db_q *s = db_query(rq->db, &q_count_step);
	db_int(s, 1, t->code);
	db_text(s, 2, step);
	if (db_row(s))
		*ret = db_col_int(s, 0);
	return db_end(s);
}

enum status record_count_between(struct request *rq, const struct type *t, int place, struct str from, struct str to,
	struct str step, int64_t *ret)
{
	TRY(index_flush(rq));
	struct db_q *s = db_query(rq->db, &q_count_keys);

	db_int(s, 1, t->field_code[place]);
	db_blob(s, 2, from);
	db_blob(s, 3, to);
	db_text(s, 4, step);
	if (db_row(s))
		*ret = db_col_int(s, 0);
	return db_end(s);
}

enum status record_count_keys(struct request *rq, const struct type *t, int place, struct str from, struct str to, int64_t *ret)
{
	TRY(index_flush(rq));
	struct db_q *s = db_query(rq->db, &q_count_range);

	db_int(s, 1, t->field_code[place]);
	db_blob(s, 2, from);
	db_blob(s, 3, to);
	if (db_row(s))
		*ret = db_col_int(s, 0);
	return db_end(s);
}

enum status record_count_incomplete(struct request *rq, const struct type *t, struct str step, int64_t *ret)
{
	struct db_q *s = db_query(rq->db, &q_count_missing);

	db_int(s, 1, t->code);
	db_text(s, 2, step);
	if (db_row(s))
		*ret = db_col_int(s, 0);
	return db_end(s);
}
