/* response_step.c - the checklist of the first response: which steps the kind of incident demands, in which order. */
#include "domain/incident/response_step.h"
#include "domain/incident/incident.h"
#include "domain/council/parts.h"
#define RECORD     response_step
#define RECORD_DEF "domain/incident/response_step.def"
#include "record/define.h"

static bool caused_by(const struct record *incident, const char *a, const char *b)
{
	struct str cause = incident_cause_kind(incident);

	return str_eq(cause, str_z(a)) || str_eq(cause, str_z(b));
}

/* A failure or an attack goes on until somebody stops it. */
static bool goes_on(const struct record *i)
{
	return incident_has_code(incident_kinds(i), "system") || caused_by(i, "failure", "attack") || caused_by(i, "malware", "setting");
}

static bool of_theft(const struct record *i)
{
	return caused_by(i, "theft", "insider");
}

static bool always(const struct record *i)
{
	(void)i;
	return true;
}

static bool went_astray(const struct record *i)
{
	return caused_by(i, "mis_sent", "mis_delivered") || caused_by(i, "lost", "setting");
}

static bool of_a_client(const struct record *i)
{
	return str_eq(incident_entrusted(i), S("yes"));
}

/* REQ: INC-18 (J.4.4.2 q) - in this order; asking for return is good practice, the others are demanded. */
static const struct { const char *kind; bool (*when)(const struct record *incident); bool mandatory; } steps[] = {
	{ "stop", goes_on, true }, { "police", of_theft, true }, { "identify", always, true }, { "recover", went_astray, false }, { "client", of_a_client, true },
};

static enum status put(struct request *rq, const struct record *incident, const struct linked *there, int at)
{
	bool wanted = steps[at].when(incident);
	struct str mandatory = wanted && steps[at].mandatory ? S("yes") : S("no");
	struct record *r = NULL;

	for (int i = 0; i < there->n; i++)
		if (str_eq(response_step_kind(there->r[i]), str_z(steps[at].kind)))
			r = there->r[i];
	if (r && str_eq(response_step_mandatory(r), mandatory))
		return ST_OK;
	if (!r && !wanted)
		return ST_OK;
	if (!r) {
		r = incident_part_new(rq, "response_step", response_step_f_incident, incident);
		r->v[response_step_f_kind] = value_of_text(str_z(steps[at].kind));
		r->v[response_step_f_place] = value_of_number(at + 1);
	}
	r->v[response_step_f_mandatory] = value_of_text(mandatory);
	return record_write(rq, r, incident->serial);
}

enum status response_steps_make(struct request *rq, const struct record *incident)
{
	struct linked there;

	TRY(record_linked(rq, S("response_step"), response_step_f_incident, incident->id, &there));
	for (int i = 0; i < COUNT(steps); i++)
		TRY(put(rq, incident, &there, i));
	return ST_OK;
}

static bool is_open(const struct record *r)
{
	return str_eq(r->step, S("open")) || str_eq(r->step, S("running"));
}

/* REQ: INC-18 - what another record shows to be done needs no second entry. */
enum status response_step_end(struct request *rq, int64_t incident, struct str kind, struct str result)
{
	struct linked p;

	TRY(record_linked(rq, S("response_step"), response_step_f_incident, incident, &p));
	for (int i = 0; i < p.n; i++) {
		struct record *r = p.r[i];
		if (!str_eq(response_step_kind(r), kind) || !is_open(r))
			continue;
		r->step = S("done");
		if (!r->v[response_step_f_began].set)
			r->v[response_step_f_began] = value_of_number(rq->now.us);
		r->v[response_step_f_ended] = value_of_number(rq->now.us);
		r->v[response_step_f_actor] = value_of_link(rq->actor.staff);
		if (!r->v[response_step_f_result].set)
			r->v[response_step_f_result] = value_of_text(result);
		TRY(record_write(rq, r, S("")));
	}
	return ST_OK;
}

enum status response_steps_open(struct request *rq, int64_t incident, int *ret)
{
	struct linked p;

	*ret = 0;
	TRY(record_linked(rq, S("response_step"), response_step_f_incident, incident, &p));
	for (int i = 0; i < p.n; i++)
		*ret += str_eq(response_step_mandatory(p.r[i]), S("yes")) && is_open(p.r[i]);
	return ST_OK;
}

/* ---- rules ---- */

/* Is a mandatory step that comes before this one still untouched? */
static enum status earlier_open(struct request *rq, const struct record *r, bool *ret)
{
	struct linked p;

	*ret = false;
	TRY(record_linked(rq, S("response_step"), response_step_f_incident, response_step_incident(r), &p));
	for (int i = 0; i < p.n; i++)
		if (response_step_place(p.r[i]) < response_step_place(r) && str_eq(response_step_mandatory(p.r[i]), S("yes")) && str_eq(p.r[i]->step, S("open")))
			*ret = true;
	return ST_OK;
}

/* REQ: INC-07 - out of order needs a reason, as leaving out does. */
static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	bool early = false;

	if (str_eq(str_z(m->code), S("begin")) || (str_eq(str_z(m->code), S("finish")) && str_eq(r->step, S("open"))))
		TRY(earlier_open(rq, r, &early));
	if (!early || str_trim(comment).n)
		return ST_OK;
	problem(&rq->problems, S("comment"), MSG_STEP_ORDER);
	return ST_NO;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	const struct value *began = &r->v[response_step_f_began], *ended = &r->v[response_step_f_ended];

	(void)m;
	if (began->set && began->num > rq->now.us)
		problem(&rq->problems, S("began"), MSG_STEP_FUTURE);
	if (ended->set && ended->num > rq->now.us)
		problem(&rq->problems, S("ended"), MSG_STEP_FUTURE);
	if (began->set && ended->set && ended->num < began->num)
		problem(&rq->problems, S("ended"), MSG_STEP_ENDED_FIRST);
	return ST_OK;
}

/* Times and actor are those of the move, unless somebody entered when and by whom it was really done. */
static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	const struct choice *c = field_choice(&r->type->fields[response_step_f_kind], response_step_kind(r));
	struct value *began = &r->v[response_step_f_began], *ended = &r->v[response_step_f_ended];

	TRY(incident_part_derive(rq, r, response_step_f_incident, response_step_f_department, 0, MSG_NONE));
	if (c)
		r->v[response_step_f_title] = value_of_text(c->label[JA]);
	if (!m)
		return ST_OK;
	if (str_eq(r->step, S("open"))) {
		began->set = ended->set = false;
		return ST_OK;
	}
	if (!began->set)
		*began = ended->set ? *ended : value_of_number(rq->now.us);
	if (!str_eq(r->step, S("running")) && !ended->set)
		*ended = value_of_number(rq->now.us);
	if (!r->v[response_step_f_actor].set)
		r->v[response_step_f_actor] = value_of_link(rq->actor.staff);
	return ST_OK;
}

const struct record_type response_step_type = {
	RECORD_TABLES,
	.name = "response_step", .title = { SLIT("初動対応"), SLIT("First response") }, .area = "incidents", .marks = TYPE_NO_MENU,
	.title_field = "title", .department_field = "department", .retention_years = 10,
	.hooks = { .check = check, .derive = derive, .may_move = may_move },
};
