/* verdict.c - what the system writes into the record of an incident: conditions, reasons, days and how they moved. */
#include "base/deadline.h"
#include "base/utf8.h"
#include "domain/incident/classification.h"
#include "domain/incident/incident.h"
#include "domain/incident/verdict.h"
#include "domain/ledger/ledger.h"
#include "record/store.h"

/* The rule book's conditions 1 to 9: 1 to 4 are those of Rule 7, 5 to 8 those of the My Number rule in another order. */
static const struct { const char *code; int my_number; const char *number; } conditions[9] = {
	{ "c1", -1, "1" }, { "c2", -1, "2" }, { "c3", -1, "3" }, { "c4", -1, "4" },
	{ "c5", 1, "ii" }, { "c6", 2, "iii" }, { "c7", 3, "iv" }, { "c8", 0, "i" }, { "c9", -1, "9" },
};

static enum answer answer_to(const struct incident_verdict *v, int i)
{
	if (i == 8)
		return ANSWER_NO;                /* grave in another way: only people can say so */
	return i < 4 ? v->ppc[i] : v->my_number[conditions[i].my_number];
}

static struct str made(struct request *rq, struct buf *b)
{
	struct str s = str_dup(rq->a, buf_str(b));

	buf_free(b);
	return s;
}

static struct str conditions_with(struct request *rq, const struct incident_verdict *v, enum answer wanted)
{
	struct buf b = buf_make(64);

	for (int i = 0; i < COUNT(conditions); i++)
		if (answer_to(v, i) == wanted)
			buf_fmt(&b, "%s%s", b.n ? " " : "", conditions[i].code);
	return made(rq, &b);
}

/* The numbers in the rule of those met: of Rule 7, or of the My Number rule in the order of its numbers. */
static struct value numbers_of(struct request *rq, struct str codes, bool my_number)
{
	static const int order[2][4] = { { 0, 1, 2, 3 }, { 7, 4, 5, 6 } };
	struct buf b = buf_make(64);

	for (int k = 0; k < 4; k++) {
		int i = order[my_number][k];
		if (incident_has_code(codes, conditions[i].code))
			buf_fmt(&b, "%s%s", b.n ? ", " : "", conditions[i].number);
	}
	struct value v = value_of_text(made(rq, &b));
	v.set = v.text.n > 0;
	return v;
}

static struct value text_or_none(struct str s)
{
	struct value v = value_of_text(s);

	v.set = s.n > 0;
	return v;
}

static struct str reasons_of(struct request *rq, const struct incident_verdict *v)
{
	struct buf b = buf_make(19000);

	for (int i = 0; i < v->nreasons; i++) {
		const struct incident_reason *w = &v->reasons[i];
		if (i)
			buf_char(&b, '\n');
		msg_add(&b, JA, incident_reason_text(w->id), &w->arg, 1);
		buf_fmt(&b, " [%s]", norm_of(incident_reason_norm(w->id))->cite);
	}
	return made(rq, &b);
}

enum status incident_suggestion_of(struct request *rq, const struct record *r, struct incident_suggestion *ret)
{
	struct incident_profile p;
	struct incident_facts f;
	struct incident_verdict v;

	TRY(incident_profile_of(rq, &p));
	TRY(incident_facts_of(rq, r, p.sector, &f));
	incident_classify(incident_words_make(rq->a), rq->a, &f, rq->today, &v);
	*ret = (struct incident_suggestion){ conditions_with(rq, &v, ANSWER_YES), conditions_with(rq, &v, ANSWER_UNDECIDED), reasons_of(rq, &v) };
	return ST_OK;
}

bool incident_reportable(const struct record *r)
{
	return incident_ppc(r).n > 0 || incident_mn(r).n > 0;
}

/* ---- which conditions hold: what was decided, while the facts are those it was decided on; else what is suggested ---- */

static enum status effective(struct request *rq, const struct record *r, const struct incident_suggestion *s, struct str *ret, bool *ret_decided)
{
	struct record *c = NULL;

