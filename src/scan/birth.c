/* birth.c - dates of birth: a date in any spelling with a word of birth beside it. */
#include "scan/inside.h"
#include "base/date.h"

static bool starts(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi, const char *z)
{
	size_t n = strlen(z);

	return hi - i >= (ptrdiff_t)n && memcmp(t + i, z, n) == 0;
}

/* ---- reading one date ---- */

static uint32_t WRAPS three_letters(const uint8_t *p)
{
	return (uint32_t)(p[0] | 32) << 16 | (uint32_t)(p[1] | 32) << 8 | (uint32_t)(p[2] | 32);
}

/* The month that begins at i, or 0. */
static int month_at(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi)
{
	static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";
	uint32_t name;

	if (hi - i < 3)
		return 0;
	name = three_letters(t + i);
	for (int m = 0; m < 12; m++)
		if (name == three_letters((const uint8_t *)months + m * 3))
			return m + 1;
	return 0;
}

static int month_named(const uint8_t *t, ptrdiff_t *at, ptrdiff_t hi)
{
	int m = month_at(t, *at, hi);

	if (m)
		*at += 3;
	while (m && *at < hi && (((t[*at] | 32) >= 'a' && (t[*at] | 32) <= 'z') || t[*at] == '.'))
		(*at)++;
	return m;
}

struct era { const char *text; int before; };           /* year of the era + before = western year */
static const struct era eras[] = {
	{ "明治", 1867 }, { "大正", 1911 }, { "昭和", 1925 }, { "平成", 1988 }, { "令和", 2018 },
	{ "㍾", 1867 }, { "㍽", 1911 }, { "㍼", 1925 }, { "㍻", 1988 }, { "㋿", 2018 },
	{ "明", 1867 }, { "大", 1911 }, { "昭", 1925 }, { "平", 1988 }, { "令", 2018 },
	{ "M", 1867 }, { "T", 1911 }, { "S", 1925 }, { "H", 1988 }, { "R", 2018 },
	{ "Ｍ", 1867 }, { "Ｔ", 1911 }, { "Ｓ", 1925 }, { "Ｈ", 1988 }, { "Ｒ", 2018 },
	{ "m", 1867 }, { "t", 1911 }, { "s", 1925 }, { "h", 1988 }, { "r", 2018 },
};

struct number { int value, digits; };

/* A number of at most `most` digits, positional kanji (五十五) included; digits 0 when there is none. */
static struct number number_read(const uint8_t *t, ptrdiff_t *at, ptrdiff_t hi, int most)
{
	struct number n = { 0 };
	int len, part = 0;
	bool ten = false;

	while (*at < hi && n.digits < most) {
		uint32_t c = char_at(t, *at, hi, &len);
		int s = sign_at(t, *at, hi, true, &len);

		if (c == 0x5341) {                              /* 十 */
			part = (part ? part : 1) * 10;
			ten = true;
		} else if (s >= 0 && s <= 9) {
			part = ten && part % 10 == 0 ? part + s : part * 10 + s;
		} else {
			break;
		}
		n.digits++;
		*at += len;
	}
	n.value = part;
	return n;
}

enum { SEP_BAD, SEP_YEAR, SEP_SIGN, SEP_SPACE };
/* 年 or 月 (the word), or one of - . / ; spaces around are read over. */
static int separator(const uint8_t *t, ptrdiff_t *at, ptrdiff_t hi, const char *word)
{
	int len, s;

	while (*at < hi && t[*at] == ' ')
		(*at)++;
	if (starts(t, *at, hi, word)) {
		*at += (ptrdiff_t)strlen(word);
		while (*at < hi && (t[*at] == ' ' || starts(t, *at, hi, "　")))
			*at += t[*at] == ' ' ? 1 : 3;
		return SEP_YEAR;
	}
	if (*at >= hi)
		return SEP_BAD;
	s = sign_at(t, *at, hi, false, &len);
	if (s != SIGN_HYPHEN && s != SIGN_DOT && s != SIGN_SLASH)
		return SEP_BAD;
	*at += len;
	while (*at < hi && t[*at] == ' ')
		(*at)++;
	return SEP_SIGN;
}

