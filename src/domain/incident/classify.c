/* classify.c - the law of incident reports, one plain function for each question. */
#include "domain/incident/classify.h"
#include <stdio.h>

/* One hearing: the facts, what the items and texts say, the day whose norms apply, and where reasons go. */
struct hearing {
	const struct incident_facts  *f;
	const struct incident_words  *w;
	struct arena                 *a;
	struct date                   day;
	struct incident_verdict      *v;
	unsigned                      shown;              /* meanings of all items, or-ed */
	struct str                    by[16];             /* the first item that has meaning bit i */
	struct str                    hint[HINT_MAX];     /* a word of the texts that makes one ask, or empty */
};

struct incident_facts incident_facts_none(void)
{
	return (struct incident_facts){ .occurred = DATE_NEVER, .known = DATE_NEVER, .persons_max = -1, .my_number_persons_max = -1 };
}

/* ---- reasons ---- */

static const struct { const char *code; enum norm_id norm; enum msg_id text; } reasons[WHY_MAX] = {
#define REASON(id, code, norm, ...) [WHY_##id] = { code, NORM_##norm, MSG_WHY_##id },
#include "domain/incident/reasons.def"
#undef REASON
};

const char *incident_reason_code(enum incident_reason_id id)
{
	return reasons[id].code;
}

enum norm_id incident_reason_norm(enum incident_reason_id id)
{
	return reasons[id].norm;
}

enum msg_id incident_reason_text(enum incident_reason_id id)
{
	return reasons[id].text;
}

void incident_add_reason(struct incident_verdict *v, enum incident_reason_id id, struct str arg)
{
	for (int i = 0; i < v->nreasons; i++)
		if (v->reasons[i].id == id && str_eq(v->reasons[i].arg, arg))
			return;
	if (v->nreasons < INCIDENT_REASONS_MAX)
		v->reasons[v->nreasons++] = (struct incident_reason){ id, arg };
}

static enum answer say(struct hearing *h, enum answer answer, enum incident_reason_id why, struct str arg)
{
	incident_add_reason(h->v, why, arg);
	return answer;
}

#define YES(why, arg)       say(h, ANSWER_YES, WHY_##why, arg)
#define UNDECIDED(why, arg) say(h, ANSWER_UNDECIDED, WHY_##why, arg)
#define NO(why, arg)        say(h, ANSWER_NO, WHY_##why, arg)
#define NOTHING             ((struct str){ "", 0 })

static struct str iso(struct hearing *h, struct date d)
{
	struct buf b = buf_make(32);

	date_add_iso(&b, d);
	struct str s = str_dup(h->a, buf_str(&b));
	buf_free(&b);
	return s;
}

/* ---- what the input shows ---- */

static bool shows(const struct hearing *h, enum item_meaning meaning)
{
	return (h->shown & meaning) != 0;
}

static struct str item(const struct hearing *h, enum item_meaning meaning)
{
	int bit = 0;

	while ((1u << bit) != (unsigned)meaning)
		bit++;
	return h->by[bit];
}

/* The items are named, each name is known, and none leaves a question of that kind. */
static bool items_are_plain(const struct hearing *h, unsigned questions)
{
	return h->f->nitems > 0 && !(h->shown & (questions | ITEM_UNKNOWN));
}

static void look_at_items(struct hearing *h)
{
	for (ptrdiff_t i = 0; i < h->f->nitems; i++) {
		unsigned meaning = incident_item(h->w, h->a, h->f->items[i]);
		for (int bit = 0; bit < COUNT(h->by); bit++)
			if ((meaning & 1u << bit) && !h->by[bit].p)
				h->by[bit] = h->f->items[i];
		h->shown |= meaning;
	}
}

static void look_at_texts(struct hearing *h)
{
	const struct str texts[] = { h->f->event, h->f->cause, h->f->description };

	for (enum hint_kind k = ASK_SENSITIVE; k <= ASK_BEING_ACQUIRED; k++) {
		for (ptrdiff_t i = 0; i < COUNT(texts) && !h->hint[k].n; i++)
			h->hint[k] = incident_hint(h->w, h->a, texts[i], k);
		for (ptrdiff_t i = 0; i < h->f->nitems && !h->hint[k].n; i++)      /* names that the table does not know */
			if (incident_item(h->w, h->a, h->f->items[i]) & ITEM_UNKNOWN)
				h->hint[k] = incident_hint(h->w, h->a, h->f->items[i], k);
	}
}

