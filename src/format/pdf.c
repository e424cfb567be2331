/* pdf.c - collects the blocks of a document. */
#include "format/pdf_model.h"
#include <assert.h>

struct pdf *pdf_new(struct arena *a, const struct pdf_settings *s)
{
	struct pdf *p = new(a, struct pdf);

	p->a = a;
	p->s = *s;
	p->last = &p->blocks;
	return p;
}

static struct block *add(struct pdf *p, enum block_kind kind, struct str text)
{
	struct block *b = new(p->a, struct block);

	assert(!p->table);
	b->kind = kind;
	b->text = text;
	*p->last = b;
	p->last = &b->next;
	return b;
}

void pdf_block(struct pdf *p, const struct block *b)
{
	struct block *own = add(p, b->kind, b->text);
	struct block *after = own->next;

	*own = *b;
	own->next = after;
}

void pdf_right(struct pdf *p, struct str text)     { add(p, BLOCK_RIGHT, text); }
void pdf_left(struct pdf *p, struct str text)      { add(p, BLOCK_LEFT, text); }
void pdf_sender(struct pdf *p, struct str text)    { add(p, BLOCK_SENDER, text); }
void pdf_title(struct pdf *p, struct str text)     { add(p, BLOCK_TITLE, text); }
void pdf_centre(struct pdf *p, struct str text)    { add(p, BLOCK_CENTRE, text); }
void pdf_paragraph(struct pdf *p, struct str text) { add(p, BLOCK_PARAGRAPH, text); }
void pdf_plain(struct pdf *p, struct str text)     { add(p, BLOCK_PLAIN, text); }
void pdf_heading(struct pdf *p, struct str text)   { add(p, BLOCK_HEADING, text); }
void pdf_page_break(struct pdf *p)                 { add(p, BLOCK_PAGE_BREAK, S("")); }

void pdf_item(struct pdf *p, int level, struct str label, struct str text)
{
	struct block *b = add(p, BLOCK_ITEM, text);

	b->level = level;
	b->label = label;
}

void pdf_gap(struct pdf *p, double lines)
{
	add(p, BLOCK_GAP, S(""))->lines = lines;
}

void pdf_approval(struct pdf *p, const struct pdf_box *boxes, int n)
{
	struct block *b = add(p, BLOCK_APPROVAL, S(""));
	struct pdf_box *copy = new_n(p->a, struct pdf_box, n);

	memcpy(copy, boxes, (size_t)n * sizeof *copy);
	b->boxes = copy;
	b->nboxes = n;
}

static const struct str *copy_cells(struct pdf *p, const struct str *cells, int n)
{
	struct str *copy = new_n(p->a, struct str, n);

	memcpy(copy, cells, (size_t)n * sizeof *copy);
	return copy;
}

void pdf_table_begin(struct pdf *p, const struct pdf_table *t)
{
	struct block *b = add(p, BLOCK_TABLE, S(""));
	double *widths = new_n(p->a, double, t->columns);

	assert(t->columns > 0 && t->columns <= PDF_TABLE_COLUMNS);
	memcpy(widths, t->widths, (size_t)t->columns * sizeof *widths);
	b->table = *t;
	b->table.widths = widths;
	b->table.headers = t->headers ? copy_cells(p, t->headers, t->columns) : NULL;
	b->last_row = &b->rows;
	p->table = b;
}

void pdf_row(struct pdf *p, const struct str *cells)
{
	assert(p->table);
	struct row *r = new(p->a, struct row);

	r->cells = copy_cells(p, cells, p->table->table.columns);
	*p->table->last_row = r;
	p->table->last_row = &r->next;
}

void pdf_table_end(struct pdf *p)
{
	assert(p->table);
	p->table = NULL;
}
