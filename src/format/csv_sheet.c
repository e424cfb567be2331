/* csv_sheet.c - a table of text as a sheet, whole or in portions. */
#include "format/csv.h"
#include <stdlib.h>

static enum status give_rows(struct csv *r, int64_t max, struct cell *cell, struct sheet_sink sink)
{
	struct csv_row row;

	for (int64_t given = 0; given < max; given++) {
		TRY(csv_next(r, &row));
		int n = 0;
		for (int i = 0; i < MIN(row.n, SHEET_COLUMNS_MAX); i++)
			if (row.field[i].n)
				cell[n++] = (struct cell){ .text = row.field[i], .column = (uint16_t)(i + 1), .kind = CELL_TEXT };
		if (n)
			TRY(sink.row(sink.user, &(struct sheet_row){ .row = row.row, .cell = cell, .n = n }));
	}
	return ST_OK;
}

enum status sheet_rows_of_csv(struct csv *r, int64_t max, struct sheet_sink sink)
{
	struct cell *cell = malloc(SHEET_COLUMNS_MAX * sizeof *cell);

	if (!cell)
		abort();
	enum status st = give_rows(r, max, cell, sink);
	free(cell);
	return st;
}

enum status sheet_of_csv(struct csv *r, struct str name, struct sheet_sink sink)
{
	TRY(sink.sheet(sink.user, name, false));
	enum status st = sheet_rows_of_csv(r, INT64_MAX, sink);
	return st == ST_NO ? ST_OK : st;
}
