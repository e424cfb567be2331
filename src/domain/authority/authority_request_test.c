/* authority_request_test.c - what an authority asks, from the paper received to the end, on both databases. */
#include "tests/unit/emergency.h"
#include "tests/unit/incident_case.h"
#include "domain/authority/authority.h"
#include "domain/authority/authority_request.h"
#include "domain/conformity/conformity.h"
#include "domain/duty/duty.h"
#include "domain/overdue/overdue.h"

/* As the privacy manager writes it down on the day. */
static struct record *asked(struct world *w, const char *kind, int days)
{
	struct record *r = blank(w, "authority_request");

	act_as(w, w->manager);
	fill(r, "kind", kind);
	fill(r, "title", "顧客名簿の安全管理について");
	fill(r, "matter", "business");
	fill(r, "authority", "個人情報保護委員会");
	fill(r, "content", "安全管理措置の状況を報告すること。");
	r->v[authority_request_f_department] = value_of_link(w->sales);
	r->v[authority_request_f_received] = value_of_date(w->rq.today);
	r->v[authority_request_f_due] = value_of_date(date_add_days(w->rq.today, days));
	return r;
}

static void answered(struct world *w, struct record *r)
{
	act_as(w, w->manager);
	fill(r, "judgement", "指摘のとおりである。");
	fill(r, "answer", "アクセス権を見直しました。");
	assert_int_equal(save(w, r), ST_OK);
}

static void sent(struct world *w, struct record *r)
{
	act_as(w, w->manager);
	assert_int_equal(load(w, r->id, &r), ST_OK);
	r->v[authority_request_f_sent_on] = value_of_date(w->rq.today);
	fill(r, "sent_how", "online");
	fill(r, "receipt", "受付-0815");
	assert_int_equal(save(w, r), ST_OK);
	assert_int_equal(move(w, r, "send", S("")), ST_OK);
}

/* REQ: AUT-01 - nothing is sent without top management's approval, nor without a copy and a proof. */
static void approval(const char *where)
{
	struct world w;

	world_open(&w, where);
	struct record *r = asked(&w, "demand", 14);
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(authority_request_basis(r).n > 0);
	assert_int_equal(authority_request_drafter(r), w.manager);
	assert_int_equal(move(&w, r, "send", S("")), ST_NO);
	r->v[authority_request_f_sent_on] = value_of_date(w.rq.today);
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	assert_true(has_problem(&w, "sent_on", MSG_AUTHORITY_NOT_APPROVED));
	r->v[authority_request_f_sent_on] = (struct value){ 0 };
	assert_int_equal(move(&w, r, "submit", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "judgement", MSG_REC_REQUIRED));
	fill(r, "judgement", "対応する。");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_NO);
	assert_true(has_problem(&w, "answer", MSG_AUTHORITY_ANSWER));
	answered(&w, r);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	assert_int_equal(move(&w, r, "approve", S("")), ST_DENIED);
	act_as(&w, w.boss);
	assert_int_equal(move(&w, r, "approve", S("")), ST_OK);
	assert_int_equal(authority_request_approved_on(r).days, w.rq.today.days);
	act_as(&w, w.manager);
	fill(r, "answer", "承認の後で書き換えた。");
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	assert_true(has_problem(&w, "answer", MSG_REC_FIXED));
	assert_int_equal(load(&w, r->id, &r), ST_OK);
	assert_int_equal(move(&w, r, "send", S("")), ST_BAD_INPUT);
	r->v[authority_request_f_sent_on] = value_of_date(w.rq.today);
	fill(r, "sent_how", "registered");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "send", S("")), ST_NO);
	assert_true(has_problem(&w, "proof", MSG_AUTHORITY_PROOF));
	sent(&w, r);
	assert_int_equal(load(&w, r->id, &r), ST_OK);
	assert_int_equal(move(&w, r, "close", S("")), ST_NO);
	assert_true(has_problem(&w, "result", MSG_REC_REQUIRED));
	fill(r, "result", "追加の求めはなかった。");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "close", S("")), ST_OK);
	world_close(&w);
}
BOTH(approval)

