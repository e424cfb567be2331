/* scan_test.c - the scanner: check digits, spellings, context, traps, tables, blocks, masks. */
#include "scan/inside.h"
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- helpers: findings as text, "kind:value" separated by '|' ---- */

struct catch { struct buf b; int n; };

static void on_found(void *user, const struct scan_finding *f, struct str value)
{
	struct catch *c = user;

	if (c->n++)
		buf_char(&c->b, '|');
	buf_fmt(&c->b, "%s:", scan_kinds[f->kind].name);
	buf_add(&c->b, value);
}

static struct buf scan_with(const struct scan_options *o, struct str text)
{
	struct scanner *s = scanner_make(o);
	struct catch c = { .b = buf_make(1 << 20) };
	struct scan_run *r = scan_run_make(s, on_found, &c);

	scan_text(r, text);
	scan_run_free(r);
	scanner_free(s);
	return c.b;
}

static void expect_with(const struct scan_options *o, const char *text, const char *found, int line)
{
	struct buf b = scan_with(o, str_z(text));

	buf_char(&b, 0);
	if (strcmp(b.p, found) != 0)
		fail_msg("line %d: in \"%s\"\nfound    %s\nexpected %s", line, text, b.p, found);
	buf_free(&b);
}
#define expect(text, found)      expect_with(&(struct scan_options){ 0 }, text, found, __LINE__)
#define expect_all(text, found)  expect_with(&(struct scan_options){ .kinds = SCAN_ALL, .min_score = -1 }, text, found, __LINE__)

/* ---- single values ---- */

struct vector { const char *kind, *value; bool valid; };

/* Values published by their issuers or payment providers, or derived from the ordinances' formulas. */
static const struct vector vectors[] = {
	{ "my_number", "621498320257", true }, { "my_number", "123456789018", true }, { "my_number", "6214-9832-0257", true },
	{ "my_number", "６２１４９８３２０２５７", true }, { "my_number", "6214 9832 0257", true }, { "my_number", "六二一四九八三二〇二五七", true },
	{ "my_number", "612498320257", false }, { "my_number", "100000000005", true }, { "my_number", "999999999996", true },
	{ "my_number", "314159265352", true }, { "my_number", "271828182840", true }, { "my_number", "161803398872", true },
	{ "my_number", "200000000018", true }, { "my_number", "301661318600", true }, { "my_number", "895559797119", true },
	{ "my_number", "62149832025", false }, { "my_number", "6214983202577", false }, { "my_number", "", false }, { "my_number", "abc", false },
	{ "corporate_number", "7000012050002", true }, { "corporate_number", "1000012010003", true }, { "corporate_number", "5835678256246", true },
	{ "corporate_number", "1180301018771", true }, { "corporate_number", "T7000012050002", true }, { "corporate_number", "8000012050002", false },
	{ "credit_card", "4242424242424242", true }, { "credit_card", "4012888888881881", true }, { "credit_card", "5105105105105100", true },
	{ "credit_card", "371449635398431", true }, { "credit_card", "30569309025904", true }, { "credit_card", "3530111333300000", true },
	{ "credit_card", "4111111111111111", true }, { "credit_card", "5555555555554444", true }, { "credit_card", "378282246310005", true },
	{ "credit_card", "4242424242424241", false }, { "credit_card", "4242 4242 4242 4242", true }, { "credit_card", "9999999999999995", false },
	{ "driver_licence", "309012345620", true }, { "driver_licence", "309012345630", false }, { "driver_licence", "099012345620", false },
	{ "insurer_number", "33120015", true }, { "insurer_number", "33120016", false },
	{ "postal", "〒100-0001", true }, { "postal", "１００－０００１", true }, { "postal", "1000001", true }, { "postal", "10-00001", false },
	{ "phone", "03-1234-5678", true }, { "phone", "060-1234-5678", true }, { "phone", "0120-123-456", true }, { "phone", "0570-012-345", true },
	{ "phone", "+81 3 1234 5678", true }, { "phone", "+81 (0)90-1234-5678", true }, { "phone", "（０３）１２３４－５６７８", true },
	{ "phone", "110", false }, { "phone", "00-1234-5678", false },
	{ "residence_card", "AB12345678CD", true }, { "residence_card", "ＡＢ１２３４５６７８ＣＤ", true }, { "residence_card", "A12345678CD", false },
	{ "passport", "TR1234567", true }, { "passport", "T12345678", false },
	{ "pension_number", "1234-567890", true }, { "pension_number", "1234-56789", false },
	{ "resident_code", "12345678901", true }, { "employment_insurance", "1234-567890-1", true },
	{ "email", "taro.yamada@example.jp", true }, { "email", "not-an-email@", false }, { "email", "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", true },
	{ "date_of_birth", "昭和55年5月12日", true }, { "date_of_birth", "S55.5.12", true }, { "date_of_birth", "1980/5/12", true },
	{ "date_of_birth", "平成元年1月8日", true }, { "date_of_birth", "1980-02-30", false }, { "date_of_birth", "May 12, 1980", true },
	{ "bank_account", "1234567", true }, { "bank_account", "0001-123-1234567", true }, { "bank_account", "12", false },
};

