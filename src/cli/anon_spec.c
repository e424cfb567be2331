/* anon_spec.c - reads the SPEC file: columns, operations, models. */
#include "cli/anon_spec.h"
#include "cli/anon_file.h"
#include <assert.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { SPEC_BYTES = 16 << 20, HIERARCHY_BYTES = 256 << 20 };

static const char *const roles[ANON_ROLE_MAX] = {
	[ANON_ROLE_NONE] = "", [ANON_ROLE_QUASI] = "quasi", [ANON_ROLE_SENSITIVE] = "sensitive", [ANON_ROLE_IDENTIFIER] = "identifier",
	[ANON_ROLE_CODE] = "code", [ANON_ROLE_LINK] = "link", [ANON_ROLE_FINANCIAL] = "financial", [ANON_ROLE_KEEP] = "keep",
};

const char *anon_role_name(enum anon_role r)
{
	return roles[r];
}

bool anon_role_goes(enum anon_role r)
{
	return r == ANON_ROLE_IDENTIFIER || r == ANON_ROLE_CODE || r == ANON_ROLE_LINK || r == ANON_ROLE_FINANCIAL;
}

/* ---- members, each checked ---- */

struct reader { struct cli *c; struct str path; };

static struct str under(struct reader *r, struct str place, struct str member)
{
	struct buf b = buf_make(0);

	buf_add(&b, place);
	buf_add(&b, str_eq(place, r->path) ? S(": ") : S("."));
	buf_add(&b, member);
	struct str s = str_dup(r->c->a, buf_str(&b));
	buf_free(&b);
	return s;
}

static struct str element(struct reader *r, struct str place, int64_t i)
{
	return under(r, place, text_of_int(r->c->a, i + 1));
}

/* Tells a problem; further arguments follow the message. */
#define wrong(r, place, ...) (problem(&(r)->c->problems, place, __VA_ARGS__), ST_BAD_INPUT)

/* Only the members named in `known` ("a|b|c") may stand there. */
static enum status only(struct reader *r, const struct js *object, struct str place, const char *known)
{
	if (object->kind != JS_OBJECT)
		return wrong(r, place, MSG_ANON_SPEC_OBJECT);
	for (const struct js *m = object->child; m; m = m->next) {
		struct str rest = str_z(known), word;
		bool found = false;
		while (!found && str_cut(&rest, '|', &word))
			found = str_eq(word, m->key);
		if (!found)
			return wrong(r, under(r, place, m->key), MSG_ANON_SPEC_UNKNOWN, .arg = { str_z(known) });
	}
	return ST_OK;
}

static enum status text(struct reader *r, const struct js *object, const char *key, struct str place, struct str *ret)
{
	const struct js *v = js_get(object, str_z(key));

	if (!v)
		return ST_OK;
	if (v->kind != JS_TEXT || v->text.n == 0)
		return wrong(r, under(r, place, str_z(key)), MSG_ANON_SPEC_TEXT);
	*ret = v->text;
	return ST_OK;
}

static enum status real(struct reader *r, const struct js *object, const char *key, double min, double max, struct str place, double *ret)
{
	const struct js *v = js_get(object, str_z(key));

	if (!v)
		return ST_OK;
	if ((v->kind == JS_INT || v->kind == JS_REAL) && v->real >= min && v->real <= max) {
		*ret = v->real;
		return ST_OK;
	}
	struct buf b = buf_make(0);
	buf_fmt(&b, "%g", min);
	struct str low = str_dup(r->c->a, buf_str(&b));
	b.n = 0;
	buf_fmt(&b, "%g", max);
	struct str high = str_dup(r->c->a, buf_str(&b));
	buf_free(&b);
	return wrong(r, under(r, place, str_z(key)), MSG_ANON_NOT_BETWEEN, .arg = { low, high });
}

static enum status whole(struct reader *r, const struct js *object, const char *key, int64_t min, int64_t max, struct str place, int64_t *ret)
{
	const struct js *v = js_get(object, str_z(key));

