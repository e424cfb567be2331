/* peel.c - the walk of local recoding: nodes from the least to the most general, what satisfies all models leaves. */
#include "anon/recode_work.h"
#include <stdlib.h>

enum { NODES_MAX = 1 << 16 };

/* Items that may still find a class, in their order. What has been taken since it was last tidied is still in it. */
struct rest { uint32_t *item; ptrdiff_t n, taken, made; };

struct walk {
	struct work *w;
	struct rest  all;
	/* A class of k rows lies within k rows that agree in fewer columns. So for each choice of levels of the first column, of
	 * the first two and so on, the items are kept that may have k companions there: no other needs a look at a node with these
	 * levels. Columns with most values come first. part[d]: by the levels of d + 1 columns. */
	struct rest *part[ANON_QUASI_MAX];
	int      ncolumns;            /* 0: a large table, which has no parts */
	struct anon_set packed;       /* then all items that are left lie here one after the other, and some that have gone */
	ptrdiff_t packed_cap, packed_for;
	int64_t  k;
	struct anon_set set;          /* the items that may be in a class of k rows at the node */
	ptrdiff_t set_cap;
	uint32_t *index, *group;      /* class of each of them, group of each class */
	int64_t  budget, spent;       /* items put into classes */
};

static const uint8_t bottom[ANON_QUASI_MAX];

static ptrdiff_t items_left(const struct walk *v)
{
	return v->w->t->items.n - v->w->taken;
}

static bool is_taken(const struct walk *v, uint32_t item)
{
	return v->w->group_of[v->w->t->tuple_of_item[item]] != NOBODY;
}

static ptrdiff_t drop_taken(const struct walk *v, uint32_t *item, ptrdiff_t n)
{
	ptrdiff_t m = 0;

	for (ptrdiff_t i = 0; i < n; i++) {
		item[m] = item[i];
		m += !is_taken(v, item[i]);
	}
	return m;
}

static void tidy(const struct walk *v, struct rest *r)
{
	if (r->taken == v->w->taken)
		return;
	r->n = drop_taken(v, r->item, r->n);
	r->taken = v->w->taken;
}

static void pack(struct walk *v)
{
	tidy(v, &v->all);
	anon_set_pick(v->w->t, &v->w->t->items, v->all.item, v->all.n, &v->packed, &v->packed_cap);
	v->packed_for = v->all.n;
}

/* Items of a part that may be in a class of k rows at a node, in s.crowd; how many. */
static ptrdiff_t crowd_of_part(struct walk *v, const struct rest *r, const uint8_t *level)
{
	v->spent += r->n;
	return anon_set_crowd(v->w->t, &v->w->t->items, r->item, r->n, bottom, level, v->k, &v->w->s);
}

/* The same of all items. What has gone leaves an eighth at a time: until then it may only bring more into the crowd. */
static ptrdiff_t crowd_of_all(struct walk *v, const uint8_t *level)
{
	uint32_t *crowd;

	if (items_left(v) < v->packed_for - v->packed_for / 8)
		pack(v);
	v->spent += items_left(v);
	ptrdiff_t n = anon_set_crowd(v->w->t, &v->packed, NULL, v->packed.n, bottom, level, v->k, &v->w->s);
	crowd = v->w->s.crowd;
	for (ptrdiff_t i = 0; i < n; i++)
		crowd[i] = v->all.item[crowd[i]];
	return drop_taken(v, crowd, n);
}

/* The items that are worth a look at a node, by its levels of columns 0 ... depth. Made from what those of one column less
 * have; made again, from what it was, when a quarter of all items has gone. */
static struct rest *part_for(struct walk *v, const uint8_t *level, int depth)
{
	const struct anon_task *t = v->w->t;
	uint8_t at[ANON_QUASI_MAX];
	ptrdiff_t n = 0;

	if (depth < 0) {
		tidy(v, &v->all);
		return &v->all;
	}
	for (int d = 0; d <= depth; d++)
		n = n * t->quasi[t->order[d]].levels + level[t->order[d]];
	struct rest *r = &v->part[depth][n], *from = r->item ? r : part_for(v, level, depth - 1);
	tidy(v, from);
	if (from == r && items_left(v) >= r->made - r->made / 4)
		return r;
	for (int d = 0; d < t->nquasi; d++)
		at[t->order[d]] = d <= depth ? level[t->order[d]] : (uint8_t)(t->quasi[t->order[d]].levels - 1);
	ptrdiff_t m = crowd_of_part(v, from, at);
	if (from != r) {
		r->item = anon_take(m, (ptrdiff_t)sizeof *r->item);
		r->taken = from->taken;
		v->spent -= from->n;            /* its first making is paid for, see parts_make */
	}
	memcpy(r->item, v->w->s.crowd, (size_t)m * sizeof *r->item);
	r->n = m;
	r->made = items_left(v);
	return r;
}

