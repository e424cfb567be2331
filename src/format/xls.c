/* xls.c - the records of an old workbook, in order: a type, a length, and that many bytes. A text may go on in the records
 * behind it. Whatever makes no sense is passed over, and remembered as damage. */
#include "format/xls.h"
#include "base/utf8.h"
#include "format/charset.h"
#include "format/show.h"

enum { COLUMNS = 256, SHEETS_MAX = 10000, FORMATS = 65536, RECORD_HEAD = 4 };
enum { BIFF5 = 0x500, BIFF8 = 0x600, BOF_GLOBALS = 5, BOF_CHART = 0x20 };
enum record_type {
	R_EOF = 0x0A, R_NOTE = 0x1C, R_DATEMODE = 0x22, R_FILEPASS = 0x2F, R_CONTINUE = 0x3C, R_CODEPAGE = 0x42, R_BOUNDSHEET = 0x85,
	R_MULRK = 0xBD, R_RSTRING = 0xD6, R_XF = 0xE0, R_SST = 0xFC, R_LABELSST = 0xFD, R_TXO = 0x1B6, R_NUMBER = 0x203, R_LABEL = 0x204,
	R_BOOLERR = 0x205, R_STRING = 0x207, R_RK = 0x27E, R_FORMAT = 0x41E, R_BOF = 0x809,
	R_FORMULA = 0x06, R_FORMULA3 = 0x206, R_FORMULA4 = 0x406
};

struct bound_sheet { uint32_t at; bool hidden; struct str name; };
struct spot { uint32_t at, end; };             /* of a shared string: where it begins, and the record it begins in ends */

struct xls {
	struct arena      *a;
	struct str         stream;
	struct sheet_sink  sink;
	bool               wide, system_1904, damaged, unsaved;      /* wide: Excel 97 and later */
	enum charset       charset;
	struct show       *format;            /* by number of format */
	uint16_t          *xf;                /* the format, by number of cell format */
	ptrdiff_t          nxf;
	struct bound_sheet *sheet;
	ptrdiff_t          nsheets;
	struct spot       *string;
	ptrdiff_t          nstrings;
	bool               in_sheet;
	int                depth, chart;      /* of parts inside parts; chart: the depth of the outermost chart, 0 none */
	/* the row on its way */
	struct cell        cell[COLUMNS];
	ptrdiff_t          offset[COLUMNS];
	int                n;
	int64_t            row, last_row;     /* last_row: already passed on */
	struct buf         text;
	/* the formula whose text is to come */
	bool               waiting;
	unsigned           wait_row, wait_column;
};

/* ---- bytes ---- */

static unsigned u16(struct str s, ptrdiff_t at)
{
	return at + 2 <= s.n ? (unsigned)(unsigned char)s.p[at] | (unsigned)(unsigned char)s.p[at + 1] << 8 : 0;
}

static uint32_t u32(struct str s, ptrdiff_t at)
{
	return u16(s, at) | (uint32_t)u16(s, at + 2) << 16;
}

static double real_at(struct str s, ptrdiff_t at)
{
	uint64_t bits = u32(s, at) | (uint64_t)u32(s, at + 4) << 32;
	double v;

	memcpy(&v, &bits, sizeof v);
	return v;
}

struct record { unsigned type; struct str data; };

static bool record_at(const struct xls *x, ptrdiff_t at, struct record *ret)
{
	if (at + RECORD_HEAD > x->stream.n)
		return false;
	ptrdiff_t n = (ptrdiff_t)u16(x->stream, at + 2);
	*ret = (struct record){ u16(x->stream, at), str_sub(x->stream, at + RECORD_HEAD, at + RECORD_HEAD + n) };
	return ret->data.n == n;
}

/* Reads on across records. */
struct cursor { const struct xls *x; ptrdiff_t at, end; uint32_t high; };

static bool go_on(struct cursor *c)
{
	struct record r;

	if (!record_at(c->x, c->end, &r) || r.type != R_CONTINUE)
		return false;
	c->at = c->end + RECORD_HEAD;
	c->end = c->at + r.data.n;
	return true;
}

static bool skip(struct cursor *c, int64_t n)
{
	while (n > c->end - c->at) {
		n -= c->end - c->at;
		if (!go_on(c))
			return false;
	}
	c->at += n;
	return true;
}

