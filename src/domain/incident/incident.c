/* incident.c - the incident as a record: its verdict, its deadlines, and when it may move on. */
#include "domain/incident/incident.h"
#include "base/deadline.h"
#include "base/utf8.h"
#include "domain/organisation/organisation.h"
#include "domain/task/task.h"
#include "record/access.h"
#include "record/list.h"
#include "record/store.h"
#define RECORD     incident
#define RECORD_DEF "domain/incident/incident.def"
#include "record/define.h"

/* ---- from the record to the facts ---- */

static enum fact fact_of(struct str code)
{
	return str_eq(code, S("yes")) ? FACT_YES : str_eq(code, S("no")) ? FACT_NO : str_eq(code, S("uncertain")) ? FACT_UNCERTAIN : FACT_UNKNOWN;
}

static bool yes(struct str code)
{
	return str_eq(code, S("yes"));
}

/* An upper bound: a count that is about so many, or unknown, gives none. */
static int64_t count_of(const struct value *v)
{
	return v->set && v->num2 == COUNT_EXACT ? v->num : -1;
}

static enum incident_medium medium_of(struct str code)
{
	static const char *const codes[] = { "paper", "electronic", "media", "oral", "other" };

	for (int i = 0; i < COUNT(codes); i++)
		if (str_eq(code, str_z(codes[i])))
			return (enum incident_medium)(i + 1);
	return MEDIUM_UNKNOWN;
}

static enum encryption encryption_of(struct str code)
{
	if (str_eq(code, S("high_grade")))
		return ENCRYPTION_HIGH_GRADE;
	return str_eq(code, S("weak")) ? ENCRYPTION_WEAK : str_eq(code, S("no")) ? ENCRYPTION_NO : ENCRYPTION_UNKNOWN;
}

struct incident_facts incident_facts_of(struct arena *a, const struct record *r, enum sector sector)
{
	struct incident_facts f = incident_facts_none();
	struct str rest = incident_items(r), name, *items = new_n(a, struct str, rest.n + 1);

	while (rest.n && str_cut(&rest, '\n', &name))
		if (str_trim(name).n)
			items[f.nitems++] = str_trim(name);
	f.items = items;
	f.occurred = incident_occurred(r);
	f.known = incident_known(r);
	f.sector = sector;
	f.persons_max = count_of(incident_persons(r));
	f.my_number_persons_max = count_of(incident_my_number_persons(r));
	f.sensitive = fact_of(incident_sensitive(r));
	f.financial = fact_of(incident_financial(r));
	f.improper_purpose = fact_of(incident_improper(r));
	f.my_number = fact_of(incident_my_number(r));
	f.readable_by_unspecified_many = fact_of(incident_readable(r));
	f.number_system = fact_of(incident_number_system(r));
	f.medium = medium_of(incident_medium(r));
	f.encrypted = encryption_of(incident_encrypted(r));
	f.entrusted = yes(incident_entrusted(r));
	f.recovered_unseen = yes(incident_recovered(r));
	f.copy_exists = yes(incident_copy_exists(r));
	f.event = incident_title(r);
	f.cause = incident_cause(r);
	f.description = incident_summary(r);
	return f;
}

bool incident_reportable(const struct record *r)
{
	return incident_ppc(r).n > 0 || incident_mn(r).n > 0;
}

/* ---- the organisation's side of it ---- */

struct profile { enum sector sector; bool holder; struct str authority, reviewing_body; };

static enum status take_id(struct request *rq, struct record *r, void *arg)
{
	int64_t *id = arg;

	(void)rq;
	*id = r->id;
	return ST_OK;
}

enum status incident_organisation(struct request *rq, struct record **ret)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("organisation")), .sort = LIST_SORT_CHANGED };
	int64_t id = 0;

	*ret = NULL;
	TRY(record_each(rq, &q, take_id, &id));
	return id ? record_get(rq, id, ret) : ST_OK;
}

/* REQ: INC-35 - a minister with delegated authority takes the place of the Commission. */
static enum status profile_of(struct request *rq, struct profile *ret)
{
	struct record *r;

