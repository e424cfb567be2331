/* incident_notice.c - what the persons are told: decided by the council, and then sent to all who wait. */
#include "domain/affected_person/incident_notice.h"
#include "domain/affected_person/affected_person.h"
#include "domain/council/council_meeting.h"
#include "record/index.h"
#define RECORD     incident_notice
#define RECORD_DEF "domain/affected_person/incident_notice.def"
#include "record/define.h"

enum { NOTICES_MAX = 64, SEND_MAX = 1000 };

enum status incident_notice_for(struct request *rq, int64_t incident, struct str group, struct record **ret)
{
	const struct type *t = store_type(conn_store(rq->conn), S("incident_notice"));
	struct value v = value_of_link(incident);
	int64_t ids[NOTICES_MAX];
	int n = index_find(rq, t, incident_notice_f_incident, &v, ids, NOTICES_MAX);

	*ret = NULL;
	for (int i = 0; i < n; i++) {
		struct record *r;
		TRY(record_get(rq, ids[i], &r));
		if (!str_eq(r->step, S("decided")))
			continue;
		if (str_eq(str_trim(incident_notice_group(r)), str_trim(group))) {
			*ret = r;
			return ST_OK;
		}
		if (!incident_notice_group(r).n)
			*ret = r;
	}
	return ST_OK;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	if (!r->version && !incident_notice_incident(r))
		problem(&rq->problems, S("incident"), MSG_NOTICE_NO_INCIDENT);
	return ST_OK;
}

static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	(void)comment;
	if (str_eq(str_z(m->code), S("decide")) || str_eq(str_z(m->code), S("send_all")))
		return council_lets_out(rq, incident_notice_incident(r), S("notice"));
	return ST_OK;
}

/* A portion at a time, so that no transaction holds the store for long; what is left is told and sent with the next press. */
static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	(void)before;
	if (!m || !str_eq(str_z(m->code), S("send_all")))
		return ST_OK;
	int sent;
	TRY(affected_persons_notify(rq, r, SEND_MAX, &sent));
	if (!sent)
		problem(&rq->problems, S(""), MSG_NOTICE_NOBODY);
	return sent ? ST_OK : ST_NO;
}

const struct record_type incident_notice_type = {
	RECORD_TABLES,
	.name = "incident_notice", .title = { SLIT("本人通知文"), SLIT("Notice to the persons") }, .area = "incidents", .marks = TYPE_PART,
	.title_field = "title", .retention_years = 10,
	.hooks = { .check = check, .may_move = may_move, .after = after },
};
