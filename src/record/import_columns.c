/* import_columns.c - the columns of an import: own fields made for unknown ones, and the layout in which the type came in. */
#include "record/import.h"
#include "record/own_field.h"
#include "record/queries.h"
#include "record/store_impl.h"
#include <stdio.h>

/* ---- own fields ---- */

int import_own_place(const struct type *t, struct str label)
{
	for (int i = 0; i < t->nfields; i++)
		if (t->fields[i].own && !t->fields[i].retired && str_eq(t->fields[i].label[JA], label))
			return i;
	return -1;
}

/* A column that no field answers to, not even one that was retired: that one stays out. */
static bool wants_own(const struct import_table *t, int column)
{
	if (t->column[column].place >= 0 || !t->column[column].header.n)
		return false;
	for (int i = 0; i < t->type->nfields; i++)
		if (t->type->fields[i].own && str_eq(t->type->fields[i].label[JA], t->column[column].header))
			return false;
	return true;
}

static enum status add_own(struct request *rq, void *arg)
{
	struct import_table *t = arg;

	for (int i = 0; i < t->ncolumns; i++)
		if (wants_own(t, i))
			TRY(own_field_add(rq, t->type, t->column[i].header, t->column[i].header, S("text")));
	return ST_OK;
}

static void take_own_places(const struct conn *c, struct import_table *t)
{
	t->type = store_type(c->store, str_z(t->type->t->name));
	for (int i = 0; i < t->ncolumns; i++)
		if (t->column[i].place < 0 && t->column[i].header.n)
			t->column[i].place = import_own_place(t->type, t->column[i].header);
}

enum status import_own_fields(struct conn *c, struct import_table *t)
{
	struct arena a = arena_make(0);
	struct request rq;
	bool any = false;

	take_own_places(c, t);                           /* another sheet of the file may have made them just now */
	for (int i = 0; i < t->ncolumns; i++)
		any |= wants_own(t, i);
	request_init(&rq, &a, c, JA);
	enum status st = any ? request_run(&rq, DB_WRITE, add_own, t) : ST_OK;
	arena_free(&a);
	if (st != ST_OK)
		return st;
	take_own_places(c, t);
	return ST_OK;
}

/* ---- layout: "field<TAB>header<LF>" for each column, field empty where none fits ---- */

static struct str layout_name(struct request *rq, const struct type *t)
{
	char s[80];
	int n = snprintf(s, sizeof s, "layout.%s", t->t->name);

	return str_dup(rq->a, (struct str){ s, n });
}

enum status layout_save(struct request *rq, const struct import_table *t)
{
	struct buf b = buf_make(1 << 20);

	for (int i = 0; i < t->ncolumns; i++) {
		if (t->column[i].place >= 0)
			buf_add(&b, str_z(t->type->fields[t->column[i].place].name));
		buf_char(&b, '\t');
		for (ptrdiff_t k = 0; k < t->column[i].header.n; k++) {
			char c = t->column[i].header.p[k];
			buf_char(&b, c == '\n' || c == '\t' ? ' ' : c);
		}
		buf_char(&b, '\n');
	}
	struct db_q *q = db_query(rq->db, &q_setting_set);
	db_text(q, 1, layout_name(rq, t->type));
	db_text(q, 2, buf_str(&b));
	enum status st = db_run(q);
	buf_free(&b);
	return st;
}

enum status layout_load(struct request *rq, const struct type *t, struct import_column **ret, int *ret_n)
{
	struct str text = { NULL, 0 }, line, name;
	struct db_q *q = db_query(rq->db, &q_setting_get);

	*ret_n = 0;
	db_text(q, 1, layout_name(rq, t));
	if (db_row(q))
		text = str_dup(rq->a, db_col_text(q, 0));
	TRY(db_end(q));
	int n = 0;
	for (ptrdiff_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	*ret = new_n(rq->a, struct import_column, n);
	while (text.n && str_cut(&text, '\n', &line) && *ret_n < n) {
		if (!str_cut(&line, '\t', &name))
			continue;
		(*ret)[(*ret_n)++] = (struct import_column){ line, name.n ? type_place(t, name) : -1 };
	}
	return ST_OK;
}
