/* corpus.c - a synthetic office by seed: mails, minutes, order lists, staff lists, résumés, logs, code; with traps.
 * Names, places and firms are made up from lists of this file, which the scanner does not see. */
#include "tests/accuracy/accuracy.h"
#include <stdio.h>

static uint64_t state;

static uint64_t WRAPS roll(uint64_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state % n;
}
#define PICK(a) ((a)[roll((uint64_t)COUNT(a))])

static const char *const surnames[][3] = {
	{ "佐藤", "サトウ", "Sato" }, { "鈴木", "スズキ", "Suzuki" }, { "高橋", "タカハシ", "Takahashi" }, { "田中", "タナカ", "Tanaka" }, { "伊藤", "イトウ", "Ito" },
	{ "渡辺", "ワタナベ", "Watanabe" }, { "山本", "ヤマモト", "Yamamoto" }, { "中村", "ナカムラ", "Nakamura" }, { "小林", "コバヤシ", "Kobayashi" }, { "加藤", "カトウ", "Kato" },
	{ "吉田", "ヨシダ", "Yoshida" }, { "山田", "ヤマダ", "Yamada" }, { "佐々木", "ササキ", "Sasaki" }, { "松本", "マツモト", "Matsumoto" }, { "井上", "イノウエ", "Inoue" },
	{ "木村", "キムラ", "Kimura" }, { "林", "ハヤシ", "Hayashi" }, { "清水", "シミズ", "Shimizu" }, { "山崎", "ヤマザキ", "Yamazaki" }, { "森", "モリ", "Mori" },
	{ "阿部", "アベ", "Abe" }, { "池田", "イケダ", "Ikeda" }, { "橋本", "ハシモト", "Hashimoto" }, { "石川", "イシカワ", "Ishikawa" }, { "前田", "マエダ", "Maeda" },
	{ "藤田", "フジタ", "Fujita" }, { "後藤", "ゴトウ", "Goto" }, { "長谷川", "ハセガワ", "Hasegawa" }, { "村上", "ムラカミ", "Murakami" }, { "近藤", "コンドウ", "Kondo" },
	{ "坂本", "サカモト", "Sakamoto" }, { "遠藤", "エンドウ", "Endo" }, { "青木", "アオキ", "Aoki" }, { "藤井", "フジイ", "Fujii" }, { "西村", "ニシムラ", "Nishimura" },
	{ "福田", "フクダ", "Fukuda" }, { "三浦", "ミウラ", "Miura" }, { "岡本", "オカモト", "Okamoto" }, { "松田", "マツダ", "Matsuda" }, { "中島", "ナカジマ", "Nakajima" },
	{ "小野寺", "オノデラ", "Onodera" }, { "新垣", "アラガキ", "Aragaki" }, { "比嘉", "ヒガ", "Higa" }, { "東海林", "ショウジ", "Shoji" }, { "服部", "ハットリ", "Hattori" },
	{ "宇都宮", "ウツノミヤ", "Utsunomiya" }, { "五十嵐", "イガラシ", "Igarashi" }, { "大久保", "オオクボ", "Okubo" }, { "本間", "ホンマ", "Homma" }, { "堀", "ホリ", "Hori" },
};
static const char *const givens[][3] = {
	{ "太郎", "タロウ", "Taro" }, { "一郎", "イチロウ", "Ichiro" }, { "健太", "ケンタ", "Kenta" }, { "大輔", "ダイスケ", "Daisuke" }, { "翔太", "ショウタ", "Shota" },
	{ "拓也", "タクヤ", "Takuya" }, { "直樹", "ナオキ", "Naoki" }, { "和也", "カズヤ", "Kazuya" }, { "誠", "マコト", "Makoto" }, { "隆", "タカシ", "Takashi" },
	{ "浩二", "コウジ", "Koji" }, { "雅人", "マサト", "Masato" }, { "蓮", "レン", "Ren" }, { "大翔", "ヒロト", "Hiroto" }, { "悠真", "ユウマ", "Yuma" },
	{ "花子", "ハナコ", "Hanako" }, { "恵子", "ケイコ", "Keiko" }, { "美咲", "ミサキ", "Misaki" }, { "由美子", "ユミコ", "Yumiko" }, { "裕子", "ユウコ", "Yuko" },
	{ "陽子", "ヨウコ", "Yoko" }, { "真理", "マリ", "Mari" }, { "彩香", "アヤカ", "Ayaka" }, { "愛", "アイ", "Ai" }, { "さくら", "サクラ", "Sakura" },
	{ "麻衣", "マイ", "Mai" }, { "千尋", "チヒロ", "Chihiro" }, { "結衣", "ユイ", "Yui" }, { "陽菜", "ヒナ", "Hina" }, { "葵", "アオイ", "Aoi" },
	{ "健一郎", "ケンイチロウ", "Kenichiro" }, { "美穂", "ミホ", "Miho" }, { "智子", "トモコ", "Tomoko" }, { "英樹", "ヒデキ", "Hideki" }, { "博", "ヒロシ", "Hiroshi" },
};
static const char *const towns[] = { "東京都新宿区西新宿", "東京都千代田区丸の内", "東京都世田谷区三軒茶屋", "東京都八王子市明神町", "神奈川県横浜市港北区新横浜", "神奈川県川崎市幸区堀川町",
	"大阪府大阪市中央区本町", "大阪府堺市北区長曽根町", "愛知県名古屋市中村区名駅", "愛知県豊橋市駅前大通", "北海道札幌市北区北七条西", "宮城県仙台市青葉区一番町", "福岡県福岡市中央区天神",
	"京都府京都市下京区四条通", "兵庫県神戸市灘区六甲台町", "広島県広島市中区基町", "千葉県市川市八幡", "埼玉県さいたま市浦和区高砂", "静岡県浜松市中央区板屋町", "沖縄県那覇市泉崎",
	"新潟県新潟市中央区万代", "長野県松本市中央", "岡山県岡山市北区表町", "熊本県熊本市中央区水前寺", "三重県四日市市諏訪町", "茨城県つくば市吾妻", "岐阜県大垣市郭町",
	"青森県八戸市大字十日市", "鹿児島県鹿児島市山下町", "和歌山県和歌山市七番丁" };
