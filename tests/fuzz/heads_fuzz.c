/* heads_fuzz.c - signed heads of the audit log, as somebody hands them to `audit verify`. */
#include "tests/fuzz/fuzz.h"
#include "record/audit_impl.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = arena_make(64 << 20);
	struct str file = { (const char *)data, (ptrdiff_t)size }, text;
	unsigned char sig[SIGN_BYTES];
	struct heads h;

	if (heads_split(file, &text, sig) == ST_OK)
		assert(text.n > 0 && text.n < file.n && text.p == file.p);
	else
		text = file;
	if (heads_parse(&a, text, &h) == ST_OK) {
		assert(h.number >= 0 && h.erasures >= 0);
		for (int i = 0; i < h.n; i++)
			assert(h.head[i].lane >= 0 && h.head[i].lane <= LANE_MAX && h.head[i].seq >= 0 && h.head[i].seq <= SEQ_MAX);
	}
	arena_free(&a);
	return 0;
}
