/* audit.c - entries, their canonical form, and the lane that chains them inside a transaction. */
#include "record/audit_impl.h"
#include "sys/fault.h"
#include "sys/sys.h"
#include <assert.h>
#include <stdlib.h>
#include <time.h>

#define QUERY(name, sql)         const struct db_statement aq_##name = { #name, sql, NULL };
#define QUERY_PG(name, sql, pg)  const struct db_statement aq_##name = { #name, sql, pg };
#include "record/audit_queries.def"
#undef QUERY
#undef QUERY_PG

enum { LEASE_S = 600, LEASE_MARGIN_S = 60 };

struct audit_lane {
	struct db    *db;
	int64_t       lane, holder, until;
	int64_t       seq;                     /* committed, as far as we know */
	unsigned char hash[HASH_BYTES];
	bool          known, open;             /* open: the running transaction has entries */
	int64_t       tx_seq;
	unsigned char tx_hash[HASH_BYTES];
};

/* Leases are about real time, whatever clock the rest of the program is given. */
static int64_t lease_clock(void)
{
	return (int64_t)time(NULL);
}

/* ---- form ---- */

static unsigned char *put_int(unsigned char *p, int64_t v)
{
	for (int i = 0; i < 8; i++)
		p[i] = (unsigned char)((uint64_t)v >> (8 * i) & 0xff);
	return p + 8;
}

static unsigned char *put_text(unsigned char *p, struct str s)
{
	*p++ = (unsigned char)s.n;
	if (s.n)
		memcpy(p, s.p, (size_t)s.n);
	return p + s.n;
}

bool form_make(struct form *f, int64_t id, const struct audit_entry *e)
{
	unsigned char *p = f->b + FORM_ID;

	if (e->address.n > AUDIT_CODE_MAX || e->action.n > AUDIT_CODE_MAX || e->type.n > AUDIT_CODE_MAX || e->detail.n > AUDIT_CODE_MAX)
		return false;
	p = put_int(p, id);
	p = put_int(p, e->at.us);
	p = put_int(p, e->actor);
	p = put_int(p, e->staff);
	p = put_int(p, e->session);
	p = put_int(p, e->record);
	p = put_int(p, e->version);
	p = put_int(p, e->count);
	*p++ = e->digest != NULL;
	if (e->digest) {
		memcpy(p, e->digest, HASH_BYTES);
		p += HASH_BYTES;
	}
	p = put_text(p, e->address);
	p = put_text(p, e->action);
	p = put_text(p, e->type);
	p = put_text(p, e->detail);
	f->n = (int)(p - f->b);
	return true;
}

void form_hash(struct form *f, const unsigned char prev[HASH_BYTES], int64_t id, unsigned char ret[HASH_BYTES])
{
	memcpy(f->b, prev, HASH_BYTES);
	put_int(f->b + FORM_ID, id);
	hash((struct str){ (const char *)f->b, f->n }, ret);
}

/* Only our own words: a name or a sentence of somebody cannot get in, whatever the caller does. */
static bool is_code(struct str s)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.:/-%";

	if (s.n > AUDIT_CODE_MAX)
		return false;
	for (ptrdiff_t i = 0; i < s.n; i++)
		if (!memchr(allowed, s.p[i], sizeof allowed - 1))
			return false;
	return true;
}

/* ---- the lane's head ---- */

static enum status read_head(struct audit_lane *l, int64_t *ret_holder)
{
	enum status st = ST_NOT_FOUND;
	struct db_q *q = db_query(l->db, &aq_lane_head);

	db_int(q, 1, l->lane);
	if (db_row(q)) {
		struct str h = db_col_blob(q, 1);
		st = h.n == HASH_BYTES ? ST_OK : ST_BROKEN;
		if (st == ST_OK) {
			l->seq = db_col_int(q, 0);
			memcpy(l->hash, h.p, HASH_BYTES);
			*ret_holder = db_col_int(q, 2);
		}
	}
	TRY(db_end(q));
	return st;
}

