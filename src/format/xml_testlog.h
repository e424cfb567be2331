/* xml_testlog.h - what the handlers of an XML reader were told, as one text; for tests and fuzzing only. */
#pragma once
#include "format/testfile.h"
#include "format/xml.h"

/* Texts that follow each other are one, and are written down with the next tag: how much of a text is told before it is found to be broken
 * depends on how it was cut. */
struct xml_log { struct buf told, text; struct xml *x; int left; };      /* left: tags until the handler stops the reading */

TESTFILE void xml_log_tag(struct xml_log *l, const char *mark, const char *name)
{
	buf_char(&l->told, '\n');
	buf_add(&l->told, buf_str(&l->text));
	l->text.n = 0;
	buf_add(&l->told, str_z(mark));
	buf_add(&l->told, str_z(name));
	if (--l->left == 0)
		xml_stop(l->x);
}

TESTFILE void xml_log_start(void *user, const char *name, const char **atts)
{
	struct xml_log *l = user;

	if (l->left <= 0)
		return;
	xml_log_tag(l, "\n<", name);
	for (; *atts; atts += 2) {
		buf_char(&l->told, ' ');
		buf_add(&l->told, str_z(atts[0]));
		buf_char(&l->told, '=');
		buf_add(&l->told, str_z(atts[1]));
	}
}

TESTFILE void xml_log_end(void *user, const char *name)
{
	struct xml_log *l = user;

	if (l->left > 0)
		xml_log_tag(l, "\n>", name);
}

TESTFILE void xml_log_text(void *user, const char *s, int n)
{
	struct xml_log *l = user;

	if (l->left > 0)
		buf_add(&l->text, (struct str){ s, n });
}

TESTFILE void xml_log_doctype(void *user)
{
	struct xml_log *l = user;

	if (l->left > 0)
		buf_lit(&l->told, "\n!");
}

/* Reads `s` in pieces of `step` bytes; the text to be freed with buf_free. */
TESTFILE enum status xml_log_of(struct str s, bool plain, ptrdiff_t step, int tags, struct buf *ret)
{
	static const struct xml_handlers on = { xml_log_start, xml_log_end, xml_log_text, xml_log_doctype };
	struct xml_log l = { .told = buf_make(0), .text = buf_make(0), .left = tags };
	enum status st = ST_OK;

	l.x = xml_make(&on, &l, plain);
	for (ptrdiff_t at = 0; st == ST_OK && at < s.n; at += step)
		st = xml_feed(l.x, str_sub(s, at, at + step));
	if (st == ST_OK)
		st = xml_end(l.x);
	xml_free(l.x);
	buf_free(&l.text);
	*ret = l.told;
	return st;
}
