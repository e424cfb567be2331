/* page_export.c - the records of a list as a file: what the list shows now, in the columns the type came in. */
#include "format/csv.h"
#include "format/json.h"
#include "record/export.h"
#include "web/pages.h"
#include "web/record_page.h"

struct out { struct web *w; struct csv_writer csv; struct js_out json; const struct import_column *column; };

static enum status csv_head(void *user, const struct import_column *columns, int n)
{
	struct out *o = user;

	for (int i = 0; i < n; i++)
		csv_put(&o->csv, columns[i].header);
	csv_end_row(&o->csv);
	return ST_OK;
}

static enum status csv_row(void *user, const struct record *r, const struct str *cells, int n)
{
	struct out *o = user;

	(void)r;
	for (int i = 0; i < n; i++)
		csv_put(&o->csv, cells[i]);
	csv_end_row(&o->csv);
	return o->csv.b->failed ? ST_TOO_BIG : ST_OK;
}

static enum status json_head(void *user, const struct import_column *columns, int n)
{
	struct out *o = user;

	(void)n;
	o->column = columns;
	js_open(&o->json, '[');
	return ST_OK;
}

static enum status json_row(void *user, const struct record *r, const struct str *cells, int n)
{
	struct out *o = user;

	js_open(&o->json, '{');
	js_key(&o->json, S("id"));
	js_int(&o->json, r->id);
	for (int i = 0; i < n; i++) {
		js_key(&o->json, o->column[i].header);
		js_text(&o->json, cells[i]);
	}
	js_close(&o->json, '}');
	return o->json.b->failed ? ST_TOO_BIG : ST_OK;
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
	struct out o = { .w = w, .csv = { .b = &w->reply.body, .guard = true }, .json = { .b = &w->reply.body } };
	bool json = str_eq(w->arg[1], S("json"));
	struct list_query q = { 0 };

	if (!json && !str_eq(w->arg[1], S("csv")))
		return ST_NOT_FOUND;
	TRY(path_type(w, MAY_READ, &q.type));
	list_query_of(w, &q);
	if (json) {
		reply_start(w, 200, "application/json; charset=utf-8");
		TRY(export_rows(&w->rq, &q, (struct export_sink){ json_head, json_row, &o }));
		js_close(&o.json, ']');
	} else {
		reply_start(w, 200, "text/csv; charset=utf-8");
		buf_add(&w->reply.body, CSV_BOM);
		TRY(export_rows(&w->rq, &q, (struct export_sink){ csv_head, csv_row, &o }));
	}
	reply_attachment(w, file_name(w, q.type, json ? S("json") : S("csv")));
	return ST_OK;
}
