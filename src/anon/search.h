/* search.h - the best full-domain generalisation: every column at one level, provably the least loss. */
#pragma once
#include "anon/node.h"

enum { ANON_NODES_MAX = 1 << 24 };

struct anon_solution {
	uint8_t level[ANON_QUASI_MAX];
	struct anon_eval eval;
	int64_t nodes;             /* in the lattice */
	int64_t visited;           /* evaluated; the others were shown to be no better or no solution without looking */
	bool   *suppressed;        /* of each tuple; for the caller to free */
};

/* The node with the least loss among those that satisfy all models after suppressing at most task->limit rows; of
 * equally good ones the least general in the order of columns. The same answer for any number of threads.
 * ST_OK; ST_NO when no node is a solution; ST_TOO_BIG when the lattice has more than ANON_NODES_MAX nodes. */
NODISCARD enum status anon_search(const struct anon_task *t, struct anon_solution *ret);
