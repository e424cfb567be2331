/* measure.c - measures of a table; every figure by its definition, one pass over the classes. */
#include "anon/measure.h"
#include "anon/share.h"
#include "anon/spread.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

struct ranked { struct str s; double v; uint32_t code; };

static int by_number(const void *pa, const void *pb)
{
	const struct ranked *a = pa, *b = pb;

	return a->v < b->v ? -1 : a->v > b->v ? 1 : str_cmp(a->s, b->s);
}

static int by_bytes(const void *pa, const void *pb)
{
	const struct ranked *a = pa, *b = pb;

	return str_cmp(a->s, b->s);
}

void anon_dict_rank(const struct anon_dict *d, uint32_t **ret_rank)
{
	struct ranked *r = anon_take(d->n, (ptrdiff_t)sizeof *r);
	uint32_t *rank = anon_take(d->n, (ptrdiff_t)sizeof *rank);
	double *v = NULL;
	bool numbers = anon_dict_numbers(d, false, &v, NULL);

	for (uint32_t i = 0; i < d->n; i++)
		r[i] = (struct ranked){ d->value[i], numbers ? v[i] : 0, i };
	qsort(r, d->n, sizeof *r, numbers ? by_number : by_bytes);
	for (uint32_t i = 0; i < d->n; i++)
		rank[r[i].code] = i;
	free(v);
	free(r);
	*ret_rank = rank;
}

/* ---- classes ---- */

struct classes {
	uint32_t *of_row, *size;
	uint32_t  n, star;        /* the class of suppressed rows, or n */
	uint32_t *of_population;  /* size of each class in the population; NULL without one */
};

static uint32_t star_class(const struct anon_table *t, const struct anon_measure_plan *p, const uint32_t *of_row, uint32_t n)
{
	for (ptrdiff_t r = 0; r < t->rows; r++) {
		int c = 0;
		while (c < p->nquasi) {
			const struct anon_column *col = &t->column[p->quasi[c]];
			if (!str_eq(col->dict.value[col->code[r]], S("*")))
				break;
			c++;
		}
		if (c == p->nquasi && p->nquasi > 0)
			return of_row[r];
	}
	return n;
}

static void classes_make(const struct anon_table *t, const struct anon_measure_plan *p, struct classes *c)
{
	anon_table_group(t, p->quasi, p->nquasi, p->threads, &c->of_row, &c->n);
	c->size = anon_take_zeroed(c->n, (ptrdiff_t)sizeof *c->size);
	for (ptrdiff_t r = 0; r < t->rows; r++)
		c->size[c->of_row[r]]++;
	c->star = c->n;
	if (!p->count_suppressed && c->n > 1)
		c->star = star_class(t, p, c->of_row, c->n);
}

/* Counts each class in the population: both tables are joined into one of the quasi-identifiers alone, and grouped. */
static void classes_in_population(const struct anon_table *t, const struct anon_measure_plan *p, struct classes *c)
{
	int n = p->nquasi, all[ANON_COLUMNS_MAX];
	struct str names[ANON_COLUMNS_MAX], field[ANON_COLUMNS_MAX];
	uint32_t *joined, njoined;

	for (int i = 0; i < n; i++) {
		names[i] = t->column[p->quasi[i]].name;
		all[i] = i;
	}
	struct anon_table both = anon_table_make(names, n);
	for (int half = 0; half < 2; half++) {
		const struct anon_table *from = half ? p->population : t;
		const int *quasi = half ? p->population_quasi : p->quasi;
		for (ptrdiff_t r = 0; r < from->rows; r++) {
			for (int i = 0; i < n; i++)
				field[i] = from->column[quasi[i]].dict.value[from->column[quasi[i]].code[r]];
			anon_table_add(&both, field);
		}
	}
	anon_table_group(&both, all, n, p->threads, &joined, &njoined);
	/* the rows of t come first, in their order, so both groupings number their classes alike */
	c->of_population = anon_take_zeroed(njoined, (ptrdiff_t)sizeof(uint32_t));
	for (ptrdiff_t r = t->rows; r < both.rows; r++)
		c->of_population[joined[r]]++;
	free(joined);
	anon_table_free(&both);
}

static void classes_free(struct classes *c)
{
	free(c->of_row);
	free(c->size);
	free(c->of_population);
}

static void measure_sizes(const struct classes *c, struct anon_measures *m)
{
	for (uint32_t i = 0; i < c->n; i++) {
		int64_t size = c->size[i];
		if (i == c->star) {
			m->suppressed = size;
			continue;
		}
		m->classes++;
		m->singletons += size == 1;
		m->max_ec = MAX(m->max_ec, size);
		m->k = m->k == 0 || size < m->k ? size : m->k;
	}
}

static void measure_risk(const struct classes *c, const struct anon_measure_plan *p, struct anon_measures *m)
{
	double rows = (double)(m->rows - m->suppressed), above = 0, above_j = 0, sum_j = 0, unique_pop = 0;

	if (m->classes == 0)
		return;
	for (uint32_t i = 0; i < c->n; i++) {
		if (i == c->star)
			continue;
		double size = c->size[i], pop = size;
		if (c->of_population && c->of_population[i] > c->size[i])    /* a population smaller than the sample says nothing */
			pop = c->of_population[i];
		if (1 / size > p->threshold)
			above += size;
		if (1 / pop > p->threshold)
			above_j += size;
		if (pop < 1.5)
			unique_pop += size;
		sum_j += size / pop;
		m->journalist_max = fmax(m->journalist_max, 1 / pop);
	}
	m->prosecutor_max = 1 / (double)m->k;
	m->prosecutor_mean = m->marketer = (double)m->classes / rows;
	m->prosecutor_share_above = above / rows;
	m->journalist_mean = sum_j / rows;
	m->journalist_share_above = above_j / rows;
	m->marketer = sum_j / rows;
	m->unique_share = (double)m->singletons / rows;
	m->unique_share_population = unique_pop / rows;
}

