/* xlsx_write.h - one sheet as an Excel workbook, row by row in little memory; the same rows give the same bytes. */
#pragma once
#include "format/sheet.h"

struct xlsx_column { struct str label; int width; };       /* width in characters, 0 = by the label */
struct xlsx_writer;

/* A frozen header, a filter, a Japanese font, A4 landscape with the header on each page. Rows lie in an unlinked temporary
 * file until the end, the finished workbook in memory (memfd). ST_OK, ST_BROKEN. */
NODISCARD enum status xlsx_write_open(struct arena *a, struct str sheet, const struct xlsx_column *column, int n, struct xlsx_writer **ret);
/* One cell for each column, in order. TEXT is text whatever it looks like (leading zeros stay, nothing becomes a formula);
 * NUMBER uses .number, DATE .number as a serial of the 1900 system, BOOL; EMPTY and ERROR write .text, if there is any.
 * ST_OK; ST_TOO_BIG beyond 1,048,576 rows; ST_BROKEN. */
NODISCARD enum status xlsx_write_row(struct xlsx_writer *w, const struct cell *cell);
/* Hands out the workbook in pieces and frees everything, whatever happens. `put` NULL: throws it away. */
NODISCARD enum status xlsx_write_close(struct xlsx_writer *w, enum status (*put)(void *user, struct str bytes), void *user);
/* Texts over 32,767 characters that had to be cut, so far: a cell cannot hold more. */
int64_t xlsx_write_cut(const struct xlsx_writer *w);
