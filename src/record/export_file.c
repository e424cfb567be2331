/* export_file.c - rows into files. */
#include "record/export_file.h"
#include "format/json.h"
#include "format/pdf.h"

struct work {
	struct request              *rq;
	const struct list_query     *q;
	const struct export_options *o;
	table_put                   *put;
	void                        *user;
	struct table_out            *out;
	struct pdf                  *pdf;
	struct arena                 a;         /* what lives as long as the file */
	struct buf                   b;
	const struct import_column  *column;
	bool                         any;
};

/* ---- csv and xlsx: in the columns it came in ---- */

static enum status table_head(void *user, const struct import_column *column, int n)
{
	struct work *w = user;
	struct table_out_column *c = new_n(&w->a, struct table_out_column, n);
	struct table_out_options o = { .format = w->o->format == EXPORT_XLSX ? TABLE_XLSX : TABLE_CSV,
		.sheet = w->q->type->t->title[w->rq->lang], .charset = w->o->charset, .guard = w->o->guard };

	w->column = column;
	for (int i = 0; i < n; i++)
		c[i] = (struct table_out_column){ column[i].header, column[i].header, 0 };
	return table_out_open(&w->a, &o, c, n, w->put, w->user, &w->out);
}

static enum status table_row(void *user, const struct record *r, const struct str *cells, int n)
{
	struct work *w = user;
	struct cell *c = new_n(w->rq->a, struct cell, n);

	(void)r;
	for (int i = 0; i < n; i++)
		c[i] = (struct cell){ .text = cells[i], .column = (uint16_t)(i + 1), .kind = cells[i].n ? CELL_TEXT : CELL_EMPTY };
	return table_out_row(w->out, c);
}

/* ---- json: every field, with the value as people read it and the code where there is one ---- */

static void put_value(struct work *w, struct js_out *j, const struct field *f, const struct value *v)
{
	struct buf b = buf_make(1 << 22);

	if (!v->set) {
		js_null(j);
	} else if (f->kind == FK_NUMBER || f->kind == FK_MONEY) {
		js_int(j, v->num);
	} else {
		export_value(w->rq, &b, f, v);
		js_text(j, buf_str(&b));
	}
	buf_free(&b);
}

static enum status json_head(void *user, const struct import_column *column, int n)
{
	struct work *w = user;

	(void)column, (void)n;
	return w->put(w->user, S("["));
}

static enum status json_row(void *user, const struct record *r, const struct str *cells, int n)
{
	struct work *w = user;
	struct js_out j = { .b = &w->b };
	const struct step *step = type_step(r->type->t, r->step);

	(void)cells, (void)n;
	w->b.n = 0;
	if (w->any)
		buf_char(&w->b, ',');
	buf_char(&w->b, '\n');
	w->any = true;
	js_open(&j, '{');
	js_key(&j, S("id"));
	js_int(&j, r->id);
	js_key(&j, S("step"));
	js_text(&j, r->step);
	js_key(&j, S("step_label"));
	js_text(&j, step ? step->label[w->rq->lang] : r->step);
	js_key(&j, S("version"));
	js_int(&j, r->version);
	for (int i = 0; i < r->type->nfields; i++) {
		const struct field *f = &r->type->fields[i];
		if (f->flags & INTERNAL)
			continue;
		js_key(&j, f->own ? f->label[JA] : str_z(f->name));
		put_value(w, &j, f, &r->v[i]);
		if ((f->kind == FK_CHOICE || f->kind == FK_CHOICES || f->kind == FK_YES_NO) && r->v[i].set) {
			struct buf key = buf_make(256);
			buf_add(&key, str_z(f->name));
			buf_lit(&key, "_code");
			js_key(&j, buf_str(&key));
			js_text(&j, r->v[i].text);
			buf_free(&key);
		}
	}
	js_close(&j, '}');
	return w->b.failed ? ST_TOO_BIG : w->put(w->user, buf_str(&w->b));
}

/* ---- pdf: a table of the listed columns, or of the first field where none is listed ---- */

enum { PDF_COLUMNS = 8 };
struct columns { int place[PDF_COLUMNS], n; };

