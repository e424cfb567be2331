/* overdue.c - what is overdue is seen by the one it was told to, or by somebody above. */
#include "domain/overdue/overdue.h"
#include "record/access.h"
#define RECORD     overdue
#define RECORD_DEF "domain/overdue/overdue.def"
#include "record/define.h"

static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	(void)comment;
	if (!str_eq(str_z(m->code), S("see")))
		return ST_OK;
	for (enum role role = role_of_code(overdue_role(r)); role != ROLE_none; role = role_higher(role))
		if (actor_has_for(rq, role, r->department))
			return ST_OK;
	problem(&rq->problems, S(""), MSG_REC_NOT_YOURS);
	return ST_DENIED;
}

const struct record_type overdue_type = {
	RECORD_TABLES,
	.name = "overdue", .title = { SLIT("期限超過"), SLIT("Overdue") }, .area = "today",
	.title_field = "title", .department_field = "department", .turn_field = "role", .retention_years = 10,
	.hooks = { .may_move = may_move },
};
