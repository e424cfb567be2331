/* engine.c - the window that glides over the text, and the loop that hands marked places to the detectors. */
#include "scan/glance.h"
#include "scan/number_plain.h"
#include "scan/table.h"
#include <assert.h>
#include <stdlib.h>

enum { ROOM = 1 << 18, ROOM_MIN = 1 << 16 };
_Static_assert(SCAN_AHEAD_OF_PART == SCAN_AHEAD + MARKED_AHEAD, "what is fed but not looked at");

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

static look_fn *look_choose(bool wide);

struct scanner *scanner_make(const struct scan_options *o)
{
	struct scanner *s = memory(sizeof *s);

	s->kinds = o->kinds ? o->kinds & SCAN_ALL : SCAN_DEFAULT;
	s->min_score = o->min_score == 0 ? SCAN_SCORE_DEFAULT : o->min_score;
	s->places = !o->no_places;
	s->words = (s->kinds & ~SCAN_NUMBERS & ~SCAN_BIT(SCAN_corporate_number)) != 0;
	s->classify = classify_choose(o->path);
	s->look = look_choose(s->classify->wide);
	s->plainly = o->path != SCAN_PATH_REFERENCE;
	s->sifts = s->plainly && s->min_score > NUMBER_POSTAL_BASE;
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
	return s->classify->name;
}

/* ---- run ---- */

void run_begin(struct scan_run *r)
{
	r->n = r->base = r->at = r->next = r->digits_end = r->han_end = r->kin_end = 0;
	r->last = false;
	r->busy = false;
	r->busy_later = 0;
	r->sifted.to = r->sifted.anew_to = 0;
	r->sifted.stale = MARK_RING + SCAN_BLOCKS;
	r->sifted.clean = r->sifted.lead = 0;
	r->line_beg = r->char_at = r->chunk_end = 0;
	r->marks.carry = (struct carry){ 0 };
	memset(r->marks.made, 0, sizeof r->marks.made);
	r->chars = 0;
	r->table = TABLE_NONE;
	r->head_lines = 0;
	r->quoted = false;
	r->col = r->ncols = 0;
	r->cell_at = r->row_at = 0;
	r->row_kinds = 0;
	r->words = (struct line_words){ 0 };
	r->clean_line = r->clean_from = 0;
	r->clean_to = -1;
}

struct scan_run *scan_run_make(const struct scanner *s, scan_found_fn *found, void *user)
{
	struct scan_run *r = memory(sizeof *r);

