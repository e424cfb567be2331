/* calendar.c - eras and holidays by rule; the rules are the tables eras.def and holidays.def. */
#include "base/calendar.h"
#include "base/utf8.h"

/* ---- holidays ---- */

enum { FOREVER = 9999 };
enum which { ON_DAY, ON_MONDAY, ON_VERNAL, ON_AUTUMNAL };
struct rule { struct str name; int first, last, month; enum which which; int n; };

#define DAY(n)    ON_DAY, n
#define MONDAY(n) ON_MONDAY, n
#define VERNAL    ON_VERNAL, 0
#define AUTUMNAL  ON_AUTUMNAL, 0
static const struct rule rules[] = {
#define HOLIDAY(name, first, last, month, ...) { SLIT(name), first, last, month, __VA_ARGS__ },
#include "base/holidays.def"
#undef HOLIDAY
};

static int monday(int year, int month, int nth)
{
	int first = date_weekday(date_make(year, month, 1));          /* 0 is Sunday */

	return 1 + (8 - first) % 7 + (nth - 1) * 7;
}

/* Day of March or September on which the sun passes the equinox in Tokyo; the constants are millionths of a day. */
static int equinox(int year, bool vernal)
{
	int64_t base = vernal ? (year < 1980 ? 20835700 : 20843100) : (year < 1980 ? 23258800 : 23248800);
	int leap_days = year < 1980 ? (year - 1983) / 4 : (year - 1980) / 4;

	return (int)((base + INT64_C(242194) * (year - 1980)) / 1000000) - leap_days;
}

static int day_of(const struct rule *r, int year)
{
	switch (r->which) {
	case ON_DAY:      return r->n;
	case ON_MONDAY:   return monday(year, r->month, r->n);
	case ON_VERNAL:   return equinox(year, true);
	case ON_AUTUMNAL: return equinox(year, false);
	}
	return 0;
}

static const struct holiday *find(const struct holiday *h, int n, struct date d)
{
	for (int i = 0; i < n; i++)
		if (h[i].day.days == d.days)
			return &h[i];
	return NULL;
}

/* Article 3(2). From 1973-04-12 the Monday after a holiday on a Sunday is free; since 2007 it is the next day that
 * is not a national holiday itself, however long the row. */
static bool substitute_of(const struct holiday *h, int n, struct date sunday, struct date *ret)
{
	if (date_weekday(sunday) != 0 || date_cmp(sunday, date_make(1973, 4, 12)) < 0)
		return false;
	struct date d = date_add_days(sunday, 1);
	while (find(h, n, d))
		d = date_add_days(d, 1);
	*ret = d;
	return true;
}

/* Article 3(3), since 1985-12-27: a day between two national holidays. Until 2006 a Sunday or a substitute day was
 * none; since 2007 no Sunday can stand there any more. */
static bool sandwiched(const struct holiday *national, int n, struct date d)
{
	return date_cmp(d, date_make(1985, 12, 27)) >= 0 && date_weekday(d) != 0 && !find(national, n, d)
		&& find(national, n, date_add_days(d, -1)) && find(national, n, date_add_days(d, 1));
}

static void insert(struct holiday *h, int *n, struct date d, struct str name)
{
	int at = *n;

	if (find(h, *n, d))
		return;
	while (at > 0 && h[at - 1].day.days > d.days) {
		h[at] = h[at - 1];
		at--;
	}
	h[at] = (struct holiday){ d, name };
	++*n;
}

int calendar_holidays(int year, struct holiday ret[HOLIDAYS_MAX])
{
	struct holiday national[HOLIDAYS_MAX];
	int n = 0, all = 0;
	struct date d;

	if (year < HOLIDAY_FIRST_YEAR || year > HOLIDAY_LAST_YEAR)
		return 0;
	for (const struct rule *r = rules; r < rules + COUNT(rules); r++)
		if (year >= r->first && year <= r->last)
			insert(national, &n, date_make(year, r->month, day_of(r, year)), r->name);
	for (int i = 0; i < n; i++)
		insert(ret, &all, national[i].day, national[i].name);
	for (int i = 0; i < n; i++)
		if (substitute_of(national, n, national[i].day, &d))
			insert(ret, &all, d, S("振替休日"));
	for (int i = 0; i < n; i++)
		if (sandwiched(national, n, date_add_days(national[i].day, 1)))
			insert(ret, &all, date_add_days(national[i].day, 1), S("国民の休日"));
	return all;
}

struct str calendar_holiday_name(struct date d)
{
	struct holiday h[HOLIDAYS_MAX];
	int n = calendar_holidays(date_civil(d).year, h);
	const struct holiday *found = find(h, n, d);

	return found ? found->name : (struct str){ "", 0 };
}

bool calendar_is_rest_day(struct date d)
{
	int weekday = date_weekday(d);

	return weekday == 0 || weekday == 6 || calendar_holiday_name(d).n > 0;
}

bool calendar_is_office_holiday(struct date d)
{
	struct civil c = date_civil(d);

	return (c.month == 12 && c.day >= 29) || (c.month == 1 && c.day <= 3) || calendar_is_rest_day(d);
}

