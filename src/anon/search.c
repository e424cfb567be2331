/* search.c - the optimal node of the lattice, by bounds on the loss.
 *
 * Loss of a node = base + add: what generalisation costs, and what suppression adds. Going to more general nodes base
 * never falls, and the part of add that stems from rows that `must` be suppressed never rises (node.h). So what an
 * evaluated node must add is a lower bound for every node below it, and what it must suppress, too. The search walks from
 * the top down, height by height: each node inherits the bounds of the nodes directly above it; where base plus bound
 * exceeds the best loss known, or the bound on suppression exceeds the limit, it is not evaluated. A first greedy descent
 * gives a good loss to start with. With no suppression at all every model is such that a node below a bad one is bad.
 *
 * To evaluate a node its items are rolled up from an anchor, a set already rolled up to levels that are nowhere higher.
 * An anchor is made a few steps below the node that asks for it, because the nodes still to come lie there. Large sets
 * are approached in stages, each with less room below. What no coming node can use is dropped with its height. */
#include "anon/search.h"
#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { THREADS_MAX = 16, SMALL = 2048 };                   /* a set of this size is evaluated as it is */

struct anchor {
	struct anchor  *next;
	struct anon_set set;
	int64_t         base;              /* lower bound of the loss of all nodes above, where classes must be known for it */
	uint8_t         level[ANON_QUASI_MAX];
	int             height, users;     /* under the lock */
	ptrdiff_t       cap;               /* not 0: nobody else knows it, its set is a thread's own memory */
};

struct node { int64_t add; uint8_t bad, done; };      /* bounds; bad: no node below can be a solution */

struct search {
	const struct anon_task *t;
	ptrdiff_t stride[ANON_QUASI_MAX];    /* of digit d, which is the level of column order[d] */
	int      levels[ANON_QUASI_MAX];     /* of digit d */
	ptrdiff_t nnodes;
	struct node *node;
	struct anchor *bottom;               /* all items at level 0 */
	struct anchor *anchors;              /* all others; under the lock */
	atomic_int_fast64_t best;            /* loss */
	ptrdiff_t best_node;                 /* under the lock */
	struct anon_eval best_eval;
	pthread_mutex_t lock;
	atomic_int_fast64_t visited;
	/* one height at a time */
	ptrdiff_t *by_height, *height_start;
	int      nheights;
	atomic_ptrdiff_t next;
	pthread_barrier_t barrier;
	struct anon_scratch scratch[THREADS_MAX];      /* of each thread */
};

static void digits_of(const struct search *s, ptrdiff_t node, uint8_t *levels)
{
	for (int d = 0; d < s->t->nquasi; d++) {
		levels[s->t->order[d]] = (uint8_t)(node / s->stride[d]);
		node %= s->stride[d];
	}
}

static int digit(const struct search *s, ptrdiff_t node, int d)
{
	return (int)(node / s->stride[d] % s->levels[d]);
}

/* ---- anchors ---- */

/* A lower bound for the loss without suppression of every node above a set: its own, for the measures that need the
 * classes to know it. Items are classes only where no sensitive value divides them. */
static int64_t base_of(const struct anon_task *t, const struct anon_set *set)
{
	int64_t sum = 0;

	if (anon_models_need_values(t) || anon_loss_is_separable(t->loss))
		return INT64_MIN / 4;
	if (t->loss == ANON_AVERAGE_CLASS)
		return -set->n;
	for (ptrdiff_t i = 0; i < set->n; i++)
		sum += (int64_t)set->count[i] * set->count[i];
	return sum;
}

static struct anchor *anchor_new(const struct anon_task *t, struct anon_set set, const uint8_t *level)
{
	struct anchor *a = anon_take_zeroed(1, (ptrdiff_t)sizeof *a);

	a->set = set;
	a->base = base_of(t, &set);
	for (int c = 0; c < t->nquasi; c++) {
		a->level[c] = level[c];
		a->height += level[c];
	}
	a->users = 1;
	return a;
}

static bool lies_below(const struct anon_task *t, const uint8_t *a, const uint8_t *b)
{
	for (int c = 0; c < t->nquasi; c++)
		if (a[c] > b[c])
			return false;
	return true;
}

