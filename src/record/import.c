/* import.c - telling how rows differ from the records they mean, and writing it. Cost grows with the rows: one look-up and
 * one comparison each. */
#include "record/import.h"
#include "record/access.h"
#include "record/export.h"
#include "record/import_cell.h"
#include "record/import_match.h"
#include "record/list.h"
#include "record/trail.h"
#include <assert.h>
#include <stdlib.h>

/* What is written waits for the end of a portion, to be sorted; what is only compared had better stay in the cache. */
enum { PORTION = 1024, PORTION_COMPARED = FETCH_AT_ONCE, NAMES_MAX = 1000, KEYLESS_TOLD = 100, FIELDS_MAX = 256 };

/* A row as it was read: one value for each field. */
struct cells {
	struct value *v;
	bool         *given;
	struct str   *key;
};

struct work {
	struct request            *rq;
	struct arena              *keep;
	const struct import_table *t;
	struct import_report      *report;
	struct import_match        match;
	struct import_cells       *cells;
	bool                       apply;
	struct cells               row[PORTION_COMPARED]; /* those at hand */
	struct row_key             key[PORTION_COMPARED];
};

/* ---- reading a row ---- */

struct str import_where(struct arena *a, const struct import_table *t, const struct table_row *row)
{
	struct buf b = buf_in(a, 4096);

	buf_add(&b, t->sheet);
	buf_char(&b, '!');
	buf_int(&b, row->row);
	return buf_take(&b);
}

static void note_name(struct work *w, const struct field *f, struct str name)
{
	struct import_name **p = &w->report->names;

	int n = 0;

	for (; *p && n < NAMES_MAX; p = &(*p)->next, n++) {
		if ((*p)->field == f && str_eq((*p)->name, name)) {
			(*p)->rows++;
			return;
		}
	}
	if (n == NAMES_MAX)
		return;
	*p = new(w->keep, struct import_name);
	**p = (struct import_name){ f, str_dup(w->keep, name), 1, NULL };
}

static void note_doubt(struct work *w, const struct table_row *row, int place, struct str text)
{
	if (w->t->sums_only)
		return;
	struct import_doubt *d = new(w->keep, struct import_doubt);
	*d = (struct import_doubt){ import_where(w->keep, w->t, row), place, str_dup(w->keep, text), NULL };
	*w->report->doubts_end = d;
	w->report->doubts_end = &d->next;
}

/* A text that does not fit is kept as it stands, and told; so is a name that nobody registered. */
static void read_cell(struct work *w, const struct table_row *row, int place, struct str text, struct value *ret)
{
	const struct field *f = &w->t->type->fields[place];
	enum cell_outcome outcome = import_cell(w->rq, w->cells, f, text, ret);

	if (outcome == CELL_ODD)
		note_doubt(w, row, place, text);
	else if (outcome == CELL_UNREGISTERED)
		note_name(w, f, ret->text);
}

/* ---- the difference ---- */

/* Where a line of the report lives. */
static struct arena *line_arena(struct work *w)
{
	return w->t->sums_only ? w->rq->a : w->keep;
}

static struct str shown(struct work *w, int place, const struct value *v)
{
	struct buf b = buf_make(1 << 20);

	export_value(w->rq, &b, &w->t->type->fields[place], v);
	struct str s = str_dup(line_arena(w), buf_str(&b));
	buf_free(&b);
	return s;
}

static struct import_line *add_line(struct work *w, ptrdiff_t row)
{
	struct import_line *l = new(line_arena(w), struct import_line);

	l->row = row;
	if (w->t->sums_only)
		return l;
	*w->report->lines_end = l;
	w->report->lines_end = &l->next;
	return l;
}

static struct record *copy_of(struct request *rq, const struct record *r)
{
	struct record *c = new(rq->a, struct record);

	*c = *r;
	c->v = new_n(rq->a, struct value, r->type->nfields);
	memcpy(c->v, r->v, (size_t)r->type->nfields * sizeof *c->v);
	return c;
}

/* Which values of the row differ from the record's, and the record as it will be. Blank cells differ from nothing. */
static void compare(struct work *w, struct import_line *l, struct record *r, struct value *v, const bool *given, bool *ret_fixed,
	struct record **ret_after)
{
	const struct type *t = w->t->type;
	const struct step *step = type_step(t->t, r->step);
	struct import_change change[FIELDS_MAX];

	*ret_after = r;
	for (int i = 0; i < t->nfields; i++) {
		if (!given[i] || t->fields[i].flags & DERIVED)
			continue;
		import_take_hidden(w->rq, &t->fields[i], &r->v[i], &v[i]);
		if (value_eq(&t->fields[i], &r->v[i], &v[i]))
			continue;
		change[l->nchanges++] = (struct import_change){ i, shown(w, i, &r->v[i]), shown(w, i, &v[i]) };
		if (*ret_after == r)
			*ret_after = copy_of(w->rq, r);
		if (t->fields[i].flags & FIXED && step && step->kind == STEP_FORCE)
			*ret_fixed = true;
		else
			(*ret_after)->v[i] = v[i];
	}
	if (!l->nchanges)
		return;
	l->change = new_n(line_arena(w), struct import_change, l->nchanges);
	memcpy(l->change, change, (size_t)l->nchanges * sizeof *change);
}

