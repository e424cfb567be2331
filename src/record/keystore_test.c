/* keystore_test.c - keys made, kept, destroyed, on both databases; the register of subjects. */
#include "tests/unit/both.h"
#include "base/test_dir.h"
#include "record/keystore.h"
#include "record/migrations.h"
#include "sys/fault.h"

struct rig { struct key *root; struct keyring *ring; struct keystore *ks; };

static struct rig rig_of(const char *where)
{
	struct rig r = { .root = keys_alloc(1) };

	key_random(r.root);
	assert_int_equal(keyring_create(str_z(where), r.root, &r.ring), ST_OK);
	assert_int_equal(keystore_open(r.ring, &r.ks), ST_OK);
	return r;
}

static void rig_close(struct rig *r)
{
	keystore_close(r->ks);
	keyring_close(r->ring);
	keys_free(r->root);
}

static struct key_ref subject(int64_t id, int64_t set)
{
	return (struct key_ref){ KEY_SUBJECT, id, set };
}

static const struct str plain = SLIT("鈴木花子 03-1234-5678"), ad = SLIT("staff/7/3");

static void seal_it(struct keystore *ks, struct key_ref ref, char *out)
{
	assert_int_equal(keystore_seal(ks, &ref, ad, plain, out), ST_OK);
}

static enum status open_it(struct keystore *ks, struct key_ref ref, const char *sealed)
{
	char out[200];
	enum status st = keystore_unseal(ks, &ref, ad, (struct str){ sealed, plain.n + KEYSTORE_EXTRA }, out);

	if (st == ST_OK)
		assert_memory_equal(out, plain.p, (size_t)plain.n);
	return st;
}

static void sealing(const char *where)
{
	struct rig r = rig_of(where);
	struct keyring *again = NULL;
	struct keystore *other = NULL;
	char a[200], b[200], c[200];
	struct key *wrong = keys_alloc(1);

	seal_it(r.ks, subject(7, 1), a);
	seal_it(r.ks, subject(7, 2), b);
	seal_it(r.ks, (struct key_ref){ KEY_RECORD, 7, 1 }, c);
	assert_int_equal(open_it(r.ks, subject(7, 1), a), ST_OK);
	assert_int_equal(open_it(r.ks, subject(7, 2), b), ST_OK);
	assert_int_equal(open_it(r.ks, (struct key_ref){ KEY_RECORD, 7, 1 }, c), ST_OK);
	assert_int_not_equal(open_it(r.ks, subject(7, 1), b), ST_OK);
	assert_int_equal(open_it(r.ks, subject(8, 1), a), ST_NOT_FOUND);
	a[60] ^= 1;
	assert_int_equal(open_it(r.ks, subject(7, 1), a), ST_BROKEN);
	a[60] ^= 1;

	/* another process: same root key opens, another does not, and it cannot be made twice */
	assert_int_equal(keyring_open(str_z(where), r.root, &again), ST_OK);
	assert_int_equal(keystore_open(again, &other), ST_OK);
	assert_int_equal(open_it(other, subject(7, 1), a), ST_OK);
	unsigned char x[BLIND_BYTES], y[BLIND_BYTES];
	keyring_blind(r.ring, S("staff.mail"), S("a@example.jp"), x);
	keyring_blind(again, S("staff.mail"), S("a@example.jp"), y);
	assert_memory_equal(x, y, BLIND_BYTES);
	keyring_blind(again, S("staff.phone"), S("a@example.jp"), y);
	assert_memory_not_equal(x, y, BLIND_BYTES);
	keystore_close(other);
	keyring_close(again);
	key_random(wrong);
	assert_int_equal(keyring_open(str_z(where), wrong, &again), ST_DENIED);
	assert_int_equal(keyring_create(str_z(where), r.root, &again), ST_CONFLICT);
	keys_free(wrong);
	rig_close(&r);
}

