/* place.h - the directory of a store:  DIR/store.json  settings;  DIR/store.db  data;  DIR/keys/  root.key and keys.db.
 * Data and keys may lie elsewhere (PostgreSQL; another disk). Paths in store.json are relative to DIR, so that a copy of
 * DIR with its keys is a working copy. */
#pragma once
#include "record/keystore.h"

struct place;

/* What a new store is made of; an empty text stands for the usual. */
struct place_plan {
	struct str database;      /* "postgresql://...?schema=NAME"; usual: store.db in DIR */
	struct str key_database;  /* likewise, with credentials of its own; usual: keys.db in the directory of keys */
	struct str keys;          /* directory of keys; usual: DIR/keys */
	struct str root;          /* source of the root key, see root_key.h; usual: file:root.key in the directory of keys */
	struct str passphrase;    /* for "passphrase:" */
};

/* How a store is opened. Several processes may share one; MAINTAIN (restore, exchange of keys) demands to be alone. */
enum place_use { PLACE_READ, PLACE_SHARE, PLACE_MAINTAIN };

/* Makes the directory (mode 700), the keys and both databases with their newest schema. Leaves nothing behind when it
 * fails. ST_CONFLICT: DIR or a place in PostgreSQL is not empty; ST_NOT_FOUND: its parent is missing; ST_DENIED, ST_UNAVAILABLE, ST_BAD_INPUT. */
NODISCARD enum status place_create(struct str dir, const struct place_plan *plan, struct place **ret);
/* ST_OK; ST_NOT_FOUND: no store there; ST_BAD_INPUT: store.json cannot be read; ST_DENIED: wrong root key, or others may
 * read it; ST_CONFLICT: another process holds it (MAINTAIN, or is maintaining it); ST_NO: another revision; ST_UNAVAILABLE.
 * With PLACE_READ no key is loaded: place_keyring is NULL. */
NODISCARD enum status place_open(struct str dir, enum place_use use, struct str passphrase, struct place **ret);
/* Brings a store of an earlier revision up to date, alone: as place_open with MAINTAIN, but ST_NO only for a newer one. Ended in the midst
 * (each step is one transaction), it goes on when called again. */
NODISCARD enum status place_upgrade(struct str dir, struct str passphrase);
void                  place_close(struct place *p);             /* accepts NULL */
/* Closes what place_create has just made and takes it back, also what was made in PostgreSQL. Accepts NULL. */
void                  place_discard(struct place *p);

struct str            place_dir(const struct place *p);
struct str            place_where(const struct place *p);       /* for db_open and store_open */
struct str            place_keys_where(const struct place *p);
struct keyring       *place_keyring(const struct place *p);
const unsigned char  *place_public(const struct place *p);      /* SIGN_PUBLIC_BYTES: who signs the audit heads */
/* Places outside to which signed heads are exported: n directories. */
int                   place_outside(const struct place *p, const struct str **ret);
/* Once a minute: destroys the keys of epochs that are over, scrubs, signs the heads, if they have moved, and exports them with the erasure list to the places outside, as
 * heads-NUMBER.txt and erasures.txt. ST_OK; ST_PARTIAL: signed, but a place outside could not be written; ST_RETRY ... */
NODISCARD enum status place_minute(struct place *p, struct db *data, struct keystore *keys);
