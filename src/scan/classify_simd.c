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

#define WITH_AVX512 __attribute__((target("avx512f,avx512bw,avx512vbmi,avx512vbmi2,avx512vpopcntdq,gfni,bmi,bmi2,lzcnt,popcnt")))
#define AT(k)            _mm512_loadu_si512((const void *)(p + (k)))
#define ALL(x)           _mm512_set1_epi8((char)(x))
#define EQ(k, x)         _mm512_cmpeq_epi8_mask(AT(k), ALL(x))
#define EQ3(x, y, z)     _mm512_mask_cmpeq_epi8_mask(_mm512_mask_cmpeq_epi8_mask(EQ(0, x), AT(1), ALL(y)), AT(2), ALL(z))
#define RANGE(k, lo, hi) _mm512_cmple_epu8_mask(_mm512_sub_epi8(AT(k), ALL(lo)), ALL((hi) - (lo)))
#define HAS(class)       _mm512_test_epi8_mask(k, ALL(class))

/* One look-up gives the classes of every byte of ASCII. */
WITH_AVX512 static ALWAYS __m512i classes_of(__m512i v, uint64_t high)
{
	const __m512i *table = (const __m512i *)(const void *)place_classes;

	return _mm512_maskz_permutex2var_epi8(~high, _mm512_loadu_si512(table), v, _mm512_loadu_si512(table + 1));
}

WITH_AVX512 static ALWAYS struct around around_avx512(const uint8_t *p)
{
	uint64_t high = _mm512_movepi8_mask(AT(0)), first = _mm512_cmpge_epu8_mask(AT(0), ALL(0xC0));
	__m512i k = classes_of(AT(0), high);

	return (struct around){ .quote = EQ(0, '"'), .alpha = (HAS(PLACE_WORD) & ~HAS(PLACE_DIGIT)) | first, .goes_on = high & ~first, .beside = HAS(PLACE_BESIDE) };
}

WITH_AVX512 static __attribute__((noinline)) struct rare rare_avx512(const uint8_t *p)
{
	return RARE();
}

/* The masks of the blocks of a chunk and the one behind it: one for each class of place_classes, then of place_others. */
enum { LANES_MAX = SCAN_BLOCKS + 8 };
enum { DIGIT, HYPHEN, CELL, BESIDE, OPENING, UNDATED, UPPER, WORD, AT_QUOTE, COLON_QUOTE, LINE, LAST_ZERO, MID_SEI, LAST_SEI, HAN, E4_E5_EF, LANES_ALL };
struct lanes { uint64_t of[LANES_ALL][LANES_MAX]; };

/* The classes of 64 bytes, one bit each, become one mask a class: in each word eight rows of eight bits are turned into columns, then
 * the first columns of all words are put together, the second... The bytes of each word come last first. */
static const uint8_t by_columns[64] = {
#define COLUMN(k) k, k + 8, k + 16, k + 24, k + 32, k + 40, k + 48, k + 56
	COLUMN(0), COLUMN(1), COLUMN(2), COLUMN(3), COLUMN(4), COLUMN(5), COLUMN(6), COLUMN(7)
#undef COLUMN
};
WITH_AVX512 static ALWAYS __m512i turned(__m512i v)
{
	__m512i columns = _mm512_gf2p8affine_epi64_epi8(_mm512_set1_epi64((long long)UINT64_C(0x8040201008040201)), v, 0);

	return _mm512_permutexvar_epi8(_mm512_loadu_si512((const void *)by_columns), columns);
}

/* The masks of one block: the classes of ASCII, and the others. */
WITH_AVX512 static ALWAYS void masks_of(const uint8_t *p, __m512i *ret_ascii, __m512i *ret_others)
{
	const __m512i *table = (const __m512i *)(const void *)place_others;
	__m512i v = _mm512_shuffle_epi8(AT(0), _mm512_broadcast_i32x4(_mm_set_epi64x(0x08090A0B0C0D0E0F, 0x0001020304050607)));
	uint64_t high = _mm512_movepi8_mask(v);
	__m512i low = _mm512_permutex2var_epi8(_mm512_loadu_si512(table), v, _mm512_loadu_si512(table + 1));

	*ret_ascii = turned(classes_of(v, high));
	*ret_others = turned(_mm512_mask_blend_epi8(high, low, _mm512_permutex2var_epi8(_mm512_loadu_si512(table + 2), v, _mm512_loadu_si512(table + 3))));
}

