/* keystore.c - data keys: found, made, kept at hand for a minute, used, destroyed. */
#include "record/keystore_impl.h"
#include "sys/sys.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#define QUERY(name, sql) const struct db_statement kq_##name = { #name, sql, NULL };
#include "record/keystore_queries.def"
#undef QUERY

enum { CAP_FIRST = 256, CAP_LAST = 2 * KEYSTORE_BULK, MANY = 32, AD_MAX = 600 };
enum { OLD = -1 };                       /* in place of a stamp: kept too long, to be fetched again */

/* ---- at hand ---- */

static void *zeroed(ptrdiff_t n, size_t size)
{
	void *p = calloc((size_t)n, size);

	if (!p)
		abort();
	return p;
}

static void make_table(struct keystore *ks, ptrdiff_t cap)
{
	free(ks->slots);
	keys_free(ks->keys);
	ks->slots = zeroed(cap, sizeof *ks->slots);
	ks->keys = keys_alloc(cap);
	ks->cap = cap;
	ks->n = 0;
}

void keystore_forget(struct keystore *ks)
{
	for (ptrdiff_t i = 0; i < ks->cap; i++) {
		if (ks->slots[i].used)
			key_wipe(&ks->keys[i]);
		ks->slots[i].used = false;
	}
	ks->n = 0;
}

static bool same_ref(const struct key_ref *a, const struct key_ref *b)
{
	return a->kind == b->kind && a->owner == b->owner && a->set == b->set;
}

WRAPS static ptrdiff_t place_of(const struct keystore *ks, const struct key_ref *ref)
{
	uint64_t h = ((uint64_t)ref->owner * 0x9E3779B97F4A7C15u) ^ ((uint64_t)ref->set * 0xC2B2AE3D27D4EB4Fu) ^ (uint64_t)ref->kind;

	h ^= h >> 32;
	return (ptrdiff_t)((h * 0x9E3779B97F4A7C15u) >> 40) & (ks->cap - 1);
}

static ptrdiff_t slot_of(const struct keystore *ks, const struct key_ref *ref)
{
	ptrdiff_t at = place_of(ks, ref);

	while (ks->slots[at].used && !same_ref(&ks->slots[at].ref, ref))
		at = (at + 1) & (ks->cap - 1);
	return at;
}

/* Room for n more; what was at hand may be given up. */
static void make_room(struct keystore *ks, ptrdiff_t n)
{
	ptrdiff_t cap = ks->cap;

	if ((ks->n + n) * 4 <= cap * 3)
		return;
	while (cap < CAP_LAST && n * 4 > cap * 3)
		cap *= 2;
	if (cap < CAP_LAST && cap == ks->cap)
		cap *= 2;
	if (cap != ks->cap)
		make_table(ks, cap);
	else
		keystore_forget(ks);
	assert(n * 4 <= cap * 3);
}

static ptrdiff_t keep(struct keystore *ks, const struct key_ref *ref, int64_t stamp, const struct key *k)
{
	make_room(ks, 1);
	ptrdiff_t at = slot_of(ks, ref);
	if (!ks->slots[at].used)
		ks->n++;
	ks->slots[at] = (struct slot){ *ref, stamp, sys_monotonic_us(), true };
	ks->keys[at] = *k;
	return at;
}

static ptrdiff_t at_hand(struct keystore *ks, const struct key_ref *ref)
{
	uint64_t notices = ks->ring->notices;

	if (ks->seen != notices) {
		keystore_forget(ks);
		ks->seen = notices;
	}
	ptrdiff_t at = slot_of(ks, ref);
	if (!ks->slots[at].used || ks->slots[at].stamp == OLD)
		return -1;
	if (sys_monotonic_us() - ks->slots[at].since <= KEYSTORE_CACHE_S * INT64_C(1000000))
		return at;
	key_wipe(&ks->keys[at]);                      /* perhaps another node has destroyed it since */
	ks->slots[at].stamp = OLD;
	return -1;
}

/* ---- in the store ---- */

struct str data_key_ad(char out[128], const struct key_ref *ref, int64_t stamp)
{
	int n = snprintf(out, 128, "data key %d %lld %lld %lld", (int)ref->kind, (long long)ref->owner, (long long)ref->set, (long long)stamp);

	return (struct str){ out, n };
}

