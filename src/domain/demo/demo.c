/* demo.c - plays the history of the sample organisation through the same engines that people use. */
#include "domain/demo/demo.h"
#include "domain/acquisition/acquisition.h"
#include "domain/appointment/appointment.h"
#include "domain/change_application/change_application.h"
#include "domain/department/department.h"
#include "domain/duty/duty.h"
#include "domain/council/council.h"
#include "domain/council/council_meeting.h"
#include "domain/enquiry/enquiry.h"
#include "domain/incident/filing.h"
#include "domain/incident/incident.h"
#include "domain/incident/response_step.h"
#include "domain/ledger/ledger.h"
#include "domain/norm/norm.h"
#include "domain/organisation/organisation.h"
#include "domain/process/process.h"
#include "domain/site/site.h"
#include "domain/staff/staff.h"
#include "domain/task/task.h"
#include "record/access.h"
#include "record/account.h"
#include "record/linked.h"
#include "record/list.h"
#include <stdio.h>

/* ---- the tables ---- */

struct department_row { const char *key, *name, *parent; };
struct person_row { const char *login, *number, *name, *kana, *employment, *department, *title, *role, *role_department; };
struct norm_row { const char *name, *kind, *issuer, *edition, *reason; };
struct process_row { const char *department, *name, *form[2], *holds[2]; };
struct fact_row { const char *group, *field, *value; };
struct ask_row { int days_ago; const char *kind, *name, *mail, *text, *answer; };
struct call_row { int order; const char *login, *department, *lent, *own; };
struct ledger_row {
	const char *department, *business, *name, *items, *purpose, *class, *route, *place, *method, *media, *access, *manager,
		*use, *retention, *count, *sensitive, *my_number, *entrusted, *contractors, *notice;
};

/* Each table takes its own rows of demo.def, which passes over those that nobody defines. */
#define DEPARTMENT(key, name, parent) { #key, name, parent },
static const struct department_row departments[] = {
#include "domain/demo/demo.def"
};

#define PERSON(...) { __VA_ARGS__ },
static const struct person_row people[] = {
#include "domain/demo/demo.def"
};

#define NORM(...) { __VA_ARGS__ },
static const struct norm_row norms[] = {
#include "domain/demo/demo.def"
};

#define PROCESS(department, name, f1, h1, f2, h2) { department, name, { f1, f2 }, { h1, h2 } },
static const struct process_row processes[] = {
#include "domain/demo/demo.def"
};

#define ROW(...) { __VA_ARGS__ },
static const struct ledger_row rows[] = {
#include "domain/demo/demo.def"
};

#define FACT(group, field, value) { #group, field, value },
static const struct fact_row fact_rows[] = {
#include "domain/demo/demo.def"
};

#define ASK(...) { __VA_ARGS__ },
static const struct ask_row asks[] = {
#include "domain/demo/demo.def"
};

#define CALL(...) { __VA_ARGS__ },
static const struct call_row calls[] = {
#include "domain/demo/demo.def"
};

#define SAY(name, text) SAY_##name,
enum say {
#include "domain/demo/demo.def"
};

#define SAY(name, text) [SAY_##name] = text,
static const char *const said[] = {
#include "domain/demo/demo.def"
};

#define PERSON(login, number, name, kana, employment, department, title, role, rd) { login, role, name, title },
const struct demo_account demo_accounts[] = {
#include "domain/demo/demo.def"
};

const int demo_naccounts = (int)COUNT(demo_accounts);

/* ---- acting ---- */

struct play {
	struct conn   *conn;
	struct arena   a;
	struct request rq;
	int64_t        department[COUNT(departments)], staff[COUNT(people)];
	struct record *house;                  /* the organisation itself */
};

static int64_t department_id(const struct play *p, const char *key)
{
	for (ptrdiff_t i = 0; i < COUNT(departments); i++)
		if (strcmp(departments[i].key, key) == 0)
			return p->department[i];
	return 0;
}