/* Classes that satisfy all models leave; without `bad` those of k rows. Classes are those of v->set. */
static void take(struct walk *v, const uint32_t *item, const bool *bad, const uint8_t *level)
{
	struct work *w = v->w;
	struct anon_scratch *s = &w->s;

	anon_set_room(w->t, &s->a, &s->a_cap, v->set.n);
	anon_set_roll(w->t, &v->set, bottom, level, true, &s->a, v->index, s);
	memset(v->group, 0xFF, (size_t)s->a.n * sizeof *v->group);
	for (ptrdiff_t i = 0; i < v->set.n; i++) {
		uint32_t *g = &v->group[v->index[i]], tuple = w->t->tuple_of_item[item[i]];
		if (bad ? bad[i] : s->a.count[v->index[i]] < v->k)
			continue;
		if (*g == NOBODY)
			*g = group_new(w, tuple, level);
		if (w->group_of[tuple] == NOBODY)
			group_add(w, *g, tuple);
		w->taken++;
	}
}

static void peel_node(struct walk *v, const uint8_t *level)
{
	struct work *w = v->w;
	ptrdiff_t n = v->ncolumns ? crowd_of_part(v, part_for(v, level, v->ncolumns - 1), level) : crowd_of_all(v, level);
	const uint32_t *item = w->s.crowd;
	struct anon_eval e;

	w->visited++;
	if (n == 0)
		return;
	anon_set_pick(w->t, &w->t->items, item, n, &v->set, &v->set_cap);
	if (!anon_models_need_values(w->t)) {
		take(v, item, NULL, level);
		return;
	}
	bool *bad = anon_take(n, 1), any = false;
	anon_node_eval(w->t, &v->set, bottom, level, &w->s, &e, bad);
	for (ptrdiff_t i = 0; i < n && !any; i++)
		any = !bad[i];
	if (any)
		take(v, item, bad, level);
	free(bad);
}

static ptrdiff_t parts_at(const struct walk *v, int depth)
{
	const struct anon_task *t = v->w->t;
	ptrdiff_t n = 1;

	for (int d = 0; d <= depth; d++)
		n *= t->quasi[t->order[d]].levels;
	return n;
}

/* As deep as making each part once costs an eighth of the budget; one or two columns leave out too little to be worth it. */
static void parts_make(struct walk *v)
{
	ptrdiff_t parts = 0, items = v->w->t->items.n;
	int n = 0;

	while (v->k > 1 && n < v->w->q - 1 && (parts += parts_at(v, n)) * items <= v->budget / 8)
		n++;
	v->ncolumns = n > 2 ? n : 0;
	if (v->ncolumns)
		v->budget *= 3;                /* a small table: the walk is whole, and still short */
	for (int d = 0; d < v->ncolumns; d++)
		v->part[d] = anon_take_zeroed(parts_at(v, d), (ptrdiff_t)sizeof **v->part);
}

static void parts_free(struct walk *v)
{
	for (int d = 0; d < v->ncolumns; d++) {
		for (ptrdiff_t i = 0; i < parts_at(v, d); i++)
			free(v->part[d][i].item);
		free(v->part[d]);
	}
}

/* ---- the nodes in the order of their loss ---- */

struct ordered { uint64_t base; uint32_t node; };

