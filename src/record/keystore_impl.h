/* keystore_impl.h - the inside of the key store, for keystore*.c only. */
#pragma once
#include "record/keystore.h"
#include <pthread.h>

#define QUERY(name, sql) extern const struct db_statement kq_##name;
#include "record/keystore_queries.def"
#undef QUERY

enum { STORE_KEYS_MAX = 8, BLIND_FIELDS = 512, BLIND_NAME = 96 };

/* Places in the ring's locked memory. */
enum { RING_ROOT, RING_INDEX, RING_SIGN, RING_STORE, RING_FIELDS = RING_STORE + STORE_KEYS_MAX, RING_MAX = RING_FIELDS + BLIND_FIELDS };

struct keyring {
	char            where[4096];
	struct key     *keys;                     /* RING_MAX */
	pthread_rwlock_t lock;                    /* over all below and the store keys */
	int64_t         store_number[STORE_KEYS_MAX];
	int             nstore;                   /* the last is the one in use */
	char            field[BLIND_FIELDS][BLIND_NAME];
	int             nfields;
	unsigned char   public[SIGN_PUBLIC_BYTES];
	_Atomic uint64_t notices;                 /* counts what makes caches stale */
	_Atomic bool     remains;                 /* erased since the last scrub */
};

/* A key at hand. The table is open-addressed; slots and keys share their index. */
struct slot { struct key_ref ref; int64_t stamp, since; bool used; };

struct keystore {
	struct keyring *ring;
	struct db      *db, *data;                /* data: the connection it is attached to, or NULL */
	struct slot    *slots;
	struct key     *keys;
	ptrdiff_t       cap, n;
	uint64_t        seen;                     /* of ring->notices */
	struct key     *spare;                    /* for one key in passing */
};

struct keyring *ring_new(struct str where, const struct key *root);
/* Store keys, index key and signing key from the key store. ST_DENIED: another root key. */
NODISCARD enum status ring_load(struct keyring *r, struct db *db);
/* Wraps under the newest store key; returns its number. */
int64_t ring_wrap(struct keyring *r, struct str ad, const struct key *k, unsigned char out[WRAP_BYTES]);
/* ST_RETRY: the store key is unknown here, ring_reload and try again. */
NODISCARD enum status ring_unwrap(struct keyring *r, int64_t store_key, struct str ad, struct str wrapped, struct key *ret);
NODISCARD enum status ring_reload(struct keyring *r, struct db *db);
/* What a wrapped data key is bound to. */
struct str data_key_ad(char out[128], const struct key_ref *ref, int64_t stamp);
struct str number_ad(char out[128], const char *what, int64_t number);
void       keystore_forget(struct keystore *ks);              /* everything at hand */
struct erasure { int64_t number, at; struct key_ref ref; int64_t epoch, disposal; };
void       erasure_hash(const struct erasure *e, const unsigned char prev[HASH_BYTES], unsigned char ret[HASH_BYTES]);
/* The erasure and epoch part of a destruction, in the running transaction. */
NODISCARD enum status erasure_note(struct keystore *ks, struct erasure *e);
NODISCARD enum status epoch_next(struct keystore *ks, struct instant now, int64_t *ret_closed);
/* A failure that only means that another node has exchanged the store key becomes ST_RETRY. */
NODISCARD enum status keystore_judge(struct keystore *ks, enum status st);
/* Deletes the keys of a ref; how many. */
NODISCARD enum status keys_drop(struct keystore *ks, const struct key_ref *ref, int64_t *ret_n);
