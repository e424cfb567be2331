/* authorised_organisation.h - body of which the organisation is a target operator (認定個人情報保護団体). */
#pragma once
#define RECORD     authorised_organisation
#define RECORD_DEF "domain/authorised_organisation/authorised_organisation.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/linked.h"

/* Those that hold on the day: agreed by then, not ended by then. Whose rights is not asked. */
NODISCARD enum status authorised_organisations_on(struct request *rq, struct date day, struct linked *ret);
bool authorised_organisation_holds(const struct record *r, struct date day);
/* How many of them have no guideline in the list of norms (ORG-03). */
NODISCARD enum status authorised_organisations_without_norm(struct request *rq, int *ret);
