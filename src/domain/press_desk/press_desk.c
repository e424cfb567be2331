/* press_desk.c - while the council's desk is open, nobody else speaks to the outside. */
#include "domain/press_desk/press_desk.h"
#include "domain/affected_person/incident_notice.h"
#include "record/index.h"
#define RECORD     press_desk
#define RECORD_DEF "domain/press_desk/press_desk.def"
#include "record/define.h"

enum { DESKS_MAX = 16 };

static bool has_member(const struct record *r, int64_t staff)
{
	for (const struct row *row = press_desk_members(r)->rows; row; row = row->next)
		if (row->v[0].num == staff)
			return true;
	return false;
}

/* REQ: INC-16 */
enum status press_desk_allows(struct request *rq, int64_t incident, struct str place)
{
	const struct type *t = store_type(conn_store(rq->conn), S("press_desk"));
	struct value v = value_of_link(incident);
	int64_t ids[DESKS_MAX];
	int n = incident ? index_find(rq, t, press_desk_f_incident, &v, ids, DESKS_MAX) : 0;
	bool open = false;

	for (int i = 0; i < n; i++) {
		struct record *r;
		TRY(record_get(rq, ids[i], &r));
		if (!str_eq(r->step, S("open")))
			continue;
		if (rq->actor.staff && has_member(r, rq->actor.staff))
			return ST_OK;
		open = true;
	}
	if (!open || rq->actor.system)
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
	return str_eq(str_z(m->code), S("open")) ? incident_notice_allowed(rq, press_desk_incident(r), S("desk")) : ST_OK;
}

const struct record_type press_desk_type = {
	RECORD_TABLES,
	.name = "press_desk", .title = { SLIT("対外窓口"), SLIT("Press and enquiry desk") }, .area = "incidents",
	.title_field = "name", .retention_years = 10, .banner_step = "open", .banner = MSG_PRESS_DESK_BANNER,
	.hooks = { .check = check, .may_move = may_move },
};
