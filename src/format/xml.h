/* xml.h - reads XML piece by piece. expat reads it, but for elements that are plain: nothing but tags, attributes in double quotes, text and
 * the five named entities, all of it well-formed. Those are read here, several times as fast; the handlers are told the same, in the same order. */
#pragma once
#include "base/base.h"

struct xml_handlers {
	void (*start)(void *user, const char *name, const char **atts);      /* name, value, ..., NULL */
	void (*end)(void *user, const char *name);
	void (*text)(void *user, const char *s, int n);                      /* a text may come in parts */
	void (*doctype)(void *user);
};
struct xml;

/* `plain` false: everything through expat. */
struct xml *xml_make(const struct xml_handlers *on, void *user, bool plain);
/* ST_OK; ST_BAD_INPUT: not well-formed, or stopped. */
NODISCARD enum status xml_feed(struct xml *x, struct str piece);
NODISCARD enum status xml_end(struct xml *x);
void xml_stop(struct xml *x);                     /* from a handler: nothing more is read; handlers may still be told of the element at hand */
void xml_free(struct xml *x);
