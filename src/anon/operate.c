/* operate.c - operations on one column, and the search for peculiar values. */
#include "anon/operate.h"
#include "base/num.h"
#include "sys/sys.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

bool anon_op_is_random(enum anon_op_kind k)
{
	return k == ANON_NOISE || k == ANON_SWAP;
}

/* ---- random numbers from the kernel, read in blocks and wiped ---- */

struct dice { uint64_t block[128]; int left; };

static uint64_t draw(struct dice *d)
{
	if (d->left == 0) {
		sys_random(d->block, (ptrdiff_t)sizeof d->block);
		d->left = (int)COUNT(d->block);
	}
	return d->block[--d->left];
}

static double draw_unit(struct dice *d)      /* above 0, below 1 */
{
	return ((double)(draw(d) >> 11) + 0.5) / 9007199254740992.0;
}

static ptrdiff_t draw_below(struct dice *d, ptrdiff_t n)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % (uint64_t)n, v;

	do
		v = draw(d);
	while (v >= limit);
	return (ptrdiff_t)(v % (uint64_t)n);
}

/* ---- replacing values ---- */

static struct str number_text(char *to, size_t room, double v, int decimals)
{
	int n = snprintf(to, room, "%.*f", decimals, v);

	if (n > 1 && to[0] == '-' && strspn(to + 1, "0.") == strlen(to + 1)) {      /* no minus zero */
		memmove(to, to + 1, (size_t)n);
		n--;
	}
	return (struct str){ to, n };
}

/* As many decimals as the step has. */
static int decimals_of(double v)
{
	int d = 0;

	while (d < 9 && fabs(v - round(v)) > 1e-9 * fabs(v)) {
		v *= 10;
		d++;
	}
	return d;
}

/* The column gets the new values: to[code] of the old ones. */
static void replace(struct anon_column *c, ptrdiff_t rows, struct anon_dict *fresh, const uint32_t *to)
{
	for (ptrdiff_t r = 0; r < rows; r++)
		c->code[r] = to[c->code[r]];
	struct str name = str_dup(&fresh->text, c->name);
	anon_dict_free(&c->dict);
	c->dict = *fresh;
	c->name = name;
}

static struct str coded_label(const struct anon_op *op, char *text, size_t room)
{
	char number[64];

	if (op->label.n)
		return op->label;
	number_text(number, sizeof number, op->at, decimals_of(op->at));
	int n = snprintf(text, room, "%s %s", op->kind == ANON_TOP ? ">=" : "<=", number);
	return (struct str){ text, n };
}

static bool is_label(struct str s, const struct anon_op *op, int n)
{
	for (int i = 0; i < n; i++) {
		char text[400];
		if ((op[i].kind == ANON_TOP || op[i].kind == ANON_BOTTOM) && str_eq(s, coded_label(&op[i], text, sizeof text)))
			return true;
	}
	return false;
}

bool anon_coded_numbers(const struct anon_dict *d, const struct anon_op *op, int n, double **ret, uint32_t *ret_bad)
{
	double *v = anon_take(d->n, (ptrdiff_t)sizeof *v);

	for (uint32_t i = 0; i < d->n; i++) {
		if (d->value[i].n == 0 || is_label(d->value[i], op, n)) {
			v[i] = (double)NAN;
		} else if (num_parse_real(d->value[i], &v[i]) != ST_OK) {
			*ret_bad = i;
			free(v);
			return false;
		}
	}
	*ret = v;
	return true;
}

static void by_value(struct anon_column *c, ptrdiff_t rows, const struct anon_op *op, const double *v)
{
	struct anon_dict fresh = anon_dict_make();
	uint32_t *to = anon_take(c->dict.n, (ptrdiff_t)sizeof *to);

	assert(v || op->kind == ANON_DELETE);
	for (uint32_t i = 0; i < c->dict.n; i++) {
		char text[400];
		struct str s = c->dict.value[i];
		if (op->kind == ANON_DELETE)
			s = S("*");
		else if (isnan(v[i]))
			;
		else if (op->kind == ANON_TOP ? v[i] >= op->at : op->kind == ANON_BOTTOM && v[i] <= op->at)
			s = coded_label(op, text, sizeof text);
		else if (op->kind == ANON_ROUND)
			s = number_text(text, sizeof text, round(v[i] / op->to) * op->to, decimals_of(op->to));
		to[i] = anon_dict_add(&fresh, s);
	}
	replace(c, rows, &fresh, to);
	free(to);
}

