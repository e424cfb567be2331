/* anon_bench.c - the anonymiser against a plain evaluation of every node, and its cost as tables grow.
 *
 * Floor: one loop over all 12,960 nodes of Adult (9 quasi-identifiers), each evaluated from the distinct rows with packed
 * keys and a hash table, without any search. Both are single-threaded and measured in CPU time, so that other work on the machine does
 * not count. ANON_ROWS=10000000 adds a large table; ANON_EXPORT=DIR writes the inputs for other tools. */
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

static double wall(void)
{
	return (double)sys_monotonic_us() / 1e6;
}

/* ---- the floor ---- */

static uint64_t small_classes;

static double floor_seconds(const struct anon_task *t)
{
	enum { SLOTS = 1 << 16 };
	static uint32_t key[SLOTS], count[SLOTS];
	uint32_t n = (uint32_t)t->items.n, *code = anon_take((ptrdiff_t)n * t->nquasi, (ptrdiff_t)sizeof *code);
	int level[ANON_QUASI_MAX] = { 0 }, at;
	double begin;

	for (uint32_t i = 0; i < n; i++)
		for (int c = 0; c < t->nquasi; c++)
			code[i * (uint32_t)t->nquasi + (uint32_t)c] = anon_set_code(t, &t->items, i, c);
	begin = cpu();
	do {
		memset(count, 0, sizeof count);
		for (uint32_t i = 0; i < n; i++) {
			uint32_t k = 0;
			for (int c = 0; c < t->nquasi; c++)
				k |= t->quasi[c].map[level[c]][code[i * (uint32_t)t->nquasi + (uint32_t)c]] << t->field[c].shift;
			uint32_t h = (uint32_t)((uint64_t)k * 0x9E3779B97F4A7C15u >> 48);
			while (count[h] && key[h] != k)
				h = (h + 1) % SLOTS;
			key[h] = k;
			count[h] += t->items.count[i];
		}
		for (uint32_t h = 0; h < SLOTS; h++)
			small_classes += count[h] > 0 && count[h] < 5;
		for (at = 0; at < t->nquasi && ++level[at] == t->quasi[at].levels; at++)
			level[at] = 0;
	} while (at < t->nquasi);
	double took = cpu() - begin;
	free(code);
	return took;
}

/* ---- ours ---- */

static const struct anon_model five = { .kind = ANON_K, .k = 5 };

struct asked { double share; int nmodels; struct anon_model second; enum anon_loss loss; int threads; };
struct found { double cpu, wall, loss; int64_t visited, nodes; };

static struct found search(const struct bench_table *b, const struct asked *a)
{
	struct found f = { 0 };
	double begin = cpu(), from = wall();
	struct anon_task t;
	struct anon_solution s = { 0 };

	bench_task(b, a->nmodels > 1, a->loss, a->threads, &t);
	t.limit = (int64_t)floor(a->share * (double)t.rows + 1e-9);
	t.model[0] = five;
	t.model[1] = a->second;
	t.nmodels = a->nmodels;
	if (anon_search(&t, &s) == ST_OK)
		f = (struct found){ cpu() - begin, wall() - from, anon_loss_real(&t, s.eval.base + s.eval.add), s.visited, s.nodes };
	free(s.suppressed);
	anon_task_free(&t);
	return f;
}

static int by_cpu(const void *pa, const void *pb)
{
	const struct found *a = pa, *b = pb;

	return (a->cpu > b->cpu) - (a->cpu < b->cpu);
}

static struct found median(const struct bench_table *b, const struct asked *a)
{
	struct found f[RUNS];

	for (int i = 0; i < RUNS; i++)
		f[i] = search(b, a);
	qsort(f, RUNS, sizeof *f, by_cpu);
	return f[RUNS / 2];
}