	if (!v)
		return ST_OK;
	if (v->kind != JS_INT || v->integer < min || v->integer > max)
		return wrong(r, under(r, place, str_z(key)), MSG_CLI_NOT_A_NUMBER, .arg = { text_of_int(r->c->a, min), text_of_int(r->c->a, max) });
	*ret = v->integer;
	return ST_OK;
}

/* One of the words of `words` ("a|b"): its place; *ret stays where the member is absent. */
static enum status choice(struct reader *r, const struct js *object, const char *key, const char *words, struct str place, int *ret)
{
	const struct js *v = js_get(object, str_z(key));
	struct str rest = str_z(words), word;

	if (!v)
		return ST_OK;
	for (int i = 0; v->kind == JS_TEXT && str_cut(&rest, '|', &word); i++) {
		if (!str_eq(v->text, word))
			continue;
		*ret = i;
		return ST_OK;
	}
	return wrong(r, under(r, place, str_z(key)), MSG_CLI_NOT_A_CHOICE, .arg = { str_z(words) });
}

static enum status needed(struct reader *r, const struct js *object, const char *key, struct str place)
{
	if (js_get(object, str_z(key)))
		return ST_OK;
	return wrong(r, place, MSG_ANON_SPEC_NEEDED, .arg = { str_z(key) });
}

/* ---- operations ---- */

static enum status read_op(struct reader *r, const struct js *v, struct str place, struct anon_op *op)
{
	static const char *const known[ANON_OP_MAX] = { [ANON_TOP] = "op|at|label", [ANON_BOTTOM] = "op|at|label", [ANON_ROUND] = "op|to",
		[ANON_MICRO] = "op|k|by|decimals", [ANON_NOISE] = "op|sd|decimals", [ANON_SWAP] = "op|share", [ANON_DELETE] = "op" };
	static const char *const must[ANON_OP_MAX] = { [ANON_TOP] = "at", [ANON_BOTTOM] = "at", [ANON_ROUND] = "to",
		[ANON_MICRO] = "k", [ANON_NOISE] = "sd", [ANON_SWAP] = "share", [ANON_DELETE] = "op" };
	int kind = 0, by = 0;
	int64_t decimals = 0;

	*op = (struct anon_op){ .k = 2 };
	if (v->kind != JS_OBJECT)
		return wrong(r, place, MSG_ANON_SPEC_OBJECT);
	TRY(needed(r, v, "op", place));
	TRY(choice(r, v, "op", "top|bottom|round|micro-aggregate|noise|swap|delete", place, &kind));
	op->kind = (enum anon_op_kind)kind;
	TRY(only(r, v, place, known[kind]));
	TRY(needed(r, v, must[kind], place));
	TRY(real(r, v, "at", -1e15, 1e15, place, &op->at));
	TRY(real(r, v, "to", 1e-9, 1e15, place, &op->to));
	TRY(real(r, v, "sd", 0, 1e15, place, &op->sd));
	TRY(real(r, v, "share", 0, 1, place, &op->share));
	TRY(whole(r, v, "k", 1, ANON_ROWS_MAX, place, &op->k));
	TRY(whole(r, v, "decimals", 0, 9, place, &decimals));
	TRY(choice(r, v, "by", "mean|median", place, &by));
	TRY(text(r, v, "label", place, &op->label));
	op->decimals = (int)decimals;
	op->median = by == 1;
	return ST_OK;
}

static enum status read_ops(struct reader *r, const struct js *list, struct str place, struct anon_spec_column *col)
{
	if (list->kind != JS_ARRAY)
		return wrong(r, place, MSG_ANON_SPEC_ARRAY);
	if (list->n > ANON_OPS_MAX)
		return wrong(r, place, MSG_ANON_SPEC_MANY, .arg = { text_of_int(r->c->a, ANON_OPS_MAX) });
	for (const struct js *v = list->child; v; v = v->next) {
		TRY(read_op(r, v, element(r, place, col->nops), &col->op[col->nops]));
		col->nops++;
	}
	return ST_OK;
}

