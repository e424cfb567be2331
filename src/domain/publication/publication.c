/* publication.c - what the public is told, and what must be there before it is. */
#include "domain/publication/publication.h"
#include "domain/communication/communication.h"
#include "domain/council/council_meeting.h"
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

/* REQ: INC-05 INC-14 INC-22 - by the council's decision; of entrusted information as the client instructs. That the desk is
 * named, the fields themselves demand. */
static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	(void)comment;
	return is_publishing(m) ? council_lets_out(rq, publication_incident(r), S("publication")) : ST_OK;
}

static bool by_press(const struct record *r)
{
	struct str codes = publication_channel(r), code;

	while (str_cut(&codes, ' ', &code))
		if (str_eq(code, S("press")))
			return true;
	return false;
}

/* REQ: COM-02 */
static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	(void)before;
	if (!is_publishing(m))
		return ST_OK;
	return communication_note(rq, &(struct communication){ .outside = true, .what = publication_title(r),
		.whom = msg_text(MSG_COMMUNICATION_PUBLIC, JA), .channel = by_press(r) ? "press" : "website",
		.incident = publication_incident(r), .about = r->id });
}

const struct record_type publication_type = {
	RECORD_TABLES,
	.name = "publication", .title = { SLIT("事故の公表"), SLIT("Publication") }, .area = "incidents", .marks = TYPE_PART,
	.title_field = "title", .retention_years = 10, .shown_step = "public",
	.hooks = { .derive = derive, .check = check, .may_move = may_move, .after = after },
};
