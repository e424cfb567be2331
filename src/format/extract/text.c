/* text.c - plain text in any encoding, JSON escapes, and the way into markup. */
#include "format/extract/inside.h"
#include "base/utf8.h"
#include <stdlib.h>

struct text {
	struct extract        *x;
	struct extract_kind    kind;
	struct charset_reader  cs;
	ptrdiff_t              skip;          /* of the byte order mark, still to come */
	bool                   ascii;         /* nothing but ASCII so far: the encoding is still open */
	struct json_unescape   json;
	struct markup         *markup;
	struct buf             utf8, plain;
};

/* ---- JSON: "\u5c71\u7530" is how many programs write names ---- */

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four hex digits after "\u"; -1 when they are none. */
static int unit_at(struct str s, ptrdiff_t at)
{
	int u = 0;

	if (s.n - at < 6 || s.p[at] != '\\' || s.p[at + 1] != 'u')
		return -1;
	for (int i = 2; i < 6; i++) {
		int h = hex(s.p[at + i]);
		if (h < 0)
			return -1;
		u = u << 4 | h;
	}
	return u;
}

/* One escape at the front of `s`: its length; 0 when more bytes may belong to it. */
static ptrdiff_t unescape_one(struct str s, bool last, struct buf *out)
{
	if (s.n < 12 && !last)
		return 0;
	int u = unit_at(s, 0), low = u >= 0xD800 && u < 0xDC00 ? unit_at(s, 6) : -1;
	if (low >= 0xDC00 && low < 0xE000) {
		utf8_add(out, 0x10000 + (((uint32_t)u & 0x3FF) << 10) + ((uint32_t)low & 0x3FF));
		return 12;
	}
	if (u >= 0x20 && !(u >= 0xD800 && u < 0xE000)) {
		utf8_add(out, (uint32_t)u);
		return 6;
	}
	buf_add(out, str_sub(s, 0, 2));               /* \n, \", \\ and the like stay */
	return MIN(2, s.n);
}

void json_unescape(struct json_unescape *j, struct str in, bool last, struct buf *out)
{
	if (j->nrest) {                               /* an escape cut by the last piece, completed from this one */
		struct buf joint = buf_make(0);
		ptrdiff_t take = MIN(in.n, 24);
		buf_add(&joint, (struct str){ j->rest, j->nrest });
		buf_add(&joint, str_sub(in, 0, take));
		j->nrest = 0;
		bool end = last && take == in.n;
		if (joint.n < 12 && !end) {
			memcpy(j->rest, joint.p, (size_t)joint.n);
			j->nrest = joint.n;
			buf_free(&joint);
			return;
		}
		ptrdiff_t used = unescape_one(buf_str(&joint), end, out), over = joint.n - take;
		if (end) {
			json_unescape(j, str_sub(buf_str(&joint), used, joint.n), true, out);
			in.n = 0;
		} else if (used >= over) {
			in = str_sub(in, used - over, in.n);
		} else {                              /* the escape was shorter than what had been kept */
			struct str kept = str_sub(buf_str(&joint), used, over);
			struct buf again = buf_make(0);
			buf_add(&again, kept);
			buf_add(&again, in);
			json_unescape(j, buf_str(&again), last, out);
			buf_free(&again);
			in.n = 0;
		}
		buf_free(&joint);
	}
	while (in.n) {
		ptrdiff_t at = str_find_char(in, '\\');
		buf_add(out, str_sub(in, 0, at < 0 ? in.n : at));
		if (at < 0)
			return;
		in = str_sub(in, at, in.n);
		ptrdiff_t used = unescape_one(in, last, out);
		if (used == 0) {
			memcpy(j->rest, in.p, (size_t)in.n);
			j->nrest = in.n;
			return;
		}
		in = str_sub(in, used, in.n);
	}
}

/* ---- the reader ---- */

static void *text_open(struct extract *x, struct extract_kind k)
{
	struct text *t = calloc(1, sizeof *t);

	if (!t)
		abort();
	*t = (struct text){ .x = x, .kind = k, .skip = k.bom, .ascii = k.charset == CHARSET_UTF8 && !k.bom,
	                    .utf8 = buf_make(0), .plain = buf_make(0) };
	if (charset_open(&t->cs, k.charset) != ST_OK) {
		extract_unread(x, EXTRACT_unreadable);
		t->kind.format = EXTRACT_IS_BINARY;
		return t;
	}
	text_begin(x);
	if (k.format == EXTRACT_IS_HTML || k.format == EXTRACT_IS_XML)
		t->markup = markup_make(x, k.format == EXTRACT_IS_HTML);
	return t;
}

static void deliver(struct text *t, bool last)
{
	struct str s = buf_str(&t->utf8);

	if (t->markup) {
		markup_push(t->markup, s, last);
	} else if (t->kind.format == EXTRACT_IS_JSON) {
		json_unescape(&t->json, s, last, &t->plain);
		text_add(t->x, buf_str(&t->plain));
		t->plain.n = 0;
	} else {
		text_add(t->x, s);
	}
	t->utf8.n = 0;
}

/* A text may be ASCII for megabytes before its first Japanese letter says what it is in. */
static void settle_charset(struct text *t, struct str piece)
{
	ptrdiff_t bom, at = 0;

	while (at < piece.n && !(piece.p[at] & 0x80))
		at++;
	if (at == piece.n)
		return;
	t->ascii = false;
	enum charset c = charset_detect(str_sub(piece, at, piece.n), false, &bom);
	if (c == CHARSET_CP932 || c == CHARSET_EUC_JP || c == CHARSET_LATIN1) {
		charset_close(&t->cs);
		if (charset_open(&t->cs, c) != ST_OK)
			abort();                      /* it is no conversion we lack, but memory */
	}
}

static void text_push(void *r, struct str piece)
{
	struct text *t = r;

	if (t->kind.format == EXTRACT_IS_BINARY || t->x->st != ST_OK)
		return;
	ptrdiff_t skip = MIN(t->skip, piece.n);
	t->skip -= skip;
	piece = str_sub(piece, skip, piece.n);
	if (t->ascii)
		settle_charset(t, piece);
	for (ptrdiff_t at = 0; at < piece.n; at += 64 << 10) {
		charset_add(&t->cs, str_sub(piece, at, at + (64 << 10)), false, &t->utf8);
		deliver(t, false);
	}
}

static void text_close(void *r)
{
	struct text *t = r;

	if (t->kind.format != EXTRACT_IS_BINARY) {
		charset_add(&t->cs, S(""), true, &t->utf8);
		deliver(t, true);
		charset_close(&t->cs);
		text_end(t->x);
	}
	markup_free(t->markup);
	buf_free(&t->utf8);
	buf_free(&t->plain);
	free(t);
}

const struct reader text_reader = { text_open, text_push, text_close };
