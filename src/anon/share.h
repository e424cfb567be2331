/* share.h - shares the parts of a piece of work among threads. */
#pragma once
#include "base/base.h"

enum { ANON_THREADS_MAX = 16 };

/* Calls part(context, i, thread) once for each i below n, on at most `threads` threads, the caller's among them; `thread`
 * is below `threads` and below ANON_THREADS_MAX, and no two calls with the same run at once. */
void anon_share(int threads, ptrdiff_t n, void (*part)(void *context, ptrdiff_t i, int thread), void *context);
/* Where range i of n begins, when `all` things are divided evenly. */
ptrdiff_t anon_share_from(ptrdiff_t all, ptrdiff_t n, ptrdiff_t i);
