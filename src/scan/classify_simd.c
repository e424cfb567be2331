/* classify_simd.c - the first pass with AVX2 or AVX-512, chosen at run time; the same marks as the portable one. */
#include "scan/classify.h"

#if defined(__x86_64__)
#include <immintrin.h>

/* For both widths; EQ(k, x) compares the bytes k behind the first of a character. */
#define RARE()                                                                                                                     \
	((struct rare){                                                                                                                \
		.wide_digit = EQ(0, 0xEF) & EQ(1, 0xBC) & RANGE(2, 0x90, 0x99), .wide_sign = EQ(0, 0xEF) & EQ(1, 0xBC) & (EQ(2, 0x9A) | EQ(2, 0xA0)), \
		.kanji_digit = (((EQ(0, 0xE4) & RANGE(1, 0xB8, 0xBB)) | (EQ(0, 0xE5) & (EQ(1, 0x85) | EQ(1, 0x9B) | EQ(1, 0xBA)))) & RANGE(2, 0x80, 0xBF)) \
			| EQ3(0xE3, 0x80, 0x87) })

/* ---- AVX-512 ---- */

#define WITH_AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi,bmi,bmi2,lzcnt,popcnt")))
#define AT(k)            _mm512_loadu_si512((const void *)(p + (k)))
#define ALL(x)           _mm512_set1_epi8((char)(x))
#define EQ(k, x)         _mm512_cmpeq_epi8_mask(AT(k), ALL(x))
#define EQ3(x, y, z)     _mm512_mask_cmpeq_epi8_mask(_mm512_mask_cmpeq_epi8_mask(EQ(0, x), AT(1), ALL(y)), AT(2), ALL(z))
#define RANGE(k, lo, hi) _mm512_cmple_epu8_mask(_mm512_sub_epi8(AT(k), ALL(lo)), ALL((hi) - (lo)))
#define HAS(class)       _mm512_test_epi8_mask(k, ALL(class))

static const uint8_t classes[256] __attribute__((aligned(64))) = { CLASS_TABLE };

WITH_AVX512 static ALWAYS struct raw raw_avx512(const uint8_t *p, bool words)
{
	__m512i v = AT(0);
	struct raw r = { 0 };

	r.digit = RANGE(0, '0', '9'), r.hyphen = EQ(0, '-'), r.at = EQ(0, '@'), r.colon = EQ(0, ':'), r.line = EQ(0, '\n'), r.cr = EQ(0, '\r');
	if (words) {
		r.upper = RANGE(0, 'A', 'Z');
		r.word = r.digit | EQ(0, '_') | _mm512_cmple_epu8_mask(_mm512_sub_epi8(_mm512_or_si512(v, ALL(32)), ALL('a')), ALL('z' - 'a'));
		r.han = RANGE(0, 0xE4, 0xE9);
	}
	r.ef = EQ(0, 0xEF), r.e4_e5 = _mm512_cmpeq_epi8_mask(_mm512_and_si512(v, ALL(0xFE)), ALL(0xE4));
	r.zero = EQ3(0xE3, 0x80, 0x87), r.sei = EQ3(0xE7, 0x94, 0x9F);
	return r;
}

/* One look-up gives the class of every byte of ASCII. */
WITH_AVX512 static ALWAYS struct around around_avx512(const uint8_t *p)
{
	const __m512i *table = (const __m512i *)(const void *)classes;
	__m512i v = AT(0), k = _mm512_permutex2var_epi8(_mm512_load_si512(table), v, _mm512_load_si512(table + 1));
	uint64_t high = _mm512_movepi8_mask(v), first = _mm512_cmpge_epu8_mask(v, ALL(0xC0));

	return (struct around){ .cell = HAS(CLASS_CELL) & ~high, .quote = HAS(CLASS_QUOTE) & ~high,
		.alpha = (HAS(CLASS_WORD) & ~HAS(CLASS_DIGIT) & ~high) | first, .goes_on = high & ~first };
}

WITH_AVX512 static __attribute__((noinline)) struct rare rare_avx512(const uint8_t *p)
{
	return RARE();
}

WITH_AVX512 static void places_avx512(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *ret)
{
	if (words)
		MARK_PLACES(t, from, n, end, true, ret, raw_avx512, rare_avx512);
	else
		MARK_PLACES(t, from, n, end, false, ret, raw_avx512, rare_avx512);
}

WITH_AVX512 static void neighbours_avx512(const uint8_t *t, ptrdiff_t at, ptrdiff_t end, struct marks *ret)
{
	MARK_AROUND(t, at, end, ret, around_avx512);
}
#undef AT
#undef ALL
#undef EQ
#undef EQ3
#undef RANGE
#undef HAS

/* ---- AVX2: two halves ---- */

