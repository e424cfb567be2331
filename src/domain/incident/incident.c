/* incident.c - the incident as a record: what may be entered, by whom. Verdict, gates and what follows have files of their own. */
#include "domain/incident/incident.h"
#include "domain/corrective_action/corrective_action.h"
#include "record/access.h"
#include "record/store.h"
#define RECORD     incident
#define RECORD_DEF "domain/incident/incident.def"
#include "record/define.h"

/* REQ: INC-10 - a grave failure is judged by the information system manager, "otherwise" by top or privacy manager; what
 * somebody else declares waits as a report. */
static void check_judges(struct request *rq, const struct record *r, const struct record *before)
{
	bool leads = rq->actor.system || actor_has(rq, ROLE_privacy_manager) || actor_has(rq, ROLE_top_management);
	struct str is = incident_kinds(r), was = incident_kinds(before);

	if (str_eq(r->step, S("reported")))
		return;
	if (incident_has_code(is, "system") && !incident_has_code(was, "system") && !rq->actor.system && !actor_has(rq, ROLE_system_manager))
		problem(&rq->problems, S("kinds"), MSG_INC_SYSTEM_JUDGE);
	if (incident_has_code(is, "judged") && !incident_has_code(was, "judged") && !leads)
		problem(&rq->problems, S("kinds"), MSG_INC_TOP_JUDGE);
	if (!leads && !actor_has(rq, ROLE_system_manager))
		problem(&rq->problems, S(""), MSG_INC_TAKEN_OVER);
}

/* REQ: INC-23, INC-40, INC-41 - nothing is known before it happens, or tomorrow; it does not stop before it begins. */
static void check_days(struct request *rq, const struct record *r)
{
	struct date occurred = incident_occurred(r), known = incident_known(r), stopped = incident_stopped(r), never = DATE_NEVER;

	if (known.days != never.days && date_cmp(known, rq->today) > 0)
		problem(&rq->problems, S("known"), MSG_INC_FUTURE);
	if (occurred.days != never.days && known.days != never.days && date_cmp(known, occurred) < 0)
		problem(&rq->problems, S("occurred"), MSG_INC_KNOWN_FIRST);
	if (occurred.days != never.days && stopped.days != never.days && date_cmp(stopped, occurred) < 0)
		problem(&rq->problems, S("stopped"), MSG_INC_STOPPED_FIRST);
	if (r->v[incident_f_passed_on].set && (date_cmp(incident_passed_on(r), rq->today) > 0 || date_cmp(incident_passed_on(r), known) < 0))
		problem(&rq->problems, S("passed_on"), MSG_INC_PASSED_WHEN);
}

/* REQ: INC-23 - the day of knowing starts every clock: once the case is taken up it moves only for a reason. */
static void check_known(struct request *rq, const struct record *r, const struct record *before)
{
	bool moved = before->v[incident_f_known].set && incident_known(before).days != incident_known(r).days;
	bool same_reason = str_eq(incident_known_why(r), incident_known_why(before));

	if (moved && !str_eq(before->step, S("reported")) && (!r->v[incident_f_known_why].set || same_reason))
		problem(&rq->problems, S("known_why"), MSG_INC_KNOWN_WHY);
}

/* REQ: INC-13 - the root cause belongs to the permanent response, which opens when top management has declared the first one
 * settled, or runs beside it in a corrective action. */
static enum status check_phase(struct request *rq, const struct record *r, const struct record *before)
{
	int all, open;

	if (str_eq(r->step, S("settled")) || !r->v[incident_f_analysis].set || str_eq(incident_analysis(r), incident_analysis(before)))
		return ST_OK;
	TRY(corrective_actions_of(rq, r->id, &all, &open));
	if (!all)
		problem(&rq->problems, S("analysis"), MSG_INC_NOT_SETTLED);
	return ST_OK;
}

/* REQ: INC-28, INC-31 - an empty count asks for the possible maximum; persons with a number are persons. */
static void check_counts(struct request *rq, const struct record *r)
{
	const struct value *all = incident_persons(r), *numbers = incident_my_number_persons(r);

	if (all->set && numbers->set && all->num2 == COUNT_EXACT && numbers->num2 == COUNT_EXACT && numbers->num > all->num)
		problem(&rq->problems, S("my_number_persons"), MSG_INC_MORE_NUMBERS);
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	struct record *before;

	check_days(rq, r);
	check_counts(rq, r);
	if (!r->version && !r->v[incident_f_title].set)
		problem(&rq->problems, S("title"), MSG_REC_REQUIRED);
	if (!r->version && !r->v[incident_f_summary].set)
		problem(&rq->problems, S("summary"), MSG_REC_REQUIRED);
	if (m || !r->version)
		return ST_OK;
	TRY(record_get(rq, r->id, &before));
	check_judges(rq, r, before);
	check_known(rq, r, before);
	return check_phase(rq, r, before);
}

static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	(void)comment;
	return incident_may_move(rq, r, m);
}

static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	(void)before;
	(void)m;
	return incident_follow(rq, r);
}

const struct record_type incident_type = {
	RECORD_TABLES,
	.name = "incident", .title = { SLIT("事故・緊急事態"), SLIT("Incident") }, .area = "incidents",
	.title_field = "title", .department_field = "department", .serial_prefix = "INC", .retention_years = 10, .clause = "J.4.4.2",
	.hooks = { .check = check, .may_move = may_move, .derive = incident_derive, .after = after },
};
