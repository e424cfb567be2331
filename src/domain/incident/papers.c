/* papers.c - from the record of an incident to the facts of its papers. */
#include "domain/incident/papers.h"
#include "base/calendar.h"
#include "domain/affected_person/affected_person.h"
#include "domain/council/council.h"
#include "domain/council/council_meeting.h"
#include "domain/council/minutes.h"
#include "domain/incident/filing.h"
#include "domain/incident/incident.h"
#include "domain/incident/logs.h"
#include "domain/council/parts.h"
#include "domain/organisation/organisation.h"
#include "domain/incident/response_step.h"
#include "record/store.h"
#include <stdlib.h>

static const char *const codes[PAPER_MAX] = {
	"ppc-preliminary", "ppc-final", "mark-preliminary", "mark-final", "letter", "publication", "client", "record",
};

const char *incident_paper_code(enum incident_paper p)
{
	return codes[p];
}

/* ---- the organisation ---- */

struct sender { struct incident_sender s; struct str authority, reviewing_body; enum sector sector; };

static enum status sender_of(struct request *rq, struct sender *ret)
{
	struct record *r;

	*ret = (struct sender){ .sector = SECTOR_PRIVATE };
	TRY(organisation_find(rq, &r));
	if (!r)
		return ST_OK;
	ret->s = (struct incident_sender){
		.name = organisation_name(r), .address = organisation_address(r), .representative = organisation_representative(r),
		.business = organisation_business(r), .mark_number = organisation_pmark_number(r), .desk = organisation_desk(r),
		.desk_phone = organisation_phone(r), .desk_mail = organisation_mail(r),
	};
	ret->authority = organisation_minister(r);
	ret->reviewing_body = organisation_reviewing_body(r);
	ret->sector = str_eq(organisation_sector(r), S("public")) ? SECTOR_PUBLIC : SECTOR_PRIVATE;
	return ST_OK;
}

/* ---- pieces of the record ---- */

/* As people read it: labels of choices, dates. */
static struct str shown(struct request *rq, const struct record *r, enum incident_field f)
{
	struct buf b = buf_make(1 << 16);

	if (r->v[f].set)
		value_print(&b, &r->type->fields[f], &r->v[f], rq->lang);
	struct str s = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	return s;
}

static int rows_of(const struct value *v)
{
	int n = 0;

	for (const struct row *row = v->rows; row; row = row->next)
		n++;
	return n;
}

/* 令和8年3月2日 10:15 */
static struct str moment(struct request *rq, const struct value *v)
{
	struct instant at = { v->num };
	struct buf b = buf_make(64), t = buf_make(64);

	if (v->set) {
		if (rq->lang == JA)
			calendar_add_wareki(&b, instant_date_tokyo(at));
		else
			date_add_iso(&b, instant_date_tokyo(at));
		instant_add_tokyo(&t, at);
		buf_add(&b, str_sub(buf_str(&t), 10, 16));       /* the time behind the day */
	}
	struct str s = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	buf_free(&t);
	return s;
}

static int by_moment(const void *a, const void *b)
{
	const struct row *const *x = a, *const *y = b;
	int64_t tx = (*x)->v[0].set ? (*x)->v[0].num : INT64_MAX, ty = (*y)->v[0].set ? (*y)->v[0].num : INT64_MAX;

	return (tx > ty) - (tx < ty);
}

/* REQ: INC-37 - in order of time, however they were entered. The columns are when, what and, where there is one, who. */
static struct incident_log log_of(struct request *rq, const struct value *v, bool who)
{
	const struct row **rows = new_n(rq->a, const struct row *, rows_of(v) + 1);
	struct incident_event *lines = new_n(rq->a, struct incident_event, rows_of(v) + 1);
	int n = 0;

	for (const struct row *row = v->rows; row; row = row->next)
		rows[n++] = row;
	qsort(rows, (size_t)n, sizeof *rows, by_moment);
	for (int i = 0; i < n; i++)
		lines[i] = (struct incident_event){ moment(rq, &rows[i]->v[0]), rows[i]->v[1].text, who ? rows[i]->v[2].text : S("") };
	return (struct incident_log){ lines, n };
}

/* One a line becomes one after another. */
static struct str joined(struct request *rq, struct str lines)
{
	struct buf b = buf_make(1 << 16);
	struct str rest = lines, part;

	while (rest.n && str_cut(&rest, '\n', &part)) {
		if (str_trim(part).n == 0)
			continue;
		if (b.n)
			buf_add(&b, msg_text(MSG_PAPER_AND, rq->lang));
		buf_add(&b, str_trim(part));
	}
	struct str s = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	return s;
}

