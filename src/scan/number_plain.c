/* number_plain.c - what plain numbers need but once: tables, and neighbours that ask for a closer look. */
#include "scan/number_plain.h"

const uint8_t number_neighbours[256] = { ['A' ... 'Z'] = NUMBER_LETTER, ['a' ... 'z'] = NUMBER_LETTER,
	[','] = NUMBER_PLAIN, ['\t'] = NUMBER_PLAIN, [';'] = NUMBER_PLAIN, ['|'] = NUMBER_PLAIN, ['"'] = NUMBER_PLAIN, ['\n'] = NUMBER_PLAIN,
	[':'] = NUMBER_PLAIN, ['['] = NUMBER_PLAIN, [']'] = NUMBER_PLAIN, ['<'] = NUMBER_PLAIN, ['>'] = NUMBER_PLAIN, ['\''] = NUMBER_PLAIN,
	['{'] = NUMBER_PLAIN, ['}'] = NUMBER_PLAIN };

static bool is_plain(uint8_t b)
{
	return number_neighbours[b] == NUMBER_PLAIN;
}

static bool is_digit(uint8_t b)
{
	return (uint8_t)(b - '0') < 10;
}

static bool letter(uint8_t b)
{
	return number_neighbours[b] == NUMBER_LETTER;
}

uint8_t number_phone_forms[100];

/* What decides is told by number_is_phone_grouping() and phone_area(); the fourth digit says nothing here. */
__attribute__((constructor)) static void fill_phone_forms(void)
{
	static const struct { uint32_t lens; int n; uint8_t bit; } forms[] = { { 0x244, 10, PHONE_244 }, { 0x424, 10, PHONE_424 }, { 0x334, 10, PHONE_334 },
		{ 0x514, 10, PHONE_514 }, { 0x344, 11, PHONE_344 } };

	for (int k = 0; k < 100; k++)
		for (ptrdiff_t i = 0; i < COUNT(forms); i++)
			if (phone_area((uint8_t []){ 0, (uint8_t)(k / 10), (uint8_t)(k % 10), 1 }, forms[i].n)
					&& number_is_phone_grouping((uint8_t []){ 0, (uint8_t)(k / 10), (uint8_t)(k % 10), 1 }, forms[i].lens, forms[i].n))
				number_phone_forms[k] |= forms[i].bit;
}

/* ---- where it begins and ends ---- */

static bool is_day(int len, uint64_t hyphens)
{
	return len == 10 && hyphens == (1 << 4 | 1 << 7);
}

/* May the number end here? Of a short one nothing comes but a date; a space must not lead to more digits. */
static bool ends_behind(const uint8_t *p, int len, uint64_t hyphens)
{
	if (is_plain(p[0]))
		return true;
	if (p[0] != ' ')
		return len < 6 && !hyphens && letter(p[0]);
	if (letter(p[1]) || is_plain(p[1]))
		return p[1] != '\n' && (len < 6 || hyphens);
	return is_day(len, hyphens) && is_digit(p[1]) && is_digit(p[2]) && p[3] == ':';           /* 2026-11-20 10:15 */
}

/* ...and begin there? item-12345 and the like only when they are short. */
static bool begins_before(const uint8_t *t, ptrdiff_t start, int len, uint64_t hyphens)
{
	const uint8_t *p = t + start;
	int sign;

	if (p[-1] == '\n')                                   /* a line that ends in a hyphen goes on here */
		return p[-2] < 0x80 ? p[-2] != '-' && p[-2] != '\r' : sign_before(t, start - 1, start - 8, false, &sign) == SIGN_NONE;
	if (is_plain(p[-1]))
		return true;
	if (len - (hyphens != 0) >= 6 && !is_day(len, hyphens))
		return false;
	return letter(p[-1]) ? len < 6 : (p[-1] == '-' || p[-1] == ' ') && (letter(p[-2]) || (is_plain(p[-2]) && p[-2] != '\n'));
}

bool number_stands_apart(const struct scan_run *r, ptrdiff_t start, ptrdiff_t end, uint64_t hyphens)
{
	int len = (int)(end - start);

	return ends_behind(r->t + end, len, hyphens) && begins_before(r->t, start, len, hyphens);
}
