/* csv_scan.c - finds separators, line ends and quotation marks, 64 bytes at a time where the processor can. */
#include "format/csv_scan.h"
#include <assert.h>

int csv_scan_plain(const char *p, ptrdiff_t n, char separator, uint16_t *at)
{
	int k = 0;

	assert(n <= CSV_BATCH);
	for (ptrdiff_t i = 0; i < n; i++)
		if (p[i] == separator || p[i] == '\n' || p[i] == '\r' || p[i] == '"')
			at[k++] = (uint16_t)i;
	return k;
}

#if defined(__x86_64__)
#include <immintrin.h>

/* Appends the positions of the set bits. Eight are written at once, whatever their number, because a loop
 * that stops exactly is mispredicted at every block; the room behind the index allows for it. */
#define SPREAD(name, targets, lowest)                                                   \
WRAPS targets static inline uint16_t *name(uint64_t bits, int base, uint16_t *at)       \
{                                                                                       \
	int n = __builtin_popcountll(bits);                                                 \
                                                                                        \
	for (int done = 0; done < n; done += 8)                                             \
		for (int i = 0; i < 8; i++) {                                                   \
			at[done + i] = (uint16_t)(base + (int)lowest(bits));                        \
			bits &= bits - 1;                                                           \
		}                                                                               \
	return at + n;                                                                      \
}
static inline int lowest(uint64_t bits) { return bits ? __builtin_ctzll(bits) : 0; }
SPREAD(spread_plain, , lowest)
SPREAD(spread_bmi, __attribute__((target("bmi,popcnt"))), _tzcnt_u64)

static inline uint64_t block_sse2(const char *p, __m128i separator)
{
	const __m128i lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r'), quote = _mm_set1_epi8('"');
	uint64_t bits = 0;

	for (int i = 0; i < 4; i++) {
		__m128i v = _mm_loadu_si128((const __m128i_u *)(p + 16 * i));
		__m128i hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, separator), _mm_cmpeq_epi8(v, quote)),
			_mm_or_si128(_mm_cmpeq_epi8(v, lf), _mm_cmpeq_epi8(v, cr)));
		bits |= (uint64_t)(uint32_t)_mm_movemask_epi8(hit) << (16 * i);
	}
	return bits;
}

__attribute__((target("avx2"))) static inline uint64_t block_avx2(const char *p, __m256i separator)
{
	const __m256i lf = _mm256_set1_epi8('\n'), cr = _mm256_set1_epi8('\r'), quote = _mm256_set1_epi8('"');
	uint64_t bits = 0;

	for (int i = 0; i < 2; i++) {
		__m256i v = _mm256_loadu_si256((const __m256i_u *)(p + 32 * i));
		__m256i hit = _mm256_or_si256(_mm256_or_si256(_mm256_cmpeq_epi8(v, separator), _mm256_cmpeq_epi8(v, quote)),
			_mm256_or_si256(_mm256_cmpeq_epi8(v, lf), _mm256_cmpeq_epi8(v, cr)));
		bits |= (uint64_t)(uint32_t)_mm256_movemask_epi8(hit) << (32 * i);
	}
	return bits;
}

__attribute__((target("avx512bw,avx512f"))) static inline uint64_t block_avx512(const char *p, __m512i separator)
{
	__m512i v = _mm512_loadu_si512(p);

	return _mm512_cmpeq_epi8_mask(v, separator) | _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('"')) |
		_mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\n')) | _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8('\r'));
}

/* One body for the three widths; the rest behind the last whole block is copied, so that nothing beyond is read. */
#define SCANNER(name, targets, vector, set1, block, spread)                             \
targets static int name(const char *p, ptrdiff_t n, char separator, uint16_t *at)       \
{                                                                                       \
	vector sep = set1(separator);                                                       \
	uint16_t *to = at;                                                                  \
	ptrdiff_t i = 0;                                                                    \
                                                                                        \
	assert(n <= CSV_BATCH);                                                             \
	for (; i + 64 <= n; i += 64)                                                        \
		to = spread(block(p + i, sep), (int)i, to);                                     \
	if (i < n) {                                                                        \
		char rest[64] = { 0 };                                                          \
		memcpy(rest, p + i, (size_t)(n - i));                                           \
		to = spread(block(rest, sep) & (((uint64_t)1 << (n - i)) - 1), (int)i, to);     \
	}                                                                                   \
	return (int)(to - at);                                                              \
}
SCANNER(scan_sse2, , __m128i, _mm_set1_epi8, block_sse2, spread_plain)
SCANNER(scan_avx2, __attribute__((target("avx2,bmi,popcnt"))), __m256i, _mm256_set1_epi8, block_avx2, spread_bmi)
SCANNER(scan_avx512, __attribute__((target("avx512bw,avx512f,bmi,popcnt"))), __m512i, _mm512_set1_epi8, block_avx512, spread_bmi)

csv_scan_fn *csv_scan_best(void)
{
	if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("bmi"))
		return scan_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi"))
		return scan_avx2;
	return scan_sse2;
}
#else
csv_scan_fn *csv_scan_best(void)
{
	return csv_scan_plain;
}
#endif
