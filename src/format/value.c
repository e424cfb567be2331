/* value.c - reads counts, dates, yes and no, periods, money and choices as offices write them. */
#include "format/value.h"
#include "base/num.h"
#include "base/utf8.h"
#include <math.h>

/* Words are compared in the form utf8_fold gives: hiragana are katakana, dashes and waves are '-', no spaces. */
struct words { const struct str *word; ptrdiff_t n; };
#define WORDS(...) { (const struct str[]){ __VA_ARGS__ }, COUNT(((const struct str[]){ __VA_ARGS__ })) }
#define W SLIT

static bool one_of(struct str s, struct words w)
{
	for (ptrdiff_t i = 0; i < w.n; i++)
		if (str_eq(s, w.word[i]))
			return true;
	return false;
}

/* The length of the longest word that `s` begins (ends) with, 0 when none. */
static ptrdiff_t begins(struct str s, struct words w)
{
	ptrdiff_t best = 0;

	for (ptrdiff_t i = 0; i < w.n; i++)
		if (w.word[i].n > best && str_starts(s, w.word[i]))
			best = w.word[i].n;
	return best;
}

static ptrdiff_t ends(struct str s, struct words w)
{
	ptrdiff_t best = 0;

	for (ptrdiff_t i = 0; i < w.n; i++)
		if (w.word[i].n > best && str_ends(s, w.word[i]))
			best = w.word[i].n;
	return best;
}

static const struct words unknown_words = WORDS(W("不明"), W("未確認"), W("未調査"), W("未把握"), W("調査中"), W("確認中"), W("未定"), W("?"), W("??"),
	W("???"), W("(不明)"), W("unknown"), W("tbd"), W("n/k"), W("不詳"), W("ワカラナイ"), W("分カラナイ"), W("把握シテイナイ"));
static const struct words delete_words = WORDS(W("(削除)"), W("[削除]"), W("<削除>"), W("(delete)"), W("(deleted)"), W("(消去)"));
static const struct words dash_words = WORDS(W("-"), W("--"), W("---"), W("----"), W("・"), W("*"), W("〃"), W("."), W("…"), W("..."), W("n/a"));
static const struct words error_words = WORDS(W("#ref!"), W("#value!"), W("#n/a"), W("#name?"), W("#div/0!"), W("#num!"), W("#null!"),
	W("#getting_data"), W("#spill!"), W("#calc!"), W("#field!"), W("#####"));

static enum value_state state_of(struct str folded)
{
	if (folded.n == 0 || one_of(folded, dash_words))
		return VALUE_BLANK;
	if (one_of(folded, unknown_words) || one_of(folded, error_words))
		return VALUE_UNKNOWN;
	return one_of(folded, delete_words) ? VALUE_DELETE : VALUE_OK;
}

enum value_state value_text(struct arena *a, struct str text)
{
	return state_of(utf8_fold(a, text));
}

/* ---- numbers ---- */

/* A kanji digit, 0 to 9, or -1. */
static int kanji_digit(uint32_t c)
{
	static const uint32_t digits[] = { 0x3007, 0x4E00, 0x4E8C, 0x4E09, 0x56DB, 0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D };

	for (int i = 0; i < (int)COUNT(digits); i++)
		if (digits[i] == c)
			return i;
	return -1;
}

static int64_t kanji_unit(uint32_t c)
{
	switch (c) {
	case 0x5341: return 10;
	case 0x767E: return 100;
	case 0x5343: return 1000;
	case 0x4E07: return 10000;
	case 0x5104: return 100000000;
	default:     return 0;
	}
}

/* Digits with thousands separators, a fraction, kanji digits: one number before the next unit. False when none. */
static bool read_digits(struct str s, ptrdiff_t *at, double *ret)
{
	double v = 0, place = 0;
	bool any = false;
	ptrdiff_t i = *at, group = -1;

	while (i < s.n) {
		ptrdiff_t next = i;
		uint32_t c = utf8_next(s, &next);
		int d = c >= '0' && c <= '9' ? (int)c - '0' : kanji_digit(c);
		if (d >= 0) {
			if (place > 0) {
				v += d * place;
				place /= 10;
			} else {
				v = v * 10 + d;
			}
			any = true;
			group += group >= 0;
		} else if (c == ',' && any && place <= 0 && (group < 0 || group == 3)) {
			group = 0;
		} else if (c == '.' && any && place <= 0 && next < s.n && s.p[next] >= '0' && s.p[next] <= '9') {
			place = 0.1;
		} else {
			break;
		}
		i = next;
	}
	if (group >= 0 && group != 3)
		return false;                            /* 1,20: no thousands separator */
	if (!any)
		return false;
	*at = i;
	*ret = v;
	return true;
}

