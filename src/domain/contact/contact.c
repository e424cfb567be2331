/* contact.c - the directory of an emergency: what an entry must hold, and whether it is complete. */
#include "domain/contact/contact.h"
#include "record/list.h"
#define RECORD     contact
#define RECORD_DEF "domain/contact/contact.def"
#include "record/define.h"

enum { CHECK_DAYS = 365 };

static bool of_kind(const struct record *r, const char *kind)
{
	return str_eq(contact_kind(r), str_z(kind));
}

/* ---- an entry ---- */

/* REQ: INC-01 - verified each year; an entry that nobody has verified is due at once. */
static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	if (!r->version)
		r->creator = 0;                              /* a list of the house: whoever wrote the entry may verify it, too */
	if (m && str_eq(str_z(m->code), S("verify")))
		r->v[contact_f_checked_on] = value_of_date(rq->today);
	bool checked = r->v[contact_f_checked_on].set && contact_checked_on(r).days != DATE_NEVER.days;
	r->v[contact_f_check_due] = value_of_date(checked ? date_add_days(contact_checked_on(r), CHECK_DAYS) : rq->today);
	return ST_OK;
}

/* REQ: INC-36 - reports go to an encrypted address or nowhere. */
static void check_url(struct request *rq, const struct record *r, enum contact_field f)
{
	struct str url = str_trim(r->v[f].text);

	if (r->v[f].set && (!str_starts(url, S("https://")) || url.n <= S("https://").n || str_find_char(url, ' ') >= 0))
		problem(&rq->problems, str_z(contact_fields[f].name), MSG_CONTACT_HTTPS);
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	(void)m;
	check_url(rq, r, contact_f_url);
	check_url(rq, r, contact_f_url_spi);
	if (!r->v[contact_f_url].set && !r->v[contact_f_phone].set)
		problem(&rq->problems, S("phone"), MSG_CONTACT_REACH);
	if (!r->version && !r->v[contact_f_kind].set)
		problem(&rq->problems, S("kind"), MSG_REC_REQUIRED);
	if (!r->version && !r->v[contact_f_name].set)
		problem(&rq->problems, S("name"), MSG_REC_REQUIRED);
	if (r->v[contact_f_checked_on].set && date_cmp(contact_checked_on(r), rq->today) > 0)
		problem(&rq->problems, S("checked_on"), MSG_CONTACT_FUTURE);
	return ST_OK;
}

/* ---- is everybody in it whom a case may call for? ---- */

enum { ENTRIES_MAX = 400 };
struct directory { int64_t id[ENTRIES_MAX]; struct record *r[ENTRIES_MAX]; int n; };

/* What record_each gives lives only while it is given: the ids are kept, the records read behind it. */
static enum status collect(struct request *rq, struct record *r, void *arg)
{
	struct directory *d = arg;

	(void)rq;
	if (d->n < ENTRIES_MAX)
		d->id[d->n++] = r->id;
	return ST_OK;
}

/* Every entry in use. */
static enum status directory(struct request *rq, struct directory *ret)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("contact")), .sort = contact_f_kind };

	ret->n = 0;
	TRY(record_each(rq, &q, collect, ret));
	for (int i = 0; i < ret->n; i++)
		TRY(record_get(rq, ret->id[i], &ret->r[i]));
	return ST_OK;
}

static struct record *first_of(const struct directory *d, const char *kind)
{
	for (int i = 0; i < d->n; i++)
		if (of_kind(d->r[i], kind))
			return d->r[i];
	return NULL;
}

struct str contact_address(const struct record *r, bool my_number)
{
	if (my_number && contact_url_spi(r).n)
		return contact_url_spi(r);
	return contact_url(r).n ? contact_url(r) : contact_phone(r);
}

/* REQ: AUT-04 */
enum status contact_of_matter(struct request *rq, struct str kind, struct str matter, struct record **ret)
{
	struct directory d;

	*ret = NULL;
	TRY(directory(rq, &d));
	for (int i = 0; i < d.n && !*ret; i++)
		if (str_eq(contact_kind(d.r[i]), kind) && (!matter.n || value_has_code(contact_matters(d.r[i]), matter)))
			*ret = d.r[i];
	return ST_OK;
}

/* REQ: INC-35 */
static struct record *authority_of(const struct directory *d)
{
	struct record *minister = first_of(d, "minister");

	return minister ? minister : first_of(d, "ppc");
}

enum status contact_complete(struct request *rq, bool holder)
{
	struct directory d;
	ptrdiff_t before = rq->problems.n;

	TRY(directory(rq, &d));
	if (!authority_of(&d))
		problem(&rq->problems, S(""), MSG_CONTACT_NEEDS_PPC);
	if (holder && !first_of(&d, "reviewing_body"))
		problem(&rq->problems, S(""), MSG_CONTACT_NEEDS_BODY);
	return rq->problems.n > before ? ST_NO : ST_OK;
}

const struct record_type contact_type = {
	RECORD_TABLES,
	.name = "contact", .title = { SLIT("緊急時連絡先"), SLIT("Emergency contact") }, .area = "incidents",
	.title_field = "name", .due_field = "check_due", .retention_years = 10,
	.hooks = { .derive = derive, .check = check },
};
