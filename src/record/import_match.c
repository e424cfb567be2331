/* import_match.c - finds the record that a row means. The records of many rows are asked for together: their keys, then, where that
 * does not do, one look-up for each. */
#include "record/import_match.h"
#include "record/export.h"
#include "record/index.h"
#include <stdlib.h>

enum { CANDIDATES = 64 };

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

void import_seen_take_back(struct import_seen *s)
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

/* ---- the keys of a row ---- */

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

struct import_match import_match_make(struct request *rq, const struct type *t, struct import_seen *seen)
{
	return (struct import_match){ .rq = rq, .type = t, .seen = seen, .number = number_place(t), .serial = serial_place(t) };
}

struct row_key import_row_key(struct import_match *m, const struct value *v, const bool *given, struct str *key)
{
	const struct type *t = m->type;
	struct row_key k = { .v = v, .given = given, .key = key };
	struct buf all = buf_in(m->rq->a, 1 << 16), number = buf_in(m->rq->a, 1 << 16);
	int at = m->number;

	buf_lit(&number, "number");
	k.whole = !has_identity(t);
	for (int part = PACK_OPEN; k.whole && part <= PACK_SEALED; part++)
		value_pack(&all, t->fields, t->nfields, v, (enum pack_part)part);
	for (int i = 0; i < t->nfields; i++) {
		if (!(t->fields[i].flags & MATCH))
			continue;
		struct str own = k.key[i] = given[i] ? index_key(m->rq, t, i, &v[i]) : S("");
		k.tells |= own.n && (t->fields[i].kind == FK_STAFF || !field_links(&t->fields[i]));
		buf_add(&all, own);
		buf_char(&all, 0);
		if (i == at || field_links(&t->fields[i])) {
			buf_add(&number, own);
			buf_char(&number, 0);
		}
	}
	k.hash = str_hash(buf_str(&all)) | 1;
	k.number = str_hash(buf_str(&number)) | 1;
	if (at < 0 || !given[at] || !v[at].set)
		k.number = 0;
	return k;
}

static struct str key_in(struct import_match *m, const struct row_key *k, int place)
{
	return k->key[place].n ? k->key[place] : index_key(m->rq, m->type, place, &k->v[place]);
}

/* ---- records by their keys ---- */

static bool is_ahead(const struct import_ahead *a, int place, struct str key)
{
	if (a->place == place)
		for (int i = 0; i < a->nkeys; i++)
			if (str_eq(a->key[i], key))
				return true;
	return false;
}

/* Behind `after`, in order of number, up to CANDIDATES. */
static int find_ids(struct import_match *m, int place, struct str key, int64_t after, int64_t *ids)
{
	const struct import_ahead *a = &m->ahead;
	int n = 0;

	if (!is_ahead(a, place, key))
		return index_find_key(m->rq, m->type, place, key, after, ids, CANDIDATES);
	for (int i = 0; i < a->n; i++)
		if (str_eq(a->found[i].key, key) && a->found[i].r->id > after) {
			int at = n++;
			for (; at && ids[at - 1] > a->found[i].r->id; at--)
				ids[at] = ids[at - 1];
			ids[at] = a->found[i].r->id;
		}
	return n;
}

static enum status fetch(struct import_match *m, int64_t id, struct record **ret)
{
	for (int i = 0; i < m->ahead.n; i++)
		if (m->ahead.found[i].r->id == id) {
			*ret = m->ahead.found[i].r;
			return ST_OK;
		}
	return record_fetch(m->rq, id, ret, NULL);
}

/* ---- which of them ---- */

/* Does the record have the row's key in this field? Equal values have equal keys. */
static bool same_key(struct import_match *m, const struct record *r, const struct row_key *k, int i)
{
	return value_eq(&m->type->fields[i], &k->v[i], &r->v[i]) || str_eq(k->key[i], index_key(m->rq, m->type, i, &r->v[i]));
}

/* How well a record fits besides its serial: each MATCH field of the row that it agrees with counts. */
static int agreement(struct import_match *m, const struct record *r, const struct row_key *k)
{
	const struct type *t = m->type;
	int n = 0;

	for (int i = 0; i < t->nfields; i++)
		if (t->fields[i].flags & MATCH && k->given[i])
			n += same_key(m, r, k, i);
	return n;
}

static bool says_serial(const struct import_match *m, const struct row_key *k)
{
	return m->serial >= 0 && k->given[m->serial] && k->v[m->serial].text.n;
}

/* Offices number rows anew in each department, so a number that they gave fits only together with something else;
 * one that we gave is enough by itself. */
static enum status find_by_serial(struct import_match *m, const struct row_key *k, struct record **ret)
{
	int64_t ids[CANDIDATES];
	int place = m->serial, best = 0;