/* A whole number of the folded text at *at: digits and the units 十百千万億 (and 数: "several", then *ret_several).
 * `百` and `千` before 万 count together: 3百万, 1千2百万. False when there is none, or it passes 10^15. */
static bool read_number(struct str s, ptrdiff_t *at, int64_t *ret, bool *ret_several)
{
	double total = 0, section = 0;
	ptrdiff_t i = *at, start = i;
	bool several = false;

	if (str_starts(str_sub(s, i, s.n), S("数"))) {
		several = true;
		i += S("数").n;
	}
	for (;;) {
		double v = 1;
		bool digits = read_digits(s, &i, &v);
		ptrdiff_t next = i;
		int64_t unit = i < s.n ? kanji_unit(utf8_next(s, &next)) : 0;
		if (!unit) {
			section += digits ? v : 0;
			break;
		}
		i = next;
		if (unit < 10000) {
			section += v * (double)unit;
		} else {
			total += (digits ? section + v : MAX(section, 1)) * (double)unit;
			section = 0;
		}
	}
	total += section;
	if (i == start || (several && i == start + S("数").n) || total > 1e15 || total - floor(total) > 1e-6)
		return false;
	*at = i;
	*ret = (int64_t)total;
	*ret_several = several;
	return true;
}

static const struct words count_before = WORDS(W("約"), W("オヨソ"), W("凡ソ"), W("ホボ"), W("概ネ"), W("オオムネ"), W("推定"), W("推計"), W("概算"),
	W("最大"), W("最小"), W("最低"), W("最高"), W("年間"), W("毎年"), W("年"), W("月間"), W("毎月"), W("月"), W("延ベ"), W("ノベ"), W("合計"), W("総数"), W("計"), W("全"),
	W("常時"), W("平均"), W("累計"), W("現在"), W("approx."), W("approx"), W("approximately"), W("about"), W("around"), W("ca."), W("c."), W("~"), W("≒"),
	W("circa"), W("over"), W("morethan"), W("upto"), W("max"), W("<"), W(">"), W("≦"), W("≧"), W("≤"), W("≥"), W("-"));
static const struct words count_exact_before = WORDS(W("年間"), W("毎年"), W("年"), W("月間"), W("毎月"), W("月"), W("合計"), W("総数"), W("計"), W("全"), W("累計"), W("現在"));
static const struct words count_units = WORDS(W("件"), W("名"), W("人"), W("名分"), W("人分"), W("件分"), W("冊"), W("枚"), W("通"), W("部"), W("社"), W("世帯"), W("口座"),
	W("レコ-ド"), W("ファイル"), W("箱"), W("点"), W("台"), W("個"), W("行"), W("票"), W("式"), W("口"), W("筆"), W("ユ-ザ-"), W("アカウント"), W("名様"), W("人様"),
	W("デ-タ"), W("records"), W("record"), W("persons"), W("people"), W("entries"), W("rows"), W("items"), W("files"), W("customers"),
	W("users"), W("cases"), W("件/年"), W("名/年"), W("人/年"), W("件/月"), W("名/月"), W("人/月"), W("/年"), W("/月"));
static const struct words count_after = WORDS(W("程度"), W("前後"), W("ホド"), W("程"), W("クライ"), W("グライ"), W("位"), W("弱"), W("強"), W("余"), W("余リ"), W("超"),
	W("超エ"), W("以上"), W("ヨリ多イ"), W("以下"), W("以内"), W("未満"), W("マデ"), W("見込ミ"), W("見込"), W("予定"), W("想定"), W("+"), W("ormore"), W("orless"), W("."));
static const struct words no_upper = WORDS(W("以上"), W("超"), W("超エ"), W("ヨリ多イ"), W("余"), W("余リ"), W("強"), W("+"), W("ormore"));
static const struct words upper_only = WORDS(W("以下"), W("以内"), W("未満"), W("マデ"), W("orless"));
static const struct words none_words = WORDS(W("無シ"), W("ナシ"), W("無"), W("該当ナシ"), W("該当無シ"), W("零"), W("none"), W("ゼロ"), W("皆無"));