/* The next n <= 4 bytes as a number. */
static bool take(struct cursor *c, int n, uint32_t *ret)
{
	uint32_t v = 0;

	for (int i = 0; i < n; i++) {
		while (c->at == c->end)
			if (!go_on(c))
				return false;
		v |= (uint32_t)(unsigned char)c->x->stream.p[c->at++] << 8 * i;
	}
	*ret = v;
	return true;
}

static void add_unit(struct cursor *c, struct buf *out, uint32_t unit)
{
	uint32_t high = c->high;

	c->high = 0;
	if (high && unit >= 0xDC00 && unit < 0xE000) {
		utf8_add(out, 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
		return;
	}
	if (high)
		utf8_add(out, UTF8_BAD);
	if (unit >= 0xD800 && unit < 0xDC00)
		c->high = unit;
	else
		utf8_add(out, unit >= 0xDC00 && unit < 0xE000 ? UTF8_BAD : unit);
}

/* n characters of one or two bytes; in each record behind, a byte says anew which. `out` may be NULL: passed over. */
static bool take_units(struct cursor *c, int64_t n, bool wide, struct buf *out)
{
	c->high = 0;
	while (n > 0) {
		int64_t k = MIN(n, (c->end - c->at) >> wide);
		struct str s = str_sub(c->x->stream, c->at, c->at + (ptrdiff_t)(k << wide));
		for (ptrdiff_t i = 0; out && i < (ptrdiff_t)k; i++)
			add_unit(c, out, wide ? u16(s, 2 * i) : (unsigned char)s.p[i]);
		c->at += s.n;
		n -= k;
		if (n) {
			if (!go_on(c))
				return false;
			if (c->at < c->end)
				wide = c->x->stream.p[c->at++] & 1;
		}
	}
	if (c->high && out)
		utf8_add(out, UTF8_BAD);
	return true;
}

/* A text of Excel 97 behind its length: what it is made of, itself, then the runs of its letters and their readings. */
static bool take_wide(struct cursor *c, int64_t n, struct buf *out)
{
	uint32_t flags, runs = 0, extra = 0;

	return take(c, 1, &flags) && (!(flags & 8) || take(c, 2, &runs)) && (!(flags & 4) || take(c, 4, &extra)) &&
	       take_units(c, n, flags & 1, out) && skip(c, (int64_t)runs * 4 + extra);
}

static bool take_bytes(struct cursor *c, int64_t n, struct buf *out)
{
	struct charset_reader r;
	struct str s = str_sub(c->x->stream, c->at, MIN(c->end, c->at + (ptrdiff_t)n));

	if (charset_open(&r, c->x->charset) != ST_OK)
		return false;
	charset_add(&r, s, true, out);
	charset_close(&r);
	c->at += s.n;
	return s.n == n;
}

/* A text whose length stands in `bytes` bytes. */
static bool take_text(struct cursor *c, int bytes, struct buf *out)
{
	uint32_t n;

	return take(c, bytes, &n) && (c->x->wide ? take_wide(c, n, out) : take_bytes(c, n, out));
}

static struct cursor cursor_in(const struct xls *x, struct str data, ptrdiff_t skipped)
{
	ptrdiff_t from = data.p - x->stream.p;

	return (struct cursor){ x, from + MIN(skipped, data.n), from + data.n, 0 };
}

/* ---- rows ---- */

static enum status flush(struct xls *x)
{
	if (x->n == 0)
		return ST_OK;
	for (int i = 0; i < x->n; i++)
		x->cell[i].text.p = x->text.p ? x->text.p + x->offset[i] : "";
	x->last_row = MAX(x->row, x->last_row + 1);              /* rows come in order; one that does not gets a line of its own */
	struct sheet_row r = { .row = x->last_row, .cell = x->cell, .n = x->n };
	enum status st = x->text.failed ? ST_TOO_BIG : x->sink.row(x->sink.user, &r);
	x->n = 0;
	x->text.n = 0;
	return st;
}

/* Makes room for a cell, whose text is what is added to x->text from now on, until cell_end. */
static enum status cell_begin(struct xls *x, int64_t row, unsigned column)
{
	x->damaged |= x->waiting;                                /* a formula whose text never came */
	x->waiting = false;
	if (x->n && (x->row != row || x->cell[x->n - 1].column > column))
		TRY(flush(x));
	x->row = row;
	x->offset[x->n] = x->text.n;
	x->cell[x->n] = (struct cell){ .column = (uint16_t)(column + 1), .kind = CELL_TEXT };
	return ST_OK;
}

static void cell_end(struct xls *x, enum cell_kind kind)
{
	struct cell *c = &x->cell[x->n];

	c->text.n = x->text.n - x->offset[x->n];
	c->kind = (uint8_t)kind;
	x->n += c->text.n > 0;
}

static enum status add_number(struct xls *x, unsigned row, unsigned column, unsigned xf, double v)
{
	struct show show = xf < x->nxf ? x->format[x->xf[xf]] : (struct show){ 0 };
	char t[40];
	enum cell_kind kind;

	TRY(cell_begin(x, row + 1, column));
	buf_add(&x->text, show_number(show, v, x->system_1904, t, &kind));
	cell_end(x, kind);
	return ST_OK;
}

static enum status add_bool(struct xls *x, unsigned row, unsigned column, bool v)
{
	TRY(cell_begin(x, row + 1, column));
	buf_add(&x->text, v ? S("TRUE") : S("FALSE"));
	cell_end(x, CELL_BOOL);
	return ST_OK;
}

static enum status add_text(struct xls *x, unsigned row, unsigned column, struct cursor c)
{
	TRY(cell_begin(x, row + 1, column));
	x->damaged |= !take_text(&c, 2, &x->text);
	cell_end(x, CELL_TEXT);
	return ST_OK;
}

/* A number in 30 bits: whole or the upper half of a real one, perhaps in hundredths. */
static double compact(uint32_t rk)
{
	uint64_t bits = (uint64_t)(rk & ~3u) << 32;
	double v;

	if (rk & 2)
		v = (double)((int64_t)(rk >> 2) - (rk & 0x80000000 ? 1 << 30 : 0));
	else
		memcpy(&v, &bits, sizeof v);
	return rk & 1 ? v / 100 : v;
}

static enum status add_compact(struct xls *x, struct str d, unsigned row, unsigned column)
{
	for (ptrdiff_t at = 4; at + 8 <= d.n; at += 6, column++) {          /* behind the last one stands its column */
		if (column >= COLUMNS) {
			x->damaged = true;
			break;
		}
		TRY(add_number(x, row, column, u16(d, at), compact(u32(d, at + 2))));
	}
	return ST_OK;
}

/* Does the formula end in something that gives a text always: an &, or a function such as TEXT? */
static bool gives_text(struct str tokens)
{
	static const uint16_t FUNCTIONS[] = { 13, 14, 30, 31, 48, 111, 112, 113, 114, 115, 116, 118, 119, 120, 130, 162, 214, 215, 219, 336, 360 };
	enum { SHARED = 1, CONCAT = 8, FUNCTION = 1, FUNCTION_OF_MANY = 2 };
	ptrdiff_t n = tokens.n;

	if (n && tokens.p[0] == SHARED)                          /* it stands at another cell */
		return false;
	if (n && tokens.p[n - 1] == CONCAT)
		return true;
	if (n < 4 || ((tokens.p[n - 3] & 0x1F) != FUNCTION && (tokens.p[n - 4] & 0x1F) != FUNCTION_OF_MANY))
		return false;
	for (int i = 0; i < COUNT(FUNCTIONS); i++)
		if (u16(tokens, n - 2) == FUNCTIONS[i])
			return true;
	return false;
}

/* What it came to when the file was saved. */
static enum status add_formula(struct xls *x, struct str d, unsigned row, unsigned column)
{
	bool zero = !u32(d, 6) && !u32(d, 10);

	if (zero && gives_text(str_sub(d, 22, 22 + (ptrdiff_t)u16(d, 20)))) {
		x->unsaved = true;
		return ST_OK;
	}
	if (u16(d, 12) != 0xFFFF)
		return add_number(x, row, column, u16(d, 4), real_at(d, 6));
	if (d.p[6] == 1)
		return add_bool(x, row, column, d.p[8]);
	if (d.p[6] == 0) {
		TRY(cell_begin(x, row + 1, column));
		x->waiting = true;
		x->wait_row = row;
		x->wait_column = column;
	}
	return ST_OK;
}

static enum status add_formula_text(struct xls *x, struct str d)
{
	if (!x->waiting)
		return ST_OK;
	x->waiting = false;
	return add_text(x, x->wait_row, x->wait_column, cursor_in(x, d, 0));
}

static enum status add_shared(struct xls *x, unsigned row, unsigned column, uint32_t index)
{
	if ((ptrdiff_t)index >= x->nstrings) {
		x->damaged = true;
		return ST_OK;
	}
	return add_text(x, row, column, (struct cursor){ x, x->string[index].at, x->string[index].end, 0 });
}

static enum status add_cell(struct xls *x, const struct record *r)
{
	static const struct { unsigned type; ptrdiff_t bytes; } LEAST[] = {
		{ R_LABELSST, 10 }, { R_NUMBER, 14 }, { R_RK, 10 }, { R_MULRK, 12 }, { R_BOOLERR, 8 }, { R_LABEL, 8 }, { R_RSTRING, 8 },
		{ R_FORMULA, 14 }, { R_FORMULA3, 14 }, { R_FORMULA4, 14 },
	};
	struct str d = r->data;
	unsigned row = u16(d, 0), column = u16(d, 2);
	int i = 0;

	while (i < COUNT(LEAST) && LEAST[i].type != r->type)
		i++;
	if (i == COUNT(LEAST))
		return ST_OK;
	if (d.n < LEAST[i].bytes || column >= COLUMNS) {
		x->damaged = true;
		return ST_OK;
	}
	switch (r->type) {
	case R_LABELSST:
		return add_shared(x, row, column, u32(d, 6));
	case R_NUMBER:
		return add_number(x, row, column, u16(d, 4), real_at(d, 6));
	case R_RK:
		return add_number(x, row, column, u16(d, 4), compact(u32(d, 6)));
	case R_MULRK:
		return add_compact(x, d, row, column);
	case R_BOOLERR:
		return d.p[7] ? ST_OK : add_bool(x, row, column, d.p[6]);
	case R_LABEL: case R_RSTRING:
		return add_text(x, row, column, cursor_in(x, d, 6));
	default:
		return add_formula(x, d, row, column);
	}
}

/* Remarks and text boxes get rows of their own below what stands in cells. */
static enum status add_remark(struct xls *x, const struct record *r)
{
	struct cursor c = cursor_in(x, r->data, r->type == R_TXO ? r->data.n : 6);
	uint32_t flags = 0;
	int64_t n = u16(r->data, r->type == R_TXO ? 10 : 4);

	if (x->wide != (r->type == R_TXO) || n == 0)
		return ST_OK;
	TRY(flush(x));
	TRY(cell_begin(x, x->last_row + 1, 0));
	x->damaged |= x->wide ? !take(&c, 1, &flags) || !take_units(&c, n, flags & 1, &x->text)
	                      : !take_bytes(&c, MIN(n, r->data.n - 6), &x->text);
	cell_end(x, CELL_TEXT);
	return flush(x);
}

/* ---- the workbook ---- */

static void read_strings(struct xls *x, struct str data)
{
	for (int counting = 1; counting >= 0; counting--) {      /* what it says of their number is not believed */
		struct cursor c = cursor_in(x, data, 8);
		ptrdiff_t n = 0;
		while (c.at < c.end || go_on(&c)) {
			struct spot spot = { (uint32_t)c.at, (uint32_t)c.end };
			uint32_t length;
			if (!take(&c, 2, &length) || !take_wide(&c, length, NULL)) {
				x->damaged |= n < (ptrdiff_t)u32(data, 4);
				break;
			}
			if (!counting)
				x->string[n] = spot;
			n++;
		}
		if (counting)
			x->string = new_n(x->a, struct spot, n + 1);
		x->nstrings = n;
	}
}

static void read_bound_sheet(struct xls *x, struct str d)
{
	struct buf name = buf_in(x->a, 4096);
	struct cursor c = cursor_in(x, d, 6);

	if (x->nsheets == SHEETS_MAX || d.n < 8)
		return;
	x->damaged |= !take_text(&c, 1, &name);
	x->sheet[x->nsheets++] = (struct bound_sheet){ u32(d, 0), d.p[4] & 3, buf_take(&name) };
}

static void read_format(struct xls *x, struct str d)
{
	struct buf code CLEANUP(buf_free) = buf_make(0);
	struct cursor c = cursor_in(x, d, 2);

	if (d.n > 3 && take_text(&c, x->wide ? 2 : 1, &code))
		x->format[u16(d, 0)] = show_of_code(buf_str(&code));
}

static enum charset charset_of(unsigned codepage)
{
	return codepage == 932 || codepage == 10001 ? CHARSET_CP932 : codepage == 1200 ? CHARSET_UTF16LE : CHARSET_LATIN1;
}

static enum status begin_part(struct xls *x, const struct record *r, ptrdiff_t at)
{
	struct bound_sheet s = { 0 };

	x->depth++;
	if (x->chart == 0 && u16(r->data, 2) == BOF_CHART)
		x->chart = x->depth;
	if (x->depth > 1 || x->chart || u16(r->data, 2) == BOF_GLOBALS)
		return ST_OK;
	for (ptrdiff_t i = 0; i < x->nsheets; i++)
		if (x->sheet[i].at == (uint32_t)at)
			s = x->sheet[i];
	x->last_row = 0;
	x->in_sheet = true;
	return x->sink.sheet(x->sink.user, s.name, s.hidden);
}

static enum status end_part(struct xls *x)
{
	x->damaged |= x->waiting || x->depth == 0;
	x->waiting = false;
	if (x->chart == x->depth)
		x->chart = 0;
	x->depth = MAX(0, x->depth - 1);
	enum status st = flush(x);
	x->in_sheet &= x->depth > 0;
	return st;
}

static enum status take_content(struct xls *x, const struct record *r)
{
	if (r->type == R_TXO || r->type == R_NOTE)
		return add_remark(x, r);
	return r->type == R_STRING ? add_formula_text(x, r->data) : add_cell(x, r);
}

static enum status take_record(struct xls *x, const struct record *r, ptrdiff_t at)
{
	switch (r->type) {
	case R_BOF:
		return begin_part(x, r, at);
	case R_EOF:
		return end_part(x);
	case R_FILEPASS:
		return ST_DENIED;
	case R_CODEPAGE:
		x->charset = charset_of(u16(r->data, 0));
		return ST_OK;
	case R_DATEMODE:
		x->system_1904 = u16(r->data, 0) == 1;
		return ST_OK;
	case R_BOUNDSHEET:
		read_bound_sheet(x, r->data);
		return ST_OK;
	case R_FORMAT:
		read_format(x, r->data);
		return ST_OK;
	case R_XF:
		if (x->nxf < FORMATS)
			x->xf[x->nxf++] = (uint16_t)u16(r->data, 2);
		return ST_OK;
	case R_SST:
		if (!x->string)
			read_strings(x, r->data);
		return ST_OK;
	default:
		return x->in_sheet && !x->chart ? take_content(x, r) : ST_OK;
	}
}

static enum status read_records(struct xls *x)
{
	struct record r;
	ptrdiff_t at = 0;

	for (; record_at(x, at, &r) && (r.type || x->depth); at += RECORD_HEAD + r.data.n)      /* zeros fill up the end */
		TRY(take_record(x, &r, at));
	x->damaged |= x->depth > 0;
	return flush(x);
}

enum status xls_read(struct arena *a, struct str stream, struct sheet_sink sink, bool *ret_unsaved)
{
	struct xls *x = new(a, struct xls);
	struct record r;

	*ret_unsaved = false;
	*x = (struct xls){ .a = a, .stream = stream, .sink = sink, .charset = CHARSET_LATIN1, .text = buf_make(0) };
	if (!record_at(x, 0, &r) || r.type != R_BOF || (u16(r.data, 0) != BIFF5 && u16(r.data, 0) != BIFF8) || stream.n > INT32_MAX)
		return ST_BAD_INPUT;
	x->wide = u16(r.data, 0) == BIFF8;
	x->format = new_n(a, struct show, FORMATS);
	x->xf = new_n(a, uint16_t, FORMATS);
	x->sheet = new_n(a, struct bound_sheet, SHEETS_MAX);
	for (int i = 0; i < 164; i++)
		x->format[i] = show_of_builtin(i);
	enum status st = read_records(x);
	*ret_unsaved = x->unsaved;
	buf_free(&x->text);
	return st == ST_OK && x->damaged ? ST_BAD_INPUT : st;
}
