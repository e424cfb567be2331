/* kill_test.c - a writer is killed at a random moment, a hundred times over: afterwards the store opens, the chain
 * verifies, what was acknowledged is there, every sealed value has its key, and nothing is half done. */
#include "tests/unit/both.h"
#include "record/audit.h"
#include "record/job.h"
#include "record/migrations.h"
#include "record/serial.h"
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

enum { KILLS = 100, SET = 3, TEXT = 24 };
static bool acked[1 << 20];                        /* by number: the writer was told that it is durable */
static const struct str none = { NULL, 0 }, plain = SLIT("a secret of 24 bytes ...");

struct rig { const char *where, *keys_where; struct key *root; struct keyring *ring; struct db *db; struct keystore *ks; };

static void open_rig(struct rig *r)
{
	assert_int_equal(keyring_open(str_z(r->keys_where), r->root, &r->ring), ST_OK);
	assert_int_equal(db_open(str_z(r->where), DB_WRITE, &r->db), ST_OK);
	assert_int_equal(keystore_open(r->ring, &r->ks), ST_OK);
	keystore_attach(r->ks, r->db);
}

static void close_rig(struct rig *r)
{
	keystore_close(r->ks);
	db_close(r->db);
	keyring_close(r->ring);
}

/* ---- the writer ---- */

static enum status write_one(struct rig *r, struct audit_lane *lane, int64_t *ret)
{
	char sealed[TEXT + KEYSTORE_EXTRA];
	int64_t n = 0;
	bool added;

	TRY(db_begin(r->db, DB_WRITE));
	TRY(serial_take(r->db, S("kill"), 2026, &n));
	struct key_ref ref = { KEY_SUBJECT, n, SET };
	struct audit_entry e = { .action = S("create"), .type = S("job"), .record = n };
	TRY(keystore_seal(r->ks, &ref, S("kill"), plain, sealed));
	TRY(job_add(r->db, S("kill"), (struct str){ sealed, (ptrdiff_t)sizeof sealed }, (struct instant){ n }, none, &added));
	TRY(audit_append(lane, &e));
	e.action = S("approve");
	TRY(audit_append(lane, &e));
	*ret = n;
	return db_commit(r->db);
}

/* Every tenth is erased again. */
static bool erased(int64_t n)
{
	return n % 10 == 0;
}

static void writer(struct rig *r, int ack)
{
	struct audit_lane *lane = NULL;

	open_rig(r);
	if (audit_lane_open(r->db, &lane) != ST_OK)
		_exit(1);
	for (;;) {
		int64_t n = 0, erasure;
		enum status st = write_one(r, lane, &n);
		if (st != ST_OK) {
			db_rollback(r->db);
			if (st == ST_RETRY)
				continue;
			_exit(2);
		}
		struct key_ref ref = { KEY_SUBJECT, n, SET };
		if (erased(n) && keystore_destroy(r->ks, &ref, 1, n, &erasure) != ST_OK)
			_exit(3);
		if (write(ack, &n, sizeof n) != (ssize_t)sizeof n)
			_exit(4);
	}
}

/* ---- afterwards ---- */

static const struct db_statement
	q_jobs   = { "jobs", "SELECT due, body FROM job WHERE due > $1 ORDER BY due LIMIT 500", NULL },
	q_last   = { "last", "SELECT coalesce(max(last), 0) FROM serial", NULL },
	q_acts   = { "acts", "SELECT count(*), coalesce(sum(CASE WHEN action = 'create' THEN 1 ELSE 0 END), 0) FROM audit_entry", NULL };

static void check_job(struct rig *r, int64_t n, struct str body)
{
	char out[TEXT];
	struct key_ref ref = { KEY_SUBJECT, n, SET };
	enum status st = keystore_unseal(r->ks, &ref, S("kill"), body, out);

	if (st != ST_OK && !(st == ST_NOT_FOUND && erased(n)))
		fail_msg("value %lld: %s", (long long)n, status_name(st));
	if (st == ST_OK)
		assert_memory_equal(out, plain.p, TEXT);
	if (st == ST_OK && erased(n))
		assert_false(acked[n]);                /* killed between the two, before it was acknowledged */
}

