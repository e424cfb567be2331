/* clauses.c - the tables of clauses.def, chapters.def and lists.def. */
#include "domain/conformity/clauses.h"

#define LAW    LEVEL_LAW
#define JIS    LEVEL_JIS
#define MARK   LEVEL_MARK
#define EFFORT LEVEL_EFFORT
const struct clause clauses[] = {
#define CLAUSE(id, ja, en, jis, appi, levels) { SLIT(id), { SLIT(ja), SLIT(en) }, SLIT(jis), SLIT(appi), levels },
#include "domain/conformity/clauses.def"
#undef CLAUSE
};
const int nclauses = (int)COUNT(clauses);

static const struct chapter chapters[] = {
#define CHAPTER(id, ja, en) { SLIT(id), { SLIT(ja), SLIT(en) } },
#include "domain/conformity/chapters.def"
#undef CHAPTER
};

const struct list_member list_members[] = {
#define MEMBER(list, code, clause, ja, en) { LIST_##list, SLIT(code), SLIT(clause), { SLIT(ja), SLIT(en) } },
#include "domain/conformity/lists.def"
#undef MEMBER
};
const int nlist_members = (int)COUNT(list_members);

const struct clause *clause_of(struct str id)
{
	for (int i = 0; i < nclauses; i++)
		if (str_eq(clauses[i].id, id))
			return &clauses[i];
	return NULL;
}

const struct chapter *chapter_of(struct str id)
{
	ptrdiff_t first = str_find_char(id, '.'), second = str_find_char(str_sub(id, first + 1, id.n), '.');

	for (ptrdiff_t i = 0; i < COUNT(chapters); i++)
		if (str_eq(chapters[i].id, second < 0 ? id : str_sub(id, 0, first + 1 + second)))
			return &chapters[i];
	return NULL;
}
