/* sheets.h - the sheets of a workbook as texts of the part being read: each row a line, tabs between the cells. */
#pragma once
#include "format/extract/inside.h"
#include "format/sheet.h"

struct sheet_text {
	struct extract *x;
	bool      counted_out;        /* a limit was passed, and told */
	bool      open_;
	ptrdiff_t path_;
	int64_t   row_;
};
struct sheet_sink sheet_text_sink(struct sheet_text *t);
void              sheet_text_end(struct sheet_text *t);
