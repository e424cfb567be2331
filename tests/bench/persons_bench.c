/* persons_bench.c - a long list of persons concerned by an incident, brought in from csv and sent out again: each sealed under a key of
 * its own, found by four blind indexes, versioned and audited; against the same rows put plainly into SQLite and read back. */
#include "base/num.h"
#include "domain/affected_person/affected_person.h"
#include "domain/incident/incident.h"
#include "domain/types.h"
#include "record/export_file.h"
#include "record/import_run.h"
#include "record/keystore.h"
#include "record/list.h"
#include "record/migrations.h"
#include "record/store_impl.h"
#include "tests/bench/bench.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { COLUMNS = 8, FOUND = 4, RUNS = 3 };

#define QUERY(name, sql) static const struct db_statement q_##name = { #name, sql, NULL };
QUERY(plain_add, "INSERT INTO plain_person (id, incident, c0, c1, c2, c3, c4, c5, c6, c7) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
QUERY(plain_all, "SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM plain_person WHERE incident = $1 ORDER BY id")
#undef QUERY

static const struct migration plain_tables[] = {
	{ "plain",
	  "CREATE TABLE plain_person (id @INT NOT NULL PRIMARY KEY, incident @INT NOT NULL, c0 @TEXT, c1 @TEXT, c2 @TEXT, c3 @TEXT, c4 @TEXT, c5 @TEXT,"
	  " c6 @TEXT, c7 @TEXT) @STRICT;"
	  "CREATE INDEX plain_0 ON plain_person (c0);CREATE INDEX plain_1 ON plain_person (c1);"
	  "CREATE INDEX plain_4 ON plain_person (c4);CREATE INDEX plain_5 ON plain_person (c5);" },
	{ NULL, NULL },
};

static void must(enum status st, const char *what)
{
	if (st == ST_OK)
		return;
	fprintf(stderr, "persons_bench: %s: %s\n", what, status_name(st));
	exit(1);
}

struct bed {
	char            dir[64], path[3][96];       /* data, keys, plain */
	int64_t         rows, next_plain, plain_incident;
	struct arena    a;
	struct key     *root;
	struct keyring *ring;
	struct store   *store;
	struct conn    *conn;
	struct db      *plain;
	struct request  rq;
	int64_t         incident;
};

static void put_cell(struct buf *b, int64_t n, int column)
{
	switch (column) {
	case 0: buf_fmt(b, "M%08lld", (long long)n); return;
	case 1: buf_fmt(b, "潮風 %lld", (long long)(n % 9973)); return;
	case 2: buf_fmt(b, "100-%04lld", (long long)(n % 10000)); return;
	case 3: buf_fmt(b, "みなと市%lld-%lld とばりマンション%lld号室", (long long)(n % 90), (long long)(n % 31), (long long)(n % 900)); return;
	case 4: buf_fmt(b, "p%lld@example.jp", (long long)n); return;
	case 5: buf_fmt(b, "090-%04lld-%04lld", (long long)(n / 10000 % 10000), (long long)(n % 10000)); return;
	case 6: buf_fmt(b, "%s", n % 3 ? "顧客" : "従業員"); return;
	default: buf_fmt(b, "氏名、住所、電話番号"); return;
	}
}

static struct str list_of(struct arena *a, int64_t rows)
{
	struct buf b = buf_make((ptrdiff_t)1 << 30);

	buf_lit(&b, "会員番号,氏名,郵便番号,住所,メールアドレス,電話番号,区分,対象となった情報\r\n");
	for (int64_t i = 0; i < rows; i++)
		for (int c = 0; c < COLUMNS; c++) {
			put_cell(&b, i, c);
			buf_add(&b, c == COLUMNS - 1 ? S("\r\n") : S(","));
		}
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

static enum status work_incident(struct request *rq, void *arg)
{
	struct bed *b = arg;
	struct record *r = record_new(rq, store_type(conn_store(rq->conn), S("incident")));

	r->v[incident_f_title] = value_of_text(S("案内状の誤送付"));
	r->v[incident_f_summary] = value_of_text(S("宛名と中身を取り違えて発送した。"));
	TRY(record_write(rq, r, S("bench")));
	b->incident = r->id;
	return ST_OK;
}

static void make_bed(struct bed *b)
{
	static const char *const names[] = { "data", "keys", "plain" };
	struct db *db;

	snprintf(b->dir, sizeof b->dir, "%s/tobari-bench-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(b->dir))
		exit(1);
	for (int i = 0; i < 3; i++)
		snprintf(b->path[i], sizeof b->path[i], "%s/%s", b->dir, names[i]);
	b->a = arena_make(INT64_C(8) << 30);
	b->root = keys_alloc(1);
	key_random(b->root);
	must(db_open(str_z(b->path[0]), DB_WRITE, &db), "open");
	must(db_migrate(db, store_migrations), "migrate");
	db_close(db);
	must(db_open(str_z(b->path[2]), DB_WRITE, &b->plain), "open");
	must(db_migrate(b->plain, plain_tables), "migrate");
	must(keyring_create(str_z(b->path[1]), b->root, &b->ring), "keys");
	must(store_open(str_z(b->path[0]), b->ring, domain_types, domain_ntypes, &b->store), "store");
	must(conn_open(b->store, &b->conn), "connection");
}

static void drop_bed(struct bed *b)
{
	static const char *const tails[] = { "", "-wal", "-shm" };
	char path[128];

	conn_close(b->conn);
	store_close(b->store);
	keyring_close(b->ring);
	db_close(b->plain);
	keys_free(b->root);
	arena_free(&b->a);
	for (int i = 0; i < 9; i++) {
		snprintf(path, sizeof path, "%s%s", b->path[i / 3], tails[i % 3]);
		unlink(path);
	}
	rmdir(b->dir);
}

/* ---- in ---- */

struct bringing { struct bed *b; struct import_source source; struct import_read read; struct arena keep; };

static enum status work_read(struct request *rq, void *arg)
{
	struct bringing *x = arg;

	return import_read_file(&x->keep, rq, store_type(conn_store(rq->conn), S("affected_person")), &x->source, &rq->problems, &x->read);
}

/* Each run is an incident of its own, so that every row is new. */
static double bring(void *user)
{
	struct bed *b = user;
	struct bringing x = { .b = b, .keep = arena_make(INT64_C(8) << 30) };
	struct import_given given = { .place = affected_person_f_incident };
	struct import_report report;

	request_init(&b->rq, &b->a, b->conn, JA);
	must(request_run(&b->rq, DB_WRITE, work_incident, b), "incident");
	given.v = value_of_link(b->incident);
	x.source = (struct import_source){ .name = S("list.csv"), .bytes = list_of(&x.keep, b->rows), .given = &given, .ngiven = 1 };
	must(request_run(&b->rq, DB_READ, work_read, &x), "read");
	must(import_run(&b->rq, &x.keep, &x.read, true, &b->rq.problems, NULL, NULL, &report), "import");
	import_read_end(&x.read);
	arena_free(&x.keep);
	if (report.count[IMPORT_NEW] != b->rows)
		must(ST_BROKEN, "not every row is new");
	return (double)b->rows;
}

static void plain_row(struct bed *b, int64_t n)
{
	struct db_q *q = db_query(b->plain, &q_plain_add);
	struct buf cell[COLUMNS];

	db_int(q, 1, b->next_plain++);
	db_int(q, 2, b->plain_incident);
	for (int c = 0; c < COLUMNS; c++) {
		cell[c] = buf_make(1000);
		put_cell(&cell[c], n, c);
		db_text(q, 3 + c, buf_str(&cell[c]));
	}
	must(db_run(q), "insert");
	for (int c = 0; c < COLUMNS; c++)
		buf_free(&cell[c]);
}

static double bring_plain(void *user)
{
	struct bed *b = user;

	b->plain_incident++;
	for (int64_t i = 0; i < b->rows; ) {
		must(db_begin(b->plain, DB_WRITE), "begin");
		for (int64_t end = MIN(b->rows, i + IMPORT_PORTION); i < end; i++)
			plain_row(b, i);
		must(db_commit(b->plain), "commit");
	}
	return (double)b->rows;
}

/* ---- out ---- */

static enum status drop_bytes(void *user, struct str bytes)
{
	*(int64_t *)user += bytes.n;
	return ST_OK;
}

static enum status work_export(struct request *rq, void *arg)
{
	struct bed *b = arg;
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("affected_person")), .sort = LIST_SORT_CHANGED, .step = S("*"), .nfilters = 1 };
	struct export_options o = { .format = EXPORT_CSV, .charset = CHARSET_UTF8 };
	struct value v = value_of_link(b->incident);
	int64_t bytes = 0;

	value_sort_key(rq->a, &q.type->fields[affected_person_f_incident], &v, &q.filter[0].equal);
	q.filter[0].place = affected_person_f_incident;
	TRY(export_file(rq, &q, &o, drop_bytes, &bytes, NULL));
	return bytes > b->rows * 50 ? ST_OK : ST_BROKEN;
}

static double send(void *user)
{
	struct bed *b = user;

	request_init(&b->rq, &b->a, b->conn, JA);
	must(request_run(&b->rq, DB_READ, work_export, b), "export");
	return (double)b->rows;
}

static double send_plain(void *user)
{
	struct bed *b = user;
	struct buf out = buf_make((ptrdiff_t)1 << 30);
	struct db_q *q;
	int64_t n = 0;

	must(db_begin(b->plain, DB_READ), "begin");
	q = db_query(b->plain, &q_plain_all);
	db_int(q, 1, b->plain_incident);
	for (; db_row(q); n++) {
		for (int c = 0; c < COLUMNS; c++) {
			buf_add(&out, db_col_text(q, c));
			buf_char(&out, ',');
		}
		if (out.n > 1 << 20)
			out.n = 0;
	}
	must(db_end(q), "select");
	must(db_commit(b->plain), "commit");
	buf_free(&out);
	return (double)n;
}

int main(void)
{
	static struct bed b;
	const char *rows = getenv("PERSONS");
	struct rusage usage;

	if (!rows || num_parse(str_z(rows), 1, 10000000, &b.rows) != ST_OK)
		b.rows = 100000;
	make_bed(&b);
	bench_compare(&(struct bench){ .name = "persons 100k import, against the same rows plainly in SQLite", .unit = "persons",
		.conditions = "csv of 8 columns, own key each, 4 blind indexes, versioned, audited; SQLite WAL FULL, 10000 in a transaction; the floor parses nothing",
		.ours = bring, .baseline = bring_plain, .user = &b, .runs = RUNS, .must = 0.10, .moonshot = 0.30 });
	bench_compare(&(struct bench){ .name = "persons 100k export as csv, against a plain select", .unit = "persons",
		.conditions = "unsealed one by one, audited; SQLite", .ours = send, .baseline = send_plain, .user = &b, .runs = RUNS, .must = 0.05, .moonshot = 0.20 });
	getrusage(RUSAGE_SELF, &usage);
	bench_figure("persons 100k import and export, memory at most", "MB", "the process, with the list itself in memory", (double)usage.ru_maxrss / 1024,
		300, 200, true);
	drop_bed(&b);
	return 0;
}