static enum status add_lane(struct audit_lane *l)
{
	static const unsigned char zero[HASH_BYTES];
	struct db_q *q = db_query(l->db, &aq_lane_add);
	int64_t n = 0;

	db_int(q, 1, l->lane);
	db_blob(q, 2, (struct str){ (const char *)zero, HASH_BYTES });
	db_int(q, 3, l->holder);
	db_int(q, 4, l->until);
	TRY(db_run_counted(q, &n));
	return n ? ST_OK : ST_RETRY;               /* another node was quicker */
}

static enum status one_number(struct db_q *q, int64_t *ret)
{
	*ret = 0;
	if (db_row(q))
		*ret = db_col_int(q, 0);
	return db_end(q);
}

/* Takes a lane whose lease has run out, or makes a new one; inside a transaction. */
static enum status lease(struct audit_lane *l)
{
	int64_t free_lane = 0, holder;

	l->until = lease_clock() + LEASE_S;
	struct db_q *q = db_query(l->db, &aq_lane_free);
	db_int(q, 1, lease_clock());
	TRY(one_number(q, &free_lane));
	if (!free_lane) {
		TRY(one_number(db_query(l->db, &aq_lane_last), &l->lane));
		l->lane++;
		assert(l->lane < LANE_MAX);
		TRY(add_lane(l));
	} else {
		l->lane = free_lane;
		q = db_query(l->db, &aq_lane_lease);
		db_int(q, 1, l->lane);
		db_int(q, 2, l->holder);
		db_int(q, 3, l->until);
		TRY(db_run(q));
	}
	return read_head(l, &holder);
}

/* SQLite has one writer at a time and so one lane, whose head is read in each transaction. */
static enum status find_head(struct audit_lane *l)
{
	int64_t holder = 0;
	enum status st;

	if (db_kind(l->db) == DB_SQLITE) {
		l->lane = 1;
		st = read_head(l, &holder);
		return st == ST_NOT_FOUND ? add_lane(l) == ST_OK ? read_head(l, &holder) : ST_BROKEN : st;
	}
	if (l->known && lease_clock() + LEASE_MARGIN_S < l->until)
		return ST_OK;
	if (!l->lane)
		return lease(l);
	st = read_head(l, &holder);
	return st == ST_OK && holder == l->holder ? ST_OK : st == ST_OK || st == ST_NOT_FOUND ? lease(l) : st;
}

/* ---- appending ---- */

enum status audit_append(struct audit_lane *l, const struct audit_entry *given)
{
	struct audit_entry e = *given;
	struct form f;

	assert(db_in_transaction(l->db));
	assert(is_code(e.action) && is_code(e.type) && is_code(e.detail) && is_code(e.address) && e.action.n > 0);
	if (FAULT("audit.append"))
		return ST_UNAVAILABLE;
	if (e.at.us == 0)
		e.at = sys_now();
	if (!l->open) {
		TRY(find_head(l));
		l->open = true;
		l->tx_seq = l->seq;
		memcpy(l->tx_hash, l->hash, HASH_BYTES);
	}
	int64_t id = entry_id(l->lane, l->tx_seq + 1);
	assert(l->tx_seq + 1 <= SEQ_MAX);
	bool made = form_make(&f, id, &e);
	assert(made);
	form_hash(&f, l->tx_hash, id, l->tx_hash);
	l->tx_seq++;

	struct db_value row[] = {
		db_v_int(id), db_v_int(e.at.us), db_v_int(e.actor), db_v_int(e.staff), db_v_int(e.session), db_v_text(e.address),
		db_v_text(e.action), db_v_text(e.type), db_v_int(e.record), db_v_int(e.version), db_v_text(e.detail), db_v_int(e.count),
		e.digest ? db_v_blob(((struct str){ (const char *)e.digest, HASH_BYTES })) : db_v_null,
		db_v_blob(((struct str){ (const char *)l->tx_hash, HASH_BYTES })),
	};
	return db_add(l->db, &aq_entry_add, row, COUNT(row));
}

