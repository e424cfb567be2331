/* base_test.c - str, arena, buf, numbers, dates, UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/base.h"
#include "base/date.h"
#include "base/num.h"
#include "base/utf8.h"

static void test_str(void **state)
{
	struct str rest = S("a,,b"), part;

	(void)state;
	assert_true(str_eq(str_trim(S(" \xe3\x80\x80 x y\t")), S("x y")));
	assert_int_equal(str_find(S("abcabd"), S("abd")), 3);
	assert_int_equal(str_cmp(S("ab"), S("abc")), -1);
	assert_true(str_cut(&rest, ',', &part) && str_eq(part, S("a")));
	assert_true(str_cut(&rest, ',', &part) && part.n == 0);
	assert_true(str_cut(&rest, ',', &part) && str_eq(part, S("b")));
	assert_false(str_cut(&rest, ',', &part));
}

static void test_arena(void **state)
{
	struct arena a = arena_make(1 << 20);
	char *first = new_n(&a, char, 100);
	struct arena_mark m = arena_mark(&a);

	(void)state;
	for (int i = 0; i < 100; i++)
		memset(new_n(&a, char, 1000), 'x', 1000);
	int64_t *aligned = new(&a, int64_t);
	assert_int_equal((uintptr_t)aligned % _Alignof(int64_t), 0);
	arena_reset(&a, m);
	char *again = new_n(&a, char, 100);
	assert_true(again >= first && again <= first + 128);
	for (int i = 0; i < 100; i++)
		assert_int_equal(again[i], 0);
	arena_free(&a);
	assert_int_equal(a.used, 0);
}

static void test_buf(void **state)
{
	struct buf b = buf_make(10);

	(void)state;
	buf_int(&b, INT64_C(-120));
	buf_lit(&b, "abc");
	assert_true(str_eq(buf_str(&b), S("-120abc")));
	buf_lit(&b, "more than fits");
	assert_true(b.failed);
	assert_int_equal(b.n, 7);
	buf_free(&b);
	buf_int(&b, INT64_MIN);
	assert_true(b.failed);
	buf_free(&b);
}

static void test_num(void **state)
{
	int64_t v = 7;
	double d;

	(void)state;
	assert_int_equal(num_parse(S("-9223372036854775808"), INT64_MIN, INT64_MAX, &v), ST_OK);
	assert_true(v == INT64_MIN);
	assert_int_equal(num_parse(S("9223372036854775808"), INT64_MIN, INT64_MAX, &v), ST_BAD_INPUT);
	assert_int_equal(num_parse(S("12a"), 0, 100, &v), ST_BAD_INPUT);
	assert_int_equal(num_parse(S(""), 0, 100, &v), ST_BAD_INPUT);
	assert_int_equal(num_parse(S("101"), 0, 100, &v), ST_BAD_INPUT);
	assert_int_equal(num_parse_real(S("0.02"), &d), ST_OK);
	assert_true(d > 0.0199 && d < 0.0201);
	assert_int_equal(num_parse_real(S("1e999"), &d), ST_BAD_INPUT);
	assert_int_equal(num_parse_real(S("nan"), &d), ST_BAD_INPUT);
}

static void test_date(void **state)
{
	struct buf b = buf_make(100);
	struct date d;

	(void)state;
	assert_int_equal(date_make(1970, 1, 1).days, 0);
	assert_int_equal(date_make(2000, 2, 29).days, 11016);
	assert_int_equal(date_weekday(date_make(2026, 11, 22)), 0);
	for (int i = -800000; i < 800000; i += 13) {
		struct civil c = date_civil((struct date){ i });
		if (c.year >= 1 && c.year <= 9999)
			assert_int_equal(date_make(c.year, c.month, c.day).days, i);
	}
	assert_int_equal(date_add_months(date_make(2024, 1, 31), 1).days, date_make(2024, 2, 29).days);
	assert_int_equal(date_add_months(date_make(2024, 1, 31), -2).days, date_make(2023, 11, 30).days);
	assert_int_equal(date_parse_iso(S("2026-02-30"), &d), ST_BAD_INPUT);
	assert_int_equal(date_parse_iso(S("2026-02-28"), &d), ST_OK);
	date_add_iso(&b, d);
	assert_true(str_eq(buf_str(&b), S("2026-02-28")));
	/* 23:30 UTC is already the next day in Tokyo */
	assert_int_equal(instant_date_tokyo((struct instant){ INT64_C(84600) * 1000000 }).days, 1);
	assert_int_equal(instant_date_tokyo(instant_of_tokyo(date_make(1969, 1, 1), 0, 0, 0)).days, date_make(1969, 1, 1).days);
	buf_free(&b);
}

static void test_utf8(void **state)
{
	struct arena a = arena_make(0);

	(void)state;
	assert_true(utf8_valid(S("帳 abc \xf0\xa0\xae\xb7")));
	assert_false(utf8_valid(S("\xc0\x80")));
	assert_false(utf8_valid(S("\xed\xa0\x80")));
	assert_false(utf8_valid(S("\xe3\x81")));
	assert_int_equal(utf8_length(S("台帳a")), 3);
	assert_int_equal(utf8_width(S("台帳a")), 5);
	assert_true(str_eq(utf8_clip(S("台帳"), 4), S("台")));
	assert_true(str_eq(utf8_nfkc(&a, S("１２３ｱﾊﾞ")), S("123アバ")));
	assert_true(str_eq(utf8_fold(&a, S("髙橋　はなコ－１")), utf8_fold(&a, S("高橋ハナこ-1"))));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_str), cmocka_unit_test(test_arena), cmocka_unit_test(test_buf),
		cmocka_unit_test(test_num), cmocka_unit_test(test_date), cmocka_unit_test(test_utf8),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
