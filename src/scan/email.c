/* email.c - mail addresses, told from the many other things in which an @ stands. */
#include "scan/inside.h"

enum { LOCAL_MAX = 64, DOMAIN_MAX = 255 };

/* What a sign may be in a local part: letters and digits; signs that may stand in it; of them those that seldom begin
 * one: mailto=, 'quotes, paths, markup. */
enum { ALNUM = 1, LOCAL = 2, SELDOM_FIRST = 4 };
static const uint8_t signs[256] = { ['0' ... '9'] = ALNUM | LOCAL, ['A' ... 'Z'] = ALNUM | LOCAL, ['a' ... 'z'] = ALNUM | LOCAL, ['.'] = LOCAL, ['_'] = LOCAL,
	['%'] = LOCAL, ['+'] = LOCAL, ['-'] = LOCAL, ['\''] = LOCAL | SELDOM_FIRST, ['!'] = LOCAL | SELDOM_FIRST, ['#'] = LOCAL, ['$'] = LOCAL | SELDOM_FIRST,
	['&'] = LOCAL | SELDOM_FIRST, ['*'] = LOCAL | SELDOM_FIRST, ['/'] = LOCAL | SELDOM_FIRST, ['='] = LOCAL | SELDOM_FIRST, ['?'] = LOCAL | SELDOM_FIRST,
	['^'] = LOCAL, ['`'] = LOCAL | SELDOM_FIRST, ['{'] = LOCAL | SELDOM_FIRST, ['|'] = LOCAL | SELDOM_FIRST, ['}'] = LOCAL | SELDOM_FIRST, ['~'] = LOCAL };

static bool alnum(uint8_t b)
{
	return signs[b] & ALNUM;
}

/* Endings that look like a top-level domain but are files. */
static bool file_ending(struct str s)
{
	static const char *const endings[] = { "png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "ts", "html", "htm", "json", "xml", "so", "exe", "dll",
		"txt", "csv", "pdf", "zip", "gz", "py", "rb", "java", "cpp", "php", "local", "localhost", "internal", "service", "timer", "target" };

	for (ptrdiff_t k = 0; k < COUNT(endings); k++)
		if ((s.p[0] | 32) == endings[k][0] && str_eq_nocase(s, str_z(endings[k])))
			return true;
	return false;
}

struct domain { ptrdiff_t end; bool good; };

static struct domain domain_at(const uint8_t *t, ptrdiff_t from, ptrdiff_t hi)
{
	ptrdiff_t i = from, label = from, top = -1;

	for (; i < hi && i - from < DOMAIN_MAX; i++) {
		if (t[i] == '.') {
			if (i == label || t[i - 1] == '-' || i + 1 >= hi || !alnum(t[i + 1]))
				break;
			label = i + 1;
			top = label;
		} else if (!alnum(t[i]) && !(t[i] == '-' && i > label)) {
			break;
		}
	}
	while (i > from && t[i - 1] == '-')
		i--;
	if (top < 0 || i - top < 2 || i - top > 24)
		return (struct domain){ i, false };
	for (ptrdiff_t k = top; k < i; k++)
		if (t[k] >= '0' && t[k] <= '9' && !(i - top > 4 && (t[top] | 32) == 'x'))
			return (struct domain){ i, false };
	return (struct domain){ i, !file_ending((struct str){ (const char *)t + top, i - top }) };
}

static ptrdiff_t quoted_local(const uint8_t *t, ptrdiff_t at, ptrdiff_t lo)
{
	ptrdiff_t i = at - 2;

	while (i > lo && at - i < LOCAL_MAX && t[i] != '"' && t[i] != '\n')
		i--;
	return i >= lo && t[i] == '"' && at - 1 - i > 1 && t[at - 1] == '"' ? i : -1;
}

static ptrdiff_t local_before(const uint8_t *t, ptrdiff_t at, ptrdiff_t lo)
{
	ptrdiff_t i = at;

	if (at > lo && t[at - 1] == '"')
		return quoted_local(t, at, lo);
	while (i > lo && at - i < LOCAL_MAX && signs[t[i - 1]] & LOCAL)
		i--;
	for (ptrdiff_t k = at; k-- > i;) {
		if (signs[t[k]] & SELDOM_FIRST) {
			i = k + 1;
			break;
		}
	}
	while (i < at && !alnum(t[i]) && t[i] != '_')
		i++;
	return i < at ? i : -1;
}

static bool wide_mail(struct scan_run *r, ptrdiff_t at)
{
	ptrdiff_t lo = MAX(view_lo(r, at), r->next), hi = view_hi(r, at), i = at - 2, from, to;
	int len, letters = 0, dots = 0, tail = 0;
	uint32_t c;

	for (from = i; from > lo && i - from < 3 * LOCAL_MAX; from -= len) {
		c = char_ascii(char_before(r->t, from, lo, &len));
		if (c >= 0x80 || !(alnum((uint8_t)c) || c == '.' || c == '_' || c == '-' || c == '+'))
			break;
		letters++;
	}
	for (to = at + 1; to < hi; to += len) {
		c = char_ascii(char_at(r->t, to, hi, &len));
		if (c >= 0x80 || !(alnum((uint8_t)c) || c == '.' || c == '-'))
			break;
		tail = c == '.' ? 0 : tail + 1;
		dots += c == '.';
	}
	if (!letters || !dots || tail < 2)
		return false;
	emit(r, SCAN_email, from, to, 80);
	return true;
}

void email_at(struct scan_run *r, ptrdiff_t at)
{
	ptrdiff_t lo = MAX(view_lo(r, at), r->next), hi = view_hi(r, at), start;
	const uint8_t *t = r->t;
	struct domain d;
	int score = 85;

	if (t[at] != '@') {
		IGNORE(wide_mail(r, at));
		return;
	}
	start = local_before(t, at, lo);
	d = domain_at(t, at + 1, hi);
	if (start < 0 || !d.good)
		return;
	if (start >= 3 + lo && memcmp(t + start - 3, "://", 3) == 0)
		score = 20;                                     /* user@host of a URL */
	else if (d.end < hi && t[d.end] == ':' && d.end + 1 < hi && (alnum(t[d.end + 1]) || t[d.end + 1] == '/' || t[d.end + 1] == '~'))
		score = 20;                                     /* git@host:path, scp */
	else if (d.end < hi && (t[d.end] == '/' || t[d.end] == '('))
		score = 35;
	if (start > lo && (t[start - 1] == '/' || t[start - 1] == '@' || t[start - 1] == ':') && score == 85 && start >= 2 + lo && t[start - 2] == '/')
		score = 30;
	emit(r, SCAN_email, start, d.end, score);
}
