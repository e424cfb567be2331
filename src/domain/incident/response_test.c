/* response_test.c - council, minutes, first steps, classification, exclusions and filings: each rule tried from both sides. */
#include "tests/unit/world.h"
#include "domain/communication/communication.h"
#include "domain/conformity/conformity.h"
#include "domain/incident/exclusion.h"
#include "domain/ledger/ledger.h"
#include "tests/unit/incident_case.h"

/* REQ: INC-11, INC-19, INC-41 - who sits, who leads, and that nothing is decided without a council and an investigation. */
static void council_rules(const char *where)
{
	struct world w;
	struct record *r, *c, *m;
	int64_t id;

	on(3, 2);
	world_open(&w, where);
	r = taken_up(&w);
	id = r->id;
	/* filled by itself: top management, privacy manager and the manager of the department; top management leads */
	c = council(&w, id, w.manager);
	assert_int_equal(c->v[council_f_members].num, 4);                     /* and the system manager */
	assert_int_equal(council_chair(c), w.boss);
	/* a department head is no chair until top management seats them */
	c->v[council_f_chair] = value_of_link(w.ken);
	assert_int_equal(save(&w, c), ST_OK);
	assert_int_equal(move(&w, c, "convene", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "chair", MSG_COUNCIL_CHAIR));
	/* and there is no council without the privacy manager */
	c = council(&w, id, w.manager);
	SET_ROW(&w, c, council_f_members, value_of_link(w.boss), value_of_text(S("社長")));
	assert_int_equal(save(&w, c), ST_OK);
	c = council(&w, id, w.boss);
	assert_int_equal(move(&w, c, "convene", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "members", MSG_COUNCIL_MANAGER));
	c = council(&w, id, w.boss);
	SET_ROW(&w, c, council_f_members, value_of_link(w.manager), value_of_text(S("管理者")));
	assert_int_equal(save(&w, c), ST_OK);
	/* no decision before the council sits and something is known */
	m = meeting(&w, id);
	assert_int_equal(save(&w, m), ST_OK);
	assert_int_equal(move(&w, m, "record", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_INC_NEEDS_COUNCIL) && has_problem(&w, "", MSG_INC_NEEDS_INVESTIGATION) && has_problem(&w, "decisions", MSG_MEETING_NO_DECISION));
	c = council(&w, id, w.boss);
	assert_int_equal(move(&w, c, "convene", S("")), ST_OK);
	c = council(&w, id, w.manager);                                       /* while it sits the manager cannot change the chair either */
	c->v[council_f_chair] = value_of_link(w.taro);
	assert_int_not_equal(save(&w, c), ST_OK);
	r = seen_by(&w, w.manager, id);
	investigate(&w, r, 3);
	assert_int_equal(incident_investigation(r), 1);
	m = seen_by(&w, w.manager, m->id);
	assert_int_equal(move(&w, m, "record", S("")), ST_NO);
	assert_true(has_problem(&w, "decisions", MSG_MEETING_NO_DECISION) && !has_problem(&w, "", MSG_INC_NEEDS_INVESTIGATION));
	/* two actions, both tracked to their end by their owner */
	m = seen_by(&w, w.manager, m->id);
	add_decision(&w, m, "response", "発送を止める。");
	add_decision(&w, m, "notice", "書面で通知する。");
	SET_ROW(&w, m, council_meeting_f_actions, value_of_text(S("発送の停止")), value_of_link(w.mika), value_of_date(date_make(2026, 3, 3)));
	const struct value second[] = { value_of_text(S("宛名の確認")), value_of_link(w.ken), value_of_date(date_make(2026, 3, 4)) };
	m->v[council_meeting_f_actions].rows->next = row_of(&w, 3, second);
	m->v[council_meeting_f_actions].num = 2;
	assert_int_equal(save(&w, m), ST_OK);
	assert_int_equal(move(&w, m, "record", S("")), ST_OK);
	assert_int_equal(council_meeting_relied_on(m), 1);
	assert_int_equal(council_meeting_decisions(m)->rows->id, 1);          /* decisions have numbers to refer to */
	assert_int_equal(council_meeting_decisions(m)->rows->next->id, 2);
	struct linked tasks = parts(&w, "task", task_f_about, m->id);
	assert_int_equal(tasks.n, 2);
	struct record *t = seen_by(&w, w.mika, tasks.r[0]->id);               /* she sees her own */
	assert_int_equal(move(&w, t, "finish", S("")), ST_OK);
	/* what is recorded stays as it is */
	m = seen_by(&w, w.manager, m->id);
	add_decision(&w, m, "report", "後から加えた。");
	assert_int_not_equal(save(&w, m), ST_OK);
	world_close(&w);
}
BOTH(council_rules)

