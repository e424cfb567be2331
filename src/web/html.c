/* html.c - the HTML writer. */
#include "web/html.h"

static void end_tag(struct html *h)
{
	if (h->in_tag) {
		buf_char(h->out, '>');
		h->in_tag = false;
	}
}

static void escaped(struct buf *b, struct str s)
{
	static const struct str escape[256] = {
		['<'] = SLIT("&lt;"), ['>'] = SLIT("&gt;"), ['&'] = SLIT("&amp;"), ['"'] = SLIT("&quot;"), ['\''] = SLIT("&#39;"), [0] = SLIT("\xEF\xBF\xBD"),
	};
	ptrdiff_t from = 0;

	for (ptrdiff_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c > '>' || !escape[c].n)             /* nearly all of it, in either language */
			continue;
		buf_add(b, str_sub(s, from, i));
		buf_add(b, escape[c]);
		from = i + 1;
	}
	buf_add(b, str_sub(s, from, s.n));
}

void h_text(struct html *h, struct str s)
{
	end_tag(h);
	escaped(h->out, s);
}

void html_lit_(struct html *h, struct str s)
{
	end_tag(h);
	buf_add(h->out, s);
}

void html_attr_(struct html *h, struct str name, struct str v)
{
	html_attr_id_(h, name, S(""), v);
}

void html_attr_id_(struct html *h, struct str name, struct str prefix, struct str v)
{
	if (!h->in_tag)
		h->misused = true;
	buf_add(h->out, name);
	buf_add(h->out, prefix);
	escaped(h->out, v);
	buf_char(h->out, '"');
}

void html_flag_(struct html *h, struct str name)
{
	if (!h->in_tag)
		h->misused = true;
	buf_add(h->out, name);
}

void h_attr_int_(struct html *h, struct str name, int64_t v)
{
	html_flag_(h, name);
	buf_int(h->out, v);
	buf_char(h->out, '"');
}

void h_attr_msg_(struct html *h, struct str name, enum msg_id id)
{
	html_attr_(h, name, msg_text(id, h->lang));
}

void h_int(struct html *h, int64_t v)
{
	end_tag(h);
	buf_int(h->out, v);
}

void h_count(struct html *h, int64_t v)
{
	char t[32];
	int n = 0, digits = 0;
	uint64_t u = v < 0 ? (uint64_t)-(v + 1) + 1 : (uint64_t)v;      /* INT64_MIN too */

	end_tag(h);
	do {
		if (digits++ && digits % 3 == 1)
			t[n++] = ',';
		t[n++] = (char)('0' + u % 10);
	} while ((u /= 10) != 0);
	if (v < 0)
		buf_char(h->out, '-');
	while (n)
		buf_char(h->out, t[--n]);
}

void h_msg_args(struct html *h, enum msg_id id, const struct str *args, int n)
{
	struct str rest = msg_text(id, h->lang), piece;

	end_tag(h);
	while (msg_next(&rest, args, n, &piece))
		escaped(h->out, piece);
}

bool html_whole(const struct html *h)
{
	return h->depth == 0 && !h->in_tag && !h->misused && !h->out->failed;
}

struct html_scope html_open_(struct html *h, struct str open, struct str close)
{
	end_tag(h);
	h->tag = h->out->n;
	buf_add(h->out, open);
	h->in_tag = true;
	h->depth++;
	return (struct html_scope){ h, close, true };
}

void h_keep(struct html *h, struct arena *a, struct html_start *ret)
{
	if (!h->in_tag)
		h->misused = true;
	ret->text = str_dup(a, h->out->failed ? S("") : str_sub(buf_str(h->out), h->tag, h->out->n));
}

struct html_scope html_again_(struct html *h, const struct html_start *start, struct str close)
{
	return html_open_(h, start->text, close);
}

void html_close_(struct html_scope *s)
{
	end_tag(s->h);
	buf_add(s->h->out, s->close);
	s->h->depth--;
	s->open = false;
}
