/* name_cell.c - names that something promises: under a header, behind a label, in kana and Latin letters. */
#include "scan/name.h"
#include <uchar.h>

enum { LIST_MAX = 40 };

/* ---- Latin letters ---- */

struct latin { ptrdiff_t from, to; };

static bool latin_letter(uint8_t b)
{
	return (b | 32) >= 'a' && (b | 32) <= 'z';
}

/* A word with a capital: Taro, TARO. */
static struct latin latin_word(const uint8_t *t, ptrdiff_t at, ptrdiff_t hi)
{
	ptrdiff_t i = at;

	if (at >= hi || t[at] < 'A' || t[at] > 'Z')
		return (struct latin){ at, at };
	while (i < hi && i - at < 24 && (latin_letter(t[i]) || (t[i] == '\'' && i + 1 < hi && latin_letter(t[i + 1]))))
		i++;
	return (struct latin){ at, i };
}

static bool latin_is(const uint8_t *t, struct latin w, bool surname)
{
	return w.to - w.from >= 2 && dict_roman(t + w.from, w.to - w.from, surname);
}

static bool capitals(const uint8_t *t, struct latin w)
{
	for (ptrdiff_t i = w.from; i < w.to; i++)
		if (t[i] >= 'a')
			return false;
	return true;
}

void roman_at(struct scan_run *r, ptrdiff_t at)
{
	ptrdiff_t hi = view_hi(r, at), i;
	struct latin a = latin_word(r->t, at, hi), b;
	bool comma = false, first_surname;

	if (a.to - a.from < 2)
		return;
	i = a.to;
	if (i < hi && r->t[i] == ',')
		comma = true, i++;
	if (i >= hi || r->t[i] != ' ')
		return;
	b = latin_word(r->t, i + 1, hi);
	if (b.to - b.from < 2 || (b.to < hi && (r->t[b.to] == '_' || (r->t[b.to] >= '0' && r->t[b.to] <= '9'))))
		return;
	first_surname = latin_is(r->t, a, true) && latin_is(r->t, b, false);
	if (!first_surname && (comma || !(latin_is(r->t, a, false) && latin_is(r->t, b, true))))
		return;
	if (a.to - a.from + b.to - b.from < 7 && !capitals(r->t, a) && !capitals(r->t, b))
		return;
	emit(r, SCAN_person_name, a.from, b.to, 72);
}

/* ---- cells and labels ---- */

static void skip_blanks(const struct scan_run *r, ptrdiff_t *at, ptrdiff_t hi)
{
	int len = 0;

	while (*at < hi && (r->t[*at] == '"' || r->t[*at] == '\'' || sign_at(r->t, *at, hi, false, &len) == SIGN_SPACE))
		*at += r->t[*at] == '"' || r->t[*at] == '\'' ? 1 : len;
}

/* Words that make a cell the name of a firm, a section or a thing; told by their first character, and then compared. */
static const char32_t *const BODIES[] = { U"株式", U"会社", U"有限", U"合同", U"法人", U"組合", U"銀行", U"支店", U"本店", U"病院", U"大学", U"学校", U"事務",
	U"工業", U"商事", U"商店", U"製作", U"建設", U"産業", U"協会", U"連合", U"未定", U"不明", U"該当", U"担当", U"全員", U"各自", U"総務", U"経理", U"営業",
	U"人事", U"部門", U"本部", U"別紙", U"同上", U"以下", U"省略", U"匿名", U"当社", U"弊社", U"貴社", U"御社", U"自社", U"社内", U"社外", U"情報" };
static uint8_t body_first[DICT_HANS / 8];

__attribute__((constructor)) static void fill_bodies(void)
{
	for (ptrdiff_t w = 0; w < COUNT(BODIES); w++)
		body_first[(BODIES[w][0] - DICT_HAN) / 8] |= (uint8_t)(1u << ((BODIES[w][0] - DICT_HAN) % 8));
}