static struct record *step_of(struct world *w, int64_t id, const char *kind)
{
	struct linked p = parts(w, "response_step", response_step_f_incident, id);

	for (int i = 0; i < p.n; i++)
		if (str_eq(response_step_kind(p.r[i]), str_z(kind)))
			return seen_by(w, w->manager, p.r[i]->id);
	return NULL;
}

/* REQ: INC-07, INC-18 - the checklist by kind, its order, and reasons for what is left out. */
static void first_steps(const char *where)
{
	struct world w;
	struct record *r, *s;
	int64_t id;

	on(3, 2);
	world_open(&w, where);
	r = taken_up(&w);
	id = r->id;
	assert_non_null(step_of(&w, id, "identify"));
	assert_null(step_of(&w, id, "police"));
	investigate(&w, r, 3);
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_cause_kind, "theft");
	set_text(r, incident_f_entrusted, "yes");
	set_text(r, incident_f_client, "株式会社委託元");
	assert_int_equal(save(&w, r), ST_OK);
	assert_non_null(step_of(&w, id, "police"));
	assert_non_null(step_of(&w, id, "client"));
	assert_null(step_of(&w, id, "stop"));
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_cause_kind, "malware");
	assert_int_equal(save(&w, r), ST_OK);
	s = step_of(&w, id, "stop");
	assert_true(s && str_eq(response_step_mandatory(s), S("yes")));
	s = step_of(&w, id, "police");
	assert_true(s && str_eq(response_step_mandatory(s), S("no")));
	/* out of order only for a reason */
	s = step_of(&w, id, "identify");
	assert_int_equal(move(&w, s, "begin", S("")), ST_NO);
	assert_true(has_problem(&w, "comment", MSG_STEP_ORDER));
	s = step_of(&w, id, "identify");
	assert_int_equal(move(&w, s, "begin", S("停止は業者に手配済み")), ST_OK);
	assert_true(s->v[response_step_f_began].set && response_step_actor(s) == w.manager);
	s = step_of(&w, id, "stop");
	assert_int_equal(move(&w, s, "finish", S("")), ST_BAD_INPUT);         /* with which result? */
	s = step_of(&w, id, "stop");
	assert_int_equal(move(&w, s, "skip", S("")), ST_BAD_INPUT);           /* why? */
	s = step_of(&w, id, "stop");
	assert_int_equal(move(&w, s, "skip", S("既に停止している")), ST_OK);
	world_close(&w);
}
BOTH(first_steps)

static int64_t add_ledger(struct world *w, const char *name, const char *items, const char *sensitive, const char *my_number, const char *number_system)
{
	struct record *l = blank(w, "ledger");

	act_as(w, 0);
	set_text(l, ledger_f_name, name);
	set_text(l, ledger_f_items, items);
	set_text(l, ledger_f_sensitive, sensitive);
	set_text(l, ledger_f_my_number, my_number);
	if (*number_system)
		set_text(l, ledger_f_number_system, number_system);
	assert_int_equal(write_free(w, l), ST_OK);
	return l->id;
}

static void affect(struct world *w, int64_t id, int64_t ledger)
{
	struct record *r = seen_by(w, w->manager, id);

	SET_ROW(w, r, incident_f_affected, value_of_link(ledger), (struct value){ 0 });
	assert_int_equal(save(w, r), ST_OK);
}

static bool suggests(struct world *w, int64_t id, const char *code)
{
	return incident_has_code(classification_conditions(classification(w, id)), code);
}

