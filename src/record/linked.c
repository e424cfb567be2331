/* linked.c - finds the records that point to another one. */
#include "record/linked.h"
#include "record/index.h"
#include <stdlib.h>

enum { PORTION = 64 };

/* Numbers of records come in blocks, one for each connection: they do not tell what was first. */
static int by_age(const void *a, const void *b)
{
	const struct record *x = *(struct record *const *)a, *y = *(struct record *const *)b;

	if (x->created.us != y->created.us)
		return x->created.us < y->created.us ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

enum status record_linked(struct request *rq, struct str type, int place, int64_t id, struct linked *ret)
{
	const struct type *t = store_type(conn_store(rq->conn), type);
	struct value v = value_of_link(id);
	int64_t found[PORTION], after = 0;
	int n, cap = 0;

	*ret = (struct linked){ .n = 0 };
	do {
		n = index_find_after(rq, t, place, &v, after, found, PORTION);
		if (ret->n + n > cap) {
			struct record **bigger = new_n(rq->a, struct record *, cap = ret->n * 2 + n);
			if (ret->n)
				memcpy(bigger, ret->r, (size_t)ret->n * sizeof(struct record *));
			ret->r = bigger;
		}
		for (int i = 0; i < n; i++)
			TRY(record_get(rq, after = found[i], &ret->r[ret->n++]));
	} while (n == PORTION);
	if (ret->n)
		qsort(ret->r, (size_t)ret->n, sizeof(struct record *), by_age);
	return ST_OK;
}
