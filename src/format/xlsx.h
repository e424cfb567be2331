/* xlsx.h - reads Excel workbooks, row by row and within bounds, from a file that may be hostile.
 *
 * Read are: shared and inline strings with rich text (furigana is no text), numbers, truth values, errors, dates by
 * their number format (1900 and 1904 systems, Japanese eras), the values that formulas had when the file was saved,
 * merged ranges, hidden rows and sheets. Nothing else is looked at: no links, macros, drawings, comments. */
#pragma once
#include "format/sheet.h"

struct xlsx_limits {            /* 0 = the default */
	int64_t strings;            /* shared strings; 4 million */
	int64_t string_bytes;       /* 256 MiB */
	int64_t unpacked_bytes;     /* of all parts read; 2 GiB */
	int     sheets;             /* 1000 */
};

/* ST_OK; ST_BAD_INPUT (no workbook, damaged: the problem names the sheet and cell), ST_TOO_BIG with a problem,
 * ST_DENIED (encrypted members), the sink's. The arena holds the shared strings; it must allow for string_bytes. */
NODISCARD enum status xlsx_read_bytes(struct arena *a, struct str bytes, const struct xlsx_limits *l, struct problems *ps,
	struct sheet_sink sink);
NODISCARD enum status xlsx_read_fd(struct arena *a, int fd, const struct xlsx_limits *l, struct problems *ps,
	struct sheet_sink sink);
