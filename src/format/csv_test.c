/* csv_test.c - separated text: what is read, what is refused and where, what comes back from the writer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "format/csv.h"
#include "format/csv_scan.h"

/* Everything a reader gives, as "a|b/c|d/": fields and rows on one line; a refusal as "!place". */
static struct str show(struct arena *a, struct csv *r, struct problems *ps)
{
	struct buf b = buf_make(0);
	struct csv_row row;
	enum status st;

	while ((st = csv_next(r, &row)) == ST_OK) {
		for (int i = 0; i < row.n; i++) {
			buf_add(&b, i ? S("|") : S(""));
			buf_add(&b, row.field[i]);
		}
		buf_add(&b, row.blank ? S("~/") : S("/"));
	}
	if (st != ST_NO)
		buf_fmt(&b, "!%.*s", STR_FMT(ps->p[ps->n - 1].place));
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

struct drip { struct str rest; ptrdiff_t step; };
static ptrdiff_t drip(void *context, char *to, ptrdiff_t room)
{
	struct drip *d = context;
	ptrdiff_t n = MIN(MIN(room, d->step), d->rest.n);

	if (n)
		memcpy(to, d->rest.p, (size_t)n);
	d->rest = str_sub(d->rest, n, d->rest.n);
	return n;
}

/* Reads from memory and, a few bytes at a time, from a source; both must say the same. */
static void reads(struct str text, char separator, struct str expected)
{
	struct arena a = arena_make(0);
	struct csv_options o = { .separator = separator };
	struct problems ps = { .a = &a };
	struct csv *r = NULL;

	if (csv_open(&a, text, &o, &ps, &r) != ST_OK)
		assert_int_equal(expected.n, 0);
	else
		assert_string_equal(str_to_z(&a, show(&a, r, &ps)), str_to_z(&a, expected));
	csv_close(r);
	for (ptrdiff_t step = 1; r && step < 40; step += 6) {
		struct drip d = { text, step };
		assert_int_equal(csv_open_stream(&a, (struct csv_source){ drip, &d }, &o, &ps, &r), ST_OK);
		assert_string_equal(str_to_z(&a, show(&a, r, &ps)), str_to_z(&a, expected));
		csv_close(r);
	}
	arena_free(&a);
}

static void test_read(void **state)
{
	(void)state;
	reads(S("a,b\nc,d\n"), ',', S("a|b/c|d/"));
	reads(S("a,b\r\nc,d"), ',', S("a|b/c|d/"));
	reads(S("a,b\rc,d\r"), ',', S("a|b/c|d/"));
	reads(S("a,\n,b\n,"), ',', S("a|/|b/|/"));
	reads(S("\"a,b\",\"c\"\"d\"\"\"\r\n\"\",x\n"), ',', S("a,b|c\"d\"/|x/"));
	reads(S("\"two\nlines\r\nthree\",x\ny,z\n"), ',', S("two\nlines\r\nthree|x/y|z/"));
	reads(S("12\" pipe,x\n"), ',', S("12\" pipe|x/"));
	reads(S("a\n\n\"\"\n\r\nb"), ',', S("a/~//~/b/"));
	reads(S("\xef\xbb\xbf" "氏名,住所\n山田,\"東京, 千代田\"\n"), 0, S("氏名|住所/山田|東京, 千代田/"));
	reads(S("a"), ',', S("a/"));
	reads(S("\"a\""), ',', S("a/"));
	reads(S("\"a\","), ',', S("a|/"));
	reads(S("\n"), ',', S("~/"));
	reads(S(""), ',', S(""));
	reads(S("\xef\xbb\xbf"), ',', S(""));
}

static void test_separator(void **state)
{
	(void)state;
	reads(S("名前\t件数\n顧客, 法人\t1,200\n社員\t300\n"), 0, S("名前|件数/顧客, 法人|1,200/社員|300/"));
	reads(S("a;b;c\n1,5;2;3\n2,5;3;4\n"), 0, S("a|b|c/1,5|2|3/2,5|3|4/"));
	reads(S("\"x;y\",b\n\"p;q;r\",d\n"), 0, S("x;y|b/p;q;r|d/"));
	reads(S("sep=;\r\na;b\r\n1,2,3;4\r\n"), 0, S("a|b/1,2,3|4/"));
	reads(S("one column\nonly\n"), 0, S("one column/only/"));
}

/* REQ: LED-02 - a broken file says where it is broken. */
static void test_refused(void **state)
{
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct csv_row row;
	struct csv *r;
	struct buf b = buf_make(0);

	(void)state;
	reads(S("a,b\nc,\"d\ne,f\n"), ',', S("a|b/!B2"));
	reads(S("a,\"b\"c\n"), ',', S("!B1"));
	reads(S("a,b\nc,\0d\n"), ',', S("a|b/!B2"));
	reads(S("a,b\nc,d\xff,x\n"), ',', S("a|b/!B2"));
	reads(S("a\n\xe3"), ',', S("a/!A2"));
	reads(S("a\n\"x\ny\",\"\xe3\"\n"), ',', S("a/!B2"));
	assert_int_equal(csv_open(&a, S("h1,h2\n\"x\ny\",1\nz,\"open\n"), NULL, &ps, &r), ST_OK);
	assert_int_equal(csv_next(r, &row), ST_OK);
	assert_int_equal(csv_next(r, &row), ST_OK);
	assert_int_equal(row.row, 2);
	assert_int_equal(row.line, 2);
	assert_int_equal(csv_next(r, &row), ST_BAD_INPUT);
	assert_int_equal(csv_next(r, &row), ST_BAD_INPUT);
	assert_int_equal(ps.n, 1);
	problem_print(&b, EN, &ps.p[0]);
	assert_true(str_eq(buf_str(&b), S("B3: The quotation mark that opens in row 3, column 2 is never closed (line 4 of the text).")));
	csv_close(r);
	buf_free(&b);
	arena_free(&a);
}

static void test_bounds(void **state)
{
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct csv_row row;
	struct csv *r;

	(void)state;
	struct csv_options o = { .separator = ',', .max_field = 4 };
	assert_int_equal(csv_open(&a, S("1234,1234\n12345,1\n"), &o, &ps, &r), ST_OK);
	assert_int_equal(csv_next(r, &row), ST_OK);
	assert_int_equal(csv_next(r, &row), ST_TOO_BIG);
	csv_close(r);
	o = (struct csv_options){ .separator = ',', .max_columns = 2, .max_rows = 2 };
	assert_int_equal(csv_open(&a, S("1,2\n3,4\n5,6\n"), &o, &ps, &r), ST_OK);
	assert_int_equal(csv_next(r, &row), ST_OK);
	assert_int_equal(csv_next(r, &row), ST_OK);
	assert_int_equal(csv_next(r, &row), ST_TOO_BIG);
	csv_close(r);
	assert_int_equal(csv_open(&a, S("1,2,3\n"), &o, &ps, &r), ST_OK);
	assert_int_equal(csv_next(r, &row), ST_TOO_BIG);
	assert_true(str_eq(ps.p[ps.n - 1].place, S("C1")));
	csv_close(r);
	/* a row that never ends does not fill the memory */
	struct buf b = buf_make(0);
	memset(buf_room(&b, 3 << 20), 'x', 3 << 20);
	struct drip d = { buf_str(&b), 4096 };
	o = (struct csv_options){ .separator = ',', .max_row = 1 << 20 };
	assert_int_equal(csv_open_stream(&a, (struct csv_source){ drip, &d }, &o, &ps, &r), ST_OK);
	assert_int_equal(csv_next(r, &row), ST_TOO_BIG);
	csv_close(r);
	buf_free(&b);
	assert_string_equal(str_to_z(&a, cell_name(&a, 1, 1)), "A1");
	assert_string_equal(str_to_z(&a, cell_name(&a, 26, 9)), "Z9");
	assert_string_equal(str_to_z(&a, cell_name(&a, 27, 10)), "AA10");
	assert_string_equal(str_to_z(&a, cell_name(&a, 16384, 1048576)), "XFD1048576");
	arena_free(&a);
}

/* A second reader, byte by byte, that knows nothing of batches and windows. */
static struct str plain(struct arena *a, struct str s)
{
	struct buf b = buf_make(0);
	ptrdiff_t i = 0;
	int row = 1;

