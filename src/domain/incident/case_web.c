/* case_web.c - the page of an incident as the one place of truth: the clocks, the persons first, the verdict with its open
 * questions, and what is to be done. In an emergency nobody reads rules, so the page leads. */
#include "base/num.h"
#include "domain/corrective_action/corrective_action.h"
#include "domain/council/agenda_item.h"
#include "domain/council/council.h"
#include "domain/council/council_meeting.h"
#include "domain/affected_person/incident_notice.h"
#include "domain/incident/case_web.h"
#include "domain/incident/classification.h"
#include "domain/incident/exclusion.h"
#include "domain/incident/filing.h"
#include "domain/incident/response_step.h"
#include "domain/publication/publication.h"
#include "record/trail.h"
#include "web/chart.h"
#include <stdlib.h>

bool case_step_is(const struct record *r, const char *step)
{
	return str_eq(r->step, str_z(step));
}

/* ---- gathering ---- */

static enum status readable_parts(struct web *w, const char *type, int place, const struct record *r, struct linked *ret)
{
	int kept = 0;

	TRY(record_linked(&w->rq, str_z(type), place, r->id, ret));
	for (int i = 0; i < ret->n; i++)
		if (access_may(&w->rq, ret->r[i], MAY_READ))
			ret->r[kept++] = ret->r[i];
	ret->n = kept;
	return ST_OK;
}

/* The checklist in its own order: what stops the spread stands first, whenever it was made. */
static int by_place(const void *a, const void *b)
{
	const struct record *x = *(struct record *const *)a, *y = *(struct record *const *)b;

	return (response_step_place(x) > response_step_place(y)) - (response_step_place(x) < response_step_place(y));
}

/* REQ: INC-15 - the persons come first: who has not been told, then with whom something is open. */
static enum status gather_persons(struct web *w, struct incident_case *c)
{
	const struct type *t = store_type(conn_store(w->rq.conn), S("affected_person"));
	enum scope scope;

	c->may_see_persons = access_scope(&w->rq, t, MAY_READ, &scope) && scope == SCOPE_COMPANY;
	TRY(affected_persons_count(&w->rq, c->r->id, &c->persons));
	if (!c->may_see_persons || !c->persons.all)
		return ST_OK;
	TRY(affected_persons_first(&w->rq, c->r->id, &c->persons, FIRST_PERSONS, c->first, &c->nfirst));
	if (c->nfirst)
		trail_add(&w->rq, TRAIL_LIST, t, 0, 0, S(""))->count = c->nfirst;
	return ST_OK;
}

enum status incident_case_gather(struct web *w, const struct record *r, void **ret)
{
	struct incident_case *c = new(&w->a, struct incident_case);

	c->r = r;
	TRY(readable_parts(w, "council", council_f_incident, r, &c->council));
	TRY(readable_parts(w, "council_meeting", council_meeting_f_incident, r, &c->meetings));
	TRY(readable_parts(w, "agenda_item", agenda_item_f_incident, r, &c->agenda));
	TRY(readable_parts(w, "response_step", response_step_f_incident, r, &c->steps));
	if (c->steps.n)
		qsort(c->steps.r, (size_t)c->steps.n, sizeof *c->steps.r, by_place);
	TRY(readable_parts(w, "classification", classification_f_incident, r, &c->verdict));
	TRY(readable_parts(w, "exclusion", exclusion_f_incident, r, &c->exclusions));
	TRY(readable_parts(w, "filing", filing_f_incident, r, &c->filings));
	TRY(readable_parts(w, "incident_notice", incident_notice_f_incident, r, &c->notices));
	TRY(readable_parts(w, "publication", publication_f_incident, r, &c->publications));
	TRY(readable_parts(w, "corrective_action", corrective_action_f_about, r, &c->corrective));
	TRY(incident_contacts_of(&w->rq, r, true, &c->contacts));
	/* REQ: INC-12 - while nobody has met yet, the page tells whom to call */
	if (c->council.n && !c->meetings.n && !case_step_is(c->council.r[0], "dissolved"))
		TRY(council_calls(w, c->council.r[0], &c->calls));
	struct incident_profile p;
	TRY(incident_profile_of(&w->rq, &p));
	c->holder = p.holder;
	TRY(gather_persons(w, c));
	*ret = c;
	return ST_OK;
}