/* The transaction of new keys: it ends with that of the data, or with the call when there is none. */
static enum status be_writing(struct keystore *ks, bool *ret_own)
{
	*ret_own = false;
	if (db_in_transaction(ks->db))
		return ST_OK;
	*ret_own = !(ks->data && db_in_transaction(ks->data));
	return db_begin(ks->db, DB_WRITE);
}

enum status keystore_judge(struct keystore *ks, enum status st)
{
	struct keyring *r = ks->ring;

	if (st == ST_CONFLICT)                        /* another node made the key first */
		return ST_RETRY;
	if (st != ST_BROKEN)
		return st;
	int64_t before = r->store_number[r->nstore - 1];
	TRY(ring_reload(r, ks->db));
	return r->store_number[r->nstore - 1] == before ? ST_BROKEN : ST_RETRY;
}

static enum status done_writing(struct keystore *ks, bool own, enum status st)
{
	if (st == ST_OK && own)
		st = db_commit(ks->db);
	else if (st != ST_OK)
		db_rollback(ks->db);
	if (st == ST_OK)
		return ST_OK;
	keystore_forget(ks);
	return keystore_judge(ks, st);
}

static enum status take(struct keystore *ks, const struct key_ref *ref, int64_t stamp, int64_t store_key, struct str wrapped)
{
	char t[128];
	struct str ad = data_key_ad(t, ref, stamp);
	enum status st = ring_unwrap(ks->ring, store_key, ad, wrapped, ks->spare);

	if (st == ST_OK)
		keep(ks, ref, stamp, ks->spare);
	key_wipe(ks->spare);
	return st;
}

static enum status fetch(struct keystore *ks, const struct key_ref *ref)
{
	for (int tries = 0;; tries++) {
		enum status st = ST_NOT_FOUND;
		struct db_q *q = db_query(ks->db, &kq_key_get);
		db_int(q, 1, ref->kind);
		db_int(q, 2, ref->owner);
		db_int(q, 3, ref->set);
		if (db_row(q))
			st = take(ks, ref, db_col_int(q, 0), db_col_int(q, 1), db_col_blob(q, 2));
		TRY(db_end(q));
		if (st != ST_RETRY || tries)
			return st;
		TRY(ring_reload(ks->ring, ks->db));           /* another node has changed the store key */
	}
}

static enum status make(struct keystore *ks, const struct key_ref *ref, const struct db_statement *add)
{
	unsigned char wrapped[WRAP_BYTES];
	char t[128];
	uint64_t random;

	crypto_random(&random, (ptrdiff_t)sizeof random);
	int64_t stamp = (int64_t)(random >> 1);
	key_random(ks->spare);
	int64_t store_key = ring_wrap(ks->ring, data_key_ad(t, ref, stamp), ks->spare, wrapped);
	keep(ks, ref, stamp, ks->spare);
	key_wipe(ks->spare);
	struct db_value row[] = {
		db_v_int(ref->kind), db_v_int(ref->owner), db_v_int(ref->set), db_v_int(stamp), db_v_int(store_key),
		db_v_blob(((struct str){ (const char *)wrapped, WRAP_BYTES })),
	};
	return db_add(ks->db, add, row, COUNT(row));
}

/* Keys are committed before the data. When those were then given up, so was the number: a key that is there seals nothing. */
enum status keystore_make(struct keystore *ks, const struct key_ref *ref)
{
	bool own;

	TRY(be_writing(ks, &own));
	return done_writing(ks, own, make(ks, ref, &kq_key_add_fresh));
}

static enum status find_or_make(struct keystore *ks, const struct key_ref *ref)
{
	bool own;

	TRY(be_writing(ks, &own));
	enum status st = fetch(ks, ref);
	if (st == ST_NOT_FOUND)
		st = make(ks, ref, &kq_key_add);
	return done_writing(ks, own, st);
}

/* ---- sealing ---- */

static struct str bound_to(char out[AD_MAX], const struct key_ref *ref, int64_t stamp, struct str ad)
{
	char head[128];
	struct str h = data_key_ad(head, ref, stamp);

	assert(ad.n >= 0 && ad.n + h.n + 1 <= AD_MAX);
	memcpy(out, h.p, (size_t)h.n);
	out[h.n] = '\n';
	if (ad.n)
		memcpy(out + h.n + 1, ad.p, (size_t)ad.n);
	return (struct str){ out, h.n + 1 + ad.n };
}

