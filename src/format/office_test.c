/* office_test.c - counts, dates, yes and no, periods, money and choices in the spellings of offices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/utf8.h"
#include "format/office.h"

static struct arena a;

static void count(const char *text, int64_t low, int64_t high, bool approx)
{
	struct office_count c = { -7, -7, false };
	enum office_state st = office_count(&a, str_z(text), &c);

	if (st != OFFICE_OK || c.low != low || c.high != high || c.approx != approx)
		fail_msg("%s: state %d, %ld..%ld %d", text, (int)st, (long)c.low, (long)c.high, c.approx);
}

/* REQ: LED-02 - the approximate number of records, as people write it */
static void test_counts(void **state)
{
	struct office_count c;

	(void)state;
	count("300", 300, 300, false);
	count("３００", 300, 300, false);
	count("約300", 300, 300, true);
	count("約３００件", 300, 300, true);
	count("300件", 300, 300, false);
	count("1,200名", 1200, 1200, false);
	count("１，２００名", 1200, 1200, false);
	count("1万2千", 12000, 12000, false);
	count("１万２千件", 12000, 12000, false);
	count("1.5万人", 15000, 15000, false);
	count("二百件", 200, 200, false);
	count("千二百三十四", 1234, 1234, false);
	count("3百万件", 3000000, 3000000, false);
	count("2億3千万", 230000000, 230000000, false);
	count("300～500", 300, 500, true);
	count("300〜500件", 300, 500, true);
	count("300件-500件", 300, 500, true);
	count("1～2万件", 10000, 20000, true);
	count("300件以上", 300, -1, true);
	count("1000件未満", 0, 999, true);
	count("100名以下", 0, 100, true);
	count("300～", 300, -1, true);
	count("100人程度", 100, 100, true);
	count("年間約3,000件", 3000, 3000, true);
	count("年間3,000件", 3000, 3000, false);
	count("延べ3,000件", 3000, 3000, true);
	count("数百件", 200, 900, true);
	count("数千名", 2000, 9000, true);
	count("300件（令和8年4月1日現在）", 300, 300, false);
	count("0", 0, 0, false);
	count("なし", 0, 0, false);
	count("approx. 300 records", 300, 300, true);
	count("12 persons", 12, 12, false);
	count("1 000", 1000, 1000, false);
	count("300レコード", 300, 300, false);
	count("50ユーザー", 50, 50, false);
	count("三百件から五百件", 300, 500, true);
	count("約300～約500件", 300, 500, true);
	count("1200.0", 1200, 1200, false);
	assert_int_equal(office_count(&a, S("不明"), &c), OFFICE_UNKNOWN);
	assert_int_equal(office_count(&a, S("#REF!"), &c), OFFICE_UNKNOWN);
	assert_int_equal(office_count(&a, S("？"), &c), OFFICE_UNKNOWN);
	assert_int_equal(office_count(&a, S("－"), &c), OFFICE_BLANK);
	assert_int_equal(office_count(&a, S(" 　"), &c), OFFICE_BLANK);
	assert_int_equal(office_count(&a, S("（削除）"), &c), OFFICE_DELETE);
	assert_int_equal(office_count(&a, S("多数"), &c), OFFICE_ODD);
	assert_int_equal(office_count(&a, S("-5"), &c), OFFICE_ODD);
	assert_int_equal(office_count(&a, S("1,20"), &c), OFFICE_ODD);
	assert_int_equal(office_count(&a, S("500～300"), &c), OFFICE_ODD);
	assert_int_equal(office_count(&a, S("1.5"), &c), OFFICE_ODD);
	assert_int_equal(office_count(&a, S("件"), &c), OFFICE_ODD);
	assert_int_equal(office_count(&a, S("数"), &c), OFFICE_ODD);
	assert_int_equal(office_count(&a, S("99999999999999999999"), &c), OFFICE_ODD);
}

static void test_dates(void **state)
{
	struct written_date w;
	struct date d;
	int seconds;

	(void)state;
	assert_int_equal(office_date(&a, S("令和8年3月2日"), &w), OFFICE_OK);
	assert_int_equal(w.first.days, date_make(2026, 3, 2).days);
	assert_int_equal(office_date(&a, S("R8.3.2"), &w), OFFICE_OK);
	assert_int_equal(w.first.days, date_make(2026, 3, 2).days);
	assert_int_equal(office_date(&a, S("２０２６／３／２"), &w), OFFICE_OK);
	assert_int_equal(w.first.days, date_make(2026, 3, 2).days);
	assert_int_equal(office_date(&a, S("46083"), &w), OFFICE_OK);
	assert_int_equal(w.first.days, date_make(2026, 3, 2).days);
	assert_int_equal(office_date(&a, S("2026-03-02 00:00"), &w), OFFICE_OK);
	assert_int_equal(office_date(&a, S("2026-02-30"), &w), OFFICE_ODD);
	assert_int_equal(office_date(&a, S("そのうち"), &w), OFFICE_ODD);
	assert_int_equal(office_date(&a, S("未定"), &w), OFFICE_UNKNOWN);
	assert_int_equal(office_date(&a, S("ー"), &w), OFFICE_BLANK);
	/* the two systems, and the leap day that never was */
	assert_true(office_serial_date(1, false, &d, &seconds) && d.days == date_make(1900, 1, 1).days);
	assert_true(office_serial_date(59, false, &d, &seconds) && d.days == date_make(1900, 2, 28).days);
	assert_false(office_serial_date(60, false, &d, &seconds));
	assert_true(office_serial_date(61, false, &d, &seconds) && d.days == date_make(1900, 3, 1).days);
	assert_true(office_serial_date(2958465, false, &d, &seconds) && d.days == date_make(9999, 12, 31).days);
	assert_false(office_serial_date(2958466, false, &d, &seconds));
	assert_false(office_serial_date(-1, false, &d, &seconds));
	assert_true(office_serial_date(0, true, &d, &seconds) && d.days == date_make(1904, 1, 1).days);
	assert_true(office_serial_date(44621.5, true, &d, &seconds) && d.days == date_make(2026, 3, 2).days && seconds == 43200);
	assert_true(office_serial_date(46082.9999999, false, &d, &seconds) && d.days == date_make(2026, 3, 2).days && seconds == 0);
}

