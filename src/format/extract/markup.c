/* markup.c - the text of HTML and XML: tags dropped, entities resolved, scripts and styles left out. No document can
 * define entities of its own here, so none can grow. */
#include "format/extract/inside.h"
#include "base/num.h"
#include "base/utf8.h"
#include <stdlib.h>

enum { TAG_MAX = 1 << 20, ENTITY_MAX = 12, LABEL_MAX = 200 };

struct markup {
	struct extract *x;
	bool            html;
	struct buf      carry;       /* input not yet understood */
	struct buf      out;
	struct str      skip;        /* inside <script>: "</script"; else empty */
	struct buf      label;       /* XML: the element whose text comes next */
	bool            space;       /* white space is due */
	bool            fresh;       /* nothing stands on this line yet */
	int             pre;
	bool            cell;        /* HTML: within a cell of a table, where lines are kept together */
};

struct markup *markup_make(struct extract *x, bool html)
{
	struct markup *m = calloc(1, sizeof *m);

	if (!m)
		abort();
	*m = (struct markup){ .x = x, .html = html, .carry = buf_make(0), .out = buf_make(0), .label = buf_make(256), .fresh = true };
	return m;
}

void markup_free(struct markup *m)
{
	if (!m)
		return;
	buf_free(&m->carry);
	buf_free(&m->out);
	buf_free(&m->label);
	free(m);
}

/* ---- entities ---- */

static const struct { struct str name; uint32_t c; } ENTITIES[] = {
	{ SLIT("amp;"), '&' }, { SLIT("lt;"), '<' }, { SLIT("gt;"), '>' }, { SLIT("quot;"), '"' }, { SLIT("apos;"), '\'' },
	{ SLIT("nbsp;"), ' ' }, { SLIT("ensp;"), ' ' }, { SLIT("emsp;"), ' ' }, { SLIT("yen;"), 0xA5 }, { SLIT("commat;"), '@' },
	{ SLIT("ndash;"), 0x2013 }, { SLIT("mdash;"), 0x2014 }, { SLIT("minus;"), 0x2212 }, { SLIT("middot;"), 0xB7 },
	{ SLIT("period;"), '.' }, { SLIT("hyphen;"), '-' }, { SLIT("lpar;"), '(' }, { SLIT("rpar;"), ')' }, { SLIT("tel;"), 0x260E },
};

static int64_t digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 99;
}

static ptrdiff_t number_entity(struct str s, struct buf *out)
{
	bool in_hex = s.n > 2 && (s.p[2] == 'x' || s.p[2] == 'X');
	ptrdiff_t at = in_hex ? 3 : 2, from = at;
	int64_t base = in_hex ? 16 : 10, v = 0;

	while (at < s.n && at - from < 8 && digit_of(s.p[at]) < base)
		v = v * base + digit_of(s.p[at++]);
	if (at == from || at >= s.n || s.p[at] != ';')
		return 0;
	utf8_add(out, v < 0x20 && v != 9 && v != 10 ? ' ' : v > 0x10FFFF || (v >= 0xD800 && v < 0xE000) ? UTF8_BAD : (uint32_t)v);
	return at + 1;
}

ptrdiff_t markup_entity(struct str s, struct buf *out)
{
	if (s.n > 2 && s.p[1] == '#')
		return number_entity(s, out);
	for (ptrdiff_t i = 0; i < COUNT(ENTITIES); i++)
		if (str_eq(str_sub(s, 1, 1 + ENTITIES[i].name.n), ENTITIES[i].name)) {
			utf8_add(out, ENTITIES[i].c);
			return 1 + ENTITIES[i].name.n;
		}
	return 0;
}

/* ---- writing ---- */

static void mark(struct markup *m, char c)        /* a tab or a line end */
{
	if (c == '\n' && m->fresh)
		return;
	buf_char(&m->out, c);
	m->space = false;
	m->fresh = c == '\n';
}

static void write_char(struct markup *m, char c)
{
	bool white = c == ' ' || (c >= '\t' && c <= '\r');

	if (white && m->pre && c == '\n') {
		mark(m, '\n');
	} else if (white) {
		m->space = true;
	} else {
		if (m->label.n) {
			buf_add(&m->out, buf_str(&m->label));
			buf_lit(&m->out, ": ");
			m->label.n = 0;
		} else if (m->space && !m->fresh) {
			buf_char(&m->out, ' ');
		}
		m->space = m->fresh = false;
		buf_char(&m->out, c);
	}
}

