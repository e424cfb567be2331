/* base.h - the vocabulary every other file speaks: str, arena, buf. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/status.h"

#define NODISCARD    __attribute__((warn_unused_result))
#define CLEANUP(f)   __attribute__((cleanup(f)))
#ifdef __clang__      /* a function whose unsigned arithmetic wraps on purpose, for the sanitizer */
#define WRAPS        __attribute__((no_sanitize("unsigned-integer-overflow")))
#else
#define WRAPS
#endif
#define COUNT(a)     ((ptrdiff_t)(sizeof(a) / sizeof((a)[0])))
#define CAT_(a, b)   a##b
#define CAT(a, b)    CAT_(a, b)
#define MIN(a, b)    ((a) < (b) ? (a) : (b))
#define MAX(a, b)    ((a) > (b) ? (a) : (b))
/* A result that is ignored on purpose (gcc takes no (void) cast here). */
#define IGNORE(call) do { if (call) { } } while (0)
/* Returns from the calling function with any status but ST_OK. */
#define TRY(call) do { enum status try_ = (call); if (try_ != ST_OK) return try_; } while (0)

/* ---- str: text that carries its length. UTF-8, not NUL-terminated, never owned. ---- */
struct str { const char *p; ptrdiff_t n; };
#define S(lit)    ((struct str){ "" lit "", (ptrdiff_t)sizeof(lit) - 1 })   /* literals only */
#define SLIT(lit) { "" lit "", (ptrdiff_t)sizeof(lit) - 1 }                 /* in static tables */
#define STR_FMT(s) (int)(s).n, (s).p                                        /* for "%.*s" */

struct str str_z(const char *z);                        /* of a NUL-terminated text; NULL gives the empty str */
bool       str_eq(struct str a, struct str b);
bool       str_eq_nocase(struct str a, struct str b);   /* ASCII letters only */
int        str_cmp(struct str a, struct str b);         /* order of bytes, as in collation "C" */
bool       str_starts(struct str s, struct str prefix);
bool       str_ends(struct str s, struct str suffix);
ptrdiff_t  str_find(struct str s, struct str needle);   /* offset, or -1 */
ptrdiff_t  str_find_char(struct str s, char c);         /* offset, or -1 */
struct str str_sub(struct str s, ptrdiff_t from, ptrdiff_t to);   /* [from, to), clamped */
struct str str_trim(struct str s);                      /* ASCII white space and U+3000 at both ends */
/* Cuts the part before the next `sep` off the front of *rest; false when nothing is left. */
bool       str_cut(struct str *rest, char sep, struct str *ret_part);
uint64_t   str_hash(struct str s);                      /* FNV-1a; for tables in memory only */

/* ---- arena: memory that lives exactly as long as one request, job or command. ----
 * Blocks are chained; exhaustion of memory or of the arena's bound aborts, because every size a
 * user controls is checked at the door. Memory is returned zeroed and is wiped when freed. */
struct arena_block;
struct arena { char *beg, *end; struct arena_block *blocks, *spare; ptrdiff_t used, bound; };
struct arena_mark { struct arena_block *block; char *beg; ptrdiff_t used; };

struct arena      arena_make(ptrdiff_t bound);          /* bytes at most; 0 = 1 GiB */
void             *arena_alloc(struct arena *a, ptrdiff_t size, ptrdiff_t align, ptrdiff_t count)
	__attribute__((returns_nonnull, malloc));
void             *arena_room(struct arena *a, ptrdiff_t size, ptrdiff_t align, ptrdiff_t count)     /* not zeroed: for what is filled at once */
	__attribute__((returns_nonnull, malloc));
void              arena_free(struct arena *a);          /* wipes and returns everything */
struct arena_mark arena_mark(const struct arena *a);
void              arena_reset(struct arena *a, struct arena_mark m);   /* frees what came after the mark */
#define new(a, T)      ((T *)arena_alloc((a), (ptrdiff_t)sizeof(T), (ptrdiff_t)_Alignof(T), 1))
#define new_n(a, T, n) ((T *)arena_alloc((a), (ptrdiff_t)sizeof(T), (ptrdiff_t)_Alignof(T), (n)))
#define room_n(a, T, n) ((T *)arena_room((a), (ptrdiff_t)sizeof(T), (ptrdiff_t)_Alignof(T), (n)))
struct str str_dup(struct arena *a, struct str s);
struct str text_of_int(struct arena *a, int64_t v);     /* in decimal digits */
char      *str_to_z(struct arena *a, struct str s);     /* a NUL-terminated copy, for a library's door */

/* ---- buf: output that grows up to a stated bound and remembers its first failure. ----
 * Memory comes from malloc; free with buf_free, which wipes. Check `failed` once, at the end. */
struct buf { char *p; ptrdiff_t n, cap, max; bool failed; struct arena *a; };
struct buf buf_make(ptrdiff_t max);                     /* bytes at most; 0 = 1 GiB */
/* The same in an arena, for a text that stays: nothing to free, and buf_take, called once at the end, gives it. */
struct buf buf_in(struct arena *a, ptrdiff_t max);
struct str buf_take(struct buf *b);
void       buf_free(struct buf *b);
void       buf_int(struct buf *b, int64_t v);
void       buf_fmt(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
char      *buf_room_slow(struct buf *b, ptrdiff_t n);   /* buf_room, where there may be none */
struct str buf_str(const struct buf *b);

/* A page is ten thousand small pieces: the usual case, where there is room, stands here. n writable bytes at the end, NULL when failed. */
static inline char *buf_room(struct buf *b, ptrdiff_t n)
{
	if (b->failed || n < 0 || n > b->cap - b->n)
		return buf_room_slow(b, n);
	char *room = b->p + b->n;
	b->n += n;
	return room;
}

static inline void buf_add(struct buf *b, struct str s)
{
	char *p = s.n ? buf_room(b, s.n) : NULL;

	if (p)
		memcpy(p, s.p, (size_t)s.n);
}

static inline void buf_char(struct buf *b, char c)
{
	char *p = buf_room(b, 1);

	if (p)
		*p = c;
}

#define buf_lit(b, lit) buf_add((b), S(lit))

/* Replaces the abort that follows exhausted memory or a passed arena bound; `f` must not return. For sandboxed children. */
void base_set_exhausted(void (*f)(void));

/* Overwrites memory in a way the compiler may not drop. */
void wipe(void *p, ptrdiff_t n);
