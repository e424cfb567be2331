/* audit_test.c - the log on both databases: chained, shared between threads, and every kind of tampering named. */
#include "tests/unit/both.h"
#include "record/audit_impl.h"
#include "record/migrations.h"
#include "sys/fault.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>

enum { N = 40 };

struct rig {
	struct key     *root;
	struct keyring *ring;
	struct db      *db;
	char           *keys_where;
	unsigned char   public[SIGN_PUBLIC_BYTES];
};

static const unsigned char no_erasures[HASH_BYTES];

static struct rig rig_of(const char *where)
{
	struct rig r = { .root = keys_alloc(1), .db = open_both(where), .keys_where = both_where(DB_SQLITE) };

	assert_int_equal(db_migrate(r.db, store_migrations), ST_OK);
	key_random(r.root);
	assert_int_equal(keyring_create(str_z(r.keys_where), r.root, &r.ring), ST_OK);
	keyring_public(r.ring, r.public);
	return r;
}

static void rig_close(struct rig *r)
{
	keyring_close(r->ring);
	both_drop(r->keys_where);
	keys_free(r->root);
	db_close(r->db);
}

static struct audit_entry entry(int64_t n)
{
	return (struct audit_entry){
		.at = { 1000000 * n }, .actor = n, .staff = n + 1, .session = 77, .address = S("192.0.2.1"), .action = n % 2 ? S("view") : S("change"),
		.type = S("staff"), .record = 100 + n, .version = n % 5, .detail = S("submit"), .count = n,
		.digest = n % 3 ? NULL : (const unsigned char *)"0123456789abcdef0123456789abcdef",
	};
}

static void append(struct db *db, int from, int to)
{
	struct audit_lane *lane = NULL;

	assert_int_equal(audit_lane_open(db, &lane), ST_OK);
	for (int i = from; i < to;) {
		assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
		for (int k = 0; k < 3 && i < to; k++, i++) {
			struct audit_entry e = entry(i);
			assert_int_equal(audit_append(lane, &e), ST_OK);
		}
		assert_int_equal(db_commit(db), ST_OK);
	}
	audit_lane_close(lane);
}

struct told { struct audit_finding f[64]; int n; };

static void tell(void *arg, const struct audit_finding *f)
{
	struct told *t = arg;

	if (t->n < 64)
		t->f[t->n++] = *f;
}

static enum status verify(struct rig *r, struct str heads, struct told *t)
{
	struct audit_summary sum;

	t->n = 0;
	return audit_verify(r->db, r->public, heads, tell, t, &sum);
}

static bool told(const struct told *t, enum audit_fault fault, int64_t from, int64_t to)
{
	for (int i = 0; i < t->n; i++)
		if (t->f[i].fault == fault && t->f[i].from == from && t->f[i].to == to)
			return true;
	return false;
}

static const struct str none = { NULL, 0 };

static void run(struct db *db, const char *sql)
{
	static struct { struct db_statement s; char sql[400]; } kept[1000];      /* a connection knows statements by address */
	static int n;

	assert_true(n < 1000);
	snprintf(kept[n].sql, sizeof kept[n].sql, "%s", sql);
	kept[n].s = (struct db_statement){ "tamper", kept[n].sql, NULL };
	if (db_run(db_query(db, &kept[n++].s)) != ST_OK)
		fail_msg("%s: %s", sql, db_error(db).p);
}

