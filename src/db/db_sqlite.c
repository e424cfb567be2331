/* db_sqlite.c - the SQLite driver: one file, write-ahead log, full durability. */
#include "db/db_driver.h"
#include "sys/fault.h"
#include "sys/sys.h"
#include <assert.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct lite {
	struct db     db;
	sqlite3      *h;
	sqlite3_stmt *begin[2], *commit, *rollback;
	struct flush *flush;                         /* NULL for a connection that only reads */
	bool          turn;                          /* it has the turn to write */
};

struct lite_q {
	struct db_q   q;
	sqlite3_stmt *st;
	int           columns;
	bool          bound, started, done;
	short         place[DB_PARAMS_MAX + 1];      /* SQLite numbers $n by first appearance */
};

static sqlite3 *handle(struct db *db)
{
	return ((struct lite *)db)->h;
}

static struct lite_q *lite(struct db_q *q)
{
	return (struct lite_q *)q;
}

static enum status status_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_OK: case SQLITE_ROW: case SQLITE_DONE:
		return ST_OK;
	case SQLITE_BUSY: case SQLITE_LOCKED: case SQLITE_PROTOCOL:
		return ST_RETRY;
	case SQLITE_FULL: case SQLITE_IOERR: case SQLITE_CANTOPEN: case SQLITE_READONLY: case SQLITE_PERM:
	case SQLITE_CORRUPT: case SQLITE_NOTADB:                 /* damaged from outside: no fault of the program */
		return ST_UNAVAILABLE;
	case SQLITE_TOOBIG:
		return ST_TOO_BIG;
	case SQLITE_NOMEM:
		abort();
	case SQLITE_CONSTRAINT:
		return code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
			code == SQLITE_CONSTRAINT_ROWID ? ST_CONFLICT : ST_BROKEN;
	default:
		return ST_BROKEN;
	}
}

static enum status fail(struct db *db, int code, const char *what)
{
	return db_fail(db, status_of(code), "%s: %s (%d)", what, sqlite3_errmsg(handle(db)), code);
}

/* ---- connection ---- */

/* Waits for another writer: short naps first, ten seconds in all. SQLite's own handler starts at a millisecond. */
static int nap(void *arg, int tries)
{
	struct timespec t = { 0, 100000L << MIN(tries / 4, 7) };

	(void)arg;
	if (tries > 800)
		return 0;
	nanosleep(&t, NULL);
	return 1;
}

static const char *vfs;

static void configure(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_initialize();
	vfs = db_log_vfs();
}

static void lite_close(struct db *db)
{
	struct lite *l = (struct lite *)db;

	sqlite3_finalize(l->begin[DB_READ]);
	sqlite3_finalize(l->begin[DB_WRITE]);
	sqlite3_finalize(l->commit);
	sqlite3_finalize(l->rollback);
	sqlite3_close(l->h);
	flush_close(l->flush);
	free(l);
}

static enum status prepare(struct db *db, const char *sql, sqlite3_stmt **ret)
{
	const char *tail = "";
	int code = sqlite3_prepare_v3(handle(db), sql, -1, SQLITE_PREPARE_PERSISTENT, ret, &tail);

	if (code != SQLITE_OK)
		return fail(db, code, sql);
	if (*tail)
		return db_fail(db, ST_BROKEN, "more than one statement: %s", sql);
	return ST_OK;
}

static enum status set_up(struct lite *l, enum db_mode mode)
{
	/* Durable: NORMAL, and each commit waits for a flush (db_flush.c). Nothing personal in temporary files; deleted content
	 * overwritten. Not mapped into memory: whoever commits would throw the mapping of all others away. */
	static const char *const pragmas[] = {
		"PRAGMA synchronous=NORMAL", "PRAGMA foreign_keys=ON", "PRAGMA secure_delete=ON", "PRAGMA trusted_schema=OFF",
		"PRAGMA cell_size_check=ON", "PRAGMA temp_store=MEMORY", "PRAGMA cache_size=-8192",
		"PRAGMA journal_size_limit=67108864", "PRAGMA cache_spill=16384",
	};