struct valued { double v; uint32_t code; int64_t rows; };

static int by_v(const void *pa, const void *pb)
{
	const struct valued *a = pa, *b = pb;

	return a->v < b->v ? -1 : a->v > b->v;
}

static struct valued *sorted_values(const struct anon_column *c, ptrdiff_t rows, const double *v, uint32_t *ret_n)
{
	struct valued *s = anon_take(c->dict.n, (ptrdiff_t)sizeof *s);
	int64_t *count = anon_take_zeroed(c->dict.n, (ptrdiff_t)sizeof *count);
	uint32_t n = 0;

	for (ptrdiff_t r = 0; r < rows; r++)
		count[c->code[r]]++;
	for (uint32_t i = 0; i < c->dict.n; i++)
		if (!isnan(v[i]) && count[i])
			s[n++] = (struct valued){ v[i], i, count[i] };
	qsort(s, n, sizeof *s, by_v);
	free(count);
	*ret_n = n;
	return s;
}

static double middle(const struct valued *s, uint32_t from, uint32_t to, int64_t rows, bool median)
{
	double sum = 0;
	int64_t seen = 0;

	for (uint32_t i = from; i < to; i++) {
		sum += s[i].v * (double)s[i].rows;
		seen += s[i].rows;
		if (median && seen * 2 > rows)
			return s[i].v;
		if (median && seen * 2 == rows)
			return (s[i].v + s[i + 1].v) / 2;
	}
	return sum / (double)rows;
}

/* Equal values stay together, so groups are at least k rows; a last group of fewer joins the one before it. */
static void micro(struct anon_column *c, ptrdiff_t rows, const struct anon_op *op, const double *v)
{
	struct anon_dict fresh = anon_dict_make();
	uint32_t *to = anon_take(c->dict.n, (ptrdiff_t)sizeof *to), n;
	struct valued *s = sorted_values(c, rows, v, &n);
	int64_t left = 0;

	for (uint32_t i = 0; i < c->dict.n; i++)
		if (isnan(v[i]))
			to[i] = anon_dict_add(&fresh, c->dict.value[i]);
	for (uint32_t i = 0; i < n; i++)
		left += s[i].rows;
	for (uint32_t from = 0, end; from < n; from = end) {
		int64_t in = 0;
		for (end = from; end < n && (in < op->k || left < op->k); end++) {
			in += s[end].rows;
			left -= s[end].rows;
		}
		char text[400];
		struct str label = number_text(text, sizeof text, middle(s, from, end, in, op->median), op->decimals);
		for (uint32_t i = from; i < end; i++)
			to[s[i].code] = anon_dict_add(&fresh, label);
	}
	replace(c, rows, &fresh, to);
	free(s);
	free(to);
}

/* ---- row by row ---- */

static void noise(struct anon_column *c, ptrdiff_t rows, const struct anon_op *op, const double *v)
{
	struct anon_dict fresh = anon_dict_make();
	struct dice d = { 0 };

	for (ptrdiff_t r = 0; r < rows; r++) {
		char text[400];
		struct str s = c->dict.value[c->code[r]];
		if (!isnan(v[c->code[r]])) {
			double n = sqrt(-2 * log(draw_unit(&d))) * cos(6.283185307179586 * draw_unit(&d));      /* Box-Muller */
			s = number_text(text, sizeof text, v[c->code[r]] + n * op->sd, op->decimals);
		}
		c->code[r] = anon_dict_add(&fresh, s);
	}
	struct str name = str_dup(&fresh.text, c->name);
	anon_dict_free(&c->dict);
	c->dict = fresh;
	c->name = name;
	wipe(&d, (ptrdiff_t)sizeof d);
}

