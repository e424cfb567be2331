/* words.h - what the names of affected items and the words of a description say about an incident. */
#pragma once
#include "base/base.h"

/* What the name of an item may mean (items.def). */
enum item_meaning {
	ITEM_PLAIN = 1 << 11,
	ITEM_SENSITIVE = 1 << 0,           ITEM_MAY_BE_SENSITIVE = 1 << 1,
	ITEM_FINANCIAL = 1 << 2,           ITEM_MAY_BE_FINANCIAL = 1 << 3,
	ITEM_LOGIN = 1 << 4,               ITEM_SECRET = 1 << 5,
	ITEM_MY_NUMBER = 1 << 6,           ITEM_MAY_HAVE_MY_NUMBER = 1 << 7,
	ITEM_TREATED_SO = 1 << 8,          ITEM_NO_PERSON = 1 << 9,
	ITEM_UNKNOWN = 1 << 10,            /* not in the table, or "and others" */
};

/* What a word of free text makes one ask (hints.def). */
enum hint_kind {
	ASK_SENSITIVE, ASK_FINANCIAL, ASK_IMPROPER, ASK_MY_NUMBER, ASK_BEING_ACQUIRED,
	SAYS_NOT, SAYS_UNSURE, CLAUSE_END,         /* how to read the clause around such a word */
	SEPARATOR, OWNER, AND_OTHERS,              /* how to take a list of item names apart */
	HINT_MAX
};

struct incident_words;
/* The tables, folded and sorted; lives in the arena, is never changed. */
const struct incident_words *incident_words_make(struct arena *a);

/* The meanings of one name as it was entered, or-ed: "氏名、住所" and "telephone (home)" are taken apart. */
unsigned   incident_item(const struct incident_words *w, struct arena *a, struct str name);
/* The first word of the kind in the text, in the spelling of the table; empty when there is none or every one stands in
 * a clause that denies it ("カード番号は含まれておりません"). */
struct str incident_hint(const struct incident_words *w, struct arena *a, struct str text, enum hint_kind kind);
