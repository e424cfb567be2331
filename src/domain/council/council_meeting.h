/* council_meeting.h - minutes of a meeting of the council (緊急事態対策会議 議事録). */
#pragma once
#define RECORD     council_meeting
#define RECORD_DEF "domain/council/council_meeting.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* Has the council decided on a matter (a code of council_decision)? In that meeting, or with meeting 0 in any recorded one
 * of the incident. The decision that other records refer to is the meeting, by its link. */
NODISCARD enum status council_decided(struct request *rq, int64_t incident, int64_t meeting, struct str kind, bool *ret);
/* May notices, an alternative, a publication or reports (a code of council_decision) go out? Problems at `place` when no
 * council has decided so, or when the client of entrusted information has given no instruction. ST_OK also with problems. */
NODISCARD enum status council_want_leave(struct request *rq, int64_t incident, int64_t meeting, struct str kind, struct str place);
/* The same as an answer: may people outside be told of the incident? ST_OK; ST_NO with the problem. */
NODISCARD enum status council_lets_out(struct request *rq, int64_t incident, struct str matter);
/* How many meetings of the incident are recorded. */
NODISCARD enum status council_meetings(struct request *rq, int64_t incident, int *ret);
/* Actions of the incident's meetings that are still open as tasks. */
NODISCARD enum status council_actions_open(struct request *rq, int64_t incident, int *ret);