static void values(void **state)
{
	enum scan_kind kind = SCAN_KIND_MAX;

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(vectors); i++) {
		assert_int_equal(scan_kind_named(str_z(vectors[i].kind), &kind), ST_OK);
		if (scan_valid(kind, str_z(vectors[i].value)) != vectors[i].valid)
			fail_msg("%s %s", vectors[i].kind, vectors[i].value);
	}
	assert_int_equal(scan_kind_named(S("nothing"), &kind), ST_BAD_INPUT);
}

/* Every eleven-digit body has exactly one right last digit: so one random string in ten passes. */
static void one_check_digit(void **state)
{
	uint8_t d[12];

	(void)state;
	for (uint32_t body = 1; body < 100000000; body = body * 7 + 3) {
		int good = 0;

		for (int i = 0, v = (int)body; i < 11; i++, v /= 10)
			d[i] = (uint8_t)(v % 10);
		for (uint8_t last = 0; last < 10; last++) {
			d[11] = last;
			good += check_my_number(d);
		}
		assert_int_equal(good, 1);
	}
}

/* ---- numbers in text ---- */

static void my_numbers(void **state)
{
	(void)state;
	expect("マイナンバー：6214-9832-0257", "my_number:6214-9832-0257");
	expect("個人番号 ６２１４ ９８３２ ０２５７ を提出", "my_number:６２１４ ９８３２ ０２５７");
	expect("個人番号は621498320257です", "my_number:621498320257");
	expect("My Number: 123456789018", "my_number:123456789018");
	expect("マイナンバー\n621498320257\n", "my_number:621498320257");
	expect("個人番号：六二一四九八三二〇二五七", "my_number:六二一四九八三二〇二五七");
	expect("個人番号：6214‐9832−0257", "my_number:6214‐9832−0257");
	expect("個人番号 6214-9832-\n0257", "my_number:6214-9832-\n0257");
	expect("個人番号 612498320257", "");
	expect("621498320257", "");
	expect_all("621498320257", "my_number:621498320257");
	expect("お問い合わせ番号 6214-9832-0257", "");
	expect("伝票番号：621498320257", "");
	expect("202611220125", "");
	expect("ID=abc621498320257", "");
	expect("0.621498320257", "");
	expect("合計 621498320257円", "");
	expect("氏名\t個人番号\n山\t621498320257\n川\t314159265352\n", "my_number:621498320257|my_number:314159265352");
	expect("氏名,個人番号,備考\n\"山\",\"621498320257\",\"271828182840\"\n", "my_number:621498320257");
}

static void lookalikes(void **state)
{
	(void)state;
	expect("法人番号 7000012050002", "");
	expect("登録番号 T7000012050002", "");
	expect_with(&(struct scan_options){ .kinds = SCAN_ALL }, "登録番号：T7000012050002", "corporate_number:7000012050002", __LINE__);
	expect_with(&(struct scan_options){ .kinds = SCAN_BIT(SCAN_corporate_number) }, "法人番号：7000012050002", "corporate_number:7000012050002", __LINE__);
	expect("JAN 4901234567894", "");
	expect("ISBN978-4-00-310101-8", "");
	expect("作成日 20261122", "");
	expect("2026-11-22 10:15:00", "");
	expect("売上 1,234,567,890円", "");
	expect("192.168.100.200", "");
	expect("部品 AB-1234-5678-90", "");
	expect("型番 090-1234-5678-X", "");
	expect("バージョン 1.2.3-20260101", "");
	expect("3.14159265358979", "");
}

static void cards(void **state)
{
	(void)state;
	expect("カード番号 4242 4242 4242 4242 有効期限 12/28", "credit_card:4242 4242 4242 4242");
	expect("4242-4242-4242-4242", "credit_card:4242-4242-4242-4242");
	expect("card 378282246310005", "credit_card:378282246310005");
	expect("3782 822463 10005", "credit_card:3782 822463 10005");
	expect("4242-4242-4242-4241", "");
	expect("注文番号 4242424242424242", "");
}

