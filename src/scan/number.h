/* number.h - what the two ways of judging a cluster of digits share. Private to scan/. */
#pragma once
#include "scan/inside.h"

/* The general way: any spelling, any neighbourhood. */
void number_closely(struct scan_run *r, ptrdiff_t at);

/* ---- the common case, told by the masks alone ----
 *
 * A token is digits, perhaps with hyphens between them, within a block or a little beyond. What it can be is told by its
 * length and by where its hyphens are; each form has a judge. */
enum { NUMBER_LETTER = 1, NUMBER_PLAIN = 2 };
/* Letters, and the signs that end a number and say nothing about it. */
extern const uint8_t number_neighbours[256];

/* A run of four or five digits, `at` the fourth, with nothing beside it that could join it to more: a year, a count. */
static inline bool number_is_short(const struct scan_run *r, ptrdiff_t at)
{
	const uint8_t *b = r->t + at - 4, *a = r->t + at + 1;

	if (at < 8 || at + 8 > r->n)
		return false;
	if ((uint8_t)(*a - '0') < 10 && (uint8_t)(*++a - '0') < 10)
		return false;
	a += *a == ' ';
	b -= *b == ' ';
	return number_neighbours[*a] && *a != '\n' && number_neighbours[*b] && *b != '\n';
}

/* Judges what stands at [start, end), on whose left and right nothing goes on; false: number_closely has to. */
typedef bool number_judge_fn(struct scan_run *r, ptrdiff_t start, ptrdiff_t end);
/* By length, for digits alone; and for two hyphens by length and the places of both. */
enum { NUMBER_LONE_MAX = 40, NUMBER_GROUPED_MAX = 13 };
extern number_judge_fn *const number_lone[NUMBER_LONE_MAX];
number_judge_fn number_grouped;
/* For neighbours that need a closer look. */
bool number_stands_apart(const struct scan_run *r, ptrdiff_t start, ptrdiff_t end, uint64_t hyphens);

/* Bytes of tokens, of a block and of those beside it; made when the first of them is asked for. */
enum tokens_state { TOKENS_UNKNOWN, TOKENS_MADE, TOKENS_BEYOND };          /* BEYOND: the marks do not reach far enough */
struct tokens { enum tokens_state state; uint64_t before, here, behind; };

static ALWAYS enum tokens_state WRAPS number_tokens(const struct scan_run *r, ptrdiff_t beg, struct tokens *ret)
{
	const uint64_t *digit = r->marks.digit, *hyphen = r->marks.hyphen;
	size_t b = mark_slot(beg - 64), h = mark_slot(beg), a = mark_slot(beg + 64);

	if (beg < 128 || beg + 128 > r->chunk_end)
		return TOKENS_BEYOND;
	ret->before = digit[b] | (hyphen[b] & digit[b] << 1 & (digit[b] >> 1 | digit[h] << 63));
	ret->here = digit[h] | (hyphen[h] & (digit[h] << 1 | digit[b] >> 63) & (digit[h] >> 1 | digit[a] << 63));
	ret->behind = digit[a] | (hyphen[a] & (digit[a] << 1 | digit[h] >> 63) & digit[a] >> 1);
	return TOKENS_MADE;
}

/* Settles the token around the digit at place k of the block, if it can be. */
static ALWAYS bool WRAPS number_settled(struct scan_run *r, const struct tokens *m, ptrdiff_t beg, int k)
{
	uint64_t left = ~m->here & ((UINT64_C(1) << k) - 1), right = ~m->here >> k, hyphens;
	int first = left ? 64 - __builtin_clzll(left) : ~m->before ? -__builtin_clzll(~m->before) : -64;
	int end = right ? k + __builtin_ctzll(right) : ~m->behind ? 64 + __builtin_ctzll(~m->behind) : 128, len = end - first;
	ptrdiff_t start = beg + first;
	uint8_t b, a;
	bool settled;

	if (len >= NUMBER_LONE_MAX || start <= r->next)
		return false;
	b = r->t[start - 1];
	a = r->t[beg + end];
	hyphens = mark_bits(r->marks.hyphen, start) & ((UINT64_C(1) << len) - 1);
	if (!(number_neighbours[a] == NUMBER_PLAIN && number_neighbours[b] == NUMBER_PLAIN && b != '\n') && !number_stands_apart(r, start, beg + end, hyphens))
		return false;
	settled = !hyphens ? number_lone[len](r, start, beg + end) : len <= 6 || (len <= NUMBER_GROUPED_MAX && number_grouped(r, start, beg + end));
	if (settled)
		r->digits_end = beg + end;
	return settled;
}

/* Do groups of these lengths (a nibble each, the first the highest) look like a telephone number of n digits? */
bool number_is_phone_grouping(const uint8_t *d, uint32_t lens, int n);
/* A four-digit year people are born in, or today's; digits as values or as ASCII. */
bool number_is_year(const uint8_t *d);
/* What a telephone number scores by its grouping alone, joined by hyphens. */
static inline int number_phone_base(int n)
{
	return n == 11 ? 82 : 72;
}
/* What others score by their form and check digit: a postal code of three digits, a hyphen and four, without a mark and
 * without a town behind it; the rest in one group of digits. */
enum { NUMBER_POSTAL_BASE = 40, NUMBER_MY_BASE = 35, NUMBER_MY_DATE_BASE = 10, NUMBER_LICENCE_BASE = 20, NUMBER_INSURER_BASE = 5 };
/* Do eight digits look like a date of our time? Digits as values or as ASCII. */
bool number_is_date(const uint8_t *d);
/* Kinds that stand together in a row make each other likelier. */
int  number_row_bonus(uint32_t row);