static void whole(const char *where)
{
	struct rig r = rig_of(where);
	struct told t;
	struct audit_summary sum;
	struct audit_lane *lane = NULL;
	struct buf heads = buf_make(0);
	struct audit_entry e = entry(1);

	assert_int_equal(verify(&r, none, &t), ST_OK);       /* an empty log is whole */
	assert_int_equal(audit_heads(r.db, &heads), ST_NOT_FOUND);
	append(r.db, 1, N);
	assert_int_equal(audit_checkpoint(r.db, r.ring, 0, no_erasures), ST_OK);
	assert_int_equal(audit_checkpoint(r.db, r.ring, 0, no_erasures), ST_NO);
	append(r.db, N, N + 5);
	assert_int_equal(audit_checkpoint(r.db, r.ring, 0, no_erasures), ST_OK);
	assert_int_equal(audit_heads(r.db, &heads), ST_OK);
	assert_int_equal(audit_verify(r.db, r.public, buf_str(&heads), NULL, NULL, &sum), ST_OK);
	assert_int_equal(sum.entries, N + 4);
	assert_int_equal(sum.checkpoints, 2);

	/* what rolls back leaves nothing, and the chain goes on */
	assert_int_equal(audit_lane_open(r.db, &lane), ST_OK);
	assert_int_equal(db_begin(r.db, DB_WRITE), ST_OK);
	assert_int_equal(audit_append(lane, &e), ST_OK);
	db_rollback(r.db);
	assert_int_equal(db_begin(r.db, DB_WRITE), ST_OK);
	assert_int_equal(audit_append(lane, &e), ST_OK);
	assert_int_equal(db_commit(r.db), ST_OK);
	audit_lane_close(lane);
	assert_int_equal(audit_verify(r.db, r.public, buf_str(&heads), NULL, NULL, &sum), ST_OK);
	assert_int_equal(sum.entries, N + 5);

	/* heads of somebody else, or changed ones, prove nothing */
	unsigned char other[SIGN_PUBLIC_BYTES] = { 1 };
	assert_int_equal(audit_verify(r.db, other, buf_str(&heads), NULL, NULL, &sum), ST_BAD_INPUT);
	heads.p[40] ^= 1;
	assert_int_equal(audit_verify(r.db, r.public, buf_str(&heads), NULL, NULL, &sum), ST_BAD_INPUT);
	assert_int_equal(audit_verify(r.db, r.public, S("nonsense"), NULL, NULL, &sum), ST_BAD_INPUT);
	buf_free(&heads);
	rig_close(&r);
}

static const char *const columns[] = { "at", "actor", "staff", "session", "address", "action", "type", "record", "version", "detail", "count" };

/* REQ: SYS-08 - each column of the first, a middle and the last entry. */
static void any_column(const char *where)
{
	static const int places[] = { 1, 20, N - 1 };
	struct rig r = rig_of(where);
	struct told t;
	char sql[300];
	bool pg = strncmp(where, "postgres", 8) == 0;

	append(r.db, 1, N);
	for (ptrdiff_t p = 0; p < COUNT(places); p++) {
		long long id = entry_id(INT64_C(1), (int64_t)places[p]);
		for (ptrdiff_t c = 0; c < COUNT(columns); c++) {
			bool text = strstr("address action type detail", columns[c]) != NULL;
			snprintf(sql, sizeof sql, "UPDATE audit_entry SET %s = %s %s WHERE id = %lld", columns[c], columns[c], text ? "|| 'x'" : "+ 1", id);
			run(r.db, sql);
			assert_int_equal(verify(&r, none, &t), ST_NO);
			if (t.n != 1 || !told(&t, AUDIT_CHANGED, places[p], places[p]))
				fail_msg("column %s of %d: %d findings, first %d at %d", columns[c], places[p], t.n, (int)t.f[0].fault, (int)t.f[0].from);
			if (text)
				snprintf(sql, sizeof sql, "UPDATE audit_entry SET %s = substr(%s, 1, length(%s) - 1) WHERE id = %lld", columns[c], columns[c], columns[c], id);
			else
				snprintf(sql, sizeof sql, "UPDATE audit_entry SET %s = %s - 1 WHERE id = %lld", columns[c], columns[c], id);
			run(r.db, sql);
			assert_int_equal(verify(&r, none, &t), ST_OK);
		}
		for (int hash_too = 0; hash_too < 2; hash_too++) {        /* the blobs: another value, then back */
			const char *column = hash_too ? "hash" : "digest";
			run(r.db, "CREATE TABLE saved AS SELECT id, digest, hash FROM audit_entry");
			snprintf(sql, sizeof sql, pg ? "UPDATE audit_entry SET %s = sha256('x'::bytea) WHERE id = %lld" :
				"UPDATE audit_entry SET %s = zeroblob(32) WHERE id = %lld", column, id);
			run(r.db, sql);
			assert_int_equal(verify(&r, none, &t), ST_NO);
			if (t.n != 1 || !told(&t, AUDIT_CHANGED, places[p], places[p]))
				fail_msg("column %s of %d: %d findings, first %d at %d", column, places[p], t.n, (int)t.f[0].fault, (int)t.f[0].from);
			snprintf(sql, sizeof sql, "UPDATE audit_entry SET %s = (SELECT s.%s FROM saved s WHERE s.id = audit_entry.id) WHERE id = %lld", column, column, id);
			run(r.db, sql);
			run(r.db, "DROP TABLE saved");
			assert_int_equal(verify(&r, none, &t), ST_OK);
		}
	}
	rig_close(&r);
}

