/* value_fuzz.c - any text as the value of a field of every kind: what is accepted, printed in either language, reads back
 * as the same value; packed, it comes out the same. And any bytes as a packed record. */
#include "record/value.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>

static const struct choice choices[] = { { "low", { SLIT("軽微"), SLIT("Minor") }, "小;軽い" }, { "high", { SLIT("重大"), SLIT("Major") }, NULL }, { 0 } };
static const struct field fields[] = {
	{ .name = "text",   .kind = FK_TEXT,    .max = 200 },
	{ .name = "long",   .kind = FK_LONG_TEXT },
	{ .name = "number", .kind = FK_NUMBER },
	{ .name = "money",  .kind = FK_MONEY },
	{ .name = "count",  .kind = FK_COUNT },
	{ .name = "date",   .kind = FK_DATE },
	{ .name = "period", .kind = FK_PERIOD },
	{ .name = "choice", .kind = FK_CHOICE,  .choices = choices },
	{ .name = "many",   .kind = FK_CHOICES, .choices = choices },
	{ .name = "answer", .kind = FK_YES_NO },
};

static void packed_again(struct arena *a, int at, const struct value *v)
{
	struct value all[COUNT(fields)] = { 0 }, back[COUNT(fields)] = { 0 };
	struct buf b = buf_make(1 << 20);

	all[at] = *v;
	value_pack(&b, fields, COUNT(fields), all, PACK_OPEN);
	assert(!b.failed);
	assert(value_unpack(a, buf_str(&b), fields, COUNT(fields), back) == ST_OK);
	for (int i = 0; i < COUNT(fields); i++)
		assert(value_eq(&fields[i], &all[i], &back[i]));
	buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = arena_make(64 << 20);
	struct problems ps = { .a = &a };

	if (size == 0)
		return 0;
	struct str text = { (const char *)data + 1, (ptrdiff_t)size - 1 };
	int at = data[0] % (COUNT(fields) + 1);
	if (at == COUNT(fields)) {
		struct value v[COUNT(fields)] = { 0 };
		enum status st = value_unpack(&a, text, fields, COUNT(fields), v);
		assert(st == ST_OK || st == ST_BROKEN);
	} else {
		const struct field *f = &fields[at];
		struct value v = { 0 }, again = { 0 };
		if (value_parse(&a, f, text, S("here"), &ps, &v) == ST_OK) {
			for (enum lang lang = JA; lang <= EN; lang++) {
				struct buf b = buf_make(1 << 20);
				value_print(&b, f, &v, lang);
				assert(!b.failed);
				assert(value_parse(&a, f, buf_str(&b), S("here"), &ps, &again) == ST_OK);
				assert(value_eq(f, &v, &again));
				buf_free(&b);
			}
			packed_again(&a, at, &v);
		} else {
			assert(ps.n > 0);
		}
	}
	arena_free(&a);
	return 0;
}
