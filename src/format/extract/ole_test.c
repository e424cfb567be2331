/* ole_test.c - old office formats: files made by hand, whole, in pieces and damaged. */
#include "tests/unit/extract_log.h"
#include "format/xlsx_testfile.h"

/* A record of the old Excel format. */
static void put_record(struct buf *b, unsigned type, struct str data)
{
	put16(b, type);
	put16(b, (unsigned)data.n);
	buf_add(b, data);
}

/* The workbook stream: one sheet whose first cell holds the string. */
static struct buf old_workbook(struct str utf16)
{
	struct buf b = buf_make(0), r = buf_make(0);
	put_record(&b, 0x809, S("\0\6\5\0\xBB\x0D\xCC\7\0\0\0\0\6\0\0\0"));
	put_record(&b, 0x42, S("\xB0\4"));
	put32(&r, 1);
	put32(&r, 1);
	put16(&r, (unsigned)utf16.n / 2);
	buf_char(&r, 1);
	buf_add(&r, utf16);
	put_record(&b, 0xFC, buf_str(&r));
	put_record(&b, 0x0A, S(""));
	put_record(&b, 0x809, S("\0\6\x10\0\xBB\x0D\xCC\7\0\0\0\0\6\0\0\0"));
	put_record(&b, 0xFD, S("\0\0\0\0\0\0\0\0\0\0"));
	put_record(&b, 0x0A, S(""));
	while (b.n < 4096)
		buf_char(&b, 0);
	buf_free(&r);
	return b;
}

static void put_entry(struct buf *b, const char *name, char type, uint32_t child, uint32_t start, uint32_t size)
{
	char e[128] = { 0 };
	ptrdiff_t n = 0;
	for (; name[n]; n++)
		e[2 * n] = name[n];
	e[64] = (char)(2 * n + 2);
	e[66] = type;
	e[67] = 1;
	memset(e + 68, 0xFF, 8);
	for (int i = 0; i < 4; i++) {
		e[76 + i] = (char)(child >> 8 * i & 0xFF);
		e[116 + i] = (char)(start >> 8 * i & 0xFF);
		e[120 + i] = (char)(size >> 8 * i & 0xFF);
	}
	buf_add(b, (struct str){ e, 128 });
}

static void put_chain(struct buf *b, uint32_t first, uint32_t last)
{
	for (uint32_t i = first; i < last; i++)
		put32(b, i + 1);
	put32(b, 0xFFFFFFFE);
}

static void fill(struct buf *b, ptrdiff_t until)
{
	while (b->n < until)
		put32(b, 0xFFFFFFFF);
}

/* The compound file around a stream of 4096 bytes: header, allocation table, directory, stream. Or, `small`, around its first
 * 4095 bytes in sectors of 64, with the table of these before them. */
static struct buf compound_in(const char *name, struct str stream, bool small)
{
	struct buf b = buf_make(0);
	static const char zeros[256];
	buf_add(&b, S("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x3E\0\3\0\xFE\xFF\x09\0\6\0\0\0\0\0\0\0"));
	const uint32_t head[] = { 0, 1, 1, 0, 4096, small ? 2 : 0xFFFFFFFE, small, 0xFFFFFFFE, 0, 0 };
	for (int i = 0; i < COUNT(head); i++)
		put32(&b, head[i]);
	fill(&b, 512);
	put32(&b, 0xFFFFFFFD);
	put32(&b, 0xFFFFFFFE);
	if (small)
		put32(&b, 0xFFFFFFFE);
	put_chain(&b, small ? 3 : 2, small ? 10 : 9);
	fill(&b, 1024);
	put_entry(&b, "Root Entry", 5, 1, small ? 3 : 0xFFFFFFFE, small ? 4096 : 0);
	put_entry(&b, name, 2, 0xFFFFFFFF, small ? 0 : 2, small ? 4095 : 4096);
	buf_add(&b, (struct str){ zeros, 256 });
	if (small) {
		put_chain(&b, 0, 63);
		fill(&b, 2048);
	}
	buf_add(&b, stream);
	return b;
}

