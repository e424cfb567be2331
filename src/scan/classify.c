/* classify.c - the first pass, portable: the classes of eight bytes at a time, turned so that each class is a mask. */
#include "scan/classify.h"

static const uint8_t classes[256] = { CLASS_TABLE };
/* What tells places: of ASCII bytes one bit each for digits @ : newline, signs that divide cells, capitals, letters, hyphen; of the others 87, E4-E5, 94, EF, kanji, 9F. */
static const uint8_t places[256] = { ['0' ... '9'] = 1 | 64, ['@'] = 2, [':'] = 4, ['\n'] = 8, ['-'] = 128, ['\t'] = 16, [','] = 16, [';'] = 16, ['|'] = 16,
	['A' ... 'Z'] = 32 | 64, ['_'] = 64, ['a' ... 'z'] = 64,
	[0x87] = 1, [0x94] = 4, [0x9F] = 32, [0xE4 ... 0xE5] = 2 | 16, [0xE6 ... 0xE9] = 16, [0xEF] = 8 };

/* Eight rows of eight bits turned into eight columns. */
static uint64_t WRAPS turn(uint64_t x)
{
	uint64_t t = (x ^ x >> 7) & UINT64_C(0x00AA00AA00AA00AA);

	x ^= t ^ t << 7;
	t = (x ^ x >> 14) & UINT64_C(0x0000CCCC0000CCCC);
	x ^= t ^ t << 14;
	t = (x ^ x >> 28) & UINT64_C(0x00000000F0F0F0F0);
	return x ^ t ^ t << 28;
}

/* masks[k] gets the bytes whose class has bit k, of those that are ASCII or of those that are not. */
static void masks_of(const uint8_t of[256], const uint8_t *p, bool high, uint64_t masks[8])
{
	memset(masks, 0, 8 * sizeof *masks);
	for (int i = 0; i < 8; i++) {
		uint64_t x = 0;

		for (int k = 0; k < 8; k++)
			x |= (uint64_t)(p[i * 8 + k] >> 7 == high ? of[p[i * 8 + k]] : 0) << (8 * k);
		x = turn(x);
		for (int k = 0; k < 8; k++)
			masks[k] |= (x >> (8 * k) & 0xFF) << (8 * i);
	}
}

static struct raw raw_portable(const uint8_t *p, bool words)
{
	struct raw r = { 0 };
	uint64_t m[8];

	(void)words;
	masks_of(places, p, false, m);
	r.digit = m[0], r.at = m[1], r.colon = m[2], r.line = m[3], r.cell = m[4], r.upper = m[5], r.word = m[6], r.hyphen = m[7];
	masks_of(places, p, true, m);
	r.e4_e5 = m[1], r.ef = m[3], r.han = m[4], r.last_zero = m[0], r.mid_sei = m[2], r.last_sei = m[5];
	return r;
}

static struct rare rare_portable(const uint8_t *p)
{
	struct rare r = { 0 };

	for (int i = 0; i < 64; i++) {
		uint8_t a = p[i], b = p[i + 1], c = p[i + 2];
		bool wide = a == 0xEF && b == 0xBC, like = (a == 0xE4 && b >= 0xB8 && b <= 0xBB) || (a == 0xE5 && (b == 0x85 || b == 0x9B || b == 0xBA));

		r.wide_digit |= (uint64_t)(wide && c >= 0x90 && c <= 0x99) << i;
		r.wide_sign |= (uint64_t)(wide && (c == 0x9A || c == 0xA0)) << i;
		r.kanji_digit |= (uint64_t)((like && (c & 0xC0) == 0x80) || (a == 0xE3 && b == 0x80 && c == 0x87)) << i;
	}
	return r;
}

static struct around around_portable(const uint8_t *p)
{
	uint64_t low[8], high[8];

	masks_of(classes, p, false, low);
	masks_of(classes, p, true, high);
	return (struct around){ .quote = low[2], .alpha = (low[3] & ~low[0]) | high[5], .goes_on = high[6] };
}

static void places_portable(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *ret)
{
	MARK_PLACES(t, from, n, end, words, ret, raw_portable, rare_portable);
}

static void neighbours_portable(const uint8_t *t, ptrdiff_t at, ptrdiff_t end, struct marks *ret)
{
	MARK_AROUND(t, at, end, ret, around_portable);
}

const struct classifier classify_portable = { "portable", places_portable, neighbours_portable, false };

const uint8_t *padded(uint8_t *pad, const uint8_t *p, ptrdiff_t n)
{
	memset(pad, 0, BLOCK_PAD);
	memcpy(pad, p, (size_t)MIN(n, 66));
	return pad;
}
