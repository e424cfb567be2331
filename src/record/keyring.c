/* keyring.c - what is unlocked in this process: the store keys, the index key, the signing key. */
#include "record/keystore_impl.h"
#include "record/migrations.h"
#include "sys/sys.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

struct str number_ad(char out[128], const char *what, int64_t number)
{
	int n = snprintf(out, 128, "%s %lld", what, (long long)number);

	return (struct str){ out, n };
}

int64_t ring_wrap(struct keyring *r, struct str ad, const struct key *k, unsigned char out[WRAP_BYTES])
{
	pthread_rwlock_rdlock(&r->lock);
	int last = r->nstore - 1;
	int64_t number = r->store_number[last];
	key_wrap(&r->keys[RING_STORE + last], ad, k, out);
	pthread_rwlock_unlock(&r->lock);
	return number;
}

enum status ring_unwrap(struct keyring *r, int64_t store_key, struct str ad, struct str wrapped, struct key *ret)
{
	enum status st = ST_RETRY;

	pthread_rwlock_rdlock(&r->lock);
	for (int i = r->nstore - 1; i >= 0; i--) {
		if (r->store_number[i] == store_key) {
			st = key_unwrap(&r->keys[RING_STORE + i], ad, wrapped, ret);
			break;
		}
	}
	pthread_rwlock_unlock(&r->lock);
	return st;
}

enum status ring_reload(struct keyring *r, struct db *db)
{
	char t[128];
	enum status st = ST_OK;

	pthread_rwlock_wrlock(&r->lock);
	r->nstore = 0;
	struct db_q *q = db_query(db, &kq_store_keys);
	while (db_row(q) && st == ST_OK) {
		int64_t number = db_col_int(q, 0);
		if (r->nstore == STORE_KEYS_MAX)
			st = ST_BROKEN;
		else
			st = key_unwrap(&r->keys[RING_ROOT], number_ad(t, "store key", number), db_col_blob(q, 1), &r->keys[RING_STORE + r->nstore]);
		if (st == ST_OK)
			r->store_number[r->nstore++] = number;
	}
	pthread_rwlock_unlock(&r->lock);
	if (st != ST_OK) {
		IGNORE(db_end(q));
		return ST_DENIED;
	}
	TRY(db_end(q));
	return r->nstore ? ST_OK : ST_BROKEN;
}

/* ---- making and opening ---- */

struct keyring *ring_new(struct str where, const struct key *root)
{
	struct keyring *r = calloc(1, sizeof *r);

	if (!r || pthread_rwlock_init(&r->lock, NULL))
		abort();
	assert(where.n < (ptrdiff_t)sizeof r->where);
	memcpy(r->where, where.p, (size_t)where.n);
	r->keys = keys_alloc(RING_MAX);
	r->keys[RING_ROOT] = *root;
	return r;
}

void keyring_close(struct keyring *r)
{
	if (!r)
		return;
	keys_free(r->keys);
	pthread_rwlock_destroy(&r->lock);
	free(r);
}

static enum status add_store_key(struct keyring *r, struct db *db)
{
	unsigned char wrapped[WRAP_BYTES];
	char t[128];

	key_random(&r->keys[RING_STORE]);
	key_wrap(&r->keys[RING_ROOT], number_ad(t, "store key", 1), &r->keys[RING_STORE], wrapped);
	r->store_number[0] = 1;
	r->nstore = 1;
	struct db_q *q = db_query(db, &kq_store_key_add);
	db_int(q, 1, 1);
	db_int(q, 2, sys_now().us);
	db_blob(q, 3, (struct str){ (const char *)wrapped, WRAP_BYTES });
	return db_run(q);
}

static enum status add_secret(struct keyring *r, struct db *db, int place, struct str name)
{
	unsigned char wrapped[WRAP_BYTES];

	key_random(&r->keys[place]);
	int64_t store_key = ring_wrap(r, name, &r->keys[place], wrapped);
	struct db_q *q = db_query(db, &kq_secret_put);
	db_text(q, 1, name);
	db_int(q, 2, store_key);
	db_blob(q, 3, (struct str){ (const char *)wrapped, WRAP_BYTES });
	return db_run(q);
}

static enum status load_secret(struct keyring *r, struct db *db, int place, struct str name)
{
	enum status st = ST_BROKEN;
	struct db_q *q = db_query(db, &kq_secret_get);

