/* shown.h - what a type shows beyond its own pages: records that anybody may read, and banners for all staff. No type is named. */
#pragma once
#include "web/page.h"

/* The newest records that anybody may read, on the page for visitors. */
void h_shown(struct html *h, struct web *w);
/* Whose pages these are, for those who have no account; empty to staff, who know. */
struct str shown_owner(struct web *w);
/* What stands above every page of staff while a record is at its type's banner step. */
void h_banners(struct html *h, struct web *w);