#define AT(seq) "(1099511627776 + " #seq ")"
#define COLUMNS "at, actor, staff, session, address, action, type, record, version, detail, count, digest, hash"

static void deleted(const char *where)
{
	struct rig r = rig_of(where);
	struct told t;

	append(r.db, 1, N);
	run(r.db, "DELETE FROM audit_entry WHERE id = " AT(20));
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n == 2 && told(&t, AUDIT_MISSING, 20, 20) && told(&t, AUDIT_UNPROVEN, 21, 21));
	run(r.db, "DELETE FROM audit_entry WHERE id = " AT(1));
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n == 4 && told(&t, AUDIT_MISSING, 1, 1));
	rig_close(&r);
}

/* One removed and the rest given new numbers, so that no gap shows. */
static void deleted_and_renumbered(const char *where)
{
	struct rig r = rig_of(where);
	struct told t;

	append(r.db, 1, N);
	run(r.db, "DELETE FROM audit_entry WHERE id = " AT(20));
	run(r.db, "UPDATE audit_entry SET id = id + 1000 WHERE id > " AT(20));
	run(r.db, "UPDATE audit_entry SET id = id - 1001 WHERE id > " AT(1000));
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(told(&t, AUDIT_MISSING, 20, 20));
	assert_int_equal(t.n, 2);
	rig_close(&r);
}

static void swapped(const char *where)
{
	struct rig r = rig_of(where);
	struct told t;

	append(r.db, 1, N);
	for (int adjacent = 0; adjacent < 2; adjacent++) {
		run(r.db, "UPDATE audit_entry SET id = " AT(9999) " WHERE id = " AT(10));
		run(r.db, adjacent ? "UPDATE audit_entry SET id = " AT(10) " WHERE id = " AT(11) : "UPDATE audit_entry SET id = " AT(10) " WHERE id = " AT(30));
		run(r.db, adjacent ? "UPDATE audit_entry SET id = " AT(11) " WHERE id = " AT(9999) : "UPDATE audit_entry SET id = " AT(30) " WHERE id = " AT(9999));
		assert_int_equal(verify(&r, none, &t), ST_NO);
		assert_int_equal(t.n, 2);
		assert_true(told(&t, AUDIT_MOVED, 10, adjacent ? 11 : 30) && told(&t, AUDIT_MOVED, adjacent ? 11 : 30, 10));
		run(r.db, "UPDATE audit_entry SET id = " AT(9999) " WHERE id = " AT(10));
		run(r.db, adjacent ? "UPDATE audit_entry SET id = " AT(10) " WHERE id = " AT(11) : "UPDATE audit_entry SET id = " AT(10) " WHERE id = " AT(30));
		run(r.db, adjacent ? "UPDATE audit_entry SET id = " AT(11) " WHERE id = " AT(9999) : "UPDATE audit_entry SET id = " AT(30) " WHERE id = " AT(9999));
		assert_int_equal(verify(&r, none, &t), ST_OK);
	}
	rig_close(&r);
}

