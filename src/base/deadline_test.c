/* deadline_test.c - deadlines against worked examples. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/deadline.h"
#include "base/test_shared.h"

#define assert_day(d, y, m, dd) assert_int_equal((d).days, date_make(y, m, dd).days)

static struct date iso(const char *z)
{
	struct date d = { 0 };

	assert_int_equal(date_parse_iso(str_z(z), &d), ST_OK);
	return d;
}

/* Worked by hand from GL 3-5-3-4 and the holiday table: known, day 3, day 5, day 30 and day 60 with the last day moved. */
static const struct { const char *known, *day3, *day5, *final30, *final60; } leaks[] = {
	{ "2025-12-31", "2026-01-02", "2026-01-04", "2026-01-29", "2026-03-02" },   /* day 60 is a Saturday */
	{ "2026-03-02", "2026-03-04", "2026-03-06", "2026-03-31", "2026-04-30" },
	{ "2026-06-30", "2026-07-02", "2026-07-04", "2026-07-29", "2026-08-28" },
	{ "2026-08-23", "2026-08-25", "2026-08-27", "2026-09-24", "2026-10-21" },   /* three holidays in a row */
	{ "2026-08-24", "2026-08-26", "2026-08-28", "2026-09-24", "2026-10-22" },   /* day 30 is the sandwiched day */
	{ "2026-11-21", "2026-11-23", "2026-11-25", "2026-12-21", "2027-01-19" },
	{ "2026-12-01", "2026-12-03", "2026-12-05", "2027-01-04", "2027-01-29" },   /* day 30 is 30 December */
	{ "2027-04-03", "2027-04-05", "2027-04-07", "2027-05-06", "2027-06-01" },
	{ "2028-02-01", "2028-02-03", "2028-02-05", "2028-03-01", "2028-03-31" },   /* a leap year */
	{ "2025-10-01", "2025-10-03", "2025-10-05", "2025-10-30", "2025-12-01" },   /* 29 and 30 November: a weekend */
};

/* REQ: INC-23, INC-24 */
static void test_leak(void **state)
{
	(void)state;
	for (int i = 0; i < COUNT(leaks); i++) {
		struct leak_deadlines l = deadline_leak(iso(leaks[i].known), false);
		assert_int_equal(l.day3.days, iso(leaks[i].day3).days);
		assert_int_equal(l.day5.days, iso(leaks[i].day5).days);
		assert_int_equal(l.final.days, iso(leaks[i].final30).days);
		l = deadline_leak(iso(leaks[i].known), true);
		assert_int_equal(l.final.days, iso(leaks[i].final60).days);
	}
}

static void test_shared_leak(void **state)
{
	struct arena a = arena_make(0);
	struct str text = shared_data(&a, "vectors/leak-deadlines.csv"), line, cell[8];
	int rows = 0;

	(void)state;
	if (!text.p)
		skip();
	while (str_cut(&text, '\n', &line)) {
		struct str rest = str_trim(line);
		struct date d[8] = { { 0 } };
		bool whole = true;
		for (int i = 0; i < 8; i++) {
			cell[i] = S("");
			IGNORE(str_cut(&rest, ',', &cell[i]));
			whole = whole && (i == 1 || date_parse_iso(cell[i], &d[i]) == ST_OK);
		}
		if (!whole)                                  /* the header */
			continue;
		struct leak_deadlines l30 = deadline_leak(d[0], false), l60 = deadline_leak(d[0], true);
		assert_int_equal(l30.day3.days, d[2].days);
		assert_int_equal(l30.day5.days, d[3].days);
		assert_int_equal(l30.final.days, d[5].days);
		assert_int_equal(l60.final.days, d[7].days);
		rows++;
	}
	assert_true(rows >= 8);
	arena_free(&a);
}

static void test_keeping(void **state)
{
	(void)state;
	assert_day(deadline_provision_record(date_make(2026, 4, 1)), 2029, 4, 1);
	assert_day(deadline_provision_batch(date_make(2026, 4, 1)), 2029, 3, 31);
	assert_day(deadline_provision_contract(date_make(2026, 4, 1)), 2027, 3, 31);
	assert_day(deadline_provision_record(date_make(2024, 2, 29)), 2027, 2, 28);
	assert_day(deadline_provision_batch(date_make(2024, 2, 29)), 2027, 2, 28);
	assert_day(deadline_keep_until(date_make(2024, 2, 29), 48, KEEP_FROM_THAT_DAY), 2028, 2, 28);
	assert_day(deadline_keep_until(date_make(2024, 2, 29), 48, KEEP_FROM_NEXT_DAY), 2028, 2, 29);
	assert_day(deadline_keep_until(date_make(2026, 8, 31), 1, KEEP_FROM_THAT_DAY), 2026, 9, 30);
	assert_day(deadline_keep_until(date_make(2026, 12, 31), 12, KEEP_FROM_NEXT_DAY), 2027, 12, 31);
}

static void test_others(void **state)
{
	(void)state;
	assert_day(deadline_lawsuit_from(date_make(2026, 4, 1)), 2026, 4, 16);
	assert_day(deadline_lawsuit_from(date_make(2026, 12, 25)), 2027, 1, 9);
	struct window w = deadline_mark_renewal(date_make(2022, 12, 1));
	assert_day(w.first, 2022, 4, 2);
	assert_day(w.last, 2022, 8, 1);
	w = deadline_mark_renewal(date_make(2027, 1, 22));              /* 2026-09-22 is a holiday, and so is the 23rd */
	assert_day(w.first, 2026, 5, 23);
	assert_day(w.last, 2026, 9, 24);
	w = deadline_mark_renewal(date_make(2026, 10, 31));
	assert_day(w.first, 2026, 3, 1);
	assert_day(w.last, 2026, 6, 30);
	assert_day(deadline_yearly(date_make(2024, 2, 29)), 2025, 2, 28);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leak), cmocka_unit_test(test_shared_leak), cmocka_unit_test(test_keeping), cmocka_unit_test(test_others),
	};

	return cmocka_run_group_tests_name("deadline", tests, NULL, NULL);
}
