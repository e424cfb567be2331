/* calendar_test.c - eras and holidays against published days. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/calendar.h"
#include "base/test_shared.h"

/* The days of the holiday-jp project's list (holiday_jp, 2024-02-09), each as month * 100 + day. */
static const struct { int year; short days[24]; } published[] = {
	{ 1970, { 101, 115, 211, 321, 429, 503, 505, 915, 923, 1010, 1103, 1123 } },
	{ 1971, { 101, 115, 211, 321, 429, 503, 505, 915, 924, 1010, 1103, 1123 } },
	{ 1972, { 101, 115, 211, 320, 429, 503, 505, 915, 923, 1010, 1103, 1123 } },
	{ 1973, { 101, 115, 211, 321, 429, 430, 503, 505, 915, 923, 924, 1010, 1103, 1123 } },
	{ 1974, { 101, 115, 211, 321, 429, 503, 505, 506, 915, 916, 923, 1010, 1103, 1104, 1123 } },
	{ 1975, { 101, 115, 211, 321, 429, 503, 505, 915, 924, 1010, 1103, 1123, 1124 } },
	{ 1976, { 101, 115, 211, 320, 429, 503, 505, 915, 923, 1010, 1011, 1103, 1123 } },
	{ 1977, { 101, 115, 211, 321, 429, 503, 505, 915, 923, 1010, 1103, 1123 } },
	{ 1978, { 101, 102, 115, 116, 211, 321, 429, 503, 505, 915, 923, 1010, 1103, 1123 } },
	{ 1979, { 101, 115, 211, 212, 321, 429, 430, 503, 505, 915, 924, 1010, 1103, 1123 } },
	{ 1980, { 101, 115, 211, 320, 429, 503, 505, 915, 923, 1010, 1103, 1123, 1124 } },
	{ 1981, { 101, 115, 211, 321, 429, 503, 504, 505, 915, 923, 1010, 1103, 1123 } },
	{ 1982, { 101, 115, 211, 321, 322, 429, 503, 505, 915, 923, 1010, 1011, 1103, 1123 } },
	{ 1983, { 101, 115, 211, 321, 429, 503, 505, 915, 923, 1010, 1103, 1123 } },
	{ 1984, { 101, 102, 115, 116, 211, 320, 429, 430, 503, 505, 915, 923, 924, 1010, 1103, 1123 } },
	{ 1985, { 101, 115, 211, 321, 429, 503, 505, 506, 915, 916, 923, 1010, 1103, 1104, 1123 } },
	{ 1986, { 101, 115, 211, 321, 429, 503, 505, 915, 923, 1010, 1103, 1123, 1124 } },
	{ 1987, { 101, 115, 211, 321, 429, 503, 504, 505, 915, 923, 1010, 1103, 1123 } },
	{ 1988, { 101, 115, 211, 320, 321, 429, 503, 504, 505, 915, 923, 1010, 1103, 1123 } },
	{ 1989, { 101, 102, 115, 116, 211, 224, 321, 429, 503, 504, 505, 915, 923, 1010, 1103, 1123, 1223 } },
	{ 1990, { 101, 115, 211, 212, 321, 429, 430, 503, 504, 505, 915, 923, 924, 1010, 1103, 1112, 1123, 1223, 1224 } },
	{ 1991, { 101, 115, 211, 321, 429, 503, 504, 505, 506, 915, 916, 923, 1010, 1103, 1104, 1123, 1223 } },
	{ 1992, { 101, 115, 211, 320, 429, 503, 504, 505, 915, 923, 1010, 1103, 1123, 1223 } },
	{ 1993, { 101, 115, 211, 320, 429, 503, 504, 505, 609, 915, 923, 1010, 1011, 1103, 1123, 1223 } },
	{ 1994, { 101, 115, 211, 321, 429, 503, 504, 505, 915, 923, 1010, 1103, 1123, 1223 } },
	{ 1995, { 101, 102, 115, 116, 211, 321, 429, 503, 504, 505, 915, 923, 1010, 1103, 1123, 1223 } },
	{ 1996, { 101, 115, 211, 212, 320, 429, 503, 504, 505, 506, 720, 915, 916, 923, 1010, 1103, 1104, 1123, 1223 } },
	{ 1997, { 101, 115, 211, 320, 429, 503, 505, 720, 721, 915, 923, 1010, 1103, 1123, 1124, 1223 } },
	{ 1998, { 101, 115, 211, 321, 429, 503, 504, 505, 720, 915, 923, 1010, 1103, 1123, 1223 } },
	{ 1999, { 101, 115, 211, 321, 322, 429, 503, 504, 505, 720, 915, 923, 1010, 1011, 1103, 1123, 1223 } },
	{ 2000, { 101, 110, 211, 320, 429, 503, 504, 505, 720, 915, 923, 1009, 1103, 1123, 1223 } },
	{ 2001, { 101, 108, 211, 212, 320, 429, 430, 503, 504, 505, 720, 915, 923, 924, 1008, 1103, 1123, 1223, 1224 } },
	{ 2002, { 101, 114, 211, 321, 429, 503, 504, 505, 506, 720, 915, 916, 923, 1014, 1103, 1104, 1123, 1223 } },
	{ 2003, { 101, 113, 211, 321, 429, 503, 505, 721, 915, 923, 1013, 1103, 1123, 1124, 1223 } },
	{ 2004, { 101, 112, 211, 320, 429, 503, 504, 505, 719, 920, 923, 1011, 1103, 1123, 1223 } },
	{ 2005, { 101, 110, 211, 320, 321, 429, 503, 504, 505, 718, 919, 923, 1010, 1103, 1123, 1223 } },
	{ 2006, { 101, 102, 109, 211, 321, 429, 503, 504, 505, 717, 918, 923, 1009, 1103, 1123, 1223 } },
	{ 2007, { 101, 108, 211, 212, 321, 429, 430, 503, 504, 505, 716, 917, 923, 924, 1008, 1103, 1123, 1223, 1224 } },
	{ 2008, { 101, 114, 211, 320, 429, 503, 504, 505, 506, 721, 915, 923, 1013, 1103, 1123, 1124, 1223 } },
	{ 2009, { 101, 112, 211, 320, 429, 503, 504, 505, 506, 720, 921, 922, 923, 1012, 1103, 1123, 1223 } },
	{ 2010, { 101, 111, 211, 321, 322, 429, 503, 504, 505, 719, 920, 923, 1011, 1103, 1123, 1223 } },
	{ 2011, { 101, 110, 211, 321, 429, 503, 504, 505, 718, 919, 923, 1010, 1103, 1123, 1223 } },
	{ 2012, { 101, 102, 109, 211, 320, 429, 430, 503, 504, 505, 716, 917, 922, 1008, 1103, 1123, 1223, 1224 } },
	{ 2013, { 101, 114, 211, 320, 429, 503, 504, 505, 506, 715, 916, 923, 1014, 1103, 1104, 1123, 1223 } },
	{ 2014, { 101, 113, 211, 321, 429, 503, 504, 505, 506, 721, 915, 923, 1013, 1103, 1123, 1124, 1223 } },
	{ 2015, { 101, 112, 211, 321, 429, 503, 504, 505, 506, 720, 921, 922, 923, 1012, 1103, 1123, 1223 } },
	{ 2016, { 101, 111, 211, 320, 321, 429, 503, 504, 505, 718, 811, 919, 922, 1010, 1103, 1123, 1223 } },
	{ 2017, { 101, 102, 109, 211, 320, 429, 503, 504, 505, 717, 811, 918, 923, 1009, 1103, 1123, 1223 } },
	{ 2018, { 101, 108, 211, 212, 321, 429, 430, 503, 504, 505, 716, 811, 917, 923, 924, 1008, 1103, 1123, 1223, 1224 } },
	{ 2019, { 101, 114, 211, 321, 429, 430, 501, 502, 503, 504, 505, 506, 715, 811, 812, 916, 923, 1014, 1022, 1103, 1104, 1123 } },
	{ 2020, { 101, 113, 211, 223, 224, 320, 429, 503, 504, 505, 506, 723, 724, 810, 921, 922, 1103, 1123 } },
	{ 2021, { 101, 111, 211, 223, 320, 429, 503, 504, 505, 722, 723, 808, 809, 920, 923, 1103, 1123 } },
	{ 2022, { 101, 110, 211, 223, 321, 429, 503, 504, 505, 718, 811, 919, 923, 1010, 1103, 1123 } },
	{ 2023, { 101, 102, 109, 211, 223, 321, 429, 503, 504, 505, 717, 811, 918, 923, 1009, 1103, 1123 } },
	{ 2024, { 101, 108, 211, 212, 223, 320, 429, 503, 504, 505, 506, 715, 811, 812, 916, 922, 923, 1014, 1103, 1104, 1123 } },
	{ 2025, { 101, 113, 211, 223, 224, 320, 429, 503, 504, 505, 506, 721, 811, 915, 923, 1013, 1103, 1123, 1124 } },
	{ 2026, { 101, 112, 211, 223, 320, 429, 503, 504, 505, 506, 720, 811, 921, 922, 923, 1012, 1103, 1123 } },
	{ 2027, { 101, 111, 211, 223, 321, 322, 429, 503, 504, 505, 719, 811, 920, 923, 1011, 1103, 1123 } },
	{ 2028, { 101, 110, 211, 223, 320, 429, 503, 504, 505, 717, 811, 918, 922, 1009, 1103, 1123 } },
	{ 2029, { 101, 108, 211, 212, 223, 320, 429, 430, 503, 504, 505, 716, 811, 917, 923, 924, 1008, 1103, 1123 } },
	{ 2030, { 101, 114, 211, 223, 320, 429, 503, 504, 505, 506, 715, 811, 812, 916, 923, 1014, 1103, 1104, 1123 } },
	{ 2031, { 101, 113, 211, 223, 224, 321, 429, 503, 504, 505, 506, 721, 811, 915, 923, 1013, 1103, 1123, 1124 } },
	{ 2032, { 101, 112, 211, 223, 320, 429, 503, 504, 505, 719, 811, 920, 921, 922, 1011, 1103, 1123 } },
	{ 2033, { 101, 110, 211, 223, 320, 321, 429, 503, 504, 505, 718, 811, 919, 923, 1010, 1103, 1123 } },
	{ 2034, { 101, 102, 109, 211, 223, 320, 429, 503, 504, 505, 717, 811, 918, 923, 1009, 1103, 1123 } },
	{ 2035, { 101, 108, 211, 212, 223, 321, 429, 430, 503, 504, 505, 716, 811, 917, 923, 924, 1008, 1103, 1123 } },
	{ 2036, { 101, 114, 211, 223, 320, 429, 503, 504, 505, 506, 721, 811, 915, 922, 1013, 1103, 1123, 1124 } },
	{ 2037, { 101, 112, 211, 223, 320, 429, 503, 504, 505, 506, 720, 811, 921, 922, 923, 1012, 1103, 1123 } },
	{ 2038, { 101, 111, 211, 223, 320, 429, 503, 504, 505, 719, 811, 920, 923, 1011, 1103, 1123 } },
	{ 2039, { 101, 110, 211, 223, 321, 429, 503, 504, 505, 718, 811, 919, 923, 1010, 1103, 1123 } },
	{ 2040, { 101, 102, 109, 211, 223, 320, 429, 430, 503, 504, 505, 716, 811, 917, 922, 1008, 1103, 1123 } },
	{ 2041, { 101, 114, 211, 223, 320, 429, 503, 504, 505, 506, 715, 811, 812, 916, 923, 1014, 1103, 1104, 1123 } },
	{ 2042, { 101, 113, 211, 223, 224, 320, 429, 503, 504, 505, 506, 721, 811, 915, 923, 1013, 1103, 1123, 1124 } },
	{ 2043, { 101, 112, 211, 223, 321, 429, 503, 504, 505, 506, 720, 811, 921, 922, 923, 1012, 1103, 1123 } },
	{ 2044, { 101, 111, 211, 223, 320, 321, 429, 503, 504, 505, 718, 811, 919, 922, 1010, 1103, 1123 } },
	{ 2045, { 101, 102, 109, 211, 223, 320, 429, 503, 504, 505, 717, 811, 918, 922, 1009, 1103, 1123 } },
	{ 2046, { 101, 108, 211, 212, 223, 320, 429, 430, 503, 504, 505, 716, 811, 917, 923, 924, 1008, 1103, 1123 } },
	{ 2047, { 101, 114, 211, 223, 321, 429, 503, 504, 505, 506, 715, 811, 812, 916, 923, 1014, 1103, 1104, 1123 } },
	{ 2048, { 101, 113, 211, 223, 224, 320, 429, 503, 504, 505, 506, 720, 811, 921, 922, 1012, 1103, 1123 } },
	{ 2049, { 101, 111, 211, 223, 320, 429, 503, 504, 505, 719, 811, 920, 921, 922, 1011, 1103, 1123 } },
	{ 2050, { 101, 110, 211, 223, 320, 321, 429, 503, 504, 505, 718, 811, 919, 923, 1010, 1103, 1123 } },
};