/* floor_s 0: there is none, the figure is seconds. */
static void tell(const char *name, const struct found *f, double floor_s, double must, double moonshot)
{
	char conditions[256];

	snprintf(conditions, sizeof conditions, "%.1f ms CPU, loss %.9g, visited %lld of %lld nodes, 1 thread, floor %.2f s", f->cpu * 1e3, f->loss,
		(long long)f->visited, (long long)f->nodes, floor_s);
	bench_figure(name, floor_s > 0 ? "time/floor" : "s", conditions, floor_s > 0 ? f->cpu / floor_s : f->cpu, must, moonshot, true);
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
	double floor_s = floor_seconds(&t);
	for (int i = 0; i < (int)COUNT(goals); i++) {
		struct found f = median(&b, &(struct asked){ goals[i].share, 1, five, ANON_NCP, 1 });
		tell(goals[i].name, &f, floor_s, goals[i].must, goals[i].moonshot);
	}
	static const char *const losses[] = { "", "discernibility", "average-class", "entropy" };
	for (int l = ANON_DISCERNIBILITY; l <= ANON_ENTROPY; l++) {
		char name[96];
		snprintf(name, sizeof name, "Adult optimum, 9 columns, k=5, %s, suppression 2 %%", losses[l]);
		struct found f = median(&b, &(struct asked){ 0.02, 1, five, (enum anon_loss)l, 1 });
		tell(name, &f, floor_s, 0, 0);
	}
	t.model[0] = five;
	t.nmodels = 1;
	for (int effort = 0; effort < 2; effort++) {
		struct anon_recoding r;
		char conditions[160];
		double begin = cpu();
		if (anon_recode(&t, effort ? 60000000 : 0, &r) != ST_OK)
			exit(1);
		double took = cpu() - begin;
		snprintf(conditions, sizeof conditions, "%.0f ms CPU, %u groups, nothing suppressed, %lld tuples moved", took * 1e3, r.ngroups, (long long)r.moved);
		bench_figure(effort ? "Adult local recoding with moves, loss" : "Adult local recoding, loss", "ncp", conditions, anon_loss_real(&t, r.loss), 0.0591, 0.052, true);
		bench_figure(effort ? "Adult local recoding with moves, time" : "Adult local recoding, time", "time/9 floors", conditions, took / (9 * floor_s), 1.0 / 30, 0.01, true);
		anon_recoding_free(&r);
	}
	anon_task_free(&t);
	bench_free(&b);
}

static void adult8(void)
{
	struct bench_table b;
	static const struct { const char *name; struct anon_model m; } second[] = {
		{ "Adult optimum, 8 columns, k=5, l=2, suppression 2 %", { .kind = ANON_DISTINCT_L, .l = 2 } },
		{ "Adult optimum, 8 columns, k=5, entropy l=1.5, suppression 2 %", { .kind = ANON_ENTROPY_L, .l = 1.5 } },
		{ "Adult optimum, 8 columns, k=5, t=0.2, suppression 2 %", { .kind = ANON_T, .t = 0.2 } } };

	if (!bench_adult(8, &b))
		return;
	for (int i = 0; i < (int)COUNT(second); i++) {
		struct found f = median(&b, &(struct asked){ 0.02, 2, second[i].m, ANON_NCP, 1 });
		tell(second[i].name, &f, 0, 0, 0);
	}
	bench_free(&b);
}

static void grow(const char *what, int64_t rows)
{
	struct bench_table b;
	struct rusage u;
	char name[128], conditions[200];
	bool adult = what[0] == 'A';

	if (!adult)
		bench_synthetic(rows, 1, &b);
	else if (bench_adult(9, &b))
		bench_enlarge(&b, rows);
	else
		return;
	double begin = wall();
	struct found f = search(&b, &(struct asked){ 0.02, 1, five, ANON_NCP, 2 });
	double took = wall() - begin;
	getrusage(RUSAGE_SELF, &u);
	snprintf(name, sizeof name, "%s optimum, %lld rows, %d columns, k=5, suppression 2 %%", what, (long long)rows, b.nquasi);
	snprintf(conditions, sizeof conditions, "%.2f s CPU, loss %.6f, visited %lld of %lld, 2 threads, peak %ld MB", f.cpu, f.loss, (long long)f.visited,
		(long long)f.nodes, u.ru_maxrss / 1024);
	bench_figure(name, "s", conditions, took, adult ? 1 : 0, adult ? 0.5 : 0, true);
	struct anon_task t;
	struct anon_recoding r;
	begin = wall();
	double cpu_begin = cpu();
	bench_task(&b, false, ANON_NCP, 1, &t);
	t.model[0] = five;
	t.nmodels = 1;
	if (anon_recode(&t, 0, &r) == ST_OK) {
		snprintf(name, sizeof name, "%s local recoding, %lld rows, %d columns, k=5", what, (long long)rows, b.nquasi);
		getrusage(RUSAGE_SELF, &u);
		snprintf(conditions, sizeof conditions, "%.2f s CPU, loss %.6f, %u groups, 1 thread, peak %ld MB", cpu() - cpu_begin, anon_loss_real(&t, r.loss),
			r.ngroups, u.ru_maxrss / 1024);
		bench_figure(name, "s", conditions, wall() - begin, 0, 0, true);
		anon_recoding_free(&r);
	}
	anon_task_free(&t);
	bench_free(&b);
}

/* The synthetic table and its hierarchies as files, so that any other tool can be run on the same. */
static void export(const char *dir)
{
	struct bench_table b;
	char path[4200];

	bench_synthetic(1000000, 1, &b);
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

int main(void)
{
	int64_t more;
	const char *rows = getenv("ANON_ROWS"), *dir = getenv("ANON_EXPORT");

	if (dir)
		export(dir);
	adult9();
	adult8();
	grow("Adult enlarged", 1000000);
	grow("synthetic", 250000);
	grow("synthetic", 1000000);
	if (num_parse(str_z(rows), 1, 1000000000, &more) == ST_OK)
		grow("synthetic", more);
	return small_classes == 0 && false;
}
