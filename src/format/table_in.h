/* table_in.h - opens a file of rows that somebody gives, whatever it is, and refuses what it cannot read with what to do. */
#pragma once
#include "format/csv.h"
#include "format/sheet.h"
#include "sys/sandbox.h"

enum table_kind { TABLE_KIND_XLSX, TABLE_KIND_TEXT, TABLE_KIND_XLS, TABLE_KIND_LOCKED, TABLE_KIND_XLSB, TABLE_KIND_ODS, TABLE_KIND_OTHER };
/* By what is inside, not by the name: an .xls that is a text table is a text table. */
enum table_kind table_kind(struct str bytes);

struct table_in_options {
	struct csv_options csv;
	bool               unconfined;     /* parse workbooks in this process: tests and fuzzing only */
};
/* Reads the whole file into `ret`, whose arena and bounds the caller sets. Workbooks are parsed in a confined child of `s`;
 * text is parsed here. *ret_kind tells text (recognise: .blanks_fill) from workbooks.
 * ST_OK; ST_BAD_INPUT, ST_TOO_BIG with problems (.xls, locked, not a table, broken: where); ST_UNAVAILABLE (no confinement). */
NODISCARD enum status table_in(struct sandbox *s, struct str bytes, const struct table_in_options *o, struct problems *ps,
	struct workbook *ret, enum table_kind *ret_kind);