static const char *const buildings[] = { "", "", "", " グリーンハイツ203", "　第三本町ビル5階", " メゾン青葉101号室", "サンプラザ702", " 4F" };
static const char *const firms[] = { "本田技研工業", "松下電器", "鈴木商事株式会社", "株式会社高橋製作所", "佐藤運輸", "山田病院", "田中精密工業", "小林製薬", "伊藤忠商事", "大林組",
	"武田薬品", "野村総研", "前田建設", "石川島", "森永乳業", "三菱商事", "清水建設", "藤田観光", "中村屋", "村上書店" };
static const char *const roles[] = { "部長", "課長", "係長", "主任", "社長", "様", "さん", "氏", "先生", "専務" };

struct person { const char *const *s, *const *g; };

static struct person person(void)
{
	struct person p = { surnames[roll(COUNT(surnames))], givens[roll(COUNT(givens))] };

	return p;
}

void label_value(struct labelled *l, enum scan_kind kind, const char *value)
{
	ptrdiff_t at = l->text.n;

	buf_add(&l->text, str_z(value));
	if (l->n < TRUTH_MAX)
		l->t[l->n++] = (struct truth){ kind, at, l->text.n };
}

static void say(struct labelled *l, const char *text)
{
	buf_add(&l->text, str_z(text));
}

/* ---- values ---- */

static void full_name(struct labelled *l, struct person p, const char *gap)
{
	char t[64];

	snprintf(t, sizeof t, "%s%s%s", p.s[0], gap, p.g[0]);
	label_value(l, SCAN_person_name, t);
}

