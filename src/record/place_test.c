/* place_test.c - making, opening, copying and locking the directory of a store. */
#include "tests/unit/both.h"
#include "base/test_dir.h"
#include "db/db_driver.h"
#include "db/migrate.h"
#include "record/audit.h"
#include "record/place.h"
#include <sys/stat.h>
#include <sys/wait.h>

static char base[TEST_DIR_MAX];
static const struct str none = { NULL, 0 };

static struct str in_base(struct arena *a, const char *name)
{
	char t[300];

	return str_dup(a, (struct str){ t, snprintf(t, sizeof t, "%s/%s", base, name) });
}

/* $1 in the script is the base directory. */
static void shell(const char *script)
{
	int code = -1;
	pid_t pid = fork();

	if (pid == 0) {
		execl("/bin/sh", "sh", "-c", script, "sh", base, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, &code, 0);
	assert_int_equal(code, 0);
}

static unsigned mode_of(struct arena *a, const char *name)
{
	struct stat st;

	assert_int_equal(stat(str_to_z(a, in_base(a, name)), &st), 0);
	return st.st_mode & 0777;
}

static void test_create_and_copy(void **state)
{
	struct arena a = arena_make(0);
	struct place_plan usual = { .database = S("") };
	struct place *p = NULL, *q = NULL;
	struct keystore *ks = NULL;
	struct key_ref ref = { KEY_SUBJECT, 5, 1 };
	char sealed[100], out[100];

	(void)state;
	assert_int_equal(place_open(in_base(&a, "one"), PLACE_SHARE, none, &p), ST_NOT_FOUND);
	assert_int_equal(place_create(in_base(&a, "missing/one"), &usual, &p), ST_NOT_FOUND);
	assert_int_equal(place_create(in_base(&a, "one"), &usual, &p), ST_OK);
	assert_int_equal(place_create(in_base(&a, "one"), &usual, &q), ST_CONFLICT);
	assert_int_equal(mode_of(&a, "one"), 0700);
	assert_int_equal(mode_of(&a, "one/keys"), 0700);
	assert_int_equal(mode_of(&a, "one/keys/root.key"), 0600);
	assert_int_equal(mode_of(&a, "one/keys/keys.db"), 0600);
	assert_int_equal(mode_of(&a, "one/store.db"), 0600);
	assert_int_equal(mode_of(&a, "one/store.json"), 0600);
	assert_int_equal(keystore_open(place_keyring(p), &ks), ST_OK);
	assert_int_equal(keystore_seal(ks, &ref, S("x"), S("hello"), sealed), ST_OK);
	keystore_close(ks);
	place_close(p);

	/* a copy works, where the keys came along */
	shell("cp -r $1/one $1/two");
	assert_int_equal(place_open(in_base(&a, "two/"), PLACE_SHARE, none, &p), ST_OK);
	assert_int_equal(keystore_open(place_keyring(p), &ks), ST_OK);
	assert_int_equal(keystore_unseal(ks, &ref, S("x"), (struct str){ sealed, 5 + KEYSTORE_EXTRA }, out), ST_OK);
	assert_memory_equal(out, "hello", 5);
	keystore_close(ks);
	place_close(p);
	shell("rm $1/two/keys/root.key");
	assert_int_equal(place_open(in_base(&a, "two"), PLACE_SHARE, none, &p), ST_DENIED);
	assert_int_equal(place_open(in_base(&a, "two"), PLACE_READ, none, &p), ST_OK);      /* verifying needs no key */
	assert_null(place_keyring(p));
	place_close(p);
	shell("printf '{' > $1/two/store.json");
	assert_int_equal(place_open(in_base(&a, "two"), PLACE_READ, none, &p), ST_BAD_INPUT);
	arena_free(&a);
}

static void test_lock(void **state)
{
	struct arena a = arena_make(0);
	struct place *p = NULL, *q = NULL;

	(void)state;
	assert_int_equal(place_open(in_base(&a, "one"), PLACE_SHARE, none, &p), ST_OK);
	assert_int_equal(place_open(in_base(&a, "one"), PLACE_MAINTAIN, none, &q), ST_CONFLICT);
	assert_int_equal(place_open(in_base(&a, "one"), PLACE_SHARE, none, &q), ST_OK);
	place_close(q);
	place_close(p);
	assert_int_equal(place_open(in_base(&a, "one"), PLACE_MAINTAIN, none, &p), ST_OK);
	assert_int_equal(place_open(in_base(&a, "one"), PLACE_SHARE, none, &q), ST_CONFLICT);
	place_close(p);
	arena_free(&a);
}

/* A failure leaves nothing; keys and databases may lie elsewhere. */
static void test_plans(void **state)
{
	struct arena a = arena_make(0);
	struct stat st;
	struct place *p = NULL;
	struct place_plan bad = { .database = S("postgresql:///nowhere?host=/nonexistent") };
	struct place_plan apart = { .keys = in_base(&a, "apart"), .root = in_base(&a, "x"), .passphrase = S("a long sentence") };

	(void)state;
	assert_int_equal(place_create(in_base(&a, "bad"), &bad, &p), ST_UNAVAILABLE);
	assert_int_equal(stat(str_to_z(&a, in_base(&a, "bad")), &st), -1);
	assert_int_equal(place_create(in_base(&a, "bad"), &apart, &p), ST_BAD_INPUT);       /* no such kind of root key */
	assert_int_equal(stat(str_to_z(&a, in_base(&a, "bad")), &st), -1);
	assert_int_equal(stat(str_to_z(&a, in_base(&a, "apart")), &st), -1);
	apart.root = S("passphrase:root.salt");
	assert_int_equal(place_create(in_base(&a, "three"), &apart, &p), ST_OK);
	place_close(p);
	assert_int_equal(stat(str_to_z(&a, in_base(&a, "apart/keys.db")), &st), 0);
	assert_int_equal(place_open(in_base(&a, "three"), PLACE_SHARE, S("another"), &p), ST_DENIED);
	assert_int_equal(place_open(in_base(&a, "three"), PLACE_SHARE, S("a long sentence"), &p), ST_OK);
	place_close(p);
	arena_free(&a);
}

static void script(struct arena *a, const char *name, const char *sql)
{
	struct db *db = NULL;

	assert_int_equal(db_open(in_base(a, name), DB_WRITE, &db), ST_OK);
	assert_int_equal(db_script(db, sql), ST_OK);
	db_close(db);
}

/* A filled store of the revision before comes up to date with all that is in it; nobody may be using it, and a newer one is left alone. */
static void test_upgrade(void **state)
{
	static const char back[] = "DROP TABLE opened; DROP TABLE kept_file; DROP INDEX turn_by_until; ALTER TABLE own_field DROP COLUMN retired;"
		"DROP INDEX route_by_record; ALTER TABLE route DROP COLUMN record; DELETE FROM revision WHERE number = 4;"
		"INSERT INTO setting (name, value) VALUES ('kept', 'yes')";
	struct arena a = arena_make(0);
	struct place *p = NULL;
	struct str kept = S("");

	(void)state;
	assert_int_equal(place_create(in_base(&a, "older"), &(struct place_plan){ .keys = S("") }, &p), ST_OK);
	place_close(p);
	script(&a, "older/store.db", back);
	assert_int_equal(place_open(in_base(&a, "older"), PLACE_SHARE, none, &p), ST_NO);
	assert_int_equal(place_upgrade(in_base(&a, "older"), none), ST_OK);
	assert_int_equal(place_upgrade(in_base(&a, "older"), none), ST_OK);
	assert_int_equal(place_open(in_base(&a, "older"), PLACE_SHARE, none, &p), ST_OK);
	assert_int_equal(place_upgrade(in_base(&a, "older"), none), ST_CONFLICT);
	place_close(p);
	struct db *db = open_both(str_to_z(&a, in_base(&a, "older/store.db")));
	struct db_q *q = db_query(db, &(const struct db_statement){ "kept", "SELECT value FROM setting WHERE name = 'kept'", NULL });
	assert_true(db_row(q));
	kept = str_dup(&a, db_col_text(q, 0));
	assert_int_equal(db_end(q), ST_OK);
	assert_true(str_eq(kept, S("yes")));
	db_close(db);
	script(&a, "older/store.db", "INSERT INTO revision (number, name, at) VALUES (99, 'later', 0)");
	assert_int_equal(place_upgrade(in_base(&a, "older"), none), ST_NO);
	arena_free(&a);
}

/* What is damaged from outside is no fault of the program, and no empty key store takes the place of one that has gone. */
static void test_damaged(void **state)
{
	struct arena a = arena_make(0);
	struct place *p = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(place_create(in_base(&a, "whole"), &(struct place_plan){ .keys = S("") }, &p), ST_OK);
	place_close(p);
	shell("cp -a $1/whole $1/noise; head -c 100000 /dev/urandom >$1/noise/store.db");
	assert_int_equal(place_open(in_base(&a, "noise"), PLACE_SHARE, none, &p), ST_UNAVAILABLE);
	shell("cp -a $1/whole $1/nokeys; rm $1/nokeys/keys/keys.db");
	assert_int_equal(place_open(in_base(&a, "nokeys"), PLACE_SHARE, none, &p), ST_DENIED);
	assert_int_equal(place_upgrade(in_base(&a, "nokeys"), none), ST_DENIED);
	assert_int_equal(stat(str_to_z(&a, in_base(&a, "nokeys/keys/keys.db")), &st), -1);
	shell("cp -a $1/whole $1/nodata; rm $1/nodata/store.db");
	assert_int_equal(place_upgrade(in_base(&a, "nodata"), none), ST_UNAVAILABLE);
	arena_free(&a);
}

/* What was just made is taken back whole. */
static void test_discard(void **state)
{
	struct arena a = arena_make(0);
	struct place *p = NULL;
	struct stat st;

	(void)state;
	assert_int_equal(place_create(in_base(&a, "undone"), &(struct place_plan){ .keys = in_base(&a, "undone_keys") }, &p), ST_OK);
	place_discard(p);
	assert_int_equal(stat(str_to_z(&a, in_base(&a, "undone")), &st), -1);
	assert_int_equal(stat(str_to_z(&a, in_base(&a, "undone_keys")), &st), -1);
	arena_free(&a);
}

static void test_pg(void **state)
{
	struct arena a = arena_make(0);
	char *data = both_where(DB_PG), *keys = both_where(DB_PG);
	struct place *p = NULL;

	(void)state;
	if (!data)
		skip();
	struct place_plan plan = { .database = str_z(data), .key_database = str_z(keys) };
	assert_int_equal(place_create(in_base(&a, "pg"), &plan, &p), ST_OK);
	place_close(p);
	assert_int_equal(place_open(in_base(&a, "pg"), PLACE_SHARE, none, &p), ST_OK);
	assert_true(str_eq(place_where(p), str_z(data)));
	place_close(p);
	assert_int_equal(place_create(in_base(&a, "pg2"), &plan, &p), ST_CONFLICT);         /* the schema is in use */
	assert_int_equal(place_open(in_base(&a, "pg"), PLACE_SHARE, none, &p), ST_OK);      /* and was left alone */
	place_close(p);
	both_drop(data);
	both_drop(keys);
	arena_free(&a);
}

static bool is_there(struct str where)
{
	struct db *db = NULL;

	if (db_open(where, DB_READ, &db) != ST_OK)
		return false;
	db_close(db);
	return true;
}

/* What was made in PostgreSQL is taken back, too: a schema of our own whole, one that was there before until it is as empty as it was. What
 * holds anything of others is not used. */
static void test_pg_taken_back(void **state)
{
	struct arena a = arena_make(0);
	char *data = both_where(DB_PG), *keys = both_where(DB_PG);
	struct place *p = NULL;
	struct db *db = NULL;
	bool empty = false;

	(void)state;
	if (!data)
		skip();
	struct place_plan plan = { .database = str_z(data), .key_database = str_z(keys) };
	assert_int_equal(db_open(str_z(data), DB_WRITE, &db), ST_OK);                       /* an administrator made it */
	db_close(db);
	assert_int_equal(place_create(in_base(&a, "pg3"), &plan, &p), ST_OK);
	place_discard(p);
	assert_false(is_there(str_z(keys)));
	assert_true(is_there(str_z(data)));
	assert_int_equal(db_open(str_z(data), DB_WRITE, &db), ST_OK);
	assert_int_equal(db_is_empty(db, &empty), ST_OK);
	assert_true(empty);
	assert_int_equal(db_script(db, "CREATE TABLE others (n INT)"), ST_OK);
	db_close(db);
	assert_int_equal(place_create(in_base(&a, "pg3"), &plan, &p), ST_CONFLICT);
	assert_false(is_there(str_z(keys)));                                                /* it was made first, and is gone */
	assert_int_equal(db_open(str_z(data), DB_WRITE, &db), ST_OK);
	assert_int_equal(db_script(db, "DROP TABLE others"), ST_OK);
	db_close(db);
	both_drop(data);
	both_drop(keys);
	arena_free(&a);
}

static void test_minute(void **state)
{
	struct arena a = arena_make(0);
	struct place *p = NULL;
	struct db *db = NULL;
	struct keystore *ks = NULL;
	struct audit_lane *lane = NULL;
	struct audit_summary sum;
	struct str heads;
	struct audit_entry e = { .action = S("view") };

	(void)state;
	shell("mkdir $1/outside && sed -i 's|\"heads_outside\":\\[\\]|\"heads_outside\":[\"../outside\"]|' $1/one/store.json");
	assert_int_equal(place_open(in_base(&a, "one"), PLACE_SHARE, none, &p), ST_OK);
	assert_int_equal(db_open(place_where(p), DB_WRITE, &db), ST_OK);
	assert_int_equal(keystore_open(place_keyring(p), &ks), ST_OK);
	assert_int_equal(audit_lane_open(db, &lane), ST_OK);
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(audit_append(lane, &e), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	assert_int_equal(place_minute(p, db, ks), ST_OK);
	assert_int_equal(place_minute(p, db, ks), ST_OK);
	assert_int_equal(sys_read_file(&a, in_base(&a, "outside/heads-1.txt"), 1 << 20, &heads), ST_OK);
	assert_int_equal(audit_verify(db, place_public(p), heads, NULL, NULL, &sum), ST_OK);
	shell("rm -r $1/outside");
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(audit_append(lane, &e), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	assert_int_equal(place_minute(p, db, ks), ST_PARTIAL);
	audit_lane_close(lane);
	keystore_close(ks);
	db_close(db);
	place_close(p);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create_and_copy), cmocka_unit_test(test_lock), cmocka_unit_test(test_plans), cmocka_unit_test(test_pg),
		cmocka_unit_test(test_minute), cmocka_unit_test(test_upgrade), cmocka_unit_test(test_damaged), cmocka_unit_test(test_discard), cmocka_unit_test(test_pg_taken_back),
	};

	if (!test_dir(base, "place"))
		return 1;
	int failed = cmocka_run_group_tests_name("place", tests, NULL, NULL);
	shell("rm -r $1");
	return failed;
}
