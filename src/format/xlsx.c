/* xlsx.c - opens a workbook: its parts, its shared strings, and then sheet after sheet. */
#include "format/xlsx.h"
#include "base/num.h"
#include "format/xlsx_part.h"
#include <stdio.h>
#include <stdlib.h>

enum { DEPTH_MAX = 100, PART_TEXT_MAX = 16 << 20 };

/* ---- one part ---- */

void part_fail(struct part *p, enum status st, struct str place, enum msg_id msg, struct str arg)
{
	if (p->st != ST_OK)
		return;
	p->st = st;
	problem(p->x->ps, place, msg, .arg = { arg });
	xml_stop(p->xml);
}

/* Without the prefix that the root has; NULL for an element of no namespace beside it. */
static const char *local_name(const struct part *p, const char *name)
{
	if (p->prefix == 0)
		return name;
	return strncmp(name, p->prefix_text, (size_t)p->prefix) == 0 ? name + p->prefix : NULL;
}

static void on_start(void *user, const char *name, const char **atts)
{
	struct part *p = user;

	if (p->st != ST_OK)
		return;
	if (++p->depth > DEPTH_MAX) {
		part_fail(p, ST_BAD_INPUT, p->name, MSG_XLSX_DAMAGED, p->name);
		return;
	}
	if (p->depth == 1) {
		const char *colon = strchr(name, ':');
		p->prefix = colon ? MIN((int)(colon - name) + 1, (int)sizeof p->prefix_text) : 0;
		memcpy(p->prefix_text, name, (size_t)p->prefix);
	}
	name = local_name(p, name);
	if (name)
		p->on.start(p, name, atts);
}

static void on_end(void *user, const char *name)
{
	struct part *p = user;

	p->depth--;
	name = p->st == ST_OK ? local_name(p, name) : NULL;
	if (name)
		p->on.end(p, name);
}

static void on_text(void *user, const char *s, int n)
{
	struct part *p = user;

	if (!p->capture || p->st != ST_OK)
		return;
	buf_add(&p->text, (struct str){ s, n });
	if (p->text.failed)
		part_fail(p, ST_TOO_BIG, p->name, MSG_XLSX_TOO_BIG, S(""));
}

/* A workbook has no document type; whoever sends one wants its entities expanded. */
static void on_doctype(void *user)
{
	struct part *p = user;

	part_fail(p, ST_BAD_INPUT, p->name, MSG_XLSX_DOCTYPE, S(""));
}

void part_text_begin(struct part *p)
{
	p->capture = true;
	p->text.n = 0;
}

const char *part_attribute(const char **atts, const char *name)
{
	for (; *atts; atts += 2) {
		const char *colon = strchr(atts[0], ':');
		if (strcmp(colon ? colon + 1 : atts[0], name) == 0)
			return atts[1];
	}
	return NULL;
}

bool part_is_true(const char *value)
{
	return value && (strcmp(value, "1") == 0 || strcmp(value, "true") == 0);
}

int part_int(const char *value)
{
	int64_t v = value ? -1 : 0;

	if (value)
		IGNORE(num_parse(str_z(value), 0, INT32_MAX, &v));
	return (int)v;
}

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct str part_unescape(char *p, ptrdiff_t n)
{
	ptrdiff_t to = 0;

	if (n == 0)
		return S("");
	if (!memmem(p, (size_t)n, "_x", 2) && !memchr(p, '\r', (size_t)n))
		return (struct str){ p, n };
	for (ptrdiff_t i = 0; i < n; i++) {
		char c = p[i];
		if (c == '_' && n - i >= 7 && p[i + 1] == 'x' && p[i + 6] == '_' && p[i + 2] == '0' && p[i + 3] == '0' &&
		    hex(p[i + 4]) >= 0 && hex(p[i + 4]) < 8 && hex(p[i + 5]) >= 0) {
			c = (char)(hex(p[i + 4]) * 16 + hex(p[i + 5]));
			i += 6;
		}
		if (c == '\n' && to && p[to - 1] == '\r')
			to--;
		if (c)
			p[to++] = c;
	}
	return (struct str){ p, to };
}

static enum status feed(void *user, struct str piece)
{
	struct part *p = user;

	return xml_feed(p->xml, piece);
}

/* Every failure leaves a problem; what expat or the archive says is told as a damaged part. */
static enum status told(struct part *p, enum status st)
{
	if (p->st != ST_OK || st == ST_OK)
		return p->st;
	enum msg_id msg = st == ST_TOO_BIG ? MSG_XLSX_TOO_BIG : st == ST_DENIED ? MSG_XLSX_LOCKED : MSG_XLSX_DAMAGED;
	problem(p->x->ps, p->name, msg, .arg = { p->name });
	return st;
}

enum status part_parse(struct xlsx *x, struct str member, struct part_handlers on, void *user)
{
	static const struct xml_handlers handlers = { on_start, on_end, on_text, on_doctype };
	struct zip_member m;
	struct part p = { .x = x, .on = on, .user = user, .name = str_dup(x->a, member), .text = buf_make(PART_TEXT_MAX) };

