/* access.c - roles on the day, department scope, permits. */
#include "record/access.h"
#include "record/queries.h"
#include "record/store_impl.h"

bool actor_has_any(const struct request *rq, unsigned roles)
{
	for (int i = 0; i < rq->actor.nheld; i++)
		if (roles & 1u << rq->actor.held[i].role)
			return true;
	return rq->actor.system;
}

bool actor_has(const struct request *rq, enum role role)
{
	return actor_has_any(rq, 1u << role);
}

bool department_within(struct request *rq, int64_t department, int64_t above)
{
	if (department == above || above == 0)
		return true;
	if (department == 0)
		return false;
	struct db_q *q = db_query(rq->db, &q_above_is);
	db_int(q, 1, department);
	db_int(q, 2, above);
	bool within = db_row(q);
	return db_end(q) == ST_OK && within;
}

bool actor_has_for(const struct request *rq, enum role role, int64_t department)
{
	for (int i = 0; i < rq->actor.nheld; i++) {
		const struct held_role *h = &rq->actor.held[i];
		struct request *mutable = (struct request *)(uintptr_t)rq;      /* the look-up steps a statement of rq->db */
		if (h->role == role && (role_company_wide(role) || department_within(mutable, department, h->department)))
			return true;
	}
	return rq->actor.system;
}

/* Is the department one to which the actor belongs, by the staff record: its own, or one of further posts? */
static bool belongs(struct request *rq, int64_t department)
{
	struct record *who;

	if (!department)
		return true;                         /* none yet: a draft */
	if (!rq->actor.staff || record_fetch(rq, rq->actor.staff, &who, NULL) != ST_OK)
		return false;
	bool found = who->department == department;
	for (int i = 0; i < who->type->nfields && !found; i++) {
		const struct field *f = &who->type->fields[i];
		for (const struct row *row = f->kind == FK_ROWS ? who->v[i].rows : NULL; row && !found; row = row->next)
			for (const struct field *c = f->rows; c->name && !found; c++)
				found = c->kind == FK_DEPARTMENT && row->v[c - f->rows].num == department;
	}
	return found;
}

/* Does this permit reach this record through this role? What one may do with one's own begins in one's own department. */
static bool reaches(struct request *rq, const struct permit *p, const struct held_role *h, const struct record *r, enum act act)
{
	if (!(p->roles & 1u << h->role))
		return false;
	switch (p->scope) {
	case SCOPE_COMPANY:
		return true;
	case SCOPE_DEPARTMENT:
		return role_company_wide(h->role) || department_within(rq, r->department, h->department);
	case SCOPE_OWN:
	default:
		return rq->actor.staff && r->creator == rq->actor.staff && (act != MAY_CREATE || belongs(rq, r->department));
	}
}

bool access_may(struct request *rq, const struct record *r, enum act act)
{
	const struct record_type *t = r->type->t;

	if (rq->actor.system)
		return true;
	for (int i = 0; i < t->npermits; i++)
		for (int k = 0; k < rq->actor.nheld && t->permits[i].acts & (unsigned)act; k++)
			if (reaches(rq, &t->permits[i], &rq->actor.held[k], r, act))
				return true;
	return false;
}

bool access_shows(struct request *rq, const struct record *r, const struct field *f)
{
	return rq->actor.system || !(f->flags & SEALED) || !r->type->t->hooks.shows || r->type->t->hooks.shows(rq, r, f);
}

void access_withhold(struct request *rq, struct record *r)
{
	if (!r->type->t->hooks.shows || rq->actor.system)
		return;
	for (int i = 0; i < r->type->nfields; i++)
		if (r->v[i].set && !access_shows(rq, r, &r->type->fields[i]))
			r->v[i] = (struct value){ .set = false };
}

bool access_role_scope(const struct record_type *t, enum role role, enum act act, enum scope *ret)
{
	bool any = false;

	for (int i = 0; i < t->npermits; i++) {
		const struct permit *p = &t->permits[i];
		if (!(p->roles & 1u << role) || !(p->acts & (unsigned)act))
			continue;
		enum scope s = p->scope == SCOPE_DEPARTMENT && role_company_wide(role) ? SCOPE_COMPANY : p->scope;
		*ret = any ? MAX(*ret, s) : s;
		any = true;
	}
	return any;
}

bool access_scope(const struct request *rq, const struct type *t, enum act act, enum scope *ret)
{
	bool any = false;
	enum scope s;

	if (rq->actor.system) {
		*ret = SCOPE_COMPANY;
		return true;
	}
	for (int k = 0; k < rq->actor.nheld; k++)
		if (access_role_scope(t->t, rq->actor.held[k].role, act, &s)) {
			*ret = any ? MAX(*ret, s) : s;
			any = true;
		}
	return any;
}

bool access_may_any(const struct request *rq, const struct type *t, enum act act)
{
	enum scope s;

	return access_scope(rq, t, act, &s);
}

enum status access_load(struct request *rq, int64_t account)
{
	struct held_role held[64] = { { ROLE_employee, 0 } };
	int n = 1;
	struct db_q *q = db_query(rq->db, &q_account_by_id);

