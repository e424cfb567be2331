/* case_parts_web.c - the lists, logs, picture and papers on the page of an incident. */
#include "base/utf8.h"
#include "domain/council/council.h"
#include "domain/council/council_meeting.h"
#include "domain/incident/case_web.h"
#include "domain/incident/filing.h"
#include "domain/incident/papers.h"
#include "domain/incident/response_step.h"
#include "domain/publication/publication.h"
#include "record/trail.h"
#include "web/chart.h"

enum { PARTS_SHOWN = 50, EVENTS_MAX = 300, TEXT_BYTES = 150, LOG_LINES_MAX = 600 };

/* ---- lists of records ---- */

/* What is worth a second line: the day and the number of a filing, the result of a step. */
static void second_line(struct html *h, struct web *w, const struct record *r)
{
	const char *type = r->type->t->name;

	if (strcmp(type, "filing") == 0) {
		if (r->v[filing_f_filed_on].set)
			h_day(h, filing_filed_on(r));
		else if (r->v[filing_f_due].set)
			h_day(h, filing_due(r));
		if (filing_receipt(r).n) {
			h_lit(h, " ");
			h_msg(h, MSG_CASE_RECEIPT, filing_receipt(r));
		}
		if (filing_address(r).n && case_step_is(r, "due")) {
			h_lit(h, " ");
			h_text(h, filing_address(r));
		}
	} else if (strcmp(type, "response_step") == 0) {
		h_text(h, utf8_clip(response_step_result(r), TEXT_BYTES));
		if (!r->v[response_step_f_result].set && str_eq(response_step_mandatory(r), S("yes")) && case_step_is(r, "open"))
			h_msg(h, MSG_CASE_MANDATORY);
	}
	(void)w;
}

static void all_of_them(struct html *h, struct web *w, const struct linked *p)
{
	const struct record *r = p->r[0];
	int place = type_place(r->type, S("incident"));
	struct url u = list_url(w, r->type);

	EL(h, "a") {
		h_url(h, "href", place < 0 ? u : url_with(&w->a, u, "f.incident", text_of_int(&w->a, r->v[place].num)));
		h_msg(h, MSG_CASE_PARTS_ALL, text_of_int(&w->a, p->n));
	}
}

void h_case_parts(struct html *h, struct web *w, enum msg_id title, const struct linked *p, enum msg_id none)
{
	if (!p->n && !none)
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", title);
		if (!p->n)
			h_el_msg(h, "p", none);
		EL(h, "ul", " class=\"parts\"")
			for (int i = 0; i < MIN(p->n, PARTS_SHOWN); i++)
				EL(h, "li") {
					EL(h, "span", " class=\"what\"") {
						EL(h, "a") {
							h_url(h, "href", record_url(w, p->r[i]));
							h_text(h, record_title(&w->rq, p->r[i]));
						}
						EL(h, "small")
							second_line(h, w, p->r[i]);
					}
					h_step_mark(h, p->r[i]->type->t, p->r[i]->step);
				}
		if (p->n > PARTS_SHOWN)
			EL(h, "p")
				all_of_them(h, w, p);
	}
}

/* ---- the council: who sits, what was decided, who does what ---- */

static void rows_of(struct html *h, struct web *w, const struct record *r, int place)
{
	if (r->v[place].rows)
		h_value(h, w, &r->type->fields[place], &r->v[place]);
}

void h_case_meetings(struct html *h, struct web *w, const struct incident_case *c)
{
	const struct record *council = c->council.n ? c->council.r[0] : NULL;

	if (!council && !c->meetings.n)
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_CASE_COUNCIL);
		if (council)
			EL(h, "p") {
				h_step_mark(h, council->type->t, council->step);
				h_lit(h, " ");
				EL(h, "a") {
					h_url(h, "href", record_url(w, council));
					h_text(h, record_title(&w->rq, council));
				}
				if (council_chair(council)) {
					h_lit(h, " ");
					h_msg(h, MSG_CASE_CHAIR, record_title_of(&w->rq, council_chair(council)));
				}
			}
		for (int i = 0; i < c->meetings.n; i++) {
			const struct record *m = c->meetings.r[i];
			EL(h, "h3") {
				h_day(h, council_meeting_held_on(m));
				h_lit(h, " ");
				EL(h, "a") {
					h_url(h, "href", record_url(w, m));
					h_text(h, record_title(&w->rq, m));
				}
				h_lit(h, " ");
				h_step_mark(h, m->type->t, m->step);
				if (access_may(&w->rq, m, MAY_EXPORT)) {
					h_lit(h, " ");
					EL(h, "a") {
						h_url(h, "href", type_page_url(w, m->type, m, "minutes.pdf"));
						h_msg(h, MSG_CASE_MINUTES);
					}
				}
			}
			rows_of(h, w, m, council_meeting_f_decisions);
			rows_of(h, w, m, council_meeting_f_actions);
		}
		if (council && case_step_is(council, "sitting") && access_may_any(&w->rq, store_type(conn_store(w->rq.conn), S("council_meeting")), MAY_CREATE))
			EL(h, "p")
				h_link(h, url_with(&w->a, url_of(&w->a, R_new, S("council_meeting")), "incident", text_of_int(&w->a, c->r->id)), MSG_CASE_NEW_MEETING);
	}
}

