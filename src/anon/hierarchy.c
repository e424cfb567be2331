/* hierarchy.c - building, checking and applying generalisation hierarchies. */
#include "anon/hierarchy.h"
#include "base/utf8.h"
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void anon_hierarchy_free(struct anon_hierarchy *h)
{
	anon_dict_free(&h->leaf);
	for (int l = 1; l < ANON_LEVELS_MAX; l++) {
		anon_dict_free(&h->label[l]);
		free(h->of_leaf[l]);
	}
	for (int l = 0; l < ANON_LEVELS_MAX; l++)
		free(h->leaves[l]);
	*h = (struct anon_hierarchy){ 0 };
}

static struct str joined(struct arena *a, struct str s, const char *sep, struct str t)
{
	struct buf b = buf_make(0);

	buf_add(&b, s);
	buf_add(&b, str_z(sep));
	buf_add(&b, t);
	struct str r = str_dup(a, buf_str(&b));
	buf_free(&b);
	return r;
}

static void begin(struct anon_hierarchy *h, int n)
{
	h->levels = n;
	h->leaf = anon_dict_make();
	for (int l = 1; l < n; l++)
		h->label[l] = anon_dict_make();
}

enum status anon_hierarchy_add(struct anon_hierarchy *h, const struct str *labels, int n, struct str place, struct problems *ps)
{
	uint32_t known;

	if (n > ANON_LEVELS_MAX) {
		problem(ps, place, MSG_ANON_LEVELS_MANY, .arg = { text_of_int(ps->a, n), text_of_int(ps->a, ANON_LEVELS_MAX) });
		return ST_BAD_INPUT;
	}
	if (h->levels && n != h->levels) {
		problem(ps, place, MSG_ANON_LEVELS_UNEQUAL, .arg = { text_of_int(ps->a, n), text_of_int(ps->a, h->levels) });
		return ST_BAD_INPUT;
	}
	for (int l = 0; l < n; l++) {
		if ((labels[l].n || l == 0) && utf8_valid(labels[l]))
			continue;           /* an empty cell of the data is a value like others: it may stand at level 0 */
		problem(ps, joined(ps->a, place, ":", text_of_int(ps->a, l + 1)), labels[l].n ? MSG_ANON_NOT_UTF8 : MSG_ANON_LABEL_EMPTY);
		return ST_BAD_INPUT;
	}
	if (!h->levels)
		begin(h, n);
	if (anon_dict_find(&h->leaf, labels[0], &known)) {
		problem(ps, place, MSG_ANON_LEAF_TWICE, .arg = { str_dup(ps->a, labels[0]) });
		return ST_BAD_INPUT;
	}
	uint32_t leaf = anon_dict_add(&h->leaf, labels[0]);
	if (leaf == h->cap) {
		h->cap = h->cap ? h->cap * 2 : 64;
		for (int l = 1; l < n; l++)
			h->of_leaf[l] = anon_grow(h->of_leaf[l], h->cap, (ptrdiff_t)sizeof(uint32_t));
	}
	for (int l = 1; l < n; l++)
		h->of_leaf[l][leaf] = anon_dict_add(&h->label[l], labels[l]);
	return ST_OK;
}

static uint32_t label_of(const struct anon_hierarchy *h, int level, uint32_t leaf)
{
	return level ? h->of_leaf[level][leaf] : leaf;
}

static enum status check_nested(const struct anon_hierarchy *h, int l, struct str place, struct problems *ps)
{
	const struct anon_dict *below = l > 1 ? &h->label[l - 1] : &h->leaf;
	uint32_t *parent = anon_take_zeroed(below->n, (ptrdiff_t)sizeof *parent);
	enum status st = ST_OK;

	for (uint32_t i = 0; i < h->leaf.n && st == ST_OK; i++) {
		uint32_t from = label_of(h, l - 1, i), to = h->of_leaf[l][i] + 1;
		if (parent[from] && parent[from] != to) {
			problem(ps, place, MSG_ANON_NOT_NESTED, .arg = { str_dup(ps->a, below->value[from]),
				str_dup(ps->a, h->label[l].value[parent[from] - 1]), str_dup(ps->a, h->label[l].value[to - 1]) });
			st = ST_BAD_INPUT;
		}
		parent[from] = to;
	}
	free(parent);
	return st;
}

enum status anon_hierarchy_finish(struct anon_hierarchy *h, struct str place, struct problems *ps)
{
	if (h->levels == 0) {
		problem(ps, place, MSG_ANON_HIERARCHY_EMPTY);
		return ST_BAD_INPUT;
	}
	for (int l = 1; l < h->levels; l++)
		TRY(check_nested(h, l, place, ps));
	for (int l = 0; l < h->levels; l++) {
		free(h->leaves[l]);
		h->leaves[l] = anon_take_zeroed(l ? h->label[l].n : h->leaf.n, (ptrdiff_t)sizeof(uint32_t));
		for (uint32_t i = 0; i < h->leaf.n; i++)
			h->leaves[l][label_of(h, l, i)]++;
	}
	return ST_OK;
}

