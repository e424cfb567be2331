/* queries.c - the statements of queries.def. */
#include "web/queries.h"

#define QUERY(nm, sq) const struct db_statement q_##nm = { #nm, sq, NULL };
#include "web/queries.def"
#undef QUERY

static const struct db_statement *const all[] = {
#define QUERY(name, sql) &q_##name,
#include "web/queries.def"
#undef QUERY
};

const struct db_statement *const *web_queries(int *ret_n)
{
	*ret_n = (int)(sizeof all / sizeof all[0]);
	return all;
}
