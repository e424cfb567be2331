/* import_test.c - import with difference and export, on both databases: the ledger as offices keep it, and gadgets. */
#include "tests/unit/world.h"
#include "domain/affected_person/affected_person.h"
#include "domain/incident/incident.h"
#include "domain/ledger/ledger.h"
#include "record/export_file.h"
#include "record/import.h"

/* A table of the test: rows of texts under the fields named first. */
static struct import_table table(struct world *w, const char *type, const char *const *cells, int columns, int rows)
{
	const struct type *t = store_type(w->store, str_z(type));
	struct import_table x = { .type = t, .column = new_n(&w->a, struct import_column, columns), .ncolumns = columns,
		.sheet = S("sheet"), .nrows = rows };
	struct table_row *row = new_n(&w->a, struct table_row, rows);

	for (int c = 0; c < columns; c++)
		x.column[c] = (struct import_column){ str_z(cells[c]), type_place(t, str_z(cells[c])) };
	for (int r = 0; r < rows; r++) {
		row[r] = (struct table_row){ .row = r + 2, .cell = new_n(&w->a, struct table_cell, columns) };
		for (int c = 0; c < columns; c++)
			row[r].cell[c].text = str_z(cells[(r + 1) * columns + c]);
	}
	x.row = row;
	return x;
}

struct importing { struct import_table *t; bool apply; struct import_report report; struct arena keep; };

static enum status work_import(struct request *rq, void *arg)
{
	struct importing *i = arg;

	return import_rows(rq, &i->keep, i->t, i->apply, NULL, &i->report);
}

static struct import_report bring(struct world *w, struct import_table *t, bool apply)
{
	struct importing i = { .t = t, .apply = apply, .keep = arena_make(0) };

	assert_int_equal(request_run(&w->rq, apply ? DB_WRITE : DB_READ, work_import, &i), ST_OK);
	struct import_report r = i.report;
	r.lines = NULL;
	arena_free(&i.keep);
	return r;
}

static enum status work_find(struct request *rq, void *arg)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("ledger")), .sort = LIST_SORT_SERIAL, .limit = 100 };

	return record_list(rq, &q, arg);
}

static enum status gather(void *user, struct str bytes)
{
	buf_add(user, bytes);
	return ST_OK;
}

struct exporting { struct buf b; enum export_format format; };

static enum status work_export(struct request *rq, void *arg)
{
	struct exporting *e = arg;
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("ledger")), .sort = LIST_SORT_SERIAL };
	struct export_options o = { .format = e->format, .charset = CHARSET_UTF8 };

	e->b.n = 0;
	return export_file(rq, &q, &o, gather, &e->b, NULL);
}

#define COLUMNS 6
static const char *const first[] = {
	"department", "name", "purpose", "retention", "count", "sensitive",
	"営業部", "名刺", "連絡のため", "3年", "約３００", "無",
	"営業部", "名刺", "別の名刺の束", "3年", "10", "×",
	"企画室", "会員名簿", "", "永年", "多数", "○",
};

