/* num.c - numbers from outside. */
#include "base/num.h"
#include <assert.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>

enum status num_parse(struct str s, int64_t min, int64_t max, int64_t *ret)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	int64_t v = 0;

	assert(min <= max);
	if (s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'))
		s = str_sub(s, 1, s.n);
	if (s.n == 0)
		return ST_BAD_INPUT;
	for (ptrdiff_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return ST_BAD_INPUT;
		int d = s.p[i] - '0';
		if (v < (INT64_MIN + d) / 10)
			return ST_BAD_INPUT;
		v = v * 10 - d;                  /* negative, because INT64_MIN has no positive twin */
	}
	if (!minus) {
		if (v == INT64_MIN)
			return ST_BAD_INPUT;
		v = -v;
	}
	if (v < min || v > max)
		return ST_BAD_INPUT;
	*ret = v;
	return ST_OK;
}

enum status num_parse_real(struct str s, double *ret)
{
	char z[64];
	char *end;

	if (s.n == 0 || s.n >= (ptrdiff_t)sizeof z)
		return ST_BAD_INPUT;
	for (ptrdiff_t i = 0; i < s.n; i++)
		if (!strchr("0123456789.eE+-", s.p[i]) || s.p[i] == 0)
			return ST_BAD_INPUT;
	memcpy(z, s.p, (size_t)s.n);
	z[s.n] = 0;
	double v = strtod(z, &end);              /* main never calls setlocale for LC_NUMERIC */
	if (end != z + s.n || !isfinite(v))
		return ST_BAD_INPUT;
	*ret = v;
	return ST_OK;
}
