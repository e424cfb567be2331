/* db.c - what both drivers share: the statements of a connection, the state of its transaction, its hooks. */
#include "db/db_driver.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum status db_fail(struct db *db, enum status st, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(db->error, sizeof db->error, fmt, ap);
	va_end(ap);
	if (db->in_tx && db->doomed == ST_OK)
		db->doomed = st;
	return st;
}

int db_param_number(const char *digits)
{
	int n = 0;

	for (; *digits >= '0' && *digits <= '9' && n <= DB_PARAMS_MAX; digits++)
		n = MIN(n * 10 + (*digits - '0'), DB_PARAMS_MAX + 1);
	return n;
}

void db_q_fail(struct db_q *q, enum status st)
{
	if (q->status == ST_OK)
		q->status = st;
}

static enum status open_where(struct str where, const char *z, enum db_mode mode, struct db **ret)
{
	if (str_starts(where, S("postgresql://")) || str_starts(where, S("postgres://")))
		return db_pg_open(where, mode, ret);
	return db_sqlite_open(z, mode, ret);
}

enum status db_open(struct str where, enum db_mode mode, struct db **ret)
{
	struct db *db = NULL;
	char *z;

	if (where.n == 0 || where.n > 4000 || str_find_char(where, 0) >= 0)
		return ST_BAD_INPUT;
	z = strndup(where.p, (size_t)where.n);
	if (!z)
		abort();
	enum status st = open_where(where, z, mode, &db);
	if (st != ST_OK) {
		free(z);
		return st;
	}
	db->where = z;
	*ret = db;
	return ST_OK;
}

void db_close(struct db *db)
{
	if (!db)
		return;
	db_rollback(db);
	db_rows_free(db);
	for (ptrdiff_t i = 0; i < COUNT(db->buckets); i++) {
		while (db->buckets[i]) {
			struct db_q *q = db->buckets[i];
			db->buckets[i] = q->next;
			db->driver->free(q);
		}
	}
	free(db->where);
	db->driver->close(db);
}

enum db_kind db_kind(const struct db *db)
{
	return db->driver->kind;
}

struct str db_where(const struct db *db)
{
	return str_z(db->where);
}

struct str db_error(const struct db *db)
{
	return str_z(db->error);
}

/* ---- transactions ---- */

void db_hook_add(struct db *db, const struct db_hook *hook, void *arg)
{
	int i = 0;

	assert(!db->in_tx);
	while (i < DB_HOOKS_MAX && db->hooks[i])
		i++;
	assert(i < DB_HOOKS_MAX);
	db->hooks[i] = hook;
	db->hook_arg[i] = arg;
}

void db_hook_drop(struct db *db, const struct db_hook *hook, void *arg)
{
	for (int i = 0; i < DB_HOOKS_MAX; i++)
		if (db->hooks[i] == hook && db->hook_arg[i] == arg)
			db->hooks[i] = NULL;
}

static void tell_hooks(struct db *db, bool committed)
{
	for (int i = 0; i < DB_HOOKS_MAX; i++)
		if (db->hooks[i])
			db->hooks[i]->ended(db->hook_arg[i], committed);
}

enum status db_begin(struct db *db, enum db_mode mode)
{
	assert(!db->in_tx);
	assert(mode == DB_READ || db->open_mode == DB_WRITE);
	TRY(db->driver->begin(db, mode));
	db->in_tx = true;
	db->mode = mode;
	db->doomed = ST_OK;
	return ST_OK;
}

static enum status commit(struct db *db, bool early)
{
	enum status st;

	assert(db->in_tx);
	IGNORE(db_add_now(db));                              /* a failure dooms the transaction */
	for (int i = 0; i < DB_HOOKS_MAX && db->doomed == ST_OK && db->mode == DB_WRITE; i++) {
		if (!db->hooks[i])
			continue;
		st = db->hooks[i]->before_commit(db->hook_arg[i]);
		if (st != ST_OK && db->doomed == ST_OK)
			db->doomed = st;
	}
	IGNORE(db_add_now(db));
	st = db->doomed;
	if (st != ST_OK) {
		db_rollback(db);
		return st;
	}
	st = db->driver->commit(db);
	if (st == ST_OK && db->mode == DB_WRITE && !early)
		st = db_settle(db);
	db->in_tx = false;
	tell_hooks(db, st == ST_OK);
	return st;
}

enum status db_commit(struct db *db)
{
	return commit(db, false);
}

enum status db_commit_early(struct db *db, bool *ret_settled)
{
	*ret_settled = db->mode == DB_READ || !db->driver->settle;
	return commit(db, true);
}

enum status db_settle(struct db *db)
{
	return db->driver->settle ? db->driver->settle(db) : ST_OK;
}

void db_rollback(struct db *db)
{
	if (!db->in_tx)
		return;
	db_rows_forget(db);
	db->driver->rollback(db);
	db->in_tx = false;
	tell_hooks(db, false);
}

