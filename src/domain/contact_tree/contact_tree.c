/* contact_tree.c - the emergency contact tree: who sees private numbers, and that they are confirmed. */
#include "domain/contact_tree/contact_tree.h"
#include "domain/council/council.h"
#include "record/access.h"
#include "record/trail.h"
#define RECORD     contact_tree
#define RECORD_DEF "domain/contact_tree/contact_tree.def"
#include "record/define.h"

enum { CHECK_DAYS = 180 };

/* REQ: INC-12 (J.4.4.2 k): department managers see to it in normal times that their staff can be reached. */
static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	if (!r->version)
		r->creator = 0;                              /* whoever wrote it down may confirm it, too */
	if (m && str_eq(str_z(m->code), S("confirm")))
		r->v[contact_tree_f_confirmed] = value_of_date(rq->today);
	bool confirmed = r->v[contact_tree_f_confirmed].set;
	r->v[contact_tree_f_check_due] = value_of_date(confirmed ? date_add_days(contact_tree_confirmed(r), CHECK_DAYS) : rq->today);
	return ST_OK;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	if (!r->version && !contact_tree_person(r))
		problem(&rq->problems, S("person"), MSG_REC_REQUIRED);
	if (!r->version && !contact_tree_department(r))
		problem(&rq->problems, S("department"), MSG_REC_REQUIRED);
	return ST_OK;
}

/* REQ: INC-12 - a private number: for the person, the managers above, and those who lead in an emergency. */
static bool shows(struct request *rq, const struct record *r, const struct field *f)
{
	static const enum role chain[] = { ROLE_department_manager, ROLE_department_head };

	(void)f;
	if (rq->actor.staff && rq->actor.staff == contact_tree_person(r))
		return true;
	for (ptrdiff_t i = 0; i < COUNT(chain); i++)
		if (actor_has_for(rq, chain[i], r->department))
			return true;
	if (actor_has(rq, ROLE_privacy_manager) || actor_has(rq, ROLE_top_management))
		return true;
	if (!council_sits(rq, rq->actor.staff))
		return false;
	trail_add(rq, TRAIL_VIEW, r->type, r->id, r->version, S("emergency"));       /* said apart: only the emergency opens it */
	return true;
}

const struct record_type contact_tree_type = {
	RECORD_TABLES,
	.name = "contact_tree", .title = { SLIT("緊急連絡網"), SLIT("Emergency contact tree") }, .area = "incidents",
	.title_field = "person", .department_field = "department", .due_field = "check_due", .retention_years = 10,
	.hooks = { .derive = derive, .check = check, .shows = shows },
};
