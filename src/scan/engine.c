/* engine.c - the window that glides over the text, and the loop that hands marked places to the detectors. */
#include "scan/inside.h"
#include <assert.h>
#include <stdlib.h>

enum { ROOM = 1 << 20, ROOM_MIN = 1 << 16 };

const struct scan_kind_info scan_kinds[SCAN_KIND_MAX] = {
#define KIND(name, ja, en, code) [SCAN_##name] = { #name, SLIT(ja), SLIT(en), code },
#include "scan/kinds.def"
#undef KIND
};

enum status scan_kind_named(struct str name, enum scan_kind *ret)
{
	for (int k = 0; k < SCAN_KIND_MAX; k++) {
		if (str_eq(name, str_z(scan_kinds[k].name))) {
			*ret = (enum scan_kind)k;
			return ST_OK;
		}
	}
	return ST_BAD_INPUT;
}

static void *memory(size_t n)
{
	void *p = calloc(1, n);

	if (!p)
		abort();
	return p;
}

/* ---- scanner ---- */

struct scanner *scanner_make(const struct scan_options *o)
{
	struct scanner *s = memory(sizeof *s);

	s->kinds = o->kinds ? o->kinds & SCAN_ALL : SCAN_DEFAULT;
	s->min_score = o->min_score == 0 ? SCAN_SCORE_DEFAULT : o->min_score;
	s->places = !o->no_places;
	s->words = (s->kinds & ~SCAN_NUMBERS & ~SCAN_BIT(SCAN_corporate_number)) != 0;
	s->classify = classify_choose(o->path, &s->path);
	return s;
}

void scanner_free(struct scanner *s)
{
	if (!s)
		return;
	wipe(s, sizeof *s);
	free(s);
}

const char *scanner_path(const struct scanner *s)
{
	return s->path;
}

/* ---- run ---- */

static void begin(struct scan_run *r)
{
	r->n = r->base = r->at = r->next = r->digits_end = r->han_end = 0;
	r->last = false;
	r->busy = false;
	r->line = 1;
	r->line_beg = r->line_beg_before = r->char_at = r->chunk_end = 0;
	r->chars = 0;
	r->table = TABLE_NONE;
	r->quoted = false;
	r->col = r->ncols = 0;
	r->cell_at = r->row_at = 0;
	r->row_kinds = 0;
	r->words = (struct line_words){ 0 };
}

struct scan_run *scan_run_make(const struct scanner *s, scan_found_fn *found, void *user)
{
	struct scan_run *r = memory(sizeof *r);

	r->s = s;
	r->found = found;
	r->user = user;
	begin(r);
	return r;
}

void scan_run_free(struct scan_run *r)
{
	if (!r)
		return;
	if (r->room)
		wipe(r->room, ROOM);
	free(r->room);
	wipe(r, sizeof *r);
	free(r);
}

/* ---- places ---- */

static ptrdiff_t count_chars(const uint8_t *t, ptrdiff_t from, ptrdiff_t to)
{
	ptrdiff_t n = 0;

	for (ptrdiff_t i = from; i < to; i++)
		n += (t[i] & 0xC0) != 0x80;
	return n;
}

/* Newlines in [from, to); *beg becomes what follows the last of them. */
static int64_t newlines(const uint8_t *t, ptrdiff_t from, ptrdiff_t to, ptrdiff_t *beg)
{
	const uint8_t *p;
	int64_t n = 0;

	while (from < to && (p = memchr(t + from, '\n', (size_t)(to - from)))) {
		from = *beg = p - t + 1;
		n++;
	}
	return n;
}

/* The same from the marks of the chunk that begins at r->at. */
static int64_t marked_newlines(const struct scan_run *r, ptrdiff_t to, ptrdiff_t *beg)
{
	int64_t n = 0;

	for (ptrdiff_t b = 0; b * 64 < to - r->at; b++) {
		uint64_t m = r->marks.line[b];

		if (to - r->at - b * 64 < 64)
			m &= (UINT64_C(1) << (to - r->at - b * 64)) - 1;
		if (!m)
			continue;
		*beg = r->at + b * 64 + 64 - __builtin_clzll(m);
		for (; m; m &= m - 1)                               /* few; not every processor counts bits by itself */
			n++;
	}
	return n;
}

