/* http.c - reading what browsers send. */
#include "web/http.h"
#include "base/num.h"
#include "base/utf8.h"

struct str http_get(const struct http_pairs *ps, struct str name)
{
	for (ptrdiff_t i = 0; i < ps->n; i++)
		if (str_eq(ps->p[i].name, name))
			return ps->p[i].value;
	return (struct str){ NULL, 0 };
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Valid UTF-8 without control characters but tab and line feed. */
static bool clean(struct str s)
{
	for (ptrdiff_t i = 0; i < s.n; i++)
		if (((unsigned char)s.p[i] < 0x20 && s.p[i] != '\t' && s.p[i] != '\n') || s.p[i] == 0x7F)
			return false;
	return utf8_valid(s);
}

/* The text of a form field as it is kept: CR LF and lone CR become LF. */
static enum status tidy(char *p, ptrdiff_t n, struct str *ret)
{
	ptrdiff_t to = 0;

	for (ptrdiff_t i = 0; i < n; i++) {
		if (p[i] != '\r')
			p[to++] = p[i];
		else if (i + 1 == n || p[i + 1] != '\n')
			p[to++] = '\n';
	}
	struct str s = { p, to };
	if (!clean(s))
		return ST_BAD_INPUT;
	*ret = s;
	return ST_OK;
}

static enum status unescape(struct arena *a, struct str s, bool plus, struct str *ret)
{
	char *p = new_n(a, char, s.n + 1);
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; i < s.n; i++) {
		if (s.p[i] == '%') {
			int high = i + 2 < s.n ? hex(s.p[i + 1]) : -1, low = i + 2 < s.n ? hex(s.p[i + 2]) : -1;
			if (high < 0 || low < 0)
				return ST_BAD_INPUT;
			p[n++] = (char)(high * 16 + low);
			i += 2;
		} else {
			p[n++] = s.p[i] == '+' && plus ? ' ' : s.p[i];
		}
	}
	return tidy(p, n, ret);
}

static ptrdiff_t count_char(struct str s, char c)
{
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; i < s.n; i++)
		n += s.p[i] == c;
	return n;
}

enum status http_form(struct arena *a, struct str body, struct http_pairs *ret)
{
	ptrdiff_t most = count_char(body, '&') + 1;
	struct str rest = body, part;

	if (most > HTTP_MAX_PAIRS)
		return ST_TOO_BIG;
	struct http_pairs ps = { new_n(a, struct http_pair, most), 0 };
	while (str_cut(&rest, '&', &part)) {
		if (part.n == 0)
			continue;
		ptrdiff_t eq = str_find_char(part, '=');
		struct str name = eq < 0 ? part : str_sub(part, 0, eq);
		struct str value = eq < 0 ? S("") : str_sub(part, eq + 1, part.n);
		TRY(unescape(a, name, true, &ps.p[ps.n].name));
		TRY(unescape(a, value, true, &ps.p[ps.n].value));
		ps.n++;
	}
	*ret = ps;
	return ST_OK;
}

enum status http_target(struct arena *a, struct str target, struct http_target *ret)
{
	struct http_target t = { 0 };
	struct str segment;

	if (target.n == 0 || target.p[0] != '/')
		return ST_BAD_INPUT;
	ptrdiff_t mark = str_find_char(target, '?');
	t.path = mark < 0 ? target : str_sub(target, 0, mark);
	t.query = mark < 0 ? S("") : str_sub(target, mark + 1, target.n);
	for (struct str rest = str_sub(t.path, 1, t.path.n); str_cut(&rest, '/', &segment);) {
		if (segment.n == 0 && !rest.p)
			break;
		if (t.n == HTTP_MAX_SEGMENTS)
			return ST_TOO_BIG;
		struct str *s = &t.segment[t.n++];
		TRY(unescape(a, segment, false, s));
		if (s->n == 0 || str_eq(*s, S(".")) || str_eq(*s, S("..")) || str_find_char(*s, '/') >= 0 ||
		    str_find_char(*s, '\\') >= 0 || str_find_char(*s, '\n') >= 0)
			return ST_BAD_INPUT;
	}
	*ret = t;
	return ST_OK;
}

