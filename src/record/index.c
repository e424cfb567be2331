/* index.c - keys, tokens, links and unique values of records. */
#include "record/index.h"
#include "base/utf8.h"
#include "record/queries.h"
#include "record/seal.h"
#include "record/store_impl.h"
#include <stdlib.h>

/* One row to write or drop: of record_key (token 0) or of token (key empty). */
struct entry { int64_t of; struct str key; int64_t token, record; ptrdiff_t turn; bool drop; };
struct index { struct entry *e; ptrdiff_t n, cap; };

void index_reset(struct request *rq)
{
	rq->index = NULL;
}

static void gather(struct request *rq, struct entry e)
{
	struct index *x = rq->index ? rq->index : (rq->index = new(rq->a, struct index));

	if (x->n == x->cap) {
		ptrdiff_t cap = MAX(64, x->cap * 2);
		struct entry *bigger = new_n(rq->a, struct entry, cap);
		if (x->n)
			memcpy(bigger, x->e, (size_t)x->n * sizeof *bigger);
		x->e = bigger;
		x->cap = cap;
	}
	e.turn = x->n;
	x->e[x->n++] = e;
}

/* The same row; of several things done to it in one transaction the last one counts. */
static int same_row(const struct entry *a, const struct entry *b)
{
	bool ta = a->token != 0, tb = b->token != 0;

	if (ta != tb)
		return ta - tb;
	if (a->of != b->of)
		return a->of < b->of ? -1 : 1;
	if (a->token != b->token)
		return a->token < b->token ? -1 : 1;
	int c = str_cmp(a->key, b->key);
	if (c)
		return c;
	return (a->record > b->record) - (a->record < b->record);
}

static int order(const void *pa, const void *pb)
{
	const struct entry *a = pa, *b = pb;
	int c = same_row(a, b);

	return c ? c : (a->turn > b->turn) - (a->turn < b->turn);
}

enum status index_flush(struct request *rq)
{
	struct index *x = rq->index;

	if (!x || !x->n)
		return ST_OK;
	qsort(x->e, (size_t)x->n, sizeof *x->e, order);
	for (ptrdiff_t i = 0; i < x->n; i++) {
		const struct entry *e = &x->e[i];
		if (i + 1 < x->n && same_row(e, e + 1) == 0)
			continue;
		struct db_q *q = e->token
			? db_query(rq->db, e->drop ? &q_token_drop : &q_token_add)
			: db_query(rq->db, e->drop ? &q_key_drop : &q_key_add);
		db_int(q, 1, e->of);
		if (e->token)
			db_int(q, 2, e->token);
		else
			db_blob(q, 2, e->key);
		db_int(q, 3, e->record);
		TRY(db_run(q));
	}
	x->n = 0;
	return ST_OK;
}

/* ---- keys ---- */

bool index_has_key(const struct field *f)
{
	return (f->flags & (LISTED | KEYED | MATCH | UNIQUE) && !(f->flags & SEALED)) || f->flags & FINDABLE;
}

struct str index_key(struct request *rq, const struct type *t, int place, const struct value *v)
{
	const struct field *f = &t->fields[place];
	struct str key;

	if (f->flags & FINDABLE)
		return v->set ? seal_blind(rq, t, f, v) : S("");
	value_sort_key(rq->a, f, v, &key);
	return key;
}

struct str index_serial_key(struct arena *a, struct str s)
{
	char *p = new_n(a, char, s.n * 2 + 2);
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; i < s.n; ) {
		ptrdiff_t from = i;
		while (i < s.n && s.p[i] == '0')
			i++;
		ptrdiff_t digits = i;
		while (i < s.n && s.p[i] >= '0' && s.p[i] <= '9')
			i++;
		if (i == from) {
			p[n++] = s.p[i++];
			continue;
		}
		p[n++] = (char)('0' + MIN(i - digits, 40));        /* shorter numbers are smaller ones */
		if (i > digits)
			memcpy(p + n, s.p + digits, (size_t)(i - digits));
		n += i - digits;
	}
	p[n++] = 0;
	if (s.n)
		memcpy(p + n, s.p, (size_t)s.n);
	n += s.n;
	return (struct str){ p, s.n ? MIN(n, 240) : 0 };
}

static void key_changes(struct request *rq, int64_t code, struct str before, struct str after, bool was, int64_t record)
{
	if (was && str_eq(before, after))
		return;
	if (was)
		gather(rq, (struct entry){ .of = code, .key = before, .record = record, .drop = true });
	gather(rq, (struct entry){ .of = code, .key = after, .record = record });
}

/* ---- tokens ---- */