static struct columns pdf_columns(const struct type *t)
{
	struct columns c = { .n = 0 };

	for (int i = 0; i < t->nfields && c.n < PDF_COLUMNS; i++)
		if (t->fields[i].flags & LISTED)
			c.place[c.n++] = i;
	for (int i = 0; i < t->nfields && c.n == 0; i++)
		if (t->fields[i].kind != FK_ROWS && t->fields[i].kind != FK_FILE)
			c.place[c.n++] = i;
	return c;
}

static enum status pdf_head(void *user, const struct import_column *column, int n)
{
	static const double widths[PDF_COLUMNS] = { 1, 1, 1, 1, 1, 1, 1, 1 };
	struct work *w = user;
	const struct type *t = w->q->type;
	struct columns c = pdf_columns(t);
	struct str *headers = new_n(&w->a, struct str, PDF_COLUMNS);
	struct pdf_settings s = { .title = t->t->title[w->rq->lang], .author = S(""), .header_left = S(""), .header_right = S(""),
		.footer_left = S(""), .made = DATE_NEVER, .landscape = true, .gothic = true };
	struct pdf_table table = { .columns = c.n, .widths = widths, .headers = headers };

	(void)column, (void)n;
	for (int i = 0; i < c.n; i++)
		headers[i] = t->fields[c.place[i]].label[w->rq->lang];
	w->pdf = pdf_new(&w->a, &s);
	pdf_title(w->pdf, s.title);
	pdf_table_begin(w->pdf, &table);
	return ST_OK;
}

static enum status pdf_put_row(void *user, const struct record *r, const struct str *cells, int n)
{
	struct work *w = user;
	struct columns c = pdf_columns(w->q->type);
	struct str shown[PDF_COLUMNS];
	struct buf b = buf_make(1 << 20);

	(void)cells, (void)n;
	for (int i = 0; i < c.n; i++) {
		b.n = 0;
		export_value(w->rq, &b, &r->type->fields[c.place[i]], &r->v[c.place[i]]);
		shown[i] = str_dup(&w->a, buf_str(&b));
	}
	pdf_row(w->pdf, shown);
	buf_free(&b);
	return ST_OK;
}

static enum status pdf_end(struct work *w)
{
	struct buf out = buf_make(256 << 20);

	pdf_table_end(w->pdf);
	enum status st = pdf_make(conn_sandbox(w->rq->conn), w->pdf, &out);
	if (st == ST_OK)
		st = w->put(w->user, buf_str(&out));
	buf_free(&out);
	return st;
}

/* ---- all of them ---- */

static const struct {
	enum status (*head)(void *user, const struct import_column *columns, int n);
	enum status (*row)(void *user, const struct record *r, const struct str *cells, int n);
} makers[] = {
	[EXPORT_CSV]  = { table_head, table_row },
	[EXPORT_XLSX] = { table_head, table_row },
	[EXPORT_JSON] = { json_head, json_row },
	[EXPORT_PDF]  = { pdf_head, pdf_put_row },
};

static enum status finish(struct work *w, int64_t *ret_lost)
{
	if (w->o->format == EXPORT_JSON)
		return w->put(w->user, w->any ? S("\n]\n") : S("]\n"));
	if (w->o->format == EXPORT_PDF)
		return pdf_end(w);
	enum status st = table_out_close(w->out, ret_lost);
	w->out = NULL;
	return st;
}

enum status export_file(struct request *rq, const struct list_query *q, const struct export_options *o, table_put *put, void *user,
	int64_t *ret_lost)
{
	struct work w = { .rq = rq, .q = q, .o = o, .put = put, .user = user, .a = arena_make(0), .b = buf_make(16 << 20) };
	struct export_sink sink = { makers[o->format].head, makers[o->format].row, &w };

	if (ret_lost)
		*ret_lost = 0;
	enum status st = export_rows(rq, q, sink);
	if (st == ST_OK)
		st = finish(&w, ret_lost);
	table_out_drop(w.out);
	buf_free(&w.b);
	arena_free(&w.a);
	return st;
}
