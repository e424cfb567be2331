/* linked.c - finds the records that point to another one. */
#include "record/linked.h"
#include "record/index.h"

enum status record_linked(struct request *rq, struct str type, int place, int64_t id, struct linked *ret)
{
	struct value v = value_of_link(id);
	int64_t found[LINKED_MAX];
	int n = index_find(rq, store_type(conn_store(rq->conn), type), place, &v, found, LINKED_MAX);

	for (ret->n = 0; ret->n < n; ret->n++)
		TRY(record_get(rq, found[ret->n], &ret->r[ret->n]));
	return ST_OK;
}
