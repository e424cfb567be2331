/* sheets.c - workbooks: each sheet a text, each row a line, cells with tabs between them; dates as 2026-03-02. */
#include "format/extract/document.h"
#include "format/extract/sheets.h"
#include "format/xlsx.h"

void sheet_text_end(struct sheet_text *b)
{
	if (b->open_) {
		text_end(b->x);
		path_leave(b->x, b->path_);
	}
	b->open_ = false;
}

static enum status on_sheet(void *user, struct str name, bool hidden)
{
	struct sheet_text *b = user;

	(void)hidden;                                 /* what is hidden from people is there all the same */
	sheet_text_end(b);
	b->path_ = path_enter(b->x, name);
	b->open_ = true;
	b->row_ = 1;
	text_begin(b->x);
	return b->x->st;
}

/* Line breaks inside a cell become spaces. */
static void add_cell(struct extract *x, struct str s)
{
	while (s.n) {
		ptrdiff_t n = 0;
		while (n < s.n && s.p[n] != '\n' && s.p[n] != '\r' && s.p[n] != '\t')
			n++;
		text_add(x, str_sub(s, 0, n));
		if (n < s.n)
			text_add(x, S(" "));
		s = str_sub(s, n + 1, s.n);
	}
}

static enum status on_row(void *user, const struct sheet_row *r)
{
	struct sheet_text *b = user;
	int64_t bytes = MAX(0, r->row - b->row_);
	int column = 1;

	for (; b->row_ < r->row && b->row_ < SHEET_ROWS_MAX; b->row_++)
		text_add(b->x, S("\n"));
	for (int i = 0; i < r->n; i++) {
		for (; column < r->cell[i].column; column++)
			text_add(b->x, S("\t"));
		if (r->cell[i].kind != CELL_ERROR)
			add_cell(b->x, r->cell[i].text);
		bytes += r->cell[i].text.n + 1;
	}
	if (!extract_count(b->x, bytes, 0, 0)) {
		b->counted_out = true;
		return b->x->st == ST_OK ? ST_TOO_BIG : b->x->st;
	}
	return b->x->st;
}

static enum status on_merged(void *user, struct cell_range range)
{
	(void)user, (void)range;
	return ST_OK;
}

struct sheet_sink sheet_text_sink(struct sheet_text *b)
{
	return (struct sheet_sink){ on_sheet, on_row, on_merged, b };
}

/* Remarks and text boxes, each under the name of its member. */
static void read_remarks(struct extract *x, struct arena *a, struct zip_reader *z)
{
	for (ptrdiff_t i = 0; i < zip_members(z) && x->st == ST_OK; i++) {
		struct arena_mark mark = arena_mark(a);
		struct zip_member m = zip_member_at(z, i);
		if ((str_starts(m.name, S("xl/comments")) || str_starts(m.name, S("xl/drawings/drawing")) ||
		     str_starts(m.name, S("xl/threadedComments/"))) && str_ends(m.name, S(".xml"))) {
			ptrdiff_t path = path_enter(x, m.name);
			text_begin(x);
			document_text(x, z, m);
			text_end(x);
			path_leave(x, path);
		}
		arena_reset(a, mark);
	}
}

void document_sheets(struct extract *x, struct arena *z_arena, struct zip_reader *z, struct str bytes, int fd)
{
	struct sheet_text b = { .x = x };
	struct arena a = arena_make((ptrdiff_t)512 << 20);
	struct problems none = { .a = &a };
	struct xlsx_limits l = { .unpacked_bytes = x->l.total_bytes };
	struct sheet_sink sink = sheet_text_sink(&b);

	enum status st = fd >= 0 ? xlsx_read_fd(&a, fd, &l, &none, sink) : xlsx_read_bytes(&a, bytes, &l, &none, sink);
	if (st != ST_OK && x->st == ST_OK && !b.counted_out)
		extract_unread(x, st == ST_TOO_BIG ? EXTRACT_too_big : st == ST_DENIED ? EXTRACT_encrypted : EXTRACT_damaged);
	sheet_text_end(&b);
	read_remarks(x, z_arena, z);
	arena_free(&a);
}