	*ret = (struct profile){ SECTOR_PRIVATE, false, msg_text(MSG_INC_PPC, JA), msg_text(MSG_INC_REVIEWING_BODY, JA) };
	TRY(incident_organisation(rq, &r));
	if (!r)
		return ST_OK;
	ret->sector = str_eq(organisation_sector(r), S("public")) ? SECTOR_PUBLIC : SECTOR_PRIVATE;
	ret->holder = yes(organisation_pmark_holder(r));
	if (organisation_minister(r).n)
		ret->authority = organisation_minister(r);
	if (organisation_reviewing_body(r).n)
		ret->reviewing_body = organisation_reviewing_body(r);
	return ST_OK;
}

/* ---- the verdict on the record ---- */

static struct value listed(struct request *rq, const enum answer a[4], enum answer wanted, const char *const names[4])
{
	struct buf b = buf_make(64);

	for (int i = 0; i < 4; i++)
		if (a[i] == wanted)
			buf_fmt(&b, "%s%s", b.n ? ", " : "", names[i]);
	struct value v = value_of_text(str_dup(rq->a, buf_str(&b)));
	v.set = b.n > 0;
	buf_free(&b);
	return v;
}

static struct value reasons_of(struct request *rq, const struct incident_verdict *v)
{
	struct buf b = buf_make(19000);

	for (int i = 0; i < v->nreasons; i++) {
		const struct incident_reason *w = &v->reasons[i];
		if (i)
			buf_char(&b, '\n');
		msg_add(&b, JA, incident_reason_text(w->id), &w->arg, 1);
		buf_fmt(&b, " [%s]", norm_of(incident_reason_norm(w->id))->cite);
	}
	struct value out = value_of_text(str_dup(rq->a, buf_str(&b)));
	buf_free(&b);
	return out;
}

/* REQ: INC-23, INC-24 - the days count from the day of knowing and are found again whenever the conditions change; the
 * reviewing body's final report has the same limit even when no condition is met. */
static void set_deadlines(struct record *r, const struct incident_verdict *v)
{
	struct date known = incident_known(r);

	r->v[incident_f_guide_from].set = r->v[incident_f_guide_until].set = r->v[incident_f_final_due].set = false;
	if (known.days == DATE_NEVER.days)
		return;
	struct leak_deadlines l = deadline_leak(known, v->final_days == 60);
	r->v[incident_f_guide_from] = value_of_date(l.day3);
	r->v[incident_f_guide_until] = value_of_date(l.day5);
	r->v[incident_f_final_due] = value_of_date(l.final);
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	static const char *const ppc[] = { "1", "2", "3", "4" }, *const mn[] = { "i", "ii", "iii", "iv" };
	struct profile p;
	struct incident_verdict v;

	TRY(profile_of(rq, &p));
	struct incident_facts f = incident_facts_of(rq->a, r, p.sector);
	incident_classify(incident_words_make(rq->a), rq->a, &f, rq->today, &v);
	r->v[incident_f_ppc] = listed(rq, v.ppc, ANSWER_YES, ppc);
	r->v[incident_f_ppc_open] = listed(rq, v.ppc, ANSWER_UNDECIDED, ppc);
	r->v[incident_f_mn] = listed(rq, v.my_number, ANSWER_YES, mn);
	r->v[incident_f_mn_open] = listed(rq, v.my_number, ANSWER_UNDECIDED, mn);
	r->v[incident_f_reasons] = reasons_of(rq, &v);
	set_deadlines(r, &v);
	if (m && str_eq(str_z(m->code), S("acknowledge"))) {
		r->v[incident_f_acknowledged] = value_of_number(rq->now.us);
	} else if (m && str_eq(str_z(m->code), S("file_preliminary"))) {
		r->v[incident_f_preliminary_on] = value_of_date(rq->today);
	} else if (m && str_eq(str_z(m->code), S("file_final"))) {
		r->v[incident_f_final_on] = value_of_date(rq->today);
	}
	return ST_OK;
}

/* ---- what may be entered ---- */

static bool has_kind(const struct record *r, struct str kind)
{
	struct str codes = incident_kinds(r), code;

	while (str_cut(&codes, ' ', &code))
		if (str_eq(code, kind))
			return true;
	return false;
}

/* REQ: INC-10 - a grave failure is judged by the information system manager, "otherwise" by top or privacy manager; what
 * somebody else declares waits as a report. */