static struct str trim_blank(struct str s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = str_sub(s, 1, s.n);
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

enum status http_cookies(struct arena *a, struct str header, struct http_pairs *ret)
{
	ptrdiff_t most = count_char(header, ';') + 1;
	struct str rest = header, part;

	if (most > HTTP_MAX_COOKIES)
		return ST_TOO_BIG;
	struct http_pairs ps = { new_n(a, struct http_pair, most), 0 };
	while (str_cut(&rest, ';', &part)) {
		ptrdiff_t eq = str_find_char(part, '=');
		if (eq <= 0)
			continue;
		struct str name = trim_blank(str_sub(part, 0, eq)), value = trim_blank(str_sub(part, eq + 1, part.n));
		if (name.n == 0 || !http_header_safe(name) || !http_header_safe(value))
			continue;
		ps.p[ps.n++] = (struct http_pair){ name, value };
	}
	*ret = ps;
	return ST_OK;
}

/* ---- parameters of a header: form-data; name="a"; filename="b" ---- */

/* Takes the next `; name=value` off *rest. Quoted values may escape `"` and `\` by a backslash.
 * ST_OK, ST_NOT_FOUND at the end, ST_BAD_INPUT. */
static enum status next_param(struct arena *a, struct str *rest, struct str *ret_name, struct str *ret_value)
{
	struct str s = trim_blank(*rest);

	if (s.n == 0)
		return ST_NOT_FOUND;
	if (s.p[0] != ';')
		return ST_BAD_INPUT;
	s = trim_blank(str_sub(s, 1, s.n));
	if (s.n == 0)
		return ST_NOT_FOUND;
	ptrdiff_t eq = str_find_char(s, '=');
	if (eq <= 0)
		return ST_BAD_INPUT;
	*ret_name = trim_blank(str_sub(s, 0, eq));
	s = str_sub(s, eq + 1, s.n);
	if (s.n == 0 || s.p[0] != '"') {
		ptrdiff_t end = str_find_char(s, ';');
		*ret_value = trim_blank(str_sub(s, 0, end < 0 ? s.n : end));
		*rest = end < 0 ? S("") : str_sub(s, end, s.n);
		return ST_OK;
	}
	char *p = new_n(a, char, s.n + 1);
	ptrdiff_t n = 0, i = 1;
	for (; i < s.n && s.p[i] != '"'; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n && (s.p[i + 1] == '"' || s.p[i + 1] == '\\'))
			i++;
		p[n++] = s.p[i];
	}
	if (i >= s.n)
		return ST_BAD_INPUT;
	*ret_value = (struct str){ p, n };
	*rest = str_sub(s, i + 1, s.n);
	return ST_OK;
}

enum status http_boundary(struct str content_type, struct str *ret)
{
	struct str kind = S("multipart/form-data"), name = S("boundary=");
	ptrdiff_t semicolon = str_find_char(content_type, ';');

	if (semicolon < 0 || !str_eq_nocase(trim_blank(str_sub(content_type, 0, semicolon)), kind))
		return ST_BAD_INPUT;
	for (struct str rest = str_sub(content_type, semicolon + 1, content_type.n), part; str_cut(&rest, ';', &part);) {
		part = trim_blank(part);
		if (!str_eq_nocase(str_sub(part, 0, name.n), name))
			continue;
		struct str b = str_sub(part, name.n, part.n);
		if (b.n >= 2 && b.p[0] == '"' && b.p[b.n - 1] == '"')
			b = str_sub(b, 1, b.n - 1);
		if (b.n < 1 || b.n > 70 || !http_header_safe(b) || str_find_char(b, '"') >= 0)
			return ST_BAD_INPUT;
		*ret = b;
		return ST_OK;
	}
	return ST_BAD_INPUT;
}