static void destroying(const char *where)
{
	struct rig r = rig_of(where);
	struct keystore *other = NULL;
	char a[200], b[200], c[200], again[200];
	int64_t erasure = 0, head = 0;
	unsigned char h[HASH_BYTES];
	struct buf list = buf_make(0);

	assert_int_equal(keystore_open(r.ring, &other), ST_OK);
	seal_it(r.ks, subject(1, 1), a);
	seal_it(r.ks, subject(1, 2), b);
	seal_it(r.ks, subject(2, 1), c);
	assert_int_equal(open_it(other, subject(1, 1), a), ST_OK);
	struct key_ref one = subject(1, 1), all = subject(1, KEY_ALL_SETS);
	assert_int_equal(keystore_destroy(r.ks, &one, 1, 900, &erasure), ST_OK);
	assert_int_equal(erasure, 1);
	assert_int_equal(open_it(r.ks, subject(1, 1), a), ST_NOT_FOUND);
	assert_int_equal(open_it(other, subject(1, 1), a), ST_NOT_FOUND);      /* the other thread's cache too */
	assert_int_equal(open_it(other, subject(1, 2), b), ST_OK);             /* the other data set is untouched */
	assert_int_equal(keystore_destroy(r.ks, &one, 1, 900, &erasure), ST_NOT_FOUND);
	seal_it(r.ks, subject(1, 1), again);                                    /* a new key does not open the old */
	assert_int_equal(open_it(r.ks, subject(1, 1), a), ST_NOT_FOUND);
	assert_int_equal(open_it(r.ks, subject(1, 1), again), ST_OK);
	assert_int_equal(keystore_destroy(r.ks, &all, 1, 901, &erasure), ST_OK);
	assert_int_equal(open_it(r.ks, subject(1, 1), again), ST_NOT_FOUND);
	assert_int_equal(open_it(r.ks, subject(1, 2), b), ST_NOT_FOUND);
	assert_int_equal(open_it(r.ks, subject(2, 1), c), ST_OK);
	assert_int_equal(keystore_erasure_head(r.ks, &head, h), ST_OK);
	assert_int_equal(head, 2);
	assert_int_equal(keystore_erasures(r.ks, &list), ST_OK);
	assert_true(str_starts(buf_str(&list), S("tobari erasures 1\n1 ")));
	buf_free(&list);
	keystore_close(other);
	rig_close(&r);
}

static void epochs(const char *where)
{
	struct rig r = rig_of(where);
	struct key_ref one = subject(1, 1);
	char a[200];
	int64_t erasure, n;
	struct instant now = sys_now();

	seal_it(r.ks, one, a);
	assert_int_equal(keystore_destroy(r.ks, &one, 1, 1, &erasure), ST_OK);
	assert_int_equal(keystore_expire(r.ks, now, KEYSTORE_HORIZON_DAYS, &n), ST_OK);
	assert_int_equal(n, 0);
	now = keystore_unreadable_from((struct instant){ sys_now().us + 1 }, KEYSTORE_HORIZON_DAYS);
	assert_int_equal(keystore_expire(r.ks, now, KEYSTORE_HORIZON_DAYS, &n), ST_OK);
	assert_int_equal(n, 1);
	assert_int_equal(keystore_expire(r.ks, now, KEYSTORE_HORIZON_DAYS, &n), ST_OK);
	assert_int_equal(n, 0);
	rig_close(&r);
}

static void many(const char *where)
{
	enum { N = 3000 };
	struct rig r = rig_of(where);
	struct keystore *other = NULL;
	struct key_ref *refs = calloc(N, sizeof *refs);
	char *sealed = calloc(N, 200);

	assert_non_null(refs);
	assert_non_null(sealed);
	for (int i = 0; i < N; i++)
		refs[i] = subject(1 + (i * 7919) % N, 1 + i % 2);
	assert_int_equal(keystore_prepare(r.ks, refs, 100, false), ST_OK);      /* none there: not an error */
	assert_int_equal(keystore_prepare(r.ks, refs, N, true), ST_OK);
	for (int i = 0; i < N; i++)
		seal_it(r.ks, refs[i], sealed + i * 200);
	assert_int_equal(keystore_open(r.ring, &other), ST_OK);
	assert_int_equal(keystore_prepare(other, refs, N, false), ST_OK);
	for (int i = 0; i < N; i++)
		assert_int_equal(open_it(other, refs[i], sealed + i * 200), ST_OK);
	keystore_close(other);
	assert_int_equal(keystore_prepare(r.ks, refs, N, true), ST_OK);         /* nothing new */
	for (int i = 0; i < N; i += 100)
		assert_int_equal(open_it(r.ks, refs[i], sealed + i * 200), ST_OK);
	free(refs);
	free(sealed);
	rig_close(&r);
}

