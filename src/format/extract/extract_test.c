/* extract_test.c - every format, honest and hostile; old office formats are in ole_test.c. */
#include "tests/unit/extract_log.h"
#include "format/xlsx_testfile.h"
#include <stdio.h>

/* ---- text ---- */

static void plain_text(void **state)
{
	(void)state;
	expect(S("氏名,電話\n山田,03\n"), "a.csv", S("[]氏名,電話\n山田,03\n|"));
	expect(S("\xEF\xBB\xBF" "with a mark"), "a", S("[]with a mark|"));
	expect(S("\x8e\x81\x96\xbc\x2c\x8eR\x93\x63\r\n"), "a.csv", S("[]氏名,山田\r\n|"));
	expect(S("\xff\xfe\x0f\x6c\x0d\x54\x0a\x00"), "a.txt", S("[]氏名\n|"));
	expect(S("\x1b$B;aL>\x1b(B\n"), "a.txt", S("[]氏名\n|"));
	expect(S("\xbb\xe1\xcc\xbe\xa4\xcf\n"), "a.txt", S("[]氏名は\n|"));
	expect(S(""), "empty", S("[]|"));
	expect(S("\x7f" "ELF\1\2\3\0\0\0\0\0\0\0\0\0"), "a.bin", S("!:binary|"));
	expect(S("\x89PNG\r\n\x1A\n0000"), "a.png", S("!:image|"));
	expect(S("7z\xBC\xAF\x27\x1C" "0000"), "a.7z", S("!:archive|"));
}

/* ASCII for longer than the head, then Japanese in another encoding. */
static void late_encoding(void **state)
{
	(void)state;
	struct buf in = buf_make(0), want = buf_make(0);
	buf_lit(&want, "[]");
	for (int i = 0; i < 20000; i++) {
		buf_lit(&in, "plain ascii line\n");
		buf_lit(&want, "plain ascii line\n");
	}
	buf_lit(&in, "\x8e\x81\x96\xbc\x81\x46\x8eR\x93\x63\x91\xbe\x98Y\n");
	buf_lit(&want, "氏名：山田太郎\n|");
	expect(buf_str(&in), "a.txt", buf_str(&want));
	buf_free(&in);
	buf_free(&want);
}

static void json_escapes(void **state)
{
	(void)state;
	expect(S("{\"\\u6c0f\\u540d\": \"\\u5c71\\u7530\\n\", \"x\": \"\\ud842\\udfb7\\\\u5c71\"}"), "a.json",
	       S("[]{\"氏名\": \"山田\\n\", \"x\": \"𠮷\\\\u5c71\"}|"));
	expect(S("[\"\\u5c71\"]"), "no-ending", S("[][\"山\"]|"));
	expect(S("{\"a\":\"\\ud800 \\u00\\"), "cut.json", S("[]{\"a\":\"\\ud800 \\u00\\|"));

	struct str in = S("ab\\u5c71\\u7530\\ud842\\udfb7\\n\\u5c\\\\u5c71 \\u5c71x"), want = S("ab山田𠮷\\n\\u5c\\\\u5c71 山x");
	for (ptrdiff_t i = 0; i <= in.n; i++)
		for (ptrdiff_t k = i; k <= in.n; k++) {
			struct json_unescape j = { .nrest = 0 };
			struct buf out = buf_make(0);
			json_unescape(&j, str_sub(in, 0, i), false, &out);
			json_unescape(&j, str_sub(in, i, k), false, &out);
			json_unescape(&j, str_sub(in, k, in.n), true, &out);
			if (!str_eq(buf_str(&out), want))
				fail_msg("cut at %td and %td: %.*s", i, k, STR_FMT(buf_str(&out)));
			buf_free(&out);
		}
}