static void write_text(struct markup *m, struct str s)
{
	for (ptrdiff_t i = 0; i < s.n; i++)
		write_char(m, s.p[i]);
}

/* Text of an attribute, with its entities. */
static void write_value(struct markup *m, struct str s)
{
	for (ptrdiff_t at = 0; at < s.n; ) {
		char room[8];
		struct buf b = { .p = room, .cap = COUNT(room), .max = COUNT(room) };
		ptrdiff_t n = s.p[at] == '&' ? markup_entity(str_sub(s, at, s.n), &b) : 0;
		if (n)
			write_text(m, buf_str(&b));
		else
			write_char(m, s.p[at]);
		at += n ? n : 1;
	}
}

/* ---- tags ---- */

static bool one_of(struct str name, const char *const *list)
{
	for (; *list; list++)
		if (str_eq_nocase(name, str_z(*list)))
			return true;
	return false;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ':' ||
	       c == '.' || (c & 0x80);
}

static struct str cut_name(struct str *s)
{
	ptrdiff_t n = 0;

	while (n < s->n && is_name(s->p[n]))
		n++;
	struct str name = str_sub(*s, 0, n);
	*s = str_sub(*s, n, s->n);
	return name;
}

/* The next attribute of a tag's inside; false at its end. */
static bool cut_attribute(struct str *s, struct str *name, struct str *value)
{
	while (s->n && !is_name(s->p[0]))
		*s = str_sub(*s, 1, s->n);
	if (s->n == 0)
		return false;
	*name = cut_name(s);
	*s = str_trim(*s);
	*value = S("");
	if (!str_starts(*s, S("=")))
		return true;
	*s = str_trim(str_sub(*s, 1, s->n));
	char quote = s->n ? s->p[0] : 0;
	if (quote == '"' || quote == '\'') {
		*s = str_sub(*s, 1, s->n);
		ptrdiff_t end = str_find_char(*s, quote);
		*value = str_sub(*s, 0, end < 0 ? s->n : end);
		*s = str_sub(*s, end < 0 ? s->n : end + 1, s->n);
	} else {
		ptrdiff_t n = 0;
		while (n < s->n && (unsigned char)s->p[n] > ' ')
			n++;
		*value = str_sub(*s, 0, n);
		*s = str_sub(*s, n, s->n);
	}
	return true;
}

static bool says_something(struct str name, struct str value)
{
	static const char *const SHOWN[] = { "value", "alt", "title", "content", "placeholder", "aria-label", "summary", "label", NULL };

	if (str_eq_nocase(name, S("href")))
		return str_eq_nocase(str_sub(value, 0, 7), S("mailto:")) || str_eq_nocase(str_sub(value, 0, 4), S("tel:"));
	return one_of(name, SHOWN) || str_eq_nocase(str_sub(name, 0, 5), S("data-"));
}

static void html_attributes(struct markup *m, struct str inside)
{
	struct str name, value;

	while (cut_attribute(&inside, &name, &value))
		if (value.n && says_something(name, value)) {
			m->space = true;
			write_value(m, value);
			m->space = true;
		}
}

static void html_tag(struct markup *m, struct str name, bool closing, struct str inside)
{
	static const char *const CELLS[] = { "td", "th", NULL }, *const ROWS[] = { "table", "tr", "body", "html", NULL };
	static const char *const BLOCKS[] = { "p", "div", "br", "tr", "li", "ul", "ol", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6",
		"table", "thead", "tbody", "section", "article", "header", "footer", "main", "nav", "form", "fieldset", "legend", "option",
		"select", "hr", "pre", "blockquote", "address", "title", "body", "head", "html", "meta", "label", "caption", NULL };

	if (str_eq_nocase(name, S("pre")))
		m->pre = !closing;
	if (one_of(name, CELLS) || one_of(name, ROWS))
		m->cell = !closing && one_of(name, CELLS);
	if (one_of(name, BLOCKS) && m->cell)
		m->space = !str_ends(buf_str(&m->out), S("\t"));
	else if (one_of(name, BLOCKS))
		mark(m, '\n');
	else if (closing && (str_eq_nocase(name, S("td")) || str_eq_nocase(name, S("th"))))
		mark(m, '\t');
	if (closing)
		return;
	if (str_eq_nocase(name, S("script")))
		m->skip = S("</script");
	else if (str_eq_nocase(name, S("style")))
		m->skip = S("</style");
	else
		html_attributes(m, inside);
}

