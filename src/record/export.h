/* export.h - the records of a type as a table: in the columns they came in, or all there are. */
#pragma once
#include "record/import.h"
#include "record/list.h"

/* A value as a cell: what was typed where that was kept, titles of linked records, else the plain form. */
void export_value(struct request *rq, struct buf *b, const struct field *f, const struct value *v);

/* Where the rows go. `cells` has one text for each column and lives until `row` returns. */
struct export_sink {
	enum status (*head)(void *user, const struct import_column *columns, int n);
	enum status (*row)(void *user, const struct record *r, const struct str *cells, int n);
	void *user;
};
/* Every record one may see and that the query asks for. Notes one audit entry with the number of rows.
 * ST_OK, ST_DENIED, the sink's. */
NODISCARD enum status export_rows(struct request *rq, const struct list_query *q, struct export_sink sink);