static struct buf compound(const char *name, struct str stream)
{
	return compound_in(name, stream, false);
}

static void old_office(void **state)
{
	(void)state;
	struct buf book = old_workbook(S("\x0F\x6C\x0D\x54")), xls = compound("Workbook", buf_str(&book));
	struct buf locked = compound("EncryptedPackage", buf_str(&book)), other = compound("Contents", buf_str(&book));
	struct buf slides = compound("PowerPoint Document", buf_str(&book));

	expect(buf_str(&xls), "a.xls", S("[]氏名|"));
	expect(buf_str(&locked), "a.xlsx", S("!:encrypted|"));
	expect(buf_str(&other), "a.msg", S("!:old_office|"));
	bool installed = access("/usr/bin/catppt", X_OK) == 0;
	expect_log(in_sandbox(buf_str(&slides), "a.ppt", NULL), installed ? S("!:no_text|") : S("!:old_office|"), "slides");
	buf_free(&book);
	buf_free(&xls);
	buf_free(&locked);
	buf_free(&other);
	buf_free(&slides);
}

static void put_cell_record(struct buf *b, unsigned type, unsigned row, unsigned column, unsigned xf, struct str rest)
{
	struct buf r = buf_make(0);
	put16(&r, row);
	put16(&r, column);
	put16(&r, xf);
	buf_add(&r, rest);
	put_record(b, type, buf_str(&r));
	buf_free(&r);
}

static struct str real_bytes(double v, char t[static 8])
{
	memcpy(t, &v, 8);
	return (struct str){ t, 8 };
}

/* A text of Excel 97 in UTF-16 or, `narrow`, in single bytes, behind a length of two bytes. */
static void put_wide(struct buf *b, struct str s, bool narrow)
{
	put16(b, (unsigned)(narrow ? s.n : s.n / 2));
	buf_char(b, !narrow);
	buf_add(b, s);
}

/* A text in two records, two bytes a letter in the first and one in the second; one with runs of letters and a reading. */
static void put_shared_texts(struct buf *b)
{
	struct buf r = buf_make(0);
	put32(&r, 9);
	put32(&r, 1);                                            /* fewer than there are */
	put_wide(&r, S("\x0F\x6C\x0D\x54"), false);              /* 氏名 */
	put16(&r, 4);
	buf_add(&r, S("\x0D\1\0\3\0\0\0\x71\x5C\x30\x75" "a\0\n\0" "runsext"));    /* 山田a, a line break */
	put16(&r, 5);
	buf_add(&r, S("\1\x71\x5C"));                            /* 山, and on in the next record */
	put_record(b, 0xFC, buf_str(&r));
	put_record(b, 0x3C, S("\0xyz\xE9"));
	buf_free(&r);
}

static void put_workbook_head(struct buf *b, struct buf *r)
{
	put_record(b, 0x809, S("\0\6\5\0\xBB\x0D\xCC\7\0\0\0\0\6\0\0\0"));
	put_record(b, 0x42, S("\xB0\4"));
	put16(r, 164);
	put_wide(r, S("00000"), true);
	put_record(b, 0x41E, buf_str(r));
	put_record(b, 0xE0, S("\0\0\0\0"));
	put_record(b, 0xE0, S("\0\0\x0E\0"));                   /* a day */
	put_record(b, 0xE0, S("\0\0\xA4\0"));                   /* five digits */
	r->n = 0;
}

