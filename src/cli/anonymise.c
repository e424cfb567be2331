/* anonymise.c - `tobari anonymise`: reads a table, generalises and suppresses until every model holds, writes it anew. */
#include "cli/anon_run.h"
#include "cli/anon_pieces.h"
#include "sys/sys.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct cli_option options[] = {
	{ "spec",    "SPEC.json", MSG_ANON_OPT_SPEC },
	{ "report",  "FILE",      MSG_ANON_OPT_REPORT },
	{ "threads", "N",         MSG_ANON_OPT_THREADS },
	{ NULL, NULL, MSG_NONE },
};

/* ---- reading ---- */

static const struct anon_spec_column *spec_of(const struct anon_spec *s, struct str name)
{
	for (int i = 0; i < s->ncolumns; i++)
		if (str_eq(s->column[i].name, name))
			return &s->column[i];
	return NULL;
}

static enum status match_columns(struct anon_run *r, const struct anon_file *f)
{
	r->ncolumns = f->ncolumns;
	r->name = f->name;
	r->separator = csv_separator(f->csv);
	r->of = new_n(r->c->a, const struct anon_spec_column *, f->ncolumns);
	r->in_table = new_n(r->c->a, int, f->ncolumns);
	for (int i = 0; i < r->spec.ncolumns; i++) {
		if (anon_file_column(f, r->spec.column[i].name) >= 0)
			continue;
		problem(&r->c->problems, f->path, MSG_ANON_NO_COLUMN, .arg = { r->spec.column[i].name });
		return ST_BAD_INPUT;
	}
	for (int i = 0; i < f->ncolumns; i++)
		r->of[i] = spec_of(&r->spec, f->name[i]);
	return ST_OK;
}

/* Reads the columns that are computed with. All others pass through when the table is written. */
static enum status read_table(struct anon_run *r, struct anon_file *f)
{
	int column[ANON_COLUMNS_MAX], n = 0;

	for (int i = 0; i < f->ncolumns; i++) {
		const struct anon_spec_column *s = r->of[i];
		bool wanted = s && (s->role == ANON_ROLE_QUASI || s->role == ANON_ROLE_SENSITIVE || (s->nops && !anon_role_goes(s->role)));
		r->in_table[i] = wanted ? n : -1;
		if (!wanted)
			continue;
		if (s->role == ANON_ROLE_QUASI)
			r->quasi[r->nquasi++] = n;
		else if (s->role == ANON_ROLE_SENSITIVE)
			r->sensitive[r->nsensitive++] = n;
		column[n++] = i;
	}
	return anon_file_load(r->c, f, column, n, r->task.threads, &r->table);
}

/* The population has the quasi-identifiers under the same names; its rows stand behind those of the table for a while. */
static enum status read_population(struct anon_run *r)
{
	struct anon_file f;
	int column[ANON_COLUMNS_MAX], n = r->table.ncolumns;
	ptrdiff_t rows = r->table.rows;
	enum status st = anon_file_open(r->c, anon_path_beside(r->c, r->spec.path, r->spec.population), 0, &f);

	for (int i = 0; i < n && st == ST_OK; i++) {
		column[i] = anon_file_column(&f, r->table.column[i].name);
		bool is_quasi = false;
		for (int q = 0; q < r->nquasi; q++)
			is_quasi = is_quasi || r->quasi[q] == i;
		if (column[i] < 0 && is_quasi) {
			problem(&r->c->problems, f.path, MSG_ANON_NO_COLUMN, .arg = { r->table.column[i].name });
			st = ST_BAD_INPUT;
		}
		if (!is_quasi)
			column[i] = 0;         /* any text: it is not used */
	}
	if (st == ST_OK)
		st = anon_file_append(r->c, &f, column, n, &r->table);
	anon_file_close(&f);
	r->population_rows = r->table.rows - rows;
	return st;
}

/* ---- operations and levels ---- */

static int file_column(const struct anon_run *r, int in_table)
{
	int i = 0;

	while (r->in_table[i] != in_table)
		i++;
	return i;
}

