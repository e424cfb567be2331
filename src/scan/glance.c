/* glance.c - most runs of kanji hold nothing: told by their bytes.
 *
 * The glance never decides what is found: it passes every run in which anything could be (SCAN_PATH_REFERENCE reads all
 * runs, and finds the same). Sets of pairs may pass a run by chance; that costs a reading, and changes nothing. */
#include "scan/glance.h"
#include "scan/name.h"
#include <uchar.h>

enum { MAY_SURNAME = 1, MAY_SINGLE = 2, MAY_LEAD = 4, MAY_CITY = 8, MAY_GIVEN = 16, MAY_TITLE = 32, MAY_SHAPE = 64, MAY_OLD = 128, LEAD_BITS = 13 };
static uint8_t  may_be[DICT_HANS];
static uint64_t leads[(1 << LEAD_BITS) / 64];           /* the first two characters of prefectures and sensitive words */
static uint8_t  kana_leads[DICT_HANS / 8];              /* the first ones of those with kana behind it (障がい者) */

static uint32_t lead_bit(uint32_t a, uint32_t b)
{
	return dict_pair_bit(a, b) & ((1u << LEAD_BITS) - 1);
}

static bool is_lead(uint32_t bit)
{
	return leads[bit / 64] >> (bit % 64) & 1;
}

void han_lead(uint32_t a, uint32_t b)
{
	may_be[a - DICT_HAN] |= MAY_LEAD;
	leads[lead_bit(a, b) / 64] |= UINT64_C(1) << (lead_bit(a, b) % 64);
	if (b < 0x4E00)
		kana_leads[(a - DICT_HAN) / 8] |= (uint8_t)(1u << ((a - DICT_HAN) % 8));
}

__attribute__((constructor(203))) static void fill_may_be(void)
{
	const struct dict *d = dict_get();
	static const char32_t city[] = U"市区郡町村";

	for (uint32_t c = DICT_HAN; c < DICT_HAN_END; c++) {
		may_be[c - DICT_HAN] |= (uint8_t)((dict_bit(d->surname_start, c) ? MAY_SURNAME : 0) | (dict_bit(d->single, c) ? MAY_SINGLE : 0)
			| (dict_bit(d->given_start, c) ? MAY_GIVEN : 0) | (han_begins_title(c) ? MAY_TITLE : 0) | (shape_may_start(c) ? MAY_SHAPE : 0)
			| (han_usual(c) != c ? MAY_OLD : 0));
	}
	for (int i = 0; city[i]; i++)
		may_be[city[i] - DICT_HAN] |= MAY_CITY;
	address_leads();
	hint_leads();
}

/* The character of three bytes at i, 0 when there is none; four bytes are there. */
static inline uint32_t WRAPS three(const uint8_t *t, ptrdiff_t i)
{
	uint32_t x;

	__builtin_memcpy(&x, t + i, sizeof x);              /* the caller has seen to the bounds */
	if ((x & 0xC0C0F0) != 0x8080E0 || (x & 15) - 3 > 6)
		return 0;
	return (x & 15) << 12 | (x >> 2 & 0xFC0) | (x >> 16 & 63);
}

/* A sign stands before, as behind a label: ASCII, or one of the blocks of Japanese signs and full-width forms. */
bool sign_stands_before(const uint8_t *t, ptrdiff_t at)
{
	return at < 3 || t[at - 1] < 0x80 || (t[at - 3] == 0xE3 && t[at - 2] == 0x80) || t[at - 3] == 0xEF || t[at - 3] < 0xE3;
}

/* One character that is a surname: 林様, 林 太郎, 林有造, 担当：林. */
static bool single_goes_on(const uint8_t *t, ptrdiff_t at, uint32_t next)
{
	if (next >= 0x4E00) {
		uint8_t m = may_be[next - DICT_HAN];

		return m & (MAY_GIVEN | MAY_OLD) || (m & MAY_TITLE && han_may_be_title(next, three(t, at + 6)));
	}
	switch (next) {
	case 0: case 0x3000: case 0x3005: case 0x3006:
	case 0x3055: case 0x304F: case 0x3061: case 0x3069: case 0x305B: case 0x3068: case 0x30B5: case 0x30AF: case 0x30C1:    /* さ く ち ど せ と サ ク チ */
		return true;
	default:
		return sign_stands_before(t, at);
	}
}

/* の, ・ or 、 before, and a word for a relative before that. */
static bool kin_sign(const uint8_t *t, ptrdiff_t at)
{
	uint32_t sign;

	if (t[at - 3] != 0xE3 || (t[at - 1] != 0xAE && t[at - 1] != 0xBB && t[at - 1] != 0x81))
		return false;
	sign = three(t, at - 3);
	return (sign == 0x306E || sign == 0x30FB || sign == 0x3001) && shape_kin_ends(three(t, at - 6));
}

/* Do these begin a surname of two or three characters? `x`: the hash of the first two. */
static bool is_family(uint64_t x, uint32_t third)
{
	return dict_cost(dict_find(x), DC_SURNAME) >= 0 || (third >= 0x3005 && dict_cost(dict_find(dict_hash(x, third)), DC_SURNAME) >= 0);
}

