/* parts.c - what the records around an incident have in common. */
#include "domain/council/parts.h"
#include "base/utf8.h"

struct record *incident_part_new(struct request *rq, const char *type, int place, const struct record *incident)
{
	struct record *r = record_new(rq, store_type(conn_store(rq->conn), str_z(type)));

	r->creator = 0;
	r->v[place] = value_of_link(incident->id);
	return r;
}

enum status incident_of_part(struct request *rq, const struct record *r, int link, struct record **ret)
{
	struct record *i = NULL;

	*ret = NULL;
	if (r->v[link].num) {
		enum status st = record_get(rq, r->v[link].num, &i);
		if (st != ST_OK && st != ST_NOT_FOUND)
			return st;
	}
	if (i && str_eq(str_z(i->type->t->name), S("incident")))
		*ret = i;
	else if (r->v[link].set)
		problem(&rq->problems, str_z(r->type->fields[link].name), MSG_INC_NO_INCIDENT);
	return ST_OK;
}

enum status incident_part_derive(struct request *rq, struct record *r, int link, int department, int title, enum msg_id text)
{
	struct record *incident;

	TRY(incident_of_part(rq, r, link, &incident));
	if (!incident)
		return ST_OK;
	r->v[department] = value_of_link(incident->department);
	if (text == MSG_NONE)
		return ST_OK;
	struct buf b = buf_make(1000);
	msg_add(&b, JA, text, &incident->serial, 1);
	r->v[title] = value_of_text(str_dup(rq->a, utf8_clip(buf_str(&b), 300)));
	buf_free(&b);
	return ST_OK;
}

const struct value *incident_value(const struct record *incident, struct str field)
{
	int at = type_place(incident->type, field);

	return at < 0 ? NULL : &incident->v[at];
}

int64_t incident_number(const struct record *incident, struct str field)
{
	const struct value *v = incident_value(incident, field);

	return v && v->set ? v->num : 0;
}

void incident_want_open(struct request *rq, const struct record *incident)
{
	static const struct str open[] = { SLIT("investigating"), SLIT("responding"), SLIT("settled") };

	for (int i = 0; i < COUNT(open); i++)
		if (str_eq(incident->step, open[i]))
			return;
	problem(&rq->problems, S("incident"), MSG_INC_NOT_OPEN);
}
