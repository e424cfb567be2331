/* emergencies.c - what communication, emergencies and corrective actions say about conformity. */
#include "domain/authority/authority_request.h"
#include "domain/communication/communication.h"
#include "domain/conformity/rules.h"
#include "domain/contact/contact.h"
#include "domain/contact_tree/contact_tree.h"
#include "domain/corrective_action/corrective_action.h"
#include "domain/incident/filing.h"
#include "domain/incident/incident.h"
#include "domain/organisation/organisation.h"
#include "record/list.h"
#include "record/store.h"

static enum status each(struct request *rq, const char *type, list_each *f, void *arg)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), str_z(type)), .sort = LIST_SORT_CHANGED, .step = S("*") };

	return record_each(rq, &q, f, arg);
}

static bool at(const struct record *r, const char *step)
{
	return str_eq(r->step, str_z(step));
}

/* ---- J.4.4.1 ---- */

struct plan { struct date day; int64_t lines, whole, unanswered; bool inside, outside, normal, emergency; };

static enum status count_line(struct request *rq, struct record *r, void *arg)
{
	struct plan *p = arg;

	(void)rq;
	if (!at(r, "active"))
		return ST_OK;
	p->lines++;
	p->whole += record_missing(r, AT_SUBMIT, NULL) == 0;
	p->inside = p->inside || str_eq(communication_side(r), S("inside"));
	p->outside = p->outside || str_eq(communication_side(r), S("outside"));
	p->normal = p->normal || str_eq(communication_time(r), S("normal"));
	p->emergency = p->emergency || str_eq(communication_time(r), S("emergency"));
	return ST_OK;
}

/* REQ: AUT-01 */
static enum status count_unanswered(struct request *rq, struct record *r, void *arg)
{
	struct plan *p = arg;
	bool waits = at(r, "received") || at(r, "review") || at(r, "approved");

	(void)rq;
	p->unanswered += waits && r->v[authority_request_f_due].set && date_cmp(authority_request_due(r), p->day) < 0;
	return ST_OK;
}

/* REQ: COM-01 (J.4.4.1): a plan, its six items filled in, for inside and outside, for normal times and emergencies; and no authority
 * waits for its answer beyond the day. */
enum status conformity_communication(struct request *rq, struct judgement *j)
{
	struct plan p = { .day = conformity_day(rq) };

	TRY(each(rq, "communication", count_line, &p));
	TRY(each(rq, "authority_request", count_unanswered, &p));
	j->where = p.unanswered ? "authority_request" : "communication";
	if (p.unanswered)
		return conformity_decide(rq, j, VERDICT_NONCONFORMITY, MSG_CONF_UNANSWERED, p.unanswered, MSG_CONF_DO_ANSWER), ST_OK;
	if (!p.lines)
		return conformity_decide(rq, j, VERDICT_NOT_RECORDED, MSG_CONF_NO_PLAN, 0, MSG_CONF_DO_PLAN), ST_OK;
	conformity_cite(rq, j, "communication", 0, p.lines);
	if (p.whole < p.lines)
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_PLAN_LINES, p.lines - p.whole, MSG_CONF_DO_PLAN);
	else if (!p.inside || !p.outside || !p.normal || !p.emergency)
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_PLAN_SIDES, 0, MSG_CONF_DO_PLAN);
	else
		conformity_decide(rq, j, VERDICT_CONFORMS, MSG_CONF_PLAN_OK, p.lines, MSG_NONE);
	return ST_OK;
}

/* ---- J.4.4.2 ---- */

enum { VERIFIED_DAYS = 365 };
struct readiness { struct date day; int64_t contacts, stale, tree, overdue; bool authority, body; };

static enum status count_contact(struct request *rq, struct record *r, void *arg)
{
	struct readiness *x = arg;
	struct date checked = contact_checked_on(r);

	(void)rq;
	if (!at(r, "active"))
		return ST_OK;
	x->contacts++;
	x->stale += checked.days == DATE_NEVER.days || checked.days + VERIFIED_DAYS < x->day.days;
	x->authority = x->authority || str_eq(contact_kind(r), S("ppc")) || str_eq(contact_kind(r), S("minister"));
	x->body = x->body || str_eq(contact_kind(r), S("reviewing_body"));
	return ST_OK;
}

static enum status count_tree(struct request *rq, struct record *r, void *arg)
{
	struct readiness *x = arg;

	(void)rq;
	x->tree += at(r, "active");
	return ST_OK;
}

static enum status count_overdue(struct request *rq, struct record *r, void *arg)
{
	struct readiness *x = arg;

	(void)rq;
	x->overdue += at(r, "due") && str_eq(filing_stage(r), S("final")) && filing_due(r).days < x->day.days;
	return ST_OK;
}

/* REQ: INC-01, INC-12, INC-24 (J.4.4.2): the directory names who must be told and was verified within a year, the contact tree
 * stands, and no final report is past its limit. Days 3 to 5 are a guide and no ground for a verdict. */
