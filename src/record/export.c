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

static bool is_exported(const struct field *f)
{
	return f->kind != FK_FILE && !(f->flags & INTERNAL);
}

/* Which fields hold something in any record that goes out. */
static enum status note_filled(struct request *rq, struct record *r, void *arg)
{
	bool *filled = arg;

	if (!access_may(rq, r, MAY_EXPORT))
		return ST_OK;
	for (int i = 0; i < r->type->nfields; i++)
		filled[i] |= r->v[i].set;
	return ST_OK;
}

/* The layout as it came in; behind it, what was filled in since and has no column there. What the program alone writes is not added. */
static enum status columns_beside(struct request *rq, const struct list_query *q, struct import_column *all, int *n)
{
	const struct type *t = q->type;
	bool *filled = new_n(rq->a, bool, t->nfields);

	TRY(record_each(rq, q, note_filled, filled));
	for (int i = 0; i < *n; i++)
		if (all[i].place >= 0)
			filled[all[i].place] = false;
	for (int i = 0; i < t->nfields; i++)
		if (filled[i] && is_exported(&t->fields[i]) && !(t->fields[i].flags & DERIVED))
			all[(*n)++] = (struct import_column){ t->fields[i].label[rq->lang], i };
	return ST_OK;
}

/* Columns of the layout and what it lacks, or, where there is no layout, every field. */
static enum status columns_of(struct request *rq, const struct list_query *q, struct import_column **ret, int *ret_n)
{
	const struct type *t = q->type;
	struct import_column *layout, *all;
	int n;

	TRY(layout_load(rq, t, &layout, &n));
	all = new_n(rq->a, struct import_column, n + t->nfields);
	if (n) {
		memcpy(all, layout, (size_t)n * sizeof *all);
		TRY(columns_beside(rq, q, all, &n));
	} else {
		for (int i = 0; i < t->nfields; i++)
			if (is_exported(&t->fields[i]))
				all[n++] = (struct import_column){ t->fields[i].label[rq->lang], i };
	}
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
	TRY(columns_of(rq, q, &column, &w.n));
	w.column = column;
	TRY(sink.head(sink.user, column, w.n));
	TRY(record_each(rq, q, one, &w));
	trail_add(rq, TRAIL_EXPORT, q->type, 0, 0, S(""))->count = w.rows;
	return ST_OK;
}
