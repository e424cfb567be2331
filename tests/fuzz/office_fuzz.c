/* office_fuzz.c - any text as what people write into cells: nothing breaks, and what is understood is sensible. */
#include "format/office.h"
#include "tests/fuzz/fuzz.h"
#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct office_name names[] = { { SLIT("paper"), 0 }, { SLIT("紙"), 0 }, { SLIT("電子"), 1 }, { SLIT("電子データ"), 1 } };
	struct str s = { (const char *)data, (ptrdiff_t)MIN(size, 4096u) };
	struct arena a = arena_make(0);
	struct office_count c;
	struct office_period p;
	struct written_date w;
	struct date d;
	uint64_t bits;
	int64_t yen;
	int choice, seconds;
	ptrdiff_t n;
	bool yes;

	if (office_count(&a, s, &c) == OFFICE_OK)
		assert(c.low >= 0 && (c.high == -1 || c.high >= c.low) && (c.approx || c.high == c.low));
	if (office_date(&a, s, &w) == OFFICE_OK)
		assert(date_cmp(w.first, w.last) <= 0);
	if (office_period(&a, s, &p) == OFFICE_OK)
		assert(p.months >= 0 && p.days >= 0 && ((p.kind != PERIOD_AFTER && p.kind != PERIOD_UNTIL) || p.event.n > 0));
	IGNORE(office_yes_no(&a, s, &yes) != OFFICE_OK);
	IGNORE(office_money(&a, s, &yen) != OFFICE_OK);
	IGNORE(office_text(&a, s) != OFFICE_OK);
	if (office_choice(&a, s, names, COUNT(names), &choice) == OFFICE_OK)
		assert(choice == 0 || choice == 1);
	if (office_choices(&a, s, names, COUNT(names), &bits) == OFFICE_OK)
		assert(bits > 0 && bits < 4);
	struct str *part = office_split(&a, s, size % 2, &n);
	for (ptrdiff_t i = 0; i < n; i++)
		assert(part[i].n > 0 && part[i].p >= s.p && part[i].p + part[i].n <= s.p + s.n);
	double serial;
	if (size >= sizeof serial) {
		memcpy(&serial, data, sizeof serial);
		IGNORE(office_serial_date(serial, size % 2, &d, &seconds));
	}
	arena_free(&a);
	return 0;
}
