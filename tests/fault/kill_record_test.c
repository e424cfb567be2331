/* kill_record_test.c - a node that imports, submits and approves is killed at a random moment, over and over: what it was told
 * is durable is there, each import is whole, each sealed value opens, no approval stands half, and the log verifies. */
#include "tests/fault/kill.h"

enum { KILLS = 100, ROWS = 3 };

struct told { int64_t record, version; };

/* ---- the node ---- */

struct batch { struct world *w; int64_t number, id[ROWS]; };

static enum status import_batch(struct request *rq, void *arg)
{
	struct batch *b = arg;
	char name[64];

	for (int i = 0; i < ROWS; i++) {
		struct record *r = record_new(rq, store_type(conn_store(rq->conn), S("gadget")));
		int n = snprintf(name, sizeof name, "束 %lld の %d", (long long)b->number, i);
		r->v[gadget_f_name] = value_of_text(str_dup(rq->a, (struct str){ name, n }));
		r->v[gadget_f_size] = value_of_number(b->number % 1000);
		r->v[gadget_f_holders] = value_of_count(3, COUNT_EXACT);
		r->v[gadget_f_department] = value_of_link(b->w->sales);
		r->v[gadget_f_owner] = value_of_text(S("山田"));
		r->v[gadget_f_secret] = value_of_text(S("秘密"));
		TRY(record_write(rq, r, S("import")));
		b->id[i] = r->id;
	}
	return ST_OK;
}

static void tell(int ack, int64_t record, int64_t version)
{
	struct told t = { record, version };

	if (write(ack, &t, sizeof t) != (ssize_t)sizeof t)
		_exit(4);
}

static void submit_and_approve(struct world *w, int64_t id, int ack)
{
	struct record *r;

	act_as(w, 0);
	if (load(w, id, &r) != ST_OK)
		_exit(5);
	act_as(w, w->ken);
	if (move(w, r, "submit", S("お願いします")) != ST_OK)
		_exit(6);
	tell(ack, id, r->version);
	const int64_t who[] = { w->ken, w->system, w->desk };
	for (int i = 1; i < 3; i++) {
		act_as(w, who[i]);
		enum status st = move(w, r, "approve", S("承認"));
		if (st != ST_OK && st != ST_NO && st != ST_DENIED)
			_exit(7);
	}
	tell(ack, id, r->version);
}

static void node(struct world *w, int64_t number, int ack)
{
	struct world mine = kill_reopened(w);

	if (conn_open(mine.store, &mine.conn) != ST_OK)
		_exit(1);
	for (;; number++) {
		struct batch b = { .w = &mine, .number = number };
		act_as(&mine, 0);
		if (request_run(&mine.rq, DB_WRITE, import_batch, &b) != ST_OK)
			_exit(2);
		for (int i = 0; i < ROWS; i++)
			tell(ack, b.id[i], 1);
		submit_and_approve(&mine, b.id[0], ack);
	}
}

/* ---- afterwards ---- */

struct seen { int64_t in_batch[1 << 16]; int64_t records; };

static enum status look_at(struct request *rq, struct record *r, void *arg)
{
	struct seen *s = arg;
	int64_t number = 0;
	struct str name = gadget_name(r);

	(void)rq;
	assert_true(r->v[gadget_f_secret].set && str_eq(r->v[gadget_f_secret].text, S("秘密")));      /* its key is there */
	assert_true(str_starts(name, S("束 ")));
	name = str_sub(name, (ptrdiff_t)sizeof "束 " - 1, name.n);
	for (ptrdiff_t i = 0; i < name.n && name.p[i] >= '0' && name.p[i] <= '9'; i++)
		number = number * 10 + (name.p[i] - '0');
	assert_true(number < COUNT(s->in_batch));
	s->in_batch[number]++;
	s->records++;
	return ST_OK;
}

static enum status walk(struct request *rq, void *arg)
{
	struct list_query q = { .type = store_type(conn_store(rq->conn), S("gadget")), .sort = LIST_SORT_CHANGED, .step = S("*") };

	return record_each(rq, &q, look_at, arg);
}

static void check(struct world *w, int64_t *ret_next)
{
	static struct seen s;

	memset(&s, 0, sizeof s);
	act_as(w, 0);
	assert_int_equal(request_run(&w->rq, DB_READ, walk, &s), ST_OK);
	for (int64_t i = 0; i < COUNT(s.in_batch); i++) {
		assert_true(s.in_batch[i] == 0 || s.in_batch[i] == ROWS);
		if (s.in_batch[i])
			*ret_next = i + 1;
	}
	world_is_whole(w);
}

static void kill_once(struct world *w, int64_t number, int64_t *ret_told)
{
	int fd = kill_node(w, node, number, 60);
	struct told t;

	while (read(fd, &t, sizeof t) == (ssize_t)sizeof t) {
		struct record *r;
		assert_int_equal(load(w, t.record, &r), ST_OK);
		assert_true(r->version >= t.version);
		++*ret_told;
	}
	close(fd);
}

static void kills(const char *where)
{
	struct world w;
	int64_t next = 1, told = 0;

	world_open(&w, where);
	for (int i = 0; i < KILLS; i++) {
		kill_once(&w, next, &told);
		check(&w, &next);
	}
	print_message("# %lld batches, %lld acknowledged acts, %d kills\n", (long long)next - 1, (long long)told, KILLS);
	assert_true(told > KILLS);
	world_close(&w);
}
BOTH(kills)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(kills) };

	return cmocka_run_group_tests_name("kill_record", tests, NULL, NULL);
}
