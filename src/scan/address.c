/* address.c - addresses from prefecture to room, in the spellings offices use. */
#include "scan/inside.h"
#include "base/utf8.h"
#include <uchar.h>

enum { TOWN_MAX = 24, BUILDING_MAX = 36 };

static const char32_t *const prefectures[] = { U"北海道", U"青森県", U"岩手県", U"宮城県", U"秋田県", U"山形県", U"福島県", U"茨城県", U"栃木県", U"群馬県",
	U"埼玉県", U"千葉県", U"東京都", U"神奈川県", U"新潟県", U"富山県", U"石川県", U"福井県", U"山梨県", U"長野県", U"岐阜県", U"静岡県", U"愛知県", U"三重県",
	U"滋賀県", U"京都府", U"大阪府", U"兵庫県", U"奈良県", U"和歌山県", U"鳥取県", U"島根県", U"岡山県", U"広島県", U"山口県", U"徳島県", U"香川県", U"愛媛県",
	U"高知県", U"福岡県", U"佐賀県", U"長崎県", U"熊本県", U"大分県", U"宮崎県", U"鹿児島県", U"沖縄県" };

/* Characters with which a prefecture begins; filled before main. */
static uint8_t first_characters[DICT_HANS / 8];

__attribute__((constructor)) static void fill_first_characters(void)
{
	for (ptrdiff_t i = 0; i < COUNT(prefectures); i++)
		first_characters[(prefectures[i][0] - DICT_HAN) / 8] |= (uint8_t)(1u << ((prefectures[i][0] - DICT_HAN) % 8));
}

void address_leads(void)
{
	for (ptrdiff_t i = 0; i < COUNT(prefectures); i++)
		han_lead(prefectures[i][0], prefectures[i][1]);
}

/* Characters of the prefecture at k, 0 when there is none; `suffix` false leaves 都道府県 out. */
static int prefecture_at(const struct han *h, int k, bool suffix)
{
	if (!dict_bit(first_characters, h->c[k]))
		return 0;
	for (ptrdiff_t i = 0; i < COUNT(prefectures); i++) {
		int n = 0, full = prefectures[i][3] ? 4 : 3;

		if (prefectures[i][0] != h->c[k])
			continue;
		while (n < full - !suffix && k + n < h->n && prefectures[i][n] == h->c[k + n])
			n++;
		if (n == full - !suffix)
			return n;
	}
	return 0;
}

static bool is_city(uint32_t c)      { return c == 0x5E02 || c == 0x533A || c == 0x90E1; }           /* 市 区 郡 */
static bool is_town(uint32_t c)      { return c == 0x753A || c == 0x6751; }                          /* 町 村 */

static bool is_place(const struct han *h, int from, int to)
{
	return to > from && dict_cost(han_word(h, from, to), DC_PLACE) >= 0;
}

/* A place of the dictionary before 市, 区, 郡 (or 町, 村), perhaps with a prefecture that lacks its 県: end, or 0. */
static int city_at(const struct han *h, int k)
{
	int short_prefecture = 0;

	for (int j = k + 1; j < h->n && j <= k + 7; j++) {
		if (!is_city(h->c[j]) && !is_town(h->c[j]))
			continue;
		if (j - k <= 5 && is_place(h, k, j))
			return j + 1;
		if (!short_prefecture)
			short_prefecture = prefecture_at(h, k, false);
		if (short_prefecture && is_city(h->c[j]) && is_place(h, k + short_prefecture, j))
			return j + 1;
	}
	return 0;
}

bool address_may_begin(const struct han *h, int k)
{
	return prefecture_at(h, k, true) || (k == 0 && city_at(h, k));
}

/* ---- reading forward in bytes ---- */

/* `cell`: within one cell, whose lines may be broken anywhere. */
struct reader { const uint8_t *t; ptrdiff_t i, hi; bool cell; };

static uint32_t peek(const struct reader *p, int *len)
{
	if (p->i >= p->hi) {
		*len = 0;
		return 0;
	}
	return char_at(p->t, p->i, p->hi, len);
}

static bool take(struct reader *p, const char *z)
{
	size_t n = strlen(z);

	if (p->hi - p->i < (ptrdiff_t)n || memcmp(p->t + p->i, z, n) != 0)
		return false;
	p->i += (ptrdiff_t)n;
	return true;
}

/* The end of a line within a cell, when something of a place follows it. */
static void pass_break(struct reader *p)
{
	struct reader q = *p;
	int len;

	if (!p->cell || !(take(&q, "\r\n") || take(&q, "\n")))
		return;
	while (q.i < q.hi && sign_at(q.t, q.i, q.hi, false, &len) == SIGN_SPACE)
		q.i += len;
	if (q.i < q.hi && (sign_at(q.t, q.i, q.hi, true, &len) <= 9 || char_is_han(char_at(q.t, q.i, q.hi, &len)) || char_is_kana(char_at(q.t, q.i, q.hi, &len))))
		*p = q;
}