	if (zip_find(x->zip, member, &m) != ST_OK)
		return ST_NOT_FOUND;
	p.xml = xml_make(&handlers, &p, true);
	enum status st = zip_read(x->zip, m.index, feed, &p);
	if (st == ST_OK)
		st = xml_end(p.xml);
	xml_free(p.xml);
	buf_free(&p.text);
	return told(&p, st);
}

/* ---- shared strings ---- */

struct strings { bool in_item; int furigana; };

static void string_start(struct part *p, const char *name, const char **atts)
{
	struct strings *s = p->user;

	(void)atts;
	if (strcmp(name, "si") == 0) {
		s->in_item = true;
		p->text.n = 0;
	} else if (s->in_item && strcmp(name, "rPh") == 0) {
		s->furigana++;
	} else if (s->in_item && !s->furigana && strcmp(name, "t") == 0) {
		p->capture = true;
	}
}

static void string_end(struct part *p, const char *name)
{
	struct strings *s = p->user;
	struct xlsx *x = p->x;

	if (strcmp(name, "t") == 0) {
		p->capture = false;
	} else if (s->furigana && strcmp(name, "rPh") == 0) {
		s->furigana--;
	} else if (s->in_item && strcmp(name, "si") == 0) {
		s->in_item = false;
		s->furigana = 0;
		if (x->nstrings == x->cap_strings) {
			ptrdiff_t cap = x->cap_strings ? 2 * x->cap_strings : 1024;
			struct str *bigger = new_n(x->a, struct str, cap);
			if (x->nstrings)
				memcpy(bigger, x->string, (size_t)x->nstrings * sizeof *bigger);
			x->string = bigger;
			x->cap_strings = cap;
		}
		struct str text = part_unescape(p->text.p, p->text.n);
		x->string_bytes += text.n;
		if (x->nstrings >= x->limits.strings || x->string_bytes > x->limits.string_bytes) {
			part_fail(p, ST_TOO_BIG, p->name, MSG_XLSX_TOO_BIG, S(""));
			return;
		}
		x->string[x->nstrings++] = str_dup(x->a, text);
	}
}

enum status xlsx_read_strings(struct xlsx *x, struct str member)
{
	struct strings s = { 0 };
	enum status st = part_parse(x, member, (struct part_handlers){ string_start, string_end }, &s);

	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* ---- the workbook ---- */

struct relation { struct str id, type, target; struct relation *next; };
struct relations { struct relation *first; struct str folder; int n; };

/* A target is relative to the folder of the part, or begins at the root of the archive. */
static struct str resolve(struct arena *a, struct str folder, struct str target)
{
	struct buf b = buf_make(1 << 16);

	if (str_starts(target, S("/"))) {
		buf_add(&b, str_sub(target, 1, target.n));
	} else {
		while (str_starts(target, S("../"))) {
			target = str_sub(target, 3, target.n);
			ptrdiff_t cut = folder.n > 0 ? folder.n - 1 : 0;
			while (cut > 0 && folder.p[cut - 1] != '/')
				cut--;
			folder.n = cut;
		}
		buf_add(&b, folder);
		buf_add(&b, target);
	}
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

static void relation_start(struct part *p, const char *name, const char **atts)
{
	struct relations *r = p->user;

	if (strcmp(name, "Relationship") != 0 || ++r->n > 100000)
		return;
	const char *id = part_attribute(atts, "Id"), *type = part_attribute(atts, "Type"), *target = part_attribute(atts, "Target");
	if (!id || !type || !target || str_z(target).n > 4096)
		return;
	struct relation *n = new(p->x->a, struct relation);
	*n = (struct relation){ .id = str_dup(p->x->a, str_z(id)), .type = str_dup(p->x->a, str_z(type)),
		.target = resolve(p->x->a, r->folder, str_z(target)), .next = r->first };
	r->first = n;
}

static void nothing_end(struct part *p, const char *name)
{
	(void)p;
	(void)name;
}

static enum status read_relations(struct xlsx *x, struct str part, struct relations *ret)
{
	ptrdiff_t cut = part.n;
	struct buf b = buf_make(1 << 16);

