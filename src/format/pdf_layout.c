/* pdf_layout.c - sets the blocks of a document on pages with Pango and Cairo. */
#include "format/pdf_model.h"
#include "base/utf8.h"
#include <cairo-pdf.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <stdio.h>

enum { PAGES_MAX = 2000 };
#define MM(x)  ((x) * 72.0 / 25.4)

static const double BODY = 10.5, SMALL = 8.5, CELL = 9.5, TITLE = 15;       /* points */
static const double LINE = 18.0, CELL_LINE = 14.5;                          /* from one base line to the next */
static const double MARGIN_X = MM(24), MARGIN_TOP = MM(24), MARGIN_BOTTOM = MM(22);
static const double PAD = 4;                                                /* inside a cell */
static const char MINCHO[] = "IPAexMincho, Noto Serif CJK JP, serif";
static const char GOTHIC[] = "IPAexGothic, Noto Sans CJK JP, sans-serif";

/* One pass over the document. The first counts pages and draws nothing, the second knows how many there are. */
struct press {
	const struct pdf *p;
	bool              dry;
	cairo_t          *cr;
	PangoContext     *context;
	double            width, height, left, right, top, bottom, y;
	double            tight;            /* lines stand so much closer: 1 is the usual distance */
	int               page, pages;
	bool              full;             /* PAGES_MAX was passed */
};

struct style { const char *family; double size, line; bool justify; PangoAlignment align; double indent; };

static const char *body_family(const struct press *r)
{
	return r->p->s.gothic ? GOTHIC : MINCHO;
}

/* Control characters would be drawn as boxes; malformed bytes make Pango complain. Both become nothing. */
static char *clean(struct press *r, struct str text, int *ret_n)
{
	char *out = new_n(r->p->a, char, text.n + 1);
	int n = 0;

	for (ptrdiff_t at = 0; at < text.n; ) {
		ptrdiff_t from = at;
		uint32_t c = utf8_next(text, &at);
		if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7F || (c == UTF8_BAD && at - from == 1))
			continue;
		memcpy(out + n, text.p + from, (size_t)(at - from));
		n += (int)(at - from);
	}
	*ret_n = n;
	return out;
}

static void mend_orphans(PangoLayout *l, struct style s, double width);

