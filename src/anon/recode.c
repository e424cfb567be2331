/* recode.c - local recoding: groups from the walk of the nodes, then what bettering them is worth. */
#include "anon/recode_work.h"
#include "anon/share.h"
#include <assert.h>
#include <stdlib.h>

/* ---- tuples and their items ---- */

enum { RANGES = 64 };

static void tuples_range(void *context, ptrdiff_t range, int thread)
{
	struct work *w = context;
	const struct anon_task *t = w->t;

	(void)thread;
	for (ptrdiff_t i = anon_share_from(t->ntuples, RANGES, range), end = anon_share_from(t->ntuples, RANGES, range + 1); i < end; i++) {
		anon_set_codes(t, &t->items, w->item_start[i], w->code + i * w->q);
		w->group_of[i] = NOBODY;
		for (uint32_t k = w->item_start[i]; k < w->item_start[i + 1]; k++) {
			w->rows[i] += t->items.count[k];
			w->population[i] += t->has_population ? t->items.population[k] : 0;
		}
	}
}

static void tuples_make(struct work *w)
{
	const struct anon_task *t = w->t;
	ptrdiff_t n = t->ntuples;

	w->code = anon_take(n * w->q, (ptrdiff_t)sizeof *w->code);
	w->rows = anon_take_zeroed(n, (ptrdiff_t)sizeof *w->rows);
	w->population = anon_take_zeroed(n, (ptrdiff_t)sizeof *w->population);
	w->item_start = anon_take(n + 1, (ptrdiff_t)sizeof *w->item_start);
	w->group_of = anon_take(n, (ptrdiff_t)sizeof *w->group_of);
	w->next = anon_take(n, (ptrdiff_t)sizeof *w->next);
	for (ptrdiff_t i = t->items.n - 1; i >= 0; i--)
		w->item_start[t->tuple_of_item[i]] = (uint32_t)i;
	w->item_start[n] = (uint32_t)t->items.n;
	anon_share(t->threads, RANGES, tuples_range, w);
}

/* ---- groups ---- */

uint32_t group_new(struct work *w, uint32_t tuple, const uint8_t *level)
{
	if (w->ngroups == w->cap) {
		w->cap = w->cap ? w->cap * 2 : 1024;
		w->group = anon_grow(w->group, w->cap, (ptrdiff_t)sizeof *w->group);
		w->level = anon_grow(w->level, (ptrdiff_t)w->cap * w->q, 1);
		w->label_code = anon_grow(w->label_code, (ptrdiff_t)w->cap * w->q, (ptrdiff_t)sizeof *w->label_code);
	}
	uint32_t g = w->ngroups++;
	w->group[g] = (struct group){ .first = NOBODY };
	memcpy(w->level + (ptrdiff_t)g * w->q, level, (size_t)w->q);
	memcpy(w->label_code + (ptrdiff_t)g * w->q, w->code + (ptrdiff_t)tuple * w->q, (size_t)w->q * sizeof *w->code);
	return g;
}

void group_add(struct work *w, uint32_t g, uint32_t tuple)
{
	struct group *p = &w->group[g];

	w->next[tuple] = p->first;
	p->first = tuple;
	p->tuples++;
	p->count += w->rows[tuple];
	p->population += w->population[tuple];
	w->group_of[tuple] = g;
}

static void group_remove(struct work *w, uint32_t tuple)
{
	struct group *p = &w->group[w->group_of[tuple]];
	uint32_t *at = &p->first;

	while (*at != tuple)
		at = &w->next[*at];
	*at = w->next[tuple];
	p->tuples--;
	p->count -= w->rows[tuple];
	p->population -= w->population[tuple];
	w->group_of[tuple] = NOBODY;
}

