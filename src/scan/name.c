/* name.c - names of persons in running text: a run of kanji and what stands before and behind it. */
#include "scan/name.h"
#include "base/utf8.h"
#include <uchar.h>

enum { NAMES_MAX = 12, LONE_COST = 8200 };

struct span { int from, to, score; ptrdiff_t end; };   /* characters of the run; `end` in bytes may lie behind it */

bool text_starts(const struct scan_run *r, ptrdiff_t i, ptrdiff_t hi, const char *z)
{
	size_t n = strlen(z);

	return hi - i >= (ptrdiff_t)n && memcmp(r->t + i, z, n) == 0;
}

/* ---- what follows a name: honorifics and titles ---- */

static const char *const kana_titles[] = { "さん", "さま", "くん", "ちゃん", "サン", "クン", "チャン", "ﾁｬﾝ", "どの", "せんせい", "先輩" };

/* A title at k, or up to four characters further (鈴木営業部長) when it ends the run. */
static bool titled(const struct han *h, int k)
{
	if (k < h->n && han_title(h, k))
		return true;
	for (int m = 1; k >= 2 && m <= 4 && k + m < h->n; m++) {
		int n = han_title(h, k + m);

		if (n >= 2 && k + m + n == h->n)
			return true;
	}
	return false;
}

/* Is all of [from, to) a title, although it could be spelt as a given name (専務, 保健師)? */
static bool ends_in_title(const struct han *h, int from, int to)
{
	int n = han_title(h, from);

	return n >= 2 && from + n >= to;
}

bool kana_title(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi)
{
	int first;

	if (hi - at < 6)
		return false;
	switch (char_at(r->t, at, hi, &first)) {
	case 0x3055: case 0x304F: case 0x3061: case 0x30B5: case 0x30AF: case 0x30C1: case 0xFF81: case 0x3069: case 0x305B: case 0x5148:
		break;                                          /* さ く ち サ ク チ ﾁ ど せ 先 */
	default:
		return false;
	}
	for (ptrdiff_t i = 0; i < COUNT(kana_titles); i++) {
		ptrdiff_t end = at + (ptrdiff_t)strlen(kana_titles[i]);
		int len;
		uint32_t next;

		if (!text_starts(r, at, hi, kana_titles[i]))
			continue;
		next = end < hi ? char_at(r->t, end, hi, &len) : 0;
		if (char_at(r->t, at, hi, &len) < 0x30A0 || !(next >= 0x30A1 && next <= 0x30FC))
			return true;                                    /* サン, but not サンライズ */
	}
	return false;
}

ptrdiff_t kana_title_end(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi)
{
	for (ptrdiff_t i = 0; i < COUNT(kana_titles); i++)
		if (text_starts(r, at, hi, kana_titles[i]))
			return at + (ptrdiff_t)strlen(kana_titles[i]);
	return at;
}

/* ---- what stands around a run ---- */

static enum dict_class WRAPS class_before(const struct scan_run *r, ptrdiff_t at, ptrdiff_t lo)
{
	int len;
	uint32_t c;

	if (at <= lo)
		return DC_EDGE;
	c = char_before(r->t, at, lo, &len);
	if (c >= 0x3041 && c <= 0x3096)
		return DC_PARTICLE;
	if (c == 0x3001 || c == 0xFF0C || c == ',' || c == 0x30FB)
		return DC_COMMA;
	if ((c >= 0x30A1 && c <= 0x30FC) || char_is_latin(c))
		return DC_NOUN;
	return char_is_digit(c) ? DC_NUMBER : DC_EDGE;
}

static enum dict_class class_after(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi)
{
	int len;
	uint32_t c;

	if (at >= hi)
		return DC_EDGE;
	if (kana_title(r, at, hi))
		return DC_TITLE;
	c = char_at(r->t, at, hi, &len);
	if (c >= 0x3041 && c <= 0x3096)
		return DC_PARTICLE;
	if (c == 0x3001 || c == 0xFF0C || c == 0x30FB)
		return DC_COMMA;
	return c >= 0x30A1 && c <= 0x30FC ? DC_NOUN : DC_EDGE;
}

