/* appointment.c - appointments and the separation of duties. */
#include "domain/appointment/appointment.h"
#include "domain/staff/staff.h"
#include "record/access.h"
#define RECORD     appointment
#define RECORD_DEF "domain/appointment/appointment.def"
#include "record/define.h"

/* Roles that one person may not hold on one day, in either direction.
 * REQ: LDR-16 (J.2.3.2) manager and audit chief; norms 4.2: top and audit chief, manager and auditor. */
static const struct { unsigned one, other; enum msg_id why; } apart[] = {
	{ BY(privacy_manager), BY(audit_chief), MSG_APPOINTMENT_MANAGER_AUDIT },
	{ BY(top_management),  BY(audit_chief), MSG_APPOINTMENT_TOP_AUDIT },
	{ BY(privacy_manager), BY(auditor),     MSG_APPOINTMENT_MANAGER_AUDITOR },
};

static enum role role_of(const struct record *r)
{
	return role_of_code(appointment_role(r));
}

static enum status check_separation(struct request *rq, const struct record *r)
{
	unsigned held, own = 1u << role_of(r);

	TRY(access_roles_between(rq, appointment_staff(r), appointment_valid_from(r), appointment_valid_to(r), r->id, &held));
	for (ptrdiff_t i = 0; i < COUNT(apart); i++)
		if ((own & apart[i].one && held & apart[i].other) || (own & apart[i].other && held & apart[i].one))
			problem(&rq->problems, S("staff"), apart[i].why);
	return ST_OK;
}

/* REQ: LDR-13 LDR-15 (J.2.3.2): both are people the organisation employs, or officers. */
static enum status check_insider(struct request *rq, const struct record *r)
{
	struct record *who;

	if (!(STAFF_INSIDERS_ONLY & 1u << role_of(r)))
		return ST_OK;
	TRY(record_get(rq, appointment_staff(r), &who));
	if (staff_is_outsider(who))
		problem(&rq->problems, S("staff"), MSG_APPOINTMENT_INSIDER);
	return ST_OK;
}

/* Nobody raises their own rights: neither by deciding on the own appointment nor by staying longer than appointed (domain.md b, rule 8). */
static bool is_own(const struct request *rq, const struct record *r)
{
	return rq->actor.staff && rq->actor.staff == appointment_staff(r);
}

static enum status check_term(struct request *rq, const struct record *r)
{
	struct record *before;

	TRY(record_get(rq, r->id, &before));
	if (is_own(rq, r) && date_cmp(appointment_valid_to(r), appointment_valid_to(before)) > 0)
		problem(&rq->problems, S("valid_to"), MSG_APPOINTMENT_OWN_TERM);
	return ST_OK;
}

static enum status may_move(struct request *rq, const struct record *r, const struct move *m, struct str comment)
{
	(void)comment;
	if (!(m->flags & MOVE_APPROVE) || !is_own(rq, r))
		return ST_OK;
	problem(&rq->problems, S(""), MSG_APPOINTMENT_OWN);
	return ST_NO;
}

/* While a draft may be anything, what is asked for and what is in force may not: a longer term can meet another appointment, too. */
static bool binds(const struct record *r, const struct move *m)
{
	const struct step *s = type_step(r->type->t, r->step);

	return m ? (m->demands & AT_SUBMIT) != 0 : r->version && s && s->kind == STEP_FORCE;
}

static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	enum role role = role_of(r);

	if (r->v[appointment_f_valid_to].set && date_cmp(appointment_valid_to(r), appointment_valid_from(r)) < 0)
		problem(&rq->problems, S("valid_to"), MSG_REC_DAYS_RANGE);
	if (!binds(r, m) || !appointment_staff(r))
		return ST_OK;
	if (!m)
		TRY(check_term(rq, r));
	if (role != ROLE_none && !role_company_wide(role) && role != ROLE_employee && !appointment_department(r))
		problem(&rq->problems, S("department"), MSG_APPOINTMENT_DEPARTMENT);
	TRY(check_separation(rq, r));
	return check_insider(rq, r);
}

static enum status derive(struct request *rq, struct record *r, const struct move *m)
{
	if (m && str_eq(str_z(m->code), S("end")) && (!r->v[appointment_f_valid_to].set || date_cmp(appointment_valid_to(r), rq->today) > 0))
		r->v[appointment_f_valid_to] = value_of_date(date_add_days(rq->today, -1));
	r->holds_from = r->v[appointment_f_valid_from].set ? appointment_valid_from(r) : DATE_FIRST;
	r->holds_to = appointment_valid_to(r);
	return ST_OK;
}

static enum status after(struct request *rq, struct record *r, const struct record *before, const struct move *m)
{
	const struct step *s = type_step(r->type->t, r->step);

	(void)before, (void)m;
	if (!s || (s->kind != STEP_FORCE && s->kind != STEP_END))
		return ST_OK;
	if (date_cmp(r->holds_to, r->holds_from) < 0 || str_eq(r->step, S("refused")))
		return access_drop_role(rq, r->id);
	return access_set_role(rq, r->id, appointment_staff(r), role_of(r), appointment_department(r), r->holds_from, r->holds_to);
}

const struct record_type appointment_type = {
	RECORD_TABLES,
	.name = "appointment", .title = { SLIT("任命"), SLIT("Appointment") }, .area = "settings",
	.title_field = "staff", .retention_years = 10, .clause = "J.2.3.2",
	.hooks = { .check = check, .may_move = may_move, .derive = derive, .after = after },
};
