/* xlsx_sheet.c - reads one worksheet: its rows of cells and its merged ranges. */
#include "base/date.h"
#include "base/num.h"
#include "format/csv.h"
#include "format/office.h"
#include "format/xlsx_part.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum cell_type { TYPE_NUMBER, TYPE_SHARED, TYPE_TEXT, TYPE_BOOL, TYPE_ERROR, TYPE_ISO };

struct reading {
	struct str   sheet;
	/* the row */
	int64_t      row;                /* of the last or current one */
	bool         in_row, hidden;
	struct cell *cell;
	ptrdiff_t   *offset;             /* of a text within `text`, -1 when it lies elsewhere */
	int          n, cap;
	struct buf   text;
	/* the cell */
	bool           in_cell, has_value, has_formula, in_inline;
	enum cell_type type;
	int            column, style, furigana;
};

static struct str place_of(struct part *p, const struct reading *r)
{
	struct buf b = buf_make(1 << 16);

	buf_add(&b, r->sheet);
	if (r->row > 0) {
		buf_char(&b, '!');
		buf_add(&b, cell_name(p->x->a, MAX(r->column, 1), r->row));
	}
	struct str s = str_dup(p->x->a, buf_str(&b));
	buf_free(&b);
	return s;
}

static void fail_here(struct part *p, enum msg_id msg, struct str arg)
{
	part_fail(p, ST_BAD_INPUT, place_of(p, p->user), msg, arg);
}

/* "AB12" within the bounds of a sheet; the row may be missing at the door of a row. False when it is no reference. */
static bool parse_reference(const char *z, const char **ret_end, int *ret_column, int64_t *ret_row)
{
	int column = 0;
	int64_t row = 0;

	for (; (*z >= 'A' && *z <= 'Z') || *z == '$'; z++)
		if (*z != '$' && (column = column * 26 + (*z - 'A' + 1)) > SHEET_COLUMNS_MAX)
			return false;
	for (; (*z >= '0' && *z <= '9') || *z == '$'; z++)
		if (*z != '$' && (row = row * 10 + (*z - '0')) > SHEET_ROWS_MAX)
			return false;
	*ret_end = z;
	*ret_column = column;
	*ret_row = row;
	return column > 0 && row > 0;
}

static void start_row(struct part *p, const char **atts)
{
	struct reading *r = p->user;
	const char *number = part_attribute(atts, "r");
	int64_t row = r->row + 1;

	if (number && num_parse(str_z(number), 1, SHEET_ROWS_MAX, &row) != ST_OK) {
		fail_here(p, MSG_XLSX_BAD_REFERENCE, str_dup(p->x->a, str_z(number)));
		return;
	}
	if (row <= r->row || row > SHEET_ROWS_MAX) {
		r->column = 1;
		fail_here(p, MSG_XLSX_ROW_ORDER, S(""));
		return;
	}
	r->row = row;
	r->in_row = true;
	r->hidden = part_is_true(part_attribute(atts, "hidden"));
	r->n = r->column = 0;
	r->text.n = 0;
}

static enum cell_type type_of(const char *t)
{
	if (!t || strcmp(t, "n") == 0)
		return TYPE_NUMBER;
	if (strcmp(t, "s") == 0)
		return TYPE_SHARED;
	if (strcmp(t, "b") == 0)
		return TYPE_BOOL;
	if (strcmp(t, "e") == 0)
		return TYPE_ERROR;
	return strcmp(t, "d") == 0 ? TYPE_ISO : TYPE_TEXT;
}

static void start_cell(struct part *p, const char **atts)
{
	struct reading *r = p->user;
	const char *type = NULL, *reference = NULL, *style = NULL, *end;
	int column = r->column + 1;
	int64_t row;

	for (; *atts; atts += 2) {
		if (atts[0][1])
			continue;
		if (atts[0][0] == 'r')
			reference = atts[1];
		else if (atts[0][0] == 't')
			type = atts[1];
		else if (atts[0][0] == 's')
			style = atts[1];
	}
	if (reference && (!parse_reference(reference, &end, &column, &row) || *end || row != r->row)) {
		r->column++;
		fail_here(p, MSG_XLSX_BAD_REFERENCE, str_dup(p->x->a, str_z(reference)));
		return;
	}
	if (column <= r->column || column > SHEET_COLUMNS_MAX) {
		r->column = MIN(column, SHEET_COLUMNS_MAX);
		fail_here(p, MSG_XLSX_CELL_ORDER, S(""));
		return;
	}
	r->column = column;
	r->in_cell = true;
	r->has_value = r->has_formula = r->in_inline = false;
	r->type = type_of(type);
	r->style = part_int(style);
	p->text.n = 0;
}

