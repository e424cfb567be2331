/* apply.c - from solutions to labels in the table. */
#include "anon/apply.h"
#include "anon/share.h"
#include <stdlib.h>

static void take_dict(struct anon_column *c, struct anon_dict *fresh)
{
	struct str name = str_dup(&fresh->text, c->name);

	anon_dict_free(&c->dict);
	c->dict = *fresh;
	c->name = name;
}

/* Columns are shared among threads: each takes its labels from what every row has become, UINT32_MAX where it is suppressed. */
struct applied {
	struct anon_table            *t;
	const int                    *columns;
	const struct anon_task       *task;
	const struct anon_solution   *solution;      /* or else groups */
	const struct anon_recoding   *groups;
	uint32_t                     *of_row;        /* the tuple or group of each row */
};

static void apply_column(void *context, ptrdiff_t c, int thread)
{
	const struct applied *a = context;
	const struct anon_levels *v = &a->task->quasi[c];
	struct anon_column *col = &a->t->column[a->columns[c]];
	struct anon_dict fresh = anon_dict_make();
	int level = a->solution ? a->solution->level[c] : 0, nquasi = a->task->nquasi;
	uint32_t n = a->solution ? v->n : a->groups->ngroups, star = anon_dict_add(&fresh, S("*"));
	uint32_t *label = anon_take(n, (ptrdiff_t)sizeof *label);      /* of each value, or of each group */

	(void)thread;
	for (uint32_t i = 0; i < n; i++) {
		int l = a->solution ? level : a->groups->level[(ptrdiff_t)i * nquasi + c];
		uint32_t value = a->solution ? i : a->groups->code[(ptrdiff_t)i * nquasi + c];
		label[i] = anon_dict_add(&fresh, v->label[l][v->map[l][value]]);
	}
	for (ptrdiff_t r = 0; r < a->t->rows; r++)
		col->code[r] = a->of_row[r] == UINT32_MAX ? star : label[a->solution ? col->code[r] : a->of_row[r]];
	free(label);
	take_dict(col, &fresh);
}

static void apply(struct applied *a, bool **ret_suppressed)
{
	const struct anon_task *task = a->task;

	a->of_row = anon_take(a->t->rows, (ptrdiff_t)sizeof *a->of_row);
	for (ptrdiff_t r = 0; r < a->t->rows; r++) {
		uint32_t tuple = task->tuple_of_row[r];
		a->of_row[r] = a->groups ? a->groups->group_of_tuple[tuple] : a->solution->suppressed[tuple] ? UINT32_MAX : tuple;
	}
	anon_share(task->threads, task->nquasi, apply_column, a);
	if (ret_suppressed) {
		*ret_suppressed = anon_take(a->t->rows, (ptrdiff_t)sizeof **ret_suppressed);
		for (ptrdiff_t r = 0; r < a->t->rows; r++)
			(*ret_suppressed)[r] = a->of_row[r] == UINT32_MAX;
	}
	free(a->of_row);
}

void anon_apply_levels(struct anon_table *t, const int *columns, const struct anon_task *task, const struct anon_solution *s,
	bool **ret_suppressed)
{
	apply(&(struct applied){ .t = t, .columns = columns, .task = task, .solution = s }, ret_suppressed);
}

void anon_apply_groups(struct anon_table *t, const int *columns, const struct anon_task *task, const struct anon_recoding *g,
	bool **ret_suppressed)
{
	apply(&(struct applied){ .t = t, .columns = columns, .task = task, .groups = g }, ret_suppressed);
}
