/* pdf_make.c - hands the blocks of a document to a confined child that sets it: the libraries of fonts and pages never run
 * beside keys. Both ends are this program, so numbers go as they lie in memory. */
#include "format/pdf_model.h"
#include "sys/sandbox.h"
#include "sys/stream.h"

enum { ASK_MAX = 256 << 20, PIECE = 64 << 10 };
static const int64_t SERIES_MAX = (int64_t)4 << 30;

/* ---- packing ---- */

static void put(struct buf *b, const void *p, ptrdiff_t n)
{
	buf_add(b, (struct str){ p, n });
}

static void put_number(struct buf *b, ptrdiff_t n)
{
	put(b, &n, (ptrdiff_t)sizeof n);
}

static void put_text(struct buf *b, struct str s)
{
	put_number(b, s.n);
	buf_add(b, s);
}

static void put_texts(struct buf *b, const struct str *s, int n)
{
	for (int i = 0; i < n; i++)
		put_text(b, s[i]);
}

static void put_table(struct buf *b, const struct block *t)
{
	put_number(b, t->table.columns);
	put_number(b, t->table.labels);
	put_number(b, t->table.headers != NULL);
	put(b, t->table.widths, t->table.columns * (ptrdiff_t)sizeof *t->table.widths);
	if (t->table.headers)
		put_texts(b, t->table.headers, t->table.columns);
	for (const struct row *r = t->rows; r; r = r->next) {
		put_number(b, 1);
		put_texts(b, r->cells, t->table.columns);
	}
	put_number(b, 0);
}

static void put_block(struct buf *b, const struct block *k)
{
	put_number(b, k->kind);
	put_number(b, k->level);
	put(b, &k->lines, (ptrdiff_t)sizeof k->lines);
	put_text(b, k->text);
	put_text(b, k->label);
	put_number(b, k->nboxes);
	for (int i = 0; i < k->nboxes; i++)
		put_texts(b, (struct str[]){ k->boxes[i].word, k->boxes[i].name, k->boxes[i].date }, 3);
	if (k->kind == BLOCK_TABLE)
		put_table(b, k);
}

static void put_settings(struct buf *b, const struct pdf_settings *s)
{
	put_texts(b, (struct str[]){ s->title, s->author, s->header_left, s->header_right, s->footer_left }, 5);
	put(b, &s->made, (ptrdiff_t)sizeof s->made);
	put_number(b, s->landscape);
	put_number(b, s->gothic);
}

static void pack(struct buf *b, const struct pdf *p)
{
	put_settings(b, &p->s);
	for (const struct block *k = p->blocks; k; k = k->next)
		put_block(b, k);
}

/* ---- unpacking, in the child: texts point into what came ---- */

struct ask { struct arena *a; struct str rest; bool bad; };

static struct str take(struct ask *k, ptrdiff_t n)
{
	struct str s = str_sub(k->rest, 0, n);

	k->bad = k->bad || n < 0 || s.n != n;
	k->rest = str_sub(k->rest, s.n, k->rest.n);
	return k->bad ? S("") : s;
}

static void take_into(struct ask *k, void *to, ptrdiff_t n)
{
	struct str s = take(k, n);

	if (!k->bad)
		memcpy(to, s.p, (size_t)n);
}

static int take_number(struct ask *k)
{
	ptrdiff_t n = 0;

	take_into(k, &n, (ptrdiff_t)sizeof n);
	k->bad = k->bad || n < 0 || n > ASK_MAX;
	return k->bad ? 0 : (int)n;
}

static struct str take_text(struct ask *k)
{
	return take(k, take_number(k));
}

static const struct str *take_texts(struct ask *k, int n)
{
	struct str *s = new_n(k->a, struct str, n);

	for (int i = 0; i < n; i++)
		s[i] = take_text(k);
	return s;
}

