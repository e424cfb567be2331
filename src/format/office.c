/* office.c - reads counts, dates, yes and no, periods, money and choices as offices write them. */
#include "format/office.h"
#include "base/num.h"
#include "base/utf8.h"
#include "format/office_words.h"
#include <math.h>

/* Words are compared in the form utf8_fold gives: hiragana are katakana, dashes and waves are '-', no spaces. */
#define WORDS WORD_LIST
#define PERIOD_WORDS(name, ...)
#include "format/office.def"

static bool one_of(struct str s, struct words w)
{
	for (ptrdiff_t i = 0; i < w.n; i++)
		if (str_eq(s, w.word[i]))
			return true;
	return false;
}

static enum office_state state_of(struct str folded)
{
	if (folded.n == 0 || one_of(folded, dash_words))
		return OFFICE_BLANK;
	if (one_of(folded, unknown_words) || one_of(folded, error_words))
		return OFFICE_UNKNOWN;
	return one_of(folded, delete_words) ? OFFICE_DELETE : OFFICE_OK;
}

enum office_state office_text(struct arena *a, struct str text)
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

/* Takes the words at the front off; which of them leave the number exact, and which say "at most" or "at least". */
static struct str count_prefix(struct str s, bool *approx, bool *at_most, bool *at_least)
{
	for (ptrdiff_t k; (k = begins(s, count_before)) > 0; s = str_sub(s, k, s.n)) {
		struct str word = { s.p, k };
		*approx |= !one_of(word, count_exact_before);
		*at_most |= one_of(word, count_at_most);
		*at_least |= one_of(word, count_at_least);
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
			*less |= one_of(word, less_than);
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

	for (ptrdiff_t i = 0; i < range_marks.n; i++)
		for (ptrdiff_t at = 1; at + range_marks.word[i].n <= s.n; at++)
			if (str_starts(str_sub(s, at, s.n), range_marks.word[i]) && range_at(s, at, range_marks.word[i].n)) {
				*ret_len = range_marks.word[i].n;
				return at;
			}
	return -1;
}

/* Several hundred: 200 to 900 at most that people mean by it. */
static struct office_count several_of(int64_t unit)
{
	return (struct office_count){ .low = 2 * unit, .high = 9 * unit, .approx = true };
}

static bool read_end(struct str s, int64_t *ret, bool *several)
{
	bool ignored = false;
	ptrdiff_t at = 0;

	s = count_suffix(count_prefix(s, &ignored, &ignored, &ignored), &ignored, &ignored, &ignored, &ignored);
	return read_number(s, &at, ret, several) && at == s.n;
}

enum office_state office_count(struct arena *a, struct str text, struct office_count *ret)
{
	struct str s = utf8_fold(a, text), whole = s;
	enum office_state st = state_of(s);
	bool approx = false, at_most = false, at_least = false, less = false, several = false;
	int64_t v, high;
	ptrdiff_t at = 0, mark_len = 0;

	if (st != OFFICE_OK)
		return st;
	if (one_of(s, none_words)) {
		*ret = (struct office_count){ 0 };
		return OFFICE_OK;
	}
	s = without_remark(s);
	if (s.n > 1 && s.p[0] == '-' && s.p[1] >= '0' && s.p[1] <= '9')
		return OFFICE_ODD;                        /* a negative count is none */
	ptrdiff_t mark = find_range(s, &mark_len);
	if (mark > 0 && mark + mark_len < s.n) {
		struct str left = str_sub(s, 0, mark), right = str_sub(s, mark + mark_len, s.n);
		if (!read_end(right, &high, &several) || several || !read_end(left, &v, &several) || several)
			return OFFICE_ODD;
		/* 1-2万: the unit stands at the end only */
		for (int64_t unit = 100000000; unit >= 1000; unit = unit == 100000000 ? 10000 : unit / 10)
			if (v < 10 && high >= unit && high % unit == 0 && high / unit > v && str_find(right, S("0")) < 0) {
				v *= unit;
				break;
			}
		if (v > high)
			return OFFICE_ODD;
		*ret = (struct office_count){ .low = v, .high = high, .approx = v != high };
		return OFFICE_OK;
	}
	if (mark > 0)
		s = str_sub(s, 0, mark), at_least = approx = true;       /* "300~" */
	s = count_suffix(count_prefix(s, &approx, &at_most, &at_least), &approx, &at_most, &at_least, &less);
	if (!read_number(s, &at, &v, &several) || at != s.n)
		return one_of(whole, none_words) ? OFFICE_BLANK : OFFICE_ODD;
	if (several) {
		*ret = several_of(v);
		return OFFICE_OK;
	}
	*ret = (struct office_count){ .low = at_most ? 0 : v, .high = at_least ? -1 : v - (less && v > 0), .approx = approx };
	return OFFICE_OK;
}

enum office_state office_money(struct arena *a, struct str text, int64_t *ret)
{
	struct str s = utf8_fold(a, text);
	enum office_state st = state_of(s);
	bool negative = false, several = false;
	int64_t v, scale = 1;
	ptrdiff_t at = 0;