static ptrdiff_t rest_of_date(const uint8_t *t, ptrdiff_t at, ptrdiff_t hi, int year)
{
	struct number m, d;
	int a = separator(t, &at, hi, "年"), len;

	if (a == SEP_BAD)
		return -1;
	m = number_read(t, &at, hi, 3);
	if (!m.digits || separator(t, &at, hi, "月") != a)
		return -1;
	d = number_read(t, &at, hi, 3);
	if (!d.digits || !date_valid(year, m.value, d.value))
		return -1;
	if (a == SEP_YEAR) {
		if (starts(t, at, hi, " 日"))
			at += 1;
		if (starts(t, at, hi, "日"))
			at += 3;
	} else if (at < hi && (t[at] < 0x80 ? (t[at] >= '0' && t[at] <= '9') : sign_at(t, at, hi, false, &len) <= 9)) {
		return -1;
	}
	return at;
}

static bool plausible(int year)
{
	return year >= 1868 && year <= 2100;
}

static ptrdiff_t era_date(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi)
{
	for (ptrdiff_t k = 0; k < COUNT(eras); k++) {
		ptrdiff_t at, before;
		struct number y;
		int len;

		if ((uint8_t)eras[k].text[0] != t[i] || !starts(t, i, hi, eras[k].text))
			continue;
		at = i + (ptrdiff_t)strlen(eras[k].text);
		while (at < hi && (t[at] == ' ' || t[at] == '.'))
			at++;
		if (starts(t, at, hi, "元")) {
			y = (struct number){ 1, 1 };
			at += 3;
		} else {
			before = at;
			y = number_read(t, &at, hi, 3);
			if (y.digits == 0 || (before < hi && sign_at(t, before, hi, true, &len) == SIGN_NONE && y.value < 10))
				continue;
		}
		if (y.value < 1 || y.value > 64)
			continue;
		at = rest_of_date(t, at, hi, y.value + eras[k].before);
		if (at > 0)
			return at;
	}
	return -1;
}

static void skip(const uint8_t *t, ptrdiff_t *at, ptrdiff_t hi)
{
	while (*at < hi && (t[*at] == ' ' || t[*at] == ',' || t[*at] == '-'))
		(*at)++;
}

/* "May 12, 1980", "12 May 1980" */
static ptrdiff_t english_date(const uint8_t *t, ptrdiff_t at, ptrdiff_t hi)
{
	struct number d = { 0 }, y;
	int m = month_named(t, &at, hi);

	if (!m) {
		d = number_read(t, &at, hi, 2);
		if (!d.digits)
			return -1;
		if (at + 1 < hi && (starts(t, at, hi, "st") || starts(t, at, hi, "nd") || starts(t, at, hi, "rd") || starts(t, at, hi, "th")))
			at += 2;
		skip(t, &at, hi);
		m = month_named(t, &at, hi);
		skip(t, &at, hi);
	} else {
		skip(t, &at, hi);
		d = number_read(t, &at, hi, 2);
		skip(t, &at, hi);
	}
	y = number_read(t, &at, hi, 4);
	return m && d.digits && y.digits == 4 && plausible(y.value) && date_valid(y.value, m, d.value) ? at : -1;
}

static ptrdiff_t western_date(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi, bool *ret_plain8)
{
	ptrdiff_t at = i;
	struct number y = number_read(t, &at, hi, 4), m, d;
	int len;

	if (y.digits != 4 || !plausible(y.value))
		return -1;
	if (at < hi && sign_at(t, at, hi, false, &len) <= 9) {
		m = number_read(t, &at, hi, 2);
		d = number_read(t, &at, hi, 2);
		if (m.digits != 2 || d.digits != 2 || !date_valid(y.value, m.value, d.value))
			return -1;
		if (at < hi && sign_at(t, at, hi, false, &len) <= 9)
			return -1;
		*ret_plain8 = true;
		return at;
	}
	return rest_of_date(t, at, hi, y.value);
}