struct date calendar_next_working_day(struct date d)
{
	while (calendar_is_rest_day(d))
		d = date_add_days(d, 1);
	return d;
}

struct date calendar_next_office_day(struct date d)
{
	while (calendar_is_office_holiday(d))
		d = date_add_days(d, 1);
	return d;
}

/* ---- eras ---- */

struct era { struct str name, sign; char letter; struct civil first, last; };
static const struct era eras[] = {
#define ERA(name, sign, letter, y1, m1, d1, y2, m2, d2) { SLIT(name), SLIT(sign), letter, { y1, m1, d1 }, { y2, m2, d2 } },
#include "base/eras.def"
#undef ERA
};
static const struct civil RETROACTIVE = { 1868, 1, 25 };      /* first day counted as Meiji year 1 */

static struct date day(struct civil c)
{
	return date_make(c.year, c.month, c.day);
}

static const struct era *era_of(struct date d)
{
	for (const struct era *e = eras; e < eras + COUNT(eras); e++)
		if (date_cmp(d, day(e->first)) >= 0)
			return e;
	return NULL;
}

bool calendar_era(struct date d, struct str *ret_name, char *ret_letter, int *ret_year)
{
	const struct era *e = era_of(d);

	if (!e)
		return false;
	*ret_name = e->name;
	*ret_letter = (char)(e->letter - 'a' + 'A');
	*ret_year = date_civil(d).year - e->first.year + 1;
	return true;
}

static void add_year(struct buf *b, struct str name, int year)
{
	buf_add(b, name);
	if (year == 1)
		buf_lit(b, "元");
	else
		buf_int(b, year);
}

void calendar_add_wareki(struct buf *b, struct date d)
{
	struct civil c = date_civil(d);
	const struct era *e = era_of(d);

	if (!e) {
		calendar_add_seireki(b, d);
		return;
	}
	add_year(b, e->name, c.year - e->first.year + 1);
	buf_fmt(b, "年%d月%d日", c.month, c.day);
}

void calendar_add_wareki_short(struct buf *b, struct date d)
{
	struct civil c = date_civil(d);
	const struct era *e = era_of(d);

	if (e)
		buf_char(b, (char)(e->letter - 'a' + 'A'));
	buf_fmt(b, "%d.%d.%d", e ? c.year - e->first.year + 1 : c.year, c.month, c.day);
}

void calendar_add_seireki(struct buf *b, struct date d)
{
	struct civil c = date_civil(d);

	buf_fmt(b, "%d年%d月%d日", c.year, c.month, c.day);
}

int calendar_fiscal_year(struct date d)
{
	struct civil c = date_civil(d);

	return c.month >= 4 ? c.year : c.year - 1;
}

/* A fiscal year in which the era changed bears the new name: that of 2019 is 令和元年度. */
void calendar_add_fiscal_wareki(struct buf *b, int fiscal_year)
{
	const struct era *e = era_of(date_make(fiscal_year, 12, 31));

	add_year(b, e ? e->name : S(""), e ? fiscal_year - e->first.year + 1 : fiscal_year);
	buf_lit(b, "年度");
}

/* ---- reading ---- */

struct reader { struct str s; ptrdiff_t at; };

static bool take(struct reader *r, struct str what)
{
	if (!str_starts(str_sub(r->s, r->at, r->s.n), what))
		return false;
	r->at += what.n;
	return true;
}

static bool at_end(const struct reader *r)
{
	return r->at == r->s.n;
}

static int digits_ahead(const struct reader *r)
{
	int n = 0;

	while (r->at + n < r->s.n && r->s.p[r->at + n] >= '0' && r->s.p[r->at + n] <= '9')
		n++;
	return n;
}

/* Exactly n digits, which the caller has seen. */
static int fixed_number(struct reader *r, int n)
{
	int v = 0;

	while (n-- > 0)
		v = v * 10 + (r->s.p[r->at++] - '0');
	return v;
}

/* A row of kanji digits read by position, 二〇二六; how many of them. */
static int kanji_digits(struct reader *r, int *ret)
{
	static const struct str sign[] = {
		SLIT("〇"), SLIT("一"), SLIT("二"), SLIT("三"), SLIT("四"), SLIT("五"), SLIT("六"), SLIT("七"), SLIT("八"), SLIT("九"),
	};
	int n = 0, v = 0, d = 0;

	while (n < 5 && d < 10) {
		for (d = 0; d < 10 && !take(r, sign[d]); d++)
			;
		if (d < 10) {
			v = v * 10 + d;
			n++;
		}
	}
	*ret = v;
	return n;
}

/* 八, 十二, 二十九, 二〇二六. */
static bool kanji_number(struct reader *r, int *ret)
{
	int v, unit, n = kanji_digits(r, &v);

	if (!take(r, S("十"))) {
		*ret = v;
		return n > 0 && n < 5;
	}
	if (n > 1 || kanji_digits(r, &unit) > 1)
		return false;
	*ret = (n ? v : 1) * 10 + unit;
	return true;
}