enum status keystore_seal(struct keystore *ks, const struct key_ref *ref, struct str ad, struct str plain, void *out)
{
	char t[AD_MAX];
	ptrdiff_t at = at_hand(ks, ref);

	if (at < 0) {
		TRY(find_or_make(ks, ref));
		at = slot_of(ks, ref);
		assert(ks->slots[at].used);
	}
	int64_t stamp = ks->slots[at].stamp;
	memcpy(out, &stamp, 8);
	seal(&ks->keys[at], bound_to(t, ref, stamp, ad), plain, (char *)out + 8);
	return ST_OK;
}

enum status keystore_unseal(struct keystore *ks, const struct key_ref *ref, struct str ad, struct str sealed, void *out)
{
	char t[AD_MAX];
	int64_t stamp;
	ptrdiff_t at = at_hand(ks, ref);

	if (sealed.n < KEYSTORE_EXTRA)
		return ST_BROKEN;
	memcpy(&stamp, sealed.p, 8);
	if (at < 0 || ks->slots[at].stamp != stamp) {
		TRY(fetch(ks, ref));
		at = slot_of(ks, ref);
		assert(ks->slots[at].used);
	}
	if (ks->slots[at].stamp != stamp)
		return ST_NOT_FOUND;                      /* sealed under a key that is gone */
	return unseal(&ks->keys[at], bound_to(t, ref, stamp, ad), str_sub(sealed, 8, sealed.n), out);
}

/* ---- many at once ---- */

static int by_set_then_owner(const void *a, const void *b)
{
	const struct key_ref *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->set != y->set)
		return x->set < y->set ? -1 : 1;
	return x->owner < y->owner ? -1 : x->owner > y->owner;
}

/* Up to MANY refs of one kind and set. */
static enum status fetch_some(struct keystore *ks, const struct key_ref *refs, ptrdiff_t n)
{
	enum status st = ST_OK;
	struct db_q *q = db_query(ks->db, &kq_key_get_many);

	db_int(q, 1, refs[0].kind);
	db_int(q, 2, refs[0].set);
	for (int i = 0; i < MANY; i++)
		db_int(q, 3 + i, refs[MIN(i, n - 1)].owner);
	while (db_row(q)) {
		struct key_ref ref = { refs[0].kind, db_col_int(q, 0), refs[0].set };
		if (st == ST_OK)
			st = take(ks, &ref, db_col_int(q, 1), db_col_int(q, 2), db_col_blob(q, 3));
	}
	TRY(db_end(q));
	return st;
}

static enum status fetch_many(struct keystore *ks, const struct key_ref *refs, ptrdiff_t n)
{
	for (ptrdiff_t from = 0, to; from < n; from = to) {
		to = from + 1;
		while (to < n && to - from < MANY && refs[to].kind == refs[from].kind && refs[to].set == refs[from].set)
			to++;
		enum status st = fetch_some(ks, refs + from, to - from);
		if (st == ST_RETRY && !db_in_transaction(ks->db)) {
			TRY(ring_reload(ks->ring, ks->db));
			st = fetch_some(ks, refs + from, to - from);
		}
		if (st != ST_OK)
			return st;
	}
	return ST_OK;
}

static enum status make_missing(struct keystore *ks, const struct key_ref *refs, ptrdiff_t n)
{
	for (ptrdiff_t i = 0; i < n; i++)
		if (at_hand(ks, &refs[i]) < 0)
			TRY(make(ks, &refs[i], &kq_key_add));
	return ST_OK;
}

enum status keystore_prepare(struct keystore *ks, const struct key_ref *refs, ptrdiff_t n, bool create)
{
	struct arena a = arena_make(0);
	struct key_ref *missing = new_n(&a, struct key_ref, n);
	ptrdiff_t m = 0;
	bool own = false;
	enum status st = ST_OK;