/* ---- from a file ---- */

/* Cuts one label off the front of *line; *ret_more tells whether another follows. */
static enum status cut_label(struct arena *a, struct str *line, struct str *ret, bool *ret_more)
{
	if (line->n && line->p[0] == '"') {
		struct buf b = buf_make(1 << 20);
		bool closed = false;
		ptrdiff_t i = 1;
		while (i < line->n && !closed) {
			char c = line->p[i++];
			if (c == '"' && i < line->n && line->p[i] == '"')
				i++;
			else if (c == '"')
				closed = true;
			if (!closed)
				buf_char(&b, c);
		}
		*ret = str_dup(a, buf_str(&b));
		closed = closed && !b.failed && (i == line->n || line->p[i] == ';');
		buf_free(&b);
		*ret_more = i < line->n;
		*line = str_sub(*line, i + 1, line->n);
		return closed ? ST_OK : ST_BAD_INPUT;
	}
	ptrdiff_t sep = str_find_char(*line, ';');
	*ret_more = sep >= 0;
	*ret = sep < 0 ? *line : str_sub(*line, 0, sep);
	*line = sep < 0 ? str_sub(*line, line->n, line->n) : str_sub(*line, sep + 1, line->n);
	return ST_OK;
}

static enum status read_line(struct anon_hierarchy *h, struct str line, struct str place, struct problems *ps)
{
	struct str label[ANON_LEVELS_MAX + 1];
	int n = 0;
	bool more = true;

	while (more && n <= ANON_LEVELS_MAX) {
		if (cut_label(ps->a, &line, &label[n++], &more) != ST_OK) {
			problem(ps, joined(ps->a, place, ":", text_of_int(ps->a, n)), MSG_ANON_QUOTE);
			return ST_BAD_INPUT;
		}
	}
	return anon_hierarchy_add(h, label, n, place, ps);
}

enum status anon_hierarchy_read(struct anon_hierarchy *h, struct str text, struct str place, struct problems *ps)
{
	struct str line;
	int64_t at = 0;

	if (str_starts(text, S("\xef\xbb\xbf")))
		text = str_sub(text, 3, text.n);
	while (str_cut(&text, '\n', &line)) {
		at++;
		if (line.n && line.p[line.n - 1] == '\r')
			line.n--;
		if (line.n == 0)
			continue;
		struct arena_mark m = arena_mark(ps->a);
		enum status st = read_line(h, line, joined(ps->a, place, ":", text_of_int(ps->a, at)), ps);
		if (st != ST_OK)
			return st;
		arena_reset(ps->a, m);
	}
	return anon_hierarchy_finish(h, place, ps);
}

/* ---- by rule ---- */

static void interval_label(char *to, size_t room, double from, double width, bool whole)
{
	if (whole)
		snprintf(to, room, "%.0f-%.0f", from, from + width - 1);
	else
		snprintf(to, room, "[%.10g, %.10g)", from, from + width);
}

static bool is_whole(double v)
{
	return fabs(v) < 1e15 && fabs(v - round(v)) <= 0;
}

static enum status check_widths(const struct anon_intervals *by, struct str place, struct problems *ps)
{
	for (int i = 0; i < by->n; i++) {
		double times = i ? by->width[i] / by->width[i - 1] : 1;
		if (by->width[i] > 0 && is_whole(times) && (i == 0 || times > 1.5))
			continue;
		problem(ps, place, MSG_ANON_WIDTHS);
		return ST_BAD_INPUT;
	}
	return ST_OK;
}

enum status anon_hierarchy_intervals(struct anon_hierarchy *h, const struct anon_dict *values, const struct anon_intervals *by,
	struct str place, struct problems *ps)
{
	double *v;
	uint32_t bad;

	assert(by->n + 2 <= ANON_LEVELS_MAX);
	TRY(check_widths(by, place, ps));
	if (!anon_coded_numbers(values, by->op, by->nops, &v, &bad)) {
		problem(ps, place, MSG_ANON_NOT_NUMBER, .arg = { str_dup(ps->a, values->value[bad]) });
		return ST_BAD_INPUT;
	}
	bool whole = is_whole(by->origin);
	for (uint32_t i = 0; i < values->n; i++)
		whole = whole && (isnan(v[i]) || is_whole(v[i]));
	for (int l = 0; l < by->n; l++)
		whole = whole && is_whole(by->width[l]);
	enum status st = ST_OK;
	for (uint32_t i = 0; i < values->n && st == ST_OK; i++) {
		char text[ANON_LEVELS_MAX][64];
		struct str label[ANON_LEVELS_MAX];
		/* every level counts in whole steps of the smallest width, so that levels nest exactly */
		double step = by->n && !isnan(v[i]) ? floor((v[i] - by->origin) / by->width[0]) : 0;
		label[0] = values->value[i];
		for (int l = 0; l < by->n; l++) {
			double times = round(by->width[l] / by->width[0]);
			interval_label(text[l], sizeof text[l], by->origin + floor(step / times) * by->width[l], by->width[l], whole);
			label[l + 1] = !isnan(v[i]) ? str_z(text[l]) : values->value[i].n ? values->value[i] : S("*");
		}
		label[by->n + 1] = S("*");
		st = anon_hierarchy_add(h, label, by->n + 2, place, ps);
	}
	free(v);
	return st == ST_OK ? anon_hierarchy_finish(h, place, ps) : st;
}