static int64_t staff_id(const struct play *p, const char *login)
{
	for (ptrdiff_t i = 0; i < COUNT(people); i++)
		if (strcmp(people[i].login, login) == 0)
			return p->staff[i];
	return 0;
}

/* The roles of the person as the tables give them. */
static void take_roles(const struct play *p, struct request *rq)
{
	struct held_role held[8] = { { ROLE_employee, 0 } };
	int n = 1;

	for (ptrdiff_t i = 0; i < COUNT(people); i++)
		if (p->staff[i] == rq->actor.staff && people[i].role[0])
			held[n++] = (struct held_role){ role_of_code(str_z(people[i].role)), department_id(p, people[i].role_department) };
	rq->actor.held = new_n(rq->a, struct held_role, n);
	memcpy(rq->actor.held, held, (size_t)n * sizeof *held);
	rq->actor.nheld = n;
}

/* From now on, at nine in the morning and some minutes of this day, this person acts ("" is the console). */
static void on(struct play *p, struct date day, int minute, const char *login)
{
	sys_set_now(instant_of_tokyo(day, 9 + minute / 60, minute % 60, 0));
	request_init(&p->rq, &p->a, p->conn, JA);
	if (!login[0])
		return;
	p->rq.actor = (struct actor){ .staff = staff_id(p, login), .name = S("") };
	take_roles(p, &p->rq);
}

static struct record *blank(struct play *p, const char *type)
{
	return record_new(&p->rq, store_type(conn_store(p->conn), str_z(type)));
}

static enum status work_save(struct request *rq, void *r)
{
	return rq->actor.system ? record_write(rq, r, S("console")) : record_save(rq, r);
}

static enum status save(struct play *p, struct record *r)
{
	return request_run(&p->rq, DB_WRITE, work_save, r);
}

struct moving { struct record *r; const char *move, *comment; };

static enum status work_move(struct request *rq, void *arg)
{
	struct moving *m = arg;
	struct record *now;

	TRY(record_get(rq, m->r->id, &now));
	TRY(record_move(rq, now, str_z(m->move), str_z(m->comment), NULL));
	*m->r = *now;
	return ST_OK;
}

static enum status move(struct play *p, struct record *r, const char *name, const char *comment)
{
	struct moving m = { r, name, comment };

	return request_run(&p->rq, DB_WRITE, work_move, &m);
}

static void set(struct play *p, struct record *r, const char *field, const char *text)
{
	int at = type_place(r->type, str_z(field));

	if (text[0] && value_parse(&p->a, &r->type->fields[at], str_z(text), str_z(field), &p->rq.problems, &r->v[at]) != ST_OK)
		r->v[at] = value_of_raw(str_z(text));
}

static void set_link(struct record *r, const char *field, int64_t id)
{
	r->v[type_place(r->type, str_z(field))] = value_of_link(id);
}

/* The facts of a group, into the record. */
static void facts(struct play *p, struct record *r, const char *group)
{
	for (ptrdiff_t i = 0; i < COUNT(fact_rows); i++)
		if (strcmp(fact_rows[i].group, group) == 0)
			set(p, r, fact_rows[i].field, fact_rows[i].value);
}

static enum status make(struct play *p, const char *type, const char *group)
{
	struct record *r = blank(p, type);

	facts(p, r, group);
	return save(p, r);
}

/* ---- the founding ---- */

static enum status found(struct play *p, struct date day)
{
	struct record *r;

	on(p, day, 0, "");
	p->house = blank(p, "organisation");
	facts(p, p->house, "organisation");
	TRY(save(p, p->house));
	TRY(make(p, "site", "head_office"));
	TRY(make(p, "site", "centre"));
	for (ptrdiff_t i = 0; i < COUNT(departments); i++) {
		r = blank(p, "department");
		set(p, r, "name", departments[i].name);
		set_link(r, "parent", department_id(p, departments[i].parent));
		r->v[department_f_valid_from] = value_of_date(date_make(2011, 4, 1));
		TRY(save(p, r));
		p->department[i] = r->id;
	}
	return ST_OK;
}

