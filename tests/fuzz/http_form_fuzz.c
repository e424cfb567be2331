/* http_form_fuzz.c - forms, queries, cookies, targets, hosts, languages from arbitrary bytes. */
#include "web/http.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str s = { (const char *)data, (ptrdiff_t)size };
	struct arena a = arena_make(64 << 20);
	struct http_pairs ps;
	struct http_target t;
	struct str host;
	struct buf b = buf_make(0);

	if (http_form(&a, s, &ps) == ST_OK)
		for (ptrdiff_t i = 0; i < ps.n; i++) {            /* what was read, written and read again, is the same */
			struct http_pairs again;
			b.n = 0;
			http_escape(&b, ps.p[i].value);
			must(http_form(&a, buf_str(&b), &again) == ST_OK);
			must(ps.p[i].value.n == 0 || str_eq(again.p[0].name, ps.p[i].value));
		}
	if (http_cookies(&a, s, &ps) == ST_OK)
		for (ptrdiff_t i = 0; i < ps.n; i++)
			must(http_header_safe(ps.p[i].value));
	if (http_target(&a, s, &t) == ST_OK)
		for (int i = 0; i < t.n; i++)
			must(str_find_char(t.segment[i], '/') < 0 && !str_eq(t.segment[i], S("..")));
	IGNORE(http_host(s, &host));
	(void)http_language(s);
	(void)http_local_path(s);
	buf_free(&b);
	arena_free(&a);
	return 0;
}
