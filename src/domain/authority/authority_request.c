/* authority_request.c - what an authority asks is answered with top management's word, proven, and led to its end (W23). */
#include "domain/authority/authority_request.h"
#include "domain/authority/answer.h"
#include "domain/authority/authority.h"
#include "domain/contact/contact.h"
#include "domain/corrective_action/corrective_action.h"
#include "domain/task/task.h"
#include "record/store.h"
#define RECORD     authority_request
#define RECORD_DEF "domain/authority/authority_request.def"
#include "record/define.h"

enum { ACTIONS_DAYS = 90 };

static bool is(struct str code, const char *one)
{
	return str_eq(code, str_z(one));
}

/* What must be followed: disregard leads to an order, breach of an order is punished (Act 148(2)(3), 178). */
static bool binds(const struct record *r)
{
	return is(authority_request_kind(r), "recommendation") || is(authority_request_kind(r), "order") || is(authority_request_kind(r), "urgent_order");
}

static bool is_advice(const struct record *r)
{
	return is(authority_request_kind(r), "advice");
}

/* ---- what the program fills in ---- */

/* REQ: AUT-04 - left empty, the authority is the one that the contacts name for the matter. */
static enum status fill_authority(struct request *rq, struct record *r)
{
	struct record *c;
	bool employment = is(authority_request_matter(r), "employment");
	enum msg_id competent = r->v[authority_request_f_received].set ? authority_competent(employment, authority_request_received(r)) : MSG_NONE;

	r->v[authority_request_f_competent] = competent && r->v[authority_request_f_matter].set ? value_of_text(msg_text(competent, JA)) : (struct value){ 0 };
	if (r->v[authority_request_f_authority].set || !r->v[authority_request_f_matter].set)
		return ST_OK;
	TRY(authority_contact(rq, authority_request_matter(r), &c));
	if (c)
		r->v[authority_request_f_authority] = value_of_text(contact_name(c));
	return ST_OK;
}

static void fill_basis(struct record *r)
{
	struct str basis;

	if (r->v[authority_request_f_basis].set || !r->v[authority_request_f_received].set)
		return;
	basis = authority_basis(authority_request_kind(r), is(authority_request_my_number(r), "yes"), authority_request_received(r));
	if (basis.n)
		r->v[authority_request_f_basis] = value_of_text(basis);
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	static const enum authority_request_field sending[] = { authority_request_f_sent_on, authority_request_f_sent_how, authority_request_f_receipt,
		authority_request_f_proof, authority_request_f_approved_on };

	if (!r->version)
		r->creator = 0;                              /* a matter of the house: whoever wrote it down applies for nothing */
	TRY(fill_authority(rq, r));
	fill_basis(r);
	if (!r->v[authority_request_f_drafter].set && rq->actor.staff)
		r->v[authority_request_f_drafter] = value_of_link(rq->actor.staff);
	if (m && (is(str_z(m->code), "revise") || is(str_z(m->code), "follow")))
		for (ptrdiff_t i = 0; i < COUNT(sending); i++)
			r->v[sending[i]] = (struct value){ 0 };
	r->v[authority_request_f_until] = r->v[is(r->step, "sent") ? authority_request_f_actions_due : authority_request_f_due];
	return ST_OK;
}

/* ---- rules ---- */

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	if (!r->version && !r->v[authority_request_f_kind].set)
		problem(&rq->problems, S("kind"), MSG_REC_REQUIRED);
	if (!r->version && !r->v[authority_request_f_title].set)
		problem(&rq->problems, S("title"), MSG_REC_REQUIRED);
	if (r->v[authority_request_f_received].set && date_cmp(authority_request_received(r), rq->today) > 0)
		problem(&rq->problems, S("received"), MSG_AUTHORITY_FUTURE);
	if (r->v[authority_request_f_due].set && r->v[authority_request_f_received].set && date_cmp(authority_request_due(r), authority_request_received(r)) < 0)
		problem(&rq->problems, S("due"), MSG_AUTHORITY_DUE_FIRST);
	answer_check_sent(rq, r, authority_request_f_received, authority_request_f_sent_on);
	return ST_OK;
}

/* REQ: AUT-01 - what goes out is kept as a copy; a demand has a day. */
static void want_answer(struct request *rq, const struct record *r)
{
	answer_want_copy(rq, r, authority_request_f_answer, authority_request_f_answer_file);
	if (!is_advice(r) && !r->v[authority_request_f_due].set)
		problem(&rq->problems, S("due"), MSG_REC_REQUIRED);
}