static const char *spelt(char *out, const char *digits)
{
	static const char *const wide[] = { "０", "１", "２", "３", "４", "５", "６", "７", "８", "９" };
	static const char *const dashes[] = { "－", "−", "‐", "ー", "―" };
	const char *dash = PICK(dashes);
	char *to = out;

	if (roll(6)) {
		memcpy(out, digits, strlen(digits) + 1);
		return out;
	}
	for (const char *p = digits; *p; p++) {
		const char *sign = *p == '-' ? dash : *p == ' ' ? "　" : wide[*p - '0'];
		memcpy(to, sign, strlen(sign));
		to += strlen(sign);
	}
	*to = 0;
	return out;
}

static unsigned check_of(const char *eleven)
{
	static const int w[] = { 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2 };
	unsigned sum = 0;

	for (int i = 0; i < 11; i++)
		sum += (unsigned)(w[i] * (eleven[i] - '0'));
	return sum % 11 <= 1 ? 0 : 11 - sum % 11;
}

static void my_number(struct labelled *l)
{
	char d[16], t[80], g[20];

	snprintf(d, sizeof d, "%011llu", (unsigned long long)(10000000000u + roll(89999999999u)));
	snprintf(d + 11, 2, "%u", check_of(d));
	if (roll(2))
		snprintf(g, sizeof g, "%.4s%s%.4s%s%.4s", d, roll(2) ? "-" : " ", d + 4, "-", d + 8);
	else
		snprintf(g, sizeof g, "%s", d);
	if (strchr(g, ' '))
		g[9] = ' ';
	label_value(l, SCAN_my_number, spelt(t, g));
}

static void phone(struct labelled *l)
{
	static const char *const area[] = { "03-%04d-%04d", "06-%04d-%04d", "045-%03d-%04d", "0422-%02d-%04d", "090-%04d-%04d", "080-%04d-%04d", "070-%04d-%04d", "050-%04d-%04d" };
	static const int first[] = { 10000, 10000, 1000, 100, 10000, 10000, 10000, 10000 };
	int k = (int)roll(COUNT(area));
	char d[32], t[120];

	/* the format comes from the table above */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(d, sizeof d, area[k], (int)roll((uint64_t)first[k] * 8 / 10) + first[k] / 10, (int)roll(10000));
#pragma GCC diagnostic pop
	label_value(l, SCAN_phone, spelt(t, d));
}

static void card(struct labelled *l)
{
	static const char *const cards[] = { "4242424242424242", "4012888888881881", "5105105105105100", "5555555555554444", "3530111333300000", "4111111111111111" };
	const char *c = PICK(cards);
	char t[32];

	snprintf(t, sizeof t, roll(2) ? "%.4s-%.4s-%.4s-%.4s" : "%.4s %.4s %.4s %.4s", c, c + 4, c + 8, c + 12);
	label_value(l, SCAN_credit_card, roll(3) ? t : c);
}

static void postal(struct labelled *l, const char *mark)
{
	char d[16], t[64], whole[80];

	snprintf(d, sizeof d, "%03d-%04d", 10 + (int)roll(980), (int)roll(10000));
	snprintf(whole, sizeof whole, "%s%s", mark, spelt(t, d));
	label_value(l, SCAN_postal, whole);
}

static void address(struct labelled *l)
{
	char t[160], n[40];
	int a = 1 + (int)roll(8), b = 1 + (int)roll(30), c = 1 + (int)roll(40);

	switch (roll(4)) {
	case 0: snprintf(n, sizeof n, "%d丁目%d番%d号", a, b, c); break;
	case 1: snprintf(n, sizeof n, "%d-%d-%d", a, b, c); break;
	case 2: snprintf(n, sizeof n, "%d丁目%d－%d", a, b, c); break;
	default: snprintf(n, sizeof n, "%d番地%d", b, c); break;
	}
	snprintf(t, sizeof t, "%s%s%s", PICK(towns), n, PICK(buildings));
	label_value(l, SCAN_address, t);
}

static void email(struct labelled *l, struct person p)
{
	static const char *const hosts[] = { "example.co.jp", "example.jp", "mail.example.com", "example.or.jp" };
	char t[80];

	snprintf(t, sizeof t, "%s.%s@%s", p.g[2], p.s[2], PICK(hosts));
	for (char *c = t; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c + 32);
	label_value(l, SCAN_email, t);
}

