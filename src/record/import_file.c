/* import_file.c - reading a file in a child, recognising its columns, remembering corrections. */
#include "record/import_file.h"
#include "format/table_in.h"
#include "record/queries.h"
#include <stdio.h>
#include <stdlib.h>

enum { CELLS_MAX = 8000000 };

static struct vocabulary *vocabulary_of(struct arena *a, const struct type *t)
{
	struct vocabulary *v = t->t->hooks.vocabulary ? t->t->hooks.vocabulary(a) : vocabulary_make(a);

	for (int i = 0; i < t->nfields; i++) {
		const struct field *f = &t->fields[i];
		if (f->retired)
			continue;
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

/* Behind the columns of the file stand those that are the same for every row. */
static void make_table(struct arena *a, const struct type *t, const struct vocabulary *v, const struct table *from,
	const struct import_source *s, struct import_table *to)
{
	*to = (struct import_table){ .type = t, .column = new_n(a, struct import_column, from->ncolumns), .ncolumns = from->ncolumns,
		.sheet = from->sheet->name, .row = from->row, .from = from, .nrows = from->nrows, .given = s->given, .ngiven = s->ngiven };
	for (int i = 0; i < from->ncolumns; i++) {
		const struct table_column *c = &from->column[i];
		int place = c->field >= 0 ? type_place(t, vocabulary_code(v, c->field)) : c->field == COLUMN_OWN ? import_own_place(t, c->label) : -1;
		to->column[i] = (struct import_column){ c->field == COLUMN_LEFT_OUT ? S("") : c->label, place };
	}
}

/* ---- text tables, in portions ---- */

struct import_more {
	struct arena             a;            /* lives as long as the file is read */
	struct csv              *csv;
	struct problems          ps;
	const struct type       *type;
	struct vocabulary       *v;
	struct import_source     source;
	struct mapping          *mapping;      /* the columns as the first portion had them */
	struct workbook          head;         /* the rows of the header, which stand before each portion again */
	int                      ncolumns;
};

static int64_t portion_of(const struct import_source *s)
{
	return s->portion ? s->portion : IMPORT_PORTION;
}

static struct sheet_sink begin_sheet(struct workbook *w, struct arena *a, enum status *ret)
{
	*w = (struct workbook){ .a = a, .max_cells = CELLS_MAX };
	struct sheet_sink sink = workbook_sink(w);
	*ret = sink.sheet(sink.user, S("CSV"), false);
	return sink;
}

static enum status open_text(struct import_more *m, const struct import_source *s)
{
	if (s->text)
		return csv_open_stream(&m->a, *s->text, NULL, &m->ps, &m->csv);
	return csv_open(&m->a, s->bytes, NULL, &m->ps, &m->csv);
}

static void tell(struct arena *a, const struct problems *from, struct problems *to)
{
	for (ptrdiff_t i = 0; i < from->n; i++) {
		const struct problem *p = &from->p[i];
		problem(to, str_dup(a, p->place), p->msg, .arg = { str_dup(a, p->arg[0]), str_dup(a, p->arg[1]), str_dup(a, p->arg[2]) });
	}
}

/* The first portion. *ret_more: rows are left. */
static enum status read_text(struct import_more *m, struct arena *a, const struct import_source *s, struct problems *ps,
	struct workbook *ret, bool *ret_more)
{
	enum status st = open_text(m, s);

	if (st == ST_OK) {
		struct sheet_sink sink = begin_sheet(ret, a, &st);
		if (st == ST_OK)
			st = sheet_rows_of_csv(m->csv, portion_of(&m->source), sink);
	}
	*ret_more = st == ST_OK;
	if (st == ST_TOO_BIG && !m->ps.n)
		problem(ps, S(""), MSG_RECOGNISE_TOO_BIG);
	tell(a, &m->ps, ps);
	return st == ST_NO ? ST_OK : st;
}

/* May the rows behind be read by themselves? Not where a blank means the row above, nor where the sheet is a form. */
static bool can_go_on(const struct recognised *found, const struct vocabulary *v)
{
	const struct table *t = &found->table[0];

	for (int i = 0; i < t->ncolumns; i++)
		if (t->column[i].field >= 0 && vocabulary_flags(v, t->column[i].field) & FIELD_FILLS_DOWN)
			return false;
	return found->ntables == 1 && !t->form;
}

static enum status keep_head(struct import_more *m, const struct sheet *s, const struct table *t)
{
	enum status st;
	struct sheet_sink sink = begin_sheet(&m->head, &m->a, &st);

	for (ptrdiff_t i = 0; st == ST_OK && i < s->nrows && s->row[i].row < t->header_row + t->header_rows; i++)
		st = sink.row(sink.user, &s->row[i]);
	return st;
}

static enum status next_rows(struct import_more *m, struct arena *a, struct workbook *w)
{
	enum status st;
	struct sheet_sink sink = begin_sheet(w, a, &st);
	const struct sheet *head = &m->head.sheet[0];

	for (ptrdiff_t i = 0; st == ST_OK && i < head->nrows; i++)
		st = sink.row(sink.user, &head->row[i]);
	if (st == ST_OK)
		st = sheet_rows_of_csv(m->csv, portion_of(&m->source), sink);
	return (st == ST_OK || st == ST_NO) && w->sheet[0].nrows == head->nrows ? ST_NO : st == ST_NO ? ST_OK : st;
}

enum status import_read_more(struct arena *a, struct import_read *r, struct problems *ps)
{
	struct import_more *m = r->more;
	struct workbook *w = new(a, struct workbook);
	struct recognise_options o = { .mapping = m ? m->mapping : NULL, .blanks_fill = true };
	struct recognised found;

	if (!m)
		return ST_NO;
	enum status st = next_rows(m, a, w);
	if (st != ST_OK) {
		tell(a, &m->ps, ps);
		return st;
	}
	TRY(recognise(a, w, m->v, &o, ps, &found));
	if (found.ntables != 1 || found.table[0].ncolumns != m->ncolumns)
		return ST_BROKEN;                        /* the same header is the same table */
	make_table(a, m->type, m->v, &found.table[0], &m->source, &r->table[0]);
	r->table[0].sums_only = true;
	return ST_OK;
}

int64_t import_read_so_far(const struct import_read *r)
{
	return r->more ? csv_offset(r->more->csv) : 0;
}

static void end(struct import_more *m)
{
	csv_close(m->csv);
	arena_free(&m->a);
	free(m);
}

void import_read_end(struct import_read *r)
{
	if (r->more)
		end(r->more);
	r->more = NULL;
}

/* ---- any file ---- */

/* Of the header as it is found without a hand; none: empty. */
static enum status fingerprint(struct arena *a, const struct vocabulary *v, const struct workbook *w, const struct import_source *s,
	struct problems *ps, struct str *ret)
{
	struct recognise_options o = { .sheet = s->sheet, .no_rows = true };
	struct recognised found;

	TRY(recognise(a, w, v, &o, ps, &found));
	*ret = found.table[0].fingerprint;
	return ST_OK;
}

/* As the last import of such a file had them; ST_NO when there was none, or when it fits no longer. */
static enum status columns_again(struct arena *a, struct request *rq, const struct type *t, const struct vocabulary *v, const struct workbook *w,
	struct recognise_options *o, struct import_read *ret)
{
	struct problems unseen = { .a = a };
	struct str json = S("");
	struct mapping *mapping;

	TRY(remembered(a, rq, t, ret->fingerprint, &json));
	if (!json.n || mapping_parse(a, json, v, &unseen, &mapping) != ST_OK)
		return ST_NO;
	o->mapping = mapping;
	if (recognise(a, w, v, o, &unseen, &ret->found) == ST_OK)
		return ST_OK;
	o->mapping = NULL;
	return ST_NO;
}

/* What only the program writes has a column in its own exports, under its own label. A column of the office that means the like
 * (見直し日) stays what the office wrote: an own field. */
static void keep_as_own(const struct type *t, const struct vocabulary *v, struct recognised *found)
{
	for (ptrdiff_t k = 0; k < found->ntables; k++)
		for (int i = 0; i < found->table[k].ncolumns; i++) {
			struct table_column *c = &found->table[k].column[i];
			int place = c->field >= 0 && !c->by_hand ? type_place(t, vocabulary_code(v, c->field)) : -1;
			const struct field *f = place >= 0 ? &t->fields[place] : NULL;
			if (f && f->flags & DERIVED && f->kind != FK_SERIAL && !str_eq(c->label, f->label[JA]) && !str_eq(c->label, f->label[EN]))
				c->field = COLUMN_OWN;
		}
}

/* The columns as a hand gave them, or the last time, or as they are found. */
static enum status columns(struct arena *a, struct request *rq, const struct type *t, struct vocabulary *v, const struct workbook *w,
	const struct import_source *s, bool text, struct problems *ps, struct import_read *ret)
{
	struct recognise_options o = { .sheet = s->sheet, .blanks_fill = text };
	struct problems unseen = { .a = a };
	struct mapping *mapping = NULL;
	enum status st = fingerprint(a, v, w, s, s->mapping.p ? &unseen : ps, &ret->fingerprint);

	if (s->mapping.p)
		TRY(mapping_parse(a, s->mapping, v, ps, &mapping));
	else
		TRY(st);
	o.mapping = mapping;
	st = s->mapping.p ? ST_NO : columns_again(a, rq, t, v, w, &o, ret);
	TRY(st == ST_NO ? recognise(a, w, v, &o, ps, &ret->found) : st);
	if (!ret->fingerprint.n)
		ret->fingerprint = ret->found.table[0].fingerprint;
	keep_as_own(t, v, &ret->found);
	ret->remember = mapping_of_table(a, v, o.mapping, &ret->found.table[0]);
	return ST_OK;
}

/* What is left of the text: later, portion by portion, or now, into the same workbook. */
static enum status go_on(struct import_more *m, struct arena *a, struct request *rq, struct vocabulary *v, struct workbook *w,
	struct problems *ps, struct import_read *ret, bool *ret_kept)
{
	const struct table *t = &ret->found.table[0];

	*ret_kept = can_go_on(&ret->found, v);
	if (*ret_kept) {
		m->v = vocabulary_of(&m->a, m->type);
		m->ncolumns = t->ncolumns;
		TRY(mapping_parse(&m->a, str_dup(&m->a, ret->remember), m->v, ps, &m->mapping));
		ret->more = m;
		return keep_head(m, t->sheet, t);
	}
	enum status st = sheet_rows_of_csv(m->csv, INT64_MAX, workbook_sink(w));
	tell(a, &m->ps, ps);
	if (st != ST_NO && st != ST_OK)
		return st;
	return columns(a, rq, m->type, v, w, &m->source, true, ps, ret);
}

static enum status read_all(struct import_more *m, struct arena *a, struct request *rq, struct problems *ps, struct import_read *ret,
	bool *ret_kept)
{
	const struct import_source *s = &m->source;
	struct workbook *w = new(a, struct workbook);
	struct table_in_options in = { .unconfined = false };
	struct vocabulary *v = vocabulary_of(a, m->type);
	enum table_kind kind = s->text ? TABLE_KIND_TEXT : table_kind(s->bytes);
	bool more = false;

	*w = (struct workbook){ .a = a, .max_cells = CELLS_MAX };
	if (kind == TABLE_KIND_TEXT)
		TRY(read_text(m, a, s, ps, w, &more));
	else
		TRY(table_in(conn_sandbox(rq->conn), s->bytes, &in, ps, w, &kind));
	TRY(columns(a, rq, m->type, v, w, s, kind == TABLE_KIND_TEXT, ps, ret));
	if (more)
		TRY(go_on(m, a, rq, v, w, ps, ret, ret_kept));
	ret->ntables = ret->found.ntables;
	ret->table = new_n(a, struct import_table, ret->ntables);
	for (ptrdiff_t i = 0; i < ret->ntables; i++)
		make_table(a, m->type, v, &ret->found.table[i], s, &ret->table[i]);
	for (ptrdiff_t i = 0; i < ret->ntables; i++)
		ret->table[i].part = ret->ntables > 1;
	return ST_OK;
}

enum status import_read_file(struct arena *a, struct request *rq, const struct type *t, const struct import_source *s,
	struct problems *ps, struct import_read *ret)
{
	struct import_more *m = calloc(1, sizeof *m);
	bool kept = false;

	if (!m)
		abort();
	m->a = arena_make(0);
	m->ps.a = &m->a;
	m->type = t;
	m->source = *s;
	*ret = (struct import_read){ .remember = S("") };
	enum status st = read_all(m, a, rq, ps, ret, &kept);
	if (st != ST_OK || !kept) {
		end(m);
		ret->more = NULL;
	}
	return st;
}
