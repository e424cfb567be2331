/* csv.c - the reader of separated text: a state machine that steps from one mark to the next, not from byte to byte. */
#include "format/csv.h"
#include "base/utf8.h"
#include "format/csv_scan.h"
#include "format/csv_text.h"
#include <assert.h>
#include <stdlib.h>

enum { CHECK_STEP = 32 << 10, FIRST_WINDOW = 256 << 10, SNIFF_BYTES = 64 << 10, SNIFF_ROWS = 40 };

struct csv {
	struct arena     *a;
	struct problems  *ps;
	struct csv_options o;
	struct csv_text   text;        /* the source, when not everything is in memory */
	struct buf        decoded;     /* the text in memory, when it was not UTF-8 */
	struct csv_found  found;       /* of the text in memory; .flawed: U+FFFD marks what could not be converted */
	char             *window;      /* what was read from the source; NULL in memory */
	ptrdiff_t         room;
	const char       *at;          /* the next row begins here */
	const char       *scanned;     /* marks are known up to here */
	const char       *checked;     /* well-formed up to here */
	const char       *end;         /* bytes are known up to here */
	const char       *bad;         /* first NUL or malformed byte; `end` or later when there is none */
	const char       *origin;      /* first byte in memory, or the window */
	ptrdiff_t         gone;        /* bytes that have left the window */
	bool              eof, after_cr, broken;
	csv_scan_fn      *scan;
	const char       *batch;       /* `mark` counts from here */
	int               nmarks, next_mark;
	int64_t           row, line;   /* of the row that comes next */
	struct str       *field;
	int               cap;
	char             *plain;       /* where "" becomes " */
	ptrdiff_t         plain_cap;
	enum status       status;      /* what ended the reading */
	uint16_t          mark[CSV_INDEX];
};

/* ---- telling ---- */

struct str cell_name(struct arena *a, int column, int64_t row)
{
	char t[40];
	char *p = t + sizeof t;

	do
		*--p = (char)('0' + (int)(row % 10));
	while (row /= 10);
	for (; column > 0; column = (column - 1) / 26)
		*--p = (char)('A' + (column - 1) % 26);
	return str_dup(a, (struct str){ p, t + sizeof t - p });
}

static struct str number(struct arena *a, int64_t v)
{
	struct buf b = buf_make(24);