/* ---- Rule 7: the four triggers, as the facts stand, before exclusions ---- */

/* REQ: INC-25 - no. 1: sensitive information is included; one person is enough, staff count as anybody. */
static enum answer sensitive_included(struct hearing *h)
{
	if (shows(h, ITEM_SENSITIVE)) {
		if (h->f->sensitive == FACT_NO)
			incident_add_reason(h->v, WHY_T1_CONTRADICTED, item(h, ITEM_SENSITIVE));
		return YES(T1_ITEM, item(h, ITEM_SENSITIVE));
	}
	if (h->f->sensitive_row.n) {
		if (h->f->sensitive == FACT_NO)
			incident_add_reason(h->v, WHY_T1_CONTRADICTED, h->f->sensitive_row);
		return YES(T1_LEDGER, h->f->sensitive_row);
	}
	if (h->f->sensitive == FACT_YES)
		return YES(T1_SAID, NOTHING);
	if (h->f->sensitive == FACT_UNCERTAIN)
		return UNDECIDED(T1_UNCERTAIN, NOTHING);
	if (h->hint[ASK_SENSITIVE].n)
		return UNDECIDED(T1_HINT, h->hint[ASK_SENSITIVE]);
	if (h->f->sensitive == FACT_NO)
		return NO(T1_SAID_NO, NOTHING);
	if (shows(h, ITEM_MAY_BE_SENSITIVE))
		return UNDECIDED(T1_MAY, item(h, ITEM_MAY_BE_SENSITIVE));
	if (shows(h, ITEM_UNKNOWN))
		return UNDECIDED(T1_UNKNOWN_ITEM, item(h, ITEM_UNKNOWN));
	if (items_are_plain(h, ITEM_MAY_BE_SENSITIVE))
		return NO(T1_NO_ITEM, NOTHING);
	return UNDECIDED(T1_OPEN, NOTHING);
}

/* An ID with its password is financial only when the service pays or remits; either alone is not at once. */
static enum answer login_may_be_financial(struct hearing *h)
{
	if (shows(h, ITEM_LOGIN) && shows(h, ITEM_SECRET))
		return UNDECIDED(T2_LOGIN_PAIR, NOTHING);
	if (shows(h, ITEM_LOGIN))
		return UNDECIDED(T2_LOGIN_ALONE, item(h, ITEM_LOGIN));
	return UNDECIDED(T2_SECRET_ALONE, item(h, ITEM_SECRET));
}

/* REQ: INC-26 - no. 2: misuse may cause financial damage. */
static enum answer financial_damage_feared(struct hearing *h)
{
	if (shows(h, ITEM_FINANCIAL)) {
		if (h->f->financial == FACT_NO)
			incident_add_reason(h->v, WHY_T2_CONTRADICTED, item(h, ITEM_FINANCIAL));
		return YES(T2_ITEM, item(h, ITEM_FINANCIAL));
	}
	if (h->f->financial == FACT_YES)
		return YES(T2_SAID, NOTHING);
	if (h->f->financial == FACT_UNCERTAIN)
		return UNDECIDED(T2_UNCERTAIN, NOTHING);
	if (h->hint[ASK_FINANCIAL].n)
		return UNDECIDED(T2_HINT, h->hint[ASK_FINANCIAL]);
	if (h->f->financial == FACT_NO)
		return NO(T2_SAID_NO, NOTHING);
	if (h->shown & (ITEM_LOGIN | ITEM_SECRET))
		return login_may_be_financial(h);
	if (shows(h, ITEM_MAY_BE_FINANCIAL))
		return UNDECIDED(T2_MAY, item(h, ITEM_MAY_BE_FINANCIAL));
	if (shows(h, ITEM_UNKNOWN))
		return UNDECIDED(T2_UNKNOWN_ITEM, item(h, ITEM_UNKNOWN));
	if (items_are_plain(h, ITEM_MAY_BE_FINANCIAL | ITEM_LOGIN | ITEM_SECRET))
		return NO(T2_NO_ITEM, NOTHING);
	return UNDECIDED(T2_OPEN, NOTHING);
}

/* REQ: INC-27 - no. 3: an act feared to have an improper purpose, by outsiders or staff. Until 2024-03-31 information that
 * was caught while it was being entered was not personal data yet. */
