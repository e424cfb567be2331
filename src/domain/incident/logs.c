/* logs.c - one log out of two: nobody types again what a filing, a notice or a publication has noted by itself. */
#include "domain/incident/logs.h"
#include "domain/communication/communication.h"
#include "domain/communication/communication_log.h"
#include "domain/incident/incident.h"
#include "record/access.h"

static struct value copy_rows(struct request *rq, const struct value *v)
{
	struct value copy = *v;
	struct row **end = &copy.rows;

	for (const struct row *row = v->rows; row; row = row->next, end = &(*end)->next) {
		*end = new(rq->a, struct row);
		**end = *row;
	}
	*end = NULL;
	return copy;
}

static void add(struct request *rq, struct value *to, const struct record *entry)
{
	struct row *row = new(rq->a, struct row);

	row->v = new_n(rq->a, struct value, 3);
	row->v[0] = value_of_number(entry->changed.us);          /* an entry is written once */
	row->v[1] = entry->v[communication_log_f_what];
	row->v[2] = entry->v[communication_log_f_whom];
	row->next = to->rows;
	to->rows = row;
	to->set = true;
	to->num++;
}

enum status incident_contacts_of(struct request *rq, const struct record *incident, bool readable, struct incident_contacts *ret)
{
	struct linked p;

	ret->outside = copy_rows(rq, incident_log_outside(incident));
	ret->inside = copy_rows(rq, incident_log_inside(incident));
	TRY(communication_of(rq, incident->id, &p));
	for (int i = 0; i < p.n; i++)
		if (!readable || access_may(rq, p.r[i], MAY_READ))
			add(rq, str_eq(communication_log_side(p.r[i]), S("outside")) ? &ret->outside : &ret->inside, p.r[i]);
	return ST_OK;
}
