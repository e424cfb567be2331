/* recode.c - local recoding by peeling off classes, node by node. */
#include "anon/recode.h"
#include <assert.h>
#include <stdlib.h>

enum { NODES_MAX = 1 << 16 };
#define NOBODY UINT32_MAX

struct group { uint32_t first, tuples; int64_t count, population; };    /* first: head of its list of tuples */

struct work {
	const struct anon_task *t;
	int        q;
	/* tuples */
	uint32_t  *code;              /* ntuples x q */
	int64_t   *rows, *population;
	uint32_t  *item_start, *item; /* items of each tuple */
	uint32_t  *group_of, *next;   /* list of the tuples of a group */
	/* groups */
	struct group *group;
	uint8_t   *level;
	uint32_t  *label_code;        /* values of one tuple of the group */
	uint32_t   ngroups, cap;
	int64_t    visited, moved;
	struct anon_scratch s;
};

/* ---- tuples and their items ---- */

static void tuples_make(struct work *w)
{
	const struct anon_task *t = w->t;
	ptrdiff_t n = t->ntuples;

	w->code = anon_take(n * w->q, (ptrdiff_t)sizeof *w->code);
	w->rows = anon_take_zeroed(n, (ptrdiff_t)sizeof *w->rows);
	w->population = anon_take_zeroed(n, (ptrdiff_t)sizeof *w->population);
	w->item_start = anon_take_zeroed(n + 1, (ptrdiff_t)sizeof *w->item_start);
	w->item = anon_take(t->items.n, (ptrdiff_t)sizeof *w->item);
	w->group_of = anon_take(n, (ptrdiff_t)sizeof *w->group_of);
	w->next = anon_take(n, (ptrdiff_t)sizeof *w->next);
	for (ptrdiff_t i = 0; i < t->items.n; i++) {
		uint32_t at = t->tuple_of_item[i];
		for (int c = 0; c < w->q; c++)
			w->code[(ptrdiff_t)at * w->q + c] = anon_set_code(t, &t->items, i, c);
		w->rows[at] += t->items.count[i];
		w->population[at] += t->has_population ? t->items.population[i] : 0;
		w->item_start[at + 1]++;
	}
	for (ptrdiff_t i = 0; i < n; i++) {
		w->item_start[i + 1] += w->item_start[i];
		w->group_of[i] = NOBODY;
	}
	uint32_t *at = anon_take(n, (ptrdiff_t)sizeof *at);
	memcpy(at, w->item_start, (size_t)n * sizeof *at);
	for (ptrdiff_t i = 0; i < t->items.n; i++)
		w->item[at[t->tuple_of_item[i]]++] = (uint32_t)i;
	free(at);
}

/* ---- groups ---- */

static uint32_t group_new(struct work *w, uint32_t tuple, const uint8_t *level)
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

static void group_add(struct work *w, uint32_t g, uint32_t tuple)
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
				if (t->items.count[w->item[j]])
					w->s.value[n++] = (struct anon_value){ anon_set_code(t, &t->items, w->item[j], w->q + f),
						t->items.count[w->item[j]] };
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

/* ---- peeling ---- */

static bool peel_node(struct work *w, struct anon_set *left, uint32_t *tuple_of, const uint8_t *level)
{
	static const uint8_t bottom[ANON_QUASI_MAX];
	bool *bad = anon_take(left->n, (ptrdiff_t)sizeof *bad), any = false;
	struct anon_eval e;

	anon_node_eval(w->t, left, bottom, level, &w->s, &e, bad);
	w->visited++;
	for (ptrdiff_t i = 0; i < left->n && !any; i++)
		any = !bad[i];
	if (any) {
		uint32_t *index = anon_take(left->n, (ptrdiff_t)sizeof *index), *group;
		anon_set_room(w->t, &w->s.a, &w->s.a_cap, left->n);
		anon_set_roll(w->t, left, bottom, level, true, &w->s.a, index, &w->s);
		group = anon_take(w->s.a.n, (ptrdiff_t)sizeof *group);
		memset(group, 0xFF, (size_t)w->s.a.n * sizeof *group);
		ptrdiff_t m = 0;
		for (ptrdiff_t i = 0; i < left->n; i++) {
			uint32_t *g = &group[index[i]];
			if (bad[i])
				tuple_of[m++] = tuple_of[i];
			else if (*g == NOBODY)
				*g = group_new(w, tuple_of[i], level);
			if (!bad[i] && w->group_of[tuple_of[i]] == NOBODY)
				group_add(w, *g, tuple_of[i]);
		}
		anon_set_filter(w->t, left, bad);
		free(group);
		free(index);
	}
	free(bad);
	return any;
}

