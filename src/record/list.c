/* list.c - lists by key order; what is rare is looked up and sorted; other days are walked version by version.
 * A question that names pairs of characters, values or a step begins at the rarest of them: that costs a step for each record that
 * has it, whatever the list holds. When TOTAL_MAX at most are left, they are read and sorted; more are so many that walking the
 * list in its order soon meets a page of them. */
#include "record/list.h"
#include "base/utf8.h"
#include "record/access.h"
#include "record/index.h"
#include "record/queries.h"
#include "record/store_impl.h"
#include "record/trail.h"
#include <stdio.h>
#include <stdlib.h>

enum { SQL_FILTERS = 3, SQL_TOKENS = 3, PAIRS_MAX = 8, TOTAL_MAX = 1000, RARE = 5000, RARE_MAX = 4 * RARE };

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

/* What a question is begun with: the order of the list, or what the fewest records have. */
enum first { BY_ORDER, BY_TOKEN, BY_CHARACTER, BY_KEY, BY_STEP, BY_NOTHING };
struct plan {
	const struct list_query *q;
	int64_t    token[PAIRS_MAX], character[2];     /* pairs, the rarest first; of one character alone the first and the last pair */
	int        ntokens;
	enum first first;
	int64_t    of;                                 /* BY_KEY: the field, BY_STEP: whether it ends */
	struct str key;
	int64_t    least;                              /* so many have it, as far as was counted */
};

enum { PAIR_BITS = 21 };
#define PAIR_LAST ((INT64_C(1) << PAIR_BITS) - 1)

/* The pairs of the words; a character that stands alone in a word only when there is no pair. */
static void read_words(struct request *rq, struct plan *p)
{
	struct str words = p->q->words, word;

	while (words.n && str_cut(&words, ' ', &word)) {
		struct str folded = utf8_fold(rq->a, word);
		for (ptrdiff_t at = 0; at < folded.n && p->ntokens < PAIRS_MAX; ) {
			bool alone = at == 0;
			int64_t c = (int64_t)utf8_next(folded, &at) << PAIR_BITS;
			ptrdiff_t next = at;
			if (at < folded.n)
				p->token[p->ntokens++] = c | utf8_next(folded, &next);
			else if (alone && !p->character[0])
				p->character[0] = c, p->character[1] = c | PAIR_LAST;
		}
	}
	if (p->ntokens)
		p->character[0] = p->character[1] = 0;
}

static enum status count_pairs(struct request *rq, const struct plan *p, int64_t from, int64_t to, int64_t *ret)
{
	struct db_q *s = db_query(rq->db, &q_count_tokens);

	db_int(s, 1, p->q->type->code);
	db_int(s, 2, from);
	db_int(s, 3, to);
	db_int(s, 4, p->least);
	*ret = db_row(s) ? db_col_int(s, 0) : 0;
	return db_end(s);
}

/* True when this is rarer than what was found so far. */
static bool rarer(struct plan *p, enum first by, int64_t n)
{
	if (n >= p->least && p->first != BY_ORDER)
		return false;
	p->first = n ? by : BY_NOTHING;
	p->least = n;
	return true;
}

/* Afterwards the pairs stand with the rarest first. A count ends where something rarer is known. */
static enum status weigh_pairs(struct request *rq, struct plan *p)
{
	int64_t count[PAIRS_MAX], n;

	for (int i = 0; i < p->ntokens && p->least; i++) {
		int64_t token = p->token[i];
		int at = i;
		TRY(count_pairs(rq, p, token, token, &n));
		rarer(p, BY_TOKEN, n);
		for (; at > 0 && count[at - 1] > n; at--) {
			count[at] = count[at - 1];
			p->token[at] = p->token[at - 1];
		}
		count[at] = n;
		p->token[at] = token;
	}
	return ST_OK;
}

/* Counts further only while all pairs are alike common, so that it costs a few times what the rarest has. */
static enum status weigh_words(struct request *rq, struct plan *p)
{
	int64_t n;

	while (p->ntokens) {
		int64_t to = p->least;
		TRY(weigh_pairs(rq, p));
		if (p->least < to || to >= RARE_MAX)
			break;
		p->least = 4 * to;
	}
	if (p->character[0]) {
		TRY(count_pairs(rq, p, p->character[0], p->character[1], &n));
		rarer(p, BY_CHARACTER, n);
	}
	return ST_OK;
}

