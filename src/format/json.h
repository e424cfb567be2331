/* json.h - reading JSON (jansson behind it) and writing it into a buf. */
#pragma once
#include "base/msg.h"

/* ---- reading: a tree that lives in the arena ---- */
enum js_kind { JS_NULL, JS_BOOL, JS_INT, JS_REAL, JS_TEXT, JS_ARRAY, JS_OBJECT };
struct js {
	enum js_kind kind;
	bool         boolean;
	int64_t      integer;
	double       real;           /* set for JS_INT too */
	struct str   text;
	struct str   key;            /* when it is the member of an object */
	struct js   *child, *next;   /* members or elements, in order */
	ptrdiff_t    n;              /* how many */
};
/* Parses one document; duplicate keys and anything behind it are refused, nesting is bounded.
 * ST_OK; ST_BAD_INPUT with a problem at "LINE:COLUMN". */
NODISCARD enum status js_parse(struct arena *a, struct str text, struct problems *ps, struct js **ret);
const struct js *js_get(const struct js *object, struct str key);   /* NULL when absent or not an object */

/* ---- writing: members and elements get their commas by themselves ---- */
struct js_out { struct buf *b; bool comma; };
void js_open(struct js_out *j, char bracket);      /* '{' or '[' */
void js_close(struct js_out *j, char bracket);     /* '}' or ']' */
void js_key(struct js_out *j, struct str key);
void js_text(struct js_out *j, struct str s);      /* malformed UTF-8 becomes U+FFFD */
void js_int(struct js_out *j, int64_t v);
void js_real(struct js_out *j, double v);          /* shortest text that reads back as v; null when not finite */
void js_bool(struct js_out *j, bool v);
void js_null(struct js_out *j);