static int by_number(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

int index_tokens(struct arena *a, struct str text, int64_t **ret)
{
	struct str s = utf8_fold(a, text);
	int64_t *t = new_n(a, int64_t, s.n + 1);
	int n = 0, kept = 0;

	for (ptrdiff_t at = 0; at < s.n; ) {
		int64_t c = utf8_next(s, &at);
		ptrdiff_t next = at;
		t[n++] = c << 21 | (at < s.n ? utf8_next(s, &next) : 0);
	}
	qsort(t, (size_t)n, sizeof *t, by_number);
	for (int i = 0; i < n; i++)
		if (i == 0 || t[i] != t[i - 1])
			t[kept++] = t[i];
	*ret = t;
	return kept;
}

/* All tokens of a record: those of its searchable fields together. */
static int tokens_of(struct request *rq, const struct record *r, int64_t **ret)
{
	struct buf b = buf_make(1 << 20);

	for (int i = 0; r && i < r->type->nfields; i++) {
		const struct field *f = &r->type->fields[i];
		if (f->flags & SEARCHABLE && !(f->flags & SEALED_ANY) && r->v[i].set) {
			value_print(&b, f, &r->v[i], JA);
			buf_char(&b, '\n');
		}
	}
	int n = index_tokens(rq->a, buf_str(&b), ret);
	buf_free(&b);
	return n;
}

static void token_changes(struct request *rq, const struct record *before, const struct record *after)
{
	int64_t *old, *new_;
	int no = tokens_of(rq, before, &old), nn = tokens_of(rq, after, &new_);
	int i = 0, k = 0;

	while (i < no || k < nn) {
		struct entry e = { .of = after->type->code, .record = after->id };
		if (i < no && k < nn && old[i] == new_[k]) {
			i++, k++;
			continue;
		}
		e.drop = k == nn || (i < no && old[i] < new_[k]);
		e.token = e.drop ? old[i++] : new_[k++];
		gather(rq, e);
	}
}

/* ---- links ---- */

static bool is_link(const struct field *f)
{
	return f->kind == FK_LINK || f->kind == FK_STAFF || f->kind == FK_DEPARTMENT;
}

static enum status link_change(struct request *rq, int64_t code, const struct value *before, const struct value *after, int64_t from)
{
	struct db_q *q;

	if (before && before->num && before->num != after->num) {
		q = db_query(rq->db, &q_link_drop);
		db_int(q, 1, before->num);
		db_int(q, 2, from);
		db_int(q, 3, code);
		TRY(db_run(q));
	}
	if (after->num && (!before || before->num != after->num || before->num2 != after->num2)) {
		q = db_query(rq->db, &q_link_add);
		db_int(q, 1, after->num);
		db_int(q, 2, from);
		db_int(q, 3, code);
		db_int(q, 4, after->num2);
		TRY(db_run(q));
	}
	return ST_OK;
}

/* ---- unique values ---- */

static enum status unique_change(struct request *rq, const struct record *before, const struct record *after, int place)
{
	const struct type *t = after->type;
	int64_t code = t->field_code[place], other = 0;
	struct str was = before ? index_key(rq, t, place, &before->v[place]) : S("");
	struct str is = index_key(rq, t, place, &after->v[place]);
	struct db_q *q;

	if (str_eq(was, is))
		return ST_OK;
	if (is.n) {
		q = db_query(rq->db, &q_unique_find);
		db_int(q, 1, code);
		db_blob(q, 2, is);
		if (db_row(q))
			other = db_col_int(q, 0);
		TRY(db_end(q));
		if (other && other != after->id) {
			problem(&rq->problems, str_z(t->fields[place].name), MSG_REC_NOT_UNIQUE);
			return ST_BAD_INPUT;
		}
	}
	if (was.n) {
		q = db_query(rq->db, &q_unique_drop);
		db_int(q, 1, code);
		db_blob(q, 2, was);
		db_int(q, 3, after->id);
		TRY(db_run(q));
	}
	if (!is.n || other)
		return ST_OK;
	q = db_query(rq->db, &q_unique_add);
	db_int(q, 1, code);
	db_blob(q, 2, is);
	db_int(q, 3, after->id);
	enum status st = db_run_counted(q, &other);
	return st == ST_CONFLICT ? ST_RETRY : st;        /* a race: the next try finds the other one */
}

enum status index_record(struct request *rq, const struct record *before, const struct record *after)
{
	const struct type *t = after->type;
	struct value changed = value_of_number(after->changed.us), was = value_of_number(before ? before->changed.us : 0);
	static const struct field instant = { .name = INDEX_CHANGED, .kind = FK_INSTANT };
	enum status result = ST_OK;
	struct str kb, ka;

	value_sort_key(rq->a, &instant, &was, &kb);
	value_sort_key(rq->a, &instant, &changed, &ka);
	key_changes(rq, t->field_code[t->nfields], kb, ka, before != NULL, after->id);
	key_changes(rq, t->field_code[t->nfields + 1], before ? index_serial_key(rq->a, before->serial) : S(""),
	            index_serial_key(rq->a, after->serial), before != NULL, after->id);
	for (int i = 0; i < t->nfields; i++) {
		const struct field *f = &t->fields[i];
		if (index_has_key(f))
			key_changes(rq, t->field_code[i], before ? index_key(rq, t, i, &before->v[i]) : S(""),
			            index_key(rq, t, i, &after->v[i]), before != NULL, after->id);
		if (is_link(f))
			TRY(link_change(rq, t->field_code[i], before ? &before->v[i] : NULL, &after->v[i], after->id));
		if (f->flags & UNIQUE) {
			enum status st = unique_change(rq, before, after, i);
			if (st == ST_BAD_INPUT)
				result = st;
			else
				TRY(st);
		}
	}
	token_changes(rq, before, after);
	return result;
}

int index_find(struct request *rq, const struct type *t, int place, const struct value *v, int64_t *ret, int max)
{
	int n = 0;

	if (index_flush(rq) != ST_OK)
		return 0;
	struct db_q *q = db_query(rq->db, &q_key_find);
	db_int(q, 1, t->field_code[place]);
	db_blob(q, 2, index_key(rq, t, place, v));
	db_int(q, 3, max);
	while (n < max && db_row(q))
		ret[n++] = db_col_int(q, 0);
	return db_end(q) == ST_OK ? n : 0;
}