/* By the upper 33 bits of the base; nodes that agree there stay in their order. */
static void sort_nodes(struct ordered *o, ptrdiff_t n, struct ordered *other)
{
	enum { RADIX = 11 };
	uint64_t all = 1;
	int low = 0;

	for (ptrdiff_t i = 0; i < n; i++)
		all |= o[i].base;
	while (all >> low >> (3 * RADIX))
		low++;
	for (int pass = 0; pass < 3; pass++, low += RADIX) {
		ptrdiff_t start[(1 << RADIX) + 1] = { 0 };
		for (ptrdiff_t i = 0; i < n; i++)
			start[((o[i].base >> low) & ((1 << RADIX) - 1)) + 1]++;
		for (int i = 0; i < 1 << RADIX; i++)
			start[i + 1] += start[i];
		for (ptrdiff_t i = 0; i < n; i++)
			other[start[(o[i].base >> low) & ((1 << RADIX) - 1)]++] = o[i];
		memcpy(o, other, (size_t)n * sizeof *o);
	}
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
static void cost_levels(const struct anon_task *t, const struct rest *left, int64_t base[][ANON_LEVELS_MAX])
{
	for (int c = 0; c < t->nquasi; c++) {
		const struct anon_levels *v = &t->quasi[c];
		int64_t *rows = anon_take_zeroed(v->n, (ptrdiff_t)sizeof *rows);
		for (ptrdiff_t i = 0; i < left->n; i++)
			rows[anon_set_code(t, &t->items, left->item[i], c)] += t->items.count[left->item[i]];
		for (int l = 0; l < v->levels; l++) {
			base[c][l] = 0;
			for (uint32_t i = 0; i < v->n; i++)
				base[c][l] += rows[i] * (((int64_t)1 << t->scale) - t->save[c][l][v->map[l][i]]);
		}
		free(rows);
	}
}

/* The nodes that are walked, and their levels. */
struct route { ptrdiff_t n; uint8_t *level; struct ordered *next, *other; };

static struct route route_make(const struct anon_task *t)
{
	uint8_t (*chosen)[ANON_LEVELS_MAX] = anon_take_zeroed(t->nquasi, ANON_LEVELS_MAX);
	int n[ANON_QUASI_MAX];
	struct route r = { .n = choose_levels(t, chosen, n) };

	r.level = anon_take(r.n, t->nquasi);
	r.next = anon_take(r.n, (ptrdiff_t)sizeof *r.next);
	r.other = anon_take(r.n, (ptrdiff_t)sizeof *r.other);
	for (ptrdiff_t i = 0; i < r.n; i++) {
		ptrdiff_t rest = i;
		r.next[i] = (struct ordered){ .node = (uint32_t)i };
		for (int c = 0; c < t->nquasi; c++) {
			r.level[i * t->nquasi + c] = chosen[c][rest % n[c]];
			rest /= n[c];
		}
	}
	free(chosen);
	return r;
}

/* Orders the nodes from place `from` of the route. */
static void route_order(const struct anon_task *t, const struct route *r, const struct rest *left, ptrdiff_t from)
{
	int64_t (*base)[ANON_LEVELS_MAX] = anon_take_zeroed(t->nquasi, (ptrdiff_t)sizeof *base);

	cost_levels(t, left, base);
	for (ptrdiff_t i = from; i < r->n; i++) {
		const uint8_t *level = r->level + (ptrdiff_t)r->next[i].node * t->nquasi;
		int64_t sum = 0;
		for (int c = 0; c < t->nquasi; c++)
			sum += base[c][level[c]];
		r->next[i].base = (uint64_t)MAX(sum, 0);
	}
	sort_nodes(r->next + from, r->n - from, r->other);
	free(base);
}

/* The nodes are ordered by what they would cost the rows that are left, and again whenever a quarter of those has gone.
 * A large table skips nodes: what is spent may run ahead of the walk by no more than what the rest of the nodes
 * needs, so that the whole walk costs a bounded number of passes over the table. */
void recode_peel(struct work *w)
{
	const struct anon_task *t = w->t;
	struct walk v = { .w = w, .all = { .n = t->items.n }, .k = anon_least_k(t),
		.budget = 64 * (int64_t)t->items.n + 40000000 };
	struct route route = route_make(t);
	ptrdiff_t ordered_for = 0, all = t->items.n;

	v.all.item = anon_take(all, (ptrdiff_t)sizeof *v.all.item);
	for (ptrdiff_t i = 0; i < all; i++)
		v.all.item[i] = (uint32_t)i;
	v.index = anon_take(all, (ptrdiff_t)sizeof *v.index);
	v.group = anon_take(all, (ptrdiff_t)sizeof *v.group);
	parts_make(&v);
	for (ptrdiff_t i = 0; i < route.n && items_left(&v); i++) {
		if (ordered_for == 0 || items_left(&v) < ordered_for - ordered_for / 4) {
			if (v.ncolumns)
				tidy(&v, &v.all);
			else
				pack(&v);
			route_order(t, &route, &v.all, i);
			ordered_for = items_left(&v);
		}
		if (i < route.n - 1 && (double)v.spent > (double)v.budget * ((double)(i + 64) / (double)(route.n + 64)))
			continue;
		peel_node(&v, route.level + (ptrdiff_t)route.next[i].node * t->nquasi);
	}
	parts_free(&v);
	free(v.all.item);
	free(v.index);
	free(v.group);
	anon_set_free(&v.set);
	anon_set_free(&v.packed);
	free(route.level);
	free(route.next);
	free(route.other);
}