static int64_t check_jobs(struct rig *r)
{
	int64_t last = 0, count = 0;

	for (int rows = 1; rows > 0;) {
		rows = 0;
		struct db_q *q = db_query(r->db, &q_jobs);
		db_int(q, 1, last);
		while (db_row(q)) {
			assert_int_equal(db_col_int(q, 0), last + 1);      /* no gap */
			last = db_col_int(q, 0);
			check_job(r, last, db_col_blob(q, 1));
			count++;
			rows++;
		}
		assert_int_equal(db_end(q), ST_OK);
	}
	return count;
}

static void check_all(struct rig *r, int64_t last_acked, int64_t *ret_jobs)
{
	unsigned char public[SIGN_PUBLIC_BYTES];
	struct audit_summary sum;

	open_rig(r);
	keyring_public(r->ring, public);
	assert_int_equal(db_begin(r->db, DB_READ), ST_OK);
	int64_t jobs = check_jobs(r);
	assert_int_equal(audit_verify(r->db, public, none, NULL, NULL, &sum), ST_OK);
	assert_int_equal(sum.entries, 2 * jobs);
	struct db_q *q = db_query(r->db, &q_last);
	assert_true(db_row(q) && db_col_int(q, 0) == jobs);
	assert_int_equal(db_end(q), ST_OK);
	q = db_query(r->db, &q_acts);
	assert_true(db_row(q) && db_col_int(q, 0) == 2 * jobs && db_col_int(q, 1) == jobs);
	assert_int_equal(db_end(q), ST_OK);
	assert_true(jobs >= last_acked);
	db_rollback(r->db);
	*ret_jobs = jobs;
	close_rig(r);
}

static int64_t kill_once(struct rig *r)
{
	int fd[2], code;
	int64_t n, last = 0;
	uint16_t dice;

	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(fd[0]);
		writer(r, fd[1]);
	}
	close(fd[1]);
	sys_random(&dice, 2);
	struct timespec nap = { 0, dice * 400L };                  /* up to 26 ms */
	struct pollfd begun = { fd[0], POLLIN, 0 };
	if (dice % 4)                                              /* mostly while it writes, sometimes while it opens */
		poll(&begun, 1, 20000);
	nanosleep(&nap, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, &code, 0);
	assert_true(WIFSIGNALED(code) && WTERMSIG(code) == SIGKILL);
	while (read(fd[0], &n, sizeof n) == (ssize_t)sizeof n) {
		assert_true(n > last && n < COUNT(acked));
		acked[n] = true;
		last = n;
	}
	close(fd[0]);
	return last;
}

static void kills(const char *where)
{
	char *keys_where = both_where(strncmp(where, "postgres", 8) == 0 ? DB_PG : DB_SQLITE);
	struct rig r = { .where = where, .keys_where = keys_where, .root = keys_alloc(1) };
	struct db *db = open_both(where);
	int64_t jobs = 0, last = 0;

	memset(acked, 0, sizeof acked);
	assert_int_equal(db_migrate(db, store_migrations), ST_OK);
	db_close(db);
	key_random(r.root);
	assert_int_equal(keyring_create(str_z(keys_where), r.root, &r.ring), ST_OK);
	keyring_close(r.ring);
	for (int i = 0; i < KILLS; i++) {
		int64_t n = kill_once(&r);
		last = MAX(last, n);
		check_all(&r, last, &jobs);
	}
	print_message("# %lld written, %d kills\n", (long long)jobs, KILLS);
	assert_true(jobs > KILLS / 2);                                 /* the writers did get to write */
	keys_free(r.root);
	both_drop(keys_where);
}

BOTH(kills)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(kills) };

	return cmocka_run_group_tests_name("kill", tests, NULL, NULL);
}
