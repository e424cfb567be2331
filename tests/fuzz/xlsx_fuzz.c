/* xlsx_fuzz.c - workbooks: a whole archive when it begins with "PK", else its parts: the inside of a sheet, of the
 * shared strings, of the number formats and of the cell formats, separated by 0xFF. What is read survives the way
 * through bytes; the bytes themselves are read as such, too. */
#include "format/xlsx.h"
#include "tests/fuzz/fuzz.h"
#include <assert.h>
#include <stdio.h>

#include "format/xlsx_testfile.h"

static enum status keep(void *user, struct str bytes)
{
	buf_add(user, bytes);
	return ST_OK;
}

static void through_bytes(struct arena *a, struct workbook *w)
{
	struct sheet_writer sw;
	struct buf b = buf_make(0);
	struct problems ps = { .a = a };
	struct workbook copy = { .a = a };
	struct sheet_sink sink = sheet_write(&sw, keep, &b);

	for (ptrdiff_t i = 0; i < w->n; i++) {
		assert(sink.sheet(sink.user, w->sheet[i].name, w->sheet[i].hidden) == ST_OK);
		for (ptrdiff_t j = 0; j < w->sheet[i].nrows; j++)
			assert(sink.row(sink.user, &w->sheet[i].row[j]) == ST_OK);
		for (ptrdiff_t j = 0; j < w->sheet[i].nmerged; j++)
			assert(sink.merged(sink.user, w->sheet[i].merged[j]) == ST_OK);
	}
	assert(sheet_write_end(&sw, NULL) == ST_OK);
	struct sheet_reader *r = sheet_reader_make(workbook_sink(&copy), &ps);
	assert(sheet_reader_take(r, buf_str(&b)) == ST_OK);
	assert(sheet_reader_end(r) == ST_OK);
	assert(copy.n == w->n && copy.cells == w->cells && copy.bytes == w->bytes);
	buf_free(&sw.b);
	buf_free(&b);
}

static void read_it(struct str bytes)
{
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct workbook w = { .a = &a, .max_cells = 100000, .max_bytes = 1 << 20 };
	struct xlsx_limits l = { .strings = 10000, .string_bytes = 1 << 20, .unpacked_bytes = 4 << 20, .sheets = 10 };
	enum status st = xlsx_read_bytes(&a, bytes, &l, &ps, workbook_sink(&w));

	assert(st == ST_OK || st == ST_BAD_INPUT || st == ST_TOO_BIG || st == ST_DENIED);
	assert(st != ST_OK || ps.n == 0);
	through_bytes(&a, &w);
	arena_free(&a);
}

/* The bytes as one piece, and then as whatever lengths they claim. */
static void pieces_of(struct str in, struct workbook *w, struct problems *ps)
{
	struct sheet_reader *r = sheet_reader_make(workbook_sink(w), ps);
	const char length[4] = { (char)(in.n & 0xFF), (char)(in.n >> 8 & 0xFF), (char)(in.n >> 16 & 0xFF), (char)(in.n >> 24 & 0xFF) };

	IGNORE(sheet_reader_take(r, (struct str){ length, (ptrdiff_t)sizeof length }));
	IGNORE(sheet_reader_take(r, in));
	IGNORE(sheet_reader_take(r, in));
	IGNORE(sheet_reader_end(r));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, (ptrdiff_t)size };
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct workbook w = { .a = &a, .max_cells = 10000, .max_bytes = 1 << 20 };

	pieces_of(in, &w, &ps);
	if (str_starts(in, S("PK"))) {
		read_it(in);
	} else {
		char *part[4] = { NULL };
		struct str piece;
		for (int i = 0; i < 4 && str_cut(&in, (char)0xFF, &piece); i++)
			part[i] = str_to_z(&a, piece);
		struct test_book t = { .strings = part[1], .formats = part[2], .xfs = part[3], .sheet = { { "s", NULL, part[0] ? part[0] : "" } } };
		struct buf file = test_xlsx(&t);
		read_it(buf_str(&file));
		buf_free(&file);
	}
	arena_free(&a);
	return 0;
}