static void take_table(struct ask *k, struct pdf *p)
{
	double widths[PDF_TABLE_COLUMNS];
	struct pdf_table t = { .columns = take_number(k), .labels = take_number(k) };
	bool headed = take_number(k);

	if (k->bad || t.columns < 1 || t.columns > PDF_TABLE_COLUMNS) {
		k->bad = true;
		return;
	}
	take_into(k, widths, t.columns * (ptrdiff_t)sizeof *widths);
	t.widths = widths;
	t.headers = headed ? take_texts(k, t.columns) : NULL;
	pdf_table_begin(p, &t);
	while (take_number(k))
		pdf_row(p, take_texts(k, t.columns));
	pdf_table_end(p);
}

static void take_block(struct ask *k, struct pdf *p)
{
	struct block b = { .kind = (enum block_kind)take_number(k), .level = take_number(k) };

	take_into(k, &b.lines, (ptrdiff_t)sizeof b.lines);
	b.text = take_text(k);
	b.label = take_text(k);
	b.nboxes = take_number(k);
	struct pdf_box *boxes = new_n(k->a, struct pdf_box, b.nboxes);
	for (int i = 0; i < b.nboxes && !k->bad; i++) {
		const struct str *s = take_texts(k, 3);
		boxes[i] = (struct pdf_box){ s[0], s[1], s[2] };
	}
	b.boxes = boxes;
	if (b.kind == BLOCK_TABLE)
		take_table(k, p);
	else if (!k->bad)
		pdf_block(p, &b);
}

static struct pdf_settings take_settings(struct ask *k)
{
	const struct str *s = take_texts(k, 5);
	struct pdf_settings set = { .title = s[0], .author = s[1], .header_left = s[2], .header_right = s[3], .footer_left = s[4] };

	take_into(k, &set.made, (ptrdiff_t)sizeof set.made);
	set.landscape = take_number(k);
	set.gothic = take_number(k);
	return set;
}

static struct pdf *unpack(struct ask *k)
{
	struct pdf_settings set = take_settings(k);
	struct pdf *p = pdf_new(k->a, &set);

	while (k->rest.n && !k->bad)
		take_block(k, p);
	return p;
}

static enum status read_all(int fd, struct buf *b)
{
	struct sys_file f = { .fd = fd };
	char piece[PIECE];

	for (;;) {
		ptrdiff_t n = sys_read_some(&f, piece, PIECE);
		if (n <= 0)
			return n ? ST_BROKEN : b->failed ? ST_TOO_BIG : ST_OK;
		buf_add(b, (struct str){ piece, n });
	}
}

static enum status set_in_child(struct sandbox_child *c)
{
	struct arena a = arena_make(0);
	struct buf in = buf_make(ASK_MAX), out = buf_make(c->left_);
	int pages;

	TRY(read_all(c->in, &in));
	struct ask k = { .a = &a, .rest = buf_str(&in) };
	struct pdf *p = unpack(&k);
	if (k.bad)
		return ST_BROKEN;
	TRY(pdf_write(p, &out, &pages));
	return sandbox_answer(c, buf_str(&out));
}

/* ---- many documents, in the child: one at a time, each with its length before it ---- */

/* The next part of what came; *ret_end at the end. */
static enum status next_part(struct sys_file *f, struct buf *b, bool *ret_end)
{
	ptrdiff_t n = 0, got = 0;
	char *p = (char *)&n;

	b->n = 0;
	*ret_end = false;
	for (; got < (ptrdiff_t)sizeof n; got += (ptrdiff_t)1) {
		ptrdiff_t r = sys_read_some(f, p + got, 1);
		if (r < 0 || (r == 0 && got))
			return ST_BROKEN;
		if (r == 0) {
			*ret_end = true;
			return ST_OK;
		}
	}
	char piece[4096];
	while (b->n < n) {
		ptrdiff_t r = sys_read_some(f, piece, MIN((ptrdiff_t)sizeof piece, n - b->n));
		if (r <= 0)
			return ST_BROKEN;
		buf_add(b, (struct str){ piece, r });
	}
	return b->failed ? ST_TOO_BIG : ST_OK;
}

static enum status answer(void *child, struct str bytes)
{
	return sandbox_answer(child, bytes);
}