bool is_body(const struct han *h)
{
	for (int k = 0; k + 1 < h->n; k++)
		for (ptrdiff_t w = 0; dict_bit(body_first, h->c[k]) && w < COUNT(BODIES); w++)
			if (h->c[k] == BODIES[w][0] && h->c[k + 1] == BODIES[w][1])
				return true;
	return h->n > 0 && (h->c[h->n - 1] == 0x90E8 || h->c[h->n - 1] == 0x8AB2 || h->c[h->n - 1] == 0x5BA4);   /* 部 課 室 */
}

/* How sure a run under a header or label is a name: 0 not at all. */
static int cell_score(const struct han *h, int n, bool header)
{
	UNINIT struct han_part p[HAN_MAX];
	struct han core = *h;
	int parts;

	core.n = n;
	core.c[n] = 0;
	if (n > 8 || is_body(&core))
		return 0;
	parts = han_parse(&core, DC_EDGE, DC_EDGE, false, p);
	if (p[0].class == DC_SURNAME && (parts == 1 || (parts == 2 && p[1].class == DC_GIVEN)))
		return 92;
	for (int k = MIN(n, 3); k > 0; k--)
		if (is_surname(&core, 0, k) && n - k <= 3 && (n == k || n - k >= 1))
			return header ? 84 : n > k && k == 1 ? 45 : 72;
	if (n == 1 && header && dict_cost(han_word(&core, 0, 1), DC_GIVEN) >= 0)
		return 62;
	if (n < 2 || n > 6)
		return 0;
	if (parts == 1 && (p[0].class == DC_GIVEN || p[0].class == DC_PERSON))
		return header ? 80 : 60;
	for (int k = 0; k < parts; k++)
		if (p[k].class == DC_VERBAL || p[k].class == DC_ORG || (p[k].class == DC_NOUN && p[k].to - p[k].from > 1 && han_word(&core, p[k].from, p[k].to)))
			return header ? 30 : 0;
	return header ? 60 : 30;
}

static bool stops(const struct scan_run *r, ptrdiff_t at, ptrdiff_t hi)
{
	int len;

	if (at >= hi)
		return true;
	return !char_is_han(char_at(r->t, at, hi, &len)) && !char_is_kana(char_at(r->t, at, hi, &len));
}

/* A name in kanji at `at`; its end or -1. */
static ptrdiff_t han_cell(struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, bool header)
{
	UNINIT struct han h, g;
	int n, score, len;
	ptrdiff_t end, e;

	han_read(r, at, hi, &h);
	n = untitled(&h);
	if (n == 0 || h.at[0] < r->next)
		return -1;
	score = cell_score(&h, n, header);
	end = h.at[n];
	if (n == h.n && (len = name_gap(r, end, hi, header)) && end + len < hi) {
		han_read(r, end + len, hi, &g);
		g.n = untitled(&g);
		e = given_behind_space(r, end, hi, n, header);
		if (e < 0 && (header || is_surname(&h, 0, n)) && g.n > 0 && g.n <= (header ? 4 : 3) && n <= 4)
			e = g.at[g.n];
		if (e > 0 && !is_body(&g)) {
			end = e;
			score = MAX(score, is_surname(&h, 0, n) ? 94 : header ? 78 : 60);
		}
	} else if (n == h.n && (e = kana_given(r, end, hi, 2)) > 0) {
		end = e;
		score = MAX(score, is_surname(&h, 0, n) ? 88 : 0);
	} else if (n == h.n && !stops(r, end, hi) && !kana_title(r, end, hi)) {
		return -1;                                      /* the run goes on in kana: a sentence, not a name */
	}
	if (score <= 0)
		return -1;
	emit(r, SCAN_person_name, at, end, score);
	r->han_end = MAX(r->han_end, end);
	return end;
}