static struct str brief(struct request *rq, struct instant at)
{
	struct buf b = buf_make(64);

	calendar_add_wareki_short(&b, instant_date_tokyo(at));
	struct str s = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	return s;
}

/* 承認・確認・作成: who settled or closed it, who took it up, who reported it. */
static enum status approvals_of(struct request *rq, const struct record *r, struct pdf_box box[3])
{
	static const enum msg_id words[] = { MSG_PAPER_APPROVED, MSG_PAPER_CHECKED, MSG_PAPER_MADE };
	struct version *v;

	for (int i = 0; i < 3; i++)
		box[i] = (struct pdf_box){ msg_text(words[i], rq->lang), S(""), S("") };
	TRY(record_versions(rq, r->id, &v));
	for (; v; v = v->next) {
		int i = str_eq(v->move, S("close")) || str_eq(v->move, S("settle")) ? 0 : str_eq(v->move, S("accept")) ? 1 : v->version == 1 ? 2 : -1;
		if (i < 0 || box[i].name.n || !v->staff)
			continue;
		box[i].name = record_title_of(rq, v->staff);
		box[i].date = brief(rq, v->at);
	}
	return ST_OK;
}

/* ---- pieces of the records around it ---- */

static struct str choice_label(struct request *rq, const struct field *f, struct str code)
{
	const struct choice *c = field_choice(f, code);

	return c ? c->label[rq->lang] : S("");
}

static struct str day_words(struct request *rq, struct date d)
{
	struct buf b = buf_make(64);

	if (d.days != DATE_NEVER.days && rq->lang == JA)
		calendar_add_wareki(&b, d);
	else if (d.days != DATE_NEVER.days)
		date_add_iso(&b, d);
	struct str s = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	return s;
}

enum { DECISIONS_MAX = 500 };

/* REQ: INC-19 - every decision of every meeting, with its number and the matter. */
static enum status decisions_of(struct request *rq, int64_t incident, struct incident_log *ret)
{
	struct incident_event *lines = new_n(rq->a, struct incident_event, DECISIONS_MAX);
	struct linked p;
	int n = 0;

	TRY(record_linked(rq, S("council_meeting"), council_meeting_f_incident, incident, &p));
	for (int i = 0; i < p.n; i++) {
		const struct field *kind = &p.r[i]->type->fields[council_meeting_f_decisions].rows[0];
		if (!str_eq(p.r[i]->step, S("recorded")))
			continue;
		for (const struct row *row = council_meeting_decisions(p.r[i])->rows; row && n < DECISIONS_MAX; row = row->next) {
			struct str args[] = { choice_label(rq, kind, row->v[0].text), row->v[1].text };
			struct buf b = buf_make(8000);
			msg_add(&b, rq->lang, MSG_PAPER_DECIDED, args, 2);
			lines[n] = (struct incident_event){ day_words(rq, council_meeting_held_on(p.r[i])), str_dup(rq->a, buf_str(&b)), S("") };
			b.n = 0;
			buf_add(&b, p.r[i]->serial);
			buf_fmt(&b, "-%lld", (long long)row->id);
			lines[n++].who = str_dup(rq->a, buf_str(&b));
			buf_free(&b);
		}
	}
	*ret = (struct incident_log){ lines, n };
	return ST_OK;
}

/* The reason that was given with the last of these moves; empty when none was. */
struct str incident_move_reason(struct request *rq, int64_t id, const char *const *moves)
{
	struct version *v;

	if (record_versions(rq, id, &v) != ST_OK)
		return S("");
	for (; v; v = v->next)
		for (const char *const *m = moves; *m; m++)
			if (str_eq(v->move, str_z(*m)))
				return v->comment;
	return S("");
}

/* REQ: INC-07 - each step with its time, by whom and what came of it. */
static enum status steps_of(struct request *rq, int64_t incident, struct incident_log *ret)
{
	static const char *const moves[] = { "skip", "begin", "finish", NULL };
	struct linked p;

	TRY(record_linked(rq, S("response_step"), response_step_f_incident, incident, &p));
	struct incident_event *lines = new_n(rq->a, struct incident_event, p.n);
	for (int i = 0; i < p.n; i++) {
		const struct record *r = p.r[i];
		const struct step *step = type_step(r->type->t, r->step);
		struct str args[] = { choice_label(rq, &r->type->fields[response_step_f_kind], response_step_kind(r)), step ? step->label[rq->lang] : S(""),
			response_step_result(r).n ? response_step_result(r) : incident_move_reason(rq, r->id, moves) };
		struct buf b = buf_make(8000);
		msg_add(&b, rq->lang, args[2].n ? MSG_PAPER_STEP_RESULT : MSG_PAPER_STEP, args, 3);
		lines[i] = (struct incident_event){ moment(rq, &r->v[r->v[response_step_f_ended].set ? response_step_f_ended : response_step_f_began]),
			str_dup(rq->a, buf_str(&b)), response_step_actor(r) ? record_title_of(rq, response_step_actor(r)) : S("") };
		buf_free(&b);
	}
	*ret = (struct incident_log){ lines, p.n };
	return ST_OK;
}