static enum status operate(struct anon_run *r)
{
	for (int i = 0; i < r->table.ncolumns; i++) {
		int at = file_column(r, i);
		const struct anon_spec_column *s = r->of[at];
		for (int o = 0; o < s->nops; o++) {
			struct str bad = S("");
			if (r->population_rows && (anon_op_is_random(s->op[o].kind) || s->op[o].kind == ANON_MICRO)) {
				problem(&r->c->problems, s->place, MSG_ANON_OP_POPULATION);
				return ST_BAD_INPUT;
			}
			if (anon_operate(r->c->a, &r->table.column[i], r->table.rows, &s->op[o], o, &bad) == ST_OK)
				continue;
			problem(&r->c->problems, anon_file_find(r->c, r->in, r->separator, at, bad), MSG_ANON_NOT_NUMBER, .arg = { bad });
			return ST_BAD_INPUT;
		}
	}
	return ST_OK;
}

/* A value that the hierarchy lacks is told at its cell. */
static enum status missing(struct anon_run *r, int in_table, const struct anon_spec_column *s, uint32_t value)
{
	struct str text = str_dup(r->c->a, r->table.column[in_table].dict.value[value]);
	int at = file_column(r, in_table);

	problem(&r->c->problems, s->nops ? r->name[at] : anon_file_find(r->c, r->in, r->separator, at, text), MSG_ANON_HOLE,
		.arg = { text, r->name[at], s->hierarchy && s->hierarchy->kind == JS_TEXT ? s->hierarchy->text : s->place });
	return ST_BAD_INPUT;
}

static enum status make_levels(struct anon_run *r, int in_table, struct anon_hierarchy *h, struct anon_levels *v)
{
	const struct anon_spec_column *s = r->of[file_column(r, in_table)];
	const struct anon_dict *values = &r->table.column[in_table].dict;
	ptrdiff_t told = r->c->problems.n;
	uint32_t lacking;

	if (values->n == 0)
		return anon_hierarchy_add(h, (const struct str[]){ S("*") }, 1, s->place, &r->c->problems);
	enum status st = anon_spec_hierarchy(r->c, &r->spec, s, values, h);
	if (st == ST_BAD_INPUT && r->c->problems.n > told && r->c->problems.p[told].msg == MSG_ANON_NOT_NUMBER && !s->nops)
		r->c->problems.p[told].place = anon_file_find(r->c, r->in, r->separator, file_column(r, in_table), r->c->problems.p[told].arg[0]);
	TRY(st);
	return anon_levels_make(h, values, v, &lacking) == ST_OK ? ST_OK : missing(r, in_table, s, lacking);
}

static bool wants_tree(const struct anon_run *r, int s)
{
	for (int i = 0; i < r->task.nmodels; i++)
		if (r->task.model[i].kind == ANON_T && r->task.model[i].distance == ANON_HIERARCHICAL && r->task.model[i].sensitive == s)
			return true;
	return false;
}

static enum status make_spread(struct anon_run *r, int s, ptrdiff_t rows)
{
	struct anon_column *col = &r->table.column[r->sensitive[s]];
	struct anon_levels v = { 0 };
	uint32_t *rank, *up[ANON_LEVELS_MAX];
	int64_t *counts = anon_take_zeroed(col->dict.n, (ptrdiff_t)sizeof *counts);
	int heights = 0;
	enum status st = ST_OK;

	anon_dict_rank(&col->dict, &rank);
	r->ranks[s] = anon_take(rows, (ptrdiff_t)sizeof(uint32_t));
	for (ptrdiff_t i = 0; i < rows; i++) {
		r->ranks[s][i] = rank[col->code[i]];
		counts[r->ranks[s][i]]++;
	}
	if (wants_tree(r, s))
		st = make_levels(r, r->sensitive[s], &r->sensitive_hierarchy[s], &v);
	for (int l = 1; l < v.levels; l++) {
		up[heights] = anon_take_zeroed(col->dict.n, (ptrdiff_t)sizeof(uint32_t));
		for (uint32_t i = 0; i < col->dict.n; i++)
			up[heights][rank[i]] = v.map[l][i];
		heights++;
	}
	if (st == ST_OK)
		r->spread[s] = anon_spread_make(counts, col->dict.n, v.levels ? up : NULL, heights);
	for (int h = 0; h < heights; h++)
		free(up[h]);
	anon_levels_free(&v);
	free(counts);
	free(rank);
	return st;
}

