/* import.c - matching rows to records, telling the difference, writing it. Cost grows with the rows: one look-up and
 * one comparison each. */
#include "record/import.h"
#include "base/utf8.h"
#include "format/office.h"
#include "record/access.h"
#include "record/export.h"
#include "record/index.h"
#include "record/list.h"
#include "record/own_field.h"
#include "record/queries.h"
#include "record/store_impl.h"
#include "record/trail.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { PORTION = 1024, CANDIDATES = 64, NAMES_MAX = 1000 };

/* ---- rows of the file that say the same key again match the next record with that key ---- */

struct seen { uint64_t hash; int64_t times; };
struct import_seen {
	struct seen *slot;
	ptrdiff_t    size, used;
	uint64_t    *since;                          /* counted since the last keep */
	ptrdiff_t    nsince, cap;
};

static void *grown(void *p, ptrdiff_t n, size_t each)
{
	void *bigger = reallocarray(p, (size_t)n, each);

	if (!bigger)
		abort();
	return bigger;
}

struct import_seen *import_seen_make(void)
{
	struct import_seen *s = calloc(1, sizeof *s);

	if (!s)
		abort();
	s->size = 1024;
	s->slot = calloc((size_t)s->size, sizeof *s->slot);
	if (!s->slot)
		abort();
	return s;
}

void import_seen_free(struct import_seen *s)
{
	if (!s)
		return;
	free(s->slot);
	free(s->since);
	free(s);
}

void import_seen_keep(struct import_seen *s)
{
	s->nsince = 0;
}

static struct seen *slot_of(const struct import_seen *s, uint64_t hash)
{
	ptrdiff_t i = (ptrdiff_t)(hash % (uint64_t)s->size);

	while (s->slot[i].hash && s->slot[i].hash != hash)
		i = (i + 1) % s->size;
	return &s->slot[i];
}

static void take_back(struct import_seen *s)
{
	for (ptrdiff_t i = 0; i < s->nsince; i++)
		slot_of(s, s->since[i])->times--;
	s->nsince = 0;
}

static void make_room(struct import_seen *s)
{
	struct import_seen old = *s;

	if (s->used * 3 < s->size * 2)
		return;
	s->slot = calloc((size_t)(s->size *= 2), sizeof *s->slot);
	if (!s->slot)
		abort();
	for (ptrdiff_t i = 0; i < old.size; i++)
		if (old.slot[i].hash)
			*slot_of(s, old.slot[i].hash) = old.slot[i];
	free(old.slot);
}

static int64_t seen_before(struct import_seen *s, uint64_t hash)
{
	make_room(s);
	struct seen *x = slot_of(s, hash);
	s->used += !x->hash;
	x->hash = hash;
	if (s->nsince == s->cap)
		s->since = grown(s->since, s->cap = MAX(1024, s->cap * 2), sizeof *s->since);
	s->since[s->nsince++] = hash;
	return x->times++;
}

struct work {
	struct request            *rq;
	struct arena              *keep;
	const struct import_table *t;
	struct import_report      *report;
	struct import_seen        *seen;
	bool                       apply;
};

/* ---- reading a row ---- */

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

static void note_doubt(struct work *w, const struct import_row *row, int place, struct str text)
{
	if (w->t->sums_only)
		return;
	struct import_doubt *d = new(w->keep, struct import_doubt);
	*d = (struct import_doubt){ str_dup(w->keep, row->where), place, str_dup(w->keep, text), NULL };
	*w->report->doubts_end = d;
	w->report->doubts_end = &d->next;
}

/* The error of a formula: no value of anything, but for a count, which nobody knows then. */
static bool is_error(struct arena *a, const struct field *f, struct str s)
{
	return s.n > 1 && s.p[0] == '#' && f->kind != FK_COUNT && office_text(a, s) == OFFICE_UNKNOWN;
}

/* A cell as a value; a text that does not fit is kept as it stands, and told. */
static void read_cell(struct work *w, const struct import_row *row, int place, struct str text, struct value *ret)
{
	const struct field *f = &w->t->type->fields[place];
	struct problems ps = { .a = w->rq->a };

	if (is_error(w->rq->a, f, str_trim(text)) || value_parse(w->rq->a, f, text, row->where, &ps, ret) != ST_OK) {
		*ret = value_of_raw(str_trim(text));
		note_doubt(w, row, place, str_trim(text));
	} else if (field_links(f) && ret->set && !ret->num) {
		ret->num = import_find_linked(w->rq, f, ret->text);
		if (ret->num)
			ret->text = S("");
		else
			note_name(w, f, ret->text);
	}
}

/* ---- matching ---- */

