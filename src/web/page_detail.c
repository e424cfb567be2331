/* page_detail.c - one record: where it stands, what is next, fields, what it is tied to, history. */
#include "base/num.h"
#include "base/utf8.h"
#include "web/pages.h"
#include "web/type_pages.h"
#include <stdio.h>

enum { MOVES_MAX = 16, BACK_LINKS_MAX = 50, TIED_SHOWN = 4, VERSIONS_SHOWN = 30, SIGNER_MAX = 300 };
#define PAPER_FILE "paper-"                          /* and the number of the scan: its name among the files of a record */

struct detail {
	struct record    *r;
	const struct move *moves[MOVES_MAX];
	const struct move *paper[MOVES_MAX];     /* those that may be entered as decided on paper */
	int               nmoves, npaper;
	struct turn      *turns;
	struct approved  *approvals;
	struct version   *versions;
	struct back_link *links;
	struct work_place work;              /* where the work lies that it asks for */
	bool              may_edit, past, has_work;     /* past: as of another day */
	struct record    *present;                      /* what it says now, where it is shown as of another day and differs */
	const struct type_pages *more;        /* what the concept adds; NULL when nothing */
	void             *found;              /* its own */
};

/* ---- where it stands ---- */

/* Has the record stood at this step? Its versions tell; an imported row may have begun in the middle. */
static bool passed(const struct detail *d, const struct step *s)
{
	for (const struct version *v = d->versions; v; v = v->next)
		if (str_eq(v->step, str_z(s->code)))
			return true;
	return false;
}

/* Of what was turned down or given up, only the steps that it has been at. */
static bool on_the_way(const struct detail *d, const struct step *s, const struct step *here)
{
	bool given_up = here && here->aside && here->kind == STEP_END;

	return s == here || (!s->aside && !(given_up && !passed(d, s)));
}

static void steps(struct html *h, const struct detail *d)
{
	const struct record_type *t = d->r->type->t;
	const struct step *here = type_step(t, d->r->step);

	EL(h, "ol", " class=\"steps\"") {
		h_attr_msg(h, "aria-label", MSG_WEB_STEPS);
		for (const struct step *s = t->steps; s < t->steps + t->nsteps; s++)
			if (on_the_way(d, s, here))
				EL(h, "li") {
					if (s == here)
						h_attr(h, "aria-current", S("step"));
					else if (here && s < here && passed(d, s))
						h_attr(h, "class", S("done"));
					h_text(h, s->label[h->lang]);
					if (here && s < here && passed(d, s))
						h_el_msg(h, "span", MSG_WEB_STEP_DONE, " class=\"hide\"");
				}
	}
}

static void whose_turn(struct html *h, struct web *w, const struct turn *t)
{
	bool late;

	EL(h, "p") {
		if (t->staff)
			h_el_text(h, "b", record_title_of(&w->rq, t->staff));
		else
			h_el_text(h, "b", role_label(t->role, w->lang));
		if (t->department && (t->staff || !role_company_wide(t->role))) {
			h_lit(h, " ");
			h_text(h, record_title_of(&w->rq, t->department));
		}
		if (t->until.days != DATE_NEVER.days) {
			h_lit(h, " ");
			h_day(h, t->until);
			h_lit(h, " (");
			h_days_left(h, t->until, w->rq.today, &late);
			h_lit(h, ")");
		}
	}
}

static bool is_late(const struct detail *d, struct date today)
{
	for (const struct turn *t = d->turns; t; t = t->next)
		if (date_cmp(t->until, today) < 0)
			return true;
	return false;
}

static struct str move_look(const struct move *m)
{
	if (m->flags & MOVE_REJECT)
		return S("button grave");
	return m->flags & (MOVE_RETURN | MOVE_WITHDRAW | MOVE_REASON) ? S("button second") : S("button");
}