bool is_surname(const struct han *h, int from, int to)
{
	return dict_cost(han_word(h, from, to), DC_SURNAME) >= 0;
}

/* Characters of the run without the titles at its end: 直樹様宛 has two. */
int untitled(const struct han *h)
{
	for (int k = 1; k < h->n; k++) {
		int end = k, n;

		while (end < h->n && (n = han_title(h, end)) > 0)
			end += n;
		if (end > k && (end == h->n || (end + 1 == h->n && (h->c[end] == 0x5B9B || h->c[end] == 0x65B9 || h->c[end] == 0x5BB6))))
			return k;                                   /* 宛 方 家 */
	}
	return h->n;
}

/* ---- given names behind a space or in kana ---- */

static bool title_behind(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi)
{
	UNINIT struct han h;

	han_read(r, at, hi, &h);
	return h.n && han_title(&h, 0);
}

/* Hiragana or katakana at `at` that is a given name and ends where a name may end: its end, or -1. */
ptrdiff_t kana_given(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, int least)
{
	uint32_t c[8];
	ptrdiff_t ends[8];
	int n = 0, len;

	for (ptrdiff_t i = at; i < hi && n < 6; i += len) {
		c[n] = char_at(r->t, i, hi, &len);
		if (!char_is_kana(c[n]))
			break;
		ends[n++] = i + len;
	}
	for (int k = MIN(n, 5); k >= least; k--) {
		uint32_t next;
		bool clear;

		if (!dict_reading(c, k, false))
			continue;
		next = ends[k - 1] < hi ? char_at(r->t, ends[k - 1], hi, &len) : 0;
		clear = !char_is_kana(next) && !char_is_han(next);
		if (clear || kana_title(r, ends[k - 1], hi) || title_behind(r, ends[k - 1], hi)
				|| (k >= 3 && (next == 0x306F || next == 0x304C || next == 0x306E || next == 0x3092 || next == 0x306B || next == 0x3068 || next == 0x3082)))
			return ends[k - 1];
	}
	return -1;
}

int name_gap(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, bool cell)
{
	int len, sign = at < hi ? sign_at(r->t, at, hi, false, &len) : SIGN_NONE;

	if (cell && text_starts(r, at, hi, "\r\n"))
		return 2;
	return sign == SIGN_SPACE || (cell && sign == SIGN_LINE) ? len : 0;
}

/* One gap, then a given name: its end in bytes, or -1. */
ptrdiff_t given_behind_space(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, int surname_chars, bool cell)
{
	UNINIT struct han g;
	UNINIT struct han_part parts[HAN_MAX];
	int len, n, to;

	if (!(len = name_gap(r, at, hi, cell)))
		return -1;
	at += len;
	if (at >= hi)
		return -1;
	han_read(r, at, hi, &g);
	if (g.n == 0)
		return kana_given(r, at, hi, 2);
	to = untitled(&g);
	g.n = to;
	g.c[to] = 0;
	if (to > 4)
		return -1;
	if (dict_cost(han_word(&g, 0, to), DC_GIVEN) >= 0)
		return g.at[to];
	if (surname_chars < 2)
		return -1;
	n = han_parse(&g, DC_SURNAME, DC_EDGE, false, parts);
	return n == 1 && parts[0].class == DC_GIVEN ? g.at[to] : -1;
}

/* ---- a run of kanji ---- */

static bool label_before(struct scan_run *r, ptrdiff_t at)
{
	struct context x = context_of(r, at, at + 1);
	ptrdiff_t lo = view_lo(r, at);
	int len;
	uint32_t c;

	if (!(x.direct & SCAN_BIT(SCAN_person_name)))
		return false;
	while (at > lo && r->t[at - 1] == ' ')
		at--;
	c = at > lo ? char_before(r->t, at, lo, &len) : 0;
	return !(c >= 0x3041 && c <= 0x3096);               /* 担当：森, not 担当に森 */
}