static enum status weigh_filters(struct request *rq, struct plan *p)
{
	for (int i = 0; i < p->q->nfilters && p->least; i++) {
		const struct list_filter *f = &p->q->filter[i];
		if (!f->equal.p)
			continue;
		struct db_q *s = db_query(rq->db, &q_count_key);
		db_int(s, 1, p->q->type->field_code[f->place]);
		db_blob(s, 2, f->equal);
		db_int(s, 3, p->least);
		int64_t n = db_row(s) ? db_col_int(s, 0) : 0;
		TRY(db_end(s));
		if (rarer(p, BY_KEY, n)) {
			p->of = p->q->type->field_code[f->place];
			p->key = f->equal;
		}
	}
	return ST_OK;
}

static enum status weigh_step(struct request *rq, struct plan *p)
{
	const struct step *step = type_step(p->q->type->t, p->q->step);

	if (!step || !p->least)
		return ST_OK;
	struct db_q *s = db_query(rq->db, &q_count_at);
	db_int(s, 1, p->q->type->code);
	db_int(s, 2, p->least);
	db_int(s, 3, step->kind == STEP_END);
	db_text(s, 4, p->q->step);
	int64_t n = db_row(s) ? db_col_int(s, 0) : 0;
	TRY(db_end(s));
	if (rarer(p, BY_STEP, n))
		p->of = step->kind == STEP_END;
	return ST_OK;
}

/* `weigh`: look for what is rare; else the list is walked. */
static enum status plan_make(struct request *rq, const struct list_query *q, bool weigh, struct plan *ret)
{
	*ret = (struct plan){ .q = q, .least = RARE };
	read_words(rq, ret);
	if (!weigh)
		return ST_OK;
	TRY(weigh_words(rq, ret));
	TRY(weigh_filters(rq, ret));
	return weigh_step(rq, ret);
}

/* Binds what is asked: all but from where to where. `rare`: what it begins with need not be asked again. */
static void bind(struct request *rq, struct db_q *s, const struct plan *p, bool rare)
{
	const struct list_query *q = p->q;
	struct reach x = reach_of(rq, q->type);
	int bound = 0, first = rare && p->first == BY_TOKEN;

	db_text(s, 1, q->step);
	db_int(s, 2, x.company);
	db_int(s, 3, rq->actor.staff);
	db_int(s, 4, x.roles);
	db_int(s, 5, x.own && rq->actor.staff);
	db_int(s, 6, rq->today.days);
	db_int(s, 7, q->department);
	db_int(s, 8, q->incomplete);
	db_int(s, 9, q->mine);
	db_int(s, 10, x.company_roles);
	for (int i = 0; i < q->nfilters && bound < SQL_FILTERS; i++)
		if (q->filter[i].equal.p) {
			db_int(s, 11 + 2 * bound, q->type->field_code[q->filter[i].place]);
			db_blob(s, 12 + 2 * bound++, q->filter[i].equal);
		}
	for (; bound < SQL_FILTERS; bound++) {
		db_int(s, 11 + 2 * bound, 0);
		db_blob(s, 12 + 2 * bound, S(""));
	}
	db_int(s, 17, q->type->code);
	for (int i = 0, at = first; i < SQL_TOKENS; i++, at++)
		db_int(s, 18 + i, at < p->ntokens ? p->token[at] : 0);
	db_int(s, 21, rare && p->first == BY_CHARACTER ? 0 : p->character[0]);
	db_int(s, 22, p->character[1]);
}

/* Asks in the order of the list, from the cursor on. */
static struct db_q *ask(struct request *rq, const struct db_statement *what, const struct plan *p, const struct cursor *c, int limit)
{
	const struct list_query *q = p->q;
	struct str from = S(""), to = { LAST, (ptrdiff_t)sizeof LAST - 1 };
	struct db_q *s = db_query(rq->db, what);

	bind(rq, s, p, false);
	for (int i = 0; i < q->nfilters; i++)
		if (!q->filter[i].equal.p && q->filter[i].place == q->sort) {
			from = q->filter[i].from;
			to = q->filter[i].to.n ? q->filter[i].to : to;
		}
	db_int(s, 23, sort_code(q));
	db_blob(s, 24, c->key);
	db_int(s, 25, c->record);
	db_blob(s, 26, from);
	db_blob(s, 27, to);
	db_int(s, 28, limit);
	return s;
}

