/* incident.h - incident (事故・緊急事態) as a record: facts, verdict and gates. The law of its reports is in classify.h. */
#pragma once
#include "domain/incident/classify.h"
#define RECORD     incident
#define RECORD_DEF "domain/incident/incident.def"
#include "record/declare.h"
#include "record/request.h"
#undef RECORD
#undef RECORD_DEF

/* ---- the organisation's side of it ---- */
struct incident_profile { enum sector sector; bool holder; struct str authority, reviewing_body; };
/* Who receives the reports, by the record of the organisation; the usual names where it says nothing. */
NODISCARD enum status incident_profile_of(struct request *rq, struct incident_profile *ret);

/* ---- facts and verdict ---- */
/* What the record, the ledger rows it names and the approved exclusions state. Texts live as long as the records. */
NODISCARD enum status incident_facts_of(struct request *rq, const struct record *r, enum sector sector, struct incident_facts *ret);
/* Fills what the system writes: conditions, reasons, days and their history, the version of the investigation. */
NODISCARD enum status incident_derive(struct request *rq, struct record *r, const struct move *m);
/* Are the conditions met that go to the Commission, for leaks (1 to 4) or for My Number (5 to 8)? */
bool incident_reportable(const struct record *r);
bool incident_has_code(struct str codes, const char *code);      /* one of the codes of a CHOICES field */

/* ---- gates ---- */
NODISCARD enum status incident_may_move(struct request *rq, const struct record *r, const struct move *m);
/* What follows from a save: council, first steps, classification, reports, corrective action. */
NODISCARD enum status incident_follow(struct request *rq, struct record *r);
