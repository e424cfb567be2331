/* pdf.h - business documents as PDF, set as an office in Japan sets them. Only user of Pango and Cairo.
 *
 * A document is a row of blocks; pages, page numbers and line breaks (禁則) follow from them. Texts are UTF-8 and must
 * outlive the document; a line end in a text begins a new line. The same blocks give the same bytes, whenever and
 * wherever the same fonts are there; the fonts (IPAex, else Noto CJK) are embedded. */
#pragma once
#include "base/date.h"

struct pdf_settings {
	struct str  title;                 /* of the file; shown by readers in their title bar */
	struct str  author;
	struct str  header_left, header_right;   /* small, on each page; may be empty */
	struct str  footer_left;           /* the page number stands in the middle */
	struct date made;                  /* stands in the file as its day of making; DATE_NEVER for none */
	bool        landscape;
	bool        gothic;                /* body in Gothic instead of Mincho: forms and records rather than letters */
};

struct pdf;
struct pdf *pdf_new(struct arena *a, const struct pdf_settings *s);

/* ---- letters ---- */
void pdf_right(struct pdf *p, struct str text);        /* a line at the right margin: date, document number */
void pdf_left(struct pdf *p, struct str text);         /* the addressee */
void pdf_sender(struct pdf *p, struct str text);       /* lines that begin together in the right half */
void pdf_title(struct pdf *p, struct str text);        /* centred and larger */
void pdf_centre(struct pdf *p, struct str text);       /* 記 */
void pdf_paragraph(struct pdf *p, struct str text);    /* first line indented by one character, justified */
void pdf_plain(struct pdf *p, struct str text);        /* the same without indent: 拝啓 ... begins at the margin */
/* A numbered item: the label hangs, the text begins behind it on every line. level 0, 1, 2. */
void pdf_item(struct pdf *p, int level, struct str label, struct str text);
void pdf_gap(struct pdf *p, double lines);             /* empty lines; parts of one are fine */
void pdf_page_break(struct pdf *p);

/* ---- forms and records ---- */
void pdf_heading(struct pdf *p, struct str text);      /* stays with what follows */
/* 作成・確認・承認: boxes at the right margin, each with its word above, a name and a date within. */
struct pdf_box { struct str word, name, date; };
void pdf_approval(struct pdf *p, const struct pdf_box *boxes, int n);

/* A table with borders; the header row is repeated on each page, a row that does not fit goes to the next page, and one
 * that is higher than half a page is divided between lines. Widths are shares of the page; headers may be NULL. With
 * `labels` the first column is shaded like a header. */
struct pdf_table { int columns; const double *widths; const struct str *headers; bool labels; };
void pdf_table_begin(struct pdf *p, const struct pdf_table *t);
void pdf_row(struct pdf *p, const struct str *cells);
void pdf_table_end(struct pdf *p);

struct sandbox;
/* Sets the document in a confined child of `s`, and adds it to `out`. ST_OK; ST_TOO_BIG (the buf's bound, 2,000 pages, time, memory);
 * ST_BAD_INPUT (the child fell); ST_UNAVAILABLE (no sandbox). A failure costs this document and nothing else. */
NODISCARD enum status pdf_make(struct sandbox *s, const struct pdf *p, struct buf *out);
/* The same in this process: for that child, and for tests [tools/check_banned]. ST_OK; ST_TOO_BIG when the buf's bound or 2,000 pages are passed; ST_BROKEN when the libraries fail. */
NODISCARD enum status pdf_write(const struct pdf *p, struct buf *out, int *ret_pages);
/* Many documents in one file, one behind the other, each with page numbers of its own: letters to many persons. What was added waits
 * packed, some 4 KB for a letter and 256 MB at most, until the child sets it; the pages leave through `put` as they are made. */
struct pdf_series;
struct pdf_series *pdf_series_begin(struct arena *a, const struct pdf_settings *s);
/* The document is not needed afterwards. ST_OK, ST_TOO_BIG. */
NODISCARD enum status pdf_series_add(struct pdf_series *f, const struct pdf *p);
/* As pdf_make; also what `put` said. The series is over. */
typedef enum status pdf_put(void *user, struct str bytes);
NODISCARD enum status pdf_series_make(struct sandbox *s, struct pdf_series *f, pdf_put *put, void *user);
void                  pdf_series_drop(struct pdf_series *f);      /* takes NULL; not needed after pdf_series_make */
/* Gives the fonts back; for programs that count what is left at their end. No document may be set afterwards. */
void pdf_done(void);