static struct buf whole_workbook(void)
{
	struct buf b = buf_make(0), r = buf_make(0);
	char t[8];
	put_workbook_head(&b, &r);
	put_shared_texts(&b);
	put32(&r, (uint32_t)(b.n + 4 + 12 + 4));                /* where the sheet begins */
	buf_add(&r, S("\0\0\2\1\x0D\x54\x3F\x7C"));              /* 名簿 */
	put_record(&b, 0x85, buf_str(&r));
	put_record(&b, 0x0A, S(""));
	put_record(&b, 0x809, S("\0\6\x10\0\xBB\x0D\xCC\7\0\0\0\0\6\0\0\0"));
	put_cell_record(&b, 0xFD, 0, 0, 0, S("\0\0\0\0"));
	put_cell_record(&b, 0xFD, 0, 2, 0, S("\1\0\0\0"));
	put_cell_record(&b, 0xFD, 0, 3, 0, S("\2\0\0\0"));
	put_cell_record(&b, 0x203, 1, 0, 0, real_bytes(123456789018, t));
	put_cell_record(&b, 0x203, 1, 1, 1, real_bytes(29353, t));
	put_cell_record(&b, 0x203, 1, 2, 0, real_bytes(1250.5, t));
	put_cell_record(&b, 0x203, 1, 3, 2, real_bytes(42, t));
	put_cell_record(&b, 0xBD, 3, 0, 0, S("\x1E\0\0\0" "\0\0\xFA\xFF\xFF\xFF" "\0\0\x33\1\0\0" "\2\0"));     /* 7, -2, 0.76 */
	put_cell_record(&b, 0x205, 3, 3, 0, S("\1\0"));
	put_cell_record(&b, 0x205, 3, 4, 0, S("\x2A\1"));                                                    /* #N/A */
	put_cell_record(&b, 0x06, 4, 0, 0, S("\0\0\0\0\0\0\x08\x40" "\0\0\0\0\0\0\0\0"));
	put_cell_record(&b, 0x06, 4, 1, 0, S("\0\0\0\0\0\0\xFF\xFF" "\0\0\0\0\0\0\0\0"));
	r.n = 0;
	put_wide(&r, S("\x71\x5C\xD8\x69"), false);             /* 山様 */
	put_record(&b, 0x207, buf_str(&r));
	put_cell_record(&b, 0x06, 4, 2, 0, S("\1\0\0\0\0\0\xFF\xFF" "\0\0\0\0\0\0\0\0"));
	put_record(&b, 0x809, S("\0\6\x20\0\xBB\x0D\xCC\7\0\0\0\0\6\0\0\0"));
	put_cell_record(&b, 0x203, 0, 0, 0, real_bytes(5, t));   /* of a chart */
	put_record(&b, 0x0A, S(""));
	put_cell_record(&b, 0x203, 2, 0, 0, real_bytes(8, t));   /* out of order: a line of its own */
	put_record(&b, 0x1B6, S("\0\0\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0"));
	put_record(&b, 0x3C, S("\1\x99\x50\x03\x80"));            /* 備考 */
	put_record(&b, 0x0A, S(""));
	while (b.n < 4096)
		buf_char(&b, 0);
	buf_free(&r);
	return b;
}

static void old_workbooks(void **state)
{
	(void)state;
	static const struct str WANT = SLIT("[名簿]氏名\t\t山田a \t山xyzé\n123456789018\t1980-05-12\t1250.5\t00042\n\n"
		"7\t-2\t0.76\tTRUE\n3\t山様\tFALSE\n8\n備考|");
	struct buf book = whole_workbook(), xls = compound("Workbook", buf_str(&book)), small = compound_in("Workbook", buf_str(&book), true);
	expect(buf_str(&xls), "a.xls", WANT);
	expect(buf_str(&small), "a.xls", WANT);
	struct buf entry = buf_make(0), wanted = buf_make(0);
	put_entry(&entry, "WordDocument", 2, 0xFFFFFFFF, 2, 4096);              /* of no folder that the root knows */
	memcpy(xls.p + 1280, entry.p, 128);
	buf_add(&wanted, WANT);
	buf_lit(&wanted, "!:embedded|");
	expect(buf_str(&xls), "a.xls", buf_str(&wanted));
	memset(xls.p + 1280, 0, 128);
	buf_free(&entry);
	buf_free(&wanted);
	/* cut off: what is there is read, and the rest is told */
	expect(str_sub(buf_str(&xls), 0, 1536 + 300), "a.xls",
	       S("[名簿]!名簿:damaged|氏名\t\t山田a \t山xyzé\n123456789018\t1980-05-12\t1250.5\t00042|"));
	memset(xls.p + 1536, 'x', 100);
	expect(buf_str(&xls), "a.xls", S("!:damaged|"));
	buf_free(&book);
	buf_free(&xls);
	buf_free(&small);
}

