/* table.c - columns of numbered values, and grouping of rows. */
#include "anon/table.h"
#include "anon/share.h"
#include "base/num.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static void *checked(void *p)
{
	if (!p) {
		fputs("out of memory: table\n", stderr);
		abort();
	}
	return p;
}

/* Large arrays are read here and there: with large pages that costs a half less, and so does giving them out. */
static void *with_large_pages(void *p, ptrdiff_t bytes)
{
	enum { PAGE = 1 << 21 };
	uintptr_t from = ((uintptr_t)p + PAGE - 1) & ~(uintptr_t)(PAGE - 1), to = ((uintptr_t)p + (uintptr_t)bytes) & ~(uintptr_t)(PAGE - 1);

	if (bytes >= 2 * PAGE && to > from)
		IGNORE(madvise((char *)p + (from - (uintptr_t)p), to - from, MADV_HUGEPAGE));      /* advice only */
	return p;
}

void *anon_take(ptrdiff_t count, ptrdiff_t size)
{
	assert(count >= 0 && size > 0 && count < PTRDIFF_MAX / size - 64);
	return with_large_pages(checked(malloc((size_t)(count * size) + 1)), count * size);
}

void *anon_take_zeroed(ptrdiff_t count, ptrdiff_t size)
{
	assert(count >= 0 && size > 0 && count < PTRDIFF_MAX / size - 64);
	return with_large_pages(checked(calloc((size_t)count + 1, (size_t)size)), count * size);
}

void *anon_grow(void *p, ptrdiff_t count, ptrdiff_t size)
{
	assert(count >= 0 && size > 0 && count < PTRDIFF_MAX / size - 64);
	return with_large_pages(checked(realloc(p, (size_t)(count * size) + 1)), count * size);
}

/* ---- values ---- */

/* What a text is compared by first: seven bytes and their number, so that most texts are one number; of longer ones a hash
 * whose highest byte is 255. */
WRAPS static uint64_t head_of(struct str s)
{
	uint64_t h = 0, w = 0;
	ptrdiff_t i = 0;

	if (s.n < 8) {
		if (s.n >= 4) {                   /* two pieces that overlap, instead of a loop */
			uint32_t a, b;
			memcpy(&a, s.p, 4);
			memcpy(&b, s.p + s.n - 4, 4);
			h = (uint64_t)b << (8 * (s.n - 4)) | a;
		} else {
			for (; i < s.n; i++)
				h |= (uint64_t)(unsigned char)s.p[i] << (8 * i);
		}
		return h | (uint64_t)s.n << 56;
	}
	h = 0x9E3779B97F4A7C15u ^ (uint64_t)s.n;
	for (; i + 8 <= s.n; i += 8) {
		memcpy(&w, s.p + i, 8);
		h = (h ^ w) * 0xD6E8FEB86659FD93u;
		h ^= h >> 32;
	}
	memcpy(&w, s.p + s.n - 8, 8);
	h = (h ^ w) * 0xD6E8FEB86659FD93u;
	return (h ^ h >> 32) | (uint64_t)0xFF << 56;
}

WRAPS static inline uint32_t slot_of(uint64_t head, uint32_t mask)
{
	head ^= head >> 32;
	return (uint32_t)(head * 0xD6E8FEB86659FD93u >> 32) & mask;
}

struct anon_dict anon_dict_make(void)
{
	return (struct anon_dict){ .text = arena_make(PTRDIFF_MAX / 4) };
}

void anon_dict_free(struct anon_dict *d)
{
	free(d->value);
	if (d->head)
		wipe(d->head, (ptrdiff_t)d->cap * (ptrdiff_t)sizeof *d->head);
	free(d->head);
	free(d->slot);
	arena_free(&d->text);
	*d = (struct anon_dict){ .text = arena_make(0) };
}

static void dict_grow(struct anon_dict *d)
{
	d->nslots = d->nslots ? d->nslots * 2 : 64;
	d->cap = d->nslots / 2;
	d->value = anon_grow(d->value, d->cap, (ptrdiff_t)sizeof *d->value);
	uint64_t *head = anon_take_zeroed(d->cap, (ptrdiff_t)sizeof *head);
	if (d->n) {
		memcpy(head, d->head, d->n * sizeof *head);
		wipe(d->head, (ptrdiff_t)d->n * (ptrdiff_t)sizeof *head);
	}
	free(d->head);
	d->head = head;
	free(d->slot);
	d->slot = anon_take_zeroed(d->nslots, (ptrdiff_t)sizeof *d->slot);
	for (uint32_t i = 0; i < d->n; i++) {
		uint32_t at = slot_of(d->head[i], d->nslots - 1);
		while (d->slot[at])
			at = (at + 1) & (d->nslots - 1);
		d->slot[at] = i + 1;
	}
}

