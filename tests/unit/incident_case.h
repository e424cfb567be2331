/* incident_case.h - one incident in tests: what is entered and moved, as whom. */
#pragma once
#include "tests/unit/world.h"
#include "domain/incident/classification.h"
#include "domain/contact/contact.h"
#include "domain/corrective_action/corrective_action.h"
#include "domain/council/council.h"
#include "domain/council/council_meeting.h"
#include "domain/incident/filing.h"
#include "domain/incident/incident.h"
#include "domain/council/parts.h"
#include "domain/organisation/organisation.h"
#include "domain/incident/response_step.h"
#include "domain/task/task.h"

static inline void set_text(struct record *r, int field, const char *text)
{
	r->v[field] = value_of_text(str_z(text));
}

static inline void on(int month, int day)
{
	sys_set_now(instant_of_tokyo(date_make(2026, month, day), 10, 0, 0));
}

static inline void add_organisation(struct world *w, const char *holder, const char *minister)
{
	struct record *r = blank(w, "organisation");

	act_as(w, 0);
	set_text(r, organisation_f_name, "株式会社とばり商事");
	set_text(r, organisation_f_pmark_holder, holder);
	if (*minister)
		set_text(r, organisation_f_minister, minister);
	assert_int_equal(write_free(w, r), ST_OK);
}

static inline void add_contact(struct world *w, const char *kind, const char *name, const char *url, const char *url_spi)
{
	struct record *r = blank(w, "contact");

	act_as(w, 0);
	set_text(r, contact_f_kind, kind);
	set_text(r, contact_f_name, name);
	set_text(r, contact_f_url, url);
	if (*url_spi)
		set_text(r, contact_f_url_spi, url_spi);
	set_text(r, contact_f_conditions, "漏えい等のとき");
	assert_int_equal(write_free(w, r), ST_OK);
}

static inline void add_directory(struct world *w)
{
	add_contact(w, "ppc", "個人情報保護委員会", "https://example.jp/leak", "https://example.jp/number");
	add_contact(w, "minister", "所管大臣", "https://example.jp/minister", "");
	add_contact(w, "reviewing_body", "審査機関", "https://example.jp/mark", "");
}

/* What an employee of sales reports on 2 March 2026, a Monday. */
static inline struct record *report(struct world *w)
{
	struct record *r = blank(w, "incident");

	set_text(r, incident_f_title, "書類の誤送付");
	r->v[incident_f_occurred] = value_of_date(date_make(2026, 3, 1));
	r->v[incident_f_known] = value_of_date(date_make(2026, 3, 2));
	set_text(r, incident_f_summary, "別のお客様の書類を同封して発送した。電話でお詫びし、返送を依頼した。");
	return r;
}

/* Loads it as somebody, as far as they may. */
static inline struct record *seen_by(struct world *w, int64_t staff, int64_t id)
{
	struct record *r = NULL;

	act_as(w, staff);
	assert_int_equal(load(w, id, &r), ST_OK);
	return r;
}

static inline void investigate(struct world *w, struct record *r, int64_t persons)
{
	set_text(r, incident_f_kinds, "leak");
	set_text(r, incident_f_cause_kind, "mis_delivered");
	set_text(r, incident_f_items, "氏名\n住所\n電話番号");
	set_text(r, incident_f_medium, "paper");
	r->v[incident_f_persons] = value_of_count(persons, COUNT_EXACT);
	set_text(r, incident_f_improper, "no");
	set_text(r, incident_f_my_number, "no");
	set_text(r, incident_f_entrusted, "no");
	assert_int_equal(save(w, r), ST_OK);
}

/* Reported and taken up by the manager; nothing is investigated yet. */
static inline struct record *taken_up(struct world *w)
{
	struct record *r;

	act_as(w, w->manager);
	r = report(w);
	r->v[incident_f_department] = value_of_link(w->sales);
	assert_int_equal(save(w, r), ST_OK);
	assert_int_equal(move(w, r, "accept", S("")), ST_OK);
	return seen_by(w, w->manager, r->id);
}

/* ---- the records around it ---- */

struct finding { const char *type; int place; int64_t id; struct linked p; };
static inline enum status work_parts(struct request *rq, void *arg)
{
	struct finding *f = arg;

	return record_linked(rq, str_z(f->type), f->place, f->id, &f->p);
}
static inline struct linked parts(struct world *w, const char *type, int place, int64_t id)
{
	struct finding f = { .type = type, .place = place, .id = id };

	act_as(w, 0);
	assert_int_equal(request_run(&w->rq, DB_READ, work_parts, &f), ST_OK);
	return f.p;
}

