/* sheets.c - xlsx: each sheet a text, each row a line, cells with tabs between them; dates as 2026-03-02. */
#include "format/extract/office.h"
#include "base/date.h"
#include "base/num.h"
#include <math.h>
#include <stdlib.h>

enum { ROWS = 1048576, COLUMNS = 16384, STRINGS_BYTES = 256 << 20, STYLES = 65536, FORMATS = 4096, SHEETS = 1000 };

/* How a number format shows a number; what else it may say does not matter here. */
enum shown { SHOWN_PLAIN, SHOWN_DATE, SHOWN_PADDED };          /* padded + n: with n digits */
struct format { int64_t id; int shown; };
struct sheet { struct str name, rel; };

struct book {
	struct extract *x;
	struct arena    a;
	struct str     *strings;
	ptrdiff_t       nstrings, room;
	struct buf      text;             /* of the string or cell being read */
	bool            in_text, phonetic, too_big;
	struct format   formats[FORMATS];
	ptrdiff_t       nformats;
	int             styles[STYLES];   /* enum shown by style */
	ptrdiff_t       nstyles;
	bool            in_xfs, date1904;
	struct sheet    sheets[SHEETS];
	ptrdiff_t       nsheets;
	/* the sheet being read */
	int64_t         row, column, at_row, at_column;
	struct str      type;
	char            type_room[16];
	int             style;
};

static int64_t number(struct str s, int64_t otherwise)
{
	int64_t v = otherwise;

	IGNORE(num_parse(s, INT32_MIN, INT32_MAX, &v) == ST_OK);
	return v;
}

static void nothing(void *user, struct str s)
{
	(void)user, (void)s;
}

/* ---- shared strings ---- */

static void string_start(void *user, struct str e, const char **attributes)
{
	struct book *b = user;

	(void)attributes;
	if (str_eq(e, S("si")))
		b->text.n = 0;
	b->phonetic |= str_eq(e, S("rPh"));               /* furigana is not text */
	b->in_text = str_eq(e, S("t")) && !b->phonetic;
}

static void keep_string(struct book *b)
{
	if (b->nstrings == b->room) {
		ptrdiff_t room = MAX(1024, b->room * 2);
		struct str *more = realloc(b->strings, (size_t)room * sizeof *more);
		if (!more)
			abort();
		b->strings = more;
		b->room = room;
	}
	b->strings[b->nstrings++] = str_dup(&b->a, buf_str(&b->text));
}

static void string_end(void *user, struct str e)
{
	struct book *b = user;

	b->in_text = false;
	if (str_eq(e, S("rPh")))
		b->phonetic = false;
	if (!str_eq(e, S("si")))
		return;
	if (b->a.used + b->text.n + b->nstrings * (ptrdiff_t)sizeof *b->strings > STRINGS_BYTES || b->text.failed)
		b->too_big = true;
	else
		keep_string(b);
}

static void book_text(void *user, struct str s)
{
	struct book *b = user;

	if (b->in_text)
		buf_add(&b->text, s);
}

/* ---- styles: which numbers are dates ---- */

