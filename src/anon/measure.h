/* measure.h - how well a table hides its people: sizes of classes, spread of a sensitive column, risks.
 *
 * Rows that agree in every quasi-identifier form a class. Rows whose quasi-identifiers are all "*" are suppressed:
 * they are counted in `suppressed`, belong to no class, but count for the distribution of the sensitive column,
 * because a reader of the table sees their values. (If all rows are such rows, they are one class.)
 * These figures are indicators, not the legal test of anonymised information. */
#pragma once
#include "anon/table.h"

struct anon_measures {
	int64_t  rows, suppressed, classes, singletons, max_ec, k;
	/* of the sensitive column; set only where `sensitive` */
	bool     sensitive;
	int64_t  l;                     /* least number of different values in a class */
	double   entropy_l;             /* exp(least entropy of a class) */
	double   alpha;                 /* greatest share of one value in a class */
	double   t;                     /* greatest earth mover's distance between a class and the table */
	double   basic_beta;            /* greatest (q - p) / p; q share in the class, p share in the table */
	double   enh_beta;              /* greatest min((q - p) / p, -ln p) */
	double   delta;                 /* greatest |ln(q / p)| over values present in the class */
	/* re-identification risk: an attacker who knows the person is in the table (prosecutor), who knows only a
	 * population the table was drawn from (journalist), who wants as many people as possible (marketer) */
	double   prosecutor_max, prosecutor_mean, prosecutor_share_above;    /* share of rows whose risk exceeds the threshold */
	double   journalist_max, journalist_mean, journalist_share_above;
	double   marketer;
	double   unique_share;          /* rows that are alone in their class */
	double   unique_share_population;   /* rows whose class has one member in the population */
};

struct anon_measure_plan {
	const int *quasi;
	int        nquasi;
	int        sensitive;           /* column, or -1 */
	bool       ordered;             /* distance of ordered values; else all values are equally far apart */
	double     threshold;           /* of risk, 0.2 is a common one */
	/* A table of the population the rows come from, with the same quasi-identifiers; NULL when there is none.
	 * Without it the journalist's figures equal the prosecutor's, which is the worst case. */
	const struct anon_table *population;
	const int *population_quasi;
	bool       count_suppressed;    /* rows of "*" form a class like any other */
	int        threads;             /* 0: one */
};

/* REQ: ANO-03 - a table with no rows gives zeros. */
void anon_measure(const struct anon_table *t, const struct anon_measure_plan *plan, struct anon_measures *ret);

/* The place of each value of a sensitive column in its order: by number where all are numbers, else by bytes.
 * *ret_rank for the caller to free. */
void anon_dict_rank(const struct anon_dict *d, uint32_t **ret_rank);
