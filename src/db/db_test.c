/* db_test.c - the interface behaves alike on both databases. */
#include "tests/unit/both.h"
#include "db/migrate.h"
#include "sys/fault.h"
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct migration first[] = {
	{ "start", "CREATE TABLE thing (id @ID, name @TEXT NOT NULL UNIQUE, n @INT, bytes @BLOB) @STRICT;\n"
	           "CREATE TABLE part (thing @INT NOT NULL REFERENCES thing(id), seq @INT NOT NULL, PRIMARY KEY (thing, seq)) @KEYED;" },
	{ NULL, NULL },
};
static const struct migration second[] = {
	{ "start", "" }, { "more", "ALTER TABLE thing ADD COLUMN note @TEXT; CREATE INDEX thing_n ON thing (n);" }, { NULL, NULL },
};
static const struct migration broken[] = {
	{ "start", "" }, { "more", "CREATE TABLE half (id @INT) @STRICT; CREATE TABLE thing (id @INT) @STRICT;" }, { NULL, NULL },
};
static const struct migration unknown_word[] = { { "start", "CREATE TABLE x (id @FLOAT)" }, { NULL, NULL } };

static const struct db_statement
	q_add    = { "add", "INSERT INTO thing (name, n, bytes) VALUES ($1, $3, $2)", NULL },
	q_add_id = { "add_id", "INSERT INTO thing (name, n) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id", NULL },
	q_get    = { "get", "SELECT id, name, n, bytes, n IS NULL FROM thing WHERE name = $1", NULL },
	q_sum    = { "sum", "SELECT count(*), sum(n), max(name) FROM thing", NULL },
	q_set    = { "set", "UPDATE thing SET n = n + $1 WHERE n >= $2", NULL },
	q_all    = { "all", "SELECT name FROM thing ORDER BY name", NULL },
	q_part   = { "part", "INSERT INTO part (thing, seq) VALUES ($1, $2)", NULL },
	q_parts  = { "parts", "SELECT count(*) FROM part", NULL },
	q_clear  = { "clear", "DELETE FROM thing", NULL },
	q_bad    = { "bad", "SELECT nothing FROM nowhere", NULL },
	q_half   = { "half", "SELECT count(*) FROM half", NULL };

static struct db *fresh(const char *where)
{
	struct db *db = open_both(where);

	assert_int_equal(db_migrate(db, first), ST_OK);
	return db;
}

static enum status add(struct db *db, struct str name, int64_t n, struct str bytes)
{
	struct db_q *q = db_query(db, &q_add);

	db_text(q, 1, name);
	db_blob(q, 2, bytes);
	db_int(q, 3, n);
	return db_run(q);
}

static int64_t count(struct db *db, int64_t *ret_sum)
{
	struct db_q *q = db_query(db, &q_sum);
	int64_t n;

	assert_true(db_row(q));
	n = db_col_int(q, 0);
	if (ret_sum)
		*ret_sum = db_col_int(q, 1);
	assert_false(db_row(q));
	assert_int_equal(db_end(q), ST_OK);
	return n;
}

static void values(const char *where)
{
	struct db *db = fresh(where);
	struct str bytes = S("\0\1\2\xff");
	int64_t sum, n;

	assert_int_equal(add(db, S("ｶﾅ 帳 'x' --"), INT64_MIN, bytes), ST_OK);
	struct db_q *q = db_query(db, &q_add);
	db_text(q, 1, S("empty"));
	db_blob(q, 2, S(""));
	db_null(q, 3);
	assert_int_equal(db_run(q), ST_OK);

	q = db_query(db, &q_get);
	db_text(q, 1, S("ｶﾅ 帳 'x' --"));
	assert_true(db_row(q));
	assert_true(str_eq(db_col_text(q, 1), S("ｶﾅ 帳 'x' --")));
	assert_true(db_col_int(q, 2) == INT64_MIN);
	assert_true(str_eq(db_col_blob(q, 3), bytes));
	assert_false(db_row(q));
	assert_int_equal(db_end(q), ST_OK);

	q = db_query(db, &q_get);
	db_text(q, 1, S("empty"));
	assert_true(db_row(q));
	assert_true(db_col_null(q, 2) && db_col_int(q, 2) == 0 && db_col_int(q, 4) == 1);
	assert_false(db_col_null(q, 3));
	assert_int_equal(db_col_blob(q, 3).n, 0);
	assert_int_equal(db_end(q), ST_OK);

	for (int i = 0; i < 10; i++) {
		char name[8] = { 'n', (char)('0' + i) };
		assert_int_equal(add(db, str_z(name), i, S("")), ST_OK);
	}
	q = db_query(db, &q_set);
	db_int(q, 1, 1000);
	db_int(q, 2, 7);
	assert_int_equal(db_run_counted(q, &n), ST_OK);
	assert_int_equal(n, 3);
	q = db_query(db, &q_get);                      /* ended in the middle of its rows: no harm */
	db_text(q, 1, S("n7"));
	assert_true(db_row(q) && db_col_int(q, 2) == 1007);
	assert_int_equal(db_end(q), ST_OK);
	assert_int_equal(count(db, &sum), 12);
	db_close(db);
}