static void add_reason(struct world *w, struct record *c, const char *condition, const char *why)
{
	SET_ROW(w, c, classification_f_reasons, value_of_text(str_z(condition)), value_of_text(str_z(why)));
}

/* REQ: INC-08, INC-24, INC-25, INC-26, INC-27, INC-28, INC-29, INC-31, INC-32 - what ledger rows, causes and counts suggest is
 * ticked; unticking needs a reason; the days follow what was decided. */
static void suggestions(const char *where)
{
	struct world w;
	struct record *r, *c;
	int64_t id;

	on(3, 2);
	world_open(&w, where);
	add_directory(&w);
	r = taken_up(&w);
	id = r->id;
	assert_true(str_eq(classification(&w, id)->step, S("open")));         /* the assessment is pending */
	investigate(&w, r, 3);
	affect(&w, id, add_ledger(&w, "健診結果", "氏名", "yes", "no", ""));
	assert_true(suggests(&w, id, "c1"));
	affect(&w, id, add_ledger(&w, "会員決済", "氏名\nクレジットカード番号", "no", "no", ""));
	assert_true(suggests(&w, id, "c2") && !suggests(&w, id, "c1"));
	c = classification(&w, id);
	c->v[classification_f_conditions].set = false;
	c->v[classification_f_conditions].text = S("");
	assert_int_not_equal(save(&w, c), ST_OK);
	assert_true(has_problem(&w, "reasons", MSG_CLASS_UNTICKED));
	c = classification(&w, id);
	c->v[classification_f_conditions].set = false;
	c->v[classification_f_conditions].text = S("");
	add_reason(&w, c, "c2", "番号は下4桁のみで、決済に使えない。");
	assert_int_equal(save(&w, c), ST_OK);
	assert_int_equal(move(&w, c, "classify", S("")), ST_OK);
	r = seen_by(&w, w.manager, id);
	assert_false(r->v[incident_f_ppc].set);
	/* ransomware: condition 3 and 60 days, and what was decided is open again */
	set_text(r, incident_f_cause_kind, "malware");
	set_text(r, incident_f_improper, "uncertain");
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(suggests(&w, id, "c3") && !suggests(&w, id, "c2"));       /* the reason given for 2 still stands */
	assert_true(str_eq(classification(&w, id)->step, S("open")));
	assert_int_equal(value_day(&seen_by(&w, w.manager, id)->v[incident_f_final_due]).days, date_make(2026, 4, 30).days);
	/* My Number: theft of a row of a number-using system */
	affect(&w, id, add_ledger(&w, "年末調整", "氏名\n個人番号", "no", "yes", "yes"));
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_my_number, "yes");
	r->v[incident_f_persons] = value_of_count(101, COUNT_EXACT);
	r->v[incident_f_my_number_persons] = value_of_count(100, COUNT_EXACT);
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(suggests(&w, id, "c5") && suggests(&w, id, "c8") && !suggests(&w, id, "c7"));
	r = seen_by(&w, w.manager, id);
	r->v[incident_f_my_number_persons] = value_of_count(101, COUNT_EXACT);
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(suggests(&w, id, "c7"));
	/* REQ: INC-36 - the reports on My Number go to their own address */
	assert_true(str_eq(filing_address(filing_to_of(&w, id, "number", "preliminary")), S("https://example.jp/number")));
	assert_true(str_eq(filing_address(filing_to_of(&w, id, "ppc", "preliminary")), S("https://example.jp/minister"))
		|| str_eq(filing_address(filing_to_of(&w, id, "ppc", "preliminary")), S("https://example.jp/leak")));
	/* REQ: INC-30 - the question that decides stands in the way until it is answered; yes ticks condition 6 */
	c = classification(&w, id);
	assert_int_equal(move(&w, c, "classify", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_CLASS_READABLE));
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_medium, "electronic");
	set_text(r, incident_f_readable, "yes");
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(suggests(&w, id, "c6"));
	assert_int_equal(move(&w, classification(&w, id), "classify", S("")), ST_OK);
	r = seen_by(&w, w.manager, id);
	assert_true(str_eq(incident_mn(r), S("i, ii, iii, iv")));
	/* 1 and 3: 60 days; 3 unticked for a reason: 30 */
	assert_int_equal(value_day(&r->v[incident_f_final_due]).days, date_make(2026, 4, 30).days);
	world_close(&w);
}
BOTH(suggestions)

