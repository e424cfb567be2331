/* domain_test.c - the law of the first domains, walked step by step on both databases. */
#include "tests/unit/world.h"
#include "domain/acquisition/acquisition.h"
#include "domain/change_application/change_application.h"
#include "domain/enquiry/enquiry.h"
#include "domain/ledger/ledger.h"
#include "domain/process/process.h"
#include "domain/task/task.h"
#include "record/store_impl.h"

static void text(struct record *r, const char *field, const char *value)
{
	r->v[type_place(r->type, str_z(field))] = value_of_text(str_z(value));
}

static void link_to(struct record *r, const char *field, int64_t id)
{
	r->v[type_place(r->type, str_z(field))] = value_of_link(id);
}

static struct record *application(struct world *w)
{
	struct record *r = blank(w, "acquisition");

	link_to(r, "department", w->sales);
	text(r, "business", "展示会");
	text(r, "name", "来場者名簿");
	text(r, "items", "氏名");
	text(r, "subjects", "来場者");
	r->v[acquisition_f_count] = value_of_count(500, COUNT_ABOUT);
	text(r, "purpose", "案内を送るため");
	text(r, "route", "direct_written");
	text(r, "lawful", "yes");
	r->v[acquisition_f_start_on] = value_of_date(date_add_days(w->rq.today, 10));
	text(r, "sensitive", "no");
	text(r, "my_number", "no");
	text(r, "storage_place", "棚");
	text(r, "storage_method", "施錠");
	text(r, "access", "営業部員");
	text(r, "use_period", "1年");
	text(r, "retention", "2年");
	return r;
}


static int64_t count_all(struct world *w, const char *type)
{
	struct list_query q = { .type = store_type(w->store, str_z(type)), .sort = LIST_SORT_CHANGED, .step = S("*"), .limit = 500 };
	struct list_page p;

	act_as(w, 0);
	assert_int_equal(db_begin(w->rq.db, DB_READ), ST_OK);
	assert_int_equal(record_list(&w->rq, &q, &p), ST_OK);
	assert_int_equal(db_commit(w->rq.db), ST_OK);
	return p.n;
}

/* REQ: LED-06 - no notice, no submission; approved, the ledger row and the risk task are there the same day. */
static void acquisition(const char *where)
{
	struct world w;
	struct record *r;

	world_open(&w, where);
	act_as(&w, w.mika);
	r = application(&w);
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "notice", MSG_ACQUISITION_NOTICE));
	text(r, "exception", "urgent");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "exception_facts", MSG_ACQUISITION_FACTS));
	r->v[acquisition_f_exception] = (struct value){ .set = false };
	text(r, "notice", "案内を送るために利用します。");
	r->v[acquisition_f_start_on] = value_of_date(date_add_days(w.rq.today, -1));
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "start_on", MSG_ACQUISITION_STARTED));
	r->v[acquisition_f_start_on] = value_of_date(date_add_days(w.rq.today, 5));
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "check", S("")), ST_DENIED);            /* the department's own manager is not skipped */
	act_as(&w, w.ken);
	assert_int_equal(move(&w, r, "check", S("")), ST_OK);
	assert_int_equal(count_all(&w, "ledger"), 0);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "approve", S("")), ST_OK);
	assert_int_equal(count_all(&w, "ledger"), 1);
	assert_int_equal(count_all(&w, "task"), 1);
	act_as(&w, w.mika);
	r = application(&w);
	text(r, "notice", "利用します。");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	act_as(&w, w.ken);
	assert_int_equal(move(&w, r, "reject", S("すでに名簿がある")), ST_OK);
	assert_int_equal(count_all(&w, "ledger"), 1);                        /* rejected: no row */
	world_close(&w);
}
BOTH(acquisition)

static struct record *ledger_row(struct world *w, const char *name)
{
	struct record *r = blank(w, "ledger");

	link_to(r, "department", w->sales);
	text(r, "name", name);
	text(r, "items", "氏名");
	text(r, "purpose", "連絡のため");
	text(r, "storage_place", "棚");
	text(r, "storage_method", "施錠");
	text(r, "access", "営業部員");
	text(r, "use_period", "1年");
	text(r, "retention", "2年");
	r->v[ledger_f_count] = value_of_count(3, COUNT_EXACT);
	return r;
}

