/* task.h - what is to be anonymised: distinct rows, levels, models, loss; and the sets the engines compute with.
 *
 * The engines never look at rows. Rows that agree in every quasi-identifier are one tuple; where a sensitive column
 * counts, tuples are divided into items (tuple and sensitive values). An item is a packed key with a count: the code of
 * each quasi-identifier, then the rank of each sensitive value, each in a field of its own width. A key is 32, 64 or 128
 * bits wide; the operations on it are compiled once for each (set.inc). */
#pragma once
#include "anon/hierarchy.h"
#include "anon/spread.h"

enum { ANON_QUASI_MAX = 64, ANON_SENSITIVE_MAX = 16, ANON_MODELS_MAX = 32 };

enum anon_model_kind {
	ANON_K,                /* at least k rows in each class */
	ANON_DISTINCT_L,       /* at least l different sensitive values */
	ANON_ENTROPY_L,        /* entropy of the sensitive values at least log l */
	ANON_RECURSIVE_CL,     /* the most frequent value rarer than c times the l-th and all rarer ones together */
	ANON_T,                /* spread of the sensitive values at most t from that of the table */
	ANON_DELTA_PRESENCE,   /* share of the population's class that is in the table between min and max */
	ANON_MODEL_MAX
};
struct anon_model {
	enum anon_model_kind kind;
	int64_t              k;
	double               l, c, t, min, max;
	enum anon_distance   distance;
	int                  sensitive;      /* index into the task's sensitive columns */
};

enum anon_loss { ANON_NCP, ANON_DISCERNIBILITY, ANON_AVERAGE_CLASS, ANON_ENTROPY, ANON_LOSS_MAX };

struct anon_set {
	void     *key;
	uint32_t *count;       /* rows of the table */
	uint32_t *population;  /* rows of the population; NULL without one */
	ptrdiff_t n;
	int       grouped;     /* items that agree in all columns above this place of the key lie together; -1: in all */
};

struct anon_field { int shift; uint32_t mask; };         /* where a code stands in the key */

struct anon_task {
	/* given by the caller */
	const struct anon_levels *quasi;
	int                       nquasi;
	const struct anon_spread *sensitive;
	int                       nsensitive;
	struct anon_model         model[ANON_MODELS_MAX];
	int                       nmodels;
	enum anon_loss            loss;
	int64_t                   limit;       /* rows that may be suppressed */
	int                       threads;
	/* made by anon_task_load */
	int64_t                   rows;
	uint32_t                 *tuple_of_row;       /* of the rows, then those of the population */
	uint32_t                  ntuples;
	struct anon_set           items;
	uint32_t                 *tuple_of_item;      /* rising: the items of a tuple lie together */
	bool                      has_population;
	int                       width;              /* bits of a key: 32, 64 or 128 */
	int                       order[ANON_QUASI_MAX];      /* columns from the lowest place of the key to the highest */
	int                       end[ANON_QUASI_MAX + 1];    /* bit behind place - 1; end[0] is that behind the sensitive values */
	struct anon_field         field[ANON_QUASI_MAX + ANON_SENSITIVE_MAX];
	uint32_t                **up[ANON_QUASI_MAX]; /* up[c][from * levels + to][label] */
	/* loss in fixed point, so that sums are the same in every order; one cell suppressed costs 1 << scale at most */
	int64_t                   base[ANON_QUASI_MAX][ANON_LEVELS_MAX];   /* of all rows, the column at that level */
	int64_t                  *save[ANON_QUASI_MAX][ANON_LEVELS_MAX];   /* what suppressing a row with that label adds */
	int64_t                   cost_all;           /* every cell suppressed */
	int                       scale;
};

/* Reads the rows. code[c]: a column of quasi-identifiers, then sensitive[s]: ranks, in the order of task->quasi and
 * task->sensitive; all `rows` long. population[c] (NULL where there is none): the quasi-identifiers of the population in
 * the same codes. ST_TOO_BIG when the different values need more than 128 bits. */
struct anon_rows {
	ptrdiff_t              rows, population_rows;
	const uint32_t *const *code, *const *sensitive, *const *population;
};
NODISCARD enum status anon_task_load(struct anon_task *t, const struct anon_rows *r);
void anon_task_free(struct anon_task *t);
