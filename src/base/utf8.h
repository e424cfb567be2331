/* utf8.h - reading and writing UTF-8, and the folding used for search and matching. */
#pragma once
#include "base/base.h"

enum { UTF8_BAD = 0xFFFD };

/* Decodes the code point at *at and moves *at past it; malformed bytes give UTF8_BAD, one byte each. */
uint32_t   utf8_next(struct str s, ptrdiff_t *at);
bool       utf8_valid(struct str s);
ptrdiff_t  utf8_bad(struct str s);                           /* offset of the first malformed byte, or -1; quick */
ptrdiff_t  utf8_whole(struct str s);                         /* length without an unfinished character at the end */
void       utf8_add(struct buf *b, uint32_t c);
ptrdiff_t  utf8_length(struct str s);                        /* code points */
ptrdiff_t  utf8_width(struct str s);                         /* columns: wide characters count two */
struct str utf8_clip(struct str s, ptrdiff_t max_bytes);     /* cut at a character, never inside one */

/* On one line: each run of line breaks becomes a space. */
struct str utf8_one_line(struct arena *a, struct str s);
/* NFKC, without changing letters otherwise: full-width digits become plain, half-width kana whole. */
struct str utf8_nfkc(struct arena *a, struct str s);
/* The form in which two spellings of one thing are equal: NFKC, small letters, hiragana as katakana,
 * variant kanji (髙 to 高, 﨑 to 崎, 邊 to 辺 ...), every dash and wave as '-', no white space. */
struct str utf8_fold(struct arena *a, struct str s);