static void test_holidays_of_all_years(void **state)
{
	struct holiday h[HOLIDAYS_MAX];

	(void)state;
	assert_int_equal(COUNT(published), 81);
	for (int i = 0; i < COUNT(published); i++) {
		int n = calendar_holidays(published[i].year, h);
		for (int k = 0; k < n; k++) {
			struct civil c = date_civil(h[k].day);
			assert_int_equal(c.year, published[i].year);
			assert_int_equal(c.month * 100 + c.day, published[i].days[k]);
		}
		assert_int_equal(published[i].days[n], 0);
	}
}

static void check_name(int year, int month, int day, const char *name)
{
	struct str got = calendar_holiday_name(date_make(year, month, day));

	assert_int_equal(got.n, (ptrdiff_t)strlen(name));
	assert_memory_equal(got.p, name, (size_t)got.n);
}

static void test_holiday_names(void **state)
{
	struct holiday h[HOLIDAYS_MAX];

	(void)state;
	check_name(1988, 4, 29, "天皇誕生日");
	check_name(1989, 4, 29, "みどりの日");
	check_name(2007, 4, 29, "昭和の日");
	check_name(2007, 5, 4, "みどりの日");
	check_name(1988, 5, 4, "国民の休日");
	check_name(1987, 5, 4, "振替休日");
	check_name(1986, 5, 4, "");                /* a Sunday between two holidays */
	check_name(1973, 2, 12, "");               /* two months before the substitute rule */
	check_name(1973, 4, 30, "振替休日");
	check_name(2019, 4, 30, "国民の休日");
	check_name(2019, 5, 1, "即位の日");
	check_name(2019, 12, 23, "");
	check_name(2020, 7, 24, "スポーツの日");
	check_name(2020, 10, 12, "");
	check_name(2021, 8, 9, "振替休日");
	check_name(2026, 5, 6, "振替休日");
	check_name(2026, 9, 22, "国民の休日");
	check_name(2027, 3, 22, "振替休日");
	assert_int_equal(calendar_holidays(1969, h), 0);
	assert_int_equal(calendar_holidays(2100, h), 0);
	assert_true(calendar_holidays(2099, h) >= 16);
}