static void html(void **state)
{
	(void)state;
	expect(S("<!DOCTYPE html><html><head><title>名簿</title><style>p{x:1}</style><script>var a='<p>no</p>';</script></head>"
	         "<body><p>山田&nbsp;太郎 &#x5C71;&#30000; &amp; &lt;b&gt; &unknown; &copy</p>"
	         "<table><tr><th>氏名</th><th>電話</th></tr><tr><td>山<b>田</b></td><td>03\n1234</td></tr></table>"
	         "<!-- note 1 --><input value=\"a@example.jp\"><a href='mailto:b@example.jp'>mail</a> 1 < 2</body></html>"), "a.html",
	       S("[]名簿\n山田 太郎 山田 & <b> &unknown; &copy\n氏名\t電話\t\n山田\t03 1234\t\nnote 1 --> a@example.jp mailto:b@example.jp mail 1 < 2\n|"));
	expect(S("<html><p>never closed <a href=\"x"), "a.html", S("[]never closed <a href=\"x|"));
	expect(S("<html><script>endless"), "a.html", S("[]|"));
	expect(S("<table><tr><td>山田<br>太郎</td><td><p>090-1234-</p><p>5678</p></td></tr><tr><td>x</table><p>a<br>b"), "a.html",
	       S("[]山田 太郎\t090-1234- 5678\t\nx\na\nb|"));
}

static void xml(void **state)
{
	(void)state;
	expect(S("<?xml version='1.0'?><!DOCTYPE r [<!ENTITY a \"aaa\">]><名簿><人 id='1'><氏名>山田</氏名><tel/>"
	         "<x:mail xmlns:x='u'><![CDATA[a@b.jp]]></x:mail>&a;</人></名簿>"), "a.xml",
	       S("[]]>\nid: 1\n氏名: 山田\nmail: a@b.jp]]>\n&a;\n|"));

	/* a name longer than a label is cut between characters, not inside one */
	struct buf in = buf_make(0), out = buf_make(0);
	buf_lit(&in, "<?xml version='1.0'?><r ");
	for (int i = 0; i < 100; i++)
		buf_lit(&in, "住");
	buf_lit(&in, "='1'/>");
	buf_lit(&out, "[]");
	for (int i = 0; i < 66; i++)
		buf_lit(&out, "住");
	buf_lit(&out, ": 1\n|");
	expect(buf_str(&in), "a.xml", buf_str(&out));
	buf_free(&in);
	buf_free(&out);
}

static void rtf(void **state)
{
	(void)state;
	expect(S("{\\rtf1\\ansi\\ansicpg932{\\fonttbl{\\f0 MS Mincho;}}{\\*\\generator x;}\\f0 \\'8e\\'81\\'96\\'bc\\tab "
	         "\\u23665?\\u30000?\\par A\\{B\\}\\line 2}"), "a.rtf", S("[]氏名\t山田\nA{B}\n2|"));
}

/* ---- archives ---- */

static struct buf gz(struct str s)
{
	struct buf b = buf_make(0);
	put_deflated(&b, s, 31);
	return b;
}

static void put_tar_header(struct buf *b, struct str name, char type, int64_t size)
{
	char h[512] = { 0 };
	unsigned sum = 0;
	memcpy(h, name.p, (size_t)MIN(name.n, 100));
	snprintf(h + 100, 8, "%07o", 0644);
	snprintf(h + 124, 12, "%011llo", (unsigned long long)size);
	memset(h + 148, ' ', 8);
	h[156] = type;
	memcpy(h + 257, "ustar\00000", 8);
	for (int i = 0; i < 512; i++)
		sum += (unsigned char)h[i];
	snprintf(h + 148, 8, "%06o", sum);
	buf_add(b, (struct str){ h, 512 });
}

static void put_tar(struct buf *b, struct str name, char type, struct str data)
{
	static const char zeros[512];
	put_tar_header(b, name, type, data.n);
	buf_add(b, data);
	buf_add(b, (struct str){ zeros, (512 - data.n % 512) % 512 });
}

