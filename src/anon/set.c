/* set.c - sets of packed keys, for each width of key. */
#include "anon/set.h"
#include <assert.h>
#include <stdlib.h>

static void anon_runs_room(struct anon_runs *p, ptrdiff_t more)
{
	if (p->n + more <= p->end_cap)
		return;
	p->end_cap = (p->n + more) * 2;
	p->end = anon_grow(p->end, p->end_cap, (ptrdiff_t)sizeof *p->end);
}

#define KEY uint32_t
#define WIDTH 32
#define F(name) CAT(name, _32)
#include "anon/set.inc"
#undef KEY
#undef WIDTH
#undef F
#define KEY uint64_t
#define WIDTH 64
#define F(name) CAT(name, _64)
#include "anon/set.inc"
#undef KEY
#undef WIDTH
#undef F
#define KEY unsigned __int128
#define WIDTH 128
#define F(name) CAT(name, _128)
#include "anon/set.inc"

#define BY_WIDTH(t, name, ...) ((t)->width == 32 ? name##_32(__VA_ARGS__) : (t)->width == 64 ? name##_64(__VA_ARGS__) \
	: name##_128(__VA_ARGS__))

void anon_scratch_free(struct anon_scratch *s)
{
	free(s->slot);
	free(s->rows);
	free(s->crowd);
	free(s->class);
	free(s->start);
	free(s->value);
	anon_set_free(&s->a);
	anon_set_free(&s->b);
	anon_set_free(&s->spare);
	anon_set_free(&s->runs.set);
	free(s->runs.end);
	free(s->runs.origin);
	*s = (struct anon_scratch){ 0 };
}

/* Place of the highest column in the key that changes; -1 when none does. */
static int highest_change(const struct anon_task *t, const uint8_t *at, const uint8_t *to)
{
	int d = t->nquasi - 1;

	while (d >= 0 && at[t->order[d]] == to[t->order[d]])
		d--;
	return d;
}

/* Makes the table large enough for a run, and gives the first number that no slot of it holds. */
static uint32_t slots_for(struct anon_scratch *s, ptrdiff_t run, ptrdiff_t items)
{
	int bits = 1;

	while (((ptrdiff_t)1 << bits) < run * 4)        /* see F(join): at most four times the run */
		bits++;
	if (((ptrdiff_t)1 << bits) > s->nslots) {
		s->nslots = (ptrdiff_t)1 << bits;
		s->slot = anon_grow(s->slot, s->nslots, (ptrdiff_t)sizeof *s->slot);
		s->epoch = UINT32_MAX;
	}
	if (s->epoch > UINT32_MAX - (uint32_t)items) {
		memset(s->slot, 0, (size_t)s->nslots * sizeof *s->slot);
		s->epoch = 1;
	}
	return s->epoch;
}

void anon_set_roll(const struct anon_task *t, const struct anon_set *from, const uint8_t *at, const uint8_t *to, bool tuples_only,
	struct anon_set *into, uint32_t *index, struct anon_scratch *s)
{
	int place = MAX(highest_change(t, at, to), from->grouped), end = t->end[place + 1];
	ptrdiff_t run = BY_WIDTH(t, longest_run, from, end);
	struct anon_runs *p = &s->runs;

	if (run <= 4 * ANON_PART) {
		uint32_t epoch = slots_for(s, run, from->n);
		BY_WIDTH(t, roll, t, from, at, to, tuples_only, into, index, end, s->slot, epoch);
	} else {
		anon_set_room(t, &p->set, &p->set_cap, from->n);
		if (index && p->origin_cap < from->n) {
			p->origin_cap = from->n;
			p->origin = anon_grow(p->origin, from->n, (ptrdiff_t)sizeof *p->origin);
		}
		BY_WIDTH(t, part, t, from, at, to, tuples_only, end, index != NULL, p);
		run = 0;
		for (ptrdiff_t i = 0; i < p->n; i++)
			run = MAX(run, p->end[i] - (i ? p->end[i - 1] : 0));
		uint32_t epoch = slots_for(s, run, from->n);
		BY_WIDTH(t, join_parts, p, into, index, s->slot, epoch);
	}
	s->epoch += (uint32_t)into->n;
	into->grouped = place;
}

