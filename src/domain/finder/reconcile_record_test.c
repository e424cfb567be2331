/* reconcile_record_test.c - drafts, questions and disposals on both databases: made once, kept up to date, left alone when settled. */
#include "tests/unit/world.h"
#include "base/test_dir.h"
#include "domain/finder/reconcile.h"
#include "domain/ledger/ledger.h"
#include "domain/task/task.h"
#include <fcntl.h>
#include <sys/stat.h>

static struct arena memory;

struct seen { struct str path; enum scan_kind kind; };

static enum status work_load_ledger(struct request *rq, void *arg)
{
	return reconcile_load(rq, &memory, arg);
}

static enum status work_record(struct request *rq, void *arg)
{
	return reconcile_record(rq, arg, true);
}

static struct reconcile *begin(struct world *w)
{
	struct reconcile *r = NULL;

	assert_int_equal(request_run(&w->rq, DB_READ, work_load_ledger, &r), ST_OK);
	return r;
}

static void record(struct world *w, struct reconcile *r)
{
	reconcile_finish(r, true);
	assert_int_equal(request_run(&w->rq, DB_WRITE, work_record, r), ST_OK);
}

/* A whole scan of the folder "/t" that found these; the caller frees. */
static struct reconcile *scan(struct world *w, const struct seen *seen, int n)
{
	struct reconcile *r = begin(w);
	struct str scope = S("/t");

	reconcile_scope(r, &scope, 1);
	for (int i = 0; i < n; i++)
		reconcile_found(r, &(struct finding){ .path = seen[i].path, .kind = seen[i].kind });
	record(w, r);
	return r;
}

static enum status count_one(struct request *rq, struct record *r, void *arg)
{
	int *n = arg;

	(void)rq, (void)r;
	++*n;
	return ST_OK;
}

struct counting { const char *type; int n; };

static enum status work_count(struct request *rq, void *arg)
{
	struct counting *c = arg;
	struct list_query q = { .type = store_type(conn_store(rq->conn), str_z(c->type)), .sort = LIST_SORT_CHANGED, .step = S("*") };

	c->n = 0;
	return record_each(rq, &q, count_one, &c->n);
}

static int count(struct world *w, const char *type)
{
	struct counting c = { type, 0 };

	assert_int_equal(request_run(&w->rq, DB_READ, work_count, &c), ST_OK);
	return c.n;
}

static struct record *read_back(struct world *w, int64_t id)
{
	struct record *r;

	act_as(w, 0);
	assert_int_equal(load(w, id, &r), ST_OK);
	return r;
}

static void drafts(const char *where)
{
	struct world w;
	struct buf b = buf_make(4096);

	world_open(&w, where);
	buf_lit(&b, "/t/サポート");
	while (b.n < 700)
		buf_lit(&b, "/とても長い名前の、フォルダー");
	buf_lit(&b, "/x.csv");
	const struct seen seen[] = {
		{ S("/t/営業部/名簿,控え/a.csv"), SCAN_person_name }, { S("/t/営業部/名簿,控え/a.csv"), SCAN_person_name },
		{ S("/t/営業部/名簿,控え/b.csv"), SCAN_my_number }, { S("/t/営業部/名簿,控え/b.csv"), SCAN_sensitive_hint },
		{ buf_str(&b), SCAN_phone },
	};
	struct reconcile *r = scan(&w, seen, COUNT(seen));
	assert_int_equal(count(&w, "ledger"), 2);
	const struct reconcile_act *deep_one = reconcile_acts(r), *list = deep_one->next;
	assert_non_null(list);
	struct record *rec = read_back(&w, list->record);
	assert_int_equal(rec->department, w.sales);
	assert_true(str_eq(rec->step, S("draft")));
	assert_true(str_eq(ledger_storage_place(rec), S("/t/営業部/名簿,控え")));
	assert_true(str_eq(ledger_items(rec), S("個人番号（マイナンバー）、氏名")));
	assert_int_equal(ledger_count(rec)->num, 2);
	assert_int_equal(ledger_count(rec)->num2, COUNT_ABOUT);
	assert_true(str_eq(ledger_my_number(rec), S("yes")));
	assert_true(str_eq(ledger_sensitive(rec), S("unknown")));
	assert_int_equal(ledger_found_files(rec), 2);
	rec = read_back(&w, deep_one->record);                /* the department's name without its last sign */
	assert_int_equal(rec->department, w.support);
	assert_true(ledger_storage_place(rec).n <= 500);
	reconcile_free(r);

	/* again: both wait; what is new in one is told there */
	const struct seen more[] = { seen[0], seen[2], seen[3], seen[4], { S("/t/営業部/名簿,控え/c.csv"), SCAN_email } };
	r = scan(&w, more, COUNT(more));
	assert_int_equal(count(&w, "ledger"), 2);
	for (const struct reconcile_act *act = reconcile_acts(r); act; act = act->next)
		assert_int_equal(act->outcome, RECONCILE_WAITS);
	int64_t id = reconcile_acts(r)->record == rec->id ? reconcile_acts(r)->next->record : reconcile_acts(r)->record;
	reconcile_free(r);
	rec = read_back(&w, id);
	assert_int_equal(ledger_found_files(rec), 3);

	/* declined by the department, with a reason: not asked again, until a new kind is there */
	act_as(&w, w.ken);
	assert_int_equal(move(&w, rec, "decline", S("")), ST_BAD_INPUT);
	act_as(&w, w.ken);
	assert_int_equal(move(&w, rec, "decline", S("研修用の架空の名簿")), ST_OK);
	act_as(&w, 0);
	r = scan(&w, more, COUNT(more));
	assert_int_equal(reconcile_acts(r)->outcome, RECONCILE_SETTLED);
	reconcile_free(r);
	assert_int_equal(count(&w, "ledger"), 2);
	const struct seen anew[] = { { S("/t/営業部/名簿,控え/a.csv"), SCAN_credit_card } };
	r = scan(&w, anew, 1);
	assert_int_equal(reconcile_acts(r)->outcome, RECONCILE_NEW);
	reconcile_free(r);
	assert_int_equal(count(&w, "ledger"), 3);
	buf_free(&b);
	world_close(&w);
}

