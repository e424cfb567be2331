/* report_web.c - the report in a minute: any employee, on a phone, with nothing asked that a shaken person does not know. */
#include "domain/incident/incident.h"
#include "domain/incident/incident_web.h"
#include "domain/staff/staff.h"
#include "record/settings.h"
#include "web/session.h"
#include "web/site.h"

enum { OWN_MAX = 100, CALL_MAX = 4 };

struct tap { const char *code; struct str label[LANG_MAX]; };
#define REPORT_KIND(code, ja, en) { #code, { SLIT(ja), SLIT(en) } },
#define REPORT_ITEM(ja, en)
static const struct tap kinds[] = {
#include "domain/incident/report.def"
};
#undef REPORT_KIND
#undef REPORT_ITEM
#define REPORT_KIND(code, ja, en)
#define REPORT_ITEM(ja, en) { ja, { SLIT(ja), SLIT(en) } },
static const struct tap items[] = {
#include "domain/incident/report.def"
};
#undef REPORT_KIND
#undef REPORT_ITEM

/* What the form may fill in; everything else is for those who investigate. */
static const char *const asked[] = { "summary", "known", "occurred", "place", "items", "persons", "at_once", "evidence", NULL };

struct report { struct record_form form; const struct type *t; bool open; };

/* ---- the form ---- */

static bool sent_with(struct web *w, const char *name, struct str value)
{
	for (ptrdiff_t i = 0; i < w->form.n; i++)
		if (str_eq(w->form.p[i].name, str_z(name)) && str_eq(w->form.p[i].value, value))
			return true;
	return false;
}

static void taps(struct html *h, struct web *w, const struct tap *all, ptrdiff_t n, const char *name, const char *type, enum msg_id legend)
{
	EL(h, "fieldset", " class=\"field\"") {
		h_el_msg(h, "legend", legend);
		EL(h, "div") {
			h_attr(h, "class", type[0] == 'c' ? S("choices brief") : S("choices two"));
			for (ptrdiff_t i = 0; i < n; i++)
				EL(h, "label", " class=\"choice\"") {
					VOID(h, "input") {
						h_attr(h, "type", str_z(type));
						h_attr(h, "name", str_z(name));
						h_attr(h, "value", str_z(all[i].code));
						if (sent_with(w, name, str_z(all[i].code)))
							h_flag(h, "checked");
					}
					h_el_text(h, "span", all[i].label[w->lang]);
				}
		}
	}
}

static void tick(struct html *h, struct web *w, const char *name, enum msg_id label)
{
	EL(h, "div", " class=\"field\"")
		EL(h, "label", " class=\"choice\"") {
			VOID(h, "input", " type=\"checkbox\" value=\"yes\"") {
				h_attr(h, "name", str_z(name));
				if (sent_with(w, name, S("yes")))
					h_flag(h, "checked");
			}
			h_el_msg(h, "span", label);
		}
}

static void input(struct html *h, struct web *w, struct input in)
{
	if (http_get(&w->form, in.name).p)
		in.value = http_get(&w->form, in.name);
	h_input(h, &w->rq.problems, &in);
}

static void file_input(struct html *h, struct web *w)
{
	EL(h, "div", " class=\"field\"") {
		h_el_msg(h, "label", MSG_REPORT_FILE, " for=\"f-evidence\"");
		h_el_msg(h, "p", MSG_REPORT_FILE_HINT, " class=\"hint\" id=\"h-evidence\"");
		h_problem(h, &w->rq.problems, S("evidence"));
		VOID(h, "input", " type=\"file\" id=\"f-evidence\" name=\"evidence\" aria-describedby=\"h-evidence\"") { }
	}
}

static struct str iso(struct web *w, struct date d)
{
	struct buf b = buf_make(32);

	date_add_iso(&b, d);
	struct str s = str_dup(&w->a, buf_str(&b));
	buf_free(&b);
	return s;
}