static void phones(void **state)
{
	(void)state;
	expect("TEL 03-1234-5678", "phone:03-1234-5678");
	expect("電話：03(1234)5678 FAX：(03)1234-5679", "phone:03(1234)5678|phone:(03)1234-5679");
	expect("携帯０９０－１２３４－５６７８まで", "phone:０９０－１２３４－５６７８");
	expect("09012345678", "phone:09012345678");
	expect("+81-90-1234-5678", "phone:+81-90-1234-5678");
	expect("+81 3 1234 5678", "phone:+81 3 1234 5678");
	expect("電話〇三―一二三四―五六七八", "phone:〇三―一二三四―五六七八");
	expect("0120-123-456 / 0570-012-345", "phone:0120-123-456|phone:0570-012-345");
	expect("045-123-4567、0422-12-3456、04992-2-1234", "phone:045-123-4567|phone:0422-12-3456|phone:04992-2-1234");
	expect("090 1234 5678", "phone:090 1234 5678");
	expect("110番、119番", "");
	expect("2026-11-22 03-1234-5678", "phone:03-1234-5678");
	expect("03-1234-5678-9012", "");
	expect("TEL（03-1234-5678）", "phone:03-1234-5678");
	expect("担当：高橋健太 0312345678", "person_name:高橋健太");
	expect("担当：高橋健太 09012345678", "person_name:高橋健太|phone:09012345678");     /* the label named the name */
	expect("担当 佐藤 090 1234 5678", "person_name:佐藤|phone:090 1234 5678");
	expect("〒100-0001\n- 090-1234-5678\nー 03-1234-5678\n", "postal:〒100-0001|phone:090-1234-5678|phone:03-1234-5678");    /* items of a list */
}

static void papers(void **state)
{
	(void)state;
	expect("免許証番号 309012345620", "driver_licence:309012345620");
	expect("旅券番号：TR1234567", "passport:TR1234567");
	expect("TR1234567", "");
	expect("在留カード番号 AB12345678CD", "residence_card:AB12345678CD");
	expect("基礎年金番号 1234-567890", "pension_number:1234-567890");
	expect("雇用保険 1234-567890-1", "employment_insurance:1234-567890-1");
	expect("住民票コード 12345678901", "resident_code:12345678901");
	expect("保険者番号 33120015", "insurer_number:33120015");
	expect("口座番号 1234567", "bank_account:1234567");
	expect("みずほ銀行 本店 普通 1234567", "bank_account:1234567");
	expect("1234567", "");
	expect("〒100-0001", "postal:〒100-0001");
	expect("郵便番号：1000001", "postal:1000001");
	expect("100-0001", "");
}

static void mails(void **state)
{
	(void)state;
	expect("連絡は taro.yamada+x@example.co.jp まで。", "email:taro.yamada+x@example.co.jp");
	expect("<taro@example.jp>, hanako@example.jp;", "email:taro@example.jp|email:hanako@example.jp");
	expect("mailto:a@example.com?subject=x", "email:a@example.com");
	expect("user20261122@example.jp", "email:user20261122@example.jp");
	expect("09012345678@docomo.ne.jp", "email:09012345678@docomo.ne.jp");
	expect("ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ", "email:ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ");
	expect("git@github.com:a/b.git icon@2x.png @param x@ a@b npm i x@1.2.3 https://u@host.example.com/", "");
}

static void births(void **state)
{
	(void)state;
	expect("生年月日：昭和55年5月12日", "date_of_birth:昭和55年5月12日");
	expect("生年月日 1980/05/12", "date_of_birth:1980/05/12");
	expect("1980年5月12日生まれ", "date_of_birth:1980年5月12日");
	expect("昭和55年5月12日生", "date_of_birth:昭和55年5月12日");
	expect("生年月日: S55.5.12", "date_of_birth:S55.5.12");
	expect("Date of birth: May 12, 1980", "date_of_birth:May 12, 1980");
	expect("氏名,生年月日\n山,S55.5.12\n川,19800512\n", "date_of_birth:S55.5.12|date_of_birth:19800512");
	expect("会議は2026年5月12日に行う", "");
	expect("人生2026年5月12日", "");
}

/* ---- words ---- */

static void names(void **state)
{
	(void)state;
	expect("田中さん、おはようございます。", "person_name:田中");
	expect("鈴木 一郎様", "person_name:鈴木 一郎");
	expect("担当:佐藤", "person_name:佐藤");
	expect("担当：鈴木、高橋", "person_name:鈴木|person_name:高橋");
	expect("佐々木健太が説明した。", "person_name:佐々木健太");
	expect("営業部の林課長と面談した。", "person_name:林");
	expect("岡田さくらさん", "person_name:岡田さくら");
	expect("山﨑花子様", "person_name:山﨑花子");
	expect("Kenji Watanabe and TANAKA Hanako", "person_name:Kenji Watanabe|person_name:TANAKA Hanako");
	expect("フリガナ：ヤマダ タロウ", "person_name:ヤマダ タロウ");
	expect("名義：ﾔﾏﾀﾞ ﾀﾛｳ", "person_name:ﾔﾏﾀﾞ ﾀﾛｳ");
	expect("氏名\tふりがな\n東海林 蓮\tしょうじ れん\n", "person_name:東海林 蓮|person_name:しょうじ れん");
	expect("姓,名,部署\n森,蓮,総務部\n", "person_name:森|person_name:蓮");
	expect("関係長に承認を依頼した。", "person_name:関");
	expect("氏名：ジョン・スミス", "person_name:ジョン・スミス");
	expect("氏名,国籍\nマリア・デ・ラ・クルス,ペルー\n", "person_name:マリア・デ・ラ・クルス");
}