/* Would a group satisfy all models with one tuple more or one less (NOBODY: none)? */
static bool group_ok(struct work *w, uint32_t g, uint32_t more, uint32_t less)
{
	const struct anon_task *t = w->t;
	struct anon_class c = { .count = w->group[g].count, .population = w->group[g].population };
	ptrdiff_t n = 0;
	bool must;

	if (more != NOBODY) {
		c.count += w->rows[more];
		c.population += w->population[more];
	}
	if (less != NOBODY) {
		c.count -= w->rows[less];
		c.population -= w->population[less];
	}
	if (c.count <= 0)
		return false;
	for (int f = 0; f < t->nsensitive; f++) {
		ptrdiff_t from = n;
		for (uint32_t i = more != NOBODY ? more : w->group[g].first, left = 1; i != NOBODY; ) {
			for (uint32_t j = w->item_start[i]; i != less && j < w->item_start[i + 1]; j++) {
				if (n == w->s.value_cap) {
					w->s.value_cap = w->s.value_cap ? w->s.value_cap * 2 : 4096;
					w->s.value = anon_grow(w->s.value, w->s.value_cap, (ptrdiff_t)sizeof *w->s.value);
				}
				if (t->items.count[j])
					w->s.value[n++] = (struct anon_value){ anon_set_code(t, &t->items, j, w->q + f), t->items.count[j] };
			}
			i = left && i == more ? w->group[g].first : w->next[i];
			left = 0;
		}
		c.n[f] = (int)(n - from);
	}
	ptrdiff_t at = 0;
	for (int f = 0; f < t->nsensitive; f++) {
		ptrdiff_t all = c.n[f];
		c.value[f] = w->s.value + at;
		c.n[f] = anon_values_sort(w->s.value + at, (int)all);
		at += all;
	}
	return anon_class_ok(t, &c, &must);
}

/* ---- cost of joining ---- */

/* The lowest level from `from` up at which two values of a column share their label; -1 when there is none. */
static inline int meet(const struct anon_levels *v, int from, uint32_t a, uint32_t b)
{
	for (int l = from; l < v->levels; l++)
		if (v->map[l][a] == v->map[l][b])
			return l;
	return -1;
}

/* Loss that a group costs its rows, one row, at its levels. */
static int64_t saved(const struct work *w, uint32_t g)
{
	int64_t sum = 0;

	for (int c = 0; c < w->q; c++) {
		int l = w->level[(ptrdiff_t)g * w->q + c];
		sum += w->t->save[c][l][w->t->quasi[c].map[l][w->label_code[(ptrdiff_t)g * w->q + c]]];
	}
	return sum;
}

/* What the loss rises by when a tuple joins group g: INT64_MAX when they have no common label, or it exceeds `most`.
 * The rows of the tuple cost cost_all - their saving; cost_all is left out. */
static int64_t join_cost(const struct work *w, uint32_t g, uint32_t tuple, int64_t most)
{
	const struct anon_task *t = w->t;
	const uint32_t *a = w->code + (ptrdiff_t)tuple * w->q, *b = w->label_code + (ptrdiff_t)g * w->q;
	const uint8_t *level = w->level + (ptrdiff_t)g * w->q;
	int64_t cost = 0, count = w->group[g].count, rows = w->rows[tuple];

	for (int i = 0; i < w->q; i++) {
		int c = t->order[i], was = level[c], l = meet(&t->quasi[c], was, a[c], b[c]);
		if (l < 0)
			return INT64_MAX;
		int64_t now = t->save[c][l][t->quasi[c].map[l][b[c]]];
		if (l != was)
			cost += count * (t->save[c][was][t->quasi[c].map[was][b[c]]] - now);
		cost += rows * (((int64_t)1 << t->scale) - now);
		if (cost >= most)
			return INT64_MAX;
	}
	return cost;
}

static void join(struct work *w, uint32_t g, uint32_t tuple)
{
	uint8_t *level = w->level + (ptrdiff_t)g * w->q;
	bool raised = false;

	for (int c = 0; c < w->q; c++) {
		int l = meet(&w->t->quasi[c], level[c], w->code[(ptrdiff_t)tuple * w->q + c], w->label_code[(ptrdiff_t)g * w->q + c]);
		raised = raised || l != level[c];
		level[c] = (uint8_t)l;
	}
	group_add(w, g, tuple);
	if (raised)
		near_put(w, g, true);
}

enum { ANY = -1, NEAR = 1 };

/* The group that the tuple makes least worse, among those that fit it in all columns but `misses`; NOBODY when none costs
 * less than `most`. */