static bool number(struct reader *r, int most_digits, int *ret)
{
	int n = digits_ahead(r);

	if (n == 0)
		return kanji_number(r, ret);
	if (n > most_digits)
		return false;
	*ret = fixed_number(r, n);
	return true;
}

/* What was written, before it is weighed against the calendar. Zero: not written. */
struct written { const struct era *era; int year, month, day; bool fiscal; };

static bool read_compact(struct reader *r, struct written *w)
{
	w->year = fixed_number(r, w->era ? 2 : 4);
	w->month = fixed_number(r, 2);
	w->day = fixed_number(r, 2);
	return at_end(r) && w->year && w->month && w->day;
}

/* 月 and 日 follow 年; a sign follows the same sign. */
static bool read_month_day(struct reader *r, struct str after_month, bool with_day_word, struct written *w)
{
	if (!number(r, 2, &w->month) || w->month == 0)
		return false;
	if (with_day_word) {
		if (!take(r, after_month))
			return false;
		if (at_end(r))
			return true;
	} else if (at_end(r)) {
		return true;
	} else if (!take(r, after_month)) {
		return false;
	}
	if (!number(r, 2, &w->day) || w->day == 0)
		return false;
	return (!with_day_word || take(r, S("日"))) && at_end(r);
}

static bool read_written(struct reader *r, struct written *w)
{
	for (const struct era *e = eras; !w->era && e < eras + COUNT(eras); e++)
		if (take(r, e->name) || take(r, e->sign) || take(r, (struct str){ &e->letter, 1 }))
			w->era = e;
	if (digits_ahead(r) == (w->era ? 6 : 8))
		return read_compact(r, w);
	if (w->era && take(r, S("元")))
		w->year = 1;
	else if (!number(r, 4, &w->year) || w->year == 0)
		return false;
	if (!w->era && w->year < 1000)                       /* 26.3.2 could be 2026 or 平成26年 */
		return false;
	if (at_end(r))
		return true;
	if (take(r, S("年"))) {
		w->fiscal = take(r, S("度"));
		return at_end(r) || (!w->fiscal && read_month_day(r, S("月"), true, w));
	}
	static const struct str signs[] = { SLIT("."), SLIT("/"), SLIT("-") };
	for (int i = 0; i < COUNT(signs); i++)
		if (take(r, signs[i]))
			return read_month_day(r, signs[i], false, w);
	return false;
}

static int last_of_month(int year, int month)
{
	int d = 31;

	while (!date_valid(year, month, d))
		d--;
	return d;
}

static bool span(const struct written *w, int year, struct written_date *ret)
{
	int y1 = year, m1 = 1, d1 = 1, y2 = year, m2 = 12, d2 = 31;

	ret->precision = w->day ? PRECISION_DAY : w->month ? PRECISION_MONTH : w->fiscal ? PRECISION_FISCAL_YEAR : PRECISION_YEAR;
	if (year < 1 || year > 9998 || w->month > 12)
		return false;
	if (w->month) {
		m1 = m2 = w->month;
		d1 = w->day ? w->day : 1;
		d2 = w->day ? w->day : last_of_month(year, m2);
	} else if (w->fiscal) {
		m1 = 4;
		y2 = year + 1;
		m2 = 3;
	}
	if (!date_valid(y1, m1, d1))
		return false;
	ret->first = date_make(y1, m1, d1);
	ret->last = date_make(y2, m2, d2);
	return true;
}

/* Cuts the span to the era; a span wholly after its end, in its last year, gets a warning instead. */
static bool within_era(const struct era *e, struct written_date *ret)
{
	bool meiji = e == &eras[COUNT(eras) - 1];
	struct date begin = day(meiji ? RETROACTIVE : e->first), end = day(e->last);

	if (date_cmp(ret->last, begin) < 0)
		return false;
	bool fiscal = ret->precision == PRECISION_FISCAL_YEAR;      /* 令和元年度 began on 2019-04-01, 平成31年度 ran on */
	if (date_cmp(ret->first, begin) < 0 && !fiscal)
		ret->first = begin;
	if (date_cmp(ret->first, end) > 0) {
		if (date_civil(ret->first).year > e->last.year)
			return false;
		ret->warning = MSG_ERA_ENDED;
	} else if (date_cmp(ret->last, end) > 0 && !fiscal) {
		ret->last = end;
	}
	if (meiji && date_cmp(ret->last, day(e->first)) < 0)
		ret->warning = MSG_ERA_RETROACTIVE;
	return true;
}

enum status calendar_parse(struct arena *a, struct str text, struct written_date *ret)
{
	struct written_date out = { .warning = MSG_NONE };
	struct written w = { NULL, 0, 0, 0, false };

	if (text.n > 100)
		return ST_BAD_INPUT;
	struct reader r = { utf8_fold(a, text), 0 };
	if (!read_written(&r, &w) || !span(&w, w.era ? w.era->first.year + w.year - 1 : w.year, &out))
		return ST_BAD_INPUT;
	if (w.era && !within_era(w.era, &out))
		return ST_BAD_INPUT;
	*ret = out;
	return ST_OK;
}
