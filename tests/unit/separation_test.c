/* separation_test.c - the separation of duties of docs/spec/domain.md (b), rule by rule, as far as its records exist. Each test fails when its
 * rule is taken out. Rules 7, 9, 10 and 11 wait for complaints, access rights, My Number records and the dispatch of media. */
#include "tests/unit/emergency.h"
#include "domain/corrective_action/corrective_action.h"
#include "domain/incident/filing.h"
#include "domain/norm/norm.h"
#include "domain/organisation/organisation.h"

static const struct date FROM = { 20600 };          /* in 2026 */

static struct record *drafted(struct world *w, int64_t staff, const char *role, struct date from, struct date to)
{
	struct record *a = blank(w, "appointment");

	fill(a, "role", role);
	a->v[appointment_f_staff] = value_of_link(staff);
	a->v[appointment_f_department] = value_of_link(w->sales);
	a->v[appointment_f_valid_from] = value_of_date(from);
	a->v[appointment_f_valid_to] = value_of_date(to);
	assert_int_equal(save(w, a), ST_OK);
	return a;
}

/* The privacy manager asks for it: is what it asks for possible? */
static enum status asked(struct world *w, int64_t staff, const char *role, struct date from, struct date to)
{
	act_as(w, w->manager);
	return move(w, drafted(w, staff, role, from, to), "submit", S(""));
}

static struct record *appointed(struct world *w, int64_t staff, const char *role, struct date from, struct date to)
{
	act_as(w, 0);
	struct record *a = drafted(w, staff, role, from, to);
	assert_int_equal(move(w, a, "console", S("")), ST_OK);
	return a;
}

static struct record *as(struct world *w, int64_t staff, int64_t id)
{
	struct record *r = NULL;

	act_as(w, staff);
	assert_int_equal(load(w, id, &r), ST_OK);
	return r;
}

/* REQ: LDR-16 */
static void rule_1_manager_and_audit_chief_are_two(const char *where)
{
	struct date to = date_add_days(FROM, 10), later = date_add_days(FROM, 30);
	struct world w;
	struct record *a;

	world_open(&w, where);
	assert_int_equal(asked(&w, w.manager, "audit_chief", FROM, FROM), ST_BAD_INPUT);
	assert_true(has_problem(&w, "staff", MSG_APPOINTMENT_MANAGER_AUDIT));
	/* nor by staying longer until the other term begins */
	appointed(&w, w.taro, "privacy_manager", date_add_days(to, 1), later);
	a = appointed(&w, w.taro, "audit_chief", FROM, to);
	act_as(&w, w.manager);
	a->v[appointment_f_valid_to] = value_of_date(later);
	assert_int_equal(save(&w, a), ST_BAD_INPUT);
	assert_true(has_problem(&w, "staff", MSG_APPOINTMENT_MANAGER_AUDIT));
	world_close(&w);
}
BOTH(rule_1_manager_and_audit_chief_are_two)

/* REQ: LDR-13 LDR-15 */
static void rule_2_both_are_insiders(const char *where)
{
	struct world w;
	struct record *who;

	world_open(&w, where);
	act_as(&w, 0);
	who = as(&w, 0, w.taro);
	who->v[staff_f_employment] = value_of_text(S("dispatched"));
	assert_int_equal(save(&w, who), ST_OK);
	assert_int_equal(asked(&w, w.taro, "audit_chief", FROM, FROM), ST_BAD_INPUT);
	assert_true(has_problem(&w, "staff", MSG_APPOINTMENT_INSIDER));
	/* nor does a holder become an outsider */
	who = as(&w, w.system, w.manager);
	who->v[staff_f_employment] = value_of_text(S("dispatched"));
	assert_int_equal(save(&w, who), ST_BAD_INPUT);
	assert_true(has_problem(&w, "employment", MSG_STAFF_HOLDS_ROLE));
	world_close(&w);
}
BOTH(rule_2_both_are_insiders)