	r->s = s;
	r->found = found;
	r->user = user;
	run_begin(r);
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

void marks_make(struct scan_run *r, ptrdiff_t block)
{
	r->s->classify->around(r->t, block, r->n, &r->marks);
	r->marks.made[block / 64 % MARK_RING] = (r->base + block) / 64 + 1;
}

/* Bytes that begin a character, eight at a time. */
static ptrdiff_t WRAPS count_chars(const uint8_t *t, ptrdiff_t from, ptrdiff_t to)
{
	ptrdiff_t n = 0;
	uint64_t x;

	for (; to - from >= 8; from += 8) {
		memcpy(&x, t + from, 8);
		x = (~x >> 7 | x >> 6) & UINT64_C(0x0101010101010101);
		n += (ptrdiff_t)(x * UINT64_C(0x0101010101010101) >> 56);
	}
	for (; from < to; from++)
		n += (t[from] & 0xC0) != 0x80;
	return n;
}

static ALWAYS ptrdiff_t WRAPS chars_between(struct scan_run *r, ptrdiff_t from, ptrdiff_t to)
{
	if (to - from >= 64 || to == from || !marks_around(r, from, to))
		return count_chars(r->t, from, to);
	return to - from - mark_ones(mark_bits(r->marks.goes_on, from) << (64 - (to - from)));
}

/* `row` is where its line begins, or as far as is looked back. Findings come in order: of a line no character is counted twice. */
static ALWAYS void place_of(struct scan_run *r, ptrdiff_t start, ptrdiff_t row, struct scan_finding *f)
{
	ptrdiff_t beg = row > 0 && r->t[row - 1] == '\n' ? row : line_begin(r, start);

	if (r->char_at < beg || r->char_at > start) {
		r->char_at = beg;
		r->chars = 0;
	}
	r->chars += chars_between(r, r->char_at, start);
	r->char_at = start;
	f->line = lines_before(r, start) + 1;
	f->column = r->chars + 1;
}

static ALWAYS void emit_here(struct scan_run *r, enum scan_kind kind, ptrdiff_t start, ptrdiff_t end, int score, ptrdiff_t line)
{
	struct scan_finding f;

	assert(start >= r->next && start < end && end <= r->n);
	r->next = end;
	score = MIN(MAX(score, 0), 100);
	if (score < SCAN_SCORE_DEFAULT && score < r->s->min_score)
		return;                                         /* neither told nor of weight for what stands beside it */
	if (line != r->row_at)
		r->row_kinds = 0;
	r->row_at = line;
	if (score >= SCAN_SCORE_DEFAULT)
		r->row_kinds |= SCAN_BIT(kind);
	if (!(r->s->kinds & SCAN_BIT(kind)) || score < r->s->min_score)
		return;
	f.kind = kind, f.start = r->base + start, f.end = r->base + end, f.score = score;
	if (!r->s->places)
		f.line = f.column = 0;
	else
		place_of(r, start, line, &f);
	r->found(r->user, &f, (struct str){ (const char *)r->t + start, end - start });
}

void emit_on_line(struct scan_run *r, enum scan_kind kind, ptrdiff_t start, ptrdiff_t end, int score, ptrdiff_t line)
{
	emit_here(r, kind, start, end, score, line);
}

void emit(struct scan_run *r, enum scan_kind kind, ptrdiff_t start, ptrdiff_t end, int score)
{
	if (start >= r->next)
		emit_on_line(r, kind, start, end, score, line_to(r, start));
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
	if (b == '\n' && i >= 2 && r->t[i - 1] == '\n' && r->t[i - 2] == '\n')
		return;                                         /* behind one empty line the first cell may still stand, behind two none */
	if (b == '\n')
		next_cell(r, i + 1, 0);
	else if (b == (uint8_t)r->delimiter && r->delimiter)
		next_cell(r, i + 1, MIN(r->col + 1, SCAN_COLUMNS - 1));
}

/* ---- the loop ---- */

static ALWAYS void line_event(struct scan_run *r, ptrdiff_t i)
{
	/* of empty lines the last one counts */
	if (r->table != TABLE_NONE || ((i + 1 >= r->n || r->t[i + 1] != '\n') && table_may_begin(r, i + 1)))
		enter_head(r, i + 1);
}

static void other_event(struct scan_run *r, ptrdiff_t i)
{
	uint8_t b = r->t[i];

	switch (b) {
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

static ALWAYS void event(struct scan_run *r, ptrdiff_t i)
{
	if (r->t[i] == '\n')
		line_event(r, i);
	else
		other_event(r, i);
}

/* The marks that tell about tables, as far as the present state asks for them. */
static uint64_t shape_of(struct scan_run *r, ptrdiff_t beg)
{
	ptrdiff_t slot = beg / 64 % MARK_RING;

	if (r->table != TABLE_BODY)
		return r->table == TABLE_NONE ? 0 : r->marks.line[slot];
	marks_around(r, beg, beg + 1);
	return r->marks.line[slot] | r->marks.cell[slot] | r->marks.quote[slot];
}

/* Of the bits of a block, those of the places from `at` on. */
static uint64_t bits_behind(uint64_t bits, ptrdiff_t beg, ptrdiff_t at)
{
	return at <= beg ? bits : at - beg >= 64 ? 0 : bits & (UINT64_MAX << (at - beg));
}

/* What stands at `at` has been judged: true if the rest of its line must be looked at anew, since beside a date of birth, which a
 * label above may have told, weak numbers are likelier. */
static bool digits_closely(struct scan_run *r, ptrdiff_t at)
{
	number_closely(r, at);
	if (r->next <= at || !(r->row_kinds & SCAN_BIT(SCAN_date_of_birth)))
		return false;
	unsift_line(r, at);
	return true;
}

static ALWAYS bool WRAPS digits_at(struct scan_run *r, ptrdiff_t at, bool plainly)
{
	if (at < r->next || at < r->digits_end || (plainly && number_settled(r, at)))
		return false;
	return digits_closely(r, at);
}

/* Are the marks around the block at hand, and may the masks alone settle a number? */
static ALWAYS bool is_plainly(const struct scan_run *r, ptrdiff_t beg)
{
	return r->s->plainly && beg >= 128 && beg + 128 <= r->chunk_end;
}

/* The events of a block outside of tables when words are not looked for: the usual case by far. Returns the places that are
 * left when a table may begin, or when they must be looked at anew. */
static ALWAYS uint64_t WRAPS plain_block(struct scan_run *r, ptrdiff_t beg)
{
	ptrdiff_t slot = beg / 64 % MARK_RING;
	uint64_t digit = r->marks.digit[slot];
	bool plainly = is_plainly(r, beg);

	for (uint64_t events = r->marks.event[slot] & ~r->sifted.weak[slot]; events; events &= events - 1) {
		int k = __builtin_ctzll(events);
		ptrdiff_t i = beg + k;

		if (digit >> k & 1) {
			if (digits_at(r, i, plainly))
				return ~(events ^ (events - 1));
		} else if (i >= r->next || r->t[i] == '\n') {
			event(r, i);
			if (r->table != TABLE_NONE)
				return ~(events ^ (events - 1));
		}
	}
	return 0;
}

static ALWAYS void WRAPS block(struct scan_run *r, ptrdiff_t beg)
{
	const struct marks *m = &r->marks;
	ptrdiff_t slot = beg / 64 % MARK_RING;
	uint64_t left = r->s->words || r->table != TABLE_NONE ? UINT64_MAX : plain_block(r, beg);
	uint64_t han = r->s->words ? bits_behind(m->han[slot], beg, r->han_end) : 0, capital = r->s->words ? m->capital[slot] : 0;
	uint64_t events = m->event[slot] & ~(r->table == TABLE_NONE ? r->sifted.weak[slot] : 0), any = left ? (events | (han & ~(han << 3)) | capital | shape_of(r, beg)) & left : 0;
	bool plainly = is_plainly(r, beg);

	for (; any; any &= any - 1) {
		int k = __builtin_ctzll(any);
		uint64_t bit = UINT64_C(1) << k;
		ptrdiff_t i = beg + k;
		enum table_state before = r->table;

		if (han & bit) {
			if (i >= r->next && i >= r->han_end && r->s->plainly && han_seen(r, i))
				continue;
			if (i >= r->next)
				han_at(r, i);
			/* what has not been looked at, be it the rest of a run */
			any = (any & ~han) | (bits_behind(han, beg, r->han_end) & ~(bit - 1)) | bit;
			continue;
		}
		if (capital & bit) {
			if (i >= r->next)
				roman_at(r, i);
			continue;
		}
		if (m->digit[slot] & bit) {
			if (digits_at(r, i, plainly))
				any |= m->event[slot] & ~(bit | (bit - 1));
			continue;
		}
		if (before != TABLE_NONE && (shape_of(r, beg) & bit))
			structure(r, i);
		if ((events & bit) && (i >= r->next || r->t[i] == '\n'))
			event(r, i);
		if (r->table != before)
			any |= shape_of(r, beg) & ~(bit | (bit - 1));
	}
}

/* Looks at the blocks up to `to`; `busy_ones` tells which of those from `from` on have events. */
static ALWAYS void look_at(struct scan_run *r, ptrdiff_t from, ptrdiff_t to, uint64_t busy_ones)
{
	for (; r->at < to; r->at = MIN(r->at + 64, to)) {
		if (!r->s->words && r->table == TABLE_NONE && r->at >= r->sifted.anew_to) {
			uint64_t busy = busy_ones >> ((r->at - from) / 64);
			ptrdiff_t next = busy ? r->at + 64 * __builtin_ctzll(busy) : to;

			if (next >= to) {
				r->at = to;
				return;
			}
			r->at = next;
		}
		block(r, r->at);
	}
}

static void look_portable(struct scan_run *r, ptrdiff_t from, ptrdiff_t to, uint64_t busy)
{
	look_at(r, from, to, busy);
}

/* The same with the shifts and counts of newer processors. */
#if defined(__x86_64__)
__attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt"))) static void look_wide(struct scan_run *r, ptrdiff_t from, ptrdiff_t to, uint64_t busy)
{
	look_at(r, from, to, busy);
}

static look_fn *look_choose(bool wide)
{
	return wide ? look_wide : look_portable;
}
#else
static look_fn *look_choose(bool wide)
{
	(void)wide;
	return look_portable;
}
#endif

/* Looks at what has been marked, but for the last blocks, which are left for the next time with what is known of them. */
static void look_over(struct scan_run *r, ptrdiff_t from)
{
	ptrdiff_t to = r->last && r->chunk_end >= r->n ? r->n : MAX(r->chunk_end - MARKED_AHEAD, r->at), began = r->at;
	uint64_t busy = r->chunk_end > from ? r->marks.busy : 0;

	r->s->look(r, began, MIN(from, to), r->busy_later);
	r->s->look(r, from, to, busy);
	if (to >= r->chunk_end)
		r->busy_later = 0;
	else
		r->busy_later = to >= from ? busy >> ((to - from) / 64) : r->busy_later >> ((to - began) / 64) | busy << ((from - to) / 64);
}

/* Of what the marks of the next n bytes take the place of, the beginning of the line that goes on is kept. */
static void forget_marks(struct scan_run *r, ptrdiff_t n)
{
	ptrdiff_t from = marked_from(r), last = mark_last(r->marks.line, MAX(from, 0), from + n);

	if (last >= 0)
		r->line_beg = last + 1;
}

/* Looks at every place whose neighbourhood is in the window. Marks are made some blocks ahead, so that what begins in a block
 * has those of its end and of the lines behind it. */
static void advance(struct scan_run *r)
{
	ptrdiff_t limit = r->last ? r->n : (r->n - SCAN_AHEAD) & ~(ptrdiff_t)63;

	if (r->base + r->at == 0 && r->at < limit && !r->busy) {
		r->busy = true;
		enter_head(r, 0);
	}
	while (r->chunk_end < limit || (r->last && r->at < limit)) {
		ptrdiff_t from = r->chunk_end, n = MIN(limit - from, (ptrdiff_t)SCAN_CHUNK);

		if (n > 0) {
			forget_marks(r, n);
			r->s->classify->places(r->t, from, n, r->n, r->s->words, &r->marks);
			r->chunk_end = from + n;
			if (r->s->sifts)
				sift_lists(r, from);
		}
		look_over(r, from);
	}
}

/* Drops what lies before the neighbourhood of the next place, by whole rings of marks. */
static void slide(struct scan_run *r)
{
	ptrdiff_t k = (r->at - 2 * SCAN_BACK) / (MARK_RING * 64) * (MARK_RING * 64), beg;

	if (k <= 0)
		return;
	beg = k > marked_from(r) ? line_begin(r, k) : r->line_beg;
	if (r->s->places && beg < k) {                          /* the line goes on: count what leaves the window */
		if (r->char_at < beg) {
			r->char_at = beg;
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
	r->kin_end -= k;
	r->line_beg -= k;
	r->chunk_end -= k;
	r->sifted.to -= k;
	r->sifted.anew_to -= k;
	r->char_at -= k;
	r->cell_at -= k;
	r->row_at -= k;
	r->clean_line -= k;
	r->clean_from -= k;
	r->clean_to -= k;
	r->words.line -= k;
	r->words.at -= k;
	r->words.looked -= k;
	r->words.clean_to -= k;
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
	run_begin(r);
}

void scan_text(struct scan_run *r, struct str text)
{
	run_begin(r);
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
