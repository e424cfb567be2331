/* affected_person.c - one record for each person: what must be there before each move, and where everybody stands. */
#include "domain/affected_person/affected_person.h"
#include "domain/affected_person/incident_notice.h"
#include "domain/communication/communication.h"
#include "domain/council/agenda_item.h"
#include "domain/council/council_meeting.h"
#include "domain/publication/publication.h"
#include "format/recognise.h"
#include "record/index.h"
#include "record/list.h"
#include <stdio.h>
#define RECORD     affected_person
#define RECORD_DEF "domain/affected_person/affected_person.def"
#include "record/define.h"

static const struct { const char *step; enum msg_id open; } stands[AFFECTED_STANDS] = {
	[AFFECTED_LISTED]      = { "listed",      MSG_AFFECTED_OPEN_LISTED },
	[AFFECTED_DECLINED]    = { "declined",    MSG_AFFECTED_OPEN_DECLINED },
	[AFFECTED_UNREACHABLE] = { "unreachable", MSG_AFFECTED_OPEN_UNREACHABLE },
	[AFFECTED_DECIDED]     = { "decided",     MSG_AFFECTED_OPEN_DECIDED },
	[AFFECTED_SENT]        = { "sent",        MSG_NONE },
	[AFFECTED_ACCEPTED]    = { "accepted",    MSG_NONE },
	[AFFECTED_SETTLED]     = { "settled",     MSG_NONE },
	[AFFECTED_COVERED]     = { "covered",     MSG_NONE },
	[AFFECTED_WAIVED]      = { "waived",      MSG_NONE },
	[AFFECTED_UNAFFECTED]  = { "unaffected",  MSG_NONE },
};

const char *affected_step(enum affected_stand s)
{
	return stands[s].step;
}

static const struct type *type_of(struct request *rq)
{
	return store_type(conn_store(rq->conn), S("affected_person"));
}

/* ---- the order of lists: by incident, and in it those first who need something. REQ: INC-15 ---- */

static struct value place_of(struct request *rq, int64_t incident, enum affected_stand s)
{
	char t[40];
	int n = snprintf(t, sizeof t, "%012lld %d", (long long)incident, (int)s);

	return value_of_text(str_dup(rq->a, (struct str){ t, n }));
}

static struct str key_of(struct request *rq, int64_t incident, enum affected_stand s)
{
	struct value v = place_of(rq, incident, s);

	return index_key(rq, type_of(rq), affected_person_f_place, &v);
}

static enum affected_stand stand_of(const struct record *r)
{
	for (int s = 0; s < AFFECTED_STANDS; s++)
		if (str_eq(r->step, str_z(stands[s].step)))
			return (enum affected_stand)s;
	return AFFECTED_LISTED;
}

/* ---- the record ---- */

static bool is(const struct move *m, const char *code)
{
	return m && strcmp(m->code, code) == 0;
}

static void stamp(struct request *rq, struct record *r, enum affected_person_field f)
{
	r->v[f] = value_of_date(rq->today);
}

static void forget(struct record *r, enum affected_person_field f)
{
	r->v[f] = (struct value){ .set = false };
}

/* The text the person was sent, in the version it had then. */
static enum status stamp_notice(struct request *rq, struct record *r)
{
	struct record *notice;

	TRY(incident_notice_for(rq, affected_person_incident(r), affected_person_group(r), &notice));
	stamp(rq, r, affected_person_f_sent);
	r->v[affected_person_f_staff] = value_of_link(rq->actor.staff);
	if (!notice)
		return ST_OK;
	r->v[affected_person_f_notice] = value_of_link(notice->id);
	r->v[affected_person_f_notice].num2 = PIN_NEWEST;      /* the words of this time, also where the same text was sent before */
	if (!r->v[affected_person_f_channel].set)
		r->v[affected_person_f_channel] = value_of_text(incident_notice_channel(notice));
	return ST_OK;
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	r->v[affected_person_f_place] = place_of(rq, affected_person_incident(r), stand_of(r));
	if (is(m, "notify") || is(m, "tell"))
		return stamp_notice(rq, r);
	if (is(m, "accept") || is(m, "decline"))
		stamp(rq, r, affected_person_f_answered);
	if (is(m, "decline")) {                          /* what was decided before did not help: the council decides anew */
		forget(r, affected_person_f_decision);
		forget(r, affected_person_f_decided_on);
	}
	if (is(m, "contact"))
		stamp(rq, r, affected_person_f_recontact_on);
	return ST_OK;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	if (!affected_person_incident(r))
		problem(&rq->problems, S("incident"), MSG_AFFECTED_NO_INCIDENT);
	if (r->v[affected_person_f_means_on].set && date_cmp(affected_person_means_on(r), rq->today) > 0)
		problem(&rq->problems, S("means_on"), MSG_AFFECTED_MEANS_FUTURE);
	return ST_OK;
}

