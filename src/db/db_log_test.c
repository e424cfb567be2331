/* db_log_test.c - what was gathered of a transaction that is taken back never reaches the log, which is another's by then. */
#include "db/db_driver.h"
#include "base/test_dir.h"
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

/* Takes back a transaction that spilled a few pages, by asking or by an error; then the other writes where they would be. */
static void taken_back(void **state)
{
	static const char many[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO t SELECT %d + i, randomblob(900) FROM n";
	static const char *const ends[] = { "ROLLBACK", "INSERT OR ROLLBACK INTO t VALUES (1, x'00')" };
	char dir[TEST_DIR_MAX], path[TEST_DIR_MAX + 8], name[TEST_DIR_MAX + 40], sql[300];

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
	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof name, "%s%s", path, (const char *[]){ "", "-wal", "-shm" }[i]);
		unlink(name);
	}
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(taken_back) };

	return cmocka_run_group_tests_name("db log", tests, NULL, NULL);
}
