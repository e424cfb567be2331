/* minutes.c - sets the minutes as offices keep them: a table of when, where and who, then the agenda, the facts, what was decided, who does
 * what until when, and the next meeting. */
#include "domain/council/minutes.h"
#include "base/calendar.h"
#include "domain/council/council.h"
#include "domain/council/council_meeting.h"
#include "domain/council/parts.h"
#include "record/store.h"
#include <stdio.h>

/* ---- people ---- */

static struct str named(struct request *rq, const struct pen *w, int64_t staff, struct str outsider, struct str part)
{
	struct str name = staff ? record_title_of(rq, staff) : outsider;

	return part.n ? paper_words2(w, MSG_PAPER_NAME_PART, name, part) : name;
}

static void add_name(const struct pen *w, struct buf *b, struct str name)
{
	if (!name.n)
		return;
	if (b->n)
		buf_add(b, paper_word(w, MSG_PAPER_AND));
	buf_add(b, name);
}

struct str council_members_words(struct request *rq, const struct record *council)
{
	const struct pen w = { rq->a, rq->lang, NULL };
	struct buf b = buf_make(1 << 16);

	for (const struct row *row = council_members(council)->rows; row; row = row->next)
		add_name(&w, &b, named(rq, &w, row->v[0].num, S(""), row->v[1].text));
	for (const struct row *row = council_outsiders(council)->rows; row; row = row->next)
		add_name(&w, &b, named(rq, &w, 0, row->v[0].text, row->v[1].text.n ? row->v[1].text : row->v[2].text));
	return paper_kept(rq->a, &b);
}

static bool attends(const struct record *meeting, int64_t staff)
{
	for (const struct row *row = council_meeting_attendees(meeting)->rows; row; row = row->next)
		if (row->v[0].num == staff)
			return true;
	return false;
}

static struct str part_of(const struct record *council, int64_t staff)
{
	for (const struct row *row = council ? council_members(council)->rows : NULL; row; row = row->next)
		if (row->v[0].num == staff)
			return row->v[1].text;
	return S("");
}

static struct str attendees(struct request *rq, const struct pen *w, const struct record *meeting, const struct record *council)
{
	struct buf b = buf_make(1 << 16);

	for (const struct row *row = council_meeting_attendees(meeting)->rows; row; row = row->next)
		add_name(w, &b, named(rq, w, row->v[0].num, row->v[1].text, row->v[0].num ? part_of(council, row->v[0].num) : S("")));
	return paper_kept(rq->a, &b);
}

/* Members who were not there. */
static struct str absentees(struct request *rq, const struct pen *w, const struct record *meeting, const struct record *council)
{
	struct buf b = buf_make(1 << 16);

	for (const struct row *row = council ? council_members(council)->rows : NULL; row; row = row->next)
		if (row->v[0].num && !attends(meeting, row->v[0].num))
			add_name(w, &b, named(rq, w, row->v[0].num, S(""), row->v[1].text));
	return paper_kept(rq->a, &b);
}

/* ---- parts of the paper ---- */

static struct str day_and_time(const struct pen *w, const struct record *meeting)
{
	struct str day = paper_day(w, council_meeting_held_on(meeting));

	return council_meeting_time(meeting).n ? paper_words2(w, MSG_MINUTES_DAY_TIME, day, council_meeting_time(meeting)) : day;
}

static struct str numbered(const struct pen *w, int n)
{
	char t[16];
	int len = snprintf(t, sizeof t, "%d", n);

	return str_dup(w->a, (struct str){ t, len });
}

static void decisions(const struct pen *w, const struct record *meeting)
{
	static const double widths[] = { 1, 3.4, 8.6 };
	struct str headers[] = { paper_word(w, MSG_MINUTES_NO), paper_word(w, MSG_MINUTES_MATTER), paper_word(w, MSG_MINUTES_DECISION) };
	const struct field *kind = &meeting->type->fields[council_meeting_f_decisions].rows[0];
	int n = 0;

	pdf_heading(w->p, paper_word(w, MSG_MINUTES_DECISIONS));
	pdf_table_begin(w->p, &(struct pdf_table){ .columns = 3, .widths = widths, .headers = headers });
	for (const struct row *row = council_meeting_decisions(meeting)->rows; row; row = row->next) {
		const struct choice *c = field_choice(kind, row->v[0].text);
		struct str cells[] = { numbered(w, ++n), c ? c->label[w->lang] : S(""), row->v[1].text };
		pdf_row(w->p, cells);
	}
	if (!n) {
		struct str cells[] = { S(""), S(""), paper_word(w, MSG_PAPER_REC_NOTHING) };
		pdf_row(w->p, cells);
	}
	pdf_table_end(w->p);
}