#define WITH_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#define AT(k)            _mm256_loadu_si256((const __m256i *)(const void *)(p + (k)))
#define ALL(x)           _mm256_set1_epi8((char)(x))
#define HALVES(a, b)     ((uint64_t)(uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32)
#define EQ_HALF(k, x)    _mm256_cmpeq_epi8(AT(k), ALL(x))
#define EQ(k, x)         HALVES(EQ_HALF(k, x), EQ_HALF((k) + 32, x))
#define EQ3(x, y, z)     HALVES(three(p, (char)(x), (char)(y), (char)(z)), three(p + 32, (char)(x), (char)(y), (char)(z)))
#define RANGE(k, lo, hi) HALVES(between(AT(k), (char)(lo), (char)((hi) - (lo))), between(AT((k) + 32), (char)(lo), (char)((hi) - (lo))))

WITH_AVX2 static ALWAYS __m256i between(__m256i v, char lo, char span)
{
	__m256i x = _mm256_sub_epi8(v, _mm256_set1_epi8(lo));

	return _mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8(span)), x);
}

WITH_AVX2 static ALWAYS __m256i three(const uint8_t *p, char x, char y, char z)
{
	return _mm256_and_si256(EQ_HALF(0, x), _mm256_and_si256(EQ_HALF(1, y), EQ_HALF(2, z)));
}

/* The signs that divide cells. */
WITH_AVX2 static ALWAYS __m256i cells_half(const uint8_t *p)
{
	return _mm256_or_si256(_mm256_or_si256(EQ_HALF(0, '\t'), EQ_HALF(0, ',')), _mm256_or_si256(EQ_HALF(0, ';'), EQ_HALF(0, '|')));
}

/* Letters of either case, and '_'. */
WITH_AVX2 static ALWAYS __m256i letters_half(const uint8_t *p)
{
	return _mm256_or_si256(between(_mm256_or_si256(AT(0), ALL(32)), 'a', 'z' - 'a'), EQ_HALF(0, '_'));
}

WITH_AVX2 static ALWAYS struct raw raw_avx2(const uint8_t *p, bool words)
{
	struct raw r = { 0 };

	r.digit = RANGE(0, '0', '9'), r.hyphen = EQ(0, '-'), r.at = EQ(0, '@'), r.colon = EQ(0, ':'), r.line = EQ(0, '\n'), r.cr = EQ(0, '\r');
	if (words) {
		r.upper = RANGE(0, 'A', 'Z');
		r.word = r.digit | HALVES(letters_half(p), letters_half(p + 32));
		r.han = RANGE(0, 0xE4, 0xE9);
	}
	if (HALVES(AT(0), AT(32))) {
		r.ef = EQ(0, 0xEF), r.e4_e5 = RANGE(0, 0xE4, 0xE5);
		r.zero = EQ3(0xE3, 0x80, 0x87), r.sei = EQ3(0xE7, 0x94, 0x9F);
	}
	return r;
}

WITH_AVX2 static ALWAYS struct around around_avx2(const uint8_t *p)
{
	uint64_t high = HALVES(AT(0), AT(32)), first = RANGE(0, 0xC0, 0xFF);

	return (struct around){ .cell = HALVES(cells_half(p), cells_half(p + 32)), .quote = EQ(0, '"'),
		.alpha = (HALVES(letters_half(p), letters_half(p + 32)) & ~high) | first, .goes_on = high & ~first };
}

WITH_AVX2 static __attribute__((noinline)) struct rare rare_avx2(const uint8_t *p)
{
	return RARE();
}

WITH_AVX2 static void places_avx2(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *ret)
{
	if (words)
		MARK_PLACES(t, from, n, end, true, ret, raw_avx2, rare_avx2);
	else
		MARK_PLACES(t, from, n, end, false, ret, raw_avx2, rare_avx2);
}

WITH_AVX2 static void neighbours_avx2(const uint8_t *t, ptrdiff_t at, ptrdiff_t end, struct marks *ret)
{
	MARK_AROUND(t, at, end, ret, around_avx2);
}
#undef EQ
#undef EQ3
#undef RANGE

static const struct classifier wide = { "avx512", places_avx512, neighbours_avx512 }, half = { "avx2", places_avx2, neighbours_avx2 };

const struct classifier *classify_choose(enum scan_path path)
{
	bool avx512 = __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2");
	bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");

	if (avx512 && (path == SCAN_PATH_BEST || path == SCAN_PATH_AVX512))
		return &wide;
	return avx2 && (path == SCAN_PATH_BEST || path == SCAN_PATH_AVX2) ? &half : &classify_portable;
}

#else

const struct classifier *classify_choose(enum scan_path path)
{
	(void)path;
	return &classify_portable;
}

#endif