static bool under_way(const struct record *r)
{
	return !case_step_is(r, "closed") && !case_step_is(r, "near_miss");
}

/* ---- the clocks ---- */

/* Days to go, or gone by; a guide is passed, not broken. */
static void days_to(struct html *h, struct web *w, struct date due, bool guide)
{
	int64_t left = (int64_t)due.days - w->rq.today.days;
	struct str days = text_of_int(&w->a, left < 0 ? -left : left);

	if (left < 0)
		h_msg(h, guide ? MSG_CASE_GUIDE_PASSED : MSG_CASE_LIMIT_PASSED, days);
	else if (left == 0)
		h_msg(h, guide ? MSG_CASE_GUIDE_TODAY : MSG_CASE_LIMIT_TODAY);
	else
		h_msg(h, guide ? MSG_CASE_GUIDE_LEFT : MSG_CASE_LIMIT_LEFT, days);
}

struct clock { enum msg_id title; struct date due; bool guide, done; enum msg_id note; struct str arg; };

static void clock(struct html *h, struct web *w, const struct clock *k)
{
	bool passed = !k->done && date_cmp(k->due, w->rq.today) < 0;

	EL(h, "div") {
		h_attr(h, "class", k->done ? S("clock done") : passed ? S("clock passed") : S("clock"));
		h_el_msg(h, "h2", k->title);
		EL(h, "p", " class=\"figure\"")
			h_day(h, k->due);
		EL(h, "p") {
			if (k->done)
				h_msg(h, MSG_CASE_FILED);
			else
				days_to(h, w, k->due, k->guide);
		}
		if (k->note)
			EL(h, "p", " class=\"note\"")
				h_msg(h, k->note, k->arg);
	}
}

static bool preliminary(const struct record *f)
{
	return str_eq(filing_stage(f), S("preliminary")) || str_eq(filing_stage(f), S("both"));
}

/* Are reports of the stage owed, and are all of them filed? */
static bool owed(const struct incident_case *c, bool first, bool *ret_done)
{
	bool any = false;

	*ret_done = true;
	for (int i = 0; i < c->filings.n; i++) {
		const struct record *f = c->filings.r[i];
		bool of_stage = first ? preliminary(f) : str_eq(filing_stage(f), S("final")) || str_eq(filing_stage(f), S("both"));
		if (!of_stage || case_step_is(f, "released"))
			continue;
		any = true;
		*ret_done = *ret_done && !case_step_is(f, "due");
	}
	return any;
}

/* REQ: INC-07, INC-23, INC-24 - elapsed time stands on top; day 1 is the day anybody here knew. */
static void clocks(struct html *h, struct web *w, const struct incident_case *c)
{
	const struct record *r = c->r;
	struct date known = incident_known(r), five = incident_guide_until(r), final = incident_final_due(r);
	bool done, long_limit = incident_has_code(incident_conditions(r), "c3") || incident_has_code(incident_conditions(r), "c5");

	if (known.days == DATE_NEVER.days || !under_way(r))
		return;
	EL(h, "section", " class=\"clocks\"") {
		h_attr_msg(h, "aria-label", MSG_CASE_CLOCKS);
		EL(h, "div", " class=\"clock\"") {
			h_el_msg(h, "h2", MSG_CASE_ELAPSED);
			EL(h, "p", " class=\"figure\"")
				h_msg(h, MSG_CASE_DAY, text_of_int(&w->a, (int64_t)w->rq.today.days - known.days + 1));
			EL(h, "p") {
				h_msg(h, MSG_CASE_KNOWN);
				h_lit(h, " ");
				h_day(h, known);
			}
		}
		if (owed(c, true, &done) && five.days != DATE_NEVER.days)
			clock(h, w, &(struct clock){ MSG_CASE_PRELIMINARY, five, true, done, MSG_CASE_GUIDE_NOTE, S("") });
		if (owed(c, false, &done) && final.days != DATE_NEVER.days)
			clock(h, w, &(struct clock){ MSG_CASE_FINAL, final, false, done, long_limit ? MSG_CASE_SIXTY : MSG_CASE_THIRTY, S("") });
	}
}

