/* csv_sheet.c - a table of text as a sheet. */
#include "format/csv.h"
#include <stdlib.h>

static enum status give_rows(struct csv *r, struct cell *cell, struct sheet_sink sink)
{
	struct csv_row row;

	for (;;) {
		enum status st = csv_next(r, &row);
		if (st != ST_OK)
			return st == ST_NO ? ST_OK : st;
		int n = 0;
		for (int i = 0; i < MIN(row.n, SHEET_COLUMNS_MAX); i++)
			if (row.field[i].n)
				cell[n++] = (struct cell){ .text = row.field[i], .column = (uint16_t)(i + 1), .kind = CELL_TEXT };
		if (n)
			TRY(sink.row(sink.user, &(struct sheet_row){ .row = row.row, .cell = cell, .n = n }));
	}
}

enum status sheet_of_csv(struct csv *r, struct str name, struct sheet_sink sink)
{
	struct cell *cell = malloc(SHEET_COLUMNS_MAX * sizeof *cell);

	if (!cell)
		abort();
	enum status st = sink.sheet(sink.user, name, false);
	if (st == ST_OK)
		st = give_rows(r, cell, sink);
	free(cell);
	return st;
}
