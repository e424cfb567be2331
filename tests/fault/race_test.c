/* race_test.c - two nodes on one store, each with its own keys, connection and thread: what they decide at the same moment
 * is as if one had come after the other. */
#include "tests/unit/world.h"
#include "record/audit.h"
#include "record/version_verify.h"
#include <pthread.h>

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

static void both_decide(struct node *n)
{
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&n[i].thread, NULL, decide, &n[i]), 0);
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

static void all_is_whole(struct world *w)
{
	unsigned char public[SIGN_PUBLIC_BYTES];
	struct audit_summary sum;
	int64_t versions, faults;

	keyring_public(w->keys, public);
	assert_int_equal(audit_verify(conn_db(w->conn), public, (struct str){ NULL, 0 }, NULL, NULL, &sum), ST_OK);
	assert_int_equal(version_verify(conn_db(w->conn), NULL, NULL, &versions, &faults), ST_OK);
	assert_int_equal(faults, 0);
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
		both_decide(n);
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
		both_decide(n);
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
		both_decide(n);
		assert_int_equal((n[0].st == ST_OK) + (n[1].st == ST_OK), 1);
		assert_int_equal(approvals_of(w, id), 1);
		assert_true(str_eq(now(w, id)->step, S("review")));
	}
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
	for (int i = 0; i < 2; i++)
		close_node(&n[i]);
	all_is_whole(&w);
	world_close(&w);
	pthread_barrier_destroy(&start);
}
BOTH(race)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(race) };

	return cmocka_run_group_tests_name("race", tests, NULL, NULL);
}