/* ---- the persons first ---- */

static int64_t untold(const struct incident_case *c)
{
	return c->persons.by[AFFECTED_LISTED];
}

static void person(struct html *h, struct web *w, const struct record *p)
{
	EL(h, "li") {
		h_step_mark(h, p->type->t, p->step);
		EL(h, "span", " class=\"what\"")
			EL(h, "a") {
				h_url(h, "href", record_url(w, p));
				h_text(h, record_title(&w->rq, p));
			}
	}
}

static bool has_decided(const struct linked *notices)
{
	for (int i = 0; i < notices->n; i++)
		if (case_step_is(notices->r[i], "decided"))
			return true;
	return false;
}

/* All of them on their own page, however many; one more, or a list of them. */
static void persons_links(struct html *h, struct web *w, const struct incident_case *c, const struct type *t)
{
	struct str incident = text_of_int(&w->a, c->r->id);

	EL(h, "ul", " class=\"bare links\"") {
		if (c->may_see_persons && c->persons.all)
			EL(h, "li")
				EL(h, "a") {
					h_url(h, "href", url_with(&w->a, url_with(&w->a, list_url(w, t), "f.incident", incident), "step", S("*")));
					h_msg(h, MSG_CASE_PERSONS_ALL, text_of_int(&w->a, c->persons.all));
				}
		if (under_way(c->r) && access_may_any(&w->rq, t, MAY_CREATE))
			EL(h, "li")
				h_link(h, url_with(&w->a, url_of(&w->a, R_new, str_z(t->t->name)), "incident", incident), MSG_CASE_PERSONS_ADD);
		if (under_way(c->r) && access_may_any(&w->rq, t, MAY_IMPORT))
			EL(h, "li")
				h_link(h, url_with(&w->a, url_of(&w->a, R_import, str_z(t->t->name)), "given.incident", incident), MSG_CASE_PERSONS_IMPORT);
	}
}

/* REQ: INC-21 - who cannot be reached: told by the publication that stands for the notice, or what would tell them. */
static void unreachable(struct html *h, struct web *w, const struct incident_case *c)
{
	struct str count = text_of_int(&w->a, c->persons.by[AFFECTED_UNREACHABLE]), incident = text_of_int(&w->a, c->r->id);
	const struct record *told = NULL;

	if (!c->persons.by[AFFECTED_UNREACHABLE] || !under_way(c->r))
		return;
	for (int i = 0; i < c->publications.n; i++)
		if (c->publications.r[i]->id == c->persons.publication)
			told = c->publications.r[i];
	EL(h, "p") {
		h_msg(h, c->persons.publication ? MSG_CASE_UNREACHABLE_TOLD : MSG_CASE_UNREACHABLE_OPEN, count);
		h_lit(h, " ");
		if (told)
			EL(h, "a") {
				h_url(h, "href", record_url(w, told));
				h_text(h, record_title(&w->rq, told));
			}
		else if (!c->persons.publication && access_may_any(&w->rq, store_type(conn_store(w->rq.conn), S("publication")), MAY_CREATE))
			h_link(h, url_with(&w->a, url_with(&w->a, url_of(&w->a, R_new, S("publication")), "incident", incident), "v.relation",
				S("instead")),
				MSG_CASE_UNREACHABLE_PUBLISH);
	}
}

