/* import_file.c - reading a file in a child, recognising its columns, remembering corrections. */
#include "record/import_file.h"
#include "format/table_in.h"
#include "record/queries.h"
#include <stdio.h>

enum { CELLS_MAX = 8000000 };

static struct vocabulary *vocabulary_of(struct arena *a, const struct type *t)
{
	struct vocabulary *v = t->t->hooks.vocabulary ? t->t->hooks.vocabulary(a) : vocabulary_make(a);

	for (int i = 0; i < t->nfields; i++) {
		const struct field *f = &t->fields[i];
		int k = vocabulary_field(v, str_z(f->name), f->kind == FK_DEPARTMENT ? FIELD_FILLS_DOWN : 0);
		vocabulary_label(v, k, f->label[JA]);
		vocabulary_label(v, k, f->label[EN]);
	}
	return v;
}

static struct str remembered_name(struct arena *a, const struct type *t, struct str fingerprint)
{
	char s[160];
	int n = snprintf(s, sizeof s, "mapping.%s.%.*s", t->t->name, STR_FMT(fingerprint));

	return str_dup(a, (struct str){ s, MIN(n, (int)sizeof s - 1) });
}

static enum status remembered(struct arena *a, struct request *rq, const struct type *t, struct str fingerprint, struct str *ret)
{
	struct db_q *q = db_query(rq->db, &q_setting_get);

	db_text(q, 1, remembered_name(a, t, fingerprint));
	if (db_row(q))
		*ret = str_dup(a, db_col_text(q, 0));
	return db_end(q);
}

enum status import_remember(struct request *rq, const struct type *t, const struct import_read *r)
{
	struct db_q *q = db_query(rq->db, &q_setting_set);

	db_text(q, 1, remembered_name(rq->a, t, r->fingerprint));
	db_text(q, 2, r->remember);
	return db_run(q);
}

static struct str place_of(struct arena *a, const struct table *t, const struct table_row *row)
{
	char s[32];
	struct buf b = buf_make(4096);

	buf_add(&b, t->sheet->name);
	buf_add(&b, (struct str){ s, snprintf(s, sizeof s, "!%lld", (long long)row->row) });
	struct str r = str_dup(a, buf_str(&b));
	buf_free(&b);
	return r;
}

static void make_table(struct arena *a, const struct type *t, const struct vocabulary *v, const struct table *from, struct import_table *to)
{
	*to = (struct import_table){ .type = t, .column = new_n(a, struct import_column, from->ncolumns), .ncolumns = from->ncolumns,
		.row = new_n(a, struct import_row, from->nrows), .nrows = from->nrows };
	for (int i = 0; i < from->ncolumns; i++) {
		const struct table_column *c = &from->column[i];
		int place = c->field >= 0 ? type_place(t, vocabulary_code(v, c->field)) : c->field == COLUMN_OWN ? import_own_place(t, c->label) : -1;
		to->column[i] = (struct import_column){ c->field == COLUMN_LEFT_OUT ? S("") : c->label, place };
	}
	for (ptrdiff_t k = 0; k < from->nrows; k++) {
		to->row[k] = (struct import_row){ new_n(a, struct str, from->ncolumns), place_of(a, from, &from->row[k]) };
		for (int i = 0; i < from->ncolumns; i++)
			to->row[k].text[i] = from->row[k].cell[i].kind == CELL_EMPTY ? S("") : from->row[k].cell[i].text;
	}
}

enum status import_read_file(struct arena *a, struct request *rq, const struct type *t, const struct import_source *s,
	struct problems *ps, struct import_read *ret)
{
	struct workbook *w = new(a, struct workbook);
	struct table_in_options in = { .unconfined = false };
	enum table_kind kind;
	struct vocabulary *v = vocabulary_of(a, t);
	struct recognise_options o = { .sheet = s->sheet };
	struct mapping *mapping = NULL;
	struct str json = s->mapping;

	*ret = (struct import_read){ .remember = S("") };
	*w = (struct workbook){ .a = a, .max_cells = CELLS_MAX };
	TRY(table_in(s->sandbox, s->bytes, &in, ps, w, &kind));
	o.blanks_fill = kind == TABLE_KIND_TEXT;
	if (json.p)
		TRY(mapping_parse(a, json, v, ps, &mapping));
	o.mapping = mapping;
	TRY(recognise(a, w, v, &o, ps, &ret->found));
	ret->fingerprint = ret->found.table[0].fingerprint;
	if (!json.p) {
		TRY(remembered(a, rq, t, ret->fingerprint, &json));
		if (json.p && mapping_parse(a, json, v, ps, &mapping) == ST_OK) {
			o.mapping = mapping;
			TRY(recognise(a, w, v, &o, ps, &ret->found));
		}
	}
	ret->remember = mapping_of_table(a, v, &ret->found.table[0]);
	ret->ntables = ret->found.ntables;
	ret->table = new_n(a, struct import_table, ret->ntables);
	for (ptrdiff_t i = 0; i < ret->ntables; i++)
		make_table(a, t, v, &ret->found.table[i], &ret->table[i]);
	return ST_OK;
}
