/* page_public.c - forms that anyone may send without an account, for every type that allows it. */
#include "crypto/crypto.h"
#include "record/duty.h"
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

/* ---- sent once: a second press, a reload or a line that broke makes no second record, but shows the receipt of the first ---- */

enum { ONCE_BYTES = 16 };

/* The mark of this form: the one it came with, else a new one. */
static struct str once_mark(struct web *w)
{
	struct str sent = http_get(&w->form, S("_once"));
	unsigned char b[ONCE_BYTES];
	char hex[2 * ONCE_BYTES + 1];

	if (hex_parse(sent, b, ONCE_BYTES) == ST_OK)
		return sent;
	crypto_random(b, ONCE_BYTES);
	hex_of((struct str){ (char *)b, ONCE_BYTES }, hex);
	return str_dup(&w->a, str_z(hex));
}

/* Only its hash is stored: whoever knows the mark sees the receipt. Empty when the form came without one. */
static struct str once_key(struct web *w)
{
	unsigned char b[ONCE_BYTES], digest[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];

	if (hex_parse(http_get(&w->form, S("_once")), b, ONCE_BYTES) != ST_OK)
		return S("");
	hash((struct str){ (char *)b, ONCE_BYTES }, digest);
	hex_of((struct str){ (char *)digest, HASH_BYTES }, hex);
	return str_dup(&w->a, str_z(hex));
}

static void body(struct html *h, struct web *w, void *arg)
{
	struct public_form *p = arg;

	EL(h, "div", " class=\"narrow\"") {
		h_el_text(h, "h1", type_title(p->t, w->lang));
		h_problems_named(h, &w->rq.problems, p->t, (struct url){ S("") });
		h_el_msg(h, "p", MSG_WEB_PUBLIC_INTRO);
		FORM_LONG(h, w, url_of(&w->a, R_public_do, str_z(p->t->t->name))) {
			h_hidden(h, S("_once"), once_mark(w));
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

static void receipt(struct web *w, struct record *r)
{
	page_send(w, &(struct page){ .title = msg_text(MSG_WEB_DONE_SENT, w->lang), .wide = true, .no_heading = true,
		.body = sent_body, .arg = r });
}

/* The record that this form has made already; *ret stays NULL when it has made none. */
static enum status sent_before(struct web *w, struct str key, const struct type *t, struct record **ret)
{
	struct actor who = w->rq.actor;
	int64_t id = 0;

	if (!key.n)
		return ST_OK;
	enum status st = once_find(&w->rq, key, &id);
	if (st != ST_OK)
		return st == ST_NOT_FOUND ? ST_OK : st;
	w->rq.actor.system = true;
	st = record_load(&w->rq, id, ret);
	w->rq.actor = who;
	return st == ST_OK && (*ret)->type != t ? ST_NOT_FOUND : st;
}

enum status page_public_do(struct web *w)
{
	struct public_form p = { 0 };
	struct record *before = NULL;
	struct str key = once_key(w);
	enum status st;
	bool first;

	TRY(public_type(w, &p.t));
	TRY(sent_before(w, key, p.t, &before));
	if (before) {
		receipt(w, before);
		return ST_OK;
	}
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
	if (key.n) {
		TRY(once_claim(&w->rq, key, &first));
		if (!first)                                      /* at the same moment: run again, and find it */
			return ST_RETRY;
		TRY(once_tie(&w->rq, key, p.form.r->id));
	}
	site_failed(w);                                          /* each sending counts against the address's measure */
	receipt(w, p.form.r);
	return ST_OK;
}
