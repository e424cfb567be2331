/* http_multipart_fuzz.c - multipart bodies: the first line of the input is the Content-Type. */
#include "web/http.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = { (const char *)data, (ptrdiff_t)size }, type, boundary;
	struct arena a = arena_make(64 << 20);
	struct http_parts ps;

	if (size && str_cut(&rest, '\n', &type) && rest.p && http_boundary(type, &boundary) == ST_OK &&
	    http_multipart(&a, boundary, rest, &ps) == ST_OK)
		for (ptrdiff_t i = 0; i < ps.n; i++)
			if (str_find_char(ps.p[i].filename, '/') >= 0 || str_find_char(ps.p[i].filename, '\\') >= 0)
				abort();
	arena_free(&a);
	return 0;
}