static enum status work_day(struct request *rq, void *unused)
{
	(void)unused;
	return day_run(rq);
}

static enum status work_judge(struct request *rq, void *arg)
{
	return conformity_judge(rq, arg);
}

static bool late_answer(struct world *w)
{
	struct judgement *j;

	act_as(w, 0);
	assert_int_equal(request_run(&w->rq, DB_READ, work_judge, &j), ST_OK);
	while (!str_eq(j->clause->id, S("J.4.4.1")))
		j = j->next;
	return j->verdict == VERDICT_NONCONFORMITY;
}

/* REQ: AUT-01 - the day passes without proof of sending: top management is told, and no more once it is sent. */
static void overdue(const char *where)
{
	struct world w;
	struct linked told;

	world_open(&w, where);
	on(3, 2);
	struct record *r = asked(&w, "demand", 7);
	answered(&w, r);
	on(3, 9);
	act_as(&w, 0);
	assert_int_equal(request_run(&w.rq, DB_WRITE, work_day, NULL), ST_OK);
	assert_int_equal(parts(&w, "overdue", overdue_f_about, r->id).n, 0);
	assert_false(late_answer(&w));
	on(3, 10);
	act_as(&w, 0);
	assert_int_equal(request_run(&w.rq, DB_WRITE, work_day, NULL), ST_OK);
	told = parts(&w, "overdue", overdue_f_about, r->id);
	assert_int_equal(told.n, 1);
	assert_true(str_eq(overdue_role(told.r[0]), S("top_management")));
	assert_true(late_answer(&w));
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	act_as(&w, w.boss);
	assert_int_equal(move(&w, r, "approve", S("")), ST_OK);
	sent(&w, r);
	act_as(&w, 0);
	assert_int_equal(request_run(&w.rq, DB_WRITE, work_day, NULL), ST_OK);
	told = parts(&w, "overdue", overdue_f_about, r->id);
	assert_true(told.n == 1 && str_eq(told.r[0]->step, S("settled")));
	assert_false(late_answer(&w));
	sys_set_now(SYS_RUNNING);
	world_close(&w);
}
BOTH(overdue)

static struct linked tasks(struct world *w, int64_t about)
{
	return parts(w, "task", task_f_about, about);
}

/* REQ: AUT-02 - advice whose actions are written down has its improvement task, once; it ends without an answer, for a reason. */
static void advice(const char *where)
{
	struct world w;

	world_open(&w, where);
	struct record *r = asked(&w, "advice", 30);
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(tasks(&w, r->id).n, 0);
	act_as(&w, w.manager);
	fill(r, "actions", "持ち出しの手順を改める。");
	r->v[authority_request_f_actions_due] = value_of_date(date_add_days(w.rq.today, 20));
	assert_int_equal(save(&w, r), ST_OK);
	fill(r, "judgement", "助言のとおり改める。");
	assert_int_equal(save(&w, r), ST_OK);
	struct linked t = tasks(&w, r->id);
	assert_int_equal(t.n, 1);
	assert_true(str_eq(task_kind(t.r[0]), S("improvement")));
	assert_int_equal(task_due(t.r[0]).days, w.rq.today.days + 20);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "close", S("")), ST_BAD_INPUT);
	assert_int_equal(move(&w, r, "close", S("回答を求められていない。")), ST_NO);
	fill(r, "result", "手順を改めた。");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "close", S("回答を求められていない。")), ST_OK);
	r = asked(&w, "demand", 30);
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "close", S("回答しない。")), ST_NO);
	assert_true(has_problem(&w, "sent_on", MSG_AUTHORITY_NOT_SENT));
	world_close(&w);
}
BOTH(advice)