/* Could the run at `at` hold anything? If not, *ret_end is where it ends. What is close to `hi` is read in any case. */
static bool run_may_hold(const uint8_t *t, ptrdiff_t at, ptrdiff_t hi, ptrdiff_t *ret_end)
{
	const struct dict *d = dict_get();
	ptrdiff_t i = at;
	uint32_t c, next, b;
	uint64_t x;
	bool surname;

	if (at + 12 > hi)
		return true;
	c = three(t, i);
	next = three(t, i + 3);
	if (c >= 0x4E00 && (next >= 0x4E00 || next == 0x3005 || next == 0x3006) && ((may_be[c - DICT_HAN] & MAY_SHAPE && shape_may_begin(c, next, three(t, i + 6))) || (at >= 6 && kin_sign(t, at))))
		return true;
	if (c == 0x75C5 && at >= 6 && t[at - 1] == 0xA4)        /* うつ病 is seen from its last sign */
		return true;
	for (; i + 12 <= hi && (c >= 0x4E00 || c == 0x3005 || c == 0x3006); i += 3, c = next) {
		uint8_t m = may_be[c - DICT_HAN];

		next = three(t, i + 3);
		if (!(m & (MAY_SURNAME | MAY_SINGLE | MAY_LEAD | MAY_CITY | MAY_OLD)))
			continue;
		if (m & MAY_OLD || (m & MAY_SINGLE && i == at && single_goes_on(t, at, next)) || (m & MAY_CITY && i > at))
			return true;
		if (next < 0x3005 || !(m & (MAY_SURNAME | MAY_LEAD)))
			continue;
		surname = m & MAY_SURNAME && dict_may_follow(d, c, next);
		if (!surname && !(m & MAY_LEAD))
			continue;
		x = dict_hash(dict_hash(DICT_SEED, c), next);
		b = dict_hash_bit(x);
		if ((surname && d->pair[b / 64] >> (b % 64) & 1 && is_family(x, three(t, i + 6))) || (m & MAY_LEAD && is_lead(b & ((1u << LEAD_BITS) - 1))))
			return true;
	}
	*ret_end = i;
	if (i + 12 > hi)
		return true;
	if (c == 0x306F && three(t, i + 3) == 0x3001 && i - at >= 9 && (at == 0 || t[at - 1] == '\n' || t[at - 1] == '"' || (at >= 3 && three(t, at - 3) == 0x3002)))
		return true;                                    /* a sentence that may say who somebody is */
	/* ヶ ケ ノ go on; so may forms beyond the usual block */
	return c == 0x30F6 || c == 0x30B1 || c == 0x30CE || c >= 0x3400 || t[i] >= 0xF0 || (t[i] == 0xEF && t[i + 1] >= 0xA4 && t[i + 1] <= 0xAB);
}

/* Could an address or a sensitive word begin with character k? What follows the last one is not known here. */
bool han_may_lead(const struct han *h, int k)
{
	uint32_t c = h->c[k];

	if (c < DICT_HAN || c >= DICT_HAN_END)
		return false;
	return may_be[c - DICT_HAN] & MAY_LEAD && (k + 1 == h->n || is_lead(lead_bit(c, h->c[k + 1])));
}

bool han_has_city(const struct han *h)
{
	for (int k = 1; k < h->n; k++)
		if (h->c[k] >= DICT_HAN && h->c[k] < DICT_HAN_END && may_be[h->c[k] - DICT_HAN] & MAY_CITY)
			return true;
	return false;
}

/* ---- runs that held nothing before: what matters around one ---- */

/* What goes on behind a run, in classes, each a range of first, second and third bytes. */
static const struct { uint8_t class, low[3], high[3]; } followers[] = {
	{ 1, { 0xE3, 0x80, 0x85 }, { 0xE3, 0x80, 0x86 } },                                                      /* 々 〆 */
	{ 2, { 0xE3, 0x83, 0x8E }, { 0xE3, 0x83, 0x8E } }, { 2, { 0xE3, 0x83, 0xB6 }, { 0xE3, 0x83, 0xB6 } },   /* ノ ヶ */
	{ 4, { 0xE3, 0x82, 0xB1 }, { 0xE3, 0x82, 0xB1 } },                                                      /* ケ */
	{ 8, { 0xE3, 0x90, 0x00 }, { 0xE3, 0xFF, 0xFF } }, { 16, { 0xEF, 0xA4, 0x00 }, { 0xEF, 0xAB, 0xFF } },  /* forms beyond the usual block */
	{ 32, { 0xF0, 0x00, 0x00 }, { 0xFF, 0xFF, 0xFF } },
};
uint8_t seen_follower[3][256];

__attribute__((constructor)) static void fill_follower(void)
{
	for (ptrdiff_t i = 0; i < COUNT(followers); i++)
		for (int k = 0; k < 3; k++)
			for (int b = followers[i].low[k]; b <= followers[i].high[k]; b++)
				seen_follower[k][b] |= followers[i].class;
}

/* Is the run [at, end), which held nothing, one for which only that matters? */
static bool is_by_itself(const uint8_t *t, ptrdiff_t at, ptrdiff_t end)
{
	uint32_t first = three(t, at), last = three(t, end - 3);

	if (first < 0x4E00 || last < 0x4E00 || shape_kin_ends(last) || dict_bit(kana_leads, last))
		return false;
	/* what stands beside a surname of one character decides, and what stands before うつ病 */
	return !(end - at == 3 && may_be[first - DICT_HAN] & MAY_SINGLE) && first != 0x75C5;
}

void han_at(struct scan_run *r, ptrdiff_t at)
{
	ptrdiff_t end;

	if (at < r->han_end)
		return;
	if (!r->s->plainly || run_may_hold(r->t, at, view_hi(r, at), &end)) {
		han_run(r, at);
		end = r->han_end;
	} else if (end - at <= SEEN_RUN && at + SEEN_AHEAD <= r->n && end == at + run_bytes(r, at) && is_by_itself(r->t, at, end)) {
		struct seen s = seen_bytes(r->t + at, end - at);

		*seen_slot(r, s) = s;
	}
	r->han_end = end;
	if (end > at && end < r->n && shape_kin_ends(three(r->t, end - 3)))
		r->kin_end = end;
}
