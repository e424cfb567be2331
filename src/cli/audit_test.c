/* audit_test.c - `tobari audit` from the command line: exit codes and what is printed. */
#include "tests/unit/both.h"
#include "base/test_dir.h"
#include "cli/cli.h"
#include "record/audit.h"
#include "record/place.h"
#include <fcntl.h>

static char base[TEST_DIR_MAX];
static char data[TEST_DIR_MAX + 16], heads[TEST_DIR_MAX + 16], output[TEST_DIR_MAX + 16];

/* Runs a command line; what it prints goes into the arena. */
static int tobari(struct arena *a, struct str *ret, const char *w1, const char *w2, const char *w3, const char *w4)
{
	const char *const words[] = { "tobari", "audit", w1, "--data", data, w2, w3, w4 };
	char *argv[9] = { NULL };
	int argc = 0, saved[2] = { dup(1), dup(2) }, fd = open(output, O_RDWR | O_CREAT | O_TRUNC, 0600);

	for (ptrdiff_t i = 0; i < COUNT(words); i++)
		if (words[i])
			argv[argc++] = str_to_z(a, str_z(words[i]));
	dup2(fd, 1);
	dup2(fd, 2);
	int code = cli_main(argc, argv);
	dup2(saved[0], 1);
	dup2(saved[1], 2);
	close(saved[0]);
	close(saved[1]);
	close(fd);
	assert_int_equal(sys_read_file(a, str_z(output), 1 << 20, ret), ST_OK);
	return code;
}

static void write_some(int n, const char *tamper)
{
	struct place *p = NULL;
	struct db *db = NULL;
	struct audit_lane *lane = NULL;
	struct db_statement s = { "tamper", tamper, NULL };

	assert_int_equal(place_open(str_z(data), PLACE_SHARE, S(""), &p), ST_OK);
	assert_int_equal(db_open(place_where(p), DB_WRITE, &db), ST_OK);
	assert_int_equal(audit_lane_open(db, &lane), ST_OK);
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	for (int i = 0; i < n; i++) {
		struct audit_entry e = { .action = S("view"), .type = S("staff"), .record = i, .detail = S("page") };
		assert_int_equal(audit_append(lane, &e), ST_OK);
	}
	if (tamper)
		assert_int_equal(db_run(db_query(db, &s)), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	audit_lane_close(lane);
	db_close(db);
	place_close(p);
}

/* REQ: SYS-08 */
static void test_commands(void **state)
{
	struct arena a = arena_make(0);
	struct place_plan plan = { .database = S("") };
	struct place *p = NULL;
	struct str out;

	(void)state;
	assert_int_equal(tobari(&a, &out, "verify", NULL, NULL, NULL), 2);
	assert_int_equal(place_create(str_z(data), &plan, &p), ST_OK);
	place_close(p);
	assert_int_equal(tobari(&a, &out, "verify", NULL, NULL, NULL), 0);
	write_some(20, NULL);
	assert_int_equal(tobari(&a, &out, "heads", "--out", heads, NULL), 0);
	assert_int_equal(tobari(&a, &out, "verify", "--heads", heads, NULL), 0);
	assert_int_equal(tobari(&a, &out, "verify", "--heads", "/nonexistent", NULL), 2);
	assert_int_equal(tobari(&a, &out, "verify", "--heads", output, NULL), 2);
	assert_int_equal(tobari(&a, &out, "list", "--format", "jsonl", NULL), 0);
	assert_true(str_find(out, S("\"seq\":20,")) > 0);
	assert_true(str_find(out, S("\"detail\":\"page\"")) > 0);

	write_some(0, "UPDATE audit_entry SET actor = 9 WHERE record = 6");
	assert_int_equal(tobari(&a, &out, "verify", "--format", "jsonl", NULL), 1);
	assert_true(str_starts(out, S("{\"fault\":\"changed\",\"lane\":1,\"from\":7,\"to\":7}\n")));
	assert_int_equal(tobari(&a, &out, "verify", NULL, NULL, NULL), 1);
	assert_true(str_find(out, S(" 7")) > 0);
	write_some(0, "UPDATE audit_entry SET actor = 0 WHERE record = 6");
	write_some(0, "DELETE FROM audit_entry WHERE record > 14");
	assert_int_equal(tobari(&a, &out, "verify", "--heads", heads, "--format=jsonl"), 1);
	assert_true(str_find(out, S("{\"fault\":\"missing\",\"lane\":1,\"from\":16,\"to\":20}")) >= 0);
	write_some(0, "DROP TABLE audit_entry");
	assert_int_equal(tobari(&a, &out, "verify", NULL, NULL, NULL), 1);
	assert_true(out.n > 0);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_commands) };
	static const char *const files[] = { "data/store.db", "data/store.json", "data/lock", "data/keys/root.key", "data/keys/keys.db", "heads", "output" };
	char path[128];

	if (!test_dir(base, "audit"))
		return 1;
	snprintf(data, sizeof data, "%s/data", base);
	snprintf(heads, sizeof heads, "%s/heads", base);
	snprintf(output, sizeof output, "%s/output", base);
	int failed = cmocka_run_group_tests_name("cli audit", tests, NULL, NULL);
	for (ptrdiff_t i = 0; i < COUNT(files); i++) {
		snprintf(path, sizeof path, "%s/%s", base, files[i]);
		unlink(path);
	}
	snprintf(path, sizeof path, "%s/data/keys", base);
	rmdir(path);
	rmdir(data);
	rmdir(base);
	return failed;
}
