/* spread.c - distances between the spread of a sensitive column in a class and in the table. */
#include "anon/spread.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

static uint32_t nodes_at(const uint32_t *up, uint32_t n)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < n; i++)
		most = MAX(most, up[i] + 1);
	return most;
}

static void add_level(struct anon_spread *s, const uint32_t *up)
{
	int h = s->levels++;

	s->up = anon_grow(s->up, s->levels, (ptrdiff_t)sizeof *s->up);
	s->up_share = anon_grow(s->up_share, s->levels, (ptrdiff_t)sizeof *s->up_share);
	s->up[h] = anon_take_zeroed(s->n, (ptrdiff_t)sizeof **s->up);
	if (up)
		memcpy(s->up[h], up, s->n * sizeof *up);
	s->up_share[h] = anon_take_zeroed(nodes_at(s->up[h], s->n), (ptrdiff_t)sizeof **s->up_share);
	for (uint32_t i = 0; i < s->n; i++)
		s->up_share[h][s->up[h][i]] += s->share[i];
}

struct anon_spread anon_spread_make(const int64_t *counts, uint32_t n, uint32_t *const *up, int levels)
{
	struct anon_spread s = { .n = n };

	s.share = anon_take_zeroed(n, (ptrdiff_t)sizeof *s.share);
	s.below = anon_take_zeroed((ptrdiff_t)n + 1, (ptrdiff_t)sizeof *s.below);
	s.below_sum = anon_take_zeroed((ptrdiff_t)n + 1, (ptrdiff_t)sizeof *s.below_sum);
	for (uint32_t i = 0; i < n; i++)
		s.rows += (double)counts[i];
	double seen = 0;
	for (uint32_t i = 0; i < n; i++) {
		seen += (double)counts[i];
		s.share[i] = s.rows > 0 ? (double)counts[i] / s.rows : 0;
		s.below[i + 1] = s.rows > 0 ? seen / s.rows : 0;
		s.below_sum[i + 1] = s.below_sum[i] + s.below[i + 1];
	}
	for (int h = 0; up && h < levels; h++)
		add_level(&s, up[h]);
	if (up && (levels == 0 || nodes_at(up[levels - 1], n) > 1))
		add_level(&s, NULL);
	return s;
}

void anon_spread_free(struct anon_spread *s)
{
	for (int h = 0; h < s->levels; h++) {
		free(s->up[h]);
		free(s->up_share[h]);
	}
	free(s->up);
	free(s->up_share);
	free(s->share);
	free(s->below);
	free(s->below_sum);
	*s = (struct anon_spread){ 0 };
}

static int by_rank(const void *a, const void *b)
{
	uint32_t x = ((const struct anon_value *)a)->rank, y = ((const struct anon_value *)b)->rank;

	return x < y ? -1 : x > y;
}

enum { FEW = 256 };

/* A long list of few values is counted, not sorted. */
static int count_values(struct anon_value *v, int n)
{
	uint32_t count[FEW] = { 0 };
	int m = 0;

	for (int i = 0; i < n; i++)
		count[v[i].rank] += v[i].count;
	for (uint32_t r = 0; r < FEW; r++)
		if (count[r])
			v[m++] = (struct anon_value){ .rank = r, .count = count[r] };
	return m;
}

static bool are_few(const struct anon_value *v, int n)
{
	bool few = n >= FEW / 4;

	for (int i = 0; few && i < n; i++)
		few = v[i].rank < FEW && v[i].count > 0;
	return few;
}

int anon_values_sort(struct anon_value *v, int n)
{
	int m = 0;

	if (are_few(v, n))
		return count_values(v, n);
	if (n < 16) {
		for (int i = 1; i < n; i++) {
			struct anon_value x = v[i];
			int j = i;
			for (; j > 0 && v[j - 1].rank > x.rank; j--)
				v[j] = v[j - 1];
			v[j] = x;
		}
	} else {
		qsort(v, (size_t)n, sizeof *v, by_rank);
	}
	for (int i = 0; i < n; i++) {
		if (m && v[m - 1].rank == v[i].rank)
			v[m - 1].count += v[i].count;
		else
			v[m++] = v[i];
	}
	return m;
}

