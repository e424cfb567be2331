/* check.c - check digits and ranges of the numbers that have them. Digits are given as values or as ASCII. */
#include "scan/check_word.h"
#include "scan/inside.h"

static unsigned value(uint8_t d)
{
	return d & 15u;
}

static unsigned leading(const uint8_t *d, int n)
{
	unsigned v = 0;

	for (int i = 0; i < n; i++)
		v = v * 10 + value(d[i]);
	return v;
}

/* Ordinance 70 of 2014 of the Ministry of Finance, Art. 2: the first digit checks the other twelve. */
bool check_corporate(const uint8_t *d)
{
	unsigned sum = 0;

	for (int n = 1; n <= 12; n++)
		sum += value(d[13 - n]) * (n % 2 ? 1u : 2u);
	return value(d[0]) == 9 - sum % 9;
}

static unsigned digit_sum(unsigned v)
{
	return v > 9 ? v - 9 : v;
}

static bool luhn(const uint8_t *d, int n)
{
	unsigned sum = 0;

	for (int i = 0; i < n; i++)
		sum += (n - i) % 2 ? value(d[i]) : digit_sum(2u * value(d[i]));
	return sum % 10 == 0;
}

static uint64_t eight(const uint8_t *d)
{
	uint64_t x;

	memcpy(&x, d, sizeof x);
	return x;
}

bool check_my_number(const uint8_t *d)
{
	uint32_t last;

	memcpy(&last, d + 8, sizeof last);
	return check_twelve(eight(d), last) & CHECK_MY_NUMBER;
}

bool check_licence(const uint8_t *d)
{
	uint32_t last;

	memcpy(&last, d + 8, sizeof last);
	return check_twelve(eight(d), last) & CHECK_LICENCE;
}

bool check_insurer(const uint8_t *d, int n)
{
	uint8_t padded[8] = { 0 };

	if (n != 8 && n != 6)
		return false;
	memcpy(padded + 8 - n, d, (size_t)n);
	return check_insurer_word(eight(padded));
}

bool check_card(const uint8_t *d, int n)
{
	unsigned v;

	if (n < 13 || n > 19 || !luhn(d, n))
		return false;
	v = leading(d, 4);
	if (v / 1000 == 4)
		return n == 13 || n == 16 || n == 19;
	if ((v >= 5100 && v <= 5599) || (v >= 2221 && v <= 2720))
		return n == 16;
	if (v >= 3528 && v <= 3589)
		return n >= 16;
	if (v / 100 == 34 || v / 100 == 37)
		return n == 15;
	if ((v >= 3000 && v <= 3059) || v == 3095 || v / 100 == 36 || v / 100 == 38 || v / 100 == 39)
		return n == 14 || n == 16;
	if (v == 6011 || v / 100 == 65 || (v >= 6440 && v <= 6499) || v / 100 == 62)
		return n >= 16;
	return false;
}

bool check_ean(const uint8_t *d, int n)
{
	unsigned sum = 0;

	for (int i = 0; i < n; i++)
		sum += value(d[i]) * ((n - 1 - i) % 2 ? 3u : 1u);
	return sum % 10 == 0;
}

/* Area codes with the leading 0, by how many digits they have: two digits are 03, 04, 06 and their like;
 * longer ones are told by prefix. Numbers that only stand in examples (03-1234-5678) count. */
int phone_area(const uint8_t *d, int n)
{
	unsigned three;

	if (n < 10 || value(d[0]) != 0 || value(d[1]) == 0)
		return 0;
	three = value(d[0]) * 100 + value(d[1]) * 10 + value(d[2]);
	if (n == 11)
		return three == 50 || three == 60 || three == 70 || three == 80 || three == 90 ? 3 : 0;
	if (n != 10)
		return 0;
	if (three == 50 || three == 60 || three == 70 || three == 80 || three == 90)
		return 0;
	if (three == 120 || three == 570 || (three == 99 && value(d[3]) == 0))
		return 4;
	if (value(d[1]) == 3 || value(d[1]) == 6)
		return value(d[2]) != 0 ? 2 : 0;
	return value(d[2]) == 0 && value(d[1]) != 2 ? 0 : 3;
}
