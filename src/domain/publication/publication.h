/* publication.h - publication of an incident (事故の公表), read by anybody.
 * REQ: INC-05, INC-21 */
#pragma once
#define RECORD     publication
#define RECORD_DEF "domain/publication/publication.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* The publication that stands for the notices to those who cannot be reached (Act 26(2) proviso), as long as anybody can read it;
 * NULL when there is none. */
NODISCARD enum status publication_instead(struct request *rq, int64_t incident, struct record **ret);