/* Who signs on paper need not be logged in: whoever may edit the record enters it, with the scan. */
static void paper_form(struct html *h, struct web *w, const struct detail *d)
{
	const struct problems *ps = &w->rq.problems;

	EL(h, "details", " class=\"paper\"") {
		if (http_get(&w->form, S("_paper")).n)
			h_flag(h, "open");
		h_el_msg(h, "summary", MSG_WEB_PAPER);
		FORM_FILES(h, w, url_of(&w->a, R_move, w->arg[0], w->arg[1])) {
			h_hidden(h, S("_version"), text_of_int(&w->a, d->r->version));
			h_input(h, ps, &(struct input){ .name = S("paper_signer"), .label = MSG_WEB_PAPER_SIGNER, .required = true,
				.value = http_get(&w->form, S("paper_signer")) });
			h_input(h, ps, &(struct input){ .name = S("paper_on"), .type = S("date"), .label = MSG_WEB_PAPER_DATE, .required = true,
				.value = http_get(&w->form, S("paper_on")) });
			h_input(h, ps, &(struct input){ .name = S("paper_file"), .type = S("file"), .label = MSG_WEB_PAPER_FILE, .required = true });
			h_input(h, ps, &(struct input){ .name = S("paper_comment"), .label = MSG_WEB_COMMENT,
				.value = http_get(&w->form, S("paper_comment")) });
			EL(h, "div", " class=\"buttons\"")
				for (int i = 0; i < d->npaper; i++)
					EL(h, "button", " class=\"button second\" type=\"submit\" name=\"_paper\"") {
						h_attr(h, "value", str_z(d->paper[i]->code));
						h_msg(h, MSG_WEB_PAPER_DO, d->paper[i]->label[w->lang]);
					}
		}
	}
}

static void move_form(struct html *h, struct web *w, const struct detail *d)
{
	FORM(h, w, url_of(&w->a, R_move, w->arg[0], w->arg[1])) {
		h_hidden(h, S("_version"), text_of_int(&w->a, d->r->version));
		h_comment(h, w);
		EL(h, "div", " class=\"buttons\"")
			for (int i = 0; i < d->nmoves; i++)
				EL(h, "button", " type=\"submit\" name=\"_move\"") {
					h_attr(h, "class", move_look(d->moves[i]));
					h_attr(h, "value", str_z(d->moves[i]->code));
					h_text(h, d->moves[i]->label[w->lang]);
				}
	}
}

/* Sent back: by whom and why stands where the next editor looks first. */
static void returned_note(struct html *h, struct web *w, const struct detail *d)
{
	const struct version *v = d->versions;

	while (v && !v->move.n && str_eq(v->step, d->r->step))           /* what has been edited since */
		v = v->next;
	if (d->past || !v || !v->next || !str_eq(v->step, d->r->step))
		return;
	const struct move *m = type_move(d->r->type->t, v->move, v->next->step);
	if (!m || !(m->flags & MOVE_RETURN))
		return;
	NOTICE(h, "warn") {
		EL(h, "p")
			h_msg(h, MSG_WEB_RETURNED, m->label[w->lang], record_title_of(&w->rq, v->staff));
		h_el_text(h, "p", v->comment, " class=\"pre\"");
	}
}

static void turn_box(struct html *h, struct web *w, const struct detail *d)
{
	if (d->past || (!d->turns && !d->nmoves && !d->npaper))
		return;
	EL(h, "div") {
		h_attr(h, "class", is_late(d, w->rq.today) ? S("turn late") : S("turn"));
		if (d->turns)
			h_el_msg(h, "h2", MSG_WEB_NEXT);
		for (const struct turn *t = d->turns; t; t = t->next)
			whose_turn(h, w, t);
		if (d->has_work)
			EL(h, "p")
				h_link_button(h, sweep_url(w, &d->work), MSG_WEB_SWEEP_GO, true);
		if (d->nmoves)
			move_form(h, w, d);
		if (d->npaper)
			paper_form(h, w, d);
	}
}

/* ---- fields, approvals, links, history ---- */

void h_fields(struct html *h, struct web *w, const struct record *r)
{
	EL(h, "dl", " class=\"facts\"")
		for (int i = 0; i < r->type->nfields; i++) {
			const struct field *f = &r->type->fields[i];
			if (f->flags & INTERNAL || !field_applies(r->type, r->v, f) || (!r->v[i].set && (f->flags & DERIVED || f->retired)))
				continue;
			h_el_text(h, "dt", field_label(f, w->lang));
			EL(h, "dd")
				h_value(h, w, f, &r->v[i]);
		}
}

