/* node.c - evaluates one node of the lattice. */
#include "anon/node.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define SLACK 1e-9      /* of real-valued bounds: a class that meets its bound exactly meets it */

bool anon_loss_is_separable(enum anon_loss loss)
{
	return loss == ANON_NCP || loss == ANON_ENTROPY;
}

int64_t anon_node_base(const struct anon_task *t, const uint8_t *levels)
{
	int64_t sum = 0;

	for (int c = 0; c < t->nquasi && anon_loss_is_separable(t->loss); c++)
		sum += t->base[c][levels[c]];
	return sum;
}

double anon_loss_real(const struct anon_task *t, int64_t fixed)
{
	if (t->rows == 0)
		return 0;
	switch (t->loss) {
	case ANON_NCP:
	case ANON_ENTROPY:
		return t->cost_all > 0 ? (double)fixed / (double)t->cost_all : 0;
	case ANON_AVERAGE_CLASS:
		return fixed < 0 ? (double)t->rows / (double)-fixed : 0;
	case ANON_DISCERNIBILITY:
	case ANON_LOSS_MAX:
		break;
	}
	return (double)fixed;
}

bool anon_models_need_values(const struct anon_task *t)
{
	return t->nsensitive > 0 || t->has_population;
}

/* ---- models ---- */

static bool recursive_ok(const struct anon_model *m, const struct anon_value *v, int n)
{
	enum { MOST = 64 };
	int64_t top[MOST] = { 0 }, most = 0, tail = 0;      /* the l - 1 most frequent, descending; the rest is the tail */
	int keep = (int)m->l - 1, have = 0;

	assert(keep >= 0 && keep < MOST);
	for (int i = 0; i < n; i++) {
		int64_t c = v[i].count;
		int j = have;
		most = MAX(most, c);
		tail += c;
		if (have == keep && (keep == 0 || c <= top[keep - 1]))
			continue;
		if (have == keep)
			j--;
		else
			have++;
		for (; j > 0 && top[j - 1] < c; j--)
			top[j] = top[j - 1];
		top[j] = c;
	}
	for (int i = 0; i < have; i++)
		tail -= top[i];
	return (double)most < m->c * (double)tail;
}

static bool model_ok(const struct anon_task *t, const struct anon_model *m, const struct anon_class *c, bool *ret_must)
{
	const struct anon_value *v = m->kind == ANON_K || m->kind == ANON_DELTA_PRESENCE ? NULL : c->value[m->sensitive];
	int n = v ? c->n[m->sensitive] : 0;
	double size = (double)c->count, share;

	switch (m->kind) {
	case ANON_K:
		return !(*ret_must = c->count < m->k);
	case ANON_DISTINCT_L:
		return !(*ret_must = n < m->l - SLACK);
	case ANON_ENTROPY_L:
		*ret_must = n < m->l - SLACK;      /* n values have at most entropy log n */
		return !*ret_must && anon_values_entropy(v, n, size) >= log(m->l) - SLACK;
	case ANON_RECURSIVE_CL:
		*ret_must = n < m->l - SLACK;      /* nothing would be left for the tail */
		return !*ret_must && recursive_ok(m, v, n);
	case ANON_T:
		return anon_spread_distance(&t->sensitive[m->sensitive], m->distance, v, n, size) <= m->t + SLACK;
	case ANON_DELTA_PRESENCE:
		share = size / (double)MAX(c->population, 1);
		return share <= m->max + SLACK;
	case ANON_MODEL_MAX:
		break;
	}
	return true;
}

bool anon_class_ok(const struct anon_task *t, const struct anon_class *c, bool *ret_must)
{
	bool ok = true, must = false;

	for (int i = 0; i < t->nmodels; i++) {
		bool m = false;
		ok = model_ok(t, &t->model[i], c, &m) && ok;
		must = must || m;
	}
	*ret_must = must;
	return ok;
}

static bool class_is_hopeless(const struct anon_task *t, int64_t count, int64_t population)
{
	for (int i = 0; i < t->nmodels; i++)
		if (t->model[i].kind == ANON_DELTA_PRESENCE && population > 0 && t->model[i].min > 0 &&
			(double)count / (double)population < t->model[i].min - SLACK)
			return true;
	return false;
}

/* ---- loss ---- */

struct tally { int64_t bad_classes, must_classes; };

static void count_class(const struct anon_task *t, const struct anon_set *classes, ptrdiff_t i, const uint8_t *to, bool ok,
	bool must, struct tally *sum, struct anon_eval *e)
{
	int64_t n = classes->count[i], add = 0;

	e->classes++;
	if (t->loss == ANON_DISCERNIBILITY)
		e->base += n * n;
	if (ok)
		return;
	e->suppressed += n;
	sum->bad_classes++;
	if (t->loss == ANON_DISCERNIBILITY)
		add = n * (t->rows - n);
	else if (anon_loss_is_separable(t->loss))
		add = n * anon_set_save(t, classes, i, to);
	e->add += add;
	if (must) {
		e->must += n;
		e->must_add += add;
		sum->must_classes++;
	}
}

static void finish(const struct anon_task *t, const uint8_t *to, const struct tally *sum, struct anon_eval *e)
{
	if (anon_loss_is_separable(t->loss)) {
		e->base = anon_node_base(t, to);
	} else if (t->loss == ANON_AVERAGE_CLASS) {
		/* minus the number of groups; all suppressed rows together are one */
		e->base = -e->classes;
		e->add = MAX(sum->bad_classes - 1, 0);
		e->must_add = MAX(sum->must_classes - 1, 0);
	}
}

