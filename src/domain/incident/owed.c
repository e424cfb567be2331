/* owed.c - which reports an incident calls for: made when a condition is met, moved with the days, released when it falls away. */
#include "base/deadline.h"
#include "domain/contact/contact.h"
#include "domain/incident/filing.h"
#include "domain/incident/incident.h"
#include "domain/council/parts.h"
#include "record/index.h"

/* One report that is owed now. */
struct owed { const char *to, *stage; struct str recipient, address; struct date from, due; bool yes; };

static bool any(struct str codes, const char *const *wanted, int n)
{
	for (int i = 0; i < n; i++)
		if (incident_has_code(codes, wanted[i]))
			return true;
	return false;
}

/* The nine kinds of accidents of the mark. */
static const char *const accidents[] = { "leak", "loss", "damage", "alteration", "acquisition", "beyond", "misuse", "refusal", "feared" };

bool filing_accident_kind(const char *code)
{
	for (int i = 0; i < COUNT(accidents); i++)
		if (strcmp(accidents[i], code) == 0)
			return true;
	return false;
}

/* REQ: INC-34 - of the nine kinds, or not told yet. */
bool filing_is_accident(const struct record *i)
{
	return !incident_kinds(i).n || any(incident_kinds(i), accidents, COUNT(accidents));
}

/* REQ: INC-36 - the address kept in the directory, for My Number its own one. */
static enum status address_of(struct request *rq, const char *kind, bool my_number, struct str *ret)
{
	struct value v = value_of_text(str_z(kind));
	struct record *r;
	int64_t id;

	*ret = S("");
	if (!index_find(rq, store_type(conn_store(rq->conn), S("contact")), contact_f_kind, &v, &id, 1))
		return ST_OK;
	TRY(record_get(rq, id, &r));
	*ret = contact_address(r, my_number);
	return ST_OK;
}

static struct str usual_authority(const struct incident_profile *p, const char **ret_kind)
{
	*ret_kind = str_eq(p->authority, msg_text(MSG_INC_PPC, JA)) ? "ppc" : "minister";
	return p->authority;
}

/* REQ: INC-33 - the mark is asked for once: who was a holder at the time of the incident still reports it. */
static bool holder(const struct incident_profile *p, const struct linked *there)
{
	for (int i = 0; i < there->n; i++)
		if (str_eq(filing_to(there->r[i]), S("mark")))
			return true;
	return p->holder;
}

enum { OWED = 7 };

static enum status owed_now(struct request *rq, const struct record *i, const struct linked *there, struct owed o[OWED])
{
	static const char *const leaks[] = { "c1", "c2", "c3", "c4" }, *const numbers[] = { "c5", "c6", "c7", "c8" };
	struct date from = value_day(&i->v[incident_f_guide_from]), guide = value_day(&i->v[incident_f_guide_until]), final = value_day(&i->v[incident_f_final_due]);
	struct str codes = incident_conditions(i), ppc_at, number_at, mark_at;
	struct incident_profile p;
	const char *kind;

	TRY(incident_profile_of(rq, &p));
	struct str authority = usual_authority(&p, &kind);
	TRY(address_of(rq, kind, false, &ppc_at));
	TRY(address_of(rq, "ppc", true, &number_at));
	TRY(address_of(rq, "reviewing_body", false, &mark_at));
	bool leak = any(codes, leaks, COUNT(leaks)), number = any(codes, numbers, COUNT(numbers)), mark = holder(&p, there);
	struct leak_deadlines accident = deadline_leak(incident_known(i), incident_has_code(codes, "c3") || incident_has_code(codes, "c5"));
	struct str commission = msg_text(MSG_INC_PPC, JA);
	o[0] = (struct owed){ "ppc", "preliminary", authority, ppc_at, from, guide, leak };
	o[1] = (struct owed){ "ppc", "final", authority, ppc_at, DATE_NEVER, final, leak };
	o[2] = (struct owed){ "number", "preliminary", commission, number_at, from, guide, number };
	o[3] = (struct owed){ "number", "final", commission, number_at, DATE_NEVER, final, number };
	o[4] = (struct owed){ "mark", "preliminary", p.reviewing_body, mark_at, from, guide, mark && codes.n };
	o[5] = (struct owed){ "mark", "final", p.reviewing_body, mark_at, DATE_NEVER, accident.final, mark && (filing_is_accident(i) || codes.n) };
	o[6] = (struct owed){ "client", "notice", incident_client(i), S(""), DATE_NEVER, incident_known(i), str_eq(incident_entrusted(i), S("yes")) };
	return ST_OK;
}