/* That no auditor audits the own department waits for audit plans. */
static void rule_3_the_manager_does_not_audit(const char *where)
{
	struct world w;

	world_open(&w, where);
	assert_int_equal(asked(&w, w.manager, "auditor", FROM, FROM), ST_BAD_INPUT);
	assert_true(has_problem(&w, "staff", MSG_APPOINTMENT_MANAGER_AUDITOR));
	assert_int_equal(asked(&w, w.taro, "auditor", FROM, FROM), ST_OK);
	world_close(&w);
}
BOTH(rule_3_the_manager_does_not_audit)

static void rule_4_nobody_approves_the_own_application(const char *where)
{
	struct world w;
	struct record *r;

	world_open(&w, where);
	appointed(&w, w.mika, "department_manager", FROM, DATE_NEVER);      /* beside ken, so that the step stays with the role */
	sys_set_now(instant_of_tokyo(FROM, 10, 0, 0));
	act_as(&w, w.ken);
	r = blank(&w, "gadget");
	fill(r, "name", "台車");
	r->v[gadget_f_holders] = value_of_count(3, COUNT_EXACT);
	r->v[gadget_f_department] = value_of_link(w.sales);
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	assert_int_equal(move(&w, r, "approve", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_REC_OWN_CASE));
	act_as(&w, w.mika);
	assert_int_equal(move(&w, r, "approve", S("")), ST_OK);
	/* but the list of laws is identified and approved by the manager alone */
	act_as(&w, w.manager);
	r = blank(&w, "norm");
	fill(r, "name", "個人情報の保護に関する法律");
	fill(r, "kind", "law");
	fill(r, "issuer", "国");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "check", S("")), ST_OK);
	world_close(&w);
}
BOTH(rule_4_nobody_approves_the_own_application)

/* A corrective action of sales at a step, with all that is asked for. */
static struct record *action_at(struct world *w, const char *step, bool done)
{
	static const char *const texts[][2] = { { "title", "施錠の確認漏れ" }, { "source", "performance" }, { "finding", "施錠していなかった。" },
		{ "needs_correction", "no" }, { "severity", "low" }, { "proportion", "十分である。" }, { "cause", "手順がない。" },
		{ "similar", "none" }, { "similar_how", "見回った。" }, { "result", "点検表を作った。" } };
	struct record *r;
	struct row *row = new(&w->a, struct row);

	act_as(w, 0);
	r = blank(w, "corrective_action");
	for (ptrdiff_t i = 0; i < COUNT(texts); i++)
		fill(r, texts[i][0], texts[i][1]);
	row->v = new_n(&w->a, struct value, 4);
	row->v[0] = value_of_text(S("点検表を作る"));
	row->v[1] = value_of_link(w->mika);
	row->v[2] = value_of_date(w->rq.today);
	if (done)
		row->v[3] = value_of_date(w->rq.today);
	r->v[corrective_action_f_plan] = (struct value){ .set = true, .num = 1, .rows = row };
	r->v[corrective_action_f_department] = value_of_link(w->sales);
	r->v[corrective_action_f_found_on] = r->v[corrective_action_f_due] = value_of_date(w->rq.today);
	if (done)
		r->v[corrective_action_f_done_on] = value_of_date(w->rq.today);
	r->v[corrective_action_f_evidence] = (struct value){ .set = true, .text = S("点検表.pdf"), .num = 1 };
	r->step = str_z(step);
	assert_int_equal(write_free(w, r), ST_OK);
	return r;
}

static void judge_effect(struct record *r, struct world *w)
{
	r->v[corrective_action_f_checked_on] = value_of_date(w->rq.today);
	fill(r, "check_how", "一か月分を見た。");
	fill(r, "verdict", "effective");
	fill(r, "improve", "no");
}