static enum status before_commit(void *arg)
{
	struct audit_lane *l = arg;

	if (!l->open)
		return ST_OK;
	l->until = lease_clock() + LEASE_S;
	struct db_q *q = db_query(l->db, &aq_lane_set);
	db_int(q, 1, l->lane);
	db_int(q, 2, l->tx_seq);
	db_blob(q, 3, (struct str){ (const char *)l->tx_hash, HASH_BYTES });
	db_int(q, 4, l->until);
	return db_run(q);
}

static void ended(void *arg, bool committed)
{
	struct audit_lane *l = arg;

	if (!l->open)
		return;
	l->open = false;
	l->known = committed;
	if (committed) {
		l->seq = l->tx_seq;
		memcpy(l->hash, l->tx_hash, HASH_BYTES);
	} else {
		l->until = 0;                          /* perhaps it was the lease that rolled back */
	}
}

static const struct db_hook hook = { before_commit, ended };

enum status audit_lane_open(struct db *db, struct audit_lane **ret)
{
	struct audit_lane *l = calloc(1, sizeof *l);
	uint64_t random;

	if (!l)
		abort();
	l->db = db;
	crypto_random(&random, (ptrdiff_t)sizeof random);
	l->holder = (int64_t)(random >> 1 | 1);
	db_hook_add(db, &hook, l);
	*ret = l;
	return ST_OK;
}

void audit_lane_close(struct audit_lane *l)
{
	if (!l)
		return;
	db_hook_drop(l->db, &hook, l);
	if (l->lane && db_kind(l->db) == DB_PG && !db_in_transaction(l->db)) {
		struct db_q *q = db_query(l->db, &aq_lane_release);
		db_int(q, 1, l->lane);
		db_int(q, 2, l->holder);
		IGNORE(db_run(q));
	}
	free(l);
}

/* ---- reading ---- */

struct str audit_read_row(struct db_q *q, int64_t *ret_id, struct audit_entry *ret)
{
	struct str digest = db_col_blob(q, 12);

	*ret_id = db_col_int(q, 0);
	*ret = (struct audit_entry){
		.at = { db_col_int(q, 1) }, .actor = db_col_int(q, 2), .staff = db_col_int(q, 3), .session = db_col_int(q, 4),
		.address = db_col_text(q, 5), .action = db_col_text(q, 6), .type = db_col_text(q, 7), .record = db_col_int(q, 8),
		.version = db_col_int(q, 9), .detail = db_col_text(q, 10), .count = db_col_int(q, 11),
		.digest = digest.n == HASH_BYTES ? (const unsigned char *)digest.p : NULL,
	};
	return db_col_blob(q, 13);
}

static enum status list_page(struct db *db, int64_t *last, int *ret_rows, audit_each *each, void *arg)
{
	enum status st = ST_OK;
	struct audit_row r;
	struct db_q *q = db_query(db, &aq_entry_page);

	db_int(q, 1, *last);
	while (st == ST_OK && db_row(q)) {
		struct str h = audit_read_row(q, last, &r.e);
		r.lane = *last >> LANE_SHIFT;
		r.seq = *last & SEQ_MAX;
		memset(r.hash, 0, HASH_BYTES);
		memcpy(r.hash, h.p ? h.p : "", (size_t)MIN(h.n, HASH_BYTES));
		st = each(arg, &r);
		++*ret_rows;
	}
	TRY(db_end(q));
	return st;
}

enum status audit_list(struct db *db, audit_each *each, void *arg)
{
	int64_t last = INT64_MIN;

	for (int rows = 1; rows > 0;) {
		rows = 0;
		TRY(list_page(db, &last, &rows, each, arg));
	}
	return ST_OK;
}
