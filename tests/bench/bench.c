/* bench.c - pairs of runs, medians and the JSON line of a bench. */
#include "tests/bench/bench.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS_MAX = 99 };

static double seconds(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Units in a second. */
static double speed(bench_run *run, void *user)
{
	double begin = seconds();
	double units = run(user);
	double took = seconds() - begin;
	return units / (took > 1e-9 ? took : 1e-9);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double quantile(double *v, int n, double q)
{
	qsort(v, (size_t)n, sizeof *v, by_size);
	return v[(int)(q * (n - 1) + 0.5)];
}

static const char *verdict(double figure, double must, double moonshot, bool less)
{
	if (must <= 0)
		return "no goal";
	if (moonshot > 0 && (less ? figure <= moonshot : figure >= moonshot))
		return "moonshot";
	return (less ? figure <= must : figure >= must) ? "met" : "missed";
}

static void quoted(const char *text)
{
	putchar('"');
	for (; text && *text; text++) {
		if (*text == '"' || *text == '\\')
			putchar('\\');
		if ((unsigned char)*text >= ' ')
			putchar(*text);
	}
	putchar('"');
}

static void line_start(const char *name, const char *unit, const char *conditions)
{
	printf("{\"name\":");
	quoted(name);
	printf(",\"unit\":");
	quoted(unit);
	printf(",\"conditions\":");
	quoted(conditions);
}

static void line_end(double must, double moonshot, const char *met)
{
	printf(",\"must\":%.4g,\"moonshot\":%.4g,\"verdict\":\"%s\"}\n", must, moonshot, met);
	fflush(stdout);
}

void bench_compare(const struct bench *b)
{
	double ours[RUNS_MAX], base[RUNS_MAX], ratio[RUNS_MAX];
	int runs = b->runs ? b->runs : 7;
	assert(runs > 0 && runs <= RUNS_MAX);
	b->ours(b->user);                           /* warm */
	if (b->baseline)
		b->baseline(b->user);
	for (int i = 0; i < runs; i++) {            /* in turns, each first once, so that noise meets both */
		if (b->baseline && i % 2)
			base[i] = speed(b->baseline, b->user);
		ours[i] = speed(b->ours, b->user);
		if (b->baseline && i % 2 == 0)
			base[i] = speed(b->baseline, b->user);
		if (b->baseline)
			ratio[i] = b->ratio_is_time ? base[i] / ours[i] : ours[i] / base[i];
	}
	line_start(b->name, b->unit, b->conditions);
	printf(",\"runs\":%d,\"ours_per_second\":%.6g", runs, quantile(ours, runs, 0.5));
	if (!b->baseline) {
		line_end(0, 0, "no goal");
		return;
	}
	double median = quantile(ratio, runs, 0.5);
	printf(",\"baseline_per_second\":%.6g,\"ratio_of\":\"%s\",\"ratio\":%.4g,\"ratio_q1\":%.4g,\"ratio_q3\":%.4g",
		quantile(base, runs, 0.5), b->ratio_is_time ? "time" : "speed", median,
		quantile(ratio, runs, 0.25), quantile(ratio, runs, 0.75));
	line_end(b->must, b->moonshot, verdict(median, b->must, b->moonshot, b->ratio_is_time));
}

void bench_figure(const char *name, const char *unit, const char *conditions, double figure, double must, double moonshot, bool less)
{
	line_start(name, unit, conditions);
	printf(",\"figure\":%.6g", figure);
	line_end(must, moonshot, verdict(figure, must, moonshot, less));
}

bool bench_wanted(const char *part)
{
	const char *only = getenv("BENCH_ONLY");

	return !only || strstr(only, part) != NULL;
}