/* The slot of a text: the one that holds it, or an empty one. */
static inline uint32_t *look_up(const struct anon_dict *d, struct str s, uint64_t head)
{
	uint32_t at = slot_of(head, d->nslots - 1);

	for (; d->slot[at]; at = (at + 1) & (d->nslots - 1))
		if (d->head[d->slot[at] - 1] == head && (s.n < 8 || str_eq(d->value[d->slot[at] - 1], s)))
			break;
	return &d->slot[at];
}

bool anon_dict_find(const struct anon_dict *d, struct str s, uint32_t *ret)
{
	uint32_t found = d->nslots ? *look_up(d, s, head_of(s)) : 0;

	if (found)
		*ret = found - 1;
	return found;
}

uint32_t anon_dict_add(struct anon_dict *d, struct str s)
{
	uint64_t head = head_of(s);
	uint32_t *slot = d->nslots ? look_up(d, s, head) : NULL;

	if (slot && *slot)
		return *slot - 1;
	if (d->n == d->cap) {
		dict_grow(d);
		slot = look_up(d, s, head);
	}
	assert(d->n < ANON_VALUES_MAX);
	d->value[d->n] = str_dup(&d->text, s);
	d->head[d->n] = head;
	*slot = ++d->n;
	return d->n - 1;
}

bool anon_dict_numbers(const struct anon_dict *d, bool blanks, double **ret, uint32_t *ret_bad)
{
	double *v = anon_take(d->n, (ptrdiff_t)sizeof *v);

	for (uint32_t i = 0; i < d->n; i++) {
		if (blanks && d->value[i].n == 0) {
			v[i] = (double)NAN;
		} else if (num_parse_real(d->value[i], &v[i]) != ST_OK) {
			if (ret_bad)
				*ret_bad = i;
			free(v);
			return false;
		}
	}
	if (ret)
		*ret = v;
	else
		free(v);
	return true;
}

/* ---- the table ---- */

struct anon_table anon_table_make(const struct str *names, int ncolumns)
{
	assert(ncolumns >= 0 && ncolumns <= ANON_COLUMNS_MAX);
	struct anon_table t = { .ncolumns = ncolumns };
	t.column = anon_take_zeroed(ncolumns, (ptrdiff_t)sizeof *t.column);
	for (int i = 0; i < ncolumns; i++) {
		t.column[i].dict = anon_dict_make();
		t.column[i].name = str_dup(&t.column[i].dict.text, names[i]);
	}
	return t;
}

void anon_table_free(struct anon_table *t)
{
	for (int i = 0; i < t->ncolumns; i++) {
		free(t->column[i].code);
		anon_dict_free(&t->column[i].dict);
	}
	free(t->column);
	*t = (struct anon_table){ 0 };
}

void anon_table_room(struct anon_table *t, ptrdiff_t rows)
{
	if (rows <= t->cap)
		return;
	t->cap = rows;
	for (int i = 0; i < t->ncolumns; i++)
		t->column[i].code = anon_grow(t->column[i].code, rows, (ptrdiff_t)sizeof(uint32_t));
}

void anon_table_add(struct anon_table *t, const struct str *fields)
{
	if (t->rows == t->cap)
		anon_table_room(t, MAX(t->cap + t->cap / 2, 1024));
	for (int i = 0; i < t->ncolumns; i++)
		t->column[i].code[t->rows] = anon_dict_add(&t->column[i].dict, fields[i]);
	t->rows++;
}

int anon_table_find(const struct anon_table *t, struct str name)
{
	for (int i = 0; i < t->ncolumns; i++)
		if (str_eq(t->column[i].name, name))
			return i;
	return -1;
}

/* ---- grouping ---- */

int anon_bits(uint32_t n)
{
	int bits = 0;

	while (bits < 32 && ((uint64_t)1 << bits) < n)
		bits++;
	return bits;
}

struct numbering { uint64_t *key; uint32_t *slot, n, cap, nslots; };

WRAPS static uint32_t spread(uint64_t k, uint32_t mask)
{
	k ^= k >> 32;
	k *= 0xD6E8FEB86659FD93u;
	return (uint32_t)(k >> 32) & mask;
}