/* ---- the nodes in the order of their loss ---- */

struct ordered { int64_t base; uint32_t node; };

static int by_base(const void *pa, const void *pb)
{
	const struct ordered *a = pa, *b = pb;

	return a->base < b->base ? -1 : a->base > b->base ? 1 : a->node < b->node ? -1 : a->node > b->node;
}

/* The levels of each column that are walked: all, or where the lattice is too large, fewer of the columns that have most,
 * never without the lowest and the highest. */
static ptrdiff_t choose_levels(const struct anon_task *t, uint8_t chosen[][ANON_LEVELS_MAX], int *n)
{
	ptrdiff_t nodes;

	for (int c = 0; c < t->nquasi; c++) {
		n[c] = t->quasi[c].levels;
		for (int l = 0; l < n[c]; l++)
			chosen[c][l] = (uint8_t)l;
	}
	for (;;) {
		int most = 0;
		nodes = 1;
		for (int c = 0; c < t->nquasi && nodes <= NODES_MAX; c++)
			nodes *= n[c];
		for (int c = 1; c < t->nquasi; c++)
			most = n[c] > n[most] ? c : most;
		if (nodes <= NODES_MAX || n[most] <= 1)
			return nodes;
		if (n[most] == 2) {            /* then the column is either as it is or gone from the middle of the walk */
			chosen[most][0] = chosen[most][1];
			n[most] = 1;
			continue;
		}
		int drop = n[most] / 2;
		memmove(&chosen[most][drop], &chosen[most][drop + 1], (size_t)(n[most] - drop - 1));
		n[most]--;
	}
}

/* What each level of each column would cost the items that are left. */
static void cost_levels(const struct anon_task *t, const struct anon_set *left, int64_t base[][ANON_LEVELS_MAX])
{
	for (int c = 0; c < t->nquasi; c++) {
		const struct anon_levels *v = &t->quasi[c];
		int64_t *rows = anon_take_zeroed(v->n, (ptrdiff_t)sizeof *rows);
		for (ptrdiff_t i = 0; i < left->n; i++)
			rows[anon_set_code(t, left, i, c)] += left->count[i];
		for (int l = 0; l < v->levels; l++) {
			base[c][l] = 0;
			for (uint32_t i = 0; i < v->n; i++)
				base[c][l] += rows[i] * (((int64_t)1 << t->scale) - t->save[c][l][v->map[l][i]]);
		}
		free(rows);
	}
}

static void order_nodes(const struct anon_task *t, uint8_t chosen[][ANON_LEVELS_MAX], const int *n, const struct anon_set *left,
	struct ordered *o, ptrdiff_t nodes)
{
	int64_t (*base)[ANON_LEVELS_MAX] = anon_take_zeroed(t->nquasi, (ptrdiff_t)sizeof *base);

	cost_levels(t, left, base);
	for (ptrdiff_t i = 0; i < nodes; i++) {
		ptrdiff_t rest = o[i].node;
		o[i].base = 0;
		for (int c = 0; c < t->nquasi; c++) {
			o[i].base += base[c][chosen[c][rest % n[c]]];
			rest /= n[c];
		}
	}
	qsort(o, (size_t)nodes, sizeof *o, by_base);
	free(base);
}

/* The nodes are ordered by what they would cost the rows that are left, and again whenever those have become fewer by a
 * twentieth. A large table skips nodes: what is spent may run ahead of the walk by no more than what the rest of the nodes
 * needs, so that the whole walk costs a bounded number of passes over the table. */