/* ヤマダ タロウ, やまだ たろう, ﾔﾏﾀﾞ ﾀﾛｳ, ヤマダタロウ. */
static ptrdiff_t kana_cell(struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, bool header)
{
	uint32_t c[32];
	ptrdiff_t i = at, end = at;
	int n = 0, gap = -1, len, score = 0;

	for (; i < hi && n < 30; i += len) {
		uint32_t x = char_at(r->t, i, hi, &len);

		if (char_is_kana(x))
			c[n++] = x, end = i + len;
		else if (gap < 0 && n > 0 && sign_at(r->t, i, hi, false, &len) == SIGN_SPACE)
			gap = n;
		else
			break;
	}
	if (n < 3 || (i < hi && !stops(r, i, hi)) || at < r->next)
		return -1;
	if (gap > 0 && gap < n) {
		bool s = dict_reading(c, gap, true), g = dict_reading(c + gap, n - gap, false);

		score = s && g ? 90 : s || g ? 78 : header ? 62 : 0;
	} else {
		for (int k = 2; k < n - 1; k++)
			if (dict_reading(c, k, true) && dict_reading(c + k, n - k, false))
				score = 84;
		if (!score && dict_reading(c, n, true))
			score = header ? 70 : 55;
	}
	if (!score)
		return -1;
	emit(r, SCAN_person_name, at, end, score);
	return end;
}

static ptrdiff_t latin_cell(struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, bool header)
{
	ptrdiff_t i = at, end = at;
	int words = 0;
	bool known = false;

	while (words < 4) {
		struct latin w = latin_word(r->t, i, hi);

		if (w.to == w.from)
			break;
		known |= latin_is(r->t, w, true) || latin_is(r->t, w, false);
		end = w.to;
		words++;
		if (end < hi && r->t[end] == '.' && w.to - w.from == 1)
			end++;
		i = end;
		if (i < hi && r->t[i] == ',')
			i++;
		if (i >= hi || r->t[i] != ' ')
			break;
		i++;
	}
	if (words < 2 || words > 3 || at < r->next || (end < hi && (latin_letter(r->t[end]) || (r->t[end] >= '0' && r->t[end] <= '9'))))
		return -1;
	emit(r, SCAN_person_name, at, end, known ? 86 : header ? 72 : 55);
	return end;
}

/* ジョン・スミス, マリア・デ・ラ・クルス, ジャン＝リュック・ルノー: two to five words in katakana, joined by dots. */
static ptrdiff_t foreign_cell(struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, bool header)
{
	ptrdiff_t end = at;
	int joints = 0, letters = 0, len;

	for (ptrdiff_t i = at; i < hi; i += len) {
		uint32_t c = char_at(r->t, i, hi, &len);

		if ((c == 0x30FB || c == 0xFF1D || c == 0x30A0) && letters) {
			joints++;
			letters = 0;
			continue;
		}
		if (!((c >= 0x30A1 && c <= 0x30FA) || c == 0x30FC) || ++letters > 14)
			break;
		end = i + len;
	}
	if (joints < 1 || joints > 4 || !letters || at < r->next || (!stops(r, end, hi) && !kana_title(r, end, hi)))
		return -1;
	emit(r, SCAN_person_name, at, end, header ? 78 : 70);
	return end;
}

static bool list_sign(const struct scan_run *r, ptrdiff_t *at, ptrdiff_t hi)
{
	static const char *const signs[] = { "、", "，", "・", "／", "/", ", ", "と" };

	for (ptrdiff_t i = 0; i < COUNT(signs); i++) {
		if (text_starts(r, *at, hi, signs[i])) {
			*at += (ptrdiff_t)strlen(signs[i]);
			return true;
		}
	}
	return false;
}

void name_cell(struct scan_run *r, ptrdiff_t at, ptrdiff_t hi, bool header)
{
	for (int k = 0; k < LIST_MAX && at < hi; k++) {
		ptrdiff_t end;
		UNINIT struct han h;
		int len;
		uint32_t c;

		skip_blanks(r, &at, hi);
		if (at >= hi)
			return;
		c = char_at(r->t, at, hi, &len);
		end = char_is_han(c) ? han_cell(r, at, hi, header) : char_is_kana(c) ? ((end = foreign_cell(r, at, hi, header)) > 0 ? end : kana_cell(r, at, hi, header)) : latin_cell(r, at, hi, header);
		if (end < 0)
			return;
		/* titles between the names of a list */
		han_read(r, end, hi, &h);
		at = kana_title_end(r, h.at[h.n], hi);
		if (!list_sign(r, &at, hi))
			return;
	}
}
