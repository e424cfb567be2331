/* affected_person.h - the persons concerned by an incident (影響を受けた本人): how many stand where, who is next, what is open.
 * Counting reads the index only; nothing here walks all persons but the notifying, which goes in portions.
 * REQ: INC-03, INC-04, INC-15, INC-20, INC-21 */
#pragma once
#define RECORD     affected_person
#define RECORD_DEF "domain/affected_person/affected_person.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* Where a person may stand, in the order in which lists show them: who needs something comes first. */
enum affected_stand {
	AFFECTED_LISTED, AFFECTED_DECLINED, AFFECTED_UNREACHABLE, AFFECTED_DECIDED, AFFECTED_SENT,
	AFFECTED_ACCEPTED, AFFECTED_SETTLED, AFFECTED_COVERED, AFFECTED_WAIVED, AFFECTED_UNAFFECTED, AFFECTED_STANDS
};
const char *affected_step(enum affected_stand s);                 /* the code of the step */

/* `publication`: stands for the notices to the unreachable (0: none does), with whom nothing is open then. */
struct affected_tally { int64_t all, by[AFFECTED_STANDS], publication; };
NODISCARD enum status affected_persons_count(struct request *rq, int64_t incident, struct affected_tally *ret);
/* Is something open with the persons who stand there? */
bool affected_open(const struct affected_tally *t, enum affected_stand s);
/* The first persons of the incident with whom something is open, un-notified ones first; `ret` has room for `max`. */
NODISCARD enum status affected_persons_first(struct request *rq, int64_t incident, const struct affected_tally *t, int max, struct record **ret,
	int *ret_n);
/* What keeps the incident from being closed: a problem for each kind of person with whom something is open. ST_OK, ST_NO. */
NODISCARD enum status affected_persons_settled(struct request *rq, int64_t incident);
/* Marks at most `max` persons who wait for this notice as notified; *ret how many. ST_OK, or the refusal of one of them. */
NODISCARD enum status affected_persons_notify(struct request *rq, const struct record *notice, int max, int *ret);
/* Everybody who has not been told and for whom a notice is decided, one at a time in bounded memory; both records live until `each`
 * returns. */
typedef enum status affected_each(struct request *rq, struct record *person, struct record *notice, void *arg);
NODISCARD enum status affected_persons_untold(struct request *rq, int64_t incident, affected_each *each, void *arg);
