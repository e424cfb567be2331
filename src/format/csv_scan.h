/* csv_scan.h - where separators, line ends and quotation marks lie in a block of bytes; inside csv only. */
#pragma once
#include "base/base.h"

enum { CSV_BATCH = 8192, CSV_INDEX = CSV_BATCH + 8 };    /* bytes at a time; room for their positions */

/* Writes the offsets of every separator, CR, LF and '"' within p[0, n) to `at`, in order; gives how many.
 * n is CSV_BATCH at most; nothing beyond n is read. */
typedef int csv_scan_fn(const char *p, ptrdiff_t n, char separator, uint16_t *at);
csv_scan_fn *csv_scan_best(void);            /* the quickest one this processor can run */
csv_scan_fn  csv_scan_plain;                 /* byte by byte; the others must agree with it */