/* REQ: AUT-03 - an order is top management's at once and ends only with its corrective action. */
static void order(const char *where)
{
	struct world w;
	struct linked p;

	world_open(&w, where);
	struct record *r = asked(&w, "order", 14);
	answered(&w, r);
	p = tasks(&w, r->id);
	assert_int_equal(p.n, 1);
	assert_true(str_eq(task_role(p.r[0]), S("top_management")));
	p = parts(&w, "corrective_action", corrective_action_f_about, r->id);
	assert_int_equal(p.n, 1);
	assert_true(str_eq(corrective_action_source(p.r[0]), S("external")));
	assert_int_equal(corrective_action_department(p.r[0]), w.sales);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	act_as(&w, w.boss);
	assert_int_equal(move(&w, r, "approve", S("")), ST_OK);
	sent(&w, r);
	assert_int_equal(load(&w, r->id, &r), ST_OK);
	fill(r, "result", "改善を報告した。");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "close", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_AUTHORITY_CORRECTIVE_OPEN));
	act_as(&w, 0);
	p.r[0]->step = S("dropped");
	assert_int_equal(write_free(&w, p.r[0]), ST_OK);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "close", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_AUTHORITY_NEEDS_CORRECTIVE));
	act_as(&w, 0);
	assert_int_equal(load(&w, p.r[0]->id, &p.r[0]), ST_OK);
	p.r[0]->step = S("closed");
	assert_int_equal(write_free(&w, p.r[0]), ST_OK);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "close", S("")), ST_OK);
	world_close(&w);
}
BOTH(order)

/* REQ: AUT-04 - the law of the day says who is competent and on which article; the contacts say who that is. */
static void competent(const char *where)
{
	struct world w;
	struct record *c, *r;

	world_open(&w, where);
	assert_int_equal(authority_competent(true, date_make(2010, 6, 1)), MSG_AUTHORITY_LABOUR);
	assert_int_equal(authority_competent(false, date_make(2017, 5, 29)), MSG_AUTHORITY_BUSINESS);
	assert_int_equal(authority_competent(true, date_make(2017, 5, 30)), MSG_AUTHORITY_COMMISSION);
	assert_int_equal(authority_competent(true, date_make(2005, 3, 31)), MSG_NONE);
	assert_true(str_eq(authority_basis(S("order"), false, date_make(2010, 6, 1)), S("個人情報の保護に関する法律第34条第2項")));
	assert_true(str_eq(authority_basis(S("order"), false, date_make(2023, 3, 31)), S("個人情報の保護に関する法律第145条第2項")));
	assert_true(str_eq(authority_basis(S("demand"), false, date_make(2023, 4, 1)), S("個人情報の保護に関する法律第146条第1項")));
	assert_int_equal(authority_basis(S("order"), true, date_make(2016, 1, 1)).n, 0);
	add_directory(&w);
	act_as(&w, w.manager);
	r = asked(&w, "demand", 14);
	fill(r, "matter", "employment");
	fill(r, "authority", "");
	r->v[authority_request_f_received] = value_of_date(date_make(2010, 6, 1));
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(str_eq(authority_request_competent(r), msg_text(MSG_AUTHORITY_LABOUR, JA)));
	assert_true(str_eq(authority_request_authority(r), S("個人情報保護委員会")));       /* no minister of the contacts is for employment */
	c = blank(&w, "contact");
	fill(c, "kind", "minister");
	fill(c, "name", "厚生労働省");
	fill(c, "matters", "employment");
	fill(c, "phone", "03-0000-0000");
	fill(c, "conditions", "雇用管理について");
	assert_int_equal(save(&w, c), ST_OK);
	r = asked(&w, "demand", 14);
	fill(r, "matter", "employment");
	fill(r, "authority", "");
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(str_eq(authority_request_authority(r), S("厚生労働省")));
	world_close(&w);
}
BOTH(competent)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(approval), BOTH_TESTS(overdue), BOTH_TESTS(advice), BOTH_TESTS(order), BOTH_TESTS(competent) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