static void pass_gap(struct reader *p)
{
	if (!(take(p, " ") || take(p, "　")))
		pass_break(p);
}

static bool take_any(struct reader *p, const char *const *z, ptrdiff_t n)
{
	for (ptrdiff_t k = 0; k < n; k++)
		if (take(p, z[k]))
			return true;
	return false;
}

static bool is_digit(const struct reader *p, bool kanji, int *len)
{
	uint32_t c = peek(p, len);

	if (*len == 0)
		return false;
	if (kanji && (c == 0x5341 || c == 0x767E || c == 0x5343))       /* 十 百 千 */
		return true;
	return sign_at(p->t, p->i, p->hi, kanji, len) <= 9;
}

static int take_digits(struct reader *p, bool kanji)
{
	int n = 0, len;

	while (n < 6 && is_digit(p, kanji, &len))
		p->i += len, n++;
	return n;
}

static bool take_hyphen(struct reader *p)
{
	struct reader q = *p;
	int len, s;

	if (p->i >= p->hi)
		return false;
	s = sign_at(p->t, p->i, p->hi, false, &len);
	if (s != SIGN_HYPHEN)
		return false;
	q.i += len;
	*p = q;
	return true;
}

/* May this character stand in the name of a town? Particles that seldom do end the name. */
static bool in_town(const struct reader *p, uint32_t c, uint32_t before)
{
	int len;

	if (char_is_han(c) || (c >= 0x30A1 && c <= 0x30FC))
		return true;
	if (c == 0x308B)                                /* 上る 下る 入る */
		return before == 0x4E0A || before == 0x4E0B || before == 0x5165;
	if (c < 0x3041 || c > 0x3096 || c == 0x3092)
		return false;
	(void)p;
	(void)len;
	return true;
}

/* A number in kanji that divides a place (一丁目, 三番地), at p, without moving. 八丁堀 and 東九条 are names: 丁, 条,
 * 番 and 線 only count with a number behind them. */
static bool kanji_block(const struct reader *p)
{
	static const char *const firm[] = { "丁目", "番地", "地割", "号" }, *const weak[] = { "丁", "条", "番", "線" }, *const compass[] = { "東", "西", "南", "北" };
	struct reader q = *p;
	int len;

	if (!take_digits(&q, true))
		return false;
	if (take_any(&q, firm, COUNT(firm)))
		return true;
	if (!take_any(&q, weak, COUNT(weak)))
		return false;
	IGNORE(take_any(&q, compass, COUNT(compass)));
	return is_digit(&q, false, &len) || (is_digit(&q, true, &len) && kanji_block(&q));
}

/* The name of the town up to its numbers; false when the text does not go on like a place. */
static bool take_town(struct reader *p, int *ret_kana)
{
	uint32_t before = 0;
	int len, n = 0, kana = 0;

	for (; n < TOWN_MAX; n++) {
		uint32_t c;

		pass_break(p);
		if (is_digit(p, false, &len) || kanji_block(p))
			break;
		c = peek(p, &len);
		if (!in_town(p, c, before))
			break;
		if (c >= 0x3041 && c <= 0x3096 && c != 0x308B && c != 0x304C && c != 0x306E)
			kana++;
		else if (c == 0x306E || c == 0x304C)
			kana += n == 0 ? 3 : 0;
		p->i += len;
		before = c;
	}
	*ret_kana = kana;
	return n < TOWN_MAX;
}

/* 2丁目11番1号, 4-4-2, 一丁目2番地3, 北1条西2丁目, 566番地の2: moves past it; how firm it is, 0 when there is none. */
static int take_numbers(struct reader *p)
{
	static const char *const units[] = { "丁目", "番地の", "番地", "番丁", "番町", "番", "号室", "号", "条", "線", "地割", "丁", "の", "ノ" };
	static const char *const compass[] = { "東", "西", "南", "北" };
	int firm = 0, groups = 0;
	bool spaced = false;
	ptrdiff_t good = p->i;

	for (;;) {
		struct reader q = *p;
		bool unit, hyphen = false;
		int n;

		if (groups && spaced)                                   /* 2丁目 25-18, but not 5号 03-1234-5678 */
			pass_gap(&q);
		else if (groups)
			pass_break(&q);
		IGNORE(take_any(&q, compass, COUNT(compass)) && groups > 0);
		n = take_digits(&q, false);
		if (!n && kanji_block(&q))
			n = take_digits(&q, true);
		if (!n && groups && firm)
			n = take_digits(&q, true);                      /* 二の三 */
		if (!n)
			break;
		groups++;
		good = q.i;
		unit = take_any(&q, units, COUNT(units));
		spaced = unit && (memcmp(q.t + q.i - 3, "目", 3) == 0 || memcmp(q.t + q.i - 3, "丁", 3) == 0 || memcmp(q.t + q.i - 3, "条", 3) == 0);
		if (unit && memcmp(q.t + q.i - 3, "の", 3) != 0 && memcmp(q.t + q.i - 3, "ノ", 3) != 0) {
			good = q.i;                                     /* not a trailing の or ノ */
			firm += 2;
			hyphen = take_hyphen(&q);
		} else if (!unit) {
			hyphen = take_hyphen(&q);
		}
		if (groups > 1)
			firm++;
		*p = q;
		if (!unit && !hyphen)
			break;
		if (groups > 5)
			break;
	}
	p->i = good;
	return groups ? 1 + firm : 0;
}