/* REQ: INC-24 - conditions 1 and 3 make 60 days; 3 unticked for a reason makes 30. */
static void unticked(const char *where)
{
	struct world w;
	struct record *r, *c;
	int64_t id;

	on(3, 2);
	world_open(&w, where);
	add_directory(&w);
	r = taken_up(&w);
	id = r->id;
	investigate(&w, r, 3);
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_sensitive, "yes");
	set_text(r, incident_f_cause_kind, "insider");
	set_text(r, incident_f_improper, "uncertain");
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(str_eq(incident_ppc(r), S("1, 3")));
	assert_int_equal(value_day(&r->v[incident_f_final_due]).days, date_make(2026, 4, 30).days);
	c = classification(&w, id);
	set_text(c, classification_f_conditions, "c1");
	add_reason(&w, c, "c3", "業務上の持ち帰りで、不正の目的はなかった。");
	assert_int_equal(save(&w, c), ST_OK);
	assert_int_equal(move(&w, c, "classify", S("")), ST_OK);
	r = seen_by(&w, w.manager, id);
	assert_true(str_eq(incident_ppc(r), S("1")));
	assert_int_equal(value_day(&r->v[incident_f_final_due]).days, date_make(2026, 3, 31).days);
	assert_int_equal(filing_due(filing_to_of(&w, id, "ppc", "final")).days, date_make(2026, 3, 31).days);
	world_close(&w);
}
BOTH(unticked)

/* REQ: INC-24 - found encrypted: what is said leaves it open, what top management has approved settles it, and no longer than that. */
static void exclusions(const char *where)
{
	struct world w;
	struct record *r, *e;
	int64_t id;

	on(3, 2);
	world_open(&w, where);
	add_directory(&w);
	r = taken_up(&w);
	id = r->id;
	investigate(&w, r, 5000);
	assert_int_equal(filings_at(&w, id, "due"), 2);
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_encrypted, "high_grade");
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(!r->v[incident_f_ppc].set && str_eq(incident_ppc_open(r), S("4")));
	e = blank(&w, "exclusion");
	act_as(&w, w.manager);
	e->v[exclusion_f_incident] = value_of_link(id);
	set_text(e, exclusion_f_ground, "encryption");
	assert_int_equal(save(&w, e), ST_OK);
	assert_int_equal(move(&w, e, "submit", S("")), ST_BAD_INPUT);         /* on which facts? */
	e = seen_by(&w, w.manager, e->id);
	set_text(e, exclusion_f_facts, "AES-256で暗号化され、鍵は別のサーバーにあった。");
	assert_int_equal(save(&w, e), ST_OK);
	assert_int_equal(move(&w, e, "submit", S("")), ST_OK);
	assert_int_not_equal(move(&w, e, "approve", S("")), ST_OK);           /* four eyes */
	assert_true(str_eq(incident_ppc_open(seen_by(&w, w.manager, id)), S("4")));
	e = seen_by(&w, w.boss, e->id);
	assert_int_equal(move(&w, e, "approve", S("")), ST_OK);
	r = seen_by(&w, w.manager, id);
	assert_true(!r->v[incident_f_ppc].set && !r->v[incident_f_ppc_open].set);
	assert_true(str_find(incident_reasons(r), S("承認されています")) >= 0);
	e = seen_by(&w, w.manager, e->id);
	assert_int_equal(move(&w, e, "revoke", S("鍵も漏えいしていた")), ST_OK);
	assert_true(str_eq(incident_ppc_open(seen_by(&w, w.manager, id)), S("4")));
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_encrypted, "no");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(filings_at(&w, id, "due"), 2);                       /* owed again */
	world_close(&w);
}
BOTH(exclusions)

