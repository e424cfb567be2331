/* recognise.c - which sheet holds the table, where its header is, which column is which field. */
#include "format/recognise.h"
#include "base/utf8.h"
#include "format/csv.h"
#include "format/office_words.h"
#include "format/recognise_label.h"
#include "format/recognise_rows.h"
#include <stdio.h>
#include <stdlib.h>

#define WORDS(name, ...)
#define LABEL_WORDS(name, ...)
#define SHEET_WORDS WORD_LIST
#include "format/recognise.def"

enum { HEAD_ROWS = 60, HEADER_MAX = 3, COLUMNS_MAX = 2000, LABEL_MAX = 300, FORM_ROWS = 200, HEAD_MERGES = 4000 };

/* What is being looked at: one sheet, its merged ranges near the top, the vocabulary with corrections. */
struct look {
	struct arena            *a;
	const struct sheet      *sheet;
	const struct vocabulary *v;
	struct mapping          *mapping;
	struct cell_range       *merged;
	ptrdiff_t                nmerged;
	int                      columns, min_fields;
};

struct header { int64_t row; int rows, score, exact, part; };

static const struct sheet_row *row_at(const struct sheet *s, int64_t number)
{
	ptrdiff_t low = 0, high = s->nrows;

	while (low < high) {
		ptrdiff_t mid = (low + high) / 2;
		if (s->row[mid].row < number)
			low = mid + 1;
		else
			high = mid;
	}
	return low < s->nrows && s->row[low].row == number ? &s->row[low] : NULL;
}

static struct str text_at(const struct sheet *s, int64_t row, int column)
{
	const struct sheet_row *r = row_at(s, row);

	return r ? str_trim(sheet_cell(r, column).text) : S("");
}

static const struct cell_range *merge_at(const struct look *l, int64_t row, int column)
{
	for (ptrdiff_t i = 0; i < l->nmerged; i++)
		if (l->merged[i].row <= row && row <= l->merged[i].last_row && l->merged[i].column <= column && column <= l->merged[i].last_column)
			return &l->merged[i];
	return NULL;
}

/* ---- labels of a header of one to three rows ---- */

/* The text that stands over a column in one row of the header; merged ranges reach over all their columns. In a file
 * without merged ranges a blank above a label belongs to the label at its left that has others below it. */
static struct str part_of_label(const struct look *l, int64_t row, int column, bool last, const struct cell_range **ret_range)
{
	const struct cell_range *m = merge_at(l, row, column);
	struct str text = text_at(l->sheet, row, column);

	*ret_range = m;
	if (m)
		return text_at(l->sheet, m->row, m->column);
	if (text.n || last || l->sheet->nmerged || !text_at(l->sheet, row + 1, column).n)
		return text;
	for (int c = column - 1; c >= 1 && c > column - 12; c--) {
		if (!text_at(l->sheet, row + 1, c).n)
			return text;
		if (text_at(l->sheet, row, c).n)
			return text_at(l->sheet, row, c);
	}
	return text;
}

struct label { struct str part[HEADER_MAX]; int n; };

static struct label label_of(const struct look *l, const struct header *h, int column)
{
	struct label out = { .n = 0 };
	const struct cell_range *before = NULL, *range;

	for (int k = 0; k < h->rows; k++) {
		struct str s = part_of_label(l, h->row + k, column, k + 1 == h->rows, &range);
		bool same = range && range == before;
		before = range;
		if (s.n && !same && s.n <= LABEL_MAX)
			out.part[out.n++] = s;
	}
	return out;
}

static struct str joined(struct arena *a, const struct label *b, struct str between)
{
	struct buf t = buf_make(1 << 16);

	for (int i = 0; i < b->n; i++) {
		buf_add(&t, i ? between : S(""));
		buf_add(&t, b->part[i]);
	}
	struct str s = str_dup(a, buf_str(&t));
	buf_free(&t);
	return s;
}

static struct fit better(struct fit a, struct fit b)
{
	return b.score > a.score ? b : a;
}

/* All rows of the label together, in either order (期限 over 利用 is 利用期限), the lowest alone, the upper ones alone
 * (which says less). */
static struct fit fit_label(const struct look *l, const struct label *b)
{
	enum { TURNED = 2, ALONE = 4, UPPER_MAX = 60 };
	struct fit f = vocabulary_fit(l->a, l->v, joined(l->a, b, S("")));
	struct label turned = { .n = b->n };