/* ---- the building ---- */

static bool marker_ends(const uint8_t *t, ptrdiff_t from, ptrdiff_t at)
{
	static const char *const markers[] = { "ビル", "ﾋﾞﾙ", "マンション", "ハイツ", "コーポ", "荘", "館", "棟", "階", "号室", "号", "Ｆ", "F", "レジデンス", "タワー",
		"アパート", "メゾン", "ハウス", "団地", "プラザ", "センター", "ヒルズ", "パレス", "コート", "ビルディング", "寮", "宅", "フロア", "ハイム", "ガーデン", "テラス", "ビレッジ",
		"スクエア", "ヴィラ", "ドーム", "庁舎", "会館", "ホテル", "ステージ", "キャッスル", "シティ", "スカイ", "グラン", "カーサ", "サンハイツ", "ドミトリー", "室" };

	for (ptrdiff_t k = 0; k < COUNT(markers); k++) {
		ptrdiff_t n = (ptrdiff_t)strlen(markers[k]);

		if (at - from >= n && memcmp(t + at - n, markers[k], (size_t)n) == 0 && !(n == 1 && at - from >= 2 && (t[at - 2] < '0' || t[at - 2] > '9')))
			return true;
	}
	return false;
}

static bool WRAPS in_building(uint32_t c)
{
	uint32_t a = char_ascii(c);

	return char_is_han(c) || (c >= 0x30A1 && c <= 0x30FC) || (c >= 0xFF66 && c <= 0xFF9F) || char_is_latin(c) || char_is_digit(c)
		|| a == '-' || a == '&' || a == '.' || a == '#' || c == 0x2212 || (c >= 0x2010 && c <= 0x2015);
}

/* What follows the numbers if it is a building, floor or room: its end, else `at`. */
static ptrdiff_t WRAPS building_end(const uint8_t *t, ptrdiff_t at, ptrdiff_t hi, bool cell)
{
	struct reader start = { t, at, hi, cell };
	ptrdiff_t i, good = at, mark = -1;
	int len, n = 0, digits = 0, len2;

	pass_break(&start);
	i = start.i;
	while (i < hi && n < 2 && sign_at(t, i, hi, false, &len) == SIGN_SPACE)
		i += len, n++;
	for (n = 0; i < hi && n < BUILDING_MAX; n++) {
		uint32_t c = char_at(t, i, hi, &len);

		if (mark >= 0 && sign_at(t, i, hi, false, &len) == SIGN_SPACE && i + len < hi && in_building(char_at(t, i + len, hi, &len2))) {
			i += len;
			digits = 0;
			continue;
		}
		if (!in_building(c))
			break;
		i += len;
		if (marker_ends(t, at, i)) {
			good = i;
			mark = i;
			digits = 0;
		} else if (char_is_digit(c)) {
			digits++;
			if (mark >= 0 && digits <= 4)
				good = i;
			else if (mark >= 0 && digits > 4)
				return mark;
		}
	}
	/* Digits that run on into a hyphen are a telephone number, not a room. */
	if (good < hi && good > mark && mark >= 0 && sign_at(t, good, hi, false, &len) == SIGN_HYPHEN)
		return mark;
	return good;
}

static ptrdiff_t bracket_end(const uint8_t *t, ptrdiff_t at, ptrdiff_t hi)
{
	ptrdiff_t i = at;
	int len, n = 0;

	if (i >= hi || sign_at(t, i, hi, false, &len) != SIGN_OPEN)
		return at;
	for (i += len; i < hi && n < 8; n++, i += len) {
		char_at(t, i, hi, &len);
		if (sign_at(t, i, hi, false, &len) == SIGN_CLOSE)
			return n > 0 && (marker_ends(t, at, i) || (i - at > 6 && memcmp(t + i - 6, "地番", 6) == 0)) ? i + len : at;
	}
	return at;
}

