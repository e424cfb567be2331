/* table.h - a table as the anonymiser sees it: columns of numbered values.
 *
 * Every column keeps each different text once and a 32-bit code for each row. The texts live in the table's own arena,
 * which is wiped when the table is freed: they are personal data. Memory comes from malloc, exhaustion aborts. */
#pragma once
#include "base/base.h"

enum { ANON_ROWS_MAX = 1000000000, ANON_COLUMNS_MAX = 4096, ANON_VALUES_MAX = 1 << 30 };

void *anon_take(ptrdiff_t count, ptrdiff_t size);              /* malloc that does not fail, not zeroed */
void *anon_take_zeroed(ptrdiff_t count, ptrdiff_t size);
void *anon_grow(void *p, ptrdiff_t count, ptrdiff_t size);     /* realloc that does not fail */

/* ---- the different values of one column, numbered from 0 in the order of their first appearance ---- */
struct anon_dict {
	struct str *value;
	uint64_t   *head;         /* of each value: a short text itself, or the hash of a long one */
	uint32_t   *slot;         /* open addressing: code + 1, 0 where empty */
	uint32_t    n, cap, nslots;
	struct arena text;
};
struct anon_dict anon_dict_make(void);
void     anon_dict_free(struct anon_dict *d);
uint32_t anon_dict_add(struct anon_dict *d, struct str s);                       /* its code, new or known */
bool     anon_dict_find(const struct anon_dict *d, struct str s, uint32_t *ret);

/* ---- the table ---- */
struct anon_column {
	struct str       name;
	struct anon_dict dict;
	uint32_t        *code;    /* one for each row */
};
struct anon_table {
	struct anon_column *column;
	int                 ncolumns;
	ptrdiff_t           rows, cap;
};
/* Names are copied. */
struct anon_table anon_table_make(const struct str *names, int ncolumns);
void anon_table_free(struct anon_table *t);
void anon_table_room(struct anon_table *t, ptrdiff_t rows);                      /* for this many rows in all */
void anon_table_add(struct anon_table *t, const struct str *fields);             /* one row, ncolumns fields */
int  anon_table_find(const struct anon_table *t, struct str name);               /* -1 when there is none */

/* Numbers the different combinations of n columns of codes (column c below nvalues[c]): one number for each row, in the
 * order of first appearance. *ret_class is for the caller to free. Any number of columns, none too (then all rows are
 * alike). */
void anon_group(const uint32_t *const *code, const uint32_t *nvalues, int n, ptrdiff_t rows, int threads,
	uint32_t **ret_class, uint32_t *ret_n);
/* The same for columns of a table. */
void anon_table_group(const struct anon_table *t, const int *columns, int n, int threads, uint32_t **ret_class,
	uint32_t *ret_n);

/* How many bits hold the numbers 0 ... n - 1; 0 for n = 1. */
int  anon_bits(uint32_t n);
/* True when every value is a finite decimal number (or empty, giving NaN, if `blanks`); *ret (n numbers, for the caller
 * to free) and *ret_bad (a value that is none) may be NULL. */
bool anon_dict_numbers(const struct anon_dict *d, bool blanks, double **ret, uint32_t *ret_bad);