	if (b->n < 2)
		return f;
	for (int i = 0; i < b->n; i++)
		turned.part[i] = b->part[b->n - 1 - i];
	struct fit back = vocabulary_fit(l->a, l->v, joined(l->a, &turned, S("")));
	struct fit low = vocabulary_fit(l->a, l->v, b->part[b->n - 1]), top = vocabulary_fit(l->a, l->v, b->part[0]);
	back.score = MAX(0, back.score - TURNED);
	low.score = MAX(0, low.score - ALONE);
	top.score = MIN(top.score, UPPER_MAX);
	return better(better(better(f, back), low), top);
}

/* ---- the header ---- */

enum { OF_EXACT = 6, OF_PART = 2, OF_ROW = 3 };

/* A row that could not score more than `beat` whatever its last columns hold is not judged to its end: score 0. */
static struct header judge(const struct look *l, int64_t row, int rows, int beat)
{
	struct header h = { .row = row, .rows = rows };
	int *best = new_n(l->a, int, vocabulary_count(l->v) + 1), labels = 0, fits = 0;

	for (int c = 1; c <= l->columns; c++) {
		if (OF_EXACT * (fits + l->columns - c + 1) - OF_ROW * (rows - 1) <= beat)
			return h;
		struct label b = label_of(l, &h, c);
		if (b.n == 0)
			continue;
		labels++;
		struct fit f = fit_label(l, &b);
		int by_hand = mapping_of(l->a, l->mapping, 0, joined(l->a, &b, S(" ")));
		if (by_hand >= 0)
			f = (struct fit){ .field = by_hand, .score = 100, .nrivals = 1 };
		if (f.score > 0) {
			best[f.field] = MAX(best[f.field], f.score);
			fits++;
		}
	}
	for (int i = 0; i < vocabulary_count(l->v); i++) {
		h.exact += best[i] >= SCORE_EXACT;
		h.part += best[i] > 0 && best[i] < SCORE_EXACT;
	}
	h.score = OF_EXACT * h.exact + OF_PART * h.part - OF_ROW * (rows - 1);
	if (h.exact == labels && labels == l->columns)
		return h;                                /* a narrow list of which every column has a name we know */
	if ((h.exact < l->min_fields && !(h.exact >= 2 && h.exact + h.part > l->min_fields)) || (h.exact + h.part) * 5 < labels)
		h.score = 0;
	return h;
}

static struct header find_header(const struct look *l)
{
	struct header best = { 0 };
	int rows, from = 1, to = HEADER_MAX;
	int64_t given = mapping_header(l->mapping, &rows);

	if (rows)
		from = to = rows;
	for (ptrdiff_t i = 0; i < MIN(l->sheet->nrows, (ptrdiff_t)HEAD_ROWS); i++) {
		if (given && l->sheet->row[i].row != given)
			continue;
		for (int k = from; k <= to; k++) {
			struct arena scratch = arena_make(0);
			struct look at = *l;
			at.a = &scratch;
			struct header h = judge(&at, l->sheet->row[i].row, k, best.score);
			arena_free(&scratch);
			if (given)
				h.score = MAX(h.score, 1);
			if (h.score > best.score)
				best = h;
		}
	}
	return best;
}

/* ---- columns ---- */

/* Which columns have data below the header. */
static void find_used(const struct look *l, const struct header *h, bool *used)
{
	int n = 0;

	for (ptrdiff_t i = 0; i < l->sheet->nrows && n < l->columns; i++)
		for (int k = 0; l->sheet->row[i].row >= h->row + h->rows && k < l->sheet->row[i].n; k++) {
			int c = l->sheet->row[i].cell[k].column;
			if (c > l->columns || used[c])
				continue;
			used[c] = true;
			n++;
		}
}

static int by_score(const void *a, const void *b)
{
	const struct fit *const *x = a, *const *y = b;

	return (*x)->score != (*y)->score ? (*y)->score - (*x)->score : (*x > *y) - (*x < *y);
}

