/* fill.c - makes the records of fill.h: written, what was missed filled in, written again. */
#include "tests/unit/fill.h"
#include "record/value.h"
#include <stdio.h>
#include <string.h>

enum { TRIES = 8 };
struct asking { struct filling *f; const struct type *t; struct problems before; uint64_t asked, dropped; int64_t id; };

bool fill_is_text(const struct field *f)
{
	return f->kind == FK_TEXT || f->kind == FK_LONG_TEXT || f->kind == FK_PERSON;
}

/* Whatever a field that was asked for takes; links go to a record made before. */
static struct value any_value(struct request *rq, const struct filling *f, const struct field *d)
{
	int n;
	const struct type *all = store_types(conn_store(rq->conn), &n);

	if (d->kind == FK_NUMBER || d->kind == FK_MONEY || d->kind == FK_COUNT)
		return value_of_number(1);
	if (d->kind == FK_DATE)
		return value_of_date(rq->today);
	if (d->kind == FK_INSTANT)
		return value_of_number(rq->now.us);
	if (d->kind == FK_CHOICE || d->kind == FK_CHOICES)
		return value_of_text(str_z(d->choices[0].code));
	if (d->kind == FK_YES_NO)
		return value_of_text(S("yes"));
	if (d->kind == FK_DEPARTMENT || d->kind == FK_STAFF)
		return value_of_link(d->kind == FK_STAFF ? f->staff : f->department);
	for (int i = 0; d->kind == FK_LINK && d->link && i < n; i++)
		if (strcmp(all[i].t->name, d->link) == 0 && f->made[i] > 0)
			return value_of_link(f->made[i]);
	if (!fill_is_text(d))
		return (struct value){ 0 };
	struct str args[] = { S("https://example.jp/"), text_of_int(rq->a, rq->now.us) };
	struct buf b = buf_make(64);
	for (ptrdiff_t i = 0; i < COUNT(args); i++)
		buf_add(&b, args[i]);
	struct str s = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	return value_of_text(s);
}

/* What the last try was told about decides this one: a field that was missed is given, one that was wrong is left out. */
static enum status work(struct request *rq, void *arg)
{
	struct asking *ask = arg;
	struct record *r = record_new(rq, ask->t);

	for (ptrdiff_t k = 0; k < ask->before.n; k++) {
		int place = type_place(ask->t, ask->before.p[k].place);
		uint64_t bit = place >= 0 && place < 64 ? (uint64_t)1 << place : 0;
		ask->dropped ^= bit & ask->asked;             /* neither with nor without it: perhaps with it, when others have changed */
		ask->asked |= bit;
	}
	for (int i = 0; i < ask->t->nfields; i++) {
		const struct field *d = &ask->t->fields[i];
		uint64_t bit = i < 64 ? (uint64_t)1 << i : 0;
		if (ask->dropped & bit)
			continue;
		if (ask->asked & bit)
			r->v[i] = any_value(rq, ask->f, d);
		else if (!ask->f->value(rq, ask->t, i, &r->v[i], ask->f->arg))
			r->v[i] = (struct value){ 0 };
	}
	TRY(record_write(rq, r, S("test")));
	ask->id = r->id;
	return ST_OK;
}

int64_t fill_one(struct request *rq, struct filling *f, const struct type *t)
{
	struct asking ask = { .f = f, .t = t };
	enum status st = ST_BAD_INPUT;

	for (int i = 0; i < TRIES && st == ST_BAD_INPUT; i++) {
		request_init(rq, rq->a, rq->conn, JA);
		st = request_run(rq, DB_WRITE, work, &ask);
		ask.before = rq->problems;
	}
	for (ptrdiff_t k = 0; st != ST_OK && k < rq->problems.n; k++)
		fprintf(stderr, "%s: %.*s: %.*s\n", t->t->name, STR_FMT(rq->problems.p[k].place), STR_FMT(msg_text(rq->problems.p[k].msg, EN)));
	return st == ST_OK ? ask.id : 0;
}

int fill_all(struct request *rq, struct filling *f)
{
	int n, missing = 0;
	const struct type *all = store_types(conn_store(rq->conn), &n);

	for (int round = 0; round < 2; round++) {
		missing = 0;
		for (int i = 0; i < n; i++) {
			if (!f->made[i])
				f->made[i] = fill_one(rq, f, &all[i]);
			missing += !f->made[i];
		}
	}
	return missing;
}

struct leaving { const struct type *t; enum export_format format; struct buf *b; };

static enum status gather(void *user, struct str bytes)
{
	buf_add(user, bytes);
	return ST_OK;
}

static enum status work_export(struct request *rq, void *arg)
{
	struct leaving *l = arg;
	struct list_query q = { .type = l->t, .sort = LIST_SORT_SERIAL, .step = S("*") };
	struct export_options o = { .format = l->format, .charset = CHARSET_UTF8 };

	l->b->n = 0;
	return export_file(rq, &q, &o, gather, l->b, NULL);
}

enum status fill_export(struct request *rq, const struct type *t, enum export_format format, struct buf *ret)
{
	struct leaving l = { t, format, ret };

	return request_run(rq, DB_READ, work_export, &l);
}
