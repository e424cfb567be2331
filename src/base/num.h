/* num.h - the one parser for numbers that come from outside. */
#pragma once
#include "base/base.h"

/* Reads a whole decimal integer within [min, max], sign allowed, nothing else around it.
 * ST_OK, ST_BAD_INPUT (not a number, or out of range); *ret is untouched on failure. */
NODISCARD enum status num_parse(struct str s, int64_t min, int64_t max, int64_t *ret);
/* Reads a finite decimal number such as "0.02" or "-1.5e3", independent of the locale. */
NODISCARD enum status num_parse_real(struct str s, double *ret);