/* The smallest anchor from which the node can be rolled up; the caller releases it. */
static struct anchor *anchor_best(struct search *s, const uint8_t *to)
{
	struct anchor *best = s->bottom;

	pthread_mutex_lock(&s->lock);
	for (struct anchor *a = s->anchors; a; a = a->next)
		if (a->set.n < best->set.n && lies_below(s->t, a->level, to))
			best = a;
	best->users++;
	pthread_mutex_unlock(&s->lock);
	return best;
}

/* Own memory goes back to the thread. */
static void anchor_release(struct search *s, struct anchor *a, struct anon_scratch *w)
{
	if (a->cap) {
		if (a->cap > w->spare_cap) {
			anon_set_free(&w->spare);
			w->spare = a->set;
			w->spare_cap = a->cap;
		} else {
			anon_set_free(&a->set);
		}
		free(a);
		return;
	}
	pthread_mutex_lock(&s->lock);
	bool last = --a->users == 0;
	pthread_mutex_unlock(&s->lock);
	if (last) {
		anon_set_free(&a->set);
		free(a);
	}
}

/* Lets go of every anchor that lies higher than all nodes to come; -1: of all. */
static void anchors_drop(struct search *s, int height)
{
	struct anchor **at = &s->anchors;

	while (*at) {
		struct anchor *a = *at;
		if (a->height <= height) {
			at = &a->next;
			continue;
		}
		*at = a->next;
		anchor_release(s, a, &s->scratch[0]);
	}
}

/* A set to evaluate the node from. From the best anchor at hand the columns are raised to the node's levels one after the
 * other, always in the same order, and steps that have made the set a good deal smaller are kept: nodes that agree in the
 * first columns share the work. */
static struct anchor *anchor_for(struct search *s, const uint8_t *to, struct anon_scratch *w)
{
	struct anchor *a = anchor_best(s, to);
	uint8_t level[ANON_QUASI_MAX];
	ptrdiff_t kept = a->set.n;

	memcpy(level, a->level, sizeof level);
	for (int d = 0; d < s->t->nquasi - 1 && a->set.n > SMALL; d++) {
		if (level[s->t->order[d]] == to[s->t->order[d]])
			continue;
		level[s->t->order[d]] = to[s->t->order[d]];
		if (!w->a.key && w->spare.key) {
			w->a = w->spare;
			w->a_cap = w->spare_cap;
			w->spare = (struct anon_set){ 0 };
			w->spare_cap = 0;
		}
		anon_set_room(s->t, &w->a, &w->a_cap, a->set.n);
		anon_set_roll(s->t, &a->set, a->level, level, false, &w->a, NULL, w);
		bool keep = w->a.n < kept - kept / 3;
		struct anchor *made = anchor_new(s->t, keep ? anon_set_copy(s->t, &w->a) : w->a, level);
		anchor_release(s, a, w);
		a = made;
		if (!keep) {
			made->cap = w->a_cap;
			w->a = (struct anon_set){ 0 };
			w->a_cap = 0;
			continue;
		}
		kept = made->set.n;
		made->users++;                          /* the list's and the caller's */
		pthread_mutex_lock(&s->lock);
		made->next = s->anchors;
		s->anchors = made;
		pthread_mutex_unlock(&s->lock);
	}
	return a;
}

/* ---- evaluating ---- */

static bool is_solution(const struct search *s, const struct anon_eval *e)
{
	return e->suppressed <= s->t->limit && !e->hopeless;
}

static void offer(struct search *s, ptrdiff_t node, const struct anon_eval *e)
{
	int64_t loss = e->base + e->add;

	if (!is_solution(s, e) || loss > atomic_load(&s->best))
		return;
	pthread_mutex_lock(&s->lock);
	if (loss < atomic_load(&s->best) || s->best_node < 0 || (loss == atomic_load(&s->best) && node < s->best_node)) {
		atomic_store(&s->best, loss);
		s->best_node = node;
		s->best_eval = *e;
	}
	pthread_mutex_unlock(&s->lock);
}

