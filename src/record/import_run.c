/* import_run.c - the transactions of an import. Memory does not grow with the length of a text file beyond what import_seen keeps of a row. */
#include "record/import_run.h"

struct run {
	struct import_read   *read;
	struct arena         *keep;
	bool                  apply, first;
	struct import_seen   *seen;
	struct import_report *report;       /* of the portion: one for each table */
};

static enum status work(struct request *rq, void *arg)
{
	struct run *x = arg;

	for (ptrdiff_t i = 0; i < x->read->ntables; i++)
		TRY(import_rows(rq, x->keep, &x->read->table[i], x->apply, x->read->more ? x->seen : NULL, &x->report[i]));
	return x->apply && x->first ? import_remember(rq, x->read->table[0].type, x->read) : ST_OK;
}

static enum status later_portions(struct request *rq, struct run *x, struct problems *ps, import_progress *told, void *user,
	struct import_report *ret)
{
	struct import_table first = x->read->table[0];
	struct arena a = arena_make(0);
	struct import_report portion;
	int64_t rows = first.nrows;
	enum status st;

	x->report = &portion;
	x->first = false;
	do {
		struct arena_mark here = arena_mark(&a), mark = arena_mark(rq->a);
		if (told)
			told(user, rows, import_read_so_far(x->read));
		st = import_read_more(&a, x->read, ps);
		if (st == ST_OK) {                       /* the columns are those of the first portion, own ones made then included */
			x->read->table[0].type = first.type;
			x->read->table[0].column = first.column;
		}
		if (st == ST_OK)
			st = request_run(rq, x->apply ? DB_WRITE : DB_READ, work, x);
		if (st == ST_OK) {
			import_seen_keep(x->seen);
			import_report_add(ret, &portion);
			rows += x->read->table[0].nrows;
			arena_reset(rq->a, mark);
		}
		arena_reset(&a, here);
	} while (st == ST_OK);
	arena_free(&a);
	x->read->table[0] = first;
	x->report = NULL;
	return st == ST_NO ? ST_OK : st;
}

enum status import_run(struct request *rq, struct arena *keep, struct import_read *r, bool apply, struct problems *ps,
	import_progress *told, void *user, struct import_report *ret)
{
	struct run x = { r, keep, apply, true, import_seen_make(), ret };
	enum status st = request_run(rq, apply ? DB_WRITE : DB_READ, work, &x);

	import_seen_keep(x.seen);
	if (st == ST_OK && r->more)
		st = later_portions(rq, &x, ps, told, user, ret);
	import_seen_free(x.seen);
	return st;
}
