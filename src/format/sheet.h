/* sheet.h - tables of cells, from whatever file they came: passed on row by row, or kept as a workbook.
 *
 * A reader (xlsx, csv) gives what it finds to a sheet_sink. One sink collects a workbook, another writes it all
 * into bytes, so that a confined child can read a hostile file and its parent gets nothing but cells. */
#pragma once
#include "base/msg.h"

enum { SHEET_COLUMNS_MAX = 16384, SHEET_ROWS_MAX = 1048576 };    /* as spreadsheets have it */

enum cell_kind { CELL_EMPTY, CELL_TEXT, CELL_NUMBER, CELL_DATE, CELL_BOOL, CELL_ERROR, CELL_KIND_MAX };

struct cell {
	struct str text;       /* as people read it: "300", "0.25", "2026-03-02", "2026-03-02 09:30", "TRUE", "#REF!" */
	double     number;     /* NUMBER; DATE: the serial number; BOOL: 0 or 1 */
	uint16_t   column;     /* from 1 */
	uint8_t    kind;       /* enum cell_kind; an empty cell is not stored */
};
struct sheet_row {
	int64_t            row;       /* from 1 */
	const struct cell *cell;      /* in order of column */
	int                n;
	bool               hidden;
};
struct cell_range { int64_t row, last_row; int column, last_column; };

/* Texts live until the function returns. Any status but ST_OK ends the reading and is handed on. */
struct sheet_sink {
	enum status (*sheet)(void *user, struct str name, bool hidden);     /* what follows belongs to this sheet */
	enum status (*row)(void *user, const struct sheet_row *row);        /* rows in ascending order */
	enum status (*merged)(void *user, struct cell_range range);
	void *user;
};

/* ---- kept in memory ---- */
struct sheet {
	struct str         name;
	bool               hidden;
	struct sheet_row  *row;          /* rows that have cells, ascending */
	ptrdiff_t          nrows, cap_rows;
	struct cell_range *merged;
	ptrdiff_t          nmerged, cap_merged;
	int                columns;      /* the last column that has a cell */
};
struct workbook {
	struct arena *a;
	struct sheet *sheet;
	ptrdiff_t     n, cap;
	int64_t       cells, bytes;           /* so far */
	int64_t       max_cells, max_bytes;   /* 0 = 8 million cells, 256 MiB of text: then ST_TOO_BIG */
};
/* Collects into `w`, whose arena must allow for the bounds (32 bytes a cell besides the text). */
struct sheet_sink workbook_sink(struct workbook *w);
/* The cell at a column from 1; one of kind CELL_EMPTY when there is none. */
struct cell sheet_cell(const struct sheet_row *row, int column);

/* ---- as bytes, for a pipe: pieces of whole records, each behind its length ---- */
typedef enum status sheet_put(void *user, struct str bytes);
struct sheet_writer { struct buf b; sheet_put *put; void *user; };
/* The sink that writes; `put` gets pieces of about 512 KiB. Close it with sheet_write_end, then free with buf_free(&w->b). */
struct sheet_sink sheet_write(struct sheet_writer *w, sheet_put *put, void *user);
/* The end of it, with the problems met; without this record the bytes are not whole. */
NODISCARD enum status sheet_write_end(struct sheet_writer *w, const struct problems *ps);
/* Gives what was written to `sink` while it arrives, and the problems to `ps`. Trusts nothing in the bytes. */
struct sheet_reader;
struct sheet_reader *sheet_reader_make(struct sheet_sink sink, struct problems *ps);
/* The next bytes, cut anywhere: a sandbox_sink. ST_OK; ST_BAD_INPUT (not ours), the sink's: then it takes no more. */
enum status sheet_reader_take(void *reader, struct str bytes);
/* ST_OK; ST_BAD_INPUT when what came is not whole. Frees the reader. */
NODISCARD enum status sheet_reader_end(struct sheet_reader *r);
