/* corrective_action_test.c - W9 from the finding to the proven effect, with every gate tried first, on both databases. */
#include "tests/unit/world.h"
#include "domain/conformity/conformity.h"
#include "domain/corrective_action/corrective_action.h"
#include "domain/task/task.h"
#include "record/linked.h"

static void on(int month, int day)
{
	sys_set_now(instant_of_tokyo(date_make(2026, month, day), 10, 0, 0));
}

static void fill(struct record *r, enum corrective_action_field f, const char *text)
{
	r->v[f] = value_of_text(str_z(text));
}

static struct record *as(struct world *w, int64_t staff, int64_t id)
{
	struct record *r = NULL;

	act_as(w, staff);
	assert_int_equal(load(w, id, &r), ST_OK);
	return r;
}

static struct record *found_by_mika(struct world *w)
{
	struct record *r = blank(w, "corrective_action");

	act_as(w, w->mika);
	r->creator = w->mika;
	fill(r, corrective_action_f_title, "施錠の確認漏れ");
	r->v[corrective_action_f_department] = value_of_link(w->sales);
	fill(r, corrective_action_f_finding, "書庫の施錠を確認していなかった。");
	r->v[corrective_action_f_found_on] = value_of_date(w->rq.today);
	fill(r, corrective_action_f_needs_correction, "yes");
	return r;
}

static void set_plan(struct world *w, struct record *r, bool done)
{
	struct row *row = new(&w->a, struct row);

	row->v = new_n(&w->a, struct value, 4);
	row->v[0] = value_of_text(S("終業時の点検表を作る"));
	row->v[1] = value_of_link(w->mika);
	row->v[2] = value_of_date(date_make(2026, 3, 20));
	if (done)
		row->v[3] = value_of_date(date_make(2026, 3, 18));
	r->v[corrective_action_f_plan] = (struct value){ .set = true, .num = 1, .rows = row };
}

static void plan_it(struct world *w, int64_t id, int64_t head_of_sales)
{
	struct record *r = as(w, head_of_sales, id);

	fill(r, corrective_action_f_severity, "high");
	fill(r, corrective_action_f_proportion, "鍵の確認だけで防げるため。");
	fill(r, corrective_action_f_cause, "点検の手順がなかった。");
	fill(r, corrective_action_f_similar_how, "全部門の書庫を確認した。");
	r->v[corrective_action_f_due] = value_of_date(date_make(2026, 6, 1));
	set_plan(w, r, false);
	assert_int_equal(save(w, r), ST_OK);
	assert_int_equal(move(w, r, "submit", S("")), ST_BAD_INPUT);          /* REQ: CAR-03 - are there similar cases? */
	assert_true(has_problem(w, "similar", MSG_REC_REQUIRED));
	r = as(w, head_of_sales, id);
	fill(r, corrective_action_f_similar, "none");
	assert_int_equal(save(w, r), ST_OK);
	assert_int_equal(move(w, r, "submit", S("")), ST_NO);                 /* REQ: CAR-10 - what is grave is done soon */
	assert_true(has_problem(w, "due", MSG_CA_DUE));
	r = as(w, head_of_sales, id);
	r->v[corrective_action_f_due] = value_of_date(date_make(2026, 3, 31));
	assert_int_equal(save(w, r), ST_OK);
	assert_int_equal(move(w, r, "submit", S("")), ST_OK);
}

struct looking { int64_t about; struct linked l; };
static enum status work_tasks(struct request *rq, void *arg)
{
	struct looking *l = arg;

	return record_linked(rq, S("task"), task_f_about, l->about, &l->l);
}

static enum status work_judge(struct request *rq, void *arg)
{
	return conformity_judge(rq, arg);
}
static enum verdict verdict_of(struct world *w, struct str clause)
{
	struct judgement *j;

	act_as(w, 0);
	assert_int_equal(request_run(&w->rq, DB_READ, work_judge, &j), ST_OK);
	while (j && !str_eq(j->clause->id, clause))
		j = j->next;
	return j ? j->verdict : VERDICT_MAX;
}

