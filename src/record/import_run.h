/* import_run.h - carries an import through: one transaction for a file, or one for each portion of a long one. */
#pragma once
#include "record/import_file.h"

/* How far a long file has come: rows, bytes of text, what became of the rows so far. */
struct import_progress { int64_t rows, bytes, count[IMPORT_OUTCOMES], incomplete, keyless; };
/* Who watches. `within` runs in the transaction of each portion that is written, and commits or falls with it; `told` runs after
 * each portion of a long file. What is not ST_OK ends the import there. Each may be NULL. */
struct import_watch {
	enum status (*within)(struct request *rq, const struct import_progress *p, void *user);
	enum status (*told)(const struct import_progress *p, void *user);
	void         *user;
};

/* Has the file more rows than one portion? */
bool import_is_long(const struct import_read *r);
/* All rows of all tables that are in memory; those that follow are not known yet. */
int64_t import_rows_here(const struct import_read *r);
/* Compares, and with `apply` writes, everything that `r` holds and that follows it. `ret` has one report for each table.
 * A long file is applied portion by portion: what is committed stays when it is broken off, and the same file run again finds
 * those rows unchanged and goes on behind them. Later portions are told in numbers only. ST_OK, ST_DENIED, ST_BAD_INPUT with
 * problems in `ps` (the file) or rq->problems (the rows). `watch` may be NULL. */
NODISCARD enum status import_run(struct request *rq, struct arena *keep, struct import_read *r, bool apply, struct problems *ps,
	const struct import_watch *watch, struct import_report *ret);
/* Compares the first portion of each table, and writes nothing. */
NODISCARD enum status import_compare_first(struct request *rq, struct arena *keep, const struct import_read *r, struct import_report *ret);
