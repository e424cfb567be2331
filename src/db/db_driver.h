/* db_driver.h - what a driver must give to db.c. Private to src/db. */
#pragma once
#include "db/db.h"

enum { DB_PARAMS_MAX = 256, DB_STATEMENTS_MAX = 4096 };

/* A statement in use. Drivers extend it; it stays with the connection and is used again. */
struct db_q {
	struct db                 *db;
	const struct db_statement *statement;
	struct db_q               *next;         /* in its bucket */
	bool                       busy, writes;
	enum status                status;       /* the first failure since db_query */
};

struct db_driver {
	enum db_kind kind;
	void         (*close)(struct db *db);
	/* Outside a transaction, connects again when the connection was lost. */
	enum status  (*begin)(struct db *db, enum db_mode mode);
	enum status  (*commit)(struct db *db);
	enum status  (*settle)(struct db *db);                     /* NULL: what is committed is on the disk */
	void         (*rollback)(struct db *db);
	/* A new db_q with the statement prepared (or to be prepared at its first run). */
	struct db_q *(*make)(struct db *db, const struct db_statement *s);
	void         (*free)(struct db_q *q);
	void         (*bind_int)(struct db_q *q, int n, int64_t v);
	void         (*bind_bytes)(struct db_q *q, int n, struct str s, bool text);
	void         (*bind_null)(struct db_q *q, int n);
	bool         (*row)(struct db_q *q);
	int64_t      (*col_int)(struct db_q *q, int col);
	struct str   (*col_bytes)(struct db_q *q, int col);
	bool         (*col_null)(struct db_q *q, int col);
	int          (*columns)(struct db_q *q);
	bool         (*end)(struct db_q *q);                       /* ready for the next use; false: it never will be, free it */
	enum status  (*run)(struct db_q *q, int64_t *ret_rows);    /* ret_rows NULL: may be deferred */
	/* Several statements in one text, for migrations. */
	enum status  (*script)(struct db *db, const char *sql);
	enum status  (*scrub)(struct db *db);
	/* NULL: there is no log to look after. */
	void         (*tend)(struct db *db, bool yes);
	bool         (*log_grown)(const struct db *db);
	enum status  (*tidy)(struct db *db);
};

struct db_rows;

struct db {
	const struct db_driver *driver;
	char                   *where;
	enum db_mode            open_mode, mode;   /* mode: of the running transaction */
	bool                    in_tx;
	enum status             doomed;            /* a statement of the transaction has failed: it can only roll back */
	struct db_q            *buckets[251];
	int                     statements;
	const struct db_hook   *hooks[DB_HOOKS_MAX];
	void                   *hook_arg[DB_HOOKS_MAX];
	struct db_rows         *rows;              /* that wait, see db_rows.c */
	char                    error[512];
};

enum status db_sqlite_open(const char *path, enum db_mode mode, struct db **ret);
enum status db_pg_open(struct str where, enum db_mode mode, struct db **ret);
/* Remembers the failure and its text; returns st. */
enum status db_fail(struct db *db, enum status st, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void        db_q_fail(struct db_q *q, enum status st);
/* The number after the $ of a parameter; one over the limit comes out as DB_PARAMS_MAX + 1. */
int         db_param_number(const char *digits);
enum status db_script(struct db *db, const char *sql);
/* db_query without a look at what waits. */
struct db_q *db_query_now(struct db *db, const struct db_statement *s);
void        db_rows_forget(struct db *db);       /* after a rollback */
void        db_rows_free(struct db *db);

/* Registers the way to files that db_log.c describes; its name for sqlite3_open_v2. Once, before the first connection. */
const char *db_log_vfs(void);
struct sqlite3;
/* For each connection opened that way: what a rollback of it makes void is not written. */
void db_log_watch(struct sqlite3 *h);

/* What connections to the SQLite file at `path` share: the flush and the turn to write. While one is open, some
 * connection must be. */
struct flush;
struct flush *flush_open(const char *path);
void          flush_close(struct flush *f);       /* accepts NULL */
/* One connection of this process writes at a time; the others sleep until it is their turn instead of asking the file
 * again and again. False when it took longer than any transaction may. */
NODISCARD bool flush_take_turn(struct flush *f);
void           flush_give_turn(struct flush *f);
/* How many pages the log has after a commit. True: whoever committed moves them into the file now. */
bool           flush_log_is(struct flush *f, int pages);
void           flush_log_moved(struct flush *f, int pages);
bool           flush_log_grown(const struct flush *f);
void           flush_tend(struct flush *f, bool yes);      /* somebody does it beside the commits */
/* Returns when everything committed before the call is on the disk; ends the process when that cannot be said. */
void          flush_wait(struct flush *f);
