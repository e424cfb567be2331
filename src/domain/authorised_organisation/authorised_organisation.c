/* authorised_organisation.c - the bodies of which the organisation is a target operator. */
#include "domain/authorised_organisation/authorised_organisation.h"
#include "domain/norm/norm.h"
#include "record/list.h"
#define RECORD     authorised_organisation
#define RECORD_DEF "domain/authorised_organisation/authorised_organisation.def"
#include "record/define.h"

enum { BODIES_MAX = 40 /* fewer than the bits of a word */, CHECK_DAYS = 365 };

/* ---- which hold ---- */

bool authorised_organisation_holds(const struct record *r, struct date day)
{
	bool ended = r->v[authorised_organisation_f_ended_on].set && date_cmp(authorised_organisation_ended_on(r), day) <= 0;

	return str_eq(r->step, S("active")) && !ended && r->v[authorised_organisation_f_agreed_on].set && date_cmp(authorised_organisation_agreed_on(r), day) <= 0;
}

struct bodies { int64_t id[BODIES_MAX]; int n; struct date day; };

static enum status collect(struct request *rq, struct record *r, void *arg)
{
	struct bodies *b = arg;

	(void)rq;
	if (b->n < BODIES_MAX && authorised_organisation_holds(r, b->day))
		b->id[b->n++] = r->id;
	return ST_OK;
}

enum status authorised_organisations_on(struct request *rq, struct date day, struct linked *ret)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("authorised_organisation")), .sort = authorised_organisation_f_name, .step = S("active") };
	struct bodies b = { .day = day };
	struct actor actor = rq->actor;

	rq->actor = (struct actor){ .system = true, .name = S("") };     /* public pages name them to everybody */
	enum status st = record_each(rq, &q, collect, &b);
	rq->actor = actor;
	TRY(st);
	*ret = (struct linked){ .r = new_n(rq->a, struct record *, BODIES_MAX) };
	while (ret->n < b.n) {
		TRY(record_get(rq, b.id[ret->n], &ret->r[ret->n]));
		ret->n++;
	}
	return ST_OK;
}

/* REQ: ORG-03 (Act 54(4): the body has its target operators follow its guideline). */
enum status authorised_organisations_without_norm(struct request *rq, int *ret)
{
	struct linked bodies, norms;

	*ret = 0;
	TRY(authorised_organisations_on(rq, rq->today, &bodies));
	for (int i = 0; i < bodies.n; i++) {
		bool there = false;
		TRY(record_linked(rq, S("norm"), norm_f_body, bodies.r[i]->id, &norms));
		for (int k = 0; k < norms.n; k++)
			there = there || str_eq(norms.r[k]->step, S("active"));
		*ret += !there;
	}
	return ST_OK;
}

/* ---- rules ---- */

/* REQ: ORG-04 - the day on which it ends is the privacy manager's turn; the section of the public page ends with it by itself. */
static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	bool ends = r->v[authorised_organisation_f_ended_on].set;

	if (!r->version)
		r->creator = 0;
	if (m && str_eq(str_z(m->code), S("join")))
		r->v[authorised_organisation_f_checked_on] = value_of_date(rq->today);
	if (str_eq(r->step, S("draft")))
		return ST_OK;
	struct date checked = authorised_organisation_checked_on(r);
	r->v[authorised_organisation_f_until] = ends ? r->v[authorised_organisation_f_ended_on] : value_of_date(checked.days == DATE_NEVER.days ? rq->today : date_add_days(checked, CHECK_DAYS));
	return ST_OK;
}

/* REQ: ORG-01, ORG-05 - once it is named in public it never lacks what the public needs. */
static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	int missing[authorised_organisation_nfields];

	if (!r->version && !r->v[authorised_organisation_f_name].set)
		problem(&rq->problems, S("name"), MSG_REC_REQUIRED);
	if (!m && str_eq(r->step, S("active"))) {
		int n = record_missing(r, AT_SUBMIT, missing);
		for (int i = 0; i < n; i++)
			problem(&rq->problems, str_z(authorised_organisation_fields[missing[i]].name), MSG_REC_REQUIRED);
	}
	if (r->v[authorised_organisation_f_ended_on].set && date_cmp(authorised_organisation_ended_on(r), authorised_organisation_agreed_on(r)) < 0)
		problem(&rq->problems, S("ended_on"), MSG_REC_DAYS_RANGE);
	return ST_OK;
}

const struct record_type authorised_organisation_type = {
	RECORD_TABLES,
	.name = "authorised_organisation", .title = { SLIT("認定個人情報保護団体"), SLIT("Authorised organisation") }, .area = "requests",
	.title_field = "name", .due_field = "until", .retention_years = 10, .clause = "J.10.3",
	.hooks = { .derive = derive, .check = check },
};
