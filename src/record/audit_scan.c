/* audit_scan.c - the quick pass of verification: each stretch of a lane needs only the hash before it, so that several
 * threads share the log. */
#include "record/audit_impl.h"
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

enum { STRETCH = 2000, ALONE = 4, THREADS_MAX = 4, STRETCHES_FIRST = 64 };      /* ALONE: stretches not worth a helper */

void row_read(struct db_q *q, int64_t *ret_id, struct row *ret)
{
	struct audit_entry e;
	struct str h = audit_read_row(q, ret_id, &e);
	bool digest_odd = !db_col_null(q, 12) && !e.digest;

	ret->seq = *ret_id & SEQ_MAX;
	if (!form_make(&ret->f, *ret_id, &e))
		ret->f.n = 0;
	ret->readable = ret->f.n > 0 && h.n == HASH_BYTES && !digest_odd;
	if (h.n == HASH_BYTES)
		memcpy(ret->hash, h.p, HASH_BYTES);
	else
		memset(ret->hash, 0, HASH_BYTES);
}

/* ---- one stretch ---- */

/* *prev: of the entry before `from`, as stored. */
static enum status hash_before(struct db *db, struct stretch *s, unsigned char prev[HASH_BYTES])
{
	memset(prev, 0, HASH_BYTES);
	if (s->from == 1)
		return ST_OK;
	struct db_q *q = db_query(db, &aq_entry_hash);
	db_int(q, 1, entry_id(s->lane, s->from - 1));
	struct str h = db_row(q) ? db_col_blob(q, 0) : S("");
	if (h.n == HASH_BYTES)
		memcpy(prev, h.p, HASH_BYTES);
	else
		s->broken = true;
	return db_end(q);
}

static void look_at(struct stretch *s, struct row *r, int64_t id, int64_t expected, unsigned char prev[HASH_BYTES])
{
	unsigned char h[HASH_BYTES];

	if (r->seq != expected || !r->readable) {
		s->broken = true;
		return;
	}
	form_hash(&r->f, prev, id, h);
	if (memcmp(h, r->hash, HASH_BYTES) != 0)
		s->broken = true;
	memcpy(prev, r->hash, HASH_BYTES);
}

static enum status scan(struct db *db, struct stretch *s)
{
	int64_t id = entry_id(s->lane, s->from) - (s->from == 1 ? 2 : 1), end = entry_id(s->lane, s->to);
	unsigned char prev[HASH_BYTES];
	struct row r;

	TRY(hash_before(db, s, prev));
	for (bool more = true; more && id < end;) {
		struct db_q *q = db_query(db, &aq_entry_page);
		db_int(q, 1, id);
		more = false;
		while (id < end && db_row(q)) {
			row_read(q, &id, &r);
			if (id > end)
				break;
			look_at(s, &r, id, s->from + s->entries, prev);
			s->entries++;
			more = true;
		}
		TRY(db_end(q));
	}
	if (s->entries != s->to - s->from + 1)
		s->broken = true;
	memcpy(s->last_hash, prev, HASH_BYTES);
	return ST_OK;
}

/* ---- many ---- */

struct crew { struct stretch *s; int n; _Atomic int next; };
struct hand { struct crew *crew; struct db *db; enum status st; pthread_t thread; bool running; };

static void *work(void *arg)
{
	struct hand *h = arg;

	for (int i; h->st == ST_OK && (i = atomic_fetch_add(&h->crew->next, 1)) < h->crew->n;)
		h->st = scan(h->db, &h->crew->s[i]);
	return NULL;
}

enum status audit_scan(struct db *db, struct stretch *s, int n)
{
	struct crew crew = { .s = s, .n = n };
	struct hand hands[THREADS_MAX] = { { .crew = &crew, .db = db } };
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int helpers = n <= ALONE ? 0 : (int)MIN(cores, THREADS_MAX) - 1;

	for (int i = 1; i <= helpers; i++) {               /* without a helper the others do its part */
		hands[i].crew = &crew;
		if (db_open(db_where(db), DB_READ, &hands[i].db) == ST_OK)
			hands[i].running = pthread_create(&hands[i].thread, NULL, work, &hands[i]) == 0;
	}
	work(&hands[0]);
	enum status st = hands[0].st;
	for (int i = 1; i <= helpers; i++) {
		if (hands[i].running)
			pthread_join(hands[i].thread, NULL);
		if (st == ST_OK)
			st = hands[i].st;
		db_close(hands[i].db);
	}
	return st;
}

/* ---- cutting ---- */

static enum status neighbour(struct db *db, const struct db_statement *s, int64_t id, int64_t *ret, bool *ret_there)
{
	struct db_q *q = db_query(db, s);

	db_int(q, 1, id);
	*ret_there = db_row(q);
	if (*ret_there)
		*ret = db_col_int(q, 0);
	return db_end(q);
}

struct cut { struct arena *a; struct stretch *s; int n, cap; };

static void add_stretch(struct cut *c, int64_t lane, int64_t from, int64_t to)
{
	if (c->n == c->cap) {
		int cap = MAX(STRETCHES_FIRST, 2 * c->cap);
		struct stretch *more = new_n(c->a, struct stretch, cap);
		if (c->n)
			memcpy(more, c->s, (size_t)c->n * sizeof *more);
		c->s = more;
		c->cap = cap;
	}
	c->s[c->n++] = (struct stretch){ .lane = lane, .from = from, .to = to };
}

/* A lane with a number far out of order is one stretch: what is wrong with it is found later. Number 0 is never given. */
static void cut_lane(struct cut *c, int64_t lane, int64_t last, int64_t head)
{
	if (last == 0 || last > head + STRETCH) {
		add_stretch(c, lane, 1, last);
		return;
	}
	for (int64_t from = 1; from <= last; from += STRETCH)
		add_stretch(c, lane, from, MIN(last, from + STRETCH - 1));
}

static enum status head_of(struct db *db, int64_t lane, int64_t *ret)
{
	struct db_q *q = db_query(db, &aq_lane_head);

	db_int(q, 1, lane);
	*ret = db_row(q) ? db_col_int(q, 0) : 0;
	return db_end(q);
}

enum status audit_stretches(struct db *db, struct arena *a, struct stretch **ret, int *ret_n, bool *ret_odd)
{
	struct cut c = { .a = a };
	int64_t id = entry_id(INT64_C(1), INT64_C(0)) - 1, last = 0, head;
	bool there, odd = false, ignored;

	TRY(neighbour(db, &aq_entry_before, id + 1, &last, &odd));
	for (;;) {
		TRY(neighbour(db, &aq_entry_after, id, &id, &there));
		int64_t lane = id >> LANE_SHIFT;
		if (!there || lane > LANE_MAX)
			break;
		TRY(neighbour(db, &aq_entry_before, entry_id(lane + 1, INT64_C(0)), &last, &ignored));
		TRY(head_of(db, lane, &head));
		cut_lane(&c, lane, last & SEQ_MAX, head);
		id = last;
	}
	*ret = c.s;
	*ret_n = c.n;
	*ret_odd = odd || there;
	return ST_OK;
}
