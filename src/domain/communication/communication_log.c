/* communication_log.c - what was said to whom: written by workflows, or by whoever said it. */
#include "domain/communication/communication_log.h"
#include "domain/communication/communication.h"
#include "domain/press_desk/press_desk.h"
#include "record/linked.h"
#define RECORD     communication_log
#define RECORD_DEF "domain/communication/communication_log.def"
#include "record/define.h"

/* REQ: COM-02 */
enum status communication_note(struct request *rq, const struct communication *c)
{
	struct record *r = record_new(rq, store_type(conn_store(rq->conn), S("communication_log")));

	r->v[communication_log_f_on] = value_of_date(rq->today);
	r->v[communication_log_f_side] = value_of_text(c->outside ? S("outside") : S("inside"));
	r->v[communication_log_f_what] = value_of_text(c->what);
	r->v[communication_log_f_whom] = value_of_text(c->whom);
	r->v[communication_log_f_staff] = value_of_link(rq->actor.staff);
	r->v[communication_log_f_channel] = value_of_text(str_z(c->channel));
	r->v[communication_log_f_incident] = value_of_link(c->incident);
	r->v[communication_log_f_about] = value_of_link(c->about);
	return record_write(rq, r, S("log"));
}

enum status communication_of(struct request *rq, int64_t incident, struct linked *ret)
{
	return record_linked(rq, S("communication_log"), communication_log_f_incident, incident, ret);
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	(void)m;
	if (!r->version && !r->v[communication_log_f_on].set)
		r->v[communication_log_f_on] = value_of_date(rq->today);
	if (!r->version && !r->v[communication_log_f_staff].set)
		r->v[communication_log_f_staff] = value_of_link(rq->actor.staff);
	return ST_OK;
}

/* REQ: INC-16 - what a workflow itself notes (`about`) has been allowed there. */
static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	int missing[communication_log_nfields];
	int n = record_missing(r, AT_SUBMIT, missing);

	(void)m;
	for (int i = 0; i < n; i++)
		problem(&rq->problems, str_z(r->type->fields[missing[i]].name), MSG_REC_REQUIRED);
	if (r->v[communication_log_f_on].set && date_cmp(communication_log_on(r), rq->today) > 0)
		problem(&rq->problems, S("on"), MSG_COMMUNICATION_FUTURE);
	if (!communication_log_about(r) && str_eq(communication_log_side(r), S("outside"))) {
		enum status st = press_desk_allows(rq, communication_log_incident(r),
			str_eq(communication_log_channel(r), S("press")), S("incident"));
		return st == ST_NO ? ST_BAD_INPUT : st;
	}
	return ST_OK;
}

const struct record_type communication_log_type = {
	RECORD_TABLES,
	.name = "communication_log", .title = { SLIT("コミュニケーションの記録"), SLIT("Communication log") }, .area = "documents",
	.title_field = "what", .retention_years = 10,
	.hooks = { .derive = derive, .check = check },
};