bool incident_anonymous_allowed(struct web *w)
{
	return setting_get(&w->rq, SETTING_anonymous_reports) == 1;
}

static void form_body(struct html *h, struct web *w, void *arg)
{
	const struct report *p = arg;
	struct url to = p->open ? url_of(&w->a, R_open_page_do, S("incident"), S("report")) : url_of(&w->a, R_type_page_do, S("incident"), S("report"));

	EL(h, "div", " class=\"narrow quick\"") {
		h_el_msg(h, "h1", MSG_REPORT_LINK);
		h_problem_summary(h, &w->rq.problems);
		h_el_msg(h, "p", p->open ? MSG_REPORT_INTRO_OPEN : MSG_REPORT_INTRO);
		FORM_LONG(h, w, to) {
			input(h, w, (struct input){ .name = S("summary"), .label = MSG_REPORT_WHAT, .hint = MSG_REPORT_WHAT_HINT, .required = true, .rows = 5 });
			taps(h, w, kinds, COUNT(kinds), "_kind", "radio", MSG_REPORT_KIND);
			EL(h, "div", " class=\"side-by-side\"") {
				input(h, w, (struct input){ .name = S("known"), .label = MSG_REPORT_KNOWN, .type = S("date"), .value = iso(w, w->rq.today) });
				input(h, w, (struct input){ .name = S("_time"), .label = MSG_REPORT_TIME, .type = S("time") });
			}
			h_el_msg(h, "p", MSG_REPORT_KNOWN_HINT, " class=\"hint\"");
			taps(h, w, items, COUNT(items), "_item", "checkbox", MSG_REPORT_ITEMS);
			input(h, w, (struct input){ .name = S("at_once"), .label = MSG_REPORT_DID, .hint = MSG_REPORT_DID_HINT, .rows = 3 });
			EL(h, "details", " class=\"box\"") {
				if (w->rq.problems.n)
					h_flag(h, "open");
				h_el_msg(h, "summary", MSG_REPORT_MORE);
				input(h, w, (struct input){ .name = S("place"), .label = MSG_REPORT_PLACE });
				input(h, w, (struct input){ .name = S("items"), .label = MSG_REPORT_ITEMS_MORE, .hint = MSG_REPORT_ITEMS_HINT });
				input(h, w, (struct input){ .name = S("persons"), .label = MSG_REPORT_PERSONS, .hint = MSG_WEB_HINT_COUNT });
				file_input(h, w);
			}
			tick(h, w, "_near", MSG_REPORT_NEAR);
			if (!p->open && incident_anonymous_allowed(w))
				tick(h, w, "_anonymous", MSG_REPORT_ANONYMOUS);
			EL(h, "div", " class=\"buttons\"")
				h_button(h, MSG_REPORT_SEND);
			h_el_msg(h, "p", MSG_REPORT_AFTER, " class=\"note\"");
		}
	}
}

static void show(struct web *w, struct report *p, int status)
{
	page_send(w, &(struct page){ .title = msg_text(MSG_REPORT_LINK, w->lang), .area = "incidents", .status = status, .no_heading = true, .wide = p->open,
		.body = form_body, .arg = p });
}

enum status incident_report_form(struct web *w, const struct type *t, struct record *none)
{
	struct report p = { .t = t, .open = !w->session };

	(void)none;
	show(w, &p, 200);
	return ST_OK;
}

/* ---- from the form to the record ---- */

static void add_line(struct buf *b, struct str label, struct str text)
{
	if (!text.n)
		return;
	if (b->n)
		buf_lit(b, "\n\n");
	buf_add(b, label);
	buf_char(b, '\n');
	buf_add(b, text);
}

static struct value kept(struct web *w, struct buf *b)
{
	struct value v = value_of_text(str_dup(&w->a, buf_str(b)));

	v.set = b->n > 0;
	buf_free(b);
	return v;
}

/* The title names no person: it is made of what was tapped, never of what was written. */
static struct value title_of(struct web *w)
{
	struct buf b = buf_make(1000);

