/* job.c - jobs by lease. */
#include "record/job.h"
#include "record/serial.h"
#include "sys/sys.h"
#include <assert.h>

#define QUERY(name, sql)         static const struct db_statement q_##name = { #name, sql, NULL };
#define QUERY_PG(name, sql, pg)  static const struct db_statement q_##name = { #name, sql, pg };
#include "record/job_queries.def"
#undef QUERY
#undef QUERY_PG

#define MINUTE_US (INT64_C(60) * 1000000)

enum status job_add(struct db *db, struct str kind, struct str body, struct instant due, struct str unique_key, bool *ret_added)
{
	struct db_q *q = db_query(db, &q_job_add);
	int64_t n = 0;

	assert(body.n <= JOB_BODY_MAX);
	db_text(q, 1, kind);
	db_blob(q, 2, body);
	db_int(q, 3, due.us);
	if (unique_key.p)
		db_text(q, 4, unique_key);
	else
		db_null(q, 4);
	TRY(db_run_counted(q, &n));
	*ret_added = n > 0;
	return ST_OK;
}

static enum status take(struct db *db, struct arena *a, struct instant now, enum job_pace pace, int lease_s, struct job *ret)
{
	enum status st = ST_NOT_FOUND;
	struct job j = { 0 };
	uint64_t random;

	sys_random(&random, (ptrdiff_t)sizeof random);
	j.holder = (int64_t)(random >> 1 | 1);
	struct db_q *q = db_query(db, &q_job_take);
	db_int(q, 1, now.us);
	db_int(q, 2, j.holder);
	db_int(q, 3, now.us + lease_s * INT64_C(1000000));
	db_int(q, 4, pace == JOB_SLOW);
	if (db_row(q)) {
		j.id = db_col_int(q, 0);
		j.kind = str_dup(a, db_col_text(q, 1));
		j.body = str_dup(a, db_col_blob(q, 2));
		j.tries = db_col_int(q, 3);
		st = ST_OK;
	}
	TRY(db_end(q));
	*ret = j;
	return st;
}

/* Most looks find nothing: they take no lock. */
static enum status any_due(struct db *db, struct instant now, enum job_pace pace)
{
	TRY(db_begin(db, DB_READ));
	struct db_q *q = db_query(db, &q_job_any);
	db_int(q, 1, now.us);
	db_int(q, 2, pace == JOB_SLOW);
	bool any = db_row(q);
	enum status st = db_end(q);
	db_rollback(db);
	return st == ST_OK && !any ? ST_NOT_FOUND : st;
}

enum status job_take(struct db *db, struct arena *a, struct instant now, enum job_pace pace, int lease_s, struct job *ret)
{
	TRY(any_due(db, now, pace));
	TRY(db_begin(db, DB_WRITE));
	enum status st = take(db, a, now, pace, lease_s, ret);
	if (st == ST_OK)
		return db_commit(db);
	db_rollback(db);
	return st;
}

static enum status still_ours(struct db_q *q)
{
	int64_t n = 0;

	TRY(db_run_counted(q, &n));
	return n ? ST_OK : ST_CONFLICT;
}

enum status job_hold(struct db *db, const struct job *j, struct instant now, int lease_s)
{
	struct db_q *q = db_query(db, &q_job_hold);

	db_int(q, 1, j->id);
	db_int(q, 2, j->holder);
	db_int(q, 3, now.us + lease_s * INT64_C(1000000));
	return still_ours(q);
}

enum status job_done(struct db *db, const struct job *j)
{
	struct db_q *q = db_query(db, &q_job_done);

	db_int(q, 1, j->id);
	db_int(q, 2, j->holder);
	return still_ours(q);
}

enum status job_again(struct db *db, const struct job *j, struct instant due)
{
	struct db_q *q = db_query(db, &q_job_again);

	db_int(q, 1, j->id);
	db_int(q, 2, j->holder);
	db_int(q, 3, due.us);
	return still_ours(q);
}

struct instant job_backoff(const struct job *j, struct instant now)
{
	int64_t minutes = j->tries > 9 ? 360 : INT64_C(1) << MAX(j->tries - 1, 0);

	return (struct instant){ now.us + MIN(minutes, 360) * MINUTE_US };
}

enum status job_count(struct db *db, int64_t *ret_waiting, int64_t *ret_failed)
{
	int64_t waiting = 0, failed = 0;
	struct db_q *q = db_query(db, &q_job_count);

	if (db_row(q)) {
		waiting = db_col_int(q, 0);
		failed = db_col_int(q, 1);
	}
	TRY(db_end(q));
	*ret_waiting = waiting;
	*ret_failed = failed;
	return ST_OK;
}

enum status serial_take(struct db *db, struct str form, int64_t year, int64_t *ret)
{
	int64_t n = 0;
	struct db_q *q = db_query_apart(db, &q_serial_take);

	assert(db_in_transaction(db));
	db_text(q, 1, form);
	db_int(q, 2, year);
	if (db_row(q))
		n = db_col_int(q, 0);
	TRY(db_end(q));
	*ret = n;
	return ST_OK;
}
