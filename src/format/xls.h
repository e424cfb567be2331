/* xls.h - reads workbooks of Excel 5 to 2003 (.xls) from the bytes of their stream "Workbook" or "Book", which may be hostile.
 *
 * Read are: texts, numbers, truth values, dates by their number format, the values that formulas had when the file was
 * saved, remarks and text boxes (as rows below the sheet), hidden rows and sheets. Charts and macros are not. */
#pragma once
#include "format/sheet.h"

/* ST_OK; ST_BAD_INPUT (no workbook, damaged: what can be read has been passed on), ST_DENIED (it has a password), the sink's.
 * Texts of Excel 5 and 95 are converted: see charset_prepare. *ret_unsaved: a formula gives a text that the program which wrote the
 * file did not save (LibreOffice writes 0 in its place); such a cell is left out. */
NODISCARD enum status xls_read(struct arena *a, struct str stream, struct sheet_sink sink, bool *ret_unsaved);