static void persons(struct html *h, struct web *w, const struct incident_case *c)
{
	const struct type *t = store_type(conn_store(w->rq.conn), S("affected_person"));
	int64_t all = c->persons.all - c->persons.by[AFFECTED_UNAFFECTED];

	if (case_step_is(c->r, "reported") || case_step_is(c->r, "near_miss"))
		return;
	EL(h, "section") {
		h_attr(h, "class", untold(c) ? S("box first") : S("box"));
		h_el_msg(h, "h2", MSG_CASE_PERSONS);
		if (!all)
			h_el_msg(h, "p", c->r->v[incident_f_notices].set ? MSG_CASE_PERSONS_DECIDED : MSG_CASE_PERSONS_NONE);
		else {
			EL(h, "p")
				h_msg(h, MSG_CASE_TOLD, text_of_int(&w->a, all - untold(c)), text_of_int(&w->a, all));
			h_progress(h, &w->a, all - untold(c), all);
		}
		EL(h, "ul", " class=\"tally\"")
			for (int s = 0; s < AFFECTED_STANDS; s++)
				if (c->persons.by[s])
					EL(h, "li") {
						h_step_mark(h, t->t, str_z(affected_step((enum affected_stand)s)));
						h_lit(h, " ");
						h_count(h, c->persons.by[s]);
					}
		unreachable(h, w, c);
		EL(h, "ul", " class=\"persons\"")
			for (int i = 0; i < c->nfirst; i++)
				person(h, w, c->first[i]);
		persons_links(h, w, c, t);
		if (untold(c) && has_decided(&c->notices) && access_may(&w->rq, c->r, MAY_EXPORT))
			EL(h, "p")
				EL(h, "a") {
					h_url(h, "href", type_page_url(w, c->r->type, c->r, "letters.pdf"));
					h_msg(h, MSG_NOTICE_LETTERS);
					h_lit(h, " (PDF)");
				}
	}
}

/* ---- what is next ---- */

enum { NEXT_MAX = 200 };
struct next { const struct record *r; struct turn *turn; int urgency; };

static bool waits(const struct record *r)
{
	static const char *const open[] = { "open", "running", "forming", "draft", "review", "due", NULL };

	for (const char *const *s = open; *s; s++)
		if (case_step_is(r, *s))
			return true;
	return false;
}

static int by_urgency(const void *a, const void *b)
{
	const struct next *x = a, *y = b;

	return x->urgency != y->urgency ? x->urgency - y->urgency : date_cmp(x->turn->until, y->turn->until);
}

static void next_line(struct html *h, struct web *w, const struct next *next)
{
	const struct turn *t = next->turn;
	bool late = date_cmp(t->until, w->rq.today) < 0;

	EL(h, "li") {
		EL(h, "span", " class=\"what\"")
			EL(h, "a") {
				h_url(h, "href", record_url(w, next->r));
				h_text(h, record_title(&w->rq, next->r));
				EL(h, "small") {
					h_text(h, type_title(next->r->type, w->lang));
					h_lit(h, " / ");
					h_text(h, t->staff ? record_title_of(&w->rq, t->staff) : role_label(t->role, w->lang));
				}
			}
		EL(h, "span") {
			h_attr(h, "class", late ? S("left late") : S("left"));
			if (t->until.days != DATE_NEVER.days)
				h_days_left(h, t->until, w->rq.today, &late);
		}
	}
}

/* Urgent ones first: the steps that stop the spread, who decides, which reports, then papers and notices; of each the earliest. */
static void next_actions(struct html *h, struct web *w, const struct incident_case *c)
{
	const struct linked *const order[] = { &c->steps, &c->verdict, &c->council, &c->agenda, &c->notices, &c->filings, &c->exclusions,
		&c->publications, &c->meetings };
	struct next *next = new_n(&w->a, struct next, NEXT_MAX);
	int n = 0;

	if (!under_way(c->r))
		return;
	for (int i = 0; i < (int)COUNT(order); i++)
		for (int k = 0; k < order[i]->n && n < NEXT_MAX; k++) {
			next[n] = (struct next){ .r = order[i]->r[k], .urgency = i };
			if (waits(next[n].r) && record_turns(&w->rq, next[n].r, &next[n].turn) == ST_OK && next[n].turn)
				n++;
		}
	if (!n)
		return;
	qsort(next, (size_t)n, sizeof *next, by_urgency);
	EL(h, "section") {
		EL(h, "h2") {
			h_msg(h, MSG_CASE_NEXT);
			h_lit(h, " ");
			EL(h, "span", " class=\"count\"")
				h_count(h, n);
		}
		EL(h, "ul", " class=\"due next\"")
			for (int i = 0; i < n; i++)
				next_line(h, w, &next[i]);
	}
}

/* ---- the verdict and the questions that decide it ---- */