static int64_t add_row(struct world *w, const char *place, int64_t months)
{
	struct record *r = blank(w, "ledger");

	r->v[ledger_f_name] = value_of_text(S("名簿"));
	r->v[ledger_f_department] = value_of_link(w->support);
	r->v[ledger_f_storage_place] = value_of_text(str_z(place));
	if (months)
		r->v[ledger_f_retention] = (struct value){ .set = true, .text = S("1か月"), .num = months };
	r->step = S("active");
	assert_int_equal(write_free(w, r), ST_OK);
	return r->id;
}

/* Two scans of one folder at once make one draft: the second sees the first's when it records. */
static void races(const char *where)
{
	struct world w;
	struct reconcile *r[2];

	world_open(&w, where);
	for (int i = 0; i < 2; i++) {
		r[i] = begin(&w);
		reconcile_found(r[i], &(struct finding){ .path = S("/t/x/a.csv"), .kind = SCAN_phone });
	}
	record(&w, r[0]);
	record(&w, r[1]);
	assert_int_equal(count(&w, "ledger"), 1);
	assert_int_equal(reconcile_acts(r[1])->outcome, RECONCILE_WAITS);
	assert_int_equal(reconcile_acts(r[1])->record, reconcile_acts(r[0])->record);
	reconcile_free(r[0]);
	reconcile_free(r[1]);
	world_close(&w);
}

static void finish(struct world *w, int64_t task)
{
	struct record *t = read_back(w, task);

	act_as(w, w->taro);
	assert_int_equal(move(w, t, "finish", S("")), ST_OK);
}

static void tasks(const char *where)
{
	struct world w;
	char root[TEST_DIR_MAX], path[TEST_DIR_MAX + 8], empty[TEST_DIR_MAX + 8];

	world_open(&w, where);
	assert_non_null(test_dir(root, "record"));
	snprintf(path, sizeof path, "%s/a.csv", root);
	snprintf(empty, sizeof empty, "%s/none", root);
	FILE *f = fopen(path, "w");
	assert_true(f && fclose(f) == 0);
	add_row(&w, path, 1);
	add_row(&w, empty, 0);
	sys_set_now(instant_of_tokyo(date_add_months(w.rq.today, 24), 9, 0, 0));
	act_as(&w, 0);
	int64_t first[2] = { 0, 0 };
	for (int turn = 0; turn < 4; turn++) {
		struct reconcile *r = begin(&w);
		struct str scope = str_z(root);
		reconcile_scope(r, &scope, 1);
		reconcile_found(r, &(struct finding){ .path = str_z(path), .kind = SCAN_phone });
		record(&w, r);
		const struct reconcile_act *question = reconcile_acts(r), *disposal = question->next;
		assert_int_equal(question->what, RECONCILE_QUESTION);
		assert_int_equal(disposal->what, RECONCILE_DISPOSAL);
		assert_null(disposal->next);
		assert_int_equal(question->outcome, turn == 0 ? RECONCILE_NEW : turn < 3 ? RECONCILE_WAITS : RECONCILE_SETTLED);
		assert_int_equal(disposal->outcome, turn == 0 ? RECONCILE_NEW : turn < 2 ? RECONCILE_WAITS : turn == 2 ? RECONCILE_SETTLED : RECONCILE_NEW);
		if (turn == 0)
			first[0] = question->record, first[1] = disposal->record;
		reconcile_free(r);
		assert_int_equal(count(&w, "task"), turn < 3 ? 2 : 3);
		struct record *t = read_back(&w, first[1]);
		if (turn == 0) {                                     /* whose it is, and about what */
			assert_int_equal(t->department, w.support);
			assert_true(str_eq(task_role(t), S("department_manager")));
			assert_true(str_find(task_details(t), str_z(path)) > 0);
		}
		if (turn == 1)
			finish(&w, first[1]);
		if (turn == 2) {                                     /* the file changes, and is overdue by another day */
			finish(&w, first[0]);
			assert_int_equal(utimensat(AT_FDCWD, path, (struct timespec[]){ { 86400, 0 }, { 86400, 0 } }, 0), 0);
		}
		act_as(&w, 0);
	}
	unlink(path);
	rmdir(root);
	world_close(&w);
}

BOTH(drafts)
BOTH(races)
BOTH(tasks)

int main(void)
{
	memory = arena_make(0);
	const struct CMUnitTest tests[] = { BOTH_TESTS(drafts), BOTH_TESTS(races), BOTH_TESTS(tasks) };
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_free(&memory);
	return failed;
}