/* A model without a column holds for every sensitive column. */
static void make_models(struct anon_run *r)
{
	struct anon_task *t = &r->task;

	for (int i = 0; i < r->spec.nmodels; i++) {
		struct anon_model m = r->spec.model[i];
		bool of_values = m.kind != ANON_K && m.kind != ANON_DELTA_PRESENCE;
		for (int s = 0; s < (of_values ? r->nsensitive : 1) && t->nmodels < ANON_MODELS_MAX; s++) {
			const struct anon_spec_column *col = of_values ? r->of[file_column(r, r->sensitive[s])] : NULL;
			if (of_values && r->spec.model[i].sensitive >= 0 && col != &r->spec.column[r->spec.model[i].sensitive])
				continue;
			m.sensitive = s;
			t->model[t->nmodels++] = m;
			t->nsensitive = of_values ? r->nsensitive : t->nsensitive;
		}
	}
}

static enum status check_models(struct anon_run *r, ptrdiff_t rows)
{
	if (r->nquasi && r->spec.nmodels == 0) {
		problem(&r->c->problems, r->spec.path, MSG_ANON_SPEC_NEEDED, .arg = { S("models") });
		return ST_BAD_INPUT;
	}
	for (int i = 0; i < r->spec.nmodels; i++) {
		int64_t k = r->spec.model[i].kind == ANON_K ? r->spec.model[i].k : 0;
		if (k <= rows)
			continue;
		problem(&r->c->problems, r->spec.path, MSG_ANON_K_ROWS, .arg = { text_of_int(r->c->a, k), text_of_int(r->c->a, rows) });
		return ST_BAD_INPUT;
	}
	if (r->spec.nmodels && r->nquasi == 0) {
		problem(&r->c->problems, r->spec.path, MSG_ANON_NO_QUASI);
		return ST_BAD_INPUT;
	}
	return ST_OK;
}

/* ---- solving ---- */

static enum status load_task(struct anon_run *r, ptrdiff_t rows)
{
	struct anon_task *t = &r->task;
	const uint32_t *code[ANON_QUASI_MAX], *population[ANON_QUASI_MAX], *ranks[ANON_SENSITIVE_MAX];

	t->quasi = r->levels;
	t->nquasi = r->nquasi;
	t->sensitive = r->spread;
	t->loss = r->spec.loss;
	t->limit = (int64_t)floor(r->spec.suppression * (double)rows + 1e-9);
	for (int i = 0; i < r->nquasi; i++) {
		TRY(make_levels(r, r->quasi[i], &r->hierarchy[i], &r->levels[i]));
		code[i] = r->table.column[r->quasi[i]].code;
		population[i] = code[i] + rows;
	}
	for (int s = 0; s < r->nsensitive; s++) {
		TRY(make_spread(r, s, rows));
		ranks[s] = r->ranks[s];
	}
	struct anon_rows data = { .rows = rows, .population_rows = r->population_rows, .code = code, .sensitive = ranks,
		.population = r->spec.population.n ? population : NULL };
	if (anon_task_load(t, &data) == ST_OK)
		return ST_OK;
	problem(&r->c->problems, r->in, MSG_ANON_KEY_WIDE);
	return ST_TOO_BIG;
}

/* Enough comparisons to better a small table in about a second; a large one is left as the walk made it. */
static int64_t effort_of(const struct anon_run *r)
{
	if (r->spec.effort >= 0)
		return r->spec.effort;
	return r->task.ntuples <= 200000 ? 60000000 : 0;
}

static enum status solve(struct anon_run *r)
{
	int64_t from = sys_monotonic_us();
	enum status st = r->spec.multidimensional ? anon_recode(&r->task, effort_of(r), &r->recoding)
		: anon_search(&r->task, &r->solution);

