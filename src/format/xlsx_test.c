/* xlsx_test.c - what a workbook gives, cell by cell; what is refused, and where it says so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>

#include "format/xlsx.h"
#include "format/xlsx_part.h"
#include "format/xlsx_testfile.h"

static const char KINDS[] = "?TNDBE";

static enum status add_to(void *user, struct str bytes)
{
	buf_add(user, bytes);
	return ST_OK;
}

/* What comes of the bytes of a pipe, cut after `cut` of them. */
static enum status through_pipe(struct str bytes, ptrdiff_t cut, struct workbook *ret)
{
	struct problems ps = { .a = ret->a };
	struct sheet_reader *r = sheet_reader_make(workbook_sink(ret), &ps);

	if (sheet_reader_take(r, str_sub(bytes, 0, cut)) == ST_OK)
		IGNORE(sheet_reader_take(r, str_sub(bytes, cut, bytes.n)));
	return sheet_reader_end(r);
}

/* A row of two cells whose texts share the bytes of one character. */
static void texts_are_whole(void **state)
{
	static const struct { int first, second; enum status st; } cuts[] = { { 3, 0, ST_OK }, { 0, 3, ST_OK }, { 1, 2, ST_BAD_INPUT }, { 2, 1, ST_BAD_INPUT }, { 3, 1, ST_BAD_INPUT } };

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(cuts); i++) {
		struct arena a = arena_make(0);
		struct workbook w = { .a = &a };
		char bytes[] = { 18, 0, 0, 0, 'S', 0, 1, 's', 'R', 1, 0, 2, 1, CELL_TEXT, (char)cuts[i].first, 2, CELL_TEXT, (char)cuts[i].second,
			(char)0xE7, (char)0xAE, (char)0xA1, 'E' };
		assert_int_equal(through_pipe((struct str){ bytes, COUNT(bytes) }, COUNT(bytes), &w), cuts[i].st);
		arena_free(&a);
	}
}

/* Everything a workbook holds: "[sheet]A1=T:text;..." with "{A1:B2}" for merged ranges, "!place" for a refusal. */
static struct str show(struct arena *a, struct str bytes)
{
	struct workbook w = { .a = a }, copy = { .a = a };
	struct problems ps = { .a = a };
	struct buf b = buf_make(0);
	struct sheet_writer sw;