/* REQ: INC-17 - each report with its day, its receipt and, where it went out ahead of the word of the top, why. */
static enum status reports_of(struct request *rq, int64_t incident, struct incident_log *ret)
{
	static const char *const moves[] = { "urgent", NULL };
	struct linked p;

	TRY(record_linked(rq, S("filing"), filing_f_incident, incident, &p));
	struct incident_event *lines = new_n(rq->a, struct incident_event, p.n);
	for (int i = 0; i < p.n; i++) {
		const struct record *r = p.r[i];
		const struct step *step = type_step(r->type->t, r->step);
		struct str args[] = { filing_title(r), step ? step->label[rq->lang] : S(""), incident_move_reason(rq, r->id, moves) };
		struct buf b = buf_make(8000);
		msg_add(&b, rq->lang, args[2].n ? MSG_PAPER_REPORT_URGENT : MSG_PAPER_STEP, args, 3);
		lines[i] = (struct incident_event){ day_words(rq, filing_filed_on(r)), str_dup(rq->a, buf_str(&b)), filing_receipt(r) };
		buf_free(&b);
	}
	*ret = (struct incident_log){ lines, p.n };
	return ST_OK;
}

/* REQ: INC-03 - 了承 12人、連絡不能 1人 */
static enum status told_of(struct request *rq, int64_t incident, struct str *ret)
{
	const struct type *t = store_type(conn_store(rq->conn), S("affected_person"));
	const struct pen w = { rq->a, rq->lang, NULL };
	struct buf b = buf_make(1 << 16);
	struct affected_tally tally;

	TRY(affected_persons_count(rq, incident, &tally));
	for (enum affected_stand s = 0; s < AFFECTED_STANDS; s++) {
		const struct step *step = type_step(t->t, str_z(affected_step(s)));
		if (!tally.by[s] || !step)
			continue;
		if (b.n)
			buf_add(&b, msg_text(MSG_PAPER_AND, rq->lang));
		buf_add(&b, step->label[rq->lang]);
		buf_char(&b, ' ');
		buf_add(&b, paper_words(&w, MSG_PAPER_PERSONS, paper_number(&w, tally.by[s])));
	}
	*ret = paper_kept(rq->a, &b);
	return ST_OK;
}

static enum status parts_of(struct request *rq, const struct record *r, struct incident_papers *ret)
{
	struct record *council;
	struct version *v;

	TRY(told_of(rq, r->id, &ret->told));
	TRY(council_of(rq, r->id, &council));
	if (council) {
		ret->chair = council_chair(council) ? record_title_of(rq, council_chair(council)) : S("");
		ret->members = council_members_words(rq, council);
	}
	TRY(decisions_of(rq, r->id, &ret->decisions));
	TRY(steps_of(rq, r->id, &ret->steps));
	TRY(reports_of(rq, r->id, &ret->reports));
	TRY(record_versions(rq, r->id, &v));
	for (; v; v = v->next) {
		if (str_eq(v->move, S("settle")) && !ret->settled_on.n)
			ret->settled_on = day_words(rq, instant_date_tokyo(v->at));
		if (str_eq(v->move, S("close")))
			ret->closed_on = day_words(rq, instant_date_tokyo(v->at));
	}
	return ST_OK;
}

static void why_unknown(const struct record *r, struct str ret[REPORT_ITEM_MAX])
{
	static const char *const matters[REPORT_ITEM_MAX] = {
		[REPORT_OUTLINE] = "outline", [REPORT_ITEMS] = "items", [REPORT_PERSONS] = "persons", [REPORT_CAUSE] = "cause", [REPORT_DAMAGE] = "damage",
		[REPORT_PERSON_ACTION] = "person_action", [REPORT_PUBLICATION] = "publication", [REPORT_PREVENTION] = "prevention", [REPORT_OTHER] = "other",
	};

	for (const struct row *row = incident_unknown(r)->rows; row; row = row->next)
		for (int i = 0; i < REPORT_ITEM_MAX; i++)
			if (str_eq(row->v[0].text, str_z(matters[i])))
				ret[i] = row->v[1].text;
}

