/* index.c - keys, tokens, links and unique values of records. */
#include "record/index.h"
#include "base/utf8.h"
#include "record/queries.h"
#include "record/seal.h"
#include "record/store_impl.h"
#include <stdlib.h>

/* One row to write or drop: of record_key (token 0) or of token (key empty). `before`: the one gathered before it in its
 * bucket, so that a look-up sees what is not written yet; NONE ends it. */
struct entry { int64_t of; struct str key; int64_t token, record; ptrdiff_t turn, before; bool drop; };
struct index { struct entry *e; ptrdiff_t n, cap; ptrdiff_t *bucket; };

enum { NONE = -1, WAITING_MAX = 64 };

void index_reset(struct request *rq)
{
	rq->index = NULL;
}

WRAPS static ptrdiff_t *bucket_of(const struct index *x, int64_t of, struct str key)
{
	return &x->bucket[(str_hash(key) ^ (uint64_t)of * 0x9E3779B97F4A7C15u) & (uint64_t)(x->cap - 1)];
}

static void chain(struct index *x, struct entry *e)
{
	if (e->token)
		return;
	ptrdiff_t *b = bucket_of(x, e->of, e->key);
	e->before = *b;
	*b = e->turn;
}

static void empty_buckets(struct index *x)
{
	for (ptrdiff_t i = 0; i < x->cap; i++)
		x->bucket[i] = NONE;
}

static void grow(struct request *rq, struct index *x)
{
	struct entry *old = x->e;

	x->cap = MAX(64, x->cap * 2);
	x->e = new_n(rq->a, struct entry, x->cap);
	x->bucket = new_n(rq->a, ptrdiff_t, x->cap);
	empty_buckets(x);
	if (x->n)
		memcpy(x->e, old, (size_t)x->n * sizeof *old);
	for (ptrdiff_t i = 0; i < x->n; i++)
		chain(x, &x->e[i]);
}

