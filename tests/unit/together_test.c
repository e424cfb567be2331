/* together_test.c - requests that share a transaction: what is done is done once and whole, what fails leaves nothing, and numbers
 * have no gaps. */
#include "tests/unit/world.h"
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { WRITERS = 6, ALONE = 1, EACH = 30 };

struct writer {
	struct world   *w;
	struct conn    *conn;
	pthread_t       thread;
	int             number;
	bool            shares;
	struct arena    a;
	struct request  rq;
	int             turn, runs;
	int64_t         made[EACH];            /* 0: it was to fail */
	atomic_int      waiting;
	enum status     told;
};

/* Some are about a person, so that keys are made; some fail after they have written; some want a name that is taken. */
static bool fails(int turn) { return turn % 7 == 3; }
static bool repeats(int turn) { return turn % 10 == 9; }

static struct str name_of(struct writer *n, int turn)
{
	char t[32];

	return str_dup(&n->a, (struct str){ t, snprintf(t, sizeof t, "共有%d-%d", n->number, repeats(turn) ? turn - 1 : turn) });
}

static enum status make_one(struct request *rq, void *arg)
{
	struct writer *n = arg;
	struct record *r = record_new(rq, store_type(conn_store(rq->conn), S("gadget")));

	n->runs++;
	r->v[gadget_f_name] = value_of_text(name_of(n, n->turn));
	if (n->turn % 4 == 1) {
		r->v[gadget_f_owner] = value_of_text(S("持ち主"));
		r->v[gadget_f_owners_secret] = value_of_text(S("内緒"));
	}
	TRY(record_write(rq, r, S("test")));
	n->made[n->turn] = r->id;
	return fails(n->turn) ? ST_NO : ST_OK;
}

static void tell(void *arg, enum status st)
{
	struct writer *n = arg;

	n->told = st;
	atomic_store(&n->waiting, 0);
}

static void *write_on(void *arg)
{
	struct writer *n = arg;

	for (n->turn = 0; n->turn < EACH; n->turn++) {
		request_init(&n->rq, &n->a, n->conn, JA);
		n->rq.settles_later = n->rq.shares = n->shares;
		atomic_store(&n->waiting, 1);
		enum status st = request_run(&n->rq, DB_WRITE, make_one, n);
		assert_int_equal(st, fails(n->turn) ? ST_NO : repeats(n->turn) ? ST_BAD_INPUT : ST_OK);
		if (st != ST_OK)
			n->made[n->turn] = 0;
		if (!request_settle(&n->rq, tell, n))
			continue;
		while (atomic_load(&n->waiting))
			poll(NULL, 0, 1);
		assert_int_equal(n->told, ST_OK);
	}
	return NULL;
}

static int look_at(struct world *w, struct writer *n, int64_t *last)
{
	struct record *r;
	int made = 0;

	for (n->turn = 0; n->turn < EACH; n->turn++) {
		if (!n->made[n->turn])
			continue;
		assert_int_equal(load(w, n->made[n->turn], &r), ST_OK);
		assert_true(str_eq(r->v[gadget_f_name].text, name_of(n, n->turn)));
		if (n->turn % 4 == 1)
			assert_true(str_eq(r->v[gadget_f_owners_secret].text, S("内緒")));
		*last = MAX(*last, r->v[gadget_f_serial].num % 1000000);
		made++;
	}
	return made;
}

static int64_t count_gadgets(struct world *w)
{
	struct db_q *q;
	int64_t n = 0;
	static const struct db_statement count = { "count", "SELECT count(*) FROM record WHERE type = $1", NULL };

	q = db_query(conn_db(w->conn), &count);
	db_int(q, 1, store_type(w->store, S("gadget"))->code);
	if (db_row(q))
		n = db_col_int(q, 0);
	assert_int_equal(db_end(q), ST_OK);
	return n;
}

static void together(const char *where)
{
	struct writer n[WRITERS + ALONE];
	struct world w;
	int64_t last = 0;
	int made = 0;

	world_open(&w, where);
	for (int i = 0; i < WRITERS + ALONE; i++) {
		n[i] = (struct writer){ .w = &w, .number = i, .shares = i < WRITERS, .a = arena_make(0) };
		assert_int_equal(conn_open(w.store, &n[i].conn), ST_OK);
		assert_int_equal(pthread_create(&n[i].thread, NULL, write_on, &n[i]), 0);
	}
	for (int i = 0; i < WRITERS + ALONE; i++)
		pthread_join(n[i].thread, NULL);
	act_as(&w, 0);
	for (int i = 0; i < WRITERS + ALONE; i++) {
		made += look_at(&w, &n[i], &last);
		conn_close(n[i].conn);
		arena_free(&n[i].a);
	}
	assert_true(made > 0);
	assert_int_equal(last, made);
	assert_int_equal(count_gadgets(&w), made);
	world_is_whole(&w);
	world_close(&w);
}

BOTH(together)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(together) };

	return cmocka_run_group_tests_name("together", tests, NULL, NULL);
}
