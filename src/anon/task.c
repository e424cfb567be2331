/* task.c - from rows to items, and the loss of cells in fixed point. */
#include "anon/task.h"
#include "anon/set.h"
#include "anon/share.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Sensitive values lowest, then the columns by falling number of values: what is generalised first, and most, lies low,
 * so that what becomes equal lies close together (set.inc). */
static enum status lay_out_key(struct anon_task *t)
{
	int bits = 0;

	for (int c = 0; c < t->nquasi; c++) {
		int d = c;
		for (; d > 0 && t->quasi[t->order[d - 1]].n < t->quasi[c].n; d--)
			t->order[d] = t->order[d - 1];
		t->order[d] = c;
	}
	for (int i = 0; i < t->nsensitive + t->nquasi; i++) {
		int f = i < t->nsensitive ? t->nquasi + i : t->order[i - t->nsensitive];
		int width = anon_bits(f < t->nquasi ? t->quasi[f].n : t->sensitive[f - t->nquasi].n);
		if (bits + width > 128)
			return ST_TOO_BIG;
		/* a field of one value takes no room; its shift must stay below the width of the key */
		t->field[f] = (struct anon_field){ width ? bits : 0, (uint32_t)(((uint64_t)1 << width) - 1) };
		bits += width;
		if (i >= t->nsensitive)
			t->end[i - t->nsensitive + 1] = bits;
		else
			t->end[0] = bits;
	}
	t->width = bits <= 32 ? 32 : bits <= 64 ? 64 : 128;
	return ST_OK;
}

static void make_steps(struct anon_task *t)
{
	for (int c = 0; c < t->nquasi; c++) {
		const struct anon_levels *v = &t->quasi[c];
		t->up[c] = anon_take_zeroed((ptrdiff_t)v->levels * v->levels, (ptrdiff_t)sizeof *t->up[c]);
		for (int from = 0; from < v->levels; from++) {
			for (int to = from + 1; to < v->levels; to++) {
				uint32_t *up = anon_take(v->nlabels[from], (ptrdiff_t)sizeof *up);
				for (uint32_t i = 0; i < v->n; i++)
					up[v->map[from][i]] = v->map[to][i];
				t->up[c][from * v->levels + to] = up;
			}
		}
	}
}

/* Joins the rows of the population behind those of the table. */
static const uint32_t **with_population(const struct anon_rows *r, int n)
{
	const uint32_t **code = anon_take(n, (ptrdiff_t)sizeof *code);

	for (int c = 0; c < n; c++) {
		uint32_t *both = anon_take(r->rows + r->population_rows, (ptrdiff_t)sizeof *both);
		if (r->rows)
			memcpy(both, r->code[c], (size_t)r->rows * sizeof *both);
		if (r->population_rows)
			memcpy(both + r->rows, r->population[c], (size_t)r->population_rows * sizeof *both);
		code[c] = both;
	}
	return code;
}

static void number_items(const struct anon_task *t, const struct anon_rows *r, ptrdiff_t all, uint32_t **ret_item, uint32_t *ret_n)
{
	const uint32_t *code[ANON_SENSITIVE_MAX + 1] = { t->tuple_of_row };
	uint32_t nvalues[ANON_SENSITIVE_MAX + 1] = { t->ntuples }, *padded[ANON_SENSITIVE_MAX];

	for (int s = 0; s < t->nsensitive; s++) {     /* the population has no sensitive values: rank 0, with no row */
		padded[s] = anon_take_zeroed(all, (ptrdiff_t)sizeof(uint32_t));
		if (r->rows)
			memcpy(padded[s], r->sensitive[s], (size_t)r->rows * sizeof(uint32_t));
		code[s + 1] = padded[s];
		nvalues[s + 1] = t->sensitive[s].n;
	}
	anon_group(code, nvalues, t->nsensitive + 1, all, t->threads, ret_item, ret_n);
	for (int s = 0; s < t->nsensitive; s++)
		free(padded[s]);
}

enum { RANGES = 64 };
struct renumbering { const struct anon_task *t; const uint32_t *to; ptrdiff_t rows; };

static void renumber_range(void *context, ptrdiff_t range, int thread)
{
	const struct renumbering *u = context;

	(void)thread;
	for (ptrdiff_t i = anon_share_from(u->rows, RANGES, range), end = anon_share_from(u->rows, RANGES, range + 1); i < end; i++)
		u->t->tuple_of_row[i] = u->to[u->t->tuple_of_row[i]];
}

/* Tuples are numbered as their items lie: what is near in one is near in the other. */
static void renumber_tuples(struct anon_task *t, ptrdiff_t rows)
{
	uint32_t *to = anon_take(t->ntuples, (ptrdiff_t)sizeof *to), last = UINT32_MAX, next = 0;

	for (ptrdiff_t i = 0; i < t->items.n; i++) {
		if (t->tuple_of_item[i] != last) {
			last = t->tuple_of_item[i];
			to[last] = next++;
		}
		t->tuple_of_item[i] = next - 1;
	}
	assert(next == t->ntuples);
	struct renumbering u = { t, to, rows };
	anon_share(t->threads, RANGES, renumber_range, &u);
	free(to);
}

