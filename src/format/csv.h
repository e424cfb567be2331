/* csv.h - tables of text: reading and writing RFC 4180 and what offices make of it.
 *
 * Reading. Rows end with LF, CRLF or CR. A field that begins with a quotation mark runs to the closing one;
 * "" inside it is one mark, line ends and separators are text. A mark elsewhere in a field is text (12" pipe),
 * spaces belong to the field. What RFC 4180 forbids and cannot be read in one way only is refused: a quote
 * that is never closed, text behind a closing quote, NUL, bytes that are not UTF-8. Each refusal is a problem
 * at the cell ("C12": column 3, row 12) whose text names row and column. Rows are counted as a spreadsheet
 * shows them: every row from 1, blank ones too, a field with line ends being inside one row. */
#pragma once
#include "base/msg.h"
#include "format/charset.h"
#include "format/sheet.h"

struct csv_options {
	char      separator;      /* 0: found out among , ; tab and |; a first line "sep=;" decides it, too */
	bool      charset_given;  /* the text is in `charset`; else the encoding is found out */
	enum charset charset;
	bool      keep;           /* with csv_open: fields live until csv_close, not only until the next row */
	ptrdiff_t max_field;      /* bytes; 0 = 1 MiB */
	ptrdiff_t max_row;        /* bytes; 0 = 16 MiB */
	int       max_columns;    /* 0 = 16,384 */
	int64_t   max_rows;       /* 0 = no bound */
};

/* Fields are UTF-8 and live until the next csv_next, unless `keep` says otherwise. */
struct csv_row {
	struct str *field;
	int         n;            /* 1 or more */
	bool        blank;        /* the line is empty: one empty field that was not quoted */
	int64_t     row;          /* from 1 */
	int64_t     line;         /* line of the text at which the row begins, from 1 */
};

struct csv;

/* Reads text in memory: UTF-8 with or without byte order mark (fields then point into `bytes`), CP932, UTF-16, EUC-JP
 * or JIS. The bytes and the arena must outlive the reader. Always csv_close what was opened.
 * ST_BAD_INPUT when nothing is in it; ST_TOO_BIG over 1 GiB of converted text, ST_UNAVAILABLE without a converter. */
NODISCARD enum status csv_open(struct arena *a, struct str bytes, const struct csv_options *o, struct problems *ps,
	struct csv **ret);

/* Reads from a source in bounded memory. `read` fills up to `room` bytes and gives how many; 0 at the end,
 * -1 when reading failed (then ST_BROKEN). */
struct csv_source { ptrdiff_t (*read)(void *context, char *to, ptrdiff_t room); void *context; };
NODISCARD enum status csv_open_stream(struct arena *a, struct csv_source source, const struct csv_options *o,
	struct problems *ps, struct csv **ret);

/* ST_OK with the next row; ST_NO at the end; ST_BAD_INPUT with a problem; ST_TOO_BIG with a problem when a
 * bound is passed. After anything but ST_OK the reader stays where it is. */
NODISCARD enum status csv_next(struct csv *r, struct csv_row *ret);
char         csv_separator(const struct csv *r);
enum charset csv_charset(const struct csv *r);     /* what was found, so far as the source has shown it */
ptrdiff_t    csv_offset(const struct csv *r);      /* bytes of UTF-8 read so far, for progress */
void         csv_close(struct csv *r);               /* NULL is accepted; wipes what was copied */

/* All rows as a sheet of texts; the reader's statuses, or the sink's. */
NODISCARD enum status sheet_of_csv(struct csv *r, struct str name, struct sheet_sink sink);

/* The next rows, at most `max`, to the sink; a sheet must have been begun there. ST_OK when there may be more, ST_NO at the end;
 * the reader's statuses, or the sink's. */
NODISCARD enum status sheet_rows_of_csv(struct csv *r, int64_t max, struct sheet_sink sink);

/* "C12": the name of a cell, in the arena. Column and row from 1. */
struct str cell_name(struct arena *a, int column, int64_t row);

/* ---- writing ---- */

/* A text that a spreadsheet would take for a formula (it begins with = + - @, their full-width forms, tab or
 * CR, and is no plain number) is written with an apostrophe in front when `guard` is set. A text that already
 * begins with apostrophes and then such a character gets one more, so csv_unguard gives back exactly what
 * was written. Leave it off for files that programs read. */
struct csv_writer {
	struct buf   *b;
	char          separator;       /* 0 = ',' */
	bool          lf;              /* LF instead of CRLF */
	bool          quote_all;
	bool          guard;
	bool          inside;          /* a field of the row has been written */
};
void csv_put(struct csv_writer *w, struct str field);
void csv_end_row(struct csv_writer *w);
#define CSV_BOM S("\xef\xbb\xbf")                   /* write it first where Excel is to read UTF-8 */
/* The text without the apostrophe that `guard` put before it; any other text as it is. */
struct str csv_unguard(struct str field);
