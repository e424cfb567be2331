/* own_field.c - the organisation's own fields of a type. */
#include "record/own_field.h"
#include "base/num.h"
#include "record/queries.h"
#include "record/trail.h"
#include <stdio.h>

enum { LABEL_MAX = 120 };

const struct own_kind own_kinds[] = {
	{ "text", FK_TEXT, MSG_OWN_TEXT }, { "long_text", FK_LONG_TEXT, MSG_OWN_LONG_TEXT }, { "number", FK_NUMBER, MSG_OWN_NUMBER },
	{ "count", FK_COUNT, MSG_OWN_COUNT }, { "money", FK_MONEY, MSG_OWN_MONEY }, { "date", FK_DATE, MSG_OWN_DATE },
	{ "yes_no", FK_YES_NO, MSG_OWN_YES_NO }, { 0 },
};

static const struct own_kind *kind_of(struct str code)
{
	const struct own_kind *k = own_kinds;

	while (k->code && !str_eq(code, str_z(k->code)))
		k++;
	return k->code ? k : NULL;
}

enum field_kind own_field_kind(struct str code)
{
	const struct own_kind *k = kind_of(code);

	return k ? k->kind : FK_TEXT;
}

static enum status changed(struct request *rq, const struct type *t)
{
	struct db_q *q = db_query(rq->db, &q_setting_get);
	int64_t n = 0;
	char text[24];

	db_text(q, 1, S(OWN_GENERATION));
	if (db_row(q))
		TRY(num_parse(db_col_text(q, 0), 0, INT64_MAX - 1, &n));
	TRY(db_end(q));
	q = db_query(rq->db, &q_setting_set);
	db_text(q, 1, S(OWN_GENERATION));
	db_text(q, 2, str_dup(rq->a, (struct str){ text, snprintf(text, sizeof text, "%lld", (long long)n + 1) }));
	TRY(db_run(q));
	trail_add(rq, TRAIL_SETTING, t, 0, 0, S("own_field"));
	rq->fields_changed = true;
	return ST_OK;
}

enum status own_field_check(struct request *rq, const struct type *t, struct str label, struct str place, struct str except)
{
	if (!label.n || label.n > LABEL_MAX) {
		problem(&rq->problems, place, label.n ? MSG_REC_TOO_LONG : MSG_REC_REQUIRED, .arg = { S("40") });
		return ST_BAD_INPUT;
	}
	for (int i = 0; i < t->nfields; i++)
		for (int lang = 0; lang < LANG_MAX; lang++)
			if (str_eq(label, t->fields[i].label[lang]) && !str_eq(except, str_z(t->fields[i].name))) {
				problem(&rq->problems, place, MSG_REC_NOT_UNIQUE);
				return ST_BAD_INPUT;
			}
	return ST_OK;
}

/* Names are given in order and never again: what an older version stored under one keeps its meaning. */
enum status own_field_add(struct request *rq, const struct type *t, struct str label_ja, struct str label_en, struct str kind)
{
	struct db_q *q = db_query(rq->db, &q_own_fields);
	ptrdiff_t before = rq->problems.n;
	char name[24];
	int n = 1;

	while (db_row(q))
		n += str_eq(db_col_text(q, 0), str_z(t->t->name));
	TRY(db_end(q));
	if (!label_en.n)
		label_en = label_ja;
	if (!kind_of(kind))
		problem(&rq->problems, S("kind"), MSG_REC_NOT_A_CHOICE);
	if (n > OWN_FIELDS_MAX)
		problem(&rq->problems, S("label_ja"), MSG_OWN_MANY);
	if (rq->problems.n > before)
		return ST_BAD_INPUT;
	q = db_query(rq->db, &q_own_field_add);
	db_text(q, 1, str_z(t->t->name));
	db_text(q, 2, (struct str){ name, snprintf(name, sizeof name, "own%d", n) });
	db_text(q, 3, kind);
	db_text(q, 4, label_ja);
	db_text(q, 5, label_en);
	TRY(db_run(q));
	return changed(rq, t);
}

static bool is_own(const struct type *t, struct str name)
{
	int at = type_place(t, name);

	return at >= 0 && t->fields[at].own;
}

enum status own_field_rename(struct request *rq, const struct type *t, struct str name, struct str label_ja, struct str label_en)
{
	if (!is_own(t, name))
		return ST_NOT_FOUND;
	struct db_q *q = db_query(rq->db, &q_own_field_name);
	db_text(q, 1, str_z(t->t->name));
	db_text(q, 2, name);
	db_text(q, 3, label_ja);
	db_text(q, 4, label_en.n ? label_en : label_ja);
	TRY(db_run(q));
	return changed(rq, t);
}

enum status own_field_retire(struct request *rq, const struct type *t, struct str name, bool retired)
{
	if (!is_own(t, name))
		return ST_NOT_FOUND;
	struct db_q *q = db_query(rq->db, &q_own_field_retire);
	db_text(q, 1, str_z(t->t->name));
	db_text(q, 2, name);
	db_int(q, 3, retired);
	TRY(db_run(q));
	return changed(rq, t);
}

static enum status put_place(struct request *rq, const struct type *t, const struct field *f, int place)
{
	struct db_q *q = db_query(rq->db, &q_own_field_place);

	db_text(q, 1, str_z(t->t->name));
	db_text(q, 2, str_z(f->name));
	db_int(q, 3, place);
	return db_run(q);
}

enum status own_field_shift(struct request *rq, const struct type *t, struct str name, bool up)
{
	int at = type_place(t, name), first = t->t->nfields;

	if (!is_own(t, name))
		return ST_NOT_FOUND;
	int other = up ? at - 1 : at + 1;
	if (other < first || other >= t->nfields)
		return ST_OK;
	for (int i = first; i < t->nfields; i++)
		TRY(put_place(rq, t, &t->fields[i], (i == at ? other : i == other ? at : i) - first + 1));
	return changed(rq, t);
}