/* Every field to the column that fits it best; a column whose field is taken, or that fits two, stays an own field. */
static void assign(struct table *t, struct fit *fit, int fields, struct arena *a)
{
	bool *taken = new_n(a, bool, fields + 1);
	struct fit **order = new_n(a, struct fit *, t->ncolumns);

	for (int i = 0; i < t->ncolumns; i++) {
		order[i] = &fit[i];
		if (t->column[i].by_hand && t->column[i].field >= 0)
			taken[t->column[i].field] = true;
	}
	qsort(order, (size_t)t->ncolumns, sizeof(struct fit *), by_score);
	for (int i = 0; i < t->ncolumns; i++) {
		struct fit *f = order[i];
		struct table_column *c = &t->column[f - fit];
		if (c->by_hand || f->score == 0)
			continue;
		int free_ones = 0, free_field = COLUMN_OWN;
		for (int k = 0; k < f->nrivals; k++)
			if (!taken[f->rival[k]]) {
				free_ones++;
				free_field = f->rival[k];
			}
		if (free_ones == 1) {
			c->field = free_field;
			taken[free_field] = true;
			continue;
		}
		c->nrivals = f->nrivals;
		memcpy(c->rival, f->rival, sizeof c->rival);
	}
}

static void make_columns(const struct look *l, const struct header *h, struct table *t)
{
	bool *used = new_n(l->a, bool, l->columns + 1);
	struct fit *fit = new_n(l->a, struct fit, l->columns);

	find_used(l, h, used);
	t->column = new_n(l->a, struct table_column, l->columns + 1);
	for (int c = 1; c <= l->columns; c++) {
		struct label b = label_of(l, h, c);
		if (b.n == 0 && !used[c])
			continue;
		struct table_column *col = &t->column[t->ncolumns];
		*col = (struct table_column){ .column = c, .field = COLUMN_OWN, .label = joined(l->a, &b, S(" ")) };
		if (b.n == 0) {
			col->label = cell_name(l->a, c, 1);
			col->label.n--;
		}
		fit[t->ncolumns] = b.n ? fit_label(l, &b) : (struct fit){ 0 };
		int by_hand = mapping_of(l->a, l->mapping, c, col->label);
		col->by_hand = by_hand != MAP_NONE;
		if (col->by_hand)
			col->field = by_hand;
		t->ncolumns++;
	}
	assign(t, fit, vocabulary_count(l->v), l->a);
}

static struct str fingerprint(struct arena *a, const struct table *t)
{
	struct buf b = buf_make(8 << 20);
	char hex[20];

	for (int i = 0; i < t->ncolumns; i++) {
		buf_add(&b, label_key(a, t->column[i].label).full);
		buf_char(&b, '\n');
	}
	int n = snprintf(hex, sizeof hex, "%016llx", (unsigned long long)str_hash(buf_str(&b)));
	buf_free(&b);
	return str_dup(a, (struct str){ hex, n });
}

/* ---- a form: names in one column, values beside them ---- */

/* The value beside a label: the next text to the right, within the rows that the label (merged, or followed by blanks)
 * takes up; several lines are joined. */
static struct str value_beside(const struct look *l, int64_t row, int64_t next, int column, int *ret_column, int64_t *ret_row)
{
	struct buf b = buf_make(1 << 20);

	*ret_column = 0;
	for (int64_t r = row; r < next; r++) {
		const struct sheet_row *line = row_at(l->sheet, r);
		bool first = true;
		for (int k = 0; line && k < line->n; k++) {
			struct str s = str_trim(line->cell[k].text);
			if (line->cell[k].column <= column || s.n == 0)
				continue;
			buf_add(&b, b.n == 0 ? S("") : first ? S("\n") : S(" "));
			buf_add(&b, s);
			first = false;
			if (*ret_column == 0) {
				*ret_column = line->cell[k].column;
				*ret_row = r;
			}
		}
	}
	struct str s = str_dup(l->a, buf_str(&b));
	buf_free(&b);
	return s;
}

static int form_column(const struct look *l, int *ret_exact)
{
	int best = 0;

	*ret_exact = 0;
	for (int c = 1; c <= MIN(l->columns, 4); c++) {
		int exact = 0;
		for (ptrdiff_t i = 0; i < MIN(l->sheet->nrows, (ptrdiff_t)FORM_ROWS); i++) {
			struct str s = str_trim(sheet_cell(&l->sheet->row[i], c).text);
			exact += s.n && s.n <= LABEL_MAX && vocabulary_fit(l->a, l->v, s).score >= SCORE_EXACT;
		}
		if (exact > *ret_exact) {
			*ret_exact = exact;
			best = c;
		}
	}
	return best;
}