/* ---- what a finished cell holds ---- */

static struct cell *add_cell(struct part *p, enum cell_kind kind, double number)
{
	struct reading *r = p->user;

	if (r->n == r->cap) {
		int cap = r->cap ? 2 * r->cap : 64;
		r->cell = realloc(r->cell, (size_t)cap * sizeof *r->cell);
		r->offset = realloc(r->offset, (size_t)cap * sizeof *r->offset);
		if (!r->cell || !r->offset)
			abort();
		r->cap = cap;
	}
	r->offset[r->n] = -1;
	r->cell[r->n] = (struct cell){ .column = (uint16_t)r->column, .kind = (uint8_t)kind, .number = number };
	return &r->cell[r->n++];
}

static void add_text(struct part *p, enum cell_kind kind, double number, struct str text)
{
	struct reading *r = p->user;
	struct cell *c = add_cell(p, kind, number);

	r->offset[r->n - 1] = r->text.n;
	c->text.n = text.n;
	buf_add(&r->text, text);
	if (r->text.failed)
		part_fail(p, ST_TOO_BIG, place_of(p, r), MSG_XLSX_TOO_BIG, S(""));
}

static void add_shared(struct part *p, struct str v)
{
	struct xlsx *x = p->x;
	int64_t index;

	if (x->nstrings == 0 || num_parse(v, 0, x->nstrings - 1, &index) != ST_OK) {
		fail_here(p, MSG_XLSX_BAD_INDEX, str_dup(x->a, str_sub(v, 0, 20)));
		return;
	}
	if (x->string[index].n)
		add_cell(p, CELL_TEXT, 0)->text = x->string[index];
}

static bool all_digits(struct str s)
{
	for (ptrdiff_t i = 0; i < s.n; i++)
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
	return s.n > 0 && (s.p[0] != '0' || s.n == 1);
}

static void add_number(struct part *p, struct str v)
{
	struct reading *r = p->user;
	struct xlsx *x = p->x;
	struct show show = r->style >= 0 && r->style < x->nstyles ? x->style[r->style] : (struct show){ 0 };
	char t[40];
	double number = 0;
	enum cell_kind kind;

	if (v.n <= 15 && all_digits(v)) {
		for (ptrdiff_t i = 0; i < v.n; i++)
			number = number * 10 + (v.p[i] - '0');
	} else if (num_parse_real(v, &number) != ST_OK) {
		fail_here(p, MSG_XLSX_BAD_NUMBER, str_dup(x->a, str_sub(v, 0, 40)));
		return;
	}
	if (show.kind == SHOW_PLAIN && v.n <= 15 && all_digits(v)) {
		add_text(p, CELL_NUMBER, number, v);
	} else {
		struct str text = show_number(show, number, x->system_1904, t, &kind);
		add_text(p, kind, number, text);
	}
}

static int two(struct str s, ptrdiff_t at, int max)
{
	int64_t v = 0;

	IGNORE(num_parse(str_sub(s, at, at + 2), 0, max, &v));
	return (int)v;
}

/* t="d": 2026-03-02T00:00:00 */
static void add_iso(struct part *p, struct str v)
{
	struct date d;
	char t[40];
	int seconds = 0;

	if (date_parse_iso(str_sub(v, 0, 10), &d) != ST_OK) {
		add_text(p, CELL_TEXT, 0, v);
		return;
	}
	if (v.n >= 19 && v.p[10] == 'T')
		seconds = two(v, 11, 23) * 3600 + two(v, 14, 59) * 60 + two(v, 17, 59);
	add_text(p, CELL_DATE, (double)d.days + 25569, show_day(d, seconds, t));
}

