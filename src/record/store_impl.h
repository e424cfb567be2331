/* store_impl.h - the inside of struct store, for the files of record/ only. */
#pragma once
#include "record/audit.h"
#include "record/keystore.h"
#include "record/store.h"
#include <pthread.h>

struct together;

struct store {
	struct arena        a;
	struct str          where;          /* the database of the data */
	struct keyring     *keys;
	struct audit_group *group;
	struct together    *together;
	struct sandbox     *sandbox;
	const struct record_type *const *given;   /* the types as the program has them */
	struct type        *types;          /* with the organisation's own fields; older loads live on for requests under way */
	int                 ntypes;
	int64_t             generation;     /* how often own fields have changed, when these were loaded */
	pthread_mutex_t     lock;           /* of the four above and of the arena */
};

struct conn {
	struct store      *store;                 /* `view`: the types stay the same through a request */
	struct store      *origin, view;
	struct db         *db;
	struct keystore   *keys;
	struct audit_lane *lane;
	struct id_block    ids, subjects;         /* numbers taken in advance */
};

NODISCARD enum status conn_take_id(struct conn *c, int64_t *ret);
/* The newest state within the transaction, without access check or note; `ret_since` may be NULL and gets the version
 * with which it came to its step. */
NODISCARD enum status record_fetch(struct request *rq, int64_t id, struct record **ret, int64_t *ret_since);
/* The records of these ids, 0 standing for none, in no order. */
enum { FETCH_AT_ONCE = 16 };
NODISCARD enum status record_fetch_some(struct request *rq, const int64_t ids[FETCH_AT_ONCE], struct record **ret, int *ret_n);
/* The records that have one of these keys (index.h) in a field, n <= FETCH_AT_ONCE, in no order; *ret_n FOUND_MAX: perhaps more.
 * Sees nothing that waits to be written. */
enum { FOUND_MAX = 64 };
struct record_found { struct str key; struct record *r; };
NODISCARD enum status record_fetch_keyed(struct request *rq, int64_t field, const struct str *key, int n, struct record_found ret[FOUND_MAX],
	int *ret_n);
/* The record of a row whose first RECORD_COLUMNS columns are those of record_current. */
enum { RECORD_COLUMNS = 13 };
NODISCARD enum status record_of_row(struct request *rq, struct db_q *q, int64_t id, struct record **ret);
/* Writes the next version. `m` NULL for a plain save; `comment` goes into the history. */
NODISCARD enum status record_put(struct request *rq, struct record *r, const struct record *before, const struct move *m,
	struct str comment, bool free_hand);
/* Remembers a record in memory as it is, so that a transaction that fails, or runs again, leaves it so. */
void record_remember(struct request *rq, struct record *r);
/* Recomputes whose turn it is; `fresh`: the record is new, nothing is to be cleared. */
NODISCARD enum status turns_write(struct request *rq, const struct record *r, int64_t since, bool fresh);
/* Runs a request that `shares` in the transaction of those that wait to write at the same moment: one after the other, each sees what
 * those before it did, one commit for all. `work` does all that belongs into the transaction; `first`: it is the first one in it.
 * ST_RETRY: somebody's work failed and with it that of all, or it cannot be done so; then it is to run alone. */
typedef enum status together_work(struct request *rq, bool first, void *arg);
NODISCARD enum status together_run(struct request *rq, together_work *work, void *arg);
struct together *together_make(void);
void together_free(struct together *t);
/* Takes the newest types, for what follows on this connection. */
void conn_pin(struct conn *c);
bool field_shown(const struct record *r, const struct field *f);
