/* keystore_erase.c - epochs of backups, and the signed list of what was destroyed. */
#include "record/keystore_impl.h"
#include "sys/sys.h"
#include <stdio.h>

#define DAY_US (INT64_C(86400) * 1000000)

/* ---- epochs ---- */

enum status epoch_next(struct keystore *ks, struct instant now, int64_t *ret_closed)
{
	unsigned char wrapped[WRAP_BYTES];
	char t[128];
	int64_t running = 0;

	struct db_q *q = db_query(ks->db, &kq_epoch_now);
	if (db_row(q))
		running = db_col_int(q, 0);
	TRY(db_end(q));
	if (running) {
		q = db_query(ks->db, &kq_epoch_close);
		db_int(q, 1, running);
		db_int(q, 2, now.us);
		TRY(db_run(q));
	}
	struct key *k = keys_alloc(1);
	key_random(k);
	int64_t store_key = ring_wrap(ks->ring, number_ad(t, "epoch", running + 1), k, wrapped);
	keys_free(k);
	q = db_query(ks->db, &kq_epoch_add);
	db_int(q, 1, running + 1);
	db_int(q, 2, now.us);
	db_int(q, 3, store_key);
	db_blob(q, 4, (struct str){ (const char *)wrapped, WRAP_BYTES });
	*ret_closed = running;
	return db_run(q);
}

enum status keystore_expire(struct keystore *ks, struct instant now, int days, int64_t *ret_n)
{
	int64_t n = 0;
	struct db_q *q = db_query(ks->db, &kq_epoch_destroy);

	db_int(q, 1, now.us - days * DAY_US);
	db_int(q, 2, now.us);
	TRY(db_run_counted(q, &n));
	*ret_n = n;
	if (n)
		ks->ring->remains = true;
	return ST_OK;
}

struct instant keystore_unreadable_from(struct instant erased, int days)
{
	return (struct instant){ erased.us + days * DAY_US };
}

/* ---- the list ---- */

static struct str erasure_text(char out[256], const struct erasure *e)
{
	int n = snprintf(out, 256, "%lld %lld %d %lld %lld %lld %lld", (long long)e->number, (long long)e->at, (int)e->ref.kind,
		(long long)e->ref.owner, (long long)e->ref.set, (long long)e->epoch, (long long)e->disposal);

	return (struct str){ out, n };
}

void erasure_hash(const struct erasure *e, const unsigned char prev[HASH_BYTES], unsigned char ret[HASH_BYTES])
{
	char t[256];

	hash_chain(prev, erasure_text(t, e), ret);
}

enum status keystore_erasure_head(struct keystore *ks, int64_t *ret_n, unsigned char ret_hash[HASH_BYTES])
{
	int64_t n = 0;
	unsigned char h[HASH_BYTES] = { 0 };
	enum status st = ST_OK;
	struct db_q *q = db_query(ks->db, &kq_erasure_head);

	if (db_row(q)) {
		struct str b = db_col_blob(q, 1);
		n = db_col_int(q, 0);
		if (b.n == HASH_BYTES)
			memcpy(h, b.p, HASH_BYTES);
		else
			st = ST_BROKEN;
	}
	TRY(db_end(q));
	if (st == ST_OK) {
		*ret_n = n;
		memcpy(ret_hash, h, HASH_BYTES);
	}
	return st;
}

enum status erasure_note(struct keystore *ks, struct erasure *e)
{
	unsigned char prev[HASH_BYTES], h[HASH_BYTES], sig[SIGN_BYTES];
	int64_t last;

	TRY(keystore_erasure_head(ks, &last, prev));
	e->number = last + 1;
	erasure_hash(e, prev, h);
	keyring_sign(ks->ring, (struct str){ (const char *)h, HASH_BYTES }, sig);
	struct db_q *q = db_query(ks->db, &kq_erasure_add);
	db_int(q, 1, e->number);
	db_int(q, 2, e->at);
	db_int(q, 3, e->ref.kind);
	db_int(q, 4, e->ref.owner);
	db_int(q, 5, e->ref.set);
	db_int(q, 6, e->epoch);
	db_int(q, 7, e->disposal);
	db_blob(q, 8, (struct str){ (const char *)h, HASH_BYTES });
	db_blob(q, 9, (struct str){ (const char *)sig, SIGN_BYTES });
	return db_run(q);
}

static void add_line(struct buf *b, struct db_q *q)
{
	char t[256], hex[2 * SIGN_BYTES + 1];
	struct erasure e = { db_col_int(q, 0), db_col_int(q, 1), { (enum key_owner)db_col_int(q, 2), db_col_int(q, 3), db_col_int(q, 4) },
		db_col_int(q, 5), db_col_int(q, 6) };

	buf_add(b, erasure_text(t, &e));
	buf_char(b, ' ');
	hex_of(str_sub(db_col_blob(q, 7), 0, HASH_BYTES), hex);
	buf_add(b, str_z(hex));
	buf_char(b, ' ');
	hex_of(str_sub(db_col_blob(q, 8), 0, SIGN_BYTES), hex);
	buf_add(b, str_z(hex));
	buf_char(b, '\n');
}

enum status keystore_erasures(struct keystore *ks, struct buf *ret)
{
	int64_t last = 0;

	buf_lit(ret, "tobari erasures 1\n");
	for (int rows = 1000; rows == 1000;) {
		rows = 0;
		struct db_q *q = db_query(ks->db, &kq_erasure_list);
		db_int(q, 1, last);
		while (db_row(q)) {
			add_line(ret, q);
			last = db_col_int(q, 0);
			rows++;
		}
		TRY(db_end(q));
	}
	return ret->failed ? ST_TOO_BIG : ST_OK;
}
