/* minutes.h - the minutes of a meeting as a paper (緊急事態対策会議 議事録), and the members of a council in words.
 * REQ: INC-11, INC-19 */
#pragma once
#include "domain/paper/paper.h"
#include "record/request.h"

/* Everybody on the council by name, with what they are there as, those from outside behind them. In rq->lang. */
struct str council_members_words(struct request *rq, const struct record *council);
/* The paper; a meeting that is not recorded yet is marked as a draft on each page. `council` NULL: none. ST_OK, ST_BROKEN. */
NODISCARD enum status minutes_make(struct request *rq, const struct record *meeting, const struct record *incident,
	const struct record *council, enum lang lang, struct pdf **ret);