static void condition(struct html *h, const struct choice *k, const struct record *v, struct str met)
{
	bool is_met = incident_has_code(met, k->code), open = incident_has_code(classification_open(v), k->code) && case_step_is(v, "open");

	EL(h, "tr") {
		h_el_text(h, "th", k->label[h->lang], " scope=\"row\"");
		EL(h, "td")
			if (open)
				h_el_msg(h, "span", MSG_CASE_TO_JUDGE, " class=\"mark key\"");
			else if (is_met)
				h_el_msg(h, "span", MSG_CASE_MET, " class=\"mark error\"");
			else
				h_el_msg(h, "span", MSG_CASE_NOT_MET, " class=\"none\"");
	}
}

static void reasons(struct html *h, struct str text)
{
	struct str line;

	EL(h, "ul", " class=\"reasons\"")
		while (text.n && str_cut(&text, '\n', &line))
			if (line.n)
				h_el_text(h, "li", line);
}

static void verdict(struct html *h, struct web *w, const struct incident_case *c)
{
	const struct record *v = c->verdict.n ? c->verdict.r[0] : NULL;

	if (!v)
		return;
	const struct field *f = &v->type->fields[classification_f_conditions];
	EL(h, "section") {
		EL(h, "h2") {
			h_msg(h, MSG_CASE_VERDICT);
			h_lit(h, " ");
			h_step_mark(h, v->type->t, v->step);
		}
		EL(h, "div", " class=\"scroll\"")
			EL(h, "table", " class=\"conditions\"")
				EL(h, "tbody")
					for (const struct choice *k = f->choices; k->code; k++)
						condition(h, k, v, incident_conditions(c->r));
		if (incident_ppc(c->r).n || incident_mn(c->r).n)
			EL(h, "p") {
				if (incident_ppc(c->r).n)
					h_msg(h, MSG_CASE_RULE7, incident_ppc(c->r));
				if (incident_mn(c->r).n)
					h_msg(h, MSG_CASE_RULE_MN, incident_mn(c->r));
			}
		EL(h, "details") {
			h_flag(h, "open");
			h_el_msg(h, "summary", MSG_CASE_WHY);
			reasons(h, incident_reasons(c->r));
		}
		EL(h, "p")
			EL(h, "a") {
				h_url(h, "href", record_url(w, v));
				h_msg(h, MSG_CASE_TO_VERDICT);
			}
	}
}

/* The facts on which the conditions turn; only those that nobody has answered yet are asked. */
static const enum incident_field deciding[] = {
	incident_f_kinds, incident_f_cause_kind, incident_f_items, incident_f_persons, incident_f_sensitive, incident_f_financial, incident_f_improper,
	incident_f_my_number, incident_f_my_number_persons, incident_f_readable, incident_f_number_system, incident_f_medium, incident_f_encrypted,
	incident_f_recovered, incident_f_entrusted,
};

static bool is_open(const struct record *r, enum incident_field f)
{
	const struct field *x = &r->type->fields[f];

	if (f == incident_f_readable && !incident_has_code(incident_my_number(r), "yes"))      /* asked of My Number information only */
		return false;
	return field_applies(r->type, r->v, x) && (!r->v[f].set || str_eq(r->v[f].text, S("uncertain")));
}

/* Names of the open ones, ending with NULL. */
static const char *const *open_names(struct web *w, const struct record *r)
{
	const char **names = new_n(&w->a, const char *, COUNT(deciding) + 1);
	int n = 0;

	for (ptrdiff_t i = 0; i < COUNT(deciding); i++)
		if (is_open(r, deciding[i]))
			names[n++] = r->type->fields[deciding[i]].name;
	return names;
}

static void questions(struct html *h, struct web *w, const struct record *r, struct record_form *posted)
{
	struct record copy = *r;
	struct record_form form = { .r = &copy, .only = open_names(w, r) };

	if (!posted && (!form.only[0] || !access_may(&w->rq, r, MAY_EDIT) || !under_way(r) || case_step_is(r, "reported")))
		return;
	EL(h, "section", " class=\"box questions\" id=\"questions\"") {
		h_el_msg(h, "h2", MSG_CASE_QUESTIONS);
		h_el_msg(h, "p", MSG_CASE_QUESTIONS_TEXT, " class=\"note\"");
		FORM(h, w, type_page_url(w, r->type, r, "answers")) {
			h_hidden(h, S("_version"), text_of_int(&w->a, r->version));
			record_form_inputs(h, w, posted ? posted : &form);
			EL(h, "div", " class=\"buttons\"")
				h_button(h, MSG_CASE_ANSWER);
		}
	}
}

