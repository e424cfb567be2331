/* xlsx_format.c - tells from a number format whether a number is a date, a time, or has leading zeros. */
#include "format/office.h"
#include "format/xlsx_part.h"
#include <math.h>
#include <stdio.h>

struct show show_of_builtin(int id)
{
	/* 27-36 and 50-58 are the dates of Japanese, Chinese and Korean Excel, eras among them */
	bool time = (id >= 18 && id <= 21) || (id >= 45 && id <= 47) || id == 32 || id == 33;
	bool date = (id >= 14 && id <= 17) || id == 22 || (id >= 27 && id <= 31) || (id >= 34 && id <= 36) || (id >= 50 && id <= 58);

	return (struct show){ .kind = (uint8_t)(date ? SHOW_DATE : time ? SHOW_TIME : SHOW_PLAIN) };
}

/* The code of the first section without what stands in quotation marks, behind \ _ *, and in brackets other than
 * [h] [mm] [ss]; small letters, except that E of an exponent becomes nothing. */
static ptrdiff_t bare_code(struct str code, char *to, ptrdiff_t room)
{
	ptrdiff_t n = 0;

	for (ptrdiff_t i = 0; i < code.n && n < room; i++) {
		char c = code.p[i];
		if (c == ';')
			break;
		if (c == '"') {
			while (++i < code.n && code.p[i] != '"')
				;
		} else if (c == '\\' || c == '_' || c == '*') {
			i++;
		} else if (c == '[') {
			ptrdiff_t from = i + 1;
			while (i < code.n && code.p[i] != ']')
				i++;
			struct str in = str_sub(code, from, i);
			if (in.n >= 1 && in.n <= 2 && strchr("hHmMsS", in.p[0]) && in.p[0] == in.p[in.n - 1])
				to[n++] = 'h';
		} else if (str_eq_nocase(str_sub(code, i, i + 5), S("AM/PM"))) {
			i += 4;
		} else if (str_eq_nocase(str_sub(code, i, i + 3), S("A/P"))) {
			i += 2;
		} else if ((c == 'E' || c == 'e') && i + 1 < code.n && (code.p[i + 1] == '+' || code.p[i + 1] == '-')) {
			i++;
		} else {
			to[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
		}
	}
	return n;
}

static bool any_of(struct str s, const char *set)
{
	for (ptrdiff_t i = 0; i < s.n; i++)
		if (s.p[i] && strchr(set, s.p[i]))
			return true;
	return false;
}

struct show show_of_code(struct str code)
{
	char t[256];

	if (str_starts(code, S("G/")) || str_eq_nocase(code, S("General")) || str_eq(code, S("@")))
		return (struct show){ .kind = SHOW_PLAIN };
	struct str s = { t, bare_code(code, t, (ptrdiff_t)sizeof t) };
	ptrdiff_t general = str_find(s, S("general"));
	if (general >= 0)
		return (struct show){ .kind = SHOW_PLAIN };
	bool clock = any_of(s, "hs"), day = any_of(s, "ydegab") && !any_of(s, "#?");
	if (day || (any_of(s, "m") && !clock))
		return (struct show){ .kind = SHOW_DATE };
	if (clock)
		return (struct show){ .kind = SHOW_TIME };
	ptrdiff_t zeros = 0;
	while (zeros < s.n && s.p[zeros] == '0')
		zeros++;
	if (zeros == s.n && zeros >= 2 && zeros <= 15)
		return (struct show){ .kind = SHOW_ZEROS, .digits = (uint8_t)zeros };
	return (struct show){ .kind = SHOW_PLAIN };
}

/* At most 15 digits, as a spreadsheet shows them: no noise of binary fractions. */
static struct str number_text(double v, char t[static 40])
{
	int n = fabs(v) < 1e15 && v - floor(v) <= 0 ? snprintf(t, 40, "%.0f", v) : snprintf(t, 40, "%.15g", v);

	return (struct str){ t, n };
}

struct str show_day(struct date d, int seconds, char t[static 40])
{
	struct civil c = date_civil(d);
	int n = snprintf(t, 40, "%04d-%02d-%02d", c.year, c.month, c.day);

	if (seconds)
		n += snprintf(t + n, (size_t)(40 - n), seconds % 60 ? " %02d:%02d:%02d" : " %02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
	return (struct str){ t, n };
}

struct str show_number(struct show show, double v, bool system_1904, char t[static 40], enum cell_kind *ret_kind)
{
	struct date d;
	int seconds;

	*ret_kind = CELL_NUMBER;
	if (show.kind == SHOW_DATE && office_serial_date(v, system_1904, &d, &seconds)) {
		*ret_kind = CELL_DATE;
		return show_day(d, seconds, t);
	}
	if (show.kind == SHOW_TIME && v >= 0 && v < 1) {
		seconds = (int)(v * 86400 + 0.5);
		return (struct str){ t, snprintf(t, 40, "%02d:%02d", seconds / 3600, seconds / 60 % 60) };
	}
	if (show.kind == SHOW_ZEROS && v >= 0 && v < 1e15 && v - floor(v) <= 0)
		return (struct str){ t, snprintf(t, 40, "%0*.0f", show.digits, v) };
	return number_text(v, t);
}

/* ---- styles.xml ---- */

enum { FORMATS_MAX = 100000 };
struct styles { struct { int id; struct show show; } *custom; ptrdiff_t n, cap; bool in_cells; };

static void start(struct part *p, const char *name, const char **atts)
{
	struct styles *s = p->user;
	struct xlsx *x = p->x;

	if (strcmp(name, "cellXfs") == 0) {
		s->in_cells = true;
	} else if (strcmp(name, "numFmt") == 0) {
		const char *id = part_attribute(atts, "numFmtId"), *code = part_attribute(atts, "formatCode");
		if (!id || !code || s->n >= FORMATS_MAX)
			return;
		if (s->n == s->cap) {
			ptrdiff_t cap = s->cap ? 2 * s->cap : 64;
			void *bigger = arena_alloc(x->a, (ptrdiff_t)sizeof *s->custom, 8, cap);
			if (s->n)
				memcpy(bigger, s->custom, (size_t)s->n * sizeof *s->custom);
			s->custom = bigger;
			s->cap = cap;
		}
		s->custom[s->n].id = part_int(id);
		s->custom[s->n++].show = show_of_code(str_z(code));
	} else if (s->in_cells && strcmp(name, "xf") == 0 && x->nstyles < FORMATS_MAX) {
		const char *id = part_attribute(atts, "numFmtId");
		int format = part_int(id);
		if (x->nstyles == x->cap_styles) {
			ptrdiff_t cap = x->cap_styles ? 2 * x->cap_styles : 256;
			struct show *bigger = new_n(x->a, struct show, cap);
			if (x->nstyles)
				memcpy(bigger, x->style, (size_t)x->nstyles * sizeof *bigger);
			x->style = bigger;
			x->cap_styles = cap;
		}
		struct show show = show_of_builtin(format);
		for (ptrdiff_t i = 0; i < s->n; i++)
			if (s->custom[i].id == format)
				show = s->custom[i].show;
		x->style[x->nstyles++] = show;
	}
}

static void end(struct part *p, const char *name)
{
	struct styles *s = p->user;

	if (strcmp(name, "cellXfs") == 0)
		s->in_cells = false;
}

enum status xlsx_read_styles(struct xlsx *x, struct str member)
{
	struct styles s = { 0 };
	enum status st = part_parse(x, member, (struct part_handlers){ start, end }, &s);

	return st == ST_NOT_FOUND ? ST_OK : st;
}
