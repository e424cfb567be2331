/* page_public.c - forms that anyone may send without an account, for every type that allows it. */
#include "web/pages.h"
#include "web/record_page.h"
#include "web/site.h"

struct public_form { const struct type *t; struct record_form form; };

static enum status public_type(struct web *w, const struct type **ret)
{
	const struct type *t = store_type(conn_store(w->rq.conn), w->arg[0]);

	if (!t || !(t->t->marks & TYPE_PUBLIC))
		return ST_NOT_FOUND;
	*ret = t;
	return ST_OK;
}

static void body(struct html *h, struct web *w, void *arg)
{
	struct public_form *p = arg;

	EL(h, "div", " class=\"narrow\"") {
		h_el_text(h, "h1", type_title(p->t, w->lang));
		h_problem_summary(h, &w->rq.problems);
		h_el_msg(h, "p", MSG_WEB_PUBLIC_INTRO);
		FORM_LONG(h, w, url_of(&w->a, R_public_do, str_z(p->t->t->name))) {
			record_form_inputs(h, w, &p->form);
			EL(h, "div", " class=\"buttons\"")
				h_button(h, MSG_WEB_PUBLIC_SEND);
		}
	}
}

static void show(struct web *w, struct public_form *p, int status)
{
	page_send(w, &(struct page){ .title = type_title(p->t, w->lang), .wide = true, .no_heading = true, .status = status,
		.body = body, .arg = p });
}

static void sent_body(struct html *h, struct web *w, void *arg)
{
	const struct record *r = arg;

	EL(h, "div", " class=\"narrow\"") {
		h_el_msg(h, "h1", MSG_WEB_DONE_SENT);
		h_el_msg(h, "p", MSG_WEB_PUBLIC_SENT);
		EL(h, "dl", " class=\"facts\"")
			for (int i = 0; i < r->type->nfields; i++) {
				const struct field *f = &r->type->fields[i];
				if (!(f->flags & DERIVED) || !r->v[i].set || f->kind == FK_LONG_TEXT)
					continue;
				h_el_text(h, "dt", field_label(f, w->lang));
				EL(h, "dd")
					h_text(h, value_words(&w->a, f, &r->v[i], w->lang));
			}
		EL(h, "p")
			h_link(h, url_of(&w->a, R_home), MSG_WEB_TO_HOME);
	}
}

enum status page_public(struct web *w)
{
	struct public_form p = { 0 };

	TRY(public_type(w, &p.t));
	p.form.r = record_new(&w->rq, p.t);
	p.form.public = true;
	show(w, &p, 200);
	return ST_OK;
}

/* REQ: CNS-05 - what the type demands for submission is demanded at once, consent among it; no box is ticked beforehand. */
static void demand(struct web *w, const struct record_form *f)
{
	int place[256], n;

	if (f->r->type->nfields > (int)COUNT(place))
		return;
	n = record_missing(f->r, AT_SUBMIT, place);
	for (int i = 0; i < n; i++) {
		struct str name = str_z(f->r->type->fields[place[i]].name);
		if (record_form_has(f, &f->r->type->fields[place[i]]) && !problem_at(&w->rq.problems, name))
			problem(&w->rq.problems, name, MSG_REC_REQUIRED);
	}
}

enum status page_public_do(struct web *w)
{
	struct public_form p = { 0 };
	enum status st;

	TRY(public_type(w, &p.t));
	p.form.r = record_new(&w->rq, p.t);
	p.form.public = true;
	if (!site_may_try(w)) {
		page_status(w, 429);
		return ST_OK;
	}
	st = record_form_take(w, &p.form);
	if (st == ST_OK)
		demand(w, &p.form);
	if (st == ST_OK && !w->rq.problems.n)
		st = record_write(&w->rq, p.form.r, S("public"));
	if (w->rq.problems.n) {
		show(w, &p, 422);
		return ST_BAD_INPUT;
	}
	TRY(st);
	site_failed(w);                                          /* each sending counts against the address's measure */
	page_send(w, &(struct page){ .title = msg_text(MSG_WEB_DONE_SENT, w->lang), .wide = true, .no_heading = true,
		.body = sent_body, .arg = p.form.r });
	return ST_OK;
}