static inline struct linked filings(struct world *w, int64_t id)
{
	return parts(w, "filing", filing_f_incident, id);
}

static inline struct record *filing_to_of(struct world *w, int64_t id, const char *to, const char *stage)
{
	struct linked p = filings(w, id);

	for (int i = 0; i < p.n; i++)
		if (str_eq(filing_to(p.r[i]), str_z(to)) && str_eq(filing_stage(p.r[i]), str_z(stage)))
			return seen_by(w, w->manager, p.r[i]->id);
	return NULL;
}

static inline int filings_at(struct world *w, int64_t id, const char *step)
{
	struct linked p = filings(w, id);
	int n = 0;

	for (int i = 0; i < p.n; i++)
		n += str_eq(p.r[i]->step, str_z(step));
	return n;
}

static inline struct record *council(struct world *w, int64_t id, int64_t staff)
{
	struct linked p = parts(w, "council", council_f_incident, id);

	assert_int_equal(p.n, 1);
	return seen_by(w, staff, p.r[0]->id);
}

static inline struct record *classification(struct world *w, int64_t id)
{
	struct linked p = parts(w, "classification", classification_f_incident, id);

	assert_int_equal(p.n, 1);
	return seen_by(w, w->manager, p.r[0]->id);
}

static inline struct row *row_of(struct world *w, int n, const struct value *v)
{
	struct row *row = new(&w->a, struct row);

	row->v = new_n(&w->a, struct value, n);
	memcpy(row->v, v, (size_t)n * sizeof *v);
	return row;
}
#define SET_ROW(w, r, field, ...) \
	((r)->v[field] = (struct value){ .set = true, .num = 1, .rows = row_of((w), (int)COUNT(((const struct value[]){ __VA_ARGS__ })), (const struct value[]){ __VA_ARGS__ }) })

static inline void add_decision(struct world *w, struct record *m, const char *kind, const char *what)
{
	const struct value v[] = { value_of_text(str_z(kind)), value_of_text(str_z(what)), { 0 } };
	struct row *row = row_of(w, 3, v), **end = &m->v[council_meeting_f_decisions].rows;

	while (*end)
		end = &(*end)->next;
	*end = row;
	m->v[council_meeting_f_decisions].set = true;
	m->v[council_meeting_f_decisions].num++;
}

static inline struct record *meeting(struct world *w, int64_t id)
{
	struct record *m = blank(w, "council_meeting");

	act_as(w, w->manager);
	m->v[council_meeting_f_incident] = value_of_link(id);
	m->v[council_meeting_f_held_on] = value_of_date(w->rq.today);
	SET_ROW(w, m, council_meeting_f_attendees, value_of_link(w->boss), (struct value){ 0 });
	set_text(m, council_meeting_f_facts, "対象は別のお客様の書類。");
	return m;
}

/* The council sits and decides on notice, publication and reports. */
static inline void decide_all(struct world *w, int64_t id)
{
	struct record *c = council(w, id, w->boss), *m;

	if (str_eq(c->step, S("forming")))
		assert_int_equal(move(w, c, "convene", S("")), ST_OK);
	m = meeting(w, id);
	add_decision(w, m, "notice", "対象の方に書面で通知する。");
	add_decision(w, m, "publication", "公表はしない。");
	add_decision(w, m, "report", "審査機関に報告する。");
	assert_int_equal(save(w, m), ST_OK);
	assert_int_equal(move(w, m, "record", S("")), ST_OK);
}

static inline void finish_steps(struct world *w, int64_t id)
{
	struct linked p = parts(w, "response_step", response_step_f_incident, id);

	for (int i = 0; i < p.n; i++) {
		struct record *r = seen_by(w, w->manager, p.r[i]->id);
		if (str_eq(r->step, S("done")))
			continue;
		set_text(r, response_step_f_result, "対応した。");
		assert_int_equal(save(w, r), ST_OK);
		assert_int_equal(move(w, r, "finish", S("順に行った")), ST_OK);
	}
}

static inline void file(struct world *w, struct record *r, enum status wanted)
{
	r->v[filing_f_filed_on] = value_of_date(w->rq.today);
	assert_int_equal(save(w, r), ST_OK);
	assert_int_equal(move(w, r, "file", S("")), wanted);
}
