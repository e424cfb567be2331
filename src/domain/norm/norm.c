/* norm.c - the list of laws and norms; the manager identifies and checks them (the one exception from four eyes). */
#include "domain/norm/norm.h"
#include "record/request.h"
#define RECORD     norm
#define RECORD_DEF "domain/norm/norm.def"
#include "record/define.h"

/* REQ: CTX-07 - that the check took place is recorded, even when nothing changed. */
static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	if (m && str_eq(str_z(m->code), S("check")))
		r->v[norm_f_checked_on] = value_of_date(rq->today);
	return ST_OK;
}

const struct record_type norm_type = {
	RECORD_TABLES,
	.name = "norm", .title = { SLIT("個人情報保護に関する法令規範一覧"), SLIT("Laws and norms") }, .area = "documents",
	.title_field = "name", .retention_years = 10, .clause = "J.1.3",
	.hooks = { .derive = derive },
};
