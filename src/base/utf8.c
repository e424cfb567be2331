/* utf8.c - UTF-8 and folding; the tables of Unicode are utf8proc's. */
#include "base/utf8.h"
#include <stdlib.h>
#include <utf8proc.h>

/* The code point at s.p[at], with its length; 0 for malformed bytes. */
static int decode(struct str s, ptrdiff_t at, uint32_t *ret)
{
	unsigned char c = (unsigned char)s.p[at];
	int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;

	if (c < 0xC2 || c > 0xF4 || s.n - at <= more)
		return 0;
	uint32_t u = c & (0x3Fu >> more);
	for (int i = 1; i <= more; i++) {
		unsigned char d = (unsigned char)s.p[at + i];
		if ((d & 0xC0) != 0x80)
			return 0;
		u = u << 6 | (d & 0x3Fu);
	}
	if ((more == 2 && u < 0x800) || (more == 3 && (u < 0x10000 || u > 0x10FFFF)) || (u >= 0xD800 && u < 0xE000))
		return 0;
	*ret = u;
	return more + 1;
}

uint32_t utf8_next(struct str s, ptrdiff_t *at)
{
	uint32_t u = (unsigned char)s.p[*at];
	int n = u < 0x80 ? 1 : decode(s, *at, &u);

	*at += n ? n : 1;
	return n ? u : UTF8_BAD;
}

static ptrdiff_t bad_from(struct str s, ptrdiff_t at)
{
	while (at < s.n) {
		ptrdiff_t from = at;
		if (utf8_next(s, &at) == UTF8_BAD && at - from == 1)
			return from;
	}
	return -1;
}

#if defined(__x86_64__)
#include <immintrin.h>

/* One bit for each of 64 bytes: continuation bytes, leads of at least 2, 3 and 4 bytes, and those bytes that
 * never occur or narrow the byte behind them (C0 C1 E0 ED F0 F4 and above), which the slow way judges. */
struct classes { uint64_t high, more, lead3, lead4, rare; };

static inline bool ascii_sse2(const char *p)
{
	const __m128i_u *v = (const __m128i_u *)p;

	return _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(_mm_loadu_si128(v), _mm_loadu_si128(v + 1)),
		_mm_or_si128(_mm_loadu_si128(v + 2), _mm_loadu_si128(v + 3)))) == 0;
}

static inline struct classes classify_sse2(const char *p)
{
	struct classes c = { 0 };

	for (int i = 0; i < 64; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i_u *)(p + i));
		__m128i rare = _mm_or_si128(
			_mm_or_si128(_mm_cmpeq_epi8(_mm_and_si128(v, _mm_set1_epi8((char)0xFE)), _mm_set1_epi8((char)0xC0)),
				_mm_cmpeq_epi8(v, _mm_set1_epi8((char)0xED))),
			_mm_or_si128(_mm_cmpeq_epi8(_mm_and_si128(v, _mm_set1_epi8((char)0xEF)), _mm_set1_epi8((char)0xE0)),
				_mm_and_si128(_mm_cmpgt_epi8(v, _mm_set1_epi8((char)0xF3)), _mm_cmplt_epi8(v, _mm_setzero_si128()))));
		__m128i more = _mm_cmplt_epi8(v, _mm_set1_epi8((char)0xC0));
		__m128i lead3 = _mm_cmpgt_epi8(v, _mm_set1_epi8((char)0xDF));
		__m128i lead4 = _mm_cmpgt_epi8(v, _mm_set1_epi8((char)0xEF));
		c.high |= (uint64_t)(uint32_t)_mm_movemask_epi8(v) << i;
		c.more |= (uint64_t)(uint32_t)_mm_movemask_epi8(more) << i;
		c.lead3 |= (uint64_t)(uint32_t)_mm_movemask_epi8(lead3) << i;
		c.lead4 |= (uint64_t)(uint32_t)_mm_movemask_epi8(lead4) << i;
		c.rare |= (uint64_t)(uint32_t)_mm_movemask_epi8(rare) << i;
	}
	c.lead3 &= c.high;                       /* the comparisons are signed: ASCII passed them, too */
	c.lead4 &= c.high;
	return c;
}

#define WIDE __attribute__((target("avx512bw,avx512f")))
WIDE static inline bool ascii_avx512(const char *p)
{
	return _mm512_movepi8_mask(_mm512_loadu_si512(p)) == 0;
}