static void want(struct request *rq, const struct record *r, enum affected_person_field f, enum msg_id otherwise)
{
	if (!r->v[f].set)
		problem(&rq->problems, str_z(affected_person_fields[f].name), otherwise);
}

/* REQ: INC-03 INC-14 INC-22 */
static enum status may_notify(struct request *rq, const struct record *r)
{
	struct record *notice;

	TRY(council_lets_out(rq, affected_person_incident(r), S("notice")));
	TRY(incident_notice_for(rq, affected_person_incident(r), affected_person_group(r), &notice));
	if (!notice)
		problem(&rq->problems, S(""), MSG_AFFECTED_NO_NOTICE);
	return ST_OK;
}

/* REQ: INC-04 (waived: reason, measure, the council), INC-21
 * (unreachable: put where the person can learn it). */
static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	ptrdiff_t before = rq->problems.n;

	(void)comment;
	if (is(m, "notify") || is(m, "tell")) {
		TRY(may_notify(rq, r));
	} else if (is(m, "waive")) {
		want(rq, r, affected_person_f_waiver, MSG_AFFECTED_WAIVER);
		want(rq, r, affected_person_f_measure, MSG_AFFECTED_MEASURE);
		TRY(council_lets_out(rq, affected_person_incident(r), S("alternative")));
	} else if (is(m, "contact")) {
		want(rq, r, affected_person_f_recontact, MSG_AFFECTED_RECONTACT);
	} else if (is(m, "cover")) {
		want(rq, r, affected_person_f_means, MSG_AFFECTED_MEANS);
		want(rq, r, affected_person_f_means_on, MSG_AFFECTED_MEANS);
	}
	return rq->problems.n > before ? ST_NO : ST_OK;
}

/* ---- what follows ---- */

static const char *log_channel(struct str channel)
{
	static const struct { const char *own, *log; } same[] = { { "letter", "letter" }, { "mail", "mail" }, { "phone", "phone" }, { "visit", "meeting" } };

	for (int i = 0; i < COUNT(same); i++)
		if (str_eq(channel, str_z(same[i].own)))
			return same[i].log;
	return "other";
}

/* REQ: COM-02 - one told alone has an entry of their own; of many told at once there is one for all. */
static enum status log_told(struct request *rq, const char *channel, int64_t incident, int64_t about, int64_t count)
{
	struct buf b = buf_make(300), n = buf_make(32);

	buf_int(&n, count);
	struct str arg = buf_str(&n);
	msg_add(&b, JA, MSG_COMMUNICATION_PERSONS, &arg, 1);
	enum status st = communication_note(rq, &(struct communication){ .outside = true, .what = msg_text(MSG_COMMUNICATION_TOLD, JA),
		.whom = str_dup(rq->a, buf_str(&b)), .channel = channel, .incident = incident, .about = about });
	buf_free(&b);
	buf_free(&n);
	return st;
}


static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	(void)before;
	if (is(m, "notify"))
		return log_told(rq, log_channel(affected_person_channel(r)), affected_person_incident(r), r->id, 1);
	/* REQ: INC-20 - not accepted: back to the council */
	return is(m, "decline") ? agenda_item_raise(rq, affected_person_incident(r), r->id, affected_person_notice(r)) : ST_OK;
}

/* ---- all persons of an incident ---- */

enum status affected_persons_count(struct request *rq, int64_t incident, struct affected_tally *ret)
{
	*ret = (struct affected_tally){ 0 };
	for (int s = 0; s < AFFECTED_STANDS; s++) {
		struct str key = key_of(rq, incident, (enum affected_stand)s);
		TRY(record_count_keys(rq, type_of(rq), affected_person_f_place, key, key, &ret->by[s]));
		ret->all += ret->by[s];
	}
	struct record *publication = NULL;
	if (ret->by[AFFECTED_UNREACHABLE])
		TRY(publication_instead(rq, incident, &publication));
	ret->publication = publication ? publication->id : 0;
	return ST_OK;
}

/* REQ: INC-21 - who cannot be reached is told by the publication that stands for the notice (Act 26(2) proviso). */
bool affected_open(const struct affected_tally *t, enum affected_stand s)
{
	return stands[s].open && t->by[s] && !(s == AFFECTED_UNREACHABLE && t->publication);
}

static struct list_query between(struct request *rq, int64_t incident, enum affected_stand from, enum affected_stand to)
{
	struct list_query q = { .type = type_of(rq), .sort = affected_person_f_place, .step = S("*"), .nfilters = 1 };

	q.filter[0] = (struct list_filter){ .place = affected_person_f_place, .from = key_of(rq, incident, from), .to = key_of(rq, incident, to) };
	return q;
}