/* REQ: LED-02 LED-05 */
static void adopting(const char *where)
{
	struct world w;
	struct import_table t;
	struct import_report r;
	struct list_page page;

	world_open(&w, where);
	act_as(&w, 0);
	t = table(&w, "ledger", first, COLUMNS, 3);
	r = bring(&w, &t, false);
	assert_int_equal(r.count[IMPORT_NEW], 3);
	assert_int_equal(request_run(&w.rq, DB_READ, work_find, &page), ST_OK);
	assert_int_equal(page.n, 0);                            /* a look changes nothing */
	r = bring(&w, &t, true);
	assert_int_equal(r.count[IMPORT_NEW], 3);
	assert_int_equal(r.incomplete, 3);                      /* access and places are missing everywhere */
	assert_int_equal(request_run(&w.rq, DB_READ, work_find, &page), ST_OK);
	assert_int_equal(page.n, 3);
	assert_true(str_eq(page.rows[0]->step, S("adopted")));
	assert_int_equal(page.rows[0]->department, w.sales);
	assert_int_equal(ledger_count(page.rows[0])->num, 300);
	assert_int_equal(ledger_count(page.rows[0])->num2, COUNT_ABOUT);
	assert_int_equal(page.rows[2]->v[ledger_f_department].num, 0);          /* an unknown department stays as text */
	assert_true(str_eq(page.rows[2]->v[ledger_f_department].text, S("企画室")));
	assert_true(value_is_raw(&page.rows[2]->v[ledger_f_count]));           /* what is no count stays as written */
	t = table(&w, "ledger", first, COLUMNS, 3);
	r = bring(&w, &t, true);                                /* two rows alike are two records, each time */
	assert_int_equal(r.count[IMPORT_SAME], 3);
	world_close(&w);
}
BOTH(adopting)

/* REQ: LED-07 - a blank never deletes, （削除） does; what is in force changes by application only. */
static void changing(const char *where)
{
	static const char *const second[] = {
		"department", "name", "purpose", "retention", "count", "sensitive",
		"営業部", "名刺", "", "", "約４００", "（削除）",
	};
	static const char *const third[] = {
		"department", "name", "purpose", "retention", "count", "sensitive",
		"営業部", "名刺", "広告を送るため", "", "500", "",
	};
	struct world w;
	struct import_table t;
	struct import_report r;
	struct list_page page;
	struct list_query drafts = { .sort = LIST_SORT_CHANGED };

	world_open(&w, where);
	t = table(&w, "ledger", first, COLUMNS, 1);
	r = bring(&w, &t, true);
	t = table(&w, "ledger", second, COLUMNS, 1);
	r = bring(&w, &t, true);
	assert_int_equal(r.count[IMPORT_CHANGED], 1);
	assert_int_equal(request_run(&w.rq, DB_READ, work_find, &page), ST_OK);
	assert_true(str_eq(ledger_purpose(page.rows[0]), S("連絡のため")));
	assert_int_equal(ledger_count(page.rows[0])->num, 400);
	assert_false(page.rows[0]->v[ledger_f_sensitive].set);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, page.rows[0], "adopt", S("")), ST_BAD_INPUT);       /* the statement is demanded */
	assert_int_equal(move(&w, page.rows[0], "adopt", S("漏れのないことを確認した。")), ST_OK);
	page.rows[0]->v[ledger_f_purpose] = value_of_text(S("直接変える"));
	assert_int_equal(save(&w, page.rows[0]), ST_BAD_INPUT);
	assert_true(has_problem(&w, "purpose", MSG_REC_FIXED));
	act_as(&w, 0);
	t = table(&w, "ledger", third, COLUMNS, 1);
	r = bring(&w, &t, true);
	assert_int_equal(r.count[IMPORT_PROPOSED], 1);
	assert_int_equal(request_run(&w.rq, DB_READ, work_find, &page), ST_OK);
	assert_true(str_eq(ledger_purpose(page.rows[0]), S("連絡のため")));            /* the ledger itself is untouched */
	assert_int_equal(ledger_count(page.rows[0])->num, 500);                       /* a count is no purpose */
	drafts.type = store_type(w.store, S("change_application"));
	act_as(&w, 0);
	assert_int_equal(db_begin(w.rq.db, DB_READ), ST_OK);
	assert_int_equal(record_list(&w.rq, &drafts, &page), ST_OK);
	assert_int_equal(db_commit(w.rq.db), ST_OK);
	assert_int_equal(page.n, 1);
	world_close(&w);
}
BOTH(changing)

