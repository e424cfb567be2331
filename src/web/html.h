/* html.h - the only way to emit HTML. Literals pass, everything else is escaped.
 *
 *     EL(h, "td", " class=\"num\"") {           literal tag and attributes, checked by the compiler
 *             h_attr(h, "title", title);        more attributes come first inside the block
 *             h_text(h, value);
 *     }
 *
 * Elements close themselves; do not `return`, `break` or `continue` out of a block (html_whole tells). */
#pragma once
#include "base/msg.h"

struct html {
	struct buf *out;
	enum lang   lang;
	int         depth;            /* open elements */
	bool        in_tag;           /* the ">" of the last start tag is still to come */
	ptrdiff_t   tag;              /* where that tag begins */
	bool        misused;          /* an attribute after content */
};

/* A URL is made only by url_* functions (routes.h), never from text. */
struct url { struct str s; };

#define h_lit(h, lit)        html_lit_((h), S(lit))                  /* rejects variables at compile time */
#define h_attr(h, name, v)   html_attr_((h), S(" " name "=\""), (v)) /* name="value", escaped */
#define h_flag(h, name)      html_flag_((h), S(" " name))            /* a boolean attribute */
#define h_url(h, name, u)    html_attr_((h), S(" " name "=\""), (u).s)
void h_attr_int_(struct html *h, struct str name, int64_t v);
#define h_attr_int(h, name, v) h_attr_int_((h), S(" " name "=\""), (v))
/* An id or reference made of a literal prefix and a field name: id="f-title". */
#define h_attr_id(h, name, prefix, v) html_attr_id_((h), S(" " name "=\""), S(prefix), (v))
void h_attr_msg_(struct html *h, struct str name, enum msg_id id);
#define h_attr_msg(h, name, id) h_attr_msg_((h), S(" " name "=\""), (id))
void h_text(struct html *h, struct str s);                           /* element content, escaped */
void h_int(struct html *h, int64_t v);
void h_count(struct html *h, int64_t v);                             /* with commas: 12,345 */
/* The message in the page's language with {0} {1} {2} replaced by escaped arguments. */
void h_msg_args(struct html *h, enum msg_id id, const struct str *args, int n);
#define h_msg(h, id, ...) h_msg_args((h), (id), (const struct str[]){ { NULL, 0 }, ##__VA_ARGS__ } + 1, \
	(int)COUNT(((const struct str[]){ { NULL, 0 }, ##__VA_ARGS__ })) - 1)
/* True when every element is closed and nothing was misused. */
bool html_whole(const struct html *h);

struct html_scope { struct html *h; struct str close; bool open; };
struct html_scope html_open_(struct html *h, struct str open, struct str close);
void html_close_(struct html_scope *s);
void html_lit_(struct html *h, struct str s);
void html_attr_(struct html *h, struct str name, struct str v);
void html_attr_id_(struct html *h, struct str name, struct str prefix, struct str v);
void html_flag_(struct html *h, struct str name);
#define EL(h, tag, ...)    EL_1(h, S("<" tag __VA_ARGS__), S("</" tag ">"), __COUNTER__)
#define VOID(h, tag, ...)  EL_1(h, S("<" tag __VA_ARGS__), ((struct str){ NULL, 0 }), __COUNTER__)   /* no end tag */
#define EL_1(h, open, close, k)  EL_2(h, open, close, k)
#define EL_2(h, opening, closing, k) \
	for (struct html_scope s_##k = html_open_((h), (opening), (closing)); s_##k.open; html_close_(&s_##k))
/* A start tag as it was written, attributes and all, to be written again: the cells of a column differ only in what they hold.
 *
 *     EL(h, "td") { h_attr(h, "class", class); h_keep(h, a, &start); }
 *     AGAIN(h, "td", start) h_text(h, value);
 */
struct html_start { struct str text; };
void h_keep(struct html *h, struct arena *a, struct html_start *ret);
struct html_scope html_again_(struct html *h, const struct html_start *start, struct str close);
#define AGAIN(h, tag, start)   AGAIN_1(h, start, S("</" tag ">"), __COUNTER__)
#define AGAIN_1(h, start, close, k)  AGAIN_2(h, start, close, k)
#define AGAIN_2(h, start, closing, k) \
	for (struct html_scope s_##k = html_again_((h), &(start), (closing)); s_##k.open; html_close_(&s_##k))
/* Short forms for an element that holds one text. */
#define h_el_text(h, tag, s, ...)  do { EL(h, tag, ##__VA_ARGS__) h_text((h), (s)); } while (0)
#define h_el_msg(h, tag, id, ...)  do { EL(h, tag, ##__VA_ARGS__) h_msg((h), (id)); } while (0)
