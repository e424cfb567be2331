/* pool.h - a bounded number of threads that run handlers, in lanes with bounded queues. */
#pragma once
#include "base/base.h"

enum lane { LANE_PAGES, LANE_SLOW, LANE_MAX };

struct pool_lane_config { int threads, queue; };
struct pool_config {
	struct pool_lane_config lane[LANE_MAX];
	void  *app;
	/* What a thread holds for itself (a database connection); made and freed in the thread. */
	void *(*worker_open)(void *app);
	void  (*worker_close)(void *worker);
	/* Runs one job. `stale` tells that it waited too long or the pool is stopping: answer without working. */
	void  (*run)(void *app, void *worker, void *job, bool stale);
	int64_t patience_us;          /* how long a job may wait in the queue */
};

struct pool;
/* ST_OK, ST_BROKEN (threads cannot be made). */
NODISCARD enum status pool_start(const struct pool_config *c, struct pool **ret);
/* False when the lane's queue is full. */
NODISCARD bool pool_push(struct pool *p, enum lane lane, void *job);
/* Answers what is queued as stale, lets running jobs end, joins the threads; then pool_push refuses. Both accept NULL. */
void pool_stop(struct pool *p);
void pool_free(struct pool *p);                /* after pool_stop, when nobody pushes any more */
