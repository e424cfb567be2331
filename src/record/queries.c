/* queries.c - the statements of queries.def. */
#include "record/queries.h"

#define QUERY(nm, sq)        const struct db_statement q_##nm = { #nm, sq, NULL };
#define QUERY_PG(nm, sq, pg) const struct db_statement q_##nm = { #nm, sq, pg };
#include "record/queries.def"
#undef QUERY
#undef QUERY_PG

static const struct db_statement *const all[] = {
#define QUERY(name, sql)        &q_##name,
#define QUERY_PG(name, sql, pg) &q_##name,
#include "record/queries.def"
#undef QUERY
#undef QUERY_PG
};

const struct db_statement *const *record_queries(int *ret_n)
{
	*ret_n = (int)(sizeof all / sizeof all[0]);
	return all;
}