static void actions(struct request *rq, const struct pen *w, const struct record *meeting)
{
	static const double widths[] = { 1, 6.4, 3, 2.6 };
	struct str headers[] = { paper_word(w, MSG_MINUTES_NO), paper_word(w, MSG_MINUTES_ACTION), paper_word(w, MSG_MINUTES_OWNER), paper_word(w, MSG_MINUTES_UNTIL) };
	int n = 0;

	pdf_heading(w->p, paper_word(w, MSG_MINUTES_ACTIONS));
	pdf_table_begin(w->p, &(struct pdf_table){ .columns = 4, .widths = widths, .headers = headers });
	for (const struct row *row = council_meeting_actions(meeting)->rows; row; row = row->next) {
		struct str cells[] = { numbered(w, ++n), row->v[0].text, row->v[1].num ? record_title_of(rq, row->v[1].num) : S(""),
			row->v[2].set ? paper_day(w, value_day(&row->v[2])) : S("") };
		pdf_row(w->p, cells);
	}
	if (!n) {
		struct str cells[] = { S(""), paper_word(w, MSG_PAPER_REC_NOTHING), S(""), S("") };
		pdf_row(w->p, cells);
	}
	pdf_table_end(w->p);
}

/* Who settled them and who wrote them. */
static enum status approvals(struct request *rq, const struct pen *w, const struct record *meeting, struct pdf_box box[2])
{
	static const enum msg_id words[] = { MSG_MINUTES_SETTLED, MSG_PAPER_MADE };
	struct version *v;

	for (int i = 0; i < 2; i++)
		box[i] = (struct pdf_box){ paper_word(w, words[i]), S(""), S("") };
	TRY(record_versions(rq, meeting->id, &v));
	for (; v; v = v->next) {
		int i = str_eq(v->move, S("record")) ? 0 : v->version == 1 ? 1 : -1;
		if (i < 0 || box[i].name.n || !v->staff)
			continue;
		struct buf b = buf_make(64);
		calendar_add_wareki_short(&b, instant_date_tokyo(v->at));
		box[i].name = record_title_of(rq, v->staff);
		box[i].date = paper_kept(w->a, &b);
	}
	return ST_OK;
}

static struct str relied_on(const struct pen *w, const struct record *meeting)
{
	if (!council_meeting_relied_on(meeting))
		return S("");
	return paper_words(w, MSG_MINUTES_VERSION, paper_number(w, council_meeting_relied_on(meeting)));
}

static void text_part(const struct pen *w, enum msg_id title, struct str text)
{
	pdf_heading(w->p, paper_word(w, title));
	pdf_plain(w->p, paper_or(w, text, MSG_PAPER_REC_NOTHING));
}

static struct str incident_words(const struct pen *w, const struct record *incident)
{
	const struct value *title = incident_value(incident, S("title"));

	return paper_words2(w, MSG_PAPER_NAME_PART, title ? title->text : S(""), incident->serial);
}

enum status minutes_make(struct request *rq, const struct record *meeting, const struct record *incident, const struct record *council,
	enum lang lang, struct pdf **ret)
{
	bool recorded = str_eq(meeting->step, S("recorded"));
	struct pen w = { rq->a, lang, NULL };
	struct pdf_box box[2];

	TRY(approvals(rq, &w, meeting, box));
	w.p = pdf_new(rq->a, &(struct pdf_settings){ .title = paper_word(&w, MSG_MINUTES_TITLE), .made = council_meeting_held_on(meeting), .gothic = true,
		.header_left = recorded ? paper_word(&w, MSG_PAPER_CONFIDENTIAL) : paper_word(&w, MSG_MINUTES_DRAFT),
		.header_right = paper_words(&w, MSG_PAPER_REFERENCE, meeting->serial) });
	pdf_title(w.p, paper_word(&w, MSG_MINUTES_TITLE));
	pdf_approval(w.p, box, 2);
	paper_pairs_begin(&w);
	paper_pair(&w, MSG_MINUTES_CASE, incident_words(&w, incident));
	paper_pair(&w, MSG_MINUTES_WHEN, day_and_time(&w, meeting));
	paper_pair(&w, MSG_MINUTES_PLACE, council_meeting_place(meeting));
	paper_pair(&w, MSG_PAPER_REC_CHAIR, council && council_chair(council) ? record_title_of(rq, council_chair(council)) : S(""));
	paper_pair(&w, MSG_MINUTES_ATTENDEES, attendees(rq, &w, meeting, council));
	paper_pair(&w, MSG_MINUTES_ABSENT, absentees(rq, &w, meeting, council));
	paper_pair(&w, MSG_MINUTES_RELIED_ON, relied_on(&w, meeting));
	pdf_table_end(w.p);
	text_part(&w, MSG_MINUTES_AGENDA, council_meeting_agenda(meeting));
	text_part(&w, MSG_MINUTES_FACTS, council_meeting_facts(meeting));
	decisions(&w, meeting);
	actions(rq, &w, meeting);
	text_part(&w, MSG_MINUTES_NEXT, paper_or(&w, council_meeting_next(meeting), MSG_MINUTES_NO_NEXT));
	pdf_right(w.p, paper_word(&w, MSG_PAPER_IJO));
	*ret = w.p;
	return ST_OK;
}
