/* import.c - matching rows to records, telling the difference, writing it. Cost grows with the rows: one look-up and
 * one comparison each. */
#include "record/import.h"
#include "record/access.h"
#include "record/export.h"
#include "record/import_cell.h"
#include "record/index.h"
#include "record/list.h"
#include "record/store_impl.h"
#include "record/trail.h"
#include <assert.h>
#include <stdlib.h>

/* What is written waits for the end of a portion, to be sorted; what is only compared had better stay in the cache. */
enum { PORTION = 1024, PORTION_COMPARED = 8, CANDIDATES = 64, NAMES_MAX = 1000, KEYLESS_TOLD = 100, FIELDS_MAX = 256 };

/* ---- rows of the file that say the same key again match the next record with that key ---- */

enum { NOT_SEEN = -1 };
struct seen { uint64_t hash; int64_t last; };            /* the last record that a row with this key matched or became; NOT_SEEN */
struct import_seen {
	struct seen *slot;
	ptrdiff_t    size, used;
	struct seen *before;                         /* as they were at the last keep */
	ptrdiff_t    nbefore, cap;
};

static void *zeroes(ptrdiff_t n, size_t each)
{
	void *p = calloc((size_t)n, each);

	if (!p)
		abort();
	return p;
}

struct import_seen *import_seen_make(void)
{
	struct import_seen *s = zeroes(1, sizeof *s);

	s->size = 1024;
	s->slot = zeroes(s->size, sizeof *s->slot);
	return s;
}

void import_seen_free(struct import_seen *s)
{
	if (!s)
		return;
	free(s->slot);
	free(s->before);
	free(s);
}

void import_seen_keep(struct import_seen *s)
{
	s->nbefore = 0;
}

static struct seen *slot_of(const struct import_seen *s, uint64_t hash)
{
	ptrdiff_t i = (ptrdiff_t)((hash >> 1) % (uint64_t)s->size);  /* its last bit is always set */

	while (s->slot[i].hash && s->slot[i].hash != hash)
		i = (i + 1) % s->size;
	return &s->slot[i];
}

static void take_back(struct import_seen *s)
{
	while (s->nbefore) {
		const struct seen *was = &s->before[--s->nbefore];
		slot_of(s, was->hash)->last = was->last;
	}
}

static void make_room(struct import_seen *s)
{
	struct import_seen old = *s;

	if (s->used * 3 < s->size * 2)
		return;
	s->slot = zeroes(s->size *= 2, sizeof *s->slot);
	for (ptrdiff_t i = 0; i < old.size; i++)
		if (old.slot[i].hash)
			*slot_of(s, old.slot[i].hash) = old.slot[i];
	free(old.slot);
}

static int64_t seen_last(const struct import_seen *s, uint64_t hash)
{
	const struct seen *x = slot_of(s, hash);

	return x->hash ? x->last : NOT_SEEN;
}

static void seen_now(struct import_seen *s, uint64_t hash, int64_t record)
{
	make_room(s);
	struct seen *x = slot_of(s, hash);
	if (!x->hash) {
		s->used++;
		*x = (struct seen){ hash, NOT_SEEN };
	}
	if (s->nbefore == s->cap) {
		s->before = reallocarray(s->before, (size_t)(s->cap = MAX(1024, s->cap * 2)), sizeof *s->before);
		if (!s->before)
			abort();
	}
	s->before[s->nbefore++] = *x;
	x->last = MAX(x->last, record);
}

