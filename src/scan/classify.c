/* classify.c - the first pass, portable: the classes of eight bytes at a time, turned so that each class is a mask. */
#include "scan/classify.h"
#include "scan/number_plain.h"

uint8_t place_classes[256], place_rows[16], place_columns[8][16];

static int place_class(uint8_t b)
{
	bool digit = b >= '0' && b <= '9', upper = b >= 'A' && b <= 'Z', small = b >= 'a' && b <= 'z', opening = b == ' ' || b == '"' || b == '\'';

	return (digit ? PLACE_DIGIT : 0) | (b == '-' ? PLACE_HYPHEN : 0) | (b == '\t' || b == ',' || b == ';' || b == '|' ? PLACE_CELL : 0)
		| (number_neighbours[b] && b != '\n' ? PLACE_BESIDE : 0) | (opening ? PLACE_OPENING : 0) | (!opening && !date_first[b] ? PLACE_UNDATED : 0)
		| (upper ? PLACE_UPPER : 0) | (digit || upper || small || b == '_' ? PLACE_WORD : 0);
}

__attribute__((constructor)) static void fill_places(void)
{
	for (uint8_t b = 1; b < 0x80; b++) {                    /* nothing is said about 0, with which ends are padded */
		place_classes[b] = (uint8_t)place_class(b);
		place_rows[b >> 4] = (uint8_t)(1 << (b >> 4));
		for (int k = 0; k < 8; k++)
			if (place_classes[b] >> k & 1)
				place_columns[k][b & 15] |= (uint8_t)(1 << (b >> 4));
	}
}

/* What else tells places: @ : newline, the quote; 87; 94; 9F; kanji, of them E4-E5; EF. */
const uint8_t place_others[256] = { ['@'] = 1, [':'] = 2, ['\n'] = 4, ['"'] = 1 | 2,
	[0x87] = 8, [0x94] = 16, [0x9F] = 32, [0xE4 ... 0xE5] = 64 | 128, [0xE6 ... 0xE9] = 64, [0xEF] = 128 };

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

/* masks[k] gets the bytes whose class has bit k. */
static void masks_of(const uint8_t of[256], const uint8_t *p, uint64_t masks[8])
{
	memset(masks, 0, 8 * sizeof *masks);
	for (int i = 0; i < 8; i++) {
		uint64_t x = 0;

		for (int k = 0; k < 8; k++)
			x |= (uint64_t)of[p[i * 8 + k]] << (8 * k);
		x = turn(x);
		for (int k = 0; k < 8; k++)
			masks[k] |= (x >> (8 * k) & 0xFF) << (8 * i);
	}
}

/* Bit k of each byte. */
static uint64_t WRAPS bits_of(const uint8_t *p, int k)
{
	uint64_t bits = 0, x;

	for (int i = 0; i < 8; i++) {
		memcpy(&x, p + i * 8, sizeof x);
		bits |= ((x >> k & UINT64_C(0x0101010101010101)) * UINT64_C(0x0102040810204080) >> 56) << (8 * i);
	}
	return bits;
}

static struct raw raw_portable(const uint8_t *p, bool words)
{
	struct raw r = { 0 };
	uint64_t m[8];

	(void)words;
	masks_of(place_classes, p, m);
	r.digit = m[0], r.hyphen = m[1], r.cell = m[2], r.beside = m[3], r.opening = m[4], r.undated = m[5], r.upper = m[6], r.word = m[7];
	masks_of(place_others, p, m);
	r.at = m[0] & ~m[1], r.colon = m[1] & ~m[0], r.line = m[2], r.last_zero = m[3], r.mid_sei = m[4], r.last_sei = m[5];
	r.han = m[6], r.e4_e5 = m[6] & m[7], r.ef = m[7] & ~m[6];
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
	uint64_t m[8], n[8], high = bits_of(p, 7), first = high & bits_of(p, 6);

	masks_of(place_classes, p, m);
	masks_of(place_others, p, n);
	return (struct around){ .quote = n[0] & n[1], .alpha = (m[7] & ~m[0]) | first, .goes_on = high & ~first, .beside = m[3] };
}

static void places_portable(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *ret)
{
	MARK_PLACES(t, from, n, end, words, true, ret, raw_portable, rare_portable);
}

static void places_reference(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *ret)
{
	MARK_PLACES(t, from, n, end, words, false, ret, raw_portable, rare_portable);
}

static void neighbours_portable(const uint8_t *t, ptrdiff_t at, ptrdiff_t end, struct marks *ret)
{
	MARK_AROUND(t, at, end, ret, around_portable);
}

const struct classifier classify_portable = { "portable", places_portable, neighbours_portable, NULL, false };
const struct classifier classify_reference = { "portable", places_reference, neighbours_portable, NULL, false };

const uint8_t *padded(uint8_t *pad, const uint8_t *p, ptrdiff_t n)
{
	memset(pad, 0, BLOCK_PAD);
	memcpy(pad, p, (size_t)MIN(n, 66));
	return pad;
}

#if defined(__x86_64__)
const struct classifier *classify_choose(enum scan_path path)
{
	bool avx512 = __builtin_cpu_supports("gfni") && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vbmi")
		&& __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2");
	bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");

	if (path == SCAN_PATH_REFERENCE)
		return &classify_reference;
	if (avx512 && (path == SCAN_PATH_BEST || path == SCAN_PATH_AVX512))
		return &classify_avx512;
	return avx2 && (path == SCAN_PATH_BEST || path == SCAN_PATH_AVX2) ? &classify_avx2 : &classify_portable;
}
#else
const struct classifier *classify_choose(enum scan_path path)
{
	return path == SCAN_PATH_REFERENCE ? &classify_reference : &classify_portable;
}
#endif
