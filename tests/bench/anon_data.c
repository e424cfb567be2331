/* anon_data.c - tables for the anonymiser's benchmark. */
#include "tests/bench/anon_data.h"
#include "sys/sys.h"
#include <stdio.h>
#include <stdlib.h>

static const char *const adult_columns[] = { "sex", "age", "race", "marital-status", "education", "native-country", "workclass",
	"occupation", "salary-class" };

static bool read_shared(struct arena *a, const char *name, struct str *ret)
{
	const char *const places[] = { getenv("TOBARI_SHARED"), "../shared", "/work/shared" };
	char path[4096];

	for (int i = 0; i < (int)COUNT(places); i++) {
		if (!places[i])
			continue;
		snprintf(path, sizeof path, "%s/data/anonymization/%s", places[i], name);
		if (sys_read_file(a, str_z(path), 1 << 28, ret) == ST_OK)
			return true;
	}
	return false;
}

static void check(enum status st, struct problems *ps)
{
	if (st == ST_OK)
		return;
	struct buf b = buf_make(0);
	for (ptrdiff_t i = 0; i < ps->n; i++)
		problem_print(&b, EN, &ps->p[i]);
	fprintf(stderr, "benchmark data: %.*s\n", (int)b.n, b.p);
	exit(1);
}

static void finish(struct bench_table *b, struct problems *ps)
{
	uint32_t missing;

	for (int c = 0; c < b->nquasi; c++)
		check(anon_levels_make(&b->hierarchy[c], &b->table.column[c].dict, &b->levels[c], &missing), ps);
	for (int s = 0; s < b->nsensitive; s++) {
		const struct anon_column *col = &b->table.column[b->nquasi + s];
		int64_t *counts = anon_take_zeroed(col->dict.n, (ptrdiff_t)sizeof *counts);
		uint32_t *rank;
		anon_dict_rank(&col->dict, &rank);
		b->ranks[s] = anon_take(b->table.rows, (ptrdiff_t)sizeof(uint32_t));
		for (ptrdiff_t r = 0; r < b->table.rows; r++) {
			b->ranks[s][r] = rank[col->code[r]];
			counts[b->ranks[s][r]]++;
		}
		b->spread[s] = anon_spread_make(counts, col->dict.n, NULL, 0);
		free(counts);
		free(rank);
	}
}

bool bench_adult(int nquasi, struct bench_table *ret)
{
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct bench_table b = { .nquasi = nquasi, .nsensitive = nquasi < 9 };
	struct str text, line, names[9], field[9], name;
	char file[128];

	if (!read_shared(&a, "arx-adult.csv", &text)) {
		arena_free(&a);
		return false;
	}
	for (int c = 0; c < 9; c++)
		names[c] = str_z(adult_columns[c]);
	b.table = anon_table_make(names, 9);
	str_cut(&text, '\n', &line);
	while (str_cut(&text, '\n', &line)) {
		struct str rest = str_trim(line);
		int n = 0;
		while (n < 9 && str_cut(&rest, ';', &field[n]))
			n++;
		if (n == 9)
			anon_table_add(&b.table, field);
	}
	for (int c = 0; c < nquasi; c++) {
		snprintf(file, sizeof file, "arx-adult_hierarchy_%s.csv", adult_columns[c]);
		name = str_dup(&a, str_z(file));
		if (!read_shared(&a, file, &text))
			exit(1);
		check(anon_hierarchy_read(&b.hierarchy[c], text, name, &ps), &ps);
	}
	finish(&b, &ps);
	arena_free(&a);
	*ret = b;
	return true;
}

/* ---- synthetic ---- */