/* REQ: CAR-07 */
static void rule_5_the_effect_is_judged_by_the_manager(const char *where)
{
	struct world w;
	struct record *r;

	sys_set_now(instant_of_tokyo(FROM, 10, 0, 0));
	world_open(&w, where);
	int64_t head = add_person(&w, "部長", w.sales, "department_head");
	r = as(&w, head, action_at(&w, "checking", true)->id);
	judge_effect(r, &w);
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	assert_true(has_problem(&w, "checked_on", MSG_CA_EFFECT_WHO));
	assert_int_equal(move(&w, as(&w, head, r->id), "report", S("")), ST_DENIED);
	/* not even by a manager who heads the department that acted */
	appointed(&w, w.manager, "department_head", FROM, DATE_NEVER);
	r = as(&w, w.manager, action_at(&w, "executing", true)->id);
	assert_int_equal(move(&w, r, "finish", S("")), ST_OK);
	assert_int_equal(move(&w, as(&w, w.boss, r->id), "approve", S("")), ST_OK);
	r = as(&w, w.manager, r->id);
	judge_effect(r, &w);
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "report", S("同日")), ST_NO);
	assert_true(has_problem(&w, "", MSG_CA_EFFECT_OWN));
	appointed(&w, w.taro, "privacy_manager", FROM, FROM);
	assert_int_equal(move(&w, as(&w, w.taro, r->id), "report", S("同日")), ST_OK);
	world_close(&w);
}
BOTH(rule_5_the_effect_is_judged_by_the_manager)

/* REQ: CAR-04 */
static void rule_6_head_manager_top_twice(const char *where)
{
	static const struct { const char *step, *send; } gates[] = { { "found", "confirm" }, { "planning", "submit" } };
	struct world w;

	sys_set_now(instant_of_tokyo(FROM, 10, 0, 0));
	world_open(&w, where);
	int64_t head = add_person(&w, "部長", w.sales, "department_head");
	for (ptrdiff_t i = 0; i < COUNT(gates); i++) {
		int64_t id = action_at(&w, gates[i].step, false)->id;
		assert_int_equal(move(&w, as(&w, w.ken, id), gates[i].send, S("")), ST_DENIED);
		assert_int_equal(move(&w, as(&w, w.manager, id), gates[i].send, S("")), ST_DENIED);
		assert_int_equal(move(&w, as(&w, head, id), gates[i].send, S("")), ST_OK);
		assert_int_equal(move(&w, as(&w, w.boss, id), "approve", S("")), ST_DENIED);         /* not before the manager */
		assert_int_equal(move(&w, as(&w, w.manager, id), "approve", S("")), ST_OK);
		assert_int_equal(move(&w, as(&w, w.manager, id), "approve", S("")), ST_DENIED);      /* nor for top management */
		assert_int_equal(move(&w, as(&w, w.boss, id), "approve", S("")), ST_OK);
		assert_true(str_eq(as(&w, head, id)->step, i ? S("executing") : S("planning")));
	}
	world_close(&w);
}
BOTH(rule_6_head_manager_top_twice)

/* Accounts are made at the console alone; their pages wait. Roles are the rights there are. */
static void rule_8_nobody_raises_the_own_rights(const char *where)
{
	struct date to = date_add_days(FROM, 10);
	struct world w;
	struct record *a;

	world_open(&w, where);
	assert_null(store_type(w.store, S("account")));
	/* nobody but manager and top management asks for a role, for whomever */
	act_as(&w, w.ken);
	a = blank(&w, "appointment");
	fill(a, "role", "department_head");
	a->v[appointment_f_staff] = value_of_link(w.ken);
	assert_int_equal(save(&w, a), ST_DENIED);
	/* the manager asks for one of the own: top management decides */
	act_as(&w, w.manager);
	a = drafted(&w, w.manager, "desk_chief", FROM, to);
	assert_int_equal(move(&w, a, "submit", S("")), ST_OK);
	assert_int_equal(move(&w, a, "approve", S("")), ST_NO);
	act_as(&w, w.boss);
	assert_int_equal(move(&w, a, "approve", S("")), ST_OK);
	/* the term is as decided */
	a = as(&w, w.manager, a->id);
	a->v[appointment_f_valid_to] = value_of_date(date_add_days(to, 1));
	assert_int_equal(save(&w, a), ST_BAD_INPUT);
	assert_true(has_problem(&w, "valid_to", MSG_APPOINTMENT_OWN_TERM));
	/* and who is appointed does not decide, whoever asked */
	act_as(&w, w.manager);
	a = drafted(&w, w.boss, "desk_chief", FROM, to);
	assert_int_equal(move(&w, a, "submit", S("")), ST_OK);
	act_as(&w, w.boss);
	assert_int_equal(move(&w, a, "approve", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_APPOINTMENT_OWN));
	world_close(&w);
}
BOTH(rule_8_nobody_raises_the_own_rights)