/* ---- classes and their sensitive values ---- */

static void need(uint32_t **p, ptrdiff_t *cap, ptrdiff_t n)
{
	if (n <= *cap)
		return;
	*cap = n + n / 2;
	*p = anon_grow(*p, *cap, (ptrdiff_t)sizeof **p);
}

int64_t anon_least_k(const struct anon_task *t)
{
	int64_t k = 1;

	for (int i = 0; i < t->nmodels; i++)
		if (t->model[i].kind == ANON_K)
			k = MAX(k, t->model[i].k);
	return k;
}

static void values_of_class(const struct anon_task *t, const struct anon_set *items, const uint32_t *member, int n,
	struct anon_scratch *s, struct anon_class *c)
{
	ptrdiff_t all = (ptrdiff_t)n * t->nsensitive;

	if (all > s->value_cap) {
		s->value_cap = all * 2;
		s->value = anon_grow(s->value, s->value_cap, (ptrdiff_t)sizeof *s->value);
	}
	for (int f = 0; f < t->nsensitive; f++) {
		struct anon_value *v = s->value + (ptrdiff_t)f * n;
		int m = 0;
		for (int i = 0; i < n; i++)
			if (items->count[member[i]])
				v[m++] = (struct anon_value){ anon_set_code(t, items, member[i], t->nquasi + f), items->count[member[i]] };
		c->value[f] = v;
		c->n[f] = anon_values_sort(v, m);
	}
}

/* Classes with values: items are sorted by class, then each class is judged. */
static void eval_values(const struct anon_task *t, const struct anon_set *items, const uint32_t *class_of,
	const struct anon_set *classes, const uint8_t *to, struct anon_scratch *s, struct anon_eval *e, bool *bad)
{
	struct tally sum = { 0 };
	int64_t k = anon_least_k(t);

	need(&s->start, &s->start_cap, classes->n + 1 + items->n);
	uint32_t *start = s->start, *member = s->start + classes->n + 1;
	memset(start, 0, (size_t)(classes->n + 1) * sizeof *start);
	for (ptrdiff_t i = 0; i < items->n; i++)
		start[class_of[i]]++;
	for (ptrdiff_t i = 0, at = 0; i <= classes->n; i++) {
		at += i < classes->n ? start[i] : 0;
		start[i] = (uint32_t)at;
	}
	for (ptrdiff_t i = items->n - 1; i >= 0; i--)
		member[--start[class_of[i]]] = (uint32_t)i;
	for (ptrdiff_t i = 0; i < classes->n; i++) {
		struct anon_class c = { .count = classes->count[i], .population = classes->population ? classes->population[i] : 0 };
		bool must = c.count < k, ok = false;
		e->hopeless = e->hopeless || class_is_hopeless(t, c.count, c.population);
		if (c.count && !must) {
			values_of_class(t, items, member + start[i], (int)(start[i + 1] - start[i]), s, &c);
			ok = anon_class_ok(t, &c, &must);
		}
		if (c.count)
			count_class(t, classes, i, to, ok, must, &sum, e);
		if (bad)
			bad[i] = !ok;
	}
	finish(t, to, &sum, e);
}

static void eval_sizes(const struct anon_task *t, const struct anon_set *classes, const uint8_t *to, struct anon_eval *e, bool *bad)
{
	struct tally sum = { 0 };
	int64_t k = anon_least_k(t);

	if (!bad && anon_loss_is_separable(t->loss)) {
		anon_set_small(t, classes, to, k, &e->suppressed, &e->add, &sum.bad_classes);
		e->must = e->suppressed;
		e->must_add = e->add;
		e->classes = classes->n;
		finish(t, to, &sum, e);
		return;
	}
	for (ptrdiff_t i = 0; i < classes->n; i++) {
		bool ok = classes->count[i] >= k;
		count_class(t, classes, i, to, ok, true, &sum, e);
		if (bad)
			bad[i] = !ok;
	}
	finish(t, to, &sum, e);
}

void anon_node_eval(const struct anon_task *t, const struct anon_set *from, const uint8_t *at, const uint8_t *to,
	struct anon_scratch *s, struct anon_eval *ret, bool *ret_bad)
{
	bool values = anon_models_need_values(t), *bad = NULL;
	struct anon_eval e = { 0 };
	uint32_t *index = NULL;

	if (ret_bad)
		index = anon_take(from->n, (ptrdiff_t)sizeof *index);
	anon_set_room(t, &s->a, &s->a_cap, from->n);
	anon_set_roll(t, from, at, to, !values, &s->a, index, s);
	if (ret_bad)
		bad = anon_take_zeroed(s->a.n, (ptrdiff_t)sizeof *bad);
	if (values) {
		need(&s->class, &s->class_cap, s->a.n);
		anon_set_room(t, &s->b, &s->b_cap, s->a.n);
		anon_set_roll(t, &s->a, to, to, true, &s->b, s->class, s);
		eval_values(t, &s->a, s->class, &s->b, to, s, &e, bad);
	} else {
		eval_sizes(t, &s->a, to, &e, bad);
	}
	for (ptrdiff_t i = 0; ret_bad && i < from->n; i++)
		ret_bad[i] = bad[values ? s->class[index[i]] : index[i]];
	free(index);
	free(bad);
	*ret = e;
}