static void archives(void **state)
{
	(void)state;
	struct buf t = buf_make(0), packed, twice = buf_make(0), z;
	static const char zeros[1024];

	packed = gz(S("text in gz\n"));
	expect(buf_str(&packed), "a.gz", S("[]text in gz\n|"));
	buf_add(&twice, buf_str(&packed));
	buf_add(&twice, buf_str(&packed));
	expect(buf_str(&twice), "a.gz", S("[]text in gz\ntext in gz\n|"));
	expect(str_sub(buf_str(&packed), 0, packed.n - 9), "cut.gz", S("[]text in gz\n|!:damaged|"));

	put_tar(&t, S("dir/"), '5', S(""));
	put_tar(&t, S("dir/a.txt"), '0', S("in tar"));
	put_tar(&t, S("link"), '2', S(""));
	put_tar(&t, S("././@LongLink"), 'L', S("a/very/long/name.txt\0"));
	put_tar(&t, S("a/very/lon"), '0', S("long"));
	put_tar(&t, S("pax"), 'x', S("26 path=\xe5\x80\x8b\xe4\xba\xba/\xe5\x90\x8d.txt\n"));
	put_tar(&t, S("short"), '0', S("pax"));
	put_tar(&t, S("\x8c\xc2\x90l.txt"), '0', S("cp932 name"));
	put_tar(&t, S("b.txt.gz"), '0', buf_str(&packed));
	put_tar(&t, S("empty"), '0', S(""));
	buf_add(&t, (struct str){ zeros, 1024 });
	struct str log = S("[dir/a.txt]in tar|[a/very/long/name.txt]long|[個人/名.txt]pax|[個人.txt]cp932 name|[b.txt.gz]text in gz\n|[empty]|");
	expect(buf_str(&t), "a.tar", log);
	struct buf tgz = gz(buf_str(&t));
	expect(buf_str(&tgz), "a.tgz", log);
	expect(str_sub(buf_str(&t), 0, 512 + 512 + 3), "cut.tar", S("[dir/a.txt]in |!:damaged|"));

	struct test_member m[] = {
		{ S("d/"), S(""), .deflate = false }, { S("d/a.txt"), S("in zip"), .deflate = true }, { S("in.tar.gz"), buf_str(&tgz), .deflate = false },
		{ S("p.png"), S("\x89PNG\r\n\x1A\n"), .deflate = false }, { S("locked.txt"), S("x"), .encrypted = true },
		{ S("../../etc/passwd"), S("root"), .deflate = false }, { S("bad"), S("wrong sum"), .deflate = false, .wrong_crc = 5 },
	};
	z = test_zip(m, COUNT(m));
	expect(buf_str(&z), "a.zip", S("[d/a.txt]in zip|[in.tar.gz/dir/a.txt]in tar|[in.tar.gz/a/very/long/name.txt]long|[in.tar.gz/個人/名.txt]pax|"
	       "[in.tar.gz/個人.txt]cp932 name|[in.tar.gz/b.txt.gz]text in gz\n|[in.tar.gz/empty]|!p.png:image|!locked.txt:encrypted|"
	       "[../../etc/passwd]root|[bad]wrong sum|!bad:damaged|"));
	expect(str_sub(buf_str(&z), 0, z.n - 30), "cut.zip", S("!:damaged|"));
	buf_free(&t);
	buf_free(&packed);
	buf_free(&twice);
	buf_free(&tgz);
	buf_free(&z);
}

static void nesting_and_bombs(void **state)
{
	(void)state;
	struct buf inner = gz(S("core"));
	for (int i = 0; i < 12; i++) {
		struct buf outer = gz(buf_str(&inner));
		buf_free(&inner);
		inner = outer;
	}
	expect(buf_str(&inner), "deep.gz", S("!:too_deep|"));
	buf_free(&inner);

	struct buf zip = buf_make(0);
	buf_lit(&zip, "core");
	for (int i = 0; i < 10; i++) {
		struct test_member m = { S("z.zip"), buf_str(&zip), .deflate = true };
		struct buf outer = test_zip(&m, 1);
		buf_free(&zip);
		zip = outer;
	}
	expect(buf_str(&zip), "deep.zip", S("!z.zip/z.zip/z.zip/z.zip/z.zip/z.zip/z.zip/z.zip:too_deep|"));
	buf_free(&zip);

	struct buf zeros = buf_make(0), out;
	char *p = buf_room(&zeros, 8 << 20);
	memset(p, 'x', 8 << 20);
	struct extract_limits ratio = { .ratio = 100 }, total = { .total_bytes = 1 << 20, .ratio = 100000 };
	struct test_member m[] = { { S("bomb"), buf_str(&zeros), .deflate = true }, { S("after"), S("small"), .deflate = false } };
	struct buf z = test_zip(m, 2), g = gz(buf_str(&zeros));
	out = here(buf_str(&z), "b.zip", &ratio);
	assert_true(str_ends(buf_str(&out), S("|!bomb:ratio|[after]small|")));
	buf_free(&out);
	out = in_sandbox(buf_str(&z), "b.zip", &total);
	assert_true(str_ends(buf_str(&out), S("!bomb:too_big||")));
	assert_true(out.n < 2 << 20);
	buf_free(&out);
	out = in_sandbox(buf_str(&g), "b.gz", &ratio);
	assert_true(str_find(buf_str(&out), S("!:ratio|")) > 0);
	assert_true(out.n < 4 << 20);
	buf_free(&out);
	struct extract_limits few = { .members = 2 };
	expect_limited(buf_str(&z), "b.zip", &(struct extract_limits){ .members = 1 }, S("!:too_many|"));
	out = here(buf_str(&z), "b.zip", &few);
	assert_true(str_find(buf_str(&out), S("[after]")) < 0);
	buf_free(&out);
	buf_free(&z);
	buf_free(&g);
	buf_free(&zeros);
}

