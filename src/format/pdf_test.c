/* pdf_test.c - documents as PDF: pages, line breaks, hostile texts, the same bytes each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/utf8.h"
#include <stdio.h>
#include "format/pdf_model.h"
#include "sys/sandbox.h"

static const struct pdf_settings letter = { .title = SLIT("試験"), .made = { 20000 } };
static const struct pdf_settings form = { .title = SLIT("試験"), .made = { 20000 }, .gothic = true };

/* Sets the document; the number of its pages. */
static int pages_of(struct pdf *p, ptrdiff_t *ret_bytes)
{
	struct buf b = buf_make(32 << 20);
	int pages = 0;

	assert_int_equal(pdf_write(p, &b, &pages), ST_OK);
	assert_true(str_starts(buf_str(&b), S("%PDF-")));
	*ret_bytes = b.n;
	buf_free(&b);
	return pages;
}

/* 禁則: no line begins with what may not begin one, or ends with what may not end one. */
static void test_line_breaks(void **state)
{
	static const struct str not_first = SLIT("、。，．・：；？！ー）」』】〕〉》’”っゃゅょぁぃぅぇぉッャュョァィゥェォ々ゝ％");
	static const struct str not_last = SLIT("（「『【〔〈《‘“");
	struct str text = S("個人情報（氏名、住所、電話番号などをいう。）の漏えい等が発生した場合は、「緊急事態対応記録」にデータベースのログイン・パスワードのリセット状況を、"
		"ちゃんと記録しなければならない。『はい』、『いいえ』のいずれか？　そうでなければ、チェックリスト【別紙】・（参照）を見よ！サーバー、ネットワーク、プリンター。々人々を。");
	struct arena a = arena_make(0);
	struct str lines[400];
	int broken = 0;

	(void)state;
	for (double width = 60; width < 430; width += 3.7) {
		int n = pdf_lines(&a, text, width, lines, 400);
		assert_true(n > 1 && n < 400);
		for (int i = 0; i < n; i++) {
			struct str s = str_trim(lines[i]);
			ptrdiff_t at = 0, end = s.n - 1;
			if (s.n == 0)
				continue;
			utf8_next(s, &at);
			while (end > 0 && ((unsigned char)s.p[end] & 0xC0) == 0x80)
				end--;
			if (i > 0 && str_find(not_first, str_sub(s, 0, at)) >= 0)
				broken++;
			if (i < n - 1 && str_find(not_last, str_sub(s, end, s.n)) >= 0)
				broken++;
		}
	}
	assert_int_equal(broken, 0);
	arena_free(&a);
}

static void test_pages(void **state)
{
	struct arena a = arena_make(0);
	ptrdiff_t bytes;

	(void)state;
	assert_int_equal(pages_of(pdf_new(&a, &letter), &bytes), 1);            /* nothing at all is one empty page */
	struct pdf *p = pdf_new(&a, &letter);
	for (int i = 0; i < 130; i++)
		pdf_paragraph(p, S("一行の段落です。"));
	assert_int_equal(pages_of(p, &bytes), 4);
	p = pdf_new(&a, &letter);
	pdf_left(p, S("一枚目"));
	pdf_page_break(p);
	pdf_page_break(p);                                                      /* a second break makes no empty page */
	pdf_left(p, S("二枚目"));
	assert_int_equal(pages_of(p, &bytes), 2);
	/* what would leave a few lines on a second page is drawn together */
	p = pdf_new(&a, &letter);
	for (int i = 0; i < 41; i++)
		pdf_paragraph(p, S("一行の段落です。"));
	assert_int_equal(pages_of(p, &bytes), 1);
	arena_free(&a);
}

static void add_table(struct pdf *p, int rows, struct str cell)
{
	static const double widths[] = { 1, 3, 2 };
	const struct str headers[] = { S("番号"), S("内容"), S("担当") }, cells[] = { S("1"), cell, S("山本") };

	pdf_table_begin(p, &(struct pdf_table){ .columns = 3, .widths = widths, .headers = headers });
	for (int i = 0; i < rows; i++)
		pdf_row(p, cells);
	pdf_table_end(p);
}

