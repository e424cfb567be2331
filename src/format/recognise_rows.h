/* recognise_rows.h - the rows below a header; inside recognise only. */
#pragma once
#include "format/recognise.h"

/* Fills rows, skipped and empty of a table whose header and columns are known. ST_OK; ST_TOO_BIG with a problem. */
NODISCARD enum status recognise_rows(struct arena *a, const struct vocabulary *v, const struct recognise_options *o,
	struct problems *ps, struct table *t);
