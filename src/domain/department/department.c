/* department.c - departments: the tree in which roles reach downwards, and the days on which it stood. */
#include "domain/department/department.h"
#include "record/access.h"
#define RECORD     department
#define RECORD_DEF "domain/department/department.def"
#include "record/define.h"

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	(void)rq, (void)m;
	r->holds_from = r->v[department_f_valid_from].set ? department_valid_from(r) : DATE_FIRST;
	r->holds_to = department_valid_to(r);
	return ST_OK;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	if (r->v[department_f_valid_to].set && date_cmp(r->holds_to, r->holds_from) < 0)
		problem(&rq->problems, S("valid_to"), MSG_REC_DAYS_RANGE);
	return ST_OK;
}

static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	(void)m;
	if (before && department_parent(before) == department_parent(r))
		return ST_OK;
	enum status st = access_set_parent(rq, r->id, department_parent(r));
	if (st == ST_NO) {
		problem(&rq->problems, S("parent"), MSG_DEPARTMENT_CIRCLE);
		return ST_BAD_INPUT;
	}
	return st;
}

const struct record_type department_type = {
	RECORD_TABLES,
	.name = "department", .title = { SLIT("部門"), SLIT("Department") }, .area = "settings", .marks = TYPE_DEPARTMENT,
	.title_field = "name", .retention_years = 10,
	.hooks = { .derive = derive, .check = check, .after = after },
};
