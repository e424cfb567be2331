/* anon_pieces.h - a plain table read and written in pieces, by several threads at once.
 *
 * Plain is UTF-8 without a quotation mark, with rows of one length: there each line end ends a row, so the file may be cut
 * behind any of them. Everything else, and every mistake, is left to the reader that goes from the first byte to the last
 * (anon_file.h) and tells the place. */
#pragma once
#include "cli/anon_file.h"
#include "format/csv.h"

/* ST_OK with the table, and the pieces kept in the file; ST_NO when it is not plain: nothing has been read then. Values are
 * numbered as one reader would number them. */
NODISCARD enum status anon_pieces_load(struct anon_file *f, const int *columns, int n, int threads, struct anon_table *ret);

/* Writes all rows, in their order, through `put`, which gets the fields of a row (NULL unless `fields`) and its number from 0 and is
 * called from several threads. ST_OK; ST_NO when the file is not what it was. */
struct anon_pieces_writer { void (*put)(const void *context, const struct str *field, ptrdiff_t row, struct csv_writer *w); const void *context; };
NODISCARD enum status anon_pieces_write(const struct anon_file *f, const struct anon_pieces_writer *to, bool fields, int threads, struct anon_out *o);
