/* aliases_test.c - ledgers as offices really keep them: each shape is found, and every column of it known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "base/test_shared.h"
#include "domain/ledger/aliases.h"
#include "domain/ledger/ledger.h"
#include "format/csv.h"
#include "format/xlsx.h"
#include "format/xlsx_testfile.h"

static struct arena a;
static struct vocabulary *v;

/* ---- a sheet written as lines of cells: '|' between cells, "^" continues the cell above, "<" the cell at the left ---- */
struct page { const char *name; const char *state; const char *const *line; };

static void add_cell_xml(struct buf *b, const char *text, ptrdiff_t n, int column, int row)
{
	bool number = n > 0 && n < 10;
	for (ptrdiff_t i = 0; i < n; i++)
		number &= text[i] >= '0' && text[i] <= '9';
	if (number) {
		buf_fmt(b, "<c r=\"%c%d\"><v>%.*s</v></c>", 'A' + column - 1, row, (int)n, text);
		return;
	}
	if (n && text[0] == '#') {
		buf_fmt(b, "<c r=\"%c%d\" t=\"e\"><v>%.*s</v></c>", 'A' + column - 1, row, (int)n, text);
		return;
	}
	buf_fmt(b, "<c r=\"%c%d\" t=\"inlineStr\"><is><t>", 'A' + column - 1, row);
	for (ptrdiff_t i = 0; i < n; i++)
		if (text[i] == '&')
			buf_lit(b, "&amp;");
		else
			buf_char(b, text[i]);
	buf_lit(b, "</t></is></c>");
}

enum { GRID = 26 };
static int split(const char *line, struct str *cell)
{
	struct str rest = str_z(line);
	int n = 0;

	while (n < GRID && str_cut(&rest, '|', &cell[n]))
		n++;
	return n;
}

static void add_merges(struct buf *b, const char *const *line)
{
	struct str here[GRID], other[GRID];

	for (int r = 0; line[r]; r++) {
		int n = split(line[r], here);
		for (int c = 0; c < n; c++) {
			if (str_eq(here[c], S("^")) || str_eq(here[c], S("<")))
				continue;
			int right = c, down = r;
			while (right + 1 < n && str_eq(here[right + 1], S("<")))
				right++;
			while (line[down + 1] && split(line[down + 1], other) > c && str_eq(other[c], S("^")))
				down++;
			if (right > c || down > r)
				buf_fmt(b, "<mergeCell ref=\"%c%d:%c%d\"/>", 'A' + c, r + 1, 'A' + right, down + 1);
		}
	}
}

static struct workbook workbook_of(const struct page *pages)
{
	struct test_book t = { 0 };
	struct buf xml[4];
	struct problems ps = { .a = &a };
	struct workbook w = { .a = &a };
	int n = 0;

	for (; n < 4 && pages[n].name; n++) {
		struct str cell[GRID];
		xml[n] = buf_make(0);
		buf_lit(&xml[n], "<sheetData>");
		for (int r = 0; pages[n].line[r]; r++) {
			buf_fmt(&xml[n], "<row r=\"%d\">", r + 1);
			int cells = split(pages[n].line[r], cell);
			for (int c = 0; c < cells; c++)
				if (cell[c].n && !str_eq(cell[c], S("^")) && !str_eq(cell[c], S("<")))
					add_cell_xml(&xml[n], cell[c].p, cell[c].n, c + 1, r + 1);
			buf_lit(&xml[n], "</row>");
		}
		buf_lit(&xml[n], "</sheetData><mergeCells>");
		add_merges(&xml[n], pages[n].line);
		buf_lit(&xml[n], "</mergeCells>");
		buf_char(&xml[n], 0);
		t.sheet[n] = (struct test_sheet){ pages[n].name, pages[n].state, xml[n].p };
	}
	struct buf file = test_xlsx(&t);
	assert_int_equal(xlsx_read_bytes(&a, buf_str(&file), NULL, &ps, workbook_sink(&w)), ST_OK);
	buf_free(&file);
	for (int i = 0; i < n; i++)
		buf_free(&xml[i]);
	return w;
}

static struct workbook workbook_of_csv(struct str text)
{
	struct problems ps = { .a = &a };
	struct workbook w = { .a = &a };
	struct csv *r;