/* ---- office ---- */

static void documents(void **state)
{
	(void)state;
	struct test_member docx[] = {
		{ S("[Content_Types].xml"), S("<Types/>"), .deflate = true },
		{ S("word/document.xml"), S("<?xml version='1.0'?><w:document xmlns:w='w' xmlns:mc='m'><w:body><w:p><w:r><w:t>山</w:t></w:r><w:r><w:t>田"
			"</w:t></w:r><w:r><w:tab/><w:t>太郎</w:t><w:ruby><w:rt><w:r><w:t>たろう</w:t></w:r></w:rt></w:ruby></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r><w:t>氏名</w:t></w:r></w:p>"
			"<w:p><w:r><w:t>かな</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>電話</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
			"<mc:AlternateContent><mc:Fallback><w:p><w:r><w:t>twice</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:body></w:document>"), .deflate = true },
		{ S("word/header1.xml"), S("<w:hdr xmlns:w='w'><w:p><w:r><w:t>頭</w:t></w:r></w:p></w:hdr>"), .deflate = true },
		{ S("word/footnotes.xml"), S("<w:f xmlns:w='w'><w:p><w:r><w:t>注</w:t></w:r></w:p></w:f>"), .deflate = true },
		{ S("word/media/image1.png"), S("\x89PNG\r\n\x1A\n"), .deflate = false },
	};
	struct buf z = test_zip(docx, COUNT(docx));
	expect(buf_str(&z), "a.docx", S("[]山田\t太郎\n氏名 かな\t電話\t\n\n頭\n\n注\n\n|!word/media/image1.png:image|"));
	buf_free(&z);

	struct test_member pptx[] = {
		{ S("ppt/presentation.xml"), S("<p/>"), .deflate = true },
		{ S("ppt/slides/slide10.xml"), S("<p:s xmlns:p='p' xmlns:a='a'><a:p><a:r><a:t>十</a:t></a:r></a:p></p:s>"), .deflate = true },
		{ S("ppt/slides/slide2.xml"), S("<p:s xmlns:p='p' xmlns:a='a'><a:p><a:r><a:t>二</a:t></a:r></a:p></p:s>"), .deflate = true },
	};
	z = test_zip(pptx, COUNT(pptx));
	expect(buf_str(&z), "a.pptx", S("[]二\n\n十\n\n|"));
	buf_free(&z);

	struct test_member odt[] = {
		{ S("mimetype"), S("application/vnd.oasis.opendocument.text"), .deflate = false },
		{ S("content.xml"), S("<o:document-content xmlns:o='o' xmlns:t='t'><t:p>山<t:span>田</t:span><t:s/>太郎</t:p></o:document-content>"), .deflate = true },
	};
	z = test_zip(odt, COUNT(odt));
	expect(buf_str(&z), "a.odt", S("[]山田 太郎\n\n|"));
	buf_free(&z);

	struct test_member bad[] = { { S("word/document.xml"), S("<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><w>&b;</w>"), .deflate = true } };
	z = test_zip(bad, 1);
	expect(buf_str(&z), "bomb.docx", S("[]!:damaged|\n|"));
	buf_free(&z);
}