static void rule_12_issued_by_the_manager_approved_by_top(const char *where)
{
	struct world w;
	struct record *r;

	world_open(&w, where);
	act_as(&w, w.manager);
	r = blank(&w, "organisation");
	fill(r, "name", "株式会社とばり商事");
	fill(r, "address", "東京都");
	fill(r, "representative", "代表取締役 帳 太郎");
	fill(r, "desk", "総務部");
	fill(r, "scope", "全社");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "publish", S("")), ST_DENIED);
	r = as(&w, w.boss, r->id);
	fill(r, "policy", "私たちは個人情報を守ります。");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "publish", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_ORGANISATION_OWN_TEXT));
	act_as(&w, 0);
	int64_t other = add_person(&w, "専務", w.office, "top_management");
	assert_int_equal(move(&w, as(&w, other, r->id), "publish", S("")), ST_OK);
	r = as(&w, w.manager, r->id);
	fill(r, "policy", "私たちは個人情報を守り、改善します。");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, as(&w, w.boss, r->id), "publish", S("")), ST_OK);
	world_close(&w);
}
BOTH(rule_12_issued_by_the_manager_approved_by_top)

/* REQ: INC-17 */
static void rule_13_top_acknowledges_before_a_report(const char *where)
{
	struct world w;
	struct record *r, *f;

	sys_set_now(instant_of_tokyo(FROM, 10, 0, 0));
	world_open(&w, where);
	int64_t incident = emergency(&w, "no");
	council_decides(&w, incident, "report");
	act_as(&w, w.manager);
	f = blank(&w, "filing");
	f->v[filing_f_incident] = value_of_link(incident);
	fill(f, "to", "other");
	fill(f, "stage", "notice");
	f->v[filing_f_filed_on] = value_of_date(w.rq.today);
	assert_int_equal(save(&w, f), ST_OK);
	assert_int_equal(move(&w, f, "file", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_INC_NEEDS_ACKNOWLEDGEMENT));
	r = as(&w, 0, incident);
	assert_int_equal(move(&w, as(&w, w.manager, incident), "acknowledge", S("")), ST_DENIED);
	assert_int_equal(move(&w, as(&w, w.boss, r->id), "acknowledge", S("")), ST_OK);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, f, "file", S("")), ST_OK);
	world_close(&w);
}
BOTH(rule_13_top_acknowledges_before_a_report)

/* REQ: INC-16 */
static void rule_14_only_the_desk_speaks(const char *where)
{
	struct world w;
	struct record *r;
	struct row *row;

	world_open(&w, where);
	int64_t incident = emergency(&w, "no");
	council_decides(&w, incident, "desk");
	act_as(&w, w.manager);
	r = blank(&w, "press_desk");
	r->v[type_place(r->type, S("incident"))] = value_of_link(incident);
	fill(r, "name", "広報室（内線100）");
	row = new(&w.a, struct row);
	row->v = new_n(&w.a, struct value, 1);
	row->v[0] = value_of_link(w.desk);
	r->v[type_place(r->type, S("members"))] = (struct value){ .set = true, .num = 1, .rows = row };
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "open", S("")), ST_OK);
	for (int i = 0; i < 2; i++) {
		act_as(&w, i ? w.desk : w.boss);
		r = blank(&w, "communication_log");
		fill(r, "side", "outside");
		fill(r, "what", "取材への回答");
		fill(r, "whom", "新聞社");
		fill(r, "channel", "press");
		assert_int_equal(save(&w, r), i ? ST_OK : ST_BAD_INPUT);
	}
	world_close(&w);
}
BOTH(rule_14_only_the_desk_speaks)