/* Eight times eight words turned: the k-th of each go to row k. */
WITH_AVX512 static ALWAYS void put_turned(uint64_t row[8][LANES_MAX], ptrdiff_t i, __m512i a, __m512i b, __m512i c, __m512i d, __m512i e, __m512i f,
	__m512i g, __m512i h)
{
#define QUARTERS(k, a, c, e, g)                                                                                          \
	do {                                                                                                                 \
		__m512i even_ = _mm512_shuffle_i64x2(a, c, 0x88), odd_ = _mm512_shuffle_i64x2(a, c, 0xDD);                       \
		__m512i more_ = _mm512_shuffle_i64x2(e, g, 0x88), rest_ = _mm512_shuffle_i64x2(e, g, 0xDD);                      \
		_mm512_storeu_si512((void *)(row[(k)] + i), _mm512_shuffle_i64x2(even_, more_, 0x88));                           \
		_mm512_storeu_si512((void *)(row[(k) + 2] + i), _mm512_shuffle_i64x2(odd_, rest_, 0x88));                        \
		_mm512_storeu_si512((void *)(row[(k) + 4] + i), _mm512_shuffle_i64x2(even_, more_, 0xDD));                       \
		_mm512_storeu_si512((void *)(row[(k) + 6] + i), _mm512_shuffle_i64x2(odd_, rest_, 0xDD));                        \
	} while (0)
	QUARTERS(0, _mm512_unpacklo_epi64(a, b), _mm512_unpacklo_epi64(c, d), _mm512_unpacklo_epi64(e, f), _mm512_unpacklo_epi64(g, h));
	QUARTERS(1, _mm512_unpackhi_epi64(a, b), _mm512_unpackhi_epi64(c, d), _mm512_unpackhi_epi64(e, f), _mm512_unpackhi_epi64(g, h));
#undef QUARTERS
}

WITH_AVX512 static ALWAYS void lanes_of_eight(const uint8_t *p, ptrdiff_t i, struct lanes *l)
{
	UNINIT __m512i a, b, c, d, e, f, g, h, oa, ob, oc, od, oe, of, og, oh;

	masks_of(p, &a, &oa), masks_of(p + 64, &b, &ob), masks_of(p + 128, &c, &oc), masks_of(p + 192, &d, &od);
	masks_of(p + 256, &e, &oe), masks_of(p + 320, &f, &of), masks_of(p + 384, &g, &og), masks_of(p + 448, &h, &oh);
	put_turned(l->of, i, a, b, c, d, e, f, g, h);
	put_turned(l->of + 8, i, oa, ob, oc, od, oe, of, og, oh);
}

WITH_AVX512 static void lanes_of_one(const uint8_t *p, ptrdiff_t i, struct lanes *l)
{
	UNINIT uint64_t ascii[8], others[8];
	__m512i a, o;

	masks_of(p, &a, &o);
	_mm512_storeu_si512((void *)ascii, a);
	_mm512_storeu_si512((void *)others, o);
	for (int k = 0; k < 8; k++) {
		l->of[k][i] = ascii[k];
		l->of[8 + k][i] = others[k];
	}
}

/* Eight blocks at a time: each with the one before it, and the one behind it. */
#define LANES(class)        _mm512_loadu_si512((const void *)(l->of[class] + b))
#define NEXT(class)         _mm512_loadu_si512((const void *)(l->of[class] + b + 1))
#define BEHIND_BY(x, next, k) _mm512_shrdi_epi64(x, next, k)
#define LAST(of)            _mm512_set1_epi64((long long)c->of)
#define SHIFTED(x, last, k) _mm512_shldi_epi64(x, _mm512_alignr_epi64(x, last, 7), k)
#define OR(x, y)            _mm512_or_si512(x, y)
#define AND(x, y)           _mm512_and_si512(x, y)
#define BUT(x, y)           _mm512_andnot_si512(y, x)
#define PUT(ring, x)        put_lanes(m->ring, slot, live, x)

WITH_AVX512 static ALWAYS void put_lanes(void *ring, ptrdiff_t slot, __mmask8 live, __m512i x)
{
	uint64_t *to = ring;
	UNINIT uint64_t part[8];

	if (slot <= MARK_RING - 8) {
		_mm512_mask_storeu_epi64(to + slot, live, x);
		return;
	}
	_mm512_storeu_si512((void *)part, x);
	for (int i = 0; i < 8; i++)
		if (live >> i & 1)
			to[(slot + i) & (MARK_RING - 1)] = part[i];
}

/* What a lane of the last group holds. */
WITH_AVX512 static ALWAYS uint64_t lane(__m512i x, ptrdiff_t count)
{
	return (uint64_t)_mm_cvtsi128_si64(_mm512_castsi512_si128(_mm512_permutexvar_epi64(_mm512_set1_epi64((count - 1) & 7), x)));
}

