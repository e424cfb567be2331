/* csv_write.c - writing separated text: quotation marks where they are needed, and the guard against formulas. */
#include "format/csv.h"
#include "base/num.h"

/* = + - @ and their full-width forms (which a Japanese Excel takes for formulas, too), tab and CR. */
static bool starts_formula(struct str s)
{
	static const struct str wide[] = { SLIT("＝"), SLIT("＋"), SLIT("－"), SLIT("＠") };

	if (s.n == 0)
		return false;
	if (memchr("=+-@\t\r", s.p[0], 6))
		return true;
	for (ptrdiff_t i = 0; i < COUNT(wide); i++)
		if (str_starts(s, wide[i]))
			return true;
	return false;
}

static bool guarded(struct str s, ptrdiff_t *ret_apostrophes)
{
	ptrdiff_t n = 0;

	while (n < s.n && s.p[n] == '\'')
		n++;
	*ret_apostrophes = n;
	return starts_formula(str_sub(s, n, s.n));
}

static bool plain_number(struct str s)
{
	double v;

	return num_parse_real(s, &v) == ST_OK;
}

struct str csv_unguard(struct str s)
{
	ptrdiff_t n;

	return guarded(s, &n) && n > 0 ? str_sub(s, 1, s.n) : s;
}

static bool needs_quotes(struct str s, char separator)
{
	for (ptrdiff_t i = 0; i < s.n; i++)
		if (s.p[i] == separator || s.p[i] == '"' || s.p[i] == '\n' || s.p[i] == '\r')
			return true;
	/* at the head of a file these would be taken for a hint and for a byte order mark */
	return s.n > 0 && (str_eq_nocase(str_sub(s, 0, 4), S("sep=")) || str_starts(s, CSV_BOM) || s.p[0] == ' ' || s.p[0] == '\t' || s.p[s.n - 1] == ' ');
}

void csv_put(struct csv_writer *w, struct str s)
{
	char separator = w->separator ? w->separator : ',';
	ptrdiff_t apostrophes;
	bool guard = w->guard && guarded(s, &apostrophes) && (apostrophes > 0 || !plain_number(s));

	if (w->inside)
		buf_char(w->b, separator);
	w->inside = true;
	if (!w->quote_all && !needs_quotes(s, separator)) {
		if (guard)
			buf_char(w->b, '\'');
		buf_add(w->b, s);
		return;
	}
	buf_char(w->b, '"');
	if (guard)
		buf_char(w->b, '\'');
	for (ptrdiff_t q; (q = str_find_char(s, '"')) >= 0; s = str_sub(s, q + 1, s.n)) {
		buf_add(w->b, str_sub(s, 0, q + 1));
		buf_char(w->b, '"');
	}
	buf_add(w->b, s);
	buf_char(w->b, '"');
}

void csv_end_row(struct csv_writer *w)
{
	buf_add(w->b, w->lf ? S("\n") : S("\r\n"));
	w->inside = false;
}
