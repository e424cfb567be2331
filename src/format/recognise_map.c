/* recognise_map.c - corrections by hand: read, applied, and written for the next time. */
#include "base/num.h"
#include "format/csv.h"
#include "format/json.h"
#include "format/recognise_label.h"
#include <stdio.h>

struct mapped { struct str key, label; int column; int field; bool used; };
struct mapping {
	struct str     sheet;
	int64_t        header_row;
	int            header_rows;
	struct mapped *mapped;
	ptrdiff_t      n;
};

/* "C", "AB": the letters of a column as a number from 1; 0 when they are none. */
static int letters(struct str s)
{
	int column = 0;

	for (ptrdiff_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (c < 'A' || c > 'Z' || i == 3)
			return 0;
		column = column * 26 + (c - 'A' + 1);
	}
	return column <= SHEET_COLUMNS_MAX ? column : 0;
}

static enum status wrong(struct problems *ps, struct str place, enum msg_id msg, struct str arg)
{
	problem(ps, place, msg, .arg = { arg });
	return ST_BAD_INPUT;
}

static enum status parse_columns(struct arena *a, const struct js *columns, const struct vocabulary *v, struct problems *ps,
	struct mapping *m)
{
	enum status st = ST_OK;

	if (columns->kind != JS_OBJECT)
		return wrong(ps, S("columns"), MSG_MAP_SHAPE, S(""));
	m->mapped = new_n(a, struct mapped, columns->n);
	for (const struct js *c = columns->child; c; c = c->next) {
		struct mapped p = { .key = c->key, .column = letters(c->key), .label = label_key(a, c->key).full };
		if (c->kind == JS_NULL)
			p.field = COLUMN_LEFT_OUT;
		else if (c->kind == JS_TEXT && str_eq(c->text, S("+")))
			p.field = COLUMN_OWN;
		else
			p.field = c->kind == JS_TEXT ? vocabulary_find(v, c->text) : -1;
		if (p.field == -1 && !(c->kind == JS_TEXT && str_eq(c->text, S("+"))))
			st = wrong(ps, c->key, MSG_MAP_NO_FIELD, c->kind == JS_TEXT ? c->text : S(""));
		m->mapped[m->n++] = p;
	}
	return st;
}

static enum status parse_row(const struct js *j, int64_t max, struct problems *ps, int64_t *ret)
{
	if (j->kind != JS_INT || j->integer < 1 || j->integer > max)
		return wrong(ps, j->key, MSG_MAP_SHAPE, S(""));
	*ret = j->integer;
	return ST_OK;
}

enum status mapping_parse(struct arena *a, struct str json, const struct vocabulary *v, struct problems *ps,
	struct mapping **ret)
{
	struct mapping *m = new(a, struct mapping);
	enum status st = ST_OK, one = ST_OK;
	int64_t rows = 0;
	struct js *root;

	TRY(js_parse(a, json, ps, &root));
	if (root->kind != JS_OBJECT)
		return wrong(ps, S(""), MSG_MAP_SHAPE, S(""));
	for (const struct js *j = root->child; j; j = j->next) {
		if (str_eq(j->key, S("sheet")) && j->kind == JS_TEXT)
			m->sheet = j->text;
		else if (str_eq(j->key, S("header_row")))
			one = parse_row(j, SHEET_ROWS_MAX, ps, &m->header_row);
		else if (str_eq(j->key, S("header_rows")))
			one = parse_row(j, 3, ps, &rows);
		else if (str_eq(j->key, S("columns")))
			one = parse_columns(a, j, v, ps, m);
		else
			one = wrong(ps, j->key, MSG_MAP_SHAPE, S(""));
		st = one == ST_OK ? st : one;
	}
	m->header_rows = (int)rows;
	*ret = m;
	return st;
}

struct str mapping_sheet(const struct mapping *m)
{
	return m ? m->sheet : (struct str){ NULL, 0 };
}

int64_t mapping_header(const struct mapping *m, int *ret_rows)
{
	*ret_rows = m ? m->header_rows : 0;
	return m ? m->header_row : 0;
}

int mapping_of(struct arena *a, struct mapping *m, int column, struct str label)
{
	struct str key = label_key(a, label).full;
	struct mapped *named = NULL, *placed = NULL;

	for (ptrdiff_t i = 0; m && i < m->n; i++) {
		struct mapped *p = &m->mapped[i];
		if (p->label.n && str_eq(p->label, key)) {
			p->used = true;                          /* one label may be spelled in two ways on two sheets */
			named = named ? named : p;
		} else if (p->column && p->column == column) {
			placed = p;
		}
	}
	if (named)                                               /* the label is surer than the place */
		return named->field;
	if (!placed)
		return MAP_NONE;
	placed->used = true;
	return placed->field;
}

void mapping_forget(struct mapping *m)
{
	for (ptrdiff_t i = 0; m && i < m->n; i++)
		m->mapped[i].used = false;
}

struct str mapping_unused(const struct mapping *m)
{
	for (ptrdiff_t i = 0; m && i < m->n; i++)
		if (!m->mapped[i].used)
			return m->mapped[i].key;
	return (struct str){ NULL, 0 };
}

static void put_place(struct js_out *j, const struct mapping *m)
{
	int rows;
	int64_t header = mapping_header(m, &rows);

	if (mapping_sheet(m).p) {
		js_key(j, S("sheet"));
		js_text(j, mapping_sheet(m));
	}
	if (header) {
		js_key(j, S("header_row"));
		js_int(j, header);
	}
	if (rows) {
		js_key(j, S("header_rows"));
		js_int(j, rows);
	}
}

struct str mapping_of_table(struct arena *a, const struct vocabulary *v, const struct mapping *m, const struct table *t)
{
	struct buf b = buf_make(4 << 20);
	struct js_out j = { .b = &b };

	js_open(&j, '{');
	put_place(&j, m);
	js_key(&j, S("columns"));
	js_open(&j, '{');
	for (int i = 0; i < t->ncolumns; i++) {
		const struct table_column *c = &t->column[i];
		bool twice = false;
		for (int k = 0; k < i; k++)
			twice |= str_eq(t->column[k].label, c->label);
		if (c->column == 0 || c->label.n == 0 || twice)
			continue;
		js_key(&j, c->label);
		if (c->field == COLUMN_LEFT_OUT)
			js_null(&j);
		else
			js_text(&j, c->field == COLUMN_OWN ? S("+") : vocabulary_code(v, c->field));
	}
	js_close(&j, '}');
	js_close(&j, '}');
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}
