/* number.h - what the two ways of judging a cluster of digits share. Private to scan/. */
#pragma once
#include "scan/inside.h"

/* The general way: any spelling, any neighbourhood. */
void number_closely(struct scan_run *r, ptrdiff_t at);

/* Do groups of these lengths (a nibble each, the first the highest) look like a telephone number of n digits? */
bool number_is_phone_grouping(const uint8_t *d, uint32_t lens, int n);
/* A four-digit year people are born in, or today's; digits as values or as ASCII. */
static inline bool number_is_year(const uint8_t *d)
{
	int y = (d[0] & 15) * 1000 + (d[1] & 15) * 100 + (d[2] & 15) * 10 + (d[3] & 15);

	return y >= 1868 && y <= 2100;
}
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
