/* search_test.c - the optimum against a brute-force reference that shares no code with it; local recoding by its own rules. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "anon/apply.h"
#include "anon/measure.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MAX = 60, ALL_MAX = 90, Q = 3, S_VALUES = 4 };

/* ---- small random tables ---- */

static uint64_t seed;

WRAPS static uint32_t below(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

struct small {
	int rows, all;                                 /* of the table, and of the population, which begins with the table */
	int value[ALL_MAX][Q], sensitive[ROWS_MAX];
	int nvalues[Q], nlevels[Q], up[Q][8][8];       /* up[c][level][value]: label */
};

/* Values 0 ... n-1; each level joins random pairs of the labels below. Every value has a line in the hierarchy. */
static void small_make(struct small *s)
{
	memset(s, 0, sizeof *s);
	s->rows = 1 + (int)below(ROWS_MAX - 1);
	for (int c = 0; c < Q; c++) {
		s->nvalues[c] = 1 + (int)below(6);
		s->nlevels[c] = 1 + (int)below(4);
		for (int v = 0; v < s->nvalues[c]; v++)
			s->up[c][0][v] = v;
		for (int l = 1; l < s->nlevels[c]; l++) {
			int to[8];
			for (int i = 0; i < 8; i++)
				to[i] = l == s->nlevels[c] - 1 && below(4) ? 0 : (int)below((uint32_t)MAX(1, s->nvalues[c] / (l + 1)));
			for (int v = 0; v < s->nvalues[c]; v++)
				s->up[c][l][v] = to[s->up[c][l - 1][v]];
		}
	}
	s->all = s->rows + (int)below(ALL_MAX - ROWS_MAX);
	for (int r = 0; r < s->all; r++) {
		for (int c = 0; c < Q; c++)
			s->value[r][c] = (int)MIN(below((uint32_t)s->nvalues[c]), below((uint32_t)s->nvalues[c]));
		if (r < s->rows)
			s->sensitive[r] = (int)MIN(below(S_VALUES), below(S_VALUES));
	}
}

/* ---- the same for the engine ---- */

struct loaded {
	struct anon_table table;
	struct anon_hierarchy hierarchy[Q];
	struct anon_levels levels[Q];
	struct anon_spread spread;
	uint32_t *ranks;
	int columns[Q + 1];
	struct arena a;
};

static struct str name_of(char *to, char kind, int level, int v)
{
	return (struct str){ to, snprintf(to, 16, "%c%d.%d", kind, level, v) };
}

static void load(const struct small *s, struct loaded *x)
{
	char text[Q + 1][16];
	struct str field[Q + 1] = { S("a"), S("b"), S("c"), S("s") };
	struct problems ps;

	*x = (struct loaded){ .a = arena_make(1 << 24), .columns = { 0, 1, 2, 3 } };
	ps = (struct problems){ .a = &x->a };
	x->table = anon_table_make(field, Q + 1);
	for (int r = 0; r < s->all; r++) {
		for (int c = 0; c < Q; c++)
			field[c] = name_of(text[c], 'v', 0, s->value[r][c]);
		field[Q] = name_of(text[Q], 's', 0, s->sensitive[r < s->rows ? r : 0]);
		anon_table_add(&x->table, field);
	}
	x->table.rows = s->rows;
	for (int c = 0; c < Q; c++) {
		uint32_t missing;
		for (int v = 0; v < s->nvalues[c]; v++) {
			char t[8][16];
			struct str label[8];
			for (int l = 0; l < s->nlevels[c]; l++)
				label[l] = name_of(t[l], 'v', l, s->up[c][l][v]);
			assert_int_equal(anon_hierarchy_add(&x->hierarchy[c], label, s->nlevels[c], S("h"), &ps), ST_OK);
		}
		assert_int_equal(anon_hierarchy_finish(&x->hierarchy[c], S("h"), &ps), ST_OK);
		assert_int_equal(anon_levels_make(&x->hierarchy[c], &x->table.column[c].dict, &x->levels[c], &missing), ST_OK);
	}
	uint32_t *rank;
	int64_t counts[S_VALUES] = { 0 };
	anon_dict_rank(&x->table.column[Q].dict, &rank);
	x->ranks = anon_take(s->rows, (ptrdiff_t)sizeof *x->ranks);
	for (int r = 0; r < s->rows; r++)
		counts[x->ranks[r] = rank[x->table.column[Q].code[r]]]++;
	/* the tree of the sensitive values: pairs, then all */
	uint32_t pair[S_VALUES] = { 0 }, root[S_VALUES] = { 0 }, *up[] = { pair, root };
	for (uint32_t i = 0; i < x->table.column[Q].dict.n; i++)
		pair[rank[i]] = (uint32_t)(x->table.column[Q].dict.value[i].p[3] - '0') / 2;
	free(rank);
	x->spread = anon_spread_make(counts, x->table.column[Q].dict.n, up, 2);
}

static void task_make(const struct small *s, struct loaded *x, struct anon_task *t)
{
	const uint32_t *code[Q], *ranks[1] = { x->ranks };

	for (int c = 0; c < Q; c++)
		code[c] = x->table.column[c].code;
	t->quasi = x->levels;
	t->nquasi = Q;
	t->sensitive = &x->spread;
	bool presence = false;
	t->nsensitive = 0;
	for (int i = 0; i < t->nmodels; i++) {
		presence = presence || t->model[i].kind == ANON_DELTA_PRESENCE;
		if (t->model[i].kind != ANON_K && t->model[i].kind != ANON_DELTA_PRESENCE)
			t->nsensitive = 1;
	}
	struct anon_rows rows = { .rows = s->rows, .code = code, .sensitive = ranks, .population_rows = presence ? s->all : 0,
		.population = presence ? code : NULL };
	assert_int_equal(anon_task_load(t, &rows), ST_OK);
}

static void unload(struct loaded *x)
{
	for (int c = 0; c < Q; c++) {
		anon_levels_free(&x->levels[c]);
		anon_hierarchy_free(&x->hierarchy[c]);
	}
	anon_spread_free(&x->spread);
	anon_table_free(&x->table);
	free(x->ranks);
	arena_free(&x->a);
}

/* ---- the reference: rows compared with rows, every node of the lattice, definitions of the books ---- */

static bool same_class(const struct small *s, const int *level, int a, int b)
{
	for (int c = 0; c < Q; c++)
		if (s->up[c][level[c]][s->value[a][c]] != s->up[c][level[c]][s->value[b][c]])
			return false;
	return true;
}

/* Earth mover's distance on the tree of pairs: between the two of a pair one half, between pairs one. */
static double tree_distance(const double *count, double n, const double *all, double rows)
{
	double surplus[S_VALUES / 2] = { 0 }, cost = 0, up = 0, down = 0;

	for (int p = 0; p < S_VALUES / 2; p++) {
		double a = count[2 * p] / n - all[2 * p] / rows, b = count[2 * p + 1] / n - all[2 * p + 1] / rows;
		cost += 0.5 * fmin(fmax(a, 0) + fmax(b, 0), fmax(-a, 0) + fmax(-b, 0));
		surplus[p] = a + b;
	}
	for (int p = 0; p < S_VALUES / 2; p++) {
		up += fmax(surplus[p], 0);
		down += fmax(-surplus[p], 0);
	}
	return cost + fmin(up, down);
}

/* `population`: people of the population in the class. */
static bool class_good(const struct small *s, const struct anon_task *t, const int *member, int n, int population)
{
	double count[S_VALUES] = { 0 }, all[S_VALUES] = { 0 }, sorted[S_VALUES];
	int different = 0, present = 0;

	for (int i = 0; i < n; i++)
		count[s->sensitive[member[i]]]++;
	for (int r = 0; r < s->rows; r++)
		all[s->sensitive[r]]++;
	for (int v = 0; v < S_VALUES; v++) {
		different += count[v] > 0;
		present += all[v] > 0;
		int j = v;
		for (; j > 0 && sorted[j - 1] < count[v]; j--)
			sorted[j] = sorted[j - 1];
		sorted[j] = count[v];
	}
	for (int i = 0; i < t->nmodels; i++) {
		const struct anon_model *m = &t->model[i];
		double x = 0, run = 0;
		switch (m->kind) {
		case ANON_K:
			if (n < m->k)
				return false;
			break;
		case ANON_DISTINCT_L:
			if (different < m->l)
				return false;
			break;
		case ANON_ENTROPY_L:
			for (int v = 0; v < S_VALUES; v++)
				x -= count[v] > 0 ? count[v] / n * log(count[v] / n) : 0;
			if (x < log(m->l) - 1e-9)
				return false;
			break;
		case ANON_RECURSIVE_CL:
			for (int v = (int)m->l - 1; v < S_VALUES; v++)
				x += sorted[v];
			if (!(sorted[0] < m->c * x))
				return false;
			break;
		case ANON_T:
			for (int v = 0; v < S_VALUES; v++) {
				double d = count[v] / n - all[v] / s->rows;
				run += d;
				x += m->distance == ANON_ORDERED ? (all[v] > 0 ? fabs(run) : 0) : fabs(d) / 2;
			}
			if (m->distance == ANON_HIERARCHICAL)
				x = tree_distance(count, n, all, s->rows);
			if (m->distance == ANON_ORDERED)
				x = present > 1 ? x / (present - 1) : 0;
			if (x > m->t + 1e-9)
				return false;
			break;
		case ANON_DELTA_PRESENCE:
			if ((double)n / population > m->max + 1e-9)
				return false;
			break;
		case ANON_MODEL_MAX:
			break;
		}
	}
	return true;
}

static double cell(const struct small *s, enum anon_loss loss, int c, int level, int r)
{
	int leaves = 0, rows_label = 0, rows_value = 0;

	for (int v = 0; v < s->nvalues[c]; v++)
		leaves += s->up[c][level][v] == s->up[c][level][s->value[r][c]];
	for (int i = 0; i < s->rows; i++) {
		rows_label += s->up[c][level][s->value[i][c]] == s->up[c][level][s->value[r][c]];
		rows_value += s->value[i][c] == s->value[r][c];
	}
	if (loss == ANON_ENTROPY)
		return log2((double)rows_label / rows_value);
	return s->nvalues[c] > 1 ? (double)(leaves - 1) / (s->nvalues[c] - 1) : 0;
}

static double suppressed_cell(const struct small *s, enum anon_loss loss, int c, int r)
{
	int rows_value = 0;

	for (int i = 0; i < s->rows; i++)
		rows_value += s->value[i][c] == s->value[r][c];
	return loss == ANON_ENTROPY ? log2((double)s->rows / rows_value) : 1;
}

static int people(const struct small *s, const int *level, int like, int all)
{
	int n = 0;

	for (int i = 0; i < all; i++)
		n += same_class(s, level, like, i);
	return n;
}

/* Is somebody of the population known to be absent, more surely than a model allows? */
static bool shows_absence(const struct small *s, const struct anon_task *t, const int *level)
{
	for (int i = 0; i < t->nmodels; i++)
		for (int r = 0; r < s->all && t->model[i].kind == ANON_DELTA_PRESENCE; r++)
			if ((double)people(s, level, r, s->rows) / people(s, level, r, s->all) < t->model[i].min - 1e-9)
				return true;
	return false;
}

/* Loss of a node, or -1 when it is no solution. */
static double reference_node(const struct small *s, const struct anon_task *t, const int *level)
{
	bool seen[ROWS_MAX] = { false };
	double loss = 0, most = 0;
	int suppressed = 0, groups = 0;

	for (int r = 0; r < s->rows; r++) {
		int member[ROWS_MAX], n = 0;
		if (seen[r])
			continue;
		for (int i = r; i < s->rows; i++) {
			if (same_class(s, level, r, i)) {
				member[n++] = i;
				seen[i] = true;
			}
		}
		bool good = class_good(s, t, member, n, people(s, level, r, s->all));
		suppressed += good ? 0 : n;
		groups += good;
		for (int i = 0; i < n; i++) {
			if (t->loss == ANON_DISCERNIBILITY)
				loss += good ? n : s->rows;
			for (int c = 0; c < Q && t->loss != ANON_DISCERNIBILITY; c++) {
				most += suppressed_cell(s, t->loss, c, member[i]);
				loss += good ? cell(s, t->loss, c, level[c], member[i]) : suppressed_cell(s, t->loss, c, member[i]);
			}
		}
	}
	if (suppressed > t->limit || shows_absence(s, t, level))
		return -1;
	if (t->loss == ANON_AVERAGE_CLASS)
		return (double)s->rows / (groups + (suppressed > 0));
	return t->loss == ANON_DISCERNIBILITY ? loss : most > 0 ? loss / most : 0;
}

static double reference(const struct small *s, const struct anon_task *t)
{
	double best = -1;
	int level[Q];

	for (level[0] = 0; level[0] < s->nlevels[0]; level[0]++)
		for (level[1] = 0; level[1] < s->nlevels[1]; level[1]++)
			for (level[2] = 0; level[2] < s->nlevels[2]; level[2]++) {
				double x = reference_node(s, t, level);
				if (x >= 0 && (best < 0 || x < best))
					best = x;
			}
	return best;
}

static void random_models(struct anon_task *t, int rows)
{
	static const double ts[] = { 0.05, 0.2, 0.35, 0.6 };

	t->nmodels = 0;
	if (below(2))
		t->model[t->nmodels++] = (struct anon_model){ .kind = ANON_K, .k = 1 + below(6) };
	while (t->nmodels == 0 || (below(3) == 0 && t->nmodels < 3)) {
		struct anon_model m = { .kind = (enum anon_model_kind)below(ANON_MODEL_MAX), .k = 2, .l = 1 + below(3), .c = 0.5 + below(4),
			.t = ts[below(4)], .distance = (enum anon_distance)below(3), .min = below(2) ? 0 : 0.05 * below(8), .max = 0.5 + 0.1 * below(6) };
		if (m.kind == ANON_ENTROPY_L)
			m.l = 1 + 0.3 * below(6);
		t->model[t->nmodels++] = m;
	}
	static const int shares[] = { 0, 0, 5, 10, 30, 100 };
	t->limit = rows * shares[below(6)] / 100;
	t->loss = (enum anon_loss)below(ANON_LOSS_MAX);
	t->threads = 1 + (int)below(2);
}

/* REQ: ANO-03 - the node found is truly the best, for every loss and model, with and without suppression. */
static void test_optimum(void **state)
{
	int solved[ANON_LOSS_MAX][ANON_MODEL_MAX] = { 0 };

	(void)state;
	for (seed = 1; seed < 4000000000u; seed += 1000003) {
		uint64_t keep = seed;
		struct small s;
		struct loaded x;
		struct anon_task t = { 0 };
		struct anon_solution a = { 0 };
		small_make(&s);
		load(&s, &x);
		random_models(&t, s.rows);
		task_make(&s, &x, &t);
		double best = reference(&s, &t);
		enum status st = anon_search(&t, &a);
		assert_int_equal(st, best < 0 ? ST_NO : ST_OK);
		if (st == ST_OK) {
			int level[Q];
			for (int c = 0; c < Q; c++)
				level[c] = a.level[c];
			double ours = anon_loss_real(&t, a.eval.base + a.eval.add), again = reference_node(&s, &t, level);
			assert_true(a.eval.suppressed <= t.limit);
			assert_true(fabs(ours - again) <= 1e-7 * fmax(1, again));
			assert_true(fabs(ours - best) <= 1e-7 * fmax(1, best));
			for (int i = 0; i < t.nmodels; i++)
				solved[t.loss][t.model[i].kind]++;
		}
		free(a.suppressed);
		anon_task_free(&t);
		unload(&x);
		seed = keep;
	}
	for (int l = 0; l < ANON_LOSS_MAX; l++)
		for (int m = 0; m < ANON_MODEL_MAX; m++)
			assert_true(solved[l][m] > 50);
}

/* After either method every class that is left satisfies the models, and no more rows than allowed are gone. */
static void check_result(const struct small *s, struct loaded *x, const struct anon_task *t, const bool *gone, int64_t suppressed)
{
	bool presence = false;

	for (int i = 0; i < t->nmodels; i++)
		presence = presence || t->model[i].kind == ANON_DELTA_PRESENCE;
	int64_t n_gone = 0;

	for (int r = 0; r < s->rows; r++) {
		int member[ROWS_MAX], n = 0;
		n_gone += gone[r];
		for (int c = 0; c < Q; c++) {
			struct str label = x->table.column[c].dict.value[x->table.column[c].code[r]];
			if (gone[r]) {
				assert_true(str_eq(label, S("*")));
				continue;
			}
			/* the label is one of the labels of the row's own value */
			char text[16];
			bool its_own = false;
			for (int l = 0; l < s->nlevels[c]; l++)
				its_own = its_own || str_eq(label, name_of(text, 'v', l, s->up[c][l][s->value[r][c]]));
			assert_true(its_own);
		}
		for (int i = 0; i < s->rows; i++) {
			bool same = !gone[i];
			for (int c = 0; c < Q; c++)
				same = same && x->table.column[c].code[i] == x->table.column[c].code[r];
			if (same)
				member[n++] = i;
		}
		if (!gone[r] && !presence)          /* labels alone do not tell who of the population shares them */
			assert_true(class_good(s, t, member, n, 0));
	}
	assert_int_equal(n_gone, suppressed);
	assert_true(n_gone <= t->limit);
}

static void test_results(void **state)
{
	int done = 0;

	(void)state;
	for (seed = 7; seed < 1500000000u; seed += 1000003) {
		uint64_t keep = seed;
		for (int method = 0; method < 2; method++) {
			struct small s;
			struct loaded x;
			struct anon_task t = { 0 };
			struct anon_solution a = { 0 };
			struct anon_recoding g = { 0 };
			bool *gone = NULL;
			seed = keep;
			small_make(&s);
			load(&s, &x);
			random_models(&t, s.rows);
			task_make(&s, &x, &t);
			enum status st = method ? anon_recode(&t, below(2) ? 100000 : 0, &g) : anon_search(&t, &a);
			if (st == ST_OK && method)
				anon_apply_groups(&x.table, x.columns, &t, &g, &gone);
			else if (st == ST_OK)
				anon_apply_levels(&x.table, x.columns, &t, &a, &gone);
			if (st == ST_OK) {
				check_result(&s, &x, &t, gone, method ? g.suppressed : a.eval.suppressed);
				done++;
			}
			free(gone);
			free(a.suppressed);
			anon_recoding_free(&g);
			anon_task_free(&t);
			unload(&x);
		}
		seed = keep;
	}
	assert_true(done > 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_optimum), cmocka_unit_test(test_results) };

	return cmocka_run_group_tests_name("anon search", tests, NULL, NULL);
}