/* The conditions as they were decided, in the places of the verdict. */
static void take_decided(const struct record *r, struct incident_verdict *v)
{
	static const char *const ppc[] = { "c1", "c2", "c3", "c4" }, *const numbers[] = { "c8", "c5", "c6", "c7" };

	if (incident_ppc_open(r).n || incident_mn_open(r).n)
		return;
	for (int i = 0; i < 4; i++) {
		v->ppc[i] = incident_has_code(incident_conditions(r), ppc[i]) ? ANSWER_YES : ANSWER_NO;
		v->my_number[i] = incident_has_code(incident_conditions(r), numbers[i]) ? ANSWER_YES : ANSWER_NO;
	}
}

enum status incident_papers_of(struct request *rq, const struct record *r, struct incident_papers *ret)
{
	struct incident_verdict *verdict = new(rq->a, struct incident_verdict);
	struct incident_facts f;
	struct sender o;

	TRY(sender_of(rq, &o));
	TRY(incident_facts_of(rq, r, o.sector, &f));
	incident_classify(incident_words_make(rq->a), rq->a, &f, rq->today, verdict);
	take_decided(r, verdict);
	const struct value *persons = incident_persons(r);
	struct incident_contacts contacts;
	TRY(incident_contacts_of(rq, r, false, &contacts));
	*ret = (struct incident_papers){
		.from = o.s, .number = r->serial, .title = incident_title(r), .occurred = incident_occurred(r), .known = incident_known(r), .made = rq->today,
		.place = incident_place(r), .found_by = incident_found_how(r), .entruster = incident_client(r), .entrustee = incident_entrustee(r),
		.doer = incident_entrustee(r), .course = log_of(rq, incident_course(r), false), .outline = incident_summary(r), .items = joined(rq, incident_items(r)),
		.medium = shown(rq, r, incident_f_medium), .data_kind = incident_data_kind(r), .persons = persons->set && persons->num2 != COUNT_UNKNOWN ? persons->num : -1,
		.persons_are_maximum = persons->set && persons->num2 == COUNT_ABOUT, .cause = incident_cause(r), .damage = incident_secondary(r),
		.person_action = incident_notices_how(r), .publication = incident_announced_how(r), .done = incident_done(r), .planned = incident_planned(r),
		.other = incident_other(r), .security = shown(rq, r, incident_f_encrypted), .verdict = verdict, .accident_kinds = shown(rq, r, incident_f_kinds),
		.inquiries = log_of(rq, incident_log_inquiries(r), true), .outside = log_of(rq, &contacts.outside, true), .inside = log_of(rq, &contacts.inside, true),
		.analysis = incident_analysis(r),
	};
	why_unknown(r, ret->why_unknown);
	TRY(parts_of(rq, r, ret));
	return approvals_of(rq, r, ret->approval);
}

/* ---- the papers ---- */

static struct str or_usual(struct str to, struct str own, enum msg_id usual, enum lang lang)
{
	return to.n ? to : own.n ? own : msg_text(usual, lang);
}

struct pdf *incident_paper_make(struct request *rq, const struct incident_papers *i, enum incident_paper which, struct str to, enum lang lang)
{
	struct sender o;
	struct str none = { "", 0 };

	if (sender_of(rq, &o) != ST_OK)
		o = (struct sender){ .authority = none, .reviewing_body = none };
	struct str authority = or_usual(to, o.authority, MSG_INC_PPC, lang), body = or_usual(to, o.reviewing_body, MSG_INC_REVIEWING_BODY, lang);
	switch (which) {
	case PAPER_PPC_PRELIMINARY:  return incident_ppc_report(rq->a, i, REPORT_PRELIMINARY, authority, lang);
	case PAPER_PPC_FINAL:        return incident_ppc_report(rq->a, i, REPORT_FINAL, authority, lang);
	case PAPER_MARK_PRELIMINARY: return incident_mark_report(rq->a, i, REPORT_PRELIMINARY, body, lang);
	case PAPER_MARK_FINAL:       return incident_mark_report(rq->a, i, REPORT_FINAL, body, lang);
	case PAPER_LETTER:           return incident_person_letter(rq->a, i, or_usual(to, none, MSG_PAPER_EACH_PERSON, lang), lang);
	case PAPER_PUBLICATION:      return incident_publication(rq->a, i, lang);
	case PAPER_CLIENT:           return incident_client_report(rq->a, i, or_usual(to, i->entruster, MSG_PAPER_CLIENT_WORD, lang), lang);
	case PAPER_RECORD:           return incident_record(rq->a, i, lang);
	case PAPER_MAX:              break;
	}
	return NULL;
}