	assert_int_equal(csv_open(&a, text, NULL, &ps, &r), ST_OK);
	assert_int_equal(sheet_of_csv(r, S("csv"), workbook_sink(&w)), ST_OK);
	csv_close(r);
	return w;
}

/* "department=0 name=1 ..." as found: the field of each column, "+" for an own one, "-" for one left out. */
static struct str fields_of(const struct table *t)
{
	struct buf b = buf_make(0);

	for (int i = 0; i < t->ncolumns; i++) {
		buf_add(&b, i ? S(" ") : S(""));
		buf_add(&b, t->column[i].field >= 0 ? vocabulary_code(v, t->column[i].field) : t->column[i].field == COLUMN_OWN ? S("+") : S("-"));
	}
	struct str s = str_dup(&a, buf_str(&b));
	buf_free(&b);
	return s;
}

static struct recognised found(struct workbook *w, const struct recognise_options *o, const char *fields, ptrdiff_t rows)
{
	struct problems ps = { .a = &a };
	struct recognised r;

	if (recognise(&a, w, v, o, &ps, &r) != ST_OK) {
		struct buf b = buf_make(0);
		problem_print(&b, EN, &ps.p[0]);
		fail_msg("%.*s", STR_FMT(buf_str(&b)));
	}
	assert_string_equal(str_to_z(&a, fields_of(&r.table[0])), fields);
	assert_int_equal(r.table[0].nrows, rows);
	return r;
}

static struct table_cell cell_at(const struct recognised *r, ptrdiff_t row, int i)
{
	return table_cell_at(&r->table[0], &r->table[0].row[row], i);
}

static struct str cell(const struct recognised *r, ptrdiff_t row, const char *field)
{
	const struct table *t = &r->table[0];

	for (int i = 0; i < t->ncolumns; i++)
		if (t->column[i].field >= 0 && str_eq(vocabulary_code(v, t->column[i].field), str_z(field)))
			return table_cell_at(t, &t->row[row], i).text;
	fail_msg("no column for %s", field);
	return S("");
}
#define LINES(...) (const char *const[]){ __VA_ARGS__, NULL }
#define CELL(r, row, field, text) assert_string_equal(str_to_z(&a, cell(&(r), (row), (field))), (text))
static const struct recognise_options ordinary = { 0 };

/* 1: the eight columns of the rule book, notes above, a sheet of notes before, a total below. REQ: LED-02 */
static void test_plain(void **state)
{
	struct workbook w = workbook_of((struct page[]){
		{ "はじめに", NULL, LINES("個人情報管理台帳の記入について", "件数はおおよその数で構いません。", "毎年7月に見直します。") },
		{ "台帳", NULL, LINES("個人情報管理台帳|||||||||", "作成日：令和8年4月1日|||||||||", "",
			"No.|部門|個人情報の名称|個人情報の項目|利用目的|保管場所|保管方法|アクセス権を有する者|利用期限|保管期限|件数|備考",
			"1|営業部|顧客名簿|氏名、住所、電話番号|商品の発送|サーバA|アクセス制御|営業部員|契約期間中|契約終了後3年|約1,200件|",
			"2|総務部|従業員名簿|氏名、住所、生年月日|労務管理|キャビネット|施錠|総務課長|在職中|退職後5年|300|※見直し中",
			"|||||||||||", "3|人事部|応募者履歴書|氏名、学歴|採用選考|人事部書庫|施錠|人事部員|選考終了まで|6ヶ月||",
			"合計||||||||||1500", "※件数は令和8年4月1日現在です。") }, { 0 } });
	struct recognised r = found(&w, &ordinary, "serial department name items purpose storage_place storage_method access use_period retention count notes", 3);

	(void)state;
	assert_int_equal(r.ntables, 1);
	assert_int_equal(r.npassed, 1);
	assert_true(str_eq(r.passed[0].name, S("はじめに")));
	assert_int_equal(r.table[0].header_row, 4);
	assert_int_equal(r.table[0].nskipped, 2);
	assert_int_equal(r.table[0].skipped[0].why, SKIP_TOTAL);
	assert_int_equal(r.table[0].skipped[1].why, SKIP_NOTE);
	CELL(r, 0, "count", "約1,200件");
	CELL(r, 2, "retention", "6ヶ月");
	assert_int_equal(r.table[0].row[2].row, 8);
	assert_string_equal(str_to_z(&a, cell_name(&a, cell_at(&r, 0, 10).column, r.table[0].row[0].row)), "K5");
}