static void test_office_days(void **state)
{
	(void)state;
	assert_true(calendar_is_office_holiday(date_make(2026, 12, 29)));
	assert_true(calendar_is_office_holiday(date_make(2027, 1, 3)));
	assert_false(calendar_is_office_holiday(date_make(2027, 1, 4)));
	assert_false(calendar_is_office_holiday(date_make(2026, 12, 28)));
	assert_false(calendar_is_rest_day(date_make(2026, 12, 29)));
	assert_int_equal(calendar_next_office_day(date_make(2026, 9, 19)).days, date_make(2026, 9, 24).days);
	assert_int_equal(calendar_next_office_day(date_make(2026, 9, 24)).days, date_make(2026, 9, 24).days);
	assert_int_equal(calendar_next_working_day(date_make(2026, 12, 30)).days, date_make(2026, 12, 30).days);
}

/* A spelling, the day in ISO form ("" when it never was), whether a warning comes. */
static const struct { const char *text, *iso; bool warned; } spellings[] = {
	{ "令和8年3月2日", "2026-03-02", false }, { "R8.3.2", "2026-03-02", false }, { "R08/03/02", "2026-03-02", false },
	{ "r8-3-2", "2026-03-02", false }, { "令8.3.2", "2026-03-02", false }, { "㋿8年3月2日", "2026-03-02", false },
	{ "令和８年３月２日", "2026-03-02", false }, { "Ｒ８．３．２", "2026-03-02", false }, { " 令和 8年 3月 2日 ", "2026-03-02", false },
	{ "令和　８年　３月　２日", "2026-03-02", false }, { "令和八年三月二日", "2026-03-02", false }, { "R080302", "2026-03-02", false },
	{ "平成二十九年十二月三十一日", "2017-12-31", false }, { "平成十年十月二十日", "1998-10-20", false },
	{ "2026-03-02", "2026-03-02", false }, { "2026/3/2", "2026-03-02", false }, { "２０２６年３月２日", "2026-03-02", false },
	{ "20260302", "2026-03-02", false }, { "二〇二六年三月二日", "2026-03-02", false }, { "㍻31年4月30日", "2019-04-30", false },
	/* data of the rules in norms.md 6.1 */
	{ "明治元年10月23日", "1868-10-23", false }, { "M1.10.23", "1868-10-23", false }, { "明治45年7月29日", "1912-07-29", false },
	{ "明治45年7月30日", "1912-07-30", false }, { "大正元年7月30日", "1912-07-30", false }, { "T1.7.30", "1912-07-30", false },
	{ "大正15年12月24日", "1926-12-24", false }, { "大正15年12月25日", "1926-12-25", false }, { "昭和1年12月25日", "1926-12-25", false },
	{ "昭和64年1月7日", "1989-01-07", false }, { "S64.1.7", "1989-01-07", false }, { "平成12年2月29日", "2000-02-29", false },
	{ "令和元年5月1日", "2019-05-01", false }, { "R元.5.1", "2019-05-01", false }, { "令和1年5月1日", "2019-05-01", false },
	{ "令和9年3月31日", "2027-03-31", false },
	{ "平成31年5月1日", "2019-05-01", true }, { "昭和64年1月8日", "1989-01-08", true }, { "明治45年12月1日", "1912-12-01", true },
	{ "大正15年12月26日", "1926-12-26", true }, { "明治元年3月14日", "1868-03-14", true },
	{ "平成32年1月1日", "", false }, { "昭和65年1月1日", "", false }, { "令和元年4月30日", "", false }, { "令和0年1月1日", "", false },
	{ "平成2年2月29日", "", false }, { "大正元年7月29日", "", false }, { "明治元年1月24日", "", false }, { "2026-02-29", "", false },
	{ "令和8年13月1日", "", false }, { "令和8年0月1日", "", false }, { "令和8年3月32日", "", false }, { "令和8年3月2", "", false },
	{ "令和8/3.2", "", false }, { "令和", "", false }, { "", "", false }, { "3月2日", "", false }, { "R8.3.2.1", "", false },
	{ "令和8年3月2日まで", "", false }, { "R999999999.1.1", "", false }, { "2026-3", "2026-03-01", false }, { "20261301", "", false },
	{ "十十年一月一日", "", false }, { "26.3.2", "", false }, { "令和8年度3月", "", false }, { "R8a", "", false },
};

