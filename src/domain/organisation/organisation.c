/* organisation.c - the organisation itself, and finding its record. */
#include "domain/organisation/organisation.h"
#include "record/access.h"
#include "record/list.h"
#define RECORD     organisation
#define RECORD_DEF "domain/organisation/organisation.def"
#include "record/define.h"

/* Letters and public pages name it to everybody. */
enum status organisation_find(struct request *rq, struct record **ret)
{
	int64_t id;

	*ret = NULL;
	TRY(record_first(rq, store_type(conn_store(rq->conn), S("organisation")), &id));
	return id ? record_get(rq, id, ret) : ST_OK;
}

/* Issued by the privacy manager, approved by top management: nobody approves what they wrote themselves (domain.md b, rule 12). */
static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	struct version *v;

	(void)m, (void)comment;
	if (!rq->actor.staff || !actor_has(rq, ROLE_top_management))
		return ST_OK;
	TRY(record_versions(rq, r->id, &v));
	for (; v && !str_eq(v->move, S("publish")); v = v->next)
		if (v->staff == rq->actor.staff) {
			problem(&rq->problems, S(""), MSG_ORGANISATION_OWN_TEXT);
			return ST_NO;
		}
	return ST_OK;
}

const struct record_type organisation_type = {
	RECORD_TABLES,
	.name = "organisation", .title = { SLIT("組織"), SLIT("Organisation") }, .area = "settings", .marks = TYPE_OWNER,
	.title_field = "name", .retention_years = 10, .hooks = { .may_move = may_move },
};