/* REQ: INC-17, INC-24, INC-42 - urgency is said, one report serves for both stages, a supplement follows a final report. */
static void filing_rules(const char *where)
{
	struct world w;
	struct record *r, *f;
	int64_t id;

	on(3, 2);
	world_open(&w, where);
	add_directory(&w);
	r = taken_up(&w);
	id = r->id;
	investigate(&w, r, 1500);
	f = filing_to_of(&w, id, "ppc", "final");
	file(&w, f, ST_NO);                                                   /* the preliminary one goes first */
	assert_true(has_problem(&w, "stage", MSG_INC_NEEDS_PRELIMINARY));
	f = filing_to_of(&w, id, "ppc", "preliminary");
	f->v[filing_f_filed_on] = value_of_date(date_make(2026, 3, 3));
	assert_int_not_equal(save(&w, f), ST_OK);
	assert_true(has_problem(&w, "filed_on", MSG_FILING_FUTURE));
	/* one report for both stages has to hold everything */
	f = filing_to_of(&w, id, "ppc", "preliminary");
	set_text(f, filing_f_stage, "both");
	f->v[filing_f_filed_on] = value_of_date(date_make(2026, 3, 2));
	assert_int_equal(save(&w, f), ST_OK);
	assert_int_equal(move(&w, f, "urgent", S("夜間で社長に連絡が付かない")), ST_NO);
	assert_true(has_problem(&w, "cause", MSG_FILING_LACKS));
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_cause, "宛名の照合漏れ");
	set_text(r, incident_f_secondary, "なし");
	set_text(r, incident_f_notices_how, "3月2日に書面で通知");
	set_text(r, incident_f_announced_how, "実施しない");
	assert_int_equal(save(&w, r), ST_OK);
	f = seen_by(&w, w.manager, f->id);
	assert_int_equal(move(&w, f, "urgent", S("夜間で社長に連絡が付かない")), ST_NO);
	assert_true(has_problem(&w, "prevention", MSG_FILING_LACKS));
	/* what is not known has its reason */
	r = seen_by(&w, w.manager, id);
	SET_ROW(&w, r, incident_f_unknown, value_of_text(S("prevention")), value_of_text(S("検討中")));
	assert_int_equal(save(&w, r), ST_OK);
	f = seen_by(&w, w.manager, f->id);
	assert_int_equal(move(&w, f, "urgent", S("")), ST_BAD_INPUT);
	f = seen_by(&w, w.manager, f->id);
	assert_int_equal(move(&w, f, "urgent", S("夜間で社長に連絡が付かない")), ST_OK);
	assert_true(str_find(filing_text(f), S("検討中")) >= 0 && !f->v[filing_f_acknowledged].set);
	f = filing_to_of(&w, id, "ppc", "final");
	assert_true(str_eq(f->step, S("released")));
	/* and a supplement */
	f = blank(&w, "filing");
	act_as(&w, w.manager);
	f->v[filing_f_incident] = value_of_link(id);
	set_text(f, filing_f_to, "number");
	set_text(f, filing_f_stage, "supplement");
	set_text(f, filing_f_addition, "再発防止策を追加する。");
	file(&w, f, ST_NO);
	assert_true(has_problem(&w, "stage", MSG_FILING_NO_FINAL));
	f = seen_by(&w, w.manager, f->id);
	set_text(f, filing_f_to, "ppc");
	assert_int_equal(save(&w, f), ST_OK);
	assert_int_equal(move(&w, f, "urgent", S("続報")), ST_OK);
	assert_true(str_eq(filing_text(f), S("再発防止策を追加する。")));
	world_close(&w);
}
BOTH(filing_rules)

/* REQ: INC-09 - of the mark's kinds alone: the reviewing body is told, the Commission is not asked for. */
static void mark_only(const char *where)
{
	struct world w;
	struct record *r;

	on(3, 2);
	world_open(&w, where);
	add_organisation(&w, "yes", "");
	r = taken_up(&w);
	investigate(&w, r, 3);
	r = seen_by(&w, w.manager, r->id);
	set_text(r, incident_f_kinds, "acquisition");
	assert_int_equal(save(&w, r), ST_OK);
	assert_null(filing_to_of(&w, r->id, "ppc", "preliminary"));
	assert_non_null(filing_to_of(&w, r->id, "mark", "final"));
	r = seen_by(&w, w.manager, r->id);
	set_text(r, incident_f_kinds, "disaster");
	assert_int_equal(save(&w, r), ST_OK);
	assert_true(str_eq(filing_to_of(&w, r->id, "mark", "final")->step, S("released")));
	world_close(&w);
}
BOTH(mark_only)

