/* db.h - one small interface, two drivers: SQLite and PostgreSQL. One SQL text serves both.
 * A connection belongs to one thread at a time. SQL is never built: a statement is a row of a
 * queries.def, prepared once for each connection. */
#pragma once
#include "base/base.h"

struct db;

/* One statement. Parameters are $1, $2 ...; `pg` is a second text where the dialects differ, else NULL. */
struct db_statement { const char *name, *sql, *pg; };

enum db_kind { DB_SQLITE, DB_PG };
enum db_mode { DB_READ, DB_WRITE };

/* `where` is a path (SQLite; DB_WRITE makes a missing file, mode 600) or "postgresql://...?schema=NAME" (the schema of
 * the organisation, [a-z_][a-z0-9_]*; public without). ST_OK, ST_BAD_INPUT (no such form), ST_UNAVAILABLE, ST_BROKEN. */
NODISCARD enum status db_open(struct str where, enum db_mode mode, struct db **ret);
void         db_close(struct db *db);                 /* accepts NULL */
enum db_kind db_kind(const struct db *db);
struct str   db_where(const struct db *db);            /* as it was opened, for another connection to the same */
/* What went wrong last, for the operator's log only; never for a page. */
struct str   db_error(const struct db *db);

/* Serializable on both. ST_RETRY: the race was lost, run the whole handler again. A statement that failed inside a
 * transaction dooms it on both databases: further statements and the commit report that first failure, and the
 * commit rolls back. Where a conflict is expected, use ON CONFLICT DO NOTHING and db_run_counted. */
NODISCARD enum status db_begin(struct db *db, enum db_mode mode);
NODISCARD enum status db_commit(struct db *db);
/* The same, but others see it before it is on the disk: nothing that rests on it may be told until db_settle, on any
 * connection to the same database, has returned ST_OK. *ret_settled: it is on the disk already. */
NODISCARD enum status db_commit_early(struct db *db, bool *ret_settled);
NODISCARD enum status db_settle(struct db *db);
void         db_rollback(struct db *db);              /* harmless without a transaction */
bool         db_in_transaction(const struct db *db);

/* What must happen with each transaction of a connection, such as writing the head of the audit chain.
 * before_commit may run statements; a failure of it rolls back. `ended` is always called, `committed` false also
 * when the outcome is unknown. At most DB_HOOKS_MAX for a connection; `hook` must outlive the connection. */
struct db_hook {
	enum status (*before_commit)(void *arg);
	void        (*ended)(void *arg, bool committed);
};
enum { DB_HOOKS_MAX = 4 };
void         db_hook_add(struct db *db, const struct db_hook *hook, void *arg);
void         db_hook_drop(struct db *db, const struct db_hook *hook, void *arg);
/* Moves what the log holds into the data file when that is worth it, without stopping anybody (SQLite). Whoever calls it
 * whenever db_log_grown says so should say it first: db_tend; then commits leave this work to them. */
void         db_tend(struct db *db, bool yes);
bool         db_log_grown(const struct db *db);
NODISCARD enum status db_tidy(struct db *db);
/* Flushes what was deleted out of write-ahead files (SQLite: checkpoint and truncate). Nothing to do on PostgreSQL. */
NODISCARD enum status db_scrub(struct db *db);

/* A running statement: take it, bind, step through its rows, end it. A failure anywhere is remembered
 * and reported by db_end. Texts and blobs of a row live until the next db_row or db_end.
 *
 *     struct db_q *q = db_query(db, &q_record_head);
 *     db_int(q, 1, id);
 *     while (db_row(q))
 *         use(db_col_int(q, 0), db_col_text(q, 1));
 *     TRY(db_end(q));
 */
struct db_q;
struct db_q *db_query(struct db *db, const struct db_statement *s);      /* never NULL */
void       db_int(struct db_q *q, int n, int64_t v);                     /* n counts from 1 */
void       db_text(struct db_q *q, int n, struct str s);                 /* bytes must live until db_end */
void       db_blob(struct db_q *q, int n, struct str s);
void       db_null(struct db_q *q, int n);
bool       db_row(struct db_q *q);
int64_t    db_col_int(struct db_q *q, int col);                          /* col counts from 0; NULL gives 0 */
struct str db_col_text(struct db_q *q, int col);                         /* NULL gives p == NULL */
struct str db_col_blob(struct db_q *q, int col);
bool       db_col_null(struct db_q *q, int col);
/* ST_OK; ST_CONFLICT (a unique key exists already); ST_RETRY; ST_UNAVAILABLE; ST_BROKEN. */
NODISCARD enum status db_end(struct db_q *q);
/* For statements without rows: binds are done, run it, end it. On PostgreSQL inside a transaction such
 * statements may travel in a pipeline; then a failure surfaces at the next row query or at the commit.
 * Use db_run_counted where a conflict or the number of rows decides what happens next. */
NODISCARD enum status db_run(struct db_q *q);
NODISCARD enum status db_run_counted(struct db_q *q, int64_t *ret_rows);

/* A row for a statement "INSERT INTO ... VALUES ($1, $2, ...)": it waits, in the running transaction, for others like it and
 * is written together with them; before the next db_query and before the commit at the latest. `v` are its parameters in
 * order, and are copied. A failure dooms the transaction. */
struct db_value { enum { DB_INT, DB_TEXT, DB_BLOB, DB_NULL } kind; int64_t number; struct str bytes; };
#define db_v_int(n)   ((struct db_value){ DB_INT, (n), { NULL, 0 } })
#define db_v_text(s)  ((struct db_value){ DB_TEXT, 0, (s) })
#define db_v_blob(s)  ((struct db_value){ DB_BLOB, 0, (s) })
#define db_v_null     ((struct db_value){ DB_NULL, 0, { NULL, 0 } })
NODISCARD enum status db_add(struct db *db, const struct db_statement *s, const struct db_value *v, int n);
NODISCARD enum status db_add_now(struct db *db);                        /* writes what waits */
/* As db_query, for a statement that looks at no table for which rows may wait: they go on waiting. */
struct db_q *db_query_apart(struct db *db, const struct db_statement *s);
