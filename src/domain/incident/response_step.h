/* response_step.h - a step of the first response (初動対応). */
#pragma once
#define RECORD     response_step
#define RECORD_DEF "domain/incident/response_step.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* The checklist as the facts of the incident demand it now: makes what is missing, marks what is mandatory. */
NODISCARD enum status response_steps_make(struct request *rq, const struct record *incident);
/* Mandatory steps that are neither done nor left out for a reason. */
NODISCARD enum status response_steps_open(struct request *rq, int64_t incident, int *ret);
/* The open steps of the kind are done, as another record shows; `result` where none is written yet. */
NODISCARD enum status response_step_end(struct request *rq, int64_t incident, struct str kind, struct str result);