static void check_judges(struct request *rq, const struct record *r, const struct record *before)
{
	bool leads = rq->actor.system || actor_has(rq, ROLE_privacy_manager) || actor_has(rq, ROLE_top_management);

	if (str_eq(r->step, S("reported")))
		return;
	if (has_kind(r, S("system")) && !has_kind(before, S("system")) && !rq->actor.system && !actor_has(rq, ROLE_system_manager))
		problem(&rq->problems, S("kinds"), MSG_INC_SYSTEM_JUDGE);
	if (has_kind(r, S("judged")) && !has_kind(before, S("judged")) && !leads)
		problem(&rq->problems, S("kinds"), MSG_INC_TOP_JUDGE);
	if (!leads && !actor_has(rq, ROLE_system_manager))
		problem(&rq->problems, S(""), MSG_INC_TAKEN_OVER);
}

/* REQ: INC-23, INC-40, INC-41 - a report says what and in which words; nothing is known before it happens, or tomorrow. */
static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	struct date occurred = incident_occurred(r), known = incident_known(r);
	struct record *before;

	if (known.days != DATE_NEVER.days && date_cmp(known, rq->today) > 0)
		problem(&rq->problems, S("known"), MSG_INC_FUTURE);
	if (occurred.days != DATE_NEVER.days && known.days != DATE_NEVER.days && date_cmp(known, occurred) < 0)
		problem(&rq->problems, S("occurred"), MSG_INC_KNOWN_FIRST);
	if (!r->version && !r->v[incident_f_title].set)
		problem(&rq->problems, S("title"), MSG_REC_REQUIRED);
	if (!r->version && !r->v[incident_f_summary].set)
		problem(&rq->problems, S("summary"), MSG_REC_REQUIRED);
	if (m || !r->version)
		return ST_OK;
	TRY(record_get(rq, r->id, &before));
	check_judges(rq, r, before);
	return ST_OK;
}

/* ---- when it may move on ---- */

static void want(struct request *rq, bool there, const char *place, enum msg_id otherwise)
{
	if (!there)
		problem(&rq->problems, str_z(place), otherwise);
}

static bool set(const struct record *r, enum incident_field f)
{
	return r->v[f].set;
}

/* REQ: INC-17, INC-22 - top management first, and for entrusted information the client's instruction. */
static void want_leave_to_report(struct request *rq, const struct record *r)
{
	want(rq, set(r, incident_f_acknowledged), "", MSG_INC_NEEDS_ACKNOWLEDGEMENT);
	if (yes(incident_entrusted(r)))
		want(rq, set(r, incident_f_instruction), "instruction", MSG_INC_NEEDS_INSTRUCTION);
}

/* REQ: INC-07, INC-13, INC-14, INC-18, INC-19 */
static void want_first_response(struct request *rq, const struct record *r)
{
	want(rq, set(r, incident_f_first_steps), "first_steps", MSG_INC_NEEDS_FIRST_STEPS);
	want(rq, incident_decisions(r)->rows != NULL, "decisions", MSG_INC_NEEDS_DECISION);
	if (yes(incident_entrusted(r)))
		want(rq, set(r, incident_f_client_told), "client_told", MSG_INC_NEEDS_CLIENT);
}

/* REQ: INC-02, INC-37, INC-39 - every branch decided, reports filed, the logs kept or said to be empty. */
static void want_whole(struct request *rq, const struct record *r, const struct profile *p)
{
	bool to_report = incident_reportable(r) || p->holder;
	bool open = set(r, incident_f_ppc_open) || set(r, incident_f_mn_open);

	if (to_report)
		want(rq, set(r, incident_f_final_on), "", MSG_INC_NEEDS_FINAL);
	if (open)
		want(rq, set(r, incident_f_judgement), "judgement", MSG_INC_NEEDS_JUDGEMENT);
	want(rq, incident_log_inquiries(r)->rows || yes(incident_no_inquiries(r)), "log_inquiries", MSG_INC_NEEDS_LOG);
	want(rq, incident_log_outside(r)->rows || yes(incident_no_outside(r)), "log_outside", MSG_INC_NEEDS_LOG);
	want(rq, incident_log_inside(r)->rows != NULL, "log_inside", MSG_INC_NEEDS_LOG);
	if (yes(incident_entrusted(r)))
		want(rq, set(r, incident_f_instruction), "instruction", MSG_INC_NEEDS_INSTRUCTION);
}