/* An element of XML is a line "name: text"; so is each of its attributes. */
static void xml_tag(struct markup *m, struct str name, bool closing, struct str inside)
{
	ptrdiff_t colon = str_find_char(name, ':');
	struct str attribute, value;

	mark(m, '\n');
	m->label.n = 0;
	if (closing)
		return;
	while (cut_attribute(&inside, &attribute, &value)) {
		if (value.n == 0 || str_starts(attribute, S("xmlns")))
			continue;
		buf_add(&m->label, utf8_clip(attribute, LABEL_MAX));
		write_value(m, value);
		m->label.n = 0;
		mark(m, '\n');
	}
	buf_add(&m->label, utf8_clip(str_sub(name, colon + 1, name.n), LABEL_MAX));
}

static void take_tag(struct markup *m, struct str tag)        /* without < and > */
{
	bool closing = str_starts(tag, S("/"));
	struct str inside = str_sub(tag, closing, tag.n), name = cut_name(&inside);

	if (str_starts(tag, S("!")) || str_starts(tag, S("?")))
		return;
	(m->html ? html_tag : xml_tag)(m, name, closing, inside);
	if (!m->html && str_ends(inside, S("/")))
		m->label.n = 0;
}

/* Offset of the '>' that ends a tag; -1 when it is not there. Quotes hide it. */
static ptrdiff_t tag_end(struct str s)
{
	char quote = 0;

	for (ptrdiff_t i = 1; i < s.n; i++) {
		char c = s.p[i];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '>')
			return i;
		else if ((c == '"' || c == '\'') && s.p[1] != '!' && s.p[1] != '?')
			quote = c;
	}
	return -1;
}

static bool opens_tag(struct str s)
{
	char c = s.n > 1 ? s.p[1] : 0;

	return c == '/' || c == '!' || c == '?' || (is_name(c) && !(c >= '0' && c <= '9'));
}

/* ---- reading: each step returns how many bytes it understood, 0 when it needs more ---- */

static ptrdiff_t find_nocase(struct str s, struct str word)
{
	for (ptrdiff_t at = 0; at + word.n <= s.n; at++)
		if (s.p[at] == word.p[0] && str_eq_nocase(str_sub(s, at, at + word.n), word))
			return at;
	return -1;
}

static ptrdiff_t step_skip(struct markup *m, struct str s, bool last)
{
	ptrdiff_t at = find_nocase(s, m->skip);

	if (at < 0)
		return last ? s.n : MAX(0, s.n - m->skip.n);
	m->skip = S("");
	return at;
}

static ptrdiff_t step_tag(struct markup *m, struct str s, bool last)
{
	if (s.n < 9 && !last)
		return 0;
	if (str_starts(s, S("<!--")) || str_starts(s, S("<![CDATA["))) {
		m->space = true;
		return s.p[2] == '-' ? 4 : 9;             /* what a comment says is text too */
	}
	ptrdiff_t end = opens_tag(s) ? tag_end(s) : -1;
	if (end < 0) {
		if (opens_tag(s) && !last && s.n < TAG_MAX)
			return 0;
		write_char(m, '<');
		return 1;
	}
	take_tag(m, str_sub(s, 1, end));
	return end + 1;
}

static ptrdiff_t step_entity(struct markup *m, struct str s, bool last)
{
	char room[8];
	struct buf b = { .p = room, .cap = COUNT(room), .max = COUNT(room) };

	if (s.n < ENTITY_MAX && !last)
		return 0;
	ptrdiff_t n = markup_entity(s, &b);
	if (n)
		write_text(m, buf_str(&b));
	else
		write_char(m, '&');
	return n ? n : 1;
}

static ptrdiff_t step_text(struct markup *m, struct str s)
{
	ptrdiff_t n = 0;

	while (n < s.n && s.p[n] != '<' && s.p[n] != '&')
		n++;
	write_text(m, str_sub(s, 0, n));
	return n;
}

void markup_push(struct markup *m, struct str utf8, bool last)
{
	buf_add(&m->carry, utf8);
	struct str s = buf_str(&m->carry);
	ptrdiff_t used = 1;
	while (s.n && used) {
		used = m->skip.n ? step_skip(m, s, last) : s.p[0] == '<' ? step_tag(m, s, last) :
		       s.p[0] == '&' ? step_entity(m, s, last) : step_text(m, s);
		s = str_sub(s, used, s.n);
		if (m->out.n > 32 << 10) {
			text_add(m->x, buf_str(&m->out));
			m->out.n = 0;
		}
	}
	if (s.n)
		memmove(m->carry.p, s.p, (size_t)s.n);
	m->carry.n = s.n;
	text_add(m->x, buf_str(&m->out));
	m->out.n = 0;
}