static struct str paper_name(struct web *w, int64_t file)
{
	char t[40];
	int n = snprintf(t, sizeof t, PAPER_FILE "%lld", (long long)file);

	return str_dup(&w->a, (struct str){ t, n });
}

/* Who entered a decision on paper, when, and its scan. */
static void paper_facts(struct html *h, struct web *w, const struct detail *d, const struct approved *a)
{
	EL(h, "p", " class=\"note\"") {
		h_msg(h, MSG_WEB_PAPER_ENTERED, record_title_of(&w->rq, a->staff));
		h_lit(h, " ");
		h_moment(h, a->at);
		if (a->paper) {
			h_lit(h, " ");
			h_link(h, url_of(&w->a, R_record_file, str_z(d->r->type->t->name), text_of_int(&w->a, d->r->id),
				paper_name(w, a->paper)), MSG_WEB_PAPER_SCAN);
		}
	}
}

static void approvals(struct html *h, struct web *w, const struct detail *d)
{
	if (!d->approvals)
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_WEB_APPROVALS);
		EL(h, "ul", " class=\"bare\"")
			for (const struct approved *a = d->approvals; a; a = a->next)
				EL(h, "li") {
					h_el_text(h, "b", role_label(a->role, w->lang));
					h_lit(h, " ");
					if (a->signer.n) {
						h_msg(h, MSG_WEB_ON_PAPER, a->signer);
						h_lit(h, " ");
						h_day(h, a->paper_on);
						paper_facts(h, w, d, a);
					} else {
						h_text(h, record_title_of(&w->rq, a->staff));
						h_lit(h, " ");
						h_moment(h, a->at);
					}
					if (a->comment.n)
						h_el_text(h, "p", a->comment, " class=\"note pre\"");
				}
	}
}

/* Those of one type, `l` being the first; returns the first of the next type. */
static const struct back_link *tied_of_type(struct html *h, struct web *w, const struct back_link *l, int n)
{
	const struct type *t = l->type;

	EL(h, "ul")
		for (; l && l->type == t && n; l = l->next, n--)
			EL(h, "li")
				EL(h, "a") {
					h_url(h, "href", url_of(&w->a, R_record, str_z(t->t->name), text_of_int(&w->a, l->record)));
					h_text(h, l->title.n ? l->title : text_of_int(&w->a, l->record));
				}
	return l;
}

/* The links come type by type. */
static void tied_to(struct html *h, struct web *w, const struct detail *d)
{
	const struct back_link *l = d->links;

	if (!l)
		return;
	EL(h, "section", " class=\"tied\"") {
		h_el_msg(h, "h2", MSG_WEB_TIED);
		while (l) {
			const struct type *t = l->type;
			h_el_text(h, "h3", type_title(t, w->lang));
			l = tied_of_type(h, w, l, TIED_SHOWN);
			if (l && l->type == t)
				EL(h, "details") {
					h_el_msg(h, "summary", MSG_WEB_TIED_MORE);
					l = tied_of_type(h, w, l, BACK_LINKS_MAX);
				}
		}
	}
}

static struct str move_label(const struct record_type *t, struct str code, enum lang lang)
{
	for (int i = 0; i < t->nmoves; i++)
		if (str_eq(str_z(t->moves[i].code), code))
			return t->moves[i].label[lang];
	return code;
}

/* Why the system wrote a version, where nobody left a comment of their own: codes of ours. */
static const struct { const char *code; enum msg_id text; } whys[] = {
	{ "import", MSG_WEB_WHY_IMPORT }, { "duty", MSG_WEB_WHY_DUTY }, { "repeat", MSG_WEB_WHY_REPEAT }, { "remind", MSG_WEB_WHY_REMIND },
	{ "late", MSG_WEB_WHY_LATE }, { "assign", MSG_WEB_WHY_ASSIGN }, { "review", MSG_WEB_WHY_REVIEW }, { "console", MSG_WEB_WHY_CONSOLE },
	{ "public", MSG_WEB_WHY_PUBLIC },
};