/* Takes the words at the front off; which of them leave the number exact, and which say "at most" or "at least". */
static struct str count_prefix(struct str s, bool *approx, bool *at_most, bool *at_least)
{
	for (ptrdiff_t k; (k = begins(s, count_before)) > 0; s = str_sub(s, k, s.n)) {
		struct str word = { s.p, k };
		*approx |= !one_of(word, count_exact_before);
		*at_most |= one_of(word, (struct words)WORDS(W("最大"), W("最高"), W("upto"), W("max"), W("<"), W("≦"), W("≤"), W("-")));
		*at_least |= one_of(word, (struct words)WORDS(W("最小"), W("最低"), W("over"), W("morethan"), W(">"), W("≧"), W("≥")));
	}
	return s;
}

/* Takes units and the like off the end, as long as something is left before them. */
static struct str count_suffix(struct str s, bool *approx, bool *at_most, bool *at_least, bool *less)
{
	for (;;) {
		ptrdiff_t k = ends(s, count_after);
		if (k > 0) {
			struct str word = str_sub(s, s.n - k, s.n);
			*approx = true;
			*at_least |= one_of(word, no_upper);
			*at_most |= one_of(word, upper_only);
			*less |= str_eq(word, S("未満"));
		} else if ((k = ends(s, count_units)) == 0) {
			return s;
		}
		s.n -= k;
	}
}

/* "300件(令和8年4月1日現在)": what stands in brackets at the end is a remark. */
static struct str without_remark(struct str s)
{
	if (!str_ends(s, S(")")))
		return s;
	for (ptrdiff_t i = s.n - 1; i > 0; i--)
		if (s.p[i] == '(')
			return str_sub(s, 0, i);
	return s;
}

/* Whether a range may be cut here: a number or its unit before it, a number or nothing behind it (a long vowel
 * of kana has become '-', too). */
static bool range_at(struct str s, ptrdiff_t at, ptrdiff_t len)
{
	struct str left = str_sub(s, 0, at), right = str_sub(s, at + len, s.n);
	ptrdiff_t i = 0;

	if (!(left.p[at - 1] >= '0' && left.p[at - 1] <= '9') && !ends(left, count_units) && kanji_unit(utf8_next(str_sub(left, at - 3, at), &i)) == 0)
		return false;
	i = 0;
	right = str_sub(right, begins(right, count_before), right.n);
	uint32_t c = right.n ? utf8_next(right, &i) : '0';
	return (c >= '0' && c <= '9') || kanji_digit(c) >= 0 || kanji_unit(c) > 0;
}

static ptrdiff_t find_range(struct str s, ptrdiff_t *ret_len)
{
	static const struct str marks[] = { W("~"), W("-"), W("カラ"), W("ナイシ"), W("乃至"), W("to") };

	for (ptrdiff_t i = 0; i < COUNT(marks); i++)
		for (ptrdiff_t at = 1; at + marks[i].n <= s.n; at++)
			if (str_starts(str_sub(s, at, s.n), marks[i]) && range_at(s, at, marks[i].n)) {
				*ret_len = marks[i].n;
				return at;
			}
	return -1;
}

/* Several hundred: 200 to 900 at most that people mean by it. */
static struct value_count several_of(int64_t unit)
{
	return (struct value_count){ .low = 2 * unit, .high = 9 * unit, .approx = true };
}

static bool read_end(struct str s, int64_t *ret, bool *several)
{
	bool ignored = false;
	ptrdiff_t at = 0;

	s = count_suffix(count_prefix(s, &ignored, &ignored, &ignored), &ignored, &ignored, &ignored, &ignored);
	return read_number(s, &at, ret, several) && at == s.n;
}

enum value_state value_count(struct arena *a, struct str text, struct value_count *ret)
{
	struct str s = utf8_fold(a, text), whole = s;
	enum value_state st = state_of(s);
	bool approx = false, at_most = false, at_least = false, less = false, several = false;
	int64_t v, high;
	ptrdiff_t at = 0, mark_len = 0;