static void own_fields_and_layout(const char *where)
{
	static const char *const cells[] = { "name", "department", "独自欄", "台紙の色", "営業部", "A-1" };
	struct world w;
	struct import_table t;
	struct exporting e = { .b = buf_make(0) }, again = { .b = buf_make(0) };

	world_open(&w, where);
	t = table(&w, "ledger", cells, 3, 1);
	const struct type *was = t.type;
	assert_int_equal(t.column[2].place, -1);
	assert_int_equal(import_own_fields(w.conn, &t), ST_OK);
	assert_true(t.column[2].place >= 0);
	struct import_table sheet = table(&w, "ledger", cells, 3, 1);    /* another sheet that was read before the field was made */
	sheet.type = was;
	sheet.column[2].place = -1;
	assert_int_equal(import_own_fields(w.conn, &sheet), ST_OK);
	assert_int_equal(sheet.column[2].place, t.column[2].place);
	assert_int_equal(sheet.type->nfields, was->nfields + 1);
	act_as(&w, 0);
	bring(&w, &t, true);
	assert_int_equal(request_run(&w.rq, DB_READ, work_export, &e), ST_OK);
	assert_true(str_find(buf_str(&e.b), S("name,department,独自欄\r\n台紙の色,営業部,A-1\r\n")) >= 0);
	assert_int_equal(request_run(&w.rq, DB_READ, work_export, &again), ST_OK);
	assert_true(str_eq(buf_str(&e.b), buf_str(&again.b)));
	for (int f = EXPORT_CSV; f <= EXPORT_PDF; f++) {
		e.format = (enum export_format)f;
		assert_int_equal(request_run(&w.rq, DB_READ, work_export, &e), ST_OK);
		assert_true(e.b.n > 40);
	}
	buf_free(&e.b);
	buf_free(&again.b);
	world_close(&w);
}
BOTH(own_fields_and_layout)

/* A row is found again by its number, whatever else it corrects; by all that it says, when it has none; with nothing that
 * tells persons apart it is not taken, for a second import would double it. */
static void persons(const char *where)
{
	enum { SAME = 150 };
	static const char *const list[] = {
		"reference", "person", "phone", "address",
		"M1", "佐藤 陽", "090-1", "港1", "", "鈴木 凪", "090-2", "港2", "", "", "", "港3", "M9", "林 一", "03-1", "", "M9", "林 二", "03-1", "",
	};
	static const char *const corrected[] = {
		"reference", "person", "phone", "address",
		"M1", "佐藤 陽子", "090-9", "", "", "鈴木 凪", "090-3", "", "M9", "林 一", "03-1", "", "M9", "林 三", "03-1", "",
	};
	const char *cells[2 + 2 * SAME] = { "person", "address" };
	struct world w;
	struct import_table t;
	struct import_report r;

	world_open(&w, where);
	struct record *i = blank(&w, "incident");
	i->v[incident_f_title] = value_of_text(S("誤送付"));
	i->v[incident_f_summary] = value_of_text(S("取り違え"));
	assert_int_equal(write_free(&w, i), ST_OK);
	struct import_given given = { affected_person_f_incident, value_of_link(i->id) };
	t = table(&w, "affected_person", list, 4, 5);
	t.given = &given, t.ngiven = 1;
	for (int again = 0; again < 2; again++) {
		r = bring(&w, &t, true);
		assert_int_equal(r.count[again ? IMPORT_SAME : IMPORT_NEW], 4);
		assert_int_equal(r.keyless, 1);
	}
	t = table(&w, "affected_person", corrected, 4, 4);
	t.given = &given, t.ngiven = 1;
	r = bring(&w, &t, true);
	assert_int_equal(r.count[IMPORT_CHANGED], 1);            /* M1 has another name and phone */
	assert_int_equal(r.count[IMPORT_SAME], 1);
	assert_int_equal(r.count[IMPORT_NEW], 2);                /* another phone may be another person; M9 are several */
	for (int k = 0; k < SAME; k++)
		cells[2 + 2 * k] = "高橋 湊", cells[3 + 2 * k] = k % 2 ? "港4" : "港5";
	t = table(&w, "affected_person", cells, 2, SAME);
	t.given = &given, t.ngiven = 1;
	for (int again = 0; again < 2; again++) {
		r = bring(&w, &t, true);
		assert_int_equal(r.count[again ? IMPORT_SAME : IMPORT_NEW], SAME);
	}
	world_close(&w);
}
BOTH(persons)

