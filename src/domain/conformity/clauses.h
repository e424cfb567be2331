/* clauses.h - the clauses of the guideline J.1.1 to J.11.1 and its fixed lists, as data. */
#pragma once
#include "base/msg.h"

enum level { LEVEL_LAW = 1, LEVEL_JIS = 2, LEVEL_MARK = 4, LEVEL_EFFORT = 8 };   /* or-ed; EFFORT goes with LAW */
struct clause {
	struct str id;                  /* "J.8.8.1" */
	struct str title[LANG_MAX];
	struct str jis, appi;           /* "5.2.1, 5.2.2"; "32(2), 36"; empty when there is none */
	unsigned   levels;
};
extern const struct clause clauses[];
extern const int nclauses;
struct chapter { struct str id, title[LANG_MAX]; };
const struct chapter *chapter_of(struct str id);   /* "J.8" of "J.8.8.1" or of itself; NULL when there is none */
const struct clause *clause_of(struct str id);     /* NULL when there is none */

enum guideline_list {
	LIST_POLICY, LIST_REGISTER, LIST_PHASE, LIST_RULES, LIST_RECORDS, LIST_WRITTEN, LIST_CONTRACT, LIST_REVIEW, LIST_ACCIDENT, LIST_MAX
};
struct list_member { enum guideline_list list; struct str code, clause, text[LANG_MAX]; };
extern const struct list_member list_members[];
extern const int nlist_members;
