/* staff.c - staff of every employment; who has left cannot log in from that day on. */
#include "domain/staff/staff.h"
#include "domain/task/task.h"
#include "record/access.h"
#include "record/duty.h"
#include "record/store.h"
#define RECORD     staff
#define RECORD_DEF "domain/staff/staff.def"
#include "record/define.h"

/* REQ: PWD-03 - the day of leaving is the last day of access. */
static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	if (m && str_eq(str_z(m->code), S("leave")) && !r->v[staff_f_left].set)
		r->v[staff_f_left] = value_of_date(rq->today);
	if (m && str_eq(str_z(m->code), S("rejoin")))
		r->v[staff_f_left] = (struct value){ .set = false };
	r->holds_from = r->v[staff_f_joined].set ? staff_joined(r) : DATE_FIRST;
	r->holds_to = staff_left(r);
	return ST_OK;
}

bool staff_is_outsider(const struct record *r)
{
	return str_eq(staff_employment(r), S("dispatched")) || str_eq(staff_employment(r), S("commissioned"));
}

/* Who holds such a role cannot become an outsider before somebody else is appointed. */
static enum status check_roles(struct request *rq, const struct record *r)
{
	unsigned held;

	if (!r->id || !staff_is_outsider(r))
		return ST_OK;
	TRY(access_roles_between(rq, r->id, rq->today, DATE_NEVER, 0, &held));
	if (held & STAFF_INSIDERS_ONLY)
		problem(&rq->problems, S("employment"), MSG_STAFF_HOLDS_ROLE);
	return ST_OK;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	if (r->v[staff_f_left].set && date_cmp(r->holds_to, r->holds_from) < 0)
		problem(&rq->problems, S("left"), MSG_REC_DAYS_RANGE);
	return check_roles(rq, r);
}

/* Somebody whom a new list of staff no longer has may have left: a task asks, once for each person and year; nothing is deleted.
 * REQ: PWD-03 */
static enum status import_absent(struct request *rq, const struct record *r)
{
	enum { DAYS = 7 };
	struct str name = staff_name(r);
	struct buf b = buf_make(2000);
	bool first;

	buf_fmt(&b, "leaver/%lld/%d", (long long)r->id, duty_pms_year(rq, rq->today));
	struct str key = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	TRY(once_claim(rq, key, &first));
	if (!first)
		return ST_OK;
	struct record *t = record_new(rq, store_type(conn_store(rq->conn), S("task")));
	b = buf_make(2000);
	msg_add(&b, JA, MSG_STAFF_LEAVER_TASK, &name, 1);
	t->v[task_f_kind] = value_of_text(S("confirm_leaver"));
	t->v[task_f_title] = value_of_text(str_dup(rq->a, buf_str(&b)));
	buf_free(&b);
	t->v[task_f_role] = value_of_text(S("privacy_manager"));
	t->v[task_f_due] = value_of_date(date_add_days(rq->today, DAYS));
	t->v[task_f_clause] = value_of_text(S("J.9.2"));
	t->v[task_f_about] = value_of_link(r->id);
	t->creator = 0;
	TRY(record_write(rq, t, S("import")));
	return once_tie(rq, key, t->id);
}

const struct record_type staff_type = {
	RECORD_TABLES,
	.name = "staff", .title = { SLIT("従業者"), SLIT("Staff") }, .area = "settings", .marks = TYPE_STAFF,
	.title_field = "name", .number_field = "number", .department_field = "department", .retention_years = 10,
	.hooks = { .derive = derive, .check = check, .import_absent = import_absent },
};