	buf_int(&b, v);
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

/* Every refusal of csv: at the cell, with row, column and line of the text. */
static enum status refuse(struct csv *r, enum status st, enum msg_id msg, int column)
{
	problem(r->ps, cell_name(r->a, column, r->row), msg,
		.arg = { number(r->a, r->row), number(r->a, column), number(r->a, r->line) });
	return r->status = st;
}

/* ---- bytes ---- */

/* Looks for NUL and malformed UTF-8 up to `to`, a few at a time so that they stay in the cache. */
static void check(struct csv *r, const char *to)
{
	while (r->checked < to && r->bad >= r->end) {
		ptrdiff_t n = MIN((ptrdiff_t)CHECK_STEP, r->end - r->checked);
		struct str s = { r->checked, n };
		if (n < r->end - r->checked || !r->eof)      /* never split a character */
			s.n = utf8_whole(s);
		ptrdiff_t bad = r->found.valid ? -1 : utf8_bad(s), nul = str_find_char(str_sub(s, 0, bad < 0 ? s.n : bad), 0);
		if (nul < 0 && bad < 0 && r->found.flawed)
			bad = str_find(s, S("\xef\xbf\xbd"));
		if (nul >= 0 || bad >= 0)
			r->bad = r->checked + (nul >= 0 ? nul : bad);
		if (s.n == 0)
			break;                                   /* the start of a character, the rest is still to come */
		r->checked += s.n;
	}
}

/* Finds the marks of the next batch. False when all bytes that are known have been looked at. */
static bool more(struct csv *r)
{
	do {
		ptrdiff_t n = MIN((ptrdiff_t)CSV_BATCH, r->end - r->scanned);
		if (n == 0)
			return false;
		r->batch = r->scanned;
		r->nmarks = r->scan(r->batch, n, r->o.separator, r->mark);
		r->next_mark = 0;
		r->scanned += n;
		check(r, r->scanned);
	} while (r->nmarks == 0);
	return true;
}

/* Reads until the window is full or the source ends. The row that has begun moves to the front. */
static void fill(struct csv *r)
{
	ptrdiff_t used = r->end - r->at;
	char *to = r->window;

	if (used > r->room / 2) {
		ptrdiff_t room = r->room * 2;
		to = malloc((size_t)room);
		if (!to)
			abort();
		memcpy(to, r->at, (size_t)used);
		wipe(r->window, r->room);
		free(r->window);
		r->window = to;
		r->room = room;
	} else {
		memmove(to, r->at, (size_t)used);
	}
	ptrdiff_t from = used;
	while (used < r->room && !r->eof) {
		ptrdiff_t got = csv_text_read(&r->text, to + used, r->room - used);
		assert(got <= r->room - used);
		r->eof = got <= 0;
		r->broken = got < 0;
		used += MAX(got, 0);
	}
	r->found.flawed = csv_text_flawed(&r->text);
	/* What was checked stays checked; the marks of the row are found again. */
	ptrdiff_t checked = r->checked - r->at;
	bool was_bad = r->bad < r->end;
	ptrdiff_t bad = r->bad - r->at;
	assert(checked <= from);
	r->gone += r->at - r->origin;
	r->origin = r->at = r->scanned = r->batch = to;
	r->checked = to + checked;
	r->end = to + used;
	r->bad = was_bad ? to + bad : r->end;
	r->nmarks = r->next_mark = 0;
}

/* ---- rows ---- */

static void grow(struct csv *r)
{
	struct str *bigger = new_n(r->a, struct str, r->cap * 2);

	memcpy(bigger, r->field, (size_t)r->cap * sizeof *bigger);
	r->field = bigger;
	r->cap *= 2;
}

/* Fields with "" were left as they stand, with a negative length: -1 - n. Here they get their text. */
static void unescape(struct csv *r, int n)
{
	ptrdiff_t need = 0;
	char *to;

	for (int i = 0; i < n; i++)
		need += r->field[i].n < 0 ? -1 - r->field[i].n : 0;
	if (r->o.keep) {
		to = new_n(r->a, char, need);
	} else {
		if (need > r->plain_cap) {
			ptrdiff_t cap = MAX(need, 2 * r->plain_cap);
			assert(cap > 0);
			char *bigger = malloc((size_t)cap);
			if (!bigger)
				abort();
			wipe(r->plain, r->plain_cap);
			free(r->plain);
			r->plain = bigger;
			r->plain_cap = cap;
		}
		to = r->plain;
	}
	for (int i = 0; i < n; i++) {
		if (r->field[i].n >= 0)
			continue;
		const char *p = r->field[i].p, *end = p + (-1 - r->field[i].n);
		char *from = to;
		while (p < end) {
			const char *q = memchr(p, '"', (size_t)(end - p));
			ptrdiff_t part = q ? q + 1 - p : end - p;
			memcpy(to, p, (size_t)part);
			to += part;
			p += part + (q ? 1 : 0);
		}
		r->field[i] = (struct str){ from, to - from };
	}
}

/* The field of a finished row that holds the bad byte, from 1. */
static int column_of(const struct csv *r, int n)
{
	int i = 0;

	while (i + 1 < n && r->field[i + 1].p <= r->bad)
		i++;
	return i + 1;
}

/* What must hold for a row before anyone sees it. */
static enum status admit(struct csv *r, const char *begin, const char *end, int n)
{
	if (r->bad < end)
		return refuse(r, ST_BAD_INPUT, *r->bad ? MSG_CSV_NOT_UTF8 : MSG_CSV_NUL, column_of(r, n));
	if (end - begin > r->o.max_field)
		for (int i = 0; i < n; i++)
			if ((r->field[i].n < 0 ? -1 - r->field[i].n : r->field[i].n) > r->o.max_field)
				return refuse(r, ST_TOO_BIG, MSG_CSV_FIELD_TOO_BIG, i + 1);
	if (end - begin > r->o.max_row)
		return refuse(r, ST_TOO_BIG, MSG_CSV_ROW_TOO_BIG, 1);
	if (n > r->o.max_columns)
		return refuse(r, ST_TOO_BIG, MSG_CSV_TOO_MANY_COLUMNS, r->o.max_columns + 1);
	if (r->o.max_rows && r->row > r->o.max_rows)
		return refuse(r, ST_TOO_BIG, MSG_CSV_TOO_MANY_ROWS, 1);
	return ST_OK;
}

enum quoted { QUOTED_WHOLE, QUOTED_PLAIN, QUOTED_TRAILS, QUOTED_OPEN };

/* From behind the opening mark to the closing one. QUOTED_WHOLE: text without "", QUOTED_PLAIN: with "".
 * *lines grows by the line ends inside; they are line ends of the text, not of the table. */
static enum quoted quoted(struct csv *r, int64_t *lines, const char **ret_close)
{
	bool doubled = false;

