/* council_web.c - whom to call for the council, by the contact tree, where it is called; and the minutes as a paper. */
#include "domain/contact_tree/contact_tree.h"
#include "domain/council/council.h"
#include "domain/council/council_meeting.h"
#include "domain/council/minutes.h"
#include "domain/council/parts.h"
#include "domain/incident/case_web.h"
#include "record/index.h"
#include "record/trail.h"
#include <stdlib.h>

enum { CALLS_MAX = 64 };

/* ---- whom to call. REQ: INC-12 ---- */

struct call { int64_t staff, order; struct str part; const struct record *tree; };
struct calls { struct call c[CALLS_MAX]; int n; };

/* Each entry is loaded as the reader may see it: what is private stays away from whom its type does not show it to, and that it was
 * looked at is noted. */
static enum status entry_of(struct request *rq, int64_t staff, const struct record **ret)
{
	struct value who = value_of_link(staff);
	const struct type *t = store_type(conn_store(rq->conn), S("contact_tree"));
	struct record *r;
	int64_t id[4];
	int n = index_find(rq, t, contact_tree_f_person, &who, id, 4);

	*ret = NULL;
	for (int i = 0; i < n && !*ret; i++) {
		enum status st = record_load(rq, id[i], &r);
		if (st == ST_OK && str_eq(r->step, S("active")))
			*ret = r;
		else if (st != ST_OK && st != ST_NOT_FOUND)
			return st;
	}
	return ST_OK;
}

static enum status add_call(struct request *rq, struct calls *to, int64_t staff, struct str part)
{
	for (int i = 0; i < to->n; i++)
		if (to->c[i].staff == staff)
			return ST_OK;
	if (!staff || to->n == CALLS_MAX)
		return ST_OK;
	struct call *c = &to->c[to->n++];
	*c = (struct call){ .staff = staff, .order = INT64_MAX, .part = part };
	TRY(entry_of(rq, staff, &c->tree));
	if (c->tree && c->tree->v[contact_tree_f_order].set)
		c->order = contact_tree_order(c->tree);
	return ST_OK;
}

static int by_order(const void *a, const void *b)
{
	const struct call *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

enum status council_calls(struct web *w, const struct record *council, struct calls **ret)
{
	struct calls *to = *ret = new(&w->a, struct calls);

	TRY(add_call(&w->rq, to, council_chair(council), field_label(&council->type->fields[council_f_chair], w->lang)));
	for (const struct row *row = council_members(council)->rows; row; row = row->next)
		TRY(add_call(&w->rq, to, row->v[0].num, row->v[1].text));
	if (to->n)
		qsort(to->c, (size_t)to->n, sizeof *to->c, by_order);
	return ST_OK;
}

static void number(struct html *h, enum msg_id label, struct str text)
{
	if (!text.n)
		return;
	EL(h, "div") {
		h_msg(h, label);
		h_lit(h, " ");
		h_el_text(h, "b", text);
	}
}

static void one_call(struct html *h, struct web *w, const struct call *c)
{
	const struct record *t = c->tree;

	EL(h, "li") {
		h_el_text(h, "b", record_title_of(&w->rq, c->staff));
		h_lit(h, " ");
		h_text(h, c->part);
		if (!t) {
			h_el_msg(h, "div", MSG_CALLS_NOT_IN_TREE, " class=\"note\"");
			continue;
		}
		number(h, MSG_CALLS_LENT, contact_tree_lent(t));
		number(h, MSG_CALLS_PRIVATE, contact_tree_private(t));
		if (contact_tree_tool_id(t).n)
			EL(h, "div") {
				h_value_short(h, w, &t->type->fields[contact_tree_f_tool], &t->v[contact_tree_f_tool]);
				h_lit(h, ": ");
				h_text(h, contact_tree_tool_id(t));
			}
		if (!contact_tree_lent(t).n && !contact_tree_private(t).n)
			h_el_msg(h, "div", MSG_CALLS_NO_NUMBER, " class=\"note\"");
		if (contact_tree_calls(t))
			EL(h, "div", " class=\"note\"")
				h_msg(h, MSG_CALLS_NEXT, record_title_of(&w->rq, contact_tree_calls(t)));
	}
}

void h_council_calls(struct html *h, struct web *w, const struct calls *calls)
{
	if (!calls || !calls->n)
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_CALLS);
		EL(h, "ol", " class=\"call\"")
			for (int i = 0; i < calls->n; i++)
				one_call(h, w, &calls->c[i]);
		h_el_msg(h, "p", MSG_CALLS_NOTE, " class=\"note\"");
	}
}

/* ---- the pages of a council and of its minutes ---- */

static enum status calls_of_council(struct web *w, const struct record *r, void **ret)
{
	struct calls *calls = NULL;

	if (!case_step_is(r, "dissolved"))
		TRY(council_calls(w, r, &calls));
	*ret = calls;
	return ST_OK;
}

static enum status calls_of_meeting(struct web *w, const struct record *r, void **ret)
{
	struct record *council;

	*ret = NULL;
	if (!case_step_is(r, "draft") || !council_meeting_incident(r))
		return ST_OK;
	TRY(council_of(&w->rq, council_meeting_incident(r), &council));
	return council ? calls_of_council(w, council, ret) : ST_OK;
}

static void calls_beside(struct html *h, struct web *w, const struct record *r, void *found)
{
	(void)r;
	h_council_calls(h, w, found);
}

static void minutes_beside(struct html *h, struct web *w, const struct record *r, void *found)
{
	if (access_may(&w->rq, r, MAY_EXPORT) && council_meeting_incident(r))
		EL(h, "section") {
			h_el_msg(h, "h2", MSG_CASE_PAPERS);
			EL(h, "ul", " class=\"bare papers\"")
				EL(h, "li")
					EL(h, "a") {
						h_url(h, "href", type_page_url(w, r->type, r, "minutes.pdf"));
						h_msg(h, MSG_MINUTES_TITLE);
						h_lit(h, " (PDF)");
					}
		}
	h_council_calls(h, w, found);
}

/* REQ: INC-19 */
static enum status minutes_file(struct web *w, const struct type *t, struct record *r)
{
	struct record *incident, *council;
	struct pdf *pdf;

	(void)t;
	TRY(incident_of_part(&w->rq, r, council_meeting_f_incident, &incident));
	if (!incident)
		return ST_NOT_FOUND;
	TRY(council_of(&w->rq, incident->id, &council));
	TRY(minutes_make(&w->rq, r, incident, council, JA, &pdf));
	trail_add(&w->rq, TRAIL_EXPORT, r->type, r->id, r->version, S("minutes"));
	return incident_send_pdf(w, pdf, MSG_MINUTES_TITLE, r->serial);
}

static const struct type_page of_meeting[] = {
	{ .name = "minutes.pdf", .kind = RECORD_FILE, .method = HTTP_GET, .act = MAY_EXPORT, .handler = minutes_file },
	{ 0 },
};
const struct type_pages council_meeting_pages = { .type = "council_meeting", .pages = of_meeting, .gather = calls_of_meeting, .beside = minutes_beside };
const struct type_pages council_pages = { .type = "council", .gather = calls_of_council, .beside = calls_beside };
