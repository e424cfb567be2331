/* filing.c - a report is filed: after whose word, with what in it, and what it ends. Which reports are owed stands in owed.c. */
#include "domain/incident/filing.h"
#include "base/utf8.h"
#include "domain/communication/communication.h"
#include "domain/council/council_meeting.h"
#include "domain/incident/incident.h"
#include "domain/incident/papers.h"
#include "domain/incident/response_step.h"
#include "domain/council/parts.h"
#define RECORD     filing
#define RECORD_DEF "domain/incident/filing.def"
#include "record/define.h"

enum { TEXT_MAX = 60000 };

static bool is(struct str code, const char *one)
{
	return str_eq(code, str_z(one));
}

/* Everybody but the client is told only after top management; the client at once (INC-18). */
static bool to_authority(const struct record *r)
{
	return !is(filing_to(r), "client");
}

/* To the Commission or the minister: what Rule 8 says of the nine matters. */
static bool of_rule_8(const struct record *r)
{
	return is(filing_to(r), "ppc") || is(filing_to(r), "number");
}

static bool is_final(const struct record *r)
{
	return is(filing_stage(r), "final") || is(filing_stage(r), "both");
}

/* ---- gates ---- */

/* REQ: INC-14, INC-17 - acknowledged and decided, or marked as filed in urgency, with the reason. */
static enum status want_word(struct request *rq, const struct record *r, const struct record *incident, bool urgent)
{
	bool decided;

	if (!to_authority(r) || urgent)
		return ST_OK;
	if (!incident->v[incident_f_acknowledged].set)
		problem(&rq->problems, S(""), MSG_INC_NEEDS_ACKNOWLEDGEMENT);
	TRY(council_decided(rq, incident->id, filing_decision(r), S("report"), &decided));
	if (!decided)
		problem(&rq->problems, S("decision"), MSG_INC_NEEDS_DECISION);
	return ST_OK;
}

/* REQ: INC-22 - what is entrusted is reported as the client says. */
static void want_instruction(struct request *rq, const struct record *r, const struct record *incident)
{
	if (of_rule_8(r) && str_eq(incident_entrusted(incident), S("yes")) && !incident_instructions(incident)->rows)
		problem(&rq->problems, S(""), MSG_INC_NEEDS_INSTRUCTION);
}

/* REQ: INC-24 - the preliminary report goes first, unless one report serves for both; a supplement follows the final one, or the
 * last that was made where no final one is owed any more. */
static enum status want_order(struct request *rq, const struct record *r)
{
	struct linked p;
	bool filed = false, owed = false;

	TRY(record_linked(rq, S("filing"), filing_f_incident, filing_incident(r), &p));
	for (int i = 0; i < p.n; i++) {
		if (p.r[i]->id == r->id || !str_eq(filing_to(p.r[i]), filing_to(r)) || is(filing_stage(p.r[i]), "supplement"))
			continue;
		bool due = is(p.r[i]->step, "due");
		if (is(filing_stage(r), "final") && is(filing_stage(p.r[i]), "preliminary") && due)
			problem(&rq->problems, S("stage"), MSG_INC_NEEDS_PRELIMINARY);
		filed = filed || is(p.r[i]->step, "filed");
		owed = owed || due;
	}
	if (is(filing_stage(r), "supplement") && (!filed || owed))
		problem(&rq->problems, S("stage"), MSG_FILING_NO_FINAL);
	if (is(filing_stage(r), "supplement") && !r->v[filing_f_addition].set)
		problem(&rq->problems, S("addition"), MSG_REC_REQUIRED);
	return ST_OK;
}

/* REQ: INC-42 - a final report has all nine matters, or the reason for what is not known; what lacks is named. */
static enum status want_nine(struct request *rq, const struct record *r, const struct record *incident)
{
	struct problems lacking = { .a = rq->a };
	struct incident_papers papers;

	if (!of_rule_8(r) || is(filing_stage(r), "supplement") || is(filing_stage(r), "notice"))
		return ST_OK;
	TRY(incident_papers_of(rq, incident, &papers));
	IGNORE(incident_report_complete(&papers, is_final(r) ? REPORT_FINAL : REPORT_PRELIMINARY, &lacking));
	for (ptrdiff_t i = 0; i < lacking.n; i++) {
		const struct field *matters = incident->type->fields[incident_f_unknown].rows;
		const struct choice *c = field_choice(&matters[0], lacking.p[i].place);
		problem(&rq->problems, lacking.p[i].place, MSG_FILING_LACKS, .arg = { c ? c->label[rq->lang] : lacking.p[i].place });
	}
	return ST_OK;
}

