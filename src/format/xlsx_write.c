/* xlsx_write.c - writing workbooks; the only user of libxlsxwriter. */
#include "format/xlsx_write.h"
#include "base/utf8.h"
#include "sys/sys.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

enum { TEXT_MAX = 32767, WIDTH_MIN = 8, WIDTH_MAX = 60, PIECE = 64 << 10 };
static const time_t CREATED = 946684800;                 /* 2000-01-01: the file tells what, not when */
static const char FONT[] = "Yu Gothic";

struct xlsx_writer {
	lxw_workbook  *book;
	lxw_worksheet *sheet;
	lxw_format    *body, *date;
	int            columns, fd;
	lxw_row_t      row;
	int64_t        cut;
	struct buf     z;                                    /* one text, NUL-terminated */
};

static const char *to_z(struct xlsx_writer *w, struct str s)
{
	ptrdiff_t n = 0, at = 0;

	if (s.n > TEXT_MAX) {
		while (at < s.n && n < TEXT_MAX) {               /* in UTF-16 units, as Excel counts */
			ptrdiff_t before = at;
			n += utf8_next(s, &at) > 0xFFFF ? 2 : 1;
			if (n > TEXT_MAX)
				at = before;
		}
		w->cut += at < s.n;
		s = str_sub(s, 0, at);
	}
	w->z.n = 0;
	buf_add(&w->z, s);
	buf_char(&w->z, 0);
	return w->z.p;
}

static lxw_format *format(struct xlsx_writer *w, bool head)
{
	lxw_format *f = workbook_add_format(w->book);

	format_set_font_name(f, FONT);
	format_set_font_size(f, 10);
	format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
	format_set_text_wrap(f);
	if (head) {
		format_set_bold(f);
		format_set_bg_color(f, 0xE8F1FE);
		format_set_bottom(f, LXW_BORDER_THIN);
	}
	return f;
}

/* Excel refuses some characters in the name of a sheet, and more than 31 of any. */
static const char *sheet_name(struct xlsx_writer *w, struct str name)
{
	ptrdiff_t n = 0, at = 0;

	w->z.n = 0;
	while (at < name.n && n < 31) {
		ptrdiff_t from = at;
		uint32_t c = utf8_next(name, &at);
		n += c > 0xFFFF ? 2 : 1;
		if (n > 31)
			break;
		if (c < 0x80 && strchr("[]:*?/\\'", (int)c))
			buf_char(&w->z, '_');
		else
			buf_add(&w->z, str_sub(name, from, at));
	}
	if (w->z.n == 0)
		buf_char(&w->z, '1');
	buf_char(&w->z, 0);
	return w->z.p;
}

static bool start(struct xlsx_writer *w, struct str sheet, const struct xlsx_column *column, int n)
{
	char path[64];
	const char *parts = sys_memory_dir();
	struct buf folder = buf_make(64);
	lxw_doc_properties properties = { .created = CREATED };

	w->fd = memfd_create("xlsx", MFD_CLOEXEC);
	if (w->fd < 0 || !parts)
		return false;
	buf_fmt(&folder, "%s%c", parts, 0);                      /* the library keeps parts in files: they must not reach a disk */
	lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = folder.p };
	snprintf(path, sizeof path, "/proc/self/fd/%d", w->fd);
	w->book = workbook_new_opt(path, &options);
	buf_free(&folder);
	if (!w->book || workbook_set_properties(w->book, &properties))
		return false;
	w->sheet = workbook_add_worksheet(w->book, sheet_name(w, sheet));
	if (!w->sheet)
		return false;
	w->body = format(w, false);
	w->date = format(w, false);
	format_set_num_format(w->date, "yyyy-mm-dd");
	lxw_format *head = format(w, true);
	for (int i = 0; i < n; i++) {
		ptrdiff_t width = column[i].width ? column[i].width : utf8_width(column[i].label) + 4;
		width = MAX((ptrdiff_t)WIDTH_MIN, MIN(width, (ptrdiff_t)WIDTH_MAX));
		if (worksheet_set_column(w->sheet, (lxw_col_t)i, (lxw_col_t)i, (double)width, NULL) ||
		    worksheet_write_string(w->sheet, 0, (lxw_col_t)i, to_z(w, column[i].label), head))
			return false;
	}
	worksheet_freeze_panes(w->sheet, 1, 0);
	worksheet_set_landscape(w->sheet);
	worksheet_set_paper(w->sheet, 9);
	worksheet_fit_to_pages(w->sheet, 1, 0);
	return worksheet_repeat_rows(w->sheet, 0, 0) == LXW_NO_ERROR;
}

enum status xlsx_write_open(struct arena *a, struct str sheet, const struct xlsx_column *column, int n, struct xlsx_writer **ret)
{
	struct xlsx_writer *w = new(a, struct xlsx_writer);

	*w = (struct xlsx_writer){ .fd = -1, .columns = n, .row = 1, .z = buf_make(1 << 20) };
	if (!start(w, sheet, column, n)) {
		IGNORE(xlsx_write_close(w, NULL, NULL));
		return ST_BROKEN;
	}
	*ret = w;
	return ST_OK;
}

static lxw_error write_cell(struct xlsx_writer *w, lxw_col_t column, const struct cell *c)
{
	switch ((enum cell_kind)c->kind) {
	case CELL_NUMBER:
		return worksheet_write_number(w->sheet, w->row, column, c->number, w->body);
	case CELL_DATE:
		return worksheet_write_number(w->sheet, w->row, column, c->number, w->date);
	case CELL_BOOL:
		return worksheet_write_boolean(w->sheet, w->row, column, c->number > 0, w->body);
	case CELL_EMPTY: case CELL_TEXT: case CELL_ERROR: case CELL_KIND_MAX:
		break;
	}
	return c->text.n ? worksheet_write_string(w->sheet, w->row, column, to_z(w, c->text), w->body) : LXW_NO_ERROR;
}

enum status xlsx_write_row(struct xlsx_writer *w, const struct cell *cell)
{
	if (w->row >= SHEET_ROWS_MAX)
		return ST_TOO_BIG;
	for (int i = 0; i < w->columns; i++)
		if (write_cell(w, (lxw_col_t)i, &cell[i]) != LXW_NO_ERROR)
			return ST_BROKEN;
	w->row++;
	return ST_OK;
}

static enum status hand_out(int fd, enum status (*put)(void *user, struct str bytes), void *user)
{
	char piece[PIECE];
	off_t at = 0;

	for (;;) {
		ssize_t n = pread(fd, piece, sizeof piece, at);
		if (n < 0)
			return ST_BROKEN;
		if (n == 0)
			break;
		TRY(put(user, (struct str){ piece, n }));
		at += n;
	}
	wipe(piece, (ptrdiff_t)sizeof piece);
	return at ? ST_OK : ST_BROKEN;
}

enum status xlsx_write_close(struct xlsx_writer *w, enum status (*put)(void *user, struct str bytes), void *user)
{
	enum status st = ST_OK;

	if (w->sheet && w->columns > 0)
		worksheet_autofilter(w->sheet, 0, 0, w->row - 1, (lxw_col_t)(w->columns - 1));
	if (w->book && workbook_close(w->book) != LXW_NO_ERROR)
		st = ST_BROKEN;
	if (st == ST_OK && put)
		st = hand_out(w->fd, put, user);
	if (w->fd >= 0)
		close(w->fd);
	buf_free(&w->z);
	w->book = NULL;
	w->fd = -1;
	return st;
}

int64_t xlsx_write_cut(const struct xlsx_writer *w)
{
	return w->cut;
}
