/* demo_test.c - the sample organisation: its history is whole, and conformity is judged alike from indexes and versions. */
#include "tests/unit/world.h"
#include "crypto/password.h"
#include "domain/conformity/conformity.h"
#include "domain/demo/demo.h"
#include "domain/ledger/ledger.h"
#include "record/audit.h"

struct sample { struct arena a; char *keys_where; struct key *root; struct keyring *keys; struct store *store; struct conn *conn; };

static void sample_open(struct sample *s, const char *where)
{
	struct db *db = open_both(where);

	*s = (struct sample){ .a = arena_make(0) };
	assert_int_equal(db_migrate(db, store_migrations), ST_OK);
	s->keys_where = both_where(db_kind(db));
	db_close(db);
	s->root = keys_alloc(1);
	key_random(s->root);
	assert_int_equal(keyring_create(str_z(s->keys_where), s->root, &s->keys), ST_OK);
	assert_int_equal(store_open(str_z(where), s->keys, domain_types, domain_ntypes, &s->store), ST_OK);
	assert_int_equal(conn_open(s->store, &s->conn), ST_OK);
	assert_int_equal(demo_fill(s->conn), ST_OK);
}

static void sample_close(struct sample *s)
{
	conn_close(s->conn);
	store_close(s->store);
	keyring_close(s->keys);
	keys_free(s->root);
	both_drop(s->keys_where);
	arena_free(&s->a);
}

static enum status work_tally(struct request *rq, void *arg)
{
	return ledger_tally(rq, date_make(date_civil(rq->today).year - 1, 7, 1), arg);
}

static enum status work_judge(struct request *rq, void *arg)
{
	return conformity_judge(rq, arg);
}

static void ignore_fault(void *arg, const struct audit_finding *f)
{
	(void)arg, (void)f;
}

static enum verdict of_clause(const struct judgement *all, struct str id)
{
	for (; all; all = all->next)
		if (str_eq(all->clause->id, id))
			return all->verdict;
	return VERDICT_MAX;
}

/* REQ: LED-08 CTX-07 LDR-16 */
static void sample(const char *where)
{
	struct sample s;
	struct request rq;
	struct ledger_facts now, then;
	struct judgement *all;
	struct audit_summary sum;
	unsigned char public[SIGN_PUBLIC_BYTES];
	int seen = 0;

	sample_open(&s, where);
	request_init(&rq, &s.a, s.conn, JA);
	assert_int_equal(request_run(&rq, DB_READ, work_tally, &now), ST_OK);
	rq.as_of = rq.today;
	assert_int_equal(request_run(&rq, DB_READ, work_tally, &then), ST_OK);
	assert_memory_equal(&now, &then, sizeof now);
	assert_true(now.active >= 15 && now.my_number == 1 && now.sensitive == 1 && now.incomplete == 0 && now.unreviewed < now.active);
	rq.as_of = DATE_NEVER;
	assert_int_equal(request_run(&rq, DB_READ, work_judge, &all), ST_OK);
	for (const struct judgement *j = all; j; j = j->next) {
		seen += !j->next || !str_eq(j->next->clause->id, j->clause->id);
		assert_true(j->reason.n > 0);
		assert_true(j->verdict != VERDICT_CONFORMS || j->evidence);
		assert_true((j->verdict == VERDICT_CONFORMS || j->verdict == VERDICT_UNDECIDED) == !j->remedy.n);
	}
	assert_int_equal(seen, nclauses);
	assert_int_equal(of_clause(all, S("J.2.3.2")), VERDICT_CONFORMS);
	assert_int_equal(of_clause(all, S("J.3.1.1")), VERDICT_PARTIAL);
	rq.as_of = date_make(2001, 1, 1);                       /* long before the founding */
	assert_int_equal(request_run(&rq, DB_READ, work_judge, &all), ST_OK);
	for (const struct judgement *j = all; j; j = j->next)
		assert_int_equal(j->verdict, VERDICT_NOT_RECORDED);
	keyring_public(s.keys, public);
	assert_int_equal(audit_verify(conn_db(s.conn), public, (struct str){ NULL, 0 }, ignore_fault, NULL, &sum), ST_OK);
	assert_true(sum.entries > 200);
	sample_close(&s);
}
BOTH(sample)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(sample) };

	IGNORE(password_setup(8 << 10, 1, 2));
	return cmocka_run_group_tests_name("demo", tests, NULL, NULL);
}