/* ---- whole ---- */

static bool labelled(struct scan_run *r, ptrdiff_t at)
{
	struct context x = context_of(r, at, at + 1);

	return (x.direct & SCAN_BIT(SCAN_address)) != 0;
}

/* A counter behind the number: 東京都港区の3社 is no address. */
static bool counter_follows(const struct reader *p)
{
	int len;
	uint32_t c = peek(p, &len);

	return len && (char_is_han(c) || (c >= 0x30A1 && c <= 0x30FC) || c == 0x3064 || char_ascii(c) == '%' || char_ascii(c) == '.') && building_end(p->t, p->i, p->hi, false) == p->i;
}

ptrdiff_t address_from(struct scan_run *r, const struct han *h, int k, ptrdiff_t cell, int *ret_score)
{
	int n = prefecture_at(h, k, true), city = n ? 0 : city_at(h, k), kana = 0, firm, len, score;
	struct reader p = { r->t, h->at[k + (n ? n : city)], cell >= 0 ? cell : view_hi(r, h->at[k]), cell >= 0 };
	bool town_only = !n && is_town(h->c[city - 1]);
	ptrdiff_t body = p.i, end;
	bool admin = !n && !town_only;
	struct reader q;

	if (n) {
		/* behind a prefecture a 市 区 町 村 郡 must come before the numbers */
		pass_gap(&p);
		q = p;
		for (int i = 0; i < 10 && !admin; i++) {
			pass_break(&q);
			uint32_t c = peek(&q, &len);

			if (!len || !(char_is_han(c) || char_is_kana(c)))
				break;
			q.i += len;
			admin = i > 0 && (is_city(c) || is_town(c));
		}
		if (!admin)
			return -1;
		IGNORE(take(&q, "市"));                              /* 四日市市 */
		p = q;
	}
	IGNORE(take(&p, " ") || take(&p, "　"));
	end = p.i;
	pass_break(&p);
	if (!take_town(&p, &kana))
		return -1;
	if (p.i < p.hi && sign_at(p.t, p.i, p.hi, false, &len) == SIGN_SPACE) {
		q = p;
		q.i += len;
		if (is_digit(&q, false, &len) || kanji_block(&q))
			p = q;
	}
	firm = kana <= 6 ? take_numbers(&p) : 0;
	(void)body;
	if (!firm || (firm < 2 && counter_follows(&p)) || (kana && firm < 2)) {
		if (!labelled(r, h->at[k]))
			return -1;
		/* a town without numbers, as a label promised */
		p.i = end;
		if (!take_town(&p, &kana))
			p.i = end;
		*ret_score = kana ? 50 : 74;
		return kana ? end : p.i;
	}
	end = p.i;
	end = building_end(r->t, end, p.hi, p.cell);
	end = bracket_end(r->t, end, p.hi);
	score = n ? 90 : admin ? 82 : 55;
	if (town_only && firm < 2 && !labelled(r, h->at[k]))
		score = 40;
	if (firm < 2 && !town_only)
		score -= 20;
	*ret_score = labelled(r, h->at[k]) ? MAX(score, 92) : score;
	return end;
}

void WRAPS address_cell(struct scan_run *r, ptrdiff_t at, ptrdiff_t hi)
{
	struct han h;
	ptrdiff_t i, end = at;
	int len = 0, n = 0, places = 0, digits = 0, score;

	while (at < hi && (r->t[at] == '"' || sign_at(r->t, at, hi, false, &len) == SIGN_SPACE))
		at += r->t[at] == '"' ? 1 : len;
	if (at >= hi || at < r->next)
		return;
	han_read(r, at, hi, &h);
	if (h.n == 0 && !char_is_kana(char_at(r->t, at, hi, &len)))
		return;                                         /* a postal code comes first: what follows is found by itself */
	if (h.n && address_may_begin(&h, 0) && (end = address_from(r, &h, 0, hi, &score)) > 0) {
		emit(r, SCAN_address, at, end, score);
		r->han_end = MAX(r->han_end, end);
		return;
	}
	for (i = at; i < hi && n < 60; n++, i += len) {
		uint32_t c = char_at(r->t, i, hi, &len);

		if (c == 0x3001 || c == 0x3002 || c == '"' || c == ',' || c == ';')
			break;
		places += is_city(c) || is_town(c) || c == 0x4E01 || c == 0x756A || c == 0x770C || c == 0x90FD || c == 0x5E9C;
		digits += char_is_digit(c);
		if (sign_at(r->t, i, hi, false, &len) != SIGN_SPACE)
			end = i + len;
	}
	if (digits && places && end - at >= 9) {
		emit(r, SCAN_address, at, end, 66);
		r->han_end = MAX(r->han_end, end);
	}
}
