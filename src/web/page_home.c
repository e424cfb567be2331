/* page_home.c - the start: for visitors what this is, for staff what waits today; the pages of the areas. */
#include "record/trail.h"
#include "web/conformity_map.h"
#include "web/pages.h"
#include "web/session.h"
#include "web/shown.h"
#include "web/site.h"
#include "web/type_pages.h"
#include <stdlib.h>

enum { WAITING_MAX = 20, WAITING_DAYS = 31 };

/* ---- visitors ---- */

static void public_body(struct html *h, struct web *w, void *arg)
{
	int n;
	const struct type *all = store_types(conn_store(w->rq.conn), &n);

	(void)arg;
	EL(h, "div", " class=\"hero\"") {
		h_el_msg(h, "h1", MSG_WEB_PUBLIC_TITLE);
		h_el_msg(h, "p", MSG_WEB_PUBLIC_TEXT);
	}
	h_shown(h, w);
	h_home_links(h, w);
	EL(h, "div", " class=\"cards\"") {
		for (int i = 0; i < n; i++)
			if (all[i].t->marks & TYPE_PUBLIC)
				EL(h, "a", " class=\"card\"") {
					h_url(h, "href", url_of(&w->a, R_public, str_z(all[i].t->name)));
					h_el_text(h, "h2", type_title(&all[i], w->lang));
					h_el_msg(h, "p", MSG_WEB_PUBLIC_FORM_TEXT);
				}
		EL(h, "a", " class=\"card\"") {
			h_url(h, "href", url_of(&w->a, R_login));
			h_el_msg(h, "h2", MSG_WEB_PUBLIC_STAFF);
			h_el_msg(h, "p", MSG_WEB_PUBLIC_STAFF_TEXT);
		}
	}
}

/* ---- staff ---- */

struct waiting { const struct record *r; struct date until; };
struct today { struct waiting *waiting; int n, later; struct conformity_group group[GROUPS_MAX]; int ngroups; };

static struct date until_of(struct web *w, const struct record *r)
{
	struct date until = DATE_NEVER;
	struct turn *turns;

	if (record_turns(&w->rq, r, &turns) == ST_OK)
		for (; turns; turns = turns->next)
			if (turns->mine && date_cmp(turns->until, until) < 0)
				until = turns->until;
	return until;
}

static int sooner(const void *a, const void *b)
{
	const struct waiting *x = a, *y = b;

	return date_cmp(x->until, y->until);
}

/* What waits for the reader, the most urgent first. What is due later than in a month is only counted. */
static enum status find_waiting(struct web *w, struct today *t)
{
	int n;
	const struct type *all = store_types(conn_store(w->rq.conn), &n);
	struct date horizon = date_add_days(w->rq.today, WAITING_DAYS);

	t->waiting = new_n(&w->a, struct waiting, (ptrdiff_t)n * WAITING_MAX);
	for (int i = 0; i < n; i++) {
		struct list_query q = { .type = &all[i], .sort = LIST_SORT_CHANGED, .mine = true, .limit = WAITING_MAX, .part = true };
		struct list_page page;
		if (all[i].t->nsteps < 2 || !access_may_any(&w->rq, &all[i], MAY_READ))
			continue;
		TRY(record_list(&w->rq, &q, &page));
		for (int k = 0; k < page.n; k++) {
			struct date until = until_of(w, page.rows[k]);
			if (until.days != DATE_NEVER.days && date_cmp(until, horizon) > 0)
				t->later++;
			else
				t->waiting[t->n++] = (struct waiting){ page.rows[k], until };
		}
	}
	if (t->n)
		qsort(t->waiting, (size_t)t->n, sizeof *t->waiting, sooner);
	trail_add(&w->rq, TRAIL_LIST, NULL, 0, 0, S("waiting"))->count = t->n + t->later;
	return ST_OK;
}

static void waiting_row(struct html *h, struct web *w, const struct record *r, struct date until)
{
	bool late = date_cmp(until, w->rq.today) < 0;

	EL(h, "li") {
		EL(h, "span") {
			h_attr(h, "class", late ? S("left late") : S("left"));
			if (until.days != DATE_NEVER.days)
				h_days_left(h, until, w->rq.today, &late);
		}
		EL(h, "span", " class=\"what\"") {
			EL(h, "a") {
				h_url(h, "href", record_url(w, r));
				h_text(h, record_title(&w->rq, r));
			}
			EL(h, "small")
				h_text(h, type_title(r->type, w->lang));
		}
		h_step_mark(h, r->type->t, r->step);
	}
}