enum status conformity_emergencies(struct request *rq, struct judgement *j)
{
	struct readiness x = { .day = conformity_day(rq) };
	struct record *o;

	TRY(each(rq, "contact", count_contact, &x));
	TRY(each(rq, "contact_tree", count_tree, &x));
	TRY(each(rq, "filing", count_overdue, &x));
	TRY(organisation_find(rq, &o));
	bool holder = o && str_eq(organisation_pmark_holder(o), S("yes"));
	j->where = x.overdue ? "filing" : x.contacts ? "contact_tree" : "contact";
	if (!x.contacts && !x.tree && !x.overdue)
		return conformity_decide(rq, j, VERDICT_NOT_RECORDED, MSG_CONF_NO_DIRECTORY, 0, MSG_CONF_DO_DIRECTORY), ST_OK;
	conformity_cite(rq, j, "contact", 0, x.contacts);
	conformity_cite(rq, j, "contact_tree", 0, x.tree);
	if (x.overdue)
		conformity_decide(rq, j, VERDICT_NONCONFORMITY, MSG_CONF_REPORT_OVERDUE, x.overdue, MSG_CONF_DO_REPORT);
	else if (!x.authority || (holder && !x.body))
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_DIRECTORY_LACKS, 0, MSG_CONF_DO_DIRECTORY);
	else if (x.stale)
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_DIRECTORY_STALE, x.stale, MSG_CONF_DO_VERIFY);
	else if (!x.tree)
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_NO_TREE, 0, MSG_CONF_DO_TREE);
	else
		conformity_decide(rq, j, VERDICT_CONFORMS, MSG_CONF_EMERGENCY_OK, x.contacts, MSG_NONE);
	return ST_OK;
}

/* ---- J.7.1 ---- */

struct actions { struct date day; int64_t all, open, late; };

static enum status count_action(struct request *rq, struct record *r, void *arg)
{
	struct actions *a = arg;
	bool open = !at(r, "closed") && !at(r, "dropped");

	(void)rq;
	a->all += !at(r, "dropped");
	a->open += open;
	a->late += open && !r->v[corrective_action_f_done_on].set && corrective_action_due(r).days < a->day.days;
	return ST_OK;
}

/* REQ: CAR-04, CAR-09 (J.7.1): what was found is corrected by its day and proven; whether the cause was the root is a person's call. */
enum status conformity_corrective_action(struct request *rq, struct judgement *j)
{
	struct actions a = { .day = conformity_day(rq) };

	TRY(each(rq, "corrective_action", count_action, &a));
	j->where = "corrective_action";
	if (!a.all)
		return conformity_decide(rq, j, VERDICT_NOT_RECORDED, MSG_CONF_NO_ACTION, 0, MSG_CONF_DO_ACTION), ST_OK;
	conformity_cite(rq, j, "corrective_action", 0, a.all);
	if (a.late)
		conformity_decide(rq, j, VERDICT_NONCONFORMITY, MSG_CONF_ACTION_LATE, a.late, MSG_CONF_DO_ACTION_LATE);
	else if (a.open)
		conformity_decide(rq, j, VERDICT_UNDECIDED, MSG_CONF_ACTION_OPEN, a.open, MSG_NONE);
	else
		conformity_decide(rq, j, VERDICT_CONFORMS, MSG_CONF_ACTION_OK, a.all, MSG_NONE);
	return ST_OK;
}

/* ---- J.9.4 ---- */

struct entrusted { int64_t all, bare; };

/* Rows live until this returns; the corrective actions of each incident are counted here. */
static enum status count_entrusted(struct request *rq, struct record *r, void *arg)
{
	struct entrusted *e = arg;
	int all, open;

	if (!r->v[incident_f_entrustee].set || at(r, "reported") || at(r, "near_miss"))
		return ST_OK;
	TRY(corrective_actions_of(rq, r->id, &all, &open));
	e->all++;
	e->bare += !all && !r->v[incident_f_no_corrective].set;
	return ST_OK;
}

/* J.9.4: an incident at a contractor has led to a correction, or to the reason why none is needed. The contracts themselves are
 * judged from other records. */
enum status conformity_contractors(struct request *rq, struct judgement *j)
{
	struct entrusted e = { 0 };

	TRY(each(rq, "incident", count_entrusted, &e));
	j->where = "incident";
	if (!e.all)
		return conformity_decide(rq, j, VERDICT_NOT_RECORDED, MSG_CONF_NOTHING, 0, MSG_CONF_DO_RECORD), ST_OK;
	conformity_cite(rq, j, "incident", 0, e.all);
	if (e.bare)
		conformity_decide(rq, j, VERDICT_PARTIAL, MSG_CONF_CONTRACTOR_BARE, e.bare, MSG_CONF_DO_CONTRACTOR);
	else
		conformity_decide(rq, j, VERDICT_UNDECIDED, MSG_CONF_CONTRACTOR_READ, e.all, MSG_NONE);
	return ST_OK;
}
