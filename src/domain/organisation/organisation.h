/* organisation.h - organisation (組織). */
#pragma once
#define RECORD     organisation
#define RECORD_DEF "domain/organisation/organisation.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF

#include "record/request.h"

/* The record of the organisation as of rq->as_of, whoever asks; NULL when there is none yet. */
NODISCARD enum status organisation_find(struct request *rq, struct record **ret);