/* 2: two rows of header with merged cells, a department merged over its rows */
static void test_two_rows(void **state)
{
	struct workbook w = workbook_of((struct page[]){
		{ "管理台帳", NULL, LINES("個人情報管理台帳|<|<|<|<|<|<|<|<|<|<|<", "部署|業務名|個人情報名|利用目的|保管|<|<|期限|<|件数（約）|取扱い|<",
			"^|^|^|^|場所|方法|責任者|利用|保管|^|委託先|第三者提供",
			"営業部|受注|注文書|商品の発送|本社3階|施錠|鈴木|1年|7年|500|○○運輸|なし", "^|^|見積依頼|見積り|本社3階|施錠|鈴木|1年|3年|200|－|なし",
			"^|問合せ|問合せ票|回答|サーバ|暗号化|田中|半年|1年|不明|－|－", "総務部|労務|従業員名簿|労務管理|書庫|施錠|佐藤|在職中|退職後5年|120|△△社労士|行政機関") },
		{ 0 } });
	struct recognised r = found(&w, &ordinary, "department business name purpose storage_place storage_method manager use_period retention count contractors recipients", 4);

	(void)state;
	assert_int_equal(r.table[0].header_row, 2);
	assert_int_equal(r.table[0].header_rows, 2);
	CELL(r, 1, "department", "営業部");
	CELL(r, 2, "department", "営業部");
	CELL(r, 1, "business", "受注");
	CELL(r, 3, "department", "総務部");
	assert_true(cell_at(&r, 2, 0).filled);
	assert_int_equal(cell_at(&r, 2, 0).row, 4);
	CELL(r, 2, "retention", "1年");
}

/* 3: half-width kana, line breaks in the header, numbering, marks of required columns */
static void test_spelling(void **state)
{
	struct workbook w = workbook_of((struct page[]){
		{ "Sheet1", NULL, LINES("①所管\n部署　※必須|②ﾌｧｲﾙ名|③個人情報の\n項目|④利用目的【必須】|⑤保管場所\n（サーバ名等）|⑥ｱｸｾｽ権限者|⑦保存年限|⑧「件数（約）」|⑨要配慮個人情報\nの有無|⑩ﾏｲﾅﾝﾊﾞｰ|⑪廃棄・消去方法|⑫ﾃﾞｰﾀ形態",
			"営業|顧客.xlsx|氏名|販売|FS01|営業部員|5年|３００|無|無|消去|電子") }, { 0 } });

	(void)state;
	found(&w, &ordinary, "department name items purpose storage_place access retention count sensitive my_number disposal_method media", 1);
}

/* 4: other order, English */
static void test_english(void **state)
{
	struct workbook w = workbook_of((struct page[]){
		{ "Register", NULL, LINES("Ref.|Name of data set|Purpose of processing|Number of records (approx.)|Retention period|Who has access|"
			"Storage location|Storage method|Department|Data items|Use period|Sensitive data|Remarks|Risk score",
			"1|Customer list|Delivery|1200|5 years|Sales|Server A|Access control|Sales|Name, address|During contract|No|-|4",
			"Total|||1200") }, { 0 } });
	struct recognised r = found(&w, &ordinary, "serial name purpose count retention access storage_place storage_method department items use_period sensitive notes +", 1);

	(void)state;
	assert_string_equal(str_to_z(&a, r.table[0].column[13].label), "Risk score");
	assert_int_equal(r.table[0].nskipped, 1);
}

