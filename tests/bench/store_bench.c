/* store_bench.c - what protection costs: audit entries, sealed persons, verification, erasure, against plain SQLite. */
#include "record/audit_impl.h"
#include "record/migrations.h"
#include "sys/sys.h"
#include "tests/bench/bench.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ENTRIES = 60000, BATCH = 500, PERSONS = 24000, PERSON_BATCH = 4000, PERSON_BYTES = 1000, FIELDS = 4 };

#define QUERY(name, sql) static const struct db_statement q_##name = { #name, sql, NULL };
QUERY(entry, "INSERT INTO plain_entry (id, at, actor, staff, session, address, action, type, record, version, detail, count, digest, hash)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
QUERY(person, "INSERT INTO person (id, body) VALUES ($1, $2)")
QUERY(person_key, "INSERT INTO person_key (field, key, person) VALUES ($1, $2, $3)")
#undef QUERY

static const struct migration tables[] = {
	{ "plain",
	  "CREATE TABLE plain_entry (id @INT NOT NULL PRIMARY KEY, at @INT NOT NULL, actor @INT NOT NULL, staff @INT NOT NULL, session @INT NOT NULL,"
	  " address @TEXT NOT NULL, action @TEXT NOT NULL, type @TEXT NOT NULL, record @INT NOT NULL, version @INT NOT NULL, detail @TEXT NOT NULL,"
	  " count @INT NOT NULL, digest @BLOB, hash @BLOB NOT NULL) @STRICT;"
	  "CREATE TABLE person (id @INT NOT NULL PRIMARY KEY, body @BLOB NOT NULL) @STRICT;"
	  "CREATE TABLE person_key (field @INT NOT NULL, key @BLOB NOT NULL, person @INT NOT NULL, PRIMARY KEY (field, key, person)) @KEYED;" },
	{ NULL, NULL },
};

static void must(enum status st, const char *what)
{
	if (st != ST_OK) {
		fprintf(stderr, "%s: %s\n", what, status_name(st));
		exit(1);
	}
}

/* One directory with both kinds of store. */
struct bed {
	char              dir[64], path[3][96];     /* data, keys, plain */
	struct key       *root;
	struct keyring   *ring;
	struct keystore  *ks;
	struct db        *data, *plain;
	struct audit_lane *lane;
	int64_t           next, next_plain;
	unsigned char     public[SIGN_PUBLIC_BYTES];
};

static struct db *open_at(const char *path, const struct migration *list)
{
	struct db *db = NULL;

	must(db_open(str_z(path), DB_WRITE, &db), "open");
	must(db_migrate(db, list), "migrate");
	return db;
}

static void make_bed(struct bed *b)
{
	static const char *const names[] = { "data", "keys", "plain" };
	static struct migration with_person[8];
	int n = 0;

	snprintf(b->dir, sizeof b->dir, "%s/tobari-bench-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(b->dir))
		exit(1);
	for (int i = 0; i < 3; i++)
		snprintf(b->path[i], sizeof b->path[i], "%s/%s", b->dir, names[i]);
	while (store_migrations[n].sql && n < 6) {
		with_person[n] = store_migrations[n];
		n++;
	}
	with_person[n] = tables[0];
	b->root = keys_alloc(1);
	key_random(b->root);
	b->data = open_at(b->path[0], with_person);
	b->plain = open_at(b->path[2], tables);
	must(keyring_create(str_z(b->path[1]), b->root, &b->ring), "keys");
	must(keystore_open(b->ring, &b->ks), "keys");
	keystore_attach(b->ks, b->data);
	must(audit_lane_open(b->data, &b->lane), "lane");
	keyring_public(b->ring, b->public);
}

static void drop_bed(struct bed *b)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	char path[128];

	audit_lane_close(b->lane);
	keystore_close(b->ks);
	keyring_close(b->ring);
	db_close(b->data);
	db_close(b->plain);
	keys_free(b->root);
	for (int i = 0; i < 9; i++) {
		snprintf(path, sizeof path, "%s%s", b->path[i / 3], tails[i % 3]);
		unlink(path);
	}
	rmdir(b->dir);
}

/* ---- audit ---- */

static struct audit_entry entry(int64_t n)
{
	return (struct audit_entry){
		.at = { 1700000000000000 + n }, .actor = n % 50, .staff = n % 50 + 1000, .session = n % 977, .address = S("192.0.2.17"),
		.action = S("view"), .type = S("ledger"), .record = n, .version = n % 9, .detail = S("page"), .count = 1,
	};
}

static double append(void *user)
{
	struct bed *b = user;

	for (int i = 0; i < ENTRIES;) {
		must(db_begin(b->data, DB_WRITE), "begin");
		for (int k = 0; k < BATCH; k++, i++) {
			struct audit_entry e = entry(b->next++);
			must(audit_append(b->lane, &e), "append");
		}
		must(db_commit(b->data), "commit");
	}
	return ENTRIES;
}

static void add_plain_entry(struct bed *b, int64_t n)
{
	struct audit_entry e = entry(n);
	struct db_q *q = db_query(b->plain, &q_entry);

	db_int(q, 1, entry_id(INT64_C(1), n + 1));
	db_int(q, 2, e.at.us);
	db_int(q, 3, e.actor);
	db_int(q, 4, e.staff);
	db_int(q, 5, e.session);
	db_text(q, 6, e.address);
	db_text(q, 7, e.action);
	db_text(q, 8, e.type);
	db_int(q, 9, e.record);
	db_int(q, 10, e.version);
	db_text(q, 11, e.detail);
	db_int(q, 12, e.count);
	db_null(q, 13);
	db_blob(q, 14, (struct str){ "0123456789abcdef0123456789abcdef", 32 });
	must(db_run(q), "plain entry");
}

static double append_plain(void *user)
{
	struct bed *b = user;

	for (int i = 0; i < ENTRIES;) {
		must(db_begin(b->plain, DB_WRITE), "begin");
		for (int k = 0; k < BATCH; k++, i++)
			add_plain_entry(b, b->next_plain++);
		must(db_commit(b->plain), "commit");
	}
	return ENTRIES;
}

static double verify(void *user)
{
	struct bed *b = user;
	struct audit_summary sum;

	must(audit_verify(b->data, b->public, (struct str){ NULL, 0 }, NULL, NULL, &sum), "verify");
	return (double)sum.entries;
}

/* The same hashes over the same bytes, with nothing read. */
static double hash_only(void *user)
{
	struct bed *b = user;
	unsigned char prev[HASH_BYTES] = { 0 };
	struct audit_entry e = entry(7);
	struct form f;

	if (!form_make(&f, 1, &e))
		exit(1);
	for (int64_t i = 0; i < b->next; i++)
		form_hash(&f, prev, entry_id(INT64_C(1), i), prev);
	return (double)b->next;
}

/* ---- persons: one key each, a sealed body, four values found by blind index, an audit entry ---- */

struct index_row { int64_t field; unsigned char key[BLIND_BYTES]; int64_t person; };

static int by_key(const void *a, const void *b)
{
	const struct index_row *x = a, *y = b;
	int c;

	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	c = memcmp(x->key, y->key, BLIND_BYTES);
	return c ? c : x->person < y->person ? -1 : x->person > y->person;
}

static void add_index(struct db *db, const struct index_row *r)
{
	struct db_q *q = db_query(db, &q_person_key);

	db_int(q, 1, r->field);
	db_blob(q, 2, (struct str){ (const char *)r->key, BLIND_BYTES });
	db_int(q, 3, r->person);
	must(db_run(q), "index");
}

static void add_person(struct db *db, int64_t id, struct str body)
{
	struct db_q *q = db_query(db, &q_person);

	db_int(q, 1, id);
	db_blob(q, 2, body);
	must(db_run(q), "person");
}

static void import_batch(struct bed *b, struct index_row *rows, struct key_ref *refs, int64_t first)
{
	static const struct str fields[FIELDS] = { SLIT("person.name"), SLIT("person.kana"), SLIT("person.mail"), SLIT("person.phone") };
	char body[PERSON_BYTES + 1] = "", sealed[PERSON_BYTES + KEYSTORE_EXTRA], text[64];
	int n = 0;

	memset(body, 'a', PERSON_BYTES);
	must(db_begin(b->data, DB_WRITE), "begin");
	for (int i = 0; i < PERSON_BATCH; i++)
		refs[i] = (struct key_ref){ KEY_SUBJECT, first + i, 1 };
	must(keystore_prepare(b->ks, refs, PERSON_BATCH, true), "keys");
	for (int i = 0; i < PERSON_BATCH; i++) {
		struct audit_entry e = entry(first + i);
		int length = snprintf(text, sizeof text, "person/%lld/1", (long long)(first + i));
		must(keystore_seal(b->ks, &refs[i], (struct str){ text, length }, (struct str){ body, PERSON_BYTES }, sealed), "seal");
		add_person(b->data, first + i, (struct str){ sealed, (ptrdiff_t)sizeof sealed });
		must(audit_append(b->lane, &e), "append");
		for (int f = 0; f < FIELDS; f++) {
			length = snprintf(text, sizeof text, "value %d of person %lld", f, (long long)(first + i));
			rows[n] = (struct index_row){ .field = f, .person = first + i };
			keyring_blind(b->ring, fields[f], (struct str){ text, length }, rows[n++].key);
		}
	}
	qsort(rows, (size_t)n, sizeof *rows, by_key);
	for (int i = 0; i < n; i++)
		add_index(b->data, &rows[i]);
	must(db_commit(b->data), "commit");
}

static double import(void *user)
{
	struct bed *b = user;
	struct index_row *rows = calloc((size_t)PERSON_BATCH * FIELDS, sizeof *rows);
	struct key_ref *refs = calloc(PERSON_BATCH, sizeof *refs);
	int64_t first = 1 + b->next;

	if (!rows || !refs)
		abort();
	for (int64_t i = 0; i < PERSONS; i += PERSON_BATCH)
		import_batch(b, rows, refs, first + i);
	b->next += PERSONS;
	free(rows);
	free(refs);
	return PERSONS;
}

/* The same rows and bytes in the order they come, unsealed, unsorted; index keys as random as blind ones. */
static double import_plain(void *user)
{
	struct bed *b = user;
	char body[PERSON_BYTES + KEYSTORE_EXTRA];
	int64_t first = 1 + b->next_plain;

	memset(body, 'a', sizeof body);
	for (int64_t i = 0; i < PERSONS; i += PERSON_BATCH) {
		must(db_begin(b->plain, DB_WRITE), "begin");
		for (int64_t id = first + i; id < first + i + PERSON_BATCH; id++) {
			add_person(b->plain, id, (struct str){ body, (ptrdiff_t)sizeof body });
			add_plain_entry(b, b->next_plain++);
			for (int f = 0; f < FIELDS; f++) {
				struct index_row r = { .field = f, .person = id };
				crypto_random(r.key, BLIND_BYTES);
				add_index(b->plain, &r);
			}
		}
		must(db_commit(b->plain), "commit");
	}
	return PERSONS;
}

/* ---- erasing ---- */

enum { ERASURES = 100 };

static double destroy(void *user)
{
	struct bed *b = user;
	static int64_t done;
	int64_t number;

	for (int i = 0; i < ERASURES; i++) {
		struct key_ref ref = { KEY_SUBJECT, 1 + done++, KEY_ALL_SETS };
		must(keystore_destroy(b->ks, &ref, 1, 1, &number), "destroy");
	}
	return ERASURES;
}

static double commit_plain(void *user)
{
	struct bed *b = user;

	for (int i = 0; i < ERASURES; i++)
		add_plain_entry(b, b->next_plain++);       /* a transaction of its own */
	return ERASURES;
}

int main(void)
{
	static struct bed audit, persons;

	make_bed(&audit);
	bench_compare(&(struct bench){ .name = "audit append, against a plain insert of the same bytes", .unit = "entries",
		.conditions = "SQLite WAL FULL, 60000 entries, 500 in a transaction, one thread", .ours = append, .baseline = append_plain,
		.user = &audit, .runs = 5, .must = 0.60, .moonshot = 0.85 });
	bench_compare(&(struct bench){ .name = "audit verify, against the hash rate of one core", .unit = "entries",
		.conditions = "SQLite, 300000 entries, a thread for each core", .ours = verify, .baseline = hash_only, .user = &audit, .runs = 5,
		.must = 0.5, .moonshot = 0.8 });
	drop_bed(&audit);
	make_bed(&persons);
	bench_compare(&(struct bench){ .name = "import of sealed persons, against plain SQLite", .unit = "persons",
		.conditions = "1 KB, own key each, four blind indexes, audited; SQLite WAL FULL, 4000 in a transaction", .ours = import,
		.baseline = import_plain, .user = &persons, .runs = 5, .must = 0.90, .moonshot = 1.15 });
	bench_compare(&(struct bench){ .name = "destroying one person's keys, against one full commit", .unit = "erasures",
		.conditions = "SQLite WAL FULL, 120000 keys", .ours = destroy, .baseline = commit_plain, .user = &persons, .runs = 5,
		.must = 4, .moonshot = 2, .ratio_is_time = true });
	drop_bed(&persons);
	return 0;
}
