/* charset.h - which encoding a text is in, and its conversion to UTF-8, whole or in pieces. */
#pragma once
#include "base/base.h"

enum charset {
	CHARSET_UTF8,             /* ASCII too */
	CHARSET_UTF16LE, CHARSET_UTF16BE,
	CHARSET_CP932,            /* Shift_JIS as Windows writes it */
	CHARSET_EUC_JP,
	CHARSET_ISO_2022_JP,      /* JIS, with half-width kana */
	CHARSET_LATIN1,           /* Windows-1252: only where a text names it */
	CHARSET_BINARY,           /* no text */
	CHARSET_MAX
};

const char *charset_name(enum charset c);                   /* "UTF-8", as IANA writes it */
/* The charset of a name as mails, HTML and XML write it ("shift_jis", "windows-31j", "iso-2022-jp" ...).
 * CHARSET_BINARY when it is none of these; "us-ascii" is UTF-8. */
enum charset charset_of_name(struct str name);

/* Judges from the beginning of a text; `whole` says that `head` is all of it, else a character may be cut at its end.
 * A byte order mark decides; then ESC sequences, strict UTF-8, zero bytes as in UTF-16; then CP932 against EUC-JP by
 * validity and by how usual the characters are. *ret_bom: bytes of byte order mark to skip. */
enum charset charset_detect(struct str head, bool whole, ptrdiff_t *ret_bom);

/* Opens the converters once. Call it before sandbox_start: in a sandbox none can be loaded. */
void charset_prepare(void);

/* Conversion in pieces. A malformed byte becomes U+FFFD and is counted; nothing else is dropped. */
struct charset_reader {
	enum charset charset;
	int64_t      replaced;    /* U+FFFD written for malformed input */
	void        *cd_;
	char         rest_[8];    /* a character cut at the end of the last piece */
	ptrdiff_t    nrest_;
};
/* ST_OK; ST_BAD_INPUT for CHARSET_BINARY, ST_UNAVAILABLE when the system lacks the converter. */
NODISCARD enum status charset_open(struct charset_reader *r, enum charset c);
/* Adds the UTF-8 of `in` to `out`; `last` says that nothing follows. Check out->failed. */
void charset_add(struct charset_reader *r, struct str in, bool last, struct buf *out);
void charset_close(struct charset_reader *r);

/* Detects, skips the byte order mark, converts; UTF-8 without flaw comes back as it is, without a copy.
 * ST_OK, ST_BAD_INPUT (no text), ST_TOO_BIG (over `max` bytes of UTF-8), ST_UNAVAILABLE. */
NODISCARD enum status charset_to_utf8(struct arena *a, struct str in, ptrdiff_t max, struct str *ret, enum charset *ret_charset);