	for (;;) {
		if (r->next_mark == r->nmarks && !more(r))
			return QUOTED_OPEN;
		const char *p = r->batch + r->mark[r->next_mark++];
		if (*p == '\n' || (*p == '\r' && p + 1 < r->end && p[1] != '\n'))
			++*lines;
		if (*p != '"')
			continue;
		if (p + 1 == r->end) {
			*ret_close = p;
			return !r->eof ? QUOTED_OPEN : doubled ? QUOTED_PLAIN : QUOTED_WHOLE;
		}
		if (p[1] == '"') {
			if (r->next_mark == r->nmarks)
				more(r);                             /* it cannot fail: a mark is known to follow */
			r->next_mark++;
			doubled = true;
			continue;
		}
		*ret_close = p;
		bool ends = p[1] == r->o.separator || p[1] == '\n' || p[1] == '\r';
		return !ends ? QUOTED_TRAILS : doubled ? QUOTED_PLAIN : QUOTED_WHOLE;
	}
}

/* One field that begins with a quotation mark, once the easy way in csv_next does not fit. ST_OK: the field is
 * stored and *ret_end is the mark behind it, or the end. ST_NO: the bytes at hand do not reach. */
static enum status quoted_field(struct csv *r, const char *start, int n, bool *escaped, int64_t *lines, const char **ret_end)
{
	const char *close;
	enum quoted q = quoted(r, lines, &close);

	if (q == QUOTED_OPEN) {
		if (!r->eof && r->end - r->at <= r->o.max_row)
			return ST_NO;
		return refuse(r, ST_BAD_INPUT, MSG_CSV_QUOTE_OPEN, n + 1);
	}
	if (q == QUOTED_TRAILS)
		return refuse(r, ST_BAD_INPUT, MSG_CSV_QUOTE_TRAILS, n + 1);
	ptrdiff_t len = close - (start + 1);
	*escaped |= q == QUOTED_PLAIN;
	r->field[n] = (struct str){ start + 1, q == QUOTED_PLAIN ? -1 - len : len };
	*ret_end = close + 1;
	if (close + 1 < r->end) {
		if (r->next_mark == r->nmarks)
			more(r);                                     /* it cannot fail: that mark is known to follow */
		r->next_mark++;
	}
	return ST_OK;
}

/* What one row has come to; csv_next keeps it in registers, which the compiler cannot do with *r. */
struct step { const char *start, *pos; int n; bool escaped, quoted; int64_t lines; };
enum walked { WALKED_ROW, WALKED_OUT, WALKED_REFUSED };

/* Steps from mark to mark until the row ends (s->pos is behind its last field), or the bytes do (WALKED_OUT). */
static enum walked walk(struct csv *r, struct step *s)
{
	const char sep = r->o.separator;
	const char *start = s->start, *pos;
	struct str *field = r->field;
	int n = s->n, cap = r->cap;

