/* demo.h - fills a new store with a fictitious organisation and what happened in it during the last year and a half. */
#pragma once
#include "record/store.h"

#define DEMO_PASSWORD "Minato-demo-2026"

/* One log-in of the sample. */
struct demo_account { const char *login, *role, *name, *title; };
extern const struct demo_account demo_accounts[];
extern const int demo_naccounts;

/* Writes everything, moving the clock of the process through the past; it runs again when this returns. The store must
 * be new. ST_OK, or the first status that was not. */
NODISCARD enum status demo_fill(struct conn *conn);
