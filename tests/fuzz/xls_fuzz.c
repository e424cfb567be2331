/* xls_fuzz.c - any bytes as the stream of an old workbook: what is passed on is well-formed UTF-8, in the order of a table. */
#include "base/utf8.h"
#include "format/charset.h"
#include "format/xls.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>

struct told { bool in_sheet; int64_t row; int64_t bytes; };

static enum status on_sheet(void *user, struct str name, bool hidden)
{
	struct told *t = user;

	(void)hidden;
	assert(utf8_valid(name));
	t->in_sheet = true;
	t->row = 0;
	return ST_OK;
}

static enum status on_row(void *user, const struct sheet_row *r)
{
	struct told *t = user;

	assert(t->in_sheet && r->row > t->row && r->n > 0);
	t->row = r->row;
	for (int i = 0; i < r->n; i++) {
		assert(r->cell[i].column > (i ? r->cell[i - 1].column : 0) && r->cell[i].text.n > 0 && utf8_valid(r->cell[i].text));
		t->bytes += r->cell[i].text.n;
	}
	return t->bytes > 1 << 20 ? ST_CONFLICT : ST_OK;
}

static enum status on_merged(void *user, struct cell_range range)
{
	(void)user, (void)range;
	return ST_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct told t = { .in_sheet = false };
	struct arena a = arena_make(0);
	struct sheet_sink sink = { on_sheet, on_row, on_merged, &t };
	bool unsaved;
	enum status st = xls_read(&a, (struct str){ (const char *)data, (ptrdiff_t)size }, sink, &unsaved);

	assert(st == ST_OK || st == ST_BAD_INPUT || st == ST_DENIED || (st == ST_CONFLICT && t.bytes > 1 << 20));
	arena_free(&a);
	return 0;
}
