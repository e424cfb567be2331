/* papers.h - the papers of an incident made from its record. */
#pragma once
#include "domain/incident/documents.h"
#include "record/request.h"

enum incident_paper {
	PAPER_PPC_PRELIMINARY, PAPER_PPC_FINAL, PAPER_MARK_PRELIMINARY, PAPER_MARK_FINAL, PAPER_LETTER, PAPER_PUBLICATION, PAPER_CLIENT, PAPER_RECORD,
	PAPER_MAX
};
const char *incident_paper_code(enum incident_paper p);        /* "ppc-preliminary" ... */

/* All that the papers say, from the record, the organisation and the versions; texts live in rq->a. ST_OK, ST_BROKEN. */
NODISCARD enum status incident_papers_of(struct request *rq, const struct record *r, struct incident_papers *ret);
/* The reason given with the last of these moves of a record (ends with NULL); empty when none was. */
struct str incident_move_reason(struct request *rq, int64_t id, const char *const *moves);
/* The paper as a document. `to` names the addressee; empty for the usual one of the paper. */
struct pdf *incident_paper_make(struct request *rq, const struct incident_papers *i, enum incident_paper which, struct str to, enum lang lang);