/* 5-7: text files: CP932 with commas, tabs, semicolons; blanks where cells were merged; two rows of header without merges */
static void test_text_files(void **state)
{
	struct str cp932 = S("\x95\x94\x8f\x90,\x8c\xc2\x90\x6c\x8f\xee\x95\xf1\x96\xbc,\x97\x98\x97\x70\x96\xda\x93\x49,\x95\xdb\x8a\xc7\x8f\xea\x8f\x8a,\x8c\x8f\x90\x94\r\n"
		"\x89\x63\x8b\xc6,\x96\xbc\x95\xeb,\x94\xcc\x94\x84,\x8f\x91\x8c\xc9,300\r\n");
	struct workbook w = workbook_of_csv(cp932);
	struct recognised r = found(&w, &ordinary, "department name purpose storage_place count", 1);

	(void)state;
	CELL(r, 0, "name", "名簿");
	w = workbook_of_csv(S("台帳番号\t所属\t台帳名\t収集項目\t使用目的\t保管先\t保存期間\t保有件数\n1\t営業\t\"顧客\n名簿\"\t氏名, 住所\t発送\t書庫\t5年\t1,200\n"));
	r = found(&w, &ordinary, "serial department name items purpose storage_place retention count", 1);
	CELL(r, 0, "name", "顧客\n名簿");
	w = workbook_of_csv(S("部門;名称;用途;保管場所;件数;更新日\n営業;名簿;発送;棚1;10;R8.4.1\n;伝票;請求;棚2;20;R8.4.1\n;図面;施工;棚3;5;R8.4.1\n総務;名簿;労務;棚4;30;R8.4.1\n"));
	r = found(&w, &(struct recognise_options){ .blanks_fill = true }, "department name purpose storage_place count reviewed_on", 4);
	CELL(r, 2, "department", "営業");
	CELL(r, 3, "department", "総務");
	r = found(&w, &ordinary, "department name purpose storage_place count reviewed_on", 4);
	CELL(r, 2, "department", "");
	/* a single gap is a gap */
	w = workbook_of_csv(S("部門,名称,利用目的,件数\nA,a,x,1\n,b,x,2\nC,c,x,3\nD,d,x,4\n"));
	r = found(&w, &(struct recognise_options){ .blanks_fill = true }, "department name purpose count", 4);
	CELL(r, 1, "department", "");
	w = workbook_of_csv(S("部門,個人情報名,利用目的,保管,,期限,,件数\n,,,場所,方法,利用,保存,\n営業,名簿,発送,書庫,施錠,1年,5年,300\n"));
	r = found(&w, &ordinary, "department name purpose storage_place storage_method use_period retention count", 1);
	assert_int_equal(r.table[0].header_rows, 2);
}

/* 8: repeated headers of a printed table, section lines for departments, an example row */
static void test_sections(void **state)
{
	struct workbook w = workbook_of((struct page[]){
		{ "一覧", NULL, LINES("帳票名|記載項目|利用目的|保管場所|保存期間|件数|管理者|社外秘区分", "記入例|氏名|発送のため|書庫|5年|100|課長|",
			"■ 営業部|<|<|<|<|<|<|<", "注文書|氏名、住所|発送|棚1|7年|500|鈴木|", "見積書|氏名|見積り|棚1|3年|200|鈴木|",
			"帳票名|記載項目|利用目的|保管場所|保存期間|件数|管理者|社外秘区分", "【総務部】|<|<|<|<|<|<|<", "履歴書|氏名、学歴|採用|棚2|1年|30|佐藤|A", "小計|||||730||") },
		{ 0 } });
	struct recognised r = found(&w, &ordinary, "name items purpose storage_place retention count manager + department", 3);

	(void)state;
	CELL(r, 1, "department", "営業部");
	CELL(r, 2, "department", "総務部");
	assert_int_equal(r.table[0].nskipped, 5);
	assert_int_equal(r.table[0].skipped[0].why, SKIP_EXAMPLE);
	assert_int_equal(r.table[0].skipped[1].why, SKIP_SECTION);
	assert_int_equal(r.table[0].skipped[2].why, SKIP_HEADER);
}

