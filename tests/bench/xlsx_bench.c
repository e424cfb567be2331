/* xlsx_bench.c - workbooks of 100,000 rows: reading against unpacking and parsing alone, writing against libxlsxwriter
 * itself, and recognising a ledger in what was read. */
#include "format/recognise.h"
#include "format/xlsx.h"
#include "tests/bench/bench.h"
#include "tests/bench/workbook.h"
#include <assert.h>
#include <stdio.h>
#include <unistd.h>
#include <xlsxwriter.h>

static double write_ours_run(void *user)
{
	(void)user;
	return write_ours(NULL);
}

static double write_plain(void *user)
{
	char path[] = "/tmp/xlsx_bench.XXXXXX", text[COLUMNS][64];
	int fd = mkstemp(path);
	struct cell cell[COLUMNS];
	lxw_workbook *w = workbook_new_opt(path, &(lxw_workbook_options){ .constant_memory = LXW_TRUE });
	lxw_worksheet *s = workbook_add_worksheet(w, NULL);

	(void)user;
	for (int i = 0; i < ROWS; i++) {
		make_row(i, text, cell);
		for (int j = 0; j < COLUMNS; j++)
			if (cell[j].kind == CELL_NUMBER)
				worksheet_write_number(s, (lxw_row_t)i, (lxw_col_t)j, cell[j].number, NULL);
			else
				worksheet_write_string(s, (lxw_row_t)i, (lxw_col_t)j, text[j], NULL);
	}
	assert(workbook_close(w) == LXW_NO_ERROR);
	close(fd);
	unlink(path);
	return ROWS;
}

static double read_ours(void *user)
{
	struct arena a = arena_make(0);
	struct workbook w = { .a = &a };
	struct problems ps = { .a = &a };

	assert(xlsx_read_bytes(&a, buf_str(user), NULL, &ps, workbook_sink(&w)) == ST_OK);
	assert(w.sheet[0].nrows == ROWS + 1);
	arena_free(&a);
	return ROWS;
}

struct book { struct workbook w; };
static double recognise_ours(void *user)
{
	struct book *b = user;
	struct arena a = arena_make((ptrdiff_t)2 << 30);
	struct problems ps = { .a = &a };
	struct vocabulary *v = vocabulary_make(&a);
	struct recognised r;

	for (int i = 0; i < COLUMNS; i++)
		vocabulary_name(v, vocabulary_field(v, COLS[i].code, 0), COLS[i].label);
	assert(recognise(&a, &b->w, v, &(struct recognise_options){ 0 }, &ps, &r) == ST_OK);
	assert(r.table[0].nrows == ROWS);
	arena_free(&a);
	return ROWS;
}

int main(void)
{
	static const char conditions[] = "100,000 rows of 10 cells, inline strings, in memory, one thread";
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct book book = { .w = { .a = &a } };
	struct buf file;

	write_ours(&file);
	bench_compare(&(struct bench){ .name = "xlsx read, against unzip and expat alone", .unit = "rows", .conditions = conditions, .ours = read_ours,
		.baseline = read_floor, .user = &file, .runs = 5, .must = 0.5, .moonshot = 0.8 });
	bench_compare(&(struct bench){ .name = "xlsx write, against libxlsxwriter constant memory", .unit = "rows", .conditions = conditions, .ours = write_ours_run,
		.baseline = write_plain, .runs = 3, .must = 0.95, .moonshot = 1 });
	assert(xlsx_read_bytes(&a, buf_str(&file), NULL, &ps, workbook_sink(&book.w)) == ST_OK);
	bench_compare(&(struct bench){ .name = "recognise a ledger and its rows", .unit = "rows", .conditions = conditions, .ours = recognise_ours, .user = &book, .runs = 5 });
	buf_free(&file);
	arena_free(&a);
	return 0;
}
