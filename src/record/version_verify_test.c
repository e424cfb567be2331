/* version_verify_test.c - stored versions against the audit log, on both databases. */
#include "tests/unit/both.h"
#include "record/migrations.h"
#include "record/version_verify.h"

static const struct db_statement
	q_add     = { "add", "INSERT INTO version (record, version, at, staff, step, move, comment, department, holds_from, holds_to, body,"
		" sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)", NULL },
	q_change  = { "change", "UPDATE version SET comment = 'other' WHERE record = 3 AND version = 2", NULL },
	q_back    = { "back", "UPDATE version SET comment = 'why' WHERE record = 3 AND version = 2", NULL },
	q_swap    = { "swap", "UPDATE version SET body = (SELECT w.body FROM version w WHERE w.record = 4 AND w.version = 1)"
		" WHERE record = 5 AND version = 1", NULL },
	q_drop    = { "drop", "DELETE FROM version WHERE record = 9", NULL },
	q_copy    = { "copy", "INSERT INTO version SELECT record, 77, at, staff, step, move, comment, department, holds_from, holds_to, body, sealed"
		" FROM version WHERE record = 8 AND version = 1", NULL };

static void write_version(struct db *db, struct audit_lane *lane, int64_t record, int64_t version)
{
	unsigned char digest[HASH_BYTES];
	char body[40];
	int n = snprintf(body, sizeof body, "body of %lld/%lld", (long long)record, (long long)version);
	struct version_row v = { record, version, 1000 + record, 7, S("draft"), S(""), S("why"), 12, -5, 90000, { body, n }, S("\x01\x00\x02") };
	struct audit_entry e = { .action = S("change"), .type = S("ledger"), .record = record, .version = version, .digest = digest };

	version_digest(&v, digest);
	struct db_q *q = db_query(db, &q_add);
	const int64_t numbers[] = { v.record, v.version, v.at, v.staff };
	for (int i = 0; i < 4; i++)
		db_int(q, i + 1, numbers[i]);
	db_text(q, 5, v.step);
	db_text(q, 6, v.move);
	db_text(q, 7, v.comment);
	db_int(q, 8, v.department);
	db_int(q, 9, v.holds_from);
	db_int(q, 10, v.holds_to);
	db_blob(q, 11, v.body);
	db_blob(q, 12, v.sealed);
	assert_int_equal(db_run(q), ST_OK);
	assert_int_equal(audit_append(lane, &e), ST_OK);
}

struct told { int n; enum version_fault fault; int64_t record, version; };

static void tell(void *arg, enum version_fault fault, int64_t record, int64_t version)
{
	struct told *t = arg;

	*t = (struct told){ t->n + 1, fault, record, version };
}

static void expect(struct db *db, enum version_fault fault, int64_t record, int64_t version)
{
	struct told t = { 0 };
	int64_t versions, faults;

	assert_int_equal(version_verify(db, tell, &t, &versions, &faults), ST_NO);
	assert_int_equal(faults, 1);
	assert_true(t.n == 1 && t.fault == fault && t.record == record && t.version == version);
}

/* REQ: DOC-02 */
static void versions(const char *where)
{
	enum { RECORDS = 300 };
	struct db *db = open_both(where);
	struct audit_lane *lane = NULL;
	int64_t n, faults;

	assert_int_equal(db_migrate(db, store_migrations), ST_OK);
	assert_int_equal(audit_lane_open(db, &lane), ST_OK);
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	for (int i = 1; i <= RECORDS; i++) {
		write_version(db, lane, i, 1);
		if (i == 3)
			write_version(db, lane, i, 2);
	}
	assert_int_equal(db_commit(db), ST_OK);
	audit_lane_close(lane);
	assert_int_equal(version_verify(db, NULL, NULL, &n, &faults), ST_OK);
	assert_true(n == RECORDS + 1 && faults == 0);
	assert_int_equal(db_run(db_query(db, &q_change)), ST_OK);
	expect(db, VERSION_CHANGED, 3, 2);
	assert_int_equal(db_run(db_query(db, &q_back)), ST_OK);
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(db_run(db_query(db, &q_swap)), ST_OK);
	expect(db, VERSION_CHANGED, 5, 1);
	db_rollback(db);
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(db_run(db_query(db, &q_copy)), ST_OK);
	expect(db, VERSION_UNKNOWN, 8, 77);
	db_rollback(db);
	assert_int_equal(db_run(db_query(db, &q_drop)), ST_OK);
	expect(db, VERSION_MISSING, 9, 1);
	db_close(db);
}

BOTH(versions)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(versions) };

	return cmocka_run_group_tests_name("versions", tests, NULL, NULL);
}