static uint32_t best_group(struct work *w, uint32_t tuple, int misses, int64_t most)
{
	uint32_t best = NOBODY, own = w->group_of[tuple];

	for (ptrdiff_t i = 0; i < w->near.words; i++) {
		for (uint64_t word = misses == ANY ? UINT64_MAX : near_word(w, tuple, misses, i); word; word &= word - 1) {
			uint32_t g = (uint32_t)(i * 64 + __builtin_ctzll(word));
			if (g >= w->ngroups)
				break;
			if (g == own || !w->group[g].count)
				continue;
			w->compared++;
			int64_t cost = join_cost(w, g, tuple, most);
			if (cost < most && group_ok(w, g, tuple, NOBODY)) {
				most = cost;
				best = g;
			}
		}
	}
	return best;
}

/* ---- after the peeling ---- */

/* Every column at the lowest level that gives all tuples of the group the same label. */
static void tighten(struct work *w, uint32_t g)
{
	uint8_t *level = w->level + (ptrdiff_t)g * w->q;
	uint32_t *label_code = w->label_code + (ptrdiff_t)g * w->q, first = w->group[g].first;

	bool lower = false;
	if (first == NOBODY)
		return;
	memcpy(label_code, w->code + (ptrdiff_t)first * w->q, (size_t)w->q * sizeof *label_code);
	for (int c = 0; c < w->q; c++) {
		int l = 0;
		for (uint32_t i = w->next[first]; i != NOBODY && l < level[c]; i = w->next[i])
			l = meet(&w->t->quasi[c], l, label_code[c], w->code[(ptrdiff_t)i * w->q + c]);
		lower = lower || l < level[c];
		level[c] = (uint8_t)MIN(l, (int)level[c]);
	}
	if (lower && w->near.words)
		near_put(w, g, true);
}

static bool is_small_enough(const struct anon_task *t)
{
	for (int i = 0; i < t->nmodels; i++)
		if (t->model[i].kind == ANON_DELTA_PRESENCE && t->model[i].min > 0)
			return false;
	return true;
}

/* What no node took joins the group that it makes least worse; what none can take is suppressed. */
static int64_t place_rest(struct work *w)
{
	int64_t suppressed = 0;

	for (uint32_t i = 0; i < w->t->ntuples; i++) {
		if (w->group_of[i] != NOBODY || w->rows[i] == 0)
			continue;
		uint32_t g = best_group(w, i, 2, INT64_MAX);
		if (g == NOBODY)
			g = best_group(w, i, ANY, INT64_MAX);
		if (g == NOBODY)
			suppressed += w->rows[i];
		else
			join(w, g, i);
	}
	return suppressed;
}

struct dear { int64_t cost; uint32_t tuple; };

static int by_cost(const void *pa, const void *pb)
{
	const struct dear *a = pa, *b = pb;

	return a->cost > b->cost ? -1 : a->cost < b->cost ? 1 : a->tuple < b->tuple ? -1 : a->tuple > b->tuple;
}

/* Moves one tuple to where it costs less. Its group must do without it, or be dissolved by the moves that follow. */
static bool move(struct work *w, uint32_t tuple)
{
	uint32_t own = w->group_of[tuple];

	if (!group_ok(w, own, NOBODY, tuple))
		return false;
	int64_t now = w->rows[tuple] * (((int64_t)w->q << w->t->scale) - saved(w, own));
	uint32_t g = best_group(w, tuple, NEAR, now);
	if (g == NOBODY)
		return false;
	group_remove(w, tuple);
	join(w, g, tuple);
	tighten(w, own);
	w->moved++;
	return true;
}

/* Dissolves a group when all its tuples together cost less elsewhere. */
static bool dissolve(struct work *w, uint32_t g)
{
	uint32_t member[64], to[64];
	int n = 0;
	int64_t now = w->group[g].count * (((int64_t)w->q << w->t->scale) - saved(w, g)), cost = 0;

	if (w->group[g].tuples > COUNT(member))
		return false;
	for (uint32_t i = w->group[g].first; i != NOBODY; i = w->next[i])
		member[n++] = i;
	for (int i = 0; i < n; i++) {
		to[i] = best_group(w, member[i], NEAR, now - cost);
		if (to[i] == NOBODY)
			return false;
		cost += join_cost(w, to[i], member[i], INT64_MAX);
	}
	for (int i = 0; i < n; i++)          /* two that go to the same group may cost more together, and break its model */
		for (int j = 0; j < i; j++)
			if (to[i] == to[j])
				return false;
	for (int i = 0; i < n; i++) {
		group_remove(w, member[i]);
		join(w, to[i], member[i]);
		w->moved++;
	}
	near_put(w, g, false);
	return true;
}

