/* version_verify.c - a version that was changed, removed or slipped in behind the program's back is named. */
#include "record/version_verify.h"
#include <stdlib.h>

#define QUERY(name, sql) static const struct db_statement q_##name = { #name, sql, NULL };
#include "record/version_queries.def"
#undef QUERY

/* ---- digest ---- */

static void add_int(struct buf *b, int64_t v)
{
	for (int i = 0; i < 8; i++)
		buf_char(b, (char)((uint64_t)v >> (8 * i) & 0xff));
}

static void add_text(struct buf *b, struct str s)
{
	add_int(b, s.n);
	buf_add(b, s);
}

void version_digest(const struct version_row *v, unsigned char ret[HASH_BYTES])
{
	const int64_t numbers[] = { v->record, v->version, v->at, v->staff, v->department, v->holds_from, v->holds_to };
	const struct str texts[] = { v->step, v->move, v->comment, v->body, v->sealed };
	struct buf b = buf_make(0);

	buf_lit(&b, "version 1\n");
	for (ptrdiff_t i = 0; i < COUNT(numbers); i++)
		add_int(&b, numbers[i]);
	for (ptrdiff_t i = 0; i < COUNT(texts); i++)
		add_text(&b, texts[i]);
	if (b.failed)
		abort();                       /* a row is bounded far below */
	hash(buf_str(&b), ret);
	buf_free(&b);
}

/* ---- what the log says ---- */

struct known { int64_t record, version; unsigned char digest[HASH_BYTES]; bool resealed, met; };
struct log { struct known *k; ptrdiff_t n, cap; };

static int by_place(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

	if (x->record != y->record)
		return x->record < y->record ? -1 : 1;
	return x->version < y->version ? -1 : x->version > y->version;
}

static int by_place_and_age(const void *a, const void *b)
{
	int place = by_place(a, b);

	return place ? place : ((const struct known *)a)->resealed - ((const struct known *)b)->resealed;
}

/* What was sealed anew is known by its newer entry. */
static void drop_older(struct log *l)
{
	ptrdiff_t n = 0;

	qsort(l->k, (size_t)l->n, sizeof *l->k, by_place_and_age);
	for (ptrdiff_t i = 0; i < l->n; i++)
		if (i + 1 == l->n || !l->k[i + 1].resealed || by_place(&l->k[i], &l->k[i + 1]) != 0)
			l->k[n++] = l->k[i];
	l->n = n;
}

static void add_known(struct log *l, struct db_q *q)
{
	struct str digest = db_col_blob(q, 3);

	if (digest.n != HASH_BYTES)
		return;
	if (l->n == l->cap) {
		l->cap = MAX(1024, 2 * l->cap);
		l->k = reallocarray(l->k, (size_t)l->cap, sizeof *l->k);
		if (!l->k)
			abort();
	}
	struct known *k = &l->k[l->n++];
	*k = (struct known){ .record = db_col_int(q, 1), .version = db_col_int(q, 2), .resealed = str_eq(db_col_text(q, 4), S("reseal")) };
	memcpy(k->digest, digest.p, HASH_BYTES);
}

static enum status read_log(struct db *db, struct log *l)
{
	int64_t last = INT64_MIN;

	for (int rows = 1; rows > 0;) {
		rows = 0;
		struct db_q *q = db_query(db, &q_digest_page);
		db_int(q, 1, last);
		while (db_row(q)) {
			last = db_col_int(q, 0);
			add_known(l, q);
			rows++;
		}
		TRY(db_end(q));
	}
	if (l->n)
		drop_older(l);
	return ST_OK;
}

/* ---- what is stored ---- */

struct compare { struct log l; version_report *report; void *arg; int64_t versions, faults; };

static void tell(struct compare *c, enum version_fault fault, int64_t record, int64_t version)
{
	c->faults++;
	if (c->report)
		c->report(c->arg, fault, record, version);
}

static void look_at(struct compare *c, const struct version_row *v)
{
	unsigned char digest[HASH_BYTES];
	struct known wanted = { .record = v->record, .version = v->version };
	struct known *k = c->l.n ? bsearch(&wanted, c->l.k, (size_t)c->l.n, sizeof *k, by_place) : NULL;

	c->versions++;
	if (!k) {
		tell(c, VERSION_UNKNOWN, v->record, v->version);
		return;
	}
	k->met = true;
	version_digest(v, digest);
	if (memcmp(digest, k->digest, HASH_BYTES) != 0)
		tell(c, VERSION_CHANGED, v->record, v->version);
}

static enum status read_versions(struct db *db, struct compare *c)
{
	struct version_row v = { .record = INT64_MIN };

	for (int rows = 1; rows > 0;) {
		rows = 0;
		struct db_q *q = db_query(db, &q_version_page);
		db_int(q, 1, v.record);
		db_int(q, 2, v.version);
		while (db_row(q)) {
			v = (struct version_row){
				db_col_int(q, 0), db_col_int(q, 1), db_col_int(q, 2), db_col_int(q, 3), db_col_text(q, 4), db_col_text(q, 5),
				db_col_text(q, 6), db_col_int(q, 7), db_col_int(q, 8), db_col_int(q, 9), db_col_blob(q, 10), db_col_blob(q, 11),
			};
			look_at(c, &v);
			rows++;
		}
		TRY(db_end(q));
	}
	return ST_OK;
}

static enum status compare(struct db *db, struct compare *c)
{
	TRY(read_log(db, &c->l));
	TRY(read_versions(db, c));
	for (ptrdiff_t i = 0; i < c->l.n; i++)
		if (!c->l.k[i].met)
			tell(c, VERSION_MISSING, c->l.k[i].record, c->l.k[i].version);
	return c->faults ? ST_NO : ST_OK;
}

enum status version_verify(struct db *db, version_report *report, void *arg, int64_t *ret_versions, int64_t *ret_faults)
{
	struct compare c = { .report = report, .arg = arg };
	bool own = !db_in_transaction(db);
	enum status st = own ? db_begin(db, DB_READ) : ST_OK;

	if (st == ST_OK)
		st = compare(db, &c);
	if (own)
		db_rollback(db);
	free(c.l.k);
	*ret_versions = c.versions;
	*ret_faults = c.faults;
	return st;
}
