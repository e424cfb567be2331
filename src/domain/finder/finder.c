/* finder.c - the threads: one walks, several read, one counts ahead for the progress. */
#include "domain/finder/read.h"
#include "format/json.h"
#include "sys/sys.h"
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { QUEUE = 64, THREADS_MAX = 64, PROGRESS_US = 500000, SLOTS = 1 << 16, HELD_BYTES = 32 << 20 };

struct job { int64_t number; char *path; ptrdiff_t n; int fd; struct stat st; enum extract_why why; };

/* What a file that is done waits with, until those before it are done. */
struct slot { bool done; struct buf b; };

struct finder {
	const struct finder_options *o;
	const struct finder_output  *out;
	struct scanner              *scanner;
	struct memory               *memory;
	pthread_mutex_t  lock;            /* the queue and the summary */
	pthread_cond_t   filled, emptied;
	struct job       queue[QUEUE];
	int              first, waiting;
	bool             walked;          /* nothing more will come */
	enum status      st;
	int64_t          handed;          /* files so far: each has its number */
	pthread_mutex_t  writing;         /* the slots and the output */
	pthread_cond_t   moved;
	struct slot     *slots;
	int64_t          next, held;      /* the number whose turn it is; bytes in the slots */
	struct finder_summary sum;
	_Atomic int64_t  bytes, files;    /* for the progress */
	_Atomic int64_t  bytes_all, files_all;
	_Atomic bool     counted, ended;
	_Atomic bool     cutting;         /* several threads read one large text */
	int              threads;
	int64_t          began;
};

static void fail(struct finder *f, enum status st)
{
	pthread_mutex_lock(&f->lock);
	if (f->st == ST_OK)
		f->st = st;
	pthread_cond_broadcast(&f->filled);
	pthread_cond_broadcast(&f->emptied);
	pthread_mutex_unlock(&f->lock);
}

/* ---- the queue ---- */

/* Takes path (a copy), descriptor and all; false when the work has ended. */
static bool hand_out(void *user, struct str path, int fd, const struct stat *st, enum extract_why why)
{
	struct finder *f = user;
	struct job j = { .path = malloc((size_t)path.n + 1), .n = path.n, .fd = fd, .why = why };

	if (!j.path)
		abort();
	memcpy(j.path, path.p, (size_t)path.n);
	j.path[path.n] = 0;
	if (st)
		j.st = *st;
	pthread_mutex_lock(&f->lock);
	while (f->waiting == QUEUE && f->st == ST_OK)
		pthread_cond_wait(&f->emptied, &f->lock);
	bool on = f->st == ST_OK;
	if (on) {
		j.number = f->handed++;
		f->queue[(f->first + f->waiting++) % QUEUE] = j;
		pthread_cond_signal(&f->filled);
	}
	pthread_mutex_unlock(&f->lock);
	if (!on) {
		if (fd >= 0)
			close(fd);
		free(j.path);
	}
	return on;
}

static bool take(struct finder *f, struct job *ret)
{
	pthread_mutex_lock(&f->lock);
	while (!f->waiting && !f->walked && f->st == ST_OK)
		pthread_cond_wait(&f->filled, &f->lock);
	bool got = f->waiting > 0 && f->st == ST_OK;
	if (got) {
		*ret = f->queue[f->first];
		f->first = (f->first + 1) % QUEUE;
		f->waiting--;
		pthread_cond_signal(&f->emptied);
	}
	pthread_mutex_unlock(&f->lock);
	return got;
}

static void pass_over(void *user, struct str path)
{
	struct finder *f = user;

	if (f->out->passed)
		f->out->passed(f->out->user, path);
}

/* ---- reading threads ---- */

static enum status flush(void *user, struct buf *b)
{
	struct finder *f = user;
	enum status st = ST_OK;

	if (b->n) {
		pthread_mutex_lock(&f->writing);
		st = f->out->write(f->out->user, buf_str(b));
		pthread_mutex_unlock(&f->writing);
	}
	b->n = 0;
	return st;
}