static void test_yes_no(void **state)
{
	static const char *const yes[] = { "○", "〇", "◯", "◎", "●", "✓", "レ", "有", "有り", "あり", "はい", "YES", "y", "TRUE", "１", "該当", "該当する", "含む", "要",
		"有（病歴）", "あり：健康診断結果", "☑" };
	static const char *const no[] = { "×", "✕", "ｘ", "無", "無し", "なし", "いいえ", "No", "false", "0", "非該当", "該当しない", "含まない", "不要", "－", "ー", "-", "対象外",
		"なし（2026年廃止）", "☐" };
	bool v;

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(yes); i++)
		if (office_yes_no(&a, str_z(yes[i]), &v) != OFFICE_OK || !v)
			fail_msg("%s", yes[i]);
	for (ptrdiff_t i = 0; i < COUNT(no); i++)
		if (office_yes_no(&a, str_z(no[i]), &v) != OFFICE_OK || v)
			fail_msg("%s", no[i]);
	assert_int_equal(office_yes_no(&a, S(""), &v), OFFICE_BLANK);
	assert_int_equal(office_yes_no(&a, S("△"), &v), OFFICE_UNKNOWN);
	assert_int_equal(office_yes_no(&a, S("不明"), &v), OFFICE_UNKNOWN);
	assert_int_equal(office_yes_no(&a, S("場合による"), &v), OFFICE_ODD);
	assert_int_equal(office_yes_no(&a, S("有効期限内"), &v), OFFICE_ODD);
	assert_int_equal(office_yes_no(&a, S("無断利用"), &v), OFFICE_ODD);
	assert_int_equal(office_yes_no(&a, S("(削除)"), &v), OFFICE_DELETE);
}

static void period(const char *text, enum period_kind kind, int months, int days, const char *event)
{
	struct office_period p = { 0 };
	enum office_state st = office_period(&a, str_z(text), &p);

	if (st != OFFICE_OK || p.kind != kind || p.months != months || p.days != days || (event && !str_eq(p.event, str_z(event))))
		fail_msg("%s: state %d, kind %d, %d months, %d days, event %.*s", text, (int)st, (int)p.kind, p.months, p.days, STR_FMT(p.event));
}

/* REQ: LED-02 - retention and use periods */
static void test_periods(void **state)
{
	struct office_period p;

	(void)state;
	period("5年", PERIOD_LENGTH, 60, 0, "");
	period("５年間", PERIOD_LENGTH, 60, 0, "");
	period("1年6ヶ月", PERIOD_LENGTH, 18, 0, "");
	period("6か月", PERIOD_LENGTH, 6, 0, "");
	period("六箇月", PERIOD_LENGTH, 6, 0, "");
	period("半年", PERIOD_LENGTH, 6, 0, "");
	period("2年半", PERIOD_LENGTH, 30, 0, "");
	period("90日", PERIOD_LENGTH, 0, 90, "");
	period("2週間", PERIOD_LENGTH, 0, 14, "");
	period("十年", PERIOD_LENGTH, 120, 0, "");
	period("5年保存", PERIOD_LENGTH, 60, 0, "");
	period("5 years", PERIOD_LENGTH, 60, 0, "");
	period("契約終了後3年", PERIOD_AFTER, 36, 0, "契約終了");
	period("契約終了後　３年間", PERIOD_AFTER, 36, 0, "契約終了");
	period("退職後5年", PERIOD_AFTER, 60, 0, "退職");
	period("退職の日から3年", PERIOD_AFTER, 36, 0, "退職");
	period("最終取引日から7年", PERIOD_AFTER, 84, 0, "最終取引");
	period("採用選考終了後6ヶ月", PERIOD_AFTER, 6, 0, "採用選考終了");
	period("5年（退職後）", PERIOD_AFTER, 60, 0, "退職");
	period("使用後直ちに廃棄", PERIOD_AFTER, 0, 0, "使用");
	period("3 years after contract end", PERIOD_AFTER, 36, 0, "contractend");
	period("永年", PERIOD_FOREVER, 0, 0, "");
	period("無期限", PERIOD_FOREVER, 0, 0, "");
	period("Permanent", PERIOD_FOREVER, 0, 0, "");
	period("在職中", PERIOD_UNTIL, 0, 0, "在職中");
	period("退職まで", PERIOD_UNTIL, 0, 0, "退職");
	period("契約終了まで", PERIOD_UNTIL, 0, 0, "契約終了");
	period("until termination", PERIOD_UNTIL, 0, 0, "termination");
	period("法定保存期間", PERIOD_LAW, 0, 0, "");
	period("法定保存期間（7年）", PERIOD_LAW, 84, 0, "");
	period("7年（法人税法）", PERIOD_LAW, 84, 0, "");
	assert_int_equal(office_period(&a, S("令和9年3月31日まで"), &p), OFFICE_OK);
	assert_int_equal(p.kind, PERIOD_DATE);
	assert_int_equal(p.until.days, date_make(2027, 3, 31).days);
	assert_int_equal(office_period(&a, S("2027年3月末"), &p), OFFICE_OK);
	assert_int_equal(p.until.days, date_make(2027, 3, 31).days);
	assert_int_equal(office_period(&a, S("－"), &p), OFFICE_BLANK);
	assert_int_equal(office_period(&a, S("不明"), &p), OFFICE_UNKNOWN);
	assert_int_equal(office_period(&a, S("適宜"), &p), OFFICE_ODD);
	assert_int_equal(office_period(&a, S("5"), &p), OFFICE_ODD);
}

