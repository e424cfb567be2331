/* statement_test.c - public statements and their editions, on both databases. */
#include "tests/unit/emergency.h"
#include "tests/unit/incident_case.h"
#include "domain/communication/communication_log.h"
#include "domain/statement/statement.h"

static struct record *first(struct world *w)
{
	struct record *r = blank(w, "statement");

	act_as(w, w->manager);
	fill(r, "title", "個人情報の取扱いについて");
	fill(r, "kind", "handling");
	fill(r, "text", "当社は、商品の発送のために個人情報を利用します。");
	r->v[statement_f_effective] = value_of_date(w->rq.today);
	assert_int_equal(save(w, r), ST_OK);
	return r;
}

static void publish(struct world *w, struct record *r)
{
	act_as(w, w->manager);
	assert_int_equal(move(w, r, "submit", S("")), ST_OK);
	act_as(w, w->boss);
	assert_int_equal(move(w, r, "approve", S("")), ST_OK);
	act_as(w, w->manager);
}

/* REQ: COM-03 - top management publishes; an edition in force is not edited; each is told inside, department by department. */
static void editions(const char *where)
{
	struct world w;

	world_open(&w, where);
	struct record *r = first(&w);
	publish(&w, r);
	assert_int_equal(statement_edition(r), 1);
	assert_int_equal(statement_published(r).days, w.rq.today.days);
	int departments = parts(&w, "task", task_f_about, r->id).n;
	assert_true(departments >= 3);
	act_as(&w, w.manager);
	fill(r, "text", "承認なしに書き換えた。");
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	assert_true(has_problem(&w, "text", MSG_REC_FIXED));
	assert_int_equal(load(&w, r->id, &r), ST_OK);
	assert_int_equal(move(&w, r, "revise", S("")), ST_OK);
	assert_false(r->v[statement_f_effective].set);
	fill(r, "text", "当社は、商品の発送とご案内のために個人情報を利用します。");
	r->v[statement_f_effective] = value_of_date(date_add_days(w.rq.today, 30));
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_NO);
	assert_true(has_problem(&w, "announcement", MSG_STATEMENT_CHANGE) && has_problem(&w, "purpose_changed", MSG_STATEMENT_PURPOSE));
	fill(r, "announcement", "ご案内を加えました。");
	fill(r, "purpose_changed", "no");
	assert_int_equal(save(&w, r), ST_OK);
	publish(&w, r);
	assert_int_equal(statement_edition(r), 2);
	struct linked t = parts(&w, "task", task_f_about, r->id);
	assert_int_equal(t.n, 2 * departments);
	assert_int_equal(task_due(t.r[t.n - 1]).days, w.rq.today.days + 30);
	world_close(&w);
}
BOTH(editions)

/* REQ: COM-03 - a changed purpose without notice or announcement is refused. */
static void purpose(const char *where)
{
	struct world w;

	world_open(&w, where);
	struct record *r = first(&w);
	publish(&w, r);
	assert_int_equal(move(&w, r, "revise", S("")), ST_OK);
	r->v[statement_f_effective] = value_of_date(w.rq.today);
	fill(r, "announcement", "発送に加えて、ご案内に利用します。");
	fill(r, "purpose_changed", "yes");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_NO);
	assert_true(has_problem(&w, "announced", MSG_STATEMENT_ANNOUNCE));
	fill(r, "announced", "notice");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_NO);
	assert_true(has_problem(&w, "notified_on", MSG_REC_REQUIRED) && has_problem(&w, "notified_how", MSG_REC_REQUIRED));
	r->v[statement_f_notified_on] = value_of_date(date_add_days(w.rq.today, 1));
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	r->v[statement_f_notified_on] = value_of_date(w.rq.today);
	r->v[statement_f_effective] = value_of_date(date_add_days(w.rq.today, -1));
	fill(r, "notified_how", "会員全員に電子メール");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_NO);
	assert_true(has_problem(&w, "notified_on", MSG_STATEMENT_NOTIFIED_LATE));
	fill(r, "announced", "page");
	assert_int_equal(save(&w, r), ST_OK);
	publish(&w, r);
	assert_int_equal(statement_edition(r), 2);
	world_close(&w);
}
BOTH(purpose)

/* REQ: ORG-04 - the reserved name for the organisation itself is warned of, not the body's own nor membership. */
static void claims(void **state)
{
	const struct str own = S("株式会社とばり");

	(void)state;
	assert_true(statement_claims_body(S("はじめに。\n当社は認定個人情報保護団体です。"), own));
	assert_true(statement_claims_body(S("株式会社とばりは、認定個人情報保護団体として活動します。"), own));
	assert_true(statement_claims_body(S("当社は認定個人情報保護団体の認定を受けました。"), S("")));
	assert_false(statement_claims_body(S("当社は認定個人情報保護団体の対象事業者です。"), own));
	assert_false(statement_claims_body(S("当社は次の団体に加入しています。みなと協会は認定個人情報保護団体です。"), own));
	assert_false(statement_claims_body(S("苦情は認定個人情報保護団体に申し出ることができます。"), own));
	assert_false(statement_claims_body(S(""), S("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(editions), BOTH_TESTS(purpose), cmocka_unit_test(claims) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
