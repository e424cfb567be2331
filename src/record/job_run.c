/* job_run.c - does the jobs that are due: one after the other, each in a transaction that also marks it as done. */
#include "record/job.h"
#include "record/store.h"

struct doing { const struct job *j; const struct job_kind *kind; };

static enum status do_job(struct request *rq, void *arg)
{
	const struct doing *d = arg;

	if (d->kind)
		TRY(d->kind->work(rq, d->j));
	return job_done(rq->db, d->j);
}

/* What another revision of the program left behind and this one does not know is dropped: it waits for nobody here. */
static const struct job_kind *kind_of(const struct job_kind *kinds, int n, struct str name)
{
	for (int i = 0; i < n; i++)
		if (str_eq(name, str_z(kinds[i].name)))
			return &kinds[i];
	return NULL;
}

static enum status again(struct request *rq, void *arg)
{
	const struct job *j = arg;

	return job_again(rq->db, j, job_backoff(j, rq->now));
}

void jobs_run(struct conn *c, const struct job_kind *kinds, int nkinds, enum job_pace pace, int max)
{
	for (int done = 0; done < max; done++) {
		struct arena a = arena_make((ptrdiff_t)4 << 30);
		struct request rq;
		struct job j;

		request_init(&rq, &a, c, JA);
		enum status st = job_take(rq.db, &a, rq.now, pace, pace == JOB_SLOW ? JOB_LEASE_SLOW_S : JOB_LEASE_S, &j);
		bool any = st == ST_OK;
		if (any) {
			struct doing d = { &j, kind_of(kinds, nkinds, j.kind) };
			st = d.kind && d.kind->long_work ? d.kind->long_work(c, &j) : request_run(&rq, DB_WRITE, do_job, &d);
			if (st != ST_OK && st != ST_CONFLICT)
				IGNORE(request_run(&rq, DB_WRITE, again, &j));   /* its lease ends by itself otherwise */
		}
		arena_free(&a);
		if (!any)
			return;
	}
}