static void order_is_bytes(const char *where)
{
	static const char *const names[] = { "B", "a", "é", "あ", "𠮷", "_", "Z" };
	static const char *const sorted[] = { "B", "Z", "_", "a", "é", "あ", "𠮷" };
	struct db *db = fresh(where);
	int i = 0;

	for (i = 0; i < 7; i++)
		assert_int_equal(add(db, str_z(names[i]), 1, S("")), ST_OK);
	struct db_q *q = db_query(db, &q_all);
	for (i = 0; db_row(q); i++)
		assert_true(str_eq(db_col_text(q, 0), str_z(sorted[i])));
	assert_int_equal(i, 7);
	assert_int_equal(db_end(q), ST_OK);
	db_close(db);
}

static void transactions(const char *where)
{
	struct db *db = fresh(where);
	int64_t n;

	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	for (int i = 0; i < 3000; i++) {
		char name[16];
		snprintf(name, sizeof name, "t%d", i);
		assert_int_equal(add(db, str_z(name), 1, S("some bytes to fill the pipe")), ST_OK);
	}
	assert_int_equal(count(db, &n), 3000);
	db_rollback(db);
	assert_int_equal(count(db, NULL), 0);

	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(add(db, S("a"), 1, S("")), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	assert_int_equal(count(db, NULL), 1);

	/* A failure inside dooms the transaction, wherever it shows. */
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(add(db, S("b"), 1, S("")), ST_OK);
	IGNORE(add(db, S("a"), 1, S("")));
	IGNORE(add(db, S("c"), 1, S("")));
	assert_int_equal(db_commit(db), ST_CONFLICT);
	assert_false(db_in_transaction(db));
	assert_int_equal(count(db, NULL), 1);

	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	IGNORE(add(db, S("a"), 1, S("")));
	struct db_q *q = db_query(db, &q_all);
	assert_false(db_row(q));
	assert_int_equal(db_end(q), ST_CONFLICT);
	db_rollback(db);

	/* An expected conflict does not. */
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	q = db_query(db, &q_add_id);
	db_text(q, 1, S("a"));
	db_int(q, 2, 1);
	assert_false(db_row(q));
	assert_int_equal(db_end(q), ST_OK);
	q = db_query(db, &q_add_id);
	db_text(q, 1, S("d"));
	db_int(q, 2, 1);
	assert_true(db_row(q) && db_col_int(q, 0) > 1);
	assert_int_equal(db_end(q), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	assert_int_equal(count(db, NULL), 2);

	/* Foreign keys hold; reading transactions do not write; a wrong statement is our fault, and only once. */
	q = db_query(db, &q_part);
	db_int(q, 1, 999);
	db_int(q, 2, 1);
	assert_int_equal(db_run(q), ST_BROKEN);
	assert_int_equal(db_begin(db, DB_READ), ST_OK);
	assert_int_equal(count(db, NULL), 2);
	IGNORE(add(db, S("e"), 1, S("")));
	assert_int_not_equal(db_commit(db), ST_OK);
	assert_int_equal(count(db, NULL), 2);
	for (int i = 0; i < 2; i++) {
		q = db_query(db, &q_bad);
		assert_false(db_row(q));
		assert_int_equal(db_end(q), ST_BROKEN);
		assert_true(db_error(db).n > 0);
	}
	assert_int_equal(count(db, NULL), 2);
	db_close(db);
}

/* A null first and a number later: the type of a parameter must not stick. */
static void null_then_value(const char *where)
{
	struct db *db = fresh(where);

	for (int i = 0; i < 4; i++) {
		struct db_q *q = db_query(db, &q_add);
		char name[2] = { (char)('a' + i), 0 };
		db_text(q, 1, str_z(name));
		if (i % 2) {
			db_blob(q, 2, S("x"));
			db_int(q, 3, 5);
		} else {
			db_null(q, 2);
			db_null(q, 3);
		}
		assert_int_equal(db_run(q), ST_OK);
	}
	int64_t sum;
	assert_int_equal(count(db, &sum), 4);
	assert_int_equal(sum, 10);
	db_close(db);
}

static enum status add_part(struct db *db, int64_t thing, int64_t seq)
{
	struct db_value row[] = { db_v_int(thing), db_v_int(seq) };

	return db_add(db, &q_part, row, COUNT(row));
}

static int64_t parts(struct db *db, bool apart)
{
	struct db_q *q = apart ? db_query_apart(db, &q_parts) : db_query(db, &q_parts);
	int64_t n = db_row(q) ? db_col_int(q, 0) : -1;

	assert_int_equal(db_end(q), ST_OK);
	return n;
}

/* Rows that wait are seen by every later statement but one that says it does not look; a rollback forgets them; one that
 * cannot be written dooms the transaction. */
static void rows_that_wait(const char *where)
{
	struct db *db = fresh(where);
	int64_t id = 0;

	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	struct db_q *q = db_query(db, &q_add_id);
	db_text(q, 1, S("a"));
	db_int(q, 2, 1);
	assert_true(db_row(q));
	id = db_col_int(q, 0);
	assert_int_equal(db_end(q), ST_OK);
	for (int i = 1; i <= 37; i++)
		assert_int_equal(add_part(db, id, i), ST_OK);
	assert_int_equal(parts(db, true), 32);
	assert_int_equal(parts(db, false), 37);
	assert_int_equal(add_part(db, id, 38), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	assert_int_equal(parts(db, false), 38);

	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(add_part(db, id, 39), ST_OK);
	db_rollback(db);
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(add_part(db, id, 40), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	assert_int_equal(parts(db, false), 39);

	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(add_part(db, id, 41), ST_OK);
	assert_int_equal(add_part(db, id, 40), ST_OK);
	assert_int_not_equal(db_commit(db), ST_OK);
	assert_int_equal(parts(db, false), 39);
	db_close(db);
}

static void migrations(const char *where)
{
	struct db *db = open_both(where);
	int64_t n = 9;

	assert_int_equal(db_revision(db, &n), ST_OK);
	assert_int_equal(n, 0);
	assert_int_equal(db_migrate(db, unknown_word), ST_BROKEN);
	assert_int_equal(db_migrate(db, first), ST_OK);
	assert_int_equal(db_migrate(db, first), ST_OK);
	assert_int_equal(add(db, S("kept"), 1, S("")), ST_OK);
	assert_int_equal(db_migrate(db, broken), ST_BROKEN);          /* all or nothing */
	assert_int_equal(db_revision(db, &n), ST_OK);
	assert_int_equal(n, 1);
	struct db_q *q = db_query(db, &q_half);
	assert_false(db_row(q));
	assert_int_equal(db_end(q), ST_BROKEN);
	assert_int_equal(db_revision_check(db, second), ST_NO);
	assert_int_equal(db_migrate(db, second), ST_OK);
	assert_int_equal(db_revision_check(db, second), ST_OK);
	assert_int_equal(count(db, NULL), 1);
	assert_int_equal(db_migrate(db, first), ST_NO);               /* newer than this program */
	assert_int_equal(db_revision_check(db, first), ST_NO);
	db_close(db);
}

struct hooked { struct db *db; int before, ended, committed; bool refuse; };

static enum status on_before(void *arg)
{
	struct hooked *h = arg;

	h->before++;
	TRY(add(h->db, S("hook"), 1, S("")));
	return h->refuse ? ST_NO : ST_OK;
}

static void on_ended(void *arg, bool committed)
{
	struct hooked *h = arg;

	h->ended++;
	h->committed += committed;
}

static void hooks(const char *where)
{
	static const struct db_hook hook = { on_before, on_ended };
	struct db *db = fresh(where);
	struct hooked h = { .db = db };

	db_hook_add(db, &hook, &h);
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	db_rollback(db);
	assert_int_equal(db_begin(db, DB_READ), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	assert_int_equal(h.before, 0);
	assert_int_equal(h.ended, 2);
	h.refuse = true;
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(db_commit(db), ST_NO);
	h.refuse = false;
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	assert_int_equal(h.committed, 2);
	assert_int_equal(count(db, NULL), 1);
	db_close(db);
}

/* Fail the n-th step until none is left: afterwards the rows are there whole or not at all. */
static void faults(const char *where)
{
	struct db *db = fresh(where);
	int64_t n, sum;

	for (n = 1; n < 100; n++) {
		fault_arm(n, "db.step");
		enum status st = db_begin(db, DB_WRITE);
		for (int i = 0; i < 5 && st == ST_OK; i++) {
			char name[2] = { (char)('a' + i), 0 };
			st = add(db, str_z(name), 1, S(""));
		}
		if (st == ST_OK)
			st = db_commit(db);
		else
			db_rollback(db);
		bool fired = fault_fired();
		fault_arm(0, NULL);
		int64_t there = count(db, &sum);
		assert_true(there == (st == ST_OK ? 5 : 0));
		assert_true(fired == (st != ST_OK));
		if (!fired)
			break;
	}
	assert_true(n > 5 && n < 100);
	db_close(db);
}

/* After a log that could not be flushed nobody is told anything: the process ends. What is there is whole, and the next one reads it. */
static void unflushed(void **state)
{
	char *where = both_where(DB_SQLITE);
	struct db *db = fresh(where);
	int status;

	(void)state;
	db_close(db);
	pid_t child = fork();
	if (child == 0) {
		db = open_both(where);
		fault_arm(1, "!db.flush");
		if (db_begin(db, DB_WRITE) == ST_OK && add(db, S("a"), 1, S("")) == ST_OK)
			IGNORE(db_commit(db));
		_exit(0);                                            /* it was told something */
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	db = open_both(where);
	assert_int_equal(db_tidy(db), ST_OK);
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(add(db, S("c"), 1, S("")), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	db_close(db);
	both_drop(where);
}

/* A transaction larger than what is gathered of the log, and than the cache: read within, taken back, committed, seen by others. */
static void large(void **state)
{
	enum { ROWS = 20000 };
	char *where = both_where(DB_SQLITE), key[32], text[1000];
	struct db *db = fresh(where), *other = NULL;
	int64_t sum;

	(void)state;
	memset(text, 'x', sizeof text);
	for (int turn = 0; turn < 2; turn++) {
		assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
		for (int i = 0; i < ROWS; i++)
			assert_int_equal(add(db, (struct str){ key, snprintf(key, sizeof key, "%d", i) }, i, (struct str){ text, sizeof text }), ST_OK);
		assert_int_equal(count(db, &sum), ROWS);
		if (turn)
			assert_int_equal(db_commit(db), ST_OK);
		else
			db_rollback(db);
	}
	assert_int_equal(db_open(str_z(where), DB_READ, &other), ST_OK);
	assert_int_equal(count(other, &sum), ROWS);
	assert_int_equal(db_tidy(db), ST_OK);
	assert_false(db_log_grown(db));
	assert_int_equal(count(other, &sum), ROWS);
	db_close(other);
	db_close(db);
	both_drop(where);
}

struct racer { const char *where; int done, lost; };

static enum status increment(struct db *db)
{
	int64_t rows;

	TRY(db_begin(db, DB_WRITE));
	struct db_q *q = db_query(db, &q_get);
	db_text(q, 1, S("counter"));
	int64_t n = db_row(q) ? db_col_int(q, 2) : -1;
	TRY(db_end(q));
	q = db_query(db, &q_set);
	db_int(q, 1, 1);
	db_int(q, 2, n);                               /* holds only when what was read still stands */
	TRY(db_run_counted(q, &rows));
	return db_commit(db);
}

static void *race(void *arg)
{
	struct racer *r = arg;
	struct db *db = NULL;

	if (db_open(str_z(r->where), DB_WRITE, &db) != ST_OK)
		return NULL;
	while (r->done < 50) {
		enum status st = increment(db);
		if (st == ST_OK)
			r->done++;
		else if (st == ST_RETRY) {
			r->lost++;
			db_rollback(db);
		} else
			break;
	}
	db_close(db);
	return NULL;
}

static void races(const char *where)
{
	struct db *db = fresh(where);
	struct racer r[3] = { { where, 0, 0 }, { where, 0, 0 }, { where, 0, 0 } };
	pthread_t t[3];
	int64_t sum;

	assert_int_equal(add(db, S("counter"), 0, S("")), ST_OK);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&t[i], NULL, race, &r[i]), 0);
	for (int i = 0; i < 3; i++)
		pthread_join(t[i], NULL);
	count(db, &sum);
	assert_int_equal(sum, 150);
	db_close(db);
}

/* What was deleted is not left in the files. */
static void test_scrub(void **state)
{
	char *where = both_where(DB_SQLITE);
	struct db *db = fresh(where);
	struct arena a = arena_make(0);
	char wal[4200];
	struct str bytes;

	(void)state;
	snprintf(wal, sizeof wal, "%s-wal", where);
	assert_int_equal(add(db, S("x"), 1, S("find me in the file")), ST_OK);
	struct db_q *q = db_query(db, &q_clear);
	assert_int_equal(db_run(q), ST_OK);
	assert_int_equal(db_scrub(db), ST_OK);
	assert_int_equal(sys_read_file(&a, str_z(where), 1 << 24, &bytes), ST_OK);
	assert_int_equal(str_find(bytes, S("find me")), -1);
	assert_int_equal(sys_read_file(&a, str_z(wal), 1 << 24, &bytes), ST_OK);
	assert_int_equal(bytes.n, 0);
	arena_free(&a);
	db_close(db);
	both_drop(where);
}

/* A node whose connection is cut reports it once and goes on. */
static void test_pg_reconnects(void **state)
{
	static const struct db_statement q_die = { "die", "SELECT pg_terminate_backend(pg_backend_pid())", NULL };
	char *where = both_where(DB_PG);

	(void)state;
	if (!where)
		skip();
	struct db *db = fresh(where);
	assert_int_equal(add(db, S("a"), 1, S("")), ST_OK);
	for (int inside = 0; inside < 2; inside++) {
		if (inside) {
			assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
			assert_int_equal(add(db, S("b"), 1, S("")), ST_OK);
		}
		struct db_q *q = db_query(db, &q_die);
		while (db_row(q))
			continue;
		assert_int_equal(db_end(q), ST_UNAVAILABLE);
		if (inside)
			assert_int_equal(db_commit(db), ST_UNAVAILABLE);
		assert_int_equal(count(db, NULL), 1);
	}
	assert_int_equal(add(db, S("c"), 1, S("")), ST_OK);
	db_close(db);
	both_drop(where);
}

/* Another process comes and goes while two connections of this one are open: the log they share stays where it is. */
static void test_shared_log(void **state)
{
	char *where = both_where(DB_SQLITE), log[4200], go = 1;
	struct db *a, *b, *visitor = NULL;
	int turn[2], status = -1;

	(void)state;
	assert_int_equal(pipe(turn), 0);
	pid_t child = fork();
	if (child == 0) {
		if (read(turn[0], &go, 1) != 1 || db_open(str_z(where), DB_WRITE, &visitor) != ST_OK)
			_exit(1);
		int64_t there = count(visitor, NULL);
		db_close(visitor);
		_exit(there == 1 ? 0 : 2);
	}
	a = fresh(where);
	b = open_both(where);
	assert_int_equal(add(a, S("first"), 1, S("")), ST_OK);
	assert_int_equal(count(b, NULL), 1);
	assert_int_equal(write(turn[1], &go, 1), 1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	snprintf(log, sizeof log, "%s-wal", where);
	assert_int_equal(access(log, F_OK), 0);
	assert_int_equal(add(a, S("second"), 2, S("")), ST_OK);
	assert_int_equal(count(b, NULL), 2);
	db_close(a);
	db_close(b);
	close(turn[0]);
	close(turn[1]);
	both_drop(where);
}

static enum status number(struct db *db, const struct db_statement *s, int64_t param, int64_t *ret)
{
	struct db_q *q = db_query(db, s);

	if (param)
		db_int(q, 1, param);
	if (db_row(q))
		*ret = db_col_int(q, 0);
	return db_end(q);
}

/* A closed connection to PostgreSQL serves the next opening of the same place, in whatever schema, and nothing of its session comes along. */
static void test_pg_spares(void **state)
{
	static const struct db_statement q_pid = { "pid", "SELECT pg_backend_pid()", NULL }, q_temp = { "temp", "CREATE TEMP TABLE left_over (id INT)", NULL },
		q_lock = { "lock", "SELECT count(*) FROM (SELECT pg_advisory_lock(7731)) l", NULL },
		q_left = { "left", "SELECT (SELECT count(*) FROM pg_class WHERE relname = 'left_over') + (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7731)", NULL },
		q_kill = { "kill", "SELECT count(*) FROM (SELECT pg_terminate_backend($1::int, 5000)) k", NULL };
	char *where = both_where(DB_PG), *elsewhere = both_where(DB_PG);
	struct db *db, *other = NULL;
	int64_t pid = 0, again = 0, n;

	(void)state;
	if (!where)
		skip();
	db = fresh(where);
	assert_int_equal(add(db, S("a"), 1, S("")), ST_OK);
	assert_int_equal(number(db, &q_pid, 0, &pid), ST_OK);
	assert_int_equal(db_run(db_query(db, &q_temp)), ST_OK);
	assert_int_equal(number(db, &q_lock, 0, &n), ST_OK);
	db_close(db);
	db = fresh(elsewhere);
	assert_int_equal(count(db, &n), 0);                          /* not the tables of before */
	assert_int_equal(number(db, &q_pid, 0, &again), ST_OK);
	assert_int_equal(again, pid);
	assert_int_equal(number(db, &q_left, 0, &n), ST_OK);
	assert_int_equal(n, 0);
	assert_int_equal(db_open(str_z(where), DB_READ, &other), ST_OK);
	assert_int_equal(count(other, &n), 1);
	db_close(db);
	assert_int_equal(number(other, &q_kill, pid, &n), ST_OK);    /* the spare dies: the next opening makes another */
	db = open_both(elsewhere);
	assert_int_equal(number(db, &q_pid, 0, &again), ST_OK);
	assert_int_not_equal(again, pid);
	db_close(db);
	pid_t child = fork();
	if (child == 0) {                                            /* what a parent keeps is not its child's */
		struct db *own = NULL;
		bool apart = db_open(str_z(where), DB_READ, &own) == ST_OK && number(own, &q_pid, 0, &n) == ST_OK && n != again;
		_exit(apart ? 0 : 1);
	}
	int how;
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
	db_close(other);
	both_drop(where);
	both_drop(elsewhere);
}

static void test_refused(void **state)
{
	struct db *db = NULL;

	(void)state;
	assert_int_equal(db_open(S("/nonexistent/x.db"), DB_WRITE, &db), ST_UNAVAILABLE);
	assert_int_equal(db_open(S("/nonexistent/x.db"), DB_READ, &db), ST_UNAVAILABLE);
	assert_int_equal(db_open(S(""), DB_WRITE, &db), ST_BAD_INPUT);
	assert_int_equal(db_open(S("postgresql:///x?schema=a;drop"), DB_WRITE, &db), ST_BAD_INPUT);
	assert_int_equal(db_open(S("postgresql:///x?host=/nonexistent"), DB_WRITE, &db), ST_UNAVAILABLE);
	assert_null(db);
}

BOTH(values)
BOTH(order_is_bytes)
BOTH(transactions)
BOTH(null_then_value)
BOTH(rows_that_wait)
BOTH(migrations)
BOTH(hooks)
BOTH(faults)
BOTH(races)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH_TESTS(values), BOTH_TESTS(order_is_bytes), BOTH_TESTS(transactions), BOTH_TESTS(null_then_value),
		BOTH_TESTS(rows_that_wait), BOTH_TESTS(migrations), BOTH_TESTS(hooks), BOTH_TESTS(faults), cmocka_unit_test(unflushed), cmocka_unit_test(large), BOTH_TESTS(races),
		cmocka_unit_test(test_scrub), cmocka_unit_test(test_shared_log), cmocka_unit_test(test_pg_reconnects), cmocka_unit_test(test_pg_spares), cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