/* 9: one sheet for each department, a hidden old one, a sample and a list of contractors */
static void test_many_sheets(void **state)
{
	struct workbook w = workbook_of((struct page[]){
		{ "営業部", NULL, LINES("個人情報の名称|個人情報の項目|利用目的|保管場所|保管期限|件数", "名簿|氏名|発送|棚|5年|10") },
		{ "総務部", NULL, LINES("個人情報の名称|個人情報の項目|利用目的|保管場所|保管期限|件数", "社員名簿|氏名|労務|棚|5年|20", "給与台帳|氏名、口座|給与|棚|7年|20") },
		{ "旧", "hidden", LINES("個人情報の名称|個人情報の項目|利用目的|保管場所|保管期限|件数", "昔の名簿|氏名|発送|棚|5年|10") },
		{ "記入例", NULL, LINES("個人情報の名称|個人情報の項目|利用目的|保管場所|保管期限|件数", "例|氏名|発送|棚|5年|10") } });
	struct recognised r = found(&w, &ordinary, "name items purpose storage_place retention count", 1);

	(void)state;
	assert_int_equal(r.ntables, 2);
	assert_int_equal(r.table[1].nrows, 2);
	assert_int_equal(r.npassed, 2);
	assert_int_equal(r.passed[0].why, PASS_HIDDEN);
	assert_int_equal(r.passed[1].why, PASS_SAMPLE);
	/* the hidden one when it is asked for */
	r = found(&w, &(struct recognise_options){ .sheet = S("旧") }, "name items purpose storage_place retention count", 1);
	CELL(r, 0, "name", "昔の名簿");
	assert_true(str_eq(r.table[0].fingerprint, r.table[0].fingerprint) && r.table[0].fingerprint.n == 16);
}

/* 10: many columns, flags as marks, errors of formulas */
static void test_flags(void **state)
{
	struct workbook w = workbook_of((struct page[]){
		{ "台帳", NULL, LINES("管理番号|主管部門|対象業務|個人情報名称|取得項目|取得方法|取得元|媒体種別|保管場所|アクセス権限|管理責任者|保管期間|概算件数|要配慮|特定個人情報|受託有無|重要度|共同利用先|海外移転|委託の有無|第三者提供の有無|使用システム|廃棄方法|見直し日",
			"P-001|営業部|受注|注文書|氏名|Web|本人|電子|DB1|営業部|部長|5年|#REF!|×|×|－|高|なし|なし|有|無|販売管理|消去|2026/4/1") }, { 0 } });
	struct recognised r = found(&w, &ordinary, "serial department business name items route acquired_from media storage_place access manager retention count sensitive my_number entrusted "
		"important joint_use foreign contractors recipients system disposal_method reviewed_on", 1);

	(void)state;
	assert_int_equal(cell_at(&r, 0, 12).kind, CELL_ERROR);
	CELL(r, 0, "count", "#REF!");
}

/* 11: the municipal register as a list, 12: as a form for each file */
static void test_register(void **state)
{
	struct workbook w = workbook_of((struct page[]){
		{ "個人情報ファイル簿", NULL, LINES("個人情報ファイルの名称|行政機関等の名称|個人情報ファイルが利用に供される事務をつかさどる組織の名称|個人情報ファイルの利用目的|記録項目|記録範囲|記録情報の収集方法|要配慮個人情報が含まれるときは、その旨|記録情報の経常的提供先|個人情報ファイルの種別|備考",
			"住民基本台帳ファイル|市長|市民課|住民の居住関係の公証|氏名、生年月日|住民|届出|含まない|なし|電算処理ファイル|") }, { 0 } });
	struct recognised r = found(&w, &ordinary, "name + department purpose items + route sensitive recipients media notes", 1);

	(void)state;
	CELL(r, 0, "department", "市民課");
	w = workbook_of((struct page[]){
		{ "1", NULL, LINES("個人情報ファイル簿（単票）", "個人情報ファイルの名称|国民健康保険資格ファイル", "行政機関等の名称|市長", "個人情報ファイルが利用に供される事務をつかさどる組織の名称|保険年金課",
			"個人情報ファイルの利用目的|資格の管理", "記録項目|1氏名、2住所、|", "|3生年月日", "記録情報の収集方法|届出", "要配慮個人情報が含まれるときは、その旨|含む", "記録情報の経常的提供先|－", "備考|") },
		{ "2", NULL, LINES("個人情報ファイル簿（単票）", "個人情報ファイルの名称|税務ファイル", "行政機関等の名称|市長", "個人情報ファイルの利用目的|課税", "記録項目|氏名", "記録情報の収集方法|申告") }, { 0 } });
	r = found(&w, &ordinary, "name + department purpose items route sensitive recipients notes", 1);
	assert_true(r.table[0].form);
	assert_int_equal(r.ntables, 2);
	CELL(r, 0, "name", "国民健康保険資格ファイル");
	CELL(r, 0, "items", "1氏名、2住所、\n3生年月日");
	assert_int_equal(cell_at(&r, 0, 0).row, 2);
	assert_int_equal(cell_at(&r, 0, 0).column, 2);
}

