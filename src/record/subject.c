/* subject.c - the register of people concerned: who might be meant, and who turned out to be one person. */
#include "record/keystore.h"
#include <assert.h>

#define QUERY(name, sql) static const struct db_statement q_##name = { #name, sql, NULL };
#include "record/subject_queries.def"
#undef QUERY

enum { STEPS_MAX = 64, HITS_MAX = 256 };

enum status subject_new(struct db *db, struct id_block *b, int64_t *ret)
{
	if (b->next == b->last) {
		struct db_q *q = db_query(db, &q_subject_take);
		db_int(q, 1, ID_BLOCK);
		if (db_row(q))
			*b = (struct id_block){ db_col_int(q, 0), db_col_int(q, 0) + ID_BLOCK };
		TRY(db_end(q));
	}
	int64_t id = b->next++;
	TRY(db_add(db, &q_subject_add, &db_v_int(id), 1));
	*ret = id;
	return ST_OK;
}

enum status subject_mark(struct db *db, int64_t subject, struct str field, const unsigned char blind[BLIND_BYTES])
{
	struct db_q *q = db_query(db, &q_mark_add);

	db_text(q, 1, field);
	db_blob(q, 2, (struct str){ (const char *)blind, BLIND_BYTES });
	db_int(q, 3, subject);
	return db_run(q);
}

enum status subject_unmark(struct db *db, int64_t subject)
{
	struct db_q *q = db_query(db, &q_mark_drop);

	db_int(q, 1, subject);
	return db_run(q);
}

static enum status into(struct db *db, int64_t subject, int64_t *ret)
{
	enum status st = ST_NOT_FOUND;
	int64_t next = 0;
	struct db_q *q = db_query(db, &q_subject_into);

	db_int(q, 1, subject);
	if (db_row(q)) {
		next = db_col_int(q, 0);
		st = ST_OK;
	}
	TRY(db_end(q));
	*ret = next;
	return st;
}

enum status subject_of(struct db *db, int64_t subject, int64_t *ret)
{
	for (int i = 0; i < STEPS_MAX; i++) {
		int64_t next;
		TRY(into(db, subject, &next));
		if (!next) {
			*ret = subject;
			return ST_OK;
		}
		subject = next;
	}
	return ST_BROKEN;
}

static enum status set_into(struct db *db, int64_t subject, int64_t value)
{
	int64_t n = 0;
	struct db_q *q = db_query(db, &q_subject_set);

	db_int(q, 1, subject);
	db_int(q, 2, value);
	TRY(db_run_counted(q, &n));
	return n ? ST_OK : ST_NOT_FOUND;
}

enum status subject_merge(struct db *db, int64_t from, int64_t to)
{
	int64_t last = 0, already = 0;

	TRY(subject_of(db, to, &last));
	TRY(into(db, from, &already));
	if (last == from || already)
		return ST_NO;
	return set_into(db, from, to);
}

enum status subject_split(struct db *db, int64_t from)
{
	return set_into(db, from, 0);
}

enum status subject_parts(struct db *db, int64_t subject, int64_t *ret, int max, int *ret_n)
{
	int64_t found[HITS_MAX] = { subject }, checked;
	int n = 1;

	TRY(into(db, subject, &checked));
	for (int at = 0; at < n; at++) {
		struct db_q *q = db_query(db, &q_subject_parts);
		db_int(q, 1, found[at]);
		while (db_row(q) && n < HITS_MAX)
			found[n++] = db_col_int(q, 0);
		TRY(db_end(q));
	}
	if (n > max || n == HITS_MAX)
		return ST_TOO_BIG;
	memcpy(ret, found, (size_t)n * sizeof *ret);
	*ret_n = n;
	return ST_OK;
}

/* ---- who might be meant ---- */

struct hits { struct subject_hit h[HITS_MAX]; int64_t counted[HITS_MAX]; int n; };

static void hit(struct hits *hits, int64_t subject, int64_t round)
{
	int i = 0;

	while (i < hits->n && hits->h[i].subject != subject)
		i++;
	if (i == HITS_MAX)
		return;
	if (i == hits->n) {
		hits->h[i] = (struct subject_hit){ subject, 0 };
		hits->counted[i] = -1;
		hits->n++;
	}
	if (hits->counted[i] != round)                /* two parts of one person agree once */
		hits->h[i].agreeing++;
	hits->counted[i] = round;
}

static enum status ask(struct db *db, const struct subject_ask *a, int64_t round, struct hits *hits)
{
	int64_t found[HITS_MAX], whole;
	int n = 0;
	struct db_q *q = db_query(db, &q_mark_find);

	db_text(q, 1, a->field);
	db_blob(q, 2, (struct str){ (const char *)a->blind, BLIND_BYTES });
	while (db_row(q) && n < HITS_MAX)
		found[n++] = db_col_int(q, 0);
	TRY(db_end(q));
	for (int i = 0; i < n; i++) {
		TRY(subject_of(db, found[i], &whole));
		hit(hits, whole, round);
	}
	return ST_OK;
}

enum status subject_candidates(struct db *db, const struct subject_ask *asked, int nasked, struct subject_hit *ret, int max, int *ret_n)
{
	struct hits hits = { .n = 0 };

	for (int i = 0; i < nasked; i++)
		TRY(ask(db, &asked[i], i, &hits));
	for (int i = 1; i < hits.n; i++) {            /* best first; of equal ones the older */
		struct subject_hit h = hits.h[i];
		int at = i;
		for (; at > 0 && (hits.h[at - 1].agreeing < h.agreeing ||
			(hits.h[at - 1].agreeing == h.agreeing && hits.h[at - 1].subject > h.subject)); at--)
			hits.h[at] = hits.h[at - 1];
		hits.h[at] = h;
	}
	*ret_n = MIN(hits.n, max);
	memcpy(ret, hits.h, (size_t)*ret_n * sizeof *ret);
	return ST_OK;
}
