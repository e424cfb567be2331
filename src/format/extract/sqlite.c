/* sqlite.c - the rows of an SQLite file, read from its pages: a line for each row, cells with tabs between them, the names
 * of the columns first. The library is not used: it would lock, want a journal, and refuse what is damaged; a finder
 * wants to see what is there. What lies only in a write-ahead log is not seen.
 * The format: https://www.sqlite.org/fileformat2.html */
#include "format/extract/inside.h"
#include <stdlib.h>

enum { DEPTH = 24, TABLES = 10000, PAYLOAD = 16 << 20, COLUMNS = 4000 };

struct table { struct str name, sql; int64_t root; };

struct sqlite {
	struct extract        *x;
	const struct bytes_at *at;
	struct arena           a;
	int64_t                page, usable, pages, visits;   /* visits: pages that may still be looked at in this tree */
	int                    encoding;                      /* 1 UTF-8, 2 UTF-16LE, 3 UTF-16BE */
	bool                   damaged;
	struct table          *tables;
	ptrdiff_t              ntables;
	struct buf             payload, row;
};

typedef void row_fn(struct sqlite *s, struct str record);

static int64_t big(const char *p, int n)
{
	int64_t v = 0;

	for (int i = 0; i < n; i++)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

/* The number at *at, at most 9 bytes; -1 at the end of `s`, or when it exceeds 63 bits. */
static int64_t varint(struct str s, ptrdiff_t *at)
{
	int64_t v = 0;

	for (int i = 0; i < 9; i++) {
		if (*at >= s.n)
			return -1;
		unsigned c = (unsigned char)s.p[(*at)++];
		if (v >> 55)
			return -1;
		v = v << 7 | (c & 0x7F);
		if (!(c & 0x80))
			return v;
	}
	return -1;
}

/* Skips a number whose value does not matter (a row id may be negative). */
static void skip_varint(struct str s, ptrdiff_t *at)
{
	for (int i = 0; i < 9 && *at < s.n; i++)
		if (!(s.p[(*at)++] & 0x80))
			return;
}

static bool read_page(struct sqlite *s, int64_t number, char *page)
{
	if (number < 1 || number > s->pages || s->visits-- <= 0 || !bytes_get(s->at, (number - 1) * s->page, page, (ptrdiff_t)s->page)) {
		s->damaged = true;
		return false;
	}
	return true;
}

/* ---- payloads ---- */

static int64_t local_size(const struct sqlite *s, int64_t all, bool table)
{
	int64_t most = table ? s->usable - 35 : (s->usable - 12) * 64 / 255 - 23, least = (s->usable - 12) * 32 / 255 - 23;

	if (all <= most)
		return all;
	int64_t k = least + (all - least) % (s->usable - 4);
	return k <= most ? k : least;
}

/* Collects a payload that begins at `at` of the page and may go on in other pages. */
static bool take_payload(struct sqlite *s, struct str page, ptrdiff_t at, int64_t all, bool table)
{
	int64_t here = local_size(s, all, table);

	s->payload.n = 0;
	if (all < 0 || here > page.n - at)
		return false;
	buf_add(&s->payload, str_sub(page, at, at + (ptrdiff_t)here));
	if (here == all)
		return true;
	if (page.n - at - here < 4)
		return false;
	int64_t next = big(page.p + at + here, 4), left = MIN(all, PAYLOAD) - here;
	char *more = malloc((size_t)s->page);
	while (more && left > 0 && read_page(s, next, more)) {
		int64_t n = MIN(left, s->usable - 4);
		buf_add(&s->payload, (struct str){ more + 4, (ptrdiff_t)n });
		left -= n;
		next = big(more, 4);
	}
	free(more);
	return left <= 0;
}

/* ---- trees ---- */

static void walk(struct sqlite *s, int64_t number, int depth, row_fn *row);

static void take_cell(struct sqlite *s, struct str page, ptrdiff_t at, int type, int depth, row_fn *row)
{
	if (type == 5 || type == 2) {
		if (page.n - at < 4)
			return;
		walk(s, big(page.p + at, 4), depth + 1, row);
		at += 4;
	}
	if (type == 5)
		return;
	int64_t all = varint(page, &at);
	if (type == 13)
		skip_varint(page, &at);
	if (take_payload(s, page, at, all, type == 13))
		row(s, buf_str(&s->payload));
	else
		s->damaged = true;
}

static void walk(struct sqlite *s, int64_t number, int depth, row_fn *row)
{
	char *p = depth < DEPTH ? malloc((size_t)s->page) : NULL;

	if (!p || !read_page(s, number, p)) {
		s->damaged = true;
		free(p);
		return;
	}
	struct str page = { p, (ptrdiff_t)s->usable };
	ptrdiff_t head = number == 1 ? 100 : 0;
	int type = (unsigned char)p[head];
	ptrdiff_t cells = (ptrdiff_t)big(p + head + 3, 2), pointers = head + (type == 5 || type == 2 ? 12 : 8);
	bool known = type == 2 || type == 5 || type == 10 || type == 13;
	if (!known || pointers + 2 * cells > page.n) {
		s->damaged = true;
		cells = 0;
	}
	for (ptrdiff_t i = 0; i < cells && s->x->st == ST_OK && s->visits > 0; i++) {
		ptrdiff_t at = (ptrdiff_t)big(p + pointers + 2 * i, 2);
		if (at < page.n)
			take_cell(s, page, at, type, depth, row);
	}
	if (known && (type == 5 || type == 2) && s->x->st == ST_OK)
		walk(s, big(p + head + 8, 4), depth + 1, row);
	free(p);
}

/* ---- records ---- */

struct value { int64_t type; struct str bytes; };

static int64_t size_of(int64_t type)
{
	static const int SIZES[] = { 0, 1, 2, 3, 4, 6, 8, 8, 0, 0, 0, 0 };

	return type < 12 ? SIZES[type] : (type - 12) / 2;
}

struct columns { struct str record; ptrdiff_t head, head_end; int64_t body; };

static bool columns_of(struct str record, struct columns *c)
{
	*c = (struct columns){ .record = record };
	c->body = varint(record, &c->head);
	c->head_end = (ptrdiff_t)c->body;
	return c->body > 0 && c->body <= record.n;
}

static bool next_column(struct columns *c, struct value *v)
{
	if (c->head >= c->head_end)
		return false;
	v->type = varint(str_sub(c->record, 0, c->head_end), &c->head);
	if (v->type < 0 || size_of(v->type) > c->record.n - c->body)
		return false;
	v->bytes = str_sub(c->record, (ptrdiff_t)c->body, (ptrdiff_t)(c->body + size_of(v->type)));
	c->body += size_of(v->type);
	return true;
}

static int64_t integer(const struct value *v)
{
	if (v->type == 8 || v->type == 9)
		return v->type == 9;
	uint64_t u = v->bytes.n && (v->bytes.p[0] & 0x80) ? UINT64_MAX : 0;
	for (ptrdiff_t i = 0; i < v->bytes.n; i++)
		u = u << 8 | (unsigned char)v->bytes.p[i];
	return (int64_t)u;
}

static void add_text(struct sqlite *s, struct str bytes)
{
	struct charset_reader r;
	ptrdiff_t from = s->row.n;

	if (charset_open(&r, s->encoding == 3 ? CHARSET_UTF16BE : s->encoding == 2 ? CHARSET_UTF16LE : CHARSET_UTF8) != ST_OK)
		return;
	charset_add(&r, bytes, true, &s->row);
	charset_close(&r);
	for (ptrdiff_t i = from; i < s->row.n; i++)
		if (s->row.p[i] == '\n' || s->row.p[i] == '\t' || s->row.p[i] == '\r')
			s->row.p[i] = ' ';
}

static void add_value(struct sqlite *s, const struct value *v)
{
	if (v->type >= 13 && v->type % 2)
		add_text(s, v->bytes);
	else if ((v->type >= 1 && v->type <= 6) || v->type == 8 || v->type == 9)
		buf_int(&s->row, integer(v));
	else if (v->type == 7) {
		double d;
		int64_t bits = integer(v);
		memcpy(&d, &bits, sizeof d);
		buf_fmt(&s->row, "%.15g", d);
	}
}

static void tell_row(struct sqlite *s, struct str record)
{
	struct columns c;
	struct value v;

	s->row.n = 0;
	if (!columns_of(record, &c)) {
		s->damaged = true;
		return;
	}
	for (int i = 0; i < COLUMNS && next_column(&c, &v); i++) {
		if (i)
			buf_char(&s->row, '\t');
		add_value(s, &v);
	}
	buf_char(&s->row, '\n');
	if (extract_count(s->x, s->row.n, 0, 0))
		text_add(s->x, buf_str(&s->row));
	else if (s->x->st == ST_OK)
		s->visits = 0;
}

/* ---- the schema ---- */

static struct str text_of(struct sqlite *s, const struct value *v)
{
	s->row.n = 0;
	if (v->type >= 13 && v->type % 2)
		add_text(s, v->bytes);
	return str_dup(&s->a, buf_str(&s->row));
}

static void take_schema_row(struct sqlite *s, struct str record)
{
	struct columns c;
	struct value v[5];

	if (!columns_of(record, &c))
		return;
	for (int i = 0; i < 5; i++)
		if (!next_column(&c, &v[i]))
			return;
	bool table = str_eq(text_of(s, &v[0]), S("table"));
	struct table t = { text_of(s, &v[1]), text_of(s, &v[4]), v[3].type <= 9 ? integer(&v[3]) : 0 };
	if (table && t.root > 0 && s->ntables < TABLES && !str_starts(t.name, S("sqlite_")))
		s->tables[s->ntables++] = t;
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

/* The name at the front of a column's definition, without its quotes. */
static struct str column_name(struct str definition)
{
	struct str d = str_trim(definition);
	char open = d.n ? d.p[0] : 0, close = open == '[' ? ']' : open;
	ptrdiff_t n = 0;

	if (open == '"' || open == '`' || open == '[' || open == '\'') {
		d = str_sub(d, 1, d.n);
		n = str_find_char(d, close);
		return str_sub(d, 0, n < 0 ? d.n : n);
	}
	while (n < d.n && is_word(d.p[n]))
		n++;
	return str_sub(d, 0, n);
}

static bool is_constraint(struct str name)
{
	static const struct str WORDS[] = { SLIT("PRIMARY"), SLIT("UNIQUE"), SLIT("CHECK"), SLIT("FOREIGN"), SLIT("CONSTRAINT") };

	for (ptrdiff_t i = 0; i < COUNT(WORDS); i++)
		if (str_eq_nocase(name, WORDS[i]))
			return true;
	return false;
}

/* The line of column names, from CREATE TABLE name (a ..., b ..., constraints). */
static void add_columns(struct sqlite *s, struct str sql)
{
	ptrdiff_t open = str_find_char(sql, '('), depth = 0, from = open + 1;
	bool first = true;
	char quote = 0;

	s->row.n = 0;
	for (ptrdiff_t i = from; open >= 0 && i < sql.n && depth >= 0; i++) {
		char c = sql.p[i];
		if (quote) {
			quote = c == quote ? 0 : quote;
			continue;
		}
		quote = c == '\'' || c == '"' || c == '`' ? c : 0;
		depth += (c == '(') - (c == ')');
		if (depth < 0 || (depth == 0 && c == ',')) {
			struct str name = column_name(str_sub(sql, from, i));
			if (is_constraint(name))
				break;
			if (!first)
				buf_char(&s->row, '\t');
			buf_add(&s->row, name);
			first = false;
			from = i + 1;
		}
	}
	buf_char(&s->row, '\n');
	text_add(s->x, buf_str(&s->row));
}

static void read_table(struct sqlite *s, const struct table *t)
{
	ptrdiff_t mark = path_enter(s->x, t->name);

	s->visits = s->pages + 1;
	s->damaged = false;
	text_begin(s->x);
	if (str_find(t->sql, S("WITHOUT ROWID")) < 0)     /* there the columns lie in another order */
		add_columns(s, t->sql);
	walk(s, t->root, 0, tell_row);
	text_end(s->x);
	if (s->damaged && s->x->unpacked <= s->x->l.total_bytes)
		extract_unread(s->x, EXTRACT_damaged);
	path_leave(s->x, mark);
}

void read_sqlite(struct extract *x, const struct bytes_at *b)
{
	struct sqlite s = { .x = x, .at = b, .a = arena_make(256 << 20), .payload = buf_make(PAYLOAD + 65536), .row = buf_make(4 * PAYLOAD) };
	char head[100];

	bool ok = bytes_get(b, 0, head, (ptrdiff_t)sizeof head);
	s.page = ok ? big(head + 16, 2) : 0;
	s.page = s.page == 1 ? 65536 : s.page;
	s.usable = s.page - (ok ? (unsigned char)head[20] : 0);
	s.encoding = ok ? (int)big(head + 56, 4) : 0;
	if (s.page < 512 || s.page > 65536 || (s.page & (s.page - 1)) || s.usable < 480) {
		extract_unread(x, EXTRACT_damaged);
		return;
	}
	s.pages = b->size / s.page;
	s.visits = s.pages + 1;
	s.tables = calloc(TABLES, sizeof *s.tables);
	if (!s.tables)
		abort();
	walk(&s, 1, 0, take_schema_row);
	if (s.damaged)
		extract_unread(x, EXTRACT_damaged);
	for (ptrdiff_t i = 0; i < s.ntables && x->st == ST_OK && x->unpacked <= x->l.total_bytes; i++)
		read_table(&s, &s.tables[i]);
	free(s.tables);
	buf_free(&s.payload);
	buf_free(&s.row);
	arena_free(&s.a);
}
