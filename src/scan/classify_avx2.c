/* classify_avx2.c - the first pass with AVX2, a block in two halves; the same marks as the portable one. */
#include "scan/classify.h"

#if defined(__x86_64__)
#include <immintrin.h>

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

#define TABLE(x) _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)(x)))

/* The bytes that are of no class of that column; a shuffle gives 0 beyond ASCII. */
WITH_AVX2 static ALWAYS uint32_t none_of(__m256i v, __m256i row, const uint8_t column[16])
{
	return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_and_si256(_mm256_shuffle_epi8(TABLE(column), v), row), _mm256_setzero_si256()));
}

/* Letters of either case, and '_'. */
WITH_AVX2 static ALWAYS __m256i letters_half(const uint8_t *p)
{
	return _mm256_or_si256(between(_mm256_or_si256(AT(0), ALL(32)), 'a', 'z' - 'a'), EQ_HALF(0, '_'));
}

/* The column in which the upper half of each byte stands. */
WITH_AVX2 static ALWAYS __m256i rows_of(__m256i v)
{
	return _mm256_shuffle_epi8(TABLE(place_rows), _mm256_and_si256(_mm256_srli_epi16(v, 4), ALL(15)));
}

#define OF(class) ~((uint64_t)none_of(a, row_a, place_columns[__builtin_ctz(class)]) | (uint64_t)none_of(b, row_b, place_columns[__builtin_ctz(class)]) << 32)

WITH_AVX2 static ALWAYS struct raw raw_avx2(const uint8_t *p, bool words)
{
	__m256i a = AT(0), b = AT(32), row_a = rows_of(a), row_b = rows_of(b);
	struct raw r = { 0 };

	r.digit = RANGE(0, '0', '9'), r.hyphen = EQ(0, '-'), r.at = EQ(0, '@'), r.colon = EQ(0, ':'), r.line = EQ(0, '\n');
	r.cell = OF(PLACE_CELL), r.beside = OF(PLACE_BESIDE), r.opening = OF(PLACE_OPENING), r.undated = OF(PLACE_UNDATED);
	if (words) {
		r.upper = RANGE(0, 'A', 'Z');
		r.word = r.digit | HALVES(letters_half(p), letters_half(p + 32));
		r.han = RANGE(0, 0xE4, 0xE9);
	}
	if (HALVES(AT(0), AT(32))) {
		r.ef = EQ(0, 0xEF), r.e4_e5 = RANGE(0, 0xE4, 0xE5);
		r.last_zero = EQ(0, 0x87), r.mid_sei = EQ(0, 0x94), r.last_sei = EQ(0, 0x9F);
	}
	return r;
}

WITH_AVX2 static ALWAYS struct around around_avx2(const uint8_t *p)
{
	__m256i a = AT(0), b = AT(32), row_a = rows_of(a), row_b = rows_of(b);
	uint64_t high = HALVES(a, b), first = RANGE(0, 0xC0, 0xFF);

	return (struct around){ .quote = EQ(0, '"'), .beside = OF(PLACE_BESIDE),
		.alpha = (HALVES(letters_half(p), letters_half(p + 32)) & ~high) | first, .goes_on = high & ~first };
}

WITH_AVX2 static __attribute__((noinline)) struct rare rare_avx2(const uint8_t *p)
{
	return RARE();
}

WITH_AVX2 static void places_avx2(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *ret)
{
	if (words)
		MARK_PLACES(t, from, n, end, true, true, ret, raw_avx2, rare_avx2);
	else
		MARK_PLACES(t, from, n, end, false, true, ret, raw_avx2, rare_avx2);
}

WITH_AVX2 static void neighbours_avx2(const uint8_t *t, ptrdiff_t at, ptrdiff_t end, struct marks *ret)
{
	MARK_AROUND(t, at, end, ret, around_avx2);
}

const struct classifier classify_avx2 = { "avx2", places_avx2, neighbours_avx2, NULL, true };

#endif
