/* keystore.h - one key for each (owner, data set), kept apart from the data. Destroying a key erases what it sealed,
 * in the store and in every backup. Callers never see a key: they seal and open through it.
 *
 * The keys are wrapped by the store key, which the root key wraps. New keys become durable before the transaction that
 * uses them commits: a key nobody uses is harmless, data without its key are lost. */
#pragma once
#include "base/date.h"
#include "crypto/crypto.h"
#include "db/db.h"

struct keystore;                     /* one for each thread, like a database connection */
struct keyring;                      /* what is unlocked, shared by the threads of a process */

enum key_owner { KEY_SUBJECT = 1, KEY_RECORD = 2 };
/* The data set is a number of the caller's (the code of a record type, of a vault set); 0 is a set like any other. */
struct key_ref { enum key_owner kind; int64_t owner, set; };
#define KEY_ALL_SETS INT64_MIN

enum { KEYSTORE_EXTRA = 8 + SEAL_EXTRA, KEYSTORE_BULK = 4096, KEYSTORE_CACHE_S = 60, KEYSTORE_HORIZON_DAYS = 7 };

/* ---- opening ---- */
/* A new key store with its store key, index key, signing key and first epoch. ST_CONFLICT when there is one already. */
NODISCARD enum status keyring_create(struct str where, const struct key *root, struct keyring **ret);
/* ST_OK; ST_DENIED: the root key is another; ST_NO: another revision; ST_UNAVAILABLE; ST_BROKEN. */
NODISCARD enum status keyring_open(struct str where, const struct key *root, struct keyring **ret);
void                  keyring_close(struct keyring *r);                         /* after its key stores; accepts NULL */
NODISCARD enum status keystore_open(struct keyring *r, struct keystore **ret);
void                  keystore_close(struct keystore *ks);
/* Ties the key store to the connection of the data: new keys are committed just before each commit there, and given up
 * when it rolls back. Call once, before transactions. */
void                  keystore_attach(struct keystore *ks, struct db *data);

/* ---- sealing ---- */
/* Seals under the key of `ref`, which is created when missing. Writes plain.n + KEYSTORE_EXTRA bytes to out. `ad`: record,
 * field and version, as text. Without an attached connection the new key is durable on return. */
/* A key for an owner that was given its number just now, so that nothing is sealed for it yet. */
NODISCARD enum status keystore_make(struct keystore *ks, const struct key_ref *ref);
NODISCARD enum status keystore_seal(struct keystore *ks, const struct key_ref *ref, struct str ad, struct str plain, void *out);
/* Writes sealed.n - KEYSTORE_EXTRA bytes. ST_OK; ST_NOT_FOUND: erased, the key is destroyed; ST_BROKEN: not what was sealed. */
NODISCARD enum status keystore_unseal(struct keystore *ks, const struct key_ref *ref, struct str ad, struct str sealed, void *out);
/* Fetches (and creates, if asked) up to KEYSTORE_BULK keys at once, so that what follows finds them at hand. */
NODISCARD enum status keystore_prepare(struct keystore *ks, const struct key_ref *refs, ptrdiff_t n, bool create);
/* The value under which a sealed field is found; `field` names it for ever ("staff.mail"). Thread safe. */
void keyring_blind(struct keyring *r, struct str field, struct str folded, unsigned char ret[BLIND_BYTES]);
/* Signs with the organisation's Ed25519 key (audit heads, erasure list). Thread safe. */
void keyring_sign(const struct keyring *r, struct str text, unsigned char ret[SIGN_BYTES]);
void keyring_public(const struct keyring *r, unsigned char ret[SIGN_PUBLIC_BYTES]);
/* A key for a purpose of the server itself, such as session cookies. Wipe it after use. */
void keyring_derive(const struct keyring *r, struct str purpose, struct key *ret);

/* ---- erasing ---- */
/* Destroys keys: durable on return, noted in the signed erasure list with the record that orders the disposal; opens a new
 * epoch for backups. Cost does not depend on how many keys there are. What is left of them in the files of SQLite (it was
 * wrapped by the store key) goes with keystore_scrub, which place_minute calls. `set` KEY_ALL_SETS takes
 * all of the owner. ST_OK with the number of the erasure; ST_NOT_FOUND: there was none (nothing noted). */
