/* exclusion.h - the approved judgement that an event is none to be reported (報告対象外の判断). */
#pragma once
#define RECORD     exclusion
#define RECORD_DEF "domain/incident/exclusion.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* The grounds approved for the incident, as bits 1 << enum exclusion_ground (classify.h). */
NODISCARD enum status exclusions_approved(struct request *rq, int64_t incident, unsigned *ret);