bool db_in_transaction(const struct db *db)
{
	return db->in_tx;
}

enum status db_script(struct db *db, const char *sql)
{
	return db->driver->script(db, sql);
}

void db_tend(struct db *db, bool yes)
{
	if (db->driver->tend)
		db->driver->tend(db, yes);
}

bool db_log_grown(const struct db *db)
{
	return db->driver->log_grown && db->driver->log_grown(db);
}

enum status db_tidy(struct db *db)
{
	assert(!db->in_tx);
	return db->driver->tidy ? db->driver->tidy(db) : ST_OK;
}

enum status db_scrub(struct db *db)
{
	assert(!db->in_tx);
	return db->driver->scrub(db);
}

/* ---- statements ---- */

static struct db_q **bucket_of(struct db *db, const struct db_statement *s)
{
	return &db->buckets[((uintptr_t)s >> 3) % (uintptr_t)COUNT(db->buckets)];
}

static void forget(struct db_q *q)
{
	struct db *db = q->db;
	struct db_q **at = bucket_of(db, q->statement);

	while (*at != q)
		at = &(*at)->next;
	*at = q->next;
	db->statements--;
	db->driver->free(q);
}

struct db_q *db_query(struct db *db, const struct db_statement *s)
{
	if (db->rows)
		IGNORE(db_add_now(db));                      /* a failure dooms the transaction, and so this statement */
	return db_query_now(db, s);
}

struct db_q *db_query_apart(struct db *db, const struct db_statement *s)
{
	return db_query_now(db, s);
}

struct db_q *db_query_now(struct db *db, const struct db_statement *s)
{
	struct db_q **bucket = bucket_of(db, s), *q = *bucket;

	while (q && (q->statement != s || q->busy))
		q = q->next;
	if (!q) {
		assert(db->statements < DB_STATEMENTS_MAX);
		q = db->driver->make(db, s);
		q->db = db;
		q->statement = s;
		q->next = *bucket;
		*bucket = q;
		db->statements++;
	}
	q->busy = true;
	if (q->status == ST_OK && db->in_tx && db->doomed != ST_OK)
		q->status = db->doomed;
	if (q->status == ST_OK && q->writes && db->in_tx && db->mode == DB_READ)
		q->status = db_fail(db, ST_BROKEN, "%s: writes in a reading transaction", s->name);
	return q;
}

void db_int(struct db_q *q, int n, int64_t v)
{
	assert(n >= 1 && n <= DB_PARAMS_MAX);
	q->db->driver->bind_int(q, n, v);
}

void db_text(struct db_q *q, int n, struct str s)
{
	assert(n >= 1 && n <= DB_PARAMS_MAX);
	q->db->driver->bind_bytes(q, n, s, true);
}

void db_blob(struct db_q *q, int n, struct str s)
{
	assert(n >= 1 && n <= DB_PARAMS_MAX);
	q->db->driver->bind_bytes(q, n, s, false);
}

void db_null(struct db_q *q, int n)
{
	assert(n >= 1 && n <= DB_PARAMS_MAX);
	q->db->driver->bind_null(q, n);
}

bool db_row(struct db_q *q)
{
	assert(q->busy);
	return q->status == ST_OK && q->db->driver->row(q);
}

int64_t db_col_int(struct db_q *q, int col)
{
	assert(col >= 0 && col < q->db->driver->columns(q));
	return q->db->driver->col_int(q, col);
}

struct str db_col_text(struct db_q *q, int col)
{
	assert(col >= 0 && col < q->db->driver->columns(q));
	return q->db->driver->col_bytes(q, col);
}

struct str db_col_blob(struct db_q *q, int col)
{
	assert(col >= 0 && col < q->db->driver->columns(q));
	return q->db->driver->col_bytes(q, col);
}

bool db_col_null(struct db_q *q, int col)
{
	assert(col >= 0 && col < q->db->driver->columns(q));
	return q->db->driver->col_null(q, col);
}

enum status db_end(struct db_q *q)
{
	enum status st;

	assert(q->busy);
	st = q->status;
	q->status = ST_OK;
	q->busy = false;
	if (!q->db->driver->end(q))
		forget(q);
	return st;
}

static enum status run(struct db_q *q, int64_t *ret_rows)
{
	int64_t rows = 0;

	assert(q->busy);
	if (q->status == ST_OK)
		q->status = q->db->driver->run(q, ret_rows ? &rows : NULL);
	enum status st = db_end(q);
	if (st == ST_OK && ret_rows)
		*ret_rows = rows;
	return st;
}

enum status db_run(struct db_q *q)
{
	return run(q, NULL);
}

enum status db_run_counted(struct db_q *q, int64_t *ret_rows)
{
	return run(q, ret_rows);
}