/* ---- the sensitive column ---- */

static void measure_class(const struct anon_spread *s, const struct anon_value *v, int n, double size, bool ordered,
	struct anon_measures *m, bool first)
{
	double l = exp(anon_values_entropy(v, n, size));

	for (int i = 0; i < n; i++) {
		double q = v[i].count / size, p = s->share[v[i].rank], beta = (q - p) / p;
		m->alpha = fmax(m->alpha, q);
		m->basic_beta = fmax(m->basic_beta, beta);
		m->enh_beta = fmax(m->enh_beta, fmin(beta, -log(p)));
		m->delta = fmax(m->delta, fabs(log(q / p)));
	}
	m->l = first ? n : MIN(m->l, n);
	m->entropy_l = first ? l : fmin(m->entropy_l, l);
	m->t = fmax(m->t, anon_spread_distance(s, ordered ? ANON_ORDERED : ANON_EQUAL, v, n, size));
}

static struct anon_spread spread_of(const struct anon_column *col, ptrdiff_t rows, const uint32_t *rank)
{
	int64_t *counts = anon_take_zeroed(col->dict.n, (ptrdiff_t)sizeof *counts);

	for (ptrdiff_t r = 0; r < rows; r++)
		counts[rank[col->code[r]]]++;
	struct anon_spread s = anon_spread_make(counts, col->dict.n, NULL, 0);
	free(counts);
	return s;
}

/* The classes, in ranges that threads share; each range has measures of its own. */
enum { RANGES = 64 };
struct sensitive {
	const struct classes *c;
	const struct anon_measure_plan *plan;
	const struct anon_spread *spread;
	const uint32_t *start;
	struct anon_value *value;           /* those of a class lie together */
	struct anon_measures of_range[RANGES];
	bool any[RANGES];
};

static void measure_range(void *context, ptrdiff_t range, int thread)
{
	struct sensitive *s = context;

	(void)thread;
	for (ptrdiff_t i = anon_share_from(s->c->n, RANGES, range), end = anon_share_from(s->c->n, RANGES, range + 1); i < end; i++) {
		if (i == s->c->star)
			continue;
		struct anon_value *v = s->value + s->start[i];
		int n = anon_values_sort(v, (int)s->c->size[i]);
		measure_class(s->spread, v, n, s->c->size[i], s->plan->ordered, &s->of_range[range], !s->any[range]);
		s->any[range] = true;
	}
}

static void join_ranges(const struct sensitive *s, struct anon_measures *m)
{
	bool first = true;

	for (int i = 0; i < RANGES; i++) {
		const struct anon_measures *r = &s->of_range[i];
		if (!s->any[i])
			continue;
		m->l = first ? r->l : MIN(m->l, r->l);
		m->entropy_l = first ? r->entropy_l : fmin(m->entropy_l, r->entropy_l);
		m->alpha = fmax(m->alpha, r->alpha);
		m->t = fmax(m->t, r->t);
		m->basic_beta = fmax(m->basic_beta, r->basic_beta);
		m->enh_beta = fmax(m->enh_beta, r->enh_beta);
		m->delta = fmax(m->delta, r->delta);
		first = false;
	}
}

static void measure_sensitive(const struct anon_table *t, const struct anon_measure_plan *p, const struct classes *c,
	struct anon_measures *m)
{
	const struct anon_column *col = &t->column[p->sensitive];
	uint32_t *rank, *start = anon_take_zeroed((ptrdiff_t)c->n + 1, (ptrdiff_t)sizeof *start);
	uint32_t *next = anon_take_zeroed(c->n, (ptrdiff_t)sizeof *next);
	struct sensitive *s = anon_take_zeroed(1, (ptrdiff_t)sizeof *s);

	anon_dict_rank(&col->dict, &rank);
	struct anon_spread spread = spread_of(col, t->rows, rank);
	*s = (struct sensitive){ .c = c, .plan = p, .spread = &spread, .start = start };
	s->value = anon_take(t->rows, (ptrdiff_t)sizeof *s->value);
	for (uint32_t i = 0; i < c->n; i++)
		next[i] = start[i + 1] = start[i] + c->size[i];
	for (ptrdiff_t r = t->rows - 1; r >= 0; r--)
		s->value[--next[c->of_row[r]]] = (struct anon_value){ rank[col->code[r]], 1 };
	anon_share(t->rows < 100000 ? 1 : p->threads, RANGES, measure_range, s);
	join_ranges(s, m);
	m->sensitive = true;
	anon_spread_free(&spread);
	free(rank);
	free(start);
	free(next);
	free(s->value);
	free(s);
}

void anon_measure(const struct anon_table *t, const struct anon_measure_plan *plan, struct anon_measures *ret)
{
	struct anon_measures m = { .rows = t->rows };
	struct classes c = { 0 };

	assert(plan->nquasi <= ANON_COLUMNS_MAX && t->rows <= ANON_ROWS_MAX);
	classes_make(t, plan, &c);
	if (plan->population)
		classes_in_population(t, plan, &c);
	measure_sizes(&c, &m);
	measure_risk(&c, plan, &m);
	if (plan->sensitive >= 0)
		measure_sensitive(t, plan, &c, &m);
	classes_free(&c);
	*ret = m;
}
