/* exclusion.c - the approved judgement that an event is none to be reported. */
#include "domain/incident/exclusion.h"
#include "domain/incident/incident.h"
#include "domain/council/parts.h"
#define RECORD     exclusion
#define RECORD_DEF "domain/incident/exclusion.def"
#include "record/define.h"

enum status exclusions_approved(struct request *rq, int64_t incident, unsigned *ret)
{
	static const char *const codes[EXCLUSION_MAX] = {
		[EXCLUSION_ENCRYPTION] = "encryption", [EXCLUSION_RECOVERED] = "recovered", [EXCLUSION_INTENDED] = "intended", [EXCLUSION_COPY] = "copy",
	};
	struct linked p;

	*ret = 0;
	TRY(record_linked(rq, S("exclusion"), exclusion_f_incident, incident, &p));
	for (int i = 0; i < p.n; i++)
		for (int k = 0; k < EXCLUSION_MAX; k++)
			if (str_eq(p.r[i]->step, S("approved")) && str_eq(exclusion_ground(p.r[i]), str_z(codes[k])))
				*ret |= 1u << k;
	return ST_OK;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	struct record *incident;

	(void)m;
	TRY(incident_of_part(rq, r, exclusion_f_incident, &incident));
	if (incident && !r->version)
		incident_want_open(rq, incident);
	return ST_OK;
}

/* REQ: INC-41 - the judgement stands on an investigation. */
static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	struct record *incident;

	(void)comment;
	if (!str_eq(str_z(m->code), S("submit")))
		return ST_OK;
	TRY(incident_of_part(rq, r, exclusion_f_incident, &incident));
	if (incident && incident_investigation(incident) > 0)
		return ST_OK;
	problem(&rq->problems, S(""), MSG_INC_NEEDS_INVESTIGATION);
	return ST_NO;
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	struct record *incident;

	TRY(incident_part_derive(rq, r, exclusion_f_incident, exclusion_f_department, 0, MSG_NONE));
	TRY(incident_of_part(rq, r, exclusion_f_incident, &incident));
	if (incident && m && str_eq(str_z(m->code), S("submit")))
		r->v[exclusion_f_relied_on] = value_of_number(incident_investigation(incident));
	return ST_OK;
}

/* Approved or revoked, the incident is judged anew. */
static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	struct record *incident;

	(void)before;
	if (!m || (!str_eq(r->step, S("approved")) && !str_eq(r->step, S("revoked"))))
		return ST_OK;
	TRY(record_get(rq, exclusion_incident(r), &incident));
	return record_write(rq, incident, r->serial);
}

const struct record_type exclusion_type = {
	RECORD_TABLES,
	.name = "exclusion", .title = { SLIT("報告対象外の判断"), SLIT("Exclusion from reporting") }, .area = "incidents", .marks = TYPE_PART,
	.title_field = "serial", .department_field = "department", .serial_prefix = "E", .retention_years = 10,
	.hooks = { .check = check, .derive = derive, .may_move = may_move, .after = after },
};
