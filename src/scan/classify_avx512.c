/* classify_avx512.c - the first pass with AVX-512: eight classes of 64 bytes become eight masks by one turn, and eight blocks are looked
 * at together; the same marks as the portable one. */
#include "scan/classify.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define WITH_AVX512 __attribute__((target("avx512f,avx512bw,avx512cd,avx512vbmi,avx512vbmi2,avx512vpopcntdq,gfni,bmi,bmi2,lzcnt,popcnt")))
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

/* The masks of the blocks of a chunk and the one behind it: one for each class of place_classes, then of place_others; for sifting those of bytes
 * beyond ASCII, too, and of such that begin a character. */
enum { LANES_MAX = SCAN_BLOCKS + 8 };
enum { DIGIT, HYPHEN, CELL, BESIDE, OPENING, UNDATED, UPPER, WORD, AT_QUOTE, COLON_QUOTE, LINE, LAST_ZERO, MID_SEI, LAST_SEI, HAN, E4_E5_EF, HIGH, HEAD, LANES_ALL };
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

WITH_AVX512 static ALWAYS void lanes_beyond_ascii(const uint8_t *p, ptrdiff_t i, struct lanes *l)
{
	l->of[HIGH][i] = _mm512_movepi8_mask(AT(0));
	l->of[HEAD][i] = _mm512_cmpge_epu8_mask(AT(0), ALL(0xC0));
}

WITH_AVX512 static ALWAYS void lanes_of_eight(const uint8_t *p, ptrdiff_t i, bool sifting, struct lanes *l)
{
	UNINIT __m512i a, b, c, d, e, f, g, h, oa, ob, oc, od, oe, of, og, oh;

	masks_of(p, &a, &oa), masks_of(p + 64, &b, &ob), masks_of(p + 128, &c, &oc), masks_of(p + 192, &d, &od);
	masks_of(p + 256, &e, &oe), masks_of(p + 320, &f, &of), masks_of(p + 384, &g, &og), masks_of(p + 448, &h, &oh);
	put_turned(l->of, i, a, b, c, d, e, f, g, h);
	put_turned(l->of + 8, i, oa, ob, oc, od, oe, of, og, oh);
	for (int k = 0; sifting && k < 8; k++)
		lanes_beyond_ascii(p + k * 64, i + k, l);
}

WITH_AVX512 static void lanes_of_one(const uint8_t *p, ptrdiff_t i, bool sifting, struct lanes *l)
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
	if (sifting)
		lanes_beyond_ascii(p, i, l);
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

/* The lanes of the chunk, and of the block behind it. */
WITH_AVX512 static ALWAYS void lanes_of(const uint8_t *t, ptrdiff_t from, ptrdiff_t count, ptrdiff_t end, bool sifting, struct lanes *ret)
{
	ptrdiff_t whole = MIN((end - from) / 64, count + 1), i;
	UNINIT uint8_t pad[BLOCK_PAD];

	for (i = 0; i + 8 <= whole; i += 8)
		lanes_of_eight(t + from + i * 64, i, sifting, ret);
	for (; i < whole; i++)
		lanes_of_one(t + from + i * 64, i, sifting, ret);
	if (i <= count && from + i * 64 < end)
		lanes_of_one(padded(pad, t + from + i * 64, end - from - i * 64), i, sifting, ret), i++;
	memset(pad, 0, sizeof pad);
	for (; i <= ((count + 7) & ~(ptrdiff_t)7); i++)         /* as far as groups of eight look */
		lanes_of_one(pad, i, sifting, ret);
}

