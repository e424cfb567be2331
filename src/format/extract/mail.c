/* mail.c - mails and mailboxes: headers, bodies, attachments, mails inside mails. */
#include "format/extract/inside.h"
#include "base/num.h"
#include "base/utf8.h"
#include <stdlib.h>

enum { NESTING = 20, PARTS = 2000 };

/* ---- headers ---- */

/* Cuts a header field with its folded lines off *rest. */
static bool cut_field(struct str *rest, struct str *ret_name, struct str *ret_value)
{
	while (rest->n) {
		ptrdiff_t at = 0, end;
		do {
			end = str_find_char(str_sub(*rest, at, rest->n), '\n');
			at = end < 0 ? rest->n : at + end + 1;
		} while (at < rest->n && (rest->p[at] == ' ' || rest->p[at] == '\t'));
		struct str field = str_sub(*rest, 0, at);
		*rest = str_sub(*rest, at, rest->n);
		ptrdiff_t colon = str_find_char(field, ':');
		if (colon > 0) {
			*ret_name = str_trim(str_sub(field, 0, colon));
			*ret_value = str_trim(str_sub(field, colon + 1, field.n));
			return true;
		}
	}
	return false;
}

static struct str header(struct str headers, struct str wanted)
{
	struct str name, value;

	while (cut_field(&headers, &name, &value))
		if (str_eq_nocase(name, wanted))
			return value;
	return (struct str){ NULL, 0 };
}

/* Where the headers end and the body begins. */
static void split(struct str s, struct str *ret_headers, struct str *ret_body)
{
	for (ptrdiff_t at = 0; at < s.n; ) {
		ptrdiff_t end = str_find_char(str_sub(s, at, s.n), '\n');
		struct str line = str_sub(s, at, end < 0 ? s.n : at + end);
		ptrdiff_t next = end < 0 ? s.n : at + end + 1;
		if (line.n == 0 || (line.n == 1 && line.p[0] == '\r')) {
			*ret_headers = str_sub(s, 0, at);
			*ret_body = str_sub(s, next, s.n);
			return;
		}
		at = next;
	}
	*ret_headers = s;
	*ret_body = S("");
}

/* ---- transfer encodings: out is never longer than in ---- */

