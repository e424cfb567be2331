/* authority.h - which authority is competent, and on which article it acts, by the law of the day. Suggestions: the paper that came
 * in says what holds. REQ: AUT-01 AUT-02 AUT-03 AUT-04 */
#pragma once
#include "record/request.h"

/* The article for a kind of authority_request; empty where the tables know none for that day. */
struct str authority_basis(struct str kind, bool my_number, struct date day);
/* Who is competent in a matter of the business or of employment (2003 Act 36: ministers, for employment the Minister of Health, Labour
 * and Welfare; since 2017-05-30 the Commission, or whom it delegated: Act 150). MSG_NONE before there was a law. */
enum msg_id authority_competent(bool employment, struct date day);
/* The entry of the contacts for such a matter: a minister with delegated authority, else the Commission. NULL when there is none. */
NODISCARD enum status authority_contact(struct request *rq, struct str matter, struct record **ret);