/* Surnames strung together: 三浦、藤原 - is there another one beyond the sign? */
static bool in_list(const struct scan_run *r, const struct han *h, ptrdiff_t lo, ptrdiff_t hi)
{
	static const char *const signs[] = { "、", "・", "と", "，", "及び" };
	UNINIT struct han other;
	ptrdiff_t end = h->at[h->n];

	for (ptrdiff_t i = 0; i < COUNT(signs); i++) {
		ptrdiff_t n = (ptrdiff_t)strlen(signs[i]);

		if (text_starts(r, end, hi, signs[i]) && end + n < hi) {
			han_read(r, end + n, hi, &other);
			if (other.n >= 2 && other.n <= 6 && (is_surname(&other, 0, 2) || is_surname(&other, 0, MIN(other.n, 3))))
				return true;
		}
		if (h->at[0] - n > lo && text_starts(r, h->at[0] - n, hi, signs[i])) {
			ptrdiff_t e = h->at[0] - n, s = e;
			int len;

			while (s > lo && e - s < 18 && char_is_han(char_before(r->t, s, lo, &len)))
				s -= len;
			han_read(r, s, e, &other);
			if (other.n >= 2 && (is_surname(&other, 0, 2) || is_surname(&other, 0, MIN(other.n, 3))))
				return true;
		}
	}
	return false;
}

static bool subject(const struct scan_run *r, ptrdiff_t end, ptrdiff_t hi)
{
	return text_starts(r, end, hi, "は") || text_starts(r, end, hi, "が") || text_starts(r, end, hi, "も") || text_starts(r, end, hi, "を") || text_starts(r, end, hi, "に");
}

/* A surname that stands alone, with nothing but the sentence to tell. */
static int lone_score(struct scan_run *r, const struct han *h, const struct han_part *p, ptrdiff_t lo, ptrdiff_t hi)
{
	enum dict_class after = class_after(r, h->at[h->n], hi);
	int cost = dict_cost(han_word(h, p->from, p->to), DC_SURNAME);

	if (p->from > 0 || p->to < h->n)
		return 0;
	if (text_starts(r, h->at[h->n], hi, "と申し"))
		return 85;
	if (p->to - p->from == 1 && !sign_stands_before(r->t, h->at[0]))
		return 0;                                       /* 担当：森, not データ森 */
	if (label_before(r, h->at[0]) && (after != DC_PARTICLE || p->to - p->from > 1))
		return 84;
	if (p->to - p->from < 2)
		return 0;
	if (in_list(r, h, lo, hi))
		return 64;
	if (after != DC_PARTICLE && after != DC_COMMA)
		return 0;
	if (p->class != DC_SURNAME && (!subject(r, h->at[h->n], hi) || dict_cost(han_word(h, p->from, p->to), p->class) + 700 < cost))
		return 0;
	return cost < LONE_COST ? 52 : 40;
}

/* A given name as the subject of a sentence: 長女の千恵子は... */
static int given_alone(struct scan_run *r, const struct han *h, ptrdiff_t hi, ptrdiff_t lo)
{
	static const char *const after[] = { "は", "が", "を", "に", "と", "の", "も", "へ", "、" };
	ptrdiff_t end = h->at[h->n];
	enum dict_class before = class_before(r, h->at[0], lo);

	if (before != DC_EDGE && before != DC_COMMA && before != DC_PARTICLE)
		return 0;
	for (ptrdiff_t i = 0; i < COUNT(after); i++)
		if (text_starts(r, end, hi, after[i]))
			return dict_cost(han_word(h, 0, h->n), DC_GIVEN) >= 0 ? 51 : 0;
	return 0;
}

static void add_span(struct span *s, int *n, struct span one)
{
	if (*n < NAMES_MAX && one.score > 0)
		s[(*n)++] = one;
}

/* What may stand right behind a full name within a run of kanji. */
static bool may_follow(const struct han *h, int k)
{
	static const char32_t *const words[] = { U"等", U"他", U"著", U"作", U"役", U"家", U"邸", U"像", U"宛", U"方", U"本人", U"自身", U"以下", U"両", U"名義", U"兼",
		U"中佐", U"大佐", U"少佐", U"大尉", U"中尉", U"少尉", U"中将", U"少将", U"大将", U"親子", U"兄弟", U"姉妹", U"率", U"擁", U"演", U"司会", U"主演", U"監修", U"編", U"訳", U"画" };

	for (ptrdiff_t i = 0; i < COUNT(words); i++) {
		int n = 0;

		while (words[i][n] && k + n < h->n && words[i][n] == h->c[k + n])
			n++;
		if (!words[i][n] && (n > 1 || k + n == h->n))
			return true;
	}
	return false;
}