static void end_cell(struct part *p)
{
	struct reading *r = p->user;
	struct str v = buf_str(&p->text);

	r->in_cell = false;
	if (!r->has_value && !r->in_inline) {
		/* a formula that was saved without its value: nothing is known of the cell */
		if (r->has_formula)
			add_text(p, CELL_ERROR, 0, S("#N/A"));
		return;
	}
	switch (r->type) {
	case TYPE_SHARED:
		add_shared(p, v);
		return;
	case TYPE_BOOL:
		add_text(p, CELL_BOOL, str_eq(v, S("1")), str_eq(v, S("1")) ? S("TRUE") : S("FALSE"));
		return;
	case TYPE_ERROR:
		add_text(p, CELL_ERROR, 0, v);
		return;
	case TYPE_ISO:
		add_iso(p, v);
		return;
	case TYPE_NUMBER:
		if (!r->in_inline) {
			if (str_trim(v).n)
				add_number(p, str_trim(v));
			return;
		}
		break;
	case TYPE_TEXT:
		break;
	}
	v = part_unescape(p->text.p, p->text.n);
	if (v.n)
		add_text(p, CELL_TEXT, 0, v);
}

static void end_row(struct part *p)
{
	struct reading *r = p->user;

	r->in_row = false;
	if (r->n == 0)
		return;
	for (int i = 0; i < r->n; i++)
		if (r->offset[i] >= 0)
			r->cell[i].text.p = (r->text.p ? r->text.p : "") + r->offset[i];
	struct sheet_row row = { .row = r->row, .cell = r->cell, .n = r->n, .hidden = r->hidden };
	enum status st = p->x->sink.row(p->x->sink.user, &row);
	if (st != ST_OK) {
		p->st = st;
		xml_stop(p->xml);
	}
}

static void merge(struct part *p, const char **atts)
{
	const char *reference = part_attribute(atts, "ref"), *end;
	struct cell_range g;

	if (!reference || !parse_reference(reference, &end, &g.column, &g.row))
		return;
	g.last_column = g.column;
	g.last_row = g.row;
	if (*end == ':' && !parse_reference(end + 1, &end, &g.last_column, &g.last_row))
		return;
	if (g.last_row < g.row || g.last_column < g.column || (g.row == g.last_row && g.column == g.last_column))
		return;
	enum status st = p->x->sink.merged(p->x->sink.user, g);
	if (st != ST_OK) {
		p->st = st;
		xml_stop(p->xml);
	}
}

/* Most names differ in the first letter. */
static inline bool named(const char *name, const char *what)
{
	return name[0] == what[0] && strcmp(name, what) == 0;
}

static void start(struct part *p, const char *name, const char **atts)
{
	struct reading *r = p->user;

	if (!r->in_row) {
		if (named(name, "row"))
			start_row(p, atts);
		else if (named(name, "mergeCell"))
			merge(p, atts);
		return;
	}
	if (!r->in_cell) {
		if (name[0] == 'c' && !name[1])
			start_cell(p, atts);
		return;
	}
	if (name[0] == 'v' && !name[1]) {
		r->has_value = true;
		part_text_begin(p);
	} else if (name[0] == 'f' && !name[1]) {
		r->has_formula = true;
	} else if (named(name, "is")) {
		r->in_inline = true;
	} else if (named(name, "rPh")) {
		r->furigana++;
	} else if (name[0] == 't' && !name[1] && r->in_inline && !r->furigana) {
		p->capture = true;                       /* runs are put together */
	}
}

static void end(struct part *p, const char *name)
{
	struct reading *r = p->user;

	if (!r->in_row)
		return;
	if (name[0] == 'c' && !name[1] && r->in_cell)
		end_cell(p);
	else if ((name[0] == 'v' || name[0] == 't') && !name[1])
		p->capture = false;
	else if (named(name, "row"))
		end_row(p);
	else if (r->furigana && strcmp(name, "rPh") == 0)
		r->furigana--;
}

enum status xlsx_read_sheet(struct xlsx *x, struct str member, struct str name)
{
	struct reading r = { .sheet = name, .text = buf_make(64 << 20) };
	enum status st = part_parse(x, member, (struct part_handlers){ start, end }, &r);

	if (r.cell)
		wipe(r.cell, (ptrdiff_t)sizeof *r.cell * r.cap);
	free(r.cell);
	free(r.offset);
	buf_free(&r.text);
	return st;
}
