/* agenda_item.c - items arise from persons who do not accept, and end with the decision of a meeting. */
#include "domain/council/agenda_item.h"
#include "base/utf8.h"
#include "domain/council/parts.h"
#include "record/index.h"
#include "record/list.h"
#define RECORD     agenda_item
#define RECORD_DEF "domain/council/agenda_item.def"
#include "record/define.h"

static const struct type *type_of(struct request *rq)
{
	return store_type(conn_store(rq->conn), S("agenda_item"));
}

/* The item names the case and the notice, not the person: lists of it are read by many. */
static struct str title_of(struct request *rq, const struct record *incident, int64_t notice)
{
	struct str args[] = { incident->serial, notice ? record_title_of(rq, notice) : S("-") };
	struct buf b = buf_make(1000);

	msg_add(&b, JA, MSG_AGENDA_PERSON, args, 2);
	struct str s = str_dup(rq->a, utf8_clip(buf_str(&b), 400));
	buf_free(&b);
	return s;
}

enum status agenda_item_raise(struct request *rq, int64_t incident, int64_t person, int64_t notice)
{
	struct record *i, *r = record_new(rq, type_of(rq));

	TRY(record_get(rq, incident, &i));
	r->creator = 0;
	r->v[agenda_item_f_title] = value_of_text(title_of(rq, i, notice));
	r->v[agenda_item_f_incident] = value_of_link(incident);
	r->v[agenda_item_f_department] = value_of_link(i->department);
	r->v[agenda_item_f_person] = value_of_link(person);
	if (notice)
		r->v[agenda_item_f_notice] = value_of_link(notice);
	r->v[agenda_item_f_turn] = value_of_text(S("privacy_manager"));
	r->v[agenda_item_f_arisen] = value_of_date(rq->today);
	return record_write(rq, r, i->serial);
}

struct found { int64_t *id; int n; };
static enum status take(struct request *rq, struct record *r, void *arg)
{
	struct found *f = arg;

	(void)rq;
	f->id[f->n++] = r->id;
	return f->n < AGENDA_MAX ? ST_OK : ST_NO;
}

enum status agenda_items_open(struct request *rq, int64_t incident, int64_t ret[AGENDA_MAX], int *ret_n)
{
	struct value v = value_of_link(incident);
	struct list_query q = { .type = type_of(rq), .sort = agenda_item_f_arisen, .step = S("open"), .nfilters = 1,
		.filter = { { .place = agenda_item_f_incident, .equal = index_key(rq, type_of(rq), agenda_item_f_incident, &v) } } };
	struct found f = { ret, 0 };
	struct actor actor = rq->actor;

	rq->actor = (struct actor){ .system = true, .name = S("") };     /* a rule asks, whoever acts */
	enum status st = record_each(rq, &q, take, &f);
	rq->actor = actor;
	*ret_n = f.n;
	return st == ST_NO ? ST_OK : st;
}

/* The person's record stands above this concept, so its fields are found by name. One who stands elsewhere by now is left so. */
static enum status tell_person(struct request *rq, int64_t person, struct str decision, struct str meeting)
{
	struct record *r;

	TRY(record_get(rq, person, &r));
	int what = type_place(r->type, S("decision")), when = type_place(r->type, S("decided_on"));
	if (what < 0 || when < 0 || !str_eq(r->step, S("declined")))
		return ST_OK;
	r->step = S("decided");
	r->v[what] = value_of_text(decision);
	r->v[when] = value_of_date(rq->today);
	return record_write(rq, r, meeting);
}

enum status agenda_item_decide(struct request *rq, int64_t item, const struct record *meeting, struct str decision)
{
	struct record *r;

	TRY(record_get(rq, item, &r));
	if (r->type != type_of(rq) || !str_eq(r->step, S("open")))
		return ST_OK;
	r->step = S("decided");
	r->v[agenda_item_f_meeting] = value_of_link(meeting->id);
	r->v[agenda_item_f_decision] = value_of_text(decision);
	TRY(record_write(rq, r, meeting->serial));
	return tell_person(rq, agenda_item_person(r), decision, meeting->serial);
}

const struct record_type agenda_item_type = {
	RECORD_TABLES,
	.name = "agenda_item", .title = { SLIT("対策会議の議題"), SLIT("Item for the council") }, .area = "incidents", .marks = TYPE_PART,
	.title_field = "title", .department_field = "department", .turn_field = "turn", .serial_prefix = "G", .retention_years = 10,
};