	db_int(q, 1, account);
	bool found = db_row(q) && db_col_int(q, 7) == 0;
	rq->actor = (struct actor){ .account = account, .session = rq->actor.session };
	if (found)
		rq->actor.staff = db_col_int(q, 1);
	TRY(db_end(q));
	struct record *staff;
	if (!found || (rq->actor.staff && record_fetch(rq, rq->actor.staff, &staff, NULL) == ST_OK
	               && date_cmp(staff->holds_to, rq->today) < 0))
		return ST_NOT_FOUND;                 /* closed, or the person has left */
	q = db_query(rq->db, &q_roles_of_staff);
	db_int(q, 1, rq->actor.staff);
	db_int(q, 2, rq->today.days);
	while (db_row(q) && n < (int)COUNT(held))
		for (int r = ROLE_none + 1; r < ROLE_MAX; r++)
			if (db_col_int(q, 0) == (int64_t)1 << r)
				held[n++] = (struct held_role){ (enum role)r, db_col_int(q, 1) };
	TRY(db_end(q));
	rq->actor.held = new_n(rq->a, struct held_role, n);
	memcpy(rq->actor.held, held, (size_t)n * sizeof *held);
	rq->actor.nheld = n;
	rq->actor.name = record_title_of(rq, rq->actor.staff);
	return ST_OK;
}

enum status access_roles_between(struct request *rq, int64_t staff, struct date from, struct date to, int64_t except, unsigned *ret)
{
	struct db_q *q = db_query(rq->db, &q_roles_between);

	*ret = 0;
	db_int(q, 1, staff);
	db_int(q, 2, from.days);
	db_int(q, 3, to.days);
	db_int(q, 4, except);
	while (db_row(q))
		*ret |= (unsigned)db_col_int(q, 0);
	return db_end(q);
}

enum status access_set_role(struct request *rq, int64_t appointment, int64_t staff, enum role role, int64_t department,
	struct date from, struct date to)
{
	struct db_q *q = db_query(rq->db, &q_role_set);

	db_int(q, 1, appointment);
	db_int(q, 2, staff);
	db_int(q, 3, (int64_t)1 << role);
	db_int(q, 4, role_company_wide(role) ? 0 : department);
	db_int(q, 5, from.days);
	db_int(q, 6, to.days);
	return db_run(q);
}

enum status access_drop_role(struct request *rq, int64_t appointment)
{
	struct db_q *q = db_query(rq->db, &q_role_drop);

	db_int(q, 1, appointment);
	return db_run(q);
}

enum { DEPTH_MAX = 32, BELOW_MAX = 4096 };

static enum status column(struct request *rq, const struct db_statement *s, int64_t arg, int64_t *ret, int max, int *ret_n)
{
	struct db_q *q = db_query(rq->db, s);
	int n = 0;

	db_int(q, 1, arg);
	while (n < max && db_row(q))
		ret[n++] = db_col_int(q, 0);
	*ret_n = n;
	return db_end(q);
}

static enum status add_above(struct request *rq, int64_t department, int64_t above)
{
	struct db_q *q = db_query(rq->db, &q_above_add);

	db_int(q, 1, department);
	db_int(q, 2, above);
	return db_run(q);
}

/* A department below another keeps those above it; when its parent changes, all below it are written anew. */
enum status access_set_parent(struct request *rq, int64_t department, int64_t parent)
{
	int64_t *below = new_n(rq->a, int64_t, BELOW_MAX), *above = new_n(rq->a, int64_t, DEPTH_MAX);
	int64_t *between = new_n(rq->a, int64_t, DEPTH_MAX);
	int nbelow, nabove = 0, nbetween;

	TRY(column(rq, &q_below_of, department, below, BELOW_MAX, &nbelow));
	if (parent)
		TRY(column(rq, &q_above_of, parent, above, DEPTH_MAX, &nabove));
	for (int i = 0; i < nabove; i++)
		if (above[i] == department)
			return ST_NO;                    /* a department cannot lie below itself */
	int64_t *old = new_n(rq->a, int64_t, DEPTH_MAX);
	struct db_q *q;
	int nold;
	TRY(column(rq, &q_above_of, department, old, DEPTH_MAX, &nold));
	for (int i = -1; i < nbelow; i++) {
		int64_t d = i < 0 ? department : below[i];
		TRY(column(rq, &q_above_of, d, between, DEPTH_MAX, &nbetween));
		q = db_query(rq->db, &q_above_clear);
		db_int(q, 1, d);
		TRY(db_run(q));
		for (int k = 0; k < nbetween; k++) {
			bool was_above = false;
			for (int m = 0; m < nold; m++)
				was_above |= old[m] == between[k] && between[k] != department;
			if (!was_above)
				TRY(add_above(rq, d, between[k]));
		}
		TRY(add_above(rq, d, d));
		for (int k = 0; k < nabove; k++)
			TRY(add_above(rq, d, above[k]));
	}
	return ST_OK;
}

int access_holders(struct request *rq, enum role role, int64_t department, int64_t *ret, int max)
{
	struct db_q *q = db_query(rq->db, &q_role_holders);
	int n = 0;

	db_int(q, 1, (int64_t)1 << role);
	db_int(q, 2, department);
	db_int(q, 3, rq->today.days);
	db_int(q, 4, max);
	while (n < max && db_row(q))
		ret[n++] = db_col_int(q, 0);
	return db_end(q) == ST_OK ? n : 0;
}