	for (;;) {
		const char *batch = r->batch;
		const uint16_t *m = r->mark + r->next_mark, *last = r->mark + r->nmarks;
		while (m < last) {
			pos = batch + *m++;
			if (n == cap) {
				grow(r);
				field = r->field;
				cap = r->cap;
			}
			if (*pos == sep) {
				field[n++] = (struct str){ start, pos - start };
				start = pos + 1;
				continue;
			}
			if (*pos != '"') {
				if (*pos == '\n' && r->after_cr && pos == r->at) {     /* the second half of CRLF */
					r->after_cr = false;
					start = r->at = pos + 1;
					continue;
				}
				r->next_mark = (int)(m - r->mark);
				field[n++] = (struct str){ start, pos - start };
				s->pos = pos;
				s->n = n;
				return WALKED_ROW;
			}
			if (pos != start)
				continue;                            /* a mark inside plain text */
			s->quoted = true;
			if (last - m >= 2 && m[1] == m[0] + 1 && batch[m[0]] == '"' && batch[m[1]] == sep) {
				field[n++] = (struct str){ start + 1, batch + m[0] - (start + 1) };
				start = batch + m[1] + 1;
				m += 2;
				continue;
			}
			r->next_mark = (int)(m - r->mark);
			enum status st = quoted_field(r, start, n, &s->escaped, &s->lines, &pos);
			if (st != ST_OK) {
				s->n = n;
				return st == ST_NO ? WALKED_OUT : WALKED_REFUSED;
			}
			n++;
			if (pos == r->end || *pos != sep) {
				s->pos = pos;
				s->n = n;
				return WALKED_ROW;
			}
			start = pos + 1;
			batch = r->batch;
			m = r->mark + r->next_mark;
			last = r->mark + r->nmarks;
		}
		r->next_mark = r->nmarks;
		if (!more(r))
			break;
	}
	s->start = start;
	s->n = n;
	return WALKED_OUT;
}

enum status csv_next(struct csv *r, struct csv_row *ret)
{
	struct step s;

	if (r->status != ST_OK)
		return r->status;
	for (;;) {
		s = (struct step){ .start = r->at };
		enum walked w = walk(r, &s);
		if (w == WALKED_REFUSED)
			return r->status;
		if (w == WALKED_ROW)
			break;
		if (!r->eof) {
			if (r->end - r->at > r->o.max_row)
				return refuse(r, ST_TOO_BIG, MSG_CSV_ROW_TOO_BIG, s.n + 1);
			fill(r);
			continue;
		}
		if (r->broken)
			return r->status = ST_BROKEN;
		if (r->at == r->end)
			return r->status = ST_NO;
		if (s.n == r->cap)
			grow(r);
		r->field[s.n++] = (struct str){ s.start, r->end - s.start };
		s.pos = r->end;
		break;
	}
	if (s.pos >= r->bad || s.pos - r->at > r->o.max_field || s.n > r->o.max_columns || r->o.max_rows)
		TRY(admit(r, r->at, s.pos, s.n));
	if (s.escaped)
		unescape(r, s.n);
	*ret = (struct csv_row){ .field = r->field, .n = s.n, .row = r->row, .line = r->line,
		.blank = s.n == 1 && r->field[0].n == 0 && !s.quoted };
	r->after_cr = s.pos < r->end && *s.pos == '\r';
	r->at = s.pos < r->end ? s.pos + 1 : s.pos;
	r->row++;
	r->line += s.lines + 1;
	return ST_OK;
}

/* ---- opening ---- */

/* How many rows of the beginning have the same number of fields, times the separators in each: the
 * separator of a table scores highest, one that only stands in its texts varies. */
static int64_t score(struct arena *a, struct str head, char separator)
{
	int count[SNIFF_ROWS], rows = 0;
	struct problems ps = { .a = a };
	struct csv_row row = { 0 };
	struct csv *r;

	if (csv_open(a, head, &(struct csv_options){ .separator = separator }, &ps, &r) != ST_OK)
		return -1;
	while (rows < SNIFF_ROWS && csv_next(r, &row) == ST_OK)
		if (!row.blank)
			count[rows++] = row.n;
	csv_close(r);
	int64_t best = 0;
	for (int i = 0; i < rows; i++) {
		int64_t same = 0;
		for (int j = 0; j < rows; j++)
			same += count[j] == count[i];
		best = MAX(best, same * MIN(count[i] - 1, 100));
	}
	return best;
}

static char find_separator(struct str head)
{
	static const char candidates[] = { ',', '\t', ';', '|' };
	int64_t best = -1;
	char separator = ',';

	for (size_t i = 0; i < sizeof candidates; i++) {
		struct arena scratch = arena_make(64 << 20);
		int64_t s = score(&scratch, head, candidates[i]);
		arena_free(&scratch);
		if (s > best) {
			best = s;
			separator = candidates[i];
		}
	}
	return separator;
}

/* Excel's own hint, "sep=;" on the first line: the separator and the length of the line, or 0. */
static ptrdiff_t hint(struct str s, char *ret_separator)
{
	if (s.n < 6 || !str_eq_nocase(str_sub(s, 0, 4), S("sep=")) || !strchr(",;\t|", s.p[4]))
		return 0;
	ptrdiff_t n = s.p[5] == '\n' ? 6 : s.p[5] != '\r' ? 0 : s.n > 6 && s.p[6] == '\n' ? 7 : 6;
	if (n)
		*ret_separator = s.p[4];
	return n;
}

static struct csv *make(struct arena *a, const struct csv_options *o, struct problems *ps)
{
	struct csv *r = new(a, struct csv);

