/* cut.c - one large text read by several threads in parts; what is found is what one thread would find, in its order.
 *
 * Whoever is free takes the next part; whoever ends one tells those whose turn it is. A part that does not meet the state of
 * the one before it (scan_states_meet) is read again by that one's run, as one thread would go on. At most `nslots` parts are
 * under way, so that memory does not grow with the file. */
#include "domain/finder/read.h"
#include <stdlib.h>
#include <unistd.h>

enum { PART = 2 << 20, LEAD = 16 << 10, SLOTS_MAX = 66 };

struct part;
/* A run and where its findings go. */
struct reading { struct scan_run *run; struct part *to; bool silent, values; struct cut *direct; };

struct part {
	struct reading    *r;
	struct buf         found;         /* struct record and its bytes, again and again */
	struct scan_state *start, *end;
	int64_t            from, to;      /* in the text, without its mark */
	int64_t            other;         /* first byte that is not ASCII, -1: none */
	bool               done, whole;   /* read; to its end */
	bool               unreadable;
};
struct record { struct scan_finding f; ptrdiff_t masked, value; };

struct cut {
	struct reader_thread *t;          /* used by the one that tells */
	int                fd;
	int64_t            bom, size;
	int64_t            parts, next, told;                  /* how many; the next to take; how many are told */
	int                nslots;
	struct part        slot[SLOTS_MAX];
	struct scan_state *guess;
	int64_t            lines;         /* to add to the lines of the part told last */
	bool               telling, ended, settled;            /* settled: the encoding is known */
	pthread_mutex_t    lock;
	pthread_cond_t     moved;
};

/* ---- findings ---- */

static void on_found(void *user, const struct scan_finding *f, struct str value)
{
	struct reading *r = user;
	struct buf masked CLEANUP(buf_free) = buf_make(0);
	struct record rec = { .f = *f };

	if (r->silent)
		return;
	scan_mask(&masked, f->kind, value);
	if (r->direct) {
		rec.f.line += r->direct->lines;
		reader_thread_found(r->direct->t, &rec.f, buf_str(&masked), value);
		return;
	}
	rec.masked = masked.n;
	rec.value = r->values && f->kind != SCAN_my_number ? value.n : 0;
	buf_add(&r->to->found, (struct str){ (const char *)&rec, sizeof rec });
	buf_add(&r->to->found, buf_str(&masked));
	buf_add(&r->to->found, str_sub(value, 0, rec.value));
}

static void tell(struct cut *c, struct part *p)
{
	struct str rest = buf_str(&p->found);
	struct record rec;

	while (rest.n >= (ptrdiff_t)sizeof rec && c->t->st == ST_OK) {
		memcpy(&rec, rest.p, sizeof rec);
		rest = str_sub(rest, sizeof rec, rest.n);
		rec.f.line += c->lines;
		reader_thread_found(c->t, &rec.f, str_sub(rest, 0, rec.masked), str_sub(rest, rec.masked, rec.masked + rec.value));
		rest = str_sub(rest, rec.masked + rec.value, rest.n);
	}
	p->found.n = 0;
}

/* ---- reading ---- */

static bool asked_to_stop(const struct cut *c)
{
	return c->t->o->stop && atomic_load_explicit(c->t->o->stop, memory_order_relaxed);
}

static int64_t end_of(const struct cut *c, const struct part *p)
{
	return p->to == c->size ? INT64_MAX : p->to + SCAN_AHEAD_OF_PART;
}

/* Where the bytes begin that no part before it has been given. */
static int64_t begin_of(const struct part *p)
{
	return p->from ? p->from + SCAN_AHEAD_OF_PART : 0;
}

/* Gives the run the text from `at` to `to`, or the end of the file; whether it came to one of both. Bytes of the part itself are
 * looked at for others than ASCII, and counted. */
static bool feed(const struct cut *c, struct part *p, int64_t at, int64_t to, bool own)
{
	while (at < to && !asked_to_stop(c)) {
		ptrdiff_t room, ascii;
		char *place = scan_room(p->r->run, &room);
		ssize_t n = pread(c->fd, place, (size_t)MIN((int64_t)room, to - at), c->bom + at);

		if (n < 0)
			p->unreadable = true;
		if (n <= 0)
			return n == 0 && to == INT64_MAX;
		if (own && p->other < 0 && (ascii = reader_ascii_prefix(place, n)) < n)
			p->other = at + ascii;
		scan_took(p->r->run, n);
		if (own)
			c->t->bytes_done(c->t->user, n);
		at += n;
	}
	return at >= to;
}

static void end_part(const struct cut *c, struct part *p)
{
	if (p->to == c->size)
		scan_end(p->r->run);
	else
		scan_state_of(p->r->run, p->end);
}

/* Reads a part with a run of its own, which has begun at its lead. */
static void read_part(const struct cut *c, struct part *p, int64_t lead)
{
	p->r->silent = p->from > 0;
	if (p->from > 0) {
		if (!feed(c, p, p->from - lead, begin_of(p), false))
			return;
		scan_state_of(p->r->run, p->start);
		p->r->silent = false;
	}
	p->whole = feed(c, p, begin_of(p), end_of(c, p), true);
	if (p->whole)
		end_part(c, p);
}

/* ---- telling, in order ---- */

/* The run of the part before goes on. */
static void take_over(struct part *before, struct part *p)
{
	struct reading *r = before->r;

	before->r = p->r;
	p->r = r;
	r->to = p;
	r->silent = false;
	p->found.n = 0;
}