static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	struct str code = str_z(m->code);
	ptrdiff_t before = rq->problems.n;
	struct profile p;

	(void)comment;
	TRY(profile_of(rq, &p));
	if (str_eq(code, S("convene"))) {
		if (yes(incident_entrusted(r)))
			want(rq, set(r, incident_f_client), "client", MSG_REC_REQUIRED);
	} else if (str_eq(code, S("file_preliminary"))) {
		want_leave_to_report(rq, r);
	} else if (str_eq(code, S("settle"))) {
		want_first_response(rq, r);
	} else if (str_eq(code, S("file_final"))) {
		want_leave_to_report(rq, r);
		if (incident_reportable(r))
			want(rq, set(r, incident_f_preliminary_on), "", MSG_INC_NEEDS_PRELIMINARY);
	} else if (str_eq(code, S("close"))) {
		want_whole(rq, r, &p);
	}
	return rq->problems.n > before ? ST_NO : ST_OK;
}

/* ---- the reports as duties with a date ---- */

static struct str words_of_task(struct request *rq, enum msg_id id, struct str to, struct str serial)
{
	struct buf b = buf_make(1000);
	struct str args[] = { to, serial };

	msg_add(&b, JA, id, args, 2);
	struct str s = str_dup(rq->a, utf8_clip(buf_str(&b), 300));
	buf_free(&b);
	return s;
}

/* The task of that title about this incident: made when there is none, moved when its day has changed. */
static enum status ensure_task(struct request *rq, const struct record *r, struct back_link *links, struct str title, struct date due)
{
	struct record *t = NULL;

	for (struct back_link *l = links; l && !t; l = l->next) {
		if (strcmp(l->type->t->name, "task") != 0)
			continue;
		TRY(record_get(rq, l->record, &t));
		if (!str_eq(task_title(t), title))
			t = NULL;
	}
	if (t && (task_due(t).days == due.days || !str_eq(t->step, S("open"))))
		return ST_OK;
	if (!t) {
		t = record_new(rq, store_type(conn_store(rq->conn), S("task")));
		t->v[task_f_kind] = value_of_text(S("incident_report"));
		t->v[task_f_title] = value_of_text(title);
		t->v[task_f_role] = value_of_text(S("privacy_manager"));
		t->v[task_f_clause] = value_of_text(S("J.4.4.2"));
		t->v[task_f_about] = value_of_link(r->id);
		t->creator = 0;
	}
	t->v[task_f_due] = value_of_date(due);
	return record_write(rq, t, r->serial);
}

/* REQ: INC-06, INC-33, INC-34, INC-35 - a report is owed from the moment the incident is taken up. */
static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	struct back_link *links;
	struct profile p;

	(void)before;
	(void)m;
	if (str_eq(r->step, S("reported")) || str_eq(r->step, S("near_miss")) || str_eq(r->step, S("closed")) || !set(r, incident_f_final_due))
		return ST_OK;
	TRY(profile_of(rq, &p));
	TRY(record_back_links(rq, r->id, 100, &links));
	bool grave = incident_reportable(r) || yes(incident_grave(r));
	if (incident_reportable(r)) {
		TRY(ensure_task(rq, r, links, words_of_task(rq, MSG_INC_TASK_PRELIMINARY, p.authority, r->serial), value_day(&r->v[incident_f_guide_until])));
		TRY(ensure_task(rq, r, links, words_of_task(rq, MSG_INC_TASK_FINAL, p.authority, r->serial), value_day(&r->v[incident_f_final_due])));
	}
	if (p.holder && grave)
		TRY(ensure_task(rq, r, links, words_of_task(rq, MSG_INC_TASK_PRELIMINARY, p.reviewing_body, r->serial), value_day(&r->v[incident_f_guide_until])));
	if (p.holder)
		TRY(ensure_task(rq, r, links, words_of_task(rq, MSG_INC_TASK_FINAL, p.reviewing_body, r->serial), value_day(&r->v[incident_f_final_due])));
	return ST_OK;
}

const struct record_type incident_type = {
	RECORD_TABLES,
	.name = "incident", .title = { SLIT("事故・緊急事態"), SLIT("Incident") }, .area = "incidents",
	.title_field = "title", .department_field = "department", .serial_prefix = "INC", .retention_years = 10,
	.hooks = { .check = check, .may_move = may_move, .derive = derive, .after = after },
};
