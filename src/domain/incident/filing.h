/* filing.h - a report owed or made to one recipient (報告). */
#pragma once
#define RECORD     filing
#define RECORD_DEF "domain/incident/filing.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
#include "record/request.h"

/* Makes, moves and releases the reports that the incident calls for, by its conditions and its days. */
NODISCARD enum status filings_owe(struct request *rq, const struct record *incident);
/* Is it of the nine kinds of accidents of the mark, or of a kind not known yet? Is a code of incident_kinds one of the nine? */
bool filing_is_accident(const struct record *incident);
bool filing_accident_kind(const char *code);
/* Reports that are still to be filed. */
NODISCARD enum status filings_open(struct request *rq, int64_t incident, int *ret);
