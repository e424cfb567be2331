/* classify_test.c - incidents of every kind, and what must hold for all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/num.h"
#include "base/test_shared.h"
#include "domain/incident/classify_json.h"
#include "format/csv.h"

#define TODAY date_make(2026, 11, 22)

static struct arena arena;
static const struct incident_words *words;

static int set_up(void **state)
{
	(void)state;
	arena = arena_make(0);
	words = incident_words_make(&arena);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(&arena);
	return 0;
}

/* A verdict in one line: Rule 7 nos. 1-4, My Number i-iv, preliminary and final to the reviewing body, days. */
static void summary(const struct incident_verdict *v, char ret[32])
{
	static const char sign[] = { [ANSWER_NO] = '-', [ANSWER_UNDECIDED] = 'u', [ANSWER_YES] = 'Y' };

	snprintf(ret, 32, "%c%c%c%c %c%c%c%c %c%c %d", sign[v->ppc[0]], sign[v->ppc[1]], sign[v->ppc[2]], sign[v->ppc[3]], sign[v->my_number[0]],
		sign[v->my_number[1]], sign[v->my_number[2]], sign[v->my_number[3]], sign[v->mark_preliminary], sign[v->mark_final], v->final_days);
}

static enum status classify(const char *json, struct incident_verdict *ret)
{
	struct problems ps = { .a = &arena };
	struct unknown_members unknown;
	struct incident_facts f;
	struct js *j;

	TRY(js_parse(&arena, str_z(json), &ps, &j));
	TRY(incident_facts_read(&arena, j, S(""), &ps, &f, &unknown));
	incident_classify(words, &arena, &f, TODAY, ret);
	return ST_OK;
}

