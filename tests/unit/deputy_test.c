/* deputy_test.c - 代行: who stands in from a day to a day decides on those days and on no other, and the separation of duties binds deputies. */
#include "tests/unit/world.h"

static struct record *appoint(struct world *w, int64_t staff, const char *role, struct date from, struct date to, enum status want)
{
	struct record *a = blank(w, "appointment");

	act_as(w, 0);
	a->v[appointment_f_role] = value_of_text(str_z(role));
	a->v[appointment_f_staff] = value_of_link(staff);
	a->v[appointment_f_department] = value_of_link(w->sales);
	a->v[appointment_f_valid_from] = value_of_date(from);
	a->v[appointment_f_valid_to] = value_of_date(to);
	a->v[appointment_f_deputy] = value_of_text(S("yes"));
	assert_int_equal(save(w, a), ST_OK);
	assert_int_equal(move(w, a, "console", S("")), want);
	return a;
}

static struct record *submitted(struct world *w, const char *name)
{
	struct record *r = blank(w, "gadget");

	act_as(w, w->ken);
	r->v[gadget_f_name] = value_of_text(str_z(name));
	r->v[gadget_f_holders] = value_of_count(3, COUNT_EXACT);
	r->v[gadget_f_department] = value_of_link(w->sales);
	assert_int_equal(save(w, r), ST_OK);
	assert_int_equal(move(w, r, "submit", S("")), ST_OK);
	return r;
}

static enum status approve_on(struct world *w, struct record *r, int64_t staff, struct date day)
{
	sys_set_now(instant_of_tokyo(day, 10, 0, 0));
	act_as(w, staff);
	return move(w, r, "approve", S(""));
}

static void on_those_days(const char *where)
{
	struct date from = date_make(2026, 5, 1), to = date_make(2026, 5, 10);
	struct world w;

	sys_set_now(instant_of_tokyo(date_make(2026, 4, 20), 10, 0, 0));
	world_open(&w, where);
	struct record *a = submitted(&w, "前"), *b = submitted(&w, "中"), *c = submitted(&w, "後");
	appoint(&w, w.mika, "department_manager", from, to, ST_OK);
	assert_int_not_equal(approve_on(&w, a, w.mika, date_add_days(from, -1)), ST_OK);
	assert_int_equal(approve_on(&w, a, w.mika, from), ST_OK);
	assert_int_equal(approve_on(&w, b, w.mika, to), ST_OK);
	assert_int_not_equal(approve_on(&w, c, w.mika, date_add_days(to, 1)), ST_OK);
	world_close(&w);
}
BOTH(on_those_days)

/* Rules 1, 2 and 15: also for a deputy, also for one day. */
static void bound_like_holders(const char *where)
{
	struct date from = date_make(2026, 5, 1), to = date_make(2026, 5, 1);
	struct world w;

	world_open(&w, where);
	appoint(&w, w.manager, "audit_chief", from, to, ST_BAD_INPUT);
	assert_true(has_problem(&w, "staff", MSG_APPOINTMENT_MANAGER_AUDIT));
	appoint(&w, w.boss, "audit_chief", from, to, ST_BAD_INPUT);
	assert_true(has_problem(&w, "staff", MSG_APPOINTMENT_TOP_AUDIT));
	appoint(&w, w.manager, "auditor", from, to, ST_BAD_INPUT);
	assert_true(has_problem(&w, "staff", MSG_APPOINTMENT_MANAGER_AUDITOR));
	appoint(&w, w.taro, "audit_chief", from, to, ST_OK);
	appoint(&w, w.taro, "privacy_manager", to, date_add_days(to, 1), ST_BAD_INPUT);
	appoint(&w, w.taro, "privacy_manager", date_add_days(to, 1), date_add_days(to, 2), ST_OK);
	world_close(&w);
}
BOTH(bound_like_holders)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(on_those_days), BOTH_TESTS(bound_like_holders) };

	return cmocka_run_group_tests_name("deputies", tests, NULL, NULL);
}
