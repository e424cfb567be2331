/* ledger.h - ledger of personal information (個人情報管理台帳). */
#pragma once
#define RECORD     ledger
#define RECORD_DEF "domain/ledger/ledger.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF

#include "record/request.h"

/* ---- what the ledger does not cover (coverage.c) ---- */
/* Forms in use that may hold personal information and have no row; rows in force without a risk analysis, without the text that is shown
 * to the person where it is taken in writing, and not reviewed since the last yearly review. */
enum ledger_gap { GAP_FORM, GAP_RISK, GAP_NOTICE, GAP_REVIEW, GAP_MAX };
enum { COVERAGES_MAX = 1000, GAPS_NAMED = 100 };
struct coverage { int64_t department, rows, gap[GAP_MAX]; };
struct coverages {
	struct date     since;                   /* what was reviewed before is over */
	struct coverage c[COVERAGES_MAX], sum;   /* a department each */
	int             n;
	int64_t         named;                   /* the department whose gaps are named; -1 = none */
	int64_t         name[GAP_MAX][GAPS_NAMED];   /* processes, rows; those found first */
	int             nnamed[GAP_MAX];
};
/* Of what the actor may read. */
NODISCARD enum status ledger_coverage(struct request *rq, int64_t named, struct coverages **ret);
/* Forms without a row, whoever may read them; of one department, or of all (0). */
NODISCARD enum status ledger_open_forms(struct request *rq, int64_t department, int *ret);
/* The day that the yearly reviews count from: until the month of the review is over, the one of the year before holds. */
struct date ledger_review_since(struct request *rq);

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