/* One run reads all the rest: it is in another encoding, or the file is not what it was. */
static void go_on(struct cut *c, struct part *before, struct part *p)
{
	if (before)
		take_over(before, p);
	else
		scan_begin_at(p->r->run, 0, NULL);
	p->r->direct = c;
	reader_plain(c->t, p->r->run, c->fd, c->bom + begin_of(p), !c->settled);
	scan_end(p->r->run);
}

/* Tells the part; false when nothing comes behind it. */
static bool tell_part(struct cut *c, struct part *before, struct part *p)
{
	enum charset other;
	int64_t lines = 0;

	if (!p->whole || (!c->settled && p->other >= 0 && reader_turns_out_other(c->fd, c->bom + p->other, &other))) {
		go_on(c, before, p);
		return false;
	}
	c->settled |= p->other >= 0;
	if (before && !scan_states_meet(before->end, p->start, &lines)) {
		lines = 0;
		take_over(before, p);
		p->whole = feed(c, p, begin_of(p), end_of(c, p), false);
		end_part(c, p);
	}
	c->lines += lines;
	tell(c, p);
	if (p->unreadable)
		reader_thread_unread(c->t, (struct str){ NULL, 0 }, EXTRACT_unreadable);
	return p->whole && !reader_thread_stopped(c->t);
}

/* ---- who does what ---- */

static struct part *part_of(struct cut *c, int64_t n)
{
	return &c->slot[n % c->nslots];
}

static void begin_part(struct cut *c, int64_t n)
{
	struct part *p = part_of(c, n);
	int64_t size = c->t->o->part_bytes ? c->t->o->part_bytes : PART;

	p->from = n * size;
	p->to = n + 1 == c->parts ? c->size : p->from + size;
	p->other = -1;
	p->done = p->whole = p->unreadable = false;
	p->found.n = 0;
	p->r->to = p;
	scan_begin_at(p->r->run, p->from - MIN(p->from, LEAD), c->guess);
}

/* Both with the lock, which is given up meanwhile. */
static void do_tell(struct cut *c)
{
	struct part *p = part_of(c, c->told), *before = c->told ? part_of(c, c->told - 1) : NULL;

	c->telling = true;
	pthread_mutex_unlock(&c->lock);
	bool on = tell_part(c, before, p);
	pthread_mutex_lock(&c->lock);
	c->telling = false;
	c->told++;
	c->ended = !on || c->told == c->parts;
	if (!c->ended)
		scan_state_copy(p->end, c->guess);
}

static void do_read(struct cut *c)
{
	struct part *p = part_of(c, c->next);

	begin_part(c, c->next++);
	pthread_mutex_unlock(&c->lock);
	read_part(c, p, MIN(p->from, LEAD));
	pthread_mutex_lock(&c->lock);
	p->done = true;
}

static void *work(void *user)
{
	struct cut *c = user;

	pthread_mutex_lock(&c->lock);
	while (!c->ended) {
		if (!c->telling && c->told < c->next && part_of(c, c->told)->done)
			do_tell(c);
		else if (c->next < c->parts && c->next - c->told < c->nslots - 1)
			do_read(c);
		else
			pthread_cond_wait(&c->moved, &c->lock);
		pthread_cond_broadcast(&c->moved);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* ---- the whole ---- */

/* What the beginning of the text says about tables. */
static void first_guess(struct cut *c)
{
	struct part *p = part_of(c, 0);

	begin_part(c, 0);
	p->r->silent = true;
	IGNORE(feed(c, p, 0, 4 * LEAD, false));
	scan_state_of(p->r->run, c->guess);
}

static void open_slots(struct cut *c)
{
	for (int i = 0; i < c->nslots; i++) {
		struct part *p = &c->slot[i];

		p->r = calloc(1, sizeof *p->r);
		if (!p->r)
			abort();
		p->r->values = c->t->o->values;
		p->r->run = scan_run_make(c->t->scanner, on_found, p->r);
		p->found = buf_make(0);
		p->start = scan_state_make();
		p->end = scan_state_make();
	}
}

static void close_slots(struct cut *c)
{
	for (int i = 0; i < c->nslots; i++) {
		struct part *p = &c->slot[i];

		scan_run_free(p->r->run);
		free(p->r);
		buf_free(&p->found);
		scan_state_free(p->start);
		scan_state_free(p->end);
	}
}

static void run_threads(struct cut *c)
{
	pthread_t others[SLOTS_MAX];
	int n = 0;

	while (n < c->t->threads - 1 && n < SLOTS_MAX && pthread_create(&others[n], NULL, work, c) == 0)
		n++;
	work(c);
	for (int i = 0; i < n; i++)
		pthread_join(others[i], NULL);
}

bool cut_scan(struct reader_thread *t, int fd, ptrdiff_t bom, int64_t size)
{
	int64_t part = t->o->part_bytes ? t->o->part_bytes : PART;
	struct cut *c;

	if (t->threads < 2 || size - bom < 4 * part || atomic_exchange(t->cutting, true))
		return false;
	c = calloc(1, sizeof *c);
	if (!c)
		abort();
	*c = (struct cut){ .t = t, .fd = fd, .bom = bom, .size = size - bom, .parts = (size - bom) / part, .nslots = MIN(t->threads + 2, SLOTS_MAX),
		.guess = scan_state_make() };
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->moved, NULL);
	open_slots(c);
	first_guess(c);
	run_threads(c);
	close_slots(c);
	pthread_cond_destroy(&c->moved);
	pthread_mutex_destroy(&c->lock);
	scan_state_free(c->guess);
	free(c);
	atomic_store(t->cutting, false);
	return true;
}
