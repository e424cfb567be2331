/* body_request_test.c - membership of an authorised organisation and what comes through it, on both databases. */
#include "tests/unit/emergency.h"
#include "tests/unit/incident_case.h"
#include "domain/authorised_organisation/authorised_organisation.h"
#include "domain/authority/body_request.h"
#include "domain/norm/norm.h"
#include "domain/task/task.h"

static struct record *body(struct world *w)
{
	struct record *r = blank(w, "authorised_organisation");

	act_as(w, w->manager);
	fill(r, "name", "一般社団法人みなと保護団体");
	fill(r, "authority", "個人情報保護委員会");
	r->v[authorised_organisation_f_agreed_on] = value_of_date(date_add_days(w->rq.today, -100));
	return r;
}

static struct record *member(struct world *w)
{
	struct record *r = body(w);

	fill(r, "desk", "苦情相談室");
	fill(r, "address", "みなと市1");
	fill(r, "phone", "00-0000-0000");
	assert_int_equal(save(w, r), ST_OK);
	act_as(w, w->boss);
	assert_int_equal(move(w, r, "join", S("")), ST_OK);
	return r;
}

struct holding { struct date day; struct linked p; };
static enum status work_holding(struct request *rq, void *arg)
{
	struct holding *h = arg;

	return authorised_organisations_on(rq, h->day, &h->p);
}

static int holding(struct world *w, int days)
{
	struct holding h = { .day = date_add_days(w->rq.today, days) };

	act_as(w, 0);
	assert_int_equal(request_run(&w->rq, DB_READ, work_holding, &h), ST_OK);
	return h.p.n;
}

/* REQ: ORG-01, ORG-04, ORG-05 - no membership without what the public needs; it holds from its day until its end, which is the manager's turn. */
static void membership(const char *where)
{
	struct world w;

	world_open(&w, where);
	struct record *r = body(&w);
	assert_int_equal(save(&w, r), ST_OK);
	act_as(&w, w.boss);
	assert_int_equal(move(&w, r, "join", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "desk", MSG_REC_REQUIRED) && has_problem(&w, "address", MSG_REC_REQUIRED) && has_problem(&w, "phone", MSG_REC_REQUIRED));
	assert_int_equal(holding(&w, 0), 0);
	act_as(&w, w.manager);
	fill(r, "desk", "苦情相談室");
	fill(r, "address", "みなと市1");
	fill(r, "phone", "00-0000-0000");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "join", S("")), ST_DENIED);
	act_as(&w, w.boss);
	assert_int_equal(move(&w, r, "join", S("")), ST_OK);
	assert_int_equal(holding(&w, 0), 1);
	assert_int_equal(holding(&w, -101), 0);
	act_as(&w, w.manager);
	fill(r, "phone", "");
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	assert_int_equal(load(&w, r->id, &r), ST_OK);
	assert_int_equal(move(&w, r, "end", S("")), ST_BAD_INPUT);
	r->v[authorised_organisation_f_ended_on] = value_of_date(date_add_days(w.rq.today, 10));
	fill(r, "ended_why", "rescinded");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(holding(&w, 9), 1);
	assert_int_equal(holding(&w, 10), 0);
	struct turn *turn;
	act_as(&w, w.manager);
	assert_int_equal(db_begin(w.rq.db, DB_READ), ST_OK);
	assert_int_equal(record_turns(&w.rq, r, &turn), ST_OK);
	assert_int_equal(db_commit(w.rq.db), ST_OK);
	assert_true(turn && turn->mine && turn->until.days == authorised_organisation_ended_on(r).days);
	assert_int_equal(move(&w, r, "end", S("")), ST_OK);
	world_close(&w);
}
BOTH(membership)

static struct record *asked(struct world *w, int64_t of, const char *kind)
{
	struct record *r = blank(w, "body_request");

	act_as(w, w->desk);
	r->v[body_request_f_body] = value_of_link(of);
	fill(r, "kind", kind);
	fill(r, "title", "案内の送付について");
	fill(r, "content", "申し込んでいない案内が届いたとの申出がありました。");
	r->v[body_request_f_received] = value_of_date(w->rq.today);
	r->v[body_request_f_due] = value_of_date(date_add_days(w->rq.today, 14));
	return r;
}

