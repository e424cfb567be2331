/* recognise_rows.c - tells rows of data from repeated headers, totals, notes, examples and section lines, and gives
 * merged cells their value in every row they cover. */
#include "format/recognise_rows.h"
#include "base/utf8.h"
#include "format/office_words.h"
#include "format/recognise_label.h"

#define WORDS WORD_LIST
#define LABEL_WORDS(name, ...)
#define SHEET_WORDS(name, ...)
#include "format/recognise.def"

static const int64_t CELLS_MAX = 16000000, FILL_MAX = 50000000;

struct build {
	struct arena            *a;
	const struct vocabulary *v;
	struct table            *t;
	struct str               section;          /* of the last section line; .p NULL before the first */
	int64_t                  section_row;
	int                      section_column;   /* index of the column that sections give, or -1 */
	ptrdiff_t                cap_skipped, next_merge;
	struct cell_range       *wide;             /* merged over at least half of the table in one row, ascending */
	ptrdiff_t                nwide;
	struct arena             scratch;          /* folded texts, thrown away now and then */
};

static bool one_of(struct str s, struct words w)
{
	for (ptrdiff_t i = 0; i < w.n; i++)
		if (str_eq(s, w.word[i]))
			return true;
	return false;
}

static void skip_row(struct build *b, int64_t row, enum skip why)
{
	struct table *t = b->t;

	if (t->nskipped == b->cap_skipped) {
		ptrdiff_t cap = b->cap_skipped ? 2 * b->cap_skipped : 64;
		struct skipped *bigger = new_n(b->a, struct skipped, cap);
		if (t->nskipped)
			memcpy(bigger, t->skipped, (size_t)t->nskipped * sizeof *bigger);
		t->skipped = bigger;
		b->cap_skipped = cap;
	}
	t->skipped[t->nskipped++] = (struct skipped){ row, why };
}

/* Every cell that has a label above it says the same as that label. */
static bool repeats_header(const struct build *b, const struct sheet_row *row)
{
	const struct table *t = b->t;
	int same = 0, other = 0;

	for (int i = 0; i < t->ncolumns; i++) {
		struct str s = str_trim(sheet_cell(row, t->column[i].column).text);
		if (s.n == 0)
			continue;
		/* of a header of several rows, any of them is repeated */
		if (str_eq(s, t->column[i].label) || (t->header_rows > 1 && str_find(t->column[i].label, s) >= 0))
			same++;
		else
			other++;
		if (other > 1)
			return false;
	}
	return same >= 2 && same > other * 3;
}

struct filled { int n, mapped; struct str first; int first_column; bool numbers_only; };

static struct filled filled_cells(const struct build *b, const struct sheet_row *row)
{
	struct filled f = { .numbers_only = true };

	for (int i = 0; i < row->n; i++) {
		struct str s = str_trim(row->cell[i].text);
		if (s.n == 0)
			continue;
		if (f.n++ == 0) {
			f.first = s;
			f.first_column = row->cell[i].column;
		} else if (row->cell[i].kind != CELL_NUMBER && !(s.p[0] >= '0' && s.p[0] <= '9')) {
			f.numbers_only = false;
		}
	}
	for (int i = 0; i < b->t->ncolumns; i++)
		f.mapped += b->t->column[i].field >= 0;
	return f;
}

static bool is_wide(struct build *b, int64_t row, int column)
{
	while (b->next_merge < b->nwide && b->wide[b->next_merge].row < row)
		b->next_merge++;
	for (ptrdiff_t i = b->next_merge; i < b->nwide && b->wide[i].row == row; i++)
		if (b->wide[i].column == column)
			return true;
	return false;
}

/* "■ 営業部", "【総務課】": the name without its marks. */
static struct str section_name(struct str s)
{
	ptrdiff_t k;

	while ((k = begins(s, section_marks)) > 0)
		s = str_trim(str_sub(s, k, s.n));
	while ((k = ends(s, section_ends)) > 0)
		s = str_trim(str_sub(s, 0, s.n - k));
	return s;
}

