/* publication.c - what the public is told, and what must be there before it is. */
#include "domain/publication/publication.h"
#include "domain/communication/communication.h"
#include "domain/council/council_meeting.h"
#include "record/linked.h"
#define RECORD     publication
#define RECORD_DEF "domain/publication/publication.def"
#include "record/define.h"

static bool is_publishing(const struct move *m)
{
	return m && str_eq(str_z(m->code), S("publish"));
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	if (is_publishing(m))
		r->v[publication_f_published] = value_of_date(rq->today);
	return ST_OK;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	if (!r->version && !publication_incident(r))
		problem(&rq->problems, S("incident"), MSG_PUBLICATION_NO_INCIDENT);
	return ST_OK;
}

static bool is_instead(const struct record *r)
{
	return str_eq(publication_relation(r), S("instead"));
}

/* Published once, it stands there until it is taken down; while it is revised, what was said last can be read. */
enum status publication_instead(struct request *rq, int64_t incident, struct record **ret)
{
	struct linked p;

	*ret = NULL;
	TRY(record_linked(rq, S("publication"), publication_f_incident, incident, &p));
	for (int i = 0; i < p.n && !*ret; i++)
		if (is_instead(p.r[i]) && p.r[i]->v[publication_f_published].set && !str_eq(p.r[i]->step, S("withdrawn")))
			*ret = p.r[i];
	return ST_OK;
}

/* REQ: INC-04 INC-21 - in place of a notice (Act 26(2) proviso) it says what a notice says, matters 1, 2, 4, 5 and 9 of Rule 8(1)
 * (Rule 10), and the council has decided on the measure. */
static enum status want_whole(struct request *rq, const struct record *r)
{
	static const enum publication_field told[] = { publication_f_items, publication_f_damage };

	if (!is_instead(r))
		return ST_OK;
	for (int i = 0; i < COUNT(told); i++)
		if (!r->v[told[i]].set)
			problem(&rq->problems, str_z(publication_fields[told[i]].name), MSG_PUBLICATION_INSTEAD);
	return council_want_leave(rq, publication_incident(r), 0, S("alternative"), S("relation"));
}

/* What persons rely on to learn of it stays until the case is closed; revised, it may say that it replaces no notice. */
static enum status want_closed(struct request *rq, const struct record *r)
{
	struct record *incident;

	if (!is_instead(r))
		return ST_OK;
	TRY(record_get(rq, publication_incident(r), &incident));
	if (!str_eq(incident->step, S("closed")))
		problem(&rq->problems, S(""), MSG_PUBLICATION_RELIED_ON);
	return ST_OK;
}

/* REQ: INC-05 INC-14 INC-22 - by the council's decision; of entrusted information as the client instructs. That the desk is
 * named, the fields themselves demand. */
static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	ptrdiff_t before = rq->problems.n;

	(void)comment;
	if (is_publishing(m)) {
		TRY(council_want_leave(rq, publication_incident(r), 0, S("publication"), S("")));
		TRY(want_whole(rq, r));
	} else if (str_eq(str_z(m->code), S("withdraw"))) {
		TRY(want_closed(rq, r));
	}
	return rq->problems.n > before ? ST_NO : ST_OK;
}

/* REQ: COM-02 */
static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	(void)before;
	if (!is_publishing(m))
		return ST_OK;
	return communication_note(rq, &(struct communication){ .outside = true, .what = publication_title(r),
		.whom = msg_text(MSG_COMMUNICATION_PUBLIC, JA), .channel = value_has_code(publication_channel(r), S("press")) ? "press" : "website",
		.incident = publication_incident(r), .about = r->id });
}

const struct record_type publication_type = {
	RECORD_TABLES,
	.name = "publication", .title = { SLIT("事故の公表"), SLIT("Publication") }, .area = "incidents", .marks = TYPE_PART,
	.title_field = "title", .retention_years = 10, .shown_step = "public",
	.hooks = { .derive = derive, .check = check, .may_move = may_move, .after = after },
};