static void inserted(const char *where)
{
	struct rig r = rig_of(where);
	struct told t;

	append(r.db, 1, N);
	/* a copy at the end */
	run(r.db, "INSERT INTO audit_entry SELECT " AT(40) ", " COLUMNS " FROM audit_entry WHERE id = " AT(12));
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n == 1 && told(&t, AUDIT_INSERTED, 40, 40));
	run(r.db, "DELETE FROM audit_entry WHERE id = " AT(40));
	/* a copy in the middle, the rest given new numbers */
	run(r.db, "UPDATE audit_entry SET id = id + 1000 WHERE id > " AT(20));
	run(r.db, "UPDATE audit_entry SET id = id - 999 WHERE id > " AT(1000));
	run(r.db, "INSERT INTO audit_entry SELECT " AT(21) ", " COLUMNS " FROM audit_entry WHERE id = " AT(5));
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n == 1 && told(&t, AUDIT_INSERTED, 21, 21));
	run(r.db, "DELETE FROM audit_entry WHERE id = " AT(21));
	run(r.db, "UPDATE audit_entry SET id = id + 1000 WHERE id > " AT(20));
	run(r.db, "UPDATE audit_entry SET id = id - 1001 WHERE id > " AT(1000));
	assert_int_equal(verify(&r, none, &t), ST_OK);
	/* one given a number far behind the end */
	run(r.db, "UPDATE audit_entry SET id = " AT(900) " WHERE id = " AT(20));
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n == 3 && told(&t, AUDIT_MISSING, 20, 20) && told(&t, AUDIT_UNPROVEN, 21, 21) && told(&t, AUDIT_INSERTED, 900, 900));
	run(r.db, "UPDATE audit_entry SET id = " AT(20) " WHERE id = " AT(900));
	/* in a lane of its own */
	run(r.db, "INSERT INTO audit_entry SELECT 2 * " AT(0) " + 1, " COLUMNS " FROM audit_entry WHERE id = " AT(12));
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n >= 1 && t.f[0].lane == 2);
	run(r.db, "DELETE FROM audit_entry WHERE id = 2 * " AT(0) " + 1");
	run(r.db, "INSERT INTO audit_entry SELECT " AT(0) ", " COLUMNS " FROM audit_entry WHERE id = " AT(12));
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n == 1 && told(&t, AUDIT_INSERTED, 0, 0));
	run(r.db, "DELETE FROM audit_entry WHERE id = " AT(0));
	assert_int_equal(verify(&r, none, &t), ST_OK);
	run(r.db, "INSERT INTO audit_entry SELECT -5, " COLUMNS " FROM audit_entry WHERE id = " AT(12));
	assert_int_equal(verify(&r, none, &t), ST_NO);
	rig_close(&r);
}

/* The end cut off: seen by the head of the lane; with that forged too, by signed heads; with those gone, by exported ones. */
static void truncated(const char *where)
{
	struct rig r = rig_of(where);
	struct told t;
	struct buf heads = buf_make(0);

	append(r.db, 1, 31);
	assert_int_equal(audit_checkpoint(r.db, r.ring, 0, no_erasures), ST_OK);
	append(r.db, 31, N);
	assert_int_equal(audit_checkpoint(r.db, r.ring, 0, no_erasures), ST_OK);
	assert_int_equal(audit_heads(r.db, &heads), ST_OK);
	run(r.db, "DELETE FROM audit_entry WHERE id > " AT(35));
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n == 1 && told(&t, AUDIT_MISSING, 36, 39));
	run(r.db, "UPDATE chain_lane SET seq = 35, hash = (SELECT hash FROM audit_entry WHERE id = " AT(35) ")");
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n == 1 && told(&t, AUDIT_MISSING, 36, 39));
	run(r.db, "DELETE FROM chain_checkpoint WHERE number = 2");
	assert_int_equal(verify(&r, none, &t), ST_OK);       /* nobody can tell from inside */
	assert_int_equal(verify(&r, buf_str(&heads), &t), ST_NO);
	assert_true(told(&t, AUDIT_MISSING, 36, 39) && told(&t, AUDIT_CHECKPOINT, 2, 2));
	buf_free(&heads);
	rig_close(&r);
}

