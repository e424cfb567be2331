/* pdf_make.c - hands the blocks of a document to a confined child that sets it: the libraries of fonts and pages never run
 * beside keys. Both ends are this program, so numbers go as they lie in memory. */
#include "format/pdf_model.h"
#include "sys/sandbox.h"
#include "sys/stream.h"

enum { ASK_MAX = 256 << 20, PIECE = 64 << 10 };

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

static void pack(struct buf *b, const struct pdf *p)
{
	const struct pdf_settings *s = &p->s;

	put_texts(b, (struct str[]){ s->title, s->author, s->header_left, s->header_right, s->footer_left }, 5);
	put(b, &s->made, (ptrdiff_t)sizeof s->made);
	put_number(b, s->landscape);
	put_number(b, s->gothic);
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

static struct pdf *unpack(struct ask *k)
{
	const struct str *s = take_texts(k, 5);
	struct pdf_settings set = { .title = s[0], .author = s[1], .header_left = s[2], .header_right = s[3], .footer_left = s[4] };

	take_into(k, &set.made, (ptrdiff_t)sizeof set.made);
	set.landscape = take_number(k);
	set.gothic = take_number(k);
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