ptrdiff_t anon_set_crowd(const struct anon_task *t, const struct anon_set *set, const uint32_t *item, ptrdiff_t n, const uint8_t *at,
	const uint8_t *to, int64_t k, struct anon_scratch *s)
{
	int bits = 6;
	ptrdiff_t m = 0;

	while (bits < 31 && (ptrdiff_t)1 << bits < n * 4)        /* so sparse that few slots hold more than one class */
		bits++;
	if ((ptrdiff_t)1 << bits > s->rows_cap) {
		free(s->rows);
		s->rows_cap = (ptrdiff_t)1 << bits;
		s->rows = anon_take(s->rows_cap, (ptrdiff_t)sizeof *s->rows);
	}
	if (n > s->crowd_cap) {
		free(s->crowd);
		s->crowd_cap = n;
		s->crowd = anon_take(n, (ptrdiff_t)sizeof *s->crowd);
	}
	memset(s->rows, 0, sizeof *s->rows << bits);
	BY_WIDTH(t, crowd, t, set, item, n, at, to, bits, s->rows, s->crowd);
	k = MIN(k, UINT16_MAX);          /* the tally stops there */
	for (ptrdiff_t i = 0; i < n; i++) {
		bool stays = s->rows[s->crowd[i]] >= k;      /* crowd[] holds hashes until it is passed */
		s->crowd[m] = item ? item[i] : (uint32_t)i;
		m += stays;
	}
	return m;
}

void anon_set_pick(const struct anon_task *t, const struct anon_set *from, const uint32_t *item, ptrdiff_t n, struct anon_set *into,
	ptrdiff_t *cap)
{
	assert(from != into);
	anon_set_room(t, into, cap, n);
	into->n = n;
	into->grouped = from->grouped;
	BY_WIDTH(t, pick, from, item, into);
}

void anon_set_sort(const struct anon_task *t, struct anon_set *set, uint32_t *companion)
{
	BY_WIDTH(t, sort, set, companion, t->end[t->nquasi]);
	set->grouped = -1;
}

void anon_set_small(const struct anon_task *t, const struct anon_set *set, const uint8_t *levels, int64_t k, int64_t *ret_rows,
	int64_t *ret_save, int64_t *ret_classes)
{
	BY_WIDTH(t, small, t, set, levels, k, ret_rows, ret_save, ret_classes);
}

uint32_t anon_set_code(const struct anon_task *t, const struct anon_set *set, ptrdiff_t i, int field)
{
	return BY_WIDTH(t, code, t, set, i, field);
}

void anon_set_codes(const struct anon_task *t, const struct anon_set *set, ptrdiff_t i, uint32_t *ret_code)
{
	BY_WIDTH(t, codes, t, set, i, ret_code);
}

int64_t anon_set_save(const struct anon_task *t, const struct anon_set *set, ptrdiff_t i, const uint8_t *levels)
{
	return BY_WIDTH(t, save, t, set, i, levels);
}

void anon_set_put(const struct anon_task *t, struct anon_set *set, ptrdiff_t i, const uint32_t *codes)
{
	BY_WIDTH(t, put, t, set, i, codes);
}

struct anon_set anon_set_make(const struct anon_task *t, ptrdiff_t n)
{
	struct anon_set s = { 0 };
	ptrdiff_t cap = 0;

	anon_set_room(t, &s, &cap, n);
	return s;
}

void anon_set_room(const struct anon_task *t, struct anon_set *set, ptrdiff_t *cap, ptrdiff_t n)
{
	if (n <= *cap && set->key)
		return;
	anon_set_free(set);
	*cap = n;
	set->key = anon_take(n + 1, t->width / 8);         /* one more: the place of the next new key is read */
	set->count = anon_take(n + 1, (ptrdiff_t)sizeof *set->count);
	set->population = t->has_population ? anon_take(n + 1, (ptrdiff_t)sizeof *set->population) : NULL;
}

struct anon_set anon_set_copy(const struct anon_task *t, const struct anon_set *set)
{
	struct anon_set s = anon_set_make(t, set->n);

	s.n = set->n;
	s.grouped = set->grouped;
	memcpy(s.key, set->key, (size_t)(set->n * (t->width / 8)));
	memcpy(s.count, set->count, (size_t)set->n * sizeof *s.count);
	if (s.population && set->population)
		memcpy(s.population, set->population, (size_t)set->n * sizeof *s.population);
	return s;
}

void anon_set_free(struct anon_set *set)
{
	free(set->key);
	free(set->count);
	free(set->population);
	*set = (struct anon_set){ 0 };
}

ptrdiff_t anon_set_bytes(const struct anon_task *t, const struct anon_set *set)
{
	return set->n * (t->width / 8 + (t->has_population ? 8 : 4));
}