	while (i < s.n) {
		ptrdiff_t mark = b.n;
		bool any = false;
		for (int column = 1;; column++) {
			if (i < s.n && s.p[i] == '"') {
				any = true;
				for (i++; i < s.n && (s.p[i] != '"' || (i + 1 < s.n && s.p[i + 1] == '"')); i++) {
					if (s.p[i] == '"')
						i++;
					buf_char(&b, s.p[i]);
				}
				i++;
				if (i > s.n || (i < s.n && s.p[i] != ',' && s.p[i] != '\n' && s.p[i] != '\r')) {
					b.n = mark;
					buf_fmt(&b, "!%c%d", 'A' + column - 1, row);
					goto out;
				}
			} else {
				for (; i < s.n && s.p[i] != ',' && s.p[i] != '\n' && s.p[i] != '\r'; i++, any = true)
					buf_char(&b, s.p[i]);
			}
			if (i >= s.n || s.p[i] != ',')
				break;
			any = true;
			buf_char(&b, '|');
			i++;
		}
		i += i + 1 < s.n && s.p[i] == '\r' && s.p[i + 1] == '\n' ? 2 : 1;
		buf_add(&b, any ? S("/") : S("~/"));
		row++;
	}
out:;
	struct str out = str_dup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

static void test_random(void **state)
{
	static const char *const pieces[] = { "a", "bc", ",", ",", "\n", "\r\n", "\r", "\"", "\"\"", "\"x,y\"", "\",\"", "台帳", "0123456789" };
	uint32_t seed = 20260101;

	(void)state;
	for (int round = 0; round < 3000; round++) {
		char t[8192];
		ptrdiff_t n = 0, want = round % 30 == 0 ? 6000 : round % 80;
		bool calm = round % 2;                   /* few quotation marks: long runs before a refusal */
		while (n < want) {
			seed = (uint32_t)((uint64_t)seed * 1103515245u + 12345u);
			const char *piece = pieces[(seed >> 16) % (uint32_t)COUNT(pieces)];
			if (calm && *piece == '"' && (seed >> 8) % 40)
				piece = "\"q\"\"q\",";
			if (calm && *piece == '"' && n && t[n - 1] != ',' && t[n - 1] != '\n')
				piece = ",";
			memcpy(t + n, piece, strlen(piece));
			n += (ptrdiff_t)strlen(piece);
		}
		struct arena a = arena_make(0);
		struct problems ps = { .a = &a };
		struct csv_options o = { .separator = ',', .keep = round % 3 == 0 };
		struct str text = { t, n }, expected = plain(&a, text);
		struct csv *r;
		if (n) {
			assert_int_equal(csv_open(&a, text, &o, &ps, &r), ST_OK);
			assert_string_equal(str_to_z(&a, show(&a, r, &ps)), str_to_z(&a, expected));
			csv_close(r);
			struct drip d = { text, 1 + round % 97 };
			assert_int_equal(csv_open_stream(&a, (struct csv_source){ drip, &d }, &o, &ps, &r), ST_OK);
			assert_string_equal(str_to_z(&a, show(&a, r, &ps)), str_to_z(&a, expected));
			csv_close(r);
		}
		arena_free(&a);
	}
}

/* Rows across the border of the window, from a source longer than it. */
static void test_long_stream(void **state)
{
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct buf b = buf_make(0);
	struct csv_row row;
	struct csv *r;
	enum { ROWS = 30000 };

	(void)state;
	for (int i = 0; i < ROWS; i++)
		buf_fmt(&b, "%d,\"名前 \"\"%d\"\"\n二行目\",住所%d丁目\r\n", i, i, i);
	for (ptrdiff_t step = 1000; step < 1000000; step *= 31) {
		struct drip d = { buf_str(&b), step };
		assert_int_equal(csv_open_stream(&a, (struct csv_source){ drip, &d }, NULL, &ps, &r), ST_OK);
		int64_t sum = 0;
		for (int i = 0; i < ROWS; i++) {
			char t[64];
			assert_int_equal(csv_next(r, &row), ST_OK);
			assert_int_equal(row.n, 3);
			assert_int_equal(row.row, i + 1);
			assert_int_equal(row.line, 2 * i + 1);
			int n = snprintf(t, sizeof t, "名前 \"%d\"\n二行目", i);
			assert_true(str_eq(row.field[1], (struct str){ t, n }));
			sum += row.field[2].n;
		}
		assert_true(sum > ROWS);
		assert_int_equal(csv_next(r, &row), ST_NO);
		assert_int_equal(csv_offset(r), b.n);
		csv_close(r);
	}
	buf_free(&b);
	arena_free(&a);
}

/* One table in every encoding, short and with its first Japanese word far behind the head. */
static void test_charsets(void **state)
{
	static const struct { enum charset charset; struct str ledger, word, prefix; } kinds[] = {
		{ CHARSET_UTF8, SLIT("\xe5\x8f\xb0\xe5\xb8\xb3,\xe4\xbb\xb6\xe6\x95\xb0\n"), SLIT("\xe5\x8f\xb0\xe5\xb8\xb3"), SLIT("") },
		{ CHARSET_CP932, SLIT("\x91\xe4\x92\xa0,\x8c\x8f\x90\x94\n"), SLIT("\x91\xe4\x92\xa0"), SLIT("") },
		{ CHARSET_EUC_JP, SLIT("\xc2\xe6\xc4\xa2,\xb7\xef\xbf\xf4\n"), SLIT("\xc2\xe6\xc4\xa2"), SLIT("") },
		{ CHARSET_ISO_2022_JP, SLIT("\x1b$BBfD\"\x1b(B,\x1b$B7o?t\x1b(B\n"), SLIT("\x1b$BBfD\"\x1b(B"), SLIT("") },
	};
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct csv_row row;
	struct csv *r;

	(void)state;
	for (ptrdiff_t k = 0; k < COUNT(kinds); k++)
		for (int far = 0; far < 2; far++) {
			struct buf b = buf_make(0);
			int before = far ? 60000 : 0;
			if (kinds[k].charset == CHARSET_ISO_2022_JP && far)
				continue;                        /* its head must show it */
			for (int i = 0; i < before; i++)
				buf_fmt(&b, "%d,x\n", i);
			buf_add(&b, kinds[k].ledger);
			for (int stream = 0; stream < 2; stream++) {
				struct drip d = { buf_str(&b), 10007 };
				assert_int_equal(stream ? csv_open_stream(&a, (struct csv_source){ drip, &d }, NULL, &ps, &r)
				                        : csv_open(&a, buf_str(&b), NULL, &ps, &r), ST_OK);
				for (int i = 0; i < before; i++)
					assert_int_equal(csv_next(r, &row), ST_OK);
				assert_int_equal(csv_next(r, &row), ST_OK);
				assert_int_equal(row.n, 2);
				assert_true(str_eq(row.field[0], S("台帳")));
				assert_true(str_eq(row.field[1], S("件数")));
				assert_int_equal(csv_charset(r), kinds[k].charset);
				assert_int_equal(csv_next(r, &row), ST_NO);
				csv_close(r);
			}
			buf_free(&b);
		}
	/* UTF-16 as Excel's "Unicode text" has it: mark, tabs, CRLF */
	struct str wide = S("\xff\xfe" "\xf0\x53\x33\x5e\t\0\xf6\x4e\x70\x65\r\0\n\0" "\x31\0\t\0\x32\0\r\0\n\0");
	for (ptrdiff_t step = 1; step < 9; step += 3) {
		struct drip d = { wide, step };
		assert_int_equal(csv_open_stream(&a, (struct csv_source){ drip, &d }, NULL, &ps, &r), ST_OK);
		assert_int_equal(csv_next(r, &row), ST_OK);
		assert_int_equal(row.n, 2);
		assert_true(str_eq(row.field[0], S("台帳")));
		assert_int_equal(csv_next(r, &row), ST_OK);
		assert_true(str_eq(row.field[1], S("2")));
		csv_close(r);
	}
	/* a byte that CP932 does not have, in a text that is CP932 */
	struct csv_options o = { .charset_given = true, .charset = CHARSET_CP932, .separator = ',' };
	assert_int_equal(csv_open(&a, S("\x91\xe4\x92\xa0,x\n\x91\xe4,\x92\xa0\xfd\n"), &o, &ps, &r), ST_OK);
	assert_int_equal(csv_next(r, &row), ST_OK);
	assert_int_equal(csv_next(r, &row), ST_BAD_INPUT);
	assert_true(str_eq(ps.p[ps.n - 1].place, S("B2")));
	csv_close(r);
	arena_free(&a);
}

static void test_scan(void **state)
{
	static const char some[] = "ab,\"\n\r;\t \xe3\x81";
	uint16_t quick[CSV_INDEX], slow[CSV_INDEX];
	char *p = malloc(CSV_BATCH);
	uint32_t seed = 7;

	(void)state;
	for (ptrdiff_t n = 0; n <= CSV_BATCH; n = n < 200 ? n + 1 : n * 3 / 2) {
		char *end = p + CSV_BATCH - n;           /* up against the end of the block, for the sanitizer */
		for (ptrdiff_t i = 0; i < n; i++) {
			seed = (uint32_t)((uint64_t)seed * 1103515245u + 12345u);
			end[i] = some[(seed >> 16) % (sizeof some - 1)];
		}
		int k = csv_scan_plain(end, n, ';', slow);
		assert_int_equal(csv_scan_best()(end, n, ';', quick), k);
		assert_memory_equal(quick, slow, (size_t)k * sizeof *slow);
	}
	free(p);
}

static void test_write(void **state)
{
	static const struct str texts[] = {
		SLIT(""), SLIT("plain"), SLIT("a,b"), SLIT("say \"x\""), SLIT("two\r\nlines"), SLIT(" edge "), SLIT("=1+1"), SLIT("+81"), SLIT("-12.5"),
		SLIT("-x"), SLIT("@sum"), SLIT("'=x"), SLIT("''-1"), SLIT("＝A1"), SLIT("\tx"), SLIT("\rx"), SLIT("台帳"), SLIT("'plain"), SLIT("007"),
	};
	static const char separators[] = { ',', ';', '\t' };
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };

	(void)state;
	for (size_t k = 0; k < sizeof separators; k++)
		for (int mode = 0; mode < 8; mode++) {
			struct buf b = buf_make(0);
			struct csv_writer w = { .b = &b, .separator = separators[k], .lf = mode & 1, .quote_all = mode & 2, .guard = mode & 4 };
			struct csv_row row;
			struct csv *r;
			for (int i = 0; i < 2; i++) {
				for (ptrdiff_t t = 0; t < COUNT(texts); t++)
					csv_put(&w, texts[t]);
				csv_end_row(&w);
			}
			assert_int_equal(csv_open(&a, buf_str(&b), &(struct csv_options){ .separator = separators[k] }, &ps, &r), ST_OK);
			for (int i = 0; i < 2; i++) {
				assert_int_equal(csv_next(r, &row), ST_OK);
				assert_int_equal(row.n, COUNT(texts));
				for (int t = 0; t < row.n; t++) {
					struct str back = w.guard ? csv_unguard(row.field[t]) : row.field[t];
					assert_true(str_eq(back, texts[t]));
					/* what a spreadsheet sees is no formula */
					if (w.guard && row.field[t].n && !str_eq(row.field[t], S("-12.5")) && !str_eq(row.field[t], S("+81")))
						assert_null(memchr("=+-@\t\r\xef", row.field[t].p[0], 7));
				}
			}
			assert_int_equal(csv_next(r, &row), ST_NO);
			csv_close(r);
			buf_free(&b);
		}
	struct buf b = buf_make(0);
	struct csv_writer w = { .b = &b };
	csv_put(&w, S("a"));
	csv_put(&w, S("b c"));
	csv_put(&w, S("d,e"));
	csv_end_row(&w);
	assert_true(str_eq(buf_str(&b), S("a,b c,\"d,e\"\r\n")));
	buf_free(&b);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read), cmocka_unit_test(test_separator), cmocka_unit_test(test_refused), cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_random), cmocka_unit_test(test_long_stream), cmocka_unit_test(test_charsets), cmocka_unit_test(test_scan), cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
