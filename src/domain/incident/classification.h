/* classification.h - the decision which conditions of reporting are met (報告要否の判定). */
#pragma once
#define RECORD     classification
#define RECORD_DEF "domain/incident/classification.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* The classification of the incident; NULL when it was not taken up yet. */
NODISCARD enum status classification_of(struct request *rq, int64_t incident, struct record **ret);
/* Brings suggestions and questions up to date; one that no longer fits what was decided is opened again. */
NODISCARD enum status classification_suggest(struct request *rq, const struct record *incident, struct str suggested, struct str open, struct str questions);
