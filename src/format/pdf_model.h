/* pdf_model.h - the blocks of a document, between pdf.c that collects and pdf_layout.c that sets them. */
#pragma once
#include "format/pdf.h"

enum block_kind {
	BLOCK_RIGHT, BLOCK_LEFT, BLOCK_SENDER, BLOCK_TITLE, BLOCK_CENTRE, BLOCK_PARAGRAPH, BLOCK_PLAIN, BLOCK_ITEM, BLOCK_GAP,
	BLOCK_PAGE_BREAK, BLOCK_HEADING, BLOCK_APPROVAL, BLOCK_TABLE,
};

struct row { const struct str *cells; struct row *next; };
struct block {
	enum block_kind       kind;
	struct str            text, label;
	int                   level;
	double                lines;
	const struct pdf_box *boxes;
	int                   nboxes;
	struct pdf_table      table;
	struct row           *rows, **last_row;
	struct block         *next;
};
struct pdf {
	struct arena       *a;
	struct pdf_settings s;
	struct block       *blocks, **last, *table;
};

enum { PDF_TABLE_COLUMNS = 64 };

/* A file while it is set, in this process: its pages leave through `put` as they are made. pdf_file_end must be called once, also after
 * a failure. */
struct pdf_file;
struct pdf_file *pdf_file_begin(struct arena *a, const struct pdf_settings *s, pdf_put *put, void *user);
NODISCARD enum status pdf_file_add(struct pdf_file *f, const struct pdf *p);
NODISCARD enum status pdf_file_end(struct pdf_file *f, int64_t *ret_pages);

/* Adds a block made elsewhere: any but a table. Texts and boxes must outlive the document. */
void pdf_block(struct pdf *p, const struct block *b);
/* The lines into which a paragraph of the body breaks at a width in points, for tests; how many, at most `max`. */
int pdf_lines(struct arena *a, struct str text, double width, struct str *ret, int max);
