/* exception.h - the exhaustive lists of exceptions as data, and the check of a claim against them. */
#pragma once
#include "base/msg.h"

enum exception_list_id {
#define EXCEPTION_LIST(id, ...) EX_##id,
#define EXCEPTION(...)
#include "domain/exception/exceptions.def"
#undef EXCEPTION_LIST
#undef EXCEPTION
	EX_LIST_MAX
};

/* What a claim must state. */
enum exception_fact {
	FACT_OF_THE_CASE    = 1 << 0,    /* the facts that make the exception apply */
	FACT_LAW            = 1 << 1,    /* which law, which article */
	FACT_DIFFICULT      = 1 << 2,    /* why consent or notice is difficult */
	FACT_AUTHORITY      = 1 << 3,    /* which authority, which affairs */
	FACT_CONTRACT       = 1 << 4,    /* the contract */
	FACT_PUBLICATION    = 1 << 5,    /* where and when the items were made known */
	FACT_PRIOR_CONSENT  = 1 << 6,    /* which consent, to which text */
	FACT_ALTERNATIVE    = 1 << 7,    /* the measure taken instead */
	FACT_COST           = 1 << 8,    /* the cost or difficulty */
	FACT_ACADEMIC       = 1 << 9,    /* the academic body, its purpose, and that no rights are harmed */
	FACT_WITHIN_PURPOSE = 1 << 10,   /* that it stays within the purpose */
	FACT_FILING         = 1 << 11,   /* the filing with the PPC */
};
/* What bars it. */
enum exception_bar {
	BAR_SENSITIVE = 1 << 0, BAR_MY_NUMBER = 1 << 1, BAR_UNLAWFUL = 1 << 2,   /* unlawfully acquired */
	BAR_BY_OPT_OUT = 1 << 3,                                                 /* itself obtained by opt-out */
	BAR_ABROAD = 1 << 4, BAR_RIGHTS_HARMED = 1 << 5,
};

struct exception {
	enum exception_list_id list;
	struct str             code, text[LANG_MAX];
	unsigned               facts, bars;
};
struct exception_list { struct str name, clause, articles, excuses[LANG_MAX]; };

extern const struct exception exceptions[];
extern const int nexceptions;
const struct exception_list *exception_list_of(enum exception_list_id id);
const struct exception      *exception_of(enum exception_list_id list, struct str code);   /* NULL when there is none */

/* Is the claim good? `given` are the facts that were stated, `present` what is true of the data (enum exception_bar).
 * ST_OK; ST_NO with a problem at `place` for each missing fact and each bar, or for a code that is not in the list. */
NODISCARD enum status exception_check(enum exception_list_id list, struct str code, unsigned given, unsigned present,
	struct str place, struct problems *ps);