static void test_money(void **state)
{
	static const struct { const char *text; int64_t yen; } good[] = {
		{ "1,200円", 1200 }, { "¥1,200", 1200 }, { "￥１，２００", 1200 }, { "1万円", 10000 }, { "500千円", 500000 }, { "1,000千円", 1000000 },
		{ "3百万円", 3000000 }, { "△500", -500 }, { "-500円", -500 }, { "無料", 0 }, { "1億2千万円", 120000000 }, { "300円（税込）", 300 },
	};
	int64_t v;

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(good); i++)
		if (office_money(&a, str_z(good[i].text), &v) != OFFICE_OK || v != good[i].yen)
			fail_msg("%s gave %ld", good[i].text, (long)v);
	assert_int_equal(office_money(&a, S("応相談"), &v), OFFICE_ODD);
	assert_int_equal(office_money(&a, S("－"), &v), OFFICE_BLANK);
}

static void test_choices(void **state)
{
	enum { PAPER, DATA, USB };
	static const struct office_name media[] = { { SLIT("paper"), PAPER }, { SLIT("紙"), PAPER }, { SLIT("書面"), PAPER }, { SLIT("electronic"), DATA },
		{ SLIT("電子"), DATA }, { SLIT("電子データ"), DATA }, { SLIT("ＵＳＢメモリ"), USB } };
	uint64_t bits;
	int c;

	(void)state;
	assert_int_equal(office_choice(&a, S("紙"), media, COUNT(media), &c), OFFICE_OK);
	assert_int_equal(c, PAPER);
	assert_int_equal(office_choice(&a, S("②電子ﾃﾞｰﾀ（サーバ）"), media, COUNT(media), &c), OFFICE_OK);
	assert_int_equal(c, DATA);
	assert_int_equal(office_choice(&a, S("紙媒体"), media, COUNT(media), &c), OFFICE_OK);
	assert_int_equal(c, PAPER);
	assert_int_equal(office_choice(&a, S("usbﾒﾓﾘ"), media, COUNT(media), &c), OFFICE_OK);
	assert_int_equal(c, USB);
	assert_int_equal(office_choice(&a, S("紙と電子"), media, COUNT(media), &c), OFFICE_ODD);
	assert_int_equal(office_choice(&a, S("石板"), media, COUNT(media), &c), OFFICE_ODD);
	assert_int_equal(office_choices(&a, S("紙・電子データ"), media, COUNT(media), &bits), OFFICE_OK);
	assert_int_equal(bits, 1 << PAPER | 1 << DATA);
	assert_int_equal(office_choices(&a, S("紙、石板"), media, COUNT(media), &bits), OFFICE_ODD);
	ptrdiff_t n;
	struct str *part = office_split(&a, S("氏名、住所（都道府県、市区町村）\n電話番号, ﾒｰﾙ；、"), false, &n);
	assert_int_equal(n, 4);
	assert_true(str_eq(part[1], S("住所（都道府県、市区町村）")));
	assert_true(str_eq(part[3], S("ﾒｰﾙ")));
}

static int set_up(void **state)
{
	(void)state;
	a = arena_make(0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&a);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts), cmocka_unit_test(test_dates), cmocka_unit_test(test_yes_no),
		cmocka_unit_test(test_periods), cmocka_unit_test(test_money), cmocka_unit_test(test_choices),
	};

	return cmocka_run_group_tests_name("office", tests, set_up, tear_down);
}
