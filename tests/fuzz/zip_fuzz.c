/* zip_fuzz.c - any bytes as a zip archive: within small limits every member is listed, found and unpacked, or refused. */
#include "format/zip.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>

static enum status count(void *user, struct str piece)
{
	int64_t *total = user;

	assert(piece.n > 0 && piece.n <= 64 << 10);
	*total += piece.n;
	return ST_OK;
}

/* Names of these characters are found as they are listed; others may have been read in another encoding. */
static bool plain(struct str name)
{
	for (ptrdiff_t i = 0; i < name.n; i++)
		if (name.p[i] <= ' ' || name.p[i] > '~')
			return false;
	return name.n > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct zip_limits limits = { .members = 50, .member_bytes = 1 << 20, .total_bytes = 3 << 20, .ratio = 200 };
	struct arena a = arena_make(64 << 20);
	struct zip_reader *z;

	if (zip_open_bytes(&a, (struct str){ (const char *)data, (ptrdiff_t)size }, &limits, &z) == ST_OK) {
		assert(zip_members(z) <= limits.members);
		for (ptrdiff_t i = 0; i < zip_members(z); i++) {
			struct zip_member m = zip_member_at(z, i), same;
			struct str all;
			int64_t total = 0;
			assert(m.index == i);
			if (plain(m.name))
				assert(zip_find(z, m.name, &same) == ST_OK && str_eq_nocase(same.name, m.name));
			enum status st = zip_read(z, i, count, &total);
			assert(st == ST_OK || st == ST_BAD_INPUT || st == ST_DENIED || st == ST_TOO_BIG);
			assert(total <= limits.member_bytes);
			if (st == ST_OK && zip_read_all(z, &a, i, 1 << 20, &all) == ST_OK)
				assert(all.n == total);
		}
		zip_reader_close(z);
	}
	arena_free(&a);
	return 0;
}