/* A whole tail written anew, with right hashes: agrees with itself, not with what was signed. */
static void rewritten(const char *where)
{
	struct rig r = rig_of(where);
	struct told t;

	append(r.db, 1, 11);
	assert_int_equal(audit_checkpoint(r.db, r.ring, 0, no_erasures), ST_OK);
	append(r.db, 11, N);
	assert_int_equal(audit_checkpoint(r.db, r.ring, 0, no_erasures), ST_OK);
	run(r.db, "DELETE FROM audit_entry WHERE id > " AT(20));
	run(r.db, "UPDATE chain_lane SET seq = 20, hash = (SELECT hash FROM audit_entry WHERE id = " AT(20) ")");
	append(r.db, 51, 51 + N - 21);
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n == 1 && told(&t, AUDIT_REWRITTEN, 11, N - 1));
	run(r.db, "DELETE FROM chain_checkpoint WHERE number = 1");
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(told(&t, AUDIT_CHECKPOINT, 1, 1));
	rig_close(&r);
}

static void heads_changed(const char *where)
{
	struct rig r = rig_of(where);
	struct told t;

	append(r.db, 1, 11);
	assert_int_equal(audit_checkpoint(r.db, r.ring, 0, no_erasures), ST_OK);
	run(r.db, "UPDATE chain_lane SET hash = (SELECT hash FROM audit_entry WHERE id = " AT(5) ")");
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n == 1 && told(&t, AUDIT_HEAD, 10, 10));
	run(r.db, "UPDATE chain_lane SET hash = (SELECT hash FROM audit_entry WHERE id = " AT(10) ")");
	assert_int_equal(verify(&r, none, &t), ST_OK);
	run(r.db, "UPDATE chain_checkpoint SET heads = replace(heads, 'lane 1 10', 'lane 1 9')");
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(told(&t, AUDIT_CHECKPOINT, 1, 1));
	rig_close(&r);
}

/* Long enough to be shared by several threads; one entry changed near the border of two stretches. */
static void many(const char *where)
{
	enum { MANY = 12100 };
	struct rig r = rig_of(where);
	struct audit_lane *lane = NULL;
	struct audit_summary sum;
	struct told t;

	assert_int_equal(audit_lane_open(r.db, &lane), ST_OK);
	assert_int_equal(db_begin(r.db, DB_WRITE), ST_OK);
	for (int i = 1; i <= MANY; i++) {
		struct audit_entry e = entry(i);
		assert_int_equal(audit_append(lane, &e), ST_OK);
	}
	assert_int_equal(db_commit(r.db), ST_OK);
	audit_lane_close(lane);
	assert_int_equal(audit_verify(r.db, r.public, none, NULL, NULL, &sum), ST_OK);
	assert_int_equal(sum.entries, MANY);
	run(r.db, "UPDATE audit_entry SET count = 0 WHERE id = " AT(4000));
	run(r.db, "UPDATE audit_entry SET count = 0 WHERE id = " AT(8001));
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n == 2 && told(&t, AUDIT_CHANGED, 4000, 4000) && told(&t, AUDIT_CHANGED, 8001, 8001));
	run(r.db, "DELETE FROM audit_entry WHERE id = " AT(12000));
	assert_int_equal(verify(&r, none, &t), ST_NO);
	assert_true(t.n == 4 && told(&t, AUDIT_MISSING, 12000, 12000));
	rig_close(&r);
}

