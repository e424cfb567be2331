/* workbook.h - a ledger of 100,000 rows as a workbook, and the floor of reading it: unpacking and parsing alone. */
#pragma once
#include "format/table_out.h"
#include "format/zip.h"
#include <assert.h>
#include <expat.h>
#include <stdio.h>

enum { ROWS = 100000, COLUMNS = 10 };

static const struct table_out_column COLS[COLUMNS] = {
	{ SLIT("serial"), SLIT("管理番号"), 10 }, { SLIT("department"), SLIT("部門"), 10 }, { SLIT("name"), SLIT("個人情報の名称"), 20 }, { SLIT("items"), SLIT("項目"), 30 },
	{ SLIT("purpose"), SLIT("利用目的"), 30 }, { SLIT("place"), SLIT("保管場所"), 20 }, { SLIT("access"), SLIT("アクセス権者"), 20 }, { SLIT("retention"), SLIT("保管期限"), 10 },
	{ SLIT("count"), SLIT("件数"), 8 }, { SLIT("notes"), SLIT("備考"), 20 },
};

static inline void make_row(int i, char text[COLUMNS][64], struct cell cell[COLUMNS])
{
	static const char *const words[COLUMNS] = { "L2026-", "営業部", "顧客名簿", "氏名、住所、電話番号", "商品の発送と請求", "本社書庫", "営業部員", "保管年数", "", "備考" };

	for (int j = 0; j < COLUMNS; j++) {
		int n = snprintf(text[j], sizeof text[j], "%s%d", words[j], j == 7 ? i % 10 + 1 : i % (j == 1 ? 20 : 100000));
		cell[j] = (struct cell){ .text = { text[j], n }, .kind = j == 8 ? CELL_NUMBER : CELL_TEXT, .number = j == 8 ? i : 0 };
	}
}

static inline enum status keep(void *user, struct str bytes)
{
	buf_add(user, bytes);
	return ST_OK;
}

/* Into the buffer, which the caller frees; NULL: written and dropped. */
static inline double write_ours(void *user)
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

/* The floor: every part unpacked and given to expat, with empty handlers. */
static inline void nothing_start(void *user, const XML_Char *name, const XML_Char **atts) { (void)user; (void)name; (void)atts; }
static inline void nothing_end(void *user, const XML_Char *name) { (void)user; (void)name; }
static inline void nothing_text(void *user, const XML_Char *s, int n) { (void)user; (void)s; (void)n; }
static inline enum status feed(void *user, struct str piece)
{
	return XML_Parse(user, piece.p, (int)piece.n, XML_FALSE) == XML_STATUS_OK ? ST_OK : ST_BAD_INPUT;
}

static inline double read_floor(void *user)
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
