/* conformity_map.h - the state of the whole, J.1 to J.11, at one glance. */
#pragma once
#include "domain/conformity/conformity.h"
#include "web/page.h"

/* One group of clauses: "J.3", its worst verdict, how many clauses at each verdict. */
enum { GROUPS_MAX = 16 };
struct conformity_group { const struct chapter *chapter; enum verdict worst; int count[VERDICT_MAX], n; };
int  conformity_groups(struct arena *a, const struct judgement *all, struct conformity_group ret[GROUPS_MAX]);
void h_conformity_map(struct html *h, struct web *w, const struct conformity_group *g, int n);
void h_verdict(struct html *h, enum verdict v);
