/* apply.c - from solutions to labels in the table. */
#include "anon/apply.h"
#include <stdlib.h>

static void take_dict(struct anon_column *c, struct anon_dict *fresh)
{
	struct str name = str_dup(&fresh->text, c->name);

	anon_dict_free(&c->dict);
	c->dict = *fresh;
	c->name = name;
}

static bool *flags_of_rows(const struct anon_table *t, const struct anon_task *task, const bool *of_tuple)
{
	bool *f = anon_take(t->rows, (ptrdiff_t)sizeof *f);

	for (ptrdiff_t r = 0; r < t->rows; r++)
		f[r] = of_tuple[task->tuple_of_row[r]];
	return f;
}

void anon_apply_levels(struct anon_table *t, const int *columns, const struct anon_task *task, const struct anon_solution *s,
	bool **ret_suppressed)
{
	for (int c = 0; c < task->nquasi; c++) {
		const struct anon_levels *v = &task->quasi[c];
		struct anon_column *col = &t->column[columns[c]];
		struct anon_dict fresh = anon_dict_make();
		int l = s->level[c];
		uint32_t *label = anon_take(v->nlabels[l], (ptrdiff_t)sizeof *label), star = anon_dict_add(&fresh, S("*"));
		for (uint32_t i = 0; i < v->nlabels[l]; i++)
			label[i] = anon_dict_add(&fresh, v->label[l][i]);
		for (ptrdiff_t r = 0; r < t->rows; r++)
			col->code[r] = s->suppressed[task->tuple_of_row[r]] ? star : label[v->map[l][col->code[r]]];
		free(label);
		take_dict(col, &fresh);
	}
	if (ret_suppressed)
		*ret_suppressed = flags_of_rows(t, task, s->suppressed);
}

void anon_apply_groups(struct anon_table *t, const int *columns, const struct anon_task *task, const struct anon_recoding *g,
	bool **ret_suppressed)
{
	for (int c = 0; c < task->nquasi; c++) {
		const struct anon_levels *v = &task->quasi[c];
		struct anon_column *col = &t->column[columns[c]];
		struct anon_dict fresh = anon_dict_make();
		uint32_t *label = anon_take(g->ngroups, (ptrdiff_t)sizeof *label), star = anon_dict_add(&fresh, S("*"));
		for (uint32_t i = 0; i < g->ngroups; i++) {
			int l = g->level[(ptrdiff_t)i * task->nquasi + c];
			label[i] = anon_dict_add(&fresh, v->label[l][v->map[l][g->code[(ptrdiff_t)i * task->nquasi + c]]]);
		}
		for (ptrdiff_t r = 0; r < t->rows; r++) {
			uint32_t group = g->group_of_tuple[task->tuple_of_row[r]];
			col->code[r] = group == UINT32_MAX ? star : label[group];
		}
		free(label);
		take_dict(col, &fresh);
	}
	if (!ret_suppressed)
		return;
	bool *of_tuple = anon_take(task->ntuples, (ptrdiff_t)sizeof *of_tuple);
	for (uint32_t i = 0; i < task->ntuples; i++)
		of_tuple[i] = g->group_of_tuple[i] == UINT32_MAX;
	*ret_suppressed = flags_of_rows(t, task, of_tuple);
	free(of_tuple);
}
