/* organisation_web.c - what the organisation tells everybody: its policy, who answers, and for what it uses personal data; only in
 * the version that top management approved for publication. */
#include "domain/authorised_organisation/authorised_organisation.h"
#include "domain/ledger/ledger.h"
#include "domain/organisation/organisation.h"
#include "record/list.h"
#include "web/type_pages.h"

enum { PURPOSES_MAX = 500 };

struct statement { const struct type *t; struct record *r; struct date on; struct record *row[PURPOSES_MAX]; int n; struct linked bodies; };

static void facts(struct html *h, struct web *w, const struct statement *s)
{
	static const int shown[] = { organisation_f_name, organisation_f_address, organisation_f_representative, organisation_f_desk };

	EL(h, "dl", " class=\"facts\"")
		for (ptrdiff_t i = 0; i < COUNT(shown); i++)
			if (s->r->v[shown[i]].set) {
				h_el_text(h, "dt", field_label(&s->t->fields[shown[i]], w->lang));
				h_el_text(h, "dd", value_words(&w->a, &s->t->fields[shown[i]], &s->r->v[shown[i]], w->lang), " class=\"pre\"");
			}
}

/* REQ: ORG-05 (J.10.3 e; Act 32(1)(iv), Order 10) - from the day it is agreed until the day it ends. */
static void bodies(struct html *h, struct web *w, const struct statement *s)
{
	static const int shown[] = { authorised_organisation_f_desk, authorised_organisation_f_address, authorised_organisation_f_phone, authorised_organisation_f_hours };

	if (!s->bodies.n)
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_BODY_SECTION);
		for (int i = 0; i < s->bodies.n; i++) {
			const struct record *b = s->bodies.r[i];
			h_el_text(h, "h3", authorised_organisation_name(b));
			EL(h, "dl", " class=\"facts\"")
				for (ptrdiff_t k = 0; k < COUNT(shown); k++)
					if (b->v[shown[k]].set) {
						h_el_text(h, "dt", field_label(&b->type->fields[shown[k]], w->lang));
						h_el_text(h, "dd", b->v[shown[k]].text);
					}
		}
	}
}

static void purposes(struct html *h, const struct statement *s)
{
	if (!s->n)
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_PUBLIC_PURPOSES);
		EL(h, "dl", " class=\"facts\"")
			for (int i = 0; i < s->n; i++) {
				h_el_text(h, "dt", ledger_name(s->row[i]));
				h_el_text(h, "dd", ledger_purpose(s->row[i]), " class=\"pre\"");
			}
	}
}

static void body(struct html *h, struct web *w, void *arg)
{
	const struct statement *s = arg;

	EL(h, "div", " class=\"narrow\"") {
		h_el_msg(h, "h1", MSG_PUBLIC_STATEMENT);
		if (!s->r) {
			h_el_msg(h, "p", MSG_PUBLIC_NOT_YET);
		} else {
			facts(h, w, s);
			if (s->r->v[organisation_f_policy].set)
				EL(h, "section") {
					h_el_text(h, "h2", field_label(&s->t->fields[organisation_f_policy], w->lang));
					h_el_text(h, "p", organisation_policy(s->r), " class=\"pre\"");
				}
			purposes(h, s);
			bodies(h, w, s);
			EL(h, "p", " class=\"note\"") {
				h_msg(h, MSG_PUBLIC_APPROVED);
				h_lit(h, " ");
				h_day(h, s->on);
			}
		}
	}
}

/* The last version that was approved for publication; NULL while there is none. */
static enum status published(struct request *rq, struct statement *s)
{
	struct record *now;
	struct version *v;

	TRY(organisation_find(rq, &now));
	if (!now)
		return ST_OK;
	TRY(record_versions(rq, now->id, &v));
	while (v && !str_eq(v->move, S("publish")))
		v = v->next;
	if (!v)
		return ST_OK;
	s->on = instant_date_tokyo(v->at);
	return record_load_version(rq, now->id, v->version, &s->r);
}

/* REQ: PUB-01 - J.10.3 b): the purposes of all retained personal data in force, but for those whose existence must not be known. */
static enum status collect(struct request *rq, struct statement *s)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("ledger")), .sort = LIST_SORT_SERIAL, .step = S("active"),
		.limit = LIST_PAGE_MAX };
	struct list_page page;

	do {
		TRY(record_list(rq, &q, &page));
		for (int i = 0; i < page.n && s->n < PURPOSES_MAX; i++)
			if (str_eq(ledger_class(page.rows[i]), S("retained")) && !str_eq(ledger_excluded(page.rows[i]), S("yes"))
			    && page.rows[i]->v[ledger_f_purpose].set)
				s->row[s->n++] = page.rows[i];
		q.after = page.next;
	} while (page.next.n && s->n < PURPOSES_MAX);
	return ST_OK;
}

static enum status statement(struct web *w, const struct type *t, struct record *r)
{
	struct statement *s = new(&w->a, struct statement);
	struct actor actor = w->rq.actor;

	(void)r;
	s->t = t;
	w->rq.actor.system = true;                       /* what is published is for everybody */
	enum status st = published(&w->rq, s);
	if (st == ST_OK && s->r)
		st = collect(&w->rq, s);
	if (st == ST_OK)
		st = authorised_organisations_on(&w->rq, w->rq.today, &s->bodies);
	w->rq.actor = actor;
	TRY(st);
	page_send(w, &(struct page){ .title = msg_text(MSG_PUBLIC_STATEMENT, w->lang), .wide = true, .no_heading = true, .body = body, .arg = s });
	return ST_OK;
}

static const struct type_page pages[] = {
	{ .name = "statement", .kind = OPEN_PAGE, .method = HTTP_GET, .shown = ON_HOME, .link = MSG_PUBLIC_STATEMENT,
		.about = MSG_PUBLIC_STATEMENT_ABOUT, .handler = statement },
	{ 0 },
};
const struct type_pages organisation_pages = { .type = "organisation", .pages = pages };
