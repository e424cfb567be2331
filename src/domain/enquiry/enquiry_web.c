/* enquiry_web.c - the sender of an enquiry looks at its state and its answer, by the number that only the sender was given. */
#include "domain/enquiry/enquiry.h"
#include "record/index.h"
#include "web/site.h"
#include "web/type_pages.h"

struct status_page { const struct type *t; struct record *r; bool asked; };

static void body(struct html *h, struct web *w, void *arg)
{
	static const int shown[] = { enquiry_f_serial, enquiry_f_received, enquiry_f_kind };
	const struct status_page *p = arg;

	EL(h, "div", " class=\"narrow\"") {
		h_el_msg(h, "h1", MSG_ENQUIRY_STATUS);
		h_problem_summary(h, &w->rq.problems);
		if (!p->r)
			h_el_msg(h, "p", MSG_ENQUIRY_STATUS_INTRO);
		for (ptrdiff_t i = 0; p->r && i < COUNT(shown) + 1; i++)
			EL(h, "dl", " class=\"facts\"") {
				if (i < COUNT(shown)) {
					h_el_text(h, "dt", field_label(&p->t->fields[shown[i]], w->lang));
					EL(h, "dd")
						h_text(h, value_words(&w->a, &p->t->fields[shown[i]], &p->r->v[shown[i]], w->lang));
				} else {
					h_el_msg(h, "dt", MSG_WEB_STATE);
					EL(h, "dd")
						h_step_mark(h, p->t->t, p->r->step);
				}
			}
		if (p->r && str_eq(p->r->step, S("answered")))
			EL(h, "section") {
				h_el_text(h, "h2", field_label(&p->t->fields[enquiry_f_answer], w->lang));
				h_el_text(h, "p", enquiry_answer(p->r), " class=\"pre\"");
			}
		FORM(h, w, type_page_url(w, p->t, NULL, "status")) {
			h_input(h, &w->rq.problems, &(struct input){ .name = S("key"), .label = MSG_ENQUIRY_STATUS_KEY, .required = true,
				.autocomplete = S("off"), .hint = MSG_ENQUIRY_STATUS_HINT, .value = p->r ? S("") : http_get(&w->form, S("key")) });
			EL(h, "div", " class=\"buttons\"")
				h_button(h, MSG_WEB_SHOW);
		}
	}
}

static void show(struct web *w, struct status_page *p, int status)
{
	page_send(w, &(struct page){ .title = msg_text(MSG_ENQUIRY_STATUS, w->lang), .wide = true, .no_heading = true, .status = status,
		.body = body, .arg = p });
}

static enum status ask(struct web *w, const struct type *t, struct record *r)
{
	struct status_page p = { .t = t };

	(void)r;
	show(w, &p, 200);
	return ST_OK;
}

/* The number itself is the right to look; guessing is slowed down like log-ins, and a wrong one tells nothing. */
static enum status answer(struct web *w, const struct type *t, struct record *r)
{
	struct status_page p = { .t = t, .asked = true };
	struct value key = value_of_text(str_sub(str_trim(http_get(&w->form, S("key"))), 0, 60));
	struct actor actor = w->rq.actor;
	int64_t id = 0;

	(void)r;
	if (!site_may_try(w)) {
		page_status(w, 429);
		return ST_OK;
	}
	if (key.text.n && index_find(&w->rq, t, enquiry_f_key, &key, &id, 1) == 1) {
		w->rq.actor.system = true;
		enum status st = record_load(&w->rq, id, &p.r);
		w->rq.actor = actor;
		TRY(st);
	}
	if (!p.r) {
		site_failed(w);
		problem(&w->rq.problems, S("key"), MSG_ENQUIRY_STATUS_NONE);
	}
	show(w, &p, p.r ? 200 : 422);
	return ST_OK;
}

static const struct type_page pages[] = {
	{ .name = "status", .kind = OPEN_PAGE, .method = HTTP_GET, .shown = ON_HOME, .link = MSG_ENQUIRY_STATUS, .about = MSG_ENQUIRY_STATUS_ABOUT,
		.handler = ask },
	{ .name = "status", .kind = OPEN_PAGE, .method = HTTP_POST, .handler = answer },
	{ 0 },
};
const struct type_pages enquiry_pages = { .type = "enquiry", .pages = pages };
