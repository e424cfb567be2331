/* apply.h - carries a solution into the table: values of the quasi-identifiers become labels. */
#pragma once
#include "anon/recode.h"
#include "anon/search.h"

/* columns[c]: the column of the table that is quasi-identifier c of the task. Suppressed rows get "*" everywhere.
 * ret_suppressed (may be NULL) receives one flag for each row, for the caller to free. */
void anon_apply_levels(struct anon_table *t, const int *columns, const struct anon_task *task, const struct anon_solution *s,
	bool **ret_suppressed);
void anon_apply_groups(struct anon_table *t, const int *columns, const struct anon_task *task, const struct anon_recoding *r,
	bool **ret_suppressed);
