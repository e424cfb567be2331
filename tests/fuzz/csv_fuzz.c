/* csv_fuzz.c - any bytes as separated text: from memory and from a source the same is read, and written back it is the same. */
#include "format/csv.h"
#include "tests/fuzz/fuzz.h"
#include <assert.h>

struct drip { struct str rest; ptrdiff_t step; };
static ptrdiff_t drip(void *context, char *to, ptrdiff_t room)
{
	struct drip *d = context;
	ptrdiff_t n = MIN(MIN(room, d->step), d->rest.n);

	if (n)
		memcpy(to, d->rest.p, (size_t)n);
	d->rest = str_sub(d->rest, n, d->rest.n);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct str text = { (const char *)data, (ptrdiff_t)size };
	struct csv_options o = { .max_row = 1 << 16, .max_field = 1 << 15, .max_columns = 100, .keep = size % 2 };
	struct drip d = { text, 1 + (ptrdiff_t)(size % 7) };
	struct csv *m, *s;
	struct csv_row row, twin;
	struct buf back = buf_make(0);
	enum status st = csv_open(&a, text, &o, &ps, &m);
	enum status twin_st = csv_open_stream(&a, (struct csv_source){ drip, &d }, &o, &ps, &s);

	assert(st == twin_st);
	if (st == ST_OK) {
		struct csv_writer w = { .b = &back, .separator = csv_separator(m), .guard = true, .quote_all = size % 3 == 0 };
		assert(csv_separator(s) == csv_separator(m));
		int64_t rows = 0;
		while ((st = csv_next(m, &row)) == ST_OK) {
			assert(csv_next(s, &twin) == ST_OK && twin.n == row.n && twin.row == row.row && twin.line == row.line && twin.blank == row.blank);
			for (int i = 0; i < row.n; i++) {
				assert(str_eq(row.field[i], twin.field[i]));
				csv_put(&w, row.field[i]);
			}
			csv_end_row(&w);
			rows++;
		}
		assert(csv_next(s, &twin) == st);
		csv_close(m);
		csv_close(s);
		if (rows) {
			o.separator = w.separator;
			d = (struct drip){ text, 4096 };
			IGNORE(csv_open_stream(&a, (struct csv_source){ drip, &d }, &o, &ps, &s));
			struct arena b = arena_make(0);
			assert(csv_open(&b, buf_str(&back), &(struct csv_options){ .separator = w.separator }, &ps, &m) == ST_OK);
			for (int64_t i = 0; i < rows; i++) {
				assert(csv_next(s, &twin) == ST_OK && csv_next(m, &row) == ST_OK && row.n == twin.n);
				for (int j = 0; j < row.n; j++)
					assert(str_eq(csv_unguard(row.field[j]), twin.field[j]));
			}
			csv_close(m);
			csv_close(s);
			arena_free(&b);
		}
	}
	buf_free(&back);
	arena_free(&a);
	return 0;
}