/* The texts of a row as values; *given: which fields the row speaks of. */
static void read_row(struct work *w, const struct table_row *row, struct value *v, bool *given)
{
	const struct type *t = w->t->type;

	for (int c = 0; c < w->t->ncolumns; c++) {
		int place = w->t->column[c].place;
		struct str text = place < 0 ? S("") : table_cell_at(w->t->from, row, c).text;
		if (!text.n || t->fields[place].kind == FK_ROWS || t->fields[place].kind == FK_FILE)
			continue;
		given[place] = true;
		if (!value_clears(text))
			read_cell(w, row, place, text, &v[place]);
	}
	for (int i = 0; i < w->t->ngiven; i++) {
		given[w->t->given[i].place] = true;
		v[w->t->given[i].place] = w->t->given[i].v;
	}
}

static void refuse_keyless(struct work *w, const struct table_row *row)
{
	struct import_place **p = &w->report->keyless_at;

	if (w->report->keyless++ >= KEYLESS_TOLD || w->t->sums_only)
		return;
	while (*p)
		p = &(*p)->next;
	*p = new(w->keep, struct import_place);
	**p = (struct import_place){ import_where(w->keep, w->t, row), NULL };
}

static struct record *new_record(struct work *w, const struct value *v, const bool *given)
{
	const struct type *t = w->t->type;
	struct record *r = record_new(w->rq, t);

	if (t->t->imported_step)
		r->step = str_z(t->t->imported_step);
	for (int i = 0; i < t->nfields; i++)
		if (given[i] && (!(t->fields[i].flags & DERIVED) || t->fields[i].kind == FK_SERIAL))
			r->v[i] = v[i];
	return r;
}

static enum status write_row(struct work *w, struct import_line *l, const struct record *r, struct record *after, bool fixed)
{
	const struct type *t = w->t->type;
	int differ[FIELDS_MAX];

	if (fixed && t->t->hooks.import_fixed)
		TRY(t->t->hooks.import_fixed(w->rq, r, l->change, l->nchanges));
	if (!r || record_difference(r, after, differ) > 0)
		TRY(record_write(w->rq, after, S("import")));
	l->record = after->id;
	return ST_OK;
}

static void take_row(struct work *w, ptrdiff_t at, struct cells *row, struct row_key *ret)
{
	const struct type *t = w->t->type;

	memset(row->v, 0, (size_t)t->nfields * sizeof *row->v);
	memset(row->given, 0, (size_t)t->nfields);
	read_row(w, &w->t->row[at], row->v, row->given);
	*ret = import_row_key(&w->match, row->v, row->given, row->key);
}

static enum status settle_row(struct work *w, ptrdiff_t at, struct cells *row, const struct row_key *k)
{
	struct record_keys keys = { row->v, row->key };
	struct record *r, *after;
	int lacks[FIELDS_MAX];
	bool fixed = false;

	if (import_is_keyless(w->t->type, k)) {
		refuse_keyless(w, &w->t->row[at]);
		return ST_OK;
	}
	TRY(import_find_record(&w->match, k, &r));
	struct import_line *l = add_line(w, at);
	if (!r) {
		l->outcome = IMPORT_NEW;
		after = new_record(w, row->v, row->given);
	} else {
		l->record = r->id;
		compare(w, l, r, row->v, row->given, &fixed, &after);
		l->outcome = fixed ? IMPORT_PROPOSED : l->nchanges ? IMPORT_CHANGED : IMPORT_SAME;
	}
	l->missing = record_missing(after, AT_SUBMIT, lacks);
	if (l->missing && !w->t->sums_only)
		l->lacks = memcpy(room_n(w->keep, int, l->missing), lacks, (size_t)l->missing * sizeof *lacks);
	w->report->count[l->outcome]++;
	w->report->incomplete += l->missing > 0;
	after->keys = &keys;
	if (w->apply && l->outcome != IMPORT_SAME)
		TRY(write_row(w, l, r, after, fixed));
	after->keys = NULL;
	import_met(&w->match, k, l->record);
	return ST_OK;
}

/* A row that is written may be what the next one names, so it is read when those before it are done. */
static enum status write_rows(struct work *w, ptrdiff_t from, ptrdiff_t to)
{
	for (ptrdiff_t i = from; i < to; i++) {
		take_row(w, i, &w->row[0], &w->key[0]);
		TRY(settle_row(w, i, &w->row[0], &w->key[0]));
	}
	return ST_OK;
}

static enum status compare_rows(struct work *w, ptrdiff_t from, ptrdiff_t to)
{
	for (ptrdiff_t i = from; i < to; i++)
		take_row(w, i, &w->row[i - from], &w->key[i - from]);
	TRY(import_look_ahead(&w->match, w->key, (int)(to - from)));
	for (ptrdiff_t i = from; i < to; i++)
		TRY(settle_row(w, i, &w->row[i - from], &w->key[i - from]));
	return ST_OK;
}

/* ---- who is no longer in a list that should have everybody ---- */

