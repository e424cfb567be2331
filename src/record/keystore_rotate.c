/* keystore_rotate.c - exchanging the store key and the root key. */
#include "record/keystore_impl.h"
#include "sys/sys.h"

struct wrapped { struct key_ref ref; int64_t stamp, store_key; unsigned char bytes[WRAP_BYTES]; };
enum { BATCH = 500, EPOCHS_MAX = 4096, ROUNDS = 20 };

static enum status put_store_key(struct keystore *ks, int64_t number, const struct key *k)
{
	unsigned char bytes[WRAP_BYTES];
	char t[128];

	key_wrap(&ks->ring->keys[RING_ROOT], number_ad(t, "store key", number), k, bytes);
	struct db_q *q = db_query(ks->db, &kq_store_key_add);
	db_int(q, 1, number);
	db_int(q, 2, sys_now().us);
	db_blob(q, 3, (struct str){ (const char *)bytes, WRAP_BYTES });
	return db_run(q);
}

/* ---- what is not a data key is wrapped anew together with the new store key ---- */

static enum status rewrap_secret(struct keystore *ks, int place, struct str name)
{
	unsigned char bytes[WRAP_BYTES];
	int64_t number = ring_wrap(ks->ring, name, &ks->ring->keys[place], bytes);
	struct db_q *q = db_query(ks->db, &kq_secret_put);

	db_text(q, 1, name);
	db_int(q, 2, number);
	db_blob(q, 3, (struct str){ (const char *)bytes, WRAP_BYTES });
	return db_run(q);
}

static enum status rewrap_epoch(struct keystore *ks, int64_t epoch, int64_t store_key, struct str wrapped)
{
	unsigned char bytes[WRAP_BYTES];
	char t[128];
	struct str ad = number_ad(t, "epoch", epoch);

	TRY(ring_unwrap(ks->ring, store_key, ad, wrapped, ks->spare));
	int64_t number = ring_wrap(ks->ring, ad, ks->spare, bytes);
	key_wipe(ks->spare);
	struct db_q *q = db_query(ks->db, &kq_epoch_rewrap);
	db_int(q, 1, epoch);
	db_int(q, 2, number);
	db_blob(q, 3, (struct str){ (const char *)bytes, WRAP_BYTES });
	return db_run(q);
}

static enum status rewrap_epochs(struct keystore *ks, struct arena *a)
{
	struct wrapped *e = new_n(a, struct wrapped, EPOCHS_MAX);
	int n = 0;
	struct db_q *q = db_query(ks->db, &kq_epoch_list);

	while (n < EPOCHS_MAX && db_row(q)) {
		struct str b = db_col_blob(q, 2);
		e[n].stamp = db_col_int(q, 0);
		e[n].store_key = db_col_int(q, 1);
		if (b.n == WRAP_BYTES)
			memcpy(e[n++].bytes, b.p, WRAP_BYTES);
	}
	TRY(db_end(q));
	for (int i = 0; i < n; i++)
		TRY(rewrap_epoch(ks, e[i].stamp, e[i].store_key, (struct str){ (const char *)e[i].bytes, WRAP_BYTES }));
	return n < EPOCHS_MAX ? ST_OK : ST_TOO_BIG;
}

static enum status begin_rotation(struct keystore *ks, struct arena *a)
{
	struct keyring *r = ks->ring;
	struct key *fresh = keys_alloc(1);

	key_random(fresh);
	enum status st = r->nstore < STORE_KEYS_MAX ? put_store_key(ks, r->store_number[r->nstore - 1] + 1, fresh) : ST_BROKEN;
	keys_free(fresh);
	if (st == ST_OK)
		st = ring_reload(r, ks->db);
	if (st == ST_OK)
		st = rewrap_secret(ks, RING_INDEX, S("index"));
	if (st == ST_OK)
		st = rewrap_secret(ks, RING_SIGN, S("sign"));
	return st == ST_OK ? rewrap_epochs(ks, a) : st;
}

/* ---- data keys ---- */

static enum status rewrap_key(struct keystore *ks, const struct wrapped *w)
{
	unsigned char bytes[WRAP_BYTES];
	char t[128];
	struct str ad = data_key_ad(t, &w->ref, w->stamp);