/* False when the anchor already shows that the node is no better than the best known. */
static bool evaluate(struct search *s, ptrdiff_t node, struct anon_scratch *w, struct anon_eval *ret)
{
	uint8_t to[ANON_QUASI_MAX];
	struct node *n = &s->node[node];

	digits_of(s, node, to);
	struct anchor *a = anchor_for(s, to, w);
	bool look = a->base + n->add <= atomic_load(&s->best);
	if (look)
		anon_node_eval(s->t, &a->set, a->level, to, w, ret, NULL);
	anchor_release(s, a, w);
	if (!look)
		return false;
	n->add = ret->must_add;
	n->bad = ret->hopeless || (s->t->limit == 0 ? ret->suppressed > 0 : ret->must > s->t->limit);
	n->done = true;
	atomic_fetch_add(&s->visited, 1);
	offer(s, node, ret);
	return true;
}

/* Takes over the bounds of the nodes directly above; false when the node needs no look. */
static bool worth_a_look(struct search *s, ptrdiff_t node)
{
	struct node *n = &s->node[node];
	uint8_t levels[ANON_QUASI_MAX];

	if (n->done)
		return false;
	for (int d = 0; d < s->t->nquasi; d++) {
		if (digit(s, node, d) + 1 == s->levels[d])
			continue;
		const struct node *above = &s->node[node + s->stride[d]];
		n->bad = n->bad || above->bad;
		n->add = MAX(n->add, above->add);
	}
	if (n->bad)
		return false;
	digits_of(s, node, levels);
	int64_t base = anon_loss_is_separable(s->t->loss) ? anon_node_base(s->t, levels) : INT64_MIN / 2;
	return base + n->add <= atomic_load(&s->best);
}

/* ---- threads ---- */

static int nthreads(const struct search *s)
{
	return MAX(1, MIN(s->t->threads, THREADS_MAX));
}

/* A thread's own view: its memory is kept from one call to the next. */
struct worker { struct search *s; struct step *step; struct anon_scratch *w; };

static void on_all_threads(struct search *s, void *(*f)(void *), struct step *step)
{
	pthread_t thread[THREADS_MAX];
	struct worker worker[THREADS_MAX];
	int n = nthreads(s);

	for (int i = 0; i < n; i++)
		worker[i] = (struct worker){ s, step, &s->scratch[i] };
	for (int i = 1; i < n; i++)
		if (pthread_create(&thread[i], NULL, f, &worker[i]))
			abort();
	f(&worker[0]);
	for (int i = 1; i < n; i++)
		pthread_join(thread[i], NULL);
}

/* ---- the first good solution ---- */

struct step { ptrdiff_t at; atomic_int next; struct anon_eval e[ANON_QUASI_MAX]; bool solved[ANON_QUASI_MAX]; };

/* Evaluates the nodes directly below one. */
static void *step_down(void *context)
{
	const struct worker *v = context;
	struct search *s = v->s;
	struct step *p = v->step;
	int d;

	while ((d = atomic_fetch_add(&p->next, 1)) < s->t->nquasi) {
		if (digit(s, p->at, d) == 0 || s->node[p->at - s->stride[d]].done)
			continue;
		p->solved[d] = evaluate(s, p->at - s->stride[d], v->w, &p->e[d]) && is_solution(s, &p->e[d]);
	}
	return NULL;
}

/* From the top always to the cheapest solution directly below. */
static void descend(struct search *s)
{
	struct step p = { .at = s->nnodes - 1 };

	IGNORE(evaluate(s, p.at, &s->scratch[0], &p.e[0]));
	while (p.at >= 0) {
		ptrdiff_t next = -1;
		int64_t least = INT64_MAX;
		memset(p.solved, 0, sizeof p.solved);
		atomic_store(&p.next, 0);
		on_all_threads(s, step_down, &p);
		for (int d = 0; d < s->t->nquasi; d++) {
			if (p.solved[d] && p.e[d].base + p.e[d].add < least) {
				least = p.e[d].base + p.e[d].add;
				next = p.at - s->stride[d];
			}
		}
		p.at = next;
	}
}

/* ---- the walk ---- */

static int height_of(const struct search *s, ptrdiff_t node)
{
	int h = 0;

	for (int d = 0; d < s->t->nquasi; d++)
		h += digit(s, node, d);
	return h;
}