	db_text(q, 1, name);
	if (db_row(q))
		st = ring_unwrap(r, db_col_int(q, 0), name, db_col_blob(q, 1), &r->keys[place]);
	TRY(db_end(q));
	return st == ST_OK ? ST_OK : ST_BROKEN;
}

static enum status fill_new(struct keyring *r, struct db *db)
{
	struct keystore ks = { .ring = r, .db = db };
	int64_t closed, revision;

	TRY(db_revision(db, &revision));
	if (revision)
		return ST_CONFLICT;
	TRY(db_migrate(db, keys_migrations));
	TRY(db_begin(db, DB_WRITE));
	TRY(add_store_key(r, db));
	TRY(add_secret(r, db, RING_INDEX, S("index")));
	TRY(add_secret(r, db, RING_SIGN, S("sign")));
	TRY(epoch_next(&ks, sys_now(), &closed));
	sign_public(&r->keys[RING_SIGN], r->public);
	return db_commit(db);
}

enum status ring_load(struct keyring *r, struct db *db)
{
	TRY(ring_reload(r, db));
	TRY(load_secret(r, db, RING_INDEX, S("index")));
	TRY(load_secret(r, db, RING_SIGN, S("sign")));
	sign_public(&r->keys[RING_SIGN], r->public);
	return ST_OK;
}

static enum status load(struct keyring *r, struct db *db)
{
	TRY(db_revision_check(db, keys_migrations));
	return ring_load(r, db);
}

static enum status open_with(struct str where, const struct key *root, enum status (*how)(struct keyring *, struct db *), struct keyring **ret)
{
	struct db *db = NULL;
	struct keyring *r;

	if (where.n >= (ptrdiff_t)sizeof r->where)
		return ST_BAD_INPUT;
	TRY(db_open(where, DB_WRITE, &db));
	r = ring_new(where, root);
	enum status st = how(r, db);
	db_close(db);
	if (st != ST_OK) {
		keyring_close(r);
		return st;
	}
	*ret = r;
	return ST_OK;
}

enum status keyring_create(struct str where, const struct key *root, struct keyring **ret)
{
	return open_with(where, root, fill_new, ret);
}

enum status keyring_open(struct str where, const struct key *root, struct keyring **ret)
{
	return open_with(where, root, load, ret);
}

void keyring_notice(struct keyring *r)
{
	r->notices++;
}

/* ---- what the ring does for others ---- */

static int find_field(const struct keyring *r, struct str field)
{
	for (int i = 0; i < r->nfields; i++)
		if (str_eq(str_z(r->field[i]), field))
			return i;
	return -1;
}

static void add_field(struct keyring *r, struct str field)
{
	pthread_rwlock_wrlock(&r->lock);
	if (find_field(r, field) < 0 && r->nfields < BLIND_FIELDS && field.n < BLIND_NAME) {
		memcpy(r->field[r->nfields], field.p, (size_t)field.n);
		key_derive(&r->keys[RING_INDEX], field, &r->keys[RING_FIELDS + r->nfields]);
		r->nfields++;
	}
	pthread_rwlock_unlock(&r->lock);
}

/* The keys of fields it has met are kept. */
void keyring_blind(struct keyring *r, struct str field, struct str folded, unsigned char ret[BLIND_BYTES])
{
	for (int tries = 0; tries < 2; tries++) {
		pthread_rwlock_rdlock(&r->lock);
		int i = find_field(r, field);
		if (i >= 0)
			blind_index(&r->keys[RING_FIELDS + i], folded, ret);
		pthread_rwlock_unlock(&r->lock);
		if (i >= 0)
			return;
		add_field(r, field);
	}
	struct key *k = keys_alloc(1);
	key_derive(&r->keys[RING_INDEX], field, k);
	blind_index(k, folded, ret);
	keys_free(k);
}

void keyring_sign(const struct keyring *r, struct str text, unsigned char ret[SIGN_BYTES])
{
	sign_make(&r->keys[RING_SIGN], text, ret);
}

void keyring_public(const struct keyring *r, unsigned char ret[SIGN_PUBLIC_BYTES])
{
	memcpy(ret, r->public, SIGN_PUBLIC_BYTES);
}

void keyring_derive(const struct keyring *r, struct str purpose, struct key *ret)
{
	char t[160];
	int n = snprintf(t, sizeof t, "purpose %.*s", STR_FMT(str_sub(purpose, 0, 128)));

	key_derive(&r->keys[RING_INDEX], (struct str){ t, n }, ret);
}