	r->search_us = sys_monotonic_us() - from;
	if (st == ST_NO)
		problem(&r->c->problems, r->spec.path, MSG_ANON_NO_SOLUTION, .arg = { text_of_int(r->c->a, r->task.limit) });
	else if (st == ST_TOO_BIG)
		problem(&r->c->problems, r->spec.path, MSG_ANON_LATTICE_BIG);
	if (st != ST_OK)
		return st;
	r->searched = true;
	if (r->spec.multidimensional) {
		r->loss = r->recoding.loss;
		r->visited = r->recoding.visited;
		r->nsuppressed = r->recoding.suppressed;
		anon_apply_groups(&r->table, r->quasi, &r->task, &r->recoding, &r->suppressed);
	} else {
		r->loss = r->solution.eval.base + r->solution.eval.add;
		r->visited = r->solution.visited;
		r->nsuppressed = r->solution.eval.suppressed;
		anon_apply_levels(&r->table, r->quasi, &r->task, &r->solution, &r->suppressed);
	}
	return ST_OK;
}

static bool is_ordered(const struct anon_run *r, int s)
{
	for (int i = 0; i < r->task.nmodels; i++)
		if (r->task.model[i].kind == ANON_T && r->task.model[i].sensitive == s && r->task.model[i].distance == ANON_ORDERED)
			return true;
	return false;
}

static struct anon_measures *measure(struct anon_run *r)
{
	int n = MAX(r->nsensitive, 1);
	struct anon_measures *m = new_n(r->c->a, struct anon_measures, n);

	for (int s = 0; s < n; s++) {
		struct anon_measure_plan p = { .quasi = r->quasi, .nquasi = r->nquasi, .threshold = 0.2, .threads = r->task.threads,
			.sensitive = r->nsensitive ? r->sensitive[s] : -1, .ordered = is_ordered(r, s) };
		anon_measure(&r->table, &p, &m[s]);
	}
	return m;
}

/* ---- writing ---- */

/* One row as it leaves; `field` is what was read, NULL where every column is computed or deleted. */
static void put_row(const void *context, const struct str *field, ptrdiff_t row, struct csv_writer *w)
{
	const struct anon_run *r = context;

	if (r->suppressed && r->suppressed[row] && r->spec.drop)
		return;
	for (int i = 0; i < r->ncolumns; i++) {
		const struct anon_column *col = r->in_table[i] >= 0 ? &r->table.column[r->in_table[i]] : NULL;
		bool goes = r->of[i] && anon_role_goes(r->of[i]->role);
		csv_put(w, goes ? S("*") : col ? col->dict.value[col->code[row]] : field[i]);
	}
	csv_end_row(w);
}

/* Some column passes through as it is. */
static bool passes_through(const struct anon_run *r)
{
	for (int i = 0; i < r->ncolumns; i++)
		if (r->in_table[i] < 0 && !(r->of[i] && anon_role_goes(r->of[i]->role)))
			return true;
	return false;
}

static enum status write_rows(struct anon_run *r, struct anon_file *f, struct anon_out *o)
{
	struct csv_row row;
	ptrdiff_t at = 0;
	enum status st;

	while ((st = anon_file_next(r->c, f, &row)) == ST_OK) {
		if (r->table.ncolumns && at >= r->table.rows)
			break;
		put_row(r, row.field, at++, anon_out_writer(o));
		anon_out_bytes(o, S(""));       /* to the disk, when it is much */
	}
	if (st == ST_BAD_INPUT)
		return st;
	return r->table.ncolumns && (st == ST_OK || at != r->table.rows) ? ST_NO : ST_OK;
}

static enum status write_out(struct anon_run *r, const struct anon_file *first, struct anon_out *o)
{
	struct anon_file f = { .fd = -1 };
	enum status st = anon_file_is_same(first) ? ST_OK : ST_NO;

