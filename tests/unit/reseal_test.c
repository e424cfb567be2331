/* reseal_test.c - notes that an earlier program kept in clear: sealed once, readable as before, and the log still verifies. */
#include "tests/unit/world.h"
#include "record/reseal.h"
#include "record/version_verify.h"

static const char note[] = "明子さんの件", signer[] = "社長の花子";

static const struct db_statement
	q_open_version = { "t1", "UPDATE version SET comment = $3 WHERE record = $1 AND version = $2", NULL },
	q_open_approval = { "t2", "UPDATE approval SET comment = $2, signer = $3 WHERE record = $1", NULL },
	q_row = { "t3", "SELECT record, version, at, staff, step, move, comment, department, holds_from, holds_to, body, sealed FROM version"
		" WHERE record = $1 AND version = $2", NULL },
	q_log = { "t4", "UPDATE audit_entry SET digest = $3 WHERE record = $1 AND version = $2 AND digest IS NOT NULL", NULL },
	q_clear = { "t5", "SELECT (SELECT count(*) FROM version WHERE comment = $1) + (SELECT count(*) FROM approval WHERE comment = $1 OR signer = $2)", NULL },
	q_again = { "t6", "DELETE FROM setting WHERE name = 'resealed'", NULL };

/* The row as that program would have written it, with its entry in the log when `logged`. */
static enum status open_up(struct request *rq, const struct record *r, bool logged)
{
	unsigned char digest[HASH_BYTES];
	struct db_q *q = db_query(rq->db, &q_open_version);

	db_int(q, 1, r->id);
	db_int(q, 2, r->version);
	db_text(q, 3, str_z(note));
	TRY(db_run(q));
	q = db_query(rq->db, &q_row);
	db_int(q, 1, r->id);
	db_int(q, 2, r->version);
	assert_true(db_row(q));
	struct version_row v = {
		db_col_int(q, 0), db_col_int(q, 1), db_col_int(q, 2), db_col_int(q, 3), db_col_text(q, 4), db_col_text(q, 5),
		db_col_text(q, 6), db_col_int(q, 7), db_col_int(q, 8), db_col_int(q, 9), db_col_blob(q, 10), db_col_blob(q, 11),
	};
	version_digest(&v, digest);
	TRY(db_end(q));
	q = db_query(rq->db, &q_open_approval);
	db_int(q, 1, r->id);
	db_text(q, 2, str_z(note));
	db_text(q, 3, str_z(signer));
	TRY(db_run(q));
	q = db_query(rq->db, &q_log);
	db_int(q, 1, logged ? r->id : 0);
	db_int(q, 2, r->version);
	db_blob(q, 3, (struct str){ (const char *)digest, HASH_BYTES });
	return db_run(q);
}

struct older { struct record *good, *touched; };

static enum status make_old(struct request *rq, void *arg)
{
	struct older *o = arg;

	TRY(open_up(rq, o->good, true));
	return o->touched ? open_up(rq, o->touched, false) : ST_OK;
}

static int64_t in_clear(struct world *w)
{
	assert_int_equal(db_begin(w->rq.db, DB_READ), ST_OK);
	struct db_q *q = db_query(w->rq.db, &q_clear);
	db_text(q, 1, str_z(note));
	db_text(q, 2, str_z(signer));
	assert_true(db_row(q));
	int64_t n = db_col_int(q, 0);
	assert_int_equal(db_end(q), ST_OK);
	assert_int_equal(db_commit(w->rq.db), ST_OK);
	return n;
}

static enum status read_back(struct request *rq, void *arg)
{
	const struct record *r = arg;
	struct version *v;
	struct approved *a;

	TRY(record_versions(rq, r->id, &v));
	assert_true(v && str_eq(v->comment, str_z(note)));
	TRY(record_approvals(rq, r->id, &a));
	assert_true(a && str_eq(a->comment, str_z(note)) && str_eq(a->signer, str_z(signer)));
	return ST_OK;
}

static struct record *approved_once(struct world *w, const char *name)
{
	struct record *r = blank(w, "gadget");
	struct paper paper = { str_z(signer), date_make(2020, 5, 1), 1 };

	r->v[gadget_f_name] = value_of_text(str_z(name));
	r->v[gadget_f_holders] = value_of_count(3, COUNT_EXACT);
	r->v[gadget_f_department] = value_of_link(w->sales);
	assert_int_equal(save(w, r), ST_OK);
	assert_int_equal(move(w, r, "submit", str_z(note)), ST_OK);
	struct moving on_paper = { r, "approve", str_z(note), &paper };
	assert_int_equal(request_run(&w->rq, DB_WRITE, work_move, &on_paper), ST_OK);
	return r;
}

static int64_t faults(struct world *w)
{
	int64_t versions, n;

	IGNORE(version_verify(w->rq.db, NULL, NULL, &versions, &n));
	return n;
}

static void reseal_all(struct world *w)
{
	bool more = true;

	for (int i = 0; i < 10 && more; i++)
		assert_int_equal(request_run(&w->rq, DB_WRITE, notes_reseal, &more), ST_OK);
	assert_false(more);
}

static enum status forget(struct request *rq, void *unused)
{
	(void)unused;
	return db_run(db_query(rq->db, &q_again));
}

static void notes_of_earlier_programs(const char *where)
{
	struct world w;
	struct older o;

	world_open(&w, where);
	o = (struct older){ approved_once(&w, "古い記録"), NULL };
	assert_int_equal(request_run(&w.rq, DB_WRITE, make_old, &o), ST_OK);
	assert_int_equal(in_clear(&w), 2);
	assert_int_equal(faults(&w), 0);
	reseal_all(&w);
	assert_int_equal(in_clear(&w), 0);
	assert_int_equal(faults(&w), 0);
	assert_int_equal(request_run(&w.rq, DB_READ, read_back, o.good), ST_OK);
	/* once more from the start: what is sealed stays as it is */
	assert_int_equal(request_run(&w.rq, DB_WRITE, forget, NULL), ST_OK);
	reseal_all(&w);
	assert_int_equal(faults(&w), 0);
	assert_int_equal(request_run(&w.rq, DB_READ, read_back, o.good), ST_OK);
	/* a row that was changed behind the program's back does not become right by it */
	struct record *touched = approved_once(&w, "触られた記録");
	o.touched = touched;
	o.good = approved_once(&w, "別の記録");
	assert_int_equal(request_run(&w.rq, DB_WRITE, make_old, &o), ST_OK);
	assert_int_equal(request_run(&w.rq, DB_WRITE, forget, NULL), ST_OK);
	assert_int_equal(faults(&w), 1);
	reseal_all(&w);
	assert_int_equal(faults(&w), 1);
	world_close(&w);
}
BOTH(notes_of_earlier_programs)

int main(void)
{
	const struct CMUnitTest tests[] = { BOTH_TESTS(notes_of_earlier_programs) };

	return cmocka_run_group_tests_name("reseal", tests, NULL, NULL);
}
