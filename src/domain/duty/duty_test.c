/* duty_test.c - the calendar opens tasks once, reminds, escalates, settles; two nodes at once open nothing twice. */
#include "tests/unit/world.h"
#include "domain/duty/duty.h"
#include "domain/overdue/overdue.h"
#include "domain/task/task.h"
#include <pthread.h>

static enum status work_day(struct request *rq, void *unused)
{
	(void)unused;
	return day_run(rq);
}

static void day(struct world *w, int y, int m, int d)
{
	sys_set_now(instant_of_tokyo(date_make(y, m, d), 0, 10, 0));
	act_as(w, 0);
	assert_int_equal(request_run(&w->rq, DB_WRITE, work_day, NULL), ST_OK);
}

struct tally { const char *field; struct str code; int n; int64_t last; };

static enum status count(struct request *rq, struct record *r, void *arg)
{
	struct tally *t = arg;

	(void)rq;
	if (str_eq(r->v[type_place(r->type, str_z(t->field))].text, t->code)) {
		t->n++;
		t->last = r->id;
	}
	return ST_OK;
}

struct counting { const char *type; struct tally *t; };

static enum status work_count(struct request *rq, void *arg)
{
	struct counting *c = arg;
	struct list_query q = { .type = store_type(conn_store(rq->conn), str_z(c->type)), .sort = LIST_SORT_CHANGED };

	return record_each(rq, &q, count, c->t);
}

static struct tally tally(struct world *w, const char *type, const char *field, struct str code)
{
	struct tally t = { field, code, 0, 0 };
	struct counting c = { type, &t };

	act_as(w, 0);
	assert_int_equal(request_run(&w->rq, DB_READ, work_count, &c), ST_OK);
	return t;
}

/* REQ: LED-03 CTX-07 - July opens a task for each department and one for the laws; a week before the end it reminds; on the first of
 * August top management knows. */
static void year(const char *where)
{
	struct world w;
	struct record *t, *o;

	sys_set_now(instant_of_tokyo(date_make(2026, 6, 20), 9, 0, 0));
	world_open(&w, where);
	day(&w, 2026, 6, 30);
	assert_int_equal(tally(&w, "task", "duty", S("ledger_review")).n, 0);      /* last July was over before the store began */
	assert_int_equal(tally(&w, "task", "duty", S("audit")).n, 1);
	day(&w, 2026, 7, 1);
	day(&w, 2026, 7, 1);
	day(&w, 2026, 7, 15);
	assert_int_equal(tally(&w, "task", "duty", S("ledger_review")).n, 3);
	assert_int_equal(tally(&w, "task", "duty", S("law_check")).n, 1);
	assert_int_equal(tally(&w, "task", "duty", S("check_list")).n, 3);
	int64_t id = tally(&w, "task", "duty", S("ledger_review")).last;
	assert_int_equal(load(&w, id, &t), ST_OK);
	assert_int_equal(task_year(t), 2026);
	assert_int_equal(task_fiscal_year(t), 2026);
	assert_int_equal(task_due(t).days, date_make(2026, 7, 31).days);
	assert_false(t->v[task_f_reminded_on].set);
	day(&w, 2026, 7, 24);
	assert_int_equal(load(&w, id, &t), ST_OK);
	assert_int_equal(task_reminded_on(t).days, date_make(2026, 7, 24).days);
	day(&w, 2026, 7, 31);
	assert_int_equal(tally(&w, "overdue", "title", S("個人情報管理台帳の見直し")).n, 0);
	day(&w, 2026, 8, 1);
	day(&w, 2026, 8, 1);
	struct tally late = tally(&w, "overdue", "title", S("個人情報管理台帳の見直し"));
	assert_int_equal(late.n, 3);
	assert_int_equal(load(&w, late.last, &o), ST_OK);
	assert_string_equal(str_to_z(&w.a, overdue_role(o)), "top_management");
	/* nobody but the one it was told to calls it seen */
	act_as(&w, w.ken);
	assert_int_not_equal(move(&w, o, "see", S("指示した")), ST_OK);
	act_as(&w, w.boss);
	assert_int_equal(move(&w, o, "see", S("指示した")), ST_OK);
	/* what is done meanwhile settles by itself */
	id = tally(&w, "overdue", "title", S("個人情報管理台帳の見直し")).last;
	assert_int_equal(load(&w, id, &o), ST_OK);
	assert_int_equal(load(&w, overdue_about(o), &t), ST_OK);
	assert_int_equal(move(&w, t, "finish", S("")), ST_OK);
	day(&w, 2026, 8, 2);
	assert_int_equal(load(&w, id, &o), ST_OK);
	assert_true(str_eq(o->step, S("settled")));
	world_close(&w);
}
BOTH(year)

