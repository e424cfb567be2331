/* anon_bench.c - the anonymiser against a plain evaluation of every node, and its cost as tables grow.
 *
 * Floor: all 12,960 nodes of Adult (9 quasi-identifiers), each evaluated, without any search or bound. Both are
 * single-threaded and measured in CPU time, one after the other, so that other work on the machine does not count; the
 * ratio is the median of the ratios of pairs. ANON_EXPORT=DIR writes the synthetic table (ANON_ROWS rows) for other tools;
 * ANON_ONLY=optimum, models, million or growth limits what is measured. */
#include "base/num.h"
#include "tests/bench/anon_data.inc"
#include "tests/bench/bench.h"

#include <math.h>
#include <sys/resource.h>
#include <time.h>

enum { RUNS = 5, ADULT_ROWS = 30162 };

static double cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int64_t floor_nodes, floor_small;      /* what the floor has counted, so that its work is not left out */

static long peak_mb(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss / 1024;
}

static double wall(void)
{
	return (double)sys_monotonic_us() / 1e6;
}

/* ---- the floor ---- */

/* Column by column, level by level: what becomes equal is joined before the next column, so that no node begins again from
 * the rows. A simple loop, but not a foolish one: evaluating each node from the distinct rows takes five times as long. */
struct plain { uint32_t *key, *count, n; };
struct floor { const struct anon_task *t; struct plain at[ANON_QUASI_MAX + 1]; uint32_t *slot; int64_t nodes, rows; };

static void join_equal(struct floor *f, int depth, int level)
{
	const struct plain *from = &f->at[depth];
	struct plain *to = &f->at[depth + 1];
	int c = f->t->order[depth], shift = f->t->field[c].shift, bits = 1;
	uint32_t mask = f->t->field[c].mask << shift, n = 0;
	const uint32_t *up = f->t->quasi[c].map[level];

	while (1u << bits < from->n * 2)
		bits++;
	memset(f->slot, 0, sizeof *f->slot << bits);
	for (uint32_t i = 0; i < from->n; i++) {
		uint32_t k = (from->key[i] & ~mask) | up[(from->key[i] & mask) >> shift] << shift;
		uint32_t h = (uint32_t)((uint64_t)k * 0x9E3779B97F4A7C15u >> 32) >> (32 - bits);
		while (f->slot[h] && to->key[f->slot[h] - 1] != k)
			h = (h + 1) & ((1u << bits) - 1);
		if (!f->slot[h]) {
			f->slot[h] = n + 1;
			to->key[n] = k;
			to->count[n++] = 0;
		}
		to->count[f->slot[h] - 1] += from->count[i];
	}
	to->n = n;
}

static void evaluate_below(struct floor *f, int depth)
{
	if (depth == f->t->nquasi) {
		for (uint32_t i = 0; i < f->at[depth].n; i++)
			f->rows += f->at[depth].count[i] < 5 ? f->at[depth].count[i] : 0;
		f->nodes++;
		return;
	}
	for (int l = 0; l < f->t->quasi[f->t->order[depth]].levels; l++) {
		join_equal(f, depth, l);
		evaluate_below(f, depth + 1);
	}
}

static double floor_once(const struct anon_task *t)
{
	struct floor f = { .t = t };
	uint32_t n = (uint32_t)t->items.n;

	f.slot = anon_take((ptrdiff_t)n * 4 + 4, (ptrdiff_t)sizeof *f.slot);
	for (int d = 0; d <= t->nquasi; d++) {
		f.at[d].key = anon_take(n, (ptrdiff_t)sizeof(uint32_t));
		f.at[d].count = anon_take(n, (ptrdiff_t)sizeof(uint32_t));
	}
	double begin = cpu();
	memcpy(f.at[0].key, t->items.key, n * sizeof(uint32_t));
	memcpy(f.at[0].count, t->items.count, n * sizeof(uint32_t));
	f.at[0].n = n;
	evaluate_below(&f, 0);
	double took = cpu() - begin;
	for (int d = 0; d <= t->nquasi; d++) {
		free(f.at[d].key);
		free(f.at[d].count);
	}
	free(f.slot);
	floor_nodes = f.nodes;
	floor_small = f.rows;
	return took;
}

/* ---- ours ---- */

static const struct anon_model five = { .kind = ANON_K, .k = 5 };

struct asked { double share; int nmodels; struct anon_model second; enum anon_loss loss; int threads; };
struct found { double cpu, loss, ratio; int64_t visited, nodes, tuples; };

static struct found search(const struct bench_table *b, const struct asked *a)
{
	struct found f = { 0 };
	double begin = cpu();
	struct anon_task t;
	struct anon_solution s = { 0 };

	bench_task(b, a->nmodels > 1, a->loss, a->threads, &t);
	t.limit = (int64_t)floor(a->share * (double)t.rows + 1e-9);
	t.model[0] = five;
	t.model[1] = a->second;
	t.nmodels = a->nmodels;
	if (anon_search(&t, &s) == ST_OK)
		f = (struct found){ cpu() - begin, anon_loss_real(&t, s.eval.base + s.eval.add), 0, s.visited, s.nodes, t.ntuples };
	free(s.suppressed);
	anon_task_free(&t);
	return f;
}