struct hashing { const char *login; int64_t staff; };

static enum status work_account(struct request *rq, void *arg)
{
	const struct hashing *h = arg;
	int64_t id;

	return account_add(rq, str_z(h->login), h->staff, S(DEMO_PASSWORD), false, &id);
}

static enum status hire(struct play *p)
{
	for (ptrdiff_t i = 0; i < COUNT(people); i++) {
		const struct person_row *x = &people[i];
		struct record *r = blank(p, "staff"), *a = blank(p, "appointment");
		char mail[64];

		snprintf(mail, sizeof mail, "s%s@minato.example", x->number);
		set(p, r, "number", x->number);
		set(p, r, "name", x->name);
		set(p, r, "kana", x->kana);
		set(p, r, "employment", x->employment);
		set_link(r, "department", department_id(p, x->department));
		set(p, r, "title", x->title);
		set(p, r, "mail", mail);
		r->v[staff_f_joined] = value_of_date(date_make(2012 + (int)(i % 12), 4, 1));
		TRY(save(p, r));
		p->staff[i] = r->id;
		if (x->role[0]) {
			set(p, a, "role", x->role);
			set_link(a, "staff", r->id);
			set_link(a, "department", department_id(p, x->role_department));
			a->v[appointment_f_valid_from] = value_of_date(p->rq.today);
			TRY(save(p, a));
			TRY(move(p, a, "console", ""));
		}
		if (x->login[0]) {
			struct hashing h = { x->login, r->id };
			TRY(request_run(&p->rq, DB_WRITE, work_account, &h));
		}
	}
	return ST_OK;
}

/* ---- norms, processes, the ledger ---- */

static enum status write_norms(struct play *p, struct date day, struct record **ret)
{
	for (ptrdiff_t i = 0; i < COUNT(norms); i++) {
		on(p, day, 40 + (int)i, "kanri");
		struct record *r = ret[i] = blank(p, "norm");
		set(p, r, "name", norms[i].name);
		set(p, r, "kind", norms[i].kind);
		set(p, r, "issuer", norms[i].issuer);
		set(p, r, "edition", norms[i].edition);
		set(p, r, "reason", norms[i].reason);
		TRY(save(p, r));
	}
	return ST_OK;
}

static enum status check_norms(struct play *p, struct date day, struct record **all)
{
	on(p, day, 60, "kanri");
	for (ptrdiff_t i = 0; i < COUNT(norms); i++)
		TRY(move(p, all[i], "check", ""));
	return ST_OK;
}

static void fill_row(struct play *p, struct record *r, const struct ledger_row *x)
{
	set_link(r, "department", department_id(p, x->department));
	set(p, r, "business", x->business);
	set(p, r, "name", x->name);
	set(p, r, "items", x->items);
	set(p, r, "purpose", x->purpose);
	set(p, r, "class", x->class);
	set(p, r, "route", x->route);
	set(p, r, "storage_place", x->place);
	set(p, r, "storage_method", x->method);
	set(p, r, "media", x->media);
	set(p, r, "access", x->access);
	set(p, r, "manager", x->manager);
	set(p, r, "use_period", x->use);
	set(p, r, "retention", x->retention);
	set(p, r, "count", x->count);
	set(p, r, "sensitive", x->sensitive);
	set(p, r, "my_number", x->my_number);
	set(p, r, "entrusted", x->entrusted);
	set(p, r, "contractors", x->contractors);
	set(p, r, "notice", x->notice);
}