struct work {
	struct request            *rq;
	struct arena              *keep;
	const struct import_table *t;
	struct import_report      *report;
	struct import_seen        *seen;
	struct import_cells       *cells;
	bool                       apply;
	int                        number, serial;        /* the places of the number field and of the serial; -1 */
	struct value              *v;                     /* of the row at hand, one for each field */
	bool                      *given;
	struct str                *key;
	struct record_keys         keys;                  /* both, for whoever writes the row */
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

/* ---- matching ---- */

/* The row in its fields by which records are recognised. */
struct row_key {
	const struct value *v;
	const bool         *given;
	struct str         *key;             /* of each of them that the row has */
	bool                whole;           /* the type has no such field and no number: only a record that says all of it is the same */
	bool                tells;           /* something in it tells records apart: a link alone does not */
	uint64_t            hash, number;    /* of all of them; of the links and the number field, 0 = it has none */
};

static int number_place(const struct type *t)
{
	return t->t->number_field ? type_place(t, str_z(t->t->number_field)) : -1;
}

static int serial_place(const struct type *t)
{
	int place = -1;

	for (int i = 0; i < t->nfields; i++)
		if (t->fields[i].kind == FK_SERIAL)
			place = i;
	return place;
}

static bool has_identity(const struct type *t)
{
	for (int i = 0; i < t->nfields; i++)
		if (t->fields[i].kind == FK_SERIAL || t->fields[i].flags & MATCH)
			return true;
	return false;
}

static struct row_key key_of(struct work *w, const struct value *v, const bool *given)
{
	const struct type *t = w->t->type;
	struct row_key k = { .v = v, .given = given, .key = w->key };
	struct buf all = buf_in(w->rq->a, 1 << 16), number = buf_in(w->rq->a, 1 << 16);
	int at = w->number;

	buf_lit(&number, "number");
	k.whole = !has_identity(t);
	for (int part = PACK_OPEN; k.whole && part <= PACK_SEALED; part++)
		value_pack(&all, t->fields, t->nfields, v, (enum pack_part)part);
	for (int i = 0; i < t->nfields; i++) {
		if (!(t->fields[i].flags & MATCH))
			continue;
		struct str key = k.key[i] = given[i] ? index_key(w->rq, t, i, &v[i]) : S("");
		k.tells |= key.n && (t->fields[i].kind == FK_STAFF || !field_links(&t->fields[i]));
		buf_add(&all, key);
		buf_char(&all, 0);
		if (i == at || field_links(&t->fields[i])) {
			buf_add(&number, key);
			buf_char(&number, 0);
		}
	}
	k.hash = str_hash(buf_str(&all)) | 1;
	k.number = str_hash(buf_str(&number)) | 1;
	if (at < 0 || !given[at] || !v[at].set)
		k.number = 0;
	return k;
}

/* Does the record have the row's key in this field? Equal values have equal keys. */
static bool same_key(struct work *w, const struct record *r, const struct row_key *k, int i)
{
	return value_eq(&w->t->type->fields[i], &k->v[i], &r->v[i]) || str_eq(k->key[i], index_key(w->rq, w->t->type, i, &r->v[i]));
}

/* How well a record fits besides its serial: each MATCH field of the row that it agrees with counts. */
static int agreement(struct work *w, const struct record *r, const struct row_key *k)
{
	const struct type *t = w->t->type;
	int n = 0;

	for (int i = 0; i < t->nfields; i++)
		if (t->fields[i].flags & MATCH && k->given[i])
			n += same_key(w, r, k, i);
	return n;
}

/* Offices number rows anew in each department, so a number that they gave fits only together with something else;
 * one that we gave is enough by itself. */
static enum status find_by_serial(struct work *w, const struct row_key *k, struct record **ret)
{
	int64_t ids[CANDIDATES];
	int place = w->serial, best = 0;

