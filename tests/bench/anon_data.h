/* anon_data.h - tables for the anonymiser's benchmark: Adult where it is at hand, and a synthetic one of any size. */
#pragma once
#include "anon/recode.h"
#include "anon/measure.h"
#include "anon/search.h"

struct bench_table {
	struct anon_table     table;
	int                   nquasi;              /* the first columns */
	int                   nsensitive;          /* the columns behind them */
	struct anon_hierarchy hierarchy[ANON_QUASI_MAX];
	struct anon_levels    levels[ANON_QUASI_MAX];
	struct anon_spread    spread[ANON_SENSITIVE_MAX];
	uint32_t             *ranks[ANON_SENSITIVE_MAX];
};
/* Adult of the shared data (TOBARI_SHARED, ../shared, /work/shared): 9 quasi-identifiers, or 8 with the salary class as
 * the sensitive column. False where it is not there. */
static bool bench_adult(int nquasi, struct bench_table *ret);
/* 8 quasi-identifiers of a fictitious membership list, correlated, and a sensitive column of 12 values. */
static void bench_synthetic(int64_t rows, uint64_t seed, struct bench_table *ret);
/* Makes a table larger with rows like its own; for tables without a sensitive column. */
static void bench_enlarge(struct bench_table *b, int64_t rows);
/* The task of a table; models and limit are left to the caller. */
static void bench_task(const struct bench_table *b, bool sensitive, enum anon_loss loss, int threads, struct anon_task *ret);
static void bench_free(struct bench_table *b);