static int base64_value(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : c >= '0' && c <= '9' ? c - '0' + 52 :
	       c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static struct str decode_base64(struct arena *a, struct str s)
{
	char *p = new_n(a, char, s.n);
	ptrdiff_t n = 0;
	unsigned bits = 0;
	int have = 0;

	for (ptrdiff_t i = 0; i < s.n; i++) {
		int v = base64_value(s.p[i]);
		if (v < 0)
			continue;
		bits = (bits << 6 | (unsigned)v) & 0xFFFFFF;
		have += 6;
		if (have >= 8) {
			have -= 8;
			p[n++] = (char)(bits >> have & 0xFF);
		}
	}
	return (struct str){ p, n };
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* mark is '=' (quoted-printable) or '%'; `word` turns '_' into a space. */
static struct str decode_hex(struct arena *a, struct str s, char mark, bool word)
{
	char *p = new_n(a, char, s.n);
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; i < s.n; i++) {
		int high = s.p[i] == mark && s.n - i > 2 ? hex_value(s.p[i + 1]) : -1;
		int low = high >= 0 ? hex_value(s.p[i + 2]) : -1;
		if (low >= 0) {
			p[n++] = (char)(high << 4 | low);
			i += 2;
		} else if (s.p[i] == mark && mark == '=' && s.n - i > 1 && (s.p[i + 1] == '\n' || s.p[i + 1] == '\r')) {
			i += s.p[i + 1] == '\r' && s.n - i > 2 && s.p[i + 2] == '\n' ? 2 : 1;
		} else {
			p[n++] = word && s.p[i] == '_' ? ' ' : s.p[i];
		}
	}
	return (struct str){ p, n };
}

static struct str decode_body(struct arena *a, struct str body, struct str encoding)
{
	encoding = str_trim(encoding);
	if (str_eq_nocase(encoding, S("base64")))
		return decode_base64(a, body);
	if (str_eq_nocase(encoding, S("quoted-printable")))
		return decode_hex(a, body, '=', false);
	return body;
}

/* ---- text in a named charset ---- */

static void add_converted(struct buf *out, struct str bytes, enum charset c)
{
	struct charset_reader r;
	ptrdiff_t bom = 0;

	if (c == CHARSET_BINARY || (c == CHARSET_UTF8 && !utf8_valid(bytes)) || c == CHARSET_UTF16LE)
		c = charset_detect(bytes, true, &bom);
	if (charset_open(&r, c) != ST_OK && charset_open(&r, CHARSET_LATIN1) != ST_OK)
		return;
	charset_add(&r, str_sub(bytes, bom, bytes.n), true, out);
	charset_close(&r);
}

/* ---- encoded words: "=?ISO-2022-JP?B?...?=" ---- */

struct word { struct str charset, bytes; ptrdiff_t length; };

static bool encoded_word(struct arena *a, struct str s, struct word *ret)
{
	if (!str_starts(s, S("=?")))
		return false;
	struct str rest = str_sub(s, 2, s.n);
	ptrdiff_t q1 = str_find_char(rest, '?');
	if (q1 <= 0 || q1 > 40 || rest.n < q1 + 3 || rest.p[q1 + 2] != '?')
		return false;
	struct str text = str_sub(rest, q1 + 3, rest.n);
	ptrdiff_t end = str_find(text, S("?="));
	char how = rest.p[q1 + 1];
	if (end < 0)
		return false;
	struct str charset = str_sub(rest, 0, q1);
	ptrdiff_t star = str_find_char(charset, '*');
	ret->charset = star < 0 ? charset : str_sub(charset, 0, star);
	text = str_sub(text, 0, end);
	ret->bytes = how == 'B' || how == 'b' ? decode_base64(a, text) : decode_hex(a, text, '=', true);
	ret->length = 2 + q1 + 3 + end + 2;
	return true;
}

/* A header's text; words next to each other are one text, as a character may be cut between them. */
static void add_header_text(struct arena *a, struct buf *out, struct str s)
{
	struct buf raw CLEANUP(buf_free) = buf_make(0);
	struct str charset = S("");
	ptrdiff_t plain = 0;

	for (ptrdiff_t at = 0; at <= s.n; ) {
		struct word w;
		bool is = at < s.n && s.p[at] == '=' && encoded_word(a, str_sub(s, at, s.n), &w);
		if (!is && at < s.n) {
			at++;
			continue;
		}
		struct str between = str_sub(s, plain, at);
		bool joined = is && raw.n && str_trim(between).n == 0 && str_eq_nocase(w.charset, charset);
		if (!joined) {
			add_converted(out, buf_str(&raw), charset_of_name(charset));
			raw.n = 0;
			add_converted(out, between, CHARSET_BINARY);
		}
		if (!is)
			break;
		charset = w.charset;
		buf_add(&raw, w.bytes);
		at += w.length;
		plain = at;
	}
}

/* ---- parameters: name="...", name*=UTF-8''..., name*0=... ---- */

static struct str cut_parameter_value(struct str *s)
{
	if (str_starts(*s, S("\""))) {
		struct str rest = str_sub(*s, 1, s->n);
		ptrdiff_t end = str_find_char(rest, '"');
		*s = str_sub(rest, end < 0 ? rest.n : end + 1, rest.n);
		return str_sub(rest, 0, end < 0 ? rest.n : end);
	}
	ptrdiff_t end = str_find_char(*s, ';');
	struct str value = str_trim(str_sub(*s, 0, end < 0 ? s->n : end));
	*s = str_sub(*s, end < 0 ? s->n : end, s->n);
	return value;
}

static bool cut_parameter(struct str *s, struct str *ret_name, struct str *ret_value)
{
	ptrdiff_t semi = str_find_char(*s, ';');

	if (semi < 0)
		return false;
	*s = str_trim(str_sub(*s, semi + 1, s->n));
	ptrdiff_t eq = str_find_char(*s, '=');
	if (eq < 0)
		return false;
	*ret_name = str_trim(str_sub(*s, 0, eq));
	*s = str_trim(str_sub(*s, eq + 1, s->n));
	*ret_value = cut_parameter_value(s);
	return true;
}

/* The parameter as UTF-8, in the arena; empty when absent. */
static struct str parameter(struct arena *a, struct str value, struct str wanted)
{
	struct buf raw CLEANUP(buf_free) = buf_make(64 << 10), out CLEANUP(buf_free) = buf_make(64 << 10);
	struct str name, v, charset = S("");
	bool extended = false;

	while (cut_parameter(&value, &name, &v)) {
		if (str_eq_nocase(name, wanted)) {
			add_header_text(a, &out, v);
			return str_dup(a, buf_str(&out));
		}
		if (!str_starts(str_sub(name, wanted.n, name.n), S("*")) || !str_eq_nocase(str_sub(name, 0, wanted.n), wanted))
			continue;
		struct str first = v;
		if (str_ends(name, S("*")) && raw.n == 0 && !extended && str_cut(&v, '\'', &charset)) {
			struct str language;
			if (!v.p || !str_cut(&v, '\'', &language) || !v.p)
				v = first;
		}
		extended |= str_ends(name, S("*"));
		buf_add(&raw, str_ends(name, S("*")) ? decode_hex(a, v, '%', false) : v);
	}
	add_converted(&out, buf_str(&raw), charset_of_name(charset));
	return str_dup(a, buf_str(&out));
}

/* ---- entities ---- */

struct mail {
	struct extract *x;
	struct arena   *a;
	bool            attachments;     /* which of the two passes: texts of the mail itself, then what hangs on it */
	int             depth, parts;
};

struct entity { struct str headers, body, type, encoding, disposition, name; };

static struct entity entity_of(struct mail *m, struct str bytes, struct str otherwise)
{
	struct entity e = { .type = S("") };

	split(bytes, &e.headers, &e.body);
	e.type = header(e.headers, S("Content-Type"));
	if (e.type.n == 0)
		e.type = otherwise;
	e.encoding = header(e.headers, S("Content-Transfer-Encoding"));
	e.disposition = header(e.headers, S("Content-Disposition"));
	e.name = parameter(m->a, e.disposition, S("filename"));
	if (e.name.n == 0)
		e.name = parameter(m->a, e.type, S("name"));
	return e;
}

static bool is_type(const struct entity *e, struct str type)
{
	return str_eq_nocase(str_sub(e->type, 0, type.n), type);
}

static void add_inline(struct mail *m, const struct entity *e)
{
	struct str bytes = decode_body(m->a, e->body, e->encoding), name = parameter(m->a, e->type, S("charset"));
	struct buf utf8 CLEANUP(buf_free) = buf_make(0);

	add_converted(&utf8, bytes, charset_of_name(name));
	if (is_type(e, S("text/html"))) {
		struct markup *html = markup_make(m->x, true);
		markup_push(html, buf_str(&utf8), true);
		markup_free(html);
	} else {
		text_add(m->x, buf_str(&utf8));
	}
	text_add(m->x, S("\n"));
}

static void add_attachment(struct mail *m, const struct entity *e)
{
	struct buf number CLEANUP(buf_free) = buf_make(64);
	struct str name = e->name;

	if (name.n == 0) {
		buf_lit(&number, "part ");
		buf_int(&number, m->parts);
		if (is_type(e, S("message/rfc822")))
			buf_lit(&number, ".eml");
		name = buf_str(&number);
	}
	part_bytes(m->x, name, decode_body(m->a, e->body, e->encoding));
}

static void walk(struct mail *m, const struct entity *e);

static void walk_multipart(struct mail *m, const struct entity *e)
{
	struct str boundary = parameter(m->a, e->type, S("boundary")), rest = e->body, line;
	struct str otherwise = is_type(e, S("multipart/digest")) ? S("message/rfc822") : S("text/plain");
	const char *from = NULL;

	while (boundary.n && str_cut(&rest, '\n', &line)) {
		struct str t = str_starts(line, S("--")) ? str_sub(line, 2, line.n) : S("");
		if (!str_starts(t, boundary))
			continue;
		if (from) {
			struct entity part = entity_of(m, (struct str){ from, line.p - from }, otherwise);
			walk(m, &part);
		}
		from = rest.p;
		if (str_starts(str_sub(t, boundary.n, t.n), S("--")))
			return;
	}
	if (from && boundary.n) {                     /* the end is missing: what there is counts */
		struct entity part = entity_of(m, (struct str){ from, e->body.p + e->body.n - from }, otherwise);
		walk(m, &part);
	}
}

static void walk(struct mail *m, const struct entity *e)
{
	bool attached = e->name.n || str_eq_nocase(str_sub(e->disposition, 0, 10), S("attachment"));

	if (m->x->st != ST_OK || ++m->parts > PARTS)
		return;
	if (is_type(e, S("multipart/"))) {
		if (m->depth < NESTING) {
			m->depth++;
			walk_multipart(m, e);
			m->depth--;
		} else if (m->attachments) {
			extract_unread(m->x, EXTRACT_too_deep);
		}
		return;
	}
	bool in_line = !attached && (is_type(e, S("text/")) || e->type.n == 0);
	if (in_line && !m->attachments)
		add_inline(m, e);
	else if (!in_line && m->attachments)
		add_attachment(m, e);
}

static void add_headers(struct mail *m, struct str headers)
{
	static const struct str SHOWN[] = { SLIT("From"), SLIT("Sender"), SLIT("Reply-To"), SLIT("To"), SLIT("Cc"), SLIT("Bcc"), SLIT("Subject") };
	struct buf b CLEANUP(buf_free) = buf_make(1 << 20);
	struct str name, value;

	while (cut_field(&headers, &name, &value))
		for (ptrdiff_t i = 0; i < COUNT(SHOWN); i++)
			if (str_eq_nocase(name, SHOWN[i])) {
				buf_add(&b, SHOWN[i]);
				buf_lit(&b, ": ");
				add_header_text(m->a, &b, value);
				buf_char(&b, '\n');
			}
	buf_char(&b, '\n');
	text_add(m->x, buf_str(&b));
}

void read_mail(struct extract *x, struct str bytes)
{
	struct arena a = arena_make((ptrdiff_t)4 << 30);
	struct mail m = { .x = x, .a = &a };
	struct entity e = entity_of(&m, bytes, S("text/plain"));

	text_begin(x);
	add_headers(&m, e.headers);
	walk(&m, &e);
	text_end(x);
	if (m.parts > PARTS)
		extract_unread(x, EXTRACT_too_many);
	m.attachments = true;
	m.parts = 0;
	walk(&m, &e);
	arena_free(&a);
}

/* ---- mbox: mails behind each other, each begun by a line "From ..." ---- */

struct mbox { struct extract *x; struct buf mail, line; int64_t n; bool at_start; };

static void *mbox_open(struct extract *x, struct extract_kind k)
{
	struct mbox *b = calloc(1, sizeof *b);

	(void)k;
	if (!b)
		abort();
	*b = (struct mbox){ .x = x, .mail = buf_make((ptrdiff_t)x->l.member_bytes), .line = buf_make(0), .at_start = true };
	return b;
}

static void end_mail(struct mbox *b)
{
	struct buf number CLEANUP(buf_free) = buf_make(32);

	if (b->mail.n || b->mail.failed) {
		buf_int(&number, ++b->n);
		ptrdiff_t mark = path_enter(b->x, buf_str(&number));
		if (++b->x->members > b->x->l.members)
			extract_unread(b->x, EXTRACT_too_many);
		else if (b->mail.failed)
			extract_unread(b->x, EXTRACT_too_big);
		else
			read_mail(b->x, buf_str(&b->mail));
		path_leave(b->x, mark);
	}
	b->mail.n = 0;
	b->mail.failed = false;
}

/* Line by line; of a long line, its beginning decides and the rest follows in pieces. */
static void mbox_push(void *r, struct str piece)
{
	struct mbox *b = r;

	while (piece.n && b->x->st == ST_OK && b->x->members <= b->x->l.members) {
		ptrdiff_t end = str_find_char(piece, '\n'), n = end < 0 ? piece.n : end + 1;
		buf_add(&b->line, str_sub(piece, 0, n));
		piece = str_sub(piece, n, piece.n);
		if (end < 0 && b->line.n < 64)
			return;
		struct str line = buf_str(&b->line);
		if (b->at_start && str_starts(line, S("From ")))
			end_mail(b);
		else
			buf_add(&b->mail, str_starts(line, S(">From ")) ? str_sub(line, 1, line.n) : line);
		b->at_start = end >= 0;
		b->line.n = 0;
	}
}

static void mbox_close(void *r)
{
	struct mbox *b = r;

	if (b->x->st == ST_OK && b->x->members <= b->x->l.members) {
		buf_add(&b->mail, buf_str(&b->line));
		end_mail(b);
	}
	buf_free(&b->mail);
	buf_free(&b->line);
	free(b);
}

const struct reader mbox_reader = { mbox_open, mbox_push, mbox_close };
