/* sheet.c - keeps sheets in memory, and carries them as bytes from a confined child to its parent. */
#include "format/sheet.h"
#include "base/utf8.h"
#include <assert.h>
#include <stdlib.h>

/* ---- kept in memory ---- */

/* Room for one more of `cap`; an arena never gives back, so it doubles. */
#define GROW(a, list, n, cap, first) do {                                          \
	if ((n) == (cap)) {                                                            \
		ptrdiff_t wider = (cap) ? 2 * (cap) : (first);                             \
		void *bigger = arena_alloc((a), (ptrdiff_t)sizeof *(list), 16, wider);     \
		if (n)                                                                     \
			memcpy(bigger, (list), (size_t)(n) * sizeof *(list));                  \
		(list) = bigger;                                                           \
		(cap) = wider;                                                             \
	}                                                                              \
} while (0)

static enum status keep_sheet(void *user, struct str name, bool hidden)
{
	struct workbook *w = user;

	GROW(w->a, w->sheet, w->n, w->cap, 4);
	w->sheet[w->n++] = (struct sheet){ .name = str_dup(w->a, name), .hidden = hidden };
	return ST_OK;
}

static enum status keep_row(void *user, const struct sheet_row *row)
{
	struct workbook *w = user;
	struct sheet *s = &w->sheet[w->n - 1];
	ptrdiff_t bytes = 0;

	for (int i = 0; i < row->n; i++)
		bytes += row->cell[i].text.n;
	w->cells += row->n;
	w->bytes += bytes;
	if (w->cells > (w->max_cells ? w->max_cells : 8000000) || w->bytes > (w->max_bytes ? w->max_bytes : 256 << 20))
		return ST_TOO_BIG;
	GROW(w->a, s->row, s->nrows, s->cap_rows, 64);
	struct cell *cell = room_n(w->a, struct cell, row->n);
	char *text = room_n(w->a, char, bytes);
	for (int i = 0; i < row->n; i++) {
		cell[i] = row->cell[i];
		cell[i].text.p = text;
		if (cell[i].text.n)
			memcpy(text, row->cell[i].text.p, (size_t)cell[i].text.n);
		text += cell[i].text.n;
	}
	s->row[s->nrows++] = (struct sheet_row){ .row = row->row, .cell = cell, .n = row->n, .hidden = row->hidden };
	if (row->n)
		s->columns = MAX(s->columns, cell[row->n - 1].column);
	return ST_OK;
}

static enum status keep_merged(void *user, struct cell_range range)
{
	struct workbook *w = user;
	struct sheet *s = &w->sheet[w->n - 1];

	w->cells++;
	if (w->cells > (w->max_cells ? w->max_cells : 8000000))
		return ST_TOO_BIG;
	GROW(w->a, s->merged, s->nmerged, s->cap_merged, 16);
	s->merged[s->nmerged++] = range;
	return ST_OK;
}

struct sheet_sink workbook_sink(struct workbook *w)
{
	return (struct sheet_sink){ .sheet = keep_sheet, .row = keep_row, .merged = keep_merged, .user = w };
}

struct cell sheet_cell(const struct sheet_row *row, int column)
{
	int low = 0, high = row->n;

	if (column >= 1 && column <= row->n && row->cell[column - 1].column == column)
		return row->cell[column - 1];
	while (low < high) {
		int mid = (low + high) / 2;
		if (row->cell[mid].column < column)
			low = mid + 1;
		else
			high = mid;
	}
	if (low < row->n && row->cell[low].column == column)
		return row->cell[low];
	return (struct cell){ .text = S(""), .column = (uint16_t)column };
}

/* ---- as bytes ----
 * A piece is its length and whole records: 'S' hidden name, 'R' row hidden n {column kind length [number]} and then the texts of all these cells,
 * 'M' row column last_row last_column, 'P' message place arg arg arg, 'E'. Whole numbers are 7 bits a byte, lowest first; other texts have their
 * length before. */