/* Ids and keys of the next `limit` candidates behind the cursor. */
static enum status candidates(struct request *rq, const struct plan *p, const struct cursor *c, int limit, struct cursor *ret, int *ret_n)
{
	struct db_q *s = ask(rq, p->q->descending ? &q_list_down : &q_list_up, p, c, limit);
	int n = 0;

	while (n < limit && db_row(s)) {
		ret[n].record = db_col_int(s, 0);
		ret[n].key = str_dup(rq->a, db_col_blob(s, 1));
		n++;
	}
	*ret_n = n;
	return db_end(s);
}

/* The ids of at most `limit` candidates in no order, beginning with what is rare. */
static enum status rare_ones(struct request *rq, const struct plan *p, int limit, int64_t *ret, int *ret_n)
{
	static const struct db_statement *const by[] = { [BY_TOKEN] = &q_list_token, [BY_CHARACTER] = &q_list_character,
		[BY_KEY] = &q_list_key, [BY_STEP] = &q_list_step };
	int n = 0;

	*ret_n = 0;
	if (p->first == BY_NOTHING)
		return ST_OK;
	struct db_q *s = db_query(rq->db, by[p->first]);
	bind(rq, s, p, true);
	db_int(s, 23, limit);
	db_int(s, 24, p->first == BY_TOKEN ? p->token[0] : p->first == BY_CHARACTER ? p->character[0] : p->of);
	if (p->first == BY_KEY)
		db_blob(s, 25, p->key);
	if (p->first == BY_CHARACTER)
		db_int(s, 25, p->character[1]);
	while (n < limit && db_row(s))
		ret[n++] = db_col_int(s, 0);
	*ret_n = n;
	return db_end(s);
}

static struct cursor first_cursor(const struct list_query *q)
{
	return q->descending ? (struct cursor){ { LAST, (ptrdiff_t)sizeof LAST - 1 }, INT64_MAX } : (struct cursor){ S(""), 0 };
}

/* ---- sorted in memory: what is rare today, and all records of the type as they were on another day ---- */

static bool stands(const struct request *rq, const struct list_query *q, const struct record *r)
{
	const struct step *s = type_step(r->type->t, r->step);

	if (q->step.n && !str_eq(q->step, S("*")))
		return str_eq(q->step, r->step);
	/* what has ended since held on that day all the same, when it says itself until when */
	return q->step.n || !s || s->kind != STEP_END || (rq->holds_on.days != DATE_NEVER.days && r->holds_to.days != DATE_NEVER.days);
}

struct ordered { struct record *r; struct str key; bool down; };
struct sorted { struct ordered *o; int n, cap; };

static int compare(struct str key, int64_t id, struct str other, int64_t other_id)
{
	int c = str_cmp(key, other);

	return c ? c : (id > other_id) - (id < other_id);
}

static int by_key(const void *pa, const void *pb)
{
	const struct ordered *a = pa, *b = pb;
	int c = compare(a->key, a->r->id, b->key, b->r->id);

	return a->down ? -c : c;
}

static void keep(struct request *rq, const struct list_query *q, struct sorted *all, struct record *r)
{
	static const struct field instant = { .name = INDEX_CHANGED, .kind = FK_INSTANT };
	struct value changed = value_of_number(r->changed.us);
	struct ordered o = { .r = r, .down = q->descending };

	if (q->sort >= 0)
		o.key = index_key(rq, q->type, q->sort, &r->v[q->sort]);
	else if (q->sort == LIST_SORT_CHANGED)
		value_sort_key(rq->a, &instant, &changed, &o.key);
	else
		o.key = index_serial_key(rq->a, r->serial);
	access_withhold(rq, r);
	if (all->n == all->cap) {
		struct ordered *old = all->o;
		all->o = new_n(rq->a, struct ordered, all->cap = MAX(256, all->cap * 2));
		if (all->n)
			memcpy(all->o, old, (size_t)all->n * sizeof *old);
	}
	all->o[all->n++] = o;
}