static bool classify(struct build *b, const struct sheet_row *row, enum skip *ret)
{
	struct filled f = filled_cells(b, row);

	if (f.n == 0) {
		*ret = SKIP_EMPTY;
		return true;
	}
	if (repeats_header(b, row)) {
		*ret = SKIP_HEADER;
		return true;
	}
	if (f.first.n > 60 && f.n > 1)
		return false;
	struct str s = utf8_fold(&b->scratch, str_sub(f.first, 0, utf8_whole(str_sub(f.first, 0, 200))));
	bool skip = true;
	if (one_of(s, example_words) || begins(s, example_begins) > 0)
		*ret = SKIP_EXAMPLE;
	else if ((f.n * 2 <= MAX(f.mapped, 4) || f.numbers_only) && f.n <= 1 + MAX(1, f.mapped / 2) && one_of(label_key(&b->scratch, f.first).bare, total_words))
		*ret = SKIP_TOTAL;
	else if (f.n == 1 && begins(s, note_words) > 0)
		*ret = SKIP_NOTE;
	else if (f.n == 1 && b->t->ncolumns > 2 && (is_wide(b, row->row, f.first_column) || (f.first_column <= 2 && begins(s, section_marks) > 0)))
		*ret = SKIP_SECTION;
	else
		skip = false;
	if (b->scratch.used > 1 << 20) {
		arena_free(&b->scratch);
		b->scratch = arena_make(0);
	}
	if (skip && *ret == SKIP_SECTION) {
		b->section = section_name(f.first);
		b->section_row = row->row;
	}
	return skip;
}

struct table_cell table_cell_at(const struct table *t, const struct table_row *row, int i)
{
	if (row->cell)
		return row->cell[i];
	struct cell c = sheet_cell(row->from, t->column[i].column);
	struct str text = str_trim(c.text);
	return (struct table_cell){ .text = text, .row = row->row, .column = (uint16_t)t->column[i].column, .kind = text.n ? c.kind : CELL_EMPTY };
}

static bool is_blank(const struct table *t, const struct table_row *row, int i)
{
	return table_cell_at(t, row, i).kind == CELL_EMPTY;
}

/* Most rows say no more than the sheet does; others get cells of their own. */
static struct table_cell *own_cells(struct arena *a, const struct table *t, struct table_row *row)
{
	if (row->cell)
		return row->cell;
	struct table_cell *cell = room_n(a, struct table_cell, t->ncolumns);
	for (int i = 0; i < t->ncolumns; i++)
		cell[i] = table_cell_at(t, row, i);
	return row->cell = cell;
}

static void add_row(struct build *b, const struct sheet_row *row)
{
	struct table *t = b->t;
	struct table_row *out = &t->row[t->nrows++];

	*out = (struct table_row){ .row = row->row, .from = row };
	if (b->section_column >= 0)
		own_cells(b->a, t, out)[b->section_column] = (struct table_cell){ .text = b->section.p ? b->section : S(""), .row = b->section_row,
			.column = 1, .kind = b->section.p ? CELL_TEXT : CELL_EMPTY, .filled = true };
}

/* ---- merged cells and blanks ---- */