WIDE static inline struct classes classify_avx512(const char *p)
{
	__m512i v = _mm512_loadu_si512(p);
	struct classes c = {
		.high = _mm512_movepi8_mask(v),
		.lead3 = _mm512_cmpge_epu8_mask(v, _mm512_set1_epi8((char)0xE0)),
		.lead4 = _mm512_cmpge_epu8_mask(v, _mm512_set1_epi8((char)0xF0)),
		.rare = _mm512_cmpge_epu8_mask(v, _mm512_set1_epi8((char)0xF4)) | _mm512_cmpeq_epi8_mask(v, _mm512_set1_epi8((char)0xED)) |
			_mm512_cmpeq_epi8_mask(_mm512_and_si512(v, _mm512_set1_epi8((char)0xEF)), _mm512_set1_epi8((char)0xE0)) |
			_mm512_cmpeq_epi8_mask(_mm512_and_si512(v, _mm512_set1_epi8((char)0xFE)), _mm512_set1_epi8((char)0xC0)),
	};

	c.more = c.high & ~_mm512_cmpge_epu8_mask(v, _mm512_set1_epi8((char)0xC0));
	return c;
}

/* Where the character begins that runs over the border `at`. */
static ptrdiff_t lead_before(struct str s, ptrdiff_t at)
{
	ptrdiff_t from = at - 1;

	while (from > 0 && at - from < 3 && ((unsigned char)s.p[from] & 0xC0) == 0x80)
		from--;
	return from;
}

/* From the block at `at`, whose characters do not follow from what stands before: the first malformed byte, or -1 and
 * *ret_at at the first character that begins behind the block. */
static ptrdiff_t bad_in_block(struct str s, ptrdiff_t at, bool carry, ptrdiff_t *ret_at)
{
	ptrdiff_t to = MIN(s.n, at + 64);

	for (ptrdiff_t i = carry ? lead_before(s, at) : at; i < to; *ret_at = i) {
		ptrdiff_t before = i;
		if (utf8_next(s, &i) == UTF8_BAD && i - before == 1)
			return before;
	}
	return -1;
}

/* Where continuation bytes must stand. */
static inline uint64_t owed_of(struct classes c, uint64_t carry)
{
	return (c.high & ~c.more) << 1 | c.lead3 << 2 | c.lead4 << 3 | carry;
}

/* 64 bytes at a time: continuation bytes must stand exactly where the leads before them ask for them. `carry` is those
 * still owed at the start of the block. A rare byte may yet be right. */
#define UTF8_BAD_BY(name, targets, ascii, classify)                                     \
targets static ptrdiff_t name(struct str s)                                             \
{                                                                                       \
	uint64_t carry = 0;                                                                 \
	ptrdiff_t at = 0, bad;                                                              \
                                                                                        \
	while (at + 64 <= s.n) {                                                            \
		if (!carry && ascii(s.p + at)) {                                                \
			at += 64;                                                                   \
			continue;                                                                   \
		}                                                                               \
		struct classes c = classify(s.p + at);                                          \
		if (owed_of(c, carry) == c.more && !c.rare) {                                   \
			carry = (c.high & ~c.more) >> 63 | c.lead3 >> 62 | c.lead4 >> 61;           \
			at += 64;                                                                   \
			continue;                                                                   \
		}                                                                               \
		bad = bad_in_block(s, at, carry != 0, &at);                                     \
		if (bad >= 0)                                                                   \
			return bad;                                                                 \
		carry = 0;                                                                      \
	}                                                                                   \
	char rest[64] = { 0 };                   /* what is owed behind the end stays so */ \
	if (at < s.n)                                                                       \
		memcpy(rest, s.p + at, (size_t)(s.n - at));                                     \
	struct classes c = classify(rest);                                                  \
	if (owed_of(c, carry) == c.more && !c.rare)                                         \
		return -1;                                                                      \
	return bad_from(s, carry ? lead_before(s, at) : at);                                \
}
UTF8_BAD_BY(bad_sse2, , ascii_sse2, classify_sse2)
UTF8_BAD_BY(bad_avx512, WIDE, ascii_avx512, classify_avx512)

ptrdiff_t utf8_bad(struct str s)
{
	return __builtin_cpu_supports("avx512bw") ? bad_avx512(s) : bad_sse2(s);
}
#else
ptrdiff_t utf8_bad(struct str s)
{
	return bad_from(s, 0);
}
#endif

