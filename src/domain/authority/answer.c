/* answer.c - rules for answers that need an approval before they are sent. */
#include "domain/authority/answer.h"
#include "domain/communication/communication.h"
#include "record/store.h"

/* REQ: AUT-01 ORG-02 */
void answer_check_sent(struct request *rq, const struct record *r, int received, int sent_on)
{
	static const struct str before[] = { SLIT("received"), SLIT("review"), SLIT("refusal") };
	struct date sent = value_day(&r->v[sent_on]);

	if (!r->v[sent_on].set)
		return;
	for (ptrdiff_t i = 0; i < COUNT(before); i++)
		if (str_eq(r->step, before[i])) {
			problem(&rq->problems, S("sent_on"), MSG_AUTHORITY_NOT_APPROVED);
			return;
		}
	if (date_cmp(sent, rq->today) > 0 || date_cmp(sent, value_day(&r->v[received])) < 0)
		problem(&rq->problems, S("sent_on"), MSG_AUTHORITY_SENT_WHEN);
}

void answer_want_copy(struct request *rq, const struct record *r, int answer, int answer_file)
{
	if (!r->v[answer].set && !r->v[answer_file].set)
		problem(&rq->problems, S("answer"), MSG_AUTHORITY_ANSWER);
}

void answer_want_proof(struct request *rq, const struct record *r, int receipt, int proof)
{
	if (!r->v[receipt].set && !r->v[proof].set)
		problem(&rq->problems, S("proof"), MSG_AUTHORITY_PROOF);
}

/* REQ: COM-02 */
enum status answer_log(struct request *rq, const struct record *r, struct str whom, struct str how)
{
	static const struct { struct str how; const char *channel; } channels[] = { { SLIT("online"), "website" }, { SLIT("mail"), "mail" },
		{ SLIT("registered"), "letter" }, { SLIT("hand"), "letter" }, { SLIT("oral"), "meeting" } };
	const char *channel = "other";

	for (ptrdiff_t i = 0; i < COUNT(channels); i++)
		if (str_eq(how, channels[i].how))
			channel = channels[i].channel;
	return communication_note(rq, &(struct communication){ .outside = true, .what = record_title(rq, r), .whom = whom, .channel = channel, .about = r->id });
}