static int by_ratio(const void *pa, const void *pb)
{
	const struct found *a = pa, *b = pb;

	return (a->ratio > b->ratio) - (a->ratio < b->ratio);
}

/* Without a floor the ratio is seconds. */
static void tell(const char *name, const struct bench_table *b, const struct asked *a, const struct anon_task *floor_of, double must, double moonshot)
{
	struct found f[RUNS], *m = &f[RUNS / 2];
	char conditions[256];
	double plain = 0;

	for (int i = 0; i < RUNS; i++) {
		double once = floor_of ? floor_once(floor_of) : 1;
		f[i] = search(b, a);
		f[i].ratio = f[i].cpu / once;
		plain += floor_of ? once / RUNS : 0;
	}
	qsort(f, RUNS, sizeof *f, by_ratio);
	snprintf(conditions, sizeof conditions, "%.1f ms CPU, loss %.9g, visited %lld of %lld nodes, %lld tuples, peak %ld MB, 1 thread, floor %.2f s",
		m->cpu * 1e3, m->loss, (long long)m->visited, (long long)m->nodes, (long long)m->tuples, peak_mb(), plain);
	bench_figure(name, floor_of ? "time/floor" : "s", conditions, m->ratio, must, moonshot, true);
}

static void recoding(const struct anon_task *t, int64_t effort, const char *what)
{
	struct found f[RUNS], *m = &f[RUNS / 2];
	struct anon_recoding r = { 0 };
	char conditions[200], name[96];

	for (int i = 0; i < RUNS; i++) {
		double once = floor_once(t), begin = cpu();
		anon_recoding_free(&r);
		if (anon_recode(t, effort, &r) != ST_OK)
			exit(1);
		f[i] = (struct found){ .cpu = cpu() - begin };
		f[i].ratio = f[i].cpu / (9 * once);
	}
	qsort(f, RUNS, sizeof *f, by_ratio);
	snprintf(conditions, sizeof conditions, "%.0f ms CPU, 1 thread, %u groups, %lld suppressed, %lld tuples moved", m->cpu * 1e3, r.ngroups,
		(long long)r.suppressed, (long long)r.moved);
	snprintf(name, sizeof name, "%s, loss", what);
	bench_figure(name, "ncp", conditions, anon_loss_real(t, r.loss), 0.0591, 0.052, true);
	snprintf(name, sizeof name, "%s, time", what);
	bench_figure(name, "time/9 floors", conditions, m->ratio, 1.0 / 30, 0.01, true);
	anon_recoding_free(&r);
}

static void adult9(void)
{
	struct bench_table b;
	struct anon_task t;
	static const struct { double share, must, moonshot; const char *name; } goals[] = {
		{ 0, 0.06, 0.024, "Adult optimum, 9 columns, k=5, ncp, suppression 0" },
		{ 0.02, 0.28, 0.093, "Adult optimum, 9 columns, k=5, ncp, suppression 2 %" },
		{ 1, 0.76, 0.19, "Adult optimum, 9 columns, k=5, ncp, suppression 100 %" } };

	if (!bench_adult(9, &b))
		return;
	bench_task(&b, false, ANON_NCP, 1, &t);
	for (int i = 0; i < (int)COUNT(goals); i++)
		tell(goals[i].name, &b, &(struct asked){ goals[i].share, 1, five, ANON_NCP, 1 }, &t, goals[i].must, goals[i].moonshot);
	static const char *const losses[] = { "", "discernibility", "average-class", "entropy" };
	for (int l = ANON_DISCERNIBILITY; l <= ANON_ENTROPY; l++) {
		char name[96];
		snprintf(name, sizeof name, "Adult optimum, 9 columns, k=5, %s, suppression 2 %%", losses[l]);
		tell(name, &b, &(struct asked){ 0.02, 1, five, (enum anon_loss)l, 1 }, &t, 0, 0);
	}
	t.model[0] = five;
	t.nmodels = 1;
	recoding(&t, 0, "Adult local recoding");
	recoding(&t, 60000000, "Adult local recoding with moves");
	anon_task_free(&t);
	bench_free(&b);
}

static void adult8(void)
{
	struct bench_table b;
	static const struct { const char *name; struct anon_model m; } second[] = {
		{ "Adult optimum, 8 columns, k=5, suppression 2 %", { .kind = ANON_K, .k = 5 } },
		{ "Adult optimum, 8 columns, k=5, l=2, suppression 2 %", { .kind = ANON_DISTINCT_L, .l = 2 } },
		{ "Adult optimum, 8 columns, k=5, entropy l=1.5, suppression 2 %", { .kind = ANON_ENTROPY_L, .l = 1.5 } },
		{ "Adult optimum, 8 columns, k=5, recursive (3,2), suppression 2 %", { .kind = ANON_RECURSIVE_CL, .c = 3, .l = 2 } },
		{ "Adult optimum, 8 columns, k=5, t=0.2, suppression 2 %", { .kind = ANON_T, .t = 0.2 } } };

	if (!bench_adult(8, &b))
		return;
	for (int i = 0; i < (int)COUNT(second); i++)
		tell(second[i].name, &b, &(struct asked){ 0.02, second[i].m.kind == ANON_K ? 1 : 2, second[i].m, ANON_NCP, 1 }, NULL, 0, 0);
	bench_free(&b);
}