/* The values of the row by which records are recognised, all together as one hash; false when it has none. */
static bool match_hash(struct work *w, const struct value *v, const bool *given, uint64_t *ret)
{
	const struct type *t = w->t->type;
	struct buf b = buf_make(1 << 16);
	bool any = false;

	for (int i = 0; i < t->nfields; i++) {
		if (!(t->fields[i].flags & MATCH))
			continue;
		struct str key = given[i] ? index_key(w->rq, t, i, &v[i]) : S("");
		any |= key.n > 0;
		buf_add(&b, key);
		buf_char(&b, 0);
	}
	*ret = str_hash(buf_str(&b)) | 1;
	buf_free(&b);
	return any;
}

/* How well a record fits besides its serial: each MATCH field of the row that it agrees with counts. */
static int agreement(struct work *w, const struct record *r, const struct value *v, const bool *given)
{
	const struct type *t = w->t->type;
	int n = 0;

	for (int i = 0; i < t->nfields; i++)
		if (t->fields[i].flags & MATCH && given[i])
			n += str_eq(index_key(w->rq, t, i, &v[i]), index_key(w->rq, t, i, &r->v[i]));
	return n;
}

/* Offices number rows anew in each department, so a number that they gave fits only together with something else;
 * one that we gave is enough by itself. */
static enum status find_by_serial(struct work *w, const struct value *v, const bool *given, struct record **ret)
{
	const struct type *t = w->t->type;
	int64_t ids[CANDIDATES];
	int place = -1, best = 0, n = 0;

	for (int i = 0; i < t->nfields; i++)
		if (t->fields[i].kind == FK_SERIAL && given[i] && v[i].text.n)
			place = i;
	if (place < 0)
		return ST_OK;
	n = index_find_serial(w->rq, t, v[place].text, ids, CANDIDATES);
	for (int i = 0; i < n; i++) {
		struct record *r;
		TRY(record_fetch(w->rq, ids[i], &r, NULL));
		int fits = agreement(w, r, v, given) + (r->v[place].num ? 1 : 0);
		if (fits > best) {
			best = fits;
			*ret = r;
		}
	}
	return ST_OK;
}

/* How well a field tells records apart: a text better than a person, a person better than what many share. */
static int tells(const struct field *f)
{
	return f->kind == FK_TEXT ? 2 : f->kind == FK_PERSON ? 1 : 0;
}

/* The n-th record, in order of number, whose MATCH fields are all those of the row. */
static enum status find_by_match(struct work *w, const struct value *v, const bool *given, int64_t nth, struct record **ret)
{
	const struct type *t = w->t->type;
	int64_t ids[CANDIDATES];
	int first = -1;

	for (int i = 0; i < t->nfields; i++)
		if (t->fields[i].flags & MATCH && given[i] && v[i].set && (first < 0 || tells(&t->fields[i]) >= tells(&t->fields[first])))
			first = i;
	if (first < 0)
		return ST_OK;
	int n = index_find(w->rq, t, first, &v[first], ids, CANDIDATES);
	for (int k = 0; k < n; k++) {
		struct record *r;
		TRY(record_fetch(w->rq, ids[k], &r, NULL));
		const struct step *s = type_step(t->t, r->step);
		bool same = !s || s->kind != STEP_END;
		for (int i = 0; i < t->nfields && same; i++)
			if (t->fields[i].flags & MATCH && given[i])
				same = str_eq(index_key(w->rq, t, i, &v[i]), index_key(w->rq, t, i, &r->v[i]));
		if (same && nth-- == 0) {
			*ret = r;
			return ST_OK;
		}
	}
	return ST_OK;
}

static enum status find_record(struct work *w, const struct value *v, const bool *given, struct record **ret)
{
	uint64_t hash;

	*ret = NULL;
	TRY(find_by_serial(w, v, given, ret));
	if (*ret)
		return ST_OK;
	if (!match_hash(w, v, given, &hash))
		return ST_OK;
	return find_by_match(w, v, given, seen_before(w->seen, hash), ret);
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

/* Which values of the row differ from the record's. Blank cells differ from nothing. */
static void compare(struct work *w, struct import_line *l, const struct record *r, struct record *after, struct value *v,
	const bool *given, bool *ret_fixed)
{
	const struct type *t = w->t->type;
	const struct step *step = type_step(t->t, r->step);

	l->change = new_n(line_arena(w), struct import_change, t->nfields);
	for (int i = 0; i < t->nfields; i++) {
		if (t->fields[i].kind == FK_PERSON && v[i].set && !v[i].num)
			v[i].num = r->v[i].num;              /* the person of the record, whose key it is, by this name */
		if (!given[i] || t->fields[i].flags & DERIVED || value_eq(&t->fields[i], &r->v[i], &v[i]))
			continue;
		l->change[l->nchanges++] = (struct import_change){ i, shown(w, i, &r->v[i]), shown(w, i, &v[i]) };
		if (t->fields[i].flags & FIXED && step && step->kind == STEP_FORCE)
			*ret_fixed = true;
		else
			after->v[i] = v[i];
	}
}

static struct record *copy_of(struct request *rq, const struct record *r)
{
	struct record *c = new(rq->a, struct record);

