/* import_fault_test.c - a table brought in, csv and workbook, new rows and changed ones, with the n-th point failing, for every n:
 * all of its rows are there or none, whoever brought it is told, the log verifies, and the store opens again. */
#include "tests/unit/fill.h"
#include "tests/unit/world.h"
#include "record/import_file.h"
#include "record/import_run.h"
#include "sys/fault.h"

enum { POINTS_MAX = 3000, ROWS = 3 };
static const char before_text[] = "取込の前", after_text[] = "取込の後";
struct trial { struct world *w; const struct type *type; int64_t id[ROWS]; struct str file; int round; };

static enum status bring(struct trial *t, struct str bytes)
{
	struct world *w = t->w;
	struct import_source s = { .bytes = bytes };
	struct import_read read = { 0 };
	struct problems ps = { .a = &w->a };

	act_as(w, 0);
	enum status st = db_begin(w->rq.db, DB_READ);
	if (st == ST_OK) {
		st = import_read_file(&w->a, &w->rq, t->type, &s, &ps, &read);
		if (st == ST_OK)
			st = db_commit(w->rq.db);
		else
			db_rollback(w->rq.db);
	}
	if (st == ST_OK) {
		struct import_report *report = new_n(&w->a, struct import_report, read.ntables);
		st = import_run(&w->rq, &w->a, &read, true, &ps, NULL, report);
	}
	import_read_end(&read);
	return st;
}

static void reopen(struct trial *t)
{
	conn_close(t->w->conn);
	assert_int_equal(conn_open(t->w->store, &t->w->conn), ST_OK);
	act_as(t->w, 0);
	t->type = store_type(t->w->store, S("gadget"));
}

static int64_t count(struct trial *t)
{
	int64_t n = 0;

	act_as(t->w, 0);
	assert_int_equal(db_begin(conn_db(t->w->conn), DB_READ), ST_OK);
	assert_int_equal(record_count(&t->w->rq, t->type, S(""), &n), ST_OK);
	assert_int_equal(db_commit(conn_db(t->w->conn)), ST_OK);
	return n;
}

static void write_about(struct trial *t, const char *text)
{
	for (int i = 0; i < ROWS; i++) {
		struct record *r;
		act_as(t->w, 0);
		assert_int_equal(load(t->w, t->id[i], &r), ST_OK);
		r->v[gadget_f_about] = value_of_text(str_z(text));
		assert_int_equal(write_free(t->w, r), ST_OK);
	}
}

static int say_after(struct trial *t)
{
	int n = 0;

	for (int i = 0; i < ROWS; i++) {
		struct record *r;
		act_as(t->w, 0);
		assert_int_equal(load(t->w, t->id[i], &r), ST_OK);
		n += str_eq(r->v[gadget_f_about].text, str_z(after_text));
	}
	return n;
}

/* New rows, under names of this round. */
static int new_rows(struct trial *t)
{
	struct buf b = buf_make(4096);

	buf_lit(&b, "名称,人数,部門,秘密\r\n");
	for (int i = 0; i < ROWS; i++)
		buf_fmt(&b, "新規%d-%d,約300名,営業部,ひみつ\r\n", t->round, i);
	t->file = str_dup(&t->w->a, buf_str(&b));
	buf_free(&b);
	return ROWS;
}

/* The rows there are, changed meanwhile; the file says what they said. */
static int changed_rows(struct trial *t)
{
	write_about(t, before_text);
	return 0;
}

static void fail_each(struct trial *t, const char *name, int (*prepare)(struct trial *t))
{
	int n = 1, told = 0;

	for (bool fired = true; fired; n++) {
		assert_true(n < POINTS_MAX);
		t->round = n;
		int adds = prepare(t);
		int64_t before = count(t);
		fault_arm(n, NULL);
		enum status st = bring(t, t->file);
		fired = fault_fired();
		fault_arm(0, NULL);
		if (n % 16 == 0)
			reopen(t);
		int64_t made = count(t) - before;
		int changed = adds ? 0 : say_after(t);
		if (st == ST_OK)
			assert_true(made == adds && (adds || changed == ROWS));
		else                                   /* refused: nothing of it, or, when only the flush failed, all of it */
			assert_true((made == 0 || made == adds) && (changed == 0 || changed == ROWS));
		assert_true(fired || st == ST_OK);
		/* every failure has an exit code and a page of its own that say what happened, none says done */
		told += st != ST_OK && status_exit(st) != 0 && status_http(st) >= 400;
		assert_true(st == ST_OK || (status_exit(st) != 0 && status_http(st) >= 400));
		world_is_whole(t->w);
	}
	assert_true(n > 5 && told > 3);
	reopen(t);
	world_is_whole(t->w);
	print_message("# %s: %d points, %d told\n", name, n - 1, told);
}

static void faults(const char *where)
{
	struct world w;
	struct trial t = { .w = &w };
	struct buf b = buf_make(0);

	world_open(&w, where);
	t.type = store_type(w.store, S("gadget"));
	for (int i = 0; i < ROWS; i++) {
		struct record *r = blank(&w, "gadget");
		char name[32];
		snprintf(name, sizeof name, "既存%d", i);
		r->v[gadget_f_name] = value_of_text(str_z(name));
		r->v[gadget_f_department] = value_of_link(w.sales);
		r->v[gadget_f_secret] = value_of_text(S("ひみつ"));
		assert_int_equal(write_free(&w, r), ST_OK);
		t.id[i] = r->id;
	}
	write_about(&t, after_text);
	act_as(&w, 0);
	assert_int_equal(fill_export(&w.rq, t.type, EXPORT_XLSX, &b), ST_OK);
	t.file = str_dup(&w.a, buf_str(&b));
	fail_each(&t, "workbook, changed rows", changed_rows);
	fail_each(&t, "csv, new rows", new_rows);
	buf_free(&b);
	world_close(&w);
}
BOTH(faults)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(faults) };

	return cmocka_run_group_tests_name("import with faults", tests, NULL, NULL);
}