/* The chosen rows pass their values round one random cycle (Sattolo), so none of them keeps its own place. */
static void swap(struct anon_column *c, ptrdiff_t rows, const struct anon_op *op)
{
	ptrdiff_t *chosen = anon_take(rows, (ptrdiff_t)sizeof *chosen), n = 0, want = (ptrdiff_t)ceil(op->share * (double)rows);
	struct dice d = { 0 };

	for (ptrdiff_t r = 0; r < rows; r++)      /* each set of `want` rows is equally likely */
		if (draw_below(&d, rows - r) < want - n)
			chosen[n++] = r;
	for (ptrdiff_t i = n - 1; i > 0; i--) {
		ptrdiff_t j = draw_below(&d, i), a = chosen[i], b = chosen[j];
		uint32_t keep = c->code[a];
		c->code[a] = c->code[b];
		c->code[b] = keep;
	}
	wipe(&d, (ptrdiff_t)sizeof d);
	wipe(chosen, rows * (ptrdiff_t)sizeof *chosen);
	free(chosen);
}

enum status anon_operate(struct arena *a, struct anon_column *c, ptrdiff_t rows, const struct anon_op *op, int before,
	struct str *ret_bad)
{
	double *v = NULL;
	uint32_t bad;

	if (op->kind == ANON_SWAP) {
		swap(c, rows, op);
		return ST_OK;
	}
	if (op->kind != ANON_DELETE && !anon_coded_numbers(&c->dict, op - before, before, &v, &bad)) {
		*ret_bad = str_dup(a, c->dict.value[bad]);
		return ST_BAD_INPUT;
	}
	if (op->kind == ANON_MICRO)
		micro(c, rows, op, v);
	else if (op->kind == ANON_NOISE)
		noise(c, rows, op, v);
	else
		by_value(c, rows, op, v);
	free(v);
	return ST_OK;
}

/* ---- peculiar values ---- */

/* The rows from one end that are fewer than k together, and lie farther from the next value than the middle half of the
 * column is wide. `step` walks the sorted values. */
static bool far_end(const struct valued *s, uint32_t n, int64_t k, bool top, double width, double *ret_at, int64_t *ret_rows)
{
	int64_t rows = 0, found = 0;

	for (uint32_t i = 0; i + 1 < n; i++) {
		const struct valued *x = top ? &s[n - 1 - i] : &s[i], *inner = top ? x - 1 : x + 1;
		rows += x->rows;
		if (rows >= k)
			break;
		if (fabs(x->v - inner->v) > width) {
			found = rows;
			*ret_at = inner->v;
		}
	}
	/* the label must cover k rows: go on inwards until it does */
	int64_t covered = 0;
	for (uint32_t i = 0; found && i < n; i++) {
		const struct valued *x = top ? &s[n - 1 - i] : &s[i];
		covered += x->rows;
		*ret_at = x->v;
		if (covered >= k && covered > found)
			break;
	}
	*ret_rows = found;
	return found > 0;
}

void anon_find_peculiar(const struct anon_column *c, ptrdiff_t rows, int64_t k, struct anon_peculiar *ret)
{
	struct anon_peculiar p = { 0 };
	double *v;
	uint32_t n;
	int64_t *count = anon_take_zeroed(c->dict.n, (ptrdiff_t)sizeof *count);

	for (ptrdiff_t r = 0; r < rows; r++)
		count[c->code[r]]++;
	for (uint32_t i = 0; i < c->dict.n; i++) {
		if (count[i] && count[i] < k) {
			p.rare_values++;
			p.rare_rows += count[i];
		}
	}
	free(count);
	if (anon_dict_numbers(&c->dict, true, &v, NULL)) {
		struct valued *s = sorted_values(c, rows, v, &n);
		double low = n ? s[0].v : 0, high = low;
		int64_t seen = 0, all = 0;
		for (uint32_t i = 0; i < n; i++)
			all += s[i].rows;
		for (uint32_t i = 0; i < n; i++) {
			if (seen * 4 <= all)
				low = s[i].v;
			if (seen * 4 <= all * 3)
				high = s[i].v;
			seen += s[i].rows;
		}
		double width = fmax(high - low, 0) / 4;
		p.top = n > 2 && far_end(s, n, k, true, width, &p.top_at, &p.top_rows);
		p.bottom = n > 2 && far_end(s, n, k, false, width, &p.bottom_at, &p.bottom_rows);
		free(s);
		free(v);
	}
	*ret = p;
}