	enum status st = xlsx_read_bytes(a, bytes, NULL, &ps, workbook_sink(&w));
	assert_true((st == ST_OK) == (ps.n == 0));
	/* the same through bytes, as from a confined child */
	struct buf pipe = buf_make(0);
	struct sheet_sink sink = sheet_write(&sw, add_to, &pipe);
	for (ptrdiff_t i = 0; i < w.n; i++) {
		assert_int_equal(sink.sheet(sink.user, w.sheet[i].name, w.sheet[i].hidden), ST_OK);
		for (ptrdiff_t j = 0; j < w.sheet[i].nrows; j++)
			assert_int_equal(sink.row(sink.user, &w.sheet[i].row[j]), ST_OK);
		for (ptrdiff_t j = 0; j < w.sheet[i].nmerged; j++)
			assert_int_equal(sink.merged(sink.user, w.sheet[i].merged[j]), ST_OK);
	}
	assert_int_equal(sheet_write_end(&sw, NULL), ST_OK);
	for (ptrdiff_t cut = 0; cut < pipe.n; cut++) {
		copy = (struct workbook){ .a = a };
		assert_int_equal(through_pipe(buf_str(&pipe), cut, &copy), ST_OK);
		assert_int_equal(through_pipe(str_sub(buf_str(&pipe), 0, cut), cut, &(struct workbook){ .a = a }), ST_BAD_INPUT);
	}
	buf_char(&pipe, 'S');
	assert_int_equal(through_pipe(buf_str(&pipe), 0, &(struct workbook){ .a = a }), ST_BAD_INPUT);
	buf_free(&sw.b);
	buf_free(&pipe);
	assert_int_equal(copy.n, w.n);
	for (ptrdiff_t i = 0; i < copy.n; i++) {
		struct sheet *s = &copy.sheet[i];
		buf_fmt(&b, "[%.*s%s]", STR_FMT(s->name), s->hidden ? "*" : "");
		for (ptrdiff_t j = 0; j < s->nrows; j++)
			for (int k = 0; k < s->row[j].n; k++) {
				const struct cell *c = &s->row[j].cell[k];
				buf_fmt(&b, "%c%d=%c:%.*s;", 'A' + c->column - 1, (int)s->row[j].row, KINDS[c->kind], STR_FMT(c->text));
				assert_int_equal(sheet_cell(&s->row[j], c->column).kind, c->kind);
			}
		for (ptrdiff_t j = 0; j < s->nmerged; j++)
			buf_fmt(&b, "{%c%d:%c%d}", 'A' + s->merged[j].column - 1, (int)s->merged[j].row, 'A' + s->merged[j].last_column - 1,
				(int)s->merged[j].last_row);
	}
	if (st != ST_OK)
		buf_fmt(&b, "!%.*s", STR_FMT(ps.p[0].place));
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

static void reads(const struct test_book *t, const char *expected)
{
	struct arena a = arena_make(0);
	struct buf file = test_xlsx(t);

	assert_string_equal(str_to_z(&a, show(&a, buf_str(&file))), expected);
	buf_free(&file);
	arena_free(&a);
}

/* REQ: LED-02 - a ledger as Excel saves it */
static void test_cells(void **state)
{
	(void)state;
	reads(&(struct test_book){
		.strings = "<si><t>台帳</t></si><si><r><t>顧客</t></r><r><rPr><b/></rPr><t xml:space=\"preserve\"> 名簿</t></r><rPh sb=\"0\" eb=\"2\"><t>コキャク</t></rPh>"
			"<phoneticPr fontId=\"1\"/></si>"
		           "<si><t>a&amp;b&lt;</t></si><si/><si><t>one_x000D_\ntwo_x005F_x_x3042_</t></si>",
		.sheet = { { "表", NULL,
			"<dimension ref=\"A1:E9\"/><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v>"
				"</c><c r=\"D1\" t=\"s\"><v>3</v></c>"
			"<c r=\"E1\" t=\"s\"><v>4</v></c></row>"
			"<row r=\"3\"><c r=\"B3\"><v>300</v></c><c r=\"C3\"><v>0.1</v></c><c r=\"D3\"><v>1200.0000000000002</v></c><c r=\"E3\"><v>1E-3</v></c><c r=\"F3\">"
				"<v>-5</v></c><c r=\"G3\" s=\"0\"/></row>"
			"<row r=\"4\"><c r=\"A4\" t=\"b\"><v>1</v></c><c r=\"B4\" t=\"e\"><v>#REF!</v></c><c r=\"C4\" t=\"str\"><f>A1&amp;B1</f><v>結合</v></c><c r=\"D4\">"
				"<f>SUM(B3)</f><v>300</v></c>"
			"<c r=\"E4\"><f>1+1</f></c><c r=\"F4\" t=\"inlineStr\"><is><t>直接</t><rPh sb=\"0\" eb=\"1\"><t>チョクセツ</t></rPh></is></c>"
			"<c r=\"G4\" t=\"inlineStr\"><is><r><t>山</t></r><r><t>田</t></r></is></c></row>"
			"<row><c><v>7</v></c><c t=\"inlineStr\"><is><t>次</t></is></c></row></sheetData>"
			"<mergeCells count=\"2\"><mergeCell ref=\"A1:B2\"/><mergeCell ref=\"C3\"/></mergeCells>" } } },
		"[表]A1=T:台帳;B1=T:顧客 名簿;C1=T:a&b<;E1=T:one\ntwo_x_x3042_;B3=N:300;C3=N:0.1;D3=N:1200;E3=N:0.001;F3=N:-5;"
		"A4=B:TRUE;B4=E:#REF!;C4=T:結合;D4=N:300;E4=E:#N/A;F4=T:直接;G4=T:山田;A5=N:7;B5=T:次;{A1:B2}");
}

static void test_sheets(void **state)
{
	(void)state;
	reads(&(struct test_book){ .sheet = {
		{ "はじめに", NULL, "<sheetData/>" },
		{ "控え", "hidden", "<sheetData><row r=\"1\" hidden=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData>" },
		{ "奥", "veryHidden", "<sheetData><row r=\"2\"><c r=\"B2\"><v>2</v></c></row></sheetData>" } } },
		"[はじめに][控え*]A1=N:1;[奥*]B2=N:2;");
	reads(&(struct test_book){ .prefix = "x:", .sheet = { { "ns", NULL,
		"<x:sheetData><x:row r=\"1\"><x:c r=\"A1\"><x:v>5</x:v><y:v xmlns:y=\"q\">6</y:v></x:c></x:row></x:sheetData>" } } }, "[ns]A1=N:5;");
}

static void test_dates(void **state)
{
	struct test_book t = {
		.formats = "<numFmt numFmtId=\"176\" formatCode=\"[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;;@\"/>"
			"<numFmt numFmtId=\"177\" formatCode=\"yyyy/mm/dd\\ hh:mm\"/>"
		           "<numFmt numFmtId=\"178\" formatCode=\"#,##0&quot;件 (day)&quot;\"/><numFmt numFmtId=\"179\" formatCode=\"0000\"/>",
		.xfs = "<xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"176\"/><xf numFmtId=\"177\"/><xf numFmtId=\"178\"/><xf numFmtId=\"179\"/>"
			"<xf numFmtId=\"57\"/><xf numFmtId=\"20\"/>",
		.sheet = { { "日", NULL, "<sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"><v>46083</v></c><c r=\"B1\" s=\"2\"><v>46083</v></c><c r=\"C1\" s=\"3\">"
			"<v>46083.5</v></c>"
			"<c r=\"D1\" s=\"4\"><v>46083</v></c><c r=\"E1\" s=\"5\"><v>7</v></c><c r=\"F1\" s=\"6\"><v>1</v></c><c r=\"G1\" s=\"7\"><v>0.75</v></c>"
				"<c r=\"H1\" s=\"1\"><v>-3</v></c>"
			"<c r=\"I1\" t=\"d\"><v>2026-03-02T09:30:00</v></c><c r=\"J1\" s=\"999\"><v>3</v></c></row></sheetData>" } } };

	(void)state;
	reads(&t, "[日]A1=D:2026-03-02;B1=D:2026-03-02;C1=D:2026-03-02 12:00;D1=N:46083;E1=N:0007;F1=D:1900-01-01;G1=N:18:00;H1=N:-3;I1=D:2026-03-02 09:30;J1=N:3;");
	t.system_1904 = true;
	t.sheet[0].xml = "<sheetData><row r=\"1\"><c r=\"A1\" s=\"1\"><v>44621</v></c></row></sheetData>";
	reads(&t, "[日]A1=D:2026-03-02;");
	/* codes of number formats */
	static const struct { const char *code; enum show_kind kind; } codes[] = {
		{ "General", SHOW_PLAIN }, { "G/標準", SHOW_PLAIN }, { "0.00E+00", SHOW_PLAIN }, { "#,##0;[Red]-#,##0", SHOW_PLAIN }, { "0%", SHOW_PLAIN },
			{ "@", SHOW_PLAIN },
		{ "\"年\"0", SHOW_PLAIN }, { "[Red]0.0", SHOW_PLAIN }, { "_ * #,##0_ ;_ * -#,##0_ ", SHOW_PLAIN }, { "yyyy/m/d", SHOW_DATE }, { "m\"月\"d\"日\"", SHOW_DATE },
		{ "[$-ja-JP-x-gannen]ggge\"年\"m\"月\"d\"日\";@", SHOW_DATE }, { "[$-F800]dddd, mmmm dd, yyyy", SHOW_DATE }, { "gee.mm.dd", SHOW_DATE },
			{ "mmm-yy", SHOW_DATE }, { "aaaa", SHOW_DATE },
		{ "h:mm AM/PM", SHOW_DATE }, { "[h]:mm", SHOW_TIME }, { "mm:ss", SHOW_TIME }, { "000", SHOW_ZEROS }, { "0", SHOW_PLAIN }, { "\"No.\"000", SHOW_ZEROS },
	};
	for (ptrdiff_t i = 0; i < COUNT(codes); i++) {
		enum show_kind want = strstr(codes[i].code, "AM/PM") ? SHOW_TIME : codes[i].kind;
		if (show_of_code(str_z(codes[i].code)).kind != want)
			fail_msg("%s", codes[i].code);
	}
}

/* REQ: LED-02 - a broken workbook names the cell and gives nothing half */
static void test_refused(void **state)
{
	static const struct { const char *xml, *place; } bad[] = {
		{ "<sheetData><row r=\"8\"><c r=\"C8\" t=\"s\"><v>9</v></c></row></sheetData>", "[s]!s!C8" },
		{ "<sheetData><row r=\"8\"><c r=\"C8\" t=\"s\"><v>-1</v></c></row></sheetData>", "[s]!s!C8" },
		{ "<sheetData><row r=\"8\"><c r=\"C8\" t=\"s\"><v></v></c></row></sheetData>", "[s]!s!C8" },
		{ "<sheetData><row r=\"2\"><c r=\"A2\"><v>12x</v></c></row></sheetData>", "[s]!s!A2" },
		{ "<sheetData><row r=\"2\"><c r=\"XFE2\"><v>1</v></c></row></sheetData>", "[s]!s!A2" },
		{ "<sheetData><row r=\"2\"><c r=\"A1\"><v>1</v></c></row></sheetData>", "[s]!s!A2" },
		{ "<sheetData><row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"A2\"><v>1</v></c></row></sheetData>", "[s]!s!A2" },
		{ "<sheetData><row r=\"2\"/><row r=\"1\"/></sheetData>", "[s]!s!A2" },
		{ "<sheetData><row r=\"99999999999999999999\"/></sheetData>", "[s]!s" },
		{ "<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></sheetData>", "[s]!xl/worksheets/sheet1.xml" },
		{ "&undefined;", "[s]!xl/worksheets/sheet1.xml" },
	};
	struct arena a = arena_make(0);

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(bad); i++)
		reads(&(struct test_book){ .strings = "<si><t>x</t></si>", .sheet = { { "s", NULL, bad[i].xml } } }, bad[i].place);
	/* entities that would grow without end */
	reads(&(struct test_book){ .prolog = "<!DOCTYPE worksheet [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">"
		"<!ENTITY c \"&b;&b;&b;&b;&b;&b;\">]>",
		.sheet = { { "s", NULL, "<sheetData><row r=\"1\"><c r=\"A1\" t=\"str\"><v>&c;</v></c></row></sheetData>" } } }, "[s]!xl/worksheets/sheet1.xml");
	struct buf deep = buf_make(0);
	for (int i = 0; i < 5000; i++)
		buf_lit(&deep, "<a>");
	buf_char(&deep, 0);
	reads(&(struct test_book){ .sheet = { { "s", NULL, deep.p } } }, "[s]!xl/worksheets/sheet1.xml");
	buf_free(&deep);
	assert_string_equal(str_to_z(&a, show(&a, S("PK\3\4 no archive"))), "!");
	assert_string_equal(str_to_z(&a, show(&a, S(""))), "!");
	/* an archive without a workbook */
	struct test_member m = { .name = S("a.txt"), .data = S("hello") };
	struct buf zip = test_zip(&m, 1);
	assert_string_equal(str_to_z(&a, show(&a, buf_str(&zip))), "!");
	buf_free(&zip);
	arena_free(&a);
}

