/* gates.c - when an incident may move on, and when notices, publications and reports may go out. */
#include "domain/affected_person/affected_person.h"
#include "domain/incident/classification.h"
#include "domain/corrective_action/corrective_action.h"
#include "domain/council/council.h"
#include "domain/council/council_meeting.h"
#include "domain/incident/filing.h"
#include "domain/incident/incident.h"
#include "domain/incident/logs.h"
#include "domain/incident/response_step.h"
#include "record/store.h"

static void want(struct request *rq, bool there, const char *place, enum msg_id otherwise)
{
	if (!there)
		problem(&rq->problems, str_z(place), otherwise);
}

static bool yes(struct str code)
{
	return str_eq(code, S("yes"));
}

/* REQ: INC-11 - the response is led by a council that sits. */
static enum status want_council(struct request *rq, const struct record *r)
{
	struct record *council;

	TRY(council_of(rq, r->id, &council));
	want(rq, council && str_eq(council->step, S("sitting")), "", MSG_INC_NEEDS_COUNCIL);
	if (yes(incident_entrusted(r)))
		want(rq, r->v[incident_f_client].set, "client", MSG_REC_REQUIRED);
	return ST_OK;
}

/* REQ: INC-07, INC-13, INC-18, INC-19 - no mandatory step of the first response is open, and the council has met. */
static enum status want_first_response(struct request *rq, const struct record *r)
{
	int open, meetings;

	TRY(response_steps_open(rq, r->id, &open));
	TRY(council_meetings(rq, r->id, &meetings));
	want(rq, open == 0, "", MSG_INC_NEEDS_FIRST_STEPS);
	want(rq, meetings > 0, "", MSG_INC_NEEDS_DECISION);
	return ST_OK;
}

/* REQ: INC-37 - the three logs are kept, or said to be empty. */
static enum status want_logs(struct request *rq, const struct record *r)
{
	struct incident_contacts c;

	TRY(incident_contacts_of(rq, r, false, &c));
	want(rq, incident_log_inquiries(r)->rows || yes(incident_no_inquiries(r)), "log_inquiries", MSG_INC_NEEDS_LOG);
	want(rq, c.outside.rows || yes(incident_no_outside(r)), "log_outside", MSG_INC_NEEDS_LOG);
	want(rq, c.inside.rows || yes(incident_no_inside(r)), "log_inside", MSG_INC_NEEDS_LOG);
	return ST_OK;
}

/* REQ: INC-38, INC-39 - a nonconformity has its corrective action, and that is finished. */
static enum status want_corrective(struct request *rq, const struct record *r)
{
	int all, open;

	TRY(corrective_actions_of(rq, r->id, &all, &open));
	if (yes(incident_nonconformity(r)))
		want(rq, all > 0, "nonconformity", MSG_INC_NEEDS_CORRECTIVE);
	want(rq, open == 0, "nonconformity", MSG_INC_CORRECTIVE_OPEN);
	return ST_OK;
}

/* REQ: INC-02, INC-14, INC-39 - every branch decided by the council, reports filed, actions done. */
static enum status want_whole(struct request *rq, const struct record *r)
{
	struct record *c;
	int filings, actions;
	bool decided;

	TRY(classification_of(rq, r->id, &c));
	want(rq, c && str_eq(c->step, S("decided")), "", MSG_INC_NEEDS_CLASSIFICATION);
	TRY(filings_open(rq, r->id, &filings));
	want(rq, filings == 0, "", MSG_INC_NEEDS_FINAL);
	TRY(council_actions_open(rq, r->id, &actions));
	want(rq, actions == 0, "", MSG_INC_ACTIONS_OPEN);
	TRY(council_decided(rq, r->id, 0, S("notice"), &decided));
	want(rq, decided || str_eq(incident_notices(r), S("waived")), "notices", MSG_INC_NEEDS_DECISION);
	TRY(council_decided(rq, r->id, 0, S("publication"), &decided));
	want(rq, decided || str_eq(incident_announced(r), S("waived")), "announced", MSG_INC_NEEDS_DECISION);
	enum status st = affected_persons_settled(rq, r->id);        /* REQ: INC-03, INC-20, INC-21 - nobody is left untold */
	if (st != ST_OK && st != ST_NO)
		return st;
	TRY(want_logs(rq, r));
	if (yes(incident_entrusted(r)))
		want(rq, incident_instructions(r)->rows != NULL, "instructions", MSG_INC_NEEDS_INSTRUCTION);
	return want_corrective(rq, r);
}

enum status incident_may_move(struct request *rq, const struct record *r, const struct move *m)
{
	struct str code = str_z(m->code);
	ptrdiff_t before = rq->problems.n;

	if (str_eq(code, S("convene")))
		TRY(want_council(rq, r));
	else if (str_eq(code, S("settle")))
		TRY(want_first_response(rq, r));
	else if (str_eq(code, S("close")))
		TRY(want_whole(rq, r));
	return rq->problems.n > before ? ST_NO : ST_OK;
}