static void sheets(void **state)
{
	(void)state;
	struct test_book book = {
		.strings = "<si><t>氏名</t><rPh><t>シメイ</t></rPh></si><si><r><t>山田</t></r><r><t>太郎\nさん</t></r></si>",
		.formats = "<numFmt numFmtId='165' formatCode='000000000000'/>",
		.xfs = "<xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='165'/>",
		.sheet = { { .name = "名簿", .xml = "<sheetData><row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' t='inlineStr'><is><t>生年月日</t></is>"
			"</c></row><row r='3'><c r='A3' t='s'><v>1</v></c><c r='B3'><v>1.23456789018E11</v></c><c r='C3' s='1'><v>32874</v></c>"
			"<c r='D3' s='2'><v>1234567890</v></c><c r='E3' t='str'><f>x</f><v>式</v></c><c r='F3' t='e'><v>#REF!</v></c></row></sheetData>" },
			{ .name = "隠し", .state = "hidden", .xml = "<sheetData><row r='1'><c r='A1'><v>7</v></c></row></sheetData>" } },
	};
	struct buf z = test_xlsx(&book);
	expect(buf_str(&z), "a.xlsx", S("[名簿]氏名\t\t生年月日\n\n山田太郎 さん\t123456789018\t1990-01-01\t001234567890\t式\t|[隠し]7|"));
	buf_free(&z);
	book.sheet[1].xml = "<sheetData><row r='1'><c r='A1'><v>8</v></c></row><row r='2'><c r='A2' t='s'><v>77</v></c></row></sheetData>";
	z = test_xlsx(&book);
	struct buf out = in_sandbox(buf_str(&z), "a.xlsx", NULL);
	assert_true(str_find(buf_str(&out), S("123456789018")) > 0 && str_find(buf_str(&out), S("!隠し:damaged|8|")) > 0);
	buf_free(&out);
	buf_free(&z);

	struct test_member m[] = { { S("xl/workbook.xml"), S("<w/>"), .deflate = true },
		{ S("xl/comments1.xml"), S("<comments><authors><author>佐藤</author></authors><commentList><comment><text><r><t>要確認</t></r></text>"
			"</comment></commentList></comments>"), .deflate = true } };
	z = test_zip(m, 2);
	expect(buf_str(&z), "a.xlsx", S("!:damaged|[xl/comments1.xml]佐藤\n要確認\n|"));
	buf_free(&z);
}

/* ---- mail ---- */

#define CRLF "\r\n"
static const struct str MAIL = SLIT(
	"From: =?ISO-2022-JP?B?GyRCOzNFREJATzobKEI=?= <taro@example.jp>" CRLF
	"To: hanako@example.jp" CRLF
	"Subject: =?UTF-8?Q?=E6=B0=8F?= =?UTF-8?Q?=E5=90=8D_list?=" CRLF
	"MIME-Version: 1.0" CRLF
	"Date: x" CRLF
	"Content-Type: multipart/mixed;" CRLF " boundary=\"B1\"" CRLF CRLF
	"preamble" CRLF "--B1" CRLF
	"Content-Type: multipart/alternative; boundary=B2" CRLF CRLF
	"--B2" CRLF "Content-Type: text/plain; charset=ISO-2022-JP" CRLF CRLF "\x1b$B;aL>\x1b(B" CRLF
	"--B2" CRLF "Content-Type: text/html; charset=utf-8" CRLF "Content-Transfer-Encoding: quoted-printable" CRLF CRLF
	"<p>=E5=B1=B1=E7=94=B0=" CRLF "&amp;</p>" CRLF "--B2--" CRLF
	"--B1" CRLF "Content-Type: text/csv; name*=UTF-8''%E5%90%8D%E7%B0%BF.csv" CRLF "Content-Transfer-Encoding: base64" CRLF
	"Content-Disposition: attachment; filename*0*=UTF-8''%E5%90%8D; filename*1*=%E7%B0%BF.csv" CRLF CRLF
	"YSxi" CRLF "MSwy" CRLF CRLF "--B1" CRLF
	"Content-Type: message/rfc822" CRLF CRLF
	"From: inner@example.jp" CRLF "Subject: in" CRLF "Message-ID: <1>" CRLF "Date: x" CRLF CRLF "inner body" CRLF
	"--B1--" CRLF);

static void mails(void **state)
{
	(void)state;
	expect(MAIL, "a.eml", S("[]From: 山田太郎 <taro@example.jp>\nTo: hanako@example.jp\nSubject: 氏名 list\n\n氏名\r\n\n山田&\n\n|"
	       "[名簿.csv]a,b1,2|[part 6.eml]From: inner@example.jp\nSubject: in\n\ninner body\r\n\n|"));
	expect(S("Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\ncut"), "a.eml", S("[]Subject: x\n\ncut\n|"));
	expect(S("Subject: only headers"), "a.eml", S("[]Subject: only headers\n\n\n|"));

	struct buf b = buf_make(0);
	buf_lit(&b, "From a@example.jp Mon\nFrom: a@example.jp\nSubject: one\n\nfirst\n>From quoted\n\nFrom b@example.jp Tue\nSubject: two\n\nsecond\n");
	expect(buf_str(&b), "mbox", S("[1]From: a@example.jp\nSubject: one\n\nfirst\nFrom quoted\n\n\n|[2]Subject: two\n\nsecond\n\n|"));
	buf_free(&b);
}