/* The fields that the Act demands of a municipal register, as the shared list has them: each as a column, all as a form. */
static void test_shared_register(void **state)
{
	static const char *const want[] = { "name", "+", "department", "purpose", "items", "+", "route", "sensitive", "recipients", "+", "+", "media", "+" };
	struct problems ps = { .a = &a };
	struct workbook list = { .a = &a };
	struct str text;
	struct csv *r;

	(void)state;
	text = shared_data(&a, "public-registers/art75-register-fields.csv");
	if (!text.p)
		skip();
	assert_int_equal(csv_open(&a, text, NULL, &ps, &r), ST_OK);
	assert_int_equal(sheet_of_csv(r, S("list"), workbook_sink(&list)), ST_OK);
	csv_close(r);
	assert_int_equal(list.sheet[0].nrows, 1 + COUNT(want));
	struct buf head = buf_make(0), form = buf_make(0);
	struct csv_writer wide = { .b = &head }, tall = { .b = &form };
	for (ptrdiff_t i = 1; i < list.sheet[0].nrows; i++) {
		struct str field = sheet_cell(&list.sheet[0].row[i], 2).text;
		csv_put(&wide, field);
		csv_put(&tall, field);
		csv_put(&tall, S("値"));
		csv_end_row(&tall);
	}
	csv_end_row(&wide);
	for (ptrdiff_t i = 0; i < COUNT(want); i++)
		csv_put(&wide, S("値"));
	csv_end_row(&wide);
	struct buf expected = buf_make(0);
	for (ptrdiff_t i = 0; i < COUNT(want); i++)
		buf_fmt(&expected, "%s%s", i ? " " : "", want[i]);
	buf_char(&expected, 0);
	struct workbook w = workbook_of_csv(buf_str(&head));
	found(&w, &ordinary, expected.p, 1);
	w = workbook_of_csv(buf_str(&form));
	struct recognised got = found(&w, &ordinary, expected.p, 1);
	assert_true(got.table[0].form);
	buf_free(&head);
	buf_free(&form);
	buf_free(&expected);
}

/* 13: our own export, in both languages, gives every field back */
static void test_own_labels(void **state)
{
	(void)state;
	for (enum lang l = JA; l < LANG_MAX; l++) {
		struct buf b = buf_make(0), want = buf_make(0);
		struct csv_writer w = { .b = &b };
		for (int i = 0; i < ledger_type.nfields; i++) {
			csv_put(&w, ledger_type.fields[i].label[l]);
			buf_fmt(&want, "%s%s", i ? " " : "", ledger_type.fields[i].name);
		}
		csv_end_row(&w);
		for (int i = 0; i < ledger_type.nfields; i++)
			csv_put(&w, S("x"));
		csv_end_row(&w);
		struct workbook book = workbook_of_csv(buf_str(&b));
		buf_char(&want, 0);
		found(&book, &ordinary, want.p, 1);
		buf_free(&b);
		buf_free(&want);
	}
}