static void rule_15_top_management_does_not_audit(const char *where)
{
	struct world w;

	world_open(&w, where);
	assert_int_equal(asked(&w, w.boss, "audit_chief", FROM, FROM), ST_BAD_INPUT);
	assert_true(has_problem(&w, "staff", MSG_APPOINTMENT_TOP_AUDIT));
	world_close(&w);
}
BOTH(rule_15_top_management_does_not_audit)

/* Rule 4 would leave nobody to decide: such a step is not added to a procedure. */
static void a_step_that_nobody_decides_is_refused(const char *where)
{
	struct world w;
	struct record *r;

	world_open(&w, where);
	act_as(&w, w.manager);
	r = blank(&w, "route");
	fill(r, "target", "gadget");
	fill(r, "step", "review");
	fill(r, "place", "after");
	fill(r, "role", "spi_supervisor");
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	assert_true(has_problem(&w, "role", MSG_ROUTE_NOBODY));
	act_as(&w, w.manager);
	fill(r, "role", "top_management");                       /* the boss alone: who decides on the boss's own application? */
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	assert_true(has_problem(&w, "role", MSG_ROUTE_ONLY));
	act_as(&w, w.manager);
	fill(r, "role", "privacy_manager");                      /* where the manager applies, the boss decides */
	assert_int_equal(save(&w, r), ST_OK);
	act_as(&w, 0);
	add_person(&w, "専務", w.office, "top_management");
	act_as(&w, w.manager);
	fill(r, "role", "top_management");
	assert_int_equal(save(&w, r), ST_OK);
	world_close(&w);
}
BOTH(a_step_that_nobody_decides_is_refused)

/* What one may do with one's own begins in one's own department. */
static void own_records_begin_in_the_own_department(const char *where)
{
	static const struct { bool sales; enum status want; } tries[] = { { true, ST_OK }, { false, ST_DENIED } };
	struct world w;

	world_open(&w, where);
	for (ptrdiff_t i = 0; i < COUNT(tries); i++) {
		act_as(&w, w.mika);                              /* an employee of sales */
		struct record *r = blank(&w, "gadget");
		fill(r, "name", tries[i].sales ? "机" : "椅子");
		r->v[gadget_f_department] = value_of_link(tries[i].sales ? w.sales : w.support);
		assert_int_equal(save(&w, r), tries[i].want);
	}
	act_as(&w, w.ken);                                       /* who manages sales, and not head office above it */
	struct record *r = blank(&w, "gadget");
	fill(r, "name", "棚");
	r->v[gadget_f_department] = value_of_link(w.office);
	assert_int_equal(save(&w, r), ST_DENIED);
	world_close(&w);
}
BOTH(own_records_begin_in_the_own_department)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(rule_1_manager_and_audit_chief_are_two), BOTH_TESTS(rule_2_both_are_insiders),
		BOTH_TESTS(rule_3_the_manager_does_not_audit), BOTH_TESTS(rule_4_nobody_approves_the_own_application),
		BOTH_TESTS(rule_5_the_effect_is_judged_by_the_manager), BOTH_TESTS(rule_6_head_manager_top_twice),
		BOTH_TESTS(rule_8_nobody_raises_the_own_rights), BOTH_TESTS(rule_12_issued_by_the_manager_approved_by_top),
		BOTH_TESTS(rule_13_top_acknowledges_before_a_report), BOTH_TESTS(rule_14_only_the_desk_speaks),
		BOTH_TESTS(rule_15_top_management_does_not_audit), BOTH_TESTS(a_step_that_nobody_decides_is_refused),
		BOTH_TESTS(own_records_begin_in_the_own_department) };

	return cmocka_run_group_tests_name("separation of duties", tests, NULL, NULL);
}