static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	bool urgent = is(str_z(m->code), "urgent");
	ptrdiff_t before = rq->problems.n;
	struct record *incident;

	(void)comment;
	if (!urgent && !is(str_z(m->code), "file"))
		return ST_OK;
	TRY(incident_of_part(rq, r, filing_f_incident, &incident));
	if (!incident)
		return ST_NO;
	TRY(want_word(rq, r, incident, urgent));
	want_instruction(rq, r, incident);
	TRY(want_order(rq, r));
	TRY(want_nine(rq, r, incident));
	return rq->problems.n > before ? ST_NO : ST_OK;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	struct record *incident;

	(void)m;
	TRY(incident_of_part(rq, r, filing_f_incident, &incident));
	if (!incident)
		return ST_OK;
	if (!r->version)
		incident_want_open(rq, incident);
	if (r->v[filing_f_filed_on].set && date_cmp(filing_filed_on(r), rq->today) > 0)
		problem(&rq->problems, S("filed_on"), MSG_FILING_FUTURE);
	if (r->v[filing_f_filed_on].set && date_cmp(filing_filed_on(r), incident_known(incident)) < 0)
		problem(&rq->problems, S("filed_on"), MSG_FILING_BEFORE_KNOWN);
	return ST_OK;
}

/* ---- what is written when it is filed ---- */

static enum status keep_text(struct request *rq, struct record *r, const struct record *incident)
{
	struct incident_papers papers;
	struct buf b = buf_make(1 << 20);

	if (is(filing_stage(r), "supplement")) {
		r->v[filing_f_text] = r->v[filing_f_addition];
		return ST_OK;
	}
	enum status st = incident_papers_of(rq, incident, &papers);
	if (st == ST_OK) {
		incident_ppc_text(rq->a, &b, &papers, is_final(r) ? REPORT_FINAL : REPORT_PRELIMINARY, JA);
		r->v[filing_f_text] = value_of_text(str_dup(rq->a, utf8_clip(buf_str(&b), TEXT_MAX)));
	}
	buf_free(&b);
	return st;
}

static struct str title_of(struct request *rq, const struct record *r, const struct record *incident)
{
	struct str args[] = { filing_recipient(r), S(""), incident->serial };
	const struct choice *to = field_choice(&r->type->fields[filing_f_to], filing_to(r)), *stage = field_choice(&r->type->fields[filing_f_stage], filing_stage(r));
	struct buf b = buf_make(1000);

	if (!args[0].n && to)
		args[0] = to->label[JA];
	if (stage)
		args[1] = stage->label[JA];
	msg_add(&b, JA, MSG_FILING_TITLE, args, 3);
	struct str s = str_dup(rq->a, utf8_clip(buf_str(&b), 300));
	buf_free(&b);
	return s;
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	struct record *incident;

	TRY(incident_part_derive(rq, r, filing_f_incident, filing_f_department, 0, MSG_NONE));
	TRY(incident_of_part(rq, r, filing_f_incident, &incident));
	if (!incident)
		return ST_OK;
	r->v[filing_f_title] = value_of_text(title_of(rq, r, incident));
	if (!m || !is(r->step, "filed"))
		return ST_OK;
	r->v[filing_f_acknowledged] = incident->v[incident_f_acknowledged];
	r->v[filing_f_relied_on] = value_of_number(incident_investigation(incident));
	return keep_text(rq, r, incident);
}

/* ---- what it ends ---- */

static enum status release(struct request *rq, struct record *r, enum msg_id why)
{
	r->step = S("released");
	return record_write(rq, r, msg_text(why, JA));
}

/* REQ: INC-22, INC-24 - one report for both stages leaves no final one due; an entrustee that has told its client owes the
 * authority nothing more (Act 26(1) proviso, Rule 9; My Number rule 4). */
static enum status end_others(struct request *rq, const struct record *r)
{
	bool freed = is(filing_to(r), "client");
	struct linked p;

	TRY(record_linked(rq, S("filing"), filing_f_incident, filing_incident(r), &p));
	for (int i = 0; i < p.n; i++) {
		if (!is(p.r[i]->step, "due"))
			continue;
		if (is(filing_stage(r), "both") && str_eq(filing_to(p.r[i]), filing_to(r)) && is(filing_stage(p.r[i]), "final"))
			TRY(release(rq, p.r[i], MSG_FILING_BOTH));
		else if (freed && of_rule_8(p.r[i]) && is(filing_owed(p.r[i]), "yes"))
			TRY(release(rq, p.r[i], MSG_FILING_FREED));
	}
	return ST_OK;
}

/* REQ: COM-02, INC-37 - what was filed, and to whom, stands in the log of contacts with the outside. */
static enum status log_filed(struct request *rq, const struct record *r)
{
	const struct choice *to = field_choice(&r->type->fields[filing_f_to], filing_to(r));
	bool online = str_starts(filing_address(r), S("https://"));

	return communication_note(rq, &(struct communication){ .outside = true, .what = filing_title(r), .channel = online ? "website" : "other",
		.whom = filing_recipient(r).n ? filing_recipient(r) : to ? to->label[JA] : S("-"), .incident = filing_incident(r), .about = r->id });
}

static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	(void)before;
	if (!m || !is(r->step, "filed"))
		return ST_OK;
	TRY(log_filed(rq, r));
	if (is(filing_to(r), "client"))
		TRY(response_step_end(rq, filing_incident(r), S("client"), filing_title(r)));
	return end_others(rq, r);
}

const struct record_type filing_type = {
	RECORD_TABLES,
	.name = "filing", .title = { SLIT("事故の報告"), SLIT("Incident report filed") }, .area = "incidents", .marks = TYPE_PART,
	.title_field = "title", .department_field = "department", .due_field = "due", .retention_years = 10,
	.hooks = { .check = check, .derive = derive, .may_move = may_move, .after = after },
};