/* The dearest tuples first. */
static void improve(struct work *w, int64_t effort)
{
	struct dear *d = anon_take(w->t->ntuples, (ptrdiff_t)sizeof *d);
	ptrdiff_t n = 0;

	for (uint32_t i = 0; i < w->t->ntuples; i++)
		if (w->group_of[i] != NOBODY && w->rows[i])
			d[n++] = (struct dear){ ((int64_t)w->q << w->t->scale) - saved(w, w->group_of[i]), i };
	qsort(d, (size_t)n, sizeof *d, by_cost);
	for (ptrdiff_t i = 0; i < n && w->compared < effort && d[i].cost > 0; i++) {
		uint32_t g = w->group_of[d[i].tuple];
		if (!move(w, d[i].tuple) && w->group[g].first == d[i].tuple)
			IGNORE(dissolve(w, g));
	}
	free(d);
}

/* ---- the answer ---- */

static int64_t loss_of(const struct work *w, int64_t suppressed)
{
	const struct anon_task *t = w->t;
	int64_t loss = anon_loss_is_separable(t->loss) ? t->cost_all : suppressed * t->rows, groups = suppressed > 0;

	for (uint32_t g = 0; g < w->ngroups; g++) {
		int64_t n = w->group[g].count;
		groups += n > 0;
		if (n && anon_loss_is_separable(t->loss))
			loss -= n * saved(w, g);
		else
			loss += n * n;
	}
	return t->loss == ANON_AVERAGE_CLASS ? -groups : loss;
}

static void answer(struct work *w, int64_t suppressed, struct anon_recoding *ret)
{
	uint32_t *new_number = anon_take(w->ngroups, (ptrdiff_t)sizeof *new_number), n = 0;
	struct anon_recoding r = { .suppressed = suppressed, .visited = w->visited, .moved = w->moved };

	r.loss = loss_of(w, suppressed);
	r.count = anon_take(w->ngroups, (ptrdiff_t)sizeof *r.count);
	for (uint32_t g = 0; g < w->ngroups; g++) {
		if (!w->group[g].count)
			continue;
		memmove(w->level + (ptrdiff_t)n * w->q, w->level + (ptrdiff_t)g * w->q, (size_t)w->q);
		memmove(w->label_code + (ptrdiff_t)n * w->q, w->label_code + (ptrdiff_t)g * w->q, (size_t)w->q * sizeof(uint32_t));
		r.count[n] = w->group[g].count;
		new_number[g] = n++;
	}
	for (uint32_t i = 0; i < w->t->ntuples; i++)
		if (w->group_of[i] != NOBODY)
			w->group_of[i] = new_number[w->group_of[i]];
	free(new_number);
	r.ngroups = n;
	r.group_of_tuple = w->group_of;
	r.level = w->level;
	r.code = w->label_code;
	w->group_of = NULL;
	w->level = NULL;
	w->label_code = NULL;
	*ret = r;
}

enum status anon_recode(const struct anon_task *t, int64_t effort, struct anon_recoding *ret)
{
	struct work w = { .t = t, .q = t->nquasi };

	assert(t->nquasi > 0);
	if (!is_small_enough(t))
		return ST_NO;           /* presence with a lower bound: every class of the population would have to be kept */
	tuples_make(&w);
	recode_peel(&w);
	near_make(&w);
	int64_t suppressed = place_rest(&w);
	for (uint32_t g = 0; g < w.ngroups; g++)
		tighten(&w, g);
	if (effort > 0)
		improve(&w, effort);
	enum status st = suppressed <= t->limit ? ST_OK : ST_NO;
	if (st == ST_OK)
		answer(&w, suppressed, ret);
	free(w.code);
	free(w.rows);
	free(w.population);
	free(w.item_start);
	free(w.group_of);
	free(w.next);
	free(w.group);
	free(w.level);
	free(w.label_code);
	near_free(&w);
	anon_scratch_free(&w.s);
	return st;
}

void anon_recoding_free(struct anon_recoding *r)
{
	free(r->group_of_tuple);
	free(r->level);
	free(r->code);
	free(r->count);
	*r = (struct anon_recoding){ 0 };
}
