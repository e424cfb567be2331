/* recode_work.h - what the parts of local recoding share: tuples, groups, and the index of groups. Nobody else includes it. */
#pragma once
#include "anon/recode.h"

#define NOBODY UINT32_MAX

/* Groups by the values that their labels cover: one bit for each group, for each value of a column. So the groups that fit a
 * tuple, or fit but for one or two columns, are found 64 at a time. Columns with very many values are left out: they count
 * as fitting, and the cost tells. */
struct near_index { uint64_t *bits[ANON_QUASI_MAX]; ptrdiff_t words; };

struct group { uint32_t first, tuples; int64_t count, population; };    /* first: head of its list of tuples */

struct work {
	const struct anon_task *t;
	int        q;
	/* tuples */
	uint32_t  *code;              /* ntuples x q */
	int64_t   *rows, *population;
	uint32_t  *item_start;        /* the items of tuple i are item_start[i] ... item_start[i + 1] - 1 */
	uint32_t  *group_of, *next;   /* list of the tuples of a group */
	/* groups */
	struct group *group;
	uint8_t   *level;
	uint32_t  *label_code;        /* values of one tuple of the group */
	uint32_t   ngroups, cap;
	struct near_index near;
	ptrdiff_t  taken;             /* items that have a group */
	int64_t    visited, moved, compared;
	struct anon_scratch s;
};


/* recode.c */
uint32_t group_new(struct work *w, uint32_t tuple, const uint8_t *level);
void     group_add(struct work *w, uint32_t g, uint32_t tuple);
/* peel.c: walks the nodes; classes that satisfy all models leave as groups. */
void     recode_peel(struct work *w);
/* near.c: after the number of groups is settled. */
void     near_make(struct work *w);
void     near_free(struct work *w);
void     near_put(struct work *w, uint32_t g, bool covers);        /* enters a group at its levels, or takes it out */
/* Words of groups that fit the tuple in all columns but at most `misses` (0 to 2): bit b of word i is group 64 i + b. */
uint64_t near_word(const struct work *w, uint32_t tuple, int misses, ptrdiff_t word);
