/* follow.c - what follows from each save of an incident: its council, first steps, classification, reports, correction. */
#include "domain/incident/classification.h"
#include "domain/corrective_action/corrective_action.h"
#include "domain/council/council.h"
#include "domain/incident/filing.h"
#include "domain/incident/verdict.h"
#include "domain/incident/response_step.h"

/* REQ: INC-38 - a nonconformity behind the incident opens a corrective action by itself. */
static enum status open_corrective(struct request *rq, const struct record *r)
{
	if (!str_eq(incident_nonconformity(r), S("yes")))
		return ST_OK;
	return corrective_action_open(rq, r, S("emergency"), incident_title(r), incident_cause(r).n ? incident_cause(r) : incident_summary(r),
		incident_known(r));
}

enum status incident_follow(struct request *rq, struct record *r)
{
	struct incident_suggestion s;

	if (str_eq(r->step, S("reported")) || str_eq(r->step, S("near_miss")))
		return ST_OK;
	if (str_eq(r->step, S("closed")))
		return council_dissolve(rq, r->id);
	TRY(incident_suggestion_of(rq, r, &s));
	TRY(council_form(rq, r, incident_has_code(incident_kinds(r), "system") || !str_eq(incident_medium(r), S("paper"))));
	TRY(response_steps_make(rq, r));
	TRY(classification_suggest(rq, r, s.suggested, s.open, s.reasons));
	TRY(filings_owe(rq, r));
	return open_corrective(rq, r);
}
