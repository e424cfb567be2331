/* rtf.c - the text of rich text documents. */
#include "format/extract/inside.h"
#include "base/utf8.h"

enum { GROUPS = 500 };

struct rtf {
	struct extract *x;
	struct buf      raw, out;         /* bytes in the document's code page; UTF-8 */
	enum charset    charset;
	bool            skip[GROUPS];
	int             depth, pending;   /* pending: characters that repeat a \u for old readers */
	int             uc;
};

static void convert(struct rtf *r)
{
	struct charset_reader cs;

	if (r->raw.n && charset_open(&cs, r->charset) == ST_OK) {
		charset_add(&cs, buf_str(&r->raw), true, &r->out);
		charset_close(&cs);
	}
	r->raw.n = 0;
	if (r->out.n > 32 << 10) {
		text_add(r->x, buf_str(&r->out));
		r->out.n = 0;
	}
}

static void add_byte(struct rtf *r, char c)
{
	if (r->pending > 0)
		r->pending--;
	else if (!r->skip[r->depth])
		buf_char(&r->raw, c);
}

static void add_mark(struct rtf *r, struct str s)
{
	if (r->skip[r->depth])
		return;
	convert(r);
	buf_add(&r->out, s);
}

static void add_unit(struct rtf *r, int v)
{
	uint32_t u = (uint32_t)v & 0xFFFF;

	if (!r->skip[r->depth]) {
		convert(r);
		utf8_add(&r->out, u >= 0xD800 && u < 0xE000 ? UTF8_BAD : u);
	}
	r->pending = r->uc;
}

static void control(struct rtf *r, struct str word, int v, bool has)
{
	static const struct str SKIPPED[] = { SLIT("fonttbl"), SLIT("colortbl"), SLIT("stylesheet"), SLIT("pict"), SLIT("themedata"),
		SLIT("datastore"), SLIT("generator"), SLIT("listtable"), SLIT("object"), SLIT("xmlnstbl"), SLIT("latentstyles") };

	for (ptrdiff_t i = 0; i < COUNT(SKIPPED); i++)
		if (str_eq(word, SKIPPED[i]))
			r->skip[r->depth] = true;
	if (str_eq(word, S("par")) || str_eq(word, S("line")) || str_eq(word, S("row")) || str_eq(word, S("page")))
		add_mark(r, S("\n"));
	else if (str_eq(word, S("tab")) || str_eq(word, S("cell")))
		add_mark(r, S("\t"));
	else if (str_eq(word, S("u")) && has)
		add_unit(r, v);
	else if (str_eq(word, S("uc")) && has)
		r->uc = MAX(0, MIN(v, 8));
	else if (str_eq(word, S("ansicpg")) && has)
		r->charset = v == 1252 ? CHARSET_LATIN1 : CHARSET_CP932;
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : 0;
}

/* What follows a backslash; returns its length. */
static ptrdiff_t escape(struct rtf *r, struct str s)
{
	ptrdiff_t n = 0;
	int v = 0;
	bool minus = false, has = false;

	while (n < s.n && n < 40 && ((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z')))
		n++;
	if (n == 0) {
		if (s.n >= 3 && s.p[0] == '\'') {
			add_byte(r, (char)(hex(s.p[1]) << 4 | hex(s.p[2])));
			return 3;
		}
		if (s.n && s.p[0] == '*')
			r->skip[r->depth] = true;
		else if (s.n && (s.p[0] == '\\' || s.p[0] == '{' || s.p[0] == '}'))
			add_byte(r, s.p[0]);
		else if (s.n && s.p[0] == '~')
			add_byte(r, ' ');
		return MIN(1, s.n);
	}
	struct str word = str_sub(s, 0, n);
	if (n < s.n && s.p[n] == '-') {
		minus = true;
		n++;
	}
	for (; n < s.n && s.p[n] >= '0' && s.p[n] <= '9' && v < 10000000; n++, has = true)
		v = v * 10 + (s.p[n] - '0');
	control(r, word, minus ? -v : v, has);
	return n + (n < s.n && s.p[n] == ' ');
}

void read_rtf(struct extract *x, struct str s)
{
	struct rtf r = { .x = x, .raw = buf_make(0), .out = buf_make(0), .charset = CHARSET_CP932, .uc = 1 };

	text_begin(x);
	for (ptrdiff_t at = 0; at < s.n && x->st == ST_OK; ) {
		char c = s.p[at++];
		if (c == '\\') {
			at += escape(&r, str_sub(s, at, s.n));
		} else if (c == '{') {
			convert(&r);
			if (r.depth + 1 == GROUPS)
				break;
			r.depth++;
			r.skip[r.depth] = r.skip[r.depth - 1];
		} else if (c == '}') {
			convert(&r);
			r.depth -= r.depth > 0;
			r.pending = 0;
		} else if (c != '\r' && c != '\n') {
			add_byte(&r, c);
		}
	}
	bool deep = r.depth + 1 == GROUPS;
	convert(&r);
	text_add(x, buf_str(&r.out));
	text_end(x);
	if (deep)
		extract_unread(x, EXTRACT_too_deep);
	buf_free(&r.raw);
	buf_free(&r.out);
}
