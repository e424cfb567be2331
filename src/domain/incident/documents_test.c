/* documents_test.c - the papers of an incident: what they say, and that they are the same each time. With TOBARI_SHOW=DIR
 * the PDFs are left there to be looked at. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "domain/incident/documents.h"
#include <stdio.h>
#include <stdlib.h>

static struct arena a;
static struct incident_verdict verdict = { .ppc = { ANSWER_NO, ANSWER_UNDECIDED, ANSWER_YES, ANSWER_YES }, .final_days = 60 };

static const struct incident_event course[] = {
	{ SLIT("令和8年3月1日 22時40分"), SLIT("会員サイトのサーバーに対する外部からの不正なログインが始まる。"), SLIT("") },
	{ SLIT("令和8年3月2日 9時15分"), SLIT("監視担当者が通信量の異常に気付き、情報システム管理者に報告。"), SLIT("") },
	{ SLIT("令和8年3月2日 10時05分"), SLIT("会員サイトを停止し、当該サーバーをネットワークから切り離す。"), SLIT("") },
	{ SLIT("令和8年3月3日 14時00分"), SLIT("外部の調査会社が、会員情報を格納したデータベースから情報が持ち出された痕跡を確認。"), SLIT("") },
};
static const struct incident_event inquiries[] = {
	{ SLIT("3月4日 10時20分"), SLIT("会員の方から、自分の情報が対象かどうかの問合せ。対象である旨をご説明し、了承を得た。"), SLIT("会員A様 / 窓口 山本") },
	{ SLIT("3月4日 13時05分"), SLIT("報道機関から取材の申込み。対策会議の決定により窓口から書面で回答。"), SLIT("新聞社 / 窓口 山本") },
};
static const struct incident_event steps[] = {
	{ SLIT("令和8年3月2日 10:20"), SLIT("被害拡大の防止（完了）\n会員サイトの停止、サーバーの切り離し、ログの保全"), SLIT("情報 一郎") },
	{ SLIT("令和8年3月2日 14:00"), SLIT("警察への届出（完了）\n県警サイバー犯罪相談窓口に相談した。"), SLIT("管理 花子") },
};
static const struct incident_event decisions[] = {
	{ SLIT("3月2日 11時00分"), SLIT("会員サイトの停止を継続する。外部の調査会社に調査を依頼する。本人への通知は対象が判明し次第、メールと書面で行う。"), SLIT("M2026-0001-1") },
};

static struct incident_papers papers(void)
{
	return (struct incident_papers){
		.from = {
			.name = S("株式会社とばり商事"), .address = S("東京都千代田区霞が関一丁目1番1号"), .representative = S("代表取締役　帳　太郎"), .business = S("小売業（通信販売）"),
			.mark_number = S("10000000(01)"), .desk = S("個人情報相談窓口"), .desk_person = S("担当　山本"), .desk_phone = S("電話　03-0000-0000"),
			.desk_mail = S("メール　privacy@example.jp"), .desk_hours = S("受付時間　平日9時から17時まで"),
		},
		.number = S("INC2026-0003"), .title = S("会員サイトへの不正アクセス"), .occurred = date_make(2026, 3, 1), .known = date_make(2026, 3, 2), .made = date_make(2026, 3, 5),
		.found_by = S("情報システム部　監視担当者"), .place = S("データセンター内の会員サイト用サーバー"), .doer = S("報告者（第三者による不正アクセス）"),
		.course = { course, 4 },
		.outline = S("弊社の会員サイトのサーバーが外部からの不正アクセスを受け、会員の個人情報が第三者に閲覧され、又は持ち出されたおそれがあることが判明しました。"),
		.items = S("氏名、住所、電話番号、メールアドレス、ログインID、パスワード（ハッシュ化されたもの）"), .medium = S("電子データ（データベース）"), .data_kind = S("顧客情報（通信販売の会員）"),
		.persons = 12345, .persons_are_maximum = true,
		.cause = S("会員サイトで使用していたソフトウェアに脆弱性があり、修正プログラムの適用が遅れていたため、これを悪用されました。"),
		.damage = S("現時点で、情報の悪用などの二次被害は確認されていません。ただし、なりすましメールなどに悪用されるおそれがあります。"),
		.person_action = S("対象となる会員の方に、3月5日から順次、電子メールと書面により通知しています。あわせて専用の窓口を設けました。"),
		.publication = S("令和8年3月5日に弊社ウェブサイトで公表しました。"),
		.done = S("・会員サイトの停止と当該サーバーの切り離し\n・修正プログラムの適用\n・全会員のパスワードの無効化"), .planned = S("・脆弱性情報の収集と修正プログラム適用の手順の見直し（4月末まで）\n・外部による脆弱性診断の年2回実施"),
		.security = S("サーバーへのアクセス制限、通信の暗号化、パスワードのハッシュ化を実施していた。データベースの項目単位の暗号化は行っていなかった。"),
		.advice = S("同じパスワードをほかのサービスでもお使いの場合は、速やかに変更してください。弊社を名乗る不審なメールのリンクは開かないでください。"),
		.verdict = &verdict, .accident_kinds = S("1 漏えい、9 おそれ"),
		.inquiries = { inquiries, 2 }, .decisions = { decisions, 1 },
		.steps = { steps, 2 }, .settled_on = S("令和8年3月6日　代表取締役が終息と判断"),
		.chair = S("代表取締役　帳　太郎"), .members = S("取締役　佐藤、個人情報保護管理者　鈴木、情報システム管理者　高橋"),
		.approval = { { S("承認"), S("帳　太郎"), S("R8.3.6") }, { S("確認"), S("鈴木　花子"), S("R8.3.6") }, { S("作成"), S("高橋　一郎"), S("R8.3.5") } },
	};
}

static void show(const char *name, struct buf *b)
{
	const char *folder = getenv("TOBARI_SHOW");
	char path[512];

	if (!folder)
		return;
	snprintf(path, sizeof path, "%s/%s.pdf", folder, name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	fwrite(b->p, 1, (size_t)b->n, f);
	fclose(f);
}

/* Writes the paper twice: both are the same, and it has so many pages. */
static void check_paper(const char *name, struct pdf *p, int pages)
{
	struct buf one = buf_make(16 << 20), two = buf_make(16 << 20);
	int n = 0;

	assert_int_equal(pdf_write(p, &one, &n), ST_OK);
	assert_int_equal(pdf_write(p, &two, &n), ST_OK);
	assert_int_equal(one.n, two.n);
	assert_memory_equal(one.p, two.p, (size_t)one.n);
	show(name, &one);
	assert_int_equal(n, pages);
	assert_true(str_starts(buf_str(&one), S("%PDF-1.")));
	assert_true(str_find(buf_str(&one), S("FontFile")) >= 0);          /* embedded */
	buf_free(&one);
	buf_free(&two);
}