/* A common word of two characters or more follows (脚本, 作品), and no firm begins with the name. */
static bool noun_follows(const struct han *h, const struct han_part *p, int i)
{
	UNINIT struct han rest;

	if (p[i].to - p[i].from < 2 || (p[i].class != DC_NOUN && p[i].class != DC_VERBAL) || !han_word(h, p[i].from, p[i].to))
		return false;
	rest.n = h->n - p[i].from;
	memcpy(rest.c, h->c + p[i].from, sizeof *rest.c * (size_t)rest.n);
	return !is_body(&rest);
}

/* Before a name in the same run stands nothing, or a whole word: 俳優, 長女, 課長; not half of a place or firm. */
static bool may_precede(const struct han *h, const struct han_part *p, int i)
{
	if (i == 0)
		return true;
	if (p[i - 1].class == DC_SUFFIX)
		return true;
	return p[i - 1].to - p[i - 1].from >= 2 && han_word(h, p[i - 1].from, p[i - 1].to)
		&& (p[i - 1].class == DC_NOUN || p[i - 1].class == DC_VERBAL || p[i - 1].class == DC_ADVERB
			|| p[i - 1].class == DC_TITLE || p[i - 1].class == DC_ADJECTIVE);
}

/* 山田義三郎等: the parts end too soon within a given name of the old shape. */
static int old_end(const struct han *h, int from, int to)
{
	for (int k = MIN(h->n, from + 5); k > to; k--)
		if (given_old_shape(h, from, k))
			return k;
	return to;
}

/* えつ子, まり江: hiragana and the last sign of a woman's name; its end, or -1. */
static ptrdiff_t kana_and_ko(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi)
{
	static const char32_t last[] = U"子美江枝恵", particles[] = U"がのはをにともへでや";
	int len, next_len;

	for (int n = 0; n <= 3 && at < hi; n++, at += len) {
		uint32_t c = char_at(r->t, at, hi, &len);

		for (int i = 0; last[i] && n; i++)
			if (c == last[i])
				return at + len < hi && char_is_han(char_at(r->t, at + len, hi, &next_len)) ? -1 : at + len;
		for (int i = 0; particles[i]; i++)
			if (n == 0 && c == particles[i])
				return -1;
		if (c < 0x3041 || c > 0x3096)
			return -1;
	}
	return -1;
}

/* Parts i and on as a name; *ret_used how many parts it took. */
static struct span span_of(struct scan_run *r, const struct han *h, const struct han_part *p, int n, int i, ptrdiff_t lo, ptrdiff_t hi, int *ret_used)
{
	struct span s = { p[i].from, p[i].to, 0, h->at[p[i].to] };
	ptrdiff_t end = h->at[h->n], e;
	bool last = i + 1 == n;

