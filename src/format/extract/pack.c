/* pack.c - gz, tar and zip, inside each other. */
#include "format/extract/inside.h"
#include "base/utf8.h"
#include "format/zip.h"
#include <stdlib.h>
#include <zlib.h>

enum { PIECE = 64 << 10, BLOCK = 512 };

static void *make(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		abort();
	return p;
}

/* A name from an archive, in whatever encoding. */
static struct str name_utf8(struct arena *a, struct str raw)
{
	struct str name;
	enum charset c;

	if (charset_to_utf8(a, raw, 64 << 10, &name, &c) == ST_OK)
		return name;
	struct buf b CLEANUP(buf_free) = buf_make(64 << 10);
	for (ptrdiff_t at = 0; at < raw.n; )
		utf8_add(&b, utf8_next(raw, &at));
	return str_dup(a, buf_str(&b));
}

/* ---- gz: its content takes the place of the file ---- */

struct gzip {
	struct extract *x;
	struct part    *content;
	z_stream        z;
	int64_t         in, out;
	bool            ready, done, stopped, damaged;
};

static void *gzip_open(struct extract *x, struct extract_kind k)
{
	struct gzip *g = make(sizeof *g);

	(void)k;
	g->x = x;
	g->content = part_open(x, S(""));
	g->stopped = !g->content;
	g->ready = inflateInit2(&g->z, 31) == Z_OK;
	g->damaged = !g->ready;
	return g;
}

static bool inflate_piece(struct gzip *g, unsigned char *out)
{
	g->z.next_out = out;
	g->z.avail_out = PIECE;
	uInt before = g->z.avail_in;
	int r = inflate(&g->z, Z_NO_FLUSH);
	int64_t n = PIECE - (int64_t)g->z.avail_out;
	g->in += before - g->z.avail_in;
	g->out += n;
	part_push(g->content, (struct str){ (const char *)out, (ptrdiff_t)n });
	if (!extract_count(g->x, n, g->out, g->in)) {
		g->stopped = true;
		return false;
	}
	g->done = r == Z_STREAM_END;
	g->damaged = r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR;
	return !g->damaged;
}

static void gzip_push(void *r, struct str piece)
{
	struct gzip *g = r;
	unsigned char *out = g->stopped || g->damaged ? NULL : malloc(PIECE);
	union { const char *in; unsigned char *p; } u = { .in = piece.p };

	g->z.next_in = u.p;
	g->z.avail_in = (uInt)piece.n;
	while (out && g->x->st == ST_OK) {
		if (g->done && g->z.avail_in) {               /* another member follows, or padding */
			if (*g->z.next_in != 0x1F || inflateReset(&g->z) != Z_OK)
				break;
			g->done = false;
		}
		if (!inflate_piece(g, out) || (g->z.avail_in == 0 && g->z.avail_out > 0) || (g->done && g->z.avail_in == 0))
			break;
	}
	free(out);
}

static void gzip_close(void *r)
{
	struct gzip *g = r;

	if (g->ready)
		inflateEnd(&g->z);
	part_close(g->content);
	if (g->damaged || (!g->done && !g->stopped))
		extract_unread(g->x, EXTRACT_damaged);
	free(g);
}

const struct reader gzip_reader = { gzip_open, gzip_push, gzip_close };

/* ---- tar ---- */

struct tar {
	struct extract *x;
	char            block[BLOCK];
	ptrdiff_t       nblock;
	int64_t         left, pad;          /* of the member's data, and of its padding */
	struct part    *content;
	struct buf      extra;              /* data of a header that tells about the next one */
	char            extra_type;
	struct buf      name;               /* told by such a header */
	int64_t         size;               /* likewise, or -1 */
	bool            stopped, ended;
};

static void *tar_open(struct extract *x, struct extract_kind k)
{
	struct tar *t = make(sizeof *t);

	(void)k;
	*t = (struct tar){ .x = x, .extra = buf_make(64 << 10), .name = buf_make(64 << 10), .size = -1 };
	return t;
}

