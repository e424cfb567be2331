/* access.h - who may do what: roles on the day, department scope, permits of the type. Default deny. */
#pragma once
#include "record/store.h"

bool actor_has(const struct request *rq, enum role role);                      /* in any department */
bool actor_has_any(const struct request *rq, unsigned roles);                   /* one of these role bits, in any department */
bool actor_has_for(const struct request *rq, enum role role, int64_t department);   /* company-wide, or at or above it */
/* May the actor do this to this record? For MAY_CREATE the record is the new one. */
bool access_may(struct request *rq, const struct record *r, enum act act);
/* Takes out of a record that is to be shown what its type does not show to the actor. */
void access_withhold(struct request *rq, struct record *r);
/* Does the type show the actor this field of the record? */
bool access_shows(struct request *rq, const struct record *r, const struct field *f);
/* May the actor do this to any record of the type at all? For menus and routes. */
bool access_may_any(const struct request *rq, const struct type *t, enum act act);
/* The widest scope in which somebody with this role may do this; false when none. */
bool access_role_scope(const struct record_type *t, enum role role, enum act act, enum scope *ret);
/* The same for the actor, by all roles held. */
bool access_scope(const struct request *rq, const struct type *t, enum act act, enum scope *ret);
/* Fills rq->actor from an account that has been authenticated: name, staff, roles of today. */
NODISCARD enum status access_load(struct request *rq, int64_t account);

/* Role bits that a person holds on any day of a span, by appointments other than `except`. */
NODISCARD enum status access_roles_between(struct request *rq, int64_t staff, struct date from, struct date to, int64_t except,
	unsigned *ret);

/* Derived tables, written by the domain's hooks: who holds which role, and how departments nest. */
NODISCARD enum status access_set_role(struct request *rq, int64_t appointment, int64_t staff, enum role role,
	int64_t department, struct date from, struct date to);
NODISCARD enum status access_drop_role(struct request *rq, int64_t appointment);
NODISCARD enum status access_set_parent(struct request *rq, int64_t department, int64_t parent);
/* Does `department` lie at or below `above`? */
bool department_within(struct request *rq, int64_t department, int64_t above);
/* Who holds a role for a department today: staff ids into ret, returns how many (at most max). */
int  access_holders(struct request *rq, enum role role, int64_t department, int64_t *ret, int max);
