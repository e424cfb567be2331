/* classify_simd.c - the first pass with AVX2 or AVX-512, chosen at run time; the same bits as the portable one.
 *
 * A vector gives one mask a byte value; shifts of 64-bit masks, with what ran over from the block before, find
 * sequences: three bytes of a wide digit, four digits in a row. */
#include "scan/inside.h"

#if defined(__x86_64__)
#include <immintrin.h>

/* One bit per byte of a block of 64. The second group is only filled when a byte of the block is not ASCII. */
struct raw {
	uint64_t digit, at, colon, line, cr, cell, upper, alnum, high;
	uint64_t ef, bc, x90_99, x9a, xa0, e7, x94, x9f, e4, e5, e3, x80, x87, xb8_bb, x85_9b_ba, han, tail;
};

/* What sequences need to know of the block before. */
struct carry {
	uint64_t digit, line, cr, alnum;
	uint64_t ef, wide, e7, sei, e4, e5, e3, zero, kanji, wide_digit, kanji_digit;
	bool     high;
};

#define ALWAYS inline __attribute__((always_inline))
#define BEFORE(mask, old, k) ((mask) << (k) | (old) >> (64 - (k)))

/* The last of exactly the first four in a row of characters of three bytes. */
static ALWAYS uint64_t WRAPS fourth(uint64_t m, uint64_t old)
{
	return m & BEFORE(m, old, 3) & BEFORE(m, old, 6) & BEFORE(m, old, 9) & ~BEFORE(m, old, 12);
}

static ALWAYS uint64_t WRAPS high_events(const struct raw *r, struct carry *c)
{
	uint64_t wide = r->bc & BEFORE(r->ef, c->ef, 1), wide3 = BEFORE(wide, c->wide, 1);
	uint64_t sei = r->x94 & BEFORE(r->e7, c->e7, 1), zero = r->x80 & BEFORE(r->e3, c->e3, 1);
	uint64_t kanji = (r->xb8_bb & BEFORE(r->e4, c->e4, 1)) | (r->x85_9b_ba & BEFORE(r->e5, c->e5, 1));
	uint64_t wide_digit = r->x90_99 & wide3, kanji_digit = (r->tail & BEFORE(kanji, c->kanji, 1)) | (r->x87 & BEFORE(zero, c->zero, 1));
	uint64_t e = ((r->x9a | r->xa0) & wide3) | (r->x9f & BEFORE(sei, c->sei, 1)) | fourth(wide_digit, c->wide_digit)
		| fourth(kanji_digit, c->kanji_digit);

	c->ef = r->ef, c->wide = wide, c->e7 = r->e7, c->sei = sei, c->e4 = r->e4, c->e5 = r->e5, c->e3 = r->e3;
	c->zero = zero, c->kanji = kanji, c->wide_digit = wide_digit, c->kanji_digit = kanji_digit;
	return e;
}

static ALWAYS void WRAPS combine(const struct raw *r, struct carry *c, uint64_t *event, uint64_t *word)
{
	uint64_t d = r->digit, four = d & BEFORE(d, c->digit, 1) & BEFORE(d, c->digit, 2) & BEFORE(d, c->digit, 3) & ~BEFORE(d, c->digit, 4);
	uint64_t empty = r->line & (BEFORE(r->line, c->line, 1) | (BEFORE(r->cr, c->cr, 1) & BEFORE(r->line, c->line, 2)));
	uint64_t e = four | r->at | (r->colon & ~BEFORE(d, c->digit, 1)) | empty, w = r->upper & ~BEFORE(r->alnum, c->alnum, 1);

	if (r->high || c->high) {
		e |= high_events(r, c);
		w |= r->han;
	}
	c->digit = d, c->line = r->line, c->cr = r->cr, c->alnum = r->alnum, c->high = r->high != 0;
	*event = e;
	*word = w;
}

/* One body for both vector widths: EQ(x) and RANGE(lo, hi) give masks over the block. */
#define FILL_RAW(r)                                                                                  \
	do {                                                                                             \
		r.digit = RANGE('0', '9');                                                                   \
		r.at = EQ('@');                                                                              \
		r.colon = EQ(':');                                                                           \
		r.line = EQ('\n');                                                                           \
		r.cr = EQ('\r');                                                                             \
		r.cell = EQ('\t') | EQ(',') | EQ(';') | EQ('|') | EQ('"');                                   \
		r.upper = RANGE('A', 'Z');                                                                   \
		r.alnum = r.digit | r.upper | RANGE('a', 'z') | EQ('_');                                     \
	} while (0)
