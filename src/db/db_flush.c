/* db_flush.c - commits of all connections to one SQLite file share the flush of its write-ahead log; and who writes next.
 *
 * A commit appends to the log and gives up the write lock; only then the log is flushed, and the commit returns when a
 * flush that began after it has ended. Whoever comes while one runs shares the next one. */
#include "db/db_driver.h"
#include "sys/fault.h"
#include "sys/sys.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* A log of GROWN pages is moved into the file. A commit that finds OVERGROWN ones lends a hand: while many write, the log
 * only begins anew when nobody has added to it meanwhile. */
enum { TURN_S = 10, PATIENCE_US = 5000, GROWN = 4000, OVERGROWN = 8000 };

/* On the stack of its thread. */
struct waiter { struct waiter *next; pthread_cond_t wake; int64_t since; bool given; };

struct flush {
	pthread_mutex_t lock;
	pthread_cond_t  ended;
	char           *log;                         /* its path */
	int             users, fd;                   /* fd: -1 until the first flush; the file stays as long as somebody uses it */
	uint64_t        begun, done;                 /* flushes by number */
	bool            busy;
	pthread_mutex_t turn_lock;
	bool            turn;                        /* somebody writes */
	struct waiter  *first, **last;               /* who waits to, longest first */
	atomic_int      pages, moved;                /* of the log, and how many of them are in the file */
	atomic_int      tenders;                     /* who moves them beside the commits */
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
		if (!f || pthread_mutex_init(&f->lock, NULL) || pthread_cond_init(&f->ended, NULL) ||
		    pthread_mutex_init(&f->turn_lock, NULL))
			abort();
		f->last = &f->first;
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
			pthread_mutex_destroy(&f->turn_lock);
		free(f->log);
		free(f);
	}
	pthread_mutex_unlock(&all_lock);
}

static bool flush_now(struct flush *f)
{
	if (FAULT("!db.flush"))
		return false;
	if (f->fd < 0)
		f->fd = open(f->log, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return f->fd >= 0 && fdatasync(f->fd) == 0;
}

/* Called and returns with the lock held. After a flush that failed nobody knows what is on the disk, and asking again would say yes
 * to what was lost: nobody is told anything, the process ends, and whoever starts it again reads what is really there. */
static void flush_for_all(struct flush *f)
{
	uint64_t number = ++f->begun;

	f->busy = true;
	pthread_mutex_unlock(&f->lock);
	if (!flush_now(f))
		abort();
	pthread_mutex_lock(&f->lock);
	f->busy = false;
	f->done = number;
	pthread_cond_broadcast(&f->ended);
}

void flush_wait(struct flush *f)
{
	pthread_mutex_lock(&f->lock);
	uint64_t mine = f->begun + 1;
	while (f->done < mine) {
		if (f->busy)
			pthread_cond_wait(&f->ended, &f->lock);
		else
			flush_for_all(f);
	}
	pthread_mutex_unlock(&f->lock);
}

/* ---- the turn to write ---- */

static void leave_queue(struct flush *f, struct waiter *me)
{
	struct waiter **p = &f->first;

	while (*p != me)
		p = &(*p)->next;
	*p = me->next;
	if (!*p)
		f->last = p;
}

static bool wait_for_turn(struct flush *f)
{
	struct waiter me = { .since = sys_monotonic_us() };
	struct timespec until;
	int code = 0;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += TURN_S;
	if (pthread_cond_init(&me.wake, NULL))
		abort();
	*f->last = &me;
	f->last = &me.next;
	while (!me.given && f->turn && code == 0)
		code = pthread_cond_timedwait(&me.wake, &f->turn_lock, &until);
	if (!me.given)
		leave_queue(f, &me);
	pthread_cond_destroy(&me.wake);
	return me.given || !f->turn;
}

/* Whoever comes while nobody writes goes first, for those who wait have yet to wake; but nobody is passed over for long. */
bool flush_take_turn(struct flush *f)
{
	pthread_mutex_lock(&f->turn_lock);
	bool mine = !f->turn || wait_for_turn(f);
	f->turn = true;
	pthread_mutex_unlock(&f->turn_lock);
	return mine;
}

void flush_give_turn(struct flush *f)
{
	pthread_mutex_lock(&f->turn_lock);
	struct waiter *w = f->first;
	f->turn = w && sys_monotonic_us() - w->since > PATIENCE_US;
	if (f->turn) {
		leave_queue(f, w);
		w->given = true;
	}
	if (w)
		pthread_cond_signal(&w->wake);
	pthread_mutex_unlock(&f->turn_lock);
}

/* ---- the size of the log ---- */

bool flush_log_is(struct flush *f, int pages)
{
	int moved = atomic_load(&f->moved);

	atomic_store(&f->pages, pages);
	if (pages < moved)                                   /* it began anew */
		atomic_store(&f->moved, moved = 0);
	return atomic_load(&f->tenders) ? pages >= OVERGROWN && pages - moved >= GROWN / 4 : pages - moved >= GROWN;
}

void flush_log_moved(struct flush *f, int pages)
{
	atomic_store(&f->moved, pages);
}

bool flush_log_grown(const struct flush *f)
{
	return atomic_load(&f->pages) - atomic_load(&f->moved) >= GROWN;
}

void flush_tend(struct flush *f, bool yes)
{
	atomic_fetch_add(&f->tenders, yes ? 1 : -1);
}