/* REQ: CAR-02, CAR-03, CAR-04, CAR-05, CAR-06, CAR-07, CAR-08, CAR-09, CAR-10, CAR-11 */
static void whole_way(const char *where)
{
	struct world w;
	struct record *r;
	int64_t id, file, head_of_sales;

	on(3, 2);
	world_open(&w, where);
	assert_int_equal(verdict_of(&w, S("J.7.1")), VERDICT_NOT_RECORDED);
	act_as(&w, 0);
	head_of_sales = add_person(&w, "部長", w.sales, "department_head");
	r = found_by_mika(&w);
	assert_int_equal(save(&w, r), ST_OK);
	id = r->id;
	/* gate 1: the source is told, the head confirms, and only then manager and top approve, in this order */
	r = as(&w, head_of_sales, id);
	assert_int_equal(move(&w, r, "confirm", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "source", MSG_REC_REQUIRED));
	r = as(&w, w.mika, id);
	fill(r, corrective_action_f_source, "performance");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, as(&w, w.manager, id), "approve", S("")), ST_NO);
	assert_int_equal(move(&w, as(&w, w.manager, id), "confirm", S("")), ST_DENIED);
	assert_int_equal(move(&w, as(&w, head_of_sales, id), "confirm", S("")), ST_OK);
	assert_int_equal(move(&w, as(&w, w.boss, id), "approve", S("")), ST_DENIED);
	assert_int_equal(move(&w, as(&w, w.manager, id), "approve", S("")), ST_OK);
	assert_int_equal(move(&w, as(&w, w.boss, id), "approve", S("")), ST_OK);
	/* gate 2: cause, similar cases and plan; nothing is done before both have approved */
	r = as(&w, head_of_sales, id);
	set_plan(&w, r, true);
	assert_int_not_equal(save(&w, r), ST_OK);
	assert_true(has_problem(&w, "plan", MSG_CA_PLAN_EARLY));
	plan_it(&w, id, head_of_sales);
	assert_int_equal(move(&w, as(&w, head_of_sales, id), "finish", S("")), ST_NO);
	assert_int_equal(move(&w, as(&w, w.manager, id), "approve", S("")), ST_OK);
	assert_int_equal(move(&w, as(&w, w.boss, id), "approve", S("")), ST_OK);
	assert_int_equal(verdict_of(&w, S("J.7.1")), VERDICT_UNDECIDED);
	on(4, 10);
	assert_int_equal(verdict_of(&w, S("J.7.1")), VERDICT_NONCONFORMITY);  /* past its day */
	/* the result needs evidence, each line done, and the correction that was called for */
	r = as(&w, head_of_sales, id);
	fill(r, corrective_action_f_result, "点検表を作り、毎日確認している。");
	r->v[corrective_action_f_done_on] = value_of_date(date_make(2026, 3, 18));
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "finish", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "evidence", MSG_REC_REQUIRED));
	r = as(&w, head_of_sales, id);
	file = 1;
	r->v[corrective_action_f_evidence] = (struct value){ .set = true, .text = S("点検表.pdf"), .num = file };
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "finish", S("")), ST_NO);
	assert_true(has_problem(&w, "plan", MSG_CA_PLAN_UNDONE) && has_problem(&w, "correction", MSG_CA_CORRECTION));
	r = as(&w, head_of_sales, id);
	set_plan(&w, r, true);
	fill(r, corrective_action_f_correction, "その日のうちに施錠した。");
	r->v[corrective_action_f_corrected_on] = value_of_date(date_make(2026, 3, 2));
	r->v[corrective_action_f_directed_by] = value_of_link(head_of_sales);
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "finish", S("")), ST_OK);
	assert_int_equal(move(&w, as(&w, w.manager, id), "approve", S("")), ST_OK);
	/* the effect is the privacy manager's to judge, not the department's; not effective goes back to the cause */
	r = as(&w, head_of_sales, id);
	fill(r, corrective_action_f_verdict, "effective");
	assert_int_not_equal(save(&w, r), ST_OK);
	assert_true(has_problem(&w, "verdict", MSG_CA_EFFECT_WHO));
	r = as(&w, w.manager, id);
	fill(r, corrective_action_f_verdict, "not_effective");
	fill(r, corrective_action_f_check_how, "抜き打ちで2日分を確認した。");
	r->v[corrective_action_f_checked_on] = value_of_date(date_make(2026, 3, 18));
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "report", S("")), ST_NO);
	assert_true(has_problem(&w, "verdict", MSG_CA_NOT_EFFECTIVE) && has_problem(&w, "comment", MSG_CA_EFFECT_SAME_DAY));
	assert_int_equal(move(&w, as(&w, w.manager, id), "repeat", S("点検表に記入漏れが続いた")), ST_OK);
	r = as(&w, head_of_sales, id);
	assert_true(str_eq(r->step, S("planning")));
	r->v[corrective_action_f_due] = value_of_date(date_make(2026, 4, 30));
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	assert_int_equal(move(&w, as(&w, w.manager, id), "approve", S("")), ST_OK);
	assert_int_equal(move(&w, as(&w, w.boss, id), "approve", S("")), ST_OK);
	assert_int_equal(move(&w, as(&w, head_of_sales, id), "finish", S("")), ST_OK);
	assert_int_equal(move(&w, as(&w, w.manager, id), "approve", S("")), ST_OK);
	/* effective, with an improvement of the system: top management closes, and the improvement is somebody's task */
	r = as(&w, w.manager, id);
	fill(r, corrective_action_f_verdict, "effective");
	r->v[corrective_action_f_checked_on] = value_of_date(date_make(2026, 4, 10));
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "report", S("")), ST_NO);
	assert_true(has_problem(&w, "improve", MSG_CA_IMPROVE));
	r = as(&w, w.manager, id);
	fill(r, corrective_action_f_improve, "yes");
	fill(r, corrective_action_f_improve_why, "入退管理の手順に施錠の点検を加える。");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "report", S("")), ST_OK);
	assert_int_equal(move(&w, as(&w, w.manager, id), "approve", S("")), ST_DENIED);
	assert_int_equal(move(&w, as(&w, w.boss, id), "approve", S("")), ST_OK);
	struct looking l = { .about = id };
	act_as(&w, 0);
	assert_int_equal(request_run(&w.rq, DB_READ, work_tasks, &l), ST_OK);
	assert_int_equal(l.l.n, 1);
	assert_true(str_eq(task_kind(l.l.r[0]), S("improvement")));
	assert_int_equal(verdict_of(&w, S("J.7.1")), VERDICT_CONFORMS);
	/* locked */
	r = as(&w, w.manager, id);
	fill(r, corrective_action_f_cause, "別の原因");
	assert_int_equal(save(&w, r), ST_NO);
	world_close(&w);
}
BOTH(whole_way)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(whole_way) };

	return cmocka_run_group_tests_name("corrective_action", tests, NULL, NULL);
}