/* Names whose words could be others: told by their shape and by what stands around. */
static void shapes(void **state)
{
	(void)state;
	expect("富田勝は、内藤礼の作品を見た。", "person_name:富田勝|person_name:内藤礼");
	expect("長女の恵美子と三女悦子が同居している。", "person_name:恵美子|person_name:悦子");
	expect("父・種次郎、母・タマエ", "person_name:種次郎");
	expect("山田義三郎等の有志が集まった。", "person_name:山田義三郎");
	expect("千江夫人が来社した。", "person_name:千江");
	expect("福澤氏と冨田さん", "person_name:福澤|person_name:冨田");
	expect("黒石迩守は、当社の元社員。", "person_name:黒石迩守");
	expect("金性洙は留学生である。", "person_name:金性洙");
	expect("西尾えつ子が担当する。", "person_name:西尾えつ子");
	expect("金融界は、王国軍の、程度問題を、高齢者は、当社の主人。", "");
	expect("長男が入学した。兄弟の父母と夫妻の娘は元気である。", "");
	expect("第2次吉田内閣の政策、鳴尾浜の駅、甲賀衆の里", "");
}

/* Firms, places and words with a surname in them are nobody. */
static void nobody(void **state)
{
	(void)state;
	expect("本田技研の株価、松下電器の見積、佐藤工業株式会社との契約、田中ビルの会議室。", "");
	expect("株式会社高島屋、三井住友銀行、山田病院、鈴木商店、小林製薬", "");
	expect("福島県と千葉県、石川町、高木を山口県へ", "person_name:高木");
	expect("関係者以外の立入を禁止する。原価を見直す。森の中の東京本社。", "");
	expect("氏名：未定、担当：総務部、担当者：全員", "");
	expect("Honda and Toyota met in Tokyo. Kind regards, General Affairs", "");
	expect("会議室は桜、来週の月曜日、前田建設の工事", "");
}

static void addresses(void **state)
{
	(void)state;
	expect("〒105-0011 東京都港区芝公園2-2-15 サンプルビル3階", "postal:〒105-0011|address:東京都港区芝公園2-2-15 サンプルビル3階");
	expect("送付先は大阪府堺市北区新金岡町４丁１－８です。", "address:大阪府堺市北区新金岡町４丁１－８");
	expect("北海道札幌市中央区北1条西2丁目に移転", "address:北海道札幌市中央区北1条西2丁目");
	expect("京都市中京区烏丸通御池下る虎屋町566へ", "address:京都市中京区烏丸通御池下る虎屋町566");
	expect("神奈川県横浜市青葉区あざみ野一丁目二番三号", "address:神奈川県横浜市青葉区あざみ野一丁目二番三号");
	expect("住所：千葉県市川市八幡", "address:千葉県市川市八幡");
	expect("三重県四日市市諏訪町1番5号 03-1234-5678", "address:三重県四日市市諏訪町1番5号|phone:03-1234-5678");
	expect("東京都の条例、大阪市内の3店舗、東京都港区の3社、千葉県に5年住んだ。", "");
}

static void hints(void **state)
{
	(void)state;
	expect("病歴と障害者手帳の写し、うつ病、前科", "sensitive_hint:病歴|sensitive_hint:障害者手帳|sensitive_hint:うつ病|sensitive_hint:前科");
	expect("うつ病患者、うつ病長女", "sensitive_hint:うつ病|sensitive_hint:うつ病");
	expect("宗教法人の会計、健康診断の予約", "");
}