/* Lines are known at the beginning of the chunk; a finding lies in it, a little behind, or a little before. */
static void place_of(struct scan_run *r, ptrdiff_t start, struct scan_finding *f)
{
	ptrdiff_t beg = r->line_beg, to = MIN(start, r->chunk_end);
	int64_t line = r->line;

	if (start >= r->at) {
		line += marked_newlines(r, to, &beg);
		line += newlines(r->t, to, start, &beg);
	} else {
		ptrdiff_t ignored = 0;
		const uint8_t *p = memrchr(r->t, '\n', (size_t)start);

		line -= newlines(r->t, start, r->at, &ignored);
		beg = line == r->line ? r->line_beg : p ? p - r->t + 1 : r->line_beg_before;
	}
	if (r->char_at < beg || r->char_at > start) {
		r->char_at = beg;
		r->chars = 0;
	}
	r->chars += count_chars(r->t, r->char_at, start);
	r->char_at = start;
	f->line = line;
	f->column = r->chars + 1;
}

/* Brings lines to the end of the chunk. */
static void pass_lines(struct scan_run *r, ptrdiff_t end)
{
	ptrdiff_t beg = r->line_beg;
	int64_t n = marked_newlines(r, end, &beg);

	if (n) {
		r->line += n;
		r->line_beg_before = r->line_beg;
		r->line_beg = beg;
	}
}

void emit(struct scan_run *r, enum scan_kind kind, ptrdiff_t start, ptrdiff_t end, int score)
{
	struct scan_finding f = { .kind = kind, .start = r->base + start, .end = r->base + end, .score = MIN(MAX(score, 0), 100) };
	ptrdiff_t row;

	assert(start >= 0 && start < end && end <= r->n);
	if (start < r->next)
		return;
	r->next = end;
	row = line_to(r, start);
	if (row != r->row_at)
		r->row_kinds = 0;
	r->row_at = row;
	if (f.score >= SCAN_SCORE_DEFAULT)
		r->row_kinds |= SCAN_BIT(kind);
	if (!(r->s->kinds & SCAN_BIT(kind)) || f.score < r->s->min_score)
		return;
	if (r->s->places)
		place_of(r, start, &f);
	r->found(r->user, &f, (struct str){ (const char *)r->t + start, end - start });
}

/* ---- tables ---- */

static void enter_head(struct scan_run *r, ptrdiff_t line)
{
	r->table = TABLE_HEAD;
	r->head_lines = 0;
	r->quoted = false;
	table_line(r, line);
}

static void next_cell(struct scan_run *r, ptrdiff_t at, int col)
{
	r->col = col;
	r->cell_at = at;
	if (at >= r->next && col < r->ncols && r->col_kinds[col] && at < r->n)
		cell_begins(r, at, r->col_kinds[col]);
}

static void structure(struct scan_run *r, ptrdiff_t i)
{
	uint8_t b = r->t[i];

	if (r->table == TABLE_HEAD) {
		if (b == '\n')
			table_line(r, i + 1);
		return;
	}
	if (r->table != TABLE_BODY)
		return;
	if (r->quoted && i - r->cell_at > SCAN_AHEAD)
		r->quoted = false;
	if (b == '"' && (r->delimiter == ',' || r->delimiter == ';')) {
		if (r->quoted || r->cell_at == i)
			r->quoted = !r->quoted;
		return;
	}
	if (r->quoted)
		return;
	if (b == '\n')
		next_cell(r, i + 1, 0);
	else if (b == (uint8_t)r->delimiter && r->delimiter)
		next_cell(r, i + 1, MIN(r->col + 1, SCAN_COLUMNS - 1));
}

/* ---- the loop ---- */

static void event(struct scan_run *r, ptrdiff_t i)
{
	uint8_t b = r->t[i];

	switch (b) {
	case '\n':
		enter_head(r, i + 1);
		return;
	case '@': case 0xA0:
		email_at(r, i);
		return;
	case ':': case 0x9A:
		label_at(r, i);
		return;
	default:
		if (b == 0x9F && r->t[i - 1] == 0x94)
			birth_at(r, i);
		else
			number_at(r, i);
	}
}

