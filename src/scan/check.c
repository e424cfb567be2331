/* check.c - check digits and ranges of the numbers that have them. Digits are given as values or as ASCII. */
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

/* Ordinance 85 of 2014 of the Ministry of Internal Affairs, Art. 5. */
bool check_my_number(const uint8_t *d)
{
	static const uint8_t w[11] = { 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 };
	unsigned sum = 0;

	for (int i = 0; i < 11; i++)
		sum += (unsigned)w[i] * value(d[i]);
	sum %= 11;
	return value(d[11]) == (sum <= 1 ? 0 : 11 - sum);
}

/* Ordinance 70 of 2014 of the Ministry of Finance, Art. 2: the first digit checks the other twelve. */
bool check_corporate(const uint8_t *d)
{
	unsigned sum = 0;

	for (int n = 1; n <= 12; n++)
		sum += value(d[13 - n]) * (n % 2 ? 1u : 2u);
	return value(d[0]) == 9 - sum % 9;
}

/* No official text says how it is computed; this is the rule generally observed. The first two digits are
 * the prefecture that issued it (10-97), the last counts re-issues. */
bool check_licence(const uint8_t *d)
{
	static const uint8_t w[10] = { 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 };
	unsigned sum = 0, c;

	if (leading(d, 2) < 10 || leading(d, 2) > 97)
		return false;
	for (int i = 0; i < 10; i++)
		sum += (unsigned)w[i] * value(d[i]);
	c = 11 - sum % 11;
	return value(d[10]) == (c == 11 ? 1 : c == 10 ? 0 : c);
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

/* 8 digits: kind of insurance, prefecture, insurer, check; 6 for the national insurance: without the kind. */
bool check_insurer(const uint8_t *d, int n)
{
	int p = n == 8 ? 2 : 0, prefecture;

	if (n != 8 && n != 6)
		return false;
	prefecture = (int)leading(d + p, 2);
	return prefecture >= 1 && prefecture <= 47 && luhn(d, n);
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
	three = leading(d, 3);
	if (n == 11)
		return three == 50 || three == 60 || three == 70 || three == 80 || three == 90 ? 3 : 0;
	if (n != 10)
		return 0;
	if (three == 50 || three == 60 || three == 70 || three == 80 || three == 90)
		return 0;
	if (three == 120 || three == 570 || leading(d, 4) == 990)
		return 4;
	if (value(d[1]) == 3 || value(d[1]) == 6)
		return value(d[2]) != 0 ? 2 : 0;
	return value(d[2]) == 0 && value(d[1]) != 2 ? 0 : 3;
}