static bool built_in_date(int64_t id)
{
	return (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58;
}

/* A format code of days or years; in quotes, brackets and behind a backslash letters mean nothing. */
static int shown_by(struct str code)
{
	int zeros = 0, other = 0;
	bool date = false;

	for (ptrdiff_t i = 0; i < code.n && code.p[i] != ';'; i++) {
		char c = code.p[i];
		if (c == '"' || c == '[') {
			ptrdiff_t end = str_find_char(str_sub(code, i + 1, code.n), c == '"' ? '"' : ']');
			i = end < 0 ? code.n : i + 1 + end;
		} else if (c == '\\' || c == '_' || c == '*') {
			i++;
		} else {
			date |= c == 'y' || c == 'Y' || c == 'd' || c == 'D' || c == 'e' || c == 'g';
			zeros += c == '0';
			other += c == '#' || c == '.' || c == '%' || c == ',' || c == 'E' || c == '?' || c == 'h' || c == 's' || c == 'm';
		}
	}
	return date ? SHOWN_DATE : zeros > 1 && !other ? SHOWN_PADDED + zeros : SHOWN_PLAIN;
}

static int shown_of(const struct book *b, int64_t id)
{
	for (ptrdiff_t i = 0; i < b->nformats; i++)
		if (b->formats[i].id == id)
			return b->formats[i].shown;
	return built_in_date(id) ? SHOWN_DATE : SHOWN_PLAIN;
}

static void style_start(void *user, struct str e, const char **attributes)
{
	struct book *b = user;

	b->in_xfs |= str_eq(e, S("cellXfs"));
	if (str_eq(e, S("numFmt")) && b->nformats < FORMATS)
		b->formats[b->nformats++] = (struct format){ number(office_attribute(attributes, "numFmtId"), -1),
		                                             shown_by(office_attribute(attributes, "formatCode")) };
	else if (b->in_xfs && str_eq(e, S("xf")) && b->nstyles < STYLES)
		b->styles[b->nstyles++] = shown_of(b, number(office_attribute(attributes, "numFmtId"), 0));
}

static void style_end(void *user, struct str e)
{
	struct book *b = user;

	if (str_eq(e, S("cellXfs")))
		b->in_xfs = false;
}

/* ---- the list of sheets ---- */

static void book_start(void *user, struct str e, const char **attributes)
{
	struct book *b = user;
	struct str flag = office_attribute(attributes, "date1904");

	if (str_eq(e, S("workbookPr")))
		b->date1904 = str_eq(flag, S("1")) || str_eq(flag, S("true"));
	if (str_eq(e, S("sheet")) && b->nsheets < SHEETS)
		b->sheets[b->nsheets++] = (struct sheet){ str_dup(&b->a, str_sub(office_attribute(attributes, "name"), 0, 400)),
		                                          str_dup(&b->a, str_sub(office_attribute(attributes, "id"), 0, 100)) };
}

struct target { const struct book *b; struct str rel; struct buf path; };

static void rel_start(void *user, struct str e, const char **attributes)
{
	struct target *t = user;
	struct str path = office_attribute(attributes, "Target");

	if (!str_eq(e, S("Relationship")) || !str_eq(office_attribute(attributes, "Id"), t->rel))
		return;
	t->path.n = 0;
	if (!str_starts(path, S("/")))
		buf_lit(&t->path, "xl/");
	buf_add(&t->path, str_starts(path, S("/")) ? str_sub(path, 1, path.n) : path);
}

/* ---- cells ---- */

/* The column of a reference such as "AB12", 1 for A; 0 when it is none. */
static int64_t column_of(struct str ref)
{
	int64_t column = 0;

	for (ptrdiff_t i = 0; i < ref.n && ref.p[i] >= 'A' && ref.p[i] <= 'Z' && column <= COLUMNS; i++)
		column = column * 26 + (ref.p[i] - 'A' + 1);
	return column <= COLUMNS ? column : 0;
}

static void cell_start(void *user, struct str e, const char **attributes)
{
	struct book *b = user;

	if (str_eq(e, S("row"))) {
		int64_t r = number(office_attribute(attributes, "r"), b->row + 1);
		b->row = MIN(MAX(r, b->row + 1), ROWS);
		b->column = 0;
	} else if (str_eq(e, S("c"))) {
		struct str type = str_sub(office_attribute(attributes, "t"), 0, (ptrdiff_t)sizeof b->type_room);
		b->column = MAX(b->column + 1, column_of(office_attribute(attributes, "r")));
		b->style = (int)number(office_attribute(attributes, "s"), 0);
		if (type.n)
			memcpy(b->type_room, type.p, (size_t)type.n);
		b->type = (struct str){ b->type_room, type.n };
		b->text.n = 0;
	}
	b->phonetic |= str_eq(e, S("rPh"));
	b->in_text = (str_eq(e, S("v")) || str_eq(e, S("t"))) && !b->phonetic;
}

/* Brings the text to the place of the cell: rows are lines, columns lie between tabs. */
static void move_to_cell(struct book *b)
{
	for (; b->at_row < b->row; b->at_row++, b->at_column = 1)
		text_add(b->x, S("\n"));
	for (; b->at_column < b->column; b->at_column++)
		text_add(b->x, S("\t"));
}

/* A serial day as a date; Excel believes in 1900-02-29. */
static bool add_date(const struct book *b, double v, struct buf *out)
{
	double days = floor(v);

	if (!(days >= 1 && days < 2958466))
		return false;
	int d = (int)days + (b->date1904 ? 0 : days < 60 ? 1 : 0);
	struct date first = b->date1904 ? date_make(1904, 1, 1) : date_make(1899, 12, 30);
	date_add_iso(out, date_add_days(first, d));
	return true;
}

static void add_number(const struct book *b, struct str s, struct buf *out)
{
	int shown = b->style >= 0 && b->style < b->nstyles ? b->styles[b->style] : SHOWN_PLAIN;
	double v;

	if (num_parse_real(s, &v) != ST_OK) {
		buf_add(out, s);
		return;
	}
	if (shown == SHOWN_DATE && add_date(b, v, out))
		return;
	if (v == floor(v) && fabs(v) < 1e15)
		buf_fmt(out, "%0*.0f", shown >= SHOWN_PADDED ? shown - SHOWN_PADDED : 0, v);
	else
		buf_add(out, s);
}

static void add_text_cell(struct book *b, struct str s)
{
	while (s.n) {                                     /* line breaks inside a cell become spaces */
		ptrdiff_t n = 0;
		while (n < s.n && s.p[n] != '\n' && s.p[n] != '\r' && s.p[n] != '\t')
			n++;
		text_add(b->x, str_sub(s, 0, n));
		if (n < s.n)
			text_add(b->x, S(" "));
		s = str_sub(s, n + 1, s.n);
	}
}

static void end_cell(struct book *b)
{
	struct str s = buf_str(&b->text);

	if (s.n == 0 || str_eq(b->type, S("e")) || b->text.failed)
		return;
	move_to_cell(b);
	if (str_eq(b->type, S("s"))) {
		int64_t i = number(s, -1);
		if (i >= 0 && i < b->nstrings)
			add_text_cell(b, b->strings[i]);
	} else if (b->type.n == 0 || str_eq(b->type, S("n"))) {
		struct buf out CLEANUP(buf_free) = buf_make(1 << 20);
		add_number(b, s, &out);
		text_add(b->x, buf_str(&out));
	} else {
		add_text_cell(b, s);
	}
}

static void cell_end(void *user, struct str e)
{
	struct book *b = user;

	b->in_text = false;
	if (str_eq(e, S("rPh")))
		b->phonetic = false;
	if (str_eq(e, S("c")))
		end_cell(b);
}

/* ---- the whole book ---- */

static void parse_if_there(struct book *b, struct zip_reader *z, struct str name, const struct office_handler *h, void *user)
{
	struct zip_member m;

	if (zip_find(z, name, &m) == ST_OK)
		office_parse(b->x, z, m, h, user);
}

static void read_sheet(struct book *b, struct zip_reader *z, const struct sheet *s)
{
	static const struct office_handler RELS = { rel_start, nothing, nothing };
	static const struct office_handler CELLS = { cell_start, cell_end, book_text };
	struct target t = { .b = b, .rel = s->rel, .path = buf_make(4096) };
	struct zip_member m;

	parse_if_there(b, z, S("xl/_rels/workbook.xml.rels"), &RELS, &t);
	ptrdiff_t mark = path_enter(b->x, s->name);
	if (t.path.n == 0 || zip_find(z, buf_str(&t.path), &m) != ST_OK) {
		extract_unread(b->x, EXTRACT_damaged);
	} else {
		b->row = b->column = 0;
		b->at_row = b->at_column = 1;
		text_begin(b->x);
		office_parse(b->x, z, m, &CELLS, b);
		text_end(b->x);
	}
	path_leave(b->x, mark);
	buf_free(&t.path);
}

/* Remarks and text boxes, each under the name of its member. */
static void read_remarks(struct extract *x, struct arena *a, struct zip_reader *z)
{
	for (ptrdiff_t i = 0; i < zip_members(z) && x->st == ST_OK; i++) {
		struct arena_mark mark = arena_mark(a);
		struct zip_member m = zip_member_at(z, i);
		if ((str_starts(m.name, S("xl/comments")) || str_starts(m.name, S("xl/drawings/drawing")) ||
		     str_starts(m.name, S("xl/threadedComments/"))) && str_ends(m.name, S(".xml"))) {
			ptrdiff_t path = path_enter(x, m.name);
			text_begin(x);
			office_text(x, z, m);
			text_end(x);
			path_leave(x, path);
		}
		arena_reset(a, mark);
	}
}

void office_sheets(struct extract *x, struct zip_reader *z)
{
	static const struct office_handler STRINGS = { string_start, string_end, book_text }, STYLE = { style_start, style_end, nothing };
	static const struct office_handler BOOK = { book_start, nothing, nothing };
	struct book *b = calloc(1, sizeof *b);

	if (!b)
		abort();
	b->x = x;
	b->a = arena_make(0);
	b->text = buf_make(1 << 20);
	parse_if_there(b, z, S("xl/workbook.xml"), &BOOK, b);
	parse_if_there(b, z, S("xl/styles.xml"), &STYLE, b);
	parse_if_there(b, z, S("xl/sharedStrings.xml"), &STRINGS, b);
	if (b->too_big)
		extract_unread(x, EXTRACT_too_big);
	for (ptrdiff_t i = 0; i < b->nsheets && x->st == ST_OK; i++)
		read_sheet(b, z, &b->sheets[i]);
	read_remarks(x, &b->a, z);
	buf_free(&b->text);
	arena_free(&b->a);
	free(b->strings);
	free(b);
}
