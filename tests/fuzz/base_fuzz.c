/* base_fuzz.c - any text as a number, an ISO date and a date as people write it, and as hexadecimal digits: what is accepted is within its bounds
 * and, written out, reads back as the same. */
#include "base/calendar.h"
#include "base/num.h"
#include "crypto/crypto.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <math.h>

static void date_written(struct arena *a, struct str text)
{
	struct written_date w, again;

	if (calendar_parse(a, text, &w) != ST_OK)
		return;
	assert(w.first.days <= w.last.days);
	assert(w.precision != PRECISION_DAY || w.first.days == w.last.days);
	if (date_civil(w.first).year < 1000)          /* read from eight digits only */
		return;
	struct buf b = buf_make(1024);
	calendar_add_wareki(&b, w.first);
	assert(!b.failed);
	assert(calendar_parse(a, buf_str(&b), &again) == ST_OK);
	assert(again.first.days == w.first.days && again.precision == PRECISION_DAY);
	buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, (ptrdiff_t)size };
	struct arena a = arena_make(16 << 20);
	struct date d, again;
	int64_t n;
	double x;

	if (num_parse(text, -1000, 1000000, &n) == ST_OK)
		assert(n >= -1000 && n <= 1000000);
	if (num_parse_real(text, &x) == ST_OK)
		assert(isfinite(x));
	if (date_parse_iso(text, &d) == ST_OK) {
		struct civil c = date_civil(d);
		assert(date_make(c.year, c.month, c.day).days == d.days);
		struct buf b = buf_make(64);
		date_add_iso(&b, d);
		assert(date_parse_iso(buf_str(&b), &again) == ST_OK && again.days == d.days);
		buf_free(&b);
	}
	date_written(&a, text);
	unsigned char bytes[8];
	char digits[17];
	if (hex_parse(text, bytes, 8) == ST_OK) {
		hex_of((struct str){ (const char *)bytes, 8 }, digits);
		assert(str_eq_nocase(text, str_z(digits)));
	}
	arena_free(&a);
	return 0;
}
