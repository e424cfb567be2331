/* number.h - what the two ways of judging a cluster of digits share. Private to scan/. */
#pragma once
#include "scan/inside.h"

/* The common case settled without gathering: digits, perhaps in groups with hyphens, between commas and their like, that
 * can be nothing, or a telephone number or postal code on a line without words. False: number_closely has to. */
bool number_plain(struct scan_run *r, ptrdiff_t at);
/* The general way: any spelling, any neighbourhood. */
void number_closely(struct scan_run *r, ptrdiff_t at);

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
