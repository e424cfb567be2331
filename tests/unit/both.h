/* both.h - runs a store test on SQLite and on PostgreSQL. The runner gives a cluster in TOBARI_TEST_PG;
 * without it the PostgreSQL half says skipped.
 *
 *     static void adding(const char *where) { struct db *db = open_both(where); ... }
 *     BOTH(adding)                                        defines adding_sqlite and adding_pg
 *     ... = { BOTH_TESTS(adding), ... }                   two rows of the test table
 */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

#include "db/db.h"
#include "sys/sys.h"

/* A place nobody else uses, as db_open takes it: a path in a new directory, or a new schema. NULL: no PostgreSQL here. */
char *both_where(enum db_kind kind);
void  both_drop(char *where);               /* removes it with all that is in it; frees the text */

static inline struct db *open_both(const char *where)
{
	struct db *db = NULL;

	assert_int_equal(db_open(str_z(where), DB_WRITE, &db), ST_OK);
	return db;
}

/* For a test that finds nothing to do: it calls this and returns, so that its place is given back before it counts as skipped. */
static bool both_skipped;
static inline void both_skip(void) { both_skipped = true; }

static inline void both_run(void (*test)(const char *where), enum db_kind kind)
{
	char *where = both_where(kind);

	if (!where)
		skip();
	both_skipped = false;
	test(where);
	both_drop(where);
	if (both_skipped)
		skip();
}

#define BOTH(test) \
	static void test##_sqlite(void **state) { (void)state; both_run(test, DB_SQLITE); } \
	static void test##_pg(void **state) { (void)state; both_run(test, DB_PG); }
#define BOTH_TESTS(test) cmocka_unit_test(test##_sqlite), cmocka_unit_test(test##_pg)