/* 14: corrections by hand, by label and by letter; what is remembered gives the same again */
static void test_mapping(void **state)
{
	static const char *const lines[] = { "部門|えらい人|なまえ|利用目的|保管場所|件数|内部コード", "営業|鈴木|名簿|発送|棚|10|X", NULL };
	struct workbook w = workbook_of((struct page[]){ { "台帳", NULL, lines }, { 0 } });
	struct problems ps = { .a = &a };
	struct recognise_options o = { 0 };
	struct mapping *m;
	struct recognised r = found(&w, &ordinary, "department + + purpose storage_place count +", 1);

	(void)state;
	assert_int_equal(mapping_parse(&a, S("{\"columns\":{\"えらい人\":\"manager\",\"C\":\"name\",\"内部ｺｰﾄﾞ\":null,\"F\":\"+\"}}"), v, &ps, &m), ST_OK);
	o.mapping = m;
	r = found(&w, &o, "department manager name purpose storage_place + -", 1);
	struct str memory = mapping_of_table(&a, v, NULL, &r.table[0]);
	assert_int_equal(mapping_parse(&a, memory, v, &ps, &m), ST_OK);
	o.mapping = m;
	found(&w, &o, "department manager name purpose storage_place + -", 1);
	/* what is wrong with a mapping is said */
	assert_int_equal(mapping_parse(&a, S("{\"columns\":{\"C\":\"nonsense\"}}"), v, &ps, &m), ST_BAD_INPUT);
	assert_int_equal(ps.p[ps.n - 1].msg, MSG_MAP_NO_FIELD);
	assert_int_equal(mapping_parse(&a, S("{\"columns\":{\"C\":\"name\",\"D\":\"name\"}}"), v, &ps, &m), ST_OK);
	o.mapping = m;
	assert_int_equal(recognise(&a, &w, v, &o, &ps, &r), ST_BAD_INPUT);
	assert_int_equal(ps.p[ps.n - 1].msg, MSG_MAP_TWICE);
	/* on two sheets a field may have two names */
	static const char *const north[] = { "No.|部門|なまえ|利用目的|件数", "1|営業|名簿|発送|10", NULL };
	static const char *const south[] = { "部門|えらい名|利用目的|件数", "総務|台帳|連絡|20", NULL };
	struct workbook both = workbook_of((struct page[]){ { "北", NULL, north }, { "南", NULL, south }, { 0 } });
	assert_int_equal(mapping_parse(&a, S("{\"columns\":{\"なまえ\":\"name\",\"えらい名\":\"name\"}}"), v, &ps, &m), ST_OK);
	o.mapping = m;
	assert_int_equal(recognise(&a, &both, v, &o, &ps, &r), ST_OK);
	assert_int_equal(r.ntables, 2);
	assert_int_equal(r.table[0].column[2].field, vocabulary_find(v, S("name")));
	assert_int_equal(r.table[1].column[1].field, vocabulary_find(v, S("name")));
	/* and a label two spellings */
	assert_int_equal(mapping_parse(&a, S("{\"columns\":{\"なまえ\":\"name\",\"な まえ\":\"name\",\"えらい名\":\"name\"}}"), v, &ps, &m), ST_OK);
	o.mapping = m;
	assert_int_equal(recognise(&a, &both, v, &o, &ps, &r), ST_OK);
	assert_int_equal(mapping_parse(&a, S("{\"colums\":{}}"), v, &ps, &m), ST_BAD_INPUT);
	assert_int_equal(mapping_parse(&a, S("[1"), v, &ps, &m), ST_BAD_INPUT);
	assert_int_equal(mapping_parse(&a, S("{\"columns\":{\"ない列\":\"name\"}}"), v, &ps, &m), ST_OK);
	o.mapping = m;
	assert_int_equal(recognise(&a, &w, v, &o, &ps, &r), ST_BAD_INPUT);
	assert_int_equal(ps.p[ps.n - 1].msg, MSG_MAP_NO_COLUMN);
	/* a table that nothing was known of, header row and all by hand */
	static const char *const strange[] = { "x|y|z", "いろは|にほへ|とちり", "1|2|3", NULL };
	w = workbook_of((struct page[]){ { "表", NULL, strange }, { 0 } });
	assert_int_equal(recognise(&a, &w, v, &ordinary, &ps, &r), ST_BAD_INPUT);
	assert_int_equal(ps.p[ps.n - 1].msg, MSG_RECOGNISE_NO_TABLE);
	assert_int_equal(mapping_parse(&a, S("{\"sheet\":\"表\",\"header_row\":2,\"header_rows\":1,\"columns\":{\"いろは\":\"name\",\"B\":\"count\"}}"), v, &ps, &m), ST_OK);
	o.mapping = m;
	r = found(&w, &o, "name count +", 1);
	CELL(r, 0, "count", "2");
	o = (struct recognise_options){ .sheet = S("ない") };
	assert_int_equal(recognise(&a, &w, v, &o, &ps, &r), ST_BAD_INPUT);
	assert_int_equal(ps.p[ps.n - 1].msg, MSG_RECOGNISE_NO_SHEET);
}

/* Columns of the office's own stay its own, though their names end in a word that is a name of a field. */
static void test_own_columns(void **state)
{
	static const char *const lines[] = { "部門|個人情報名|利用目的|内部区分|独自項目|社外秘種別|色|件数", "営業|名簿|発送|A|B|C|赤|10", NULL };
	struct workbook w = workbook_of((struct page[]){ { "台帳", NULL, lines }, { 0 } });

	(void)state;
	found(&w, &ordinary, "department name purpose + + + + count", 1);
}

