/* db_log_test.c - what was gathered of a transaction that is taken back never reaches the log, which is another's by then; and
 * whoever waits to write is not passed over for long. */
#include "db/db_driver.h"
#include "base/test_dir.h"
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include <sqlite3.h>

static void run(sqlite3 *h, const char *sql)
{
	assert_int_equal(sqlite3_exec(h, sql, NULL, NULL, NULL), SQLITE_OK);
}

static sqlite3 *open_one(const char *path)
{
	sqlite3 *h;

	assert_int_equal(sqlite3_open_v2(path, &h, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, db_log_vfs()), SQLITE_OK);
	db_log_watch(h);
	run(h, "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=0; PRAGMA cache_size=10; PRAGMA cache_spill=10");
	return h;
}

static void says(sqlite3 *h, const char *sql, const char *answer)
{
	sqlite3_stmt *s;

	assert_int_equal(sqlite3_prepare_v2(h, sql, -1, &s, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(s), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(s, 0), answer);
	sqlite3_finalize(s);
}

static void remove_all(const char *dir, const char *path)
{
	char name[TEST_DIR_MAX + 40];

	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "%s%s", path, (const char *[]){ "", "-wal", "-shm" }[i]);
		unlink(name);
	}
	rmdir(dir);
}

/* Takes back a transaction that spilled a few pages, by asking or by an error; then the other writes where they would be. */
static void taken_back(void **state)
{
	static const char many[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO t SELECT %d + i, randomblob(900) FROM n";
	static const char *const ends[] = { "ROLLBACK", "INSERT OR ROLLBACK INTO t VALUES (1, x'00')" };
	char dir[TEST_DIR_MAX], path[TEST_DIR_MAX + 8], sql[300];

	(void)state;
	assert_non_null(test_dir(dir, "log"));
	snprintf(path, sizeof path, "%s/x.db", dir);
	sqlite3 *a = open_one(path), *b = open_one(path);
	run(a, "CREATE TABLE t (id INTEGER PRIMARY KEY, v BLOB)");
	run(a, "INSERT INTO t VALUES (1, x'01')");
	for (int turn = 0; turn < 40; turn++) {
		run(a, "BEGIN IMMEDIATE");
		snprintf(sql, sizeof sql, many, 60 + 7 * turn, 1000000);
		run(a, sql);
		assert_int_equal(sqlite3_exec(a, ends[turn & 1], NULL, NULL, NULL), turn & 1 ? SQLITE_CONSTRAINT : SQLITE_OK);
		snprintf(sql, sizeof sql, many, 50, 100 + turn * 100);
		run(b, sql);
		says(a, "SELECT count(*) FROM t WHERE id >= 1000000", "0");
		snprintf(sql, sizeof sql, "%d", 1 + 50 * (turn + 1));
		says(a, "SELECT count(*) FROM t", sql);
		says(b, "PRAGMA integrity_check", "ok");
	}
	sqlite3 *c = open_one(path);                     /* and so from the log as it is on the disk */
	says(c, "SELECT count(*) FROM t", "2001");
	says(c, "PRAGMA integrity_check", "ok");
	sqlite3_close(a);
	sqlite3_close(b);
	sqlite3_close(c);
	remove_all(dir, path);
}

/* ---- the turn to write ---- */

struct waiting { struct flush *f; _Atomic bool asks, had; };

static void *wait_for_turn(void *arg)
{
	struct waiting *w = arg;

	w->asks = true;
	if (!flush_take_turn(w->f))
		abort();
	w->had = true;
	flush_give_turn(w->f);
	return NULL;
}

/* Does one that waits have its turn before the one that gives it and wants it back at once? */
static bool waits_no_longer(struct flush *f)
{
	struct waiting w = { .f = f };
	pthread_t thread;

	assert_true(flush_take_turn(f));
	assert_int_equal(pthread_create(&thread, NULL, wait_for_turn, &w), 0);
	while (!w.asks)
		poll(NULL, 0, 1);
	poll(NULL, 0, 50);
	flush_give_turn(f);
	assert_true(flush_take_turn(f));
	bool had = w.had;
	flush_give_turn(f);
	pthread_join(thread, NULL);
	return had;
}

/* Three times, for between asking and waiting a busy machine may do anything. */
static void nobody_is_passed_over(void **state)
{
	char dir[TEST_DIR_MAX], path[TEST_DIR_MAX + 8];

	(void)state;
	assert_non_null(test_dir(dir, "turn"));
	snprintf(path, sizeof path, "%s/x.db", dir);
	sqlite3 *a = open_one(path);
	struct flush *f = flush_open(path);
	assert_true(waits_no_longer(f) || waits_no_longer(f) || waits_no_longer(f));
	flush_close(f);
	sqlite3_close(a);
	remove_all(dir, path);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(taken_back), cmocka_unit_test(nobody_is_passed_over) };

	return cmocka_run_group_tests_name("db log", tests, NULL, NULL);
}