	if (r->version)
		TRY(classification_of(rq, r->id, &c));
	*ret_decided = c && str_eq(c->step, S("decided")) && str_eq(classification_suggested(c), s->suggested) && str_eq(classification_open(c), s->open);
	*ret = *ret_decided ? classification_conditions(c) : s->suggested;
	if (*ret_decided || !c)
		return ST_OK;
	struct buf b = buf_make(64);                     /* while it is open, what somebody has ticked counts too */
	buf_add(&b, s->suggested);
	for (int i = 0; i < COUNT(conditions); i++)
		if (incident_has_code(classification_conditions(c), conditions[i].code) && !incident_has_code(s->suggested, conditions[i].code)
		    && !incident_has_code(classification_suggested(c), conditions[i].code))
			buf_fmt(&b, "%s%s", b.n ? " " : "", conditions[i].code);
	*ret = made(rq, &b);
	return ST_OK;
}

/* ---- days ---- */

static bool counts_only(struct str codes)
{
	return codes.n && !incident_has_code(codes, "c1") && !incident_has_code(codes, "c2") && !incident_has_code(codes, "c3")
		&& !incident_has_code(codes, "c5") && !incident_has_code(codes, "c6") && !incident_has_code(codes, "c8") && !incident_has_code(codes, "c9");
}

static bool known_small(const struct record *r)
{
	const struct value *n = incident_persons(r);

	return n->set && n->num2 == COUNT_EXACT && !incident_has_code(incident_conditions(r), "c4") && !incident_has_code(incident_conditions(r), "c7");
}

/* A number that passes the bar later makes the condition apply from the day that became known (guideline 3-5-3-1 (4)). */
static void note_passing(struct request *rq, struct record *r, const struct record *before, struct str codes)
{
	bool over = incident_has_code(codes, "c4") || incident_has_code(codes, "c7");

	if (over && before && known_small(before) && !str_eq(before->step, S("reported")) && !r->v[incident_f_passed_on].set)
		r->v[incident_f_passed_on] = value_of_date(rq->today);
}

static struct date day_one(const struct record *r, struct str codes)
{
	struct date passed = incident_passed_on(r);

	return counts_only(codes) && passed.days != DATE_NEVER.days ? passed : incident_known(r);
}

/* REQ: INC-23, INC-24, INC-29 - day 1 is the day any department knew; the limit is 60 days under condition 3 or 5. The reviewing
 * body's final report has the same limit even when no condition is met. */
static void set_days(struct record *r, struct str codes)
{
	struct date from = day_one(r, codes);

	r->v[incident_f_guide_from].set = r->v[incident_f_guide_until].set = r->v[incident_f_final_due].set = false;
	if (from.days == DATE_NEVER.days)
		return;
	struct leak_deadlines l = deadline_leak(from, incident_has_code(codes, "c3") || incident_has_code(codes, "c5"));
	r->v[incident_f_guide_from] = value_of_date(l.day3);
	r->v[incident_f_guide_until] = value_of_date(l.day5);
	r->v[incident_f_final_due] = value_of_date(l.final);
}

/* Why the days moved, in words. */
static struct str why_moved(struct request *rq, const struct record *r, const struct record *before, struct str codes)
{
	struct buf b = buf_make(2000);
	struct str was = incident_conditions(before);

	if (value_day(&before->v[incident_f_known]).days != incident_known(r).days) {
		struct str why = incident_known_why(r);
		msg_add(&b, JA, MSG_INC_WHY_KNOWN, &why, 1);
	}
	if (!str_eq(was, codes)) {
		struct str a = numbers_of(rq, was, false).text, c = numbers_of(rq, codes, false).text, d = numbers_of(rq, was, true).text, e = numbers_of(rq, codes, true).text;
		struct str dash = S("-"), args[] = { a.n ? a : dash, c.n ? c : dash };
		struct str numbers[] = { d.n ? d : dash, e.n ? e : dash };
		if (!str_eq(a, c))
			msg_add(&b, JA, MSG_INC_WHY_CONDITIONS, args, 2);
		if (!str_eq(d, e))
			msg_add(&b, JA, MSG_INC_WHY_NUMBERS, numbers, 2);
	}
	if (incident_passed_on(before).days != incident_passed_on(r).days)
		msg_add(&b, JA, MSG_INC_WHY_PASSED, NULL, 0);
	return str_dup(rq->a, utf8_clip(made(rq, &b), 500));
}

