/* race_test.c - two nodes on one store, each with its own keys, connection and thread: what they decide at the same moment
 * is as if one had come after the other. */
#include "tests/unit/world.h"
#include "record/audit.h"
#include "record/job.h"
#include <pthread.h>
#include <stdatomic.h>

enum { ROUNDS = 12 };

struct node {
	struct world        *w;
	struct keyring      *keys;
	struct store        *store;
	struct conn         *conn;
	pthread_barrier_t   *start;
	pthread_t            thread;
	/* what it does in this round */
	int64_t              staff, record;
	const char          *move;
	enum status          st;
};

static void open_node(struct node *n, struct world *w, pthread_barrier_t *start)
{
	*n = (struct node){ .w = w, .start = start };
	assert_int_equal(keyring_open(str_z(w->keys_where), w->root, &n->keys), ST_OK);
	assert_int_equal(store_open(str_z(w->where), n->keys, w->types, domain_ntypes + 1, &n->store), ST_OK);
	assert_int_equal(conn_open(n->store, &n->conn), ST_OK);
}

static void close_node(struct node *n)
{
	conn_close(n->conn);
	store_close(n->store);
	keyring_close(n->keys);
}

static enum status load_and_move(struct request *rq, void *arg)
{
	struct node *n = arg;
	struct record *r;

	TRY(record_get(rq, n->record, &r));
	return record_move(rq, r, str_z(n->move), S(""), NULL);
}

/* Acts as the person, with the roles the store knows: the world's own way, on this node's connection. */
static void *decide(void *arg)
{
	struct node *n = arg;
	struct world as = *n->w;

	as.a = arena_make(0);
	as.conn = n->conn;
	act_as(&as, n->staff);
	as.rq.a = &as.a;
	pthread_barrier_wait(n->start);
	n->st = request_run(&as.rq, DB_WRITE, load_and_move, n);
	arena_free(&as.a);
	return NULL;
}

static void both_do(struct node *n, void *(*what)(void *))
{
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&n[i].thread, NULL, what, &n[i]), 0);
	for (int i = 0; i < 2; i++)
		pthread_join(n[i].thread, NULL);
}

static struct record *now(struct world *w, int64_t id)
{
	struct record *r;

	act_as(w, 0);
	assert_int_equal(load(w, id, &r), ST_OK);
	return r;
}

/* ---- appointments: manager and audit chief are never one person (LDR-16) ---- */

static int64_t proposed(struct world *w, const char *role, int64_t staff)
{
	struct record *a = blank(w, "appointment");

	a->v[appointment_f_role] = value_of_text(str_z(role));
	a->v[appointment_f_staff] = value_of_link(staff);
	a->v[appointment_f_valid_from] = value_of_date(date_make(2020, 1, 1));
	assert_int_equal(save(w, a), ST_OK);
	return a->id;
}

static void appointments(struct world *w, struct node *n)
{
	for (int i = 0; i < ROUNDS; i++) {
		char name[32];
		snprintf(name, sizeof name, "候補%d", i);
		act_as(w, 0);
		int64_t staff = add_person(w, name, w->office, NULL);
		n[0].record = proposed(w, "privacy_manager", staff);
		n[1].record = proposed(w, "audit_chief", staff);
		n[0].staff = n[1].staff = 0;
		n[0].move = n[1].move = "console";
		both_do(n, decide);
		assert_int_equal((n[0].st == ST_OK) + (n[1].st == ST_OK), 1);
		assert_int_equal((n[0].st == ST_BAD_INPUT) + (n[1].st == ST_BAD_INPUT), 1);
		int active = str_eq(now(w, n[0].record)->step, S("active")) + str_eq(now(w, n[1].record)->step, S("active"));
		assert_int_equal(active, 1);
	}
}

/* ---- approvals ---- */