static struct record *row_in_force(struct world *w, const char *name)
{
	struct record *r = ledger_row(w, name);

	r->step = S("adopted");
	act_as(w, 0);
	assert_int_equal(write_free(w, r), ST_OK);
	act_as(w, w->manager);
	assert_int_equal(move(w, r, "adopt", S("漏れなし")), ST_OK);
	return r;
}

/* REQ: LED-02 - a missing retention is named, the draft is kept. */
static void missing_retention(const char *where)
{
	struct world w;
	struct record *r, *back;

	world_open(&w, where);
	act_as(&w, w.ken);
	r = ledger_row(&w, "名刺");
	r->v[ledger_f_retention] = (struct value){ .set = false };
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_BAD_INPUT);
	assert_int_equal(w.rq.problems.n, 1);
	assert_true(has_problem(&w, "retention", MSG_REC_REQUIRED));
	assert_int_equal(load(&w, r->id, &back), ST_OK);
	assert_true(str_eq(back->step, S("draft")));
	world_close(&w);
}
BOTH(missing_retention)

/* REQ: LED-04 LED-05 - a form without a ledger row is a gap; approving in spite of it needs a reason, which is kept. */
static void gaps(const char *where)
{
	struct world w;
	struct record *p, *r;
	struct version *v;
	struct coverages *all;
	int forms;

	world_open(&w, where);
	act_as(&w, w.ken);
	p = blank(&w, "process");
	link_to(p, "department", w.sales);
	text(p, "name", "受注");
	struct row *row = new(&w.a, struct row);
	row->id = 1;
	row->v = new_n(&w.a, struct value, 3);
	row->v[0] = value_of_text(S("注文書"));
	row->v[1] = value_of_text(S("yes"));
	p->v[process_f_forms] = (struct value){ .set = true, .num = 1, .rows = row };
	assert_int_equal(save(&w, p), ST_OK);
	assert_int_equal(db_begin(w.rq.db, DB_READ), ST_OK);
	assert_int_equal(ledger_open_forms(&w.rq, w.sales, &forms), ST_OK);
	assert_int_equal(db_commit(w.rq.db), ST_OK);
	assert_int_equal(forms, 1);
	r = ledger_row(&w, "名刺");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(move(&w, r, "submit", S("")), ST_OK);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, r, "approve", S("")), ST_NO);
	assert_true(has_problem(&w, "comment", MSG_LEDGER_GAP_REASON));
	assert_int_equal(move(&w, r, "approve", S("注文書は来月登録する")), ST_OK);
	assert_int_equal(db_begin(w.rq.db, DB_READ), ST_OK);
	assert_int_equal(record_versions(&w.rq, r->id, &v), ST_OK);
	assert_int_equal(ledger_coverage(&w.rq, w.sales, &all), ST_OK);
	assert_int_equal(db_commit(w.rq.db), ST_OK);
	assert_true(str_eq(v->comment, S("注文書は来月登録する")));
	/* REQ: LED-08 - a row without risk analysis is counted, and named for its department */
	assert_int_equal(all->sum.gap[GAP_RISK], 1);
	assert_int_equal(all->sum.gap[GAP_FORM], 1);
	assert_int_equal(all->nnamed[GAP_RISK], 1);
	assert_int_equal(all->name[GAP_RISK][0], r->id);
	assert_int_equal(all->sum.gap[GAP_REVIEW], 0);
	world_close(&w);
}
BOTH(gaps)