static void test_spellings(void **state)
{
	struct arena a = arena_make(0);

	(void)state;
	for (int i = 0; i < COUNT(spellings); i++) {
		struct written_date w = { .warning = MSG_NONE };
		struct buf b = buf_make(100);
		enum status st = calendar_parse(&a, str_z(spellings[i].text), &w);
		if (st == ST_OK)
			date_add_iso(&b, w.first);
		if (!str_eq(buf_str(&b), str_z(spellings[i].iso)) || (w.warning != MSG_NONE) != spellings[i].warned)
			fail_msg("%s: %.*s", spellings[i].text, STR_FMT(buf_str(&b)));
		buf_free(&b);
	}
	arena_free(&a);
}

static void check_span(const char *text, const char *first, const char *last, enum date_precision precision, enum msg_id warning)
{
	struct arena a = arena_make(0);
	struct written_date w;
	struct buf b = buf_make(100);

	assert_int_equal(calendar_parse(&a, str_z(text), &w), ST_OK);
	date_add_iso(&b, w.first);
	buf_char(&b, ' ');
	date_add_iso(&b, w.last);
	buf_char(&b, 0);
	assert_int_equal(strncmp(b.p, first, 10), 0);
	assert_string_equal(b.p + 11, last);
	assert_int_equal(w.precision, precision);
	assert_int_equal(w.warning, warning);
	buf_free(&b);
	arena_free(&a);
}

