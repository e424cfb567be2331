/* charset_write.h - UTF-8 into the encoding a reader asks for. */
#pragma once
#include "format/charset.h"

/* CP932 lacks most characters of Unicode. Those with a twin there become it (〜 ～, − －, ¥ ￥, — ―, no-break space);
 * any other becomes 〓, as Japanese printers have always marked a missing type, and is counted. */
struct charset_writer {
	enum charset charset;
	int64_t      lost;            /* characters that became 〓 */
	uint32_t     first_lost;      /* the first of them */
	void        *cd_;
};
/* CHARSET_UTF8 or CHARSET_CP932. ST_OK, ST_BAD_INPUT (another), ST_UNAVAILABLE (the system lacks the converter). */
NODISCARD enum status charset_writer_open(struct charset_writer *w, enum charset c);
void charset_write(struct charset_writer *w, struct str utf8, struct buf *out);      /* whole characters */
void charset_writer_close(struct charset_writer *w);