/* Offices number anew in each department; such a number alone makes no two rows one. */
static void numbers(const char *where)
{
	static const char *const cells[] = {
		"serial", "department", "name", "1", "営業部", "名刺", "1", "サポート部", "受付票", "2", "営業部", "注文書",
	};
	static const char *const renamed[] = { "serial", "department", "name", "1", "営業部", "名刺と封筒" };
	struct world w;
	struct import_table t;
	struct import_report r;

	world_open(&w, where);
	t = table(&w, "ledger", cells, 3, 3);
	r = bring(&w, &t, true);
	assert_int_equal(r.count[IMPORT_NEW], 3);
	t = table(&w, "ledger", cells, 3, 3);
	r = bring(&w, &t, false);
	assert_int_equal(r.count[IMPORT_SAME], 3);
	t = table(&w, "ledger", renamed, 3, 1);
	r = bring(&w, &t, false);
	assert_int_equal(r.count[IMPORT_CHANGED], 1);
	world_close(&w);
}
BOTH(numbers)

enum { MANY_ROWS = 300 };

/* Rows with a number that many share, with one of their own, and without one; names that come again. `renamed`: those with
 * a number of their own have another name. */
static struct import_table many_rows(struct world *w, bool renamed, char text[MANY_ROWS][2][32])
{
	static const char *cells[3 * (MANY_ROWS + 1)];

	cells[0] = "serial";
	cells[1] = "department";
	cells[2] = "name";
	for (int i = 0; i < MANY_ROWS; i++) {
		snprintf(text[i][0], sizeof text[i][0], "A-%d", i);
		snprintf(text[i][1], sizeof text[i][1], "%s名簿%d", renamed && i % 3 == 2 ? "新しい" : "", i % 90);
		cells[3 * i + 3] = i % 3 == 0 ? "" : i % 3 == 1 ? "1" : text[i][0];
		cells[3 * i + 4] = i % 2 ? "営業部" : "サポート部";
		cells[3 * i + 5] = text[i][1];
	}
	return table(w, "ledger", cells, 3, MANY_ROWS);
}

/* Which record each row means. */
static void met(struct world *w, struct import_table *t, bool apply, int64_t record[MANY_ROWS])
{
	struct importing i = { .t = t, .apply = apply, .keep = arena_make(0) };

	assert_int_equal(request_run(&w->rq, apply ? DB_WRITE : DB_READ, work_import, &i), ST_OK);
	for (const struct import_line *l = i.report.lines; l; l = l->next)
		record[l->row] = l->record;
	arena_free(&i.keep);
}

/* What rows mean when many are looked up together is what each means by itself. */
static void together(const char *where)
{
	static char text[MANY_ROWS][2][32];
	int64_t made[MANY_ROWS] = { 0 }, compared[MANY_ROWS] = { 0 }, applied[MANY_ROWS] = { 0 };
	struct world w;

	world_open(&w, where);
	struct import_table t = many_rows(&w, false, text);
	met(&w, &t, true, made);
	t = many_rows(&w, true, text);
	met(&w, &t, false, compared);
	met(&w, &t, true, applied);
	for (int i = 0; i < MANY_ROWS; i++) {
		assert_true(made[i] > 0);
		assert_int_equal(compared[i], applied[i]);
	}
	assert_memory_equal(made, compared, sizeof made);
	world_close(&w);
}
BOTH(together)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH_TESTS(adopting), BOTH_TESTS(changing), BOTH_TESTS(own_fields_and_layout), BOTH_TESTS(numbers), BOTH_TESTS(persons),
		BOTH_TESTS(together),
	};

	return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