static enum status add_parts(struct pdf_file *file, struct sys_file *f, struct buf *part)
{
	struct arena a = arena_make(0);
	struct arena_mark m = arena_mark(&a);
	enum status st = ST_OK;

	for (bool end = false; st == ST_OK; arena_reset(&a, m)) {
		st = next_part(f, part, &end);
		if (st != ST_OK || end)
			break;
		struct ask k = { .a = &a, .rest = buf_str(part) };
		struct pdf *p = unpack(&k);
		st = k.bad ? ST_BROKEN : pdf_file_add(file, p);
	}
	arena_free(&a);
	return st;
}

static enum status set_series_in_child(struct sandbox_child *c)
{
	struct arena a = arena_make(0);
	struct buf part = buf_make(ASK_MAX);
	struct sys_file f = { .fd = c->in };
	int64_t pages;
	bool none;

	TRY(next_part(&f, &part, &none));
	struct ask k = { .a = &a, .rest = str_dup(&a, buf_str(&part)) };
	struct pdf_settings s = take_settings(&k);
	if (k.bad)
		return ST_BROKEN;
	struct pdf_file *file = pdf_file_begin(&a, &s, answer, c);
	enum status st = add_parts(file, &f, &part), end = pdf_file_end(file, &pages);
	return st == ST_OK ? end : st;
}

/* ---- the door ---- */

/* Where Debian and others keep fonts, and what fontconfig knows about them. */
static const char *const fonts[] = {
	"/etc/fonts", "/usr/share/fonts", "/usr/share/fontconfig", "/usr/local/share/fonts", "/var/cache/fontconfig", "/etc/alternatives", NULL
};

enum status pdf_make(struct sandbox *s, const struct pdf *p, struct buf *out)
{
	struct buf ask = buf_make(ASK_MAX);
	ptrdiff_t before = out->n;
	struct sandbox_job job = { .fn = set_in_child, .readable = fonts, .threads = true, .has_bytes = true,
		.limits = { .memory = (int64_t)1 << 30, .output = MIN(out->max - out->n, ASK_MAX), .cpu_s = 60, .wall_ms = 120000 } };

	pack(&ask, p);
	job.bytes = buf_str(&ask);
	enum status st = ask.failed ? ST_TOO_BIG : sandbox_run(s, &job, sandbox_to_buf, out, NULL);
	buf_free(&ask);
	if (st != ST_OK)
		out->n = before;
	return st;
}

/* ---- many documents ---- */

struct pdf_series { struct buf ask, part; int64_t n; };

static void add_part(struct pdf_series *f)
{
	put_text(&f->ask, buf_str(&f->part));
	f->part.n = 0;
}

struct pdf_series *pdf_series_begin(struct arena *a, const struct pdf_settings *s)
{
	struct pdf_series *f = new(a, struct pdf_series);

	f->ask = buf_make(ASK_MAX);
	f->part = buf_make(ASK_MAX);
	put_settings(&f->part, s);
	add_part(f);
	return f;
}

enum status pdf_series_add(struct pdf_series *f, const struct pdf *p)
{
	pack(&f->part, p);
	add_part(f);
	f->n++;
	return f->ask.failed || f->part.failed ? ST_TOO_BIG : ST_OK;
}

void pdf_series_drop(struct pdf_series *f)
{
	if (!f)
		return;
	buf_free(&f->ask);
	buf_free(&f->part);
}

enum status pdf_series_make(struct sandbox *s, struct pdf_series *f, pdf_put *put_bytes, void *user)
{
	/* each document has its own time beside what the fonts need */
	struct sandbox_job job = { .fn = set_series_in_child, .readable = fonts, .threads = true, .has_bytes = true, .bytes = buf_str(&f->ask),
		.limits = { .memory = (int64_t)1 << 30, .output = SERIES_MAX, .cpu_s = 60 + (int)(f->n / 20), .wall_ms = 120000 + (int)MIN(f->n, 100000) * 100 } };
	enum status st = f->ask.failed ? ST_TOO_BIG : sandbox_run(s, &job, put_bytes, user, NULL);

	pdf_series_drop(f);
	return st;
}
