/* notice_papers.h - letters and mails made from a notice and the records of persons (通知書). Making one is an export, which the
 * caller notes.
 * REQ: INC-03, INC-14 */
#pragma once
#include "domain/affected_person/letter.h"
#include "record/request.h"

/* What the notice says, and who sends it. ST_OK, ST_BROKEN. */
NODISCARD enum status notice_letter_of(struct request *rq, const struct record *notice, struct notice_letter *ret);
/* The letter to this person: in the words and of the day it was sent, or by the notice that was decided for the person. ST_OK; ST_NO with
 * the problem when none was. */
NODISCARD enum status affected_person_letter(struct request *rq, const struct record *person, struct notice_letter *ret_letter,
	struct addressee *ret_to);
/* One file of letters to all of the incident who have not been told, each by the notice that was decided for them; `notice` not 0: only
 * by that one. They are gathered packed (pdf_series). At most `max` letters. ST_OK; ST_NO with the problem: nobody waits, or no notice
 * is decided; ST_TOO_BIG: there are more; what `put` said. */
struct letters { int64_t incident, notice, max, written; };
NODISCARD enum status notice_letters_write(struct request *rq, struct letters *l, pdf_put *put, void *user);