static int64_t submitted(struct world *w, const char *what, int i)
{
	struct record *r;
	char name[32];

	act_as(w, w->mika);
	r = blank(w, "gadget");
	snprintf(name, sizeof name, "%s%d", what, i);
	r->v[gadget_f_name] = value_of_text(str_z(name));
	r->v[gadget_f_holders] = value_of_count(3, COUNT_EXACT);
	r->v[gadget_f_department] = value_of_link(w->sales);
	assert_int_equal(save(w, r), ST_OK);
	assert_int_equal(move(w, r, "submit", S("")), ST_OK);
	return r->id;
}

static int approvals_of(struct world *w, int64_t id)
{
	struct db *db = conn_db(w->conn);
	int n = 0;

	assert_int_equal(db_begin(db, DB_READ), ST_OK);
	struct db_q *q = db_query(db, &q_approvals_of);
	db_int(q, 1, id);
	while (db_row(q))
		n++;
	assert_int_equal(db_end(q), ST_OK);
	assert_int_equal(db_commit(db), ST_OK);
	return n;
}

/* The last two approvals at the same moment: both count, and the record goes on exactly once. */
static void last_two(struct world *w, struct node *n)
{
	for (int i = 0; i < ROUNDS; i++) {
		int64_t id = submitted(w, "棚", i);
		struct record *r = now(w, id);
		act_as(w, w->ken);
		assert_int_equal(move(w, r, "approve", S("")), ST_OK);
		int64_t before = now(w, id)->version;
		n[0].staff = w->system;
		n[1].staff = w->desk;
		n[0].record = n[1].record = id;
		n[0].move = n[1].move = "approve";
		both_do(n, decide);
		assert_int_equal(n[0].st, ST_OK);
		assert_int_equal(n[1].st, ST_OK);
		r = now(w, id);
		assert_true(str_eq(r->step, S("active")));
		assert_int_equal(r->version, before + 1);
		assert_int_equal(approvals_of(w, id), 3);
	}
}

/* One approval given twice at the same moment counts once. */
static void twice(struct world *w, struct node *n)
{
	for (int i = 0; i < ROUNDS; i++) {
		int64_t id = submitted(w, "箱", i);
		n[0].staff = n[1].staff = w->ken;
		n[0].record = n[1].record = id;
		n[0].move = n[1].move = "approve";
		both_do(n, decide);
		assert_int_equal((n[0].st == ST_OK) + (n[1].st == ST_OK), 1);
		assert_int_equal(approvals_of(w, id), 1);
		assert_true(str_eq(now(w, id)->step, S("review")));
	}
}

/* ---- serials: a number belongs to one record, and none is left out ---- */

enum { PER_NODE = 20, JOBS = 12 };

static enum status make_gadget(struct request *rq, void *arg)
{
	static atomic_int count;
	struct node *n = arg;
	struct record *r = record_new(rq, store_type(conn_store(rq->conn), S("gadget")));
	char name[32];

	int len = snprintf(name, sizeof name, "競走%d", atomic_fetch_add(&count, 1));
	r->v[gadget_f_name] = value_of_text(str_dup(rq->a, (struct str){ name, len }));
	r->v[gadget_f_department] = value_of_link(n->w->sales);
	return record_write(rq, r, S("race"));
}

static void *make_many(void *arg)
{
	struct node *n = arg;
	struct arena a = arena_make(0);
	struct request rq;

	request_init(&rq, &a, n->conn, JA);
	pthread_barrier_wait(n->start);
	n->st = ST_OK;
	for (int i = 0; i < PER_NODE && n->st == ST_OK; i++)
		n->st = request_run(&rq, DB_WRITE, make_gadget, n);
	arena_free(&a);
	return NULL;
}

struct numbers { int64_t seen[1000]; int n; };

static enum status note_number(struct request *rq, struct record *r, void *arg)
{
	struct numbers *all = arg;

	(void)rq;
	if (all->n < (int)COUNT(all->seen))
		all->seen[all->n++] = r->v[gadget_f_serial].num;
	return ST_OK;
}