	*c = *r;
	c->v = new_n(rq->a, struct value, r->type->nfields);
	memcpy(c->v, r->v, (size_t)r->type->nfields * sizeof *c->v);
	return c;
}

static enum status one_row(struct work *w, ptrdiff_t at)
{
	const struct type *t = w->t->type;
	const struct import_row *row = &w->t->row[at];
	struct value *v = new_n(w->rq->a, struct value, t->nfields);
	bool *given = new_n(w->rq->a, bool, t->nfields), fixed = false;
	struct record *r, *after;
	struct import_line *l;

	for (int c = 0; c < w->t->ncolumns; c++) {
		int place = w->t->column[c].place;
		if (place < 0 || !str_trim(row->text[c]).n || t->fields[place].kind == FK_ROWS || t->fields[place].kind == FK_FILE)
			continue;
		given[place] = true;
		if (!value_clears(str_trim(row->text[c])))
			read_cell(w, row, place, row->text[c], &v[place]);
	}
	for (int i = 0; i < w->t->ngiven; i++) {
		given[w->t->given[i].place] = true;
		v[w->t->given[i].place] = w->t->given[i].v;
	}
	TRY(find_record(w, v, given, &r));
	l = add_line(w, at);
	if (!r) {
		l->outcome = IMPORT_NEW;
		after = record_new(w->rq, t);
		if (t->t->imported_step)
			after->step = str_z(t->t->imported_step);
		for (int i = 0; i < t->nfields; i++)
			if (given[i] && (!(t->fields[i].flags & DERIVED) || t->fields[i].kind == FK_SERIAL))
				after->v[i] = v[i];
	} else {
		l->record = r->id;
		after = copy_of(w->rq, r);
		compare(w, l, r, after, v, given, &fixed);
		l->outcome = fixed ? IMPORT_PROPOSED : l->nchanges ? IMPORT_CHANGED : IMPORT_SAME;
	}
	l->missing = record_missing(after, AT_SUBMIT, NULL);
	w->report->count[l->outcome]++;
	w->report->incomplete += l->missing > 0;
	if (!w->apply || l->outcome == IMPORT_SAME)
		return ST_OK;
	if (fixed && t->t->hooks.import_fixed)
		TRY(t->t->hooks.import_fixed(w->rq, r, l->change, l->nchanges));
	int differ[256];
	assert(t->nfields <= (int)COUNT(differ));
	if (!r || record_difference(r, after, differ) > 0)
		TRY(record_write(w->rq, after, S("import")));
	l->record = after->id;
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

	for (ptrdiff_t i = 0; i < w->t->nrows; ) {
		struct arena_mark m = arena_mark(rq->a);
		for (ptrdiff_t end = MIN(w->t->nrows, i + PORTION); i < end; i++)
			TRY(one_row(w, i));
		TRY(request_flush(rq));
		arena_reset(rq->a, m);
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
	*ret = (struct import_report){ .lines_end = &ret->lines, .doubts_end = &ret->doubts };
	struct work w = { rq, keep, t, ret, seen ? seen : import_seen_make(), apply };
	take_back(w.seen);
	enum status st = all_rows(&w);
	if (st == ST_OK && t->type->t->hooks.import_absent && !t->part && !seen)
		st = absent(&w);
	if (!seen)
		import_seen_free(w.seen);
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
}

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

enum status import_own_fields(struct conn *c, struct import_table *t)
{
	struct arena a = arena_make(0);
	struct request rq;
	bool any = false;

	for (int i = 0; i < t->ncolumns; i++)
		any |= wants_own(t, i);
	request_init(&rq, &a, c, JA);
	enum status st = any ? request_run(&rq, DB_WRITE, add_own, t) : ST_OK;
	arena_free(&a);
	if (st != ST_OK)
		return st;
	t->type = store_type(c->store, str_z(t->type->t->name));
	for (int i = 0; i < t->ncolumns; i++)
		if (t->column[i].place < 0 && t->column[i].header.n)
			t->column[i].place = import_own_place(t->type, t->column[i].header);
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