/* The ledger comes in as a batch and is approved as one, with a statement that nothing is missing. */
static enum status adopt_ledger(struct play *p, struct date day, struct record **ret)
{
	on(p, day, 90, "");
	for (ptrdiff_t i = 0; i < COUNT(rows); i++) {
		struct record *r = ret[i] = blank(p, "ledger");
		fill_row(p, r, &rows[i]);
		r->step = S("adopted");
		r->v[ledger_f_risk_analysed] = value_of_date(date_add_days(day, 14));
		TRY(save(p, r));
	}
	on(p, date_add_days(day, 6), 20, "kanri");
	for (ptrdiff_t i = 0; i < COUNT(rows); i++)
		TRY(move(p, ret[i], "adopt", said[SAY_complete]));
	return ST_OK;
}

static enum status write_processes(struct play *p, struct date day, struct record **ledger)
{
	on(p, day, 120, "");
	for (ptrdiff_t i = 0; i < COUNT(processes); i++) {
		struct record *r = blank(p, "process");
		struct row *first = NULL, **end = &first;
		set_link(r, "department", department_id(p, processes[i].department));
		set(p, r, "name", processes[i].name);
		for (int k = 0; k < 2; k++) {
			struct row *row = new(&p->a, struct row);
			row->id = k + 1;
			row->v = new_n(&p->a, struct value, 3);
			row->v[0] = value_of_text(str_z(processes[i].form[k]));
			row->v[1] = value_of_text(str_z(processes[i].holds[k]));
			for (ptrdiff_t m = 0; m < COUNT(rows) && strcmp(processes[i].holds[k], "yes") == 0; m++)
				if (strcmp(rows[m].business, processes[i].name) == 0)
					row->v[2] = value_of_link(ledger[m]->id);
			*end = row;
			end = &row->next;
		}
		r->v[process_f_forms] = (struct value){ .set = true, .num = 2, .rows = first };
		TRY(save(p, r));
	}
	return ST_OK;
}

/* ---- July: each department confirms its rows, the manager approves; one department is late ---- */

static enum status review_department(struct play *p, struct date day, const char *department, const char *who, struct record **ledger,
	bool finish)
{
	struct record *t;

	on(p, day, 10, "");
	t = blank(p, "task");
	set(p, t, "kind", "ledger_review");
	set(p, t, "title", said[SAY_review]);
	set_link(t, "department", department_id(p, department));
	set(p, t, "role", "department_manager");
	t->v[task_f_due] = value_of_date(date_make(date_civil(day).year, 7, 31));
	set(p, t, "clause", "J.3.1.1");
	t->v[task_f_year] = value_of_number(date_civil(day).year);
	TRY(save(p, t));
	if (!finish)
		return ST_OK;
	on(p, date_add_days(day, 9), 35, who);
	for (ptrdiff_t i = 0; i < COUNT(rows); i++)
		if (strcmp(rows[i].department, department) == 0)
			TRY(move(p, ledger[i], "confirm", said[SAY_unchanged]));
	TRY(move(p, t, "finish", ""));
	on(p, date_add_days(day, 13), 15, "kanri");
	return move(p, t, "approve", "");
}

static enum status july(struct play *p, int year, struct record **ledger, bool all)
{
	static const struct { const char *department, *who; } done[] = {
		{ "hr", "jinji" }, { "account", "keiri" }, { "support", "support1" }, { "sales1", "eigyo1" }, { "admin", "soumu" },
	};

	for (ptrdiff_t i = 0; i < COUNT(done); i++)
		TRY(review_department(p, date_make(year, 7, 1), done[i].department, done[i].who, ledger, true));
	return review_department(p, date_make(year, 7, 1), "print", "insatsu", ledger, all);
}

/* ---- applications and enquiries ---- */

static struct record *application(struct play *p, const char *department, const char *name, struct date start)
{
	struct record *r = blank(p, "acquisition");

	set_link(r, "department", department_id(p, department));
	facts(p, r, "application");
	set(p, r, "name", name);
	r->v[acquisition_f_start_on] = value_of_date(start);
	return r;
}