static void sort(struct sorted *all)
{
	if (all->n)
		qsort(all->o, (size_t)all->n, sizeof *all->o, by_key);
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

static enum status all_dated(struct request *rq, const struct list_query *q, struct sorted *ret)
{
	enum { CHUNK = 1000 };
	int64_t *ids = new_n(rq->a, int64_t, CHUNK), last = 0;
	int got;

	*ret = (struct sorted){ 0 };
	do {
		TRY(ids_after(rq, q->type, last, ids, CHUNK, &got));
		for (int i = 0; i < got; i++) {
			struct record *r;
			enum status st = record_get(rq, ids[i], &r);
			last = ids[i];
			if (st == ST_NOT_FOUND)
				continue;
			TRY(st);
			if (stands(rq, q, r) && access_may(rq, r, MAY_READ) && passes(rq, q, r)
			    && (!q->department || department_within(rq, r->department, q->department))
			    && (!q->incomplete || record_missing(r, AT_SUBMIT, NULL)))
				keep(rq, q, ret, r);
		}
	} while (got == CHUNK);
	sort(ret);
	return ST_OK;
}

/* Today, what is left of the rare: all of it when *ret_left is TOTAL_MAX at most; else more are left, or nothing rare is asked for (-1). */
static enum status all_rare(struct request *rq, const struct plan *p, struct sorted *ret, int *ret_left)
{
	int64_t *ids = new_n(rq->a, int64_t, TOTAL_MAX + FETCH_AT_ONCE);     /* none behind the last */
	struct record *r[FETCH_AT_ONCE];
	int got;

	*ret = (struct sorted){ 0 };
	*ret_left = -1;
	if (p->first == BY_ORDER)
		return ST_OK;
	TRY(rare_ones(rq, p, TOTAL_MAX + 1, ids, ret_left));
	for (int i = 0; i < *ret_left && *ret_left <= TOTAL_MAX; i += FETCH_AT_ONCE) {
		TRY(record_fetch_some(rq, &ids[i], r, &got));
		for (int k = 0; k < got; k++)
			if (passes(rq, p->q, r[k]))
				keep(rq, p->q, ret, r[k]);
	}
	sort(ret);
	return ST_OK;
}

/* A page of them, behind the cursor. */
static enum status page_of(struct request *rq, const struct list_query *q, const struct sorted *all, int limit, struct list_page *ret)
{
	struct cursor c = first_cursor(q);
	int from = 0;

	if (q->after.n)
		TRY(read_cursor(rq, q->after, &c));
	while (from < all->n && compare(all->o[from].key, all->o[from].r->id, c.key, c.record) * (q->descending ? -1 : 1) <= 0)
		from++;
	ret->rows = new_n(rq->a, struct record *, limit);
	for (; ret->n < limit && from < all->n; from++)
		ret->rows[ret->n++] = all->o[from].r;
	ret->next = from < all->n && ret->n ? write_cursor(rq, (struct cursor){ all->o[from - 1].key, all->o[from - 1].r->id }) : S("");
	ret->total = all->n;
	return ST_OK;
}

static enum status each_of(struct request *rq, const struct sorted *all, list_each *each, void *arg)
{
	for (int i = 0; i < all->n; i++)
		TRY(each(rq, all->o[i].r, arg));
	return ST_OK;
}

/* ---- today ---- */

/* Reads on by at most `chunk` records; *ret_done: as many as were wanted have passed, or *ret_end. *c is the cursor of the last one looked at. */
static enum status gather_some(struct request *rq, const struct plan *p, struct cursor *c, int chunk, int limit,
	struct list_page *ret, bool *ret_done, bool *ret_end)
{
	struct db_q *s = ask(rq, p->q->descending ? &q_list_rows_down : &q_list_rows_up, p, c, chunk);
	enum status st = ST_OK;
	bool another;
	int n = 0;

	while ((another = db_row(s)) && ret->n < limit && st == ST_OK) {
		struct record *r;
		int64_t id = db_col_int(s, RECORD_COLUMNS);
		*c = (struct cursor){ str_dup(rq->a, db_col_blob(s, RECORD_COLUMNS + 1)), id };
		st = record_of_row(rq, s, id, &r);
		if (st == ST_OK && passes(rq, p->q, r)) {
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
static enum status gather(struct request *rq, const struct plan *p, struct cursor *c, int limit, struct list_page *ret, bool *ret_end)
{
	bool done = false;

	*ret_end = false;
	for (int chunk = limit + 1; !done; chunk = LIST_PAGE_MAX)
		TRY(gather_some(rq, p, c, chunk, limit, ret, &done, ret_end));
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

static enum status count_up(struct request *rq, const struct plan *p, int64_t *ret)
{
	const struct list_query *q = p->q;
	struct arena_mark m = arena_mark(rq->a);
	struct cursor c = first_cursor(q);
	enum status st;
	int n;

	if (counts_alone(rq, q)) {
		st = count_alone(rq, q, ret);
	} else {
		st = candidates(rq, p, &c, TOTAL_MAX + 1, new_n(rq->a, struct cursor, TOTAL_MAX + 1), &n);
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
	struct sorted all;
	struct cursor c;
	struct plan p;
	bool end;
	int left;

	*ret = (struct list_page){ .next = S("") };
	if (!access_may_any(rq, q.type, MAY_READ)) {
		trail_refuse(rq, TRAIL_LIST, q.type, 0, S("read"));
		return ST_DENIED;
	}
	if (request_dated(rq)) {
		TRY(all_dated(rq, &q, &all));
		return page_of(rq, &q, &all, limit, ret);
	}
	TRY(index_flush(rq));
	TRY(plan_make(rq, &q, true, &p));
	TRY(all_rare(rq, &p, &all, &left));
	if (left >= 0 && left <= TOTAL_MAX)
		return page_of(rq, &q, &all, limit, ret);
	c = first_cursor(&q);
	if (q.after.n)
		TRY(read_cursor(rq, q.after, &c));
	ret->rows = new_n(rq->a, struct record *, limit);
	TRY(gather(rq, &p, &c, limit, ret, &end));
	if (!end)
		ret->next = write_cursor(rq, c);
	ret->total = left < 0 ? ret->n : -1;
	if (left < 0 && (q.after.n || !end))
		TRY(count_up(rq, &p, &ret->total));
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
	struct sorted all;
	struct plan p;
	int left;
	if (request_dated(rq)) {
		TRY(all_dated(rq, &q, &all));
		return each_of(rq, &all, each, arg);
	}
	TRY(index_flush(rq));
	TRY(plan_make(rq, &q, true, &p));
	TRY(all_rare(rq, &p, &all, &left));
	if (left >= 0 && left <= TOTAL_MAX)
		return each_of(rq, &all, each, arg);
	struct cursor c = first_cursor(&q);
	char key[256];
	for (bool end = false; !end; ) {
		struct arena_mark m = arena_mark(rq->a);
		struct title *titles = rq->titles;
		struct memo *memos = rq->memos;
		struct list_page page = { .rows = new_n(rq->a, struct record *, LIST_PAGE) };
		TRY(gather(rq, &p, &c, LIST_PAGE, &page, &end));
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

static enum status take_first(struct request *rq, struct record *r, void *arg)
{
	(void)rq;
	*(int64_t *)arg = r->id;
	return ST_NO;                                            /* one is enough */
}

enum status record_first(struct request *rq, const struct type *t, int64_t *ret)
{
	struct list_query q = { .type = t, .sort = LIST_SORT_CHANGED };
	struct actor who = rq->actor;

	*ret = 0;
	rq->actor = (struct actor){ .system = true, .name = S("") };
	enum status st = record_each(rq, &q, take_first, ret);
	rq->actor = who;
	return st == ST_NO ? ST_OK : st;
}

enum status record_keys(struct request *rq, const struct list_query *q, struct list_key **ret, int *ret_n)
{
	enum { CHUNK = 1000, KEYS_MAX = 1000000 };
	struct cursor *found = new_n(rq->a, struct cursor, CHUNK), c = first_cursor(q);
	struct list_key *all = NULL;
	struct plan p;
	int n = 0, cap = 0, got;

	if (!access_may_any(rq, q->type, MAY_READ))
		return ST_DENIED;
	TRY(index_flush(rq));
	TRY(plan_make(rq, q, false, &p));
	do {
		TRY(candidates(rq, &p, &c, CHUNK, found, &got));
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
		struct sorted all;
		TRY(all_dated(rq, &q, &all));
		*ret = all.n;
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
