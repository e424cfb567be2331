/* council_meeting.c - meetings of the council: what they rely on, what they decide, who does it. */
#include "domain/council/council_meeting.h"
#include "domain/council/agenda_item.h"
#include "domain/council/council.h"
#include "domain/council/parts.h"
#include "domain/task/task.h"
#define RECORD     council_meeting
#define RECORD_DEF "domain/council/council_meeting.def"
#include "record/define.h"

enum { DECISION_KIND, DECISION_WHAT, DECISION_ITEM, DECISION_COLUMNS };
enum { ACTION_WHAT, ACTION_OWNER, ACTION_DUE };

static bool decides(const struct record *meeting, struct str kind)
{
	for (const struct row *row = council_meeting_decisions(meeting)->rows; row; row = row->next)
		if (str_eq(row->v[DECISION_KIND].text, kind))
			return true;
	return false;
}

enum status council_decided(struct request *rq, int64_t incident, int64_t meeting, struct str kind, bool *ret)
{
	struct linked p;

	*ret = false;
	TRY(record_linked(rq, S("council_meeting"), council_meeting_f_incident, incident, &p));
	for (int i = 0; i < p.n; i++)
		if ((!meeting || p.r[i]->id == meeting) && str_eq(p.r[i]->step, S("recorded")) && decides(p.r[i], kind))
			*ret = true;
	return ST_OK;
}

enum status council_meetings(struct request *rq, int64_t incident, int *ret)
{
	struct linked p;

	*ret = 0;
	TRY(record_linked(rq, S("council_meeting"), council_meeting_f_incident, incident, &p));
	for (int i = 0; i < p.n; i++)
		*ret += str_eq(p.r[i]->step, S("recorded"));
	return ST_OK;
}

/* REQ: INC-14, INC-22 (J.4.4.2 m) - whatever goes out has the word of the council and, for entrusted information, the client's. */
enum status council_want_leave(struct request *rq, int64_t incident, int64_t meeting, struct str kind, struct str place)
{
	struct record *r;
	bool decided;

	TRY(record_get(rq, incident, &r));
	TRY(council_decided(rq, incident, meeting, kind, &decided));
	if (!decided)
		problem(&rq->problems, place, MSG_INC_NEEDS_DECISION);
	const struct value *entrusted = incident_value(r, S("entrusted"));
	if (entrusted && str_eq(entrusted->text, S("yes")) && !incident_value(r, S("instructions"))->rows)
		problem(&rq->problems, place, MSG_INC_NEEDS_INSTRUCTION);
	return ST_OK;
}

enum status council_lets_out(struct request *rq, int64_t incident, struct str matter)
{
	ptrdiff_t before = rq->problems.n;

	TRY(council_want_leave(rq, incident, 0, matter, S("")));
	return rq->problems.n > before ? ST_NO : ST_OK;
}

/* ---- the agenda: persons who do not accept. REQ: INC-20 ---- */

static struct row *decision_on(const struct record *meeting, int64_t item)
{
	for (struct row *row = council_meeting_decisions(meeting)->rows; row; row = row->next)
		if (row->v[DECISION_ITEM].num == item)
			return row;
	return NULL;
}

/* A draft has a line for each open item; the decision is still to be written into it. */
static enum status put_agenda(struct request *rq, struct record *r)
{
	struct value *decisions = &r->v[council_meeting_f_decisions];
	int64_t item[AGENDA_MAX];
	int n;

	TRY(agenda_items_open(rq, council_meeting_incident(r), item, &n));
	struct row *first = NULL, **end = &first;
	for (const struct row *row = decisions->rows; row; row = row->next, end = &(*end)->next) {
		*end = new(rq->a, struct row);       /* a copy: the old rows belong to whoever gave them */
		**end = *row;
		(*end)->next = NULL;
	}
	decisions->rows = first;
	for (int i = 0; i < n; i++) {
		if (decision_on(r, item[i]))
			continue;
		struct row *row = *end = new(rq->a, struct row);
		end = &row->next;
		row->v = new_n(rq->a, struct value, DECISION_COLUMNS);
		row->v[DECISION_KIND] = value_of_text(S("person"));
		row->v[DECISION_ITEM] = value_of_link(item[i]);
		decisions->set = true;
		decisions->num++;
	}
	return ST_OK;
}

/* Who did not accept before the meeting is decided about in it. */
static enum status want_agenda(struct request *rq, const struct record *r)
{
	int64_t item[AGENDA_MAX];
	int n;

	TRY(agenda_items_open(rq, council_meeting_incident(r), item, &n));
	for (int i = 0; i < n; i++) {
		const struct row *row = decision_on(r, item[i]);
		struct record *open;
		TRY(record_get(rq, item[i], &open));
		if ((!row || !row->v[DECISION_WHAT].set) && date_cmp(agenda_item_arisen(open), council_meeting_held_on(r)) <= 0)
			problem(&rq->problems, S("decisions"), MSG_MEETING_AGENDA, .arg = { open->serial });
	}
	return ST_OK;
}

static enum status end_agenda(struct request *rq, const struct record *r)
{
	for (const struct row *row = council_meeting_decisions(r)->rows; row; row = row->next)
		if (row->v[DECISION_ITEM].num)
			TRY(agenda_item_decide(rq, row->v[DECISION_ITEM].num, r, row->v[DECISION_WHAT].text));
	return ST_OK;
}

