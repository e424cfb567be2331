/* share.c - shares the parts of a piece of work among threads. */
#include "anon/share.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct shared {
	void (*part)(void *, ptrdiff_t, int);
	void            *context;
	ptrdiff_t        n;
	atomic_ptrdiff_t next;
	atomic_int       threads;
};

static void *take_parts(void *context)
{
	struct shared *s = context;
	int thread = atomic_fetch_add(&s->threads, 1);
	ptrdiff_t i;

	while ((i = atomic_fetch_add(&s->next, 1)) < s->n)
		s->part(s->context, i, thread);
	return NULL;
}

void anon_share(int threads, ptrdiff_t n, void (*part)(void *context, ptrdiff_t i, int thread), void *context)
{
	struct shared s = { .part = part, .context = context, .n = n };
	pthread_t thread[ANON_THREADS_MAX];
	int most = (int)MIN(MIN(threads, ANON_THREADS_MAX), n);

	for (int i = 1; i < most; i++)
		if (pthread_create(&thread[i], NULL, take_parts, &s))
			most = i;                       /* the system gives no more: those that there are do it all */
	take_parts(&s);
	for (int i = 1; i < most; i++)
		pthread_join(thread[i], NULL);
}

ptrdiff_t anon_share_from(ptrdiff_t all, ptrdiff_t n, ptrdiff_t i)
{
	return all / n * i + MIN(i, all % n);
}