/* ---- the three logs in one order of time ---- */

struct log_line { const struct row *row; enum msg_id log; };

static int take_log(struct log_line *to, int n, const struct value *v, enum msg_id log)
{
	for (const struct row *row = v->rows; row && n < LOG_LINES_MAX; row = row->next) {
		int k = n++;
		for (; k > 0 && to[k - 1].row->v[0].num > row->v[0].num; k--)
			to[k] = to[k - 1];
		to[k] = (struct log_line){ row, log };
	}
	return n;
}

static void said_none(struct html *h, struct str yes, enum msg_id log)
{
	if (str_eq(yes, S("yes")))
		EL(h, "p", " class=\"note\"") {
			h_msg(h, log);
			h_lit(h, ": ");
			h_msg(h, MSG_CASE_LOG_NONE);
		}
}

/* REQ: INC-37 - enquiries from outside (v), contacts with the outside (w), contacts inside (x), each with its time. */
void h_case_logs(struct html *h, struct web *w, const struct incident_case *c)
{
	const struct record *r = c->r;
	struct log_line *line = new_n(&w->a, struct log_line, LOG_LINES_MAX);
	int n = take_log(line, 0, incident_log_inquiries(r), MSG_CASE_LOG_V);

	n = take_log(line, n, &c->contacts.outside, MSG_CASE_LOG_W);
	n = take_log(line, n, &c->contacts.inside, MSG_CASE_LOG_X);
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_CASE_LOGS);
		if (!n)
			h_el_msg(h, "p", MSG_CASE_LOGS_EMPTY, " class=\"note\"");
		else
			EL(h, "div", " class=\"scroll stacked\"")
				EL(h, "table", " class=\"stack\"") {
					EL(h, "thead")
						EL(h, "tr") {
							h_el_msg(h, "th", MSG_CASE_LOG_AT, " scope=\"col\"");
							h_el_msg(h, "th", MSG_CASE_LOG_WHICH, " scope=\"col\"");
							h_el_msg(h, "th", MSG_CASE_LOG_WHAT, " scope=\"col\"");
							h_el_msg(h, "th", MSG_CASE_LOG_WHO, " scope=\"col\"");
						}
					EL(h, "tbody")
						for (int i = 0; i < n; i++)
							EL(h, "tr") {
								EL(h, "td") {
									h_attr_msg(h, "data-label", MSG_CASE_LOG_AT);
									if (line[i].row->v[0].set)
										h_moment(h, (struct instant){ line[i].row->v[0].num });
								}
								EL(h, "td") {
									h_attr_msg(h, "data-label", MSG_CASE_LOG_WHICH);
									h_msg(h, line[i].log);
								}
								EL(h, "td", " class=\"pre\"") {
									h_attr_msg(h, "data-label", MSG_CASE_LOG_WHAT);
									h_text(h, line[i].row->v[1].text);
								}
								EL(h, "td") {
									h_attr_msg(h, "data-label", MSG_CASE_LOG_WHO);
									h_text(h, line[i].row->v[2].text);
								}
							}
				}
		said_none(h, incident_no_inquiries(r), MSG_CASE_LOG_V);
		if (!c->contacts.outside.rows)
			said_none(h, incident_no_outside(r), MSG_CASE_LOG_W);
		if (!c->contacts.inside.rows)
			said_none(h, incident_no_inside(r), MSG_CASE_LOG_X);
	}
}

/* ---- the picture ---- */

enum lane_of { LANE_FACTS, LANE_STEPS, LANE_COUNCIL, LANE_REPORTS, LANE_PUBLIC, LANES };
struct events { struct timeline_event e[EVENTS_MAX]; int n; struct date today; };