	for (int i = 0; i < r->ncolumns; i++)
		csv_put(anon_out_writer(o), r->name[i]);
	anon_out_row(o);
	if (st == ST_OK && first->npieces) {
		struct anon_pieces_writer to = { put_row, r };
		st = anon_pieces_write(first, &to, passes_through(r), r->task.threads, o);
	} else if (st == ST_OK) {
		st = anon_file_open(r->c, r->in, r->separator, &f);
		if (st == ST_OK)
			st = f.size == first->size && f.changed == first->changed ? write_rows(r, &f, o) : ST_NO;
		anon_file_close(&f);
	}
	if (st != ST_NO)
		return st;
	problem(&r->c->problems, r->in, MSG_ANON_CHANGED);
	return ST_BAD_INPUT;
}

static void free_run(struct anon_run *r)
{
	if (r->task.tuple_of_row)
		anon_task_free(&r->task);
	for (int i = 0; i < r->nquasi; i++) {
		anon_levels_free(&r->levels[i]);
		anon_hierarchy_free(&r->hierarchy[i]);
	}
	for (int s = 0; s < r->nsensitive; s++) {
		anon_spread_free(&r->spread[s]);
		anon_hierarchy_free(&r->sensitive_hierarchy[s]);
		free(r->ranks[s]);
	}
	free(r->solution.suppressed);
	anon_recoding_free(&r->recoding);
	free(r->suppressed);
	anon_table_free(&r->table);
}

static enum status work(struct anon_run *r, struct anon_file *f)
{
	TRY(match_columns(r, f));
	TRY(read_table(r, f));
	ptrdiff_t rows = r->table.rows;
	TRY(check_models(r, rows));
	int64_t k = 5;
	for (int i = 0; i < r->spec.nmodels; i++)
		k = r->spec.model[i].kind == ANON_K ? MAX(r->spec.model[i].k, 2) : k;
	r->peculiar = new_n(r->c->a, struct anon_peculiar, r->table.ncolumns + 1);
	for (int i = 0; i < r->table.ncolumns; i++)
		anon_find_peculiar(&r->table.column[i], rows, k, &r->peculiar[i]);
	if (r->nquasi)
		r->before = measure(r);
	if (r->spec.population.n)
		TRY(read_population(r));
	TRY(operate(r));
	make_models(r);
	if (r->nquasi) {
		TRY(load_task(r, rows));
		r->table.rows = rows;
		TRY(solve(r));
		r->after = measure(r);
	}
	return ST_OK;
}

static enum status run(struct cli *c)
{
	struct str spec = cli_value(c, "spec"), report = cli_value(c, "report");
	struct anon_run r = { .c = c, .in = c->args[0], .out = c->args[1] };
	struct anon_file f = { .fd = -1 };
	struct anon_out o = { 0 };
	int64_t threads, from = sys_monotonic_us();

	if (!spec.p) {
		problem(&c->problems, S("--spec"), MSG_CLI_NEEDS_VALUE, .arg = { S("--spec") });
		return ST_BAD_INPUT;
	}
	TRY(cli_number(c, "threads", 1, 16, anon_threads(), &threads));
	TRY(anon_spec_read(c, spec, false, &r.spec));
	r.task.threads = (int)threads;
	TRY(anon_paths_differ(c, &r.spec, (const struct str[]){ report, r.out }, 2, (const struct str[]){ r.in, spec }, 2));
	enum status st = anon_file_open(c, r.in, r.spec.separator, &f);
	if (st == ST_OK)
		st = work(&r, &f);
	if (st == ST_OK)
		st = anon_out_open(c, r.out, r.separator, 0600, &o);
	if (st == ST_OK)
		st = write_out(&r, &f, &o);
	r.all_us = sys_monotonic_us() - from;
	if (st == ST_OK && report.p)
		st = anon_record_write(&r, report);
	if (st == ST_OK)
		st = anon_out_commit(c, &o);
	anon_out_drop(&o);
	anon_file_close(&f);
	free_run(&r);
	return st;
}

const struct cli_command cmd_anonymise = {
	.name = "anonymise", .synopsis = "--spec SPEC.json [--report FILE] IN OUT", .summary = MSG_ANON_CMD_ANONYMISE,
	.options = options, .min_args = 2, .max_args = 2, .run = run,
};