/* REQ: LED-03 - one unconfirmed row stops the review; who finished it does not approve it; then all rows are stamped. */
static void review(const char *where)
{
	struct world w;
	struct record *one, *two, *t, *back;

	sys_set_now(instant_of_tokyo(date_make(2026, 7, 1), 9, 0, 0));
	world_open(&w, where);
	one = row_in_force(&w, "名刺");
	two = row_in_force(&w, "注文書");
	sys_set_now(instant_of_tokyo(date_make(2026, 7, 2), 9, 0, 0));
	act_as(&w, 0);
	t = blank(&w, "task");
	text(t, "kind", "ledger_review");
	text(t, "title", "台帳の見直し");
	text(t, "role", "department_manager");
	link_to(t, "department", w.sales);
	t->v[task_f_due] = value_of_date(date_make(2026, 7, 31));
	assert_int_equal(write_free(&w, t), ST_OK);
	sys_set_now(instant_of_tokyo(date_make(2026, 7, 20), 9, 0, 0));
	act_as(&w, w.ken);
	assert_int_equal(move(&w, one, "confirm", S("変更なし")), ST_OK);
	assert_int_equal(move(&w, t, "finish", S("")), ST_NO);
	assert_true(has_problem(&w, "", MSG_TASK_ROWS_OPEN));
	assert_int_equal(move(&w, two, "confirm", S("変更なし")), ST_OK);
	assert_int_equal(move(&w, t, "finish", S("")), ST_OK);
	assert_int_equal(move(&w, t, "approve", S("")), ST_DENIED);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, t, "approve", S("")), ST_OK);
	assert_int_equal(load(&w, two->id, &back), ST_OK);
	assert_int_equal(ledger_reviewed_on(back).days, date_make(2026, 7, 20).days);
	world_close(&w);
}
BOTH(review)

/* REQ: LED-07 - the ledger changes by the approved application, with a link to it, from the day it says. */
static void change(const char *where)
{
	struct world w;
	struct record *r, *c, *back;
	struct version *v;

	world_open(&w, where);
	r = row_in_force(&w, "名刺");
	act_as(&w, w.mika);
	c = blank(&w, "change_application");
	link_to(c, "department", w.sales);
	link_to(c, "ledger", r->id);
	text(c, "kind", "purpose");
	struct row *row = new(&w.a, struct row);
	row->id = 1;
	row->v = new_n(&w.a, struct value, 3);
	row->v[0] = value_of_text(S("purpose"));
	row->v[2] = value_of_text(S("連絡と案内のため"));
	c->v[change_application_f_changes] = (struct value){ .set = true, .num = 1, .rows = row };
	text(c, "reason", "案内も送るため");
	text(c, "consent", "no_purpose");
	c->v[change_application_f_effective_on] = value_of_date(date_add_days(w.rq.today, 3));
	assert_int_equal(save(&w, c), ST_OK);
	assert_int_equal(move(&w, c, "submit", S("")), ST_BAD_INPUT);
	assert_true(has_problem(&w, "consent", MSG_CHANGE_PURPOSE_CONSENT));
	text(c, "consent", "related");
	text(c, "consent_why", "連絡と案内は関連する");
	assert_int_equal(save(&w, c), ST_OK);
	assert_int_equal(move(&w, c, "submit", S("")), ST_OK);
	act_as(&w, w.ken);
	assert_int_equal(move(&w, c, "check", S("")), ST_OK);
	act_as(&w, w.manager);
	assert_int_equal(move(&w, c, "approve", S("")), ST_OK);
	assert_int_equal(load(&w, r->id, &back), ST_OK);
	assert_true(str_eq(ledger_purpose(back), S("連絡と案内のため")));
	assert_int_equal(back->holds_from.days, date_add_days(w.rq.today, 3).days);
	assert_int_equal(db_begin(w.rq.db, DB_READ), ST_OK);
	assert_int_equal(record_versions(&w.rq, r->id, &v), ST_OK);
	assert_int_equal(db_commit(w.rq.db), ST_OK);
	assert_true(str_eq(v->comment, c->serial));                          /* the version names the application */
	/* every fixed field may be applied for, under the name it has in the ledger; what it says now is filled in */
	const struct field *changed = c->type->fields[change_application_f_changes].rows;
	for (int i = 0; i < r->type->nfields; i++) {
		const struct field *f = &r->type->fields[i];
		const struct choice *choice = field_choice(changed, str_z(f->name));
		assert_int_equal(choice != NULL, (f->flags & FIXED) != 0);
		if (choice)
			assert_true(str_eq(choice->label[JA], f->label[JA]) && str_eq(choice->label[EN], f->label[EN]));
	}
	act_as(&w, w.ken);
	c = blank(&w, "change_application");
	link_to(c, "department", w.sales);
	link_to(c, "ledger", r->id);
	row->v[1] = (struct value){ 0 };
	row->v[2] = value_of_text(S("連絡のため"));
	c->v[change_application_f_changes] = (struct value){ .set = true, .num = 1, .rows = row };
	assert_int_equal(save(&w, c), ST_OK);
	assert_true(str_eq(change_application_changes(c)->rows->v[1].text, S("連絡と案内のため")));
	world_close(&w);
}
BOTH(change)