static void make_items(struct anon_task *t, const struct anon_rows *r, const uint32_t *const *code, ptrdiff_t all)
{
	uint32_t *item = t->tuple_of_row, nitems = t->ntuples, next = 0, codes[ANON_QUASI_MAX + ANON_SENSITIVE_MAX];

	if (t->nsensitive)
		number_items(t, r, all, &item, &nitems);
	t->items = anon_set_make(t, nitems);
	t->items.n = nitems;
	t->tuple_of_item = anon_take(nitems, (ptrdiff_t)sizeof *t->tuple_of_item);
	for (ptrdiff_t i = 0; i < all; i++) {
		uint32_t at = item[i];
		if (at == next) {
			next++;
			for (int c = 0; c < t->nquasi; c++)
				codes[c] = code[c][i];
			for (int s = 0; s < t->nsensitive; s++)
				codes[t->nquasi + s] = i < r->rows ? r->sensitive[s][i] : 0;
			anon_set_put(t, &t->items, at, codes);
			t->tuple_of_item[at] = t->tuple_of_row[i];
			t->items.count[at] = 0;
			if (t->has_population)
				t->items.population[at] = 0;
		}
		if (i < r->rows)
			t->items.count[at]++;
		else
			t->items.population[at]++;
	}
	anon_set_sort(t, &t->items, t->tuple_of_item);
	if (item != t->tuple_of_row)
		free(item);
	renumber_tuples(t, all);
}

/* ---- loss ---- */

static double cell_loss(const struct anon_task *t, int c, int l, uint32_t value, const int64_t *rows_of_value,
	const int64_t *rows_of_label)
{
	const struct anon_levels *v = &t->quasi[c];
	uint32_t label = v->map[l][value];

	if (t->loss == ANON_ENTROPY)
		return log2((double)rows_of_label[label] / (double)rows_of_value[value]);
	return v->all_leaves > 1 ? (double)(v->leaves[l][label] - 1) / (double)(v->all_leaves - 1) : 0;
}

static int64_t fixed(const struct anon_task *t, double v)
{
	return (int64_t)llround(ldexp(v, t->scale));
}

static void cost_level(struct anon_task *t, int c, int l, const int64_t *rows_of_value)
{
	const struct anon_levels *v = &t->quasi[c];
	int64_t *rows_of_label = anon_take_zeroed(v->nlabels[l], (ptrdiff_t)sizeof *rows_of_label);

	t->save[c][l] = anon_take_zeroed(v->nlabels[l], (ptrdiff_t)sizeof(int64_t));
	for (uint32_t i = 0; i < v->n; i++)
		rows_of_label[v->map[l][i]] += rows_of_value[i];
	for (uint32_t i = 0; i < v->n; i++) {
		if (!rows_of_value[i])
			continue;
		double loss = cell_loss(t, c, l, i, rows_of_value, rows_of_label);
		double all = t->loss == ANON_ENTROPY ? log2((double)t->rows / (double)rows_of_value[i]) : 1;
		t->base[c][l] += rows_of_value[i] * fixed(t, loss);
		t->save[c][l][v->map[l][i]] = fixed(t, t->loss == ANON_ENTROPY ?
			log2((double)t->rows / (double)rows_of_label[v->map[l][i]]) : all - loss);
		if (l == 0)
			t->cost_all += rows_of_value[i] * fixed(t, all);
	}
	free(rows_of_label);
}

static void make_costs(struct anon_task *t, const struct anon_rows *r)
{
	/* rows x columns x the dearest cell must stay below 2^61 */
	double dearest = t->loss == ANON_ENTROPY ? fmax(1, log2((double)MAX(t->rows, 2))) : 1;

	t->scale = 61 - (int)ceil(log2((double)MAX(t->rows, 1) * MAX(t->nquasi, 1) * dearest));
	t->scale = MIN(t->scale, 40);
	for (int c = 0; c < t->nquasi; c++) {
		int64_t *rows_of_value = anon_take_zeroed(t->quasi[c].n, (ptrdiff_t)sizeof *rows_of_value);
		for (ptrdiff_t i = 0; i < r->rows; i++)
			rows_of_value[r->code[c][i]]++;
		for (int l = 0; l < t->quasi[c].levels; l++)
			cost_level(t, c, l, rows_of_value);
		free(rows_of_value);
	}
}

enum status anon_task_load(struct anon_task *t, const struct anon_rows *r)
{
	uint32_t nvalues[ANON_QUASI_MAX];
	const uint32_t **joined = NULL, *const *code = r->code;
	ptrdiff_t all = r->rows + r->population_rows;

	assert(r->population || r->population_rows == 0);
	assert(t->nquasi <= ANON_QUASI_MAX && t->nsensitive <= ANON_SENSITIVE_MAX && all <= ANON_ROWS_MAX);
	t->rows = r->rows;
	t->has_population = r->population != NULL;
	TRY(lay_out_key(t));
	for (int c = 0; c < t->nquasi; c++)
		nvalues[c] = t->quasi[c].n;
	if (t->has_population)
		code = joined = with_population(r, t->nquasi);
	anon_group(code, nvalues, t->nquasi, all, t->threads, &t->tuple_of_row, &t->ntuples);
	make_items(t, r, code, all);
	for (int c = 0; joined && c < t->nquasi; c++) {
		union { const uint32_t *in; uint32_t *out; } p = { joined[c] };
		free(p.out);
	}
	free(joined);
	make_steps(t);
	make_costs(t, r);
	return ST_OK;
}

void anon_task_free(struct anon_task *t)
{
	for (int c = 0; c < t->nquasi; c++) {
		int levels = t->quasi[c].levels;
		for (int i = 0; t->up[c] && i < levels * levels; i++)
			free(t->up[c][i]);
		free(t->up[c]);
		for (int l = 0; l < levels; l++)
			free(t->save[c][l]);
	}
	free(t->tuple_of_row);
	free(t->tuple_of_item);
	anon_set_free(&t->items);
}