static struct str comment_words(const struct version *v, enum lang lang)
{
	for (ptrdiff_t i = 0; !v->move.n && i < COUNT(whys); i++)
		if (str_eq(v->comment, str_z(whys[i].code)))
			return msg_text(whys[i].text, lang);
	return v->comment;
}

static void one_version(struct html *h, struct web *w, const struct record *r, const struct version *v)
{
	EL(h, "li") {
		h_moment(h, v->at);
		EL(h, "a") {
			h_url(h, "href", url_of(&w->a, R_version, w->arg[0], w->arg[1], text_of_int(&w->a, v->version)));
			if (v->move.n)
				h_text(h, move_label(r->type->t, v->move, w->lang));
			else
				h_msg(h, v->version == 1 ? MSG_WEB_CREATED : MSG_WEB_CHANGED);
		}
		EL(h, "div", " class=\"note\"") {
			h_text(h, v->staff ? record_title_of(&w->rq, v->staff) : msg_text(MSG_WEB_SYSTEM, w->lang));
			h_lit(h, " / ");
			h_text(h, step_label(r->type->t, v->step, w->lang));
		}
		if (v->comment.n)
			h_el_text(h, "p", comment_words(v, w->lang), " class=\"pre\"");
	}
}

static void history(struct html *h, struct web *w, const struct detail *d)
{
	int n = 0;

	EL(h, "section") {
		h_el_msg(h, "h2", MSG_WEB_HISTORY);
		EL(h, "ol", " class=\"history\"")
			for (const struct version *v = d->versions; v && n < VERSIONS_SHOWN; v = v->next, n++)
				one_version(h, w, d->r, v);
		EL(h, "details", " class=\"more\"") {
			if (d->past)
				h_flag(h, "open");
			h_el_msg(h, "summary", MSG_WEB_PAST_SEE);
			EL(h, "form", " method=\"get\"") {
				h_url(h, "action", record_url(w, d->r));
				h_days_inputs(h, w);
				EL(h, "button", " class=\"button second\" type=\"submit\"")
					h_msg(h, MSG_WEB_SHOW);
			}
		}
	}
}

static void body(struct html *h, struct web *w, void *arg)
{
	const struct detail *d = arg;

	/* what keeps a record from moving is named, and leads to where it is filled in */
	h_problems_named(h, &w->rq.problems, d->r->type, d->may_edit ? url_of(&w->a, R_edit, w->arg[0], w->arg[1]) : (struct url){ S("") });
	h_days_notice(h, w, record_url(w, d->r), MSG_WEB_TO_PRESENT);
	if (d->present)
		h_difference(h, w, d->r, d->present, MSG_WEB_DIFFERENCE_NOW);
	if (d->r->type->t->nsteps > 1)
		steps(h, d);
	if (d->more && d->more->top)
		d->more->top(h, w, d->r, d->found);
	EL(h, "div", " class=\"columns\"") {
		EL(h, "div") {
			returned_note(h, w, d);
			turn_box(h, w, d);
			if (d->more && d->more->above)
				d->more->above(h, w, d->r, d->found);
			if (d->more && d->more->folds)
				EL(h, "details", " class=\"all-fields\"") {
					h_el_msg(h, "summary", MSG_WEB_ALL_FIELDS);
					h_fields(h, w, d->r);
				}
			else
				h_fields(h, w, d->r);
		}
		EL(h, "div") {
			if (d->more && d->more->beside)
				d->more->beside(h, w, d->r, d->found);
			approvals(h, w, d);
			tied_to(h, w, d);
			history(h, w, d);
		}
	}
}