	if (st != VALUE_OK)
		return st;
	if (one_of(s, none_words)) {
		*ret = (struct value_count){ 0 };
		return VALUE_OK;
	}
	s = without_remark(s);
	if (s.n > 1 && s.p[0] == '-' && s.p[1] >= '0' && s.p[1] <= '9')
		return VALUE_ODD;                        /* a negative count is none */
	ptrdiff_t mark = find_range(s, &mark_len);
	if (mark > 0 && mark + mark_len < s.n) {
		struct str left = str_sub(s, 0, mark), right = str_sub(s, mark + mark_len, s.n);
		if (!read_end(right, &high, &several) || several || !read_end(left, &v, &several) || several)
			return VALUE_ODD;
		/* 1-2万: the unit stands at the end only */
		for (int64_t unit = 100000000; unit >= 1000; unit = unit == 100000000 ? 10000 : unit / 10)
			if (v < 10 && high >= unit && high % unit == 0 && high / unit > v && str_find(right, S("0")) < 0) {
				v *= unit;
				break;
			}
		if (v > high)
			return VALUE_ODD;
		*ret = (struct value_count){ .low = v, .high = high, .approx = v != high };
		return VALUE_OK;
	}
	if (mark > 0)
		s = str_sub(s, 0, mark), at_least = approx = true;       /* "300~" */
	s = count_suffix(count_prefix(s, &approx, &at_most, &at_least), &approx, &at_most, &at_least, &less);
	if (!read_number(s, &at, &v, &several) || at != s.n)
		return one_of(whole, none_words) ? VALUE_BLANK : VALUE_ODD;
	if (several) {
		*ret = several_of(v);
		return VALUE_OK;
	}
	*ret = (struct value_count){ .low = at_most ? 0 : v, .high = at_least ? -1 : v - (less && v > 0), .approx = approx };
	return VALUE_OK;
}

static const struct words money_front = WORDS(W("¥"), W("\\"), W("約"), W("jpy"), W("金"));
static const struct words money_back = WORDS(W("円"), W("円也"), W("円(税込)"), W("円(税抜)"), W("円(税別)"), W("yen"), W("jpy"), W(",-"), W("-"), W("(税込)"), W("(税抜)"), W("(税別)"));
static const struct words free_words = WORDS(W("無料"), W("無償"), W("ナシ"), W("無シ"), W("free"), W("免除"));

enum value_state value_money(struct arena *a, struct str text, int64_t *ret)
{
	struct str s = utf8_fold(a, text);
	enum value_state st = state_of(s);
	bool negative = false, several = false;
	int64_t v, scale = 1;
	ptrdiff_t at = 0;

	if (st != VALUE_OK)
		return st;
	if (one_of(s, free_words)) {
		*ret = 0;
		return VALUE_OK;
	}
	for (ptrdiff_t k; (k = begins(s, (struct words)WORDS(W("-"), W("△"), W("▲")))) > 0 && !negative; negative = true)
		s = str_sub(s, k, s.n);
	for (ptrdiff_t k; (k = begins(s, money_front)) > 0; )
		s = str_sub(s, k, s.n);
	for (ptrdiff_t k; (k = ends(s, money_back)) > 0; )
		s.n -= k;
	/* 500千円 and 3百万円: digits before the unit are a number of their own */
	if (str_ends(s, S("百万")) && s.n > S("百万").n)
		scale = 1000000, s.n -= S("百万").n;
	else if (str_ends(s, S("千")) && s.n > S("千").n)
		scale = 1000, s.n -= S("千").n;
	if (!read_number(s, &at, &v, &several) || at != s.n || several || v > INT64_MAX / scale)
		return VALUE_ODD;
	*ret = (negative ? -v : v) * scale;
	return VALUE_OK;
}

/* ---- dates ---- */

bool value_serial_date(double serial, bool system_1904, struct date *ret, int *ret_seconds)
{
	double day = floor(serial);
	int seconds = (int)floor((serial - day) * 86400 + 0.5);

	if (seconds == 86400) {
		day += 1;
		seconds = 0;
	}
	if (!(day >= (system_1904 ? 0 : 1)) || day > 2958465 - (system_1904 ? 1462 : 0) || (!system_1904 && day > 59 && day < 61))
		return false;
	struct date base = system_1904 ? date_make(1904, 1, 1) : date_make(1899, 12, 31);
	*ret = date_add_days(base, (int)day - (!system_1904 && day > 60));
	*ret_seconds = seconds;
	return true;
}

