/* name_shape.c - names that the cheapest way through the dictionary takes for other words: a surname and a given name that
 * fill the whole run, given names by themselves, names of the old shapes (三郎, 之助, 右衛門), families of China and Korea. */
#include "scan/name.h"
#include <uchar.h>

enum { GIVEN_UNKNOWN = 9000, NOUN_UNKNOWN = 11426, NOUN_LONGER = 1500, OLD_SHAPE = 7600, ABOUT_AS_CHEAP = 2500 };
static const char32_t PLACE_ENDS[] = U"家国市県郡町村区道路山川浜宮寺社会院館園校駅線号城島岳部課室局省庁党派軍隊団班組店楼蔵券権法書誌紙者長員衆氏様殿君洲端東西南北";

static uint8_t unlikely_in(const uint8_t *table, uint32_t c)
{
	return c >= DICT_HAN && c < DICT_HAN_END ? table[c - DICT_HAN] : DICT_REJECT;
}

static bool is_any(uint32_t c, const char32_t *set)
{
	for (; *set; set++)
		if (*set == c)
			return true;
	return false;
}

/* ---- given names of the old shapes ---- */

static bool ends_like(const struct han *h, int from, int to, const char32_t *end)
{
	int n = 0;

	while (end[n])
		n++;
	for (int i = 0; i < n; i++)
		if (to - n + i <= from || h->c[to - n + i] != end[i])
			return false;
	return true;
}

/* 義三郎, 政之助, 清右衛門: at least one character before the shape. */
bool given_old_shape(const struct han *h, int from, int to)
{
	static const char32_t *const ends[] = { U"之助", U"之介", U"之丞", U"之進", U"衛門", U"兵衛", U"太夫" };

	for (ptrdiff_t i = 0; i < COUNT(ends); i++)
		if (to - from <= 5 && ends_like(h, from, to, ends[i]))
			return true;
	return to - from >= 3 && to - from <= 4 && h->c[to - 1] == 0x90CE && is_any(h->c[to - 2], U"一二三四五六七八九十太次市吉士司");
}

/* ---- what a reading costs ---- */

static int word_cost(const struct han *h, const struct han_part *p)
{
	int n = p->to - p->from, cost = dict_cost(han_word(h, p->from, p->to), p->class);

	if (cost >= 0)
		return cost;
	return p->class == DC_GIVEN ? GIVEN_UNKNOWN : NOUN_UNKNOWN + NOUN_LONGER * (n - 1);
}

static int way_cost(const struct han *h, const struct han_part *p, int n, enum dict_class before, enum dict_class after)
{
	const struct dict *d = dict_get();
	int sum = 0;

	for (int i = 0; i < n; i++) {
		sum += d->join[before][p[i].class] + word_cost(h, &p[i]);
		before = p[i].class;
	}
	return sum + d->join[before][after];
}

/* What [from, to) costs as a given name behind a surname, or -1. One that no dictionary has must not be another word, nor
 * end like a place or a body. */
static int given_after(const struct han *h, int from, int to)
{
	const struct dict *d = dict_get();
	const struct dict_word *w = han_word(h, from, to);
	int cost = dict_cost(w, DC_GIVEN), first = unlikely_in(d->given_first, h->c[from]), last = unlikely_in(d->given_last, h->c[to - 1]);

	if (cost >= 0)
		return to - from == 1 && is_any(h->c[from], PLACE_ENDS) ? -1 : cost;
	if (given_old_shape(h, from, to))
		return OLD_SHAPE;
	if (w || to - from < 2 || to - from > 3 || first == DICT_REJECT || last == DICT_REJECT || is_any(h->c[to - 1], PLACE_ENDS))
		return -1;
	return GIVEN_UNKNOWN + (first + last) * 16;
}

/* ---- a surname and a given name that fill the run ---- */

bool shape_full(const struct han *h, const struct han_part *p, int n, enum dict_class before, enum dict_class after)
{
	const struct dict *d = dict_get();
	int from = p[0].from, best = INT32_MAX;

	for (int s = 1; s <= 4 && from + s < h->n; s++) {
		int surname = dict_cost(han_word(h, from, from + s), DC_SURNAME);
		int given = surname >= 0 && h->n - from - s <= 5 ? given_after(h, from + s, h->n) : -1;

		if (given < 0 || (s == 1 && (h->n - from < 3 || !dict_bit(d->single, h->c[from]) || dict_cost(han_word(h, from + s, h->n), DC_GIVEN) < 0)))
			continue;
		best = MIN(best, d->join[before][DC_SURNAME] + surname + d->join[DC_SURNAME][DC_GIVEN] + given + d->join[DC_GIVEN][after]);
	}
	return best < INT32_MAX && best - way_cost(h, p, n, before, after) < ABOUT_AS_CHEAP;
}

/* ---- given names by themselves ---- */