/* Each piece wakes the one who reads, which costs more than the longest copy. */
enum { PIECE = 512 << 10, NUMBER_MAX = 10 };

static char *number_at(char *p, uint64_t v)
{
	for (; v >= 0x80; v >>= 7)
		*p++ = (char)(v & 0x7F) | (char)0x80;
	*p++ = (char)v;
	return p;
}

static void put_number(struct buf *b, uint64_t v)
{
	char t[NUMBER_MAX];

	buf_add(b, (struct str){ t, number_at(t, v) - t });
}

static void put_text(struct buf *b, struct str s)
{
	put_number(b, (uint64_t)s.n);
	buf_add(b, s);
}

/* The length of a piece stands before it, lowest byte first; its room is kept when the piece begins. */
enum { LENGTH = 4 };

static void begin_piece(struct sheet_writer *w)
{
	w->b.n = 0;
	buf_add(&w->b, (struct str){ "\0\0\0", LENGTH });
}

static enum status flush(struct sheet_writer *w, ptrdiff_t from)
{
	if (w->b.failed)
		return ST_TOO_BIG;
	if (w->b.n < from)
		return ST_OK;
	for (int i = 0; i < LENGTH; i++)
		w->b.p[i] = (char)((w->b.n - LENGTH) >> (8 * i) & 0xFF);
	enum status st = w->put(w->user, buf_str(&w->b));
	begin_piece(w);
	return st;
}

static enum status write_sheet(void *user, struct str name, bool hidden)
{
	struct sheet_writer *w = user;

	buf_char(&w->b, 'S');
	buf_char(&w->b, hidden);
	put_text(&w->b, name);
	return flush(w, PIECE);
}

static bool has_number(uint8_t kind)
{
	return kind == CELL_NUMBER || kind == CELL_DATE || kind == CELL_BOOL;
}

/* Rows are nearly all that is written: each gets its room at once. */
static enum status write_row(void *user, const struct sheet_row *row)
{
	struct sheet_writer *w = user;
	ptrdiff_t most = 2 + 2 * NUMBER_MAX;

	for (int i = 0; i < row->n; i++)
		most += 2 * NUMBER_MAX + 1 + row->cell[i].text.n + (ptrdiff_t)sizeof row->cell[i].number;
	char *p = buf_room(&w->b, most);
	if (!p)
		return ST_TOO_BIG;
	*p++ = 'R';
	p = number_at(p, (uint64_t)row->row);
	*p++ = row->hidden;
	p = number_at(p, (uint64_t)row->n);
	for (int i = 0; i < row->n; i++) {
		const struct cell *c = &row->cell[i];
		p = number_at(p, c->column);
		*p++ = (char)c->kind;
		p = number_at(p, (uint64_t)c->text.n);
		if (has_number(c->kind))
			p = mempcpy(p, &c->number, sizeof c->number);
	}
	for (int i = 0; i < row->n; i++)
		if (row->cell[i].text.n)
			p = mempcpy(p, row->cell[i].text.p, (size_t)row->cell[i].text.n);
	w->b.n = p - w->b.p;
	return flush(w, PIECE);
}

static enum status write_merged(void *user, struct cell_range r)
{
	struct sheet_writer *w = user;

	buf_char(&w->b, 'M');
	put_number(&w->b, (uint64_t)r.row);
	put_number(&w->b, (uint64_t)r.column);
	put_number(&w->b, (uint64_t)r.last_row);
	put_number(&w->b, (uint64_t)r.last_column);
	return flush(w, PIECE);
}

struct sheet_sink sheet_write(struct sheet_writer *w, sheet_put *put, void *user)
{
	*w = (struct sheet_writer){ .b = buf_make(0), .put = put, .user = user };
	begin_piece(w);
	return (struct sheet_sink){ .sheet = write_sheet, .row = write_row, .merged = write_merged, .user = w };
}