	assert(n <= KEYSTORE_BULK);
	make_room(ks, n);
	for (ptrdiff_t i = 0; i < n; i++)
		if (at_hand(ks, &refs[i]) < 0)
			missing[m++] = refs[i];
	if (m > 0) {
		qsort(missing, (size_t)m, sizeof *missing, by_set_then_owner);
		if (create)
			st = be_writing(ks, &own);
		if (st == ST_OK)
			st = fetch_many(ks, missing, m);
		if (st == ST_OK && create)
			st = make_missing(ks, missing, m);
		if (create)
			st = done_writing(ks, own, st);
	}
	arena_free(&a);
	return st;
}

/* ---- destroying ---- */

enum status keys_drop(struct keystore *ks, const struct key_ref *ref, int64_t *ret_n)
{
	bool all = ref->set == KEY_ALL_SETS;
	struct db_q *q = db_query(ks->db, all ? &kq_key_drop_all : &kq_key_drop);

	db_int(q, 1, ref->kind);
	db_int(q, 2, ref->owner);
	if (!all)
		db_int(q, 3, ref->set);
	return db_run_counted(q, ret_n);
}

static enum status destroy(struct keystore *ks, const struct key_ref *refs, ptrdiff_t n, int64_t disposal, int64_t *ret_erasure)
{
	struct instant now = sys_now();
	struct erasure e = { .at = now.us, .disposal = disposal, .epoch = -1 };

	for (ptrdiff_t i = 0; i < n; i++) {
		int64_t gone = 0;
		TRY(keys_drop(ks, &refs[i], &gone));
		if (!gone)
			continue;
		if (e.epoch < 0)
			TRY(epoch_next(ks, now, &e.epoch));
		e.ref = refs[i];
		TRY(erasure_note(ks, &e));
	}
	*ret_erasure = e.number;
	return e.epoch < 0 ? ST_NOT_FOUND : ST_OK;
}

enum status keystore_destroy(struct keystore *ks, const struct key_ref *refs, ptrdiff_t n, int64_t disposal, int64_t *ret_erasure)
{
	int64_t erasure = 0;

	if (db_in_transaction(ks->db))                /* keys made just now for the running transaction */
		TRY(db_commit(ks->db));
	TRY(db_begin(ks->db, DB_WRITE));
	enum status st = destroy(ks, refs, n, disposal, &erasure);
	if (st == ST_OK)
		st = db_commit(ks->db);
	else
		db_rollback(ks->db);
	keyring_notice(ks->ring);
	if (st != ST_OK)
		return st;
	*ret_erasure = erasure;
	ks->ring->remains = true;
	return ST_OK;
}

enum status keystore_scrub(struct keystore *ks)
{
	if (!ks->ring->remains)
		return ST_OK;
	ks->ring->remains = false;
	enum status st = db_scrub(ks->db);
	if (st != ST_OK)
		ks->ring->remains = true;
	return st;
}

/* ---- with the data ---- */

static enum status before_data_commits(void *arg)
{
	struct keystore *ks = arg;

	if (!db_in_transaction(ks->db))
		return ST_OK;
	enum status st = db_commit(ks->db);
	if (st == ST_OK)
		return ST_OK;
	keystore_forget(ks);
	return keystore_judge(ks, st);
}

static void after_data_ended(void *arg, bool committed)
{
	struct keystore *ks = arg;

	(void)committed;
	if (db_in_transaction(ks->db)) {              /* the data were given up, and so are their new keys */
		db_rollback(ks->db);
		keystore_forget(ks);
	}
}

static const struct db_hook hook = { before_data_commits, after_data_ended };

void keystore_attach(struct keystore *ks, struct db *data)
{
	assert(!ks->data);
	ks->data = data;
	db_hook_add(data, &hook, ks);
}

enum status keystore_open(struct keyring *r, struct keystore **ret)
{
	struct keystore *ks = zeroed(1, sizeof *ks);
	enum status st = db_open(str_z(r->where), DB_WRITE, &ks->db);

	if (st != ST_OK) {
		free(ks);
		return st;
	}
	ks->ring = r;
	ks->seen = r->notices;
	ks->spare = keys_alloc(1);
	make_table(ks, CAP_FIRST);
	*ret = ks;
	return ST_OK;
}

void keystore_close(struct keystore *ks)
{
	if (!ks)
		return;
	if (ks->data)
		db_hook_drop(ks->data, &hook, ks);
	db_close(ks->db);
	keys_free(ks->keys);
	keys_free(ks->spare);
	free(ks->slots);
	free(ks);
}