	if (sent_with(w, "_near", S("yes")))
		buf_add(&b, msg_text(MSG_REPORT_TITLE_NEAR, JA));
	for (ptrdiff_t i = 0; i < COUNT(kinds) - 1; i++)
		if (sent_with(w, "_kind", str_z(kinds[i].code))) {
			buf_add(&b, kinds[i].label[JA]);
			return kept(w, &b);
		}
	buf_add(&b, msg_text(MSG_REPORT_TITLE, JA));
	return kept(w, &b);
}

static struct value items_of(struct web *w, struct str more)
{
	struct buf b = buf_make(8000);

	for (ptrdiff_t i = 0; i < COUNT(items); i++)
		if (sent_with(w, "_item", str_z(items[i].code))) {
			buf_add(&b, items[i].label[JA]);
			buf_char(&b, '\n');
		}
	buf_add(&b, more);
	return kept(w, &b);
}

/* REQ: INC-40 - what, when noticed, where, which data, what was done at once; only the first is asked for. */
static enum status take(struct web *w, struct report *p)
{
	struct record *r = p->form.r;
	struct buf b = buf_make(1 << 16);

	p->form.only = asked;
	TRY(record_form_take(w, &p->form));
	buf_add(&b, str_trim(incident_summary(r)));
	if (!b.n) {
		problem(&w->rq.problems, S("summary"), MSG_REPORT_SAY_WHAT);
		return ST_BAD_INPUT;
	}
	add_line(&b, msg_text(MSG_REPORT_SAID_TIME, JA), str_sub(str_trim(http_get(&w->form, S("_time"))), 0, 20));
	r->v[incident_f_summary] = kept(w, &b);
	r->v[incident_f_items] = items_of(w, incident_items(r));
	r->v[incident_f_title] = title_of(w);
	if (!r->v[incident_f_known].set)
		r->v[incident_f_known] = value_of_date(w->rq.today);
	return ST_OK;
}

enum status incident_report_do(struct web *w, const struct type *t, struct record *none)
{
	struct report p = { .t = t, .open = !w->session };
	struct actor actor = w->rq.actor;
	bool nobody = p.open || (sent_with(w, "_anonymous", S("yes")) && incident_anonymous_allowed(w));

	(void)none;
	if (p.open && !site_may_try(w)) {
		page_status(w, 429);
		return ST_OK;
	}
	if (nobody)                                              /* the system keeps it: no record, file or entry of the audit log names anybody */
		w->rq.actor = (struct actor){ .system = true };
	p.form.r = record_new(&w->rq, t);
	if (!nobody)
		p.form.r->v[incident_f_department] = own_department(w);
	enum status st = take(w, &p);
	if (st == ST_OK)
		st = nobody ? record_write(&w->rq, p.form.r, S("anonymous")) : record_save(&w->rq, p.form.r);
	w->rq.actor = actor;
	if (st == ST_BAD_INPUT && w->rq.problems.n) {
		show(w, &p, 422);
		return st;
	}
	TRY(st);
	if (p.open)
		site_failed(w);                                  /* each sending counts against the address's measure */
	struct url to = p.open ? url_of(&w->a, R_open_page, S("incident"), S("reported")) : type_page_url(w, t, NULL, "reported");
	reply_redirect(w, url_with(&w->a, to, "sent", S("1")));
	return ST_OK;
}

/* ---- after it: what happens now, whom to call, one's own reports ---- */

struct sent { const struct type *t; struct record *own[OWN_MAX], *call[CALL_MAX]; int nown, ncall; bool open; };

static void steps_to_come(struct html *h)
{
	static const enum msg_id steps[] = { MSG_REPORT_NEXT_1, MSG_REPORT_NEXT_2, MSG_REPORT_NEXT_3 };

	EL(h, "section") {
		h_el_msg(h, "h2", MSG_REPORT_NEXT);
		EL(h, "ol")
			for (ptrdiff_t i = 0; i < COUNT(steps); i++)
				h_el_msg(h, "li", steps[i]);
	}
}

