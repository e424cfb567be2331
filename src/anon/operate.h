/* operate.h - changing the values of one column: coding, rounding, micro-aggregation, noise, exchange.
 * The methods of the table in the guideline on anonymised information (GL-A 3-2-2, table 2). */
#pragma once
#include "anon/table.h"
#include "base/msg.h"

enum anon_op_kind {
	ANON_TOP,              /* numbers of `at` or more become one label */
	ANON_BOTTOM,           /* numbers of `at` or less become one label */
	ANON_ROUND,            /* to a multiple of `to` */
	ANON_MICRO,            /* sorted, cut into groups of k or more rows; each value becomes the mean or median of its group */
	ANON_NOISE,            /* a normally distributed number with standard deviation `sd` is added */
	ANON_SWAP,             /* a share of the rows exchange their values at random */
	ANON_DELETE,           /* every value becomes "*" */
	ANON_OP_MAX
};
struct anon_op {
	enum anon_op_kind kind;
	double     at, to, sd, share;
	int64_t    k;
	int        decimals;         /* of noise and means */
	bool       median;
	struct str label;            /* of TOP and BOTTOM; empty: ">= 90", "<= 5" */
};
bool anon_op_is_random(enum anon_op_kind k);

/* Numbers of a column on which `n` operations were done: blank values and the labels of top and bottom coding are NaN. As
 * anon_dict_numbers() otherwise. */
bool anon_coded_numbers(const struct anon_dict *d, const struct anon_op *op, int n, double **ret, uint32_t *ret_bad);

/* Changes the column in place; the texts of the former values are wiped. `before` operations were done before this one and stand
 * before it in memory: the labels they made stay as they are. Random numbers come from the kernel and are not
 * kept. Empty values stay empty. ST_OK; ST_BAD_INPUT with *ret_bad, a value that is no number where one is needed
 * (in *ret_bad, copied into the arena), and nothing changed. */
/* REQ: ANO-03 */
NODISCARD enum status anon_operate(struct arena *a, struct anon_column *c, ptrdiff_t rows, const struct anon_op *op,
	int before, struct str *ret_bad);

/* A proposal to code the rare extreme numbers of a column, so that none stands alone: top or bottom code at a number that
 * `k` rows or more reach. Only where the extreme ones are fewer than k and far from the rest. */
struct anon_peculiar { bool top, bottom; double top_at, bottom_at; int64_t top_rows, bottom_rows; int64_t rare_values, rare_rows; };
void anon_find_peculiar(const struct anon_column *c, ptrdiff_t rows, int64_t k, struct anon_peculiar *ret);