static enum answer improper_purpose_feared(struct hearing *h)
{
	bool said = h->f->improper_purpose == FACT_YES;

	if (said || h->f->wrong == WRONG_ACT) {
		if (h->f->improper_purpose == FACT_NO)
			incident_add_reason(h->v, WHY_T3_CONTRADICTED, NOTHING);
		if (norm_in_force(NORM_T3_NARROW, h->day) && h->hint[ASK_BEING_ACQUIRED].n)
			return UNDECIDED(T3_NARROW, h->hint[ASK_BEING_ACQUIRED]);
		return said ? YES(T3_SAID, NOTHING) : YES(T3_CAUSE, NOTHING);
	}
	if (h->f->wrong == WRONG_USE && h->f->improper_purpose != FACT_NO)
		return UNDECIDED(T3_USE, NOTHING);
	if (h->f->improper_purpose == FACT_UNCERTAIN)
		return UNDECIDED(T3_UNCERTAIN, NOTHING);
	if (h->hint[ASK_IMPROPER].n)
		return UNDECIDED(T3_HINT, h->hint[ASK_IMPROPER]);
	return h->f->improper_purpose == FACT_NO ? NO(T3_SAID_NO, NOTHING) : UNDECIDED(T3_OPEN, NOTHING);
}

/* REQ: INC-28 - no. 4: more than 1,000 persons; the possible maximum counts. */
static enum answer more_than_1000(struct hearing *h)
{
	int64_t persons = h->f->persons_max, numbers = h->f->my_number_persons_max;

	if (persons > 1000 || (persons < 0 && numbers > 1000))
		return YES(T4_OVER, text_of_int(h->a, MAX(persons, numbers)));
	if (numbers > 1000)
		return UNDECIDED(T4_CONTRADICTED, text_of_int(h->a, numbers));
	if (persons < 0)
		return UNDECIDED(T4_OPEN, NOTHING);
	return NO(T4_WITHIN, text_of_int(h->a, persons));
}

/* Rule 43 no. 4, for public bodies: the bar is 100 persons by a text that is not confirmed, so between 101 and 1,000
 * a person decides. */
static enum answer public_body_bar(struct hearing *h, enum answer by_1000)
{
	if (by_1000 == ANSWER_NO && h->f->persons_max > 100)
		return UNDECIDED(T4_PUBLIC, text_of_int(h->a, h->f->persons_max));
	return by_1000;
}

/* ---- the My Number rule ---- */

/* Whether specific personal information is included at all. */
static enum answer my_number_included(struct hearing *h)
{
	bool counted = h->f->my_number_persons_max > 0;

	if (shows(h, ITEM_MY_NUMBER)) {
		if (h->f->my_number == FACT_NO)
			incident_add_reason(h->v, WHY_MN_CONTRADICTED, NOTHING);
		return YES(MN_ITEM, item(h, ITEM_MY_NUMBER));
	}
	if (h->f->my_number_row.n) {
		if (h->f->my_number == FACT_NO)
			incident_add_reason(h->v, WHY_MN_CONTRADICTED, NOTHING);
		return YES(MN_LEDGER, h->f->my_number_row);
	}
	if (h->f->my_number == FACT_YES)
		return YES(MN_SAID, NOTHING);
	if (h->f->my_number == FACT_NO && counted)
		return UNDECIDED(MN_CONTRADICTED, NOTHING);
	if (counted)
		return YES(MN_SAID, NOTHING);
	if (h->hint[ASK_MY_NUMBER].n)
		return UNDECIDED(MN_HINT, h->hint[ASK_MY_NUMBER]);
	if (h->f->my_number == FACT_NO)
		return NO(MN_NONE, NOTHING);
	if (h->f->my_number_persons_max == 0)
		return NO(MN_NONE, NOTHING);
	if (h->f->number_system != FACT_YES && items_are_plain(h, ITEM_MAY_HAVE_MY_NUMBER))
		return NO(MN_NONE, NOTHING);
	return UNDECIDED(MN_OPEN, NOTHING);
}

/* Both must be true; one that is false settles it. */
static enum answer both(enum answer a, enum answer b)
{
	return MIN(a, b);
}

static enum answer of_fact(enum fact f)
{
	return f == FACT_YES ? ANSWER_YES : f == FACT_NO ? ANSWER_NO : ANSWER_UNDECIDED;
}