static PangoLayout *layout_make(struct press *r, struct str text, struct style s, double width)
{
	PangoLayout *l = pango_layout_new(r->context);
	PangoFontDescription *font = pango_font_description_new();
	int n;
	char *bytes = clean(r, text, &n);

	pango_font_description_set_family_static(font, s.family);
	pango_font_description_set_absolute_size(font, s.size * PANGO_SCALE);
	pango_layout_set_font_description(l, font);
	pango_font_description_free(font);
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
	pango_layout_set_wrap(l, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_justify(l, s.justify);
	pango_layout_set_alignment(l, s.align);
	pango_layout_set_indent(l, (int)(s.indent * PANGO_SCALE));
	pango_layout_set_auto_dir(l, FALSE);
	pango_layout_set_text(l, bytes, n);
	if (s.align == PANGO_ALIGN_LEFT)
		mend_orphans(l, s, width);
	return l;
}

/* How many paragraphs end with a line of their own of one or two characters. */
static int orphans(PangoLayout *l)
{
	const char *text = pango_layout_get_text(l);
	int n = 0;

	for (int i = 1; i < pango_layout_get_line_count(l); i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(l, i);
		char after = text[line->start_index + line->length];
		bool begins = line->is_paragraph_start, ends = after == 0 || after == '\n';
		n += ends && !begins && line->length > 0 && g_utf8_strlen(text + line->start_index, line->length) <= 2;
	}
	return n;
}

/* A single character on a last line is drawn up: letters a little closer, so little that nobody sees it; where that does not do, lines
 * set flush left break earlier, which gives the last one company. */
static void mend_orphans(PangoLayout *l, struct style s, double width)
{
	static const double closer[] = { 0.01, 0.02, 0.03 };
	int least = orphans(l);

	for (int i = 0; least && i < COUNT(closer); i++) {
		PangoAttrList *attrs = pango_attr_list_new();
		pango_attr_list_insert(attrs, pango_attr_letter_spacing_new((int)(-closer[i] * s.size * PANGO_SCALE)));
		pango_layout_set_attributes(l, attrs);
		pango_attr_list_unref(attrs);
		if (!orphans(l))
			return;
	}
	if (!least)
		return;
	pango_layout_set_attributes(l, NULL);
	for (int i = 1; i <= 3 && !s.justify && width > 8 * s.size; i++) {
		pango_layout_set_width(l, (int)((width - i * s.size) * PANGO_SCALE));
		if (!orphans(l))
			return;
	}
	pango_layout_set_width(l, (int)(width * PANGO_SCALE));
}

/* ---- pages ---- */

static void small_text(struct press *r, struct str text, double y, PangoAlignment align)
{
	if (text.n == 0)
		return;
	PangoLayout *l = layout_make(r, text, (struct style){ .family = GOTHIC, .size = SMALL, .align = align }, r->right - r->left);
	cairo_move_to(r->cr, r->left, y);
	pango_cairo_show_layout(r->cr, l);
	g_object_unref(l);
}

static void furnish(struct press *r)
{
	char number[32];

	bool alone = r->pages == 1 && !r->p->s.gothic;          /* a letter of one page carries no number */

	if (r->dry)
		return;
	cairo_set_source_rgb(r->cr, 0.35, 0.35, 0.35);
	small_text(r, r->p->s.header_left, MM(12), PANGO_ALIGN_LEFT);
	small_text(r, r->p->s.header_right, MM(12), PANGO_ALIGN_RIGHT);
	small_text(r, r->p->s.footer_left, r->height - MM(14), PANGO_ALIGN_LEFT);
	int n = snprintf(number, sizeof number, "%d / %d", r->page, r->pages);
	small_text(r, alone ? S("") : (struct str){ number, n }, r->height - MM(14), PANGO_ALIGN_CENTER);
	cairo_set_source_rgb(r->cr, 0, 0, 0);
}

static void begin_page(struct press *r)
{
	r->page++;
	r->y = r->top;
	r->full = r->full || r->page > PAGES_MAX;
	furnish(r);
}

static void next_page(struct press *r)
{
	if (!r->dry)
		cairo_show_page(r->cr);
	begin_page(r);
}

static bool at_top(const struct press *r)
{
	return r->y <= r->top + 0.01;
}

/* Makes sure that so much fits below; a fresh page takes anything. */
static void need(struct press *r, double height)
{
	if (r->y + height > r->bottom && !at_top(r))
		next_page(r);
}

/* ---- text ---- */

static void show_line(struct press *r, PangoLayoutLine *line, double x, double y, double line_height)
{
	PangoRectangle logical;

	if (r->dry)
		return;
	pango_layout_line_get_extents(line, NULL, &logical);
	double height = logical.height / (double)PANGO_SCALE, ascent = -logical.y / (double)PANGO_SCALE;
	cairo_move_to(r->cr, x, y + (line_height - height) / 2 + ascent);
	pango_cairo_show_layout_line(r->cr, line);
}

/* Where the line begins within the width of its layout: alignment and indent are Pango's. */
static double line_x(PangoLayoutIter *it)
{
	PangoRectangle logical;

	pango_layout_iter_get_line_extents(it, NULL, &logical);
	return logical.x / (double)PANGO_SCALE;
}

/* Sets a layout line by line, over pages where it must. Neither the first nor the last line of a paragraph stands alone. */
static void flow(struct press *r, PangoLayout *l, double x, double line_height)
{
	PangoLayoutIter *it = pango_layout_get_iter(l);
	int lines = pango_layout_get_line_count(l), i = 0;

	do {
		int left = lines - i;
		bool first = i == 0 && lines > 1, last_but_one = left == 2 && lines > 3;
		need(r, (first || last_but_one ? 2 : 1) * line_height);
		show_line(r, pango_layout_iter_get_line_readonly(it), x + line_x(it), r->y, line_height);
		r->y += line_height;
		i++;
	} while (pango_layout_iter_next_line(it) && !r->full);
	pango_layout_iter_free(it);
}

static void text_block(struct press *r, struct str text, struct style s, double x, double width)
{
	PangoLayout *l = layout_make(r, text, s, width);

	flow(r, l, x, s.line);
	g_object_unref(l);
}

static double text_width(struct press *r, struct str text, struct style s)
{
	PangoLayout *l = layout_make(r, text, s, 10000);
	int w, h;

	pango_layout_set_justify(l, FALSE);
	pango_layout_get_size(l, &w, &h);
	g_object_unref(l);
	return w / (double)PANGO_SCALE;
}

static void set_sender(struct press *r, const struct block *b, struct style s)
{
	double width = text_width(r, b->text, s), half = (r->right - r->left) / 2;

	width = MIN(MAX(width + 1, half * 0.75), r->right - r->left);      /* the lines of one sender begin together */
	text_block(r, b->text, s, r->right - width, width);
}

static void set_item(struct press *r, const struct block *b, struct style s)
{
	double x = r->left + BODY * (1 + b->level * 1.5), label = text_width(r, b->label, s);
	double hang = MAX(label + BODY * 0.6, BODY * 2);

	need(r, s.line);
	PangoLayout *l = layout_make(r, b->label, s, hang);
	pango_layout_set_justify(l, FALSE);
	PangoLayout *t = layout_make(r, b->text, s, r->right - x - hang);
	if (pango_layout_get_line_count(t) > 1)
		need(r, 2 * s.line);
	show_line(r, pango_layout_get_line_readonly(l, 0), x, r->y, s.line);
	flow(r, t, x + hang, s.line);
	g_object_unref(l);
	g_object_unref(t);
}

static void fill(struct press *r, double x, double y, double w, double h, double red, double green, double blue)
{
	if (r->dry)
		return;
	cairo_set_source_rgb(r->cr, red, green, blue);
	cairo_rectangle(r->cr, x, y, w, h);
	cairo_fill(r->cr);
	cairo_set_source_rgb(r->cr, 0, 0, 0);
}

static double table_start(struct press *r, const struct block *b);

/* A heading does not stand alone at the foot of a page: what it heads begins on the same one. */
static void set_heading(struct press *r, const struct block *b)
{
	bool table = b->next && b->next->kind == BLOCK_TABLE;

	need(r, 2 * LINE + (table ? table_start(r, b->next) : 2 * LINE));
	if (!at_top(r))
		r->y += LINE * 0.5;
	fill(r, r->left, r->y + 3, 3, LINE - 6, 0.15, 0.25, 0.45);
	text_block(r, b->text, (struct style){ .family = GOTHIC, .size = BODY + 1, .line = LINE }, r->left + 9, r->right - r->left - 9);
	r->y += 2;
}

/* ---- boxes and tables ---- */

static void rectangle(struct press *r, double x, double y, double w, double h)
{
	if (r->dry)
		return;
	cairo_set_line_width(r->cr, 0.6);
	cairo_rectangle(r->cr, x, y, w, h);
	cairo_stroke(r->cr);
}

static void shade(struct press *r, double x, double y, double w, double h)
{
	fill(r, x, y, w, h, 0.93, 0.945, 0.965);
}

static void in_box(struct press *r, struct str text, double size, double x, double y, double w, double line)
{
	PangoLayout *l = layout_make(r, text, (struct style){ .family = GOTHIC, .size = size, .align = PANGO_ALIGN_CENTER }, w - 4);
	PangoLayoutIter *it = pango_layout_get_iter(l);
	int i = 0;

	do
		show_line(r, pango_layout_iter_get_line_readonly(it), x + 2 + line_x(it), y + i++ * line, line);
	while (i < 2 && pango_layout_iter_next_line(it));
	pango_layout_iter_free(it);
	g_object_unref(l);
}

static void set_approval(struct press *r, const struct block *b)
{
	const double w = MM(25), word = MM(5.5), area = MM(17);

	need(r, word + area);
	for (int i = 0; i < b->nboxes; i++) {
		double x = r->right - w * (b->nboxes - i);
		shade(r, x, r->y, w, word);
		rectangle(r, x, r->y, w, word);
		rectangle(r, x, r->y + word, w, area);
		in_box(r, b->boxes[i].word, SMALL, x, r->y, w, word);
		in_box(r, b->boxes[i].name, CELL, x, r->y + word + MM(2.5), w, MM(5));
		in_box(r, b->boxes[i].date, SMALL - 1, x, r->y + word + area - MM(5), w, MM(4));
	}
	r->y += word + area + LINE * 0.5;
}

/* A row while it is set: the lines of each cell, and how far each has come. */
struct setting {
	struct press           *r;
	const struct pdf_table *t;
	PangoLayout            *cell[64];
	int                     done[64];
	double                  x[65];
	bool                    header;
};

static void setting_begin(struct setting *g, const struct str *cells)
{
	double total = 0, x = g->r->left, width = g->r->right - g->r->left;

	for (int i = 0; i < g->t->columns; i++)
		total += g->t->widths[i];
	for (int i = 0; i < g->t->columns; i++) {
		double w = width * g->t->widths[i] / total;
		struct style s = { .family = GOTHIC, .size = CELL, .align = g->header ? PANGO_ALIGN_CENTER : PANGO_ALIGN_LEFT };
		g->x[i] = x;
		g->cell[i] = layout_make(g->r, cells[i], s, w - 2 * PAD);
		g->done[i] = 0;
		x += w;
	}
	g->x[g->t->columns] = x;
}

static void setting_end(struct setting *g)
{
	for (int i = 0; i < g->t->columns; i++)
		g_object_unref(g->cell[i]);
}

static int lines_left(const struct setting *g)
{
	int most = 0;

	for (int i = 0; i < g->t->columns; i++)
		most = MAX(most, pango_layout_get_line_count(g->cell[i]) - g->done[i]);
	return most;
}

static double height_of(int lines)
{
	return lines * CELL_LINE + 2 * PAD;
}

static void show_cell(struct setting *g, int i, int lines)
{
	PangoLayoutIter *it = pango_layout_get_iter(g->cell[i]);
	int line = 0;

	do {
		if (line >= g->done[i] && line < g->done[i] + lines)
			show_line(g->r, pango_layout_iter_get_line_readonly(it), g->x[i] + PAD + line_x(it),
				g->r->y + PAD + (line - g->done[i]) * CELL_LINE, CELL_LINE);
		line++;
	} while (pango_layout_iter_next_line(it));
	pango_layout_iter_free(it);
	g->done[i] = MIN(line, g->done[i] + lines);
}

/* Sets the next `lines` lines of the row with their borders. */
static void show_part(struct setting *g, int lines)
{
	double h = height_of(lines);

	for (int i = 0; i < g->t->columns; i++) {
		double w = g->x[i + 1] - g->x[i];
		if (g->header || (g->t->labels && i == 0))
			shade(g->r, g->x[i], g->r->y, w, h);
		rectangle(g->r, g->x[i], g->r->y, w, h);
		show_cell(g, i, lines);
	}
	g->r->y += h;
}

static double set_header(struct press *r, const struct pdf_table *t, bool draw)
{
	struct setting g = { .r = r, .t = t, .header = true };

	if (!t->headers)
		return 0;
	setting_begin(&g, t->headers);
	int lines = lines_left(&g);
	if (draw)
		show_part(&g, lines);
	setting_end(&g);
	return height_of(lines);
}

static void set_row(struct press *r, const struct pdf_table *t, const struct str *cells)
{
	struct setting g = { .r = r, .t = t };
	double half = (r->bottom - r->top) / 2;

	setting_begin(&g, cells);
	for (int left; (left = lines_left(&g)) > 0 && !r->full; ) {
		double room = r->bottom - r->y;
		int fit = (int)((room - 2 * PAD) / CELL_LINE);
		bool divided = height_of(left) > half && fit >= 3;
		if (height_of(left) <= room) {
			show_part(&g, left);
			break;
		}
		if (divided || at_top(r))
			show_part(&g, MAX(1, MIN(left, fit)));
		next_page(r);
		set_header(r, t, true);
		if (at_top(r) && !t->headers)
			continue;
	}
	setting_end(&g);
}

/* The header with the first row, or as much of that as a page is asked to hold. */
static double table_start(struct press *r, const struct block *b)
{
	struct setting g = { .r = r, .t = &b->table };
	double half = (r->bottom - r->top) / 2, first = height_of(2);

	if (b->rows) {
		setting_begin(&g, b->rows->cells);
		first = height_of(lines_left(&g));
		setting_end(&g);
	}
	return set_header(r, &b->table, false) + (first > half ? height_of(3) : first);
}

static void set_table(struct press *r, const struct block *b)
{
	need(r, table_start(r, b));
	set_header(r, &b->table, true);
	for (const struct row *w = b->rows; w && !r->full; w = w->next)
		set_row(r, &b->table, w->cells);
	r->y += LINE * 0.4;
}

/* ---- the whole ---- */

static void set_block(struct press *r, const struct block *b)
{
	const double distance = LINE * r->tight, width = r->right - r->left;
	struct style s = { .family = body_family(r), .size = BODY, .line = distance, .align = PANGO_ALIGN_LEFT };

	switch (b->kind) {
	case BLOCK_RIGHT:
		s.align = PANGO_ALIGN_RIGHT;
		text_block(r, b->text, s, r->left, width);
		break;
	case BLOCK_LEFT:
		text_block(r, b->text, s, r->left, width);
		break;
	case BLOCK_SENDER:
		set_sender(r, b, s);
		break;
	case BLOCK_TITLE:
		s = (struct style){ .family = GOTHIC, .size = TITLE, .line = TITLE * 1.6, .align = PANGO_ALIGN_CENTER };
		need(r, 4 * LINE);
		r->y += at_top(r) ? 0 : distance * 0.6;
		text_block(r, b->text, s, r->left, width);
		r->y += distance * 0.6;
		break;
	case BLOCK_CENTRE:
		s.align = PANGO_ALIGN_CENTER;
		text_block(r, b->text, s, r->left, width);
		break;
	case BLOCK_PARAGRAPH:
		s.indent = BODY;
		s.justify = true;
		text_block(r, b->text, s, r->left, width);
		break;
	case BLOCK_PLAIN:
		s.justify = true;
		text_block(r, b->text, s, r->left, width);
		break;
	case BLOCK_ITEM:
		s.justify = true;
		set_item(r, b, s);
		break;
	case BLOCK_GAP:
		r->y = at_top(r) && r->page > 1 ? r->y : MIN(r->y + b->lines * distance, r->bottom);
		break;
	case BLOCK_PAGE_BREAK:
		if (!at_top(r))
			next_page(r);
		break;
	case BLOCK_HEADING:
		set_heading(r, b);
		break;
	case BLOCK_APPROVAL:
		set_approval(r, b);
		break;
	case BLOCK_TABLE:
		set_table(r, b);
		break;
	}
}

/* A file that is being written: one surface, whose pages leave as they are made. */
struct pdf_file {
	struct arena    *a;                 /* of who makes it */
	pdf_put         *put;
	void            *user;
	enum status      st;                /* of the first put that failed */
	cairo_surface_t *surface;
	cairo_t         *cr;
	PangoContext    *context;
	int64_t          pages;
};

static cairo_status_t take_bytes(void *closure, const unsigned char *bytes, unsigned n)
{
	struct pdf_file *f = closure;

	if (f->st == ST_OK)
		f->st = f->put(f->user, (struct str){ (const char *)bytes, (ptrdiff_t)n });
	return f->st == ST_OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void metadata(const struct pdf_file *f, const struct pdf_settings *s)
{
	struct buf b = buf_make(64);
	struct date made = s->made.days == DATE_NEVER.days ? date_make(2000, 1, 1) : s->made;

	cairo_pdf_surface_set_metadata(f->surface, CAIRO_PDF_METADATA_TITLE, str_to_z(f->a, s->title));
	cairo_pdf_surface_set_metadata(f->surface, CAIRO_PDF_METADATA_AUTHOR, str_to_z(f->a, s->author));
	date_add_iso(&b, made);                                 /* without it Cairo writes the clock's time */
	buf_lit(&b, "T00:00:00+09:00");
	cairo_pdf_surface_set_metadata(f->surface, CAIRO_PDF_METADATA_CREATE_DATE, str_to_z(f->a, buf_str(&b)));
	buf_free(&b);
}

static double paper_width(const struct pdf_settings *s)  { return s->landscape ? MM(297) : MM(210); }
static double paper_height(const struct pdf_settings *s) { return s->landscape ? MM(210) : MM(297); }

struct pdf_file *pdf_file_begin(struct arena *a, const struct pdf_settings *s, pdf_put *put, void *user)
{
	struct pdf_file *f = new(a, struct pdf_file);

	*f = (struct pdf_file){ .a = a, .put = put, .user = user };
	f->surface = cairo_pdf_surface_create_for_stream(take_bytes, f, paper_width(s), paper_height(s));
	metadata(f, s);
	f->cr = cairo_create(f->surface);
	f->context = pango_cairo_create_context(f->cr);
	pango_context_set_language(f->context, pango_language_from_string("ja"));
	return f;
}

/* What a pass found: how many pages, and how much of the last one is used. */
struct pass { int pages; double last; };

static enum status one_pass(struct pdf_file *f, const struct pdf *p, bool dry, int pages, double tight, struct pass *ret)
{
	struct press r = { .p = p, .dry = dry, .cr = f->cr, .context = f->context, .pages = pages, .tight = tight };

	r.width = paper_width(&p->s);
	r.height = paper_height(&p->s);
	r.left = MARGIN_X;
	r.right = r.width - MARGIN_X;
	r.top = MARGIN_TOP;
	r.bottom = r.height - MARGIN_BOTTOM;
	if (!dry)
		cairo_pdf_surface_set_size(f->surface, r.width, r.height);
	begin_page(&r);
	for (const struct block *b = p->blocks; b && !r.full; b = b->next)
		set_block(&r, b);
	if (!dry)
		cairo_show_page(r.cr);
	*ret = (struct pass){ r.page, (r.y - r.top) / (r.bottom - r.top) };
	return r.full ? ST_TOO_BIG : f->st;
}

/* A letter whose last lines alone would stand on a new page is set a little closer where that saves the page. */
static enum status measure(struct pdf_file *f, const struct pdf *p, double *ret_tight, struct pass *ret)
{
	static const double tries[] = { 0.95, 0.9, 0.86 };
	struct pass usual, closer;

	TRY(one_pass(f, p, true, 0, 1, &usual));
	*ret_tight = 1;
	*ret = usual;
	if (p->s.gothic || usual.pages == 1 || usual.pages > 4 || usual.last > 0.3)
		return ST_OK;
	for (int i = 0; i < COUNT(tries); i++) {
		TRY(one_pass(f, p, true, 0, tries[i], &closer));
		if (closer.pages < usual.pages) {
			*ret_tight = tries[i];
			*ret = closer;
			break;
		}
	}
	return ST_OK;
}

enum status pdf_file_add(struct pdf_file *f, const struct pdf *p)
{
	struct arena_mark m = arena_mark(p->a);
	struct pass pass;
	double tight;
	enum status st = measure(f, p, &tight, &pass);

	if (st == ST_OK)
		st = one_pass(f, p, false, pass.pages, tight, &pass);
	arena_reset(p->a, m);
	if (st == ST_OK)
		f->pages += pass.pages;
	return st;
}

enum status pdf_file_end(struct pdf_file *f, int64_t *ret_pages)
{
	g_object_unref(f->context);
	cairo_destroy(f->cr);
	cairo_surface_finish(f->surface);
	cairo_status_t st = cairo_surface_status(f->surface);
	cairo_surface_destroy(f->surface);
	*ret_pages = f->pages;
	if (f->st != ST_OK)
		return f->st;
	return st == CAIRO_STATUS_SUCCESS ? ST_OK : ST_BROKEN;
}

static enum status into_buf(void *user, struct str bytes)
{
	struct buf *b = user;

	buf_add(b, bytes);
	return b->failed ? ST_TOO_BIG : ST_OK;
}

enum status pdf_write(const struct pdf *p, struct buf *out, int *ret_pages)
{
	struct arena_mark m = arena_mark(p->a);
	struct pdf_file *f = pdf_file_begin(p->a, &p->s, into_buf, out);
	enum status st = pdf_file_add(f, p);
	int64_t pages;
	enum status end = pdf_file_end(f, &pages);

	arena_reset(p->a, m);
	if (st == ST_OK && end == ST_OK)
		*ret_pages = (int)pages;
	return st == ST_OK ? end : st;
}

static enum status nowhere(void *user, struct str bytes)
{
	(void)user;
	(void)bytes;
	return ST_OK;
}

int pdf_lines(struct arena *a, struct str text, double width, struct str *ret, int max)
{
	struct pdf p = { .a = a, .s = { .made = DATE_NEVER } };
	struct pdf_file *f = pdf_file_begin(a, &p.s, nowhere, NULL);
	struct press r = { .p = &p, .tight = 1, .cr = f->cr, .context = f->context };
	int64_t pages;
	int n;

	PangoLayout *l = layout_make(&r, text, (struct style){ .family = MINCHO, .size = BODY, .justify = true, .indent = BODY }, width);
	const char *bytes = pango_layout_get_text(l);
	n = MIN(pango_layout_get_line_count(l), max);
	for (int i = 0; i < n; i++) {
		PangoLayoutLine *line = pango_layout_get_line_readonly(l, i);
		ret[i] = str_dup(a, (struct str){ bytes + line->start_index, line->length });
	}
	g_object_unref(l);
	IGNORE(pdf_file_end(f, &pages));
	return n;
}

void pdf_done(void)
{
	pango_cairo_font_map_set_default(NULL);
	cairo_debug_reset_static_data();
	FcFini();
}