static void event(struct events *to, enum lane_of lane, struct date day, struct str text, struct url link)
{
	if (day.days != DATE_NEVER.days && to->n < EVENTS_MAX)
		to->e[to->n++] = (struct timeline_event){ day, (int)lane, LOOK_DONE, utf8_clip(text, TEXT_BYTES), link };
}

static void deadline(struct events *to, enum lane_of lane, struct date day, struct str text, struct url link)
{
	int before = to->n;

	event(to, lane, day, text, link);
	if (to->n > before)
		to->e[before].look = date_cmp(day, to->today) < 0 ? LOOK_LATE : LOOK_DUE;
}

static struct date day_of(const struct value *v)
{
	return v->set ? instant_date_tokyo((struct instant){ v->num }) : DATE_NEVER;
}

static void facts_of(struct web *w, const struct record *r, struct events *to)
{
	static const enum incident_field days[] = { incident_f_occurred, incident_f_known, incident_f_stopped, incident_f_passed_on };
	const struct url none = { S("") };

	for (ptrdiff_t i = 0; i < COUNT(days); i++)
		if (r->v[days[i]].set)
			event(to, LANE_FACTS, value_day(&r->v[days[i]]), field_label(&r->type->fields[days[i]], w->lang), none);
	for (const struct row *row = incident_course(r)->rows; row; row = row->next)
		event(to, LANE_FACTS, day_of(&row->v[0]), row->v[1].text, none);
	if (incident_acknowledged(r).us)
		event(to, LANE_REPORTS, instant_date_tokyo(incident_acknowledged(r)), field_label(&r->type->fields[incident_f_acknowledged], w->lang), none);
}

static void reports_of(struct web *w, const struct incident_case *c, struct events *to)
{
	for (int i = 0; i < c->filings.n; i++) {
		const struct record *f = c->filings.r[i];
		struct str title = record_title(&w->rq, f);
		if (case_step_is(f, "filed"))
			event(to, LANE_REPORTS, filing_filed_on(f), title, record_url(w, f));
		else if (case_step_is(f, "due"))
			deadline(to, LANE_REPORTS, filing_due(f), title, record_url(w, f));
	}
	for (int i = 0; i < c->publications.n; i++)
		event(to, LANE_PUBLIC, publication_published(c->publications.r[i]), record_title(&w->rq, c->publications.r[i]), record_url(w, c->publications.r[i]));
	for (int i = 0; i < c->notices.n; i++)
		if (!case_step_is(c->notices.r[i], "draft"))
			event(to, LANE_PUBLIC, instant_date_tokyo(c->notices.r[i]->changed), record_title(&w->rq, c->notices.r[i]), record_url(w, c->notices.r[i]));
}

void h_case_timeline(struct html *h, struct web *w, const struct incident_case *c)
{
	const struct str lane[LANES] = { [LANE_FACTS] = msg_text(MSG_CASE_LANE_FACTS, w->lang), [LANE_STEPS] = msg_text(MSG_CASE_LANE_STEPS, w->lang),
		[LANE_COUNCIL] = msg_text(MSG_CASE_LANE_COUNCIL, w->lang), [LANE_REPORTS] = msg_text(MSG_CASE_LANE_REPORTS, w->lang),
		[LANE_PUBLIC] = msg_text(MSG_CASE_LANE_PUBLIC, w->lang) };
	struct events *to = new(&w->a, struct events);

	to->today = w->rq.today;
	facts_of(w, c->r, to);
	for (int i = 0; i < c->steps.n; i++)
		event(to, LANE_STEPS, day_of(response_step_ended(c->steps.r[i]).us ? &c->steps.r[i]->v[response_step_f_ended] : &(struct value){ 0 }),
			record_title(&w->rq, c->steps.r[i]), record_url(w, c->steps.r[i]));
	for (int i = 0; i < c->meetings.n; i++)
		event(to, LANE_COUNCIL, council_meeting_held_on(c->meetings.r[i]), record_title(&w->rq, c->meetings.r[i]), record_url(w, c->meetings.r[i]));
	reports_of(w, c, to);
	if (!to->n)
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_CASE_TIMELINE);
		h_timeline(h, &w->a, &(struct timeline){ .title = msg_text(MSG_CASE_TIMELINE, w->lang), .lane = lane, .nlanes = LANES, .event = to->e, .n = to->n,
			.today = w->rq.today, .done = MSG_CASE_LOOK_DONE, .due = MSG_CASE_LOOK_DUE, .late = MSG_CASE_LOOK_LATE, .now = MSG_WEB_TODAY });
	}
}