static void actions(struct html *h, struct web *w, void *arg)
{
	const struct detail *d = arg;

	if (!d->past)
		h_type_links(h, w, d->r->type, d->r, ON_RECORD);
	if (d->may_edit && !d->past)
		h_link_button(h, url_of(&w->a, R_edit, w->arg[0], w->arg[1]), MSG_WEB_EDIT, false);
	if (!d->past && d->r->type->t->nsteps > 1 && access_may_any(&w->rq, d->r->type, MAY_CREATE))
		h_link_button(h, url_with(&w->a, url_of(&w->a, R_new, w->arg[0]), "from", w->arg[1]), MSG_WEB_COPY, false);
	if (!d->past && may_copy_year(w, d->r->type))
		h_link_button(h, url_with(&w->a, url_with(&w->a, url_of(&w->a, R_new, w->arg[0]), "from", w->arg[1]), "years", S("1")),
			MSG_WEB_COPY_YEAR, false);
	h_print_button(h);
}

/* What the record says now; NULL where that is what is shown, or may not be read. */
static enum status load_present(struct web *w, int64_t id, struct record **ret)
{
	struct date as_of = w->rq.as_of, holds_on = w->rq.holds_on;

	w->rq.as_of = w->rq.holds_on = DATE_NEVER;
	enum status st = record_load(&w->rq, id, ret);
	w->rq.as_of = as_of;
	w->rq.holds_on = holds_on;
	if (st == ST_NOT_FOUND)
		*ret = NULL;
	return st == ST_NOT_FOUND ? ST_OK : st;
}

static enum status gather(struct web *w, struct detail *d)
{
	d->past = request_dated(&w->rq);
	if (!d->past) {
		d->nmoves = record_moves(&w->rq, d->r, d->moves, MOVES_MAX);
		d->npaper = record_paper_moves(&w->rq, d->r, d->paper, MOVES_MAX);
		TRY(record_turns(&w->rq, d->r, &d->turns));
		d->has_work = d->r->type->t->hooks.work && d->r->type->t->hooks.work(&w->rq, d->r, &d->work);
		d->more = type_pages_of(d->r->type);
		if (d->more && d->more->gather)
			TRY(d->more->gather(w, d->r, &d->found));
	}
	if (d->past)
		TRY(load_present(w, d->r->id, &d->present));
	d->may_edit = access_may(&w->rq, d->r, MAY_EDIT) && !record_settled(d->r);
	TRY(record_approvals(&w->rq, d->r->id, &d->approvals));
	TRY(record_back_links(&w->rq, d->r->id, BACK_LINKS_MAX, &d->links));
	return record_versions(&w->rq, d->r->id, &d->versions);
}

static void show(struct web *w, struct detail *d, int status)
{
	const struct type *t = d->r->type;

	page_send(w, &(struct page){ .title = record_title(&w->rq, d->r), .area = t->t->area, .status = status, .ncrumbs = 1,
		.crumb = { { type_title(t, w->lang), list_url(w, t) } }, .actions = actions, .body = body, .arg = d });
}

static void nothing_then(struct html *h, struct web *w, void *arg)
{
	const struct detail *d = arg;

	NOTICE(h, "warn")
		EL(h, "p") {
			h_msg(h, MSG_WEB_PAST_NOTHING);
			h_lit(h, " ");
			h_link(h, record_url(w, d->r), MSG_WEB_TO_PRESENT);
		}
	history(h, w, d);
}

/* The record is there, but nothing was known of it, or held, on the day that is asked for. */
static enum status not_then(struct web *w)
{
	struct detail d = { .past = true };
	int64_t id;

	if (num_parse(w->arg[1], 1, INT64_MAX, &id) != ST_OK)
		return ST_NOT_FOUND;
	TRY(load_present(w, id, &d.r));
	if (!d.r || !str_eq(w->arg[0], str_z(d.r->type->t->name)))
		return ST_NOT_FOUND;
	TRY(record_versions(&w->rq, id, &d.versions));
	page_send(w, &(struct page){ .title = record_title(&w->rq, d.r), .area = d.r->type->t->area, .status = 404, .ncrumbs = 1,
		.crumb = { { type_title(d.r->type, w->lang), list_url(w, d.r->type) } }, .body = nothing_then, .arg = &d });
	return ST_OK;
}