static enum status write_locked(struct finder *f, struct buf *b)
{
	enum status st = b->n ? f->out->write(f->out->user, buf_str(b)) : ST_OK;

	b->n = 0;
	return st;
}

/* The rest of a file's output, in the order of the walk: behind a file that takes long, others wait in their slots, as long
 * as there is room; then they go ahead. */
static enum status deliver(struct finder *f, int64_t number, struct buf *b)
{
	enum status st = ST_OK;

	pthread_mutex_lock(&f->writing);
	while (number - f->next >= SLOTS)
		pthread_cond_wait(&f->moved, &f->writing);
	struct slot *s = &f->slots[number % SLOTS];
	if (number == f->next || f->held + b->n > HELD_BYTES) {
		st = write_locked(f, b);
	} else {
		s->b = buf_make(0);
		buf_add(&s->b, buf_str(b));           /* a copy: the thread's own may have room for far more */
		f->held += b->n;
		b->n = 0;
	}
	s->done = true;
	for (; (s = &f->slots[f->next % SLOTS])->done; f->next++) {
		f->held -= s->b.n;
		if (st == ST_OK)
			st = write_locked(f, &s->b);
		buf_free(&s->b);
		s->done = false;
	}
	pthread_cond_broadcast(&f->moved);
	pthread_mutex_unlock(&f->writing);
	return st;
}

/* When it was stopped, files in the middle may never have been read. */
static enum status deliver_rest(struct finder *f)
{
	enum status st = ST_OK;

	for (int64_t n = f->next; n < f->handed && n < f->next + SLOTS; n++) {
		struct slot *s = &f->slots[n % SLOTS];
		if (s->done && st == ST_OK)
			st = write_locked(f, &s->b);
		buf_free(&s->b);
	}
	return st;
}

static void bytes_done(void *user, int64_t n)
{
	struct finder *f = user;

	atomic_fetch_add_explicit(&f->bytes, n, memory_order_relaxed);
}

static void sum_up(struct finder *f, const struct counts *c, int64_t files, int64_t bytes, bool unchanged)
{
	pthread_mutex_lock(&f->lock);
	f->sum.files += files;
	f->sum.bytes += bytes;
	f->sum.unchanged += unchanged;
	f->sum.findings += c->findings;
	f->sum.unread += c->unread;
	for (int k = 0; k < SCAN_KIND_MAX; k++)
		f->sum.kinds[k] += c->kinds[k];
	pthread_mutex_unlock(&f->lock);
}

/* Tells again a part of what is remembered, or with `t` NULL only looks whether it is there. *ret_parts: see memory_parts. */
static bool again(struct finder *f, struct reader_thread *t, struct str path, const struct file_id *id, int64_t part, int64_t *ret_parts)
{
	struct arena a = arena_make(0);
	const struct js *known = memory_find(f->memory, &a, path, id, part, t != NULL);

	if (known && t)
		reader_thread_again(t, path, known);
	if (known)
		*ret_parts = memory_parts(known);
	arena_free(&a);
	return known;
}

static bool from_memory(struct finder *f, struct reader_thread *t, const struct job *j, const struct file_id *id)
{
	struct str path = { j->path, j->n };
	int64_t parts, ignored;

	if (!f->memory || !again(f, NULL, path, id, MEMORY_LAST, &parts))
		return false;
	for (int64_t k = 0; k < parts; k++)                     /* all or nothing is told */
		if (!again(f, NULL, path, id, k, &ignored))
			return false;
	t->st = ST_OK;
	for (int64_t k = 0; k < parts && t->st == ST_OK; k++)
		IGNORE(again(f, t, path, id, k, &ignored));
	if (t->st == ST_OK)
		IGNORE(again(f, t, path, id, MEMORY_LAST, &ignored));
	return true;
}

/* ...while it is read, so that what is told need not fit into memory. */
static void keep(void *user, const struct reader_thread *t)
{
	struct finder *f = user;

	memory_add(f->memory, t->path, &t->id, t->parts, 0, buf_str(&t->told));
}

