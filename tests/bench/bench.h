/* bench.h - measures ours against a floor or a peer in one process, in turns, and reports the ratio pair by pair.
 *
 * A bench is a program tests/bench/NAME_bench.c with its own main. It prints one JSON line for each measurement
 * (bench_print); `make bench` runs all of them, prints a table and writes build/bench.json. Libraries that only a
 * bench links stand in tests/bench/NAME.mk as `LDLIBS_tests/bench/NAME_bench := -lcsv`. */
#pragma once
#include "base/base.h"

/* One run of the work: returns how many units it did (bytes, rows, requests). */
typedef double bench_run(void *user);

struct bench {
	const char *name;            /* "csv parse, against libcsv" */
	const char *unit;            /* of what the runs return: "MB", "rows" */
	const char *conditions;      /* rows, bytes, threads, connections, TLS, fsync, audit: what the figure depends on */
	bench_run  *ours, *baseline; /* baseline NULL: ours alone, no ratio */
	void       *user;
	int         runs;            /* pairs; 0 = 7 */
	double      must, moonshot;  /* goals of ours/baseline; 0 = none */
	bool        ratio_is_time;   /* the goals speak of time ours/baseline, so less is better */
};

/* Runs in turns, prints the JSON line with medians, quartiles of the ratio and whether the goal is met. */
void bench_compare(const struct bench *b);
/* For what was measured elsewhere (a latency, a size): one figure with its goal, `less` when less is better. */
void bench_figure(const char *name, const char *unit, const char *conditions, double figure, double must, double moonshot, bool less);
/* BENCH_ONLY="list creates" runs these parts alone. */
bool bench_wanted(const char *part);