static void tables(void **state)
{
	(void)state;
	expect("社員名簿\n\nNo\t氏名\t生年月日\t住所\t口座番号\n1\t山田太郎\tH2.3.4\t東京都港区芝公園2-2-15\t1234567\n\n以上\n",
		"person_name:山田太郎|date_of_birth:H2.3.4|address:東京都港区芝公園2-2-15|bank_account:1234567");
	expect("注文番号,電話番号\n621498320257,0312345678\n", "phone:0312345678");
	expect("氏名,電話番号\n\"山田\n太郎\",\"090-1234-\r\n5678\"\n", "person_name:山田\n太郎|phone:090-1234-\r\n5678");      /* lines within a cell */
	expect("氏名,住所\n山田太郎,\"東京都港区芝公園\n2-2-15\"\n", "person_name:山田太郎|address:東京都港区芝公園\n2-2-15");
	expect("氏名,住所\n山田太郎,\"東京都\r\n渋谷区道玄坂2丁目\r\n11番1号\r\n青葉ビル3階\"\n", "person_name:山田太郎|address:東京都\r\n渋谷区道玄坂2丁目\r\n11番1号\r\n青葉ビル3階");
	expect("氏名,備考\n山田太郎,\"転居先は大阪府大阪市北区梅田\n1-1-3\n以上\"\n", "person_name:山田太郎|address:大阪府大阪市北区梅田\n1-1-3");
	expect("氏名,住所\n山田太郎,東京都港区芝公園\n2-2-15,佐藤\n", "person_name:山田太郎|address:東京都港区芝公園");          /* rows are no cell */
	expect("口座番号\n7654321\n1234567\n\n7654321\n", "bank_account:7654321|bank_account:1234567");
}

/* ---- places, masks ---- */

static void on_place(void *user, const struct scan_finding *f, struct str value)
{
	struct scan_finding *last = user;

	(void)value;
	*last = *f;
}

static void places(void **state)
{
	struct scanner *s = scanner_make(&(struct scan_options){ 0 });
	struct scan_finding f = { 0 };
	struct scan_run *r = scan_run_make(s, on_place, &f);
	int64_t line, column;
	struct str text = S("一行目\n二行目です 03-1234-5678\n");

	(void)state;
	scan_text(r, text);
	assert_int_equal(f.line, 2);
	assert_int_equal(f.column, 7);
	assert_int_equal(f.start, 26);
	assert_int_equal(f.end, 38);
	scan_place(text, f.start, &line, &column);
	assert_int_equal(line, 2);
	assert_int_equal(column, 7);
	scan_run_free(r);
	scanner_free(s);
}

static void mask_is(enum scan_kind kind, const char *value, const char *masked)
{
	struct buf b = buf_make(1000);

	scan_mask(&b, kind, str_z(value));
	buf_char(&b, 0);
	assert_string_equal(b.p, masked);
	buf_free(&b);
}

static void masks(void **state)
{
	(void)state;
	mask_is(SCAN_my_number, "6214-9832-0257", "****-****-**57");
	mask_is(SCAN_my_number, "６２１４９８３２０２５７", "**********５７");
	mask_is(SCAN_my_number, "12", "**");
	mask_is(SCAN_credit_card, "4242 4242 4242 4242", "**** **** **** 4242");
	mask_is(SCAN_phone, "03-1234-5678", "03-1***-**78");
	mask_is(SCAN_email, "taro@example.jp", "t***@example.jp");
	mask_is(SCAN_person_name, "山田 太郎", "山* **");
	mask_is(SCAN_date_of_birth, "1980-05-12", "****-**-**");
}

/* ---- block by block ---- */

struct trail { struct scan_finding f[4000]; int n; };

static void on_trail(void *user, const struct scan_finding *f, struct str value)
{
	struct trail *t = user;

	(void)value;
	if (t->n < COUNT(t->f))
		t->f[t->n++] = *f;
}