static void test_tables(void **state)
{
	struct arena a = arena_make(0);
	struct buf b = buf_make(4 << 20);
	ptrdiff_t bytes;

	(void)state;
	struct pdf *p = pdf_new(&a, &form);
	add_table(p, 0, S(""));
	assert_int_equal(pages_of(p, &bytes), 1);
	p = pdf_new(&a, &form);
	add_table(p, 100, S("短い内容"));
	assert_in_range(pages_of(p, &bytes), 3, 4);
	/* a row higher than three pages is divided between lines and loses none */
	for (int i = 0; i < 3000; i++)
		buf_lit(&b, "とても長い内容。");
	p = pdf_new(&a, &form);
	add_table(p, 1, buf_str(&b));
	int tall = pages_of(p, &bytes);
	assert_in_range(tall, 20, 60);
	p = pdf_new(&a, &(struct pdf_settings){ .title = S(""), .made = { 20000 }, .gothic = true, .landscape = true });
	add_table(p, 1, buf_str(&b));
	assert_in_range(pages_of(p, &bytes), 15, tall + 5);
	buf_free(&b);
	arena_free(&a);
}

/* Texts that people or attackers may give: they cost a character at most, never the document. */
static void test_hostile(void **state)
{
	static const struct str texts[] = {
		SLIT(""), SLIT("\xff\xfe\x80"), SLIT("\x01\x02\x1b[31m"), SLIT("<b>&amp;</b>"), SLIT("\xe2\x80\xae逆\xe2\x80\xac"), SLIT("\xed\xa0\x80"),
		SLIT("a\xcc\x81\xcc\x81\xcc\x81\xcc\x81"), SLIT("\n\n\n"), SLIT("𠮷野家の髙﨑"), SLIT("\xf0\x9f\x98\x80\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9"),
		SLIT("wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww"),
	};
	struct arena a = arena_make(0);
	ptrdiff_t bytes;

	(void)state;
	for (int i = 0; i < COUNT(texts); i++) {
		struct pdf *p = pdf_new(&a, &form);
		struct pdf_box box = { texts[i], texts[i], texts[i] };
		pdf_title(p, texts[i]);
		pdf_right(p, texts[i]);
		pdf_sender(p, texts[i]);
		pdf_item(p, 2, texts[i], texts[i]);
		pdf_heading(p, texts[i]);
		pdf_approval(p, &box, 1);
		add_table(p, 2, texts[i]);
		assert_int_equal(pages_of(p, &bytes), 1);
	}
	arena_free(&a);
}

static void test_bounds(void **state)
{
	struct arena a = arena_make(0);
	struct buf small = buf_make(1000);
	int pages = -1;

	(void)state;
	struct pdf *p = pdf_new(&a, &letter);
	pdf_paragraph(p, S("大きすぎる"));
	assert_int_equal(pdf_write(p, &small, &pages), ST_TOO_BIG);
	assert_int_equal(pages, -1);
	buf_free(&small);
	arena_free(&a);
}