WITH_AVX512 static ALWAYS void mark_avx512(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, bool words, struct marks *m)
{
	ptrdiff_t count = (n + 63) / 64;
	UNINIT struct lanes l;

	lanes_of(t, from, count, end, false, &l);
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
/* ---- sifting ---- */

typedef uint64_t lanes8 __attribute__((vector_size(64)));
#define LANE         lanes8
#define LANED(name)  name##_eight
#define IN_LANES     WITH_AVX512
#include "scan/sift.inc"

#define THREE(x, next, old) ((struct three_eight){ (lanes8)_mm512_alignr_epi64(x, old, 7), (lanes8)(x), (lanes8)(next) })

/* What mark_reach() does. */
WITH_AVX512 static ALWAYS lanes8 WRAPS reach_eight(lanes8 starts, lanes8 through)
{
	starts &= through;
	return (((starts + through) ^ through) | starts) & through;
}

/* reach_eight() from block to block: what reaches the end of one goes on in the next. *carry: does it reach the first; then, the last? `or` is
 * reached, too. */
WITH_AVX512 static ALWAYS lanes8 WRAPS reach_on(lanes8 starts, lanes8 through, lanes8 or, unsigned *carry)
{
	const lanes8 end = (lanes8)_mm512_set1_epi64((long long)(UINT64_C(1) << 63)), all = (lanes8)_mm512_set1_epi64(-1);
	unsigned ends = _mm512_test_epi64_mask((__m512i)(reach_eight(starts, through) | or), (__m512i)end);
	unsigned passes = _mm512_cmpeq_epi64_mask((__m512i)through, (__m512i)all) & ~ends, from = ends << 1 | *carry, into = (from + passes) ^ passes;

	*carry = into >> 8 & 1;
	return reach_eight(starts | (lanes8)_mm512_maskz_set1_epi64((__mmask8)into, 1), through) | or;
}

/* What the block before the chunk has. */
#define BEFORE_CHUNK(ring) _mm512_set1_epi64((long long)m->ring[(first - 1) & (MARK_RING - 1)])

WITH_AVX512 static void WRAPS sift_avx512(const uint8_t *t, ptrdiff_t from, ptrdiff_t n, ptrdiff_t end, int64_t nth, struct marks *m, struct sifted *s)
{
	const __m512i none = _mm512_setzero_si512(), all = _mm512_set1_epi64(-1);
	ptrdiff_t count = (n + 63) / 64, first = from / 64;
	bool known = m->made[(first - 1) & (MARK_RING - 1)] == nth - 1;        /* else nothing stands there that a number may stand beside */
	unsigned clean_on = (unsigned)(s->clean >> 63), lead_on = (unsigned)(s->lead >> 63);
	__m512i old_digit = BEFORE_CHUNK(digit), old_hyphen = BEFORE_CHUNK(hyphen), old_line = BEFORE_CHUNK(line), old_beside = known ? BEFORE_CHUNK(beside) : none;
	__m512i old_sign = OR(known ? BUT(BUT(old_beside, BEFORE_CHUNK(alpha)), BEFORE_CHUNK(quote)) : none, old_line);
	__m512i old_lead = _mm512_set1_epi64((long long)s->lead), nths = _mm512_add_epi64(_mm512_set1_epi64(nth), _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0));
	__m512i clean = none;
	UNINIT struct lanes lanes, *l = &lanes;

	lanes_of(t, from, count, end, true, l);
	for (ptrdiff_t b = 0; b < count; b += 8) {
		ptrdiff_t slot = (first + b) & (MARK_RING - 1);
		__mmask8 live = (__mmask8)(count - b < 8 ? (1u << (count - b)) - 1 : 0xFF);
		__m512i digit = LANES(DIGIT), hyphen = LANES(HYPHEN), line = LANES(LINE), beside = LANES(BESIDE), line_next = NEXT(LINE), beside_next = NEXT(BESIDE);
		__m512i quote = AND(LANES(AT_QUOTE), LANES(COLON_QUOTE)), alpha = OR(BUT(LANES(WORD), digit), LANES(HEAD)), high = LANES(HIGH);
		__m512i wordy = OR(OR(quote, alpha), high), letters_next = BUT(NEXT(WORD), NEXT(DIGIT));
		__m512i sign = OR(BUT(beside, wordy), line), sign_next = OR(BUT(BUT(beside_next, letters_next), AND(NEXT(AT_QUOTE), NEXT(COLON_QUOTE))), line_next);
		__m512i before = _mm512_alignr_epi64(line, old_line, 7), near = _mm512_srlv_epi64(all, _mm512_lzcnt_epi64(before));
		__m512i below = (__m512i)short_lines_eight((lanes8)line, (lanes8)near), off = OR(wordy, line), lead, weak;

		clean = (__m512i)reach_on((lanes8)SHIFTED(line, old_line, 1), (lanes8)BUT(all, off), (lanes8)none, &clean_on);
		lead = (__m512i)reach_on((lanes8)_mm512_slli_epi64(below, 1), (lanes8)BUT(all, OR(off, digit)), (lanes8)below, &lead_on);
		weak = (__m512i)weak_eight(THREE(digit, NEXT(DIGIT), old_digit), THREE(hyphen, NEXT(HYPHEN), old_hyphen), THREE(sign, sign_next, old_sign),
			THREE(beside, beside_next, old_beside), (lanes8)clean, THREE(lead, none, old_lead));
		PUT(quote, quote);
		PUT(alpha, alpha);
		PUT(goes_on, BUT(high, LANES(HEAD)));
		PUT(beside, beside);
		PUT(made, nths);
		put_lanes(s->weak, slot, live, weak);
		for (ptrdiff_t k = b; k < MIN(b + 8, count); k++)
			if (!(m->event[(first + k) & (MARK_RING - 1)] & ~s->weak[(first + k) & (MARK_RING - 1)]))
				m->busy &= ~(UINT64_C(1) << k);
		nths = _mm512_add_epi64(nths, _mm512_set1_epi64(8));
		old_digit = digit, old_hyphen = hyphen, old_line = line, old_sign = sign, old_beside = beside, old_lead = lead;
	}
	s->clean = lane(clean, count);
	s->lead = lane(old_lead, count);
	s->to = from + count * 64;
}

const struct classifier classify_avx512 = { "avx512", places_avx512, neighbours_avx512, sift_avx512, true };

#endif