static void answers_body(struct html *h, struct web *w, void *arg)
{
	struct record_form *form = arg;

	h_problems_named(h, &w->rq.problems, form->r->type, (struct url){ S("") });
	questions(h, w, form->r, form);
	EL(h, "p")
		h_link(h, record_url(w, form->r), MSG_WEB_CANCEL);
}

static enum status save_answers(struct web *w, struct record_form *form)
{
	int64_t version;

	if (num_parse(http_get(&w->form, S("_version")), 1, INT64_MAX, &version) != ST_OK || version != form->r->version) {
		problem(&w->rq.problems, S(""), MSG_REC_STALE);
		return ST_CONFLICT;
	}
	TRY(record_form_take(w, form));
	return record_save(&w->rq, form->r);
}

enum status incident_answers(struct web *w, const struct type *t, struct record *r)
{
	struct record_form form = { .r = r, .only = open_names(w, r) };
	int64_t before = r->version;
	enum status st = save_answers(w, &form);

	if (st == ST_OK) {
		reply_redirect(w, url_with(&w->a, record_url(w, r), "done", S("saved")));
		return ST_OK;
	}
	if ((st != ST_BAD_INPUT && st != ST_CONFLICT && st != ST_NO) || !w->rq.problems.n)
		return st;
	r->version = before;
	form.posted = true;
	page_send(w, &(struct page){ .title = record_title(&w->rq, r), .area = t->t->area, .status = st == ST_CONFLICT ? 409 : 422, .ncrumbs = 1,
		.crumb = { { type_title(t, w->lang), list_url(w, t) } }, .body = answers_body, .arg = &form });
	return st;
}

/* ---- the page ---- */

void incident_case_top(struct html *h, struct web *w, const struct record *r, void *found)
{
	(void)r;
	clocks(h, w, found);
}

/* One more record of a kind, where the case has come so far that it is asked for and the reader may make it. */
static void add_link(struct html *h, struct web *w, const struct incident_case *c, const char *type, enum msg_id text)
{
	const struct type *t = store_type(conn_store(w->rq.conn), str_z(type));

	if (case_step_is(c->r, "reported") || !under_way(c->r) || !access_may_any(&w->rq, t, MAY_CREATE))
		return;
	EL(h, "p", " class=\"add\"")
		h_link(h, url_with(&w->a, url_of(&w->a, R_new, str_z(type)), "incident", text_of_int(&w->a, c->r->id)), text);
}

void incident_case_above(struct html *h, struct web *w, const struct record *r, void *found)
{
	const struct incident_case *c = found;

	h_case_urgent(h, w, c);
	persons(h, w, c);
	next_actions(h, w, c);
	questions(h, w, r, NULL);
	verdict(h, w, c);
	h_case_mark(h, w, c);
	h_case_parts(h, w, MSG_CASE_STEPS, &c->steps, MSG_NONE);
	h_case_meetings(h, w, c);
	h_council_calls(h, w, c->calls);
	h_case_parts(h, w, MSG_CASE_AGENDA, &c->agenda, MSG_NONE);
	h_case_parts(h, w, MSG_CASE_FILINGS, &c->filings, MSG_NONE);
	add_link(h, w, c, "filing", MSG_CASE_NEW_FILING);
	h_case_parts(h, w, MSG_CASE_EXCLUSIONS, &c->exclusions, MSG_NONE);
	h_case_parts(h, w, MSG_CASE_NOTICES, &c->notices, MSG_NONE);
	add_link(h, w, c, "incident_notice", MSG_CASE_NEW_NOTICE);
	h_case_parts(h, w, MSG_CASE_PUBLICATIONS, &c->publications, MSG_NONE);
	add_link(h, w, c, "publication", MSG_CASE_NEW_PUBLICATION);
	h_case_parts(h, w, MSG_CASE_CORRECTIVE, &c->corrective, MSG_NONE);
	h_case_timeline(h, w, c);
	h_case_logs(h, w, c);
}