static void gather(struct request *rq, struct entry e)
{
	struct index *x = rq->index ? rq->index : (rq->index = new(rq->a, struct index));

	if (x->n == x->cap)
		grow(rq, x);
	e.turn = x->n;
	x->e[x->n] = e;
	chain(x, &x->e[x->n++]);
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

static enum status add_row(struct db *db, const struct entry *e)
{
	struct db_value row[] = { db_v_int(e->of), e->token ? db_v_int(e->token) : db_v_blob(e->key), db_v_int(e->record) };

	return db_add(db, e->token ? &q_token_add : &q_key_add, row, COUNT(row));
}

static enum status drop_row(struct db *db, const struct entry *e)
{
	struct db_q *q = db_query(db, e->token ? &q_token_drop : &q_key_drop);

	db_int(q, 1, e->of);
	if (e->token)
		db_int(q, 2, e->token);
	else
		db_blob(q, 2, e->key);
	db_int(q, 3, e->record);
	return db_run(q);
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
		TRY(e->drop ? drop_row(rq->db, e) : add_row(rq->db, e));
	}
	x->n = 0;
	empty_buckets(x);
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

/* The key of a field, unless it is known: to hash a text is dear, and whoever looked for the record has done it. */
static struct str key_of(struct request *rq, const struct record *r, int place)
{
	const struct field *f = &r->type->fields[place];
	const struct value *v = &r->v[place];

	if (r->keys && r->keys->key[place].n && f->flags & FINDABLE && (f->kind == FK_TEXT || f->kind == FK_PERSON) && v->set
	    && v->text.p == r->keys->v[place].text.p && v->text.n == r->keys->v[place].text.n)
		return r->keys->key[place];
	return index_key(rq, r->type, place, v);
}

struct str index_serial_key(struct arena *a, struct str s)
{
	char *p = room_n(a, char, s.n * 3 + 2);      /* a length before each run of digits, and the text behind it all */
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
	struct str is = key_of(rq, after, place);
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
	key_changes(rq, t->field_code[index_serial_place(t)], before ? index_serial_key(rq->a, before->serial) : S(""),
	            index_serial_key(rq->a, after->serial), before != NULL, after->id);
	for (int i = 0; i < t->nfields; i++) {
		const struct field *f = &t->fields[i];
		if (index_has_key(f))
			key_changes(rq, t->field_code[i], before ? index_key(rq, t, i, &before->v[i]) : S(""),
			            key_of(rq, after, i), before != NULL, after->id);
		if (field_links(f) && !(f->flags & MANY))
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

/* What waits to be written for a key, the newest for each record; more than WAITING_MAX is not worth remembering. */
struct waiting { const struct entry *e[WAITING_MAX]; int n; bool many; };

static void find_waiting(const struct index *x, int64_t code, struct str key, struct waiting *ret)
{
	ret->n = 0;
	ret->many = false;
	for (ptrdiff_t at = x && x->n ? *bucket_of(x, code, key) : NONE; at != NONE && !ret->many; at = x->e[at].before) {
		const struct entry *e = &x->e[at];
		bool newer = e->of != code || !str_eq(e->key, key);
		for (int i = 0; i < ret->n && !newer; i++)
			newer = ret->e[i]->record == e->record;
		if (newer)
			continue;
		ret->many = ret->n == WAITING_MAX;
		if (!ret->many)
			ret->e[ret->n++] = e;
	}
}

static int with_waiting(const struct waiting *w, int64_t after, int64_t *ids, int n)
{
	for (int i = 0; i < w->n; i++) {
		int kept = 0;
		for (int at = 0; at < n; at++)
			if (ids[at] != w->e[i]->record)
				ids[kept++] = ids[at];
		n = kept;
		if (!w->e[i]->drop && w->e[i]->record > after)
			ids[n++] = w->e[i]->record;
	}
	qsort(ids, (size_t)n, sizeof *ids, by_number);
	return n;
}

static int find_key(struct request *rq, int64_t code, struct str key, int64_t after, int64_t *ret, int max)
{
	struct waiting w;
	int n = 0;

	find_waiting(rq->index, code, key, &w);
	if (w.many && (index_flush(rq) != ST_OK || db_add_now(rq->db) != ST_OK))
		return 0;
	if (w.many)
		w.n = 0;
	int64_t *ids = room_n(rq->a, int64_t, max + 2 * w.n);
	struct db_q *q = db_query_apart(rq->db, &q_key_find);
	db_int(q, 1, code);
	db_blob(q, 2, key);
	db_int(q, 3, after);
	db_int(q, 4, max + w.n);
	while (n < max + w.n && db_row(q))
		ids[n++] = db_col_int(q, 0);
	if (db_end(q) != ST_OK)
		return 0;
	if (w.n)
		n = with_waiting(&w, after, ids, n);
	n = MIN(n, max);
	if (n)
		memcpy(ret, ids, (size_t)n * sizeof *ret);
	return n;
}

int index_find(struct request *rq, const struct type *t, int place, const struct value *v, int64_t *ret, int max)
{
	return index_find_after(rq, t, place, v, 0, ret, max);
}

int index_find_key(struct request *rq, const struct type *t, int place, struct str key, int64_t after, int64_t *ret, int max)
{
	return find_key(rq, t->field_code[place], key, after, ret, max);
}

int index_serial_place(const struct type *t)
{
	return t->nfields + 1;
}

int index_find_after(struct request *rq, const struct type *t, int place, const struct value *v, int64_t after, int64_t *ret, int max)
{
	return find_key(rq, t->field_code[place], index_key(rq, t, place, v), after, ret, max);
}

int index_find_serial(struct request *rq, const struct type *t, struct str serial, int64_t *ret, int max)
{
	return index_find_key(rq, t, index_serial_place(t), index_serial_key(rq->a, serial), 0, ret, max);
}