/* New keys commit just before the data, and go with them when the data are given up. */
static void with_data(const char *where)
{
	char *data_where = both_where(strncmp(where, "postgres", 8) == 0 ? DB_PG : DB_SQLITE);
	struct db *data = open_both(data_where);
	struct rig r = rig_of(where);
	struct keystore *other = NULL;
	char a[200], b[200];
	int64_t id;

	assert_int_equal(db_migrate(data, store_migrations), ST_OK);
	keystore_attach(r.ks, data);
	assert_int_equal(keystore_open(r.ring, &other), ST_OK);
	assert_int_equal(db_begin(data, DB_WRITE), ST_OK);
	assert_int_equal(subject_new(data, &(struct id_block){ 0 }, &id), ST_OK);
	seal_it(r.ks, subject(id, 1), a);
	assert_int_equal(open_it(other, subject(id, 1), a), ST_NOT_FOUND);      /* not there yet for others */
	assert_int_equal(db_commit(data), ST_OK);
	assert_int_equal(open_it(other, subject(id, 1), a), ST_OK);

	assert_int_equal(db_begin(data, DB_WRITE), ST_OK);
	seal_it(r.ks, subject(id, 2), b);
	db_rollback(data);
	assert_int_equal(open_it(r.ks, subject(id, 2), b), ST_NOT_FOUND);
	assert_int_equal(db_begin(data, DB_WRITE), ST_OK);
	seal_it(r.ks, subject(id, 2), b);
	assert_int_equal(db_commit(data), ST_OK);
	assert_int_equal(open_it(other, subject(id, 2), b), ST_OK);
	keystore_close(other);
	rig_close(&r);
	db_close(data);
	both_drop(data_where);
}

/* Fail each step in turn: what was reported as sealed opens, what was reported as destroyed is gone. */
static void faults(const char *where)
{
	struct rig r = rig_of(where);
	char a[200], keep[200];
	int64_t erasure, n;

	seal_it(r.ks, subject(5, 5), keep);
	for (n = 1; n < 60; n++) {
		struct key_ref ref = subject(100 + n, 1);
		enum status sealed, gone = ST_BROKEN;
		fault_arm(n, "db.");
		sealed = keystore_seal(r.ks, &ref, ad, plain, a);
		if (sealed == ST_OK)
			gone = keystore_destroy(r.ks, &ref, 1, 1, &erasure);
		bool fired = fault_fired();
		fault_arm(0, NULL);
		keyring_notice(r.ring);
		if (sealed == ST_OK) {
			enum status there = open_it(r.ks, ref, a);
			assert_true(there == ST_NOT_FOUND || (there == ST_OK && gone != ST_OK));
		}
		assert_int_equal(open_it(r.ks, subject(5, 5), keep), ST_OK);
		if (!fired)
			break;
	}
	assert_true(n > 8 && n < 60);
	rig_close(&r);
}

static void rotating(const char *where)
{
	enum { N = 1200 };
	struct rig r = rig_of(where);
	struct keyring *old = NULL, *again = NULL;
	struct keystore *other = NULL;
	struct key *root = keys_alloc(1);
	struct key_ref refs[N];
	char a[200], b[200];
	unsigned char x[BLIND_BYTES], y[BLIND_BYTES];

	for (int i = 0; i < N; i++)
		refs[i] = subject(1 + i, 1);
	assert_int_equal(keystore_prepare(r.ks, refs, N, true), ST_OK);
	seal_it(r.ks, subject(7, 1), a);
	keyring_blind(r.ring, S("f"), S("v"), x);
	assert_int_equal(keyring_open(str_z(where), r.root, &old), ST_OK);      /* a node that does not know of the exchange */
	assert_int_equal(keystore_open(old, &other), ST_OK);
	assert_int_equal(keystore_rotate(r.ks), ST_OK);
	assert_int_equal(open_it(r.ks, subject(7, 1), a), ST_OK);
	assert_int_equal(open_it(other, subject(7, 1), a), ST_OK);
	struct key_ref fresh = subject(9999, 1);
	enum status st = keystore_seal(other, &fresh, ad, plain, b);
	if (st == ST_RETRY)
		st = keystore_seal(other, &fresh, ad, plain, b);
	assert_int_equal(st, ST_OK);
	keystore_close(other);
	keyring_close(old);
	assert_int_equal(keystore_rotate(r.ks), ST_OK);
	assert_int_equal(open_it(r.ks, fresh, b), ST_OK);

	key_random(root);
	assert_int_equal(keystore_change_root(r.ks, root), ST_OK);
	assert_int_equal(keyring_open(str_z(where), r.root, &again), ST_DENIED);
	assert_int_equal(keyring_open(str_z(where), root, &again), ST_OK);
	keyring_blind(again, S("f"), S("v"), y);
	assert_memory_equal(x, y, BLIND_BYTES);                                 /* what is found by blind index stays found */
	assert_int_equal(keystore_open(again, &other), ST_OK);
	assert_int_equal(open_it(other, subject(7, 1), a), ST_OK);
	keystore_close(other);
	keyring_close(again);
	keys_free(root);
	rig_close(&r);
}

