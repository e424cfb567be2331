/* base_test.c - str, arena, buf, numbers, dates, UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/base.h"
#include "base/date.h"
#include "base/msg.h"
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

static void test_buf_in_arena(void **state)
{
	struct arena a = arena_make(0);
	struct buf b = buf_in(&a, 0);

	(void)state;
	buf_lit(&b, "abc");
	struct str first = buf_take(&b), other = str_dup(&a, S("x"));
	assert_true(first.p + first.n == other.p);                     /* no room is lost behind it */
	for (int i = 0; i < 3000; i++) {
		buf_int(&b, i % 10);
		if (i == 1000)
			other = str_dup(&a, S("y"));                   /* in the way: the text moves on */
	}
	struct str text = buf_take(&b);
	assert_int_equal(text.n, 3000);
	for (int i = 0; i < 3000; i++)
		assert_int_equal(text.p[i], '0' + i % 10);
	assert_true(str_eq(first, S("abc")) && str_eq(other, S("y")));
	b = buf_in(&a, 4);
	buf_lit(&b, "12345");
	assert_true(b.failed);
	arena_free(&a);
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

/* Texts of common characters are passed by without the tables of Unicode: behind Ａ, which never is, the same must come. */
static void test_utf8_folding_quickly(void **state)
{
	struct arena a = arena_make(0);

	(void)state;
	for (uint32_t c = 1; c <= 0xFFFF; c++) {
		struct arena_mark m = arena_mark(&a);
		struct buf b = buf_in(&a, 64);
		utf8_add(&b, 0x304B);                    /* か, and what may join it */
		utf8_add(&b, c >= 0xD800 && c < 0xE000 ? UTF8_BAD : c);
		utf8_add(&b, c % 2 ? 'e' : 0x30CF);
		struct str alone = str_dup(&a, buf_str(&b)), nfkc = utf8_nfkc(&a, alone), folded = utf8_fold(&a, alone);
		utf8_add(&b, 0xFF21);
		struct str nfkc_behind = utf8_nfkc(&a, buf_str(&b)), folded_behind = utf8_fold(&a, buf_str(&b));
		assert_true(str_ends(nfkc_behind, S("A")) && str_eq(nfkc, str_sub(nfkc_behind, 0, nfkc_behind.n - 1)));
		assert_true(str_ends(folded_behind, S("a")) && str_eq(folded, str_sub(folded_behind, 0, folded_behind.n - 1)));
		arena_reset(&a, m);
	}
	assert_int_equal(utf8_fold(&a, S("\xff\xff\xff\xff\xff\xff\xff\xff")).n, 24);
	assert_int_equal(utf8_fold(&a, S("")).n, 0);
	arena_free(&a);
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

/* The quick check against the slow one: every kind of damage at every place of a block. */
static void test_utf8_bad(void **state)
{
	static const struct { struct str piece; bool good; } pieces[] = {
		{ SLIT("a"), true }, { SLIT("é"), true }, { SLIT("帳"), true }, { SLIT("\xf0\xa0\xae\xb7"), true },
		{ SLIT("\xef\xbf\xbd"), true }, { SLIT("\xed\x9f\xbf"), true }, { SLIT("\xe0\xa0\x80"), true }, { SLIT("\xf4\x8f\xbf\xbf"), true },
		{ SLIT("\x80"), false }, { SLIT("\xc0\x80"), false }, { SLIT("\xe0\x9f\xbf"), false }, { SLIT("\xed\xa0\x80"), false },
		{ SLIT("\xe3\x81"), false }, { SLIT("\xe3"), false }, { SLIT("\xf0\x8f\xbf\xbf"), false }, { SLIT("\xf4\x90\x80\x80"), false },
		{ SLIT("\xf5\x80\x80\x80"), false }, { SLIT("\xf0\xa0\xae"), false }, { SLIT("\xc2"), false }, { SLIT("\xff"), false },
	};
	static const struct str fill[] = { SLIT("x"), SLIT("帳"), SLIT("\xf0\xa0\xae\xb7"), SLIT("é") };
	char t[1024];

	(void)state;
	for (ptrdiff_t k = 0; k < COUNT(pieces); k++)
		for (ptrdiff_t f = 0; f < COUNT(fill); f++)
			for (int before = 0; before < 140; before++)
				for (int after = 0; after < 140; after += 23) {
					ptrdiff_t n = 0, at;
					for (int i = 0; i < before; n += fill[f].n, i++)
						memcpy(t + n, fill[f].p, (size_t)fill[f].n);
					at = n;
					memcpy(t + n, pieces[k].piece.p, (size_t)pieces[k].piece.n);
					n += pieces[k].piece.n;
					for (int i = 0; i < after && n + 4 < (ptrdiff_t)sizeof t; n += fill[f].n, i++)
						memcpy(t + n, fill[f].p, (size_t)fill[f].n);
					assert_int_equal(utf8_bad((struct str){ t, n }), pieces[k].good ? -1 : at);
				}
	assert_int_equal(utf8_whole(S("ab\xe3\x81")), 2);
	assert_int_equal(utf8_whole(S("ab帳")), 5);
	assert_int_equal(utf8_whole(S("\xf0\xa0\xae")), 0);
	assert_int_equal(utf8_whole(S("a\x80")), 2);
	assert_int_equal(utf8_whole(S("")), 0);
}

static struct str told(struct buf *b, enum lang lang, enum msg_id id, const char *number)
{
	const struct str args[] = { str_z(number), str_z(number), str_z(number), str_z(number) };

	b->n = 0;
	msg_add(b, lang, id, args, (int)COUNT(args));
	return buf_str(b);
}

static bool is_verb(struct str word)
{
	static const struct str verbs[] = { SLIT("is"), SLIT("was"), SLIT("has"), SLIT("exceeds"), SLIT("holds"), SLIT("does"), SLIT("waits"),
		SLIT("lacks"), SLIT("conforms") };

	for (ptrdiff_t i = 0; i < COUNT(verbs); i++)
		if (str_eq(word, verbs[i]))
			return true;
	return false;
}

static bool is_plural(struct str word)
{
	return word.n > 2 && str_ends(word, S("s")) && !str_ends(word, S("ss"));
}

/* Of "at most 1 rows": the word behind a 1, or the one behind that, which says more than one; empty when all is well. */
static struct str wrong_number(struct str t)
{
	struct str rest = t, word, before = S("");
	int since = 3;

	for (; str_cut(&rest, ' ', &word); before = word) {
		struct str letters = word;
		while (letters.n && !(letters.p[letters.n - 1] >= 'a' && letters.p[letters.n - 1] <= 'z'))
			letters.n--;
		if (since < 2 && is_plural(letters) && !is_verb(letters))
			return letters;
		since = str_ends(word, S("1")) && letters.n == 0 && !str_eq(before, S("Lane")) ? 0
			: letters.n == word.n && !is_verb(word) ? since + 1 : 3;
	}
	return S("");
}

/* A word that is counted fits its number, in every message: "1 day", "2 days"; and no message keeps a brace. */
static void test_numbers_in_messages(void **state)
{
	struct buf b = buf_make(4096);
	int counted = 0;

	(void)state;
	assert_true(str_eq(told(&b, EN, MSG_WEB_DAYS_LATE, "1"), S("1 day late")));
	assert_true(str_eq(told(&b, EN, MSG_WEB_DAYS_LATE, "2"), S("2 days late")));
	assert_true(str_eq(told(&b, EN, MSG_WEB_DAYS_LATE, "0"), S("0 days late")));
	assert_true(str_eq(told(&b, JA, MSG_WEB_DAYS_LATE, "1"), S("1日超過")));
	assert_true(str_eq(wrong_number(S("at most 1 imported rows.")), S("rows")));
	for (int id = MSG_NONE + 1; id < MSG_MAX; id++) {
		for (int lang = 0; lang < LANG_MAX; lang++)
			for (int n = 1; n <= 2; n++) {
				struct str t = told(&b, (enum lang)lang, (enum msg_id)id, n == 1 ? "1" : "2");
				if (str_find(t, S("|")) >= 0 && str_find(msg_text((enum msg_id)id, (enum lang)lang), S("{0|")) >= 0)
					fail_msg("%.*s", STR_FMT(t));
			}
		struct str one = told(&b, EN, (enum msg_id)id, "1");
		if (wrong_number(one).n)
			fail_msg("\"%.*s\" in: %.*s", STR_FMT(wrong_number(one)), STR_FMT(one));
		counted += str_find(msg_text((enum msg_id)id, EN), S("|")) >= 0;
	}
	assert_true(counted > 30);
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_str), cmocka_unit_test(test_arena), cmocka_unit_test(test_buf), cmocka_unit_test(test_buf_in_arena),
		cmocka_unit_test(test_num), cmocka_unit_test(test_date), cmocka_unit_test(test_utf8), cmocka_unit_test(test_utf8_bad),
		cmocka_unit_test(test_utf8_folding_quickly),
		cmocka_unit_test(test_numbers_in_messages),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