/* ---- columns ---- */

static enum status read_column(struct reader *r, const struct js *v, struct str place, bool pseudonyms, struct anon_spec_column *col)
{
	int role = 0, token = 0;

	*col = (struct anon_spec_column){ .name = v->key, .place = place };
	TRY(only(r, v, place, pseudonyms ? "role|operations|token" : "role|hierarchy|operations"));
	TRY(needed(r, v, "role", place));
	TRY(choice(r, v, "role", "quasi|sensitive|identifier|code|link|financial|keep", place, &role));
	TRY(choice(r, v, "token", "delete|random|keyed|format", place, &token));
	col->role = (enum anon_role)(role + ANON_ROLE_QUASI);
	col->token = (enum anon_token)token;
	if (col->token && !anon_role_goes(col->role))
		return wrong(r, under(r, place, S("token")), MSG_ANON_SPEC_TOKEN);
	col->hierarchy = js_get(v, S("hierarchy"));
	if (col->hierarchy && col->hierarchy->kind != JS_TEXT && col->hierarchy->kind != JS_OBJECT)
		return wrong(r, under(r, place, S("hierarchy")), MSG_ANON_SPEC_HIERARCHY);
	const struct js *ops = js_get(v, S("operations"));
	return ops ? read_ops(r, ops, under(r, place, S("operations")), col) : ST_OK;
}

static enum status read_columns(struct reader *r, const struct js *columns, bool pseudonyms, struct anon_spec *s)
{
	struct str place = under(r, r->path, S("columns"));

	if (columns->kind != JS_OBJECT || columns->n == 0)
		return wrong(r, place, MSG_ANON_SPEC_OBJECT);
	if (columns->n > ANON_COLUMNS_MAX)
		return wrong(r, place, MSG_ANON_SPEC_MANY, .arg = { text_of_int(r->c->a, ANON_COLUMNS_MAX) });
	s->column = new_n(r->c->a, struct anon_spec_column, columns->n);
	int quasi = 0, sensitive = 0;
	for (const struct js *v = columns->child; v; v = v->next) {
		struct anon_spec_column *col = &s->column[s->ncolumns++];
		TRY(read_column(r, v, under(r, place, v->key), pseudonyms, col));
		quasi += col->role == ANON_ROLE_QUASI;
		sensitive += col->role == ANON_ROLE_SENSITIVE;
	}
	if (quasi > ANON_QUASI_MAX)
		return wrong(r, place, MSG_ANON_SPEC_MANY, .arg = { text_of_int(r->c->a, ANON_QUASI_MAX) });
	if (sensitive > ANON_SENSITIVE_MAX)
		return wrong(r, place, MSG_ANON_SPEC_MANY, .arg = { text_of_int(r->c->a, ANON_SENSITIVE_MAX) });
	return ST_OK;
}

/* ---- models ---- */

static enum status read_model(struct reader *r, const struct js *v, struct str place, struct anon_spec *s)
{
	static const char *const known[ANON_MODEL_MAX] = { [ANON_K] = "model|k", [ANON_DISTINCT_L] = "model|l|column",
		[ANON_ENTROPY_L] = "model|l|column", [ANON_RECURSIVE_CL] = "model|c|l|column", [ANON_T] = "model|t|distance|column",
		[ANON_DELTA_PRESENCE] = "model|min|max|population" };
	static const char *const must[ANON_MODEL_MAX] = { [ANON_K] = "k", [ANON_DISTINCT_L] = "l", [ANON_ENTROPY_L] = "l",
		[ANON_RECURSIVE_CL] = "l", [ANON_T] = "t", [ANON_DELTA_PRESENCE] = "population" };
	struct anon_model *m = &s->model[s->nmodels];
	int kind = 0, distance = 0;
	int64_t l = 1;
	struct str column = S("");