static void read_job(struct finder *f, struct reader_thread *t, const struct job *j)
{
	struct str path = { j->path, j->n };
	struct file_id id = file_id_of(&j->st);
	bool unchanged = false;
	enum status st = ST_OK;

	t->counts = (struct counts){ 0 };
	t->id = id;
	if (j->fd < 0) {
		t->path = path;
		reader_thread_unread(t, (struct str){ NULL, 0 }, j->why);
	} else if (from_memory(f, t, j, &id)) {
		unchanged = true;
		bytes_done(f, id.size);
		st = t->st;
	} else {
		st = reader_thread_file(t, path, j->fd, id.size);
		if (f->memory && st == ST_OK)
			memory_add(f->memory, path, &id, MEMORY_LAST, t->parts, buf_str(&t->told));
	}
	enum status flushed = deliver(f, j->number, &t->output);
	sum_up(f, &t->counts, j->fd >= 0, j->fd >= 0 ? id.size : 0, unchanged);
	atomic_fetch_add(&f->files, 1);
	if (st != ST_OK || flushed != ST_OK)
		fail(f, st != ST_OK ? st : flushed);
}

static void *read_files(void *user)
{
	struct finder *f = user;
	struct reader_thread t = { .o = f->o, .out = f->out, .flush = flush, .bytes_done = bytes_done, .user = f, .keep = f->memory ? keep : NULL,
		.threads = f->threads, .cutting = &f->cutting, .scanner = f->scanner };
	struct job j;

	reader_thread_make(&t, f->scanner);
	while (take(f, &j)) {
		read_job(f, &t, &j);
		if (j.fd >= 0)
			close(j.fd);
		free(j.path);
	}
	reader_thread_free(&t);
	return NULL;
}

/* ---- progress ---- */

static bool count(void *user, struct str path, int fd, const struct stat *st, enum extract_why why)
{
	struct finder *f = user;

	(void)path, (void)fd, (void)why;
	atomic_fetch_add(&f->files_all, 1);
	atomic_fetch_add(&f->bytes_all, st->st_size);
	return !atomic_load(&f->ended);
}

static struct file_id state_file(const struct finder *f)
{
	return f->memory ? memory_file(f->memory) : (struct file_id){ 0 };
}

static void *count_files(void *user)
{
	struct finder *f = user;
	struct walk w = { .o = f->o, .state = state_file(f), .file = count, .user = f, .count_only = true };

	if (walk_paths(&w) == ST_OK)
		atomic_store(&f->counted, true);
	return NULL;
}

static void tell_progress(struct finder *f)
{
	struct finder_progress p = {
		.files = atomic_load(&f->files), .bytes = atomic_load(&f->bytes), .files_all = atomic_load(&f->files_all),
		.bytes_all = atomic_load(&f->bytes_all), .counted = atomic_load(&f->counted), .us = sys_monotonic_us() - f->began,
	};

	f->out->progress(f->out->user, &p);
}

static void *show_progress(void *user)
{
	struct finder *f = user;
	int64_t told = f->began;

	while (!atomic_load(&f->ended)) {
		nanosleep(&(struct timespec){ 0, 20000000 }, NULL);
		int64_t now = sys_monotonic_us();
		if (now - told >= PROGRESS_US) {
			told = now;
			tell_progress(f);
		}
	}
	tell_progress(f);
	return NULL;
}

/* ---- the run ---- */

static enum status check_paths(const struct finder_options *o, struct problems *ps)
{
	enum status st = ST_OK;

	for (int i = 0; i < o->npaths; i++) {
		struct arena a = arena_make(1 << 20);
		struct stat s;
		if (o->paths[i].n > 65536 || lstat(str_to_z(&a, o->paths[i]), &s)) {
			problem(ps, o->paths[i], errno == EACCES ? MSG_FILE_DENIED : MSG_FILE_NOT_FOUND);
			st = ST_NOT_FOUND;
		}
		arena_free(&a);
	}
	return st;
}