static void waiting(struct html *h, struct web *w, const struct today *t)
{
	EL(h, "section") {
		EL(h, "h2") {
			h_msg(h, MSG_WEB_WAITING);
			if (t->n) {
				h_lit(h, " ");
				EL(h, "span", " class=\"count\"")
					h_count(h, t->n);
			}
		}
		if (!t->n)
			EL(h, "div", " class=\"empty\"")
				h_el_msg(h, "p", MSG_WEB_NOTHING_WAITS);
		else
			EL(h, "ul", " class=\"due\"")
				for (int i = 0; i < t->n; i++)
					waiting_row(h, w, t->waiting[i].r, t->waiting[i].until);
		if (t->later)
			EL(h, "p", " class=\"hint\"")
				h_msg(h, MSG_WEB_WAITING_LATER, text_of_int(&w->a, t->later));
	}
}

/* What one may begin: the types of which one may create a record, but for parts of others and what is set up once. */
static bool begins_here(struct web *w, const struct type *t)
{
	return !(t->t->marks & (TYPE_NO_MENU | TYPE_PART)) && strcmp(t->t->area, "settings") != 0 && access_may_any(&w->rq, t, MAY_CREATE);
}

static void begin(struct html *h, struct web *w)
{
	int n;
	const struct type *all = store_types(conn_store(w->rq.conn), &n);

	EL(h, "section") {
		h_el_msg(h, "h2", MSG_WEB_BEGIN);
		EL(h, "ul", " class=\"bare\"")
			for (int i = 0; i < n; i++)
				if (begins_here(w, &all[i]))
					EL(h, "li")
						EL(h, "a") {
							h_url(h, "href", url_of(&w->a, R_new, str_z(all[i].t->name)));
							h_text(h, type_title(&all[i], w->lang));
						}
	}
}

static void today_body(struct html *h, struct web *w, void *arg)
{
	const struct today *t = arg;

	h_home_links(h, w);
	EL(h, "div", " class=\"columns\"") {
		EL(h, "div") {
			waiting(h, w, t);
			if (t->ngroups)
				EL(h, "section") {
					h_el_msg(h, "h2", MSG_WEB_CONFORMITY);
					h_conformity_map(h, w, t->group, t->ngroups);
				}
		}
		EL(h, "div")
			begin(h, w);
	}
}

enum status page_home(struct web *w)
{
	struct today t = { 0 };

	if (!w->session) {
		page_send(w, &(struct page){ .title = msg_text(MSG_WEB_HOME, w->lang), .wide = true, .no_heading = true,
			.body = public_body });
		return ST_OK;
	}
	if (w->session->locked || w->session->must_change) {
		reply_redirect(w, url_of(&w->a, w->session->locked ? R_unlock : R_password));
		return ST_OK;
	}
	TRY(find_waiting(w, &t));
	if (site_may_see_conformity(&w->rq)) {
		struct judgement *all;
		TRY(conformity_judge(&w->rq, &all));
		t.ngroups = conformity_groups(&w->a, all, t.group);
	}
	page_send(w, &(struct page){ .title = msg_text(MSG_WEB_TODAY, w->lang), .area = "today", .body = today_body, .arg = &t });
	return ST_OK;
}

/* ---- an area ---- */

static void settings_links(struct html *h, struct web *w)
{
	EL(h, "ul", " class=\"bare\"") {
		if (may_set(w))
			EL(h, "li")
				h_link(h, url_of(&w->a, R_settings), MSG_WEB_SETTINGS);
		EL(h, "li")
			h_link(h, url_of(&w->a, R_approvals), MSG_WEB_ROUTES);
	}
}

static void area_body(struct html *h, struct web *w, void *arg)
{
	int n, shown = 0;
	const struct type *all = store_types(conn_store(w->rq.conn), &n);

	(void)arg;
	EL(h, "div", " class=\"cards\"")
		for (int i = 0; i < n; i++)
			if (all[i].t->area && str_eq(str_z(all[i].t->area), w->arg[0]) && !(all[i].t->marks & TYPE_NO_MENU) &&
			    access_may_any(&w->rq, &all[i], MAY_READ)) {
				int64_t count;
				shown++;
				EL(h, "a", " class=\"card\"") {
					h_url(h, "href", list_url(w, &all[i]));
					h_el_text(h, "h2", type_title(&all[i], w->lang));
					if (record_count(&w->rq, &all[i], S(""), &count) == ST_OK)
						EL(h, "p", " class=\"figure\"")
							h_records(h, count);
				}
			}
	if (str_eq(w->arg[0], S("settings")))
		settings_links(h, w);
	else if (!shown)
		EL(h, "div", " class=\"empty\"")
			h_el_msg(h, "p", MSG_WEB_AREA_EMPTY);
}

enum status page_area(struct web *w)
{
	struct str label = area_label(w->arg[0], w->lang);

	if (!label.n)
		return ST_NOT_FOUND;
	page_send(w, &(struct page){ .title = label, .area = str_to_z(&w->a, w->arg[0]), .body = area_body });
	return ST_OK;
}