static void peel(struct work *w)
{
	const struct anon_task *t = w->t;
	uint8_t (*chosen)[ANON_LEVELS_MAX] = anon_take_zeroed(t->nquasi, ANON_LEVELS_MAX), level[ANON_QUASI_MAX] = { 0 };
	int n[ANON_QUASI_MAX];
	ptrdiff_t nodes = choose_levels(t, chosen, n), ordered_for = 0;
	struct ordered *o = anon_take(nodes, (ptrdiff_t)sizeof *o);
	struct anon_set left = anon_set_copy(t, &t->items);
	uint32_t *tuple_of = anon_take(left.n, (ptrdiff_t)sizeof *tuple_of);
	int64_t budget = 64 * (int64_t)left.n + 40000000, spent = 0;

	memcpy(tuple_of, t->tuple_of_item, (size_t)left.n * sizeof *tuple_of);
	for (ptrdiff_t i = 0; i < nodes; i++)
		o[i].node = (uint32_t)i;
	for (ptrdiff_t i = 0; i < nodes && left.n; i++) {
		if (ordered_for == 0 || left.n < ordered_for - ordered_for / 20) {
			order_nodes(t, chosen, n, &left, o + i, nodes - i);
			ordered_for = left.n;
		}
		if (i < nodes - 1 && (double)spent > (double)budget * ((double)(i + 64) / (double)(nodes + 64)))
			continue;
		ptrdiff_t rest = o[i].node;
		for (int c = 0; c < t->nquasi; c++) {
			level[c] = chosen[c][rest % n[c]];
			rest /= n[c];
		}
		spent += left.n;
		peel_node(w, &left, tuple_of, level);
	}
	anon_set_free(&left);
	free(tuple_of);
	free(o);
	free(chosen);
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

	for (int c = 0; c < w->q; c++)
		level[c] = (uint8_t)meet(&w->t->quasi[c], level[c], w->code[(ptrdiff_t)tuple * w->q + c],
			w->label_code[(ptrdiff_t)g * w->q + c]);
	group_add(w, g, tuple);
}

static uint32_t best_group(struct work *w, uint32_t tuple, int64_t most)
{
	uint32_t best = NOBODY, own = w->group_of[tuple];

	for (uint32_t g = 0; g < w->ngroups; g++) {
		if (g == own || !w->group[g].count)
			continue;
		int64_t cost = join_cost(w, g, tuple, most);
		if (cost < most && group_ok(w, g, tuple, NOBODY)) {
			most = cost;
			best = g;
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

	if (first == NOBODY)
		return;
	memcpy(label_code, w->code + (ptrdiff_t)first * w->q, (size_t)w->q * sizeof *label_code);
	for (int c = 0; c < w->q; c++) {
		int l = 0;
		for (uint32_t i = w->next[first]; i != NOBODY && l < level[c]; i = w->next[i])
			l = meet(&w->t->quasi[c], l, label_code[c], w->code[(ptrdiff_t)i * w->q + c]);
		level[c] = (uint8_t)MIN(l, (int)level[c]);
	}
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
		uint32_t g = best_group(w, i, INT64_MAX);
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
	uint32_t g = best_group(w, tuple, now);
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
		to[i] = best_group(w, member[i], now - cost);
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
	return true;
}

static void improve(struct work *w, int64_t effort)
{
	struct dear *d = anon_take(w->t->ntuples, (ptrdiff_t)sizeof *d);
	ptrdiff_t n = 0;

	for (uint32_t i = 0; i < w->t->ntuples; i++)
		if (w->group_of[i] != NOBODY && w->rows[i])
			d[n++] = (struct dear){ ((int64_t)w->q << w->t->scale) - saved(w, w->group_of[i]), i };
	qsort(d, (size_t)n, sizeof *d, by_cost);
	for (ptrdiff_t i = 0; i < n && effort > 0 && d[i].cost > 0; i++) {
		uint32_t g = w->group_of[d[i].tuple];
		effort -= w->ngroups;
		if (!move(w, d[i].tuple) && w->group[g].first == d[i].tuple)
			effort -= dissolve(w, g) ? (int64_t)w->ngroups * 4 : w->ngroups;
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
	peel(&w);
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
	free(w.item);
	free(w.group_of);
	free(w.next);
	free(w.group);
	free(w.level);
	free(w.label_code);
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
