/* scan_fuzz.c - any bytes as text: whole and in blocks, with every path, the same is found, in order and within bounds. */
#include "scan/scan.h"
#include "tests/fuzz/fuzz.h"
#include <assert.h>

enum { FOUND_MAX = 2000 };
struct found { struct scan_finding f[FOUND_MAX]; int n; ptrdiff_t end, size; };

static void on_found(void *user, const struct scan_finding *f, struct str value)
{
	struct found *o = user;
	struct buf masked = buf_make(1 << 16);

	assert(f->start >= o->end && f->start < f->end && f->end <= o->size && value.n == f->end - f->start);
	assert(f->score >= 0 && f->score <= 100 && f->line >= 1 && f->column >= 1);
	o->end = f->end;
	scan_mask(&masked, f->kind, value);
	buf_free(&masked);
	if (o->n < FOUND_MAX)
		o->f[o->n++] = *f;
}

static void same(const struct found *a, const struct found *b)
{
	assert(a->n == b->n);
	for (int i = 0; i < a->n; i++)
		assert(a->f[i].kind == b->f[i].kind && a->f[i].start == b->f[i].start && a->f[i].end == b->f[i].end && a->f[i].score == b->f[i].score
			&& a->f[i].line == b->f[i].line && a->f[i].column == b->f[i].column);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct scanner *portable, *best;
	static struct found whole, blocks, other;
	struct str text = { (const char *)data, (ptrdiff_t)size }, rest = text;
	ptrdiff_t step = 1 + (size ? data[0] : 0) * (ptrdiff_t)(1 + size / 64);
	struct scan_run *r;

	if (!portable) {
		portable = scanner_make(&(struct scan_options){ .kinds = SCAN_ALL, .min_score = -1, .path = SCAN_PATH_REFERENCE });
		best = scanner_make(&(struct scan_options){ .kinds = SCAN_ALL, .min_score = -1 });
	}
	whole = blocks = other = (struct found){ .size = text.n };
	r = scan_run_make(portable, on_found, &whole);
	scan_text(r, text);
	scan_run_free(r);
	r = scan_run_make(best, on_found, &other);
	scan_text(r, text);
	scan_run_free(r);
	r = scan_run_make(best, on_found, &blocks);
	for (; rest.n; rest = str_sub(rest, step, rest.n))
		scan_feed(r, str_sub(rest, 0, step));
	scan_end(r);
	scan_run_free(r);
	same(&whole, &other);
	same(&whole, &blocks);
	for (int k = 0; k < SCAN_KIND_MAX && size < 200; k++)
		IGNORE(scan_valid((enum scan_kind)k, text));
	return 0;
}
