/* incident_test.c - an incident from the first report to the close, on both databases. */
#include "tests/unit/world.h"
#include "tests/unit/incident_case.h"
#include "domain/incident/papers.h"

struct turning { int64_t id; bool mine; };
static enum status work_turns(struct request *rq, void *arg)
{
	struct turning *t = arg;
	struct record *r;
	struct turn *turns;

	TRY(record_load(rq, t->id, &r));
	TRY(record_turns(rq, r, &turns));
	for (; turns; turns = turns->next)
		t->mine = t->mine || turns->mine;
	return ST_OK;
}
static bool waits_for(struct world *w, int64_t staff, int64_t id)
{
	struct turning t = { id, false };

	act_as(w, staff);
	assert_int_equal(request_run(&w->rq, DB_READ, work_turns, &t), ST_OK);
	return t.mine;
}

/* REQ: INC-34, INC-40 - one mis-sent letter, no condition met: exactly one duty, the final report to the reviewing body. */
static void misdelivery(const char *where)
{
	struct world w;
	struct record *r;

	on(3, 2);
	world_open(&w, where);
	add_organisation(&w, "yes", "所管大臣");
	act_as(&w, w.mika);
	r = report(&w);
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(r->serial.n > 0);
	assert_int_equal(filings(&w, r->id).n, 0);                            /* only a report so far */
	assert_true(waits_for(&w, w.manager, r->id));                         /* at once in the manager's queue */
	assert_false(waits_for(&w, w.mika, r->id));
	r = seen_by(&w, w.manager, r->id);
	assert_int_equal(move(&w, r, "accept", S("")), ST_OK);
	r = seen_by(&w, w.manager, r->id);
	investigate(&w, r, 1);
	assert_false(r->v[incident_f_ppc].set || r->v[incident_f_ppc_open].set || r->v[incident_f_mn].set);
	struct linked p = filings(&w, r->id);
	assert_int_equal(p.n, 1);
	assert_true(str_eq(filing_to(p.r[0]), S("mark")) && str_eq(filing_stage(p.r[0]), S("final")));
	assert_int_equal(filing_due(p.r[0]).days, date_make(2026, 3, 31).days);
	assert_true(waits_for(&w, w.manager, p.r[0]->id));
	/* who reported may not rewrite what is being investigated */
	r = seen_by(&w, w.mika, r->id);
	set_text(r, incident_f_place, "別の場所");
	assert_int_not_equal(save(&w, r), ST_OK);
	world_close(&w);
}
BOTH(misdelivery)

/* The last line of the record of moved days. */
static const struct value *last_move(const struct record *r)
{
	static const struct value none[5];
	const struct value *v = none;

	for (const struct row *row = incident_clock(r)->rows; row; row = row->next)
		v = row->v;
	return v;
}

/* REQ: INC-06, INC-23, INC-24, INC-25, INC-28, INC-35 - conditions found later make duties and move days, and each move is kept. */
static void conditions(const char *where)
{
	struct world w;
	struct record *r;

	on(3, 2);
	world_open(&w, where);
	add_organisation(&w, "yes", "所管大臣");
	r = taken_up(&w);
	investigate(&w, r, 1000);
	assert_false(r->v[incident_f_ppc].set);
	on(3, 10);
	r = seen_by(&w, w.manager, r->id);
	investigate(&w, r, 1001);
	assert_true(str_eq(incident_ppc(r), S("4")));
	/* condition 4 applies from the day the number was known to pass 1,000 */
	assert_int_equal(incident_passed_on(r).days, date_make(2026, 3, 10).days);
	assert_int_equal(value_day(&r->v[incident_f_guide_from]).days, date_make(2026, 3, 12).days);
	assert_int_equal(value_day(&r->v[incident_f_guide_until]).days, date_make(2026, 3, 14).days);
	assert_int_equal(value_day(&r->v[incident_f_final_due]).days, date_make(2026, 4, 8).days);
	assert_true(value_day(&last_move(r)[3]).days == date_make(2026, 4, 8).days);
	assert_int_equal(filings(&w, r->id).n, 4);                            /* authority and reviewing body, preliminary and final */
	assert_true(str_eq(filing_recipient(filing_to_of(&w, r->id, "ppc", "final")), S("所管大臣")));
	assert_int_equal(filing_due(filing_to_of(&w, r->id, "mark", "final")).days, date_make(2026, 3, 31).days);
	/* 3 comes too: the final report has 60 days from the day of knowing, and the duties move instead of doubling */
	r = seen_by(&w, w.manager, r->id);
	set_text(r, incident_f_improper, "yes");
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(str_eq(incident_ppc(r), S("3, 4")));
	assert_int_equal(value_day(&r->v[incident_f_final_due]).days, date_make(2026, 4, 30).days);
	assert_int_equal(filings(&w, r->id).n, 4);
	assert_int_equal(filing_due(filing_to_of(&w, r->id, "ppc", "final")).days, date_make(2026, 4, 30).days);
	/* a rough number is no upper bound: the question stays open */
	r = seen_by(&w, w.manager, r->id);
	set_text(r, incident_f_improper, "no");
	r->v[incident_f_persons] = value_of_count(300, COUNT_ABOUT);
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(str_eq(incident_ppc_open(r), S("4")));
	assert_int_equal(filings_at(&w, r->id, "released"), 3);               /* nothing calls for them now */
	world_close(&w);
}
BOTH(conditions)

