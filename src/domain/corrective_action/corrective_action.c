/* corrective_action.c - from a finding to its proven effect (W9). */
#include "domain/corrective_action/corrective_action.h"
#include "base/utf8.h"
#include "record/linked.h"
#include "domain/task/task.h"
#include "record/access.h"
#define RECORD     corrective_action
#define RECORD_DEF "domain/corrective_action/corrective_action.def"
#include "record/define.h"

enum { PLAN_WHAT, PLAN_OWNER, PLAN_DUE, PLAN_DONE, HIGH_DAYS = 30 };

/* ---- opened from another record ---- */

enum status corrective_actions_of(struct request *rq, int64_t about, int *ret_all, int *ret_open)
{
	struct linked p;

	*ret_all = *ret_open = 0;
	TRY(record_linked(rq, S("corrective_action"), corrective_action_f_about, about, &p));
	for (int i = 0; i < p.n; i++) {
		bool dropped = str_eq(p.r[i]->step, S("dropped"));
		*ret_all += !dropped;
		*ret_open += !dropped && !str_eq(p.r[i]->step, S("closed"));
	}
	return ST_OK;
}

/* REQ: CAR-11 (J.7.1 g) - made from its source, which stays linked both ways. */
enum status corrective_action_open(struct request *rq, const struct record *about, struct str source, struct str title, struct str finding, struct date found)
{
	int all, open;

	TRY(corrective_actions_of(rq, about->id, &all, &open));
	if (all)
		return ST_OK;
	struct record *r = record_new(rq, store_type(conn_store(rq->conn), S("corrective_action")));
	r->creator = 0;
	r->v[corrective_action_f_title] = value_of_text(utf8_clip(title, 200));
	r->v[corrective_action_f_department] = value_of_link(about->department);
	r->v[corrective_action_f_source] = value_of_text(source);
	r->v[corrective_action_f_about] = value_of_link(about->id);
	r->v[corrective_action_f_finding] = value_of_text(utf8_clip(finding, 8000));
	if (found.days != DATE_NEVER.days)
		r->v[corrective_action_f_found_on] = value_of_date(found);
	return record_write(rq, r, about->serial);
}

/* ---- rules ---- */

static bool at(const struct record *r, const char *step)
{
	return str_eq(r->step, str_z(step));
}

static bool yes(struct str code)
{
	return str_eq(code, S("yes"));
}

static bool set(const struct record *r, enum corrective_action_field f)
{
	return r->v[f].set;
}

static void check_days(struct request *rq, const struct record *r)
{
	static const enum corrective_action_field past[] = { corrective_action_f_found_on, corrective_action_f_corrected_on, corrective_action_f_done_on, corrective_action_f_checked_on };

	for (int i = 0; i < COUNT(past); i++)
		if (set(r, past[i]) && date_cmp(value_day(&r->v[past[i]]), rq->today) > 0)
			problem(&rq->problems, str_z(corrective_action_fields[past[i]].name), MSG_CA_FUTURE);
}

/* REQ: CAR-04 - nothing is done before manager and top management have approved the plan; CAR-07 - the effect is judged by
 * the privacy manager, after the work. */
static void check_stage(struct request *rq, const struct record *r)
{
	bool planned = at(r, "executing") || at(r, "result_approval") || at(r, "checking") || at(r, "reporting") || at(r, "closed");
	bool early = false;

	for (const struct row *row = corrective_action_plan(r)->rows; row; row = row->next)
		early = early || row->v[PLAN_DONE].set;
	if (early && !planned && !set(r, corrective_action_f_checked_on))
		problem(&rq->problems, S("plan"), MSG_CA_PLAN_EARLY);
	if (set(r, corrective_action_f_done_on) && !planned && !set(r, corrective_action_f_checked_on))
		problem(&rq->problems, S("done_on"), MSG_CA_PLAN_EARLY);
}

/* REQ: CAR-07 */
static enum status check_effect(struct request *rq, const struct record *r)
{
	static const enum corrective_action_field effect[] = { corrective_action_f_checked_on, corrective_action_f_check_how, corrective_action_f_verdict };
	struct record *before;

	if (!r->version || rq->actor.system || actor_has(rq, ROLE_privacy_manager))
		return ST_OK;
	TRY(record_get(rq, r->id, &before));
	for (int i = 0; i < COUNT(effect); i++)
		if (!value_eq(&corrective_action_fields[effect[i]], &r->v[effect[i]], &before->v[effect[i]])) {
			problem(&rq->problems, str_z(corrective_action_fields[effect[i]].name), MSG_CA_EFFECT_WHO);
			break;
		}
	return ST_OK;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	check_days(rq, r);
	if (m)
		return ST_OK;
	check_stage(rq, r);
	return check_effect(rq, r);
}

/* REQ: CAR-02 - what had to be restored at once is part of the record. */
static void want_correction(struct request *rq, const struct record *r)
{
	if (yes(corrective_action_needs_correction(r))
	    && (!set(r, corrective_action_f_correction) || !set(r, corrective_action_f_corrected_on) || !set(r, corrective_action_f_directed_by)))
		problem(&rq->problems, S("correction"), MSG_CA_CORRECTION);
}

