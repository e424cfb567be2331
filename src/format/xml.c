/* xml.c - XML through expat; whole elements that need little of it are read here.
 *
 * Wherever expat has read all it was given and stands inside the root right behind a tag, a whole element may be left out of what it gets next
 * without its noticing. Such an element is first written down as tokens; only when it has turned out whole and plain are the handlers told. */
#include "format/xml.h"
#include "base/utf8.h"
#include <expat.h>
#include <stdlib.h>

enum { WINDOW = 128 << 10, TOKENS = 8192, DEPTH_MAX = 16, ATTRIBUTES_MAX = 24, BLOCK = 4096, ENTITY_MAX = 6 };

enum token_kind { TOKEN_START, TOKEN_NAME, TOKEN_VALUE, TOKEN_TEXT, TOKEN_ENTITY, TOKEN_END };
struct token { enum token_kind kind; int at, n; };       /* n of an entity: the character it stands for */

struct xml {
	XML_Parser          parser;
	struct xml_handlers on;
	void               *user;
	bool                plain, begun, stopped;
	int                 depth;                  /* of expat */
	int64_t             given, told;            /* bytes that expat got; where the last tag ended of which it told */
	int                 step;                   /* how much expat gets at least */
	char               *window;                 /* one byte before and one behind */
	int                 from, to;               /* what is still to be read */
	int                 checked, odd;           /* up to where its bytes were looked at; the first that is not plain, or -1 */
	struct token       *token;
	int                 ntokens;
};

/* ---- expat ---- */

static void tag_told(struct xml *x)
{
	x->told = XML_GetCurrentByteIndex(x->parser) + XML_GetCurrentByteCount(x->parser);
}

static void XMLCALL on_start(void *user, const XML_Char *name, const XML_Char **atts)
{
	struct xml *x = user;

	x->depth++;
	tag_told(x);
	x->on.start(x->user, name, atts);
}

static void XMLCALL on_end(void *user, const XML_Char *name)
{
	struct xml *x = user;

	x->depth--;
	tag_told(x);
	x->on.end(x->user, name);
}

static void XMLCALL on_text(void *user, const XML_Char *s, int n)
{
	struct xml *x = user;

	x->on.text(x->user, s, n);
}

static void XMLCALL on_doctype(void *user, const XML_Char *name, const XML_Char *system, const XML_Char *public, int internal)
{
	struct xml *x = user;

	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	x->plain = false;                            /* it may define what an element means */
	x->on.doctype(x->user);
}

static void XMLCALL on_declaration(void *user, const XML_Char *version, const XML_Char *encoding, int standalone)
{
	struct xml *x = user;

	(void)version;
	(void)standalone;
	x->plain = x->plain && (!encoding || str_eq_nocase(str_z(encoding), S("UTF-8")));
}

struct xml *xml_make(const struct xml_handlers *on, void *user, bool plain)
{
	struct xml *x = calloc(1, sizeof *x);

	if (!x || !(x->parser = XML_ParserCreate(NULL)) || !(x->window = calloc(1, 1 + WINDOW + 1)) ||
	    !(x->token = malloc(TOKENS * sizeof *x->token)))
		abort();
	x->on = *on;
	x->user = user;
	x->plain = plain;
	x->from = x->to = x->checked = 1;
	x->odd = -1;
	XML_SetUserData(x->parser, x);
	XML_SetElementHandler(x->parser, on_start, on_end);
	XML_SetCharacterDataHandler(x->parser, on_text);
	XML_SetStartDoctypeDeclHandler(x->parser, on_doctype);
	XML_SetXmlDeclHandler(x->parser, on_declaration);
	return x;
}

void xml_free(struct xml *x)
{
	XML_ParserFree(x->parser);
	wipe(x->window, 1 + WINDOW + 1);
	free(x->window);
	free(x->token);
	free(x);
}

void xml_stop(struct xml *x)
{
	x->stopped = true;
	XML_StopParser(x->parser, XML_FALSE);
}