	sqlite3_extended_result_codes(l->h, 1);
	sqlite3_busy_handler(l->h, nap, NULL);
	sqlite3_db_config(l->h, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
	sqlite3_db_config(l->h, SQLITE_DBCONFIG_DQS_DDL, 0, (int *)NULL);
	sqlite3_db_config(l->h, SQLITE_DBCONFIG_DQS_DML, 0, (int *)NULL);
	if (mode == DB_WRITE)
		TRY(db_script(&l->db, "PRAGMA journal_mode=WAL"));
	for (ptrdiff_t i = 0; i < COUNT(pragmas); i++)
		TRY(db_script(&l->db, pragmas[i]));
	if (mode == DB_READ)
		TRY(db_script(&l->db, "PRAGMA query_only=ON"));
	TRY(prepare(&l->db, "BEGIN", &l->begin[DB_READ]));
	TRY(prepare(&l->db, "BEGIN IMMEDIATE", &l->begin[DB_WRITE]));
	TRY(prepare(&l->db, "COMMIT", &l->commit));
	return prepare(&l->db, "ROLLBACK", &l->rollback);
}

static const struct db_driver driver;

static int move_log(struct lite *l)
{
	int pages = 0, moved = 0;
	int code = sqlite3_wal_checkpoint_v2(l->h, NULL, SQLITE_CHECKPOINT_PASSIVE, &pages, &moved);

	if (code == SQLITE_OK)
		flush_log_moved(l->flush, moved);
	return code == SQLITE_BUSY ? SQLITE_OK : code;          /* somebody else does it */
}

static int after_commit(void *arg, sqlite3 *h, const char *name, int pages)
{
	struct lite *l = arg;

	(void)h, (void)name;
	if (flush_log_is(l->flush, pages))
		IGNORE(move_log(l));                                /* it stays in the log, which is as good */
	return SQLITE_OK;
}

/* The file is there, no link, and when made here nobody else's to read. A file that is there is not opened: closing it
 * would take away the locks that other connections of this process hold on it, and with them the log they write to.
 * The lock keeps its first close before anybody's connection. */
static bool own_file(const char *path, bool make)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
	struct stat st;

	pthread_mutex_lock(&one);
	int fd = make ? open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_CREAT | O_EXCL, 0600) : -1;
	if (fd >= 0)
		close(fd);
	pthread_mutex_unlock(&one);
	return lstat(path, &st) == 0 && S_ISREG(st.st_mode);
}

enum status db_sqlite_open(const char *path, enum db_mode mode, struct db **ret)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct lite *l;
	enum status st;

	pthread_once(&once, configure);
	if (!own_file(path, mode == DB_WRITE))
		return ST_UNAVAILABLE;
	l = calloc(1, sizeof *l);
	if (!l)
		abort();
	l->db.driver = &driver;
	l->db.open_mode = mode;
	int code = sqlite3_open_v2(path, &l->h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, vfs);
	if (code == SQLITE_OK)
		db_log_watch(l->h);
	st = code == SQLITE_OK ? set_up(l, mode) : status_of(code);
	if (st == ST_OK && mode == DB_WRITE)
		l->flush = flush_open(path);
	if (l->flush)
		sqlite3_wal_hook(l->h, after_commit, l);
	if (st != ST_OK) {
		lite_close(&l->db);
		return st == ST_RETRY ? ST_UNAVAILABLE : st;
	}
	*ret = &l->db;
	return ST_OK;
}

/* ---- transactions ---- */

static enum status step_once(struct db *db, sqlite3_stmt *s, const char *what)
{
	int code = FAULT("db.step") ? SQLITE_IOERR : sqlite3_step(s);

	sqlite3_reset(s);
	return code == SQLITE_DONE ? ST_OK : fail(db, code, what);
}

static void give_turn(struct lite *l)
{
	if (l->turn)
		flush_give_turn(l->flush);
	l->turn = false;
}

static enum status lite_begin(struct db *db, enum db_mode mode)
{
	struct lite *l = (struct lite *)db;

	if (mode == DB_WRITE && !(l->turn = flush_take_turn(l->flush)))
		return db_fail(db, ST_RETRY, "another transaction does not end");
	enum status st = step_once(db, l->begin[mode], "begin");
	if (st != ST_OK)
		give_turn(l);
	return st;
}

static void reset_all(struct db *db)
{
	for (ptrdiff_t i = 0; i < COUNT(db->buckets); i++)
		for (struct db_q *q = db->buckets[i]; q; q = q->next)
			if (q->busy)
				sqlite3_reset(lite(q)->st);
}

static void lite_rollback(struct db *db)
{
	reset_all(db);
	if (!sqlite3_get_autocommit(handle(db))) {
		sqlite3_step(((struct lite *)db)->rollback);
		sqlite3_reset(((struct lite *)db)->rollback);
	}
	give_turn((struct lite *)db);
}

static enum status lite_settle(struct db *db)
{
	struct flush *f = ((struct lite *)db)->flush;

	if (f)
		flush_wait(f);
	return ST_OK;
}

static enum status lite_commit(struct db *db)
{
	enum status st = step_once(db, ((struct lite *)db)->commit, "commit");

	if (st != ST_OK)
		lite_rollback(db);
	give_turn((struct lite *)db);
	return st;
}

static enum status lite_script(struct db *db, const char *sql)
{
	int code = FAULT("db.step") ? SQLITE_IOERR : sqlite3_exec(handle(db), sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? ST_OK : fail(db, code, "script");
}

static void lite_tend(struct db *db, bool yes)
{
	flush_tend(((struct lite *)db)->flush, yes);
}

static bool lite_log_grown(const struct db *db)
{
	return flush_log_grown(((const struct lite *)db)->flush);
}

static enum status lite_tidy(struct db *db)
{
	int code = move_log((struct lite *)db);