	*m = (struct anon_model){ .k = 1, .l = 1, .c = 1, .t = 1, .max = 1, .sensitive = -1 };
	if (v->kind != JS_OBJECT)
		return wrong(r, place, MSG_ANON_SPEC_OBJECT);
	TRY(needed(r, v, "model", place));
	TRY(choice(r, v, "model", "k-anonymity|distinct-l-diversity|entropy-l-diversity|recursive-cl-diversity|t-closeness|delta-presence",
		place, &kind));
	m->kind = (enum anon_model_kind)kind;
	TRY(only(r, v, place, known[kind]));
	TRY(needed(r, v, must[kind], place));
	TRY(whole(r, v, "k", 1, ANON_ROWS_MAX, place, &m->k));
	if (m->kind == ANON_RECURSIVE_CL) {
		TRY(needed(r, v, "c", place));
		TRY(whole(r, v, "l", 1, 64, place, &l));
		m->l = (double)l;
	} else {
		TRY(real(r, v, "l", 1, ANON_ROWS_MAX, place, &m->l));
	}
	TRY(real(r, v, "c", 0, 1e9, place, &m->c));
	TRY(real(r, v, "t", 0, 1, place, &m->t));
	TRY(real(r, v, "min", 0, 1, place, &m->min));
	TRY(real(r, v, "max", 0, 1, place, &m->max));
	TRY(choice(r, v, "distance", "equal|ordered|hierarchical", place, &distance));
	TRY(text(r, v, "population", place, &s->population));
	TRY(text(r, v, "column", place, &column));
	m->distance = (enum anon_distance)distance;
	for (int i = 0; column.n && i < s->ncolumns; i++)
		if (str_eq(s->column[i].name, column) && s->column[i].role == ANON_ROLE_SENSITIVE)
			m->sensitive = i;
	if (column.n && m->sensitive < 0)
		return wrong(r, under(r, place, S("column")), MSG_ANON_SPEC_NOT_SENSITIVE, .arg = { column });
	s->nmodels++;
	return ST_OK;
}

static enum status read_models(struct reader *r, const struct js *list, struct anon_spec *s)
{
	struct str place = under(r, r->path, S("models"));
	bool sensitive = false;

	if (list->kind != JS_ARRAY || list->n == 0)
		return wrong(r, place, MSG_ANON_SPEC_ARRAY);
	if (list->n > ANON_MODELS_MAX / 2)
		return wrong(r, place, MSG_ANON_SPEC_MANY, .arg = { text_of_int(r->c->a, ANON_MODELS_MAX / 2) });
	for (int i = 0; i < s->ncolumns; i++)
		sensitive = sensitive || s->column[i].role == ANON_ROLE_SENSITIVE;
	for (const struct js *v = list->child; v; v = v->next) {
		struct str at = element(r, place, s->nmodels);
		TRY(read_model(r, v, at, s));
		enum anon_model_kind kind = s->model[s->nmodels - 1].kind;
		if (kind != ANON_K && kind != ANON_DELTA_PRESENCE && !sensitive)
			return wrong(r, at, MSG_ANON_SPEC_NO_SENSITIVE);
	}
	return ST_OK;
}

/* ---- the whole ---- */

static enum status read_rest(struct reader *r, const struct js *root, bool pseudonyms, struct anon_spec *s)
{
	struct str separator = S("");
	int method = 0, suppressed = 0, loss = 0;