static void block(struct scan_run *r, ptrdiff_t beg, int b)
{
	struct marks *m = &r->marks;
	uint64_t words = r->s->words ? m->word[b] : 0;
	uint64_t shape = m->line[b] | m->cell[b], any = m->event[b] | words | (r->table ? shape : 0);

	while (any) {
		int k = __builtin_ctzll(any);
		uint64_t bit = UINT64_C(1) << k;
		ptrdiff_t i = beg + k;

		if (words & bit) {
			if (i >= r->next)
				r->t[i] >= 0x80 ? han_at(r, i) : roman_at(r, i);
			any &= any - 1;
			continue;
		}
		if ((shape & bit) && r->table)
			structure(r, i);
		if ((m->event[b] & bit) && (i >= r->next || r->t[i] == '\n')) {
			bool table = r->table;

			event(r, i);
			if (!table && r->table)
				any |= shape & ~(bit | (bit - 1));
		}
		any &= any - 1;
	}
}

/* Looks at every place whose neighbourhood is in the window. */
static void advance(struct scan_run *r)
{
	ptrdiff_t limit = r->last ? r->n : r->n - SCAN_AHEAD;

	if (r->base + r->at == 0 && r->at < limit && !r->busy) {
		r->busy = true;
		r->marks.line[0] = 0;
		enter_head(r, 0);
	}
	while (r->at < limit) {
		ptrdiff_t n = MIN(limit - r->at, (ptrdiff_t)SCAN_CHUNK);

		r->s->classify(r->t, r->at, n, r->n, &r->marks);
		r->chunk_end = r->at + n;
		for (int b = 0; b < (n + 63) / 64; b++)
			block(r, r->at + b * 64, b);
		if (r->s->places)
			pass_lines(r, r->at + n);
		r->at += n;
	}
}

/* Drops what lies before the neighbourhood of the next place. */
static void slide(struct scan_run *r)
{
	ptrdiff_t k = r->at - 2 * SCAN_BACK;

	if (k <= 0)
		return;
	if (r->s->places && r->line_beg < k) {                  /* the line goes on: count what leaves the window */
		if (r->char_at < r->line_beg) {
			r->char_at = r->line_beg;
			r->chars = 0;
		}
		if (r->char_at < k) {
			r->chars += count_chars(r->t, r->char_at, k);
			r->char_at = k;
		}
	}
	memmove(r->room, r->room + k, (size_t)(r->n - k));
	r->base += k;
	r->n -= k;
	r->at -= k;
	r->next -= k;
	r->digits_end -= k;
	r->han_end -= k;
	r->line_beg -= k;
	r->line_beg_before -= k;
	r->chunk_end -= k;
	r->char_at -= k;
	r->cell_at -= k;
	r->row_at -= k;
	r->words.line -= k;
	r->words.at -= k;
	r->words.looked -= k;
	for (int i = 0; i < LINE_WORDS; i++) {
		r->words.hit[i].start -= k;
		r->words.hit[i].end -= k;
	}
}

/* ---- feeding ---- */

char *scan_room(struct scan_run *r, ptrdiff_t *ret_room)
{
	if (!r->room)
		r->room = memory(ROOM);
	r->t = r->room;
	if (ROOM - r->n < ROOM_MIN)
		slide(r);
	*ret_room = ROOM - r->n;
	return (char *)r->room + r->n;
}

void scan_took(struct scan_run *r, ptrdiff_t n)
{
	assert(n >= 0 && n <= ROOM - r->n);
	r->n += n;
	advance(r);
}

void scan_feed(struct scan_run *r, struct str block)
{
	while (block.n > 0) {
		ptrdiff_t room;
		char *p = scan_room(r, &room);
		ptrdiff_t n = MIN(room, block.n);

		memcpy(p, block.p, (size_t)n);
		scan_took(r, n);
		block = str_sub(block, n, block.n);
	}
}

void scan_end(struct scan_run *r)
{
	r->last = true;
	advance(r);
	begin(r);
}

void scan_text(struct scan_run *r, struct str text)
{
	begin(r);
	r->t = (const uint8_t *)text.p;
	r->n = text.n;
	scan_end(r);
}

void scan_place(struct str text, ptrdiff_t offset, int64_t *ret_line, int64_t *ret_column)
{
	ptrdiff_t beg = 0;
	int64_t line = 1;

	offset = MIN(MAX(offset, 0), text.n);
	for (ptrdiff_t i = 0; i < offset; i++)
		if (text.p[i] == '\n')
			line++, beg = i + 1;
	*ret_line = line;
	*ret_column = 1 + count_chars((const uint8_t *)text.p, beg, offset);
}