	r->a = a;
	r->ps = ps;
	r->o = o ? *o : (struct csv_options){ 0 };
	r->o.max_field = r->o.max_field ? r->o.max_field : 1 << 20;
	r->o.max_row = r->o.max_row ? r->o.max_row : 16 << 20;
	r->o.max_columns = r->o.max_columns ? r->o.max_columns : 16384;
	assert(r->o.separator == 0 || ((unsigned char)r->o.separator < 0x80 && !strchr("\"\r\n", r->o.separator)));
	r->scan = csv_scan_best();
	r->cap = 32;
	r->field = new_n(a, struct str, r->cap);
	r->row = r->line = 1;
	return r;
}

/* Byte order mark, hint, separator: everything that stands before the first row. */
static enum status begin(struct csv *r)
{
	struct str s = { r->at, r->end - r->at };

	if (r->broken)
		return ST_BROKEN;
	if (str_starts(s, CSV_BOM))
		s = str_sub(s, 3, s.n);
	ptrdiff_t n = hint(s, &r->o.separator);
	if (n) {
		s = str_sub(s, n, s.n);
		r->line = r->row = 2;
	}
	if (s.n == 0) {
		problem(r->ps, S(""), MSG_CSV_EMPTY);
		return ST_BAD_INPUT;
	}
	r->at = r->scanned = r->checked = r->batch = s.p;
	r->bad = r->end;
	if (!r->o.separator)
		r->o.separator = find_separator(str_sub(s, 0, SNIFF_BYTES));
	return ST_OK;
}

static enum status opened(struct csv *r, enum status st, struct csv **ret)
{
	if (st == ST_OK)
		*ret = r;
	else
		csv_close(r);
	return st;
}

enum status csv_open(struct arena *a, struct str bytes, const struct csv_options *o, struct problems *ps,
	struct csv **ret)
{
	struct csv *r = make(a, o, ps);

	r->decoded = buf_make(0);
	enum status st = csv_text_whole(bytes, &r->o, &r->decoded, &bytes, &r->found);
	if (st == ST_OK) {
		r->origin = r->at = bytes.p;
		r->end = bytes.p + bytes.n;
		r->eof = true;
		st = begin(r);
	}
	return opened(r, st, ret);
}

enum status csv_open_stream(struct arena *a, struct csv_source source, const struct csv_options *o,
	struct problems *ps, struct csv **ret)
{
	struct csv *r = make(a, o, ps);

	csv_text_open(&r->text, source, &r->o);
	r->room = FIRST_WINDOW;
	r->window = malloc((size_t)r->room);
	if (!r->window)
		abort();
	r->origin = r->at = r->end = r->checked = r->bad = r->window;
	fill(r);
	return opened(r, begin(r), ret);
}

char csv_separator(const struct csv *r)
{
	return r->o.separator;
}

enum charset csv_charset(const struct csv *r)
{
	return r->window ? r->text.charset : r->found.charset;
}

ptrdiff_t csv_offset(const struct csv *r)
{
	return r->gone + (r->at - r->origin);
}

void csv_close(struct csv *r)
{
	if (!r)
		return;
	if (r->window)
		wipe(r->window, r->room);
	free(r->window);
	if (r->plain)
		wipe(r->plain, r->plain_cap);
	free(r->plain);
	r->window = r->plain = NULL;
	csv_text_close(&r->text);
	buf_free(&r->decoded);
	r->plain_cap = 0;
	r->status = ST_NO;
}
