/* classification.c - which conditions of reporting are met: suggested from facts, decided by a person. */
#include "domain/incident/classification.h"
#include "domain/contact/contact.h"
#include "domain/incident/incident.h"
#include "domain/council/parts.h"
#define RECORD     classification
#define RECORD_DEF "domain/incident/classification.def"
#include "record/define.h"

enum { REASON_CONDITION, REASON_WHY };

enum status classification_of(struct request *rq, int64_t incident, struct record **ret)
{
	struct linked p;

	TRY(record_linked(rq, S("classification"), classification_f_incident, incident, &p));
	*ret = p.n ? p.r[0] : NULL;
	return ST_OK;
}

static bool has(struct str codes, struct str code)
{
	struct str one;

	while (str_cut(&codes, ' ', &one))
		if (str_eq(one, code))
			return true;
	return false;
}

static bool reasoned(const struct record *r, struct str code)
{
	for (const struct row *row = classification_reasons(r)->rows; row; row = row->next)
		if (str_eq(row->v[REASON_CONDITION].text, code) && row->v[REASON_WHY].set)
			return true;
	return false;
}

static struct value text_or_none(struct str s)
{
	struct value v = value_of_text(s);

	v.set = s.n > 0;
	return v;
}

/* What is suggested stands ticked, unless somebody has unticked it for a reason; what somebody added stays. */
static struct str ticked(struct request *rq, const struct record *r, struct str suggested)
{
	struct buf b = buf_make(100);

	for (const struct choice *c = choices_condition; c->code; c++) {
		struct str code = str_z(c->code);
		bool added = has(classification_conditions(r), code) && !has(classification_suggested(r), code);
		if ((has(suggested, code) && !reasoned(r, code)) || added)
			buf_fmt(&b, "%s%s", b.n ? " " : "", c->code);
	}
	struct str s = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	return s;
}

/* REQ: INC-24, INC-25, INC-26, INC-27, INC-28, INC-32 */
enum status classification_suggest(struct request *rq, const struct record *incident, struct str suggested, struct str open, struct str questions)
{
	struct record *r;
	bool fresh;

	TRY(classification_of(rq, incident->id, &r));
	fresh = !r;
	if (fresh)
		r = incident_part_new(rq, "classification", classification_f_incident, incident);
	if (!fresh && str_eq(classification_suggested(r), suggested) && str_eq(classification_open(r), open) && str_eq(classification_questions(r), questions))
		return ST_OK;
	bool other = fresh || !str_eq(classification_suggested(r), suggested) || !str_eq(classification_open(r), open);
	if (other)
		r->v[classification_f_conditions] = text_or_none(ticked(rq, r, suggested));
	if (other && !fresh && str_eq(r->step, S("decided"))) {
		r->step = S("open");                             /* it was decided on other facts */
		r->v[classification_f_decided_at].set = false;
	}
	r->v[classification_f_suggested] = text_or_none(suggested);
	r->v[classification_f_open] = text_or_none(open);
	r->v[classification_f_questions] = text_or_none(questions);
	return record_write(rq, r, incident->serial);
}

/* ---- rules ---- */

/* REQ: INC-25, INC-26, INC-27 - unticking what is suggested needs a reason. */
static void check_unticked(struct request *rq, const struct record *r)
{
	for (const struct choice *c = choices_condition; c->code; c++) {
		struct str code = str_z(c->code);
		if (has(classification_suggested(r), code) && !has(classification_conditions(r), code) && !reasoned(r, code))
			problem(&rq->problems, S("reasons"), MSG_CLASS_UNTICKED, .arg = { c->label[rq->lang] });
	}
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	check_unticked(rq, r);
	return ST_OK;
}

/* What is open is ticked, or judged in words. */
static void want_answers(struct request *rq, const struct record *r)
{
	for (const struct choice *c = choices_condition; c->code; c++) {
		struct str code = str_z(c->code);
		if (has(classification_open(r), code) && !has(classification_conditions(r), code) && !reasoned(r, code))
			problem(&rq->problems, S("reasons"), MSG_CLASS_OPEN, .arg = { c->label[rq->lang] });
	}
}

/* REQ: INC-28, INC-30, INC-31 - the questions that decide are answered in the investigation before anything is classified. */
static void want_facts(struct request *rq, const struct record *i)
{
	bool number = str_eq(incident_my_number(i), S("yes"));

	if (incident_investigation(i) == 0)
		problem(&rq->problems, S(""), MSG_INC_NEEDS_INVESTIGATION);
	if (!i->v[incident_f_kinds].set)
		problem(&rq->problems, S(""), MSG_CLASS_KIND);
	if (!i->v[incident_f_my_number].set)
		problem(&rq->problems, S(""), MSG_CLASS_NUMBER);
	if (!i->v[incident_f_persons].set || incident_persons(i)->num2 != COUNT_EXACT)
		problem(&rq->problems, S(""), MSG_CLASS_PERSONS);
	if (number && !i->v[incident_f_readable].set)
		problem(&rq->problems, S(""), MSG_CLASS_READABLE);
	if (number && (!i->v[incident_f_my_number_persons].set || incident_my_number_persons(i)->num2 != COUNT_EXACT))
		problem(&rq->problems, S(""), MSG_CLASS_NUMBER_PERSONS);
}

static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	ptrdiff_t before = rq->problems.n;
	struct incident_profile p;
	struct record *incident;

	(void)comment;
	if (!str_eq(str_z(m->code), S("classify")))
		return ST_OK;
	TRY(record_get(rq, classification_incident(r), &incident));
	TRY(incident_profile_of(rq, &p));
	enum status st = contact_complete(rq, p.holder);     /* REQ: INC-01 - whom to tell is known beforehand */
	if (st != ST_OK && st != ST_NO)
		return st;
	want_facts(rq, incident);
	want_answers(rq, r);
	return rq->problems.n > before ? ST_NO : ST_OK;
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	struct record *incident;

	TRY(incident_part_derive(rq, r, classification_f_incident, classification_f_department, classification_f_title, MSG_CLASS_TITLE));
	if (!m || !str_eq(str_z(m->code), S("classify")))
		return ST_OK;
	TRY(record_get(rq, classification_incident(r), &incident));
	r->v[classification_f_relied_on] = value_of_number(incident_investigation(incident));
	r->v[classification_f_decided_at] = value_of_number(rq->now.us);
	return ST_OK;
}

/* Decided or ticked otherwise, the incident's conditions, days and reports follow. */
static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	struct record *incident;

	if (!before || (!m && str_eq(classification_conditions(before), classification_conditions(r))))
		return ST_OK;
	if (!m && !str_eq(classification_suggested(before), classification_suggested(r)))
		return ST_OK;                                    /* the incident itself brought it up to date */
	TRY(record_get(rq, classification_incident(r), &incident));
	return record_write(rq, incident, S(""));
}

const struct record_type classification_type = {
	RECORD_TABLES,
	.name = "classification", .title = { SLIT("報告要否の判定"), SLIT("Classification") }, .area = "incidents", .marks = TYPE_NO_MENU,
	.title_field = "title", .department_field = "department", .retention_years = 10,
	.hooks = { .check = check, .derive = derive, .may_move = may_move, .after = after },
};
