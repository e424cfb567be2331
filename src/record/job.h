/* job.h - work that some node does once, later: taken by lease, tried again when its holder dies. The body names records
 * by number; it is not sealed and so carries nothing personal. */
#pragma once
#include "base/date.h"
#include "db/db.h"

enum { JOB_BODY_MAX = 1 << 16 };

struct job { int64_t id, holder; struct str kind, body; int64_t tries; };

/* In the transaction of what makes it necessary. With a `unique_key` (p not NULL) it is added only if none with that key
 * waits; *ret_added tells. */
NODISCARD enum status job_add(struct db *db, struct str kind, struct str body, struct instant due, struct str unique_key, bool *ret_added);
/* Work of minutes, of a kind whose name begins with "slow:", has a thread of its own, so that the rest need not wait for it. */
enum job_pace { JOB_QUICK, JOB_SLOW };
enum { JOB_LEASE_S = 600, JOB_LEASE_SLOW_S = 60 };              /* a slow job holds its lease anew with each portion */
/* Takes the job that is due longest, for `lease_s` seconds. Its texts live in the arena. ST_OK; ST_NOT_FOUND: nothing is due;
 * ST_RETRY, ... Not inside a transaction. */
NODISCARD enum status job_take(struct db *db, struct arena *a, struct instant now, enum job_pace pace, int lease_s, struct job *ret);
/* In the transaction of a part of the work: the lease begins anew, and what went wrong before is behind it. ST_CONFLICT as below. */
NODISCARD enum status job_hold(struct db *db, const struct job *j, struct instant now, int lease_s);
/* In the transaction of the work itself: it is done when, and only when, that commits. ST_CONFLICT: the lease ran out and
 * somebody else has it; roll back. */
NODISCARD enum status job_done(struct db *db, const struct job *j);
/* It failed: again at `due`. ST_CONFLICT as above. */
NODISCARD enum status job_again(struct db *db, const struct job *j, struct instant due);
/* When to try again: 1, 2, 4 ... minutes, at most six hours. */
struct instant        job_backoff(const struct job *j, struct instant now);
/* How many wait, and how many of them have failed before. */
NODISCARD enum status job_count(struct db *db, int64_t *ret_waiting, int64_t *ret_failed);

/* ---- running them ---- */
struct request;
struct conn;
/* Does the work of one job inside its own serializable transaction, as the system. */
typedef enum status job_work(struct request *rq, const struct job *j);
/* Does it in transactions of its own, the last of which calls job_done. */
typedef enum status job_long_work(struct conn *c, const struct job *j);
struct job_kind { const char *name; job_work *work; job_long_work *long_work; };
/* Takes and does what is due until nothing is, or `max` jobs are done. A job that fails is tried again later. */
void jobs_run(struct conn *c, const struct job_kind *kinds, int nkinds, enum job_pace pace, int max);