static bool read_form(const struct look *l, struct table *t)
{
	int exact, column = form_column(l, &exact), n = 0;
	ptrdiff_t rows = MIN(l->sheet->nrows, (ptrdiff_t)FORM_ROWS);

	if (exact <= l->min_fields)
		return false;
	struct fit *fit = new_n(l->a, struct fit, rows);
	struct table_cell *cell = new_n(l->a, struct table_cell, rows);
	t->column = new_n(l->a, struct table_column, rows);
	for (ptrdiff_t i = 0; i < rows; i++) {
		struct str label = str_trim(sheet_cell(&l->sheet->row[i], column).text);
		int64_t row = l->sheet->row[i].row, next = row + 1;
		if (label.n == 0 || label.n > LABEL_MAX)
			continue;
		for (ptrdiff_t k = i + 1; k < rows && !str_trim(sheet_cell(&l->sheet->row[k], column).text).n; k++)
			next = l->sheet->row[k].row + 1;
		int where = 0;
		int64_t where_row = row;
		struct str value = value_beside(l, row, next, column, &where, &where_row);
		t->column[n] = (struct table_column){ .column = column, .row = (int)row, .label = label, .field = COLUMN_OWN };
		cell[n] = (struct table_cell){ .text = value, .row = where_row, .column = (uint16_t)where, .kind = value.n ? CELL_TEXT : CELL_EMPTY };
		fit[n] = vocabulary_fit(l->a, l->v, label);
		int by_hand = mapping_of(l->a, l->mapping, 0, label);
		t->column[n].by_hand = by_hand != MAP_NONE;
		if (t->column[n].by_hand)
			t->column[n].field = by_hand;
		/* a heading over the form: no value beside it, no field */
		if (value.n || fit[n].score >= SCORE_EXACT)
			n++;
	}
	t->ncolumns = n;
	assign(t, fit, vocabulary_count(l->v), l->a);
	t->form = true;
	t->header_row = t->column[0].row;
	t->row = new(l->a, struct table_row);
	t->row[0] = (struct table_row){ .row = t->header_row, .cell = cell };
	t->nrows = 1;
	return true;
}

/* ---- sheets ---- */

/* Only its marks of use change. */
static struct mapping *mapping_in(const struct recognise_options *o)
{
	union { const struct mapping *given; struct mapping *marked; } m = { .given = o->mapping };

	return m.marked;
}

static struct look look_at(struct arena *a, const struct sheet *s, const struct vocabulary *v, const struct recognise_options *o)
{
	struct look l = { .a = a, .sheet = s, .v = v, .mapping = mapping_in(o), .columns = MIN(s->columns, (int)COLUMNS_MAX),
		.min_fields = o->min_fields ? o->min_fields : 3 };

	l.merged = new_n(a, struct cell_range, MIN(s->nmerged, (ptrdiff_t)HEAD_MERGES));
	for (ptrdiff_t i = 0; i < s->nmerged && l.nmerged < HEAD_MERGES; i++)
		if (s->nrows && s->merged[i].row < s->row[0].row + 3 * HEAD_ROWS)
			l.merged[l.nmerged++] = s->merged[i];
	return l;
}

static bool is_sample(struct arena *a, struct str name)
{
	struct str s = label_key(a, name).full;

	for (ptrdiff_t i = 0; i < sample_sheets.n; i++)
		if (str_eq(s, label_key(a, sample_sheets.word[i]).full))
			return true;
	return false;
}

static void pass(struct recognised *r, struct str name, enum pass_why why)
{
	r->passed[r->npassed++] = (struct passed_sheet){ name, why };
}

/* Which sheets are looked at: the named one, else those that are shown and not samples. */
static bool chosen(struct arena *a, const struct sheet *s, struct str named, struct recognised *r)
{
	if (named.p) {
		if (str_eq(s->name, named) || str_eq(utf8_fold(a, s->name), utf8_fold(a, named)))
			return true;
		pass(r, s->name, PASS_NOT_NAMED);
		return false;
	}
	if (s->nrows == 0 || s->hidden || is_sample(a, s->name)) {
		pass(r, s->name, s->nrows == 0 ? PASS_EMPTY : s->hidden ? PASS_HIDDEN : PASS_SAMPLE);
		return false;
	}
	return true;
}

static enum status no_table(struct arena *a, const struct workbook *w, struct problems *ps, struct str named)
{
	struct buf b = buf_make(4096);

