/* site.h - what the server serves: the store and its pages. Checks who may before any handler runs. */
#pragma once
#include "record/store.h"
#include "web/server.h"

struct site;
/* One store, which outlives the site. ST_OK, ST_BROKEN. */
NODISCARD enum status site_make(struct store *store, struct site **ret);
void                  site_free(struct site *s);
/* The application for server_start. */
struct server_app     site_app(struct site *s);

bool       site_may_see_conformity(const struct request *rq);
/* Counts a failed log-in from this address; site_may_try tells whether it may try again now. */
bool       site_may_try(struct web *w);
void       site_failed(struct web *w);
