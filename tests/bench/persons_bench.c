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
#include "record/queries.h"
#include "record/store_impl.h"
#include "tests/bench/bench.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

enum { COLUMNS = 8, FOUND = 4, RUNS = 3, FILES = 4 };

#define QUERY(name, sql) static const struct db_statement q_##name = { #name, sql, NULL };
QUERY(plain_add, "INSERT INTO plain_person (id, incident, c0, c1, c2, c3, c4, c5, c6, c7) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)")
QUERY(plain_all, "SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM plain_person WHERE incident = $1 ORDER BY id")
/* What the engine has written, to be written again without it. */
QUERY(subject_plain, "INSERT INTO subject (id, into_subject) VALUES ($1, 0)")
QUERY(entry_plain, "INSERT INTO audit_entry (id, at, actor, staff, session, address, action, type, record, version, detail, count, digest, hash)"
	" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)")
QUERY(lately, "SELECT coalesce(max(id), 0) - $1 FROM record")
QUERY(records, "SELECT id, type, step, ended, serial, department, creator, missing, changed, holds_from, holds_to FROM record WHERE id > $1 ORDER BY id")
QUERY(versions, "SELECT record, version, at, staff, step, move, comment, department, holds_from, holds_to, body, sealed FROM version"
	" WHERE record > $1 ORDER BY record")