	TRY(only(r, root, r->path, pseudonyms ? "purpose|columns|delimiter"
		: "columns|models|suppression|suppressed|method|loss|effort|delimiter"));
	TRY(needed(r, root, "columns", r->path));
	TRY(read_columns(r, js_get(root, S("columns")), pseudonyms, s));
	TRY(text(r, root, "delimiter", r->path, &separator));
	if (str_eq(separator, S("tab")) || str_eq(separator, S("\t")))
		s->separator = '\t';
	else if (separator.n == 1 && (separator.p[0] == ',' || separator.p[0] == ';'))
		s->separator = separator.p[0];
	else if (separator.n && !str_eq(separator, S("auto")))
		return wrong(r, under(r, r->path, S("delimiter")), MSG_CLI_NOT_A_CHOICE, .arg = { S("auto|,|;|tab") });
	if (pseudonyms) {
		TRY(needed(r, root, "purpose", r->path));
		return text(r, root, "purpose", r->path, &s->purpose);
	}
	if (js_get(root, S("models")))
		TRY(read_models(r, js_get(root, S("models")), s));
	TRY(real(r, root, "suppression", 0, 1, r->path, &s->suppression));
	TRY(choice(r, root, "suppressed", "star|drop", r->path, &suppressed));
	TRY(choice(r, root, "method", "full-domain|multidimensional", r->path, &method));
	TRY(choice(r, root, "loss", "ncp|discernibility|average-class|entropy", r->path, &loss));
	TRY(whole(r, root, "effort", 0, INT64_MAX / 4, r->path, &s->effort));
	s->drop = suppressed == 1;
	s->multidimensional = method == 1;
	s->loss = (enum anon_loss)loss;
	return ST_OK;
}

enum status anon_spec_read(struct cli *c, struct str path, bool pseudonyms, struct anon_spec *ret)
{
	struct reader r = { c, path };
	struct anon_spec s = { .path = path, .effort = -1 };
	struct str bytes;
	struct js *root;
	ptrdiff_t told = c->problems.n;

	TRY(anon_read_whole(c, path, SPEC_BYTES, &bytes));
	if (js_parse(c->a, bytes, &c->problems, &root) != ST_OK) {
		for (; told < c->problems.n; told++) {       /* "LINE:COLUMN" of which file */
			struct buf b = buf_make(0);
			buf_fmt(&b, "%.*s:%.*s", STR_FMT(path), STR_FMT(c->problems.p[told].place));
			c->problems.p[told].place = str_dup(c->a, buf_str(&b));
			buf_free(&b);
		}
		return ST_BAD_INPUT;
	}
	TRY(read_rest(&r, root, pseudonyms, &s));
	*ret = s;
	return ST_OK;
}

/* ---- files that must not be one ---- */