	TRY(ring_unwrap(ks->ring, w->store_key, ad, (struct str){ (const char *)w->bytes, WRAP_BYTES }, ks->spare));
	int64_t number = ring_wrap(ks->ring, ad, ks->spare, bytes);
	key_wipe(ks->spare);
	struct db_q *q = db_query(ks->db, &kq_key_rewrap);
	db_int(q, 1, w->ref.kind);
	db_int(q, 2, w->ref.owner);
	db_int(q, 3, w->ref.set);
	db_int(q, 4, number);
	db_blob(q, 5, (struct str){ (const char *)bytes, WRAP_BYTES });
	return db_run(q);
}

static enum status rewrap_some(struct keystore *ks, struct arena *a, int64_t newest, int *ret_n)
{
	struct wrapped *w = new_n(a, struct wrapped, BATCH);
	int n = 0;
	struct db_q *q = db_query(ks->db, &kq_key_stale);

	db_int(q, 1, newest);
	while (n < BATCH && db_row(q)) {
		struct str b = db_col_blob(q, 5);
		w[n].ref = (struct key_ref){ (enum key_owner)db_col_int(q, 0), db_col_int(q, 1), db_col_int(q, 2) };
		w[n].stamp = db_col_int(q, 3);
		w[n].store_key = db_col_int(q, 4);
		if (b.n == WRAP_BYTES)
			memcpy(w[n++].bytes, b.p, WRAP_BYTES);
	}
	TRY(db_end(q));
	for (int i = 0; i < n; i++)
		TRY(rewrap_key(ks, &w[i]));
	*ret_n = n;
	return ST_OK;
}

static enum status finish(struct keystore *ks, enum status st)
{
	if (st == ST_OK)
		return db_commit(ks->db);
	db_rollback(ks->db);
	return st;
}

static enum status rewrap_all(struct keystore *ks, struct arena *a, int64_t newest)
{
	for (int n = 1, tries = 0; n > 0;) {
		struct arena_mark m = arena_mark(a);
		enum status st = db_begin(ks->db, DB_WRITE);
		if (st == ST_OK)
			st = finish(ks, rewrap_some(ks, a, newest, &n));
		arena_reset(a, m);
		if (st == ST_RETRY && ++tries < ROUNDS)
			continue;
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

/* The old keys go when nothing is wrapped by them any more: the database itself refuses it before. */
static enum status drop_old(struct keystore *ks, int64_t newest)
{
	TRY(db_begin(ks->db, DB_WRITE));
	struct db_q *q = db_query(ks->db, &kq_store_key_drop);
	db_int(q, 1, newest);
	return finish(ks, db_run(q));
}

enum status keystore_rotate(struct keystore *ks)
{
	struct keyring *r = ks->ring;
	struct arena a = arena_make(0);
	enum status st = ring_reload(r, ks->db);

	if (st == ST_OK && r->nstore == 1) {               /* otherwise an earlier exchange was not finished: go on with it */
		st = db_begin(ks->db, DB_WRITE);
		if (st == ST_OK)
			st = finish(ks, begin_rotation(ks, &a));
		if (st != ST_OK)
			IGNORE(ring_reload(r, ks->db));
	}
	int64_t newest = st == ST_OK ? r->store_number[r->nstore - 1] : 0;
	for (int i = 0; i < ROUNDS && st == ST_OK; i++) {
		st = rewrap_all(ks, &a, newest);
		if (st == ST_OK)
			st = drop_old(ks, newest);
		if (st != ST_BROKEN)
			break;
		st = ST_OK;                                    /* a node that did not know yet has added a key: once more */
	}
	arena_free(&a);
	if (st == ST_OK)
		st = ring_reload(r, ks->db);
	keyring_notice(r);
	return st == ST_OK ? db_scrub(ks->db) : st;
}

/* ---- the root key ---- */

static enum status rewrap_store_keys(struct keystore *ks, const struct key *to)
{
	struct keyring *r = ks->ring;
	unsigned char bytes[WRAP_BYTES];
	char t[128];

	for (int i = 0; i < r->nstore; i++) {
		key_wrap(to, number_ad(t, "store key", r->store_number[i]), &r->keys[RING_STORE + i], bytes);
		struct db_q *q = db_query(ks->db, &kq_store_key_set);
		db_int(q, 1, r->store_number[i]);
		db_blob(q, 2, (struct str){ (const char *)bytes, WRAP_BYTES });
		TRY(db_run(q));
	}
	return ST_OK;
}

enum status keystore_change_root(struct keystore *ks, const struct key *to)
{
	TRY(ring_reload(ks->ring, ks->db));
	TRY(db_begin(ks->db, DB_WRITE));
	TRY(finish(ks, rewrap_store_keys(ks, to)));
	ks->ring->keys[RING_ROOT] = *to;
	return db_scrub(ks->db);
}
