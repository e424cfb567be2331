/* json_fuzz.c - any text as JSON: what parses is written out again, and the second reading is the same tree. */
#include "format/json.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>

static void write_tree(struct js_out *o, const struct js *v)
{
	switch (v->kind) {
	case JS_NULL: js_null(o); break;
	case JS_BOOL: js_bool(o, v->boolean); break;
	case JS_INT:  js_int(o, v->integer); break;
	case JS_REAL: js_real(o, v->real); break;
	case JS_TEXT: js_text(o, v->text); break;
	case JS_ARRAY:
		js_open(o, '[');
		for (const struct js *c = v->child; c; c = c->next)
			write_tree(o, c);
		js_close(o, ']');
		break;
	case JS_OBJECT:
		js_open(o, '{');
		for (const struct js *c = v->child; c; c = c->next) {
			js_key(o, c->key);
			write_tree(o, c);
		}
		js_close(o, '}');
		break;
	}
}

static bool same(const struct js *a, const struct js *b)
{
	if (a->n != b->n || !str_eq(a->key, b->key))
		return false;
	/* 1.0 is written as 1: the kinds of numbers may differ, their values may not. */
	if ((a->kind == JS_INT || a->kind == JS_REAL) && (b->kind == JS_INT || b->kind == JS_REAL))
		return !(a->real < b->real) && !(a->real > b->real);
	if (a->kind != b->kind || a->boolean != b->boolean || !str_eq(a->text, b->text))
		return false;
	for (a = a->child, b = b->child; a && b; a = a->next, b = b->next)
		if (!same(a, b))
			return false;
	return !a && !b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = arena_make(64 << 20);
	struct problems ps = { .a = &a };
	struct js *first, *second;

	if (js_parse(&a, (struct str){ (const char *)data, (ptrdiff_t)size }, &ps, &first) == ST_OK) {
		struct buf b = buf_make(16 << 20);
		struct js_out o = { .b = &b };
		write_tree(&o, first);
		if (!b.failed) {
			assert(js_parse(&a, buf_str(&b), &ps, &second) == ST_OK);
			assert(same(first, second));
		}
		buf_free(&b);
	} else {
		assert(ps.n > 0);
	}
	arena_free(&a);
	return 0;
}
