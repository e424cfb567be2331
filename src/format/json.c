/* json.c - reading and writing JSON; the only user of jansson. */
#include "format/json.h"
#include "base/utf8.h"
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static struct js *copy(struct arena *a, json_t *v)
{
	struct js *j = new(a, struct js), **last = &j->child;
	const char *key;
	json_t *member;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_OBJECT:
		j->kind = JS_OBJECT;
		json_object_foreach(v, key, member) {
			*last = copy(a, member);
			(*last)->key = str_dup(a, str_z(key));
			last = &(*last)->next;
			j->n++;
		}
		break;
	case JSON_ARRAY:
		j->kind = JS_ARRAY;
		json_array_foreach(v, i, member) {
			*last = copy(a, member);
			last = &(*last)->next;
			j->n++;
		}
		break;
	case JSON_STRING:
		j->kind = JS_TEXT;
		j->text = str_dup(a, (struct str){ json_string_value(v), (ptrdiff_t)json_string_length(v) });
		break;
	case JSON_INTEGER:
		j->kind = JS_INT;
		j->integer = json_integer_value(v);
		j->real = (double)j->integer;
		break;
	case JSON_REAL:
		j->kind = JS_REAL;
		j->real = json_real_value(v);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		j->kind = JS_BOOL;
		j->boolean = json_is_true(v);
		break;
	case JSON_NULL:
		break;
	}
	return j;
}

/* jansson bounds the nesting at 2048; copy() recurses no deeper than that. */
enum status js_parse(struct arena *a, struct str text, struct problems *ps, struct js **ret)
{
	json_error_t e;
	json_t *v = json_loadb(text.p, (size_t)text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &e);

	if (!v) {
		char place[48];
		int n = snprintf(place, sizeof place, "%d:%d", e.line, MAX(e.column, 1));
		problem(ps, str_dup(a, (struct str){ place, n }), str_trim(text).n ? MSG_JSON_MALFORMED : MSG_JSON_EMPTY);
		return ST_BAD_INPUT;
	}
	*ret = copy(a, v);
	json_decref(v);
	return ST_OK;
}

const struct js *js_get(const struct js *object, struct str key)
{
	for (const struct js *m = object && object->kind == JS_OBJECT ? object->child : NULL; m; m = m->next)
		if (str_eq(m->key, key))
			return m;
	return NULL;
}

/* ---- writing ---- */

static void comma(struct js_out *j)
{
	if (j->comma)
		buf_char(j->b, ',');
	j->comma = true;
}

void js_open(struct js_out *j, char bracket)
{
	comma(j);
	buf_char(j->b, bracket);
	j->comma = false;
}

void js_close(struct js_out *j, char bracket)
{
	buf_char(j->b, bracket);
	j->comma = true;
}

static void quoted(struct buf *b, struct str s)
{
	ptrdiff_t from = 0, at = 0;

	buf_char(b, '"');
	while (at < s.n) {
		ptrdiff_t before = at;
		unsigned char c = (unsigned char)s.p[at];
		if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
			at++;
			continue;
		}
		uint32_t u = utf8_next(s, &at);
		if (u >= 0x80 && !(u == UTF8_BAD && at - before == 1))
			continue;
		buf_add(b, str_sub(s, from, before));
		from = at;
		if (u >= 0x80)
			buf_lit(b, "\xef\xbf\xbd");
		else if (u == '"' || u == '\\')
			buf_fmt(b, "\\%c", (int)u);
		else if (u == '\n')
			buf_lit(b, "\\n");
		else if (u == '\t')
			buf_lit(b, "\\t");
		else
			buf_fmt(b, "\\u%04x", u);
	}
	buf_add(b, str_sub(s, from, s.n));
	buf_char(b, '"');
}

void js_key(struct js_out *j, struct str key)
{
	comma(j);
	quoted(j->b, key);
	buf_char(j->b, ':');
	j->comma = false;
}

void js_text(struct js_out *j, struct str s)
{
	comma(j);
	quoted(j->b, s);
}

void js_int(struct js_out *j, int64_t v)
{
	comma(j);
	buf_int(j->b, v);
}

void js_real(struct js_out *j, double v)
{
	char t[40];

	comma(j);
	if (!isfinite(v)) {
		buf_lit(j->b, "null");
		return;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(t, sizeof t, "%.*g", digits, v);
		if (digits == 17 || !(strtod(t, NULL) < v || strtod(t, NULL) > v))
			break;
	}
	buf_add(j->b, str_z(t));
}

void js_bool(struct js_out *j, bool v)
{
	comma(j);
	buf_add(j->b, v ? S("true") : S("false"));
}

void js_null(struct js_out *j)
{
	comma(j);
	buf_lit(j->b, "null");
}
