/* staff.c - staff of every employment; who has left cannot log in from that day on. */
#include "domain/staff/staff.h"
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

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	if (r->v[staff_f_left].set && date_cmp(r->holds_to, r->holds_from) < 0)
		problem(&rq->problems, S("left"), MSG_REC_DAYS_RANGE);
	return ST_OK;
}

const struct record_type staff_type = {
	RECORD_TABLES,
	.name = "staff", .title = { SLIT("従業者"), SLIT("Staff") }, .area = "settings", .marks = TYPE_STAFF,
	.title_field = "name", .department_field = "department", .retention_years = 10,
	.hooks = { .derive = derive, .check = check },
};