static void numbering_grow(struct numbering *u)
{
	u->nslots = u->nslots ? u->nslots * 4 : 1024;
	u->cap = u->nslots / 2;
	u->key = anon_grow(u->key, u->cap, (ptrdiff_t)sizeof *u->key);
	free(u->slot);
	u->slot = anon_take_zeroed(u->nslots, (ptrdiff_t)sizeof *u->slot);
	for (uint32_t i = 0; i < u->n; i++) {
		uint32_t at = spread(u->key[i], u->nslots - 1);
		while (u->slot[at])
			at = (at + 1) & (u->nslots - 1);
		u->slot[at] = i + 1;
	}
}

static uint32_t number_of(struct numbering *u, uint64_t key)
{
	if (u->n == u->cap)
		numbering_grow(u);
	uint32_t at = spread(key, u->nslots - 1);
	for (; u->slot[at]; at = (at + 1) & (u->nslots - 1))
		if (u->key[u->slot[at] - 1] == key)
			return u->slot[at] - 1;
	u->key[u->n] = key;
	u->slot[at] = ++u->n;
	return u->n - 1;
}

/* Some columns of codes beside the class found so far, as one key for each row. */
struct joined { const uint32_t *class, *col[64]; int shift[64], n; };

static inline uint64_t joined_key(const struct joined *j, ptrdiff_t r)
{
	uint64_t key = j->class[r];

	for (int c = 0; c < j->n; c++)
		key |= (uint64_t)j->col[c][r] << j->shift[c];
	return key;
}

static uint32_t number_rows(const struct joined *j, ptrdiff_t rows, uint32_t *class)
{
	struct numbering u = { 0 };

	for (ptrdiff_t r = 0; r < rows; r++)
		class[r] = number_of(&u, joined_key(j, r));
	free(u.key);
	free(u.slot);
	return u.n;
}

enum { PART = 1 << 14, PARTS_MAX = 256, MANY = 1 << 18, RANGES = 64 };      /* rows of a part, and from how many on parts pay */

/* A hash table of millions of keys misses every cache. So rows are first parted by a hash of their key, then each part is numbered in a
 * table that stays in the cache. A class is known by its first row; what is numbered at the end is those rows, so that classes stand
 * in the order of first appearance. Rows are cut into ranges, and a part keeps their order, so threads change nothing. */
struct many {
	const struct joined *j;
	ptrdiff_t rows, most, *start;       /* start[range x parts + part] */
	uint32_t  parts, *class;
	uint64_t *key;
	uint32_t *row, *slot[ANON_THREADS_MAX];
	uint64_t *first;                    /* one bit for each row: the first of its class */
	uint32_t *before;                   /* first rows before each word of them */
};

static uint32_t part_of(const struct many *m, uint64_t key)
{
	return spread(key, UINT32_MAX) & (m->parts - 1);
}

static void count_range(void *context, ptrdiff_t range, int thread)
{
	const struct many *m = context;
	ptrdiff_t n[PARTS_MAX] = { 0 };

	(void)thread;
	for (ptrdiff_t r = anon_share_from(m->rows, RANGES, range), end = anon_share_from(m->rows, RANGES, range + 1); r < end; r++)
		n[part_of(m, joined_key(m->j, r))]++;
	memcpy(m->start + range * m->parts, n, m->parts * sizeof *n);
}

static void part_range(void *context, ptrdiff_t range, int thread)
{
	const struct many *m = context;
	ptrdiff_t at[PARTS_MAX];

	(void)thread;
	memcpy(at, m->start + range * m->parts, m->parts * sizeof *at);
	for (ptrdiff_t r = anon_share_from(m->rows, RANGES, range), end = anon_share_from(m->rows, RANGES, range + 1); r < end; r++) {
		uint64_t key = joined_key(m->j, r);
		ptrdiff_t to = at[part_of(m, key)]++;
		m->key[to] = key;
		m->row[to] = (uint32_t)r;
	}
}

/* Every row learns the first row of its class. */
static void number_part(void *context, ptrdiff_t part, int thread)
{
	struct many *m = context;
	ptrdiff_t from = m->start[part], n = (part + 1 < m->parts ? m->start[part + 1] : m->rows) - from;
	uint64_t *key = m->key + from;
	uint32_t *row = m->row + from, known = 0, mask = 1, *slot;

	if (!m->slot[thread])
		m->slot[thread] = anon_take(m->most * 4 + 2, (ptrdiff_t)sizeof *slot);
	slot = m->slot[thread];
	while (mask < n * 2)
		mask *= 2;
	memset(slot, 0, (size_t)mask * sizeof *slot);
	for (ptrdiff_t i = 0; i < n; i++) {
		uint32_t at = spread(key[i], UINT32_MAX) >> 8 & (mask - 1), r = row[i];
		while (slot[at] && key[slot[at] - 1] != key[i])
			at = (at + 1) & (mask - 1);
		if (!slot[at]) {
			key[known] = key[i];              /* known never runs ahead of i */
			row[known] = r;
			slot[at] = ++known;
		}
		m->class[r] = row[slot[at] - 1];
	}
}