static void test_papers(void **state)
{
	struct incident_papers i = papers();

	(void)state;
	check_paper("ppc-preliminary", incident_ppc_report(&a, &i, REPORT_PRELIMINARY, S("個人情報保護委員会"), JA), 2);
	check_paper("ppc-final-en", incident_ppc_report(&a, &i, REPORT_FINAL, S("Personal Information Protection Commission"), EN), 2);
	check_paper("mark-final", incident_mark_report(&a, &i, REPORT_FINAL, S("一般社団法人審査機関"), JA), 2);
	check_paper("letter", incident_person_letter(&a, &i, S("霞　花子"), JA), 1);
	check_paper("publication", incident_publication(&a, &i, JA), 2);
	check_paper("client", incident_client_report(&a, &i, S("株式会社委託元"), JA), 2);
	check_paper("record", incident_record(&a, &i, JA), 3);
}

static bool has(struct str s, const char *part)
{
	return str_find(s, str_z(part)) >= 0;
}

/* REQ: INC-42 */
static void test_nine_items(void **state)
{
	struct incident_papers i = papers();
	struct problems ps = { .a = &a };

	(void)state;
	struct str outline = incident_report_item(&a, &i, REPORT_PRELIMINARY, REPORT_OUTLINE, JA);
	assert_true(has(outline, "発生日: 令和8年3月1日") && has(outline, "発覚日: 令和8年3月2日"));
	assert_true(has(outline, "第3号（不正の目的のおそれ）、第4号（1,000人超）") && has(outline, "第2号（財産的被害のおそれ）（該当性を確認中）"));
	assert_false(has(outline, "第1号"));
	assert_true(has(incident_report_item(&a, &i, REPORT_PRELIMINARY, REPORT_PERSONS, JA), "最大12,345人"));
	struct str prevention = incident_report_item(&a, &i, REPORT_FINAL, REPORT_PREVENTION, JA);
	assert_true(str_find(prevention, S("実施済み")) < str_find(prevention, S("今後実施予定")));
	assert_int_equal(incident_report_complete(&i, REPORT_FINAL, &ps), ST_OK);
	/* an unknown cause may be preliminary, but not final without a reason */
	i.cause = S("");
	i.persons = -1;
	assert_int_equal(incident_report_complete(&i, REPORT_PRELIMINARY, &ps), ST_OK);
	assert_true(has(incident_report_item(&a, &i, REPORT_PRELIMINARY, REPORT_CAUSE, JA), "調査中"));
	assert_int_equal(incident_report_complete(&i, REPORT_FINAL, &ps), ST_NO);
	assert_int_equal(ps.n, 2);
	assert_true(str_eq(ps.p[1].place, S("cause")));
	ps.n = 0;
	i.why_unknown[REPORT_CAUSE] = S("ログが消去されていたため特定できませんでした。");
	i.why_unknown[REPORT_PERSONS] = S("対象の記録が失われたため。");
	assert_int_equal(incident_report_complete(&i, REPORT_FINAL, &ps), ST_OK);
	assert_true(has(incident_report_item(&a, &i, REPORT_FINAL, REPORT_CAUSE, JA), "ログが消去"));
	i.outline = S("");
	assert_int_equal(incident_report_complete(&i, REPORT_PRELIMINARY, &ps), ST_NO);
}