static ptrdiff_t first_row_from(const struct table *t, int64_t number)
{
	ptrdiff_t low = 0, high = t->nrows;

	while (low < high) {
		ptrdiff_t mid = (low + high) / 2;
		if (t->row[mid].row < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static int index_of_column(const struct table *t, int column)
{
	for (int i = 0; i < t->ncolumns; i++)
		if (t->column[i].column == column)
			return i;
	return -1;
}

static struct cell cell_of(const struct sheet *s, int64_t number, int column)
{
	ptrdiff_t low = 0, high = s->nrows;

	while (low < high) {
		ptrdiff_t mid = (low + high) / 2;
		if (s->row[mid].row < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->nrows && s->row[low].row == number ? sheet_cell(&s->row[low], column) : (struct cell){ .text = S("") };
}

static void fill_merged(struct arena *a, struct table *t)
{
	int64_t work = 0;

	for (ptrdiff_t m = 0; m < t->sheet->nmerged && work < FILL_MAX; m++) {
		struct cell_range g = t->sheet->merged[m];
		int i = g.last_row > g.row ? index_of_column(t, g.column) : -1;
		if (i < 0)
			continue;
		struct cell c = cell_of(t->sheet, g.row, g.column);
		struct str text = str_trim(c.text);
		for (ptrdiff_t k = first_row_from(t, g.row); text.n && k < t->nrows && t->row[k].row <= g.last_row && work < FILL_MAX; k++, work++)
			if (is_blank(t, &t->row[k], i))
				own_cells(a, t, &t->row[k])[i] = (struct table_cell){ .text = text, .row = g.row, .column = (uint16_t)g.column, .kind = c.kind, .filled = true };
	}
}

/* A table saved as text has lost its merged cells. Where a column starts with a value and is blank in two rows of five or
 * more, a blank means "as above"; fewer blanks are gaps. */
static void fill_blanks(struct arena *a, const struct vocabulary *v, struct table *t)
{
	for (int i = 0; i < t->ncolumns; i++) {
		int field = t->column[i].field;
		ptrdiff_t blank = 0;
		if (field < 0 || !(vocabulary_flags(v, field) & FIELD_FILLS_DOWN) || t->nrows < 2 || is_blank(t, &t->row[0], i))
			continue;
		for (ptrdiff_t k = 0; k < t->nrows; k++)
			blank += is_blank(t, &t->row[k], i);
		if (blank * 5 < t->nrows * 2)
			continue;
		for (ptrdiff_t k = 1; k < t->nrows; k++)
			if (is_blank(t, &t->row[k], i)) {
				struct table_cell *cell = &own_cells(a, t, &t->row[k])[i];
				*cell = table_cell_at(t, &t->row[k - 1], i);
				cell->filled = true;
			}
	}
}

/* ---- all rows ---- */

static void find_wide(struct build *b)
{
	const struct sheet *s = b->t->sheet;

	b->wide = new_n(b->a, struct cell_range, s->nmerged);
	for (ptrdiff_t i = 0; i < s->nmerged; i++) {
		struct cell_range g = s->merged[i];
		if (g.row == g.last_row && (g.last_column - g.column + 1) * 2 >= b->t->ncolumns &&
		    (b->nwide == 0 || g.row >= b->wide[b->nwide - 1].row))
			b->wide[b->nwide++] = g;
	}
}

/* The column that section lines give, when a field asks for it and no column of the sheet has it. */
static void add_section_column(struct build *b)
{
	b->section_column = -1;
	for (int f = 0; f < vocabulary_count(b->v); f++) {
		bool mapped = false;
		for (int i = 0; i < b->t->ncolumns; i++)
			mapped |= b->t->column[i].field == f;
		if (mapped || !(vocabulary_flags(b->v, f) & FIELD_SECTION))
			continue;
		b->section_column = b->t->ncolumns;
		b->t->column[b->t->ncolumns++] = (struct table_column){ .field = f, .label = S("") };
		return;
	}
}

enum status recognise_rows(struct arena *a, const struct vocabulary *v, const struct recognise_options *o,
	struct problems *ps, struct table *t)
{
	struct build b = { .a = a, .v = v, .t = t, .scratch = arena_make(0) };
	const struct sheet *s = t->sheet;
	enum skip why;

	find_wide(&b);
	add_section_column(&b);
	if ((int64_t)s->nrows * MAX(t->ncolumns, 1) > CELLS_MAX) {
		problem(ps, s->name, MSG_RECOGNISE_TOO_BIG);
		return ST_TOO_BIG;
	}
	t->row = new_n(a, struct table_row, s->nrows);
	for (ptrdiff_t i = 0; i < s->nrows; i++) {
		const struct sheet_row *row = &s->row[i];
		if (row->row < t->header_row + t->header_rows)
			continue;
		if (!classify(&b, row, &why))
			add_row(&b, row);
		else if (why == SKIP_EMPTY)
			t->empty++;
		else
			skip_row(&b, row->row, why);
	}
	arena_free(&b.scratch);
	if (b.section_column >= 0 && !b.section.p)
		t->ncolumns--;
	fill_merged(a, t);
	if (o->blanks_fill)
		fill_blanks(a, v, t);
	return ST_OK;
}
