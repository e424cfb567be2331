/* page_export.c - the records of a list as a file: what the list shows now, in the columns the type came in. */
#include "record/export_file.h"
#include "web/pages.h"
#include "web/record_page.h"

static const struct { const char *code; enum export_format format; struct str type; } formats[] = {
	{ "csv",  EXPORT_CSV,  SLIT("text/csv; charset=utf-8") },
	{ "xlsx", EXPORT_XLSX, SLIT("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet") },
	{ "pdf",  EXPORT_PDF,  SLIT("application/pdf") },
	{ "json", EXPORT_JSON, SLIT("application/json; charset=utf-8") },
};

static enum status put(void *user, struct str bytes)
{
	struct web *w = user;

	buf_add(&w->reply.body, bytes);
	return w->reply.body.failed ? ST_TOO_BIG : ST_OK;
}

enum status page_export(struct web *w)
{
	struct list_query q = { 0 };
	ptrdiff_t f = 0;

	while (f < COUNT(formats) && !str_eq(w->arg[1], str_z(formats[f].code)))
		f++;
	if (f == COUNT(formats))
		return ST_NOT_FOUND;
	TRY(path_type(w, &q.type));
	list_query_of(w, &q);
	struct export_options o = { .format = formats[f].format, .charset = CHARSET_UTF8, .guard = true };
	reply_start_(w, 200, formats[f].type);
	enum status st = export_file(&w->rq, &q, &o, put, w, NULL);
	if (st != ST_OK) {
		w->reply.status = 0;
		return st;
	}
	reply_attachment_named(w, type_title(q.type, w->lang), w->arg[1]);
	return ST_OK;
}