/* 0 in place of the text of A1&"x" and of TEXT(1): left out and told; of 1-1: 0. */
static void unsaved_formulas(void **state)
{
	(void)state;
	static const struct str FORMULAS[] = { SLIT("\x0B\0\x44\0\0\0\xC0\x17\1\0x\x08"), SLIT("\6\0\x1E\1\0\x41\x30\0"),
	                                       SLIT("\7\0\x1E\1\0\x1E\1\0\4") };
	for (int i = 0; i < COUNT(FORMULAS); i++) {
		struct buf b = buf_make(0), f = buf_make(0);
		put_record(&b, 0x809, S("\0\6\x10\0\xBB\x0D\xCC\7\0\0\0\0\6\0\0\0"));
		buf_add(&f, S("\0\0\0\0\0\0\0\0" "\0\0\0\0\0\0"));
		buf_add(&f, FORMULAS[i]);
		put_cell_record(&b, 0x06, 0, 0, 0, buf_str(&f));
		put_record(&b, 0x0A, S(""));
		while (b.n < 4096)
			buf_char(&b, 0);
		struct buf xls = compound("Workbook", buf_str(&b));
		expect(buf_str(&xls), "a.xls", i < 2 ? S("[]|!:formulas|") : S("[]0|"));
		buf_free(&b);
		buf_free(&f);
		buf_free(&xls);
	}
}

/* Excel 95 writes Shift_JIS, and texts lie in their cells; a password stands at the head. */
static void older_workbooks(void **state)
{
	(void)state;
	for (int locked = 0; locked < 2; locked++) {
		struct buf b = buf_make(0);
		put_record(&b, 0x809, S("\0\5\5\0\0\0\0\0"));
		if (locked)
			put_record(&b, 0x2F, S("\1\2\3\4"));
		put_record(&b, 0x42, S("\xA4\3"));
		put_record(&b, 0x85, S("\0\0\0\0\0\0\3tab"));
		put_record(&b, 0x0A, S(""));
		put_record(&b, 0x809, S("\0\5\x10\0\0\0\0\0"));
		put_cell_record(&b, 0x204, 0, 0, 0, S("\4\0\x8E\x52\x93\x63"));
		put_cell_record(&b, 0x06, 0, 1, 0, S("\0\0\0\0\0\0\xFF\xFF" "\0\0\0\0\0\0\0\0"));
		put_record(&b, 0x207, S("\2\0\x8E\x52"));
		put_record(&b, 0x1C, S("\0\0\0\0\4\0note"));
		put_record(&b, 0x0A, S(""));
		while (b.n < 4096)
			buf_char(&b, 0);
		struct buf xls = compound("Book", buf_str(&b));
		expect(buf_str(&xls), "a.xls", locked ? S("!:encrypted|") : S("[]山田\t山\nnote|"));
		buf_free(&b);
		buf_free(&xls);
	}
}

static void damage(void **state)
{
	(void)state;
	struct buf book = whole_workbook(), xls = compound("Workbook", buf_str(&book)), small = compound_in("Workbook", buf_str(&book), true);
	mangle(str_sub(buf_str(&xls), 0, 2560), "a.xls", 3);
	mangle(buf_str(&small), "a.xls", 17);
	buf_free(&book);
	buf_free(&xls);
	buf_free(&small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_office), cmocka_unit_test(old_workbooks), cmocka_unit_test(older_workbooks),
		cmocka_unit_test(unsaved_formulas), cmocka_unit_test(damage),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