enum value_state value_date(struct arena *a, struct str text, struct written_date *ret)
{
	struct str s = utf8_fold(a, text);
	enum value_state st = state_of(s);
	double serial;
	int seconds;

	if (st != VALUE_OK)
		return st;
	if (s.n >= 5 && s.p[0] >= '1' && s.p[0] <= '9' && (s.n == 5 || s.p[5] == '.') && num_parse_real(s, &serial) == ST_OK) {
		struct date d;
		if (!value_serial_date(serial, false, &d, &seconds))
			return VALUE_ODD;
		*ret = (struct written_date){ .first = d, .last = d, .precision = PRECISION_DAY };
		return VALUE_OK;
	}
	/* "2026-03-02 00:00" and "2026-03-02T09:30:00": a spreadsheet's day with its time */
	struct date d;
	struct str day = str_sub(str_trim(text), 0, 10);
	if (str_trim(text).n > 10 && (str_trim(text).p[10] == ' ' || str_trim(text).p[10] == 'T') && date_parse_iso(day, &d) == ST_OK) {
		*ret = (struct written_date){ .first = d, .last = d, .precision = PRECISION_DAY };
		return VALUE_OK;
	}
	struct written_date w;
	if (calendar_parse(a, text, &w) != ST_OK)
		return VALUE_ODD;
	*ret = w;
	return VALUE_OK;
}

/* ---- yes and no ---- */

static const struct words yes_words = WORDS(W("○"), W("〇"), W("◯"), W("◎"), W("●"), W("✓"), W("✔"), W("☑"), W("✅"), W("■"), W("レ"), W("v"), W("有"), W("有リ"), W("アリ"), W("在リ"),
	W("有ル"), W("アル"), W("ハイ"), W("是"), W("yes"), W("y"), W("true"), W("1"), W("該当"), W("該当スル"), W("該当アリ"), W("該当有リ"), W("含ム"), W("含ミマス"), W("含マレル"), W("要"), W("必要"),
	W("済"), W("済ミ"), W("対象"), W("実施"), W("スル"), W("シテイル"), W("可"), W("on"), W("o"), W("委託アリ"), W("提供アリ"), W("真"), W("適"), W("利用アリ"), W("アリマス"));
static const struct words no_words = WORDS(W("×"), W("✕"), W("✖"), W("✗"), W("✘"), W("☓"), W("╳"), W("❌"), W("x"), W("無"), W("無シ"), W("ナシ"), W("無イ"), W("ナイ"), W("イイエ"), W("否"), W("no"),
	W("n"), W("false"), W("0"), W("非該当"), W("該当シナイ"), W("該当ナシ"), W("該当無シ"), W("含マナイ"), W("含ミマセン"), W("含マレナイ"), W("不要"), W("未"), W("未実施"), W("対象外"), W("シナイ"),
	W("シテイナイ"), W("不可"), W("off"), W("-"), W("--"), W("---"), W("□"), W("☐"), W("委託ナシ"), W("委託無シ"), W("提供ナシ"), W("偽"), W("外"), W("利用ナシ"), W("n/a"), W("特ニナシ"), W("アリマセン"));

enum value_state value_yes_no(struct arena *a, struct str text, bool *ret)
{
	struct str s = utf8_fold(a, text);

	if (one_of(s, no_words) || one_of(s, yes_words)) {
		*ret = one_of(s, yes_words);
		return VALUE_OK;
	}
	enum value_state st = state_of(s);
	if (st != VALUE_OK)
		return st;
	/* 有(病歴), なし:理由 - the word, then what it is about */
	ptrdiff_t yes = begins(s, yes_words), no = begins(s, no_words), k = MAX(yes, no);
	struct str rest = str_sub(s, k, s.n);
	if (k == 0 || yes == no || begins(rest, (struct words)WORDS(W("("), W(":"), W("、"), W(","), W("。"), W("["), W("「"))) == 0)
		return str_eq(s, S("△")) || str_eq(s, S("▲")) ? VALUE_UNKNOWN : VALUE_ODD;
	*ret = yes > no;
	return VALUE_OK;
}

/* ---- choices and lists ---- */

/* ①, 1., (1), ア. and the like at the front of a folded text; ① has become 1 by then. */
static struct str without_number(struct str s)
{
	ptrdiff_t i = 0;