/* What decides whether findings that are remembered still answer the question. */
static enum status open_memory(struct finder *f, struct problems *ps)
{
	struct buf settings CLEANUP(buf_free) = buf_make(0);

	buf_fmt(&settings, "kinds=%x score=%d rules=1", f->o->scan.kinds ? f->o->scan.kinds : SCAN_DEFAULT, f->o->scan.min_score);
	return memory_open(f->o->state, buf_str(&settings), ps, &f->memory);
}

static void run_threads(struct finder *f)
{
	pthread_t readers[THREADS_MAX], counter, teller;
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	int n = MIN(f->o->threads > 0 ? f->o->threads : (int)MAX(1, processors), THREADS_MAX), started = 0;
	struct walk w = { .o = f->o, .state = state_file(f), .file = hand_out, .passed = pass_over, .user = f };
	bool counting = f->out->progress && pthread_create(&counter, NULL, count_files, f) == 0;
	bool telling = f->out->progress && pthread_create(&teller, NULL, show_progress, f) == 0;

	f->threads = n;
	while (started < n && pthread_create(&readers[started], NULL, read_files, f) == 0)
		started++;
	if (started == 0)
		fail(f, ST_BROKEN);
	else if (walk_paths(&w) != ST_OK && f->o->stop && atomic_load(f->o->stop))
		fail(f, ST_RETRY);
	pthread_mutex_lock(&f->lock);
	f->walked = true;
	pthread_cond_broadcast(&f->filled);
	pthread_mutex_unlock(&f->lock);
	for (int i = 0; i < started; i++)
		pthread_join(readers[i], NULL);
	atomic_store(&f->ended, true);
	if (counting)
		pthread_join(counter, NULL);
	if (telling)
		pthread_join(teller, NULL);
	f->sum.skipped = w.skipped;
	for (; f->waiting; f->waiting--, f->first = (f->first + 1) % QUEUE) {      /* left behind when it was stopped */
		if (f->queue[f->first].fd >= 0)
			close(f->queue[f->first].fd);
		free(f->queue[f->first].path);
	}
}

enum status finder_run(const struct finder_options *o, const struct finder_output *out, struct problems *ps, struct finder_summary *ret)
{
	struct finder *f = calloc(1, sizeof *f);
	enum status st = f ? check_paths(o, ps) : ST_BROKEN;

	if (st != ST_OK) {
		free(f);
		return st;
	}
	f->o = o;
	f->out = out;
	f->began = sys_monotonic_us();
	if (o->state.n && (st = open_memory(f, ps)) != ST_OK) {
		free(f);
		return st;
	}
	pthread_mutex_init(&f->lock, NULL);
	pthread_mutex_init(&f->writing, NULL);
	pthread_cond_init(&f->filled, NULL);
	pthread_cond_init(&f->moved, NULL);
	f->slots = calloc(SLOTS, sizeof *f->slots);
	if (!f->slots)
		abort();
	pthread_cond_init(&f->emptied, NULL);
	f->scanner = scanner_make(&o->scan);
	run_threads(f);
	enum status rest = deliver_rest(f);
	if (f->st == ST_OK || f->st == ST_RETRY)
		f->st = rest == ST_OK ? f->st : rest;
	f->sum.us = sys_monotonic_us() - f->began;
	f->sum.complete = f->st == ST_OK;
	st = f->st == ST_RETRY ? ST_OK : f->st;
	if (f->memory) {
		enum status closed = memory_close(f->memory, f->sum.complete);
		st = st == ST_OK ? closed : st;
	}
	*ret = f->sum;
	scanner_free(f->scanner);
	free(f->slots);
	pthread_cond_destroy(&f->moved);
	pthread_cond_destroy(&f->filled);
	pthread_cond_destroy(&f->emptied);
	pthread_mutex_destroy(&f->lock);
	pthread_mutex_destroy(&f->writing);
	free(f);
	return st;
}
