/* audit_group.c - entries of reads: whoever comes while a commit runs shares the next one. */
#include "record/audit.h"
#include "sys/sys.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { TRIES = 50 };

struct waiting {
	const struct audit_entry *e;
	ptrdiff_t                 n;
	enum status               st;
	bool                      done;
	struct waiting           *next;
};

struct audit_group {
	struct db         *db;
	struct audit_lane *lane;
	pthread_mutex_t    lock;
	pthread_cond_t     changed;
	struct waiting    *first, **last;
	bool               busy;                /* one of the callers writes for all */
};

enum status audit_group_open(struct str where, struct audit_group **ret)
{
	struct db *db = NULL;
	struct audit_group *g;

	TRY(db_open(where, DB_WRITE, &db));
	g = calloc(1, sizeof *g);
	if (!g || pthread_mutex_init(&g->lock, NULL) || pthread_cond_init(&g->changed, NULL))
		abort();
	g->db = db;
	g->last = &g->first;
	enum status st = audit_lane_open(db, &g->lane);
	if (st != ST_OK) {
		db_close(db);
		free(g);
		return st;
	}
	*ret = g;
	return ST_OK;
}

void audit_group_close(struct audit_group *g)
{
	if (!g)
		return;
	audit_lane_close(g->lane);
	db_close(g->db);
	pthread_cond_destroy(&g->changed);
	pthread_mutex_destroy(&g->lock);
	free(g);
}

static enum status write_once(struct audit_group *g, const struct waiting *w)
{
	enum status st = db_begin(g->db, DB_WRITE);

	for (; w && st == ST_OK; w = w->next)
		for (ptrdiff_t i = 0; i < w->n && st == ST_OK; i++)
			st = audit_append(g->lane, &w->e[i]);
	if (st == ST_OK)
		return db_commit(g->db);
	db_rollback(g->db);
	return st;
}

static enum status write_all(struct audit_group *g, const struct waiting *w)
{
	enum status st = ST_RETRY;

	for (int i = 0; i < TRIES && (st == ST_RETRY || st == ST_CONFLICT); i++) {
		struct timespec nap = { 0, i * 200000L };
		if (i)
			nanosleep(&nap, NULL);
		st = write_once(g, w);
	}
	return st == ST_CONFLICT ? ST_RETRY : st;
}

/* Called and returns with the lock held. */
static void serve(struct audit_group *g)
{
	struct waiting *all = g->first;

	g->first = NULL;
	g->last = &g->first;
	g->busy = true;
	pthread_mutex_unlock(&g->lock);
	enum status st = write_all(g, all);
	pthread_mutex_lock(&g->lock);
	while (all) {
		struct waiting *next = all->next;      /* its owner may be gone once it is done */
		all->st = st;
		all->done = true;
		all = next;
	}
	g->busy = false;
	pthread_cond_broadcast(&g->changed);
}

enum status audit_group_add(struct audit_group *g, const struct audit_entry *e, ptrdiff_t n)
{
	struct waiting mine = { .e = e, .n = n };

	if (n == 0)
		return ST_OK;
	pthread_mutex_lock(&g->lock);
	*g->last = &mine;
	g->last = &mine.next;
	while (!mine.done) {
		if (g->busy)
			pthread_cond_wait(&g->changed, &g->lock);
		else
			serve(g);
	}
	pthread_mutex_unlock(&g->lock);
	return mine.st;
}
