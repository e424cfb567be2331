/* council.c - who decides in an emergency. */
#include "domain/council/council.h"
#include "domain/council/parts.h"
#include "domain/staff/staff.h"
#include "record/access.h"
#include "record/list.h"
#define RECORD     council
#define RECORD_DEF "domain/council/council.def"
#include "record/define.h"

enum { STAFF, PART, HOLDERS = 16, MEMBERS_MAX = 60 };

enum status council_of(struct request *rq, int64_t incident, struct record **ret)
{
	struct linked p;

	TRY(record_linked(rq, S("council"), council_f_incident, incident, &p));
	*ret = p.n ? p.r[0] : NULL;
	return ST_OK;
}

/* ---- who sits now. REQ: INC-12 ---- */

struct sitting { int64_t staff; bool found; };

static enum status look(struct request *rq, struct record *r, void *arg)
{
	struct sitting *s = arg;

	(void)rq;
	s->found = s->found || council_chair(r) == s->staff;
	for (const struct row *row = council_members(r)->rows; row; row = row->next)
		s->found = s->found || row->v[STAFF].num == s->staff;
	return ST_OK;
}

bool council_sits(struct request *rq, int64_t staff)
{
	static const char key;
	struct sitting *s = *request_memo(rq, &key);
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("council")), .sort = LIST_SORT_CHANGED, .step = S("sitting") };
	struct actor actor = rq->actor;

	if (s && s->staff == staff)
		return s->found;
	s = new(rq->a, struct sitting);
	s->staff = staff;
	rq->actor = (struct actor){ .system = true, .name = S("") };     /* the rule asks, not the reader */
	if (staff && record_each(rq, &q, look, s) != ST_OK)
		s->found = false;
	rq->actor = actor;
	*request_memo(rq, &key) = s;
	return s->found;
}

/* ---- the members that the rule book names ---- */

struct seats { struct request *rq; struct row *first, **end; int n; };

static void seat(struct seats *s, int64_t staff, struct str part)
{
	for (const struct row *row = s->first; row; row = row->next)
		if (row->v[STAFF].num == staff)
			return;
	if (s->n == MEMBERS_MAX)
		return;
	struct row *row = new(s->rq->a, struct row);
	row->v = new_n(s->rq->a, struct value, 2);
	row->v[STAFF] = value_of_link(staff);
	row->v[PART] = value_of_text(part);
	*s->end = row;
	s->end = &row->next;
	s->n++;
}

static void seat_holders(struct seats *s, enum role role, int64_t department)
{
	int64_t who[HOLDERS];
	int n = access_holders(s->rq, role, department, who, HOLDERS);

	for (int i = 0; i < n; i++)
		seat(s, who[i], role_label(role, JA));
}

static enum status seat_officer(struct request *rq, struct record *r, void *arg)
{
	(void)rq;
	seat(arg, r->id, r->v[staff_f_title].set ? staff_title(r) : field_choice(&r->type->fields[staff_f_employment], S("officer"))->label[JA]);
	return ST_OK;
}

static enum status seat_officers(struct seats *s)
{
	const struct type *t = store_type(conn_store(s->rq->conn), S("staff"));
	struct list_query q = { .type = t, .sort = LIST_SORT_CHANGED, .nfilters = 1,
		.filter = { { .place = staff_f_employment, .equal = S("officer") } } };

	return record_each(s->rq, &q, seat_officer, s);
}

/* REQ: INC-11 - top management, officers, privacy manager and heads of the departments concerned are members by themselves. */
enum status council_form(struct request *rq, const struct record *incident, bool systems)
{
	struct seats s = { .rq = rq, .end = &s.first };
	struct record *r;
	int64_t top;

	TRY(council_of(rq, incident->id, &r));
	if (r)
		return ST_OK;
	r = incident_part_new(rq, "council", council_f_incident, incident);
	seat_holders(&s, ROLE_top_management, 0);
	seat_holders(&s, ROLE_privacy_manager, 0);
	TRY(seat_officers(&s));
	if (incident->department) {
		seat_holders(&s, ROLE_department_head, incident->department);
		seat_holders(&s, ROLE_department_manager, incident->department);
	}
	if (systems)
		seat_holders(&s, ROLE_system_manager, 0);
	r->v[council_f_members] = (struct value){ .set = s.n > 0, .num = s.n, .rows = s.first };
	if (access_holders(rq, ROLE_top_management, 0, &top, 1) == 1)
		r->v[council_f_chair] = value_of_link(top);
	return record_write(rq, r, incident->serial);
}

enum status council_dissolve(struct request *rq, int64_t incident)
{
	struct record *r;

	TRY(council_of(rq, incident, &r));
	if (!r || str_eq(r->step, S("dissolved")))
		return ST_OK;
	r->step = S("dissolved");
	return record_write(rq, r, S(""));
}

/* ---- rules ---- */

static bool holds(struct request *rq, enum role role, int64_t staff)
{
	int64_t who[HOLDERS];
	int n = access_holders(rq, role, 0, who, HOLDERS);

	for (int i = 0; i < n; i++)
		if (who[i] == staff)
			return true;
	return false;
}

/* REQ: INC-11 - the chair is top management, or whom top management itself seats there by convening or saving. */
static enum status check_chair(struct request *rq, const struct record *r)
{
	struct record *before = NULL;
	bool sitting = r->version && !str_eq(r->step, S("forming"));

	if (!sitting || holds(rq, ROLE_top_management, council_chair(r)) || actor_has(rq, ROLE_top_management))
		return ST_OK;
	TRY(record_get(rq, r->id, &before));
	if (str_eq(before->step, S("forming")) || council_chair(before) != council_chair(r))
		problem(&rq->problems, S("chair"), MSG_COUNCIL_CHAIR);
	return ST_OK;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	bool manager = false;

	(void)m;
	for (const struct row *row = council_members(r)->rows; row; row = row->next)
		manager = manager || (row->v[STAFF].num && holds(rq, ROLE_privacy_manager, row->v[STAFF].num));
	if (str_eq(r->step, S("sitting")) && !manager)
		problem(&rq->problems, S("members"), MSG_COUNCIL_MANAGER);
	return str_eq(r->step, S("sitting")) ? check_chair(rq, r) : ST_OK;
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	(void)m;
	return incident_part_derive(rq, r, council_f_incident, council_f_department, council_f_title, MSG_COUNCIL_TITLE);
}

const struct record_type council_type = {
	RECORD_TABLES,
	.name = "council", .title = { SLIT("緊急事態対策会議"), SLIT("Emergency council") }, .area = "incidents", .marks = TYPE_NO_MENU,
	.title_field = "title", .department_field = "department", .retention_years = 10,
	.hooks = { .derive = derive, .check = check },
};
