/* queries.h - the statements of web/, by name. */
#pragma once
#include "db/db.h"

#define QUERY(name, sql) extern const struct db_statement q_##name;
#include "web/queries.def"
#undef QUERY

/* All of them, for the test that prepares each on both databases. */
const struct db_statement *const *web_queries(int *ret_n);