static void test_bounds(void **state)
{
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct workbook w = { .a = &a, .max_cells = 2 };
	struct buf file = test_xlsx(&(struct test_book){ .strings = "<si><t>aaaa</t></si><si><t>bbbb</t></si>", .sheet = { { "s", NULL,
		"<sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"><v>1</v></c><c r=\"C1\"><v>1</v></c></row></sheetData>" } } });

	(void)state;
	assert_int_equal(xlsx_read_bytes(&a, buf_str(&file), NULL, &ps, workbook_sink(&w)), ST_TOO_BIG);
	w = (struct workbook){ .a = &a };
	assert_int_equal(xlsx_read_bytes(&a, buf_str(&file), &(struct xlsx_limits){ .strings = 1 }, &ps, workbook_sink(&w)), ST_TOO_BIG);
	assert_int_equal(xlsx_read_bytes(&a, buf_str(&file), &(struct xlsx_limits){ .string_bytes = 7 }, &ps, workbook_sink(&w)), ST_TOO_BIG);
	assert_int_equal(xlsx_read_bytes(&a, buf_str(&file), &(struct xlsx_limits){ .unpacked_bytes = 300 }, &ps, workbook_sink(&w)), ST_TOO_BIG);
	assert_int_equal(xlsx_read_bytes(&a, buf_str(&file), NULL, &ps, workbook_sink(&w)), ST_OK);
	buf_free(&file);
	/* a part that unpacks to far more than it is */
	struct buf bomb = buf_make(0);
	buf_lit(&bomb, "<sheetData>");
	memset(buf_room(&bomb, 40 << 20), ' ', 40 << 20);
	buf_char(&bomb, 0);
	file = test_xlsx(&(struct test_book){ .sheet = { { "s", NULL, bomb.p } } });
	ps.n = 0;
	assert_int_equal(xlsx_read_bytes(&a, buf_str(&file), NULL, &ps, workbook_sink(&w)), ST_TOO_BIG);
	assert_int_equal(ps.n, 1);
	buf_free(&bomb);
	buf_free(&file);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cells), cmocka_unit_test(test_sheets), cmocka_unit_test(test_dates),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_bounds), cmocka_unit_test(texts_are_whole),
	};

	return cmocka_run_group_tests_name("xlsx", tests, NULL, NULL);
}
