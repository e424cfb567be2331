/* csv_bench.c - reading separated text: ours against libcsv and against a plain loop over the bytes. */
#include "format/csv.h"
#include "tests/bench/bench.h"
#include <assert.h>
#include <csv.h>
#include <stdio.h>

enum { ROWS = 200000, COLUMNS = 10 };

struct work { struct str text; double cells; };

static double ours(void *user)
{
	struct work *w = user;
	struct arena a = arena_make(0);
	struct problems ps = { .a = &a };
	struct csv_row row;
	struct csv *r;
	double cells = 0;
	ptrdiff_t bytes = 0;

	IGNORE(csv_open(&a, w->text, NULL, &ps, &r));
	while (csv_next(r, &row) == ST_OK) {
		cells += row.n;
		for (int i = 0; i < row.n; i++)
			bytes += row.field[i].n;
	}
	csv_close(r);
	arena_free(&a);
	w->cells = cells;
	assert(cells >= ROWS * COLUMNS && bytes > 0);
	return (double)w->text.n / 1e6;
}

static double *libcsv_cells;
static void on_field(void *s, size_t n, void *user)
{
	(void)s;
	(void)user;
	*libcsv_cells += n < SIZE_MAX;
}

static double libcsv(void *user)
{
	struct work *w = user;
	struct csv_parser p;
	double cells = 0;

	libcsv_cells = &cells;
	csv_init(&p, CSV_STRICT);
	csv_parse(&p, w->text.p, (size_t)w->text.n, on_field, NULL, NULL);
	csv_fini(&p, on_field, NULL, NULL);
	csv_free(&p);
	assert(cells > w->cells - .5 && cells < w->cells + .5);
	return (double)w->text.n / 1e6;
}

/* A state machine that looks at each byte once and counts cells: the floor of such a design. */
static double plain(void *user)
{
	struct work *w = user;
	bool quoted = false;
	double cells = 0;
	ptrdiff_t bytes = 0, start = 0;

	for (ptrdiff_t i = 0; i < w->text.n; i++) {
		char c = w->text.p[i];
		if (quoted) {
			quoted = c != '"';
		} else if (c == '"') {
			quoted = true;
		} else if (c == ',' || c == '\n') {
			cells++;
			bytes += i - start;
			start = i + 1;
		}
	}
	assert(cells > w->cells - .5 && cells < w->cells + .5 && bytes > 0);
	return (double)w->text.n / 1e6;
}

static void compare(const char *what, struct str text)
{
	struct work w = { .text = text };
	char name[96], conditions[96];

	ours(&w);
	snprintf(conditions, sizeof conditions, "%d rows of %d cells, %.1f MB in memory, one thread", ROWS, COLUMNS, (double)text.n / 1e6);
	snprintf(name, sizeof name, "csv parse, %s, against libcsv", what);
	bench_compare(&(struct bench){ .name = name, .unit = "MB", .conditions = conditions, .ours = ours, .baseline = libcsv, .user = &w,
		.must = 3, .moonshot = 12 });
	snprintf(name, sizeof name, "csv parse, %s, against a byte loop", what);
	bench_compare(&(struct bench){ .name = name, .unit = "MB", .conditions = conditions, .ours = ours, .baseline = plain, .user = &w });
}

int main(void)
{
	static const char *const plain_cells[] = { "%d", "Yamada Taro", "1980-04-%02d", "03-1234-%04d", "100-0001", "x", "user%d@example.jp", "3", "", "note %d" };
	static const char *const ja_cells[] = { "%d", "山田　太郎", "昭和55年4月1日", "東京都千代田区%d丁目", "顧客管理台帳", "営業部", "user%d@example.jp", "3", "", "備考%d" };

	for (int kind = 0; kind < 3; kind++) {
		struct buf b = buf_make(0);
		struct csv_writer w = { .b = &b, .quote_all = kind == 1 };
		for (int i = 0; i < ROWS; i++) {
			for (int j = 0; j < COLUMNS; j++) {
				char t[96];
				const char *form = kind == 2 ? ja_cells[j] : plain_cells[j];
				int n;
				const char *digits = strchr(form, '%');
				if (digits)
					n = snprintf(t, sizeof t, "%.*s%d%s", (int)(digits - form), form, i, strchr(digits, 'd') + 1);
				else
					n = snprintf(t, sizeof t, "%s", form);
				csv_put(&w, (struct str){ t, n });
			}
			csv_end_row(&w);
		}
		compare(kind == 0 ? "plain" : kind == 1 ? "all quoted" : "Japanese", buf_str(&b));
		buf_free(&b);
	}
	return 0;
}