static enum status restore(struct rig *r, struct str backup, struct str epochs_file, struct str list, int64_t known, const char *into)
{
	return keystore_restore(backup, epochs_file, list, known, r->root, str_z(into));
}

static void opens_after(struct rig *r, const char *into, const char *a, enum status expect_a, const char *b, enum status expect_b)
{
	struct keyring *ring = NULL;
	struct keystore *ks = NULL;

	assert_int_equal(keyring_open(str_z(into), r->root, &ring), ST_OK);
	assert_int_equal(keystore_open(ring, &ks), ST_OK);
	assert_int_equal(open_it(ks, subject(1, 1), a), expect_a);
	assert_int_equal(open_it(ks, subject(2, 1), b), expect_b);
	keystore_close(ks);
	keyring_close(ring);
}

static void restoring(const char *where)
{
	enum db_kind kind = strncmp(where, "postgres", 8) == 0 ? DB_PG : DB_SQLITE;
	struct arena mem = arena_make(0);
	struct rig r = rig_of(where);
	char dir[TEST_DIR_MAX], a[200], b[200], *into = both_where(kind);
	struct str name[4];
	struct buf list = buf_make(0);
	struct key_ref one = subject(1, 1), two = subject(2, 1);
	int64_t erasure, n;

	assert_non_null(test_dir(dir, "restore"));
	for (int i = 0; i < 4; i++) {
		char t[100];
		name[i] = str_dup(&mem, (struct str){ t, snprintf(t, sizeof t, "%s/%d", dir, i) });
	}
	struct str backup = name[0], epochs_file = name[1], erasures = name[2], forged = name[3];
	struct key_ref filler[1500];
	for (int i = 0; i < 1500; i++)
		filler[i] = subject(100 + i, i % 3);
	assert_int_equal(keystore_prepare(r.ks, filler, 1500, true), ST_OK);
	seal_it(r.ks, one, a);
	seal_it(r.ks, two, b);
	assert_int_equal(keystore_destroy(r.ks, &filler[3], 1, 1, &erasure), ST_OK);
	assert_int_equal(keystore_backup(r.ks, backup), ST_OK);
	assert_int_equal(keystore_destroy(r.ks, &one, 1, 55, &erasure), ST_OK);
	assert_int_equal(keystore_epochs(r.ks, epochs_file), ST_OK);
	assert_int_equal(keystore_erasures(r.ks, &list), ST_OK);
	assert_int_equal(sys_write_file(erasures, buf_str(&list), 0600), ST_OK);

	/* what was erased after the backup stays erased; without the list, or with an older or forged one, nothing happens */
	assert_int_equal(restore(&r, backup, epochs_file, S("/nonexistent"), 0, into), ST_DENIED);
	assert_int_equal(restore(&r, backup, epochs_file, erasures, 3, into), ST_DENIED);
	ptrdiff_t cut = str_find(buf_str(&list), S("\n2 "));
	assert_true(cut > 0);
	assert_int_equal(sys_write_file(forged, str_sub(buf_str(&list), 0, cut + 1), 0600), ST_OK);
	assert_int_equal(restore(&r, backup, epochs_file, forged, 2, into), ST_DENIED);
	list.p[cut + 30] ^= 1;
	assert_int_equal(sys_write_file(forged, buf_str(&list), 0600), ST_OK);
	assert_int_not_equal(restore(&r, backup, epochs_file, forged, 0, into), ST_OK);
	assert_int_equal(restore(&r, backup, epochs_file, erasures, 2, into), ST_OK);
	opens_after(&r, into, a, ST_NOT_FOUND, b, ST_OK);
	assert_int_equal(restore(&r, backup, epochs_file, erasures, 2, into), ST_CONFLICT);
	both_drop(into);

	/* once the epoch is over, the backup is closed for everybody */
	assert_int_equal(keystore_expire(r.ks, (struct instant){ sys_now().us + INT64_C(8) * 86400 * 1000000 }, KEYSTORE_HORIZON_DAYS, &n), ST_OK);
	assert_true(n == 2);
	assert_int_equal(keystore_scrub(r.ks), ST_OK);
	assert_int_equal(keystore_epochs(r.ks, epochs_file), ST_OK);
	into = both_where(kind);
	assert_int_equal(restore(&r, backup, epochs_file, erasures, 2, into), ST_NO);
	both_drop(into);
	for (int i = 0; i < 4; i++)
		unlink(str_to_z(&mem, name[i]));
	rmdir(dir);
	buf_free(&list);
	arena_free(&mem);
	rig_close(&r);
}