static void prefix_label(struct buf *b, struct str value, int keep, struct str fill)
{
	ptrdiff_t at = 0;

	for (int i = 0; i < keep && at < value.n; i++)
		utf8_next(value, &at);
	buf_add(b, str_sub(value, 0, at));
	while (at < value.n) {
		utf8_next(value, &at);
		buf_add(b, fill);
	}
	if (b->n == 0)
		buf_char(b, '*');
}

enum status anon_hierarchy_prefixes(struct anon_hierarchy *h, const struct anon_dict *values, const struct anon_prefixes *by,
	struct str place, struct problems *ps)
{
	enum status st = ST_OK;

	assert(by->n + 2 <= ANON_LEVELS_MAX);
	for (int i = 0; i < by->n; i++) {
		if (by->keep[i] < 0 || (i && by->keep[i] >= by->keep[i - 1])) {
			problem(ps, place, MSG_ANON_KEEP);
			return ST_BAD_INPUT;
		}
	}
	for (uint32_t i = 0; i < values->n && st == ST_OK; i++) {
		struct buf b[ANON_LEVELS_MAX];
		struct str label[ANON_LEVELS_MAX];
		label[0] = values->value[i];
		for (int l = 0; l < by->n; l++) {
			b[l] = buf_make(0);
			prefix_label(&b[l], values->value[i], by->keep[l], by->fill);
			label[l + 1] = buf_str(&b[l]);
		}
		label[by->n + 1] = S("*");
		st = anon_hierarchy_add(h, label, by->n + 2, place, ps);
		for (int l = 0; l < by->n; l++)
			buf_free(&b[l]);
	}
	return st == ST_OK ? anon_hierarchy_finish(h, place, ps) : st;
}

enum status anon_hierarchy_flat(struct anon_hierarchy *h, const struct anon_dict *values, struct str place, struct problems *ps)
{
	return anon_hierarchy_prefixes(h, values, &(struct anon_prefixes){ 0 }, place, ps);
}

/* ---- levels of a column ---- */

static void level_make(const struct anon_hierarchy *h, int l, const uint32_t *leaf, struct anon_levels *v)
{
	uint32_t all = l ? h->label[l].n : h->leaf.n, *number_of = anon_take_zeroed(all, (ptrdiff_t)sizeof *number_of), n = 0;

	v->map[l] = anon_take(v->n, (ptrdiff_t)sizeof(uint32_t));
	v->label[l] = anon_take(all, (ptrdiff_t)sizeof(struct str));
	v->leaves[l] = anon_take(all, (ptrdiff_t)sizeof(uint32_t));
	for (uint32_t i = 0; i < v->n; i++) {
		uint32_t label = label_of(h, l, leaf[i]);
		if (!number_of[label]) {
			v->label[l][n] = l ? h->label[l].value[label] : h->leaf.value[label];
			v->leaves[l][n] = h->leaves[l][label];
			number_of[label] = ++n;
		}
		v->map[l][i] = number_of[label] - 1;
	}
	v->nlabels[l] = n;
	free(number_of);
}

enum status anon_levels_make(const struct anon_hierarchy *h, const struct anon_dict *values, struct anon_levels *ret,
	uint32_t *ret_missing)
{
	struct anon_levels v = { .levels = h->levels, .n = values->n, .all_leaves = h->leaf.n };
	uint32_t *leaf = anon_take(values->n, (ptrdiff_t)sizeof *leaf);

	for (uint32_t i = 0; i < values->n; i++) {
		if (!anon_dict_find(&h->leaf, values->value[i], &leaf[i])) {
			*ret_missing = i;
			free(leaf);
			return ST_NOT_FOUND;
		}
	}
	for (int l = 0; l < h->levels; l++)
		level_make(h, l, leaf, &v);
	free(leaf);
	*ret = v;
	return ST_OK;
}

void anon_levels_free(struct anon_levels *v)
{
	for (int l = 0; l < v->levels; l++) {
		free(v->map[l]);
		free(v->label[l]);
		free(v->leaves[l]);
	}
	*v = (struct anon_levels){ 0 };
}
