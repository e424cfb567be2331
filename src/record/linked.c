/* linked.c - finds the records that point to another one. */
#include "record/linked.h"
#include "record/index.h"
#include <stdlib.h>

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
	struct value v = value_of_link(id);
	int64_t found[LINKED_MAX];
	int n = index_find(rq, store_type(conn_store(rq->conn), type), place, &v, found, LINKED_MAX);

	for (ret->n = 0; ret->n < n; ret->n++)
		TRY(record_get(rq, found[ret->n], &ret->r[ret->n]));
	if (n)
		qsort(ret->r, (size_t)n, sizeof *ret->r, by_age);
	return ST_OK;
}