enum status page_record(struct web *w)
{
	struct detail d = { 0 };
	enum status st = path_record(w, &d.r);

	if (st == ST_NOT_FOUND && request_dated(&w->rq))
		return not_then(w);
	TRY(st);
	TRY(gather(w, &d));
	show(w, &d, 200);
	return ST_OK;
}

/* ---- moves ---- */

/* What the form of a paper decision says; *ret NULL for a decision made here. What it lacks the engine names. */
static enum status read_paper(struct web *w, struct paper *p, const struct paper **ret)
{
	const struct http_part *scan = posted_file(w, S("paper_file"));

	*ret = NULL;
	if (!http_get(&w->form, S("_paper")).n)
		return ST_OK;
	p->signer = utf8_clip(str_trim(http_get(&w->form, S("paper_signer"))), SIGNER_MAX);
	p->on = DATE_NEVER;
	IGNORE(date_parse_iso(http_get(&w->form, S("paper_on")), &p->on));       /* none: the engine says so at its place */
	if (scan)
		TRY(file_save(&w->rq, scan->filename, scan->bytes, &p->file));
	*ret = p;
	return ST_OK;
}

enum status page_move(struct web *w)
{
	struct detail d = { 0 };
	struct paper p = { 0 };
	const struct paper *paper;
	int64_t version;
	enum status st;

	TRY(path_record(w, &d.r));
	st = read_paper(w, &p, &paper);
	struct str comment = paper ? S("paper_comment") : S("comment");
	if (st == ST_OK && (num_parse(http_get(&w->form, S("_version")), 1, INT64_MAX, &version) != ST_OK ||
	                    version != d.r->version)) {
		problem(&w->rq.problems, S(""), MSG_REC_STALE);
		st = ST_CONFLICT;
	}
	if (st == ST_OK)
		st = record_move(&w->rq, d.r, http_get(&w->form, paper ? S("_paper") : S("_move")), str_trim(http_get(&w->form, comment)), paper);
	for (ptrdiff_t i = 0; paper && i < w->rq.problems.n; i++)
		if (str_eq(w->rq.problems.p[i].place, S("comment")))
			w->rq.problems.p[i].place = comment;
	if (st == ST_OK) {
		reply_redirect(w, url_with(&w->a, record_url(w, d.r), "done", S("moved")));
		return ST_OK;
	}
	if (st != ST_BAD_INPUT && st != ST_NO && st != ST_CONFLICT)
		return st;
	if (!w->rq.problems.n)
		problem(&w->rq.problems, S(""), st == ST_CONFLICT ? MSG_REC_STALE : MSG_REC_NOT_HERE);
	TRY(record_load(&w->rq, d.r->id, &d.r));
	TRY(gather(w, &d));
	show(w, &d, st == ST_CONFLICT || st == ST_NO ? 409 : 422);
	return st;
}

/* ---- files ---- */

/* The scan of a decision on paper about this record. */
static enum status find_paper(struct web *w, const struct record *r, struct str name, int64_t *ret)
{
	struct approved *a;
	int64_t id;

	if (!str_starts(name, S(PAPER_FILE)) || num_parse(str_sub(name, (ptrdiff_t)strlen(PAPER_FILE), name.n), 1, INT64_MAX, &id) != ST_OK)
		return ST_NOT_FOUND;
	TRY(record_approvals(&w->rq, r->id, &a));
	while (a && a->paper != id)
		a = a->next;
	*ret = id;
	return a ? ST_OK : ST_NOT_FOUND;
}

enum status page_file(struct web *w)
{
	struct record *r;
	struct str name, bytes;
	int64_t file;

	TRY(path_record(w, &r));
	int place = type_place(r->type, w->arg[2]);
	if (place >= 0 && r->type->fields[place].kind == FK_FILE && r->v[place].set)
		file = r->v[place].num;
	else
		TRY(find_paper(w, r, w->arg[2], &file));
	TRY(file_load(&w->rq, file, &name, &bytes));
	reply_start(w, 200, "application/octet-stream");
	buf_add(&w->reply.body, bytes);
	reply_attachment(w, name);
	return ST_OK;
}
