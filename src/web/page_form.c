/* page_form.c - creating and changing a record. Nothing that was entered is lost when something is wrong. */
#include "base/num.h"
#include "web/pages.h"
#include "web/record_page.h"

struct edit {
	struct record_form  form;
	const struct type  *t;
	const struct move  *submit;      /* the move offered together with saving; NULL: none */
	bool                is_new;
};

static struct url edit_url(struct web *w, const struct edit *e)
{
	struct str type = str_z(e->t->t->name);

	return e->is_new ? url_of(&w->a, R_new_do, type) : url_of(&w->a, R_edit_do, type, text_of_int(&w->a, e->form.r->id));
}

static void body(struct html *h, struct web *w, void *arg)
{
	struct edit *e = arg;

	h_problems_named(h, &w->rq.problems, e->t, (struct url){ S("") });
	h_el_msg(h, "p", MSG_WEB_FORM_INTRO, " class=\"note\"");
	FORM_LONG(h, w, edit_url(w, e)) {
		h_hidden(h, S("_version"), text_of_int(&w->a, e->form.r->version));
		record_form_inputs(h, w, &e->form);
		if (problem_at(&w->rq.problems, S("comment")) || http_get(&w->form, S("comment")).n)
			h_comment(h, w);                         /* the move asks for a reason */
		EL(h, "div", " class=\"buttons sticky\"") {
			if (e->submit) {
				EL(h, "button", " class=\"button\" type=\"submit\" name=\"_move\"") {
					h_attr(h, "value", str_z(e->submit->code));
					h_msg(h, MSG_WEB_SAVE_AND, e->submit->label[w->lang]);
				}
				EL(h, "button", " class=\"button second\" type=\"submit\" name=\"_move\" value=\"\"")
					h_msg(h, MSG_WEB_SAVE_DRAFT);
			} else {
				h_button(h, e->is_new ? MSG_WEB_CREATE : MSG_WEB_SAVE);
			}
			if (e->is_new)
				h_link(h, list_url(w, e->t), MSG_WEB_CANCEL);
			else
				h_link(h, record_url(w, e->form.r), MSG_WEB_CANCEL);
		}
	}
}

static bool may_offer(struct web *w, const struct record *r, const struct move *m, unsigned demands)
{
	const struct step *s = type_step(r->type->t, str_z(m->from));

	if (!str_eq(r->step, str_z(m->from)) || !s || s->kind != STEP_DRAFT || !(m->demands & demands) ||
	    (m->flags & (MOVE_SYSTEM | MOVE_RETURN | MOVE_REJECT | MOVE_WITHDRAW | MOVE_REASON | MOVE_APPROVE)))
		return false;
	for (int k = 0; k < w->rq.actor.nheld; k++)
		if (m->by & (1u << w->rq.actor.held[k].role))
			return true;
	return false;
}

/* The forward move that what is entered leads to, when this actor's roles may make it: submitting first, else finishing. */
static const struct move *submit_move(struct web *w, const struct record *r)
{
	static const unsigned order[] = { AT_SUBMIT, AT_APPROVE | AT_CLOSE };

	for (int k = 0; k < COUNT(order); k++)
		for (int i = 0; i < r->type->t->nmoves; i++)
			if (may_offer(w, r, &r->type->t->moves[i], order[k]))
				return &r->type->t->moves[i];
	return NULL;
}

static void show(struct web *w, struct edit *e, int status)
{
	struct str title = type_title(e->t, w->lang), heading;
	struct buf b = buf_make(0);
	struct page p = { .area = e->t->t->area, .status = status, .body = body, .arg = e, .ncrumbs = 1,
		.crumb = { { title, list_url(w, e->t) } } };

	msg_add(&b, w->lang, e->is_new ? MSG_WEB_NEW_TITLE : MSG_WEB_EDIT_TITLE, &title, 1);
	heading = str_dup(&w->a, buf_str(&b));
	buf_free(&b);
	p.title = heading;
	if (!e->is_new) {
		p.crumb[1].text = record_title(&w->rq, e->form.r);
		p.crumb[1].to = record_url(w, e->form.r);
		p.ncrumbs = 2;
	}
	e->submit = submit_move(w, e->form.r);
	page_send(w, &p);
}

/* A page may lead here with links filled in: ?incident=12. What comes back from the form is judged like any other entry. */
static void fill_links(struct web *w, struct edit *e)
{
	int64_t id;

	for (int i = 0; i < e->t->nfields; i++)
		if (e->t->fields[i].kind == FK_LINK && num_parse(http_get(&w->query, str_z(e->t->fields[i].name)), 1, INT64_MAX, &id) == ST_OK)
			e->form.r->v[i] = value_of_link(id);
}

