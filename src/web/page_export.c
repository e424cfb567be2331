/* page_export.c - the records of a list as a file: what the list shows now, in the columns the type came in. */
#include "format/table_out.h"
#include "record/export.h"
#include "web/pages.h"
#include "web/record_page.h"

static const struct { const char *code; enum table_format format; struct str type; } formats[] = {
	{ "csv",  TABLE_CSV,  SLIT("text/csv; charset=utf-8") },
	{ "xlsx", TABLE_XLSX, SLIT("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet") },
	{ "json", TABLE_JSON, SLIT("application/json; charset=utf-8") },
};

struct out { struct web *w; const struct type *t; struct table_out_options options; struct table_out *table; };

static enum status put(void *user, struct str bytes)
{
	struct out *o = user;

	buf_add(&o->w->reply.body, bytes);
	return o->w->reply.body.failed ? ST_TOO_BIG : ST_OK;
}

static enum status head(void *user, const struct import_column *columns, int n)
{
	struct out *o = user;
	struct table_out_column *c = new_n(&o->w->a, struct table_out_column, n);

	for (int i = 0; i < n; i++)
		c[i] = (struct table_out_column){ .label = columns[i].header,
			.code = columns[i].place >= 0 ? str_z(o->t->fields[columns[i].place].name) : columns[i].header };
	return table_out_open(&o->w->a, &o->options, c, n, put, o, &o->table);
}

static enum status row(void *user, const struct record *r, const struct str *cells, int n)
{
	struct out *o = user;
	struct arena_mark m = arena_mark(&o->w->a);
	struct cell *c = new_n(&o->w->a, struct cell, n);

	(void)r;
	for (int i = 0; i < n; i++)
		c[i] = (struct cell){ .text = cells[i], .kind = cells[i].n ? CELL_TEXT : CELL_EMPTY, .column = (uint16_t)(i + 1) };
	enum status st = table_out_row(o->table, c);
	arena_reset(&o->w->a, m);
	return st;
}

static struct str file_name(struct web *w, const struct type *t, struct str suffix)
{
	struct buf b = buf_make(1000);

	buf_add(&b, type_title(t, w->lang));
	buf_char(&b, '_');
	date_add_iso(&b, w->rq.today);
	buf_char(&b, '.');
	buf_add(&b, suffix);
	struct str s = str_dup(&w->a, buf_str(&b));
	buf_free(&b);
	return s;
}

enum status page_export(struct web *w)
{
	struct out o = { .w = w };
	struct list_query q = { 0 };
	ptrdiff_t f = 0;

	while (f < COUNT(formats) && !str_eq(w->arg[1], str_z(formats[f].code)))
		f++;
	if (f == COUNT(formats))
		return ST_NOT_FOUND;
	TRY(path_type(w, MAY_READ, &q.type));
	list_query_of(w, &q);
	o.t = q.type;
	o.options = (struct table_out_options){ .format = formats[f].format, .sheet = type_title(q.type, w->lang),
		.charset = CHARSET_UTF8, .guard = true };
	reply_start_(w, 200, formats[f].type);
	enum status st = export_rows(&w->rq, &q, (struct export_sink){ head, row, &o });
	if (st == ST_OK && o.table)
		st = table_out_close(o.table, NULL);
	else
		table_out_drop(o.table);
	if (st != ST_OK) {
		w->reply.status = 0;
		return st;
	}
	reply_attachment(w, file_name(w, q.type, w->arg[1]));
	return ST_OK;
}
