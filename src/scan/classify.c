/* classify.c - the first pass, portable: one bit per byte for the places worth a second look. */
#include "scan/inside.h"

enum { BIT_DIGIT = 1, BIT_AT = 2, BIT_COLON = 4, BIT_LINE = 8, BIT_CELL = 16, BIT_HAN = 32, BIT_UPPER = 64, BIT_ALNUM = 128 };

struct classes { uint8_t of[256]; };
static const struct classes classes = { {
	['0' ... '9'] = BIT_DIGIT | BIT_ALNUM, ['A' ... 'Z'] = BIT_UPPER | BIT_ALNUM, ['a' ... 'z'] = BIT_ALNUM, ['_'] = BIT_ALNUM,
	['@'] = BIT_AT, [':'] = BIT_COLON, ['\n'] = BIT_LINE,
	['\t'] = BIT_CELL, [','] = BIT_CELL, [';'] = BIT_CELL, ['|'] = BIT_CELL, ['"'] = BIT_CELL,
	[0xE4 ... 0xE9] = BIT_HAN,
} };

static uint8_t byte_at(const uint8_t *t, ptrdiff_t i)
{
	return i < 0 ? 0 : t[i];
}

/* A third byte of a full-width digit ends at i. */
static bool wide_digit(const uint8_t *t, ptrdiff_t i)
{
	return i >= 2 && t[i] >= 0x90 && t[i] <= 0x99 && t[i - 1] == 0xBC && t[i - 2] == 0xEF;
}

/* A three-byte character from the neighbourhood of the kanji digits ends at i; the second pass looks closer. */
static bool kanji_digit_like(const uint8_t *t, ptrdiff_t i)
{
	uint8_t a, b;

	if (i < 2 || (t[i] & 0xC0) != 0x80)
		return false;
	a = t[i - 2], b = t[i - 1];
	return (a == 0xE4 && (b >= 0xB8 && b <= 0xBB)) || (a == 0xE5 && (b == 0x85 || b == 0x9B || b == 0xBA))
		|| (a == 0xE3 && b == 0x80 && t[i] == 0x87);
}

static bool run_of_four(bool (*is)(const uint8_t *, ptrdiff_t), const uint8_t *t, ptrdiff_t i)
{
	return is(t, i) && is(t, i - 3) && is(t, i - 6) && is(t, i - 9) && !is(t, i - 12);
}

static bool digit_event(const uint8_t *t, ptrdiff_t i)
{
	for (int k = 1; k < 4; k++)
		if (!(classes.of[byte_at(t, i - k)] & BIT_DIGIT))
			return false;
	return !(classes.of[byte_at(t, i - 4)] & BIT_DIGIT);
}

static bool empty_line(const uint8_t *t, ptrdiff_t i)
{
	return byte_at(t, i - 1) == '\n' || (byte_at(t, i - 1) == '\r' && byte_at(t, i - 2) == '\n');
}

static bool event(const uint8_t *t, ptrdiff_t i)
{
	uint8_t c = classes.of[t[i]];

	if (t[i] < 0x80) {
		if (c & BIT_DIGIT)
			return digit_event(t, i);
		if (c & BIT_COLON)
			return !(classes.of[byte_at(t, i - 1)] & BIT_DIGIT);
		return (c & BIT_AT) || ((c & BIT_LINE) && empty_line(t, i));
	}
	if (t[i] >= 0xC0)
		return false;
	if (i >= 2 && t[i - 2] == 0xEF && t[i - 1] == 0xBC && (t[i] == 0x9A || t[i] == 0xA0))
		return true;                                    /* ： ＠ */
	if (i >= 2 && t[i - 2] == 0xE7 && t[i - 1] == 0x94 && t[i] == 0x9F)
		return true;                                    /* 生 */
	return run_of_four(wide_digit, t, i) || run_of_four(kanji_digit_like, t, i);
}

void classify_portable(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, struct marks *ret)
{
	(void)end;
	for (ptrdiff_t b = 0; b < (n + 63) / 64; b++) {
		uint64_t e = 0, w = 0, l = 0, c = 0;
		ptrdiff_t beg = from + b * 64, stop = MIN(beg + 64, from + n);

		for (ptrdiff_t i = beg; i < stop; i++) {
			uint64_t bit = UINT64_C(1) << (i - beg);
			uint8_t k = classes.of[t[i]];

			if (event(t, i))
				e |= bit;
			if ((k & BIT_HAN) || ((k & BIT_UPPER) && !(classes.of[byte_at(t, i - 1)] & BIT_ALNUM)))
				w |= bit;
			if (k & BIT_LINE)
				l |= bit;
			if (k & BIT_CELL)
				c |= bit;
		}
		ret->event[b] = e;
		ret->word[b] = w;
		ret->line[b] = l;
		ret->cell[b] = c;
	}
}
