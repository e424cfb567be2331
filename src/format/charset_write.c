/* charset_write.c - writes CP932 through iconv; what it lacks gets a twin or a 〓. */
#include "format/charset_write.h"
#include "base/utf8.h"
#include <errno.h>
#include <iconv.h>

static const struct { uint32_t from, to; } twins[] = {
	{ 0x00A0, ' ' }, { 0x00A2, 0xFFE0 }, { 0x00A3, 0xFFE1 }, { 0x00A5, 0xFFE5 }, { 0x00A6, 0xFFE4 }, { 0x00AC, 0xFFE2 }, { 0x00AF, 0xFFE3 },
	{ 0x203E, 0xFFE3 }, { 0x2011, 0x2010 }, { 0x2012, 0x2010 }, { 0x2013, 0x2010 }, { 0x2014, 0x2015 }, { 0x2016, 0x2225 }, { 0x2022, 0x30FB },
	{ 0x2212, 0xFF0D }, { 0x301C, 0xFF5E }, { 0x2E3A, 0x2015 }, { 0x00B7, 0x30FB }, { 0x2713, 0x30EC }, { 0x2B55, 0x25CB }, { 0x2715, 0x00D7 },
};
enum { GETA = 0x3013 };

enum status charset_writer_open(struct charset_writer *w, enum charset c)
{
	*w = (struct charset_writer){ .charset = c };
	if (c == CHARSET_UTF8)
		return ST_OK;
	if (c != CHARSET_CP932)
		return ST_BAD_INPUT;
	iconv_t cd = iconv_open("CP932", "UTF-8");
	if (cd == (iconv_t)-1)
		return ST_UNAVAILABLE;
	w->cd_ = cd;
	return ST_OK;
}

void charset_writer_close(struct charset_writer *w)
{
	if (w->cd_)
		iconv_close(w->cd_);
	w->cd_ = NULL;
}

/* As much as CP932 has; gives how many bytes were taken. */
static ptrdiff_t convert(struct charset_writer *w, struct str s, struct buf *out)
{
	char piece[4096];
	union { const char *in; char *p; } from = { .in = s.p };     /* iconv's parameter lacks a const */
	size_t left = (size_t)s.n;

	while (left) {
		char *to = piece;
		size_t room = sizeof piece;
		size_t got = iconv(w->cd_, &from.p, &left, &to, &room);
		int why = got == (size_t)-1 ? errno : 0;
		buf_add(out, (struct str){ piece, to - piece });
		if (why && why != E2BIG)
			break;
	}
	return s.n - (ptrdiff_t)left;
}

static uint32_t twin_of(uint32_t c)
{
	for (ptrdiff_t i = 0; i < COUNT(twins); i++)
		if (twins[i].from == c)
			return twins[i].to;
	return 0;
}

static bool add_char(struct charset_writer *w, uint32_t c, struct buf *out)
{
	struct buf b = buf_make(8);

	utf8_add(&b, c);
	bool done = convert(w, buf_str(&b), out) == b.n;
	buf_free(&b);
	return done;
}

/* iconv turns ¥ and ‾ into the bytes of \\ and ~, which come back as those. Where the next of them is, or the end. */
static ptrdiff_t next_false_friend(struct str s)
{
	ptrdiff_t yen = str_find(s, S("\xc2\xa5")), over = str_find(s, S("\xe2\x80\xbe"));

	return yen < 0 ? (over < 0 ? s.n : over) : over < 0 ? yen : MIN(yen, over);
}

void charset_write(struct charset_writer *w, struct str s, struct buf *out)
{
	if (w->charset == CHARSET_UTF8) {
		buf_add(out, s);
		return;
	}
	while (s.n) {
		s = str_sub(s, convert(w, str_sub(s, 0, next_false_friend(s)), out), s.n);
		if (s.n == 0)
			return;
		ptrdiff_t at = 0;
		uint32_t c = utf8_next(s, &at), twin = twin_of(c);
		s = str_sub(s, at, s.n);
		if (twin && add_char(w, twin, out))
			continue;
		w->first_lost = w->lost ? w->first_lost : c;
		w->lost++;
		IGNORE(add_char(w, GETA, out));
	}
}
