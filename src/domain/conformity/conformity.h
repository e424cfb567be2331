/* conformity.h - what conforms, what does not, why, on which records, and what would mend it: for today or another day.
 * Where a person must judge it abstains; where nothing is recorded it says so. */
#pragma once
#include "domain/conformity/clauses.h"
#include "record/request.h"

enum verdict { VERDICT_CONFORMS, VERDICT_PARTIAL, VERDICT_NONCONFORMITY, VERDICT_UNDECIDED, VERDICT_NOT_RECORDED, VERDICT_MAX };
const char *verdict_code(enum verdict v);
struct str  verdict_label(enum verdict v, enum lang lang);

/* What a verdict rests on: one record, or how many of a type. */
struct evidence { const char *type; int64_t record, count; struct str text; struct evidence *next; };
struct judgement {
	const struct clause *clause;
	enum level           level;          /* one of LAW, JIS, MARK */
	enum verdict         verdict;
	struct str           reason, remedy; /* in the language of the request */
	const char          *where;          /* the type whose list mends it; NULL = none */
	struct str           look;           /* "?..." of the list that shows what is to be mended, or shows it first; empty = all of it */
	struct evidence     *evidence;
	struct judgement    *next;
};
const char *level_code(enum level l);

/* One judgement for each clause and level that applies, in the order of the guideline; as of rq->as_of. */
NODISCARD enum status conformity_judge(struct request *rq, struct judgement **ret);