	return code == SQLITE_OK ? ST_OK : fail(db, code, "checkpoint");
}

static enum status lite_scrub(struct db *db)
{
	int code = sqlite3_wal_checkpoint_v2(handle(db), NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

	return code == SQLITE_OK ? ST_OK : fail(db, code, "checkpoint");
}

/* ---- statements ---- */

static void find_places(struct lite_q *q)
{
	int n = sqlite3_bind_parameter_count(q->st);

	assert(n <= DB_PARAMS_MAX);
	for (int i = 1; i <= n; i++) {
		const char *name = sqlite3_bind_parameter_name(q->st, i);
		assert(name && name[0] == '$');
		int number = db_param_number(name + 1);
		assert(number >= 1 && number <= DB_PARAMS_MAX);
		q->place[number] = (short)i;
	}
}

static struct db_q *lite_make(struct db *db, const struct db_statement *s)
{
	struct lite_q *q = calloc(1, sizeof *q);

	if (!q)
		abort();
	q->q.status = prepare(db, s->sql, &q->st);
	if (q->q.status == ST_OK) {
		find_places(q);
		q->columns = sqlite3_column_count(q->st);
		q->q.writes = !sqlite3_stmt_readonly(q->st);
	}
	return &q->q;
}

static void lite_free(struct db_q *q)
{
	sqlite3_finalize(lite(q)->st);
	free(q);
}

static void bound(struct db_q *q, int n, int code)
{
	lite(q)->bound = true;
	if (code != SQLITE_OK && q->status == ST_OK)
		q->status = db_fail(q->db, ST_BROKEN, "%s: cannot bind $%d (%d)", q->statement->name, n, code);
}

static void lite_bind_int(struct db_q *q, int n, int64_t v)
{
	bound(q, n, sqlite3_bind_int64(lite(q)->st, lite(q)->place[n], v));
}

static void lite_bind_bytes(struct db_q *q, int n, struct str s, bool text)
{
	const char *p = s.p ? s.p : "";

	bound(q, n, text ? sqlite3_bind_text64(lite(q)->st, lite(q)->place[n], p, (sqlite3_uint64)s.n, SQLITE_STATIC, SQLITE_UTF8)
		: sqlite3_bind_blob64(lite(q)->st, lite(q)->place[n], p, (sqlite3_uint64)s.n, SQLITE_STATIC));
}

static void lite_bind_null(struct db_q *q, int n)
{
	bound(q, n, sqlite3_bind_null(lite(q)->st, lite(q)->place[n]));
}

static int step(struct db_q *q)
{
	int code = FAULT("db.step") ? SQLITE_IOERR : sqlite3_step(lite(q)->st);

	lite(q)->started = true;
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		q->status = fail(q->db, code, q->statement->name);
	return code;
}

static bool lite_row(struct db_q *q)
{
	if (lite(q)->done)
		return false;
	int code = step(q);
	lite(q)->done = code != SQLITE_ROW;
	return code == SQLITE_ROW;
}

static int64_t lite_col_int(struct db_q *q, int col)
{
	return sqlite3_column_int64(lite(q)->st, col);
}

/* A text is read as the bytes it is: sqlite3_column_text would copy it to put a zero behind it. */
static struct str lite_col_bytes(struct db_q *q, int col)
{
	sqlite3_stmt *st = lite(q)->st;

	if (sqlite3_column_type(st, col) == SQLITE_NULL)
		return (struct str){ NULL, 0 };
	const char *p = sqlite3_column_blob(st, col);
	return (struct str){ p ? p : "", sqlite3_column_bytes(st, col) };
}

static bool lite_col_null(struct db_q *q, int col)
{
	return sqlite3_column_type(lite(q)->st, col) == SQLITE_NULL;
}

static int lite_columns(struct db_q *q)
{
	return lite(q)->columns;
}

static bool lite_end(struct db_q *q)
{
	struct lite_q *l = lite(q);

	if (!l->st)                                    /* it did not prepare: try again next time */
		return false;
	if (l->started)
		sqlite3_reset(l->st);
	if (l->bound)
		sqlite3_clear_bindings(l->st);
	l->started = l->bound = l->done = false;
	return true;
}

static enum status lite_run(struct db_q *q, int64_t *ret_rows)
{
	int code;

	do
		code = step(q);
	while (code == SQLITE_ROW);
	if (code == SQLITE_DONE && ret_rows)
		*ret_rows = q->writes ? sqlite3_changes64(handle(q->db)) : 0;
	if (code == SQLITE_DONE && q->writes && !q->db->in_tx)
		db_q_fail(q, lite_settle(q->db));
	return q->status;
}

static const struct db_driver driver = {
	.kind = DB_SQLITE, .close = lite_close, .begin = lite_begin, .commit = lite_commit, .settle = lite_settle, .rollback = lite_rollback,
	.make = lite_make, .free = lite_free, .bind_int = lite_bind_int, .bind_bytes = lite_bind_bytes,
	.bind_null = lite_bind_null, .row = lite_row, .col_int = lite_col_int, .col_bytes = lite_col_bytes,
	.col_null = lite_col_null, .columns = lite_columns, .end = lite_end, .run = lite_run, .script = lite_script,
	.scrub = lite_scrub, .tend = lite_tend, .log_grown = lite_log_grown, .tidy = lite_tidy,
};