/* REQ: INC-32 - no. i: data of the information-provision network or of systems for number-using affairs. */
static enum answer of_number_systems(struct hearing *h, enum answer included)
{
	enum answer a = both(included, of_fact(h->f->number_system));

	if (a == ANSWER_NO)
		return a;
	return a == ANSWER_YES ? YES(MN1_YES, NOTHING) : UNDECIDED(MN1_OPEN, NOTHING);
}

/* REQ: INC-29 - no. ii: leak, use or provision with an improper purpose. */
static enum answer my_number_improper(struct hearing *h, enum answer included, enum answer improper)
{
	enum answer a = both(included, h->f->wrong == WRONG_USE ? ANSWER_YES : improper);

	if (a == ANSWER_NO)
		return a;
	if (a == ANSWER_YES && norm_in_force(NORM_MN_OLD, h->day))
		return UNDECIDED(MN2_OLD, NOTHING);
	return a == ANSWER_YES ? YES(MN2_YES, NOTHING) : UNDECIDED(MN2_OPEN, NOTHING);
}

/* REQ: INC-30 - no. iii: readable to unspecified many by electronic means. Paper and speech are none. */
static enum answer my_number_readable(struct hearing *h, enum answer included)
{
	bool electronic = h->f->medium != MEDIUM_PAPER && h->f->medium != MEDIUM_ORAL;
	enum answer readable = of_fact(h->f->readable_by_unspecified_many);

	if (!electronic && readable == ANSWER_YES)
		readable = ANSWER_UNDECIDED;
	else if (!electronic && included != ANSWER_NO)
		readable = NO(MN3_MEDIUM, NOTHING);
	enum answer a = both(included, readable);
	if (a == ANSWER_NO)
		return a;
	return a == ANSWER_YES ? YES(MN3_YES, NOTHING) : UNDECIDED(MN3_OPEN, NOTHING);
}

/* REQ: INC-31 - no. iv: more than 100 persons. Those with a number are never more than all persons concerned. */
static enum answer my_number_more_than_100(struct hearing *h, enum answer included)
{
	int64_t n = h->f->my_number_persons_max;

	if (included == ANSWER_NO)
		return ANSWER_NO;
	if (n < 0 && h->f->persons_max >= 0 && h->f->persons_max <= 100)
		n = h->f->persons_max;
	if (n < 0)
		return UNDECIDED(MN4_OPEN, NOTHING);
	if (n > 100)
		return included == ANSWER_YES ? YES(MN4_OVER, text_of_int(h->a, n)) : UNDECIDED(MN4_OPEN, NOTHING);
	return NO(MN4_WITHIN, text_of_int(h->a, n));
}

/* ---- exclusions: by themselves they clear no trigger, approved they do ---- */

static bool readable_outside(const struct incident_facts *f)
{
	return f->readable_by_unspecified_many == FACT_YES;
}

/* A met trigger falls back to undecided when encryption, recovery or a second copy may take the event out of the rule.
 * A second copy only answers loss and damage: what strangers could read has leaked all the same. */
static bool copy_helps(const struct incident_facts *f)
{
	return !readable_outside(f) && !f->leaked;
}

static enum answer after_exclusions(struct hearing *h, enum answer a)
{
	static const enum incident_reason_id approved[EXCLUSION_MAX] = {
		[EXCLUSION_ENCRYPTION] = WHY_EX_ENCRYPTED_APPROVED, [EXCLUSION_RECOVERED] = WHY_EX_RECOVERED_APPROVED,
		[EXCLUSION_INTENDED] = WHY_EX_INTENDED_APPROVED, [EXCLUSION_COPY] = WHY_EX_COPY_APPROVED,
	};

	for (int i = 0; i < EXCLUSION_MAX && a != ANSWER_NO; i++)
		if (h->f->approved & 1u << i && (i != EXCLUSION_COPY || copy_helps(h->f)))
			a = say(h, ANSWER_NO, approved[i], NOTHING);
	if (a != ANSWER_YES)
		return a;
	if (h->f->encrypted == ENCRYPTION_HIGH_GRADE)
		a = UNDECIDED(EX_ENCRYPTED, NOTHING);
	if (h->f->recovered_unseen)
		a = UNDECIDED(EX_RECOVERED, NOTHING);
	if (h->f->copy_exists && copy_helps(h->f))
		a = UNDECIDED(EX_COPY, NOTHING);
	return a;
}

