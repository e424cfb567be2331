/* xml_test.c - the quick way through XML tells what expat tells, whatever stands in it and however it is cut. */
#include "format/xml.h"
#include <stdarg.h>
#include <stdio.h>
#include <setjmp.h>
#include <cmocka.h>
#include "format/xml_testlog.h"

static void same(struct str s, int tags)
{
	static const ptrdiff_t steps[] = { 1, 2, 3, 7, 64, 1000, 65536, 1 << 30 };
	struct buf slow, quick;
	enum status expected = xml_log_of(s, false, 1 << 30, tags, &slow);

	for (ptrdiff_t i = 0; i < COUNT(steps); i++) {
		if (s.n / steps[i] > 100000)
			continue;
		assert_int_equal(xml_log_of(s, true, steps[i], tags, &quick), expected);
		assert_true(str_eq(buf_str(&quick), buf_str(&slow)));
		buf_free(&quick);
	}
	buf_free(&slow);
}

static void tells_what_expat_tells(void **state)
{
	static const struct str documents[] = {
		SLIT(""), SLIT("<a/>"), SLIT("<a>"), SLIT("<a></a><b/>"), SLIT("<a></a>x"), SLIT("<a>x</a>\n"), SLIT(" <a/>"), SLIT("\xef\xbb\xbf<a><b/></a>"),
		SLIT("<a><b c=\"1\" d=\"<\"/></a>"), SLIT("<a><b c=\"1\" c=\"2\"/></a>"), SLIT("<a><b c=\"1\"d=\"2\"/></a>"), SLIT("<a><b  c=\"x>y\" /><b/></a>"),
		SLIT("<a><b c='1'/><b c = \"1\"/><b\nc=\"1\"/><b c=\"1\n2\t3\"/></a>"), SLIT("<a><b c=\"&amp;&#65;\">&#x41;</b></a>"),
		SLIT("<a><b>1 &lt; 2 &amp;&amp; 3&gt;2&quot;&apos;</b></a>"),
		SLIT("<a><b>&unknown;</b></a>"), SLIT("<a><b>&amp</b></a>"), SLIT("<a><b>a]]>b</b></a>"), SLIT("<a><b>a]]&gt;]></b><b>]></b></a>"),
		SLIT("<a><b>x\r\ny\rz</b><c/></a>"),
		SLIT("<a><b>\x01</b></a>"), SLIT("<a><b>\x7f</b></a>"), SLIT("<a><b>\xef\xbf\xbe</b></a>"),
		SLIT("<a><b>\xef\xbf\xbd \xe3\xbf\xbf</b></a>"), SLIT("<a><b>\xed\xa0\x80</b></a>"),
		SLIT("<a><b>\xe3\x81</b></a>"), SLIT("<a><b>\xf0\x9f\x8d\x8e\xf4\x90\x80\x80</b></a>"), SLIT("<a><b>管理</b>番号<管理/></a>"),
		SLIT("<a><b></c></a>"), SLIT("<a><b></ba></a>"),
		SLIT("<a><b></b ></a>"), SLIT("<a><x:b y:c=\"1\"/><-b/></a>"),
		SLIT("<a><b><c><d><e/></d></c>t</b>u<!-- <b/> --><?p <b/> ?><b><![CDATA[<b/>]]></b></a>"), SLIT("<a></a><!-- x --> \n"),
		SLIT("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a><b>\xe9</b></a>"), SLIT("<?xml version=\"1.0\" encoding=\"utf-8\"?><a><b>\xe9</b></a>"),
		SLIT("<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\r\n<a><b>x</b></a>"),
		SLIT("<!DOCTYPE a [<!ATTLIST b c CDATA \"d\">]><a><b/></a>"), SLIT("<a><!DOCTYPE b></a>"),
		SLIT("\xff\xfe<\0a\0>\0<\0b\0/\0>\0<\0/\0a\0>\0"), SLIT("<\0a\0>\0<\0/\0a\0>\0"), SLIT("<a><b>x\0y</b></a>"),
		SLIT("<a><b c=\"\0\"/></a>"), SLIT("<a><b/></a"), SLIT("<a><b/><"), SLIT("<a><b c=\"1"),
		SLIT("<a>\n <b> </b>\n\t<b/> \n</a>"), SLIT("<a></b></a>"), SLIT("<a></a></a>"),
	};

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(documents); i++) {
		same(documents[i], 1 << 30);
		same(documents[i], 3);
	}
}

/* Rows longer than the window, deeper than is plain, with more attributes; an odd one now and then. */
static struct buf long_document(int rows, int cells)
{
	static const char *const texts[] = { "<is><t>商品の発送と請求</t></is>", "<v>12</v>", "", "<is><t>A&amp;B</t></is>",
		"<v>a\r\nb</v>", "<is><t>&#10;</t></is>", "<is><t>x<!-- - --></t></is>" };
	struct buf b = buf_make(0);

	buf_lit(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<w><data>");
	for (int i = 0; i < rows; i++) {
		buf_fmt(&b, "<row r=\"%d\">", i + 1);
		for (int j = 0; j < cells; j++)
			buf_fmt(&b, "<c r=\"A%d\" s=\"%d\">%s</c>", j, i, texts[(i * 31 + j) % 97 < COUNT(texts) ? (i * 31 + j) % 97 : j % 3]);
		buf_lit(&b, "</row>");
	}
	for (int i = 0; i < 40; i++)
		buf_lit(&b, "<d>");
	buf_lit(&b, "<e");
	for (int i = 0; i < 40; i++)
		buf_fmt(&b, " a%d=\"%d\"", i, i);
	buf_lit(&b, "/>");
	for (int i = 0; i < 40; i++)
		buf_lit(&b, "</d>");
	buf_lit(&b, "</data></w>");
	return b;
}

static void reads_long_ones(void **state)
{
	static const struct { int rows, cells; } sizes[] = { { 3000, 10 }, { 3, 5000 }, { 1, 20000 } };

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(sizes); i++) {
		struct buf b = long_document(sizes[i].rows, sizes[i].cells);
		same(buf_str(&b), 1 << 30);
		same(buf_str(&b), 20001);
		same(str_sub(buf_str(&b), 0, b.n - 20), 1 << 30);
		buf_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(tells_what_expat_tells), cmocka_unit_test(reads_long_ones) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