static void test_years_and_months(void **state)
{
	(void)state;
	check_span("㋿8", "2026-01-01", "2026-12-31", PRECISION_YEAR, MSG_NONE);
	check_span("令和元年", "2019-05-01", "2019-12-31", PRECISION_YEAR, MSG_NONE);
	check_span("昭和64年", "1989-01-01", "1989-01-07", PRECISION_YEAR, MSG_NONE);
	check_span("明治元年", "1868-01-25", "1868-12-31", PRECISION_YEAR, MSG_NONE);
	check_span("令和8年度", "2026-04-01", "2027-03-31", PRECISION_FISCAL_YEAR, MSG_NONE);
	check_span("2026年度", "2026-04-01", "2027-03-31", PRECISION_FISCAL_YEAR, MSG_NONE);
	check_span("令和元年度", "2019-04-01", "2020-03-31", PRECISION_FISCAL_YEAR, MSG_NONE);
	check_span("平成31年度", "2019-04-01", "2020-03-31", PRECISION_FISCAL_YEAR, MSG_NONE);
	check_span("昭和64年度", "1989-04-01", "1990-03-31", PRECISION_FISCAL_YEAR, MSG_ERA_ENDED);
	check_span("平成31年5月", "2019-05-01", "2019-05-31", PRECISION_MONTH, MSG_ERA_ENDED);
	check_span("令和6年2月", "2024-02-01", "2024-02-29", PRECISION_MONTH, MSG_NONE);
	check_span("R6.2", "2024-02-01", "2024-02-29", PRECISION_MONTH, MSG_NONE);
	check_span("2026", "2026-01-01", "2026-12-31", PRECISION_YEAR, MSG_NONE);
}

