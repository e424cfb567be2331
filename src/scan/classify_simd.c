/* classify_simd.c - the first pass with AVX2 or AVX-512, chosen at run time; the same marks as the portable one. */
#include "scan/classify.h"

#if defined(__x86_64__)
#include <immintrin.h>

/* Masks of the characters of three bytes, for both widths: EQ(k, x) compares the bytes k behind the first. */
#define FILL_HIGH(r, e3, e7, ef)                                                                     \
	do {                                                                                             \
		uint64_t wide_ = (ef) & EQ(1, 0xBC);                                                         \
		(r).zero = (e3) & EQ(1, 0x80) & EQ(2, 0x87);                                                 \
		(r).sei = (e7) & EQ(1, 0x94) & EQ(2, 0x9F);                                                  \
		if (wide_) {                                                                                 \
			(r).wide_digit = wide_ & RANGE(2, 0x90, 0x99);                                           \
			(r).wide_sign = wide_ & (EQ(2, 0x9A) | EQ(2, 0xA0));                                     \
		}                                                                                            \
	} while (0)
#define KANJI_DIGITS()                                                                                                            \
	((((EQ(0, 0xE4) & RANGE(1, 0xB8, 0xBB)) | (EQ(0, 0xE5) & (EQ(1, 0x85) | EQ(1, 0x9B) | EQ(1, 0xBA)))) & RANGE(2, 0x80, 0xBF))    \
		| (EQ(0, 0xE3) & EQ(1, 0x80) & EQ(2, 0x87)))

/* ---- AVX-512: one look-up gives the class of every byte ---- */

#define WITH_AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi,bmi,bmi2,lzcnt,popcnt")))
#define AT(k)            _mm512_loadu_si512((const void *)(p + (k)))
#define EQ(k, x)         _mm512_cmpeq_epi8_mask(AT(k), _mm512_set1_epi8((char)(x)))
#define RANGE(k, lo, hi) _mm512_cmple_epu8_mask(_mm512_sub_epi8(AT(k), _mm512_set1_epi8((char)(lo))), _mm512_set1_epi8((char)((hi) - (lo))))
#define HAS(class)       _mm512_test_epi8_mask(k, _mm512_set1_epi8((char)(class)))

static const uint8_t classes[256] __attribute__((aligned(64))) = { CLASS_TABLE };

WITH_AVX512 static ALWAYS struct raw raw_avx512(const uint8_t *p, bool words)
{
	const __m512i *table = (const __m512i *)(const void *)classes;
	__m512i v = AT(0), k = _mm512_permutex2var_epi8(_mm512_load_si512(table), v, _mm512_load_si512(table + 1));
	struct raw r = { .high = _mm512_movepi8_mask(v) };

	k = _mm512_maskz_mov_epi8(~r.high, k);
	r.digit = HAS(CLASS_DIGIT), r.at = HAS(CLASS_AT), r.colon = HAS(CLASS_COLON), r.line = HAS(CLASS_LINE);
	r.cell = HAS(CLASS_CELL), r.word = HAS(CLASS_WORD), r.cr = HAS(CLASS_CR);
	if (words)
		r.upper = HAS(CLASS_UPPER);
	if (r.high) {
		k = _mm512_maskz_permutex2var_epi8(r.high, _mm512_load_si512(table + 2), v, _mm512_load_si512(table + 3));
		r.first = HAS(CLASS_FIRST), r.goes_on = r.high & ~r.first, r.e4_e5 = HAS(CLASS_E4_E5);
		if (words)
			r.han = HAS(CLASS_HAN);
		FILL_HIGH(r, HAS(CLASS_E3), HAS(CLASS_E7), HAS(CLASS_EF));
	}
	return r;
}

WITH_AVX512 static uint64_t kanji_avx512(const uint8_t *p)
{
	return KANJI_DIGITS();
}

WITH_AVX512 static void classify_avx512(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *ret)
{
	if (words)
		CLASSIFY(t, from, n, end, true, ret, raw_avx512, kanji_avx512);
	else
		CLASSIFY(t, from, n, end, false, ret, raw_avx512, kanji_avx512);
}
#undef AT
#undef EQ
#undef RANGE
#undef HAS

