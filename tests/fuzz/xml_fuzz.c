/* xml_fuzz.c - any bytes as XML, in pieces of the length that the first byte says: with and without the quick way the handlers are told
 * the same, and the end is the same. */
#include "format/xml.h"
#include "tests/fuzz/fuzz.h"
#include <assert.h>
#include <stdio.h>

#include "format/xml_testlog.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str in = { (const char *)data, (ptrdiff_t)size };
	ptrdiff_t step = in.n ? 1 + (unsigned char)in.p[0] : 1;
	int tags = size % 5 ? 1 << 30 : 7;
	struct buf quick, slow;

	in = str_sub(in, 1, in.n);
	/* by xml_feed(): */
	enum status st = xml_log_of(in, true, step, tags, &quick), expected = xml_log_of(in, false, in.n + 1, tags, &slow);
	assert(st == expected && str_eq(buf_str(&quick), buf_str(&slow)));
	buf_free(&quick);
	buf_free(&slow);
	return 0;
}