double anon_values_entropy(const struct anon_value *v, int n, double size)
{
	double e = 0;

	for (int i = 0; i < n; i++) {
		double q = v[i].count / size;
		e -= q * log(q);
	}
	return e;
}

/* Values all equally far apart: half the sum of the differences, which is the sum of the surpluses. */
static double equal_distance(const struct anon_spread *s, const struct anon_value *v, int n, double size)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += fmax(0, v[i].count / size - s->share[v[i].rank]);
	return sum;
}

/* Sum of |c - below[i]| for i in (from, to]; below is ascending, so the sign changes once. */
static double gap(const struct anon_spread *s, double c, uint32_t from, uint32_t to)
{
	uint32_t lo = from, hi = to;            /* the last i with below[i] <= c */

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo + 1) / 2;
		if (s->below[mid] <= c)
			lo = mid;
		else
			hi = mid - 1;
	}
	return c * ((double)(lo - from) - (double)(to - lo)) - (s->below_sum[lo] - s->below_sum[from])
		+ (s->below_sum[to] - s->below_sum[lo]);
}

/* Steps of a ladder: mean over the n - 1 steps of how much must be carried across each. */
static double ordered_distance(const struct anon_spread *s, const struct anon_value *v, int n, double size)
{
	double sum = 0, seen = 0;
	uint32_t at = 0;

	if (s->n < 2)
		return 0;
	for (int i = 0; i < n; i++) {
		sum += gap(s, seen / size, at, v[i].rank);
		seen += v[i].count;
		at = v[i].rank;
	}
	sum += gap(s, 1, at, s->n);
	return fmax(0, sum / (s->n - 1));
}

/* What is carried between the children of a node costs its height: at each node that the class reaches, the
 * smaller of surplus and want. A node out of reach has children in want only, and carries nothing. */
static double tree_distance(const struct anon_spread *s, const struct anon_value *v, int n, double size)
{
	struct node { uint32_t id, rank; double q; } small[64], *at = n <= 64 ? small : anon_take(n, (ptrdiff_t)sizeof *at);
	double cost = 0;
	int m = n;

	for (int i = 0; i < n; i++)
		at[i] = (struct node){ v[i].rank, v[i].rank, v[i].count / size };
	for (int h = 0; h < s->levels; h++) {
		int left = 0;
		for (int i = 0; i < m; i++) {
			uint32_t parent = s->up[h][at[i].rank];
			int same = 0;
			while (same < left && at[same].id != parent)
				same++;
			/* at[0 ... left) are parents; their surplus is kept in place until the level is done */
			double share = h ? s->up_share[h - 1][at[i].id] : s->share[at[i].id];
			double surplus = fmax(0, at[i].q - share), q = at[i].q;
			uint32_t rank = at[i].rank;
			cost += surplus * (h + 1);
			if (same == left)
				at[left++] = (struct node){ parent, rank, q };
			else
				at[same].q += q;
		}
		/* counted so far: all surplus climbs; what stays surplus of the parent climbs for nothing at this height */
		for (int i = 0; i < left; i++)
			cost -= fmax(0, at[i].q - s->up_share[h][at[i].id]) * (h + 1);
		m = left;
	}
	if (at != small)
		free(at);
	return s->levels ? fmax(0, cost / s->levels) : 0;
}

double anon_spread_distance(const struct anon_spread *s, enum anon_distance kind, const struct anon_value *v, int n, double size)
{
	assert(size > 0);
	switch (kind) {
	case ANON_EQUAL:
		return equal_distance(s, v, n, size);
	case ANON_ORDERED:
		return ordered_distance(s, v, n, size);
	case ANON_HIERARCHICAL:
		return tree_distance(s, v, n, size);
	}
	return 0;
}
