/* db_flush.c - commits of all connections to one SQLite file share the flush of its write-ahead log.
 *
 * A commit appends to the log and gives up the write lock; only then the log is flushed, and the commit returns when a
 * flush that began after it has ended. Whoever comes while one runs shares the next one. */
#include "db/db_driver.h"
#include "sys/fault.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct flush {
	pthread_mutex_t lock;
	pthread_cond_t  ended;
	char           *log;                         /* its path */
	int             users, fd;                   /* fd: -1 until the first flush; the file stays as long as somebody uses it */
	uint64_t        begun, done, failed;         /* flushes by number; failed: the last that did */
	bool            busy;
	struct flush   *next;
};
static pthread_mutex_t all_lock = PTHREAD_MUTEX_INITIALIZER;
static struct flush *all;

static struct flush *find(const char *log)
{
	struct flush *f = all;

	while (f && strcmp(f->log, log) != 0)
		f = f->next;
	return f;
}

struct flush *flush_open(const char *path)
{
	char *whole = realpath(path, NULL);
	size_t n = whole ? strlen(whole) + sizeof "-wal" : 0;
	char *log = whole ? malloc(n) : NULL;

	if (!log)
		abort();
	snprintf(log, n, "%s-wal", whole);
	free(whole);
	pthread_mutex_lock(&all_lock);
	struct flush *f = find(log);
	if (f) {
		free(log);
	} else {
		f = calloc(1, sizeof *f);
		if (!f || pthread_mutex_init(&f->lock, NULL) || pthread_cond_init(&f->ended, NULL))
			abort();
		f->log = log;
		f->fd = -1;
		f->next = all;
		all = f;
	}
	f->users++;
	pthread_mutex_unlock(&all_lock);
	return f;
}

void flush_close(struct flush *f)
{
	struct flush **at = &all;

	if (!f)
		return;
	pthread_mutex_lock(&all_lock);
	if (--f->users == 0) {
		while (*at != f)
			at = &(*at)->next;
		*at = f->next;
		if (f->fd >= 0)
			close(f->fd);
		pthread_cond_destroy(&f->ended);
		pthread_mutex_destroy(&f->lock);
		free(f->log);
		free(f);
	}
	pthread_mutex_unlock(&all_lock);
}

static bool flush_now(struct flush *f)
{
	if (FAULT("db.flush"))
		return false;
	if (f->fd < 0)
		f->fd = open(f->log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return f->fd >= 0 && fdatasync(f->fd) == 0;
}

/* Called and returns with the lock held. */
static void flush_for_all(struct flush *f)
{
	uint64_t number = ++f->begun;

	f->busy = true;
	pthread_mutex_unlock(&f->lock);
	bool ok = flush_now(f);
	pthread_mutex_lock(&f->lock);
	f->busy = false;
	f->done = number;
	f->failed = ok ? f->failed : number;
	pthread_cond_broadcast(&f->ended);
}

bool flush_wait(struct flush *f)
{
	pthread_mutex_lock(&f->lock);
	uint64_t mine = f->begun + 1;
	while (f->done < mine) {
		if (f->busy)
			pthread_cond_wait(&f->ended, &f->lock);
		else
			flush_for_all(f);
	}
	bool ok = f->failed < mine;
	pthread_mutex_unlock(&f->lock);
	return ok;
}
