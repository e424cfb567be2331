/* body_request.c - complaints and questions that come through an authorised organisation. */
#include "domain/authority/body_request.h"
#include "domain/authority/answer.h"
#include "domain/authorised_organisation/authorised_organisation.h"
#include "domain/corrective_action/corrective_action.h"
#include "record/store.h"
#define RECORD     body_request
#define RECORD_DEF "domain/authority/body_request.def"
#include "record/define.h"

static bool moves(const struct move *m, const char *code)
{
	return m && str_eq(str_z(m->code), str_z(code));
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	static const enum body_request_field sending[] = { body_request_f_sent_on, body_request_f_sent_how, body_request_f_receipt,
		body_request_f_proof, body_request_f_decision };

	if (!r->version)
		r->creator = 0;                              /* a matter of the desk, whoever wrote it down */
	if (!r->v[body_request_f_drafter].set && rq->actor.staff)
		r->v[body_request_f_drafter] = value_of_link(rq->actor.staff);
	if (moves(m, "approve"))
		r->v[body_request_f_decision] = value_of_text(str_eq(str_z(m->from), S("refusal")) ? S("refusal") : S("answer"));
	for (ptrdiff_t i = 0; moves(m, "revise") && i < COUNT(sending); i++)
		r->v[sending[i]] = (struct value){ 0 };
	return ST_OK;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	if (r->v[body_request_f_received].set && date_cmp(body_request_received(r), rq->today) > 0)
		problem(&rq->problems, S("received"), MSG_AUTHORITY_FUTURE);
	if (r->v[body_request_f_due].set && r->v[body_request_f_received].set && date_cmp(body_request_due(r), body_request_received(r)) < 0)
		problem(&rq->problems, S("due"), MSG_AUTHORITY_DUE_FIRST);
	answer_check_sent(rq, r, body_request_f_received, body_request_f_sent_on);
	return ST_OK;
}

/* REQ: ORG-01 - it comes from a body to which the organisation belonged on the day. */
static enum status want_member(struct request *rq, const struct record *r)
{
	struct record *body;

	if (!body_request_body(r))
		return ST_OK;
	TRY(record_get(rq, body_request_body(r), &body));
	if (!authorised_organisation_holds(body, r->v[body_request_f_received].set ? body_request_received(r) : rq->today))
		problem(&rq->problems, S("body"), MSG_BODY_NO_MEMBER);
	return ST_OK;
}

/* REQ: ORG-02 (Act 53(3)) - without just cause nothing may be refused. */
static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	ptrdiff_t before = rq->problems.n;

	(void)comment;
	if (moves(m, "submit") || moves(m, "refuse"))
		TRY(want_member(rq, r));
	if (moves(m, "submit"))
		answer_want_copy(rq, r, body_request_f_answer, body_request_f_answer_file);
	else if (moves(m, "refuse") && !str_trim(body_request_cause(r)).n)
		problem(&rq->problems, S("cause"), MSG_BODY_CAUSE);
	else if (moves(m, "send"))
		answer_want_proof(rq, r, body_request_f_receipt, body_request_f_proof);
	return rq->problems.n > before ? ST_NO : ST_OK;
}

/* REQ: ORG-01 COM-02 - answered, it stands in the log; where its cause asks for a correction, that begins. */
static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	struct record *body;

	(void)before;
	if (!moves(m, "send"))
		return ST_OK;
	TRY(record_get(rq, body_request_body(r), &body));
	TRY(answer_log(rq, r, authorised_organisation_name(body), body_request_sent_how(r)));
	if (!str_eq(body_request_corrective(r), S("yes")))
		return ST_OK;
	return corrective_action_open(rq, r, S("complaint"), body_request_title(r), body_request_facts(r).n ? body_request_facts(r) : body_request_content(r),
		body_request_received(r));
}

const struct record_type body_request_type = {
	RECORD_TABLES,
	.name = "body_request", .title = { SLIT("認定個人情報保護団体 対応記録"), SLIT("Request of an authorised organisation") }, .area = "requests",
	.title_field = "title", .due_field = "due", .serial_prefix = "AB", .retention_years = 10, .clause = "J.11.1",
	.hooks = { .derive = derive, .check = check, .may_move = may_move, .after = after },
};
