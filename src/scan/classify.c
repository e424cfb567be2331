/* classify.c - the first pass, portable: the classes of eight bytes at a time, turned so that each class is a mask. */
#include "scan/classify.h"

static const uint8_t classes[256] = { CLASS_TABLE };

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
static void masks_of(const uint8_t *p, bool high, uint64_t masks[8])
{
	memset(masks, 0, 8 * sizeof *masks);
	for (int i = 0; i < 8; i++) {
		uint64_t x = 0;

		for (int k = 0; k < 8; k++)
			x |= (uint64_t)(p[i * 8 + k] >> 7 == high ? classes[p[i * 8 + k]] : 0) << (8 * k);
		x = turn(x);
		for (int k = 0; k < 8; k++)
			masks[k] |= (x >> (8 * k) & 0xFF) << (8 * i);
	}
}

static uint64_t high_of(const uint8_t *p)
{
	uint64_t m = 0, x;

	for (int i = 0; i < 8; i++) {
		memcpy(&x, p + i * 8, 8);
		for (int k = 0; (x & UINT64_C(0x8080808080808080)) && k < 8; k++)
			m |= (uint64_t)(p[i * 8 + k] >> 7) << (i * 8 + k);
	}
	return m;
}

#define EACH_BIT(i, mask) for (uint64_t m_ = (mask); m_ && (i = __builtin_ctzll(m_), true); m_ &= m_ - 1)

static struct raw raw_portable(const uint8_t *p, bool words)
{
	struct raw r = { 0 };
	uint64_t m[8];
	int i;

	(void)words;
	masks_of(p, false, m);
	r.digit = m[0], r.at = m[1], r.colon = m[2], r.line = m[3], r.cell = m[4], r.upper = m[5], r.word = m[6], r.cr = m[7];
	r.high = high_of(p);
	if (!r.high)
		return r;
	masks_of(p, true, m);
	r.e4_e5 = m[1], r.han = m[4], r.first = m[5], r.goes_on = m[6];
	EACH_BIT(i, m[0])
		r.zero |= (uint64_t)(p[i + 1] == 0x80 && p[i + 2] == 0x87) << i;
	EACH_BIT(i, m[2])
		r.sei |= (uint64_t)(p[i + 1] == 0x94 && p[i + 2] == 0x9F) << i;
	EACH_BIT(i, m[3]) {
		if (p[i + 1] != 0xBC)
			continue;
		r.wide_digit |= (uint64_t)(p[i + 2] >= 0x90 && p[i + 2] <= 0x99) << i;
		r.wide_sign |= (uint64_t)(p[i + 2] == 0x9A || p[i + 2] == 0xA0) << i;
	}
	return r;
}

static uint64_t kanji_portable(const uint8_t *p)
{
	uint64_t m = 0;

	for (int i = 0; i < 64; i++) {
		uint8_t a = p[i], b = p[i + 1], c = p[i + 2];
		bool like = (a == 0xE4 && b >= 0xB8 && b <= 0xBB) || (a == 0xE5 && (b == 0x85 || b == 0x9B || b == 0xBA));

		m |= (uint64_t)((like && (c & 0xC0) == 0x80) || (a == 0xE3 && b == 0x80 && c == 0x87)) << i;
	}
	return m;
}

void classify_portable(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *ret)
{
	CLASSIFY(t, from, n, end, words, ret, raw_portable, kanji_portable);
}