/* The child sets what this process would set, byte for byte; what it cannot set costs that document and not the next. */
static void test_confined(void **state)
{
	const struct pdf_box boxes[] = { { S("作成"), S("山本"), S("2026-03-02") }, { S("承認"), S(""), S("") } };
	struct arena a = arena_make(0);
	struct sandbox *box;
	struct buf here = buf_make(32 << 20), there = buf_make(32 << 20);
	int pages;

	(void)state;
	assert_int_equal(sandbox_start(&box), ST_OK);
	struct pdf *p = pdf_new(&a, &(struct pdf_settings){ .title = S("題"), .author = S("株式会社帳"), .header_left = S("左"),
		.header_right = S("右"), .footer_left = S("下"), .made = { 20000 }, .landscape = true });
	pdf_title(p, S("𠮷野家の髙﨑"));
	pdf_approval(p, boxes, 2);
	pdf_item(p, 1, S("(1)"), S("項目"));
	pdf_gap(p, 1.5);
	add_table(p, 40, S("内容"));
	pdf_page_break(p);
	pdf_paragraph(p, S(""));
	assert_int_equal(pdf_write(p, &here, &pages), ST_OK);
	assert_int_equal(pdf_make(box, p, &there), ST_OK);
	assert_true(str_eq(buf_str(&here), buf_str(&there)));
	assert_int_equal(pdf_make(NULL, p, &there), ST_UNAVAILABLE);
	struct pdf *huge = pdf_new(&a, &letter);
	for (int i = 0; i < 2100; i++) {
		pdf_paragraph(huge, S("頁"));
		pdf_page_break(huge);
	}
	assert_int_equal(pdf_make(box, huge, &there), ST_TOO_BIG);
	assert_true(str_eq(buf_str(&here), buf_str(&there)));               /* nothing of it was added */
	there.n = 0;
	assert_int_equal(pdf_make(box, p, &there), ST_OK);
	assert_true(str_eq(buf_str(&here), buf_str(&there)));
	struct pdf_series *many = pdf_series_begin(&a, &letter);
	there.n = 0;
	for (int i = 0; i < 50; i++)
		assert_int_equal(pdf_series_add(many, p), ST_OK);
	assert_int_equal(pdf_series_make(box, many, sandbox_to_buf, &there), ST_OK);
	char count[32];
	snprintf(count, sizeof count, "/Count %d", 50 * pages);
	assert_true(str_find(buf_str(&there), (struct str){ count, (ptrdiff_t)strlen(count) }) >= 0);
	buf_free(&here);
	buf_free(&there);
	sandbox_stop(box);
	arena_free(&a);
}

struct file { struct buf b; ptrdiff_t left_early; int puts; };
static enum status take(void *user, struct str bytes)
{
	struct file *f = user;

	f->puts++;
	buf_add(&f->b, bytes);
	return f->b.failed ? ST_TOO_BIG : ST_OK;
}

/* Many letters are one file; their pages leave as they are made, and each letter gives its memory back. */
static void test_many(void **state)
{
	struct arena job = arena_make(0), page = arena_make(0);
	struct file f = { .b = buf_make(32 << 20) };
	struct pdf_file *file = pdf_file_begin(&job, &letter, take, &f);
	ptrdiff_t used = job.used;
	int64_t pages;

	(void)state;
	for (int i = 0; i < 40; i++) {
		struct arena_mark m = arena_mark(&page);
		struct pdf *p = pdf_new(&page, &letter);
		pdf_title(p, S("お知らせ"));
		pdf_paragraph(p, S("本文。"));
		pdf_page_break(p);
		pdf_paragraph(p, S("2枚目。"));
		assert_int_equal(pdf_file_add(file, p), ST_OK);
		arena_reset(&page, m);
		if (i == 19)
			f.left_early = f.b.n;
	}
	assert_int_equal(job.used, used);
	assert_int_equal(pdf_file_end(file, &pages), ST_OK);
	assert_int_equal(pages, 80);
	assert_true(f.left_early > 10000 && f.left_early < f.b.n);
	assert_true(str_find(buf_str(&f.b), S("/Count 80")) >= 0);
	buf_free(&f.b);
	arena_free(&page);
	arena_free(&job);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_confined),     /* first: its helper must not inherit fonts that this process has loaded */
		cmocka_unit_test(test_line_breaks), cmocka_unit_test(test_pages), cmocka_unit_test(test_tables), cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_bounds), cmocka_unit_test(test_many),
	};

	int failed = cmocka_run_group_tests_name("pdf", tests, NULL, NULL);
	pdf_done();
	return failed;
}