	if (!says_serial(m, k))
		return ST_OK;
	int n = find_ids(m, index_serial_place(m->type), index_serial_key(m->rq->a, k->v[place].text), 0, ids);
	for (int i = 0; i < n; i++) {
		struct record *r;
		TRY(fetch(m, ids[i], &r));
		int fits = agreement(m, r, k) + (r->v[place].num ? 1 : 0);
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

static bool looks_up(const struct import_match *m, const struct row_key *k, int place, int worth)
{
	const struct field *f = &m->type->fields[place];

	return finds(k->whole, f) && k->given[place] && k->v[place].set && tells(f) == worth;
}

/* The first field that records are looked up by for such a row; -1. */
static int first_field(const struct import_match *m, const struct row_key *k)
{
	for (int worth = 2; worth >= 0; worth--)
		for (int i = 0; i < m->type->nfields; i++)
			if (looks_up(m, k, i, worth))
				return i;
	return -1;
}

/* Asks for all rows in the field that the first of them is looked up by. Where more share the keys than FOUND_MAX, each asks for itself. */
enum status import_look_ahead(struct import_match *m, const struct row_key *k, int n)
{
	struct import_ahead *a = &m->ahead;
	bool serial = says_serial(m, &k[0]);
	int field = serial ? -1 : first_field(m, &k[0]);

	a->n = a->nkeys = 0;
	a->place = serial ? index_serial_place(m->type) : field;
	for (int i = 0; i < n && a->place >= 0; i++) {
		if (serial ? !says_serial(m, &k[i]) : !k[i].given[field] || !k[i].v[field].set)
			continue;
		struct str key = serial ? index_serial_key(m->rq->a, k[i].v[m->serial].text) : key_in(m, &k[i], field);
		if (key.n)
			a->key[a->nkeys++] = key;
	}
	if (!a->nkeys)
		return ST_OK;
	TRY(record_fetch_keyed(m->rq, m->type->field_code[a->place], a->key, a->nkeys, a->found, &a->n));
	if (a->n == FOUND_MAX)
		a->n = a->nkeys = 0;
	return ST_OK;
}

/* The field to look records up by: of those that tell best one that few share, and how many share it, up to CANDIDATES. */
static int best_field(struct import_match *m, const struct row_key *k, int64_t *ids, int *ret_n)
{
	const struct type *t = m->type;
	int best = -1;

	for (int worth = 2; worth >= 0; worth--) {
		for (int i = 0; i < t->nfields; i++) {
			if (!looks_up(m, k, i, worth))
				continue;
			best = i;
			*ret_n = find_ids(m, i, key_in(m, k, i), 0, ids);
			if (*ret_n < CANDIDATES)
				return i;
		}
	}
	return best;
}

void import_take_hidden(struct request *rq, const struct field *f, const struct value *was, struct value *v)
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
		import_take_hidden(rq, f, &r->v[i], &v);
		if (!value_eq(f, &r->v[i], &v))
			return false;
	}
	return true;
}

/* Does the record agree with the row in all of these fields, and has it not ended? */
static bool agrees(struct import_match *m, const struct record *r, const struct row_key *k, int number)
{
	const struct type *t = m->type;
	const struct step *s = type_step(t->t, r->step);

	if (k->whole)
		return says_all(m->rq, r, k);
	if (s && s->kind == STEP_END)
		return false;
	for (int i = 0; i < t->nfields; i++)
		if (t->fields[i].flags & MATCH && k->given[i] && (number < 0 || i == number || field_links(&t->fields[i]))
		    && !same_key(m, r, k, i))
			return false;
	return true;
}

/* The first record behind the one that the last row with this key met, in order of number, whose MATCH fields are all those
 * of the row. So a row that the file says many times costs as little as the others. */
static enum status find_by_match(struct import_match *m, const struct row_key *k, bool *ret_unborne, struct record **ret)
{
	int64_t ids[CANDIDATES], after = MAX(seen_last(m->seen, k->hash), 0);
	int n = 0, place = best_field(m, k, ids, &n);

	*ret_unborne = n == 0 && place == m->number;      /* nobody bears the number */
	if (place < 0)
		return ST_OK;
	if (after)
		n = find_ids(m, place, key_in(m, k, place), after, ids);
	while (n) {
		for (int i = 0; i < n; i++) {
			struct record *r;
			TRY(fetch(m, ids[i], &r));
			if (agrees(m, r, k, -1)) {
				*ret = r;
				return ST_OK;
			}
		}
		n = n < CANDIDATES ? 0 : find_ids(m, place, key_in(m, k, place), ids[n - 1], ids);
	}
	return ST_OK;
}

/* A number that tells records apart recognises the one that bears it, whatever else the row corrects. Not when several bear
 * it, or when a row before had it: then they are several. */
static enum status find_by_number(struct import_match *m, const struct row_key *k, struct record **ret)
{
	int place = m->number, nfound = 0;
	int64_t ids[CANDIDATES];
	struct record *found = NULL;

	if (!k->number || seen_last(m->seen, k->number) != NOT_SEEN)
		return ST_OK;
	int n = find_ids(m, place, key_in(m, k, place), 0, ids);
	for (int i = 0; i < n && n < CANDIDATES; i++) {
		struct record *r;
		TRY(fetch(m, ids[i], &r));
		if (agrees(m, r, k, place)) {
			found = r;
			nfound++;
		}
	}
	if (nfound == 1)
		*ret = found;
	return ST_OK;
}

enum status import_find_record(struct import_match *m, const struct row_key *k, struct record **ret)
{
	bool unborne = false;

	*ret = NULL;
	TRY(find_by_serial(m, k, ret));
	if (!*ret && (k->tells || k->whole))
		TRY(find_by_match(m, k, &unborne, ret));
	return *ret || !k->tells || k->whole || unborne ? ST_OK : find_by_number(m, k, ret);
}

void import_met(struct import_match *m, const struct row_key *k, int64_t record)
{
	seen_now(m->seen, k->hash, record);
	if (k->number)
		seen_now(m->seen, k->number, record);
}

/* ---- rows that have none ---- */

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

bool import_is_keyless(const struct type *t, const struct row_key *k)
{
	bool asks = false, found = false;

	for (int i = 0; i < t->nfields; i++) {
		if (t->fields[i].kind == FK_SERIAL && k->given[i])
			return false;
		asks |= tells_rows(&t->fields[i]);
		found |= finds(k->whole, &t->fields[i]) && k->given[i] && k->v[i].set;
	}
	return k->whole ? !found : asks && !k->tells;
}

