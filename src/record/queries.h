/* queries.h - every statement of record/, by name. */
#pragma once
#include "db/db.h"

#define QUERY(name, sql)          extern const struct db_statement q_##name;
#define QUERY_PG(name, sql, pg)   extern const struct db_statement q_##name;
#include "record/queries.def"
#undef QUERY
#undef QUERY_PG

/* All of them, for the test that prepares each on both databases. */
const struct db_statement *const *record_queries(int *ret_n);
