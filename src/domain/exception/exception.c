/* exception.c - the tables of exceptions.def and the check of a claim. */
#include "domain/exception/exception.h"
#include <assert.h>

#define FACTS          FACT_OF_THE_CASE
#define LAW            FACT_LAW
#define DIFFICULT      FACT_DIFFICULT
#define AUTHORITY      FACT_AUTHORITY
#define CONTRACT       FACT_CONTRACT
#define PUBLICATION    FACT_PUBLICATION
#define PRIOR_CONSENT  FACT_PRIOR_CONSENT
#define ALTERNATIVE    FACT_ALTERNATIVE
#define COST           FACT_COST
#define ACADEMIC       FACT_ACADEMIC
#define WITHIN_PURPOSE FACT_WITHIN_PURPOSE
#define FILING         FACT_FILING
#define SENSITIVE      BAR_SENSITIVE
#define MY_NUMBER      BAR_MY_NUMBER
#define UNLAWFUL       BAR_UNLAWFUL
#define BY_OPT_OUT     BAR_BY_OPT_OUT
#define ABROAD         BAR_ABROAD
#define RIGHTS_HARMED  BAR_RIGHTS_HARMED

#define EXCEPTION_LIST(...)
#define EXCEPTION(list, code, facts, bars, ja, en) { EX_##list, SLIT(code), { SLIT(ja), SLIT(en) }, facts, bars },
const struct exception exceptions[] = {
#include "domain/exception/exceptions.def"
};
const int nexceptions = (int)COUNT(exceptions);
#undef EXCEPTION_LIST
#undef EXCEPTION

#define EXCEPTION(...)
#define EXCEPTION_LIST(id, clause, articles, ja, en) [EX_##id] = { SLIT(#id), SLIT(clause), SLIT(articles), { SLIT(ja), SLIT(en) } },
static const struct exception_list lists[EX_LIST_MAX] = {
#include "domain/exception/exceptions.def"
};
#undef EXCEPTION_LIST
#undef EXCEPTION

const struct exception_list *exception_list_of(enum exception_list_id id)
{
	assert(id < EX_LIST_MAX);
	return &lists[id];
}

const struct exception *exception_of(enum exception_list_id list, struct str code)
{
	for (int i = 0; i < nexceptions; i++)
		if (exceptions[i].list == list && str_eq(exceptions[i].code, code))
			return &exceptions[i];
	return NULL;
}

/* In the order of the bits of enum exception_fact and enum exception_bar. */
static const enum msg_id fact_wanted[] = {
	MSG_EX_NEEDS_FACTS, MSG_EX_NEEDS_LAW, MSG_EX_NEEDS_DIFFICULT, MSG_EX_NEEDS_AUTHORITY, MSG_EX_NEEDS_CONTRACT, MSG_EX_NEEDS_PUBLICATION,
	MSG_EX_NEEDS_PRIOR_CONSENT, MSG_EX_NEEDS_ALTERNATIVE, MSG_EX_NEEDS_COST, MSG_EX_NEEDS_ACADEMIC, MSG_EX_NEEDS_WITHIN_PURPOSE, MSG_EX_NEEDS_FILING,
};
static const enum msg_id barred_by[] = {
	MSG_EX_BARRED_SENSITIVE, MSG_EX_BARRED_MY_NUMBER, MSG_EX_BARRED_UNLAWFUL, MSG_EX_BARRED_BY_OPT_OUT, MSG_EX_BARRED_ABROAD, MSG_EX_BARRED_RIGHTS,
};

enum status exception_check(enum exception_list_id list, struct str code, unsigned given, unsigned present, struct str place, struct problems *ps)
{
	const struct exception *e = exception_of(list, code);
	enum status st = ST_OK;

	if (!e) {
		problem(ps, place, MSG_EX_NOT_IN_LIST, .arg = { code });
		return ST_NO;
	}
	for (int i = 0; i < COUNT(fact_wanted); i++) {
		if (e->facts & ~given & 1u << i) {
			problem(ps, place, fact_wanted[i]);
			st = ST_NO;
		}
	}
	for (int i = 0; i < COUNT(barred_by); i++) {
		if (e->bars & present & 1u << i) {
			problem(ps, place, barred_by[i]);
			st = ST_NO;
		}
	}
	return st;
}
