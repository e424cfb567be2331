/* table.c - columns of numbered values, and grouping of rows. */
#include "anon/table.h"
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

WRAPS static uint32_t hash_text(struct str s)
{
	uint64_t h = 0x9E3779B97F4A7C15u ^ (uint64_t)s.n, w;
	ptrdiff_t i = 0;

	for (; i + 8 <= s.n; i += 8) {
		memcpy(&w, s.p + i, 8);
		h = (h ^ w) * 0xD6E8FEB86659FD93u;
		h ^= h >> 32;
	}
	w = 0;
	if (i < s.n)
		memcpy(&w, s.p + i, (size_t)(s.n - i));
	h = (h ^ w) * 0xD6E8FEB86659FD93u;
	h ^= h >> 32;
	h *= 0xD6E8FEB86659FD93u;
	return (uint32_t)(h >> 32);
}

struct anon_dict anon_dict_make(void)
{
	return (struct anon_dict){ .text = arena_make(PTRDIFF_MAX / 4) };
}

void anon_dict_free(struct anon_dict *d)
{
	free(d->value);
	free(d->slot);
	arena_free(&d->text);
	*d = (struct anon_dict){ .text = arena_make(0) };
}

static void dict_grow(struct anon_dict *d)
{
	d->nslots = d->nslots ? d->nslots * 2 : 64;
	d->cap = d->nslots / 2;
	d->value = anon_grow(d->value, d->cap, (ptrdiff_t)sizeof *d->value);
	free(d->slot);
	d->slot = anon_take_zeroed(d->nslots, (ptrdiff_t)sizeof *d->slot);
	for (uint32_t i = 0; i < d->n; i++) {
		uint32_t at = hash_text(d->value[i]) & (d->nslots - 1);
		while (d->slot[at])
			at = (at + 1) & (d->nslots - 1);
		d->slot[at] = i + 1;
	}
}

static bool same(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, (size_t)a.n) == 0);
}

bool anon_dict_find(const struct anon_dict *d, struct str s, uint32_t *ret)
{
	if (!d->nslots)
		return false;
	for (uint32_t at = hash_text(s) & (d->nslots - 1); d->slot[at]; at = (at + 1) & (d->nslots - 1)) {
		if (same(d->value[d->slot[at] - 1], s)) {
			*ret = d->slot[at] - 1;
			return true;
		}
	}
	return false;
}

uint32_t anon_dict_add(struct anon_dict *d, struct str s)
{
	if (d->n && same(d->value[d->last], s))
		return d->last;
	if (d->n == d->cap)
		dict_grow(d);
	uint32_t at = hash_text(s) & (d->nslots - 1);
	for (; d->slot[at]; at = (at + 1) & (d->nslots - 1))
		if (same(d->value[d->slot[at] - 1], s))
			return d->last = d->slot[at] - 1;
	assert(d->n < ANON_VALUES_MAX);
	d->value[d->n] = str_dup(&d->text, s);
	d->slot[at] = ++d->n;
	return d->last = d->n - 1;
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

void anon_table_add(struct anon_table *t, const struct str *fields)
{
	if (t->rows == t->cap) {
		t->cap = t->cap ? t->cap + t->cap / 2 : 1024;
		for (int i = 0; i < t->ncolumns; i++)
			t->column[i].code = anon_grow(t->column[i].code, t->cap, (ptrdiff_t)sizeof(uint32_t));
	}
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

enum { PART = 1 << 14, MANY = 1 << 18 };      /* rows of a part, and from how many on parts pay */

/* Numbers the keys of one part from `first` on; `slot` has room for twice as many. */
static uint32_t number_part(uint64_t *key, const uint32_t *row, ptrdiff_t n, uint32_t first, uint32_t *slot, uint32_t *class)
{
	uint32_t known = 0, mask = 1;

	while (mask < n * 2)
		mask *= 2;
	memset(slot, 0, (size_t)mask * sizeof *slot);
	for (ptrdiff_t i = 0; i < n; i++) {
		uint32_t at = spread(key[i], UINT32_MAX) >> 8 & (mask - 1);
		while (slot[at] && key[slot[at] - 1] != key[i])
			at = (at + 1) & (mask - 1);
		if (!slot[at]) {
			key[known] = key[i];              /* known never runs ahead of i */
			slot[at] = ++known;
		}
		class[row[i]] = first + slot[at] - 1;
	}
	return known;
}

/* A hash table of millions of keys misses every cache. So rows are first parted by a hash of their key, then each part is numbered
 * in a table that stays in the cache, at last the numbers are brought into the order of first appearance. */
static uint32_t number_many(const struct joined *j, ptrdiff_t rows, uint32_t *class)
{
	uint32_t parts = 1, n = 0, classes = 0;

	while ((ptrdiff_t)parts * PART < rows && parts < 256)
		parts *= 2;
	ptrdiff_t *start = anon_take_zeroed((ptrdiff_t)parts + 1, (ptrdiff_t)sizeof *start), most = 0;
	for (ptrdiff_t r = 0; r < rows; r++)
		start[(spread(joined_key(j, r), UINT32_MAX) & (parts - 1)) + 1]++;
	for (uint32_t p = 0; p < parts; p++) {
		most = MAX(most, start[p + 1]);
		start[p + 1] += start[p];
	}
	uint64_t *key = anon_take(rows, (ptrdiff_t)sizeof *key);
	uint32_t *row = anon_take(rows, (ptrdiff_t)sizeof *row), *slot = anon_take(most * 4 + 2, (ptrdiff_t)sizeof *slot);
	for (ptrdiff_t r = 0; r < rows; r++) {
		uint64_t k = joined_key(j, r);
		ptrdiff_t at = start[spread(k, UINT32_MAX) & (parts - 1)]++;
		key[at] = k;
		row[at] = (uint32_t)r;
	}
	for (uint32_t p = 0; p < parts; p++) {
		ptrdiff_t from = p ? start[p - 1] : 0;      /* each start has moved on to the next one's */
		n += number_part(key + from, row + from, start[p] - from, n, slot, class);
	}
	free(key);
	free(row);
	free(slot);
	free(start);
	uint32_t *renamed = anon_take_zeroed(n, (ptrdiff_t)sizeof *renamed);
	for (ptrdiff_t r = 0; r < rows; r++) {
		uint32_t *to = &renamed[class[r]];
		if (!*to)
			*to = ++classes;
		class[r] = *to - 1;
	}
	free(renamed);
	return n;
}

/* Joins as many columns as fit beside the class found so far into one 64-bit key, numbers the keys, and
 * goes on with the rest: exact for any number of columns, one pass for most tables. */
void anon_group(const uint32_t *const *code, const uint32_t *nvalues, int n, ptrdiff_t rows, uint32_t **ret_class,
	uint32_t *ret_n)
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
		nclasses = rows >= MANY ? number_many(&j, rows, class) : number_rows(&j, rows, class);
	}
	*ret_class = class;
	*ret_n = nclasses;
}

void anon_table_group(const struct anon_table *t, const int *columns, int n, uint32_t **ret_class, uint32_t *ret_n)
{
	const uint32_t *code[ANON_COLUMNS_MAX];
	uint32_t nvalues[ANON_COLUMNS_MAX];

	for (int c = 0; c < n; c++) {
		code[c] = t->column[columns[c]].code;
		nvalues[c] = t->column[columns[c]].dict.n;
	}
	anon_group(code, nvalues, n, t->rows, ret_class, ret_n);
}