struct judging { struct str clause; enum verdict v; };
static enum status work_judge(struct request *rq, void *arg)
{
	struct judging *x = arg;
	struct judgement *j;

	TRY(conformity_judge(rq, &j));
	for (; j; j = j->next)
		if (str_eq(j->clause->id, x->clause))
			x->v = j->verdict;
	return ST_OK;
}
static enum verdict verdict_of(struct world *w, struct str clause)
{
	struct judging x = { clause, VERDICT_MAX };

	act_as(w, 0);
	assert_int_equal(request_run(&w->rq, DB_READ, work_judge, &x), ST_OK);
	return x.v;
}

static void add_line(struct world *w, const char *side, const char *time)
{
	struct record *r = blank(w, "communication");

	act_as(w, 0);
	set_text(r, communication_f_side, side);
	set_text(r, communication_f_time, time);
	set_text(r, communication_f_what, "方針の公表");
	set_text(r, communication_f_when, "改正時");
	set_text(r, communication_f_whom, "一般");
	set_text(r, communication_f_performer, "個人情報保護管理者");
	set_text(r, communication_f_procedure, "承認後に掲載する。");
	set_text(r, communication_f_method, "ウェブサイト");
	assert_int_equal(write_free(w, r), ST_OK);
}

/* REQ: INC-01, INC-24, COM-01 - what the records of emergencies mean for J.4.4.1, J.4.4.2 and J.9.4, and that nothing is classified
 * while nobody knows whom to tell. */
static void conformity(const char *where)
{
	struct world w;
	struct record *r;
	int64_t id;

	on(3, 2);
	world_open(&w, where);
	assert_int_equal(verdict_of(&w, S("J.4.4.1")), VERDICT_NOT_RECORDED);
	assert_int_equal(verdict_of(&w, S("J.4.4.2")), VERDICT_NOT_RECORDED);
	add_line(&w, "inside", "normal");
	assert_int_equal(verdict_of(&w, S("J.4.4.1")), VERDICT_PARTIAL);
	add_line(&w, "outside", "emergency");
	assert_int_equal(verdict_of(&w, S("J.4.4.1")), VERDICT_CONFORMS);
	add_organisation(&w, "yes", "");
	r = taken_up(&w);
	id = r->id;
	investigate(&w, r, 3);
	assert_int_equal(move(&w, classification(&w, id), "classify", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_CONTACT_NEEDS_PPC) && has_problem(&w, "", MSG_CONTACT_NEEDS_BODY));
	add_directory(&w);
	assert_int_equal(verdict_of(&w, S("J.4.4.2")), VERDICT_PARTIAL);      /* nobody has verified it */
	assert_int_equal(move(&w, classification(&w, id), "classify", S("")), ST_OK);
	on(4, 1);                                                             /* the final report was due on 31 March */
	assert_int_equal(verdict_of(&w, S("J.4.4.2")), VERDICT_NONCONFORMITY);
	assert_int_equal(verdict_of(&w, S("J.9.4")), VERDICT_NOT_RECORDED);
	r = seen_by(&w, w.manager, id);
	set_text(r, incident_f_entrustee, "株式会社委託先");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(verdict_of(&w, S("J.9.4")), VERDICT_PARTIAL);
	world_close(&w);
}
BOTH(conformity)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH_TESTS(council_rules), BOTH_TESTS(first_steps), BOTH_TESTS(suggestions), BOTH_TESTS(unticked), BOTH_TESTS(exclusions), BOTH_TESTS(filing_rules),
		BOTH_TESTS(mark_only), BOTH_TESTS(conformity),
	};

	return cmocka_run_group_tests_name("response", tests, NULL, NULL);
}