static uint64_t WRAPS next_random(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* A text of pieces in random order, hostile ones among them. */
static struct buf mixture(uint64_t seed, ptrdiff_t size)
{
	static const char *const pieces[] = { "03-1234-5678", "マイナンバー：", "6214-9832-0257", "\n", "\n\n", "氏名,個人番号,生年月日\n", "山田,", "S55.5.12,",
		"\"", "\t", " ", "a@example.jp", "@", "昭和55年5月12日生", "生", "：", ":", "〒100-0001", "東京都港区芝公園2-2-15", "１２３４", "一二三四五六", "(", ")", "-",
		"4242 4242 4242 4242", "999999999999999999999999999999999999999999999999999", "x", "\xE3\x81", "\xFF", "\xF0\x9F\x98\x80", "鈴木一郎様", "口座番号 1234567",
		"病歴", "Taro Yamada", "氏名：佐藤花子", "\r\n\r\n", "+81 ", "長い長い文章が続きますので、", "AB12345678CD", "2026-11-22", ",", "|", ";" };
	struct buf b = buf_make(size + 1000);

	while (b.n < size)
		buf_add(&b, str_z(pieces[next_random(&seed) % (uint64_t)COUNT(pieces)]));
	return b;
}

static void same(const struct trail *a, const struct trail *b)
{
	assert_int_equal(a->n, b->n);
	for (int i = 0; i < a->n; i++)
		assert_true(a->f[i].kind == b->f[i].kind && a->f[i].start == b->f[i].start && a->f[i].end == b->f[i].end
			&& a->f[i].score == b->f[i].score && a->f[i].line == b->f[i].line && a->f[i].column == b->f[i].column);
}

static void blocks_equal_whole(void **state)
{
	struct scanner *s = scanner_make(&(struct scan_options){ .kinds = SCAN_ALL, .min_score = -1 });
	static struct trail whole, parts;
	struct scan_run *r = scan_run_make(s, on_trail, &whole), *q = scan_run_make(s, on_trail, &parts);

	(void)state;
	for (uint64_t seed = 1; seed <= 12; seed++) {
		struct buf b = mixture(seed * 7919, seed % 3 ? 30000 : 3000);
		struct str rest = buf_str(&b);
		uint64_t x = seed;

		whole.n = parts.n = 0;
		scan_text(r, rest);
		while (rest.n) {
			ptrdiff_t n = 1 + (ptrdiff_t)(next_random(&x) % (seed % 2 ? 7000 : 90));

			n = MIN(n, rest.n);
			scan_feed(q, str_sub(rest, 0, n));
			rest = str_sub(rest, n, rest.n);
		}
		scan_end(q);
		assert_true(whole.n > 20);
		same(&whole, &parts);
		for (int i = 1; i < whole.n; i++)
			assert_true(whole.f[i].start >= whole.f[i - 1].end);
		buf_free(&b);
	}
	scan_run_free(r);
	scan_run_free(q);
	scanner_free(s);
}

/* ---- every path marks the same ---- */

static void paths_equal(void **state)
{
	static const enum scan_path paths[] = { SCAN_PATH_AVX2, SCAN_PATH_AVX512 };
	static struct marks a, b;
	uint64_t x = 88172645463325252u;
	uint8_t *t = malloc(3 * SCAN_CHUNK);

	(void)state;
	for (int round = 0; round < 6000; round++) {
		const struct classifier *path = classify_choose(paths[round / 2 % COUNT(paths)]);
		ptrdiff_t size = 1 + (ptrdiff_t)(next_random(&x) % (round % 10 ? 300 : 3 * SCAN_CHUNK - 1)), from, n;
		struct buf m = mixture(next_random(&x) | 1, size);

		if (round % 3 == 0) {                           /* bytes that make and break sequences */
			static const uint8_t bytes[] = { 0xEF, 0xBC, 0x90, 0x99, 0x9A, 0xA0, 0xE7, 0x94, 0x9F, 0xE4, 0xB8, 0xB9, 0xBB, 0xBC, 0xE5, 0x85, 0x9B, 0xE3, 0x80,
				0x87, '0', '9', '1', ':', '@', '\n', '\r', '\n', 'A', 'Z', 'a', '_', '[', '/', 0xE9, 0xEA, 0x7F, 0xFF, 0 };

			for (ptrdiff_t i = 0; i < size; i++)
				m.p[i] = (char)bytes[next_random(&x) % (round % 2 ? 20 : (uint64_t)COUNT(bytes))];
		}
		memcpy(t, m.p, (size_t)size);
		a.carry = b.carry = (struct carry){ 0 };
		for (from = 0; from < size; from += n) {
			n = 64 * (1 + (ptrdiff_t)(next_random(&x) % SCAN_BLOCKS));     /* drawn once: MIN looks twice */
			n = MIN(n, size - from);
			classify_portable.places(t, from, n, size, true, &a);
			path->places(t, from, n, size, true, &b);
			for (ptrdiff_t at = from; at < from + n; at += 64) {
				classify_portable.around(t, at, size, &a);
				path->around(t, at, size, &b);
			}
			if (memcmp(&a, &b, sizeof a) != 0)
				fail_msg("%s: a text of %d, from %d to %d", path->name, (int)size, (int)from, (int)(from + n));
		}
		buf_free(&m);
	}
	free(t);
}

/* ---- parts ---- */

static void feed_to(struct scan_run *r, struct str text, ptrdiff_t from, ptrdiff_t to)
{
	while (from < to) {
		ptrdiff_t n = MIN(5000, to - from);

		scan_feed(r, str_sub(text, from, from + n));
		from += n;
	}
}

/* Cut anywhere: when a run that began in the middle knows what the one before it knows, both together find what one finds. */
static void parts_equal_whole(void **state)
{
	struct scanner *s = scanner_make(&(struct scan_options){ .kinds = SCAN_ALL, .min_score = -1 });
	static struct trail whole, parts;
	struct scan_run *r = scan_run_make(s, on_trail, &whole), *a = scan_run_make(s, on_trail, &parts), *b = scan_run_make(s, on_trail, &parts);
	struct scan_state *before = scan_state_make(), *begun = scan_state_make();
	int cuts = 0, met = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct buf m = mixture(seed * 7919, 40000);
		struct str text = buf_str(&m);
		ptrdiff_t cut = 64 * (ptrdiff_t)(150 + seed * 7), lead = MIN(cut, 64 * (ptrdiff_t)(1 + seed % 9 * 20)), told;
		int64_t lines;

		whole.n = parts.n = 0;
		scan_text(r, text);
		scan_begin_at(a, 0, NULL);
		feed_to(a, text, 0, cut + SCAN_AHEAD_OF_PART);
		scan_state_of(a, before);
		told = parts.n;
		scan_begin_at(b, cut - lead, seed % 2 ? before : NULL);
		feed_to(b, text, cut - lead, cut + SCAN_AHEAD_OF_PART);
		scan_state_of(b, begun);
		parts.n = (int)told;                            /* of the lead nothing counts */
		cuts++;
		if (!scan_states_meet(before, begun, &lines)) {
			feed_to(a, text, cut + SCAN_AHEAD_OF_PART, text.n);     /* the run before goes on */
			scan_end(a);
			lines = 0;
		} else {
			met++;
			feed_to(b, text, cut + SCAN_AHEAD_OF_PART, text.n);
			scan_end(b);
		}
		for (ptrdiff_t i = told; i < parts.n; i++)
			parts.f[i].line += lines;
		same(&whole, &parts);
		buf_free(&m);
	}
	assert_true(met > cuts / 3 && met < cuts);
	scan_state_free(before);
	scan_state_free(begun);
	scan_run_free(r);
	scan_run_free(a);
	scan_run_free(b);
	scanner_free(s);
}

