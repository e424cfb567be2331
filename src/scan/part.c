/* part.c - a run that begins in the middle of a text, and whether it knows what the run before it knows. */
#include "scan/inside.h"
#include <stdlib.h>

/* Places as offsets of the whole text; what lies too far back to matter is FAR. */
struct scan_state {
	ptrdiff_t at, next, digits_end, han_end, line_beg, cell_at, row_at;
	int64_t   line;
	uint32_t  row_kinds;
	enum table_state table;
	int       head_lines, col, ncols;
	char      delimiter;
	bool      quoted;
	uint32_t  col_kinds[SCAN_COLUMNS];
	struct line_words words;
};

static const ptrdiff_t FAR = -1;

struct scan_state *scan_state_make(void)
{
	struct scan_state *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	return s;
}

void scan_state_free(struct scan_state *s)
{
	if (!s)
		return;
	wipe(s, sizeof *s);
	free(s);
}

void scan_state_copy(const struct scan_state *from, struct scan_state *to)
{
	*to = *from;
}

/* Nothing looks back farther than this. */
static ptrdiff_t near_or_far(const struct scan_run *r, ptrdiff_t place)
{
	return place < r->at - 2 * SCAN_BACK ? FAR : r->base + place;
}

static void words_of(const struct scan_run *r, struct line_words *ret)
{
	const struct line_words *w = &r->words;

	*ret = (struct line_words){ .at = near_or_far(r, w->at) };
	if (ret->at == FAR)
		return;                                         /* asked so long ago that the next place begins afresh */
	ret->line = r->base + w->line;
	ret->looked = near_or_far(r, w->looked);
	ret->clean_to = near_or_far(r, w->clean_to);
	ret->n = MIN(w->n, LINE_WORDS);
	for (int i = 0; i < ret->n; i++) {
		const struct word_hit *hit = &w->hit[(w->n - ret->n + i) % LINE_WORDS];

		ret->hit[i] = (struct word_hit){ near_or_far(r, hit->start), near_or_far(r, hit->end), hit->kinds };
	}
}

void scan_state_of(const struct scan_run *r, struct scan_state *ret)
{
	bool row = r->row_at >= r->at - 2 * SCAN_BACK || r->row_at == r->words.line;

	*ret = (struct scan_state){
		.at = r->base + r->at, .next = near_or_far(r, r->next), .digits_end = near_or_far(r, r->digits_end), .han_end = near_or_far(r, r->han_end),
		.line_beg = r->base + line_begin(r, r->at), .line = lines_before(r, r->at),
		.row_at = row ? r->base + r->row_at : FAR, .row_kinds = row ? r->row_kinds : 0, .table = r->table,
	};
	if (r->table == TABLE_HEAD)
		ret->head_lines = r->head_lines;
	if (r->table == TABLE_BODY) {
		ret->cell_at = near_or_far(r, r->cell_at);
		ret->col = r->col;
		ret->ncols = r->ncols;
		ret->delimiter = r->delimiter;
		ret->quoted = r->quoted;
		memcpy(ret->col_kinds, r->col_kinds, sizeof *ret->col_kinds * (size_t)r->ncols);
	}
	words_of(r, &ret->words);
}

void scan_begin_at(struct scan_run *r, ptrdiff_t at, const struct scan_state *guess)
{
	run_begin(r);
	if (at == 0)
		return;
	r->base = at;
	r->busy = true;
	if (!guess || guess->table != TABLE_BODY)
		return;
	r->table = TABLE_BODY;
	r->delimiter = guess->delimiter;
	r->ncols = guess->ncols;
	r->col = SCAN_COLUMNS - 1;                              /* it may be any, until a line begins */
	memcpy(r->col_kinds, guess->col_kinds, sizeof guess->col_kinds);
}

bool scan_states_meet(const struct scan_state *a, const struct scan_state *b, int64_t *ret_lines)
{
	const struct line_words *v = &a->words, *w = &b->words;

	if (a->at != b->at || a->next != b->next || a->digits_end != b->digits_end || a->han_end != b->han_end || a->line_beg != b->line_beg
			|| a->row_at != b->row_at || a->row_kinds != b->row_kinds)
		return false;
	if (a->table != b->table || a->head_lines != b->head_lines || a->cell_at != b->cell_at || a->col != b->col || a->ncols != b->ncols
			|| a->delimiter != b->delimiter || a->quoted != b->quoted || memcmp(a->col_kinds, b->col_kinds, sizeof a->col_kinds) != 0)
		return false;
	if (v->at != w->at || v->line != w->line || v->looked != w->looked || v->clean_to != w->clean_to || v->n != w->n)
		return false;
	for (int i = 0; i < v->n; i++)
		if (v->hit[i].start != w->hit[i].start || v->hit[i].end != w->hit[i].end || v->hit[i].kinds != w->hit[i].kinds)
			return false;
	*ret_lines = a->line - b->line;
	return true;
}