/* After the scrub the wrapped key is nowhere in the files of SQLite. */
static void test_remains(void **state)
{
	static const struct db_statement q_wrapped = { "wrapped", "SELECT wrapped FROM data_key WHERE owner = 4711", NULL };
	char *where = both_where(DB_SQLITE), path[4200], a[200];
	struct rig r = rig_of(where);
	struct arena mem = arena_make(0);
	struct db *db = open_both(where);
	struct key_ref ref = subject(4711, 1);
	struct str wrapped = S(""), bytes;
	int64_t erasure;

	(void)state;
	seal_it(r.ks, ref, a);
	struct db_q *q = db_query(db, &q_wrapped);
	assert_true(db_row(q));
	wrapped = str_dup(&mem, db_col_blob(q, 0));
	assert_int_equal(db_end(q), ST_OK);
	db_close(db);
	assert_int_equal(keystore_destroy(r.ks, &ref, 1, 1, &erasure), ST_OK);
	assert_int_equal(keystore_scrub(r.ks), ST_OK);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s%s", where, i ? "-wal" : "");
		assert_int_equal(sys_read_file(&mem, str_z(path), 1 << 26, &bytes), ST_OK);
		assert_int_equal(str_find(bytes, wrapped), -1);
	}
	arena_free(&mem);
	rig_close(&r);
	both_drop(where);
}

static void mark(struct db *db, int64_t s, const char *field, char value)
{
	unsigned char blind[BLIND_BYTES] = { (unsigned char)value };

	assert_int_equal(subject_mark(db, s, str_z(field), blind), ST_OK);
}

static void subjects(const char *where)
{
	struct db *db = open_both(where);
	int64_t s[4], got, parts[8];
	struct subject_hit hits[4];
	struct id_block block = { 0 };
	struct subject_ask ask[2] = { { S("mail"), { 'a' } }, { S("phone"), { 'b' } } };
	int n;

	assert_int_equal(db_migrate(db, store_migrations), ST_OK);
	assert_int_equal(db_begin(db, DB_WRITE), ST_OK);
	for (int i = 0; i < 4; i++)
		assert_int_equal(subject_new(db, &block, &s[i]), ST_OK);
	mark(db, s[0], "mail", 'a');
	mark(db, s[1], "mail", 'a');
	mark(db, s[1], "phone", 'b');
	mark(db, s[2], "mail", 'z');
	mark(db, s[2], "mail", 'z');
	assert_int_equal(subject_candidates(db, ask, 2, hits, 4, &n), ST_OK);
	assert_int_equal(n, 2);
	assert_true(hits[0].subject == s[1] && hits[0].agreeing == 2 && hits[1].subject == s[0]);

	assert_int_equal(subject_merge(db, s[1], s[0]), ST_OK);
	assert_int_equal(subject_merge(db, s[0], s[3]), ST_OK);
	assert_int_equal(subject_merge(db, s[3], s[1]), ST_NO);                 /* a circle */
	assert_int_equal(subject_merge(db, s[3], s[3]), ST_NO);
	assert_int_equal(subject_merge(db, 999999, s[0]), ST_NOT_FOUND);
	assert_int_equal(subject_of(db, s[1], &got), ST_OK);
	assert_true(got == s[3]);
	assert_int_equal(subject_candidates(db, ask, 2, hits, 4, &n), ST_OK);
	assert_int_equal(n, 1);
	assert_true(hits[0].subject == s[3] && hits[0].agreeing == 2);
	assert_int_equal(subject_parts(db, s[3], parts, 8, &n), ST_OK);
	assert_int_equal(n, 3);
	assert_int_equal(subject_split(db, s[0]), ST_OK);
	assert_int_equal(subject_of(db, s[1], &got), ST_OK);
	assert_true(got == s[0]);
	assert_int_equal(subject_unmark(db, s[1]), ST_OK);
	assert_int_equal(subject_candidates(db, ask, 2, hits, 4, &n), ST_OK);
	assert_true(n == 1 && hits[0].agreeing == 1);
	assert_int_equal(db_commit(db), ST_OK);
	db_close(db);
}

BOTH(sealing)
BOTH(destroying)
BOTH(epochs)
BOTH(many)
BOTH(with_data)
BOTH(faults)
BOTH(subjects)
BOTH(rotating)
BOTH(restoring)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH_TESTS(sealing), BOTH_TESTS(destroying), BOTH_TESTS(epochs), BOTH_TESTS(many), BOTH_TESTS(with_data),
		BOTH_TESTS(faults), BOTH_TESTS(subjects), BOTH_TESTS(rotating), BOTH_TESTS(restoring), cmocka_unit_test(test_remains),
	};

	return cmocka_run_group_tests_name("keystore", tests, NULL, NULL);
}