static enum status give(struct xml *x, int n)
{
	x->given += n;
	enum XML_Status st = XML_Parse(x->parser, x->window + x->from, n, XML_FALSE);
	x->from += n;
	return st == XML_STATUS_OK && !x->stopped ? ST_OK : ST_BAD_INPUT;
}

/* ---- which bytes are plain ---- */

/* Control characters, what ends a CDATA section, U+FFFE and U+FFFF: expat judges them. One byte before `p` can be read. */
static bool any_odd(const unsigned char *p, int n)
{
	unsigned char odd = 0;

	for (int i = 0; i < n; i++) {
		unsigned char c = p[i], before = p[i - 1];
		odd |= (unsigned char)((c < ' ') & (c != '\n') & (c != '\t'));
		odd |= (unsigned char)((c == '>') & (before == ']'));
		odd |= (unsigned char)(((c & 0xFE) == 0xBE) & (before == 0xBF));
	}
	return odd;
}

static int first_odd(const unsigned char *p, int n)
{
	enum { WIDE = 64 };
	int i = 0;

	while (n - i >= WIDE && !any_odd(p + i, WIDE))
		i += WIDE;
	while (i < n && !any_odd(p + i, 1))
		i++;
	return i;
}

static void check_block(struct xml *x)
{
	struct str s = { x->window + x->checked, MIN(BLOCK, x->to - x->checked) };

	s.n = utf8_whole(s);
	ptrdiff_t bad = utf8_bad(s), n = bad < 0 ? s.n : bad;
	int fine = first_odd((const unsigned char *)s.p, (int)n);
	x->checked += fine;
	if (fine < s.n || s.n == 0)
		x->odd = x->checked;
}

/* Are all bytes up to `end` such as need no judgement? */
static bool is_clean(struct xml *x, int end)
{
	if (x->odd >= 0 && x->odd < x->from)
		x->odd = -1;
	x->checked = MAX(x->checked, x->from);
	while (x->odd < 0 && x->checked < end)
		check_block(x);
	return x->odd < 0 || x->odd >= end;
}

/* ---- an element as tokens ---- */

enum found { FOUND, CUT, NOT_PLAIN };        /* cut: the window ends within it */

static bool is_name_start(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ':';
}

static int name_length(const char *p)
{
	int n = 0;

	if (is_name_start(*p))
		while (is_name_start(p[n]) || (p[n] >= '0' && p[n] <= '9') || p[n] == '-' || p[n] == '.')
			n++;
	return n;
}

static void add_token(struct xml *x, enum token_kind kind, const char *p, int n)
{
	x->token[x->ntokens++] = (struct token){ kind, (int)(p - x->window), n };
}

static bool named_before(const struct xml *x, const char *name, int n, int from)
{
	for (int i = from; i < x->ntokens; i += 2)
		if (x->token[i].n == n && memcmp(x->window + x->token[i].at, name, (size_t)n) == 0)
			return true;
	return false;
}

/* Behind the name of a tag: ` name="value"` again and again. NULL when they are not plain; the byte behind the window stops everything. */
static const char *scan_attributes(struct xml *x, const char *p)
{
	int first = x->ntokens;

	for (;;) {
		const char *name = p;
		while (*name == ' ')
			name++;
		int n = name_length(name);
		if (n == 0)
			return name;
		if (name == p || name[n] != '=' || name[n + 1] != '"' || x->ntokens >= first + 2 * ATTRIBUTES_MAX || named_before(x, name, n, first))
			return NULL;
		const char *value = p = name + n + 2;
		while ((unsigned char)*p >= ' ' && *p != '"' && *p != '<' && *p != '&')
			p++;
		if (*p != '"')
			return NULL;
		add_token(x, TOKEN_NAME, name, n);
		add_token(x, TOKEN_VALUE, value, (int)(p - value));
		p++;
	}
}

static const char *scan_entity(struct xml *x, const char *p, ptrdiff_t n)
{
	static const struct { struct str text; char means; } entities[] = {
		{ SLIT("&amp;"), '&' }, { SLIT("&lt;"), '<' }, { SLIT("&gt;"), '>' }, { SLIT("&quot;"), '"' }, { SLIT("&apos;"), '\'' },
	};
	struct str s = { p, MIN(n, ENTITY_MAX) };

	for (ptrdiff_t i = 0; i < COUNT(entities); i++)
		if (str_starts(s, entities[i].text)) {
			add_token(x, TOKEN_ENTITY, p, entities[i].means);
			return p + entities[i].text.n;
		}
	return NULL;
}