static void birth(struct labelled *l)
{
	int y = 1950 + (int)roll(55), m = 1 + (int)roll(12), d = 1 + (int)roll(28);
	char t[40];

	switch (roll(4)) {
	case 0: snprintf(t, sizeof t, "%d年%d月%d日", y, m, d); break;
	case 1: snprintf(t, sizeof t, "%d/%02d/%02d", y, m, d); break;
	case 2: snprintf(t, sizeof t, y < 1989 ? "昭和%d年%d月%d日" : "平成%d年%d月%d日", y < 1989 ? y - 1925 : y - 1988 , m, d); break;
	default: snprintf(t, sizeof t, y < 1989 ? "S%d.%d.%d" : "H%d.%d.%d", y < 1989 ? y - 1925 : y - 1988, m, d); break;
	}
	label_value(l, SCAN_date_of_birth, t);
}

/* ---- traps ---- */

static void trap(struct labelled *l)
{
	char t[160];
	unsigned long long big = 100000000000u + roll(899999999999u);

	switch (roll(22)) {
	case 0: snprintf(t, sizeof t, "お問い合わせ番号 %012llu の荷物は配達済みです。\n", big); break;
	case 1: snprintf(t, sizeof t, "伝票番号：%04d-%04d-%04d\n", (int)roll(10000), (int)roll(10000), (int)roll(10000)); break;
	case 2: snprintf(t, sizeof t, "JANコード 49%011llu\n", big / 10); break;
	case 3: snprintf(t, sizeof t, "合計金額は%llu円です。\n", big); break;
	case 4: snprintf(t, sizeof t, "型番 KX-%04d-%04d を発注しました。\n", (int)roll(10000), (int)roll(10000)); break;
	case 5: snprintf(t, sizeof t, "更新日 2026%02d%02d\n", 1 + (int)roll(12), 1 + (int)roll(28)); break;
	case 6: snprintf(t, sizeof t, "%sとの契約を更新する。\n", PICK(firms)); break;
	case 7: snprintf(t, sizeof t, "%sの担当窓口に連絡した。\n", PICK(firms)); break;
	case 8: snprintf(t, sizeof t, "打合せは2026年%d月%d日に行う。\n", 1 + (int)roll(12), 1 + (int)roll(28)); break;
	case 9: snprintf(t, sizeof t, "登録番号 T7000012050002\n"); break;
	case 10: snprintf(t, sizeof t, "石川県と福島県の拠点を統合する。\n"); break;
	case 11: snprintf(t, sizeof t, "サーバー 10.%d.%d.%d へ接続できない。\n", (int)roll(255), (int)roll(255), (int)roll(255)); break;
	case 12: snprintf(t, sizeof t, "注文番号 %llu を受け付けました。\n", big); break;
	case 13: snprintf(t, sizeof t, "管理番号：%012llu\n", big); break;
	case 14: snprintf(t, sizeof t, "千葉市内の倉庫と大阪の店舗を結ぶ便を増やす。\n"); break;
	case 15: snprintf(t, sizeof t, "参考図書 ISBN978-4-%02d-%06d-%d\n", (int)roll(100), (int)roll(1000000), (int)roll(10)); break;
	case 16: snprintf(t, sizeof t, "ヤマト運輸 %04d-%04d-%04d で発送済み。\n", (int)roll(10000), (int)roll(10000), (int)roll(10000)); break;
	case 17: snprintf(t, sizeof t, "部品番号 03-%04d-%04d を2個\n", (int)roll(10000), (int)roll(10000)); break;
	case 18: snprintf(t, sizeof t, "JAN: 49%06d（8桁）\n", (int)roll(1000000)); break;
	case 19: snprintf(t, sizeof t, "￥%d,%03d,%03d.-（税込）\n", 1 + (int)roll(999), (int)roll(1000), (int)roll(1000)); break;
	case 20: snprintf(t, sizeof t, "シリアル番号：%04d%04d%04d、ロット %08d\n", (int)roll(10000), (int)roll(10000), (int)roll(10000), (int)roll(100000000)); break;
	default: snprintf(t, sizeof t, "売上高 1,%03d,%03d,%03d 円（前年比 103.2%%）\n", (int)roll(1000), (int)roll(1000), (int)roll(1000)); break;
	}
	say(l, t);
}