enum status sheet_write_end(struct sheet_writer *w, const struct problems *ps)
{
	for (ptrdiff_t i = 0; ps && i < ps->n; i++) {
		buf_char(&w->b, 'P');
		put_number(&w->b, (uint64_t)ps->p[i].msg);
		put_text(&w->b, ps->p[i].place);
		for (ptrdiff_t j = 0; j < COUNT(ps->p[i].arg); j++)
			put_text(&w->b, ps->p[i].arg[j]);
	}
	buf_char(&w->b, 'E');
	return flush(w, 0);
}

/* What is left to read; `bad` once something did not fit. */
struct input { const char *p, *end; bool bad; };

static uint64_t get_number(struct input *in, uint64_t max)
{
	uint64_t v = 0;

	for (int shift = 0; shift < 63; shift += 7) {
		if (in->p == in->end)
			break;
		unsigned char c = (unsigned char)*in->p++;
		v |= (uint64_t)(c & 0x7F) << shift;
		if (c < 0x80) {
			in->bad |= v > max;
			return in->bad ? 0 : v;
		}
	}
	in->bad = true;
	return 0;
}

static struct str get_text(struct input *in)
{
	ptrdiff_t n = (ptrdiff_t)get_number(in, (uint64_t)(in->end - in->p));

	if (in->bad || n > in->end - in->p) {
		in->bad = true;
		return S("");
	}
	struct str s = { in->p, n };
	in->p += n;
	in->bad |= !utf8_valid(s);
	return s;
}

static int get_byte(struct input *in, int max)
{
	int c = in->p < in->end ? (unsigned char)*in->p++ : 256;

	in->bad |= c > max;
	return in->bad ? 0 : c;
}

/* All of them together are judged at once; each must begin where a character does. */
static void read_texts(struct input *in, struct cell *cell, int n, ptrdiff_t bytes)
{
	const char *p = in->p;

	in->bad |= bytes > in->end - in->p || !utf8_valid((struct str){ p, bytes });
	if (in->bad)
		return;
	for (int i = 0; i < n; i++) {
		cell[i].text.p = p;
		in->bad |= cell[i].text.n && ((unsigned char)*p & 0xC0) == 0x80;
		p += cell[i].text.n;
	}
	in->p = p;
}

static void read_row(struct input *in, struct cell *cell, struct sheet_row *ret)
{
	ptrdiff_t bytes = 0;
	int last = 0;

	*ret = (struct sheet_row){ .row = (int64_t)get_number(in, SHEET_ROWS_MAX), .hidden = get_byte(in, 1), .cell = cell };
	ret->n = (int)get_number(in, SHEET_COLUMNS_MAX);
	for (int i = 0; i < ret->n && !in->bad; i++) {
		cell[i] = (struct cell){ .column = (uint16_t)get_number(in, SHEET_COLUMNS_MAX), .kind = (uint8_t)get_byte(in, CELL_KIND_MAX - 1) };
		cell[i].text.n = (ptrdiff_t)get_number(in, (uint64_t)(in->end - in->p));
		bytes += cell[i].text.n;
		in->bad |= cell[i].column <= last || cell[i].kind == CELL_EMPTY;
		last = cell[i].column;
		if (!has_number(cell[i].kind))
			continue;
		if (in->end - in->p < (ptrdiff_t)sizeof(double)) {
			in->bad = true;
			return;
		}
		memcpy(&cell[i].number, in->p, sizeof(double));
		in->p += sizeof(double);
	}
	if (!in->bad)
		read_texts(in, cell, ret->n, bytes);
}

static void read_problem(struct input *in, struct problems *ps)
{
	struct problem p = { .msg = (enum msg_id)get_number(in, MSG_MAX - 1) };
	struct str place = get_text(in);

	for (ptrdiff_t i = 0; i < COUNT(p.arg); i++)
		p.arg[i] = str_dup(ps->a, get_text(in));
	if (!in->bad)
		problem_add_(ps, str_dup(ps->a, place), p);
}

static struct cell_range read_range(struct input *in)
{
	struct cell_range r = { .row = (int64_t)get_number(in, SHEET_ROWS_MAX), .column = (int)get_number(in, SHEET_COLUMNS_MAX) };