static void whom_to_call(struct html *h, struct web *w, const struct sent *s)
{
	if (!s->ncall)
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_REPORT_CALL);
		h_el_msg(h, "p", MSG_REPORT_CALL_TEXT);
		EL(h, "ul", " class=\"call\"")
			for (int i = 0; i < s->ncall; i++)
				EL(h, "li") {
					h_el_text(h, "b", staff_name(s->call[i]));
					h_lit(h, " ");
					h_text(h, role_label(ROLE_privacy_manager, w->lang));
					if (staff_mail(s->call[i]).n)
						EL(h, "div")
							h_text(h, staff_mail(s->call[i]));
				}
	}
}

static void own_reports(struct html *h, struct web *w, const struct sent *s)
{
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_REPORT_OWN);
		if (!s->nown)
			h_el_msg(h, "p", MSG_REPORT_OWN_NONE);
		EL(h, "ul", " class=\"due\"")
			for (int i = 0; i < s->nown; i++)
				EL(h, "li") {
					EL(h, "span", " class=\"left\"")
						h_day(h, instant_date_tokyo(s->own[i]->created));
					EL(h, "span", " class=\"what\"")
						EL(h, "a") {
							h_url(h, "href", record_url(w, s->own[i]));
							h_text(h, incident_title(s->own[i]));
							EL(h, "small")
								h_text(h, s->own[i]->serial);
						}
					h_step_mark(h, s->t->t, s->own[i]->step);
				}
	}
}

static void sent_body(struct html *h, struct web *w, void *arg)
{
	const struct sent *s = arg;

	EL(h, "div", " class=\"narrow quick\"") {
		h_el_msg(h, "h1", http_get(&w->query, S("sent")).n ? MSG_REPORT_THANKS : MSG_REPORT_OWN_LINK);
		if (http_get(&w->query, S("sent")).n)
			h_el_msg(h, "p", MSG_REPORT_THANKS_TEXT);
		else if (!s->open)
			own_reports(h, w, s);
		steps_to_come(h);
		whom_to_call(h, w, s);
		if (http_get(&w->query, S("sent")).n && !s->open)
			own_reports(h, w, s);
		EL(h, "div", " class=\"buttons\"") {
			h_link_button(h, url_of(&w->a, R_home), MSG_WEB_TO_HOME, false);
			h_link(h, s->open ? url_of(&w->a, R_open_page, S("incident"), S("report")) : type_page_url(w, s->t, NULL, "report"), MSG_REPORT_ANOTHER);
		}
	}
}

enum status incident_report_sent(struct web *w, const struct type *t, struct record *none)
{
	struct sent s = { .t = t, .open = !w->session };
	struct list_query q = { .type = t, .sort = LIST_SORT_CHANGED, .descending = true, .step = S("*"), .limit = LIST_PAGE_MAX };
	struct list_page page;
	int64_t staff[CALL_MAX];
	int n = s.open ? 0 : access_holders(&w->rq, ROLE_privacy_manager, 0, staff, CALL_MAX);

	(void)none;
	for (int i = 0; i < n; i++)
		if (record_get(&w->rq, staff[i], &s.call[s.ncall]) == ST_OK)
			s.ncall++;
	if (!s.open) {
		TRY(record_list(&w->rq, &q, &page));
		for (int i = 0; i < page.n && s.nown < OWN_MAX; i++)
			if (page.rows[i]->creator == w->rq.actor.staff && w->rq.actor.staff)
				s.own[s.nown++] = page.rows[i];
	}
	page_send(w, &(struct page){ .title = msg_text(MSG_REPORT_OWN_LINK, w->lang), .area = "incidents", .no_heading = true, .wide = s.open,
		.body = sent_body, .arg = &s });
	return ST_OK;
}
