/* spread.h - how the values of a sensitive column are spread in the table, and how far a class is from it.
 *
 * Values are numbered by rank (their order). A class is a short sorted list of (rank, count); the cost of every
 * function is that of the class, not that of the table. */
#pragma once
#include "anon/table.h"

enum anon_distance { ANON_EQUAL, ANON_ORDERED, ANON_HIERARCHICAL };

struct anon_spread {
	uint32_t  n;               /* different values */
	double    rows;
	double   *share;           /* of each rank in the table */
	double   *below;           /* n + 1: sum of the shares of smaller ranks */
	double   *below_sum;       /* n + 1: sum of below[1 ... i] */
	/* the tree above the values, for the hierarchical distance; the highest level is one root */
	int        levels;         /* 0 without a tree; else levels above the values */
	uint32_t **up;             /* up[h][rank]: number of the ancestor at height h + 1 */
	double   **up_share;       /* share of each node in the table */
};
struct anon_value { uint32_t rank, count; };

/* counts: rows of each rank. `up` (heights x n, may be NULL) is copied. */
struct anon_spread anon_spread_make(const int64_t *counts, uint32_t n, uint32_t *const *up, int levels);
void   anon_spread_free(struct anon_spread *s);
/* Sorts by rank and joins equal ranks; returns how many are left. */
int    anon_values_sort(struct anon_value *v, int n);
/* Earth mover's distance between a class (sorted, `size` rows) and the table, between 0 and 1. */
double anon_spread_distance(const struct anon_spread *s, enum anon_distance kind, const struct anon_value *v, int n, double size);
/* Entropy of a class, natural logarithm. */
double anon_values_entropy(const struct anon_value *v, int n, double size);
