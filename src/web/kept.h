/* kept.h - forms that came while the session was locked, with the files chosen in them: sealed under the browser's own secret, so that
 * they open only with its cookie, and kept until they are sent on or dropped. Each tab may have left one. */
#pragma once
#include "web/web.h"

enum { KEPT_FORMS = 8, KEPT_BYTES = 32 << 20 };

struct kept_form {
	int64_t           number;
	struct instant    at;
	struct str        path;                  /* where it was to go */
	struct http_pairs fields;
	struct http_parts files;
	bool              without_files;         /* they were too large to be kept */
};
struct kept_forms { struct kept_form p[KEPT_FORMS]; int n; bool full; };   /* full: one that came had no room */

/* Inside a write transaction: keeps the posted form beside those that are there; the same twice is kept once. Neither tokens nor
 * passwords are kept. */
NODISCARD enum status kept_add(struct web *w);
NODISCARD enum status kept_load(struct web *w, struct kept_forms *ret);
NODISCARD enum status kept_drop(struct web *w, int64_t number);
/* A request that names a kept form (`_kept`): that takes the place of its own and is kept no longer, unless the transaction fails.
 * ST_NOT_FOUND: it is not there (sent on in another tab, perhaps), or was to go elsewhere. */
NODISCARD enum status kept_resume(struct web *w);