static enum status appoint(struct world *w, int64_t staff, const char *role)
{
	struct record *a = blank(w, "appointment");

	text(a, "role", role);
	link_to(a, "staff", staff);
	a->v[appointment_f_valid_from] = value_of_date(w->rq.today);
	assert_int_equal(save(w, a), ST_OK);
	return move(w, a, "console", S(""));
}

/* REQ: LDR-13 LDR-15 LDR-16 - separation of duty, on the day, in both directions. */
static void separation(const char *where)
{
	struct world w;
	struct record *r;

	world_open(&w, where);
	act_as(&w, 0);
	assert_int_equal(appoint(&w, w.manager, "audit_chief"), ST_BAD_INPUT);
	assert_true(has_problem(&w, "staff", MSG_APPOINTMENT_MANAGER_AUDIT));
	assert_int_equal(appoint(&w, w.boss, "audit_chief"), ST_BAD_INPUT);
	assert_true(has_problem(&w, "staff", MSG_APPOINTMENT_TOP_AUDIT));
	assert_int_equal(appoint(&w, w.manager, "auditor"), ST_BAD_INPUT);
	assert_int_equal(appoint(&w, w.taro, "audit_chief"), ST_OK);
	assert_int_equal(appoint(&w, w.taro, "privacy_manager"), ST_BAD_INPUT);
	r = blank(&w, "staff");
	text(r, "name", "派遣の人");
	text(r, "number", "H-1");
	text(r, "employment", "dispatched");
	link_to(r, "department", w.office);
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(appoint(&w, r->id, "privacy_manager"), ST_BAD_INPUT);
	assert_true(has_problem(&w, "staff", MSG_APPOINTMENT_INSIDER));
	world_close(&w);
}
BOTH(separation)

/* REQ: CNS-05 - without consent nothing is taken; what is taken is sealed under a key of its sender alone. */
static void enquiry(const char *where)
{
	struct world w;
	struct record *r, *back;
	int64_t number;

	world_open(&w, where);
	act_as(&w, 0);
	r = blank(&w, "enquiry");
	text(r, "kind", "question");
	text(r, "text", "私のことを知っていますか");
	assert_int_equal(write_free(&w, r), ST_BAD_INPUT);
	assert_true(has_problem(&w, "consent", MSG_ENQUIRY_NEEDS_CONSENT));
	assert_true(r->id == 0 && enquiry_person(r)->num == 0);              /* a refusal leaves what was in hand as it was */
	text(r, "consent", "yes");
	assert_int_equal(write_free(&w, r), ST_OK);
	assert_true(enquiry_person(r)->num > 0);
	struct record *other = blank(&w, "enquiry");
	text(other, "kind", "question");
	text(other, "text", "ほかの人の質問");
	text(other, "consent", "yes");
	assert_int_equal(write_free(&w, other), ST_OK);
	assert_true(enquiry_person(other)->num != enquiry_person(r)->num);
	struct key_ref ref = { KEY_SUBJECT, enquiry_person(r)->num, KEY_ALL_SETS };
	assert_int_equal(keystore_destroy(conn_keys(w.conn), &ref, 1, 1, &number), ST_OK);
	act_as(&w, w.desk);
	assert_int_equal(load(&w, r->id, &back), ST_OK);
	assert_false(back->v[enquiry_f_text].set);                           /* erased */
	assert_int_equal(load(&w, other->id, &back), ST_OK);
	assert_true(str_eq(enquiry_text(back), S("ほかの人の質問")));
	world_close(&w);
}
BOTH(enquiry)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH_TESTS(acquisition), BOTH_TESTS(missing_retention), BOTH_TESTS(gaps), BOTH_TESTS(review), BOTH_TESTS(change),
		BOTH_TESTS(separation), BOTH_TESTS(enquiry),
	};

	return cmocka_run_group_tests_name("domain", tests, NULL, NULL);
}
