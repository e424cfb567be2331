/* bootstrap.c - the first people of a store. */
#include "domain/account/bootstrap.h"
#include "domain/appointment/appointment.h"
#include "domain/department/department.h"
#include "domain/staff/staff.h"
#include "record/account.h"
#include "record/index.h"

static enum status find_or_make(struct request *rq, const char *type, int place, struct str name, struct record **ret, bool *ret_new)
{
	const struct type *t = store_type(conn_store(rq->conn), str_z(type));
	struct value v = value_of_text(name);
	int64_t id;

	*ret_new = false;
	if (index_find(rq, t, place, &v, &id, 1) == 1)
		return record_get(rq, id, ret);
	*ret = record_new(rq, t);
	(*ret)->v[place] = v;
	*ret_new = true;
	return ST_OK;
}

enum status account_bootstrap(struct request *rq, const struct account_plan *p)
{
	struct record *department = NULL, *staff, *a;
	struct str name = p->name.n ? p->name : p->login;
	bool made;
	int64_t id;

	if (p->department.n) {
		TRY(find_or_make(rq, "department", department_f_name, p->department, &department, &made));
		if (made)
			TRY(record_write(rq, department, S("console")));
	}
	TRY(find_or_make(rq, "staff", staff_f_name, name, &staff, &made));
	if (made) {
		staff->v[staff_f_employment] = value_of_text(p->role == ROLE_top_management ? S("officer") : S("regular"));
		staff->v[staff_f_department] = value_of_link(department ? department->id : 0);
		TRY(record_write(rq, staff, S("console")));
	}
	if (p->role != ROLE_employee) {
		a = record_new(rq, store_type(conn_store(rq->conn), S("appointment")));
		a->v[appointment_f_role] = value_of_text(str_z(role_code(p->role)));
		a->v[appointment_f_staff] = value_of_link(staff->id);
		a->v[appointment_f_department] = value_of_link(department ? department->id : 0);
		a->v[appointment_f_valid_from] = value_of_date(rq->today);
		TRY(record_write(rq, a, S("console")));
		TRY(record_move(rq, a, S("console"), S(""), NULL));
	}
	return account_add(rq, p->login, staff->id, p->password, p->must_change, &id);
}