/* ---- threads ---- */

struct worker { struct audit_group *g; const char *where; int n, failed; };

static void *read_things(void *arg)
{
	struct worker *w = arg;

	for (int i = 0; i < w->n; i++) {
		struct audit_entry e[2] = { entry(i), entry(i + 1) };
		w->failed += audit_group_add(w->g, e, 1 + i % 2) != ST_OK;
	}
	return NULL;
}

static void *change_things(void *arg)
{
	struct worker *w = arg;
	struct db *db = NULL;
	struct audit_lane *lane = NULL;

	w->failed += db_open(str_z(w->where), DB_WRITE, &db) != ST_OK || audit_lane_open(db, &lane) != ST_OK;
	for (int i = 0; i < w->n;) {
		struct audit_entry e = entry(i);
		enum status st = db_begin(db, DB_WRITE);
		if (st == ST_OK)
			st = audit_append(lane, &e);
		if (st == ST_OK)
			st = db_commit(db);
		else
			db_rollback(db);
		w->failed += st != ST_OK && st != ST_RETRY;
		i += st != ST_RETRY;
	}
	audit_lane_close(lane);
	db_close(db);
	return NULL;
}

static void threads(const char *where)
{
	enum { READERS = 4, WRITERS = 2, EACH = 40 };
	struct rig r = rig_of(where);
	struct audit_group *g = NULL;
	struct worker w[READERS + WRITERS];
	pthread_t t[READERS + WRITERS];
	struct audit_summary sum;

	assert_int_equal(audit_group_open(str_z(where), &g), ST_OK);
	for (int i = 0; i < READERS + WRITERS; i++) {
		w[i] = (struct worker){ g, where, EACH, 0 };
		assert_int_equal(pthread_create(&t[i], NULL, i < READERS ? read_things : change_things, &w[i]), 0);
	}
	for (int i = 0; i < READERS + WRITERS; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(w[i].failed, 0);
	}
	audit_group_close(g);
	assert_int_equal(audit_verify(r.db, r.public, none, NULL, NULL, &sum), ST_OK);
	assert_int_equal(sum.entries, READERS * EACH * 3 / 2 + WRITERS * EACH);
	if (strncmp(where, "postgres", 8) == 0)
		assert_true(sum.lanes >= 2);
	rig_close(&r);
}

/* ---- waiting for the disk without standing there ---- */

struct told_later { struct audit_wait wait; struct audit_entry e; atomic_int *left; enum status st; };

static void tell_one(void *arg, enum status st)
{
	struct told_later *t = arg;

	t->st = st;
	atomic_fetch_sub(t->left, 1);
}

static void wait_for(atomic_int *left)
{
	while (atomic_load(left))
		poll(NULL, 0, 1);
}

/* Each is told once, with and without entries, and the entries are there by then. */
static void later(const char *where)
{
	enum { MANY_LATER = 100 };
	static struct told_later t[MANY_LATER];
	struct rig r = rig_of(where);
	struct audit_group *g = NULL;
	struct audit_summary sum;
	atomic_int left = MANY_LATER;

	assert_int_equal(audit_group_open(str_z(where), &g), ST_OK);
	for (int i = 0; i < MANY_LATER; i++) {
		t[i] = (struct told_later){ .e = entry(i), .left = &left, .st = ST_BROKEN };
		t[i].wait = (struct audit_wait){ .e = &t[i].e, .n = i % 2, .done = tell_one, .arg = &t[i] };
		audit_group_later(g, &t[i].wait);
		if (i == MANY_LATER / 2)
			assert_int_equal(audit_group_add(g, &t[i].e, 1), ST_OK);
	}
	wait_for(&left);
	for (int i = 0; i < MANY_LATER; i++)
		assert_int_equal(t[i].st, ST_OK);
	assert_int_equal(audit_verify(r.db, r.public, none, NULL, NULL, &sum), ST_OK);
	assert_int_equal(sum.entries, MANY_LATER / 2 + 1);
	audit_group_close(g);
	rig_close(&r);
}

