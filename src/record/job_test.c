/* job_test.c - jobs and serial numbers, raced for by processes as nodes would. */
#include "tests/unit/both.h"
#include "record/job.h"
#include "record/migrations.h"
#include "record/serial.h"
#include <sys/wait.h>

static const struct str none = { NULL, 0 };
#define AT(s) ((struct instant){ (s) * INT64_C(1000000) })

static struct db *fresh(const char *where)
{
	struct db *db = open_both(where);

	assert_int_equal(db_migrate(db, store_migrations), ST_OK);
	return db;
}

static void jobs(const char *where)
{
	struct arena a = arena_make(0);
	struct db *db = fresh(where);
	struct job j, k;
	bool added;
	int64_t waiting, failed;

	assert_int_equal(job_take(db, &a, AT(100), JOB_QUICK, 60, &j), ST_NOT_FOUND);
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(job_add(db, S("mail"), S("later"), AT(50), none, &added), ST_OK);
	assert_true(added);
	assert_int_equal(job_add(db, S("mail"), S("first"), AT(10), S("digest 2026-11-22"), &added), ST_OK);
	assert_true(added);
	assert_int_equal(job_add(db, S("mail"), S("twice"), AT(10), S("digest 2026-11-22"), &added), ST_OK);
	assert_false(added);
	assert_int_equal(db_commit(db), ST_OK);

	assert_int_equal(job_take(db, &a, AT(9), JOB_QUICK, 60, &j), ST_NOT_FOUND);
	assert_int_equal(job_take(db, &a, AT(20), JOB_QUICK, 60, &j), ST_OK);
	assert_true(str_eq(j.kind, S("mail")) && str_eq(j.body, S("first")) && j.tries == 1);
	assert_int_equal(job_take(db, &a, AT(30), JOB_QUICK, 60, &k), ST_NOT_FOUND);        /* the other is not due, this one is held */
	assert_int_equal(job_take(db, &a, AT(81), JOB_QUICK, 60, &k), ST_OK);               /* the lease ran out */
	assert_true(k.id == j.id && k.tries == 2);
	assert_int_equal(job_done(db, &j), ST_CONFLICT);                         /* who lost it cannot finish it */
	assert_int_equal(job_again(db, &k, AT(200)), ST_OK);
	assert_int_equal(job_count(db, &waiting, &failed), ST_OK);
	assert_true(waiting == 2 && failed == 1);
	assert_int_equal(job_take(db, &a, AT(90), JOB_QUICK, 60, &k), ST_OK);
	assert_true(str_eq(k.body, S("later")));
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(job_done(db, &k), ST_OK);
	db_rollback(db);                                                         /* the work failed, and so it is not done */
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(job_done(db, &k), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	j.tries = 3;
	assert_true(job_backoff(&j, AT(0)).us == AT(240).us);
	j.tries = 60;
	assert_true(job_backoff(&j, AT(0)).us == AT(21600).us);
	arena_free(&a);
	db_close(db);
}

/* ---- two nodes ---- */

static enum status work_once(struct db *db, struct arena *a)
{
	struct job j;
	int64_t n;

	TRY(job_take(db, a, AT(1000), JOB_QUICK, 600, &j));
	for (;;) {
		enum status st = db_begin(db, DB_WRITE);
		if (st == ST_OK)
			st = serial_take(db, S("ledger"), 2026, &n);
		if (st == ST_OK)
			st = job_done(db, &j);
		if (st == ST_OK && n % 7 == 3) {       /* some fail after taking a number: no gap may stay */
			static int failed;
			st = failed++ % 2 ? ST_OK : ST_RETRY;
		}
		if (st == ST_OK)
			st = db_commit(db);
		if (st == ST_OK)
			return ST_OK;
		db_rollback(db);
		if (st != ST_RETRY && st != ST_CONFLICT)
			return st;
	}
}

/* Returns how many jobs it did as the exit code. */
static int node(const char *where)
{
	struct arena a = arena_make(0);
	struct db *db = NULL;
	int done = 0;

	if (db_open(str_z(where), DB_WRITE, &db) != ST_OK)
		return 255;
	for (int idle = 0; idle < 20;) {
		enum status st = work_once(db, &a);
		if (st == ST_OK)
			done++;
		else if (st != ST_RETRY && st != ST_NOT_FOUND)
			return 255;
		idle += st == ST_NOT_FOUND;
	}
	db_close(db);
	arena_free(&a);
	return done;
}

static void races(const char *where)
{
	enum { JOBS = 90, NODES = 2 };
	struct db *db = fresh(where);
	pid_t pid[NODES];
	int done = 0, code;
	int64_t waiting, failed, n;
	bool added;

	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	for (int i = 0; i < JOBS; i++)
		assert_int_equal(job_add(db, S("x"), S(""), AT(i), none, &added), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	db_close(db);
	for (int i = 0; i < NODES; i++) {
		pid[i] = fork();
		if (pid[i] == 0)
			_exit(node(where));
	}
	for (int i = 0; i < NODES; i++) {
		waitpid(pid[i], &code, 0);
		assert_true(WIFEXITED(code) && WEXITSTATUS(code) != 255);
		done += WEXITSTATUS(code);
	}
	assert_int_equal(done, JOBS);                                            /* each once */
	db = open_both(where);
	assert_int_equal(job_count(db, &waiting, &failed), ST_OK);
	assert_int_equal(waiting, 0);
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	assert_int_equal(serial_take(db, S("ledger"), 2026, &n), ST_OK);
	assert_int_equal(n, JOBS + 1);                                           /* as many numbers as records: no gap */
	assert_int_equal(serial_take(db, S("ledger"), 2027, &n), ST_OK);
	assert_int_equal(n, 1);
	db_rollback(db);
	db_close(db);
}

BOTH(jobs)
BOTH(races)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(jobs), BOTH_TESTS(races) };

	return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