NODISCARD enum status keystore_destroy(struct keystore *ks, const struct key_ref *refs, ptrdiff_t n, int64_t disposal, int64_t *ret_erasure);
/* Overwrites what erasures left in the files, if there were any since the last time. */
NODISCARD enum status keystore_scrub(struct keystore *ks);
/* Gives up cached keys at once: another node has destroyed some. */
void                  keyring_notice(struct keyring *r);
/* Destroys epoch keys that were closed `days` ago: backups of before can no longer be opened. *ret_n: how many. */
NODISCARD enum status keystore_expire(struct keystore *ks, struct instant now, int days, int64_t *ret_n);
/* When the backups that still hold what was erased now become unreadable: printed on the disposal record. */
struct instant        keystore_unreadable_from(struct instant erased, int days);
/* The signed list as text, one erasure a line, to be kept outside with the audit heads. */
NODISCARD enum status keystore_erasures(struct keystore *ks, struct buf *ret);
NODISCARD enum status keystore_erasure_head(struct keystore *ks, int64_t *ret_n, unsigned char ret_hash[HASH_BYTES]);

/* ---- backup, restore, exchange of keys ---- */
/* A backup of the key store, sealed under the key of the running epoch. It is of no use without the file of epoch keys
 * (wrapped by the root key), which is kept apart from backups and written anew after each disposal and expiry: whoever
 * restores needs backup, epoch keys, root key and the erasure list. */
NODISCARD enum status keystore_backup(struct keystore *ks, struct str to);
NODISCARD enum status keystore_epochs(struct keystore *ks, struct str to);
/* Rebuilds a key store at `where` (which must be empty) and destroys again what the erasure list names. ST_OK; ST_NO: the
 * epoch of the backup is destroyed, or the backup is not one; ST_DENIED: another root key, or a list that is forged or
 * older than the backup or than `known` (the newest erasure number seen outside; 0 = none); ST_CONFLICT: not empty. */
NODISCARD enum status keystore_restore(struct str backup, struct str epochs, struct str erasures, int64_t known,
	const struct key *root, struct str where);
/* A new store key: every data key is wrapped anew, some hundred at a time, beside normal work. Run again after a failure. */
NODISCARD enum status keystore_rotate(struct keystore *ks);
/* The store keys under a new root key; data keys stay as they are. Other processes must not run (PLACE_MAINTAIN). */
NODISCARD enum status keystore_change_root(struct keystore *ks, const struct key *to);

/* ---- subjects: the people concerned ---- */
/* In the transaction of the data; numbers are taken in blocks, one for each connection, empty again after a rollback. */
enum { ID_BLOCK = 64 };
struct id_block { int64_t next, last; };
NODISCARD enum status subject_new(struct db *db, struct id_block *b, int64_t *ret);
/* Notes that a value speaks of the subject, by the blind index of the field. */
NODISCARD enum status subject_mark(struct db *db, int64_t subject, struct str field, const unsigned char blind[BLIND_BYTES]);
NODISCARD enum status subject_unmark(struct db *db, int64_t subject);           /* all its values: it is erased */
struct subject_hit { int64_t subject; int64_t agreeing; };                      /* how many of the values asked for agree */
struct subject_ask { struct str field; unsigned char blind[BLIND_BYTES]; };
/* Who might be meant, best first; merged subjects appear as the one they became. Returns at most `max`. */
NODISCARD enum status subject_candidates(struct db *db, const struct subject_ask *asked, int nasked, struct subject_hit *ret, int max, int *ret_n);
/* Two subjects are one person: `from` is from now on read as `into`. Each keeps its keys. ST_OK, ST_NOT_FOUND, ST_NO (a circle). */
NODISCARD enum status subject_merge(struct db *db, int64_t from, int64_t into);
NODISCARD enum status subject_split(struct db *db, int64_t from);               /* takes the merge back */
NODISCARD enum status subject_of(struct db *db, int64_t subject, int64_t *ret); /* what it has been merged into, or itself */
/* All subjects that are this person: itself and those merged into it; their keys are destroyed together. */
NODISCARD enum status subject_parts(struct db *db, int64_t subject, int64_t *ret, int max, int *ret_n);