/* ---- AVX2: two halves ---- */

#define WITH_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#define AT(k)            _mm256_loadu_si256((const __m256i *)(const void *)(p + (k)))
#define HALVES(a, b)     ((uint64_t)(uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32)
#define EQ_HALF(k, x)    _mm256_cmpeq_epi8(AT(k), _mm256_set1_epi8((char)(x)))
#define EQ(k, x)         HALVES(EQ_HALF(k, x), EQ_HALF((k) + 32, x))
#define RANGE(k, lo, hi) HALVES(between(AT(k), (char)(lo), (char)((hi) - (lo))), between(AT((k) + 32), (char)(lo), (char)((hi) - (lo))))

WITH_AVX2 static ALWAYS __m256i between(__m256i v, char lo, char span)
{
	__m256i x = _mm256_sub_epi8(v, _mm256_set1_epi8(lo));

	return _mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8(span)), x);
}

/* The signs that divide cells. */
WITH_AVX2 static ALWAYS __m256i cells_half(const uint8_t *p)
{
	return _mm256_or_si256(_mm256_or_si256(_mm256_or_si256(EQ_HALF(0, '\t'), EQ_HALF(0, ',')), _mm256_or_si256(EQ_HALF(0, ';'), EQ_HALF(0, '|'))),
		EQ_HALF(0, '"'));
}

/* Letters of either case, and '_'. */
WITH_AVX2 static ALWAYS __m256i letters_half(const uint8_t *p)
{
	return _mm256_or_si256(between(_mm256_or_si256(AT(0), _mm256_set1_epi8(32)), 'a', 'z' - 'a'), EQ_HALF(0, '_'));
}

WITH_AVX2 static ALWAYS struct raw raw_avx2(const uint8_t *p, bool words)
{
	struct raw r = { .high = HALVES(AT(0), AT(32)) };

	r.digit = RANGE(0, '0', '9'), r.at = EQ(0, '@'), r.colon = EQ(0, ':'), r.line = EQ(0, '\n'), r.cr = EQ(0, '\r');
	r.cell = HALVES(cells_half(p), cells_half(p + 32));
	r.word = r.digit | HALVES(letters_half(p), letters_half(p + 32));
	if (words)
		r.upper = RANGE(0, 'A', 'Z');
	if (r.high) {
		r.goes_on = RANGE(0, 0x80, 0xBF), r.first = r.high & ~r.goes_on, r.e4_e5 = RANGE(0, 0xE4, 0xE5);
		if (words)
			r.han = RANGE(0, 0xE4, 0xE9);
		FILL_HIGH(r, EQ(0, 0xE3), EQ(0, 0xE7), EQ(0, 0xEF));
	}
	return r;
}

WITH_AVX2 static uint64_t kanji_avx2(const uint8_t *p)
{
	return KANJI_DIGITS();
}

WITH_AVX2 static void classify_avx2(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *ret)
{
	if (words)
		CLASSIFY(t, from, n, end, true, ret, raw_avx2, kanji_avx2);
	else
		CLASSIFY(t, from, n, end, false, ret, raw_avx2, kanji_avx2);
}
#undef EQ
#undef RANGE

classify_fn *classify_choose(enum scan_path path, const char **ret_name)
{
	bool wide = __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2");
	bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");

	if (wide && (path == SCAN_PATH_BEST || path == SCAN_PATH_AVX512)) {
		*ret_name = "avx512";
		return classify_avx512;
	}
	if (avx2 && (path == SCAN_PATH_BEST || path == SCAN_PATH_AVX2)) {
		*ret_name = "avx2";
		return classify_avx2;
	}
	*ret_name = "portable";
	return classify_portable;
}

#else

classify_fn *classify_choose(enum scan_path path, const char **ret_name)
{
	(void)path;
	*ret_name = "portable";
	return classify_portable;
}

#endif