/* Octal, or binary with the first bit set. -1 when it is neither. */
static int64_t tar_number(const char *p, int n)
{
	int64_t v = 0;

	if (p[0] & 0x80) {
		for (int i = 1; i < n; i++) {
			if (v >> 54)
				return -1;
			v = v << 8 | (unsigned char)p[i];
		}
		return v;
	}
	for (int i = 0; i < n && p[i]; i++) {
		if (p[i] >= '0' && p[i] <= '7')
			v = v << 3 | (p[i] - '0');
		else if (p[i] != ' ')
			return -1;
	}
	return v;
}

static bool tar_checks(const char *b)
{
	int64_t sum = 0;

	for (int i = 0; i < BLOCK; i++)
		sum += i >= 148 && i < 156 ? ' ' : (unsigned char)b[i];
	return sum == tar_number(b + 148, 8);
}

static struct str field(const char *p, ptrdiff_t n)
{
	return (struct str){ p, (ptrdiff_t)strnlen(p, (size_t)n) };
}

/* Records "LEN key=value\n" of a pax header. */
static void take_pax(struct tar *t, struct str s)
{
	struct str line;

	while (str_cut(&s, '\n', &line)) {
		ptrdiff_t space = str_find_char(line, ' '), eq = str_find_char(line, '=');
		if (space < 0 || eq < space)
			continue;
		struct str key = str_sub(line, space + 1, eq), value = str_sub(line, eq + 1, line.n);
		if (str_eq(key, S("path"))) {
			t->name.n = 0;
			buf_add(&t->name, value);
		} else if (str_eq(key, S("size"))) {
			int64_t v = 0;
			for (ptrdiff_t i = 0; i < value.n && value.p[i] >= '0' && value.p[i] <= '9' && !(v >> 54); i++)
				v = v * 10 + (value.p[i] - '0');
			t->size = v;
		}
	}
}

static void end_member(struct tar *t)
{
	part_close(t->content);
	t->content = NULL;
	if (t->extra_type == 'x') {
		take_pax(t, buf_str(&t->extra));
	} else if (t->extra_type == 'L') {
		t->name.n = 0;
		buf_add(&t->name, field(t->extra.p ? t->extra.p : "", t->extra.n));
	}
	t->extra.n = 0;
	t->extra.failed = false;
	t->extra_type = 0;
}

static void open_content(struct tar *t)
{
	struct arena a = arena_make(1 << 20);
	struct buf full CLEANUP(buf_free) = buf_make(64 << 10);

	if (t->name.n) {
		buf_add(&full, buf_str(&t->name));
	} else {
		struct str prefix = memcmp(t->block + 257, "ustar\0", 6) == 0 ? field(t->block + 345, 155) : S("");
		buf_add(&full, prefix);
		if (prefix.n)
			buf_char(&full, '/');
		buf_add(&full, field(t->block, 100));
	}
	t->content = part_open(t->x, name_utf8(&a, buf_str(&full)));
	if (!t->content && t->x->members >= t->x->l.members)
		t->stopped = true;
	arena_free(&a);
}

static void take_header(struct tar *t)
{
	char type = t->block[156];
	bool zero = true;

	for (int i = 0; i < BLOCK && zero; i++)
		zero = t->block[i] == 0;
	if (zero) {
		t->ended = true;
		return;
	}
	int64_t size = tar_number(t->block + 124, 12);
	if (!tar_checks(t->block) || size < 0) {
		extract_unread(t->x, EXTRACT_damaged);
		t->stopped = true;
		return;
	}
	t->ended = false;
	if (type == 'x' || type == 'L') {
		t->extra_type = type;
	} else {
		if (t->size >= 0)
			size = t->size;
		if (type == 0 || type == '0' || type == '7')
			open_content(t);
		if (type != 'g' && type != 'K') {
			t->name.n = 0;
			t->size = -1;
		}
	}
	if (type >= '1' && type <= '6')
		size = 0;                             /* links, devices and folders have no data */
	t->left = size;
	t->pad = (BLOCK - size % BLOCK) % BLOCK;
	if (size == 0)
		end_member(t);
}