static void check_written(int year, int month, int day, const char *wareki, const char *brief)
{
	struct buf b = buf_make(100);
	struct arena a = arena_make(0);
	struct written_date w;
	struct date d = date_make(year, month, day);

	calendar_add_wareki(&b, d);
	assert_true(str_eq(buf_str(&b), str_z(wareki)));
	assert_int_equal(calendar_parse(&a, buf_str(&b), &w), ST_OK);
	assert_int_equal(w.first.days, d.days);
	b.n = 0;
	calendar_add_wareki_short(&b, d);
	assert_true(str_eq(buf_str(&b), str_z(brief)));
	assert_int_equal(calendar_parse(&a, buf_str(&b), &w), ST_OK);
	assert_int_equal(w.first.days, d.days);
	buf_free(&b);
	arena_free(&a);
}

static void test_writing(void **state)
{
	struct buf b = buf_make(100);

	(void)state;
	check_written(1868, 10, 23, "明治元年10月23日", "M1.10.23");
	check_written(1868, 10, 22, "1868年10月22日", "1868.10.22");
	check_written(1912, 7, 29, "明治45年7月29日", "M45.7.29");
	check_written(1912, 7, 30, "大正元年7月30日", "T1.7.30");
	check_written(1926, 12, 24, "大正15年12月24日", "T15.12.24");
	check_written(1926, 12, 25, "昭和元年12月25日", "S1.12.25");
	check_written(1989, 1, 7, "昭和64年1月7日", "S64.1.7");
	check_written(1989, 1, 8, "平成元年1月8日", "H1.1.8");
	check_written(2019, 4, 30, "平成31年4月30日", "H31.4.30");
	check_written(2019, 5, 1, "令和元年5月1日", "R1.5.1");
	check_written(2026, 3, 2, "令和8年3月2日", "R8.3.2");
	calendar_add_fiscal_wareki(&b, calendar_fiscal_year(date_make(2027, 3, 31)));
	calendar_add_fiscal_wareki(&b, calendar_fiscal_year(date_make(2019, 4, 1)));
	calendar_add_fiscal_wareki(&b, calendar_fiscal_year(date_make(1989, 3, 31)));
	assert_true(str_eq(buf_str(&b), S("令和8年度令和元年度昭和63年度")));
	buf_free(&b);
}