/* What short_numbers() does. */
WITH_AVX512 static ALWAYS __m512i short_lanes(const struct lanes *l, ptrdiff_t b, __m512i old_beside, __m512i old_blank)
{
	__m512i beside = LANES(BESIDE), beside_next = NEXT(BESIDE), blank = BUT(LANES(OPENING), beside), blank_next = BUT(NEXT(OPENING), beside_next);
	__m512i one = BEHIND_BY(beside, beside_next, 1), two = BEHIND_BY(beside, beside_next, 2), three = BEHIND_BY(beside, beside_next, 3);
	__m512i four = OR(one, AND(BEHIND_BY(blank, blank_next, 1), two));
	__m512i five = AND(BEHIND_BY(LANES(DIGIT), NEXT(DIGIT), 1), OR(two, AND(BEHIND_BY(blank, blank_next, 2), three)));
	__m512i before = OR(SHIFTED(beside, old_beside, 4), AND(SHIFTED(blank, old_blank, 4), SHIFTED(beside, old_beside, 5)));

	return AND(OR(four, five), before);
}

/* What no_labels() does. */
WITH_AVX512 static ALWAYS __m512i no_label_lanes(const struct lanes *l, ptrdiff_t b, bool words)
{
	__m512i d = LANES(DIGIT), d_next = NEXT(DIGIT), opening = LANES(OPENING), opening_next = NEXT(OPENING);
	__m512i no = OR(LANES(UNDATED), AND(BUT(LANES(BESIDE), opening), BEHIND_BY(LANES(HYPHEN), NEXT(HYPHEN), 1)));
	__m512i no_next = OR(NEXT(UNDATED), AND(BUT(NEXT(BESIDE), opening_next), _mm512_srli_epi64(NEXT(HYPHEN), 1))), three, far;

	if (words)
		no = BUT(no, LANES(UPPER)), no_next = BUT(no_next, NEXT(UPPER));
	far = OR(BEHIND_BY(no, no_next, 2), AND(BEHIND_BY(opening, opening_next, 2), BEHIND_BY(no, no_next, 3)));
	three = AND(AND(BEHIND_BY(d, d_next, 1), BEHIND_BY(d, d_next, 2)), BUT(BEHIND_BY(d, d_next, 3), BEHIND_BY(d, d_next, 4)));
	return OR(OR(BEHIND_BY(no, no_next, 1), AND(BEHIND_BY(opening, opening_next, 1), far)), three);
}