static void tar_push(void *r, struct str s)
{
	struct tar *t = r;

	while (s.n && !t->stopped && t->x->st == ST_OK) {
		if (t->left) {
			struct str data = str_sub(s, 0, (ptrdiff_t)MIN(t->left, s.n));
			if (t->extra_type)
				buf_add(&t->extra, data);
			else if (t->content)
				part_push(t->content, data);
			t->left -= data.n;
			s = str_sub(s, data.n, s.n);
			if (t->left == 0)
				end_member(t);
		} else if (t->pad) {
			ptrdiff_t n = (ptrdiff_t)MIN(t->pad, s.n);
			t->pad -= n;
			s = str_sub(s, n, s.n);
		} else {
			ptrdiff_t n = MIN(BLOCK - t->nblock, s.n);
			memcpy(t->block + t->nblock, s.p, (size_t)n);
			t->nblock += n;
			s = str_sub(s, n, s.n);
			if (t->nblock == BLOCK) {
				t->nblock = 0;
				take_header(t);
			}
		}
	}
}

static void tar_close(void *r)
{
	struct tar *t = r;
	bool cut = t->left || t->nblock;

	if (t->left)
		t->extra_type = 0;
	end_member(t);
	if (cut && !t->stopped)
		extract_unread(t->x, EXTRACT_damaged);
	buf_free(&t->extra);
	buf_free(&t->name);
	free(t);
}

const struct reader tar_reader = { tar_open, tar_push, tar_close };

/* ---- zip ---- */

struct unpacking { struct extract *x; struct part *p; bool stopped; };

static enum status take_piece(void *user, struct str piece)
{
	struct unpacking *u = user;

	if (!extract_count(u->x, piece.n, 0, 0)) {
		u->stopped = true;
		return ST_TOO_BIG;
	}
	part_push(u->p, piece);
	return u->x->st;
}

static enum extract_why why_of(enum status st)
{
	return st == ST_TOO_BIG ? EXTRACT_ratio : st == ST_DENIED ? EXTRACT_encrypted : EXTRACT_damaged;
}

void read_zip_member(struct extract *x, struct zip_reader *z, struct zip_member m)
{
	struct unpacking u = { .x = x, .p = part_open(x, m.name) };

	if (!u.p)
		return;
	if (m.encrypted) {
		part_drop(u.p, EXTRACT_encrypted);
		return;
	}
	enum status st = zip_read(z, m.index, take_piece, &u);
	if (st == ST_OK || u.stopped || x->st != ST_OK)
		part_close(u.p);
	else
		part_drop(u.p, why_of(st));
}

void read_zip(struct extract *x, struct str bytes, int fd)
{
	struct arena a = arena_make(0);
	struct zip_limits l = { .members = x->l.members, .member_bytes = INT64_MAX, .total_bytes = INT64_MAX,    /* counted here */
	                        .ratio = x->l.ratio };
	struct zip_reader *z;
	enum status st = fd >= 0 ? zip_open_fd(&a, fd, &l, &z) : zip_open_bytes(&a, bytes, &l, &z);

	if (st != ST_OK) {
		extract_unread(x, st == ST_TOO_BIG ? EXTRACT_too_many : EXTRACT_damaged);
		arena_free(&a);
		return;
	}
	if (!read_document(x, &a, z, bytes, fd)) {
		for (ptrdiff_t i = 0; i < zip_members(z) && x->st == ST_OK && x->unpacked <= x->l.total_bytes; i++) {
			struct arena_mark mark = arena_mark(&a);
			struct zip_member m = zip_member_at(z, i);
			if (!m.folder)
				read_zip_member(x, z, m);
			arena_reset(&a, mark);
			if (x->members >= x->l.members)
				break;
		}
	}
	zip_reader_close(z);
	arena_free(&a);
}
