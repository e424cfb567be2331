/* list.h - lists of records: filtering, sorting, token search and paging that stays fast at 100,000 rows. */
#pragma once
#include "record/store.h"

enum { LIST_FILTERS = 6, LIST_PAGE = 50, LIST_PAGE_MAX = 500 };

/* A condition on one field's key: equal, or from-to (either end may be open). */
struct list_filter { int place; struct str equal, from, to; };
struct list_query {
	const struct type *type;
	int                sort;             /* a field's place; LIST_SORT_CHANGED, LIST_SORT_SERIAL */
	bool               descending;
	struct list_filter filter[LIST_FILTERS];
	int                nfilters;
	struct str         words;            /* all must occur, as written, in searchable fields */
	struct str         step;             /* a step's code; empty = all but ended ones; "*" = all */
	int64_t            department;       /* with those below it; 0 = all */
	bool               incomplete;       /* only those that miss what submission demands */
	bool               mine;             /* only those whose turn is the actor's */
	struct str         after;            /* the cursor of the page before; empty = first page */
	int                limit;            /* 0 = LIST_PAGE */
	bool               part;             /* of another page, which notes the view: no entry of its own */
};
#define LIST_SORT_CHANGED (-1)
#define LIST_SORT_SERIAL  (-2)

struct list_page {
	struct record **rows;
	int             n;
	struct str      next;                /* cursor of the next page; empty = this is the last */
	int64_t         total;               /* counted up to 1,000; -1 = more */
};
/* Only what the actor may read comes back. Notes one audit entry for the list, with its number of rows. */
NODISCARD enum status record_list(struct request *rq, const struct list_query *q, struct list_page *ret);
/* Every row, in the order of the query, one at a time in bounded memory: for exports and checks.
 * The record lives until `each` returns. A status other than ST_OK from `each` stops and is returned. */
typedef enum status list_each(struct request *rq, struct record *r, void *arg);
/* The id of the first record of a type, whoever asks; 0 when there is none. For a type that has one, as the organisation. */
NODISCARD enum status record_first(struct request *rq, const struct type *t, int64_t *ret);
NODISCARD enum status record_each(struct request *rq, const struct list_query *q, list_each *each, void *arg);
/* The key of the field q->sort of every record that the query asks for, today, ordered by record: for tallies. It reads one row of
 * an index for each record and opens none; ranges and words are not for it. Keys and records beyond 1,000,000: ST_TOO_BIG. */
struct list_key { int64_t record; struct str key; };
NODISCARD enum status record_keys(struct request *rq, const struct list_query *q, struct list_key **ret, int *ret_n);
/* Today, at a step, with a key of a listed field between two: how many. Counts the index, reads no record. */
NODISCARD enum status record_count_between(struct request *rq, const struct type *t, int place, struct str from, struct str to,
	struct str step, int64_t *ret);
/* Today, at any step, with a key of a field from `from` to `to`: reads nothing but the index. */
NODISCARD enum status record_count_keys(struct request *rq, const struct type *t, int place, struct str from, struct str to,
	int64_t *ret);
/* Today, at a step (empty = any but ended), that miss what submission demands. */
NODISCARD enum status record_count_incomplete(struct request *rq, const struct type *t, struct str step, int64_t *ret);
/* How many records of a type stand at a step (empty = any but ended), as of rq->as_of. */
NODISCARD enum status record_count(struct request *rq, const struct type *t, struct str step, int64_t *ret);