struct missing { struct work *w; int64_t *seen; ptrdiff_t nseen; int64_t there; struct import_absent **end; };

static int by_id(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static enum status note_absent(struct request *rq, struct record *r, void *arg)
{
	struct missing *m = arg;
	const struct step *s = type_step(r->type->t, r->step);

	if (!s || s->kind != STEP_FORCE)
		return ST_OK;
	m->there++;
	if (m->nseen && bsearch(&r->id, m->seen, (size_t)m->nseen, sizeof *m->seen, by_id))
		return ST_OK;
	struct import_absent *a = new(m->w->keep, struct import_absent);
	*a = (struct import_absent){ r->id, str_dup(m->w->keep, record_title(rq, r)), NULL };
	*m->end = a;
	m->end = &a->next;
	m->w->report->nabsent++;
	return ST_OK;
}

static int absent_by_title(const void *a, const void *b)
{
	return str_cmp((*(struct import_absent *const *)a)->title, (*(struct import_absent *const *)b)->title);
}

/* Numbers of records say nothing of order, titles do. */
static void sort_absent(struct arena *a, struct import_report *r)
{
	struct import_absent **all = new_n(a, struct import_absent *, r->nabsent + 1), **end = &r->absent;
	size_t n = 0;

	for (struct import_absent *x = r->absent; x; x = x->next)
		all[n++] = x;
	if (n)
		qsort(all, n, sizeof(struct import_absent *), absent_by_title);
	for (size_t i = 0; i < n; i++, end = &(*end)->next)
		*end = all[i];
	*end = NULL;
}

static enum status absent(struct work *w)
{
	struct list_query q = { .type = w->t->type, .sort = LIST_SORT_CHANGED };
	struct missing m = { .w = w, .seen = new_n(w->keep, int64_t, w->t->nrows), .end = &w->report->absent };

	for (const struct import_line *l = w->report->lines; l; l = l->next)
		if (l->record)
			m.seen[m.nseen++] = l->record;
	if (m.nseen)
		qsort(m.seen, (size_t)m.nseen, sizeof *m.seen, by_id);
	TRY(record_each(w->rq, &q, note_absent, &m));
	sort_absent(w->keep, w->report);
	w->report->partial = w->report->nabsent * 2 > m.there;
	for (const struct import_absent *a = w->report->absent; w->apply && !w->report->partial && a; a = a->next) {
		struct record *r;
		TRY(record_fetch(w->rq, a->record, &r, NULL));
		TRY(w->t->type->t->hooks.import_absent(w->rq, r));
	}
	return ST_OK;
}

static enum status all_rows(struct work *w)
{
	struct request *rq = w->rq;
	ptrdiff_t portion = w->apply ? PORTION : PORTION_COMPARED;

	for (ptrdiff_t i = 0; i < w->t->nrows; ) {
		struct arena_mark m = arena_mark(rq->a);
		ptrdiff_t end = MIN(w->t->nrows, i + portion);
		TRY(w->apply ? write_rows(w, i, end) : compare_rows(w, i, end));
		TRY(request_flush(rq));
		i = end;
		arena_reset(rq->a, m);
		import_cells_rest(w->cells);
	}
	return ST_OK;
}

enum status import_rows(struct request *rq, struct arena *keep, const struct import_table *t, bool apply, struct import_seen *seen,
	struct import_report *ret)
{
	if (!rq->actor.system && !access_may_any(rq, t->type, MAY_IMPORT)) {
		trail_refuse(rq, TRAIL_IMPORT, t->type, 0, S("import"));
		problem(&rq->problems, S(""), MSG_REC_NOT_YOURS);
		return ST_DENIED;
	}
	assert(t->type->nfields <= FIELDS_MAX);
	*ret = (struct import_report){ .lines_end = &ret->lines, .doubts_end = &ret->doubts };
	struct import_seen *own = seen ? NULL : import_seen_make();
	struct work w = { .rq = rq, .keep = keep, .t = t, .report = ret, .match = import_match_make(rq, t->type, seen ? seen : own),
		.cells = import_cells_make(apply), .apply = apply };
	for (int i = 0; i < (apply ? 1 : PORTION_COMPARED); i++)
		w.row[i] = (struct cells){ new_n(rq->a, struct value, t->type->nfields), new_n(rq->a, bool, t->type->nfields),
			new_n(rq->a, struct str, t->type->nfields) };
	import_seen_take_back(w.match.seen);
	enum status st = all_rows(&w);
	if (st == ST_OK && t->type->t->hooks.import_absent && !t->part && !seen)
		st = absent(&w);
	import_cells_free(w.cells);
	import_seen_free(own);
	if (st != ST_OK || !apply)
		return st;
	trail_add(rq, TRAIL_IMPORT, t->type, 0, 0, S("apply"))->count = t->nrows;
	return layout_save(rq, t);
}

void import_report_add(struct import_report *to, const struct import_report *portion)
{
	for (int i = 0; i < IMPORT_OUTCOMES; i++)
		to->count[i] += portion->count[i];
	to->incomplete += portion->incomplete;
	to->keyless += portion->keyless;
}
