/* hierarchy.h - how the values of a column become more general, level by level.
 *
 * A hierarchy has leaves (the values of level 0) and the same number of levels above each; values that share a label
 * share every label above it, so each level is coarser than the one below. Built line by line, from a file, or by
 * rule from the values that occur. */
#pragma once
#include "anon/operate.h"
#include "anon/table.h"
#include "base/msg.h"

enum { ANON_LEVELS_MAX = 64 };

struct anon_hierarchy {
	int              levels;                     /* level 0 included; 0 while nothing was added */
	struct anon_dict leaf;                       /* the values of level 0 */
	struct anon_dict label[ANON_LEVELS_MAX];     /* label[0] stays empty: level 0 is `leaf` */
	uint32_t        *of_leaf[ANON_LEVELS_MAX];   /* label of each leaf at each level; of_leaf[0] is NULL */
	uint32_t        *leaves[ANON_LEVELS_MAX];    /* leaves under each label, after finish */
	uint32_t         cap;
};

void anon_hierarchy_free(struct anon_hierarchy *h);
/* Adds one leaf with its labels. The place is told where something is wrong: an empty label (its column is added to
 * the place), another number of levels than the first line, a leaf that is already there.
 * ST_OK, ST_BAD_INPUT with a problem. */
NODISCARD enum status anon_hierarchy_add(struct anon_hierarchy *h, const struct str *labels, int n, struct str place,
	struct problems *ps);
/* Checks that each level is coarser than the one below and counts leaves. ST_OK, ST_BAD_INPUT with a problem. */
NODISCARD enum status anon_hierarchy_finish(struct anon_hierarchy *h, struct str place, struct problems *ps);

/* A text of lines "value;label of level 1;label of level 2;...", UTF-8, with or without byte order mark; a label that
 * begins with a quotation mark runs to the next single one. Problems are placed at "PLACE:LINE:COLUMN". */
NODISCARD enum status anon_hierarchy_read(struct anon_hierarchy *h, struct str text, struct str place, struct problems *ps);

/* Intervals of numbers: one level for each width, each a multiple of the one before it, counted from `origin`; then
 * "*". Labels are "20-29" where all numbers are whole, else "[20, 30)". A value that is no number is a problem,
 * except a label of one of the operations that were done before: it stays as it is up to "*". */
struct anon_intervals { double origin; const double *width; int n; const struct anon_op *op; int nops; };
NODISCARD enum status anon_hierarchy_intervals(struct anon_hierarchy *h, const struct anon_dict *values,
	const struct anon_intervals *by, struct str place, struct problems *ps);

/* Prefixes: one level for each number of characters kept, descending; the rest of the value becomes `fill`, once for
 * each character, or nothing where fill is empty; then "*". */
struct anon_prefixes { const int *keep; int n; struct str fill; };
NODISCARD enum status anon_hierarchy_prefixes(struct anon_hierarchy *h, const struct anon_dict *values,
	const struct anon_prefixes *by, struct str place, struct problems *ps);

/* Nothing but the value and "*". */
NODISCARD enum status anon_hierarchy_flat(struct anon_hierarchy *h, const struct anon_dict *values, struct str place,
	struct problems *ps);

/* ---- the levels of a column of a table: codes of the data instead of leaves ---- */
struct anon_levels {
	int        levels;
	uint32_t   n;                            /* different values in the data */
	uint32_t  *map[ANON_LEVELS_MAX];         /* map[l][value]: number of its label; only labels that occur are numbered */
	uint32_t   nlabels[ANON_LEVELS_MAX];
	struct str *label[ANON_LEVELS_MAX];      /* texts live in the hierarchy and the table */
	uint32_t  *leaves[ANON_LEVELS_MAX];      /* leaves of the hierarchy under each label */
	uint32_t   all_leaves;
};
/* The first value of the data that the hierarchy lacks goes to *ret_missing. ST_OK, ST_NOT_FOUND. */
NODISCARD enum status anon_levels_make(const struct anon_hierarchy *h, const struct anon_dict *values,
	struct anon_levels *ret, uint32_t *ret_missing);
void anon_levels_free(struct anon_levels *v);