static enum status gather_numbers(struct request *rq, void *arg)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("gadget")), .sort = LIST_SORT_CHANGED, .step = S("*") };

	return record_each(rq, &q, note_number, arg);
}

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* How many gadgets there are; their numbers follow one another. */
static int all_numbered(struct world *w)
{
	struct numbers all = { .n = 0 };

	act_as(w, 0);
	assert_int_equal(request_run(&w->rq, DB_READ, gather_numbers, &all), ST_OK);
	qsort(all.seen, (size_t)all.n, sizeof *all.seen, by_number);
	for (int i = 1; i < all.n; i++)
		assert_int_equal(all.seen[i], all.seen[i - 1] + 1);
	return all.n;
}

static void serials(struct world *w, struct node *n)
{
	int before = all_numbered(w);

	both_do(n, make_many);
	assert_int_equal(n[0].st, ST_OK);
	assert_int_equal(n[1].st, ST_OK);
	assert_int_equal(all_numbered(w), before + 2 * PER_NODE);
}

/* ---- leases: a job is done once, by whoever has it; whose holder died, once by somebody else ---- */

static struct node *working;

static enum status do_work(struct request *rq, const struct job *j)
{
	(void)j;
	return make_gadget(rq, working);
}

static void *work_off(void *arg)
{
	static const struct job_kind kinds[] = { { "race", do_work, NULL } };
	struct node *n = arg;
	int64_t waiting = 1, failed;

	pthread_barrier_wait(n->start);
	for (int i = 0; i < 200 && waiting; i++) {
		jobs_run(n->conn, kinds, (int)COUNT(kinds), JOB_QUICK, JOBS);
		n->st = job_count(conn_db(n->conn), &waiting, &failed);
	}
	return NULL;
}

static void add_jobs(struct world *w, int n)
{
	bool added;

	assert_int_equal(db_begin(conn_db(w->conn), DB_WRITE), ST_OK);
	for (int i = 0; i < n; i++)
		assert_int_equal(job_add(conn_db(w->conn), S("race"), S(""), sys_now(), (struct str){ NULL, 0 }, &added), ST_OK);
	assert_int_equal(db_commit(conn_db(w->conn)), ST_OK);
}

static void leases(struct world *w, struct node *n)
{
	int before = all_numbered(w);
	struct instant t = sys_now();
	struct job dead;

	working = n;
	add_jobs(w, JOBS);
	both_do(n, work_off);
	assert_int_equal(all_numbered(w), before + JOBS);
	for (int i = 0; i < ROUNDS; i++) {
		add_jobs(w, 1);
		assert_int_equal(job_take(conn_db(w->conn), &w->a, sys_now(), JOB_QUICK, 60, &dead), ST_OK);
		t.us = sys_now().us + 61 * INT64_C(1000000);
		sys_set_now(t);
		both_do(n, work_off);
		assert_int_equal(all_numbered(w), before + JOBS + i + 1);
		assert_int_equal(db_begin(conn_db(w->conn), DB_WRITE), ST_OK);
		assert_int_equal(job_done(conn_db(w->conn), &dead), ST_CONFLICT);        /* it comes back to life, too late */
		db_rollback(conn_db(w->conn));
	}
	sys_set_now(SYS_RUNNING);
}

static void race(const char *where)
{
	struct world w;
	struct node n[2];
	pthread_barrier_t start;

	assert_int_equal(pthread_barrier_init(&start, NULL, 2), 0);
	world_open(&w, where);
	for (int i = 0; i < 2; i++)
		open_node(&n[i], &w, &start);
	appointments(&w, n);
	last_two(&w, n);
	twice(&w, n);
	serials(&w, n);
	leases(&w, n);
	for (int i = 0; i < 2; i++)
		close_node(&n[i]);
	world_is_whole(&w);
	world_close(&w);
	pthread_barrier_destroy(&start);
}
BOTH(race)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(race) };

	return cmocka_run_group_tests_name("race", tests, NULL, NULL);
}