/* Last year's own duty comes back by itself, once, with everything but its result. */
static void again(const char *where)
{
	struct world w;
	struct record *r;

	sys_set_now(instant_of_tokyo(date_make(2026, 8, 1), 9, 0, 0));
	world_open(&w, where);
	act_as(&w, w.manager);
	r = blank(&w, "task");
	r->v[task_f_kind] = value_of_text(S("other"));
	r->v[task_f_title] = value_of_text(S("避難訓練"));
	r->v[task_f_role] = value_of_text(S("privacy_manager"));
	r->v[task_f_due] = value_of_date(date_make(2026, 9, 1));
	r->v[task_f_result] = value_of_text(S("済み"));
	r->v[task_f_repeat] = value_of_text(S("yearly"));
	assert_int_equal(save(&w, r), ST_OK);
	day(&w, 2027, 6, 30);
	assert_int_equal(tally(&w, "task", "title", S("避難訓練")).n, 1);
	day(&w, 2027, 7, 1);
	day(&w, 2027, 7, 2);
	struct tally t = tally(&w, "task", "title", S("避難訓練"));
	assert_int_equal(t.n, 2);
	world_close(&w);
}
BOTH(again)

/* ---- two nodes ---- */

struct node { struct store *store; enum status st; };

static void *run_node(void *arg)
{
	struct node *n = arg;
	struct arena a = arena_make(0);
	struct request rq;
	struct conn *c;

	n->st = conn_open(n->store, &c);
	if (n->st == ST_OK) {
		request_init(&rq, &a, c, JA);
		n->st = request_run(&rq, DB_WRITE, day_schedule, NULL);
		if (n->st == ST_OK || n->st == ST_RETRY) {
			jobs_run(c, domain_jobs, domain_njobs, JOB_QUICK, 5);
			n->st = request_run(&rq, DB_WRITE, work_day, NULL);
		}
		conn_close(c);
	}
	arena_free(&a);
	return NULL;
}

/* REQ: LED-03 - two nodes that look at the same moment open each duty once. */
static void race(const char *where)
{
	struct world w;
	struct node n[2];
	pthread_t t[2];

	sys_set_now(instant_of_tokyo(date_make(2026, 7, 1), 0, 5, 0));
	world_open(&w, where);
	for (int i = 0; i < 2; i++) {
		n[i] = (struct node){ w.store, ST_BROKEN };
		assert_int_equal(pthread_create(&t[i], NULL, run_node, &n[i]), 0);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(n[i].st, ST_OK);
	}
	assert_int_equal(tally(&w, "task", "duty", S("ledger_review")).n, 3);
	assert_int_equal(tally(&w, "task", "duty", S("law_check")).n, 1);
	world_close(&w);
}
BOTH(race)

/* Terms: a year begins with its month, quarters within it, and every interval begins anew with the year. */
static void terms(const char *where)
{
	struct world w;
	struct date from, to;
	const struct duty *check = duty_of_code(S("check_list")), *review = duty_of_code(S("ledger_review"));

	world_open(&w, where);
	assert_int_equal(db_begin(w.rq.db, DB_READ), ST_OK);
	struct duty_term t = duty_term_on(&w.rq, check, date_make(2027, 1, 31));
	assert_int_equal(t.from.days, date_make(2027, 1, 1).days);
	assert_int_equal(t.due.days, date_make(2027, 1, 14).days);
	t = duty_term_on(&w.rq, review, date_make(2027, 6, 30));
	assert_int_equal(t.from.days, date_make(2026, 7, 1).days);
	assert_int_equal(duty_term_next(&w.rq, review, t).due.days, date_make(2027, 7, 31).days);
	assert_int_equal(duty_pms_year(&w.rq, date_make(2027, 6, 30)), 2026);
	assert_int_equal(duty_fiscal_year(&w.rq, date_make(2027, 6, 30)), 2027);
	assert_int_equal(db_commit(w.rq.db), ST_OK);
	duty_two_years(date_make(2027, 8, 31), date_make(2026, 7, 31), &from, &to);
	assert_int_equal(from.days, date_make(2025, 9, 1).days);
	assert_int_equal(to.days, date_make(2027, 8, 31).days);
	duty_two_years(date_make(2027, 8, 31), date_make(2027, 9, 1), &from, &to);
	assert_int_equal(to.days, date_make(2029, 8, 31).days);
	world_close(&w);
}
BOTH(terms)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(year), BOTH_TESTS(again), BOTH_TESTS(race), BOTH_TESTS(terms) };

	return cmocka_run_group_tests_name("duty", tests, NULL, NULL);
}
