/* mark_web.c - on the page of an incident: what the reviewing body of the mark must be told, when, and why; and, at the close, what went
 * out before top management had acknowledged it. */
#include "domain/incident/case_web.h"
#include "domain/incident/classification.h"
#include "domain/incident/filing.h"
#include "domain/incident/papers.h"

/* ---- the mark. REQ: INC-09, INC-33, INC-34 ---- */

static const struct record *to_mark(const struct incident_case *c, const char *stage)
{
	for (int i = 0; i < c->filings.n; i++)
		if (str_eq(filing_to(c->filings.r[i]), S("mark")) && str_eq(filing_stage(c->filings.r[i]), str_z(stage)) && !case_step_is(c->filings.r[i], "released"))
			return c->filings.r[i];
	return NULL;
}

/* When: filed, or until when. */
static void when(struct html *h, struct web *w, const struct record *filing)
{
	EL(h, "a") {
		h_url(h, "href", record_url(w, filing));
		if (filing->v[filing_f_filed_on].set && case_step_is(filing, "filed")) {
			h_msg(h, MSG_CASE_FILED);
			h_lit(h, " ");
			h_day(h, filing_filed_on(filing));
		} else {
			h_msg(h, MSG_CASE_MARK_UNTIL);
			h_lit(h, " ");
			h_day(h, filing_due(filing));
		}
	}
}

static void stage(struct html *h, struct web *w, enum msg_id title, enum msg_id verdict, enum msg_id why, struct str arg, const struct record *filing)
{
	h_el_msg(h, "dt", title);
	EL(h, "dd") {
		EL(h, "span") {
			h_attr(h, "class", verdict == MSG_CASE_MARK_DUE ? S("mark error") : verdict == MSG_CASE_TO_JUDGE ? S("mark key") : S("none"));
			h_msg(h, verdict);
		}
		if (filing) {
			h_lit(h, " ");
			when(h, w, filing);
		}
		EL(h, "p", " class=\"note\"")
			h_msg(h, why, arg);
	}
}

/* The kinds of accidents as words, with a comma between; without those that are none of the mark's. */
static struct str kinds_of(struct web *w, const struct record *r)
{
	const struct field *f = &r->type->fields[incident_f_kinds];
	struct buf b = buf_make(4000);

	for (const struct choice *k = f->choices; k->code; k++) {
		if (!incident_has_code(incident_kinds(r), k->code) || !filing_accident_kind(k->code))
			continue;
		if (b.n)
			buf_add(&b, msg_text(MSG_PAPER_AND, w->lang));
		buf_add(&b, k->label[w->lang]);
	}
	struct str s = str_dup(&w->a, buf_str(&b));
	buf_free(&b);
	return s;
}

void h_case_mark(struct html *h, struct web *w, const struct incident_case *c)
{
	const struct record *v = c->verdict.n ? c->verdict.r[0] : NULL, *first = to_mark(c, "preliminary"), *both = to_mark(c, "both"), *final = to_mark(c, "final");
	struct str kinds = kinds_of(w, c->r), met = value_words(&w->a, &c->r->type->fields[incident_f_conditions], &c->r->v[incident_f_conditions], w->lang);
	bool open = v && case_step_is(v, "open") && classification_open(v).n;

	if (!v || (!c->holder && !first && !both && !final))
		return;
	EL(h, "section") {
		h_el_msg(h, "h2", MSG_CASE_MARK);
		EL(h, "p") {
			h_msg(h, MSG_CASE_MARK_KINDS);
			h_lit(h, " ");
			h_text(h, kinds.n ? kinds : msg_text(MSG_CASE_MARK_NO_KIND, w->lang));
		}
		EL(h, "dl", " class=\"facts\"") {
			if (incident_conditions(c->r).n)
				stage(h, w, MSG_CASE_PRELIMINARY, MSG_CASE_MARK_DUE, MSG_CASE_MARK_BY_CONDITION, met, first ? first : both);
			else
				stage(h, w, MSG_CASE_PRELIMINARY, open ? MSG_CASE_TO_JUDGE : MSG_CASE_MARK_NOT_DUE,
					open ? MSG_CASE_MARK_OPEN : MSG_CASE_MARK_NO_CONDITION, S(""), first);
			if (filing_is_accident(c->r) || incident_conditions(c->r).n)
				stage(h, w, MSG_CASE_FINAL, MSG_CASE_MARK_DUE, kinds.n ? MSG_CASE_MARK_EVERY : MSG_CASE_MARK_KIND_UNKNOWN, S(""), final ? final : both);
			else
				stage(h, w, MSG_CASE_FINAL, MSG_CASE_MARK_NOT_DUE, MSG_CASE_MARK_NO_ACCIDENT, S(""), final);
		}
	}
}

/* ---- before the close. REQ: INC-17 ---- */

void h_case_urgent(struct html *h, struct web *w, const struct incident_case *c)
{
	static const char *const moves[] = { "urgent", NULL };
	bool any = false;

	if (!case_step_is(c->r, "settled") && !case_step_is(c->r, "closed"))
		return;
	for (int i = 0; i < c->filings.n; i++) {
		const struct record *f = c->filings.r[i];
		struct str why = case_step_is(f, "filed") ? incident_move_reason(&w->rq, f->id, moves) : S("");
		if (!why.n)
			continue;
		if (!any)
			h_el_msg(h, "h2", MSG_CASE_URGENT);
		any = true;
		NOTICE(h, "warn") {
			EL(h, "p") {
				EL(h, "a") {
					h_url(h, "href", record_url(w, f));
					h_text(h, record_title(&w->rq, f));
				}
				h_lit(h, " ");
				h_day(h, filing_filed_on(f));
			}
			EL(h, "p")
				h_msg(h, MSG_CASE_URGENT_WHY, why);
		}
	}
}