static const char32_t *const KIN[] = { U"長男", U"次男", U"二男", U"三男", U"四男", U"五男", U"六男", U"長女", U"次女", U"二女", U"三女", U"四女", U"五女", U"末娘", U"一人娘",
	U"息子", U"夫", U"妻", U"父", U"母", U"兄", U"弟", U"姉", U"妹", U"娘", U"孫", U"甥", U"姪", U"嫁", U"婿", U"祖父", U"祖母", U"養子", U"養女", U"嫡子", U"嫡男", U"長兄", U"次兄",
	U"実父", U"実母", U"義父", U"義母", U"義兄", U"義弟", U"義姉", U"義妹", U"叔父", U"叔母", U"伯父", U"伯母", U"後妻", U"先妻", U"前妻", U"正室", U"側室" };

static void mark(uint8_t *set, uint32_t c)
{
	set[(c - DICT_HAN) / 8] |= (uint8_t)(1u << ((c - DICT_HAN) % 8));
}

static uint8_t  kin_first[DICT_HANS / 8], kin_last[DICT_HANS / 8];
static uint64_t kin_pairs[(1 << 10) / 64];             /* the first two characters; the second open for words of one */

static unsigned kin_bit(uint32_t a, uint32_t b)
{
	return dict_pair_bit(a, b) & 1023;
}

__attribute__((constructor(202))) static void fill_kin(void)
{
	for (ptrdiff_t i = 0; i < COUNT(KIN); i++) {
		int n = 0;

		while (KIN[i][n + 1])
			n++;
		mark(kin_first, KIN[i][0]);
		mark(kin_last, KIN[i][n]);
		kin_pairs[kin_bit(KIN[i][0], n ? KIN[i][1] : 0) / 64] |= UINT64_C(1) << (kin_bit(KIN[i][0], n ? KIN[i][1] : 0) % 64);
	}
}

static bool kin_pair(uint32_t a, uint32_t b)
{
	return kin_pairs[kin_bit(a, b) / 64] >> (kin_bit(a, b) % 64) & 1;
}

/* Families of China and Korea of one character. */
static uint8_t continental[DICT_HANS / 8];
static const char32_t CONTINENTAL[] = U"金朴李崔鄭姜趙尹曺兪沈呉郭黄劉王張陳楊徐孫朱胡羅謝許鄧韓馮曹彭曾蕭董袁潘蔡蒋蔣余杜程魏蘇呂丁姚盧鍾譚汪范伍薄";

__attribute__((constructor(202))) static void fill_continental(void)
{
	for (int i = 0; CONTINENTAL[i]; i++)
		mark(continental, CONTINENTAL[i]);
}

bool shape_may_begin(uint32_t a, uint32_t b, uint32_t c)
{
	const struct dict *d = dict_get();

	if (dict_bit(d->given_start, a) && dict_may_follow(d, a, b)) {
		uint32_t p = dict_pair_bit(a, b);

		if (d->given_pair[p / 64] >> (p % 64) & 1)
			return true;
	}
	if ((c >= 0x4E00 || c == 0x3005 || c == 0x3006) && dict_bit(continental, a))
		return true;
	return dict_bit(kin_first, a) && (kin_pair(a, b) || (dict_bit(d->given_start, b) && kin_pair(a, 0)));
}

bool shape_may_start(uint32_t a)
{
	return dict_bit(dict_get()->given_start, a) || dict_bit(kin_first, a) || dict_bit(continental, a);
}

bool shape_kin_ends(uint32_t c)
{
	return dict_bit(kin_last, c);
}

/* Characters of the word for a relative with which the run begins; 0 when there is none. */
static int kin_at(const struct han *h)
{
	int best = 0;

	if (!dict_bit(kin_first, h->c[0]))
		return 0;
	for (ptrdiff_t i = 0; i < COUNT(KIN); i++) {
		int n = 0;

		while (KIN[i][n] && n < h->n && KIN[i][n] == h->c[n])
			n++;
		if (!KIN[i][n])
			best = MAX(best, n);
	}
	return best;
}

/* Does 長女の, 父・ or 妻、 stand before `at`? */
static bool kin_before(const struct scan_run *r, ptrdiff_t at, ptrdiff_t lo)
{
	UNINIT struct han h;
	int len;
	uint32_t c = at > lo ? char_before(r->t, at, lo, &len) : 0;

	if (c != 0x306E && c != 0x30FB && c != 0x3001)
		return false;
	at -= len;
	if (at - 3 < lo || !shape_kin_ends(char_before(r->t, at, lo, &len)))
		return false;
	for (ptrdiff_t from = at, n = 1; n <= 3 && from > lo; n++) {
		from -= 3;
		if (from < lo || !char_is_han(char_at(r->t, from, at, &len)))
			return false;
		han_read(r, from, at, &h);
		if (h.n == n && kin_at(&h) == n && (from == lo || !char_is_han(char_before(r->t, from, lo, &len))))
			return true;
	}
	return false;
}

bool shape_around(const struct scan_run *r, const struct han *h, ptrdiff_t lo, ptrdiff_t hi)
{
	return text_starts(r, h->at[h->n], hi, "は、") || kin_before(r, h->at[0], lo);
}

