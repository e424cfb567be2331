/* papers.c - from the record of an incident to the facts of its papers. */
#include "domain/incident/papers.h"
#include "base/calendar.h"
#include "domain/incident/incident.h"
#include "domain/organisation/organisation.h"
#include "record/store.h"

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
	TRY(incident_organisation(rq, &r));
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

static struct incident_log log_of(struct request *rq, const struct value *v)
{
	struct incident_event *lines;
	struct incident_log log = { NULL, 0 };
	int n = 0;

	for (const struct row *row = v->rows; row; row = row->next)
		n++;
	log.lines = lines = new_n(rq->a, struct incident_event, n + 1);
	for (const struct row *row = v->rows; row; row = row->next)
		lines[log.n++] = (struct incident_event){ row->v[0].text, row->v[1].text, row->v[2].text };
	return log;
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

enum status incident_papers_of(struct request *rq, const struct record *r, struct incident_papers *ret)
{
	struct incident_verdict *verdict = new(rq->a, struct incident_verdict);
	struct sender o;

	TRY(sender_of(rq, &o));
	struct incident_facts f = incident_facts_of(rq->a, r, o.sector);
	incident_classify(incident_words_make(rq->a), rq->a, &f, rq->today, verdict);
	const struct value *persons = incident_persons(r);
	*ret = (struct incident_papers){
		.from = o.s, .number = r->serial, .title = incident_title(r), .occurred = incident_occurred(r), .known = incident_known(r), .made = rq->today,
		.place = incident_place(r), .entruster = incident_client(r), .outline = incident_summary(r), .items = joined(rq, incident_items(r)),
		.medium = shown(rq, r, incident_f_medium), .data_kind = incident_data_kind(r), .persons = persons->set && persons->num2 != COUNT_UNKNOWN ? persons->num : -1,
		.persons_are_maximum = persons->set && persons->num2 == COUNT_ABOUT, .cause = incident_cause(r), .damage = incident_secondary(r),
		.person_action = incident_notices_how(r), .publication = incident_announced_how(r), .done = incident_done(r), .planned = incident_planned(r),
		.security = shown(rq, r, incident_f_encrypted), .verdict = verdict, .accident_kinds = shown(rq, r, incident_f_kinds),
		.inquiries = log_of(rq, incident_log_inquiries(r)), .outside = log_of(rq, incident_log_outside(r)), .inside = log_of(rq, incident_log_inside(r)),
		.decisions = log_of(rq, incident_decisions(r)), .first_response = incident_first_steps(r), .members = incident_council(r),
	};
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
