/* emergency.h - an incident under way, for tests of what belongs to it. */
#pragma once
#include "tests/unit/world.h"
#include "domain/council/council_meeting.h"
#include "domain/incident/incident.h"
#include "domain/publication/publication.h"

static inline void fill(struct record *r, const char *field, const char *text)
{
	r->v[type_place(r->type, str_z(field))] = value_of_text(str_z(text));
}

/* An incident that the privacy manager investigates; the information was entrusted or not. */
static inline int64_t emergency(struct world *w, const char *entrusted)
{
	struct record *r = blank(w, "incident");

	act_as(w, 0);
	fill(r, "title", "誤送付");
	fill(r, "summary", "別の人の書類を送った。");
	fill(r, "entrusted", entrusted);
	fill(r, "client", "委託元株式会社");
	r->v[incident_f_known] = value_of_date(w->rq.today);
	r->v[incident_f_investigation] = value_of_number(1);
	r->step = S("responding");
	assert_int_equal(write_free(w, r), ST_OK);
	return r->id;
}

/* A meeting of the council that decided on the matter (a code of council_decision). */
static inline void council_decides(struct world *w, int64_t incident, const char *matter)
{
	struct record *r;
	struct row *row = new(&w->a, struct row);

	act_as(w, 0);
	r = blank(w, "council_meeting");
	row->v = new_n(&w->a, struct value, 3);
	row->v[0] = value_of_text(str_z(matter));
	row->v[1] = value_of_text(S("行う。"));
	r->v[council_meeting_f_incident] = value_of_link(incident);
	r->v[council_meeting_f_held_on] = value_of_date(w->rq.today);
	r->v[council_meeting_f_decisions] = (struct value){ .set = true, .num = 1, .rows = row };
	r->step = S("recorded");
	assert_int_equal(write_free(w, r), ST_OK);
}

static inline void client_instructs(struct world *w, int64_t incident)
{
	struct record *r;
	struct row *row = new(&w->a, struct row);

	act_as(w, 0);
	assert_int_equal(load(w, incident, &r), ST_OK);
	row->v = new_n(&w->a, struct value, 3);
	row->v[0] = value_of_date(w->rq.today);
	row->v[2] = value_of_text(S("当社の文面で通知してください。"));
	r->v[incident_f_instructions] = (struct value){ .set = true, .num = 1, .rows = row };
	assert_int_equal(write_free(w, r), ST_OK);
}

/* A publication with everything but its desk, not saved yet. */
static inline struct record *draft_publication(struct world *w, int64_t incident)
{
	struct record *p = blank(w, "publication");

	p->v[publication_f_incident] = value_of_link(incident);
	fill(p, "title", "お詫びとお知らせ");
	fill(p, "channel", "website");
	fill(p, "facts", "誤送付");
	fill(p, "cause", "確認の不足");
	fill(p, "status", "回収した");
	fill(p, "prevention", "二人で確認する");
	return p;
}