/* Where a name may end and the sentence goes on. */
static bool goes_on(const struct scan_run *r, ptrdiff_t end, ptrdiff_t hi)
{
	static const char *const after[] = { "は", "が", "を", "に", "と", "の", "も", "へ", "、", "ら", "・", "。", "」", "や" };

	for (ptrdiff_t i = 0; i < COUNT(after); i++)
		if (text_starts(r, end, hi, after[i]))
			return true;
	return end >= hi || kana_title(r, end, hi);
}

/* The end of the given name within the run: before a title (千江夫人), else the run's. */
static int before_title(const struct han *h)
{
	for (int k = 2; k < h->n && k <= 5; k++)
		if (han_title(h, k) && k + han_title(h, k) == h->n)
			return k;
	return h->n;
}

int shape_given(const struct scan_run *r, const struct han *h, ptrdiff_t lo, ptrdiff_t hi, int *ret_from, int *ret_to)
{
	int kin = kin_at(h), from = kin < h->n ? kin : 0, to, n;
	bool relative = from || kin_before(r, h->at[0], lo);

	if (h->n > 9 || kin == h->n || (!relative && !shape_may_begin(h->c[0], h->c[1], 0)))
		return 0;
	*ret_from = from;
	*ret_to = to = before_title(h);
	n = to - from;
	if (n < 2 || n > 4 || (to == h->n && !goes_on(r, h->at[h->n], hi)))
		return 0;
	if (from && !dict_bit(dict_get()->given_start, h->c[from]))
		return 0;
	if (relative)
		return dict_cost(han_word(h, from, to), DC_GIVEN) >= 0 || given_after(h, from, to) >= 0 ? 62 : 0;
	return n <= 3 && dict_names_only(han_word(h, 0, to)) ? 52 : 0;
}

/* ---- families of China and Korea: one character, and two that are no word ---- */

bool shape_continental(const struct scan_run *r, const struct han *h, ptrdiff_t hi)
{
	const struct dict_word *rest;

	if (h->n < 3 || !dict_bit(continental, h->c[0]) || !(h->n == 3 ? goes_on(r, h->at[3], hi) : han_title(h, 3) && 3 + han_title(h, 3) == h->n))
		return false;
	rest = han_word(h, 1, 3);
	return !han_word(h, 0, 2) && !han_word(h, 0, 3) && !han_title(h, 1) && (!rest || dict_names_only(rest)) && !is_any(h->c[2], PLACE_ENDS);
}

/* ---- who is said to be somebody: 黒石守は、日本の作家。 ---- */

static bool is_somebody(const struct scan_run *r, ptrdiff_t end, ptrdiff_t hi)
{
	static const char *const ends[] = { "家", "者", "手", "優", "師", "員", "士", "官", "人", "督", "女性", "男性", "タレント", "アナウンサー", "モデル", "アイドル", "ライター",
		"レスラー", "デザイナー", "ミュージシャン", "ディレクター", "プロデューサー", "エンジニア" };
	ptrdiff_t stop = end;

	hi = MIN(hi, end + 240);
	while (stop < hi && r->t[stop] != '\n' && !text_starts(r, stop, hi, "。"))
		stop++;
	if (stop >= hi || r->t[stop] == '\n')
		return false;
	for (ptrdiff_t i = 0; i < COUNT(ends); i++) {
		ptrdiff_t n = (ptrdiff_t)strlen(ends[i]);
		if (stop - n > end + 6 && memcmp(r->t + stop - n, ends[i], (size_t)n) == 0)
			return true;
	}
	return false;
}

bool shape_introduced(const struct scan_run *r, const struct han *h, ptrdiff_t lo, ptrdiff_t hi)
{
	int len;
	uint32_t c;

	if (h->n < 3 || h->n > 6 || !text_starts(r, h->at[h->n], hi, "は、"))
		return false;
	c = h->at[0] > lo ? char_before(r->t, h->at[0], lo, &len) : '\n';
	if ( (c != '\n' && c != 0x3002 && c != '"') || han_word(h, 0, h->n) || is_any(h->c[h->n - 1], PLACE_ENDS) || is_body(h))
		return false;
	for (int s = 1; s <= 3 && s < h->n; s++)
		if (h->n - s <= 3 && dict_cost(han_word(h, 0, s), DC_SURNAME) >= 0 && !han_title(h, s) && (s > 1 || (dict_bit(dict_get()->single, h->c[0]) && !han_word(h, 0, 2))))
			return is_somebody(r, h->at[h->n], hi);
	for (int s = 1; s <= 3 && s < h->n; s++)                /* a family that the dictionary has not */
		if (given_old_shape(h, s, h->n) || (h->n - s <= 3 && !han_title(h, s) && dict_cost(han_word(h, s, h->n), DC_GIVEN) >= 0))
			return is_somebody(r, h->at[h->n], hi);
	return false;
}