/* REQ: INC-33 - what was owed to the reviewing body stays owed when the organisation ceases to hold the mark; condition 9 alone
 * makes its task, and none to the Commission. */
static void holder(const char *where)
{
	struct world w;
	struct record *r, *c, *o;

	on(3, 2);
	world_open(&w, where);
	add_organisation(&w, "yes", "");
	add_directory(&w);
	r = taken_up(&w);
	investigate(&w, r, 1);
	c = classification(&w, r->id);
	set_text(c, classification_f_conditions, "c9");
	assert_int_equal(save(&w, c), ST_OK);
	assert_int_equal(move(&w, c, "classify", S("")), ST_OK);
	assert_int_equal(filings(&w, r->id).n, 2);
	assert_non_null(filing_to_of(&w, r->id, "mark", "preliminary"));
	assert_null(filing_to_of(&w, r->id, "ppc", "preliminary"));
	o = blank(&w, "organisation");
	act_as(&w, 0);
	set_text(o, organisation_f_name, "株式会社とばり商事");
	set_text(o, organisation_f_pmark_holder, "no");
	assert_int_equal(write_free(&w, o), ST_OK);
	r = seen_by(&w, w.manager, r->id);
	set_text(r, incident_f_place, "本社");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(filings_at(&w, r->id, "due"), 2);
	world_close(&w);
}
BOTH(holder)

static void refusals(const char *where)
{
	struct world w;
	struct record *r;

	on(3, 2);
	world_open(&w, where);
	act_as(&w, w.mika);
	r = report(&w);
	r->v[incident_f_known] = value_of_date(date_make(2026, 3, 3));
	assert_int_not_equal(save(&w, r), ST_OK);
	assert_true(has_problem(&w, "known", MSG_INC_FUTURE));
	act_as(&w, w.mika);
	r = report(&w);
	r->v[incident_f_occurred] = value_of_date(date_make(2026, 3, 2));
	r->v[incident_f_known] = value_of_date(date_make(2026, 3, 1));
	assert_int_not_equal(save(&w, r), ST_OK);
	assert_true(has_problem(&w, "occurred", MSG_INC_KNOWN_FIRST));
	act_as(&w, w.mika);
	r = report(&w);
	r->v[incident_f_summary].set = false;
	assert_int_not_equal(save(&w, r), ST_OK);
	assert_true(has_problem(&w, "summary", MSG_REC_REQUIRED));
	/* REQ: INC-10 - a grave failure is not for the privacy manager to declare */
	r = taken_up(&w);
	set_text(r, incident_f_kinds, "system");
	assert_int_not_equal(save(&w, r), ST_OK);
	assert_true(has_problem(&w, "kinds", MSG_INC_SYSTEM_JUDGE));
	r = seen_by(&w, w.system, r->id);
	set_text(r, incident_f_kinds, "system");
	assert_int_equal(save(&w, r), ST_OK);
	/* REQ: INC-23 - the day of knowing moves for a reason, and the move is kept */
	r = seen_by(&w, w.manager, r->id);
	r->v[incident_f_known] = value_of_date(date_make(2026, 3, 1));
	assert_int_not_equal(save(&w, r), ST_OK);
	assert_true(has_problem(&w, "known_why", MSG_INC_KNOWN_WHY));
	r = seen_by(&w, w.manager, r->id);
	r->v[incident_f_known] = value_of_date(date_make(2026, 3, 1));
	set_text(r, incident_f_known_why, "営業部が前日に気付いていた。");
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(str_find(last_move(r)[4].text, S("営業部が前日")) >= 0);
	/* REQ: INC-13 - no root cause before the first response is settled */
	r = seen_by(&w, w.manager, r->id);
	set_text(r, incident_f_analysis, "手順がなかった。");
	assert_int_not_equal(save(&w, r), ST_OK);
	assert_true(has_problem(&w, "analysis", MSG_INC_NOT_SETTLED));
	/* an employee takes up nothing, and the council needs an investigation */
	act_as(&w, w.mika);
	struct record *own = report(&w);
	assert_int_equal(save(&w, own), ST_OK);
	assert_int_equal(move(&w, own, "accept", S("")), ST_DENIED);
	r = seen_by(&w, w.manager, own->id);
	assert_int_equal(move(&w, r, "accept", S("")), ST_OK);
	assert_int_equal(move(&w, r, "convene", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "persons", MSG_REC_REQUIRED));
	world_close(&w);
}
BOTH(refusals)