/* REQ: INC-03 - the person is told the five matters of Rule 10, and not how many others are concerned. */
static void test_texts(void **state)
{
	struct incident_papers i = papers();
	struct buf b = buf_make(1 << 20);

	(void)state;
	incident_person_mail(&a, &b, &i, S("霞　花子"), JA);
	struct str s = buf_str(&b);
	assert_true(has(s, "霞　花子　様") && has(s, "不正アクセス") && has(s, "パスワード（ハッシュ化") && has(s, "脆弱性") && has(s, "二次被害") && has(s, "リンクは開かない") && has(s, "03-0000-0000"));
	assert_false(has(s, "12,345"));
	b.n = 0;
	incident_publication_text(&a, &b, &i, JA);
	s = buf_str(&b);
	assert_true(has(s, "12,345") && has(s, "再発防止策") && has(s, "個人情報相談窓口"));
	b.n = 0;
	incident_ppc_text(&a, &b, &i, REPORT_FINAL, JA);
	s = buf_str(&b);
	assert_true(str_starts(s, S("1. 概要\n")) && has(s, "9. その他参考となる事項\nなし"));
	assert_false(has(s, "{0}") || has(s, "{1}"));
	/* what nobody has recorded is not told as a fact, and a number that stands behind the name of the desk is not said again */
	i.damage = S("");
	i.from.desk = S("個人情報相談窓口　電話　03-0000-0000");
	b.n = 0;
	incident_person_mail(&a, &b, &i, S("霞　花子"), JA);
	s = buf_str(&b);
	assert_true(has(s, "現在調査中です") && !has(s, "二次被害は確認され"));
	ptrdiff_t phone = str_find(s, S("03-0000-0000"));
	assert_true(phone >= 0 && !has(str_sub(s, phone + 12, s.n), "03-0000-0000"));
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_papers), cmocka_unit_test(test_nine_items), cmocka_unit_test(test_texts) };

	a = arena_make(0);
	int failed = cmocka_run_group_tests_name("documents", tests, NULL, NULL);
	arena_free(&a);
	pdf_done();
	return failed;
}