/* The last component of a path that a browser or an attacker may have sent. */
static struct str base_name(struct str s)
{
	for (ptrdiff_t i = s.n; i > 0; i--)
		if (s.p[i - 1] == '/' || s.p[i - 1] == '\\')
			return str_sub(s, i, s.n);
	return s;
}

static enum status part_disposition(struct arena *a, struct str value, struct http_part *part)
{
	ptrdiff_t semicolon = str_find_char(value, ';');
	struct str rest, name, v;

	if (semicolon < 0 || !str_eq_nocase(trim_blank(str_sub(value, 0, semicolon)), S("form-data")))
		return ST_BAD_INPUT;
	rest = str_sub(value, semicolon, value.n);
	for (enum status st; (st = next_param(a, &rest, &name, &v)) != ST_NOT_FOUND;) {
		TRY(st);
		if (!clean(v) || str_find_char(v, '\n') >= 0)
			return ST_BAD_INPUT;
		if (str_eq_nocase(name, S("name"))) {
			part->name = v;
		} else if (str_eq_nocase(name, S("filename"))) {
			part->filename = base_name(v);
			part->file = true;
		}
	}
	return part->name.p ? ST_OK : ST_BAD_INPUT;
}

static enum status part_header(struct arena *a, struct str line, struct http_part *part)
{
	ptrdiff_t colon = str_find_char(line, ':');

	if (colon <= 0)
		return ST_BAD_INPUT;
	struct str name = str_sub(line, 0, colon), value = trim_blank(str_sub(line, colon + 1, line.n));
	if (str_eq_nocase(name, S("content-disposition")))
		return part->name.p ? ST_BAD_INPUT : part_disposition(a, value, part);
	if (str_eq_nocase(name, S("content-type")))
		part->type = value;
	return ST_OK;
}

/* Reads the headers of a part up to the empty line; `*rest` then begins with its bytes. */
static enum status part_headers(struct arena *a, struct str *rest, struct http_part *part)
{
	for (int lines = 0; lines < 10; lines++) {
		ptrdiff_t end = str_find(str_sub(*rest, 0, 8192), S("\r\n"));
		if (end < 0)
			return ST_BAD_INPUT;
		struct str line = str_sub(*rest, 0, end);
		*rest = str_sub(*rest, end + 2, rest->n);
		if (line.n == 0)
			return part->name.p ? ST_OK : ST_BAD_INPUT;
		TRY(part_header(a, line, part));
	}
	return ST_BAD_INPUT;
}

static ptrdiff_t find_bytes(struct str s, struct str needle)
{
	const char *at = needle.n ? memmem(s.p, (size_t)s.n, needle.p, (size_t)needle.n) : NULL;

	return at ? at - s.p : -1;
}

enum status http_multipart(struct arena *a, struct str boundary, struct str body, struct http_parts *ret)
{
	char mark[4 + 70];
	struct str delimiter = { mark, 4 + boundary.n }, rest = body;
	struct http_parts ps = { new_n(a, struct http_part, HTTP_MAX_PARTS), 0 };

	if (boundary.n < 1 || boundary.n > 70)
		return ST_BAD_INPUT;
	memcpy(mark, "\r\n--", 4);
	memcpy(mark + 4, boundary.p, (size_t)boundary.n);
	if (!str_starts(rest, str_sub(delimiter, 2, delimiter.n)))
		return ST_BAD_INPUT;
	rest = str_sub(rest, delimiter.n - 2, rest.n);
	while (!str_starts(rest, S("--"))) {
		if (!str_starts(rest, S("\r\n")))
			return ST_BAD_INPUT;
		rest = str_sub(rest, 2, rest.n);
		if (ps.n == HTTP_MAX_PARTS)
			return ST_TOO_BIG;
		struct http_part *part = &ps.p[ps.n++];
		TRY(part_headers(a, &rest, part));
		ptrdiff_t end = find_bytes(rest, delimiter);
		if (end < 0)
			return ST_BAD_INPUT;
		part->bytes = str_sub(rest, 0, end);
		rest = str_sub(rest, end + delimiter.n, rest.n);
		if (!part->file) {
			char *copy = new_n(a, char, part->bytes.n + 1);
			if (part->bytes.n)
				memcpy(copy, part->bytes.p, (size_t)part->bytes.n);
			TRY(tidy(copy, part->bytes.n, &part->bytes));
		}
	}
	*ret = ps;
	return ST_OK;
}

