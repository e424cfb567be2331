/* incident.h - incident (事故・緊急事態) as a record; the law of its reports is in classify.h. */
#pragma once
#include "domain/incident/classify.h"
#define RECORD     incident
#define RECORD_DEF "domain/incident/incident.def"
#include "record/declare.h"
#include "record/request.h"
#undef RECORD
#undef RECORD_DEF

/* What the record states, for the classification. Texts live as long as the record; items are taken apart in the arena. */
struct incident_facts incident_facts_of(struct arena *a, const struct record *r, enum sector sector);
/* Does the incident call for a report to the PPC (or the minister in its place)? */
bool incident_reportable(const struct record *r);
/* The record of the organisation, NULL when none is kept. */
NODISCARD enum status incident_organisation(struct request *rq, struct record **ret);