	while (i < s.n && (s.p[i] == '(' || (s.p[i] >= '0' && s.p[i] <= '9')))
		i++;
	if (i == 0 || i >= s.n)
		return s;
	while (i < s.n && (s.p[i] == ')' || s.p[i] == '.' || s.p[i] == ':' || s.p[i] == '-'))
		i++;
	return i < s.n ? str_sub(s, i, s.n) : s;
}

/* A name inside a longer one that the text holds, too, does not count: 個人情報 within 要配慮個人情報. */
static bool overshadowed(struct str text, const struct str *names, ptrdiff_t n, ptrdiff_t i)
{
	for (ptrdiff_t j = 0; j < n; j++)
		if (names[j].n > names[i].n && str_find(names[j], names[i]) >= 0 && str_find(text, names[j]) >= 0)
			return true;
	return false;
}

enum value_state value_choice(struct arena *a, struct str text, const struct value_name *names, ptrdiff_t n, int *ret)
{
	struct str s = utf8_fold(a, text), *folded = new_n(a, struct str, n);
	int found = -1;

	for (ptrdiff_t i = 0; i < n; i++) {
		folded[i] = utf8_fold(a, names[i].name);
		if (str_eq(s, folded[i])) {
			*ret = names[i].choice;
			return VALUE_OK;
		}
	}
	enum value_state st = state_of(s);
	if (st != VALUE_OK)
		return st;
	struct str bare = without_number(without_remark(s));
	for (ptrdiff_t i = 0; i < n; i++)
		if (str_eq(bare, folded[i])) {
			*ret = names[i].choice;
			return VALUE_OK;
		}
	for (ptrdiff_t i = 0; i < n; i++) {
		if (folded[i].n < 2 || str_find(bare, folded[i]) < 0 || overshadowed(bare, folded, n, i))
			continue;
		if (found >= 0 && found != names[i].choice)
			return VALUE_ODD;
		found = names[i].choice;
	}
	if (found < 0)
		return VALUE_ODD;
	*ret = found;
	return VALUE_OK;
}

static bool is_opening(uint32_t c)
{
	return c == '(' || c == '[' || c == 0xFF08 || c == 0x300C || c == 0x300E || c == 0x3010 || c == 0x3014;
}

static bool is_closing(uint32_t c)
{
	return c == ')' || c == ']' || c == 0xFF09 || c == 0x300D || c == 0x300F || c == 0x3011 || c == 0x3015;
}

static bool is_separator(uint32_t c, bool slashes)
{
	return c == '\n' || c == '\r' || c == 0x3001 || c == 0xFF0C || c == ',' || c == ';' || c == 0xFF1B || c == 0xFF64 ||
	       (slashes && (c == '/' || c == 0xFF0F || c == 0x30FB || c == 0xFF65 || c == '+' || c == 0xFF0B));
}

struct str *value_split(struct arena *a, struct str text, bool slashes, ptrdiff_t *ret_n)
{
	ptrdiff_t from = 0, n = 0, depth = 0, most = 1;

	for (ptrdiff_t at = 0; at < text.n; )
		most += is_separator(utf8_next(text, &at), slashes);
	struct str *part = new_n(a, struct str, most);
	for (ptrdiff_t at = 0; at <= text.n; ) {
		ptrdiff_t before = at;
		uint32_t c = at < text.n ? utf8_next(text, &at) : 0;
		depth += is_opening(c) ? 1 : is_closing(c) && depth ? -1 : 0;
		if (before < text.n && (!is_separator(c, slashes) || (depth && c != '\n')))
			continue;
		struct str s = str_trim(str_sub(text, from, before));
		if (s.n)
			part[n++] = s;
		from = at;
		if (before == text.n)
			break;
	}
	*ret_n = n;
	return part;
}

enum value_state value_choices(struct arena *a, struct str text, const struct value_name *names, ptrdiff_t n, uint64_t *ret)
{
	ptrdiff_t parts;
	struct str *part = value_split(a, text, true, &parts);
	enum value_state st = value_text(a, text);
	uint64_t bits = 0;
	int choice;

	if (st != VALUE_OK)
		return st;
	for (ptrdiff_t i = 0; i < parts; i++) {
		if (value_choice(a, part[i], names, n, &choice) != VALUE_OK)
			return VALUE_ODD;
		bits |= (uint64_t)1 << (choice & 63);
	}
	*ret = bits;
	return parts ? VALUE_OK : VALUE_BLANK;
}
