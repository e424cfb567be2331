/* import_cell.c - reads a cell, and remembers what costs much to read. */
#include "record/import_cell.h"
#include "format/office.h"
#include "record/index.h"
#include "record/store_impl.h"
#include <stdlib.h>

/* ---- the entry that a link's text means ---- */

static const struct type *target_of(struct request *rq, const struct field *f)
{
	struct store *s = conn_store(rq->conn);

	return f->kind == FK_DEPARTMENT ? store_type_marked(s, TYPE_DEPARTMENT) : f->kind == FK_STAFF ? store_type_marked(s, TYPE_STAFF)
		: f->link ? store_type(s, str_z(f->link)) : NULL;
}

/* By title; when several bear it, none is meant. */
static int64_t find_titled(struct request *rq, const struct type *t, struct str text)
{
	int at = t && t->t->title_field ? type_place(t, str_z(t->t->title_field)) : -1;
	struct value v = value_of_text(text);
	int64_t found[2];

	if (at < 0 || !index_has_key(&t->fields[at]))
		return 0;
	return index_find(rq, t, at, &v, found, 2) == 1 ? found[0] : 0;
}

int64_t import_find_linked(struct request *rq, const struct field *f, struct str text)
{
	const struct type *t = target_of(rq, f);
	int64_t id = find_titled(rq, t, text), found[2];

	if (id || !t || !text.n)
		return id;
	return index_find_serial(rq, t, text, found, 2) == 1 ? found[0] : 0;
}

/* ---- one cell ---- */

/* The error of a formula: no value of anything, but for a count, which nobody knows then. */
static bool is_error(struct arena *a, const struct field *f, struct str s)
{
	return s.n > 1 && s.p[0] == '#' && f->kind != FK_COUNT && office_text(a, s) == OFFICE_UNKNOWN;
}

static enum cell_outcome read_cell(struct request *rq, struct arena *a, const struct field *f, struct str text, struct value *ret)
{
	struct problems ps = { .a = rq->a };

	if (is_error(rq->a, f, text) || value_parse(a, f, text, S(""), &ps, ret) != ST_OK) {
		*ret = value_of_raw(text);
		return CELL_ODD;
	}
	if (!field_links(f) || !ret->set || ret->num)
		return CELL_READ;
	ret->num = import_find_linked(rq, f, ret->text);
	if (!ret->num)
		return CELL_UNREGISTERED;
	ret->text = S("");
	return CELL_READ;
}

/* ---- what was read before ---- */

enum { SLOTS = 1024, TEXT_MAX = 300, MEMORY_MAX = 1 << 20 };
struct known { const struct field *f; struct str text; struct value v; enum cell_outcome outcome; int64_t turn; };
struct import_cells {
	struct arena  a;
	struct known *slot;
	bool          writes;
	int64_t       turn;          /* counts writes: what a link found may be another one after each */
};

static void make_slots(struct import_cells *c)
{
	c->a = arena_make(0);
	c->slot = new_n(&c->a, struct known, SLOTS);
}

struct import_cells *import_cells_make(bool writes)
{
	struct import_cells *c = calloc(1, sizeof *c);

	if (!c)
		abort();
	c->writes = writes;
	make_slots(c);
	return c;
}

void import_cells_free(struct import_cells *c)
{
	if (!c)
		return;
	arena_free(&c->a);
	free(c);
}

void import_cells_rest(struct import_cells *c)
{
	if (c->a.used < MEMORY_MAX)
		return;
	arena_free(&c->a);
	make_slots(c);
}

/* Plain texts and numbers are as quickly read as looked up. */
static bool costs_much(const struct field *f)
{
	switch (f->kind) {
	case FK_PERIOD: case FK_CHOICE: case FK_CHOICES: case FK_YES_NO: case FK_DATE: case FK_INSTANT:
	case FK_LINK: case FK_STAFF: case FK_DEPARTMENT:
		return true;
	case FK_TEXT: case FK_LONG_TEXT: case FK_NUMBER: case FK_COUNT: case FK_MONEY: case FK_SERIAL: case FK_PERSON: case FK_FILE:
	case FK_ROWS: case FK_MAX:
		break;
	}
	return false;
}

/* A write empties the memos of the request. */
static int64_t turn_of(struct request *rq, struct import_cells *c)
{
	void **memo = c->writes ? request_memo(rq, c) : NULL;

	if (memo && !*memo) {
		*memo = c;
		c->turn++;
	}
	return c->turn;
}

WRAPS static struct known *slot_of(struct import_cells *c, const struct field *f, struct str text)
{
	return &c->slot[(str_hash(text) ^ (uintptr_t)f / sizeof *f) % SLOTS];
}

enum cell_outcome import_cell(struct request *rq, struct import_cells *c, const struct field *f, struct str text, struct value *ret)
{
	text = str_trim(text);
	if (!costs_much(f) || text.n > TEXT_MAX)
		return read_cell(rq, rq->a, f, text, ret);
	int64_t turn = field_links(f) ? turn_of(rq, c) : 0;
	struct known *k = slot_of(c, f, text);
	if (k->f != f || k->turn != turn || !str_eq(k->text, text)) {
		*k = (struct known){ .f = f, .text = str_dup(&c->a, text), .turn = turn };
		k->outcome = read_cell(rq, &c->a, f, k->text, &k->v);
	}
	*ret = k->v;
	return k->outcome;
}