/* What the link to the form knows already: ?v.FIELD=code, or ?from=ID, a record to begin as, with &years=1 for the year after. */
static enum status prefill(struct web *w, struct record *r)
{
	struct problems ignored = { .a = &w->a };
	struct record *from;
	int64_t id, years;

	if (num_parse(http_get(&w->query, S("years")), 1, 1, &years) != ST_OK)
		years = 0;
	if (num_parse(http_get(&w->query, S("from")), 1, INT64_MAX, &id) == ST_OK && record_load(&w->rq, id, &from) == ST_OK
	    && from->type == r->type)
		memcpy(r->v, record_copy(&w->rq, from, (int)years)->v, (size_t)r->type->nfields * sizeof *r->v);
	for (ptrdiff_t i = 0; i < w->query.n; i++) {
		struct str name = w->query.p[i].name;
		int place = str_starts(name, S("v.")) ? type_place(r->type, str_sub(name, 2, name.n)) : -1;
		if (place >= 0 && !(r->type->fields[place].flags & DERIVED))
			IGNORE(value_parse(&w->a, &r->type->fields[place], w->query.p[i].value, S(""), &ignored, &r->v[place]));
	}
	return ST_OK;
}

static enum status load_new(struct web *w, struct edit *e)
{
	TRY(path_type(w, &e->t));
	e->is_new = true;
	e->form.r = record_new(&w->rq, e->t);
	int place = e->t->t->department_field ? type_place(e->t, str_z(e->t->t->department_field)) : -1;
	if (place >= 0)
		e->form.r->v[place] = own_department(w);
	fill_links(w, e);
	return prefill(w, e->form.r);
}

static enum status load_old(struct web *w, struct edit *e)
{
	TRY(path_record(w, &e->form.r));
	e->t = e->form.r->type;
	return ST_OK;
}

enum status page_new(struct web *w)
{
	struct edit e = { 0 };

	TRY(load_new(w, &e));
	show(w, &e, 200);
	return ST_OK;
}

enum status page_edit(struct web *w)
{
	struct edit e = { 0 };

	TRY(load_old(w, &e));
	if (record_settled(e.form.r))                            /* sent on meanwhile: no form that could not be saved */
		reply_redirect(w, record_url(w, e.form.r));
	else
		show(w, &e, 200);
	return ST_OK;
}

/* Saves and, where asked, moves on. */
static enum status save(struct web *w, struct edit *e)
{
	struct str move = http_get(&w->form, S("_move"));
	int64_t version;

	if (num_parse(http_get(&w->form, S("_version")), 0, INT64_MAX, &version) != ST_OK || version != e->form.r->version) {
		problem(&w->rq.problems, S(""), MSG_REC_STALE);
		return ST_CONFLICT;
	}
	enum status st = record_form_take(w, &e->form);
	if (st != ST_OK || e->form.again)
		return st;
	TRY(record_save(&w->rq, e->form.r));
	return move.n ? record_move(&w->rq, e->form.r, move, str_trim(http_get(&w->form, S("comment"))), NULL) : ST_OK;
}

/* A refusal that naming a department would mend is told at the department. */
static enum status at_department(struct web *w, const struct edit *e, enum status st)
{
	const char *field = e->t->t->department_field;
	int place = field ? type_place(e->t, str_z(field)) : -1;

	if (st != ST_DENIED || place < 0 || e->form.r->v[place].num)
		return st;
	problem(&w->rq.problems, str_z(field), MSG_REC_REQUIRED);
	return ST_BAD_INPUT;
}

static enum status done(struct web *w, struct edit *e, int64_t version_before)
{
	enum status st = at_department(w, e, save(w, e));
	bool expected = st == ST_BAD_INPUT || st == ST_CONFLICT || st == ST_NO;

	if (st == ST_OK && !e->form.again) {
		reply_redirect(w, url_with(&w->a, record_url(w, e->form.r), "done",
			http_get(&w->form, S("_move")).n ? S("moved") : e->is_new ? S("created") : S("saved")));
		return ST_OK;
	}
	if (!expected && st != ST_OK)
		return st;
	if (e->is_new) {                                         /* what was stored meanwhile is rolled back */
		e->form.r->id = 0;
		e->form.r->step = str_z(e->t->t->steps[0].code);
	}
	e->form.r->version = version_before;
	e->form.posted = true;
	if (st != ST_OK && !w->rq.problems.n)
		problem(&w->rq.problems, S(""), st == ST_CONFLICT ? MSG_REC_STALE : MSG_REC_NOT_HERE);
	show(w, e, st == ST_OK ? 200 : st == ST_CONFLICT ? 409 : 422);
	return st;
}

enum status page_new_do(struct web *w)
{
	struct edit e = { 0 };

	TRY(load_new(w, &e));
	return done(w, &e, 0);
}

enum status page_edit_do(struct web *w)
{
	struct edit e = { 0 };

	TRY(load_old(w, &e));
	return done(w, &e, e.form.r->version);
}