static void name_range(void *context, ptrdiff_t range, int thread)
{
	const struct many *m = context;

	(void)thread;
	for (ptrdiff_t r = anon_share_from(m->rows, RANGES, range), end = anon_share_from(m->rows, RANGES, range + 1); r < end; r++) {
		uint32_t first = m->class[r];
		m->class[r] = m->before[first / 64] + (uint32_t)__builtin_popcountll(m->first[first / 64] & (((uint64_t)1 << first % 64) - 1));
	}
}

static uint32_t number_firsts(struct many *m)
{
	ptrdiff_t words = m->rows / 64 + 1;
	uint32_t n = 0;

	m->first = anon_take_zeroed(words, (ptrdiff_t)sizeof *m->first);
	m->before = anon_take(words, (ptrdiff_t)sizeof *m->before);
	for (ptrdiff_t r = 0; r < m->rows; r++)
		m->first[r / 64] |= (uint64_t)(m->class[r] == r) << r % 64;
	for (ptrdiff_t w = 0; w < words; w++) {
		m->before[w] = n;
		n += (uint32_t)__builtin_popcountll(m->first[w]);
	}
	return n;
}

static uint32_t number_many(const struct joined *j, ptrdiff_t rows, int threads, uint32_t *class)
{
	struct many m = { .j = j, .rows = rows, .parts = 1, .class = class };

	while ((ptrdiff_t)m.parts * PART < rows && m.parts < PARTS_MAX)
		m.parts *= 2;
	m.start = anon_take(RANGES * (ptrdiff_t)m.parts, (ptrdiff_t)sizeof *m.start);
	anon_share(threads, RANGES, count_range, &m);
	for (ptrdiff_t p = 0, at = 0; p < m.parts; p++) {
		ptrdiff_t from = at;
		for (ptrdiff_t range = 0; range < RANGES; range++) {
			ptrdiff_t n = m.start[range * m.parts + p];
			m.start[range * m.parts + p] = at;
			at += n;
		}
		m.most = MAX(m.most, at - from);
	}
	m.key = anon_take(rows, (ptrdiff_t)sizeof *m.key);
	m.row = anon_take(rows, (ptrdiff_t)sizeof *m.row);
	anon_share(threads, RANGES, part_range, &m);
	anon_share(threads, m.parts, number_part, &m);
	free(m.key);
	free(m.row);
	free(m.start);
	for (int i = 0; i < ANON_THREADS_MAX; i++)
		free(m.slot[i]);
	uint32_t n = number_firsts(&m);
	anon_share(threads, RANGES, name_range, &m);
	free(m.first);
	free(m.before);
	return n;
}

/* Joins as many columns as fit beside the class found so far into one 64-bit key, numbers the keys, and
 * goes on with the rest: exact for any number of columns, one pass for most tables. */
void anon_group(const uint32_t *const *code, const uint32_t *nvalues, int n, ptrdiff_t rows, int threads,
	uint32_t **ret_class, uint32_t *ret_n)
{
	uint32_t *class = anon_take_zeroed(rows, (ptrdiff_t)sizeof *class), nclasses = rows > 0;

	for (int from = 0, to; from < n; from = to) {
		int bits = anon_bits(nclasses);
		struct joined j = { .class = class };
		for (to = from; to < n && bits + anon_bits(nvalues[to]) <= 64; to++) {
			if (nvalues[to] > 1) {
				j.col[j.n] = code[to];
				j.shift[j.n++] = bits;
			}
			bits += anon_bits(nvalues[to]);
		}
		nclasses = rows >= MANY ? number_many(&j, rows, threads, class) : number_rows(&j, rows, class);
	}
	*ret_class = class;
	*ret_n = nclasses;
}

void anon_table_group(const struct anon_table *t, const int *columns, int n, int threads, uint32_t **ret_class,
	uint32_t *ret_n)
{
	const uint32_t *code[ANON_COLUMNS_MAX];
	uint32_t nvalues[ANON_COLUMNS_MAX];

	for (int c = 0; c < n; c++) {
		code[c] = t->column[columns[c]].code;
		nvalues[c] = t->column[columns[c]].dict.n;
	}
	anon_group(code, nvalues, n, t->rows, threads, ret_class, ret_n);
}
