/* pool.c - worker threads and their queues. */
#include "web/pool.h"
#include "sys/sys.h"
#include <pthread.h>
#include <stdlib.h>

struct job { void *what; int64_t since; };
struct lane_state {
	struct pool    *pool;
	pthread_mutex_t lock;
	pthread_cond_t  some;
	struct job     *ring;
	int             head, n, size;
	bool            stopping;
	pthread_t      *threads;
	int             nthreads, most, idle;            /* a worker is started when a job finds none idle */
};
struct pool {
	struct pool_config config;
	struct lane_state  lane[LANE_MAX];
};

/* Waits for a job; false when the pool stops and nothing is left. */
static bool take(struct lane_state *l, struct job *ret, bool *ret_stopping)
{
	pthread_mutex_lock(&l->lock);
	l->idle++;
	while (l->n == 0 && !l->stopping)
		pthread_cond_wait(&l->some, &l->lock);
	l->idle--;
	bool got = l->n > 0;
	if (got) {
		*ret = l->ring[l->head];
		l->head = (l->head + 1) % l->size;
		l->n--;
	}
	*ret_stopping = l->stopping;
	pthread_mutex_unlock(&l->lock);
	return got;
}

static void *work(void *arg)
{
	struct lane_state *l = arg;
	const struct pool_config *c = &l->pool->config;
	void *worker = c->worker_open ? c->worker_open(c->app) : NULL;
	struct job j;

	for (bool stopping; take(l, &j, &stopping);)
		c->run(c->app, worker, j.what, stopping || sys_monotonic_us() - j.since > c->patience_us);
	if (c->worker_close)
		c->worker_close(worker);
	return NULL;
}

static enum status start_lane(struct pool *p, struct lane_state *l, const struct pool_lane_config *c)
{
	*l = (struct lane_state){ .pool = p, .lock = PTHREAD_MUTEX_INITIALIZER, .some = PTHREAD_COND_INITIALIZER,
		.size = c->queue, .most = c->threads };
	l->ring = calloc((size_t)c->queue, sizeof *l->ring);
	l->threads = calloc((size_t)c->threads, sizeof *l->threads);
	if (!l->ring || !l->threads)
		return ST_BROKEN;
	if (pthread_create(&l->threads[0], NULL, work, l))
		return ST_BROKEN;
	l->nthreads = 1;
	return ST_OK;
}

enum status pool_start(const struct pool_config *c, struct pool **ret)
{
	struct pool *p = calloc(1, sizeof *p);

	if (!p)
		return ST_BROKEN;
	p->config = *c;
	for (int i = 0; i < LANE_MAX; i++) {
		if (start_lane(p, &p->lane[i], &c->lane[i]) != ST_OK) {
			pool_stop(p);
			pool_free(p);
			return ST_BROKEN;
		}
	}
	*ret = p;
	return ST_OK;
}

bool pool_push(struct pool *p, enum lane lane, void *job)
{
	struct lane_state *l = &p->lane[lane];

	pthread_mutex_lock(&l->lock);
	bool room = l->n < l->size && !l->stopping;
	if (room) {
		l->ring[(l->head + l->n++) % l->size] = (struct job){ job, sys_monotonic_us() };
		pthread_cond_signal(&l->some);
		/* Not started: those that are there do it. */
		if (l->n > l->idle && l->nthreads < l->most && pthread_create(&l->threads[l->nthreads], NULL, work, l) == 0)
			l->nthreads++;
	}
	pthread_mutex_unlock(&l->lock);
	return room;
}

void pool_stop(struct pool *p)
{
	if (!p)
		return;
	for (int i = 0; i < LANE_MAX; i++) {
		struct lane_state *l = &p->lane[i];
		if (!l->pool)
			continue;
		pthread_mutex_lock(&l->lock);
		l->stopping = true;
		pthread_cond_broadcast(&l->some);
		pthread_mutex_unlock(&l->lock);
	}
	for (int i = 0; i < LANE_MAX; i++) {
		for (int k = 0; k < p->lane[i].nthreads; k++)
			pthread_join(p->lane[i].threads[k], NULL);
		p->lane[i].nthreads = 0;
	}
}

void pool_free(struct pool *p)
{
	for (int i = 0; p && i < LANE_MAX; i++) {
		free(p->lane[i].threads);
		free(p->lane[i].ring);
	}
	free(p);
}