static enum status apply(struct play *p, struct date today)
{
	struct record *r;

	on(p, date_add_days(today, -75), 5, "shain");
	r = application(p, "sales1", said[SAY_seminar], date_add_days(today, -50));
	TRY(save(p, r));
	TRY(move(p, r, "submit", ""));
	on(p, date_add_days(today, -73), 50, "eigyo1");
	TRY(move(p, r, "check", said[SAY_checked]));
	on(p, date_add_days(today, -71), 20, "kanri");
	TRY(move(p, r, "approve", ""));
	on(p, date_add_days(today, -6), 30, "shain");
	r = application(p, "sales1", said[SAY_monitors], date_add_days(today, 20));
	TRY(save(p, r));
	TRY(move(p, r, "submit", ""));
	on(p, date_add_days(today, -5), 55, "eigyo1");
	TRY(move(p, r, "check", ""));
	on(p, date_add_days(today, -2), 15, "shain");
	r = application(p, "sales1", said[SAY_club], date_add_days(today, 40));
	TRY(save(p, r));
	return move(p, r, "submit", "");
}

static enum status change(struct play *p, struct date today, struct record **ledger)
{
	struct record *r;
	struct row *row = new(&p->a, struct row);

	on(p, date_add_days(today, -4), 10, "shain");
	r = blank(p, "change_application");
	set_link(r, "department", department_id(p, "sales1"));
	set_link(r, "ledger", ledger[1]->id);
	row->id = 1;
	row->v = new_n(&p->a, struct value, 3);
	row->v[0] = value_of_text(S("retention"));
	row->v[1] = value_of_text(str_z(said[SAY_two_years]));
	row->v[2] = value_of_text(str_z(said[SAY_three_years]));
	r->v[change_application_f_changes] = (struct value){ .set = true, .num = 1, .rows = row };
	facts(p, r, "change");
	r->v[change_application_f_effective_on] = value_of_date(date_add_days(today, 10));
	TRY(save(p, r));
	return move(p, r, "submit", "");
}

static enum status ask(struct play *p, struct date today, const struct ask_row *a)
{
	struct date day = date_add_days(today, -a->days_ago);
	struct record *r;

	on(p, day, 200, "");
	r = blank(p, "enquiry");
	set(p, r, "kind", a->kind);
	set(p, r, "person", a->name);
	set(p, r, "mail", a->mail);
	set(p, r, "text", a->text);
	set(p, r, "consent", "yes");
	TRY(save(p, r));
	if (!a->answer[0])
		return ST_OK;
	on(p, date_add_days(day, 1), 30, "uketsuke");
	set(p, r, "answer", a->answer);
	TRY(save(p, r));
	TRY(move(p, r, "draft", ""));
	on(p, date_add_days(day, 2), 5, "madoguchi");
	return move(p, r, "approve", "");
}

/* From here on the calendar is the server's. */
static enum status work_day(struct request *rq, void *unused)
{
	(void)unused;
	return day_run(rq);
}

/* ---- incidents: a near miss, one under way, one that has just come in ---- */

static enum status report(struct play *p, struct date day, int minute, const char *who, const char *department, const char *group,
	struct record **ret)
{
	struct record *r;

	on(p, day, minute, who);
	r = *ret = blank(p, "incident");
	facts(p, r, group);
	r->v[incident_f_occurred] = r->v[incident_f_known] = value_of_date(day);
	set_link(r, "department", department_id(p, department));
	return save(p, r);
}

struct finding { const char *type; int place; int64_t incident; const char *kind; struct record *r; };

/* The record of that type which belongs to the incident; of several the one whose code is `kind`. */
static enum status work_part(struct request *rq, void *arg)
{
	struct finding *f = arg;
	struct linked l;

