/* import_run.h - carries an import through: one transaction for a file, or one for each portion of a long one. */
#pragma once
#include "record/import_file.h"

/* Told after each portion of a long file: rows so far, bytes of text so far. */
typedef void import_progress(void *user, int64_t rows, int64_t bytes);

/* Compares, and with `apply` writes, everything that `r` holds and that follows it. `ret` has one report for each table.
 * A long file is applied portion by portion: what is committed stays when it is broken off, and the same file run again finds
 * those rows unchanged and goes on behind them. Later portions are told in numbers only. ST_OK, ST_DENIED, ST_BAD_INPUT with
 * problems in `ps` (the file) or rq->problems (the rows). */
NODISCARD enum status import_run(struct request *rq, struct arena *keep, struct import_read *r, bool apply, struct problems *ps,
	import_progress *told, void *user, struct import_report *ret);