/* Entries of others that cannot be written do not make a commit untrue that waits in the same batch. */
static void later_beside_a_failure(const char *where)
{
	enum { EACH = 40, ROUNDS = 20 };
	static struct told_later t[EACH];
	struct rig r = rig_of(where);
	struct audit_group *g = NULL;
	struct audit_summary sum;
	int failed = 0;

	assert_int_equal(audit_group_open(str_z(where), &g), ST_OK);
	for (int round = 0; round < ROUNDS; round++) {
		atomic_int left = EACH;
		fault_arm(1, "audit.append");
		for (int i = 0; i < EACH; i++) {
			t[i] = (struct told_later){ .e = entry(i), .left = &left, .st = ST_BROKEN };
			t[i].wait = (struct audit_wait){ .e = &t[i].e, .n = i % 2, .done = tell_one, .arg = &t[i] };
			audit_group_later(g, &t[i].wait);
		}
		wait_for(&left);
		assert_true(fault_fired());
		fault_arm(0, NULL);
		for (int i = 0; i < EACH; i++) {
			failed += t[i].st != ST_OK;
			if (i % 2 == 0)
				assert_int_equal(t[i].st, ST_OK);
		}
	}
	assert_true(failed >= ROUNDS);
	assert_int_equal(audit_verify(r.db, r.public, none, NULL, NULL, &sum), ST_OK);
	assert_int_equal(sum.entries, ROUNDS * EACH / 2 - failed);               /* what was told is what is there */
	audit_group_close(g);
	rig_close(&r);
}

/* Fail each step: the log stays whole, and has what was committed. */
static void faults(const char *where)
{
	struct rig r = rig_of(where);
	struct audit_lane *lane = NULL;
	struct audit_summary sum;
	int64_t expected = 0;
	int n;

	assert_int_equal(audit_lane_open(r.db, &lane), ST_OK);
	for (n = 1; n < 40; n++) {
		enum status st;
		fault_arm(n, NULL);
		st = db_begin(r.db, DB_WRITE);
		for (int i = 0; i < 3 && st == ST_OK; i++) {
			struct audit_entry e = entry(i);
			st = audit_append(lane, &e);
		}
		if (st == ST_OK)
			st = db_commit(r.db);
		else
			db_rollback(r.db);
		bool fired = fault_fired();
		fault_arm(0, NULL);
		assert_int_equal(audit_verify(r.db, r.public, none, NULL, NULL, &sum), ST_OK);
		/* When the flush after a commit fails nobody can say whether it lasts: all three are there, or none. */
		assert_true(sum.entries == expected + 3 || (st != ST_OK && sum.entries == expected));
		expected = sum.entries;
		if (!fired)
			break;
	}
	assert_true(n > 6 && n < 40);
	audit_lane_close(lane);
	rig_close(&r);
}

BOTH(whole)
BOTH(any_column)
BOTH(deleted)
BOTH(deleted_and_renumbered)
BOTH(swapped)
BOTH(inserted)
BOTH(truncated)
BOTH(rewritten)
BOTH(heads_changed)
BOTH(threads)
BOTH(later)
BOTH(later_beside_a_failure)
BOTH(many)
BOTH(faults)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH_TESTS(whole), BOTH_TESTS(any_column), BOTH_TESTS(deleted), BOTH_TESTS(deleted_and_renumbered), BOTH_TESTS(swapped),
		BOTH_TESTS(inserted), BOTH_TESTS(truncated), BOTH_TESTS(rewritten), BOTH_TESTS(heads_changed), BOTH_TESTS(threads),
		BOTH_TESTS(later), BOTH_TESTS(later_beside_a_failure),
		BOTH_TESTS(many), BOTH_TESTS(faults),
	};

	return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