/* Seconds for each million rows are printed, so that one sees whether cost grows faster than the table. */
static void grow(const char *what, int64_t rows)
{
	struct bench_table b;
	char name[128], conditions[256];
	bool adult = what[0] == 'A';
	double millions = (double)rows / 1e6;

	if (!adult)
		bench_synthetic(rows, 1, &b);
	else if (bench_adult(9, &b))
		bench_enlarge(&b, rows);
	else
		return;
	double begin = wall();
	struct found f = search(&b, &(struct asked){ 0.02, 1, five, ANON_NCP, 2 });
	double took = wall() - begin;
	snprintf(name, sizeof name, "%s optimum, %lld rows, %d columns, k=5, suppression 2 %%", what, (long long)rows, b.nquasi);
	snprintf(conditions, sizeof conditions, "%.2f s CPU (%.2f a million rows), %lld tuples, loss %.6f, visited %lld of %lld, 2 threads, peak %ld MB", f.cpu,
		f.cpu / millions, (long long)f.tuples, f.loss, (long long)f.visited, (long long)f.nodes, peak_mb());
	bench_figure(name, "s", conditions, took, adult ? 1 : 0, adult ? 0.5 : 0, true);
	struct anon_task t;
	struct anon_recoding r;
	begin = wall();
	double cpu_begin = cpu();
	bench_task(&b, false, ANON_NCP, 2, &t);
	t.model[0] = five;
	t.nmodels = 1;
	if (anon_recode(&t, 0, &r) == ST_OK) {
		snprintf(name, sizeof name, "%s local recoding, %lld rows, %d columns, k=5", what, (long long)rows, b.nquasi);
		snprintf(conditions, sizeof conditions, "%.2f s CPU (%.2f a million rows), loss %.6f, %u groups, peak %ld MB", cpu() - cpu_begin,
			(cpu() - cpu_begin) / millions, anon_loss_real(&t, r.loss), r.ngroups, peak_mb());
		bench_figure(name, "s", conditions, wall() - begin, 0, 0, true);
		anon_recoding_free(&r);
	}
	anon_task_free(&t);
	bench_free(&b);
}

/* The synthetic table and its hierarchies as files, so that any other tool can be run on the same. */
static void export(const char *dir, int64_t rows)
{
	struct bench_table b;
	char path[4200];

	bench_synthetic(rows, 1, &b);
	for (int c = -1; c < b.nquasi; c++) {
		snprintf(path, sizeof path, "%s/%s%.*s.csv", dir, c < 0 ? "table" : "hierarchy_", c < 0 ? 0 : (int)b.table.column[c].name.n,
			c < 0 ? "" : b.table.column[c].name.p);
		FILE *f = fopen(path, "w");
		if (!f)
			exit(1);
		for (int i = 0; c < 0 && i < b.table.ncolumns; i++)
			fprintf(f, "%.*s%c", STR_FMT(b.table.column[i].name), i + 1 < b.table.ncolumns ? ';' : '\n');
		for (ptrdiff_t r = 0; c < 0 && r < b.table.rows; r++)
			for (int i = 0; i < b.table.ncolumns; i++)
				fprintf(f, "%.*s%c", STR_FMT(b.table.column[i].dict.value[b.table.column[i].code[r]]), i + 1 < b.table.ncolumns ? ';' : '\n');
		for (uint32_t v = 0; c >= 0 && v < b.levels[c].n; v++)
			for (int l = 0; l < b.levels[c].levels; l++)
				fprintf(f, "%.*s%c", STR_FMT(b.levels[c].label[l][b.levels[c].map[l][v]]), l + 1 < b.levels[c].levels ? ';' : '\n');
		if (fclose(f))
			exit(1);
	}
	bench_free(&b);
}

static bool asked_for(const char *part)
{
	const char *only = getenv("ANON_ONLY");

	return !only || strcmp(only, part) == 0;
}

int main(void)
{
	int64_t rows;
	const char *dir = getenv("ANON_EXPORT");

	if (dir) {
		export(dir, num_parse(str_z(getenv("ANON_ROWS")), 1, 1000000000, &rows) == ST_OK ? rows : 1000000);
		return 0;
	}
	if (asked_for("optimum"))
		adult9();
	if (asked_for("models"))
		adult8();
	for (int i = 0; i < 3 && asked_for("million"); i++)
		grow("Adult enlarged", 1000000);
	for (rows = 250000; rows <= 4000000 && asked_for("growth"); rows *= 4)
		grow("synthetic", rows);
	return 0;
}
