/* press_desk.c - while the council's desk is open, nobody else speaks to the outside. */
#include "domain/press_desk/press_desk.h"
#include "domain/council/council_meeting.h"
#include "record/list.h"
#define RECORD     press_desk
#define RECORD_DEF "domain/press_desk/press_desk.def"
#include "record/define.h"

static bool has_member(const struct record *r, int64_t staff)
{
	for (const struct row *row = press_desk_members(r)->rows; row; row = row->next)
		if (row->v[0].num == staff)
			return true;
	return false;
}

struct desks { int64_t incident; bool any, open, member; };

static enum status look(struct request *rq, struct record *r, void *arg)
{
	struct desks *d = arg;

	if (!d->any && press_desk_incident(r) != d->incident)
		return ST_OK;
	d->open = true;
	d->member |= rq->actor.staff && has_member(r, rq->actor.staff);
	return ST_OK;
}

/* REQ: INC-16 - open desks are few; to the press nobody else speaks, whatever incident is named. */
enum status press_desk_allows(struct request *rq, int64_t incident, bool press, struct str place)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("press_desk")), .sort = LIST_SORT_CHANGED, .step = S("open") };
	struct desks d = { .incident = incident, .any = press && !incident };

	TRY(record_each(rq, &q, look, &d));
	if (!d.open || d.member || rq->actor.system)
		return ST_OK;
	problem(&rq->problems, place, MSG_PRESS_DESK_ONLY);
	return ST_NO;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	bool any = false;

	if (!r->version && !press_desk_incident(r))
		problem(&rq->problems, S("incident"), MSG_PUBLICATION_NO_INCIDENT);
	for (const struct row *row = press_desk_members(r)->rows; row; row = row->next)
		any |= row->v[0].num != 0;
	if (m && !any)
		problem(&rq->problems, S("members"), MSG_PRESS_DESK_MEMBERS);
	return ST_OK;
}

static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	(void)comment;
	return str_eq(str_z(m->code), S("open")) ? council_lets_out(rq, press_desk_incident(r), S("desk")) : ST_OK;
}

const struct record_type press_desk_type = {
	RECORD_TABLES,
	.name = "press_desk", .title = { SLIT("対外窓口"), SLIT("Press and enquiry desk") }, .area = "incidents", .marks = TYPE_PART,
	.title_field = "name", .retention_years = 10, .banner_step = "open", .banner = MSG_PRESS_DESK_BANNER,
	.hooks = { .check = check, .may_move = may_move },
};