	*ret_used = 1;
	if (p[i].class == DC_SURNAME && !last && p[i + 1].class == DC_GIVEN && !ends_in_title(h, p[i + 1].from, p[i + 1].to)) {
		s.to = old_end(h, p[i + 1].from, p[i + 1].to);
		s.end = h->at[s.to];
		for (*ret_used = 2; i + *ret_used < n && p[i + *ret_used].from < s.to;)
			++*ret_used;
		s.score = titled(h, s.to) || (s.to == h->n && kana_title(r, end, hi)) ? 95 : s.to == h->n || may_follow(h, s.to) ? 78 : 40;
		if (s.score == 40 && i + 2 < n && noun_follows(h, p, i + 2) && dict_cost(han_word(h, p[i + 1].from, p[i + 1].to), DC_GIVEN) >= 0)
			s.score = 60;
		if (!may_precede(h, p, i))
			s.score -= 35;
		return s;
	}
	if (p[i].class == DC_PERSON && p[i].to - p[i].from >= 3) {
		s.score = 66;
		return s;
	}
	if (p[i].class == DC_GIVEN && p[i].from == 0 && last && kana_title(r, end, hi)) {
		s.score = 60;
		return s;
	}
	if (p[i].class == DC_GIVEN && p[i].from == 0 && last && p[i].to >= 2) {
		s.score = given_alone(r, h, hi, lo);
		return s;
	}
	if (!is_surname(h, p[i].from, p[i].to))
		return s;
	if (!last && p[i].class == DC_SURNAME && p[i].to - p[i].from >= 2 && may_follow(h, p[i].to) && may_precede(h, p, i)) {
		s.score = 54;
		return s;
	}
	if (!last && titled(h, p[i].to)) {
		s.score = p[i].to - p[i].from == 1 ? 70 : 86;
		return s;
	}
	if (!last)
		return s;
	if (kana_title(r, end, hi)) {
		s.score = p[i].to - p[i].from == 1 ? 72 : 88;
		return s;
	}
	e = given_behind_space(r, end, hi, p[i].to - p[i].from, false);
	if (e < 0 && p[i].to - p[i].from >= 2)
		e = kana_and_ko(r, end, hi);
	if (e < 0 && p[i].to - p[i].from >= 2)
		e = kana_given(r, end, hi, 3);
	if (e > 0) {
		s.end = e;
		s.score = 80;
		return s;
	}
	s.score = lone_score(r, h, &p[i], lo, hi);
	return s;
}

/* Whether a name may begin with character k: a surname, and behind it the end, a title or the beginning of a given name. */
static bool name_begins(const struct dict *d, const struct han *h, int k)
{
	uint32_t b = dict_pair_bit(h->c[k], h->c[k + 1]);

	if (k + 1 < h->n && (d->pair[b / 64] >> (b % 64) & 1)) {
		for (int n = 2; n <= 3 && k + n <= h->n; n++)
			if (is_surname(h, k, k + n) && (k + n == h->n || han_title(h, k + n) || dict_bit(d->given_start, h->c[k + n])
					|| titled(h, k + n) || may_follow(h, k + n)))
				return true;
	}
	return k == 0 && dict_bit(d->single, h->c[k]) && (h->n == 1 || han_title(h, 1) || dict_bit(d->given_start, h->c[1]));
}

/* A run that is nothing but a surname and two or three characters that are no word, perhaps with a title: 大熊良樹,
 * 吉岡忠一中佐. The cheapest way tends to cut rare given names short. */
static bool whole_run(const struct han *h, const struct han_part *p, int n, const struct scan_run *r, ptrdiff_t hi, struct span *ret)
{
	const struct dict *d = dict_get();
	int from = p[0].to, to = h->n, title = 0, first, last;

	if (p[0].class != DC_SURNAME || from < 2 || (n == 2 && p[1].class == DC_GIVEN))
		return false;
	for (int k = from + 2; k < h->n && !title; k++)
		if (han_title(h, k) && k + han_title(h, k) == h->n)
			to = k, title = 1;
	if (to - from != 2 && !(to - from == 3 && (h->c[to - 1] == 0x90CE || h->c[to - 1] == 0x5B50 || h->c[to - 1] == 0x7F8E)))
		return false;
	if (han_title(h, to - 1) == 1 || from + han_title(h, from) == to)
		return false;                                   /* 西村愛氏 */
	if (han_word(h, from, to) && dict_cost(han_word(h, from, to), DC_GIVEN) < 0)
		return false;
	first = h->c[from] >= DICT_HAN && h->c[from] < DICT_HAN_END ? d->given_first[h->c[from] - DICT_HAN] : DICT_REJECT;
	last = h->c[to - 1] >= DICT_HAN && h->c[to - 1] < DICT_HAN_END ? d->given_last[h->c[to - 1] - DICT_HAN] : DICT_REJECT;
	if (first == DICT_REJECT && last == DICT_REJECT)
		return false;
	if (first == DICT_REJECT || last == DICT_REJECT) {
		int other = first == DICT_REJECT ? last : first;

		if (other > 20 || (!title && class_after(r, h->at[to], hi) == DC_NOUN))
			return false;
	}
	*ret = (struct span){ 0, to, title ? 90 : 66, h->at[to] };
	return true;
}