struct making { int64_t id; int made; };
static enum status work_papers(struct request *rq, void *arg)
{
	struct making *m = arg;
	struct incident_papers i;
	struct record *r;

	TRY(record_load(rq, m->id, &r));
	TRY(incident_papers_of(rq, r, &i));
	assert_true(str_eq(i.from.name, S("株式会社とばり商事")));
	assert_true(str_eq(i.items, S("氏名、住所、電話番号")));
	assert_int_equal(i.persons, 1500);
	assert_true(str_eq(i.approval[0].name, S("社長")) && str_eq(i.approval[1].name, S("管理者")) && str_eq(i.approval[1].date, S("R8.3.2")));
	assert_int_equal(i.inside.n, 1);
	assert_true(str_eq(i.chair, S("社長")) && i.decisions.n == 3 && i.steps.n == 3 && i.reports.n == 5);
	assert_int_equal(incident_report_complete(&i, REPORT_FINAL, &rq->problems), ST_OK);
	for (m->made = 0; m->made < PAPER_MAX; m->made++) {
		struct buf b = buf_make(16 << 20);
		int pages = 0;
		assert_int_equal(pdf_write(incident_paper_make(rq, &i, (enum incident_paper)m->made, S(""), JA), &b, &pages), ST_OK);
		assert_in_range(pages, 1, 5);
		buf_free(&b);
	}
	return ST_OK;
}

static void fill_end(struct world *w, struct record *r)
{
	set_text(r, incident_f_cause, "宛名の照合を一人で行っていた。");
	set_text(r, incident_f_secondary, "確認されていない。");
	set_text(r, incident_f_notices, "waived");
	set_text(r, incident_f_notices_how, "委託元が通知した。");
	set_text(r, incident_f_announced, "waived");
	set_text(r, incident_f_announced_how, "対象の方の全員に直接通知したため。");
	set_text(r, incident_f_done, "二人で照合する。");
	assert_int_equal(save(w, r), ST_OK);
}

/* REQ: INC-02, INC-07, INC-14, INC-17, INC-18, INC-19, INC-22, INC-37, INC-38, INC-39 - entrusted papers of 1,500 persons, the whole
 * way, with every gate tried first. */