/* Digits; eras by their letter; months. */
const bool date_first[256] = { ['0' ... '9'] = true, [0x80 ... 0xFF] = true, ['M'] = true, ['T'] = true, ['S'] = true, ['H'] = true, ['R'] = true,
	['m'] = true, ['t'] = true, ['s'] = true, ['h'] = true, ['r'] = true, ['J'] = true, ['F'] = true, ['A'] = true, ['O'] = true, ['N'] = true, ['D'] = true,
	['j'] = true, ['f'] = true, ['a'] = true, ['o'] = true, ['n'] = true, ['d'] = true };

bool date_may_begin(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi)
{
	if (i >= hi || !date_first[t[i]])
		return false;
	/* a letter begins a month, or an era with its year behind it */
	return t[i] < 'A' || t[i] >= 0x80 || i + 1 >= hi || t[i + 1] >= 0x80 || t[i + 1] == '.' || t[i + 1] == ' ' || (t[i + 1] >= '0' && t[i + 1] <= '9')
		|| month_at(t, i, hi);
}

ptrdiff_t date_at(const uint8_t *t, ptrdiff_t i, ptrdiff_t hi, bool *ret_plain8)
{
	ptrdiff_t end;

	*ret_plain8 = false;
	if (!date_may_begin(t, i, hi))
		return -1;
	end = western_date(t, i, hi, ret_plain8);
	if (end > 0) {
		/* 1980年(昭和55年)5月12日 is read by the caller's next try; a doubled year is rare enough. */
		return end;
	}
	end = t[i] >= '0' && t[i] <= '9' ? -1 : era_date(t, i, hi);
	return end > 0 ? end : english_date(t, i, hi);
}

/* Can a date end at i: with 日 or a digit? */
static bool date_may_end(const uint8_t *t, ptrdiff_t i, ptrdiff_t lo)
{
	int len;
	uint32_t c = i > lo ? char_before(t, i, lo, &len) : 0;

	return c == 0x65E5 || c == 0x5341 || (c && sign_before(t, i, lo, true, &len) <= 9);
}

/* Tries every start within 48 bytes; the earliest that ends exactly at i wins. */
ptrdiff_t date_before(const uint8_t *t, ptrdiff_t i, ptrdiff_t lo)
{
	bool plain;

	if (!date_may_end(t, i, lo))
		return -1;
	for (ptrdiff_t s = MAX(lo, i - 48); s < i; s++)
		if ((t[s] & 0xC0) != 0x80 && date_at(t, s, i, &plain) == i)
			return s;
	return -1;
}

/* ---- 生 ---- */

/* The last byte of 生 is at `at`: "昭和55年5月12日生" has its date before. Labels are read where their sign stands. */
void birth_at(struct scan_run *r, ptrdiff_t at)
{
	ptrdiff_t lo = MAX(view_lo(r, at), r->next), end = at - 2, hi = view_hi(r, at), start;
	bool plain;

	if (end < lo || r->t[end] != 0xE7)                     /* the first pass may have seen only the end of 生 */
		return;
	if (starts(r->t, at + 1, hi, "年月日")) {            /* 生年月日 1980年... without a sign between */
		static const char *const between[] = { "は", "が", "：", ":", " ", "　", "\t", "（", "(", "「", "=", "、", "西暦", "\"" };
		ptrdiff_t from = at + 10;

		for (ptrdiff_t k = 0; k < COUNT(between); k++) {
			if (starts(r->t, from, hi, between[k])) {
				from += (ptrdiff_t)strlen(between[k]);
				k = -1;
			}
		}
		end = from < hi && from - at < 60 ? date_at(r->t, from, hi, &plain) : -1;
		if (end > from)
			emit(r, SCAN_date_of_birth, from, end, 90);
		return;
	}
	while (end > lo && r->t[end - 1] == ' ')
		end--;
	start = date_before(r->t, end, lo);
	if (start >= 0)
		emit(r, SCAN_date_of_birth, start, end, 85);
}