/* Made up for this test; each line is one thing that is easily got wrong. */
#define BASE "\"known\":\"2026-03-02\",\"occurred\":\"2026-03-01\",\"my_number\":false,"
#define PLAIN_CASE BASE "\"sensitive\":\"no\",\"financial\":\"no\",\"improper_purpose\":\"no\","
static const struct { const char *json, *expected; } cases[] = {
	{ "{}", "uuuu uuuu uu 0" },
	{ "{\"persons_max\":0}", "---- ---- -- 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1}", "---- ---- -Y 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1000}", "---- ---- -Y 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1001}", "---Y ---- YY 30" },
	{ "{" PLAIN_CASE "\"medium\":\"paper\"}", "---u ---- uu 0" },
	/* sensitive */
	{ "{" BASE "\"persons_max\":1,\"sensitive\":\"yes\",\"financial\":\"no\",\"improper_purpose\":\"no\"}", "Y--- ---- YY 30" },
	{ "{" BASE "\"persons_max\":1,\"sensitive\":\"uncertain\",\"financial\":\"no\",\"improper_purpose\":\"no\"}", "u--- ---- uY 0" },
	{ "{" BASE "\"persons_max\":5,\"items\":[\"氏名\",\"社員番号\",\"健康診断結果\"],\"improper_purpose\":\"no\"}", "Y--- ---- YY 30" },
	{ "{" BASE "\"persons_max\":5,\"items\":[\"氏名\",\"健康診断未受診者\"],\"improper_purpose\":\"no\"}", "---- ---- -Y 0" },
	{ "{" BASE "\"persons_max\":5,\"items\":[\"name\",\"health check not taken\"],\"improper_purpose\":\"no\"}", "---- ---- -Y 0" },
	{ "{" BASE "\"persons_max\":5,\"items\":[\"氏名\",\"健康診断\"],\"improper_purpose\":\"no\"}", "u--- ---- uY 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"氏名\",\"病院を受診した事実\"],\"improper_purpose\":\"no\"}", "Y--- ---- YY 30" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"患者の氏名\"],\"improper_purpose\":\"no\",\"financial\":\"no\"}", "u--- ---- uY 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"国籍\",\"本籍\",\"生年月日\"],\"improper_purpose\":\"no\"}", "---- ---- -Y 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"健康保険証\",\"被保険者証記号番号\"],\"improper_purpose\":\"no\"}", "---- ---- -Y 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"労働組合への加入\"],\"improper_purpose\":\"no\"}", "---- ---- uY 0" },
	{ "{" BASE "\"persons_max\":1,\"sensitive\":\"no\",\"items\":[\"診断書\"],\"improper_purpose\":\"no\"}", "Y--- ---- YY 30" },
	{ "{" BASE "\"persons_max\":1,\"sensitive\":\"no\",\"items\":[\"外来患者の病名一覧\"],\"improper_purpose\":\"no\","
		"\"financial\":\"no\"}", "u--- ---- uY 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"氏名等\"],\"improper_purpose\":\"no\"}", "uu-- ---- uY 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"氏名、住所、電話番号\"],\"improper_purpose\":\"no\"}", "---- ---- -Y 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"お客様の氏名\",\"telephone (home)\",\"ＴＥＬＥＰＨＯＮＥ\",\"E-mail Address\"],"
		"\"improper_purpose\":\"no\"}", "---- ---- -Y 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"社外秘の一覧表\"],\"improper_purpose\":\"no\"}", "uu-- ---- uY 0" },
	/* financial */
	{ "{" BASE "\"persons_max\":1,\"items\":[\"クレジットカード番号\"],\"improper_purpose\":\"no\"}", "-Y-- ---- YY 30" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"card number\",\"holder\"],\"improper_purpose\":\"no\"}", "-Y-- ---- YY 30" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"クレジットカード番号の下4桁\",\"有効期限\"],\"improper_purpose\":\"no\"}", "-u-- ---- uY 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"クレジットカード番号（下４桁）\"],\"improper_purpose\":\"no\"}", "-u-- ---- uY 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"Credit card number (last four digits)\"],\"improper_purpose\":\"no\"}", "-u-- ---- uY 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"ログインID\"],\"improper_purpose\":\"no\"}", "-u-- ---- uY 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"ログインID\",\"パスワード\"],\"improper_purpose\":\"no\"}", "-u-- ---- uY 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"ログインID\",\"パスワード\"],\"financial\":\"no\",\"improper_purpose\":\"no\"}", "---- ---- -Y 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"ログインIDとパスワード\"],\"financial\":\"yes\",\"improper_purpose\":\"no\"}", "-Y-- ---- YY 30" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"ネットバンキングのIDとパスワード\"],\"improper_purpose\":\"no\"}", "-Y-- ---- YY 30" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"氏名\",\"口座番号\"],\"improper_purpose\":\"no\"}", "-u-- ---- uY 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"氏名\",\"口座番号\"],\"financial\":\"no\",\"improper_purpose\":\"no\"}", "---- ---- -Y 0" },
	{ "{" BASE "\"persons_max\":1,\"items\":[\"カード番号\"],\"financial\":\"no\",\"improper_purpose\":\"no\"}", "-Y-- ---- YY 30" },
	/* improper purpose */
	{ "{" BASE "\"persons_max\":1,\"sensitive\":\"no\",\"financial\":\"no\",\"improper_purpose\":\"yes\"}", "--Y- ---- YY 60" },
	{ "{" BASE "\"persons_max\":2000,\"sensitive\":\"yes\",\"financial\":\"yes\",\"improper_purpose\":\"yes\"}", "YYYY ---- YY 60" },
	{ "{" BASE "\"persons_max\":1,\"sensitive\":\"no\",\"financial\":\"no\",\"improper_purpose\":\"uncertain\"}", "--u- ---- uY 0" },
	{ "{" BASE "\"persons_max\":1,\"sensitive\":\"no\",\"financial\":\"no\",\"event\":\"ランサムウェアに感染\"}", "--u- ---- uY 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1,\"event\":\"ランサムウェアによりファイルが暗号化された\"}", "--u- ---- uY 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1,\"event\":\"laptop stolen from a car\"}", "--u- ---- uY 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1,\"cause\":\"盗難ではなく置き忘れ\"}", "---- ---- -Y 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1,\"cause\":\"盗難ではない可能性がある\"}", "--u- ---- uY 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1,\"description\":\"クレジットカード情報は含まれておりません。\"}", "---- ---- -Y 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1,\"description\":\"credit card data were not included\"}", "---- ---- -Y 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1,\"description\":\"クレジットカード情報が含まれていた\"}", "-u-- ---- uY 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1,\"description\":\"不正アクセスを検知できていない\"}", "--u- ---- uY 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1,\"description\":\"customers were notified of the phishing\"}", "--u- ---- uY 0" },
	/* the norm of the day */
	{ "{\"known\":\"2022-03-31\",\"occurred\":\"2022-03-31\",\"my_number\":false,\"persons_max\":5000,\"sensitive\":\"yes\"}", "---- ---- uY 0" },
	{ "{\"known\":\"2022-04-01\",\"occurred\":\"2022-04-01\",\"my_number\":false,\"persons_max\":5000,\"sensitive\":\"yes\","
		"\"financial\":\"no\",\"improper_purpose\":\"no\"}", "Y--Y ---- YY 30" },
	{ "{\"known\":\"2022-04-01\",\"occurred\":\"2022-03-31\",\"my_number\":false,\"persons_max\":5000,\"sensitive\":\"yes\","
		"\"financial\":\"no\",\"improper_purpose\":\"no\"}", "u--u ---- uY 0" },
	{ "{\"known\":\"2022-04-01\",\"my_number\":false,\"persons_max\":5000,\"sensitive\":\"no\",\"financial\":\"no\","
		"\"improper_purpose\":\"no\"}", "---Y ---- YY 30" },
	{ "{\"occurred\":\"2022-03-31\",\"my_number\":false,\"persons_max\":5000,\"sensitive\":\"no\",\"financial\":\"no\","
		"\"improper_purpose\":\"no\"}", "---- ---- uY 0" },
	{ "{\"known\":\"2024-03-31\",\"my_number\":false,\"persons_max\":9,\"sensitive\":\"no\",\"financial\":\"no\","
		"\"improper_purpose\":\"yes\"}", "--Y- ---- YY 60" },
	{ "{\"known\":\"2024-03-31\",\"my_number\":false,\"persons_max\":9,\"sensitive\":\"no\",\"financial\":\"no\","
		"\"improper_purpose\":\"yes\",\"event\":\"web skimming on the order form\"}", "--u- ---- uY 0" },
	{ "{\"known\":\"2024-04-01\",\"my_number\":false,\"persons_max\":9,\"sensitive\":\"no\",\"financial\":\"no\","
		"\"improper_purpose\":\"yes\",\"event\":\"web skimming on the order form\"}", "--Y- ---- YY 60" },
	{ "{\"occurred\":\"2024-03-20\",\"known\":\"2024-04-05\",\"my_number\":false,\"persons_max\":9,\"sensitive\":\"no\","
		"\"financial\":\"no\",\"improper_purpose\":\"yes\",\"event\":\"入力フォームの改ざん\"}", "--u- ---- uY 0" },
	{ "{\"known\":\"令和8年3月2日\",\"my_number\":false,\"persons_max\":1001,\"sensitive\":\"no\",\"financial\":\"no\","
		"\"improper_purpose\":\"no\"}", "---Y ---- YY 30" },
	/* exclusions */
	{ "{" PLAIN_CASE "\"persons_max\":1001,\"encrypted\":\"high_grade\"}", "---u ---- uY 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1001,\"encrypted\":\"weak\"}", "---Y ---- YY 30" },
	{ "{" PLAIN_CASE "\"persons_max\":1001,\"encrypted\":\"unknown\"}", "---Y ---- YY 30" },
	{ "{" PLAIN_CASE "\"persons_max\":1001,\"recovered_unseen\":true}", "---u ---- uY 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1001,\"recovered_unseen\":false}", "---Y ---- YY 30" },
	{ "{" PLAIN_CASE "\"persons_max\":1001,\"copy_exists\":true}", "---u ---- uY 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1001,\"copy_exists\":true,\"readable_by_unspecified_many\":true}", "---Y ---- YY 30" },
	{ "{" PLAIN_CASE "\"persons_max\":10,\"encrypted\":\"high_grade\",\"recovered_unseen\":true}", "---- ---- -Y 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1001,\"entrusted\":true}", "---Y ---- YY 30" },
	/* public sector */
	{ "{" PLAIN_CASE "\"persons_max\":100,\"sector\":\"public\"}", "---- ---- -Y 0" },
	{ "{" PLAIN_CASE "\"persons_max\":101,\"sector\":\"public\"}", "---u ---- -Y 0" },
	{ "{" PLAIN_CASE "\"persons_max\":1001,\"sector\":\"public\"}", "---Y ---- YY 30" },
	{ "{\"known\":\"2022-06-22\",\"my_number\":false,\"persons_max\":5000,\"sensitive\":\"no\",\"financial\":\"no\","
		"\"improper_purpose\":\"no\",\"sector\":\"public\"}", "---u ---- YY 0" },
	/* My Number */
	{ "{\"known\":\"2026-03-02\",\"persons_max\":101,\"items\":[\"氏名\",\"マイナンバー\"],\"improper_purpose\":\"no\","
		"\"number_system\":false,\"readable_by_unspecified_many\":false}", "---- ---u uY 0" },
	{ "{\"known\":\"2026-03-02\",\"persons_max\":100,\"items\":[\"氏名\",\"マイナンバー\"],\"improper_purpose\":\"no\","
		"\"number_system\":false,\"readable_by_unspecified_many\":false}", "---- ---- -Y 0" },
	{ "{\"known\":\"2026-03-02\",\"persons_max\":200,\"my_number\":true,\"my_number_persons_max\":100,\"sensitive\":\"no\","
		"\"financial\":\"no\",\"improper_purpose\":\"no\",\"number_system\":false,"
		"\"readable_by_unspecified_many\":false}", "---- ---- -Y 0" },
	{ "{\"known\":\"2026-03-02\",\"persons_max\":200,\"my_number\":true,\"my_number_persons_max\":101,\"sensitive\":\"no\","
		"\"financial\":\"no\",\"improper_purpose\":\"no\",\"number_system\":false,"
		"\"readable_by_unspecified_many\":false}", "---- ---Y YY 30" },
	{ "{\"known\":\"2026-03-02\",\"persons_max\":1,\"my_number\":true,\"my_number_persons_max\":1,\"sensitive\":\"no\","
		"\"financial\":\"no\",\"improper_purpose\":\"yes\",\"number_system\":false,"
		"\"readable_by_unspecified_many\":false}", "--Y- -Y-- YY 60" },
	{ "{\"known\":\"2026-03-02\",\"persons_max\":1,\"my_number\":true,\"my_number_persons_max\":1,\"sensitive\":\"no\","
		"\"financial\":\"no\",\"improper_purpose\":\"no\",\"number_system\":true,"
		"\"readable_by_unspecified_many\":true}", "---- Y-Y- YY 30" },
	{ "{\"known\":\"2026-03-02\",\"persons_max\":1,\"my_number\":true,\"sensitive\":\"no\",\"financial\":\"no\","
		"\"improper_purpose\":\"no\",\"number_system\":false,\"medium\":\"paper\"}", "---- ---- -Y 0" },
	{ "{\"known\":\"2026-03-02\",\"persons_max\":1,\"my_number\":true,\"my_number_persons_max\":200,\"sensitive\":\"no\","
		"\"financial\":\"no\",\"improper_purpose\":\"no\",\"number_system\":true,\"encrypted\":\"high_grade\","
		"\"readable_by_unspecified_many\":false}", "---- u--u uY 0" },
	{ "{\"known\":\"2018-03-02\",\"persons_max\":200,\"my_number\":true,\"my_number_persons_max\":200,\"sensitive\":\"no\","
		"\"financial\":\"no\",\"improper_purpose\":\"yes\",\"number_system\":false,"
		"\"readable_by_unspecified_many\":false}", "---- -u-Y uY 30" },
	{ "{\"known\":\"2015-12-31\",\"persons_max\":200,\"my_number\":true,\"my_number_persons_max\":200,\"sensitive\":\"no\","
		"\"financial\":\"no\",\"improper_purpose\":\"yes\",\"number_system\":true}", "---- ---- uY 0" },
	{ "{" PLAIN_CASE "\"persons_max\":5,\"my_number_persons_max\":5}", "---- u-u- uY 0" },       /* denied and counted */
	{ "{" PLAIN_CASE "\"persons_max\":5,\"description\":\"マイナンバーが写り込んだ\"}", "---- u-u- uY 0" },
	{ "{" PLAIN_CASE "\"persons_max\":500,\"my_number_persons_max\":2000}", "---u u-uu uY 0" },
	{ "{\"persons_max\":0,\"my_number\":true,\"my_number_persons_max\":3}", "---- uuuu uu 0" },
	{ "{\"persons_max\":0,\"sensitive\":\"yes\",\"improper_purpose\":\"yes\"}", "u--- ---- uu 0" },
	{ "{\"persons_max\":0,\"improper_purpose\":\"yes\",\"items\":[\"法人番号\"]}", "---- ---- -- 0" },
};