QUERY(keys, "SELECT record, field, key FROM record_key WHERE record > $1 ORDER BY record")
QUERY(turns, "SELECT record, role, department, staff, until FROM turn WHERE record > $1 ORDER BY record")
QUERY(entries, "SELECT record, at, actor, staff, session, address, action, type, version, detail, count, digest, hash FROM audit_entry"
	" WHERE record > $1 ORDER BY record")
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
	char            dir[64], path[FILES][96];   /* data, keys, plain, the rows of the engine without it */
	int64_t         rows, next_plain, plain_incident, next_person;
	struct arena    a;
	struct key     *root;
	struct keyring *ring;
	struct store   *store;
	struct conn    *conn;
	struct db      *plain, *bare;
	struct request  rq;
	int64_t         incident;
	struct sample  *sample;                     /* what the engine wrote for some persons */
	int64_t         shift;                      /* of the ids of the next portion of the floor */
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
	static const char *const names[FILES] = { "data", "keys", "plain", "bare" };
	struct db *db;

	snprintf(b->dir, sizeof b->dir, "%s/tobari-bench-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	if (!mkdtemp(b->dir))
		exit(1);
	for (int i = 0; i < FILES; i++)
		snprintf(b->path[i], sizeof b->path[i], "%s/%s", b->dir, names[i]);
	b->a = arena_make(INT64_C(8) << 30);
	b->root = keys_alloc(1);
	key_random(b->root);
	must(db_open(str_z(b->path[0]), DB_WRITE, &db), "open");
	must(db_migrate(db, store_migrations), "migrate");
	db_close(db);
	must(db_open(str_z(b->path[2]), DB_WRITE, &b->plain), "open");
	must(db_migrate(b->plain, plain_tables), "migrate");
	must(db_open(str_z(b->path[3]), DB_WRITE, &b->bare), "open");
	must(db_migrate(b->bare, store_migrations), "migrate");
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
	db_close(b->bare);
	keys_free(b->root);
	arena_free(&b->a);
	for (int i = 0; i < 3 * FILES; i++) {
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
	must(import_run(&b->rq, &x.keep, &x.read, true, &b->rq.problems, NULL, &report), "import");
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

/* ---- the engine alone, against its own rows and indexes written plainly ---- */

/* A portion of persons as the reader of a file hands it on. */
static struct import_table portion_of(struct bed *b, struct arena *a, int64_t rows, struct import_given *given)
{
	static const int place[COLUMNS] = {
		affected_person_f_reference, affected_person_f_person, affected_person_f_postal_code, affected_person_f_address,
		affected_person_f_mail, affected_person_f_phone, affected_person_f_group, affected_person_f_items,
	};
	struct import_table t = { .type = store_type(conn_store(b->conn), S("affected_person")), .ncolumns = COLUMNS, .nrows = rows,
		.given = given, .ngiven = 1, .sums_only = true };

	t.column = new_n(a, struct import_column, COLUMNS);
	for (int c = 0; c < COLUMNS; c++)
		t.column[c] = (struct import_column){ S(""), place[c] };
	struct table_row *row = new_n(a, struct table_row, rows);
	for (int64_t i = 0; i < rows; i++, b->next_person++) {
		row[i] = (struct table_row){ .row = i + 1, .cell = new_n(a, struct table_cell, COLUMNS) };
		for (int c = 0; c < COLUMNS; c++) {
			struct buf cell = buf_make(1000);
			put_cell(&cell, b->next_person, c);
			row[i].cell[c].text = str_dup(a, buf_str(&cell));
			buf_free(&cell);
		}
	}
	t.row = row;
	return t;
}

struct inserting { struct arena keep; struct import_table t; struct import_seen *seen; struct import_report report; };

static enum status work_insert(struct request *rq, void *arg)
{
	struct inserting *x = arg;

	return import_rows(rq, &x->keep, &x->t, true, x->seen, &x->report);
}

static double insert(void *user)
{
	struct bed *b = user;
	struct inserting x = { .keep = arena_make(INT64_C(8) << 30), .seen = import_seen_make() };
	struct import_given given = { .place = affected_person_f_incident };

	request_init(&b->rq, &b->a, b->conn, JA);
	must(request_run(&b->rq, DB_WRITE, work_incident, b), "incident");
	given.v = value_of_link(b->incident);
	for (int64_t done = 0; done < b->rows; done += x.t.nrows) {
		struct arena_mark mark = arena_mark(&x.keep), here = arena_mark(b->rq.a);
		x.t = portion_of(b, &x.keep, MIN(b->rows - done, IMPORT_PORTION), &given);
		must(request_run(&b->rq, DB_WRITE, work_insert, &x), "insert");
		must(x.report.count[IMPORT_NEW] == x.t.nrows ? ST_OK : ST_BROKEN, "not every row is new");
		import_seen_keep(x.seen);
		arena_reset(b->rq.a, here);
		arena_reset(&x.keep, mark);
	}
	import_seen_free(x.seen);
	arena_free(&x.keep);
	return (double)b->rows;
}

/* Rows of one table as they stand, record by record. */
enum { CELLS = 14 };
struct kept_cell { char kind; int64_t number; struct str bytes; };
struct kept_line { struct kept_cell c[CELLS]; };
struct kept_lines { struct kept_line *l; ptrdiff_t n, cap, at; };
enum { OF_RECORD, OF_VERSION, OF_KEY, OF_TURN, OF_ENTRY, TABLES };
struct sample { struct kept_lines table[TABLES]; int64_t span; };

/* `form`: a letter for each column: i(nteger), t(ext), b(lob). */
static void keep_lines(struct bed *b, const struct db_statement *s, const char *form, int64_t after, struct kept_lines *ret)
{
	struct db_q *q = db_query(conn_db(b->conn), s);

	db_int(q, 1, after);
	while (db_row(q)) {
		if (ret->n == ret->cap) {
			struct kept_line *old = ret->l;
			ret->l = new_n(&b->a, struct kept_line, ret->cap = MAX(1024, ret->cap * 2));
			if (ret->n)
				memcpy(ret->l, old, (size_t)ret->n * sizeof *old);
		}
		struct kept_line *l = &ret->l[ret->n++];
		for (int c = 0; form[c]; c++)
			l->c[c] = form[c] == 'i' ? (struct kept_cell){ 'i', db_col_int(q, c), S("") } : (struct kept_cell){ form[c], 0,
				str_dup(&b->a, form[c] == 't' ? db_col_text(q, c) : db_col_blob(q, c)) };
	}
	must(db_end(q), "read again");
}

static void take_sample(struct bed *b)
{
	struct sample *s = b->sample = new(&b->a, struct sample);
	struct db *db = conn_db(b->conn);
	int64_t persons = MIN(b->rows, IMPORT_PORTION), after = 0;

	must(db_begin(db, DB_READ), "begin");
	struct db_q *q = db_query(db, &q_lately);
	db_int(q, 1, persons);
	if (db_row(q))
		after = db_col_int(q, 0);
	must(db_end(q), "read again");
	keep_lines(b, &q_records, "iititiiiiii", after, &s->table[OF_RECORD]);
	keep_lines(b, &q_versions, "iiiitttiiibb", after, &s->table[OF_VERSION]);
	keep_lines(b, &q_keys, "iib", after, &s->table[OF_KEY]);
	keep_lines(b, &q_turns, "iiiii", after, &s->table[OF_TURN]);
	keep_lines(b, &q_entries, "iiiiitttitibb", after, &s->table[OF_ENTRY]);
	must(db_commit(db), "commit");
	must(s->table[OF_RECORD].n == persons && s->table[OF_ENTRY].n == persons ? ST_OK : ST_BROKEN, "the rows of the engine");
	s->span = s->table[OF_RECORD].l[persons - 1].c[0].number - after;
}

/* Cell by cell into the statement; `order[i]` is the column that stands at $i+1. */
static void put_line(struct db *db, const struct db_statement *s, const struct kept_line *l, const int *order, int n)
{
	struct db_q *q = db_query(db, s);

	for (int i = 0; i < n; i++) {
		const struct kept_cell *c = &l->c[order[i]];
		if (c->kind == 't')
			db_text(q, i + 1, c->bytes);
		else if (c->kind == 'b')
			db_blob(q, i + 1, c->bytes);
		else
			db_int(q, i + 1, c->number);
	}
	must(db_run(q), s->name);
}

/* The lines of the next record, with its number moved; a blind key is another one, as random as it was. */
static void put_lines(struct db *db, struct kept_lines *t, const struct db_statement *s, const int *order, int n, int64_t record, int64_t shift)
{
	for (; t->at < t->n && t->l[t->at].c[0].number == record; t->at++) {
		struct kept_line l = t->l[t->at];
		unsigned char key[BLIND_BYTES];
		l.c[0].number += shift;
		if (s == &q_key_add && l.c[2].bytes.n == BLIND_BYTES) {
			crypto_random(key, BLIND_BYTES);
			l.c[2].bytes = (struct str){ (const char *)key, BLIND_BYTES };
		}
		if (s == &q_entry_plain)
			l.c[13] = l.c[0];
		put_line(db, s, &l, order, n);
	}
}

static void bare_portion(struct bed *b, int64_t rows)
{
	static const int as_is[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 }, key[] = { 1, 2, 0 };
	static const int entry[] = { 13, 1, 2, 3, 4, 5, 6, 7, 0, 8, 9, 10, 11, 12 };
	struct kept_lines *t = b->sample->table;

	for (int i = 0; i < TABLES; i++)
		t[i].at = 0;
	must(db_begin(b->bare, DB_WRITE), "begin");
	for (int64_t i = 0; i < rows; i++) {
		int64_t record = t[OF_RECORD].l[i].c[0].number;
		struct db_q *q = db_query(b->bare, &q_subject_plain);
		db_int(q, 1, record + b->shift);
		must(db_run(q), "subject");
		put_lines(b->bare, &t[OF_RECORD], &q_record_add, as_is, 11, record, b->shift);
		put_lines(b->bare, &t[OF_VERSION], &q_version_add, as_is, 12, record, b->shift);
		put_lines(b->bare, &t[OF_KEY], &q_key_add, key, 3, record, b->shift);
		put_lines(b->bare, &t[OF_TURN], &q_turn_add, as_is, 5, record, b->shift);
		put_lines(b->bare, &t[OF_ENTRY], &q_entry_plain, entry, 14, record, b->shift);
	}
	must(db_commit(b->bare), "commit");
	b->shift += b->sample->span;
}

static double insert_bare(void *user)
{
	struct bed *b = user;

	if (!b->sample)
		take_sample(b);
	for (int64_t done = 0; done < b->rows; done += IMPORT_PORTION)
		bare_portion(b, MIN(b->rows - done, IMPORT_PORTION));
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
	if (bench_wanted("insert"))
		bench_compare(&(struct bench){ .name = "insert of persons in batches, against the same row and index statements", .unit = "persons",
			.conditions = "import of new persons from memory: read, matched, checked, own key each, 4 blind indexes, versioned, audited; the floor writes"
				" the same rows (keys apart) one by one as they come; SQLite WAL FULL, 10000 in a transaction",
			.ours = insert, .baseline = insert_bare, .user = &b, .runs = 5, .must = 0.90, .moonshot = 1.15 });
	if (bench_wanted("file"))
		bench_compare(&(struct bench){ .name = "persons 100k import, against the same rows plainly in SQLite", .unit = "persons",
			.conditions = "csv of 8 columns, own key each, 4 blind indexes, versioned, audited; SQLite WAL FULL, 10000 in a transaction; the floor parses nothing",
			.ours = bring, .baseline = bring_plain, .user = &b, .runs = RUNS, .must = 0.10, .moonshot = 0.30 });
	if (bench_wanted("export"))
		bench_compare(&(struct bench){ .name = "persons 100k export as csv, against a plain select", .unit = "persons",
			.conditions = "unsealed one by one, audited; SQLite", .ours = send, .baseline = send_plain, .user = &b, .runs = RUNS, .must = 0.05, .moonshot = 0.20 });
	getrusage(RUSAGE_SELF, &usage);
	if (bench_wanted("file"))
		bench_figure("persons 100k import and export, memory at most", "MB", "the process, with the list itself in memory",
			(double)usage.ru_maxrss / 1024, 300, 200, true);
	drop_bed(&b);
	return 0;
}