static void sort_by_height(struct search *s)
{
	s->nheights = 1;
	for (int d = 0; d < s->t->nquasi; d++)
		s->nheights += s->levels[d] - 1;
	s->height_start = anon_take_zeroed(s->nheights + 1, (ptrdiff_t)sizeof *s->height_start);
	s->by_height = anon_take(s->nnodes, (ptrdiff_t)sizeof *s->by_height);
	for (ptrdiff_t i = 0; i < s->nnodes; i++)
		s->height_start[height_of(s, i) + 1]++;
	for (int h = 0; h < s->nheights; h++)
		s->height_start[h + 1] += s->height_start[h];
	ptrdiff_t *next = anon_take(s->nheights, (ptrdiff_t)sizeof *next);
	memcpy(next, s->height_start, (size_t)s->nheights * sizeof *next);
	for (ptrdiff_t i = 0; i < s->nnodes; i++)
		s->by_height[next[height_of(s, i)]++] = i;
	free(next);
}

static void *walk(void *context)
{
	const struct worker *v = context;
	struct search *s = v->s;
	struct anon_eval e;

	for (int h = s->nheights - 1; h >= 0; h--) {
		ptrdiff_t end = s->height_start[h + 1], i;
		while ((i = atomic_fetch_add(&s->next, 1)) < end)
			if (worth_a_look(s, s->by_height[i]))
				IGNORE(evaluate(s, s->by_height[i], v->w, &e));
		if (pthread_barrier_wait(&s->barrier)) {         /* one thread of all gets PTHREAD_BARRIER_SERIAL_THREAD */
			anchors_drop(s, h - 1);
			if (h > 0)
				atomic_store(&s->next, s->height_start[h - 1]);
		}
		pthread_barrier_wait(&s->barrier);
	}
	return NULL;
}

static void walk_all(struct search *s)
{
	sort_by_height(s);
	atomic_store(&s->next, s->height_start[s->nheights - 1]);
	pthread_barrier_init(&s->barrier, NULL, (unsigned)nthreads(s));
	on_all_threads(s, walk, NULL);
	pthread_barrier_destroy(&s->barrier);
}

/* ---- setting up ---- */

static enum status lay_out(struct search *s)
{
	const struct anon_task *t = s->t;

	s->nnodes = 1;
	for (int d = t->nquasi - 1; d >= 0; d--) {
		s->levels[d] = t->quasi[s->t->order[d]].levels;
		s->stride[d] = s->nnodes;
		s->nnodes *= s->levels[d];
		if (s->nnodes > ANON_NODES_MAX)
			return ST_TOO_BIG;
	}
	return ST_OK;
}

static void mark_suppressed(const struct search *s, struct anon_solution *a, struct anon_scratch *w)
{
	const struct anon_task *t = s->t;
	uint8_t bottom[ANON_QUASI_MAX] = { 0 };
	bool *bad = anon_take(t->items.n, (ptrdiff_t)sizeof *bad);

	a->suppressed = anon_take_zeroed(t->ntuples, (ptrdiff_t)sizeof *a->suppressed);
	anon_node_eval(t, &t->items, bottom, a->level, w, &a->eval, bad);
	for (ptrdiff_t i = 0; i < t->items.n; i++)
		if (bad[i])
			a->suppressed[t->tuple_of_item[i]] = true;
	free(bad);
}

enum status anon_search(const struct anon_task *t, struct anon_solution *ret)
{
	struct search s = { .t = t, .best = INT64_MAX, .best_node = -1 };
	uint8_t bottom[ANON_QUASI_MAX] = { 0 };

	TRY(lay_out(&s));
	s.node = anon_take_zeroed(s.nnodes, (ptrdiff_t)sizeof *s.node);
	s.bottom = anchor_new(t, t->items, bottom);
	pthread_mutex_init(&s.lock, NULL);
	descend(&s);
	walk_all(&s);
	enum status st = s.best_node >= 0 ? ST_OK : ST_NO;
	struct anon_solution a = { .nodes = s.nnodes, .visited = s.visited, .eval = s.best_eval };
	if (st == ST_OK) {
		digits_of(&s, s.best_node, a.level);
		mark_suppressed(&s, &a, &s.scratch[0]);
		*ret = a;
	}
	anchors_drop(&s, -1);
	free(s.bottom);                                 /* its set is the task's */
	pthread_mutex_destroy(&s.lock);
	free(s.node);
	free(s.by_height);
	free(s.height_start);
	for (int i = 0; i < THREADS_MAX; i++)
		anon_scratch_free(&s.scratch[i]);
	return st;
}
