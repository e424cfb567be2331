/* enquiry.c - enquiries from outside, with the key by which the sender alone finds the own one again. */
#include "domain/enquiry/enquiry.h"
#include "domain/communication/communication.h"
#include "record/store.h"
#include <stdio.h>
#define RECORD     enquiry
#define RECORD_DEF "domain/enquiry/enquiry.def"
#include "record/define.h"

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	(void)m;
	if (r->version)
		return ST_OK;
	unsigned char random[16];
	char *hex = new_n(rq->a, char, 2 * sizeof random + 1);
	sys_random(random, sizeof random);
	for (size_t i = 0; i < sizeof random; i++)
		snprintf(hex + 2 * i, 3, "%02x", random[i]);
	r->v[enquiry_f_key] = value_of_text((struct str){ hex, 2 * (ptrdiff_t)sizeof random });
	r->v[enquiry_f_received] = value_of_number(rq->now.us);
	r->v[enquiry_f_consent_text] = value_of_text(msg_text(MSG_ENQUIRY_CONSENT, rq->lang));
	/* a sender without a name is a person all the same: the own key seals what was written */
	if (!r->v[enquiry_f_person].set)
		r->v[enquiry_f_person] = value_of_text(msg_text(MSG_ENQUIRY_ANONYMOUS, rq->lang));
	return ST_OK;
}

/* REQ: CNS-05 (J.8.5 j): without consent nothing is taken; the box is never ticked beforehand. */
static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	if (!str_eq(enquiry_consent(r), S("yes")))
		problem(&rq->problems, S("consent"), MSG_ENQUIRY_NEEDS_CONSENT);
	if (!r->version && !r->v[enquiry_f_text].set)
		problem(&rq->problems, S("text"), MSG_REC_REQUIRED);
	if (!r->version && !r->v[enquiry_f_kind].set)
		problem(&rq->problems, S("kind"), MSG_REC_REQUIRED);
	return ST_OK;
}

/* REQ: COM-02 - an answer stands in the common log; who was answered, only in the enquiry. */
static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	struct buf b = buf_make(300);

	(void)before;
	if (!m || !str_eq(r->step, S("answered")))
		return ST_OK;
	msg_add(&b, JA, MSG_COMMUNICATION_ANSWER, &r->serial, 1);
	enum status st = communication_note(rq, &(struct communication){ .outside = true, .what = str_dup(rq->a, buf_str(&b)),
		.whom = msg_text(MSG_COMMUNICATION_SENDER, JA), .channel = r->v[enquiry_f_mail].set ? "mail" : "screen", .about = r->id });
	buf_free(&b);
	return st;
}

const struct record_type enquiry_type = {
	RECORD_TABLES,
	.name = "enquiry", .title = { SLIT("お問い合わせ"), SLIT("Enquiry") }, .area = "requests", .marks = TYPE_PUBLIC,
	.title_field = "serial", .serial_prefix = "Q", .retention_years = 10, .clause = "J.11.1",
	.hooks = { .derive = derive, .check = check, .after = after },
};