/* Two columns for one field: the better one has it, the other says what it could be. */
static void test_rivals(void **state)
{
	static const char *const lines[] = { "部門|個人情報名|利用目的|保管場所（紙）|保管場所（電子）|件数", "営業|名簿|発送|棚|FS01|10", NULL };
	struct workbook w = workbook_of((struct page[]){ { "台帳", NULL, lines }, { 0 } });
	struct recognised r = found(&w, &ordinary, "department name purpose storage_place + count", 1);

	(void)state;
	assert_int_equal(r.table[0].column[4].nrivals, 1);
	assert_true(str_eq(vocabulary_code(v, r.table[0].column[4].rival[0]), S("storage_place")));
}

/* The type's own labels outrank other names: such an alias belongs to the field that bears the label. */
static bool is_label(struct str name)
{
	bool is = false;

	for (int i = 0; i < ledger_type.nfields; i++)
		is |= str_eq_nocase(ledger_type.fields[i].label[JA], name) || str_eq_nocase(ledger_type.fields[i].label[EN], name);
	return is;
}

/* Every name leads to its field, and to no other. */
static void test_names(void **state)
{
	static const char *const mandatory[] = { "name", "purpose", "storage_place", "storage_method", "access", "use_period", "retention", "count", "department",
		"business", "items", "class", "route", "acquired_from", "manager", "media", "system", "contractors", "recipients", "sensitive", "my_number", "entrusted",
		"excluded", "important", "joint_use", "foreign", "disposal_method", "notes", "serial", "reviewed_on" };

	(void)state;
	for (ptrdiff_t k = 0; k < COUNT(mandatory); k++) {
		int n = 0;
		for (ptrdiff_t i = 0; i < ledger_aliases_count; i++)
			n += str_eq(ledger_aliases[i].field, str_z(mandatory[k]));
		if (n < 16)
			fail_msg("%s has %d names", mandatory[k], n);
	}
	for (ptrdiff_t i = 0; i < ledger_aliases_count; i++) {
		assert_non_null(type_field(&ledger_type, ledger_aliases[i].field));
		struct str other[] = { S("部門"), S("利用目的"), S("件数"), S("保管場所"), S("個人情報の名称") };
		struct buf b = buf_make(0);
		struct csv_writer w = { .b = &b };
		csv_put(&w, ledger_aliases[i].name);
		for (ptrdiff_t k = 0; k < COUNT(other); k++)
			csv_put(&w, other[k]);
		csv_end_row(&w);
		struct workbook book = workbook_of_csv(buf_str(&b));
		struct problems ps = { .a = &a };
		struct recognised r;
		assert_int_equal(recognise(&a, &book, v, &ordinary, &ps, &r), ST_OK);
		const struct table_column *c = &r.table[0].column[0];
		struct str code = c->field >= 0 ? vocabulary_code(v, c->field) : c->nrivals == 1 ? vocabulary_code(v, c->rival[0]) : S("?");
		if (!str_eq(code, ledger_aliases[i].field) && !is_label(ledger_aliases[i].name))
			fail_msg("%.*s is taken for %.*s", STR_FMT(ledger_aliases[i].name), STR_FMT(code));
		buf_free(&b);
		if (i % 50 == 0) {
			arena_free(&a);
			a = arena_make(0);
			v = ledger_vocabulary(&a);
		}
	}
}

static int set_up(void **state)
{
	(void)state;
	a = arena_make(0);
	v = ledger_vocabulary(&a);
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
		cmocka_unit_test(test_plain), cmocka_unit_test(test_two_rows), cmocka_unit_test(test_spelling), cmocka_unit_test(test_english),
		cmocka_unit_test(test_text_files), cmocka_unit_test(test_sections), cmocka_unit_test(test_many_sheets), cmocka_unit_test(test_flags),
		cmocka_unit_test(test_register), cmocka_unit_test(test_shared_register), cmocka_unit_test(test_own_labels), cmocka_unit_test(test_mapping), cmocka_unit_test(test_rivals), cmocka_unit_test(test_own_columns),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("ledger aliases", tests, set_up, tear_down);
}