bool utf8_valid(struct str s)
{
	return utf8_bad(s) < 0;
}

ptrdiff_t utf8_whole(struct str s)
{
	for (ptrdiff_t i = s.n - 1; i >= 0 && i >= s.n - 3; i--) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c & 0xC0) == 0x80)
			continue;
		return s.n - i < (c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1) ? i : s.n;
	}
	return s.n;
}

void utf8_add(struct buf *b, uint32_t c)
{
	char t[4];
	ptrdiff_t n = utf8proc_encode_char((utf8proc_int32_t)c, (utf8proc_uint8_t *)t);

	buf_add(b, (struct str){ t, n });
}

ptrdiff_t utf8_length(struct str s)
{
	ptrdiff_t n = 0;

	for (ptrdiff_t at = 0; at < s.n; n++)
		utf8_next(s, &at);
	return n;
}

ptrdiff_t utf8_width(struct str s)
{
	ptrdiff_t n = 0;

	for (ptrdiff_t at = 0; at < s.n; )
		n += utf8proc_charwidth((utf8proc_int32_t)utf8_next(s, &at));
	return n;
}

struct str utf8_clip(struct str s, ptrdiff_t max_bytes)
{
	if (s.n <= max_bytes)
		return s;
	while (max_bytes > 0 && ((unsigned char)s.p[max_bytes] & 0xC0) == 0x80)
		max_bytes--;
	return str_sub(s, 0, max_bytes);
}

/* Do only characters occur that are their own NFKC and case fold, whatever stands beside them? Most of what offices write:
 * ASCII, kana, the unified kanji and 、。々. */
static bool is_settled(struct str s)
{
	for (ptrdiff_t at = 0; at < s.n; ) {
		uint32_t c = utf8_next(s, &at);
		if (!(c < 0x80 || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FE) ||
		      c == 0x3001 || c == 0x3002 || c == 0x3005))
			return false;
	}
	return true;
}

static struct str map(struct arena *a, struct str s, utf8proc_option_t options)
{
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)s.p, s.n, &out, options);

	if (n < 0) {                             /* malformed: leave it as it is */
		free(out);
		return s;
	}
	struct str r = str_dup(a, (struct str){ (const char *)out, n });
	wipe(out, n);
	free(out);
	return r;
}

struct str utf8_nfkc(struct arena *a, struct str s)
{
	if (is_settled(s))
		return s;
	return map(a, s, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE);
}