/* ---- the short ways find what the reference finds ---- */

static void add_digits(struct buf *b, uint64_t *x, int least, int most)
{
	for (int n = least + (int)(next_random(x) % (uint64_t)(most - least + 1)); n > 0; n--)
		buf_char(b, (char)('0' + next_random(x) % 10));
}

/* A cell of a list: a number in one of the usual forms, now and then a word. */
static void add_cell(struct buf *b, uint64_t *x)
{
	static const char *const words[] = { "item-", "電話", "phone ", "生年月日", "個人番号", "口座番号", "渋谷区", "AB", "東京", "No." };
	static const uint8_t groups[][3] = { { 4, 2, 2 }, { 4, 1, 2 }, { 2, 4, 4 }, { 3, 3, 4 }, { 4, 2, 4 }, { 3, 4, 4 }, { 4, 3, 3 }, { 4, 3, 4 }, { 5, 1, 4 }, { 3, 4, 0 }, { 4, 4, 4 } };
	uint64_t form = next_random(x) % 6;

	if (form == 0)
		buf_add(b, str_z(words[next_random(x) % (uint64_t)COUNT(words)]));
	if (form < 3) {
		add_digits(b, x, 4, form == 1 ? 20 : 12);
		return;
	}
	const uint8_t *g = groups[next_random(x) % (uint64_t)COUNT(groups)];

	buf_add(b, g[0] == 4 && form == 3 ? S("19") : S("0"));
	add_digits(b, x, g[0] == 4 && form == 3 ? 2 : g[0] - 1, g[0] == 4 && form == 3 ? 2 : g[0] - 1);
	for (int i = 1; i < 3 && g[i]; i++) {
		buf_char(b, '-');
		add_digits(b, x, g[i], g[i]);
	}
}

/* A run of kanji and what may stand around it: names, relatives, families, old forms, firms, words. */
static void add_run(struct buf *b, uint64_t *x)
{
	static const char *const pieces[] = { "山", "田", "中", "林", "森", "金", "朴", "大", "小", "川", "高", "髙", "橋", "壽", "國", "澤", "太", "郎", "子", "美", "一", "三", "様", "氏",
		"部長", "先生", "長女", "父", "妻", "の", "・", "、", "は、", "は", "が", "と申します", "さん", "どの", "せんせい", "株式会社", "東京都", "市", "町", "病", "うつ病", "前科", "診断", "曜日",
		"担当：", "氏名】", "「", "。", "\n", "\"", " ", "　", "2-3", "ヶ", "々", "日本の作家。", "を", "データ", "介石", "槿恵", "正史", "之助",
		"検討", "資料", "研修", "全従業員", "本人", "千恵子", "夫", "ノ", "ケ", "障", "がい者", "する" };

	for (uint64_t n = 3 + next_random(x) % 9; n; n--)
		buf_add(b, str_z(pieces[next_random(x) % (uint64_t)COUNT(pieces)]));
}

