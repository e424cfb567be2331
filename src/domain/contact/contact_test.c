/* contact_test.c - the emergency contacts and the contact tree, on both databases. */
#include "tests/unit/emergency.h"
#include "tests/unit/incident_case.h"
#include "domain/contact/contact.h"
#include "domain/contact_tree/contact_tree.h"

static struct record *entry(struct world *w, const char *kind, const char *name, const char *url, const char *phone)
{
	struct record *r = blank(w, "contact");

	fill(r, "kind", kind);
	fill(r, "name", name);
	fill(r, "url", url);
	fill(r, "phone", phone);
	fill(r, "conditions", "漏えい等のとき");
	return r;
}

static enum status complete(struct world *w, bool holder)
{
	w->rq.problems.n = 0;
	assert_int_equal(db_begin(w->rq.db, DB_READ), ST_OK);
	enum status st = contact_complete(&w->rq, holder);
	assert_int_equal(db_commit(w->rq.db), ST_OK);
	return st;
}

/* REQ: INC-01 INC-36 - what is not encrypted is refused, a year after its verification an entry is due. */
static void directory(const char *where)
{
	struct world w;
	struct record *r;

	world_open(&w, where);
	act_as(&w, w.manager);
	assert_int_equal(complete(&w, true), ST_NO);
	assert_true(has_problem(&w, "", MSG_CONTACT_NEEDS_PPC));
	assert_true(has_problem(&w, "", MSG_CONTACT_NEEDS_BODY));
	r = entry(&w, "ppc", "個人情報保護委員会", "http://example.jp/form", "");
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	assert_true(has_problem(&w, "url", MSG_CONTACT_HTTPS));
	fill(r, "url", "");
	assert_int_equal(save(&w, r), ST_BAD_INPUT);
	assert_true(has_problem(&w, "phone", MSG_CONTACT_REACH));
	fill(r, "url", "https://example.jp/form");
	assert_int_equal(save(&w, r), ST_OK);
	assert_int_equal(contact_check_due(r).days, w.rq.today.days);
	assert_int_equal(complete(&w, false), ST_OK);
	assert_int_equal(complete(&w, true), ST_NO);
	assert_int_equal(move(&w, r, "verify", S("")), ST_OK);
	assert_int_equal(contact_check_due(r).days, w.rq.today.days + 365);
	struct turn *t;
	assert_int_equal(db_begin(w.rq.db, DB_READ), ST_OK);
	assert_int_equal(record_turns(&w.rq, r, &t), ST_OK);
	assert_int_equal(db_commit(w.rq.db), ST_OK);
	assert_non_null(t);
	assert_true(t->mine);
	assert_int_equal(t->until.days, contact_check_due(r).days);
	world_close(&w);
}
BOTH(directory)

/* REQ: INC-36 - the kind of data decides where a report is filed; who has no address on the web is called. */
static void address(const char *where)
{
	struct world w;
	struct record *r;

	world_open(&w, where);
	act_as(&w, w.manager);
	r = entry(&w, "ppc", "個人情報保護委員会", "https://example.jp/personal", "");
	assert_true(str_eq(contact_address(r, true), S("https://example.jp/personal")));
	fill(r, "url_spi", "https://example.jp/spi");
	assert_true(str_eq(contact_address(r, true), S("https://example.jp/spi")));
	assert_true(str_eq(contact_address(r, false), S("https://example.jp/personal")));
	assert_true(str_eq(contact_address(entry(&w, "police", "警察署", "", "110"), false), S("110")));
	world_close(&w);
}
BOTH(address)

static bool sees(struct world *w, int64_t staff, int64_t id)
{
	struct record *seen;

	act_as(w, staff);
	assert_int_equal(load(w, id, &seen), ST_OK);
	return contact_tree_private(seen).n > 0;
}

static struct record *council_with(struct world *w, int64_t staff)
{
	int64_t incident = emergency(w, "no");
	struct linked p = parts(w, "council", council_f_incident, incident);
	struct row *row = new(&w->a, struct row);

	assert_int_equal(p.n, 1);
	row->v = new_n(&w->a, struct value, 2);
	row->v[0] = value_of_link(staff);
	row->next = p.r[0]->v[council_f_members].rows;
	p.r[0]->v[council_f_members] = (struct value){ .set = true, .num = p.r[0]->v[council_f_members].num + 1, .rows = row };
	p.r[0]->step = S("sitting");
	assert_int_equal(write_free(w, p.r[0]), ST_OK);
	return p.r[0];
}

/* REQ: INC-12 - private numbers: not for an employee of another department, and what they save leaves them as they are. */
static void private_numbers(const char *where)
{
	struct world w;
	struct record *r, *seen;

	world_open(&w, where);
	act_as(&w, w.ken);
	r = blank(&w, "contact_tree");
	r->v[contact_tree_f_department] = value_of_link(w.sales);
	r->v[contact_tree_f_person] = value_of_link(w.mika);
	r->v[contact_tree_f_order] = value_of_number(2);
	fill(r, "lent", "080-0000-0001");
	fill(r, "private", "090-0000-0002");
	assert_int_equal(save(&w, r), ST_OK);
	const int64_t may[] = { w.ken, w.mika, w.manager, w.boss, 0 }, may_not[] = { w.taro, w.system, w.desk };
	for (int i = 0; i < (int)COUNT(may); i++) {
		act_as(&w, may[i]);
		assert_int_equal(load(&w, r->id, &seen), ST_OK);
		assert_true(str_eq(contact_tree_private(seen), S("090-0000-0002")));
	}
	for (int i = 0; i < (int)COUNT(may_not); i++) {
		act_as(&w, may_not[i]);
		assert_int_equal(load(&w, r->id, &seen), ST_OK);
		assert_true(str_eq(contact_tree_lent(seen), S("080-0000-0001")));
		assert_int_equal(contact_tree_private(seen).n, 0);
	}
	/* who sits on a council sees them, while it stands */
	struct record *c = council_with(&w, w.taro);
	assert_true(sees(&w, w.taro, r->id) && !sees(&w, w.desk, r->id));
	act_as(&w, 0);
	c->step = S("dissolved");
	assert_int_equal(write_free(&w, c), ST_OK);
	assert_false(sees(&w, w.taro, r->id));
	struct list_query q = { .type = r->type, .sort = LIST_SORT_CHANGED };
	struct list_page page;
	assert_int_equal(db_begin(w.rq.db, DB_READ), ST_OK);
	assert_int_equal(record_list(&w.rq, &q, &page), ST_OK);
	assert_int_equal(db_commit(w.rq.db), ST_OK);
	assert_int_equal(page.n, 1);
	assert_int_equal(contact_tree_private(page.rows[0]).n, 0);
	act_as(&w, w.taro);
	assert_int_equal(move(&w, r, "confirm", S("")), ST_DENIED);
	act_as(&w, w.ken);
	assert_int_equal(move(&w, r, "confirm", S("")), ST_OK);
	assert_int_equal(contact_tree_confirmed(r).days, w.rq.today.days);
	world_close(&w);
}
BOTH(private_numbers)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(directory), BOTH_TESTS(address), BOTH_TESTS(private_numbers) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