/* Every day since Meiji is read back from what is written of it, in both forms. */
static void test_round_trip(void **state)
{
	struct arena a = arena_make(0);
	struct buf b = buf_make(100);
	struct written_date w;

	(void)state;
	for (struct date d = date_make(1868, 10, 23); d.days < date_make(2051, 1, 1).days; d.days += 3) {
		struct arena_mark m = arena_mark(&a);
		b.n = 0;
		calendar_add_wareki(&b, d);
		assert_int_equal(calendar_parse(&a, buf_str(&b), &w), ST_OK);
		assert_int_equal(w.first.days, d.days);
		assert_int_equal(w.warning, MSG_NONE);
		arena_reset(&a, m);
	}
	buf_free(&b);
	arena_free(&a);
}

/* ---- the shared files, where they exist ---- */

static void test_shared_holidays(void **state)
{
	struct arena a = arena_make(0);
	struct str text = shared_data(&a, "calendar/holidays.yml"), line;
	int days = 0;

	(void)state;
	if (!text.p)
		skip();
	while (str_cut(&text, '\n', &line)) {
		struct date d;
		if (line.n < 12 || date_parse_iso(str_sub(line, 0, 10), &d) != ST_OK)
			continue;
		struct str name = calendar_holiday_name(d), said = str_sub(line, 12, line.n);
		assert_true(name.n > 0);
		if (str_ends(said, S("振替休日")))
			assert_true(str_eq(name, S("振替休日")));
		else if (str_eq(said, S("休日")))
			assert_true(str_eq(name, S("国民の休日")));
		else if (!str_starts(said, S("休日（")))
			assert_true(str_starts(said, name));
		days++;
	}
	assert_true(days > 1300);
	text = shared_data(&a, "calendar/holidays-2022-2035-by-rule.csv");
	assert_true(text.p != NULL);
	while (str_cut(&text, '\n', &line)) {
		struct date d;
		struct str rest = str_trim(line), part, name = { NULL, 0 };
		if (date_parse_iso(str_sub(rest, 0, 10), &d) != ST_OK)
			continue;
		while (str_cut(&rest, ',', &part))
			name = part;
		assert_true(str_eq(calendar_holiday_name(d), name));
	}
	arena_free(&a);
}

static void test_shared_eras(void **state)
{
	struct arena a = arena_make(0);
	struct str text = shared_data(&a, "vectors/eras.csv"), line, iso, era, brief;
	struct buf b = buf_make(100);
	struct written_date w;
	struct date d;

	(void)state;
	if (!text.p)
		skip();
	while (str_cut(&text, '\n', &line)) {
		if (!str_cut(&line, ',', &iso) || !str_cut(&line, ',', &era) || !str_cut(&line, ',', &brief) || date_parse_iso(iso, &d) != ST_OK)
			continue;
		b.n = 0;
		calendar_add_wareki(&b, d);
		assert_true(str_eq(buf_str(&b), era));
		b.n = 0;
		calendar_add_wareki_short(&b, d);
		assert_true(str_eq(buf_str(&b), brief));
		assert_int_equal(calendar_parse(&a, era, &w), ST_OK);
		assert_int_equal(w.first.days, d.days);
	}
	text = shared_data(&a, "vectors/eras-invalid.csv");
	str_cut(&text, '\n', &line);
	while (str_cut(&text, '\n', &line)) {
		if (str_cut(&line, ',', &era) && calendar_parse(&a, era, &w) == ST_OK)
			assert_int_not_equal(w.warning, MSG_NONE);
	}
	buf_free(&b);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holidays_of_all_years), cmocka_unit_test(test_holiday_names), cmocka_unit_test(test_office_days),
		cmocka_unit_test(test_spellings), cmocka_unit_test(test_years_and_months), cmocka_unit_test(test_writing),
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_shared_holidays), cmocka_unit_test(test_shared_eras),
	};

	return cmocka_run_group_tests_name("calendar", tests, NULL, NULL);
}
