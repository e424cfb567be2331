/* charset_fuzz.c - any bytes in any encoding become well-formed UTF-8, and the same UTF-8 wherever they are cut. */
#include "base/utf8.h"
#include "format/charset.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>

static struct buf convert(struct str in, enum charset c, ptrdiff_t cut)
{
	struct charset_reader r;
	struct buf out = buf_make(0);

	assert(charset_open(&r, c) == ST_OK);
	charset_add(&r, str_sub(in, 0, cut), false, &out);
	charset_add(&r, str_sub(in, cut, in.n), true, &out);
	charset_close(&r);
	assert(utf8_valid(buf_str(&out)));
	return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, (ptrdiff_t)size };
	struct arena a = arena_make(0);
	struct str text;
	enum charset found;
	ptrdiff_t bom;

	if (in.n < 1 || in.n > 4096)
		return 0;
	ptrdiff_t cut = (unsigned char)in.p[0] % in.n;
	in = str_sub(in, 1, in.n);
	enum charset detected = charset_detect(in, true, &bom);
	assert(bom >= 0 && bom <= in.n);
	enum status st = charset_to_utf8(&a, in, 1 << 20, &text, &found);
	assert(detected == CHARSET_BINARY ? st == ST_BAD_INPUT : st == ST_OK && found == detected && utf8_valid(text));
	for (enum charset c = 0; c < CHARSET_BINARY; c++) {
		struct buf whole = convert(in, c, 0), parts = convert(in, c, cut);
		assert(str_eq(buf_str(&whole), buf_str(&parts)));
		buf_free(&whole);
		buf_free(&parts);
	}
	arena_free(&a);
	return 0;
}
