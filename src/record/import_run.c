/* import_run.c - the transactions of an import. Memory does not grow with the length of a text file beyond what import_seen keeps of a row. */
#include "record/import_run.h"

/* The tables of one transaction; `sofar` is what lies behind. */
struct run {
	struct import_read        *read;
	struct arena              *keep;
	const struct import_watch *watch;
	struct import_progress     sofar;
	const struct import_table *table;
	ptrdiff_t                  ntables;
	struct import_seen        *seen;         /* NULL: the tables are the whole file */
	struct import_report      *report;       /* one for each of the tables */
	bool                       apply, first;
};

static struct import_progress progress_of(const struct run *x)
{
	struct import_progress p = x->sofar;

	p.bytes = import_read_so_far(x->read);
	for (ptrdiff_t i = 0; i < x->ntables; i++) {
		p.rows += x->table[i].nrows;
		for (int k = 0; k < IMPORT_OUTCOMES; k++)
			p.count[k] += x->report[i].count[k];
		p.incomplete += x->report[i].incomplete;
		p.keyless += x->report[i].keyless;
	}
	return p;
}

static enum status work(struct request *rq, void *arg)
{
	struct run *x = arg;

	for (ptrdiff_t i = 0; i < x->ntables; i++)
		TRY(import_rows(rq, x->keep, &x->table[i], x->apply, x->seen, &x->report[i]));
	if (!x->apply)
		return ST_OK;
	if (x->first)
		TRY(import_remember(rq, x->table[0].type, x->read));
	struct import_progress p = progress_of(x);
	return x->watch && x->watch->within ? x->watch->within(rq, &p, x->watch->user) : ST_OK;
}

static enum status portion(struct request *rq, struct run *x)
{
	TRY(request_run(rq, x->apply ? DB_WRITE : DB_READ, work, x));
	if (x->seen)
		import_seen_keep(x->seen);
	x->sofar = progress_of(x);
	x->first = false;
	return x->seen && x->watch && x->watch->told ? x->watch->told(&x->sofar, x->watch->user) : ST_OK;
}

/* ---- text, of which later portions are still to be read ---- */

static enum status later_portions(struct request *rq, struct run *x, struct problems *ps, struct import_report *ret)
{
	struct import_table *t = &x->read->table[0], first = *t;
	struct arena a = arena_make(0);
	struct import_report later;
	enum status st;

	x->report = &later;
	do {
		struct arena_mark here = arena_mark(&a), mark = arena_mark(rq->a);
		st = import_read_more(&a, x->read, ps);
		if (st == ST_OK) {                       /* the columns are those of the first portion, own ones made then included */
			t->type = first.type;
			t->column = first.column;
			st = portion(rq, x);
		}
		if (st == ST_OK) {
			import_report_add(ret, &later);
			arena_reset(rq->a, mark);
		}
		arena_reset(&a, here);
	} while (st == ST_OK);
	arena_free(&a);
	*t = first;
	x->report = NULL;
	return st == ST_NO ? ST_OK : st;
}

/* ---- a workbook, all of which is in memory ---- */

static bool is_table_long(const struct import_table *t)
{
	return t->nrows > IMPORT_PORTION && !t->type->t->hooks.import_absent;      /* who is missing is seen in the whole list only */
}

static enum status slices(struct request *rq, struct run *x, const struct import_table *t, struct import_report *ret)
{
	struct import_table slice = *t;
	struct import_report later;
	enum status st = ST_OK;

	x->table = &slice;
	x->ntables = 1;
	x->seen = import_seen_make();
	for (ptrdiff_t at = 0; st == ST_OK && at < t->nrows; at += slice.nrows) {
		struct arena_mark mark = arena_mark(rq->a);
		slice.row = t->row + at;
		slice.nrows = MIN(t->nrows - at, IMPORT_PORTION);
		slice.sums_only = at > 0;
		x->report = at ? &later : ret;
		st = portion(rq, x);
		if (st == ST_OK && at)
			import_report_add(ret, &later);
		if (st == ST_OK)
			arena_reset(rq->a, mark);
	}
	import_seen_free(x->seen);
	x->seen = NULL;
	x->report = NULL;
	x->table = NULL;
	x->ntables = 0;
	return st;
}

static enum status by_table(struct request *rq, struct run *x, struct import_report *ret)
{
	for (ptrdiff_t i = 0; i < x->read->ntables; i++)
		TRY(slices(rq, x, &x->read->table[i], &ret[i]));
	return ST_OK;
}

/* ---- any file ---- */

static bool any_table_long(const struct import_read *r)
{
	for (ptrdiff_t i = 0; i < r->ntables; i++)
		if (is_table_long(&r->table[i]))
			return true;
	return false;
}

bool import_is_long(const struct import_read *r)
{
	return r->more || any_table_long(r);
}

int64_t import_rows_here(const struct import_read *r)
{
	int64_t n = 0;

	for (ptrdiff_t i = 0; i < r->ntables; i++)
		n += r->table[i].nrows;
	return n;
}

enum status import_run(struct request *rq, struct arena *keep, struct import_read *r, bool apply, struct problems *ps,
	const struct import_watch *watch, struct import_report *ret)
{
	struct run x = { .read = r, .keep = keep, .watch = watch, .table = r->table, .ntables = r->ntables, .report = ret, .apply = apply, .first = true };

	if (!r->more && any_table_long(r))
		return by_table(rq, &x, ret);
	if (r->more)
		x.seen = import_seen_make();
	enum status st = portion(rq, &x);
	if (st == ST_OK && r->more)
		st = later_portions(rq, &x, ps, ret);
	import_seen_free(x.seen);
	return st;
}

enum status import_compare_first(struct request *rq, struct arena *keep, const struct import_read *r, struct import_report *ret)
{
	struct import_read copy = *r;
	enum status st = ST_OK;

	for (ptrdiff_t i = 0; st == ST_OK && i < r->ntables; i++) {
		struct import_table first = r->table[i];
		struct run x = { .read = &copy, .keep = keep, .table = &first, .ntables = 1, .report = &ret[i], .seen = import_seen_make() };
		first.nrows = MIN(first.nrows, IMPORT_PORTION);
		st = portion(rq, &x);
		import_seen_free(x.seen);
	}
	return st;
}