/* REQ: ORG-01 - a complaint from the body: its day, its approvals by manager and top management, its proof, its correction. */
static void complaint(const char *where)
{
	struct world w;

	world_open(&w, where);
	struct record *b = member(&w), *r = asked(&w, b->id, "complaint");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_BAD_INPUT);
	fill(r, "facts", "名簿の停止の登録が漏れていた。");
	fill(r, "answer", "お詫びし、停止しました。");
	r->v[body_request_f_sent_on] = value_of_date(w.rq.today);
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	assert_true(has_problem(&w, "sent_on", MSG_AUTHORITY_NOT_APPROVED));
	r->v[body_request_f_sent_on] = (struct value){ 0 };
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	act_as(&w, w.boss);
	assert_int_equal(move(&w, r, "approve", S("")), ST_DENIED);       /* the manager first */
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "approve", S("")), ST_OK);
	assert_true(str_eq(r->step, S("review")));
	act_as(&w, w.boss);
	assert_int_equal(move(&w, r, "approve", S("")), ST_OK);
	assert_true(str_eq(body_request_decision(r), S("answer")));
	act_as(&w, w.desk);
	r->v[body_request_f_sent_on] = value_of_date(w.rq.today);
	fill(r, "sent_how", "mail");
	fill(r, "corrective", "yes");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "send", S("")), ST_NO);
	assert_true(has_problem(&w, "proof", MSG_AUTHORITY_PROOF));
	fill(r, "receipt", "送信控え 0815");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "send", S("")), ST_OK);
	assert_int_equal(parts(&w, "corrective_action", corrective_action_f_about, r->id).n, 1);
	r = asked(&w, b->id, "complaint");
	r->v[body_request_f_received] = value_of_date(date_add_days(w.rq.today, -200));
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "refuse", S("")), ST_NO);
	assert_true(has_problem(&w, "body", MSG_BODY_NO_MEMBER));
	world_close(&w);
}
BOTH(complaint)

/* REQ: ORG-02 - a refusal needs its just cause and the privacy manager. */
static void refusal(const char *where)
{
	struct world w;

	world_open(&w, where);
	struct record *r = asked(&w, member(&w)->id, "explanation");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "refuse", S("")), ST_NO);
	assert_true(has_problem(&w, "cause", MSG_BODY_CAUSE));
	fill(r, "cause", " 　");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "refuse", S("")), ST_NO);
	fill(r, "cause", "訴訟で争われている事項の資料であるため。");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "refuse", S("")), ST_OK);
	assert_int_equal(move(&w, r, "approve", S("")), ST_DENIED);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "approve", S("")), ST_OK);
	assert_true(str_eq(r->step, S("approved")) && str_eq(body_request_decision(r), S("refusal")));
	world_close(&w);
}
BOTH(refusal)

/* REQ: ORG-03 - the check of laws is not done while the body's guideline is missing from the list. */
static void guideline(const char *where)
{
	struct world w;

	world_open(&w, where);
	struct record *b = member(&w), *t = blank(&w, "task"), *n = blank(&w, "norm");
	act_as(&w, 0);
	fill(t, "kind", "law_check");
	fill(t, "title", "法令規範の確認");
	fill(t, "role", "privacy_manager");
	t->v[task_f_due] = value_of_date(date_add_days(w.rq.today, 30));
	assert_int_equal(write_free(&w, t), ST_OK);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, t, "finish", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_BODY_NORM_MISSING));
	fill(n, "name", "個人情報保護指針");
	fill(n, "kind", "body");
	fill(n, "issuer", "一般社団法人みなと保護団体");
	n->v[norm_f_body] = value_of_link(b->id);
	assert_int_equal(save(&w, n), ST_OK);
	assert_int_equal(move(&w, t, "finish", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_TASK_NORMS_OPEN));
	assert_int_equal(move(&w, n, "check", S("")), ST_OK);
	assert_int_equal(move(&w, t, "finish", S("")), ST_OK);
	world_close(&w);
}
BOTH(guideline)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(membership), BOTH_TESTS(complaint), BOTH_TESTS(refusal), BOTH_TESTS(guideline) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