static void add_move(struct request *rq, struct record *r, const struct record *before, enum incident_field f, struct str why)
{
	const struct value *was = &before->v[f], *is = &r->v[f];
	struct row *row = new(rq->a, struct row), *last = r->v[incident_f_clock].rows;

	if (!was->set || !is->set || was->num == is->num)
		return;
	row->v = new_n(rq->a, struct value, 5);
	row->v[0] = value_of_number(rq->now.us);
	row->v[1] = value_of_text(r->type->fields[f].label[JA]);
	row->v[2] = value_of_date(value_day(was));
	row->v[3] = value_of_date(value_day(is));
	row->v[4] = text_or_none(why);
	struct value *clock = &r->v[incident_f_clock];
	struct row *first = NULL, **end = &first;
	for (; last; last = last->next) {        /* a copy: the old rows belong to the version before */
		*end = new(rq->a, struct row);
		**end = *last;
		(*end)->next = NULL;
		end = &(*end)->next;
	}
	*end = row;
	*clock = (struct value){ .set = true, .num = clock->num + 1, .rows = first };
}

/* REQ: INC-23, INC-24 - each time the days are found anew, the old and the new day are kept with the reason. */
static void keep_moves(struct request *rq, struct record *r, const struct record *before, struct str codes)
{
	static const enum incident_field days[] = { incident_f_known, incident_f_guide_until, incident_f_final_due };
	struct str why = why_moved(rq, r, before, codes);

	for (int i = 0; i < COUNT(days); i++)
		add_move(rq, r, before, days[i], why);
}

/* ---- the version of the investigation ---- */

/* REQ: INC-41 - a save that changes what is known makes a new version of the investigation; later steps name the one they rely on. */
static void count_investigation(struct record *r, const struct record *before)
{
	static const enum incident_field facts[] = {
		incident_f_kinds, incident_f_cause_kind, incident_f_found_how, incident_f_stopped, incident_f_course, incident_f_affected, incident_f_items,
		incident_f_data_kind, incident_f_medium, incident_f_persons, incident_f_sensitive, incident_f_financial, incident_f_improper, incident_f_my_number,
		incident_f_my_number_persons, incident_f_readable, incident_f_number_system, incident_f_encrypted, incident_f_recovered, incident_f_copy_exists,
		incident_f_cause, incident_f_secondary, incident_f_entrusted, incident_f_occurred, incident_f_known,
	};
	bool changed = false;

	for (int i = 0; i < COUNT(facts) && !changed; i++)
		changed = !value_eq(&r->type->fields[facts[i]], &r->v[facts[i]], &before->v[facts[i]]);
	if (changed)
		r->v[incident_f_investigation] = value_of_number(incident_investigation(before) + 1);
}

/* A ledger row of a client's data says that the information is entrusted, and by whom. */
static enum status take_entrusted(struct request *rq, struct record *r)
{
	for (const struct row *row = incident_affected(r)->rows; row && !r->v[incident_f_entrusted].set; row = row->next) {
		struct record *l;
		if (!row->v[0].num)
			continue;
		TRY(record_get(rq, row->v[0].num, &l));
		if (!str_eq(str_z(l->type->t->name), S("ledger")) || !str_eq(ledger_entrusted(l), S("yes")))
			continue;
		r->v[incident_f_entrusted] = value_of_text(S("yes"));
		if (!r->v[incident_f_client].set && ledger_client(l).n)
			r->v[incident_f_client] = value_of_text(utf8_clip(ledger_client(l), 200));
	}
	return ST_OK;
}

enum status incident_derive(struct request *rq, struct record *r, const struct move *m)
{
	struct incident_suggestion s;
	struct record *before = NULL;
	struct str codes;
	bool decided;

	if (r->version)
		TRY(record_get(rq, r->id, &before));
	TRY(take_entrusted(rq, r));
	TRY(incident_suggestion_of(rq, r, &s));
	TRY(effective(rq, r, &s, &codes, &decided));
	note_passing(rq, r, before, codes);
	r->v[incident_f_conditions] = text_or_none(codes);
	r->v[incident_f_ppc] = numbers_of(rq, codes, false);
	r->v[incident_f_mn] = numbers_of(rq, codes, true);
	r->v[incident_f_ppc_open] = numbers_of(rq, decided ? S("") : s.open, false);
	r->v[incident_f_mn_open] = numbers_of(rq, decided ? S("") : s.open, true);
	r->v[incident_f_reasons] = value_of_text(s.reasons);
	set_days(r, codes);
	if (before && !str_eq(before->step, S("reported")))
		keep_moves(rq, r, before, codes);
	if (before && !m && !str_eq(r->step, S("reported")))
		count_investigation(r, before);
	if (m && str_eq(str_z(m->code), S("acknowledge")))
		r->v[incident_f_acknowledged] = value_of_number(rq->now.us);
	return ST_OK;
}
