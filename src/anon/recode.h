/* recode.h - local recoding: every group of rows at its own levels, for large tables and for lower loss.
 *
 * The nodes of the lattice are walked from the least to the most general. At each node the rows that are left are put
 * into classes; those that satisfy all models leave as groups. What remains at the end joins the group that it makes least
 * worse, or is suppressed. Then tuples move between groups where that lowers the loss, and every group takes the lowest
 * levels that still give all its rows the same labels.
 *
 * Rows with the same quasi-identifiers always go together, so whoever knows a person's values knows at most their group:
 * a group that is k-anonymous by its labels is so against somebody who can replay the whole procedure. Groups at different
 * levels may overlap; the labels of a group still belong to all of its rows and to no others. */
#pragma once
#include "anon/node.h"

struct anon_recoding {
	uint32_t *group_of_tuple;      /* UINT32_MAX: suppressed, or in the population only */
	uint32_t  ngroups;
	uint8_t  *level;               /* ngroups x nquasi */
	uint32_t *code;                /* ngroups x nquasi: values of one row, from which the labels follow */
	int64_t  *count;               /* rows of each group */
	int64_t   suppressed;          /* rows */
	int64_t   loss;                /* of the task's measure, see anon_loss_real */
	int64_t   visited, moved;      /* nodes; tuples that changed their group */
};

/* Effort: how many comparisons of a tuple with a group may be spent on moves; 0 = none.
 * ST_OK; ST_NO when more than task->limit rows would have to be suppressed. */
NODISCARD enum status anon_recode(const struct anon_task *t, int64_t effort, struct anon_recoding *ret);
void anon_recoding_free(struct anon_recoding *r);
