/* xlsx_testfile.h - workbooks put together part by part, right or wrong; for tests and corpora only. */
#pragma once
#include "format/testfile.h"
#include <stdio.h>

struct test_sheet { const char *name, *state, *xml; };      /* xml: what stands inside <worksheet> */
struct test_book {
	const char *strings;         /* inside <sst>; NULL: no such part */
	const char *formats;         /* inside <numFmts> */
	const char *xfs;             /* inside <cellXfs> */
	bool        system_1904;
	const char *prolog;          /* before the root of each sheet, such as a DOCTYPE */
	const char *prefix;          /* of the main namespace: "x:" - then the xml must carry it, too */
	struct test_sheet sheet[4];
};

#define TEST_NS "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define TEST_REL "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

TESTFILE struct buf test_part(const char *before, const char *inside, const char *after)
{
	struct buf b = buf_make(0);

	buf_lit(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n");
	buf_add(&b, str_z(before));
	buf_add(&b, str_z(inside));
	buf_add(&b, str_z(after));
	return b;
}

/* The bytes of the workbook; free with buf_free. */
TESTFILE struct buf test_xlsx(const struct test_book *t)
{
	struct buf part[16], book = buf_make(0), rels = buf_make(0);
	struct test_member m[16];
	char name[8][40];
	int n = 0;
	const char *x = t->prefix ? t->prefix : "";

	for (int i = 0; i < 4 && t->sheet[i].name; i++) {
		char before[400], after[64];
		snprintf(before, sizeof before, "%s<%sworksheet xmlns%s%.*s=\"" TEST_NS "\">", t->prolog ? t->prolog : "", x,
			*x ? ":" : "", (int)(*x ? strlen(x) - 1 : 0), x);
		snprintf(after, sizeof after, "</%sworksheet>", x);
		part[n] = test_part(before, t->sheet[i].xml, after);
		snprintf(name[i], sizeof name[i], "xl/worksheets/sheet%d.xml", i + 1);
		m[n] = (struct test_member){ .name = str_z(name[i]), .deflate = true };
		n++;
		buf_fmt(&book, "<sheet name=\"%s\" sheetId=\"%d\" %s%s%s r:id=\"rId%d\"/>", t->sheet[i].name, i + 1,
			t->sheet[i].state ? "state=\"" : "", t->sheet[i].state ? t->sheet[i].state : "", t->sheet[i].state ? "\"" : "", i + 1);
		buf_fmt(&rels, "<Relationship Id=\"rId%d\" Type=\"" TEST_REL "/worksheet\" Target=\"worksheets/sheet%d.xml\"/>", i + 1, i + 1);
	}
	buf_lit(&rels, "<Relationship Id=\"rId90\" Type=\"" TEST_REL "/styles\" Target=\"/xl/styles.xml\"/>");
	buf_lit(&rels, "<Relationship Id=\"rId91\" Type=\"" TEST_REL "/sharedStrings\" Target=\"sharedStrings.xml\"/>");
	buf_lit(&book, "</sheets>");
	buf_char(&book, 0);
	buf_char(&rels, 0);
	part[n] = test_part(t->system_1904 ? "<workbook xmlns=\"" TEST_NS "\" xmlns:r=\"" TEST_REL "\"><workbookPr date1904=\"1\"/><sheets>"
	                                   : "<workbook xmlns=\"" TEST_NS "\" xmlns:r=\"" TEST_REL "\"><sheets>", book.p, "</workbook>");
	m[n++] = (struct test_member){ .name = S("xl/workbook.xml"), .deflate = true };
	part[n] = test_part("<Relationships xmlns=\"x\">", rels.p, "</Relationships>");
	m[n++] = (struct test_member){ .name = S("xl/_rels/workbook.xml.rels") };
	part[n] = test_part("<Relationships xmlns=\"x\">", "<Relationship Id=\"rId1\" Type=\"" TEST_REL "/officeDocument\" Target=\"xl/workbook.xml\"/>",
		"</Relationships>");
	m[n++] = (struct test_member){ .name = S("_rels/.rels") };
	if (t->strings) {
		part[n] = test_part("<sst xmlns=\"" TEST_NS "\">", t->strings, "</sst>");
		m[n++] = (struct test_member){ .name = S("xl/sharedStrings.xml"), .deflate = true };
	}
	struct buf styles = buf_make(0);
	buf_fmt(&styles, "<numFmts>%s</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs>%s</cellXfs>", t->formats ? t->formats : "",
		t->xfs ? t->xfs : "<xf numFmtId=\"0\"/>");
	buf_char(&styles, 0);
	part[n] = test_part("<styleSheet xmlns=\"" TEST_NS "\">", styles.p, "</styleSheet>");
	m[n++] = (struct test_member){ .name = S("xl/styles.xml"), .deflate = true };
	for (int i = 0; i < n; i++)
		m[i].data = buf_str(&part[i]);
	struct buf out = test_zip(m, n);
	for (int i = 0; i < n; i++)
		buf_free(&part[i]);
	buf_free(&book);
	buf_free(&rels);
	buf_free(&styles);
	return out;
}