/* ---- documents ---- */

static void titled(struct labelled *l, struct person p)
{
	if (roll(2))
		full_name(l, p, roll(2) ? "" : roll(2) ? " " : "　");
	else
		label_value(l, SCAN_person_name, p.s[0]);
	say(l, PICK(roles));
}

static void mail(struct labelled *l)
{
	struct person a = person(), b = person();

	say(l, "件名：お打合せの件\n\n");
	titled(l, a);
	say(l, "\n\nいつもお世話になっております。\n");
	say(l, PICK(firms));
	say(l, "の");
	label_value(l, SCAN_person_name, b.s[0]);
	say(l, "と申します。\n資料の送付先を下記のとおりお知らせいたします。\n\n");
	postal(l, "〒");
	say(l, "\n");
	address(l);
	say(l, "\n\n");
	trap(l);
	say(l, "\n--\n");
	full_name(l, b, roll(2) ? " " : "");
	say(l, "\nTEL: ");
	phone(l);
	say(l, "\nE-mail: ");
	email(l, b);
	say(l, "\n");
}

static void minutes(struct labelled *l)
{
	say(l, "営業会議 議事録\n日時：2026年11月20日 15:00\n出席者：");
	for (int i = 0, n = 2 + (int)roll(4); i < n; i++) {
		struct person p = person();

		if (i)
			say(l, "、");
		if (roll(2))
			full_name(l, p, "");
		else
			label_value(l, SCAN_person_name, p.s[0]);
	}
	say(l, "\n\n");
	for (int i = 0; i < 4; i++) {
		titled(l, person());
		say(l, roll(2) ? "より、来期の予算について説明があった。\n" : "から在庫の状況が報告された。\n");
		trap(l);
	}
}

static void orders(struct labelled *l)
{
	say(l, "注文番号,商品コード,JAN,数量,金額,お届け先氏名,郵便番号,住所,電話番号\n");
	for (int i = 0; i < 6; i++) {
		char t[120];

		snprintf(t, sizeof t, "%012llu,AB-%05d,49%011llu,%d,%d,", 100000000000u + (unsigned long long)roll(899999999999u), (int)roll(100000),
			10000000000u + (unsigned long long)roll(89999999999u), 1 + (int)roll(20), (int)roll(1000000));
		say(l, t);
		full_name(l, person(), roll(2) ? " " : "");
		say(l, ",");
		postal(l, "");
		say(l, ",");
		address(l);
		say(l, ",");
		phone(l);
		say(l, "\n");
	}
}

static void staff(struct labelled *l)
{
	say(l, "社員番号\t氏名\tフリガナ\t生年月日\t個人番号\t基礎年金番号\tメールアドレス\n");
	for (int i = 0; i < 6; i++) {
		struct person p = person();
		char t[80];

		snprintf(t, sizeof t, "%06d\t", (int)roll(1000000));
		say(l, t);
		full_name(l, p, roll(2) ? "　" : " ");
		say(l, "\t");
		snprintf(t, sizeof t, "%s %s", p.s[1], p.g[1]);
		label_value(l, SCAN_person_name, t);
		say(l, "\t");
		birth(l);
		say(l, "\t");
		my_number(l);
		say(l, "\t");
		snprintf(t, sizeof t, "%04d-%06d", (int)roll(10000), (int)roll(1000000));
		label_value(l, SCAN_pension_number, t);
		say(l, "\t");
		email(l, p);
		say(l, "\n");
	}
}

