/* incident_find.c - looks through the numbers of incidents: few enough for a command. */
#include "cli/incident_find.h"
#include "record/list.h"

struct finding { struct str serial; int64_t id; };

static enum status look(struct request *rq, struct record *r, void *arg)
{
	struct finding *f = arg;

	(void)rq;
	if (!str_eq(r->serial, f->serial))
		return ST_OK;
	f->id = r->id;
	return ST_NO;                            /* found: enough */
}

enum status cli_find_incident(struct request *rq, struct str serial, struct record **ret)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("incident")), .sort = LIST_SORT_SERIAL, .step = S("*") };
	struct finding f = { serial, 0 };
	enum status st = record_each(rq, &q, look, &f);

	if (st != ST_OK && st != ST_NO)
		return st;
	if (f.id)
		return record_load(rq, f.id, ret);
	problem(&rq->problems, serial, MSG_CLI_NO_INCIDENT);
	return ST_NOT_FOUND;
}