/* REQ: AUT-03 - a recommendation or an order ends with its corrective action, finished; only advice ends without an answer. */
static enum status want_end(struct request *rq, const struct record *r)
{
	int all, open;

	if (is(r->step, "received") && !is_advice(r))
		problem(&rq->problems, S("sent_on"), MSG_AUTHORITY_NOT_SENT);
	if (!r->v[authority_request_f_judgement].set)
		problem(&rq->problems, S("judgement"), MSG_REC_REQUIRED);
	if (!r->v[authority_request_f_result].set)
		problem(&rq->problems, S("result"), MSG_REC_REQUIRED);
	if (!binds(r))
		return ST_OK;
	TRY(corrective_actions_of(rq, r->id, &all, &open));
	if (!all)
		problem(&rq->problems, S(""), MSG_AUTHORITY_NEEDS_CORRECTIVE);
	else if (open)
		problem(&rq->problems, S(""), MSG_AUTHORITY_CORRECTIVE_OPEN);
	return ST_OK;
}

static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	ptrdiff_t before = rq->problems.n;
	struct str code = str_z(m->code);

	(void)comment;
	if (is(code, "submit"))
		want_answer(rq, r);
	else if (is(code, "send"))
		answer_want_proof(rq, r, authority_request_f_receipt, authority_request_f_proof);
	else if (is(code, "close"))
		TRY(want_end(rq, r));
	return rq->problems.n > before ? ST_NO : ST_OK;
}

/* ---- what follows ---- */

/* 「命令「…」の確認」: kind and title in the words of the message. */
static struct str worded(struct request *rq, const struct record *r, enum msg_id id)
{
	const struct choice *kind = field_choice(&r->type->fields[authority_request_f_kind], authority_request_kind(r));
	struct str args[] = { kind ? kind->label[JA] : S(""), authority_request_title(r) };
	struct buf b CLEANUP(buf_free) = buf_make(2000);

	msg_add(&b, JA, id, args, 2);
	return str_dup(rq->a, buf_str(&b));
}

/* REQ: AUT-03 - top management is told at once, and the correction begins. */
static enum status alert(struct request *rq, const struct record *r)
{
	struct record *told;

	TRY(task_newest(rq, r->id, S("authority"), &told));
	if (!told)
		TRY(task_open(rq, &(struct new_task){ .kind = "authority", .role = "top_management", .title = worded(rq, r, MSG_AUTHORITY_CONFIRM), .about = r->id,
			.due = date_add_days(rq->today, 1) }, r->serial));
	return corrective_action_open(rq, r, S("external"), authority_request_title(r), authority_request_content(r), authority_request_received(r));
}

/* REQ: AUT-02 - what an authority advised becomes an improvement with a day. */
static enum status improve(struct request *rq, const struct record *r)
{
	struct record *there;
	struct date due = r->v[authority_request_f_actions_due].set ? authority_request_actions_due(r) : date_add_days(rq->today, ACTIONS_DAYS);

	TRY(task_newest(rq, r->id, S("improvement"), &there));
	if (there)
		return ST_OK;
	return task_open(rq, &(struct new_task){ .kind = "improvement", .role = "privacy_manager", .title = worded(rq, r, MSG_AUTHORITY_IMPROVE), .clause = "J.7.2",
		.details = authority_request_actions(r), .department = authority_request_department(r), .about = r->id, .due = due }, r->serial);
}

static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	(void)before;
	if (m && is(str_z(m->code), "send"))
		TRY(answer_log(rq, r, authority_request_authority(r), authority_request_sent_how(r)));
	if (is(r->step, "closed"))
		return ST_OK;
	if (binds(r))
		return alert(rq, r);
	return is_advice(r) && r->v[authority_request_f_actions].set ? improve(rq, r) : ST_OK;
}

const struct record_type authority_request_type = {
	RECORD_TABLES,
	.name = "authority_request", .title = { SLIT("当局対応記録"), SLIT("Request of an authority") }, .area = "incidents",
	.title_field = "title", .department_field = "department", .due_field = "until", .serial_prefix = "AU", .retention_years = 10, .clause = "J.4.4.1",
	.hooks = { .derive = derive, .check = check, .may_move = may_move, .after = after },
};