static void resume(struct labelled *l)
{
	struct person p = person();
	char t[80];

	say(l, "履歴書\n氏名：");
	full_name(l, p, " ");
	say(l, "\nふりがな：");
	snprintf(t, sizeof t, "%s %s", p.s[1], p.g[1]);
	label_value(l, SCAN_person_name, t);
	say(l, "\n生年月日：");
	birth(l);
	say(l, "\n現住所：");
	postal(l, "〒");
	say(l, " ");
	address(l);
	say(l, "\n携帯電話：");
	phone(l);
	say(l, "\n学歴 2004年3月 東京大学卒業\n職歴 2004年4月 株式会社本間商店入社\n");
	if (roll(2)) {
		say(l, "免許証番号 ");
		label_value(l, SCAN_driver_licence, "309012345620");
		say(l, "\n");
	}
	if (roll(2)) {
		say(l, "在留カード番号：");
		label_value(l, SCAN_residence_card, "AB12345678CD");
		say(l, "\n旅券番号：");
		label_value(l, SCAN_passport, "TK1234567");
		say(l, "\n");
	}
	if (roll(2)) {
		say(l, "雇用保険被保険者番号：");
		snprintf(t, sizeof t, "%04d-%06d-%d", (int)roll(10000), (int)roll(1000000), (int)roll(10));
		label_value(l, SCAN_employment_insurance, t);
		say(l, "\n住民票コード：");
		snprintf(t, sizeof t, "%011llu", (unsigned long long)roll(100000000000u));
		label_value(l, SCAN_resident_code, t);
		say(l, "\n保険者番号 ");
		label_value(l, SCAN_insurer_number, "33120015");
		say(l, "\n");
	}
	say(l, "振込先：みずほ銀行 本店 普通 ");
	snprintf(t, sizeof t, "%07d", (int)roll(10000000));
	label_value(l, SCAN_bank_account, t);
	say(l, "\nカード番号：");
	card(l);
	say(l, "\n");
}

static void notes(struct labelled *l)
{
	static const char *const hints[] = { "病歴", "既往歴", "障害者手帳", "健康診断結果", "前科", "犯罪歴", "生活保護", "信条" };

	for (int i = 0; i < 4; i++) {
		say(l, "本人の");
		label_value(l, SCAN_sensitive_hint, PICK(hints));
		say(l, "に関する書類は鍵の掛かる棚に保管する。\n");
		trap(l);
	}
	say(l, "マイナンバー（");
	my_number(l);
	say(l, "）を取得した。\n");
}

static void logs(struct labelled *l)
{
	char t[200];

	for (int i = 0; i < 8; i++) {
		snprintf(t, sizeof t, "2026-11-20T10:%02d:%02d.%03dZ INFO [worker-%d] request_id=%016llx took %d ms size=%d\n", (int)roll(60), (int)roll(60), (int)roll(1000),
			(int)roll(64), (unsigned long long)roll(UINT64_MAX), (int)roll(10000), (int)roll(100000000));
		say(l, t);
		snprintf(t, sizeof t, "session %012llu order %08d user_id %010d\n", (unsigned long long)roll(1000000000000u), (int)roll(100000000), (int)roll(1000000000));
		say(l, t);
	}
	say(l, "login failed for ");
	email(l, person());
	say(l, " from 203.0.113.7\n");
}

static void code(struct labelled *l)
{
	char t[200];

	say(l, "/* table of constants */\nstatic const uint64_t k[] = {\n");
	for (int i = 0; i < 6; i++) {
		snprintf(t, sizeof t, "\t%llu, 0x%08llx, %d,\n", (unsigned long long)roll(10000000000000u), (unsigned long long)roll(4294967296u), (int)roll(100000000));
		say(l, t);
	}
	say(l, "};\n@Override public String toString() { return name@hash; }\ngit clone git@example.com:team/app.git\nimport { x } from '@scope/pkg@1.2.3';\n");
	trap(l);
}

void corpus_document(struct labelled *l, uint64_t seed)
{
	static void (*const kinds[])(struct labelled *) = { mail, minutes, orders, staff, resume, notes, logs, code };

	state = seed * 2654435761u + 88172645463325252u;
	for (int i = 0; i < 4; i++)
		roll(2);
	l->text = buf_make(1 << 20);
	l->n = 0;
	kinds[seed % COUNT(kinds)](l);
}