/* ---- actions as tasks ---- */

static enum status open_tasks(struct request *rq, int64_t about, int *ret)
{
	struct linked p;

	TRY(record_linked(rq, S("task"), task_f_about, about, &p));
	for (int i = 0; i < p.n; i++)
		*ret += str_eq(task_kind(p.r[i]), S("council_action")) && str_eq(p.r[i]->step, S("open"));
	return ST_OK;
}

enum status council_actions_open(struct request *rq, int64_t incident, int *ret)
{
	struct linked p;

	*ret = 0;
	TRY(record_linked(rq, S("council_meeting"), council_meeting_f_incident, incident, &p));
	for (int i = 0; i < p.n; i++)
		TRY(open_tasks(rq, p.r[i]->id, ret));
	return ST_OK;
}

/* REQ: INC-19 - an action is its owner's task, tracked to its end. */
static enum status make_task(struct request *rq, const struct record *r, const struct row *action)
{
	struct record *t = record_new(rq, store_type(conn_store(rq->conn), S("task")));

	t->v[task_f_kind] = value_of_text(S("council_action"));
	t->v[task_f_title] = action->v[ACTION_WHAT];
	t->v[task_f_owner] = action->v[ACTION_OWNER];
	t->v[task_f_due] = action->v[ACTION_DUE];
	t->v[task_f_clause] = value_of_text(S("J.4.4.2"));
	t->v[task_f_about] = value_of_link(r->id);
	t->creator = action->v[ACTION_OWNER].num;
	return record_write(rq, t, r->serial);
}

static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	(void)before;
	if (!m || !str_eq(str_z(m->code), S("record")))
		return ST_OK;
	for (const struct row *row = council_meeting_actions(r)->rows; row; row = row->next)
		TRY(make_task(rq, r, row));
	return end_agenda(rq, r);
}

/* ---- rules ---- */

static void check_rows(struct request *rq, const struct record *r)
{
	for (const struct row *row = council_meeting_decisions(r)->rows; row; row = row->next)
		if (!row->v[DECISION_KIND].set || !row->v[DECISION_WHAT].set)
			problem(&rq->problems, S("decisions"), MSG_MEETING_DECISION_WHOLE);
	for (const struct row *row = council_meeting_actions(r)->rows; row; row = row->next)
		if (!row->v[ACTION_WHAT].set || !row->v[ACTION_OWNER].num || !row->v[ACTION_DUE].set)
			problem(&rq->problems, S("actions"), MSG_MEETING_ACTION_WHOLE);
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	struct record *incident;

	if (r->v[council_meeting_f_held_on].set && date_cmp(council_meeting_held_on(r), rq->today) > 0)
		problem(&rq->problems, S("held_on"), MSG_MEETING_FUTURE);
	TRY(incident_of_part(rq, r, council_meeting_f_incident, &incident));
	if (incident && !r->version)
		incident_want_open(rq, incident);
	if (m)
		check_rows(rq, r);
	return ST_OK;
}

/* REQ: INC-11, INC-19, INC-41 - a council that sits, an investigation to rely on, and at least one decision. */
static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	ptrdiff_t before = rq->problems.n;
	struct record *council, *incident;

	(void)comment;
	if (!str_eq(str_z(m->code), S("record")))
		return ST_OK;
	TRY(incident_of_part(rq, r, council_meeting_f_incident, &incident));
	if (!incident)
		return ST_NO;
	TRY(council_of(rq, incident->id, &council));
	if (!council || !str_eq(council->step, S("sitting")))
		problem(&rq->problems, S(""), MSG_INC_NEEDS_COUNCIL);
	if (incident_number(incident, S("investigation")) == 0)
		problem(&rq->problems, S(""), MSG_INC_NEEDS_INVESTIGATION);
	if (!council_meeting_decisions(r)->rows)
		problem(&rq->problems, S("decisions"), MSG_MEETING_NO_DECISION);
	TRY(want_agenda(rq, r));
	return rq->problems.n > before ? ST_NO : ST_OK;
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	struct record *incident;

	TRY(incident_part_derive(rq, r, council_meeting_f_incident, council_meeting_f_department, 0, MSG_NONE));
	if (m && !str_eq(str_z(m->code), S("record")))
		return ST_OK;
	TRY(incident_of_part(rq, r, council_meeting_f_incident, &incident));
	if (incident && !m && str_eq(r->step, S("draft")))
		TRY(put_agenda(rq, r));
	if (incident && str_eq(r->step, m ? S("recorded") : S("draft")))
		r->v[council_meeting_f_relied_on] = value_of_number(incident_number(incident, S("investigation")));
	return ST_OK;
}

const struct record_type council_meeting_type = {
	RECORD_TABLES,
	.name = "council_meeting", .title = { SLIT("対策会議の議事録"), SLIT("Minutes of the council") }, .area = "incidents", .marks = TYPE_PART,
	.title_field = "serial", .department_field = "department", .serial_prefix = "M", .retention_years = 10,
	.hooks = { .check = check, .derive = derive, .may_move = may_move, .after = after },
};