/* To the next tag. */
static const char *scan_text(struct xml *x, const char *p, const char *tag)
{
	while (p < tag) {
		const char *and = memchr(p, '&', (size_t)(tag - p)), *to = and ? and : tag;
		if (x->ntokens > TOKENS - 2)
			return NULL;
		if (to > p)
			add_token(x, TOKEN_TEXT, p, (int)(to - p));
		p = and ? scan_entity(x, and, tag - and) : tag;
		if (!p)
			return NULL;
	}
	return p;
}

struct opened { const char *name; int n; };

static const char *scan_end(struct xml *x, const char *p, const struct opened *o)
{
	if (x->window + x->to - p <= o->n || memcmp(p, o->name, (size_t)o->n) != 0 || p[o->n] != '>')
		return NULL;
	add_token(x, TOKEN_END, p, o->n);
	return p + o->n + 1;
}

/* The tag at p, behind its "<"; `open` gets or loses one. */
static const char *scan_tag(struct xml *x, const char *p, struct opened *open, int *depth)
{
	if (*p == '/')
		return *depth ? scan_end(x, p + 1, &open[--*depth]) : NULL;
	int n = name_length(p);
	const char *name = p;
	if (n == 0 || *depth == DEPTH_MAX)
		return NULL;
	add_token(x, TOKEN_START, name, n);
	p = scan_attributes(x, name + n);
	if (p && p[0] == '/' && p[1] == '>') {
		add_token(x, TOKEN_END, name, n);
		return p + 2;
	}
	if (!p || *p != '>')
		return NULL;
	open[(*depth)++] = (struct opened){ name, n };
	return p + 1;
}

/* The element that begins where the window does. */
static enum found scan_element(struct xml *x, int *ret_end)
{
	struct opened open[DEPTH_MAX];
	const char *limit = x->window + x->to, *p = x->window + x->from;
	int depth = 0;

	x->ntokens = 0;
	do {
		const char *tag = memchr(p, '<', (size_t)(limit - p));
		if (!tag)
			return CUT;
		p = scan_text(x, p, tag);
		if (!p || x->ntokens > TOKENS - 2 * ATTRIBUTES_MAX - 2)
			return NOT_PLAIN;
		p = scan_tag(x, tag + 1, open, &depth);
		if (!p)
			return memchr(tag, '>', (size_t)(limit - tag)) ? NOT_PLAIN : CUT;
	} while (depth);
	*ret_end = (int)(p - x->window);
	return FOUND;
}

/* Names and values get their NUL where a sign of XML stood. */
static const char *as_z(struct xml *x, const struct token *t)
{
	char *p = x->window + t->at;

	p[t->n] = 0;
	return p;
}

static void tell(struct xml *x)
{
	const char *atts[2 * ATTRIBUTES_MAX + 1];

	for (const struct token *t = x->token, *end = t + x->ntokens; t < end; t++) {
		char c = (char)t->n;
		int n = 0;
		switch (t->kind) {
		case TOKEN_START:
			for (; t + n + 1 < end && (t[n + 1].kind == TOKEN_NAME || t[n + 1].kind == TOKEN_VALUE); n++)
				atts[n] = as_z(x, &t[n + 1]);
			atts[n] = NULL;
			x->on.start(x->user, as_z(x, t), atts);
			t += n;
			break;
		case TOKEN_END:
			x->on.end(x->user, as_z(x, t));
			break;
		case TOKEN_TEXT:
			x->on.text(x->user, x->window + t->at, t->n);
			break;
		case TOKEN_ENTITY:
			x->on.text(x->user, &c, 1);
			break;
		case TOKEN_NAME: case TOKEN_VALUE:
			break;
		}
	}
}

/* ---- both together ---- */

static bool between_tags(const struct xml *x)
{
	return x->plain && x->depth > 0 && x->told == x->given;
}