/* ---- papers ---- */

/* The papers in the order in which they are needed; their names stand in the address. */
static const struct { enum incident_paper paper; const char *file; enum msg_id title; } papers[] = {
	{ PAPER_RECORD,           "record.pdf",           MSG_PAPER_REC_TITLE },
	{ PAPER_PPC_PRELIMINARY,  "ppc-preliminary.pdf",  MSG_PAPER_PPC_TITLE_PRELIMINARY },
	{ PAPER_PPC_FINAL,        "ppc-final.pdf",        MSG_PAPER_PPC_TITLE_FINAL },
	{ PAPER_MARK_PRELIMINARY, "mark-preliminary.pdf", MSG_PAPER_MARK_TITLE_PRELIMINARY },
	{ PAPER_MARK_FINAL,       "mark-final.pdf",       MSG_PAPER_MARK_TITLE_FINAL },
	{ PAPER_LETTER,           "letter.pdf",           MSG_CASE_PAPER_LETTER },
	{ PAPER_PUBLICATION,      "publication.pdf",      MSG_CASE_PAPER_PUBLICATION },
	{ PAPER_CLIENT,           "client.pdf",           MSG_PAPER_CLIENT_TITLE },
};

/* Which of them this incident calls for: the client's only for entrusted information. */
static bool called_for(const struct record *r, enum incident_paper p)
{
	return p != PAPER_CLIENT || str_eq(incident_entrusted(r), S("yes"));
}

void h_case_papers(struct html *h, struct web *w, const struct incident_case *c)
{
	if (case_step_is(c->r, "reported") || case_step_is(c->r, "near_miss") || !access_may(&w->rq, c->r, MAY_EXPORT))
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_CASE_PAPERS);
		EL(h, "ul", " class=\"bare papers\"")
			for (ptrdiff_t i = 0; i < COUNT(papers); i++)
				if (called_for(c->r, papers[i].paper))
					EL(h, "li")
						EL(h, "a") {
							h_url(h, "href", type_page_url(w, c->r->type, c->r, papers[i].file));
							h_msg(h, papers[i].title);
							h_lit(h, " (PDF)");
						}
		h_el_msg(h, "p", MSG_CASE_PAPERS_NOTE, " class=\"note\"");
	}
}

enum status incident_send_pdf(struct web *w, const struct pdf *pdf, enum msg_id title, struct str number)
{
	struct buf b = buf_make(1000);

	reply_start(w, 200, "application/pdf");
	enum status st = pdf_make(conn_sandbox(w->rq.conn), pdf, &w->reply.body);
	if (st != ST_OK) {
		w->reply.status = 0;
		return st;
	}
	buf_add(&b, msg_text(title, JA));
	buf_char(&b, '_');
	buf_add(&b, number);
	reply_attachment_named(w, str_dup(&w->a, buf_str(&b)), S("pdf"));
	buf_free(&b);
	return ST_OK;
}

enum status incident_paper_file(struct web *w, const struct type *t, struct record *r)
{
	struct incident_papers facts;
	ptrdiff_t i = 0;

	(void)t;
	while (i < COUNT(papers) && !str_eq(w->arg[2], str_z(papers[i].file)))
		i++;
	if (i == COUNT(papers))
		return ST_NOT_FOUND;
	TRY(incident_papers_of(&w->rq, r, &facts));
	struct pdf *pdf = incident_paper_make(&w->rq, &facts, papers[i].paper, S(""), JA);
	if (!pdf)
		return ST_BROKEN;
	trail_add(&w->rq, TRAIL_EXPORT, r->type, r->id, r->version, str_z(incident_paper_code(papers[i].paper)));
	return incident_send_pdf(w, pdf, papers[i].title, r->serial);
}

/* ---- the right column ---- */

static void table_section(struct html *h, struct web *w, enum msg_id title, const struct record *r, enum incident_field f)
{
	if (!r->v[f].rows)
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", title);
		h_value(h, w, &r->type->fields[f], &r->v[f]);
	}
}

void incident_case_beside(struct html *h, struct web *w, const struct record *r, void *found)
{
	const struct incident_case *c = found;

	h_case_papers(h, w, c);
	table_section(h, w, MSG_CASE_LEDGER, r, incident_f_affected);
	table_section(h, w, MSG_CASE_CLOCK_HISTORY, r, incident_f_clock);
}