	if (place < 0 || !k->given[place] || !k->v[place].text.n)
		return ST_OK;
	int n = index_find_serial(w->rq, w->t->type, k->v[place].text, ids, CANDIDATES);
	for (int i = 0; i < n; i++) {
		struct record *r;
		TRY(record_fetch(w->rq, ids[i], &r, NULL));
		int fits = agreement(w, r, k) + (r->v[place].num ? 1 : 0);
		if (fits > best) {
			best = fits;
			*ret = r;
		}
	}
	return ST_OK;
}

/* May records be looked up by it? */
static bool finds(bool whole, const struct field *f)
{
	return f->flags & MATCH || (whole && index_has_key(f) && !(f->flags & DERIVED));
}

/* How well a field tells records apart: a text better than a person, a person better than what many share. */
static int tells(const struct field *f)
{
	return f->kind == FK_TEXT ? 2 : f->kind == FK_PERSON || f->kind == FK_STAFF ? 1 : 0;
}

/* The field to look records up by: of those that tell best one that few share, and how many share it, up to CANDIDATES. */
static int best_field(struct work *w, const struct row_key *k, int64_t *ids, int *ret_n)
{
	const struct type *t = w->t->type;
	int best = -1;

	for (int worth = 2; worth >= 0; worth--) {
		for (int i = 0; i < t->nfields; i++) {
			if (!finds(k->whole, &t->fields[i]) || !k->given[i] || !k->v[i].set || tells(&t->fields[i]) != worth)
				continue;
			best = i;
			*ret_n = k->key[i].n ? index_find_key(w->rq, t, i, k->key[i], ids, CANDIDATES)
				: index_find(w->rq, t, i, &k->v[i], ids, CANDIDATES);
			if (*ret_n < CANDIDATES)
				return i;
		}
	}
	return best;
}

/* A table names people and records, not whose key seals them, the version meant, or which of several of one name. */
static void take_hidden(struct request *rq, const struct field *f, const struct value *was, struct value *v)
{
	if (field_links(f) && v->set && !v->num && was->num && str_eq(v->text, record_title_of(rq, was->num)))
		*v = *was;
	if (f->kind == FK_PERSON && v->set && !v->num)
		v->num = was->num;
	if (f->flags & PINS && v->num == was->num)
		v->num2 = was->num2;
}

static bool says_all(struct request *rq, const struct record *r, const struct row_key *k)
{
	for (int i = 0; i < r->type->nfields; i++) {
		struct value v = k->v[i];
		const struct field *f = &r->type->fields[i];
		if (!k->given[i] || f->flags & DERIVED)
			continue;
		take_hidden(rq, f, &r->v[i], &v);
		if (!value_eq(f, &r->v[i], &v))
			return false;
	}
	return true;
}

/* Does the record agree with the row in all of these fields, and has it not ended? */
static bool agrees(struct work *w, const struct record *r, const struct row_key *k, int number)
{
	const struct type *t = w->t->type;
	const struct step *s = type_step(t->t, r->step);

	if (k->whole)
		return says_all(w->rq, r, k);
	if (s && s->kind == STEP_END)
		return false;
	for (int i = 0; i < t->nfields; i++)
		if (t->fields[i].flags & MATCH && k->given[i] && (number < 0 || i == number || field_links(&t->fields[i]))
		    && !same_key(w, r, k, i))
			return false;
	return true;
}

/* The first record behind the one that the last row with this key met, in order of number, whose MATCH fields are all those
 * of the row. So a row that the file says many times costs as little as the others. */
static enum status find_by_match(struct work *w, const struct row_key *k, bool *ret_unborne, struct record **ret)
{
	int64_t ids[CANDIDATES], after = MAX(seen_last(w->seen, k->hash), 0);
	int n = 0, place = best_field(w, k, ids, &n);

	*ret_unborne = n == 0 && place == w->number;      /* nobody bears the number */
	if (place < 0)
		return ST_OK;
	if (after)
		n = index_find_after(w->rq, w->t->type, place, &k->v[place], after, ids, CANDIDATES);
	while (n) {
		for (int i = 0; i < n; i++) {
			struct record *r;
			TRY(record_fetch(w->rq, ids[i], &r, NULL));
			if (agrees(w, r, k, -1)) {
				*ret = r;
				return ST_OK;
			}
		}
		n = n < CANDIDATES ? 0 : index_find_after(w->rq, w->t->type, place, &k->v[place], ids[n - 1], ids, CANDIDATES);
	}
	return ST_OK;
}

/* A number that tells records apart recognises the one that bears it, whatever else the row corrects. Not when several bear
 * it, or when a row before had it: then they are several. */
static enum status find_by_number(struct work *w, const struct row_key *k, struct record **ret)
{
	int place = w->number, nfound = 0;
	int64_t ids[CANDIDATES];
	struct record *found = NULL;

	if (!k->number || seen_last(w->seen, k->number) != NOT_SEEN)
		return ST_OK;
	int n = index_find(w->rq, w->t->type, place, &k->v[place], ids, CANDIDATES);
	for (int i = 0; i < n && n < CANDIDATES; i++) {
		struct record *r;
		TRY(record_fetch(w->rq, ids[i], &r, NULL));
		if (agrees(w, r, k, place)) {
			found = r;
			nfound++;
		}
	}
	if (nfound == 1)
		*ret = found;
	return ST_OK;
}

static enum status find_record(struct work *w, const struct row_key *k, struct record **ret)
{
	bool unborne = false;