	for (ptrdiff_t i = 0; i < w->n && b.n < 1000; i++) {
		buf_add(&b, i ? S(", ") : S(""));
		buf_add(&b, utf8_clip(w->sheet[i].name, 100));
	}
	struct str names = str_dup(a, buf_str(&b));
	buf_free(&b);
	for (ptrdiff_t i = 0; named.p && i < w->n; i++)
		if (str_eq(utf8_fold(a, w->sheet[i].name), utf8_fold(a, named)))
			named.p = NULL;
	if (named.p)
		problem(ps, named, MSG_RECOGNISE_NO_SHEET, .arg = { names });
	else
		problem(ps, S(""), MSG_RECOGNISE_NO_TABLE, .arg = { names });
	return ST_BAD_INPUT;
}

/* By hand two columns of one sheet must not go to one field; on two sheets the field may well have two names. */
static enum status one_column_each(const struct table *t, struct problems *ps)
{
	for (int i = 0; i < t->ncolumns; i++)
		for (int k = 0; k < i; k++)
			if (t->column[i].by_hand && t->column[k].by_hand && t->column[i].field >= 0 && t->column[i].field == t->column[k].field) {
				problem(ps, t->column[i].label, MSG_MAP_TWICE, .arg = { t->column[k].label, t->column[i].label });
				return ST_BAD_INPUT;
			}
	return ST_OK;
}

enum status recognise(struct arena *a, const struct workbook *w, const struct vocabulary *v,
	const struct recognise_options *o, struct problems *ps, struct recognised *ret)
{
	struct recognised r = { .table = new_n(a, struct table, w->n), .passed = new_n(a, struct passed_sheet, w->n) };
	struct header *header = new_n(a, struct header, w->n);
	struct str named = o->sheet.p ? o->sheet : mapping_sheet(o->mapping);
	bool *look = new_n(a, bool, w->n);
	int best = 0;

	for (ptrdiff_t i = 0; i < w->n; i++) {
		look[i] = chosen(a, &w->sheet[i], named, &r);
		struct look l = look_at(a, &w->sheet[i], v, o);
		if (look[i])
			header[i] = find_header(&l);
		best = MAX(best, header[i].score);
	}
	mapping_forget(mapping_in(o));
	for (ptrdiff_t i = 0; i < w->n; i++) {
		if (!look[i])
			continue;
		struct table *t = &r.table[r.ntables];
		*t = (struct table){ .sheet = &w->sheet[i], .header_row = header[i].row, .header_rows = header[i].rows };
		struct look l = look_at(a, &w->sheet[i], v, o);
		if (best ? header[i].score == 0 : !read_form(&l, t)) {
			pass(&r, w->sheet[i].name, PASS_NO_TABLE);
			continue;
		}
		if (header[i].score * 2 < best) {
			pass(&r, w->sheet[i].name, PASS_LESSER);
			continue;
		}
		if (best)
			make_columns(&l, &header[i], t);
		t->fingerprint = fingerprint(a, t);
		if (best && !o->no_rows)
			TRY(recognise_rows(a, v, o, ps, t));
		TRY(one_column_each(t, ps));
		r.ntables++;
	}
	if (r.ntables == 0)
		return no_table(a, w, ps, named);
	struct str unused = mapping_unused(o->mapping);
	if (unused.p) {
		problem(ps, unused, MSG_MAP_NO_COLUMN);
		return ST_BAD_INPUT;
	}
	*ret = r;
	return ST_OK;
}

enum msg_id pass_message(enum pass_why why)
{
	static const enum msg_id messages[] = {
		[PASS_NO_TABLE] = MSG_PASS_NO_TABLE, [PASS_HIDDEN] = MSG_PASS_HIDDEN, [PASS_EMPTY] = MSG_PASS_EMPTY,
		[PASS_SAMPLE] = MSG_PASS_SAMPLE, [PASS_NOT_NAMED] = MSG_PASS_NOT_NAMED, [PASS_LESSER] = MSG_PASS_LESSER,
	};

	return messages[why];
}

enum msg_id skip_message(enum skip why)
{
	static const enum msg_id messages[] = {
		[SKIP_HEADER] = MSG_SKIP_HEADER, [SKIP_TOTAL] = MSG_SKIP_TOTAL, [SKIP_NOTE] = MSG_SKIP_NOTE,
		[SKIP_EXAMPLE] = MSG_SKIP_EXAMPLE, [SKIP_SECTION] = MSG_SKIP_SECTION, [SKIP_EMPTY] = MSG_SKIP_EMPTY,
	};

	return messages[why];
}
