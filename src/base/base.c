/* base.c - str, arena and buf. */
#include "base/base.h"
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { ARENA_FIRST_BLOCK = 16 << 10, ARENA_LARGEST_BLOCK = 4 << 20 };
static const ptrdiff_t DEFAULT_BOUND = (ptrdiff_t)1 << 30;

static void (*exhausted)(void);

void base_set_exhausted(void (*f)(void))
{
	exhausted = f;
}

static _Noreturn void out_of_memory(const char *what)
{
	if (exhausted)
		exhausted();
	fprintf(stderr, "{\"event\":\"out_of_memory\",\"where\":\"%s\"}\n", what);
	abort();
}

void wipe(void *p, ptrdiff_t n)
{
	if (n > 0)
		explicit_bzero(p, (size_t)n);
}

/* ---- str ---- */

struct str str_z(const char *z)
{
	return z ? (struct str){ z, (ptrdiff_t)strlen(z) } : (struct str){ "", 0 };
}

bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, (size_t)a.n) == 0);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (ptrdiff_t i = 0; i < a.n; i++)
		if (lower(a.p[i]) != lower(b.p[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	ptrdiff_t n = MIN(a.n, b.n);
	int c = n > 0 ? memcmp(a.p, b.p, (size_t)n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq((struct str){ s.p, prefix.n }, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq((struct str){ s.p + s.n - suffix.n, suffix.n }, suffix);
}

ptrdiff_t str_find(struct str s, struct str needle)
{
	if (needle.n == 0)
		return 0;
	if (s.n < needle.n)
		return -1;
	const char *hit = memmem(s.p, (size_t)s.n, needle.p, (size_t)needle.n);
	return hit ? hit - s.p : -1;
}

ptrdiff_t str_find_char(struct str s, char c)
{
	const char *hit = s.n > 0 ? memchr(s.p, c, (size_t)s.n) : NULL;

	return hit ? hit - s.p : -1;
}

struct str str_sub(struct str s, ptrdiff_t from, ptrdiff_t to)
{
	from = MAX(0, MIN(from, s.n));
	to = MAX(from, MIN(to, s.n));
	return (struct str){ s.p ? s.p + from : s.p, to - from };
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str str_trim(struct str s)
{
	struct str wide = S("\xe3\x80\x80");

	while (s.n > 0) {
		char first = s.p[0], last = s.p[s.n - 1];
		if (is_space(first))
			s = str_sub(s, 1, s.n);
		else if (first == wide.p[0] && str_starts(s, wide))
			s = str_sub(s, wide.n, s.n);
		else if (is_space(last))
			s.n--;
		else if (last == wide.p[2] && str_ends(s, wide))
			s.n -= wide.n;
		else
			break;
	}
	return s;
}

bool str_cut(struct str *rest, char sep, struct str *ret_part)
{
	if (!rest->p)
		return false;
	ptrdiff_t at = str_find_char(*rest, sep);
	if (at < 0) {
		*ret_part = *rest;
		*rest = (struct str){ NULL, 0 };
	} else {
		*ret_part = str_sub(*rest, 0, at);
		*rest = str_sub(*rest, at + 1, rest->n);
	}
	return true;
}

WRAPS uint64_t str_hash(struct str s)
{
	uint64_t h = 14695981039346656037u;

	for (ptrdiff_t i = 0; i < s.n; i++)
		h = (h ^ (unsigned char)s.p[i]) * 1099511628211u;
	return h;
}

/* ---- arena ---- */

struct arena_block { struct arena_block *next; ptrdiff_t size, filled; };      /* filled: when it is not the current one */

struct arena arena_make(ptrdiff_t bound)
{
	return (struct arena){ .bound = bound > 0 ? bound : DEFAULT_BOUND };
}

static void add_block(struct arena *a, ptrdiff_t need)
{
	ptrdiff_t size = a->blocks ? MIN(a->blocks->size * 2, ARENA_LARGEST_BLOCK) : ARENA_FIRST_BLOCK;

	size = MAX(size, need + (ptrdiff_t)sizeof(struct arena_block));
	if (size > a->bound - a->used)
		size = need + (ptrdiff_t)sizeof(struct arena_block);
	if (size > a->bound - a->used)
		out_of_memory("arena bound");
	struct arena_block *b = a->spare;
	if (b && b->size >= size && b->size <= a->bound - a->used) {
		a->spare = b->next;
		size = b->size;
	} else {
		b = malloc((size_t)size);
	}
	if (!b)
		out_of_memory("arena");
	if (a->blocks)
		a->blocks->filled = a->beg - (char *)a->blocks;
	*b = (struct arena_block){ .next = a->blocks, .size = size };
	a->blocks = b;
	a->used += size;
	a->beg = (char *)(b + 1);
	a->end = (char *)b + size;
}

WRAPS static ptrdiff_t padding(const struct arena *a, ptrdiff_t align)
{
	return (ptrdiff_t)((~(uintptr_t)a->beg + 1) & (uintptr_t)(align - 1));
}

void *arena_room(struct arena *a, ptrdiff_t size, ptrdiff_t align, ptrdiff_t count)
{
	assert(size > 0 && align > 0 && count >= 0);
	if (count > (PTRDIFF_MAX / 4) / size)
		out_of_memory("arena size");
	ptrdiff_t need = size * count;
	ptrdiff_t pad = padding(a, align);
	if (!a->beg || need > a->end - a->beg - pad) {
		add_block(a, need + align);
		pad = padding(a, align);
	}
	char *p = a->beg + pad;
	a->beg = p + need;
	return p;
}

void *arena_alloc(struct arena *a, ptrdiff_t size, ptrdiff_t align, ptrdiff_t count)
{
	return memset(arena_room(a, size, align, count), 0, (size_t)(size * count));
}

struct arena_mark arena_mark(const struct arena *a)
{
	return (struct arena_mark){ a->blocks, a->beg, a->used };
}

/* Takes the newest block off, wiped where it was used. */
static struct arena_block *take_block(struct arena *a)
{
	struct arena_block *b = a->blocks;

	wipe(b + 1, a->beg - (char *)(b + 1));
	a->blocks = b->next;
	a->used -= b->size;
	a->beg = a->blocks ? (char *)a->blocks + a->blocks->filled : NULL;
	return b;
}

/* What is given back is kept for the next round: loops reset again and again. */
void arena_reset(struct arena *a, struct arena_mark m)
{
	while (a->blocks != m.block) {
		struct arena_block *b = take_block(a);
		b->next = a->spare;
		a->spare = b;
	}
	a->end = a->blocks ? (char *)a->blocks + a->blocks->size : NULL;
	if (m.beg)
		wipe(m.beg, a->beg - m.beg);
	a->beg = m.beg;
	assert(a->used == m.used);
}

void arena_free(struct arena *a)
{
	while (a->blocks)
		free(take_block(a));
	for (struct arena_block *next; a->spare; a->spare = next) {
		next = a->spare->next;
		free(a->spare);
	}
	a->beg = a->end = NULL;
}

struct str str_dup(struct arena *a, struct str s)
{
	char *p = room_n(a, char, s.n);

	if (s.n)
		memcpy(p, s.p, (size_t)s.n);
	return (struct str){ p, s.n };
}

struct str text_of_int(struct arena *a, int64_t v)
{
	struct buf b = buf_in(a, 24);

	buf_int(&b, v);
	return buf_take(&b);
}

char *str_to_z(struct arena *a, struct str s)
{
	char *p = new_n(a, char, s.n + 1);

	if (s.n)
		memcpy(p, s.p, (size_t)s.n);
	return p;
}

/* ---- buf ---- */

struct buf buf_make(ptrdiff_t max)
{
	return (struct buf){ .max = max > 0 ? max : DEFAULT_BOUND };
}

struct buf buf_in(struct arena *a, ptrdiff_t max)
{
	return (struct buf){ .max = max > 0 ? max : DEFAULT_BOUND, .a = a };
}

static bool is_newest(const struct buf *b)
{
	return b->p && b->p + b->cap == b->a->beg;
}

/* The room behind it is the arena's again when nothing else was made meanwhile. */
struct str buf_take(struct buf *b)
{
	struct str s = buf_str(b);

	assert(b->a);
	if (is_newest(b))
		b->a->beg = b->p + b->n;
	*b = (struct buf){ .max = b->max, .failed = b->failed, .a = b->a };
	return s;
}

void buf_free(struct buf *b)
{
	assert(!b->a);
	if (b->p)
		wipe(b->p, b->cap);
	free(b->p);
	*b = (struct buf){ .max = b->max };
}

static bool grow_in_arena(struct buf *b, ptrdiff_t n)
{
	ptrdiff_t cap = MIN(b->max, MAX(b->n + n, MAX(64, b->cap * 2)));

	if (is_newest(b) && cap - b->cap <= b->a->end - b->a->beg) {
		b->a->beg += cap - b->cap;
	} else {
		char *p = room_n(b->a, char, cap);
		if (b->n)
			memcpy(p, b->p, (size_t)b->n);
		b->p = p;
	}
	b->cap = cap;
	return true;
}

static __attribute__((noinline)) bool grow(struct buf *b, ptrdiff_t n)
{
	enum { SMALL = 64 << 10 };                /* in few steps to the size of a page, for each of them copies and wipes */

	if (n > b->max - b->n) {
		b->failed = true;
		return false;
	}
	if (b->a)
		return grow_in_arena(b, n);
	ptrdiff_t cap = MIN(b->max, MAX(b->n + n, MAX(256, b->cap * (b->cap < SMALL ? 4 : 2))));
	char *p = malloc((size_t)cap);            /* not realloc: what moves away must be wiped */
	if (!p)
		out_of_memory("buf");
	if (b->n)
		memcpy(p, b->p, (size_t)b->n);
	if (b->p)
		wipe(b->p, b->n);
	free(b->p);
	b->p = p;
	b->cap = cap;
	return true;
}

char *buf_room_slow(struct buf *b, ptrdiff_t n)
{
	assert(n >= 0);
	if (b->failed || (n > b->cap - b->n && !grow(b, n)))
		return NULL;
	char *room = b->p + b->n;
	b->n += n;
	return room;
}

void buf_int(struct buf *b, int64_t v)
{
	char t[24];
	char *p = t + sizeof t;
	uint64_t u = v < 0 ? ~(uint64_t)v + 1 : (uint64_t)v;

	do
		*--p = (char)('0' + (int)(u % 10));
	while (u /= 10);
	if (v < 0)
		*--p = '-';
	buf_add(b, (struct str){ p, t + sizeof t - p });
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	char t[512];
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(t, sizeof t, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = true;
	} else if (n < (int)sizeof t) {
		buf_add(b, (struct str){ t, n });
	} else {
		char *p = malloc((size_t)n + 1);
		if (!p)
			out_of_memory("buf");
		va_start(ap, fmt);
		IGNORE(vsnprintf(p, (size_t)n + 1, fmt, ap));
		va_end(ap);
		buf_add(b, (struct str){ p, n });
		free(p);
	}
}

struct str buf_str(const struct buf *b)
{
	return (struct str){ b->p ? b->p : "", b->n };
}