	*ret = NULL;
	TRY(find_by_serial(w, k, ret));
	if (!*ret && (k->tells || k->whole))
		TRY(find_by_match(w, k, &unborne, ret));
	return *ret || !k->tells || k->whole || unborne ? ST_OK : find_by_number(w, k, ret);
}

/* What the row has become, for the rows behind it that say the same. */
static void remember(struct work *w, const struct row_key *k, int64_t record)
{
	seen_now(w->seen, k->hash, record);
	if (k->number)
		seen_now(w->seen, k->number, record);
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
		take_hidden(w->rq, &t->fields[i], &r->v[i], &v[i]);
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
		struct str text = place < 0 ? S("") : row->cell[c].text;
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

static bool tells_rows(const struct field *f)
{
	return f->flags & MATCH && tells(f) > 0;
}

struct str import_key_labels(struct arena *a, const struct type *t, enum lang lang)
{
	struct buf b = buf_make(4096);
	bool whole = !has_identity(t);

	for (int i = 0; i < t->nfields; i++)
		if (whole ? finds(true, &t->fields[i]) : tells_rows(&t->fields[i])) {
			if (b.n)
				buf_add(&b, msg_text(MSG_REC_LIST_COMMA, lang));
			buf_add(&b, t->fields[i].label[lang]);
		}
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

/* A row by which nobody could ever find its record again: brought in a second time it would be doubled. */
static bool is_keyless(const struct work *w, const struct row_key *k)
{
	const struct type *t = w->t->type;
	bool asks = false, found = false;

	for (int i = 0; i < t->nfields; i++) {
		if (t->fields[i].kind == FK_SERIAL && k->given[i])
			return false;
		asks |= tells_rows(&t->fields[i]);
		found |= finds(k->whole, &t->fields[i]) && k->given[i] && k->v[i].set;
	}
	return k->whole ? !found : asks && !k->tells;
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

static enum status one_row(struct work *w, ptrdiff_t at)
{
	const struct type *t = w->t->type;
	const struct table_row *row = &w->t->row[at];
	struct value *v = memset(w->v, 0, (size_t)t->nfields * sizeof *v);
	bool *given = memset(w->given, 0, (size_t)t->nfields), fixed = false;
	struct record *r, *after;

	read_row(w, row, v, given);
	struct row_key k = key_of(w, v, given);
	if (is_keyless(w, &k)) {
		refuse_keyless(w, row);
		return ST_OK;
	}
	TRY(find_record(w, &k, &r));
	struct import_line *l = add_line(w, at);
	if (!r) {
		l->outcome = IMPORT_NEW;
		after = new_record(w, v, given);
	} else {
		l->record = r->id;
		compare(w, l, r, v, given, &fixed, &after);
		l->outcome = fixed ? IMPORT_PROPOSED : l->nchanges ? IMPORT_CHANGED : IMPORT_SAME;
	}
	after->keys = &w->keys;
	int lacks[FIELDS_MAX];
	l->missing = record_missing(after, AT_SUBMIT, lacks);
	if (l->missing) {
		l->lacks = room_n(w->keep, int, l->missing);
		memcpy(l->lacks, lacks, (size_t)l->missing * sizeof *lacks);
	}
	w->report->count[l->outcome]++;
	w->report->incomplete += l->missing > 0;
	if (w->apply && l->outcome != IMPORT_SAME)
		TRY(write_row(w, l, r, after, fixed));
	remember(w, &k, l->record);
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
		for (ptrdiff_t end = MIN(w->t->nrows, i + portion); i < end; i++)
			TRY(one_row(w, i));
		TRY(request_flush(rq));
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
	struct work w = { rq, keep, t, ret, seen ? seen : import_seen_make(), import_cells_make(apply), apply, number_place(t->type), serial_place(t->type),
		new_n(rq->a, struct value, t->type->nfields), new_n(rq->a, bool, t->type->nfields), new_n(rq->a, struct str, t->type->nfields), { 0 } };
	w.keys = (struct record_keys){ w.v, w.key };
	take_back(w.seen);
	enum status st = all_rows(&w);
	if (st == ST_OK && t->type->t->hooks.import_absent && !t->part && !seen)
		st = absent(&w);
	import_cells_free(w.cells);
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
	to->keyless += portion->keyless;
}