/* The one that was made for this duty, whatever became of it; one report for both stages stands for the preliminary one. */
static struct record *made_for(const struct linked *there, const struct owed *o)
{
	for (int i = 0; i < there->n; i++) {
		struct record *r = there->r[i];
		struct str stage = str_eq(filing_stage(r), S("both")) ? S("preliminary") : filing_stage(r);
		if (str_eq(filing_owed(r), S("yes")) && str_eq(filing_to(r), str_z(o->to)) && str_eq(stage, str_z(o->stage)))
			return r;
	}
	return NULL;
}

static bool client_told(const struct linked *there)
{
	for (int i = 0; i < there->n; i++)
		if (str_eq(filing_to(there->r[i]), S("client")) && str_eq(there->r[i]->step, S("filed")))
			return true;
	return false;
}

static struct value text_or_none(struct str s)
{
	struct value v = value_of_text(s);

	v.set = s.n > 0;
	return v;
}

/* Was it released because the condition had fallen away, and not by a person or another report? */
static enum status released_by_facts(struct request *rq, const struct record *r, bool *ret)
{
	struct version *v;

	TRY(record_versions(rq, r->id, &v));
	*ret = v && str_eq(v->comment, msg_text(MSG_FILING_FELL_AWAY, JA));
	return ST_OK;
}

static enum status settle(struct request *rq, const struct record *incident, const struct linked *there, const struct owed *o)
{
	struct record *r = made_for(there, o);
	bool by_facts = false;

	if (!r && !o->yes)
		return ST_OK;
	if (r && str_eq(r->step, S("filed")))
		return ST_OK;
	if (r && str_eq(r->step, S("released"))) {
		TRY(released_by_facts(rq, r, &by_facts));
		if (!o->yes || !by_facts)
			return ST_OK;
		r->step = S("due");
	} else if (r && !o->yes) {
		r->step = S("released");
		return record_write(rq, r, msg_text(MSG_FILING_FELL_AWAY, JA));
	}
	if (r && !by_facts && filing_due(r).days == o->due.days && str_eq(filing_recipient(r), o->recipient))
		return ST_OK;
	if (!r) {
		r = incident_part_new(rq, "filing", filing_f_incident, incident);
		r->v[filing_f_to] = value_of_text(str_z(o->to));
		r->v[filing_f_stage] = value_of_text(str_z(o->stage));
		r->v[filing_f_owed] = value_of_text(S("yes"));
		r->v[filing_f_address] = text_or_none(o->address);
	}
	r->v[filing_f_recipient] = text_or_none(o->recipient);
	r->v[filing_f_due] = value_of_date(o->due);
	if (o->from.days != DATE_NEVER.days)
		r->v[filing_f_guide_from] = value_of_date(o->from);
	return record_write(rq, r, incident->serial);
}

/* REQ: INC-06, INC-18, INC-23, INC-24, INC-33, INC-34, INC-35 - a report is owed from the moment the incident is taken up. */
enum status filings_owe(struct request *rq, const struct record *incident)
{
	struct linked there;
	struct owed o[OWED];

	if (!incident->v[incident_f_final_due].set)
		return ST_OK;
	TRY(record_linked(rq, S("filing"), filing_f_incident, incident->id, &there));
	TRY(owed_now(rq, incident, &there, o));
	for (int i = 0; i < OWED; i++) {
		if (i < 4 && client_told(&there) && !made_for(&there, &o[i]))
			continue;                                /* freed by the notice to the client */
		TRY(settle(rq, incident, &there, &o[i]));
	}
	return ST_OK;
}

enum status filings_open(struct request *rq, int64_t incident, int *ret)
{
	struct linked p;

	*ret = 0;
	TRY(record_linked(rq, S("filing"), filing_f_incident, incident, &p));
	for (int i = 0; i < p.n; i++)
		*ret += str_eq(p.r[i]->step, S("due"));
	return ST_OK;
}
