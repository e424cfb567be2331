/* route.c - adding approvals to a procedure, from a day to a day. */
#include "domain/route/route.h"
#include "record/access.h"
#define RECORD     route
#define RECORD_DEF "domain/route/route.def"
#include "record/define.h"

enum { HOLDERS_MAX = 64 };

/* Whoever applies, somebody else must be able to decide: the holders of the role and, where only the applicant holds it, of the next
 * higher ones. Roles of departments are held case by case; those above them count. */
static void want_deciders(struct request *rq, enum role role)
{
	int64_t who[HOLDERS_MAX], first = 0;
	bool another = false;

	if (role_company_wide(role) && !access_holders(rq, role, 0, who, HOLDERS_MAX)) {
		problem(&rq->problems, S("role"), MSG_ROUTE_NOBODY, .arg = { role_label(role, rq->lang) });
		return;
	}
	for (; role != ROLE_none; role = role_higher(role)) {
		int n = role_company_wide(role) ? access_holders(rq, role, 0, who, HOLDERS_MAX) : 0;
		for (int i = 0; i < n; i++) {
			another |= first && who[i] != first;
			first = first ? first : who[i];
		}
	}
	if (!another)
		problem(&rq->problems, S("role"), MSG_ROUTE_ONLY, .arg = { first ? record_title_of(rq, first) : S("") });
}

/* Only a step that asks for approvals can ask for more. */
static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	const struct type *t = store_type(conn_store(rq->conn), route_target(r));
	struct route_line line;
	int n = 0;

	if (r->v[route_f_role].set && (!m || m->demands & AT_SUBMIT))
		want_deciders(rq, role_of_code(route_role(r)));
	if (t)
		TRY(route_of(rq, t, route_step(r), &line, 1, &n));
	if (r->v[route_f_target].set && !t)
		problem(&rq->problems, S("target"), MSG_ROUTE_TARGET);
	else if (r->v[route_f_step].set && !n)
		problem(&rq->problems, S("step"), MSG_ROUTE_STEP);
	if (r->v[route_f_valid_to].set && date_cmp(route_valid_to(r), route_valid_from(r)) < 0)
		problem(&rq->problems, S("valid_to"), MSG_REC_DAYS_RANGE);
	return ST_OK;
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	if (m && str_eq(str_z(m->code), S("end")) && (!r->v[route_f_valid_to].set || date_cmp(route_valid_to(r), rq->today) > 0))
		r->v[route_f_valid_to] = value_of_date(date_add_days(rq->today, -1));
	r->holds_from = r->v[route_f_valid_from].set ? route_valid_from(r) : DATE_FIRST;
	r->holds_to = route_valid_to(r);
	return ST_OK;
}

static int order_of(struct str place)
{
	enum { BEFORE = 50, WITH_THE_FIRST = 100, AFTER = 100000 };

	return str_eq(place, S("before")) ? BEFORE : str_eq(place, S("together")) ? WITH_THE_FIRST : AFTER;
}

static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	(void)before, (void)m;
	if (str_eq(r->step, S("active")))
		return route_set(rq, r->id, route_target(r), route_step(r), role_of_code(route_role(r)), order_of(route_place(r)), r->holds_from,
			r->holds_to);
	return str_eq(r->step, S("ended")) ? route_drop(rq, r->id) : ST_OK;
}

const struct record_type route_type = {
	RECORD_TABLES,
	.name = "route", .title = { SLIT("承認経路の追加"), SLIT("Approvals added") }, .area = "settings", .marks = TYPE_ROUTE,
	.title_field = "target", .retention_years = 10,
	.hooks = { .check = check, .derive = derive, .after = after },
};