	if (!f->type)
		return record_get(rq, f->incident, &f->r);
	TRY(record_linked(rq, str_z(f->type), f->place, f->incident, &l));
	for (int i = 0; i < l.n; i++)
		for (int k = 0; k < l.r[i]->type->nfields && !f->r; k++)
			if (!f->kind || (l.r[i]->v[k].set && str_eq(l.r[i]->v[k].text, str_z(f->kind))))
				f->r = l.r[i];
	return f->r ? ST_OK : ST_NOT_FOUND;
}

static enum status part(struct play *p, struct finding f, struct record **ret)
{
	TRY(request_run(&p->rq, DB_READ, work_part, &f));
	*ret = f.r;
	return ST_OK;
}

static struct row *decision(struct play *p, const char *kind, enum say what, struct row *next)
{
	struct row *row = new(&p->a, struct row);

	row->v = new_n(&p->a, struct value, 3);
	row->v[0] = value_of_text(str_z(kind));
	row->v[1] = value_of_text(str_z(said[what]));
	row->next = next;
	return row;
}

static enum status meet(struct play *p, struct date day, const struct record *incident, struct record **ret)
{
	struct record *r;
	static const char *const there[] = { "shacho", "kanri", "insatsu" };
	struct row *action = new(&p->a, struct row), *guests = NULL;

	on(p, day, 60, "kanri");
	r = *ret = blank(p, "council_meeting");
	facts(p, r, "meeting");
	set_link(r, "incident", incident->id);
	r->v[council_meeting_f_held_on] = value_of_date(day);
	for (ptrdiff_t i = COUNT(there) - 1; i >= 0; i--) {
		struct row *guest = new(&p->a, struct row);
		guest->v = new_n(&p->a, struct value, 2);
		guest->v[0] = value_of_link(staff_id(p, there[i]));
		guest->next = guests;
		guests = guest;
	}
	r->v[council_meeting_f_attendees] = (struct value){ .set = true, .num = COUNT(there), .rows = guests };
	r->v[council_meeting_f_decisions] = (struct value){ .set = true, .num = 3,
		.rows = decision(p, "notice", SAY_tell, decision(p, "publication", SAY_publish, decision(p, "report", SAY_inform, NULL))) };
	action->v = new_n(&p->a, struct value, 3);
	action->v[0] = value_of_text(str_z(said[SAY_call_back]));
	action->v[1] = value_of_link(staff_id(p, "insatsu"));
	action->v[2] = value_of_date(date_add_days(day, 7));
	r->v[council_meeting_f_actions] = (struct value){ .set = true, .num = 1, .rows = action };
	TRY(save(p, r));
	return move(p, r, "record", "");
}

/* Three of those concerned have been written to: one accepts, one does not, one letter came back. */
static enum status tell_members(struct play *p, struct date day, const struct record *incident)
{
	static const struct { const char *group, *move; } members[] = { { "member_1", "accept" }, { "member_2", "decline" }, { "member_3", "miss" } };
	struct record *r, *who[COUNT(members)];

	on(p, day, 30, "kanri");
	r = blank(p, "incident_notice");
	facts(p, r, "sorry");
	set_link(r, "incident", incident->id);
	TRY(save(p, r));
	TRY(move(p, r, "decide", ""));
	for (ptrdiff_t i = 0; i < COUNT(members); i++) {
		who[i] = blank(p, "affected_person");
		facts(p, who[i], members[i].group);
		set_link(who[i], "incident", incident->id);
		TRY(save(p, who[i]));
		TRY(move(p, who[i], "notify", ""));
	}
	on(p, date_add_days(day, 3), 60, "kanri");
	for (ptrdiff_t i = 0; i < COUNT(members); i++)
		TRY(move(p, who[i], members[i].move, ""));
	return ST_OK;
}

static enum status spill(struct play *p, struct date day)
{
	struct record *r, *x, *meeting;

