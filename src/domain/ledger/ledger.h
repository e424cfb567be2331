/* ledger.h - ledger of personal information (個人情報管理台帳). */
#pragma once
#define RECORD     ledger
#define RECORD_DEF "domain/ledger/ledger.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF

#include "record/request.h"

/* What the ledger does not cover: forms in use that may hold personal information and have no row, and rows in force
 * without a risk analysis; of one department, or of all (0). */
NODISCARD enum status ledger_gaps(struct request *rq, int64_t department, int *ret_forms, int *ret_unanalysed);

/* What the ledger holds as of the request's day, for judging conformity. */
struct ledger_facts {
	int64_t active, adopted, drafts, in_review;
	int64_t incomplete;          /* in force and lacking one of the demanded columns */
	int64_t unreviewed;          /* in force and not reviewed since the day given */
	int64_t no_notice, with_notice;   /* in force, taken directly in writing */
	int64_t sensitive, not_sensitive; /* in force; the rest is not answered */
	int64_t my_number;
};
NODISCARD enum status ledger_tally(struct request *rq, struct date reviewed_since, struct ledger_facts *ret);