static void short_ways_equal(void **state)
{
	static const char signs[] = ",,,,\t;|: .-/()\"#=[]@aZ_";
	static struct trail full, quick;
	uint64_t x = 20260714;

	(void)state;
	for (int round = 0; round < 40; round++) {
		struct scanner *reference = scanner_make(&(struct scan_options){ .kinds = round % 2 ? SCAN_ALL : SCAN_NUMBERS, .min_score = -1, .path = SCAN_PATH_REFERENCE });
		struct scanner *best = scanner_make(&(struct scan_options){ .kinds = round % 2 ? SCAN_ALL : SCAN_NUMBERS, .min_score = -1 });
		struct scan_run *r = scan_run_make(reference, on_trail, &full), *q = scan_run_make(best, on_trail, &quick);
		struct buf b = buf_make(0);
		char sign = ',';

		full.n = quick.n = 0;
		while (b.n < 40000) {
			for (uint64_t cells = next_random(&x) % 10; cells; cells--) {
				if (round % 4 == 3)
					add_run(&b, &x);
				else
					add_cell(&b, &x);
				buf_char(&b, next_random(&x) % 8 ? sign : signs[next_random(&x) % (sizeof signs - 1)]);
			}
			buf_add(&b, next_random(&x) % 9 ? S("\n") : next_random(&x) % 2 ? S("\n\n") : S("\r\n"));
			sign = next_random(&x) % 20 ? sign : signs[next_random(&x) % (sizeof signs - 1)];
		}
		scan_text(r, buf_str(&b));
		scan_text(q, buf_str(&b));
		assert_true(full.n > 100);
		same(&full, &quick);
		buf_free(&b);
		scan_run_free(r);
		scan_run_free(q);
		scanner_free(reference);
		scanner_free(best);
	}
}

/* A run that held nothing, come again where a word for a relative stands before it. */
static void seen_runs(void **state)
{
	(void)state;
	expect("義種を見た。義種を見た。夫の義種は来た。義種を見た。", "person_name:義種");
}

/* A date below a label makes a postal code far behind it on the same line likelier, but for that of the next line. */
static void weak_beside_birth(void **state)
{
	static struct trail full, quick;
	struct scanner *reference = scanner_make(&(struct scan_options){ .kinds = SCAN_NUMBERS, .path = SCAN_PATH_REFERENCE });
	struct scanner *best = scanner_make(&(struct scan_options){ .kinds = SCAN_NUMBERS });
	struct scan_run *r = scan_run_make(reference, on_trail, &full), *q = scan_run_make(best, on_trail, &quick);

	(void)state;
	for (int far = 0; far < 40; far++) {
		struct buf b = buf_make(0);

		for (int line = 0; line < 300; line++) {
			buf_add(&b, line % 6 == 5 ? S("dob\n1971/11/21") : S("20351"));
			for (int k = 0; k < far; k++)
				buf_add(&b, S("\t1946-07-19"));
			buf_add(&b, S("\t264-7574\t123456\t264-7575\t1\n"));
		}
		full.n = quick.n = 0;
		scan_text(r, buf_str(&b));
		scan_text(q, buf_str(&b));
		assert_int_equal(full.n, 50 * 3);
		same(&full, &quick);
		buf_free(&b);
	}
	scan_run_free(r);
	scan_run_free(q);
	scanner_free(reference);
	scanner_free(best);
}

/* A line of many megabytes: everything in it is found, in the memory of one window. */
static void endless_line(void **state)
{
	struct scanner *s = scanner_make(&(struct scan_options){ 0 });
	static struct trail t;
	struct scan_run *r = scan_run_make(s, on_trail, &t);
	struct buf filler = buf_make(0);

	(void)state;
	t.n = 0;
	while (filler.n < 100000)
		buf_lit(&filler, "そのまま続く文字列、");
	for (int i = 0; i < 40; i++) {
		scan_feed(r, buf_str(&filler));
		scan_feed(r, S("電話 03-1234-5678 "));
	}
	scan_end(r);
	assert_int_equal(t.n, 40);
	assert_int_equal(t.f[39].line, 1);
	assert_int_equal(t.f[39].column, 40 * (filler.n / 3) + 39 * 16 + 4);
	buf_free(&filler);
	scan_run_free(r);
	scanner_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values), cmocka_unit_test(one_check_digit), cmocka_unit_test(my_numbers), cmocka_unit_test(lookalikes),
		cmocka_unit_test(cards), cmocka_unit_test(phones), cmocka_unit_test(papers), cmocka_unit_test(mails), cmocka_unit_test(births),
		cmocka_unit_test(names), cmocka_unit_test(shapes), cmocka_unit_test(nobody), cmocka_unit_test(addresses), cmocka_unit_test(hints), cmocka_unit_test(tables),
		cmocka_unit_test(places), cmocka_unit_test(masks), cmocka_unit_test(blocks_equal_whole), cmocka_unit_test(endless_line),
		cmocka_unit_test(paths_equal), cmocka_unit_test(short_ways_equal), cmocka_unit_test(seen_runs), cmocka_unit_test(weak_beside_birth), cmocka_unit_test(parts_equal_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
