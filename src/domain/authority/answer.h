/* answer.h - what answers to authorities and to authorised organisations have in common: nothing goes out unapproved, and what went
 * out stands in the log. */
#pragma once
#include "record/request.h"

/* The steps `received`, `review` and `refusal` stand before the approval: no day of sending may be entered there, and later only one
 * between the day of receipt and today. Problems stand at the field sent_on. */
void answer_check_sent(struct request *rq, const struct record *r, int received, int sent_on);
/* A copy of the text or the paper; a proof or the number of one. */
void answer_want_copy(struct request *rq, const struct record *r, int answer, int answer_file);
void answer_want_proof(struct request *rq, const struct record *r, int receipt, int proof);
/* The entry of the communication log; `how` is a code of sent_how. */
NODISCARD enum status answer_log(struct request *rq, const struct record *r, struct str whom, struct str how);
