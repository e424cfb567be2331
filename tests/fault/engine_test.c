/* engine_test.c - saving, moving, importing and erasing, with the n-th point failing, for every n: afterwards each act has
 * happened whole or not at all, the log verifies, and every version is the one the log knows. */
#include "tests/unit/world.h"
#include "sys/fault.h"

enum { POINTS_MAX = 2000, ROWS = 3 };

struct trial {
	const char   *name;
	struct world *w;
	const struct type *type;
	struct record *r;                          /* of the round */
	int            round;
};

static int64_t count(struct trial *a, const char *step)
{
	int64_t n = 0;

	assert_int_equal(db_begin(conn_db(a->w->conn), DB_READ), ST_OK);
	assert_int_equal(record_count(&a->w->rq, a->type, str_z(step), &n), ST_OK);
	assert_int_equal(db_commit(conn_db(a->w->conn)), ST_OK);
	return n;
}

static struct record *gadget(struct trial *a, int i)
{
	struct record *r = record_new(&a->w->rq, a->type);
	char name[64];

	int n = snprintf(name, sizeof name, "%s %d-%d", a->name, a->round, i);
	r->v[gadget_f_name] = value_of_text(str_dup(&a->w->a, (struct str){ name, n }));
	r->v[gadget_f_holders] = value_of_count(300, COUNT_ABOUT);
	r->v[gadget_f_department] = value_of_link(a->w->sales);
	r->v[gadget_f_owner] = value_of_text(S("山田"));
	r->v[gadget_f_owners_secret] = value_of_text(S("秘密"));
	r->v[gadget_f_secret] = value_of_text(S("秘密"));
	return r;
}

static enum status save_one(struct trial *a)
{
	return save(a->w, gadget(a, 0));
}

static enum status write_rows(struct request *rq, void *arg)
{
	struct trial *a = arg;

	for (int i = 0; i < ROWS; i++)
		TRY(record_write(rq, gadget(a, i), S("import")));
	return ST_OK;
}

static enum status write_several(struct trial *a)
{
	return request_run(&a->w->rq, DB_WRITE, write_rows, a);
}

static enum status submit_one(struct trial *a)
{
	return move(a->w, a->r, "submit", S("お願いします"));
}

static enum status erase_one(struct trial *a)
{
	struct key_ref ref = { KEY_SUBJECT, a->r->v[gadget_f_owner].num, KEY_ALL_SETS };
	int64_t erasure;

	return keystore_destroy(conn_keys(a->w->conn), &ref, 1, 1, &erasure);
}

/* `adds`: records that the act makes; `needs`: it acts on a record saved before. */
static void fail_each(struct world *w, const char *name, enum status (*act)(struct trial *a), int adds, bool needs)
{
	struct trial a = { .name = name, .w = w, .type = store_type(w->store, S("gadget")) };
	int n = 1;

	for (bool fired = true; fired; n++) {
		assert_true(n < POINTS_MAX);
		a.round = n;
		act_as(w, w->ken);
		if (needs) {
			a.r = gadget(&a, 9);
			assert_int_equal(save(w, a.r), ST_OK);
		}
		int64_t before = count(&a, ""), drafts = count(&a, "draft");
		fault_arm(n, NULL);
		enum status st = act(&a);
		fired = fault_fired();
		fault_arm(0, NULL);
		act_as(w, w->ken);
		int64_t made = count(&a, "") - before, moved = drafts + made - count(&a, "draft");
		if (st == ST_OK)
			assert_true(made == adds && moved == (act == submit_one));
		else                                   /* refused: nothing of it, or, when only the flush failed, all of it */
			assert_true((made == 0 || made == adds) && (moved == 0 || moved == (act == submit_one)));
		assert_true(fired || st == ST_OK);
		world_is_whole(a.w);
	}
	assert_true(n > 5);                            /* it did fail somewhere */
	print_message("# %s: %d points\n", name, n - 1);
}

static void faults(const char *where)
{
	struct world w;

	world_open(&w, where);
	fail_each(&w, "save", save_one, 1, false);
	fail_each(&w, "write", write_several, ROWS, false);
	fail_each(&w, "submit", submit_one, 0, true);
	fail_each(&w, "erase", erase_one, 0, true);
	world_close(&w);
}
BOTH(faults)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(faults) };

	return cmocka_run_group_tests_name("engine", tests, NULL, NULL);
}