static void nested_mails(void **state)
{
	(void)state;
	struct buf b = buf_make(0), out;
	for (int i = 0; i < 60; i++)
		buf_fmt(&b, "Subject: %d\nContent-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i, i);
	out = in_sandbox(buf_str(&b), "a.eml", NULL);
	assert_true(str_find(buf_str(&out), S("too_deep")) > 0);
	buf_free(&out);
	b.n = 0;
	for (int i = 0; i < 30; i++)
		buf_lit(&b, "Subject: x\nFrom: y\nTo: z\nDate: 1\nContent-Type: message/rfc822\n\n");
	out = in_sandbox(buf_str(&b), "a.eml", NULL);
	assert_true(str_find(buf_str(&out), S("too_deep")) > 0);
	buf_free(&out);
	buf_free(&b);
}

/* ---- programs ---- */

/* A PDF of one page with one line of text. */
static struct buf pdf(const char *text)
{
	struct buf b = buf_make(0), stream = buf_make(0);
	ptrdiff_t at[6] = { 0 };
	buf_fmt(&stream, "BT /F1 12 Tf 72 700 Td (%s) Tj ET", text);
	buf_lit(&b, "%PDF-1.4\n");
	const char *const objects[] = { "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>", NULL,
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>" };
	for (int i = 0; i < COUNT(objects); i++) {
		at[i + 1] = b.n;
		buf_fmt(&b, "%d 0 obj\n", i + 1);
		if (objects[i])
			buf_fmt(&b, "%s\nendobj\n", objects[i]);
		else
			buf_fmt(&b, "<</Length %td>>\nstream\n%.*s\nendstream\nendobj\n", stream.n, STR_FMT(buf_str(&stream)));
	}
	ptrdiff_t xref = b.n;
	buf_lit(&b, "xref\n0 6\n0000000000 65535 f \n");
	for (int i = 1; i <= 5; i++)
		buf_fmt(&b, "%010td 00000 n \n", at[i]);
	buf_fmt(&b, "trailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%td\n%%%%EOF\n", xref);
	buf_free(&stream);
	return b;
}

static void pdfs(void **state)
{
	(void)state;
	struct buf p = pdf("tel 03-1234-5678"), none = pdf(""), out;
	if (access("/usr/bin/pdftotext", X_OK) != 0)
		skip();
	out = in_sandbox(buf_str(&p), "a.pdf", NULL);
	assert_true(str_find(buf_str(&out), S("[]tel 03-1234-5678\n")) == 0 || str_find(buf_str(&out), S("tel 03-1234-5678\n")) > 0);
	assert_true(str_ends(buf_str(&out), S("|")));
	buf_free(&out);
	struct test_member m[] = { { S("d/a.pdf"), buf_str(&p), .deflate = true }, { S("b.txt"), S("after"), .deflate = false } };
	struct buf z = test_zip(m, 2);
	out = in_sandbox(buf_str(&z), "a.zip", NULL);
	assert_true(str_starts(buf_str(&out), S("[d/a.pdf]")));
	assert_true(str_find(buf_str(&out), S("tel 03-1234-5678")) > 0);
	assert_true(str_ends(buf_str(&out), S("|[b.txt]after|")));
	buf_free(&out);
	out = in_sandbox(buf_str(&none), "a.pdf", NULL);
	assert_true(str_ends(buf_str(&out), S("!:image|")));
	buf_free(&out);
	out = in_sandbox(S("%PDF-1.4\nnothing of the kind"), "a.pdf", NULL);
	assert_true(str_ends(buf_str(&out), S("!:damaged|")));
	buf_free(&out);
	buf_free(&p);
	buf_free(&none);
	buf_free(&z);
}

/* ---- SQLite: pages written by hand ---- */

static void put_big(char *p, int n, int64_t v)
{
	while (n--) {
		p[n] = (char)(v & 0xFF);
		v >>= 8;
	}
}

/* Adds a cell at the end of a leaf page's free space. Values: texts, or integers where the text is NULL. */
struct cell_value { const char *text; int v; };
static void put_cell(char *page, ptrdiff_t head, int rowid, const struct cell_value *v, int n)
{
	char cell[400];
	ptrdiff_t at = 2, body = 1 + n;
	cell[1] = (char)rowid;
	cell[at++] = (char)body;
	for (int i = 0; i < n; i++)
		cell[at++] = (char)(v[i].text ? 13 + 2 * (int)strlen(v[i].text) : 4);
	for (int i = 0; i < n; i++) {
		if (v[i].text) {
			memcpy(cell + at, v[i].text, strlen(v[i].text));
			at += (ptrdiff_t)strlen(v[i].text);
		} else {
			put_big(cell + at, 4, v[i].v);
			at += 4;
		}
	}
	cell[0] = (char)(at - 2);
	assert_true(at - 2 < 128);
	int cells = page[head + 4];
	ptrdiff_t content = cells ? (unsigned char)page[head + 8 + 2 * (cells - 1)] << 8 | (unsigned char)page[head + 8 + 2 * (cells - 1) + 1] : 512;
	content -= at;
	memcpy(page + content, cell, (size_t)at);
	put_big(page + head + 8 + 2 * cells, 2, content);
	page[head + 4] = (char)(cells + 1);
	page[head] = 13;
}

static void databases(void **state)
{
	(void)state;
	static char file[1024];
	memcpy(file, "SQLite format 3", 16);
	put_big(file + 16, 2, 512);
	put_big(file + 56, 4, 1);
	put_cell(file, 100, 1, (struct cell_value[]){ { "table", 0 }, { "p", 0 }, { "p", 0 }, { NULL, 2 },
	         { "CREATE TABLE p(a,\"b c\" TEXT,[d] INT,UNIQUE(a))", 0 } }, 5);
	put_cell(file + 512, 0, 1, (struct cell_value[]){ { "taro\nx", 0 }, { NULL, 1234567 }, { NULL, -5 } }, 3);
	put_cell(file + 512, 0, 2, (struct cell_value[]){ { "hanako", 0 }, { "", 0 }, { NULL, 0 } }, 3);
	expect((struct str){ file, 1024 }, "a.db", S("[p]a\tb c\td\ntaro x\t1234567\t-5\nhanako\t\t0\n|"));

	file[512] = 5;                                  /* an interior page that leads to itself */
	put_big(file + 512 + 8, 4, 2);
	struct buf out = in_sandbox((struct str){ file, 1024 }, "a.db", NULL);
	assert_true(str_ends(buf_str(&out), S("|!p:damaged|")));
	buf_free(&out);
	expect((struct str){ file, 50 }, "a.db", S("!:damaged|"));
}

/* ---- damage: every cut, many flips; nothing may crash, in this process ---- */

static void damage(void **state)
{
	(void)state;
	struct test_member m[] = { { S("xl/workbook.xml"), S("<w xmlns:r='r'><sheet name='s' r:id='r1'/></w>"), .deflate = false },
		{ S("xl/_rels/workbook.xml.rels"), S("<R><Relationship Id='r1' Target='s.xml'/></R>"), .deflate = true },
		{ S("xl/s.xml"), S("<w><row r='2'><c r='B2' t='n'><v>12</v></c></row></w>"), .deflate = true } };
	struct buf z = test_zip(m, 3), g = gz(S("text")), t = buf_make(0);
	put_tar(&t, S("a"), '0', S("in tar"));
	mangle(buf_str(&z), "a.xlsx", 1);
	mangle(buf_str(&g), "a.gz", 1);
	mangle(buf_str(&t), "a.tar", 1);
	mangle(MAIL, "a.eml", 1);
	mangle(S("{\\rtf1{\\fonttbl x}\\'8e\\'81\\u23665?{\\*\\x}\\par}"), "a.rtf", 1);
	mangle(S("<html><p a='b' value=\"c\">&#x5C71;&amp;<script>x</script><!-- c --></p>"), "a.html", 1);
	buf_free(&z);
	buf_free(&g);
	buf_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_text), cmocka_unit_test(late_encoding), cmocka_unit_test(json_escapes), cmocka_unit_test(html),
		cmocka_unit_test(xml), cmocka_unit_test(rtf), cmocka_unit_test(archives), cmocka_unit_test(nesting_and_bombs),
		cmocka_unit_test(documents), cmocka_unit_test(sheets), cmocka_unit_test(mails), cmocka_unit_test(nested_mails),
		cmocka_unit_test(pdfs), cmocka_unit_test(databases), cmocka_unit_test(damage),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
