/* table_out.c - writes a table as csv, xlsx or json. */
#include "format/table_out.h"
#include "format/charset_write.h"
#include "format/csv.h"
#include "format/json.h"
#include "format/xlsx_write.h"

enum { FLUSH = 64 << 10, OUT_MAX = 1 << 30 };

struct table_out {
	struct arena                  *a;
	struct table_out_options       o;
	const struct table_out_column *column;
	int                            n;
	table_put                     *put;
	void                          *user;
	struct buf                     b, encoded;
	struct csv_writer              csv;
	struct charset_writer          charset;
	struct js_out                  js;
	struct xlsx_writer            *xlsx;
};

static enum status flush(struct table_out *t, ptrdiff_t from)
{
	struct str s = buf_str(&t->b);

	if (t->b.failed || t->encoded.failed)
		return ST_TOO_BIG;
	if (s.n < from || s.n == 0)
		return ST_OK;
	if (t->o.format == TABLE_CSV && t->o.charset != CHARSET_UTF8) {
		t->encoded.n = 0;
		charset_write(&t->charset, s, &t->encoded);
		s = buf_str(&t->encoded);
	}
	t->b.n = 0;
	return t->put(t->user, s);
}

static enum status open_csv(struct table_out *t)
{
	TRY(charset_writer_open(&t->charset, t->o.charset));
	t->csv = (struct csv_writer){ .b = &t->b, .separator = t->o.separator, .guard = t->o.guard };
	if (t->o.charset == CHARSET_UTF8 && !t->o.no_bom)
		buf_add(&t->b, CSV_BOM);
	for (int i = 0; i < t->n; i++)
		csv_put(&t->csv, t->column[i].label);
	csv_end_row(&t->csv);
	return ST_OK;
}

static enum status open_xlsx(struct table_out *t)
{
	struct xlsx_column *c = new_n(t->a, struct xlsx_column, t->n);

	for (int i = 0; i < t->n; i++)
		c[i] = (struct xlsx_column){ t->column[i].label, t->column[i].width };
	return xlsx_write_open(t->a, t->o.sheet, c, t->n, &t->xlsx);
}

enum status table_out_open(struct arena *a, const struct table_out_options *o, const struct table_out_column *column,
	int n, table_put *put, void *user, struct table_out **ret)
{
	struct table_out *t = new(a, struct table_out);
	enum status st = ST_OK;

	*t = (struct table_out){ .a = a, .o = *o, .column = column, .n = n, .put = put, .user = user, .b = buf_make(OUT_MAX), .encoded = buf_make(OUT_MAX) };
	switch (o->format) {
	case TABLE_CSV:
		st = open_csv(t);
		break;
	case TABLE_XLSX:
		st = open_xlsx(t);
		break;
	case TABLE_JSON:
		t->js = (struct js_out){ .b = &t->b };
		js_open(&t->js, '[');
		break;
	}
	if (st != ST_OK) {
		table_out_drop(t);
		return st;
	}
	*ret = t;
	return ST_OK;
}

static void add_json(struct table_out *t, const struct cell *cell)
{
	js_open(&t->js, '{');
	for (int i = 0; i < t->n; i++) {
		js_key(&t->js, t->column[i].code);
		if (cell[i].kind == CELL_NUMBER)
			js_real(&t->js, cell[i].number);
		else if (cell[i].kind == CELL_BOOL)
			js_bool(&t->js, cell[i].number > 0);
		else if (cell[i].kind == CELL_EMPTY)
			js_null(&t->js);
		else
			js_text(&t->js, cell[i].text);
	}
	js_close(&t->js, '}');
}

enum status table_out_row(struct table_out *t, const struct cell *cell)
{
	if (t->o.format == TABLE_XLSX)
		return xlsx_write_row(t->xlsx, cell);
	if (t->o.format == TABLE_JSON) {
		add_json(t, cell);
	} else {
		for (int i = 0; i < t->n; i++)
			csv_put(&t->csv, cell[i].text);
		csv_end_row(&t->csv);
	}
	return flush(t, FLUSH);
}

static int64_t lost(const struct table_out *t)
{
	return t->o.format == TABLE_XLSX ? xlsx_write_cut(t->xlsx) : t->charset.lost;
}

enum status table_out_close(struct table_out *t, int64_t *ret_lost)
{
	enum status st;

	if (t->o.format == TABLE_XLSX) {
		int64_t cut = lost(t);
		st = xlsx_write_close(t->xlsx, t->put, t->user);
		t->xlsx = NULL;
		if (ret_lost)
			*ret_lost = cut;
	} else {
		if (t->o.format == TABLE_JSON) {
			js_close(&t->js, ']');
			buf_char(&t->b, '\n');
		}
		st = flush(t, 0);
		if (ret_lost)
			*ret_lost = lost(t);
	}
	table_out_drop(t);
	return st;
}

void table_out_drop(struct table_out *t)
{
	if (!t)
		return;
	if (t->xlsx)
		IGNORE(xlsx_write_close(t->xlsx, NULL, NULL));
	t->xlsx = NULL;
	charset_writer_close(&t->charset);
	buf_free(&t->b);
	buf_free(&t->encoded);
}