WRAPS static uint64_t next_random(uint64_t *s)      /* splitmix64 */
{
	uint64_t z = *s += 0x9E3779B97F4A7C15u;

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static double uniform(uint64_t *s)
{
	return (double)(next_random(s) >> 11) / 9007199254740992.0;
}

/* 0 ... n - 1, small ones more often: the share of the first i is (i / n)^(1 / skew). */
static uint32_t skewed(uint64_t *s, uint32_t n, int skew)
{
	double u = 1, v = uniform(s);

	for (int i = 0; i < skew; i++)
		u *= v;
	return MIN((uint32_t)(u * n), n - 1);
}

static void synthetic_row(uint64_t *s, uint32_t *v)
{
	v[0] = 18 + MIN((uint32_t)((uniform(s) + uniform(s) + uniform(s)) / 3 * 90), 81);     /* age */
	v[1] = (uint32_t)(next_random(s) & 1);                                                /* sex */
	v[2] = skewed(s, 47, 3);                                                              /* prefecture */
	v[3] = uniform(s) < 0.7 ? v[2] % 8 : skewed(s, 8, 2);                                 /* household */
	v[4] = v[0] < 30 ? skewed(s, 6, 2) : skewed(s, 10, 2);                                /* education */
	v[5] = v[0] > 65 ? skewed(s, 4, 3) : skewed(s, 20, 3);                                /* occupation */
	v[6] = skewed(s, 30, 6);                                                              /* nationality */
	v[7] = (v[0] / 10 + skewed(s, 12, 3)) % 12;                                           /* joined */
	v[8] = (v[5] + skewed(s, 12, 2)) % 12;                                                /* diagnosis */
}

void bench_synthetic(int64_t rows, uint64_t seed, struct bench_table *ret)
{
	static const char *const names[] = { "age", "sex", "prefecture", "household", "education", "occupation", "nationality",
		"joined", "diagnosis" };
	static const uint32_t group[] = { 0, 0, 8, 4, 3, 5, 6, 3 };
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct bench_table b = { .nquasi = 8, .nsensitive = 1 };
	struct str name[9], field[9];
	uint32_t v[9];

	for (int c = 0; c < 9; c++)
		name[c] = str_z(names[c]);
	b.table = anon_table_make(name, 9);
	for (int64_t r = 0; r < rows; r++) {
		char text[9][16];
		synthetic_row(&seed, v);
		for (int c = 0; c < 9; c++) {
			int n = snprintf(text[c], sizeof text[c], c ? "%c%02u" : "%c%u", c ? names[c][0] : ' ', v[c]);
			field[c] = c ? (struct str){ text[c], n } : (struct str){ text[c] + 1, n - 1 };
		}
		anon_table_add(&b.table, field);
	}
	check(anon_hierarchy_intervals(&b.hierarchy[0], &b.table.column[0].dict,
		&(struct anon_intervals){ 0, (const double[]){ 5, 10, 20 }, 3 }, name[0], &ps), &ps);
	for (int c = 1; c < 8; c++) {
		const struct anon_dict *d = &b.table.column[c].dict;
		for (uint32_t i = 0; i < d->n; i++) {
			char text[32];
			int64_t at = (d->value[i].p[1] - '0') * 10 + d->value[i].p[2] - '0';
			struct str label[3] = { d->value[i], S("*"), S("*") };
			if (group[c])
				label[1] = (struct str){ text, snprintf(text, sizeof text, "%c%lld+", names[c][0], (long long)(at / group[c])) };
			check(anon_hierarchy_add(&b.hierarchy[c], label, group[c] ? 3 : 2, name[c], &ps), &ps);
		}
		check(anon_hierarchy_finish(&b.hierarchy[c], name[c], &ps), &ps);
	}
	finish(&b, &ps);
	arena_free(&a);
	*ret = b;
}

void bench_task(const struct bench_table *b, bool sensitive, enum anon_loss loss, int threads, struct anon_task *ret)
{
	struct anon_task t = { .quasi = b->levels, .nquasi = b->nquasi, .loss = loss, .threads = threads };
	const uint32_t *code[ANON_QUASI_MAX], *ranks[ANON_SENSITIVE_MAX];

	if (sensitive) {
		t.sensitive = b->spread;
		t.nsensitive = b->nsensitive;
	}
	for (int c = 0; c < b->nquasi; c++)
		code[c] = b->table.column[c].code;
	for (int s = 0; s < b->nsensitive; s++)
		ranks[s] = b->ranks[s];
	struct anon_rows r = { .rows = b->table.rows, .code = code, .sensitive = ranks };
	if (anon_task_load(&t, &r) != ST_OK)
		exit(1);
	*ret = t;
}

void bench_free(struct bench_table *b)
{
	for (int c = 0; c < b->nquasi; c++) {
		anon_levels_free(&b->levels[c]);
		anon_hierarchy_free(&b->hierarchy[c]);
	}
	for (int s = 0; s < b->nsensitive; s++) {
		anon_spread_free(&b->spread[s]);
		free(b->ranks[s]);
	}
	anon_table_free(&b->table);
}