/* A run that is all name although its words could be others, perhaps with a word before it: 富田勝は, 領事杉原千畝は.
 * From which character; -1 when it is none. */
static int fits_full(const struct scan_run *r, const struct han *h, const struct han_part *p, int n, ptrdiff_t lo, ptrdiff_t hi)
{
	enum dict_class after = class_after(r, h->at[h->n], hi);

	if (h->n < 3 || after == DC_TITLE || after == DC_NOUN || untitled(h) < h->n || is_body(h) || given_behind_space(r, h->at[h->n], hi, h->n, false) > 0)
		return -1;
	for (int i = 0; i < n && h->n - p[i].from >= 3; i++) {
		if (h->n - p[i].from > 7 || (i && !may_precede(h, p, i)) || (n - i == 2 && p[i].class == DC_SURNAME && p[i + 1].class == DC_GIVEN))
			continue;
		if (shape_full(h, p + i, n - i, i ? p[i - 1].class : class_before(r, h->at[0], lo), after))
			return p[i].from;
	}
	return -1;
}

/* han_parse() of a short run, remembered: the words of a text come again and again. */
static struct parsed *parse(struct scan_run *r, const struct han *h, enum dict_class before, enum dict_class after)
{
	struct parsed *m = &r->parsed[dict_hash_chars(h->c, h->n) % COUNT(r->parsed)];
	size_t size = sizeof *h->c * (size_t)h->n;

	if (m->n != h->n || m->before != before || m->after != after || memcmp(m->c, h->c, size) != 0) {
		m->n = h->n;
		m->before = before;
		m->after = after;
		memcpy(m->c, h->c, size);
		m->parts = han_parse(h, before, after, after == DC_PARTICLE, m->part);
		m->nameless = false;
	}
	return m;
}

/* The run, read so, was found to hold no name: was that for what it is alone? Then it never does, but for what shape_around() tells. Beside
 * what stands around it only names among its words, a surname at its end and a gap behind it matter. */
static bool is_nameless(const struct scan_run *r, const struct han *h, const struct han_part *p, int n, ptrdiff_t hi)
{
	for (int i = 0; i < n; i++)
		if (p[i].class == DC_SURNAME || p[i].class == DC_GIVEN || p[i].class == DC_PERSON)
			return false;
	return !is_surname(h, p[n - 1].from, p[n - 1].to) && !shape_may_begin(h->c[0], h->c[1], 0x4E00) && !name_gap(r, h->at[h->n], hi, false);
}

static bool before_given(const struct scan_run *r, ptrdiff_t at, ptrdiff_t lo)
{
	enum dict_class before = class_before(r, at, lo);

	return before == DC_EDGE || before == DC_COMMA || before == DC_PARTICLE;
}

static int names_by(struct scan_run *r, const struct han *h, const struct han_part *p, int n, ptrdiff_t lo, ptrdiff_t hi, struct span *ret)
{
	ptrdiff_t end = h->at[h->n];
	int count = 0, used, from, to, score;

	if (whole_run(h, p, n, r, hi, &ret[0]))
		return 1;
	if ((from = fits_full(r, h, p, n, lo, hi)) >= 0) {
		ret[0] = (struct span){ from, h->n, 58, end };
		return 1;
	}
	/* 関係長, 原部長: one character and a title, whatever else it could be read as. */
	if (h->n >= 3 && han_title(h, 1) == h->n - 1 && dict_bit(dict_get()->single, h->c[0]) && !(is_surname(h, 0, 2) && han_title(h, 2)) && !(n == 1 && p[0].class != DC_SURNAME)) {
		ret[0] = (struct span){ 0, 1, 70, h->at[1] };
		return 1;
	}
	if (shape_introduced(r, h, lo, hi)) {
		ret[0] = (struct span){ 0, h->n, 64, end };
		return 1;
	}
	if ((score = shape_given(r, h, lo, hi, &from, &to)) && before_given(r, h->at[0], lo)) {
		ret[0] = (struct span){ from, to, score, h->at[to] };
		return 1;
	}
	if (before_given(r, h->at[0], lo) && shape_continental(r, h, hi)) {
		ret[0] = (struct span){ 0, 3, 56, h->at[3] };
		return 1;
	}
	for (int i = 0; i < n; i += used) {
		struct span s = span_of(r, h, p, n, i, lo, hi, &used);

		/* 鈴木様: a surname that the cheapest way read as something else, with its title right behind. */
		if (s.score == 0 && p[i].to - p[i].from > 2 && is_surname(h, p[i].from, p[i].from + 2) && titled(h, p[i].from + 2)
				&& han_title(h, p[i].from + 2) == p[i].to - p[i].from - 2)
			s = (struct span){ p[i].from, p[i].from + 2, 80, h->at[p[i].from + 2] };
		add_span(ret, &count, s);
	}
	return count;
}