#define FILL_HIGH(r)                                                                                 \
	do {                                                                                             \
		r.ef = EQ(0xEF), r.bc = EQ(0xBC), r.x90_99 = RANGE(0x90, 0x99), r.x9a = EQ(0x9A);            \
		r.xa0 = EQ(0xA0), r.e7 = EQ(0xE7), r.x94 = EQ(0x94), r.x9f = EQ(0x9F), r.e4 = EQ(0xE4);      \
		r.e5 = EQ(0xE5), r.e3 = EQ(0xE3), r.x80 = EQ(0x80), r.x87 = EQ(0x87);                        \
		r.xb8_bb = RANGE(0xB8, 0xBB), r.x85_9b_ba = EQ(0x85) | EQ(0x9B) | EQ(0xBA);                  \
		r.han = RANGE(0xE4, 0xE9), r.tail = RANGE(0x80, 0xBF);                                       \
	} while (0)

/* Blocks from `from` on; the one before it is read for what runs over. `pad` holds an end that fills no block. */
#define CLASSIFY(t, from, n, ret, raw_of)                                                            \
	do {                                                                                             \
		uint8_t pad[64] = { 0 };                                                                     \
		struct carry c = { 0 };                                                                      \
		uint64_t e, w;                                                                               \
		if (from >= 64) {                                                                            \
			struct raw r = raw_of(t + from - 64);                                                    \
			combine(&r, &c, &e, &w);                                                                 \
		} else if (from > 0) {                                                                       \
			memcpy(pad + 64 - from, t, (size_t)from);                                                \
			struct raw r = raw_of(pad);                                                              \
			combine(&r, &c, &e, &w);                                                                 \
			memset(pad, 0, sizeof pad);                                                              \
		}                                                                                            \
		for (ptrdiff_t b = 0; b < (n + 63) / 64; b++) {                                              \
			const uint8_t *p = t + from + b * 64;                                                    \
			if (n - b * 64 < 64) {                                                                   \
				memcpy(pad, p, (size_t)(n - b * 64));                                                \
				p = pad;                                                                             \
			}                                                                                        \
			struct raw r = raw_of(p);                                                                \
			combine(&r, &c, &ret->event[b], &ret->word[b]);                                          \
			ret->line[b] = r.line;                                                                   \
			ret->cell[b] = r.cell;                                                                   \
		}                                                                                            \
	} while (0)

/* ---- AVX-512 ---- */

#define WITH_AVX512 __attribute__((target("avx512f,avx512bw,bmi,bmi2")))
#define EQ(x)         _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)(x)))
#define RANGE(lo, hi) _mm512_cmple_epu8_mask(_mm512_sub_epi8(v, _mm512_set1_epi8((char)(lo))), _mm512_set1_epi8((char)((hi) - (lo))))

WITH_AVX512 static inline struct raw raw_avx512(const uint8_t *p)
{
	__m512i v = _mm512_loadu_si512((const void *)p);
	struct raw r = { 0 };

	FILL_RAW(r);
	r.high = _mm512_movepi8_mask(v);
	if (r.high)
		FILL_HIGH(r);
	return r;
}

WITH_AVX512 static void classify_avx512(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, struct marks *ret)
{
	(void)end;
	CLASSIFY(t, from, n, ret, raw_avx512);
}
#undef EQ
#undef RANGE

/* ---- AVX2: two halves ---- */

#define WITH_AVX2 __attribute__((target("avx2,bmi,bmi2")))
#define HALVES(a, b)  ((uint64_t)(uint32_t)_mm256_movemask_epi8(a) | (uint64_t)(uint32_t)_mm256_movemask_epi8(b) << 32)
#define EQ(x)         HALVES(_mm256_cmpeq_epi8(v, _mm256_set1_epi8((char)(x))), _mm256_cmpeq_epi8(u, _mm256_set1_epi8((char)(x))))
#define RANGE(lo, hi) HALVES(between(v, (char)(lo), (char)((hi) - (lo))), between(u, (char)(lo), (char)((hi) - (lo))))

WITH_AVX2 static inline __m256i between(__m256i v, char lo, char span)
{
	__m256i x = _mm256_sub_epi8(v, _mm256_set1_epi8(lo));

	return _mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8(span)), x);
}

WITH_AVX2 static inline struct raw raw_avx2(const uint8_t *p)
{
	__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p), u = _mm256_loadu_si256((const __m256i *)(const void *)(p + 32));
	struct raw r = { 0 };

	FILL_RAW(r);
	r.high = HALVES(v, u);
	if (r.high)
		FILL_HIGH(r);
	return r;
}

WITH_AVX2 static void classify_avx2(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, struct marks *ret)
{
	(void)end;
	CLASSIFY(t, from, n, ret, raw_avx2);
}
#undef EQ
#undef RANGE

classify_fn *classify_choose(enum scan_path path, const char **ret_name)
{
	bool wide = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2"), avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");

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
