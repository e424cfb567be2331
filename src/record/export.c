/* export.c - records as rows of cells. */
#include "record/export.h"
#include "record/access.h"
#include "record/trail.h"

void export_value(struct request *rq, struct buf *b, const struct field *f, const struct value *v)
{
	if (!v->set)
		return;
	switch (f->kind) {
	case FK_COUNT: case FK_DATE: case FK_PERIOD:
		if (v->text.n)
			buf_add(b, v->text);
		else
			value_print_plain(b, f, v);
		break;
	case FK_LINK: case FK_STAFF: case FK_DEPARTMENT: {
		struct str title = v->num ? record_title_of(rq, v->num) : v->text;
		buf_add(b, title.n ? title : v->text);
		break;
	}
	case FK_CHOICE: case FK_CHOICES: case FK_YES_NO:
		value_print(b, f, v, rq->lang);
		break;
	case FK_TEXT: case FK_LONG_TEXT: case FK_NUMBER: case FK_MONEY: case FK_INSTANT: case FK_SERIAL: case FK_PERSON:
	case FK_FILE: case FK_ROWS: case FK_MAX:
	default:
		value_print_plain(b, f, v);
	}
}

/* Columns of the layout; behind them, or where there is no layout, every field that it does not name. */
static enum status columns_of(struct request *rq, const struct type *t, struct import_column **ret, int *ret_n)
{
	struct import_column *layout, *all;
	int n;

	TRY(layout_load(rq, t, &layout, &n));
	if (n) {
		*ret = layout;
		*ret_n = n;
		return ST_OK;
	}
	all = new_n(rq->a, struct import_column, t->nfields);
	for (int i = 0; i < t->nfields; i++)
		if (t->fields[i].kind != FK_FILE && !(t->fields[i].flags & INTERNAL))
			all[n++] = (struct import_column){ t->fields[i].label[rq->lang], i };
	*ret = all;
	*ret_n = n;
	return ST_OK;
}

struct work { const struct import_column *column; int n; struct export_sink sink; int64_t rows; };

static enum status one(struct request *rq, struct record *r, void *arg)
{
	struct work *w = arg;
	struct buf b = buf_make(64 << 20);
	ptrdiff_t *end = new_n(rq->a, ptrdiff_t, w->n);
	struct str *cells = new_n(rq->a, struct str, w->n);

	if (!access_may(rq, r, MAY_EXPORT))
		return ST_OK;
	for (int i = 0; i < w->n; i++) {
		if (w->column[i].place >= 0)
			export_value(rq, &b, &r->type->fields[w->column[i].place], &r->v[w->column[i].place]);
		end[i] = b.n;
	}
	for (int i = 0; i < w->n; i++)
		cells[i] = str_sub(buf_str(&b), i ? end[i - 1] : 0, end[i]);
	w->rows++;
	enum status st = b.failed ? ST_TOO_BIG : w->sink.row(w->sink.user, r, cells, w->n);
	buf_free(&b);
	return st;
}

enum status export_rows(struct request *rq, const struct list_query *q, struct export_sink sink)
{
	struct import_column *column;
	struct work w = { .sink = sink };

	if (!access_may_any(rq, q->type, MAY_EXPORT)) {
		trail_refuse(rq, TRAIL_EXPORT, q->type, 0, S("export"));
		return ST_DENIED;
	}
	TRY(columns_of(rq, q->type, &column, &w.n));
	w.column = column;
	TRY(sink.head(sink.user, column, w.n));
	TRY(record_each(rq, q, one, &w));
	trail_add(rq, TRAIL_EXPORT, q->type, 0, 0, S(""))->count = w.rows;
	return ST_OK;
}