	while (cut > 0 && part.p[cut - 1] != '/')
		cut--;
	*ret = (struct relations){ .folder = str_sub(part, 0, cut) };
	buf_add(&b, ret->folder);
	buf_lit(&b, "_rels/");
	buf_add(&b, str_sub(part, cut, part.n));
	buf_lit(&b, ".rels");
	enum status st = part_parse(x, buf_str(&b), (struct part_handlers){ relation_start, nothing_end }, ret);
	buf_free(&b);
	return st;
}

static const struct relation *by_type(const struct relations *r, struct str end)
{
	for (const struct relation *n = r->first; n; n = n->next)
		if (str_ends(n->type, end))
			return n;
	return NULL;
}

struct book_sheet { struct str name, id; bool hidden; struct book_sheet *next; };
struct book { struct book_sheet *first, **last; int n; };

static void book_start(struct part *p, const char *name, const char **atts)
{
	struct book *b = p->user;
	struct xlsx *x = p->x;

	if (strcmp(name, "workbookPr") == 0) {
		x->system_1904 = part_is_true(part_attribute(atts, "date1904"));
	} else if (strcmp(name, "sheet") == 0) {
		const char *title = part_attribute(atts, "name"), *id = part_attribute(atts, "id"), *state = part_attribute(atts, "state");
		if (!title || !id)
			return;
		if (++b->n > x->limits.sheets) {
			part_fail(p, ST_TOO_BIG, p->name, MSG_XLSX_TOO_BIG, S(""));
			return;
		}
		struct book_sheet *s = new(x->a, struct book_sheet);
		*s = (struct book_sheet){ .name = str_dup(x->a, str_z(title)), .id = str_dup(x->a, str_z(id)),
			.hidden = state && strcmp(state, "visible") != 0 };
		*b->last = s;
		b->last = &s->next;
	}
}

static enum status read_sheets(struct xlsx *x, const struct book *b, const struct relations *r)
{
	for (const struct book_sheet *s = b->first; s; s = s->next) {
		const struct relation *n = r->first;
		while (n && !str_eq(n->id, s->id))
			n = n->next;
		if (n && !str_ends(n->type, S("/worksheet")))
			continue;                            /* a chart */
		TRY(x->sink.sheet(x->sink.user, s->name, s->hidden));
		enum status st = n ? xlsx_read_sheet(x, n->target, s->name) : ST_NOT_FOUND;
		if (st == ST_NOT_FOUND) {
			problem(x->ps, s->name, MSG_XLSX_DAMAGED, .arg = { s->name });
			return ST_BAD_INPUT;
		}
		TRY(st);
	}
	return ST_OK;
}

static enum status read_workbook(struct xlsx *x)
{
	struct relations root, parts;
	struct book b = { .last = &b.first };
	struct str main = S("xl/workbook.xml");

	enum status st = read_relations(x, S(""), &root);
	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	const struct relation *office = st == ST_OK ? by_type(&root, S("/officeDocument")) : NULL;
	if (office)
		main = office->target;
	st = read_relations(x, main, &parts);
	if (st == ST_OK)
		st = part_parse(x, main, (struct part_handlers){ book_start, nothing_end }, &b);
	if (st == ST_NOT_FOUND || (st == ST_OK && !b.first)) {
		problem(x->ps, S(""), MSG_XLSX_NO_WORKBOOK);
		return ST_BAD_INPUT;
	}
	TRY(st);
	const struct relation *styles = by_type(&parts, S("/styles")), *strings = by_type(&parts, S("/sharedStrings"));
	if (styles)
		TRY(xlsx_read_styles(x, styles->target));
	if (strings)
		TRY(xlsx_read_strings(x, strings->target));
	return read_sheets(x, &b, &parts);
}

static struct xlsx make(struct arena *a, const struct xlsx_limits *l, struct problems *ps, struct sheet_sink sink)
{
	struct xlsx x = { .a = a, .ps = ps, .sink = sink, .limits = l ? *l : (struct xlsx_limits){ 0 } };

	x.limits.strings = x.limits.strings ? x.limits.strings : 4000000;
	x.limits.string_bytes = x.limits.string_bytes ? x.limits.string_bytes : 256 << 20;
	x.limits.unpacked_bytes = x.limits.unpacked_bytes ? x.limits.unpacked_bytes : (int64_t)2 << 30;
	x.limits.sheets = x.limits.sheets ? x.limits.sheets : 1000;
	return x;
}

static enum status finish(struct xlsx *x, enum status st)
{
	if (st == ST_OK) {
		st = read_workbook(x);
		zip_reader_close(x->zip);
	} else {
		problem(x->ps, S(""), st == ST_TOO_BIG ? MSG_XLSX_TOO_BIG : MSG_XLSX_NO_WORKBOOK);
	}
	return st;
}

static struct zip_limits zip_limits_of(const struct xlsx *x)
{
	return (struct zip_limits){ .members = 10000, .member_bytes = x->limits.unpacked_bytes, .total_bytes = x->limits.unpacked_bytes };
}

enum status xlsx_read_bytes(struct arena *a, struct str bytes, const struct xlsx_limits *l, struct problems *ps,
	struct sheet_sink sink)
{
	struct xlsx x = make(a, l, ps, sink);
	struct zip_limits z = zip_limits_of(&x);

	return finish(&x, zip_open_bytes(a, bytes, &z, &x.zip));
}

enum status xlsx_read_fd(struct arena *a, int fd, const struct xlsx_limits *l, struct problems *ps,
	struct sheet_sink sink)
{
	struct xlsx x = make(a, l, ps, sink);
	struct zip_limits z = zip_limits_of(&x);

	return finish(&x, zip_open_fd(a, fd, &z, &x.zip));
}