static bool is_same_file(struct cli *c, struct str a, struct str b)
{
	struct stat x, y;

	return str_eq(a, b) || (stat(str_to_z(c->a, a), &x) == 0 && stat(str_to_z(c->a, b), &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

/* The files that are read, then those that the SPEC names; empty where there is none. */
static struct str path_of(struct cli *c, const struct anon_spec *s, const struct str *read, int nread, int i)
{
	if (i < nread)
		return read[i];
	struct str named = S("");
	if (i - nread == s->ncolumns)
		named = s->population;
	else if (s->column[i - nread].hierarchy && s->column[i - nread].hierarchy->kind == JS_TEXT)
		named = s->column[i - nread].hierarchy->text;
	return named.n ? anon_path_beside(c, s->path, named) : named;
}

enum status anon_paths_differ(struct cli *c, const struct anon_spec *s, const struct str *written, int nwritten, const struct str *read,
	int nread)
{
	for (int w = 0; w < nwritten; w++) {
		bool same = false;
		for (int i = 0; i < w && written[w].n; i++)
			same = same || (written[i].n && is_same_file(c, written[w], written[i]));
		for (int i = 0; i <= nread + s->ncolumns && written[w].n; i++) {
			struct str path = path_of(c, s, read, nread, i);
			same = same || (path.n && is_same_file(c, written[w], path));
		}
		if (!same)
			continue;
		problem(&c->problems, written[w], MSG_ANON_SAME_FILE);
		return ST_BAD_INPUT;
	}
	return ST_OK;
}

/* ---- hierarchies ---- */

static enum status numbers_of(struct reader *r, const struct js *list, struct str place, double *v, int *ret_n)
{
	if (list->kind != JS_ARRAY || list->n > ANON_LEVELS_MAX - 2)
		return wrong(r, place, MSG_ANON_SPEC_ARRAY);
	for (const struct js *e = list->child; e; e = e->next) {
		if (e->kind != JS_INT && e->kind != JS_REAL)
			return wrong(r, element(r, place, *ret_n), MSG_ANON_NOT_NUMBER, .arg = { e->text });
		v[(*ret_n)++] = e->real;
	}
	return ST_OK;
}

/* A tree: {"label": {"label": ["value", ...]}}; every value must lie equally deep. `above` holds the labels from the root. */
static enum status add_tree(struct reader *r, struct anon_hierarchy *h, const struct js *v, struct str place, struct str *above, int depth)
{
	if (depth >= ANON_LEVELS_MAX - 2)
		return wrong(r, place, MSG_ANON_LEVELS_MANY, .arg = { text_of_int(r->c->a, depth), text_of_int(r->c->a, ANON_LEVELS_MAX) });
	if (v->kind != JS_OBJECT && v->kind != JS_ARRAY)
		return wrong(r, place, MSG_ANON_SPEC_TREE);
	for (const struct js *m = v->child; m; m = m->next) {
		if (v->kind == JS_OBJECT) {
			above[depth] = m->key;
			TRY(add_tree(r, h, m, under(r, place, m->key), above, depth + 1));
			continue;
		}
		struct str label[ANON_LEVELS_MAX];
		int n = 0;
		if (m->kind != JS_TEXT)
			return wrong(r, place, MSG_ANON_SPEC_TREE);
		label[n++] = m->text;
		for (int i = depth - 1; i >= 0; i--)
			label[n++] = above[i];
		label[n++] = S("*");
		TRY(anon_hierarchy_add(h, label, n, place, &r->c->problems));
	}
	return ST_OK;
}

static enum status by_rule(struct reader *r, const struct anon_spec_column *col, const struct anon_dict *values, struct str place,
	struct anon_hierarchy *h)
{
	const struct js *v = col->hierarchy, *list;
	double number[ANON_LEVELS_MAX], origin = 0;
	int keep[ANON_LEVELS_MAX], n = 0;

	if ((list = js_get(v, S("intervals"))) != NULL) {
		TRY(only(r, v, place, "intervals|origin"));
		TRY(numbers_of(r, list, under(r, place, S("intervals")), number, &n));
		TRY(real(r, v, "origin", -1e15, 1e15, place, &origin));
		struct anon_intervals by = { origin, number, n, col->op, col->nops };
		return anon_hierarchy_intervals(h, values, &by, col->place, &r->c->problems);
	}
	if ((list = js_get(v, S("prefixes"))) != NULL) {
		struct str fill = S("*");
		TRY(only(r, v, place, "prefixes|fill"));
		TRY(numbers_of(r, list, under(r, place, S("prefixes")), number, &n));
		TRY(text(r, v, "fill", place, &fill));
		for (int i = 0; i < n; i++)
			keep[i] = number[i] >= 0 && number[i] < 1e6 ? (int)number[i] : -1;
		return anon_hierarchy_prefixes(h, values, &(struct anon_prefixes){ keep, n, fill }, col->place, &r->c->problems);
	}
	if ((list = js_get(v, S("tree"))) != NULL) {
		struct str above[ANON_LEVELS_MAX];
		TRY(only(r, v, place, "tree"));
		TRY(add_tree(r, h, list, under(r, place, S("tree")), above, 0));
		return anon_hierarchy_finish(h, place, &r->c->problems);
	}
	return wrong(r, place, MSG_ANON_SPEC_HIERARCHY);
}

enum status anon_spec_hierarchy(struct cli *c, const struct anon_spec *s, const struct anon_spec_column *col,
	const struct anon_dict *values, struct anon_hierarchy *ret)
{
	struct reader r = { c, s->path };
	struct str bytes;

	if (!col->hierarchy)
		return anon_hierarchy_flat(ret, values, col->place, &c->problems);
	if (col->hierarchy->kind == JS_OBJECT)
		return by_rule(&r, col, values, under(&r, col->place, S("hierarchy")), ret);
	struct str path = anon_path_beside(c, s->path, col->hierarchy->text);
	TRY(anon_read_whole(c, path, HIERARCHY_BYTES, &bytes));
	return anon_hierarchy_read(ret, bytes, path, &c->problems);
}