	TRY(report(p, day, 30, "insatsu", "print", "spill_report", &r));
	on(p, day, 70, "kanri");
	TRY(move(p, r, "accept", ""));
	TRY(part(p, (struct finding){ .incident = r->id }, &r));
	facts(p, r, "spill");
	TRY(save(p, r));
	on(p, day, 130, "shacho");
	TRY(move(p, r, "acknowledge", ""));
	TRY(part(p, (struct finding){ "council", council_f_incident, r->id, NULL, NULL }, &x));
	TRY(move(p, x, "convene", ""));
	TRY(meet(p, date_add_days(day, 1), r, &meeting));
	TRY(move(p, r, "convene", ""));
	on(p, date_add_days(day, 1), 200, "kanri");
	TRY(part(p, (struct finding){ "response_step", response_step_f_incident, r->id, "identify", NULL }, &x));
	x->v[response_step_f_result] = value_of_text(str_z(said[SAY_range]));
	TRY(save(p, x));
	TRY(move(p, x, "finish", ""));
	on(p, date_add_days(day, 3), 45, "kanri");
	TRY(part(p, (struct finding){ "filing", filing_f_incident, r->id, "ppc", NULL }, &x));
	x->v[filing_f_filed_on] = value_of_date(date_add_days(day, 3));
	x->v[filing_f_receipt] = value_of_text(str_z(said[SAY_receipt]));
	x->v[filing_f_decision] = value_of_link(meeting->id);
	TRY(save(p, x));
	TRY(move(p, x, "file", ""));
	return tell_members(p, date_add_days(day, 5), r);
}

/* The Commission asks for a report on what happened; the answer waits for top management. */
static enum status demand(struct play *p, struct date day)
{
	struct record *r;

	on(p, day, 100, "kanri");
	r = blank(p, "authority_request");
	facts(p, r, "demand");
	set_link(r, "department", department_id(p, "print"));
	r->v[type_place(r->type, S("received"))] = value_of_date(day);
	r->v[type_place(r->type, S("due"))] = value_of_date(date_add_days(day, 14));
	TRY(save(p, r));
	on(p, date_add_days(day, 2), 100, "kanri");
	return move(p, r, "submit", "");
}

/* Membership of an authorised organisation, with its guideline among the norms. */
static enum status belong(struct play *p, struct date day, int64_t *ret)
{
	struct record *r, *norm;

	on(p, day, 80, "kanri");
	r = blank(p, "authorised_organisation");
	facts(p, r, "body");
	TRY(save(p, r));
	norm = blank(p, "norm");
	facts(p, norm, "body_norm");
	set_link(norm, "body", r->id);
	TRY(save(p, norm));
	TRY(move(p, norm, "check", ""));
	on(p, day, 85, "shacho");
	*ret = r->id;
	return move(p, r, "join", "");
}

/* What is told to everybody: published, then changed. */
static enum status tell(struct play *p, struct date day, struct record *r, const char *group)
{
	on(p, day, 90, "kanri");
	facts(p, r, group);
	r->v[type_place(r->type, S("effective"))] = value_of_date(day);
	TRY(save(p, r));
	TRY(move(p, r, "submit", ""));
	on(p, day, 95, "shacho");
	return move(p, r, "approve", "");
}

static enum status state(struct play *p, struct date today)
{
	struct record *r = blank(p, "statement");

	on(p, date_add_days(today, -125), 60, "shacho");
	TRY(move(p, p->house, "publish", ""));
	TRY(tell(p, date_add_days(today, -125), r, "statement"));
	on(p, date_add_days(today, -124), 90, "kanri");
	TRY(move(p, r, "revise", ""));
	return tell(p, date_add_days(today, -123), r, "statement_revised");
}

/* It passes a complaint on; the desk looks into it. */
static enum status complaint(struct play *p, struct date day, int64_t body)
{
	struct record *r;

	on(p, day, 30, "madoguchi");
	r = blank(p, "body_request");
	facts(p, r, "body_request");
	set_link(r, "body", body);
	r->v[type_place(r->type, S("received"))] = value_of_date(day);
	r->v[type_place(r->type, S("due"))] = value_of_date(date_add_days(day, 14));
	return save(p, r);
}

