/* set.h - sets of packed keys: rolling up to another node, telling classes apart. */
#pragma once
#include "anon/task.h"

/* Items in parts that fit the cache: where each ends, and where each item came from. */
enum { ANON_PART = 1 << 14, ANON_PARTS_MAX = 256 };
struct anon_runs { struct anon_set set; ptrdiff_t *end, n, end_cap, set_cap, origin_cap; uint32_t *origin; };

/* Memory a thread computes in; grows as needed. */
struct anon_scratch {
	uint32_t *slot, epoch;
	ptrdiff_t nslots;
	uint16_t *rows;                 /* anon_set_crowd() */
	uint32_t *crowd;
	ptrdiff_t rows_cap, crowd_cap;
	uint32_t *class, *start;
	struct anon_value *value;
	ptrdiff_t class_cap, start_cap, value_cap;
	struct anon_set a, b, spare;
	ptrdiff_t a_cap, b_cap, spare_cap;
	struct anon_runs runs;
};
void anon_scratch_free(struct anon_scratch *s);

/* Generalises every item of `from` (at levels `at`) to the levels `to`, joining what becomes equal. `into` must have room
 * for from->n items; index (may be NULL) receives for each item of `from` its number in `into`. With `tuples_only` the
 * sensitive values are dropped, too: the result is the set of classes. */
void anon_set_roll(const struct anon_task *t, const struct anon_set *from, const uint8_t *at, const uint8_t *to, bool tuples_only,
	struct anon_set *into, uint32_t *index, struct anon_scratch *s);
/* Of the n items item[] (NULL: all) of a set (at levels `at`), s->crowd[] receives those whose class at the levels `to`, made of these items alone, may
 * have k rows: all that do, and few others. Returns how many. It costs a fraction of anon_set_roll(). */
ptrdiff_t anon_set_crowd(const struct anon_task *t, const struct anon_set *set, const uint32_t *item, ptrdiff_t n, const uint8_t *at,
	const uint8_t *to, int64_t k, struct anon_scratch *s);
/* The n items item[], in that order, as a set; `into` and its room are used again. */
void anon_set_pick(const struct anon_task *t, const struct anon_set *from, const uint32_t *item, ptrdiff_t n, struct anon_set *into,
	ptrdiff_t *cap);
/* Sorts by key, so that items which agree in the higher columns lie together; `companion` (one for each item) goes along. */
void anon_set_sort(const struct anon_task *t, struct anon_set *set, uint32_t *companion);
/* The code of a field of item i. */
uint32_t anon_set_code(const struct anon_task *t, const struct anon_set *set, ptrdiff_t i, int field);
/* The codes of all quasi-identifiers of item i. */
void anon_set_codes(const struct anon_task *t, const struct anon_set *set, ptrdiff_t i, uint32_t *ret_code);
/* Sum over the quasi-identifiers of what suppressing one row of item i, at the given levels, adds to the loss. */
int64_t anon_set_save(const struct anon_task *t, const struct anon_set *set, ptrdiff_t i, const uint8_t *levels);

/* Over the items with fewer than k rows: rows, what suppressing them adds to a separable loss, how many items. */
void anon_set_small(const struct anon_task *t, const struct anon_set *set, const uint8_t *levels, int64_t k, int64_t *ret_rows,
	int64_t *ret_save, int64_t *ret_classes);

struct anon_set anon_set_make(const struct anon_task *t, ptrdiff_t n);
/* A copy that takes no more room than it needs. */
struct anon_set anon_set_copy(const struct anon_task *t, const struct anon_set *set);
void anon_set_room(const struct anon_task *t, struct anon_set *set, ptrdiff_t *cap, ptrdiff_t n);   /* contents are lost */
void anon_set_free(struct anon_set *set);
ptrdiff_t anon_set_bytes(const struct anon_task *t, const struct anon_set *set);
void anon_set_put(const struct anon_task *t, struct anon_set *set, ptrdiff_t i, const uint32_t *codes);
