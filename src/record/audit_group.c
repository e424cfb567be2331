/* audit_group.c - what waits for the disk: entries of reads and commits of others, one flush for all that came meanwhile. */
#include "record/audit.h"
#include "sys/sys.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

enum { TRIES = 50 };

struct audit_group {
	struct db         *db;
	struct audit_lane *lane;
	pthread_mutex_t    lock;
	pthread_cond_t     changed;
	struct audit_wait *first, **last;
	bool               busy;                /* somebody writes for all */
	bool               staffed, stopping;   /* `thread` does it; otherwise one of the callers */
	pthread_t          thread, tidier;
	pthread_cond_t     grown;               /* the log of the database is to be moved into its file */
};

enum status audit_group_open(struct str where, struct audit_group **ret)
{
	struct db *db = NULL;
	struct audit_group *g;

	TRY(db_open(where, DB_WRITE, &db));
	g = calloc(1, sizeof *g);
	if (!g || pthread_mutex_init(&g->lock, NULL) || pthread_cond_init(&g->changed, NULL) || pthread_cond_init(&g->grown, NULL))
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
	pthread_mutex_lock(&g->lock);
	g->stopping = true;
	pthread_cond_broadcast(&g->changed);
	pthread_cond_broadcast(&g->grown);
	pthread_mutex_unlock(&g->lock);
	if (g->staffed)
		pthread_join(g->thread, NULL), pthread_join(g->tidier, NULL);
	audit_lane_close(g->lane);
	db_close(g->db);
	pthread_cond_destroy(&g->changed);
	pthread_cond_destroy(&g->grown);
	pthread_mutex_destroy(&g->lock);
	free(g);
}

static enum status write_once(struct audit_group *g, const struct audit_wait *w)
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

static enum status write_all(struct audit_group *g, const struct audit_wait *w)
{
	enum status st = ST_RETRY;
	const struct audit_wait *entries = w;

	while (entries && !entries->n)
		entries = entries->next;
	if (!entries)
		return db_settle(g->db);
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
	struct audit_wait *all = g->first;

	g->first = NULL;
	g->last = &g->first;
	g->busy = true;
	pthread_mutex_unlock(&g->lock);
	enum status st = write_all(g, all);
	/* Entries that could not be written undo nothing that others committed before: those wait for the disk alone. */
	enum status settled = st == ST_OK ? ST_OK : db_settle(g->db);
	while (all) {
		struct audit_wait *next = all->next;   /* its owner may be gone once it is told */
		all->done(all->arg, all->n ? st : settled);
		all = next;
	}
	pthread_mutex_lock(&g->lock);
	g->busy = false;
	pthread_cond_broadcast(&g->changed);
}

static void *serve_always(void *arg)
{
	struct audit_group *g = arg;

	pthread_mutex_lock(&g->lock);
	while (g->first || !g->stopping) {
		if (g->first && !g->busy)
			serve(g);
		else
			pthread_cond_wait(&g->changed, &g->lock);
		if (db_log_grown(g->db))
			pthread_cond_signal(&g->grown);
	}
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

/* Beside the commits, so that none of them stops for it. Without a connection they do it themselves. */
static void *tidy_always(void *arg)
{
	struct audit_group *g = arg;
	struct db *db = NULL;

	if (db_open(db_where(g->db), DB_WRITE, &db) != ST_OK)
		return NULL;
	db_tend(db, true);
	pthread_mutex_lock(&g->lock);
	while (!g->stopping) {
		pthread_cond_wait(&g->grown, &g->lock);
		pthread_mutex_unlock(&g->lock);
		IGNORE(db_tidy(db));
		pthread_mutex_lock(&g->lock);
	}
	pthread_mutex_unlock(&g->lock);
	db_tend(db, false);
	db_close(db);
	return NULL;
}

static void staff(struct audit_group *g)
{
	if (pthread_create(&g->thread, NULL, serve_always, g) || pthread_create(&g->tidier, NULL, tidy_always, g))
		abort();
	g->staffed = true;
}

static void put(struct audit_group *g, struct audit_wait *w)
{
	w->next = NULL;
	*g->last = w;
	g->last = &w->next;
}

void audit_group_later(struct audit_group *g, struct audit_wait *w)
{
	pthread_mutex_lock(&g->lock);
	if (!g->staffed)
		staff(g);
	put(g, w);
	if (!g->busy)
		pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

struct caller { struct audit_group *g; enum status st; bool done; };

static void tell_caller(void *arg, enum status st)
{
	struct caller *c = arg;

	pthread_mutex_lock(&c->g->lock);
	c->st = st;
	c->done = true;
	pthread_cond_broadcast(&c->g->changed);
	pthread_mutex_unlock(&c->g->lock);
}

enum status audit_group_add(struct audit_group *g, const struct audit_entry *e, ptrdiff_t n)
{
	struct caller me = { .g = g };
	struct audit_wait w = { .e = e, .n = n, .done = tell_caller, .arg = &me };

	if (n == 0)
		return ST_OK;
	pthread_mutex_lock(&g->lock);
	put(g, &w);
	pthread_cond_broadcast(&g->changed);
	while (!me.done) {
		if (g->busy || g->staffed)
			pthread_cond_wait(&g->changed, &g->lock);
		else
			serve(g);
	}
	pthread_mutex_unlock(&g->lock);
	return me.st;
}