static enum status near_miss(struct play *p, struct date day)
{
	struct record *r;

	TRY(report(p, day, 20, "shain", "sales1", "near_miss", &r));
	on(p, date_add_days(day, 1), 15, "kanri");
	return move(p, r, "dismiss", said[SAY_no_harm]);
}

/* Whom to turn to, who calls whom, what is said when. */
static enum status prepare(struct play *p, struct date day)
{
	static const char *const contacts[] = { "commission", "mark_body", "police", "city" };
	static const char *const plan[] = { "say_policy", "say_training", "say_alarm", "say_notice" };

	on(p, day, 30, "kanri");
	for (ptrdiff_t i = 0; i < COUNT(contacts); i++) {
		struct record *r = blank(p, "contact");
		facts(p, r, contacts[i]);
		TRY(save(p, r));
		TRY(move(p, r, "verify", ""));
	}
	for (ptrdiff_t i = 0; i < COUNT(plan); i++)
		TRY(make(p, "communication", plan[i]));
	for (ptrdiff_t i = 0; i < COUNT(calls); i++) {
		struct record *r = blank(p, "contact_tree");
		r->v[type_place(r->type, S("order"))] = value_of_number(calls[i].order);
		set_link(r, "department", department_id(p, calls[i].department));
		set_link(r, "person", staff_id(p, calls[i].login));
		if (i + 1 < COUNT(calls))
			set_link(r, "calls", staff_id(p, calls[i + 1].login));
		set(p, r, "lent", calls[i].lent);
		set(p, r, "private", calls[i].own);
		set(p, r, "tool", "teams");
		TRY(save(p, r));
		TRY(move(p, r, "confirm", ""));
	}
	return ST_OK;
}

static enum status play(struct play *p, struct date today)
{
	struct record *norm[COUNT(norms)], *ledger[COUNT(rows)];
	int year = date_civil(today).year - (date_civil(today).month < 8);
	int64_t body;
	struct date start = date_make(year - 1, 4, 1);

	TRY(found(p, start));
	TRY(hire(p));
	TRY(write_norms(p, date_add_days(start, 7), norm));
	TRY(adopt_ledger(p, date_add_days(start, 20), ledger));
	TRY(write_processes(p, date_add_days(start, 30), ledger));
	TRY(check_norms(p, date_make(year - 1, 7, 10), norm));
	TRY(july(p, year - 1, ledger, true));
	TRY(check_norms(p, date_make(year, 7, 8), norm));
	TRY(prepare(p, date_make(year, 7, 9)));
	TRY(belong(p, date_make(year, 7, 9), &body));
	TRY(july(p, year, ledger, false));
	TRY(state(p, today));
	TRY(ask(p, today, &asks[0]));                   /* the oldest comes first: the clock only moves on */
	struct record *incident;
	TRY(near_miss(p, date_add_days(today, -90)));
	TRY(apply(p, today));
	TRY(spill(p, date_add_days(today, -12)));
	TRY(demand(p, date_add_days(today, -6)));
	TRY(complaint(p, date_add_days(today, -3), body));
	TRY(change(p, today, ledger));
	TRY(report(p, date_add_days(today, -1), 400, "josys", "system", "server", &incident));
	for (ptrdiff_t k = 1; k < COUNT(asks); k++)
		TRY(ask(p, today, &asks[k]));
	on(p, today, 0, "");
	return request_run(&p->rq, DB_WRITE, work_day, NULL);
}

enum status demo_fill(struct conn *conn)
{
	struct play *p = &(struct play){ .conn = conn, .a = arena_make(0) };

	enum status st = play(p, instant_date_tokyo(sys_now()));
	sys_set_now(SYS_RUNNING);
	arena_free(&p->a);
	return st;
}