/* Variant kanji met in names and addresses, each with the common form. NFKC knows none of them. */
static uint32_t common_kanji(uint32_t c)
{
	switch (c) {
	case 0x9AD9: return 0x9AD8; /* 髙 高 */ case 0xFA11: return 0x5D0E; /* 﨑 崎 */ case 0x5D5C: return 0x5D0E; /* 嵜 崎 */
	case 0x7895: return 0x5D0E; /* 碕 崎 */ case 0x908A: return 0x8FBA; /* 邊 辺 */ case 0x9089: return 0x8FBA; /* 邉 辺 */
	case 0x6FF1: return 0x6D5C; /* 濱 浜 */ case 0x6FF5: return 0x6D5C; /* 濵 浜 */ case 0x9F4B: return 0x658E; /* 齋 斎 */
	case 0x9F4A: return 0x6589; /* 齊 斉 */ case 0x6AFB: return 0x685C; /* 櫻 桜 */ case 0x6FA4: return 0x6CA2; /* 澤 沢 */
	case 0x5EE3: return 0x5E83; /* 廣 広 */ case 0x5D8B: return 0x5CF6; /* 嶋 島 */ case 0x5D8C: return 0x5CF6; /* 嶌 島 */
	case 0x570B: return 0x56FD; /* 國 国 */ case 0x9F8D: return 0x7ADC; /* 龍 竜 */ case 0x7027: return 0x6EDD; /* 瀧 滝 */
	case 0x771E: return 0x771F; /* 眞 真 */ case 0x5FB7: return 0x5FB3; /* 德 徳 */ case 0x6E0A: return 0x6E15; /* 渊 渕 */
	case 0x6DF5: return 0x6E15; /* 淵 渕 */ case 0x69C7: return 0x69D9; /* 槇 槙 */ case 0x9059: return 0x9065; /* 遙 遥 */
	case 0x9ED1: return 0x9ED2; /* 黑 黒 */ case 0x6B65: return 0x6B69; /* 步 歩 */ case 0x9751: return 0x9752; /* 靑 青 */
	case 0x6DF8: return 0x6E05; /* 淸 清 */ case 0x589E: return 0x5897; /* 增 増 */ case 0x60E0: return 0x6075; /* 惠 恵 */
	case 0x69AE: return 0x6804; /* 榮 栄 */ case 0x8C50: return 0x8C4A; /* 豐 豊 */ case 0x95DC: return 0x95A2; /* 關 関 */
	case 0x9435: return 0x9244; /* 鐵 鉄 */ case 0x85CF: return 0x8535; /* 藏 蔵 */ case 0x58FD: return 0x5BFF; /* 壽 寿 */
	case 0x689D: return 0x6761; /* 條 条 */ case 0x5BE6: return 0x5B9F; /* 實 実 */ case 0x6F81: return 0x6E0B; /* 澁 渋 */
	case 0x842C: return 0x4E07; /* 萬 万 */ case 0x79AE: return 0x793C; /* 禮 礼 */ case 0x7A57: return 0x7A42; /* 穗 穂 */
	case 0x8207: return 0x4E0E; /* 與 与 */ case 0x5713: return 0x5186; /* 圓 円 */ case 0x7E23: return 0x770C; /* 縣 県 */
	case 0x5340: return 0x533A; /* 區 区 */ case 0x5B78: return 0x5B66; /* 學 学 */ case 0x6703: return 0x4F1A; /* 會 会 */
	case 0x7912: return 0x78EF; /* 礒 磯 */ case 0x8218: return 0x9928; /* 舘 館 */ case 0x51A8: return 0x5BCC; /* 冨 富 */
	case 0x5CEF: return 0x5CF0; /* 峯 峰 */ case 0x57DC: return 0x91CE; /* 埜 野 */ case 0x6852: return 0x6851; /* 桒 桑 */
	case 0x6801: return 0x67F3; /* 栁 柳 */ case 0x66FB: return 0x6607; /* 曻 昇 */ case 0x20BB7: return 0x5409; /* 𠮷 吉 */
	case 0x8229: return 0x8239; /* 舩 船 */ case 0x6A9C: return 0x6867; /* 檜 桧 */ case 0x7AC8: return 0x7AC3; /* 竈 竃 */
	case 0x66FE: return 0x66FD; /* 曾 曽 */ case 0x974F: return 0x9DB4; /* 靏 鶴 */ case 0x9DD7: return 0x9D0E; /* 鷗 鴎 */
	default: return c;
	}
}

static uint32_t fold_char(uint32_t c)
{
	if (c >= 0x3041 && c <= 0x3096)          /* hiragana */
		return c + 0x60;
	if (c < 0x80)
		return c;
	switch (c) {
	case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015:
	case 0x2212: case 0x30FC: case 0x2500: case 0x2501: case 0x301C: case 0xFF5E: case 0x02D7:
		return '-';
	default:
		return common_kanji(c);
	}
}

struct str utf8_fold(struct arena *a, struct str s)
{
	if (!is_settled(s))
		s = map(a, s, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
	struct buf b = buf_in(a, 3 * s.n + 1);
	char *out = buf_room(&b, 3 * s.n + 1);       /* a malformed byte becomes a character of three */
	ptrdiff_t n = 0;

	for (ptrdiff_t at = 0; at < s.n; ) {
		uint32_t c = utf8_next(s, &at);
		if (c == ' ' || (c >= '\t' && c <= '\r') || c == 0x3000 || c == 0xA0)
			continue;
		if (c >= 'A' && c <= 'Z')
			c += 'a' - 'A';
		n += utf8proc_encode_char((utf8proc_int32_t)fold_char(c), (utf8proc_uint8_t *)out + n);
	}
	b.n = n;
	return buf_take(&b);
}

struct str utf8_one_line(struct arena *a, struct str s)
{
	bool broken = false;
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; i < s.n; i++)
		broken |= s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\v' || s.p[i] == '\f';
	if (!broken)
		return s;
	char *p = new_n(a, char, s.n);
	for (ptrdiff_t i = 0; i < s.n; i++) {
		bool ends = s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\v' || s.p[i] == '\f';
		if (!ends)
			p[n++] = s.p[i];
		else if (n && p[n - 1] != ' ')
			p[n++] = ' ';
	}
	return (struct str){ p, n };
}