/* What mark_block() does. */
WITH_AVX512 static ALWAYS void mark_lanes(const struct lanes *l, ptrdiff_t first, ptrdiff_t count, bool words, struct marks *m)
{
	struct carry *c = &m->carry;
	__m512i old_digit = LAST(digit), old_two = LAST(two), old_four = LAST(four), old_line = LAST(line), old_word = LAST(word), old_ef = LAST(ef);
	__m512i old_beside = LAST(beside), old_blank = LAST(blank), old_kanji = LAST(kanji);
	__m512i old_may = LAST(may), old_pair = LAST(kanji_two), old_sei = LAST(sei), lines = LAST(lines);
	uint64_t busy = 0, rares = 0;

	for (ptrdiff_t b = 0; b < count; b += 8) {
		ptrdiff_t slot = (first + b) & (MARK_RING - 1);
		__mmask8 live = (__mmask8)(count - b < 8 ? (1u << (count - b)) - 1 : 0xFF);
		__m512i digit = LANES(DIGIT), line = LANES(LINE), kanji = AND(LANES(HAN), LANES(E4_E5_EF)), sei = LANES(MID_SEI), ef = BUT(LANES(E4_E5_EF), LANES(HAN));
		__m512i at = LANES(AT_QUOTE), colon = LANES(COLON_QUOTE);
		__m512i d1 = SHIFTED(digit, old_digit, 1), two = AND(digit, d1), four = AND(two, SHIFTED(two, old_two, 2)), l1 = SHIFTED(line, old_line, 1);
		__m512i number = BUT(BUT(four, SHIFTED(four, old_four, 1)), short_lanes(l, b, old_beside, old_blank));
		__m512i label = BUT(BUT(BUT(colon, at), d1), no_label_lanes(l, b, words));
		__m512i may = OR(SHIFTED(kanji, old_kanji, 2), LANES(LAST_ZERO)), pair = AND(may, SHIFTED(may, old_may, 3));
		__m512i ones, sums, event = OR(OR(number, BUT(at, colon)), OR(label, BUT(AND(line, l1), BEHIND_BY(line, NEXT(LINE), 1))));
		__m512i rare = OR(OR(ef, SHIFTED(ef, old_ef, 2)), OR(AND(pair, SHIFTED(pair, old_pair, 6)), BUT(AND(line, SHIFTED(line, old_line, 2)), l1)));

		event = OR(event, AND(LANES(LAST_SEI), SHIFTED(sei, old_sei, 1)));
		if (words) {
			__m512i word = LANES(WORD);

			PUT(capital, BUT(LANES(UPPER), SHIFTED(word, old_word, 1)));
			PUT(han, LANES(HAN));
			old_word = word;
		}
		PUT(event, event);
		PUT(line, line);
		PUT(digit, digit);
		PUT(hyphen, LANES(HYPHEN));
		PUT(cell, LANES(CELL));
		busy |= (uint64_t)_mm512_mask_test_epi64_mask(live, event, event) << b;
		rares |= (uint64_t)_mm512_mask_test_epi64_mask(live, rare, rare) << b;
		ones = sums = _mm512_maskz_popcnt_epi64(live, line);
		sums = _mm512_add_epi64(sums, _mm512_alignr_epi64(sums, _mm512_setzero_si512(), 7));
		sums = _mm512_add_epi64(sums, _mm512_alignr_epi64(sums, _mm512_setzero_si512(), 6));
		sums = _mm512_add_epi64(sums, _mm512_alignr_epi64(sums, _mm512_setzero_si512(), 4));
		sums = _mm512_add_epi64(sums, lines);
		PUT(lines_before, _mm512_sub_epi64(sums, ones));
		lines = _mm512_permutexvar_epi64(_mm512_set1_epi64(7), sums);
		old_beside = LANES(BESIDE), old_blank = BUT(LANES(OPENING), old_beside);
		old_digit = digit, old_two = two, old_four = four, old_line = line, old_ef = ef;
		old_kanji = kanji, old_may = may, old_pair = pair, old_sei = sei;
	}
	m->busy = busy;
	m->rare = rares;
	*c = (struct carry){ .digit = lane(old_digit, count), .two = lane(old_two, count), .four = lane(old_four, count), .line = lane(old_line, count),
		.word = words ? lane(old_word, count) : c->word, .kanji = lane(old_kanji, count), .may = lane(old_may, count), .kanji_two = lane(old_pair, count),
		.sei = lane(old_sei, count), .ef = lane(old_ef, count), .beside = lane(old_beside, count), .blank = lane(old_blank, count),
		.lines = (int64_t)lane(lines, count) };
}

WITH_AVX512 static ALWAYS void mark_avx512(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *m)
{
	ptrdiff_t count = (n + 63) / 64, whole = MIN((end - from) / 64, count + 1), i;
	UNINIT uint8_t pad[BLOCK_PAD];
	UNINIT struct lanes l;

	for (i = 0; i + 8 <= whole; i += 8)
		lanes_of_eight(t + from + i * 64, i, &l);
	for (; i < whole; i++)
		lanes_of_one(t + from + i * 64, i, &l);
	if (i <= count && from + i * 64 < end)
		lanes_of_one(padded(pad, t + from + i * 64, end - from - i * 64), i, &l), i++;
	memset(pad, 0, sizeof pad);
	for (; i <= ((count + 7) & ~(ptrdiff_t)7); i++)         /* as far as groups of eight look */
		lanes_of_one(pad, i, &l);
	mark_lanes(&l, from / 64, count, words, m);
	LOOK_AGAIN(t, from, end, m, rare_avx512);
}

WITH_AVX512 static void places_avx512(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *ret)
{
	if (words)
		mark_avx512(t, from, n, end, true, ret);
	else
		mark_avx512(t, from, n, end, false, ret);
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
#undef LANES
#undef LAST
#undef SHIFTED
#undef NEXT
#undef BEHIND_BY
#undef OR
#undef AND
#undef BUT
#undef PUT

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
#undef EQ
#undef EQ3
#undef RANGE

static const struct classifier wide = { "avx512", places_avx512, neighbours_avx512, true }, half = { "avx2", places_avx2, neighbours_avx2, true };

const struct classifier *classify_choose(enum scan_path path)
{
	bool avx512 = __builtin_cpu_supports("gfni") && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vpopcntdq")
		&& __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi2");
	bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2");

	if (path == SCAN_PATH_REFERENCE)
		return &classify_reference;
	if (avx512 && (path == SCAN_PATH_BEST || path == SCAN_PATH_AVX512))
		return &wide;
	return avx2 && (path == SCAN_PATH_BEST || path == SCAN_PATH_AVX2) ? &half : &classify_portable;
}

#else

const struct classifier *classify_choose(enum scan_path path)
{
	return path == SCAN_PATH_REFERENCE ? &classify_reference : &classify_portable;
}

#endif