static void whole_way(const char *where)
{
	struct world w;
	struct record *r, *f;
	int64_t id;

	on(3, 2);
	world_open(&w, where);
	add_organisation(&w, "yes", "");
	add_directory(&w);
	r = taken_up(&w);
	id = r->id;
	investigate(&w, r, 1500);
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_entrusted, "yes");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "convene", S("")), ST_NO);               /* whose information is it, and who leads? */
	assert_true(has_problem(&w, "client", MSG_REC_REQUIRED) && has_problem(&w, "", MSG_INC_NEEDS_COUNCIL));
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_client, "株式会社委託元");
	assert_int_equal(save(&w, r), ST_OK);
	f = filing_to_of(&w, id, "client", "notice");                         /* REQ: INC-18 - at once */
	assert_non_null(f);
	assert_int_equal(filing_due(f).days, date_make(2026, 3, 2).days);
	/* REQ: INC-17 - not before top management knows, nor before the council and the client have spoken */
	f = filing_to_of(&w, id, "ppc", "preliminary");
	file(&w, f, ST_NO);
	assert_true(has_problem(&w, "", MSG_INC_NEEDS_ACKNOWLEDGEMENT) && has_problem(&w, "decision", MSG_INC_NEEDS_DECISION)
		&& has_problem(&w, "", MSG_INC_NEEDS_INSTRUCTION));
	r = seen_by(&w, w.manager, id);
	assert_int_equal(move(&w, r, "acknowledge", S("")), ST_DENIED);       /* only top management */
	r = seen_by(&w, w.boss, id);
	assert_int_equal(move(&w, r, "acknowledge", S("")), ST_OK);
	decide_all(&w, id);
	r = seen_by(&w, w.manager, id);
	assert_int_equal(move(&w, r, "convene", S("")), ST_OK);
	on(3, 4);
	r = seen_by(&w, w.manager, id);
	SET_ROW(&w, r, incident_f_instructions, value_of_date(date_make(2026, 3, 3)), value_of_text(S("田中様")), value_of_text(S("速報は当社からも提出する。")));
	assert_int_equal(save(&w, r), ST_OK);
	f = filing_to_of(&w, id, "ppc", "preliminary");
	file(&w, f, ST_OK);
	assert_true(f->v[filing_f_acknowledged].set && f->v[filing_f_text].set && filing_relied_on(f) > 0);
	/* REQ: INC-22 - with the notice to the client the own duty ends (Act 26(1) proviso) */
	file(&w, filing_to_of(&w, id, "client", "notice"), ST_OK);
	f = filing_to_of(&w, id, "ppc", "final");
	assert_true(str_eq(f->step, S("released")));
	file(&w, filing_to_of(&w, id, "mark", "preliminary"), ST_OK);
	/* REQ: INC-07 - steps first */
	r = seen_by(&w, w.boss, id);
	assert_int_equal(move(&w, r, "settle", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_INC_NEEDS_FIRST_STEPS));
	finish_steps(&w, id);
	r = seen_by(&w, w.boss, id);
	assert_int_equal(move(&w, r, "settle", S("")), ST_OK);
	assert_int_equal(move(&w, r, "close", S("")), ST_BAD_INPUT);          /* cause, notice, publication are open */
	assert_true(has_problem(&w, "cause", MSG_REC_REQUIRED) && has_problem(&w, "announced", MSG_REC_REQUIRED));
	r = seen_by(&w, w.manager, id);
	fill_end(&w, r);
	/* REQ: INC-38 - a nonconformity opens its corrective action, which keeps the case open */
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_analysis, "照合の手順が定められていなかった。");
	set_text(r, incident_f_nonconformity, "yes");
	assert_int_equal(save(&w, r), ST_OK);
	struct linked ca = parts(&w, "corrective_action", corrective_action_f_about, id);
	assert_int_equal(ca.n, 1);
	r = seen_by(&w, w.boss, id);
	assert_int_equal(move(&w, r, "close", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_INC_NEEDS_FINAL) && has_problem(&w, "log_inquiries", MSG_INC_NEEDS_LOG) && has_problem(&w, "log_inside", MSG_INC_NEEDS_LOG)
		&& has_problem(&w, "nonconformity", MSG_INC_CORRECTIVE_OPEN) && has_problem(&w, "", MSG_INC_NEEDS_CLASSIFICATION));
	on(3, 25);
	assert_int_equal(move(&w, classification(&w, id), "classify", S("")), ST_OK);
	file(&w, filing_to_of(&w, id, "mark", "final"), ST_OK);
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_no_inquiries, "yes");
	SET_ROW(&w, r, incident_f_log_outside, value_of_number(w.rq.now.us), value_of_text(S("委託元に経過を報告した。")), value_of_text(S("窓口")));
	SET_ROW(&w, r, incident_f_log_inside, value_of_number(w.rq.now.us), value_of_text(S("社長に報告した。")), value_of_text(S("窓口")));
	assert_int_equal(save(&w, r), ST_OK);
	struct record *action = seen_by(&w, 0, ca.r[0]->id);
	action->step = S("closed");                                           /* its own way is in corrective_action_test.c */
	assert_int_equal(write_free(&w, action), ST_OK);
	r = seen_by(&w, w.boss, id);
	assert_int_equal(move(&w, r, "close", S("")), ST_OK);
	assert_true(str_eq(r->step, S("closed")));
	assert_true(str_eq(council(&w, id, w.boss)->step, S("dissolved")));   /* REQ: INC-39 */
	struct making m = { id, 0 };
	act_as(&w, w.manager);
	assert_int_equal(request_run(&w.rq, DB_READ, work_papers, &m), ST_OK);
	assert_int_equal(m.made, PAPER_MAX);
	world_close(&w);
}
BOTH(whole_way)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(misdelivery), BOTH_TESTS(conditions), BOTH_TESTS(holder), BOTH_TESTS(refusals), BOTH_TESTS(whole_way) };

	int failed = cmocka_run_group_tests_name("incident", tests, NULL, NULL);
	pdf_done();
	return failed;
}