/* REQ: CAR-04, CAR-10 - each line has an owner and a day; what is grave is done soon. */
static void want_plan(struct request *rq, const struct record *r)
{
	for (const struct row *row = corrective_action_plan(r)->rows; row; row = row->next)
		if (!row->v[PLAN_WHAT].set || !row->v[PLAN_OWNER].num || !row->v[PLAN_DUE].set)
			problem(&rq->problems, S("plan"), MSG_CA_PLAN_WHOLE);
	if (str_eq(corrective_action_severity(r), S("high")) && corrective_action_due(r).days > rq->today.days + HIGH_DAYS)
		problem(&rq->problems, S("due"), MSG_CA_DUE);
}

static void want_done(struct request *rq, const struct record *r)
{
	for (const struct row *row = corrective_action_plan(r)->rows; row; row = row->next)
		if (!row->v[PLAN_DONE].set)
			problem(&rq->problems, S("plan"), MSG_CA_PLAN_UNDONE);
}

/* REQ: CAR-07, CAR-08, CAR-09 - day, way and verdict; the decision on improvement; and the correction that was called for. */
static void want_effect(struct request *rq, const struct record *r, struct str comment)
{
	if (!set(r, corrective_action_f_checked_on) || !set(r, corrective_action_f_check_how) || !set(r, corrective_action_f_verdict))
		problem(&rq->problems, S("verdict"), MSG_CA_EFFECT);
	else if (date_cmp(corrective_action_checked_on(r), corrective_action_done_on(r)) < 0)
		problem(&rq->problems, S("checked_on"), MSG_CA_EFFECT_EARLY);
	else if (corrective_action_checked_on(r).days == corrective_action_done_on(r).days && !str_trim(comment).n)
		problem(&rq->problems, S("comment"), MSG_CA_EFFECT_SAME_DAY);
}

static void want_whole(struct request *rq, const struct record *r, struct str comment)
{
	int missing[256], n = record_missing(r, AT_SUBMIT | AT_APPROVE | AT_CLOSE, missing);

	for (int i = 0; i < n; i++)
		problem(&rq->problems, str_z(corrective_action_fields[missing[i]].name), MSG_REC_REQUIRED);
	want_effect(rq, r, comment);
	if (str_eq(corrective_action_verdict(r), S("not_effective")))
		problem(&rq->problems, S("verdict"), MSG_CA_NOT_EFFECTIVE);
	if (!set(r, corrective_action_f_improve) || (yes(corrective_action_improve(r)) && !set(r, corrective_action_f_improve_why)))
		problem(&rq->problems, S("improve"), MSG_CA_IMPROVE);
	want_correction(rq, r);
}

/* A privacy manager who heads the department as well does not judge what they carried out (domain.md b, rule 5). */
static enum status want_another(struct request *rq, const struct record *r)
{
	struct version *v;

	TRY(record_versions(rq, r->id, &v));
	while (v && !str_eq(v->move, S("finish")))
		v = v->next;
	if (v && v->staff && v->staff == rq->actor.staff)
		problem(&rq->problems, S(""), MSG_CA_EFFECT_OWN);
	return ST_OK;
}

static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	ptrdiff_t before = rq->problems.n;
	struct str code = str_z(m->code);

	if (at(r, "checking"))
		TRY(want_another(rq, r));

	if (str_eq(code, S("submit"))) {
		want_plan(rq, r);
	} else if (str_eq(code, S("finish"))) {
		want_done(rq, r);
		want_correction(rq, r);
	} else if (str_eq(code, S("report"))) {
		want_whole(rq, r, comment);
	} else if (str_eq(code, S("repeat"))) {
		want_effect(rq, r, comment);
		if (!str_eq(corrective_action_verdict(r), S("not_effective")))
			problem(&rq->problems, S("verdict"), MSG_CA_IS_EFFECTIVE);
	} else if (str_eq(code, S("approve")) && at(r, "reporting")) {
		want_whole(rq, r, S("-"));                       /* the manager has given the reason already */
	}
	return rq->problems.n > before ? ST_NO : ST_OK;
}

/* Whose turn it is: the department head finds, plans and acts, the privacy manager judges the effect. */
static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	(void)rq;
	(void)m;
	r->v[corrective_action_f_turn] = value_of_text(at(r, "checking") ? S("privacy_manager") : S("department_head"));
	return ST_OK;
}

/* REQ: CAR-08 - an improvement of the system is somebody's task, linked to what asked for it. */
static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	struct buf b = buf_make(1000);

	(void)before;
	if (!m || !at(r, "closed") || !yes(corrective_action_improve(r)))
		return ST_OK;
	msg_add(&b, JA, MSG_CA_IMPROVE_TASK, &r->serial, 1);
	struct str title = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	return task_open(rq, &(struct new_task){ .kind = "improvement", .role = "privacy_manager", .clause = "J.7.2", .title = title, .about = r->id,
		.due = date_add_months(rq->today, 3) }, r->serial);
}

const struct record_type corrective_action_type = {
	RECORD_TABLES,
	.name = "corrective_action", .title = { SLIT("是正処置実施記録"), SLIT("Corrective action") }, .area = "incidents",
	.title_field = "title", .department_field = "department", .turn_field = "turn", .serial_prefix = "CA", .retention_years = 10,
	.hooks = { .check = check, .derive = derive, .may_move = may_move, .after = after },
};