enum status affected_persons_first(struct request *rq, int64_t incident, const struct affected_tally *t, int max, struct record **ret,
	int *ret_n)
{
	*ret_n = 0;
	for (enum affected_stand s = 0; s < AFFECTED_STANDS && *ret_n < max; s++) {
		struct list_query q = between(rq, incident, s, s);
		struct list_page page;
		if (!affected_open(t, s))
			continue;
		q.limit = max - *ret_n;
		q.part = true;                           /* the caller notes how many were shown */
		TRY(record_list(rq, &q, &page));
		for (int i = 0; i < page.n && *ret_n < max; i++)
			ret[(*ret_n)++] = page.rows[i];
	}
	return ST_OK;
}

/* REQ: INC-03 INC-20 INC-21 */
enum status affected_persons_settled(struct request *rq, int64_t incident)
{
	struct affected_tally t;
	bool open = false;

	TRY(affected_persons_count(rq, incident, &t));
	for (int s = 0; s < AFFECTED_STANDS; s++) {
		struct buf b = buf_make(32);
		if (!affected_open(&t, (enum affected_stand)s))
			continue;
		buf_int(&b, t.by[s]);
		problem(&rq->problems, S(""), stands[s].open, .arg = { str_dup(rq->a, buf_str(&b)) });
		buf_free(&b);
		open = true;
	}
	return open ? ST_NO : ST_OK;
}

/* Is this the text for the person? Persons of one group stand together in most lists, so the last answer is kept. */
struct meant { struct str group; bool known, this; };

static enum status is_meant(struct request *rq, const struct record *notice, const struct record *person, struct meant *m)
{
	struct record *other;

	if (m->known && str_eq(m->group, affected_person_group(person)))
		return ST_OK;
	TRY(incident_notice_for(rq, affected_person_incident(person), affected_person_group(person), &other));
	*m = (struct meant){ affected_person_group(person), true, other && other->id == notice->id };
	return ST_OK;
}

static enum status tell(struct request *rq, const struct record *notice, int max, int *ret)
{
	struct list_query q = between(rq, incident_notice_incident(notice), AFFECTED_LISTED, AFFECTED_LISTED);
	struct list_page page;
	struct meant m = { .known = false };

	*ret = 0;
	q.limit = LIST_PAGE_MAX;
	do {
		TRY(record_list(rq, &q, &page));
		for (int i = 0; i < page.n && *ret < max; i++) {
			TRY(is_meant(rq, notice, page.rows[i], &m));
			if (!m.this)
				continue;
			TRY(record_move(rq, page.rows[i], S("tell"), S(""), NULL));
			++*ret;
		}
		q.after = page.next;
	} while (q.after.n && *ret < max);
	return ST_OK;
}

/* Who may send the notice may tell all it is meant for: the move of each is the system's. */
enum status affected_persons_notify(struct request *rq, const struct record *notice, int max, int *ret)
{
	bool system = rq->actor.system;

	rq->actor.system = true;
	enum status st = tell(rq, notice, max, ret);
	rq->actor.system = system;
	if (st != ST_OK || !*ret)
		return st;
	return log_told(rq, log_channel(incident_notice_channel(notice)), incident_notice_incident(notice), notice->id, *ret);
}

/* The lists come from everywhere: from the shop's customers, the staff office, the school. */
static struct vocabulary *vocabulary(struct arena *a)
{
	static const struct field_name names[] = {
#define ALIAS(field, name) { SLIT(#field), SLIT(name) },
#include "domain/affected_person/aliases.def"
#undef ALIAS
	};
	struct vocabulary *v = vocabulary_make(a);

	vocabulary_names(v, names, COUNT(names));
	return v;
}

struct untold { affected_each *each; void *arg; };

static enum status with_notice(struct request *rq, struct record *person, void *arg)
{
	struct untold *u = arg;
	struct record *notice;

	TRY(incident_notice_for(rq, affected_person_incident(person), affected_person_group(person), &notice));
	return notice ? u->each(rq, person, notice, u->arg) : ST_OK;
}

enum status affected_persons_untold(struct request *rq, int64_t incident, affected_each *each, void *arg)
{
	struct list_query q = between(rq, incident, AFFECTED_LISTED, AFFECTED_LISTED);

	return record_each(rq, &q, with_notice, &(struct untold){ each, arg });
}

const struct record_type affected_person_type = {
	RECORD_TABLES,
	.name = "affected_person", .title = { SLIT("影響を受けた本人"), SLIT("Person concerned") }, .area = "incidents", .marks = TYPE_PART,
	.title_field = "person", .number_field = "reference", .retention_years = 10,
	.hooks = { .vocabulary = vocabulary, .derive = derive, .check = check, .may_move = may_move, .after = after },
};