static bool take_space(struct xml *x)
{
	int at = x->from;

	while (at < x->to && (x->window[at] == ' ' || x->window[at] == '\n' || x->window[at] == '\t'))
		at++;
	if (at == x->from || at == x->to || x->window[at] != '<')
		return false;
	x->on.text(x->user, x->window + x->from, at - x->from);
	x->from = at;
	return true;
}

static enum found take_element(struct xml *x)
{
	int end;

	if (x->window[x->from] != '<')
		return NOT_PLAIN;
	enum found f = scan_element(x, &end);
	if (f != FOUND)
		return f;
	if (!is_clean(x, end))
		return NOT_PLAIN;
	tell(x);
	x->from = end;
	return FOUND;
}

/* Of an element that is not plain and ends soon: all of it; else 0. */
static int short_element(const struct xml *x)
{
	enum { SHORT = 512 };
	const char *name = x->window + x->from + 1, *q = name, *limit = x->window + MIN(x->to, x->from + SHORT);
	int n = name_length(name);

	while (n && q < limit && (q = memmem(q, (size_t)(limit - q), "</", 2))) {
		q += 2;
		if (limit - q > n && memcmp(q, name, (size_t)n) == 0 && q[n] == '>')
			return (int)(q - x->window) - x->from + n;
	}
	return 0;
}

/* To the end of the tag that ends behind `least` bytes, so that expat may be between tags again. */
static enum status give_tags(struct xml *x, int least)
{
	const char *p = x->window + x->from + MIN(least, x->to - x->from), *end = memchr(p, '>', (size_t)(x->window + x->to - p));

	return give(x, end ? (int)(end + 1 - x->window) - x->from : x->to - x->from);
}

/* The next tag, text or element; ST_NO: more of it must come first. What is not plain goes to expat, and more of it at once the longer nothing
 * plain comes. */
static enum status read_next(struct xml *x, bool last)
{
	int least = x->step;

	if (between_tags(x)) {
		if (take_space(x))
			return ST_OK;
		if (x->window[x->from] == '<' && x->window[x->from + 1] == '/')
			return give_tags(x, 0);
		enum found f = take_element(x);
		if (x->stopped)
			return ST_BAD_INPUT;
		if (f == CUT && !last && x->to - x->from < WINDOW)
			return ST_NO;
		if (f == FOUND) {
			x->step = 0;
			return ST_OK;
		}
		least = MAX(least, short_element(x));
	}
	x->step = MIN(2 * x->step + 1, WINDOW);
	return give_tags(x, least);
}

static enum status read_window(struct xml *x, bool last)
{
	enum status st = ST_OK;

	x->window[x->to] = 0;
	while (x->from < x->to && st == ST_OK)
		st = read_next(x, last);
	if (st == ST_BAD_INPUT)
		return st;
	memmove(x->window, x->window + x->from - 1, (size_t)(x->to - x->from + 1));
	x->checked = MAX(x->checked - x->from, 0) + 1;
	x->odd = MAX(x->odd - x->from, -2) + 1;
	x->to -= x->from - 1;
	x->from = 1;
	return ST_OK;
}

/* Is it UTF-8, as far as its first bytes tell? */
static bool looks_utf8(struct str s)
{
	return str_starts(s, S("\xef\xbb\xbf")) || (s.n > 1 && s.p[0] == '<' && s.p[1]);
}

enum status xml_feed(struct xml *x, struct str piece)
{
	if (!x->begun && piece.n)
		x->plain = x->plain && looks_utf8(piece);
	x->begun |= piece.n > 0;
	while (piece.n) {
		int n = (int)MIN(piece.n, WINDOW + 1 - x->to);
		memcpy(x->window + x->to, piece.p, (size_t)n);
		x->to += n;
		piece = str_sub(piece, n, piece.n);
		TRY(read_window(x, false));
	}
	return ST_OK;
}

enum status xml_end(struct xml *x)
{
	TRY(read_window(x, true));
	return XML_Parse(x->parser, "", 0, XML_TRUE) == XML_STATUS_OK && !x->stopped ? ST_OK : ST_BAD_INPUT;
}