/* ---- was there a duty on that day? ---- */

static enum answer under_the_act(struct hearing *h, enum answer a)
{
	bool public = h->f->sector == SECTOR_PUBLIC;

	if (!norm_in_force(public ? NORM_REPORT_STATE : NORM_REPORT_PRIVATE, h->day))
		return NO(NOT_YET, iso(h, h->day));
	if (public && !norm_in_force(NORM_REPORT_LOCAL, h->day) && a == ANSWER_YES)
		return UNDECIDED(NOT_YET_LOCAL, iso(h, h->day));
	return a;
}

static enum answer under_the_number_act(struct hearing *h, enum answer a)
{
	if (norm_in_force(NORM_MN_REPORT, h->day) || norm_in_force(NORM_MN_OLD, h->day) || a == ANSWER_NO)
		return a;
	return NO(MN_NOT_YET, iso(h, h->day));
}

/* ---- PrivacyMark ---- */

/* REQ: INC-33 - the same conditions as the law's, and 9 which only people can judge. */
static enum answer mark_preliminary(struct hearing *h, const enum answer conditions[8])
{
	enum answer a = ANSWER_NO;

	for (int i = 0; i < 8; i++)
		a = MAX(a, conditions[i]);
	if (a != ANSWER_YES && (shows(h, ITEM_TREATED_SO) || h->f->like_row.n))
		a = UNDECIDED(MARK_TREATED_SO, shows(h, ITEM_TREATED_SO) ? item(h, ITEM_TREATED_SO) : h->f->like_row);
	if (a == ANSWER_YES && !norm_in_force(NORM_MARK_PRELIMINARY, h->day))
		return UNDECIDED(MARK_OLD, NOTHING);
	if (a == ANSWER_YES)
		return YES(MARK_PRELIMINARY, NOTHING);
	return a == ANSWER_UNDECIDED ? UNDECIDED(MARK_OPEN, NOTHING) : NO(MARK_GRAVE, NOTHING);
}

/* REQ: INC-34 - every accident with personal information, even one mis-sent mail. */
static enum answer mark_final(struct hearing *h)
{
	const struct incident_facts *f = h->f;
	bool of_persons = f->persons_max > 0 || f->my_number_persons_max > 0 || f->my_number == FACT_YES
		|| f->sensitive == FACT_YES || f->financial == FACT_YES || f->improper_purpose == FACT_YES
		|| (h->shown & ~(unsigned)(ITEM_NO_PERSON | ITEM_UNKNOWN));

	return of_persons ? YES(MARK_FINAL, NOTHING) : UNDECIDED(MARK_FINAL_OPEN, NOTHING);
}

/* ---- the whole judgement by the norms of one day ---- */

static void without_personal_data(struct hearing *h)
{
	struct incident_verdict *v = h->v;
	bool sensitive = h->f->sensitive == FACT_YES;
	bool numbers = h->f->my_number == FACT_YES || h->f->my_number_persons_max > 0 || shows(h, ITEM_MY_NUMBER);

	incident_add_reason(v, WHY_NO_PERSONS, NOTHING);
	if (!sensitive && !numbers)
		return;
	v->ppc[0] = under_the_act(h, sensitive ? ANSWER_UNDECIDED : ANSWER_NO);
	for (int i = 0; i < 4; i++)
		v->my_number[i] = under_the_number_act(h, numbers ? ANSWER_UNDECIDED : ANSWER_NO);
	v->mark_preliminary = ANSWER_UNDECIDED;
	v->mark_final = UNDECIDED(NO_PERSONS_BUT, NOTHING);
}

static void judge(struct hearing *h)
{
	struct incident_verdict *v = h->v;
	enum answer met[8];

	if (h->f->persons_max == 0) {
		without_personal_data(h);
		return;
	}
	met[0] = sensitive_included(h);
	met[1] = financial_damage_feared(h);
	met[2] = improper_purpose_feared(h);
	met[3] = more_than_1000(h);
	enum answer included = my_number_included(h);
	met[4] = of_number_systems(h, included);
	met[5] = my_number_improper(h, included, met[2]);
	met[6] = my_number_readable(h, included);
	met[7] = my_number_more_than_100(h, included);
	for (int i = 0; i < 8; i++)
		met[i] = after_exclusions(h, met[i]);
	for (int i = 0; i < 4; i++) {
		enum answer a = met[i];
		if (i == 3 && h->f->sector == SECTOR_PUBLIC)
			a = public_body_bar(h, a);
		v->ppc[i] = under_the_act(h, a);
		v->my_number[i] = under_the_number_act(h, met[4 + i]);
	}
	v->mark_preliminary = mark_preliminary(h, met);
	v->mark_final = mark_final(h);
}

