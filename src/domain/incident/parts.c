/* parts.c - finds the records that point to an incident. */
#include "domain/incident/parts.h"
#include "record/index.h"

enum status incident_parts(struct request *rq, const char *type, int place, int64_t id, struct incident_parts *ret)
{
	const struct type *t = store_type(conn_store(rq->conn), str_z(type));
	struct value v = value_of_link(id);
	int64_t found[INCIDENT_PARTS_MAX];
	int n = index_find(rq, t, place, &v, found, INCIDENT_PARTS_MAX);

	for (ret->n = 0; ret->n < n; ret->n++)
		TRY(record_get(rq, found[ret->n], &ret->r[ret->n]));
	return ST_OK;
}

struct record *incident_part_new(struct request *rq, const char *type, int place, const struct record *incident)
{
	struct record *r = record_new(rq, store_type(conn_store(rq->conn), str_z(type)));

	r->creator = 0;
	r->v[place] = value_of_link(incident->id);
	r->department = incident->department;
	return r;
}