	r.last_row = (int64_t)get_number(in, SHEET_ROWS_MAX);
	r.last_column = (int)get_number(in, SHEET_COLUMNS_MAX);
	in->bad |= r.row < 1 || r.column < 1 || r.last_row < r.row || r.last_column < r.column;
	return r;
}

struct sheet_reader {
	struct sheet_sink sink;
	struct problems  *ps;
	struct buf        piece;                     /* what has come of it, its length before */
	struct cell      *cell;                      /* of one row */
	int64_t           last_row;
	bool              in_sheet, ended;
	enum status       st;
};

static enum status read_record(struct sheet_reader *r, struct input *in)
{
	struct sheet_row row;
	int what = get_byte(in, 255);

	if (what == 'E') {
		r->ended = true;
		in->bad |= in->p != in->end;
	} else if (what == 'S') {
		bool hidden = get_byte(in, 1);
		struct str name = get_text(in);
		r->in_sheet = true;
		r->last_row = 0;
		return in->bad ? ST_OK : r->sink.sheet(r->sink.user, name, hidden);
	} else if (what == 'P') {
		read_problem(in, r->ps);
	} else if (what == 'R' && r->in_sheet) {
		read_row(in, r->cell, &row);
		in->bad |= row.row <= r->last_row;
		r->last_row = row.row;
		return in->bad ? ST_OK : r->sink.row(r->sink.user, &row);
	} else if (what == 'M' && r->in_sheet) {
		struct cell_range range = read_range(in);
		return in->bad ? ST_OK : r->sink.merged(r->sink.user, range);
	} else {
		in->bad = true;
	}
	return ST_OK;
}

static enum status read_piece(struct sheet_reader *r, struct str s)
{
	struct input in = { s.p, s.p + s.n, r->ended };

	while (in.p < in.end && !in.bad)
		TRY(read_record(r, &in));
	return in.bad ? ST_BAD_INPUT : ST_OK;
}

struct sheet_reader *sheet_reader_make(struct sheet_sink sink, struct problems *ps)
{
	struct sheet_reader *r = calloc(1, sizeof *r);

	if (!r || !(r->cell = calloc(SHEET_COLUMNS_MAX, sizeof *r->cell)))
		abort();
	r->sink = sink;
	r->ps = ps;
	r->piece = buf_make(0);
	return r;
}

/* The whole length of the piece that begins with `s`, as far as it can be told. */
static ptrdiff_t piece_length(struct str s)
{
	ptrdiff_t n = 0;

	for (int i = 0; i < LENGTH && s.n >= LENGTH; i++)
		n |= (ptrdiff_t)(unsigned char)s.p[i] << (8 * i);
	return LENGTH + n;
}

enum status sheet_reader_take(void *reader, struct str bytes)
{
	struct sheet_reader *r = reader;

	while (r->st == ST_OK && bytes.n) {
		ptrdiff_t wanted = piece_length(buf_str(&r->piece)) - r->piece.n, n = MIN(wanted, bytes.n);
		buf_add(&r->piece, str_sub(bytes, 0, n));
		bytes = str_sub(bytes, n, bytes.n);
		struct str piece = buf_str(&r->piece);
		if (r->piece.failed) {
			r->st = ST_TOO_BIG;
		} else if (piece.n > LENGTH && piece.n == piece_length(piece)) {
			r->st = read_piece(r, str_sub(piece, LENGTH, piece.n));
			r->piece.n = 0;
		}
	}
	return r->st;
}

enum status sheet_reader_end(struct sheet_reader *r)
{
	enum status st = r->st != ST_OK ? r->st : r->ended && !r->piece.n ? ST_OK : ST_BAD_INPUT;

	wipe(r->cell, (ptrdiff_t)sizeof *r->cell * SHEET_COLUMNS_MAX);
	free(r->cell);
	buf_free(&r->piece);
	free(r);
	return st;
}
