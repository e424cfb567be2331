/* kill_together_test.c - a server whose requests share transactions is killed at a random moment, over and over: what was answered is
 * there with its keys, of no request there is a half, none was done twice, what was refused left nothing, and the log verifies. */
#include "tests/fault/kill.h"
#include <pthread.h>
#include <stdatomic.h>

enum { KILLS = 60, WRITERS = 6, PAIR = 2, REFUSED_EACH = 7 };

struct told { int64_t record[PAIR]; bool shared; };

struct writer {
	struct world   *w;
	struct conn    *conn;
	pthread_t       thread;
	int             ack;
	struct arena    a;
	struct request  rq;
	atomic_int     *number;
	int             mine;
	struct told     told;
	atomic_int      waiting;
};

/* ---- the server ---- */

static bool refused(int number) { return number % REFUSED_EACH == 3; }

/* Two records with keys of their own; every seventh request is refused when both are written. */
static enum status make_pair(struct request *rq, void *arg)
{
	struct writer *n = arg;
	char name[64], owner[64];

	n->told.shared = rq->conn != n->conn;
	for (int i = 0; i < PAIR; i++) {
		struct record *r = record_new(rq, store_type(conn_store(rq->conn), S("gadget")));
		int len = snprintf(name, sizeof name, "%d の %d", n->mine, i), owner_len = snprintf(owner, sizeof owner, "持ち主 %d-%d", n->mine, i);
		r->v[gadget_f_name] = value_of_text(str_dup(rq->a, (struct str){ name, len }));
		r->v[gadget_f_size] = value_of_number(n->mine);
		r->v[gadget_f_owner] = value_of_text(str_dup(rq->a, (struct str){ owner, owner_len }));
		r->v[gadget_f_owners_secret] = value_of_text(S("内緒"));
		TRY(record_write(rq, r, S("test")));
		n->told.record[i] = r->id;
	}
	return refused(n->mine) ? ST_NO : ST_OK;
}

static void answer(void *arg, enum status st)
{
	struct writer *n = arg;

	if (st != ST_OK || write(n->ack, &n->told, sizeof n->told) != (ssize_t)sizeof n->told)
		_exit(4);
	atomic_store(&n->waiting, 0);
}

static void *serve(void *arg)
{
	struct writer *n = arg;

	for (;;) {
		n->mine = atomic_fetch_add(n->number, 1);
		n->a = arena_make(0);
		request_init(&n->rq, &n->a, n->conn, JA);
		n->rq.settles_later = n->rq.shares = true;
		atomic_store(&n->waiting, 1);
		enum status st = request_run(&n->rq, DB_WRITE, make_pair, n);
		if (st != (refused(n->mine) ? ST_NO : ST_OK))
			_exit(2);
		if (st == ST_OK && !request_settle(&n->rq, answer, n))
			answer(n, ST_OK);
		while (st == ST_OK && atomic_load(&n->waiting))
			poll(NULL, 0, 1);
		arena_free(&n->a);
	}
	return NULL;
}

static void node(struct world *w, int64_t number, int ack)
{
	struct world mine = kill_reopened(w);
	struct writer n[WRITERS];
	atomic_int next = (int)number;

	for (int i = 0; i < WRITERS; i++) {
		n[i] = (struct writer){ .w = &mine, .ack = ack, .number = &next };
		if (conn_open(mine.store, &n[i].conn) != ST_OK || pthread_create(&n[i].thread, NULL, serve, &n[i]))
			_exit(1);
	}
	for (int i = 0; i < WRITERS; i++)
		pthread_join(n[i].thread, NULL);
}

/* ---- afterwards ---- */

struct seen { unsigned char of[1 << 16][PAIR]; int last; };

static enum status look_at(struct request *rq, struct record *r, void *arg)
{
	struct seen *s = arg;
	int64_t number = r->v[gadget_f_size].num;
	struct str name = gadget_name(r);

	(void)rq;
	assert_true(str_eq(r->v[gadget_f_owners_secret].text, S("内緒")));          /* its key is there */
	assert_true(number >= 0 && number < COUNT(s->of));
	assert_false(refused((int)number));
	s->of[number][name.p[name.n - 1] == '1']++;
	s->last = MAX(s->last, (int)number);
	return ST_OK;
}

static enum status walk(struct request *rq, void *arg)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("gadget")), .sort = LIST_SORT_CHANGED, .step = S("*") };

	return record_each(rq, &q, look_at, arg);
}

static void check(struct world *w, int *ret_next)
{
	static struct seen s;

	memset(&s, 0, sizeof s);
	act_as(w, 0);
	assert_int_equal(request_run(&w->rq, DB_READ, walk, &s), ST_OK);
	for (int i = 0; i <= s.last; i++)
		assert_true(s.of[i][0] == s.of[i][1] && s.of[i][0] <= 1);
	*ret_next = s.last + WRITERS + 1;
	world_is_whole(w);
}

static void kill_once(struct world *w, int number, int *ret_told, int *ret_shared)
{
	int fd = kill_node(w, node, number, 40);
	struct told t;

	while (read(fd, &t, sizeof t) == (ssize_t)sizeof t) {
		for (int i = 0; i < PAIR; i++) {
			struct record *r;
			assert_int_equal(load(w, t.record[i], &r), ST_OK);
			assert_true(str_eq(r->v[gadget_f_owners_secret].text, S("内緒")));
		}
		++*ret_told;
		*ret_shared += t.shared;
	}
	close(fd);
}

/* On SQLite only: PostgreSQL lets many write at once, and nobody shares. */
static void kills(const char *where)
{
	struct world w;
	int next = 0, told = 0, shared = 0;

	world_open(&w, where);
	for (int i = 0; i < KILLS; i++) {
		kill_once(&w, next, &told, &shared);
		check(&w, &next);
	}
	print_message("# %d requests answered, %d of them on the shared connection, %d kills\n", told, shared, KILLS);
	assert_true(told > KILLS);
	assert_true(shared > told / 4);                      /* the others ran alone after a neighbour's refusal */
	world_close(&w);
}

static void kills_sqlite(void **state)
{
	(void)state;
	both_run(kills, DB_SQLITE);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(kills_sqlite) };

	return cmocka_run_group_tests_name("kill_together", tests, NULL, NULL);
}
