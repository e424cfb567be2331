/* csv_text.c - finds the encoding of a table of text and converts it, without a copy where it is UTF-8. */
#include "format/csv_text.h"
#include "base/utf8.h"
#include <stdlib.h>

enum { RAW = 64 << 10, AROUND = 128 << 10 };

/* What is worth converting. A text that is none of these is read as UTF-8, so that its first flaw gets a place. */
static bool convertible(enum charset c)
{
	return c == CHARSET_CP932 || c == CHARSET_EUC_JP || c == CHARSET_ISO_2022_JP || c == CHARSET_UTF16LE || c == CHARSET_UTF16BE ||
	       c == CHARSET_LATIN1;
}

static enum charset judge(struct str s, bool whole)
{
	ptrdiff_t bom;
	enum charset c = charset_detect(s, whole, &bom);

	return convertible(c) && c != CHARSET_LATIN1 ? c : CHARSET_UTF8;
}

/* Bytes that mean the same in every encoding that is told apart here: no high bit, no NUL (UTF-16), no ESC (JIS). */
static bool says_nothing(struct str s)
{
	unsigned char high = 0, special = 0;

	for (ptrdiff_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		high |= c;
		special |= c == 0 || c == 0x1B;
	}
	return !(high & 0x80) && !special;
}

/* Most files are UTF-8: the quick check comes first, and the slow judgement sees only what lies around the first doubt.
 * `whole` says that nothing follows, else a character may be cut at the end. */
static enum charset find_charset(struct str s, bool whole, bool *ret_valid)
{
	ptrdiff_t bad = utf8_bad(whole ? s : str_sub(s, 0, utf8_whole(s)));
	struct str head = str_sub(s, 0, RAW);

	*ret_valid = bad < 0;
	if (bad < 0 && str_find_char(head, 0) < 0 && str_find_char(head, 0x1B) < 0)
		return CHARSET_UTF8;
	ptrdiff_t from = bad < AROUND ? 0 : bad - RAW, to = MIN(s.n, MAX(bad, 0) + AROUND);
	return judge(str_sub(s, from, to), whole && to == s.n);
}

enum status csv_text_whole(struct str bytes, const struct csv_options *o, struct buf *decoded, struct str *ret,
	struct csv_found *ret_found)
{
	struct charset_reader cr;
	struct csv_found f = { .charset = o->charset };

	if (!o->charset_given)
		f.charset = find_charset(bytes, true, &f.valid);
	*ret_found = f;
	*ret = bytes;
	if (!convertible(f.charset))
		return ST_OK;
	TRY(charset_open(&cr, f.charset));
	for (ptrdiff_t at = 0; at < bytes.n && !decoded->failed; at += RAW)
		charset_add(&cr, str_sub(bytes, at, at + RAW), at + RAW >= bytes.n, decoded);
	ret_found->flawed = cr.replaced > 0;
	ret_found->valid = false;
	charset_close(&cr);
	*ret = buf_str(decoded);
	return decoded->failed ? ST_TOO_BIG : ST_OK;
}

/* ---- from a source ---- */

void csv_text_open(struct csv_text *t, struct csv_source source, const struct csv_options *o)
{
	*t = (struct csv_text){ .source = source, .decided = o->charset_given, .charset = o->charset_given ? o->charset : CHARSET_UTF8,
		.out = buf_make(RAW * 4) };
	t->raw = malloc(RAW);
	if (!t->raw)
		abort();
	if (t->decided && convertible(t->charset)) {
		t->decoding = true;
		t->failed = charset_open(&t->decoder, t->charset) != ST_OK;
	}
}

void csv_text_close(struct csv_text *t)
{
	if (t->decoding)
		charset_close(&t->decoder);
	if (t->raw)
		wipe(t->raw, RAW);
	free(t->raw);
	buf_free(&t->out);
	*t = (struct csv_text){ .ended = true };
}

bool csv_text_flawed(const struct csv_text *t)
{
	return t->decoding && t->decoder.replaced > 0;
}

/* A full piece of the source in `raw`, less only at its end. */
static void fetch(struct csv_text *t)
{
	t->nraw = t->raw_at = 0;
	while (!t->ended && t->nraw < RAW) {
		ptrdiff_t got = t->source.read(t->source.context, t->raw + t->nraw, RAW - t->nraw);
		t->ended = got <= 0;
		t->failed |= got < 0;
		t->nraw += MAX(got, 0);
	}
}

static void decide(struct csv_text *t)
{
	struct str piece = { t->raw, t->nraw };

	if (says_nothing(piece))
		return;
	t->decided = true;
	bool valid;
	t->charset = find_charset(piece, t->ended, &valid);
	if (convertible(t->charset)) {
		t->decoding = true;
		t->failed |= charset_open(&t->decoder, t->charset) != ST_OK;
	}
}

static ptrdiff_t hand_out(const char *from, ptrdiff_t *at, ptrdiff_t n, char *to, ptrdiff_t room)
{
	ptrdiff_t part = MIN(n - *at, room);

	memcpy(to, from + *at, (size_t)part);
	*at += part;
	return part;
}

ptrdiff_t csv_text_read(struct csv_text *t, char *to, ptrdiff_t room)
{
	for (;;) {
		if (t->failed)
			return -1;
		if (t->out_at < t->out.n)
			return hand_out(t->out.p, &t->out_at, t->out.n, to, room);
		if (t->raw_at == t->nraw) {
			if (t->ended)
				return 0;
			if (t->decided && !t->decoding) {
				ptrdiff_t got = t->source.read(t->source.context, to, room);
				t->ended = got <= 0;
				return got;
			}
			fetch(t);
			if (!t->decided)
				decide(t);
			if (t->failed)
				return -1;
		}
		if (t->decoding) {
			t->out.n = t->out_at = 0;
			charset_add(&t->decoder, (struct str){ t->raw, t->nraw }, t->ended, &t->out);
			t->failed |= t->out.failed;
			t->raw_at = t->nraw;
		} else if (t->raw_at < t->nraw) {
			return hand_out(t->raw, &t->raw_at, t->nraw, to, room);
		}
	}
}