static int names_in(struct scan_run *r, const struct han *h, ptrdiff_t lo, ptrdiff_t hi, struct span *ret)
{
	enum dict_class before = class_before(r, h->at[0], lo), after = class_after(r, h->at[h->n], hi);
	UNINIT struct han_part p[HAN_MAX];
	struct parsed *m;
	int n;

	if (h->n > PARSED_MAX) {
		n = han_parse(h, before, after, after == DC_PARTICLE, p);
		return names_by(r, h, p, n, lo, hi, ret);
	}
	m = parse(r, h, before, after);
	if (m->nameless && !shape_around(r, h, lo, hi))
		return 0;
	n = names_by(r, h, m->part, m->parts, lo, hi, ret);
	m->nameless = n == 0 && is_nameless(r, h, m->part, m->parts, hi);
	return n;
}

/* ---- what a run holds ---- */

/* Where the quoted cell ends in which `at` stands, or -1. */
static ptrdiff_t cell_within(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi)
{
	const uint8_t *quote = r->table == TABLE_BODY && r->quoted && at > r->cell_at ? memchr(r->t + at, '"', (size_t)(hi - at)) : NULL;

	return quote ? quote - r->t : -1;
}

void han_run(struct scan_run *r, ptrdiff_t at)
{
	const struct dict *d = dict_get();
	ptrdiff_t lo = view_lo(r, at), hi = view_hi(r, at), end;
	UNINIT struct span names[NAMES_MAX];
	int n = 0, next = 0, score;
	bool maybe = false;
	UNINIT struct han h;

	han_read(r, at, hi, &h);
	r->han_end = h.at[h.n];
	if (h.n == 0)
		return;
	for (int k = 0; k < h.n && !maybe; k++)
		maybe = name_begins(d, &h, k);
	maybe = maybe || (h.n >= 2 && (shape_given(r, &h, lo, hi, &score, &score) || shape_continental(r, &h, hi) || shape_introduced(r, &h, lo, hi)));
	if (maybe && (r->s->kinds & SCAN_BIT(SCAN_person_name)))
		n = names_in(r, &h, lo, hi, names);
	if (h.c[0] == 0x75C5 && at - 6 >= MAX(lo, r->next) && memcmp(r->t + at - 6, "うつ", 6) == 0)
		emit(r, SCAN_sensitive_hint, at - 6, at + 3, 70);
	for (int k = 0; k < h.n; k++) {
		bool lead = han_may_lead(&h, k);

		if (h.at[k] < r->next)
			continue;
		if ((lead || (k == 0 && han_has_city(&h))) && address_may_begin(&h, k) && (end = address_from(r, &h, k, cell_within(r, at, hi), &score)) > 0) {
			emit(r, SCAN_address, h.at[k], end, score);
			continue;
		}
		if (lead && hint_at(&h, k, r, &end)) {
			emit(r, SCAN_sensitive_hint, h.at[k], end, 70);
			continue;
		}
		while (next < n && names[next].from < k)
			next++;
		if (next < n && names[next].from == k)
			emit(r, SCAN_person_name, h.at[k], names[next].end, names[next].score);
	}
}
