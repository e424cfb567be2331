/* csv_text.h - the bytes of a table of text as UTF-8, whatever they were; inside csv only. */
#pragma once
#include "format/charset.h"
#include "format/csv.h"

/* A text in memory. UTF-8, and what no encoding explains, comes back as it is (the reader names what is broken);
 * anything else is converted into *decoded, which the caller frees. ST_OK, ST_TOO_BIG, ST_UNAVAILABLE. */
struct csv_found { enum charset charset; bool flawed, valid; };   /* flawed: U+FFFD stands for a flaw; valid: known to be UTF-8 */
NODISCARD enum status csv_text_whole(struct str bytes, const struct csv_options *o, struct buf *decoded, struct str *ret,
	struct csv_found *ret_found);

/* A text from a source. As long as nothing but ASCII has come, the encoding stays open. */
struct csv_text {
	struct csv_source     source;
	enum charset          charset;
	bool                  decided, decoding, ended, failed;
	char                 *raw;            /* a piece as it came, when it had to be looked at first */
	ptrdiff_t             nraw, raw_at;
	struct charset_reader decoder;
	struct buf            out;            /* its UTF-8 */
	ptrdiff_t             out_at;
};
void      csv_text_open(struct csv_text *t, struct csv_source source, const struct csv_options *o);
ptrdiff_t csv_text_read(struct csv_text *t, char *to, ptrdiff_t room);   /* as csv_source.read */
bool      csv_text_flawed(const struct csv_text *t);                     /* U+FFFD stands for a malformed byte */
void      csv_text_close(struct csv_text *t);