/* ---- two days, two norms ---- */

static enum answer where_they_agree(struct incident_verdict *v, enum answer then, enum answer now, const char *what)
{
	if (then == now)
		return now;
	incident_add_reason(v, WHY_NORM_CHANGED, str_z(what));
	return ANSWER_UNDECIDED;
}

static void merge(struct incident_verdict *v, const struct incident_verdict *then)
{
	static const char *const number_names[] = { "My Number i", "My Number ii", "My Number iii", "My Number iv" };
	static const char *const names[] = { "PPC 1", "PPC 2", "PPC 3", "PPC 4" };

	for (int i = 0; i < 4; i++) {
		v->ppc[i] = where_they_agree(v, then->ppc[i], v->ppc[i], names[i]);
		v->my_number[i] = where_they_agree(v, then->my_number[i], v->my_number[i], number_names[i]);
	}
	v->mark_preliminary = where_they_agree(v, then->mark_preliminary, v->mark_preliminary, "PrivacyMark");
}

/* ---- what follows from it ---- */

static bool any(const enum answer a[4], enum answer wanted)
{
	return a[0] == wanted || a[1] == wanted || a[2] == wanted || a[3] == wanted;
}

/* REQ: INC-24, INC-29 - 60 days when an improper purpose is feared, also together with other triggers. */
static void add_consequences(const struct incident_facts *f, struct incident_verdict *v)
{
	bool ppc = any(v->ppc, ANSWER_YES), numbers = any(v->my_number, ANSWER_YES);
	bool public = f->sector == SECTOR_PUBLIC;

	if (ppc)
		incident_add_reason(v, v->ppc[2] == ANSWER_YES ? WHY_DAYS_60 : WHY_DAYS_30, NOTHING);
	if (numbers)
		incident_add_reason(v, v->my_number[1] == ANSWER_YES ? WHY_MN_DAYS_60 : WHY_MN_DAYS_30, NOTHING);
	if (ppc || numbers) {
		v->final_days = v->ppc[2] == ANSWER_YES || v->my_number[1] == ANSWER_YES ? 60 : 30;
		incident_add_reason(v, public ? WHY_TELL_PERSON_PUBLIC : WHY_TELL_PERSON, NOTHING);
	}
	if (public && f->persons_max != 0)
		incident_add_reason(v, WHY_PUBLIC_SECTOR, NOTHING);
	if (f->entrusted && f->persons_max != 0)
		incident_add_reason(v, WHY_ENTRUSTED, NOTHING);
}

static void hear(struct hearing h, struct date day, struct incident_verdict *v)
{
	h.day = day;
	h.v = v;
	judge(&h);
}

void incident_classify(const struct incident_words *w, struct arena *a, const struct incident_facts *f, struct date today,
	struct incident_verdict *ret)
{
	struct hearing h = { .f = f, .w = w, .a = a };
	struct date occurred = f->occurred, known = f->known;

	*ret = (struct incident_verdict){ .final_days = 0 };
	if (known.days == DATE_NEVER.days)
		known = occurred.days == DATE_NEVER.days ? today : occurred;
	if (occurred.days == DATE_NEVER.days)
		occurred = known;
	if (date_cmp(known, occurred) < 0)
		incident_add_reason(ret, WHY_DATES_REVERSED, NOTHING);
	look_at_items(&h);
	look_at_texts(&h);
	hear(h, known, ret);
	if (occurred.days != known.days) {
		struct incident_verdict then = { .final_days = 0 };
		hear(h, occurred, &then);
		merge(ret, &then);
	}
	if (!any(ret->my_number, ANSWER_UNDECIDED) && !any(ret->my_number, ANSWER_YES)
		&& (f->my_number == FACT_YES || f->my_number_persons_max > 0 || (h.shown & ITEM_MY_NUMBER)))
		incident_add_reason(ret, WHY_MN_EFFORT, NOTHING);
	add_consequences(f, ret);
}
