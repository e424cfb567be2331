/* xlsx_bench.c - workbooks of 100,000 rows: reading against unpacking and parsing alone, writing against libxlsxwriter
 * itself, and recognising a ledger in what was read. */
#include "format/recognise.h"
#include "format/table_out.h"
#include "format/xlsx.h"
#include "format/zip.h"
#include "tests/bench/bench.h"
#include <assert.h>
#include <expat.h>
#include <stdio.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { ROWS = 100000, COLUMNS = 10 };

static const struct table_out_column COLS[COLUMNS] = {
	{ SLIT("serial"), SLIT("管理番号"), 10 }, { SLIT("department"), SLIT("部門"), 10 }, { SLIT("name"), SLIT("個人情報の名称"), 20 }, { SLIT("items"), SLIT("項目"), 30 },
	{ SLIT("purpose"), SLIT("利用目的"), 30 }, { SLIT("place"), SLIT("保管場所"), 20 }, { SLIT("access"), SLIT("アクセス権者"), 20 }, { SLIT("retention"), SLIT("保管期限"), 10 },
	{ SLIT("count"), SLIT("件数"), 8 }, { SLIT("notes"), SLIT("備考"), 20 },
};

static void make_row(int i, char text[COLUMNS][64], struct cell cell[COLUMNS])
{
	static const char *const words[COLUMNS] = { "L2026-", "営業部", "顧客名簿", "氏名、住所、電話番号", "商品の発送と請求", "本社書庫", "営業部員", "保管年数", "", "備考" };

	for (int j = 0; j < COLUMNS; j++) {
		int n = snprintf(text[j], sizeof text[j], "%s%d", words[j], j == 7 ? i % 10 + 1 : i % (j == 1 ? 20 : 100000));
		cell[j] = (struct cell){ .text = { text[j], n }, .kind = j == 8 ? CELL_NUMBER : CELL_TEXT, .number = j == 8 ? i : 0 };
	}
}

static enum status keep(void *user, struct str bytes)
{
	buf_add(user, bytes);
	return ST_OK;
}

static double write_ours(void *user)
{
	struct arena a = arena_make(0);
	struct buf b = buf_make(0);
	struct table_out *t;
	char text[COLUMNS][64];
	struct cell cell[COLUMNS];

	assert(table_out_open(&a, &(struct table_out_options){ .format = TABLE_XLSX, .sheet = S("台帳") }, COLS, COLUMNS, keep, &b, &t) == ST_OK);
	for (int i = 0; i < ROWS; i++) {
		make_row(i, text, cell);
		assert(table_out_row(t, cell) == ST_OK);
	}
	assert(table_out_close(t, NULL) == ST_OK);
	if (user)
		*(struct buf *)user = b;
	else
		buf_free(&b);
	arena_free(&a);
	return ROWS;
}

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

/* The floor: every part unpacked and given to expat, with empty handlers. */
static void nothing_start(void *user, const XML_Char *name, const XML_Char **atts) { (void)user; (void)name; (void)atts; }
static void nothing_end(void *user, const XML_Char *name) { (void)user; (void)name; }
static void nothing_text(void *user, const XML_Char *s, int n) { (void)user; (void)s; (void)n; }
static enum status feed(void *user, struct str piece)
{
	return XML_Parse(user, piece.p, (int)piece.n, XML_FALSE) == XML_STATUS_OK ? ST_OK : ST_BAD_INPUT;
}

static double read_floor(void *user)
{
	struct arena a = arena_make(0);
	struct zip_reader *z;

	assert(zip_open_bytes(&a, buf_str(user), NULL, &z) == ST_OK);
	for (ptrdiff_t i = 0; i < zip_members(z); i++) {
		XML_Parser p = XML_ParserCreate(NULL);
		XML_SetElementHandler(p, nothing_start, nothing_end);
		XML_SetCharacterDataHandler(p, nothing_text);
		XML_SetUserData(p, p);
		assert(zip_read(z, i, feed, p) == ST_OK);
		XML_ParserFree(p);
	}
	zip_reader_close(z);
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