/* ---- language, host, paths ---- */

/* The weight of one entry of Accept-Language in thousandths; 0 = refused or malformed. */
static int weight(struct str entry)
{
	ptrdiff_t at = str_find(entry, S("q="));
	double q = 1;

	if (at >= 0 && (num_parse_real(trim_blank(str_sub(entry, at + 2, entry.n)), &q) != ST_OK || q < 0 || q > 1))
		return 0;
	return (int)(q * 1000);
}

enum lang http_language(struct str accept)
{
	int best[LANG_MAX] = { 0 };
	struct str rest = str_sub(accept, 0, 1000), entry;

	while (str_cut(&rest, ',', &entry)) {
		entry = trim_blank(entry);
		struct str tag = str_sub(entry, 0, 2);
		bool whole = entry.n == 2 || (entry.n > 2 && strchr("-; ", entry.p[2]));
		int w = weight(entry);
		if (whole && str_eq_nocase(tag, S("ja")))
			best[JA] = MAX(best[JA], w);
		if (whole && str_eq_nocase(tag, S("en")))
			best[EN] = MAX(best[EN], w);
	}
	return best[EN] > best[JA] ? EN : JA;
}

enum status http_host(struct str header, struct str *ret)
{
	struct str host = header, port = S("1");
	ptrdiff_t end;

	if (host.n && host.p[0] == '[') {
		if ((end = str_find_char(host, ']')) < 0)
			return ST_BAD_INPUT;
		if (end + 1 < host.n) {
			if (host.p[end + 1] != ':')
				return ST_BAD_INPUT;
			port = str_sub(host, end + 2, host.n);
		}
		host = str_sub(host, 1, end);
	} else if ((end = str_find_char(host, ':')) >= 0) {
		port = str_sub(host, end + 1, host.n);
		host = str_sub(host, 0, end);
	}
	int64_t number;
	if (host.n < 1 || host.n > 253 || num_parse(port, 1, 65535, &number) != ST_OK)
		return ST_BAD_INPUT;
	for (ptrdiff_t i = 0; i < host.n; i++) {
		char c = host.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
		      c == ':' || c == '_'))
			return ST_BAD_INPUT;
	}
	*ret = host;
	return ST_OK;
}

bool http_local_path(struct str path)
{
	if (path.n < 1 || path.n > 2000 || path.p[0] != '/' || (path.n > 1 && (path.p[1] == '/' || path.p[1] == '\\')))
		return false;
	for (ptrdiff_t i = 0; i < path.n; i++)
		if ((unsigned char)path.p[i] <= 0x20 || (unsigned char)path.p[i] >= 0x7F || path.p[i] == '\\')
			return false;
	return true;
}

void http_escape(struct buf *b, struct str s)
{
	static const char digits[] = "0123456789ABCDEF";

	for (ptrdiff_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr("-._~", c))) {
			buf_char(b, (char)c);
		} else {
			char e[3] = { '%', digits[c >> 4], digits[c & 15] };
			buf_add(b, (struct str){ e, 3 });
		}
	}
}

bool http_header_safe(struct str value)
{
	for (ptrdiff_t i = 0; i < value.n; i++)
		if (((unsigned char)value.p[i] < 0x20 && value.p[i] != '\t') || (unsigned char)value.p[i] >= 0x7F)
			return false;
	return true;
}