	if (st != OFFICE_OK)
		return st;
	if (one_of(s, free_words)) {
		*ret = 0;
		return OFFICE_OK;
	}
	for (ptrdiff_t k; (k = begins(s, money_minus)) > 0 && !negative; negative = true)
		s = str_sub(s, k, s.n);
	for (ptrdiff_t k; (k = begins(s, money_front)) > 0; )
		s = str_sub(s, k, s.n);
	for (ptrdiff_t k; (k = ends(s, money_back)) > 0; )
		s.n -= k;
	/* 500千円 and 3百万円: digits before the unit are a number of their own */
	if (ends(s, million) && s.n > ends(s, million))
		scale = 1000000, s.n -= ends(s, million);
	else if (str_ends(s, S("千")) && s.n > S("千").n)
		scale = 1000, s.n -= S("千").n;
	if (!read_number(s, &at, &v, &several) || at != s.n || several || v > INT64_MAX / scale)
		return OFFICE_ODD;
	*ret = (negative ? -v : v) * scale;
	return OFFICE_OK;
}

/* ---- dates ---- */

bool office_serial_date(double serial, bool system_1904, struct date *ret, int *ret_seconds)
{
	enum { LAST_SERIAL = 2958465, DAYS_1904 = 1462 };

	if (!(serial >= 0 && serial < LAST_SERIAL + 1))
		return false;
	double day = floor(serial);
	int seconds = (int)floor((serial - day) * 86400 + 0.5);

	if (seconds == 86400) {
		day += 1;
		seconds = 0;
	}
	if (day < (system_1904 ? 0 : 1) || day > LAST_SERIAL - (system_1904 ? DAYS_1904 : 0) || (!system_1904 && day > 59 && day < 61))
		return false;
	struct date base = system_1904 ? date_make(1904, 1, 1) : date_make(1899, 12, 31);
	*ret = date_add_days(base, (int)day - (!system_1904 && day > 60));
	*ret_seconds = seconds;
	return true;
}

enum office_state office_date(struct arena *a, struct str text, struct written_date *ret)
{
	struct str s = utf8_fold(a, text);
	enum office_state st = state_of(s);
	double serial;
	int seconds;

	if (st != OFFICE_OK)
		return st;
	if (s.n >= 5 && s.p[0] >= '1' && s.p[0] <= '9' && (s.n == 5 || s.p[5] == '.') && num_parse_real(s, &serial) == ST_OK) {
		struct date d;
		if (!office_serial_date(serial, false, &d, &seconds))
			return OFFICE_ODD;
		*ret = (struct written_date){ .first = d, .last = d, .precision = PRECISION_DAY };
		return OFFICE_OK;
	}
	/* "2026-03-02 00:00" and "2026-03-02T09:30:00": a spreadsheet's day with its time */
	struct date d;
	struct str day = str_sub(str_trim(text), 0, 10);
	if (str_trim(text).n > 10 && (str_trim(text).p[10] == ' ' || str_trim(text).p[10] == 'T') && date_parse_iso(day, &d) == ST_OK) {
		*ret = (struct written_date){ .first = d, .last = d, .precision = PRECISION_DAY };
		return OFFICE_OK;
	}
	struct written_date w;
	if (calendar_parse(a, text, &w) != ST_OK)
		return OFFICE_ODD;
	*ret = w;
	return OFFICE_OK;
}

/* ---- yes and no ---- */

enum office_state office_yes_no(struct arena *a, struct str text, bool *ret)
{
	struct str s = utf8_fold(a, text);

	if (one_of(s, no_words) || one_of(s, yes_words)) {
		*ret = one_of(s, yes_words);
		return OFFICE_OK;
	}
	enum office_state st = state_of(s);
	if (st != OFFICE_OK)
		return st;
	/* 有(病歴), なし:理由 - the word, then what it is about */
	ptrdiff_t yes = begins(s, yes_words), no = begins(s, no_words), k = MAX(yes, no);
	struct str rest = str_sub(s, k, s.n);
	if (k == 0 || yes == no || begins(rest, detail_marks) == 0)
		return str_eq(s, S("△")) || str_eq(s, S("▲")) ? OFFICE_UNKNOWN : OFFICE_ODD;
	*ret = yes > no;
	return OFFICE_OK;
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

enum office_state office_choice(struct arena *a, struct str text, const struct office_name *names, ptrdiff_t n, int *ret)
{
	struct str s = utf8_fold(a, text), *folded = new_n(a, struct str, n);
	int found = -1;

	for (ptrdiff_t i = 0; i < n; i++) {
		folded[i] = utf8_fold(a, names[i].name);
		if (str_eq(s, folded[i])) {
			*ret = names[i].choice;
			return OFFICE_OK;
		}
	}
	enum office_state st = state_of(s);
	if (st != OFFICE_OK)
		return st;
	struct str bare = without_number(without_remark(s));
	for (ptrdiff_t i = 0; i < n; i++)
		if (str_eq(bare, folded[i])) {
			*ret = names[i].choice;
			return OFFICE_OK;
		}
	for (ptrdiff_t i = 0; i < n; i++) {
		if (folded[i].n < 2 || str_find(bare, folded[i]) < 0 || overshadowed(bare, folded, n, i))
			continue;
		if (found >= 0 && found != names[i].choice)
			return OFFICE_ODD;
		found = names[i].choice;
	}
	if (found < 0)
		return OFFICE_ODD;
	*ret = found;
	return OFFICE_OK;
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

struct str *office_split(struct arena *a, struct str text, bool slashes, ptrdiff_t *ret_n)
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

enum office_state office_choices(struct arena *a, struct str text, const struct office_name *names, ptrdiff_t n, uint64_t *ret)
{
	ptrdiff_t parts;
	struct str *part = office_split(a, text, true, &parts);
	enum office_state st = office_text(a, text);
	uint64_t bits = 0;
	int choice;

	if (st != OFFICE_OK)
		return st;
	for (ptrdiff_t i = 0; i < parts; i++) {
		if (office_choice(a, part[i], names, n, &choice) != OFFICE_OK)
			return OFFICE_ODD;
		bits |= (uint64_t)1 << (choice & 63);
	}
	*ret = bits;
	return parts ? OFFICE_OK : OFFICE_BLANK;
}