/* REQ: INC-25, INC-26, INC-27, INC-28, INC-29, INC-30, INC-31, INC-32, INC-33, INC-34 */
static void test_cases(void **state)
{
	int wrong = 0;

	(void)state;
	for (int i = 0; i < COUNT(cases); i++) {
		struct incident_verdict v;
		char got[32];
		assert_int_equal(classify(cases[i].json, &v), ST_OK);
		summary(&v, got);
		if (strcmp(got, cases[i].expected) != 0) {
			print_message("%s\n  got      %s\n  expected %s\n", cases[i].json, got, cases[i].expected);
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

static void test_refusals(void **state)
{
	static const char *const bad[] = {
		"", "{", "[", "3", "\"x\"", "{\"persons_max\":-1}", "{\"persons_max\":\"many\"}", "{\"persons_max\":1.5}",
			"{\"known\":\"2026-02-30\"}", "{\"known\":20260302}",
		"{\"known\":\"令和8年\"}", "{\"sensitive\":\"maybe\"}", "{\"sensitive\":true}", "{\"sector\":\"city\"}",
			"{\"medium\":\"fax\"}", "{\"items\":\"氏名\"}", "{\"items\":[1]}",
		"{\"my_number\":\"yes\"}", "{\"encrypted\":true}", "{\"entrusted\":1}", "{\"event\":{}}",
			"{\"persons_max\":1,\"persons_max\":2}", "{} {}",
	};
	struct incident_verdict v;

	(void)state;
	for (int i = 0; i < COUNT(bad); i++)
		if (classify(bad[i], &v) != ST_BAD_INPUT)
			fail_msg("accepted %s", bad[i]);
	assert_int_equal(classify("{\"persons_max\":null,\"items\":null,\"known\":null,\"note\":3}", &v), ST_OK);
}

/* ---- what holds for every incident ---- */

static uint64_t dice = 88172645463325252u;

WRAPS static int throw(int sides)
{
	dice ^= dice << 13;
	dice ^= dice >> 7;
	dice ^= dice << 17;
	return (int)(dice % (uint64_t)sides);
}

static struct incident_facts any_facts(void)
{
	static const int64_t counts[] = { -1, 0, 1, 100, 101, 1000, 1001, 460000 };
	static const struct civil days[] = { { 2015, 6, 1 }, { 2018, 6, 1 }, { 2022, 3, 31 }, { 2022, 4, 1 },
		{ 2023, 3, 31 }, { 2024, 3, 31 }, { 2024, 4, 1 }, { 2026, 3, 2 } };
	static const struct str items[] = {
		SLIT("氏名"), SLIT("診断書"), SLIT("カード番号"), SLIT("ログインID"), SLIT("パスワード"), SLIT("マイナンバー"), SLIT("性的指向"), SLIT("謎の項目"),
			SLIT("会社名"), SLIT("検査結果"),
	};
	struct incident_facts f = incident_facts_none();

	if (throw(4)) {
		struct civil c = days[throw(COUNT(days))];
		f.known = date_make(c.year, c.month, c.day);
	}
	if (throw(4)) {
		struct civil c = days[throw(COUNT(days))];
		f.occurred = date_make(c.year, c.month, c.day);
	}
	f.sector = throw(4) ? SECTOR_PRIVATE : SECTOR_PUBLIC;
	f.persons_max = counts[throw(COUNT(counts))];
	f.my_number_persons_max = counts[throw(COUNT(counts))];
	f.sensitive = (enum fact)throw(4);
	f.financial = (enum fact)throw(4);
	f.improper_purpose = (enum fact)throw(4);
	f.my_number = throw(3) ? (throw(2) ? FACT_YES : FACT_NO) : FACT_UNKNOWN;
	f.readable_by_unspecified_many = throw(2) ? FACT_NO : FACT_YES;
	f.number_system = throw(2) ? FACT_NO : FACT_UNKNOWN;
	f.medium = (enum incident_medium)throw(6);
	int first = throw(COUNT(items));
	f.items = items + first;
	f.nitems = throw((int)COUNT(items) - first + 1);
	return f;
}

static struct incident_verdict verdict_on(const struct incident_facts *f)
{
	struct arena_mark m = arena_mark(&arena);
	struct incident_verdict v;

	incident_classify(words, &arena, f, TODAY, &v);
	arena_reset(&arena, m);                          /* arguments of reasons are gone; they are not looked at */
	return v;
}

/* Nothing that was a duty or a question may become a clear no. */
static void assert_nothing_lost(const struct incident_verdict *before, const struct incident_verdict *after)
{
	for (int i = 0; i < 4; i++) {
		if (before->ppc[i] != ANSWER_NO)
			assert_int_not_equal(after->ppc[i], ANSWER_NO);
		if (before->my_number[i] != ANSWER_NO)
			assert_int_not_equal(after->my_number[i], ANSWER_NO);
	}
	if (before->mark_preliminary != ANSWER_NO)
		assert_int_not_equal(after->mark_preliminary, ANSWER_NO);
	assert_int_equal(before->mark_final, after->mark_final);
}

static void assert_nothing_decided(const struct incident_verdict *before, const struct incident_verdict *after)
{
	for (int i = 0; i < 4; i++) {
		if (after->ppc[i] == ANSWER_YES)
			assert_int_equal(before->ppc[i], ANSWER_YES);
		if (after->my_number[i] == ANSWER_YES)
			assert_int_equal(before->my_number[i], ANSWER_YES);
	}
}

static void check_days(const struct incident_verdict *v)
{
	bool any = false, improper = v->ppc[2] == ANSWER_YES || v->my_number[1] == ANSWER_YES;

	for (int i = 0; i < 4; i++)
		any = any || v->ppc[i] == ANSWER_YES || v->my_number[i] == ANSWER_YES;
	assert_int_equal(v->final_days, !any ? 0 : improper ? 60 : 30);
	assert_true(v->nreasons > 0 && v->nreasons < INCIDENT_REASONS_MAX);
}

static void test_what_always_holds(void **state)
{
	(void)state;
	for (int i = 0; i < 20000; i++) {
		struct incident_facts f = any_facts(), g = f;
		struct incident_verdict plain = verdict_on(&f), changed;
		check_days(&plain);
		/* exclusions move a trigger to undecided at most */
		g.encrypted = throw(2) ? ENCRYPTION_HIGH_GRADE : ENCRYPTION_UNKNOWN;
		g.recovered_unseen = throw(2);
		g.copy_exists = throw(2);
		changed = verdict_on(&g);
		assert_nothing_lost(&plain, &changed);
		assert_nothing_decided(&plain, &changed);
		/* entrusted changes reasons only */
		g = f;
		g.entrusted = true;
		changed = verdict_on(&g);
		assert_memory_equal(plain.ppc, changed.ppc, sizeof plain.ppc);
		assert_memory_equal(plain.my_number, changed.my_number, sizeof plain.my_number);
		assert_int_equal(plain.final_days, changed.final_days);
		/* free text decides nothing and clears nothing */
		g = f;
		g.event = S("不正アクセスによりクレジットカード情報と診療情報、マイナンバーが流出。web skimming");
		changed = verdict_on(&g);
		assert_nothing_lost(&plain, &changed);
		assert_nothing_decided(&plain, &changed);
		/* an event with personal data always reaches the reviewing body */
		if (f.persons_max > 0)
			assert_int_equal(plain.mark_final, ANSWER_YES);
	}
}

/* Each verdict says why: for every trigger that is not a clear no there is a reason, and each cites a norm that has words. */
static void test_reasons(void **state)
{
	struct incident_verdict v;
	struct buf b = buf_make(0);
	struct js_out j = { &b, false };

	(void)state;
	assert_int_equal(classify("{\"persons_max\":5000,\"items\":[\"カード番号\",\"謎の項目\"],\"improper_purpose\":\"yes\",\"entrusted\":true,\"known\":\"2026-03-02\"}",
		&v), ST_OK);
	incident_verdict_write(&j, &v);
	static const char *const wanted[] = { "ppc1.item_unknown", "ppc2.item", "ppc3.said", "ppc4.over", "duty.entrusted",
		"duty.days60", "duty.person", "mark.final", "カード番号", "謎の項目", "5000", "規則7条3号" };
	for (int i = 0; i < COUNT(wanted); i++)
		if (str_find(buf_str(&b), str_z(wanted[i])) < 0)
			fail_msg("no %s in the reasons", wanted[i]);
	assert_true(str_find(buf_str(&b), S("{0}")) < 0);
	buf_free(&b);
	for (enum incident_reason_id r = 0; r < WHY_MAX; r++) {
		const struct norm *n = norm_of(incident_reason_norm(r));
		assert_true(n->cite && n->text[JA] && n->text[EN] && n->source && n->from.year > 0);
		for (enum incident_reason_id s = 0; s < r; s++)
			assert_string_not_equal(incident_reason_code(r), incident_reason_code(s));
	}
}

/* ---- public notices, where the shared data exist: no duty missed, no guess where the text leaves doubt ---- */

static void take_fact(struct str cell, enum fact *ret)
{
	*ret = str_eq(cell, S("yes")) ? FACT_YES : str_eq(cell, S("no")) ? FACT_NO : str_eq(cell, S("uncertain")) ? FACT_UNCERTAIN : FACT_UNKNOWN;
}

static void check_notice(const struct str *cell)
{
	struct incident_facts f = incident_facts_none();
	struct str rest = cell[9], part, *items = new_n(&arena, struct str, 64);
	bool dated = date_parse_iso(str_sub(cell[4], 0, 10), &f.known) == ST_OK;

	if (!dated || f.known.days < date_make(2022, 4, 1).days)         /* the judgement is by the rule of 2022 */
		f.known = DATE_NEVER;
	IGNORE(num_parse(cell[8], 0, INT64_MAX, &f.persons_max));
	while (str_cut(&rest, ';', &part) && f.nitems < 64)
		items[f.nitems++] = part;
	f.items = items;
	take_fact(cell[10], &f.sensitive);
	f.event = cell[6];
	f.cause = cell[11];
	struct incident_verdict v = verdict_on(&f);
	bool doubt = str_find_char(cell[15], '?') >= 0;
	for (int i = 0; i < 4; i++) {
		char digit = (char)('1' + i);
		bool expected = str_find(cell[15], S("my-number")) < 0 && str_find_char(cell[15], digit) >= 0;
		if (expected && v.ppc[i] == ANSWER_NO)
			fail_msg("%.*s: missed %c", STR_FMT(cell[0]), digit);
		if (!expected && v.ppc[i] == ANSWER_YES)
			fail_msg("%.*s: %c is wrong", STR_FMT(cell[0]), digit);
		if (doubt)
			assert_int_not_equal(v.ppc[i], ANSWER_YES);
	}
	if (doubt || str_eq(cell[15], S("depends"))) {
		bool asked = false;
		for (int i = 0; i < 4; i++)
			asked = asked || v.ppc[i] == ANSWER_UNDECIDED;
		assert_true(asked);
	}
}

static void test_shared_notices(void **state)
{
	struct str text = shared_data(&arena, "incidents/jp-public-notices.csv");
	int rows = 0;

	(void)state;
	if (!text.p)
		skip();
	struct problems ps = { .a = &arena };
	struct csv_options o = { .keep = true };
	struct csv *csv;
	struct csv_row row;
	assert_int_equal(csv_open(&arena, text, &o, &ps, &csv), ST_OK);
	while (csv_next(csv, &row) == ST_OK) {
		if (row.n < 18 || row.row == 1)
			continue;
		check_notice(row.field);
		rows++;
	}
	csv_close(csv);
	assert_true(rows >= 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases), cmocka_unit_test(test_refusals), cmocka_unit_test(test_what_always_holds), cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_shared_notices),
	};

	return cmocka_run_group_tests_name("classify", tests, set_up, tear_down);
}
