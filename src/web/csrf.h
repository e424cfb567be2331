/* csrf.h - forged requests: a token in each form, bound to the session or, before log-in, to a cookie of the visit. */
#pragma once
#include "web/web.h"

/* The token for forms on this page. For a visitor without a cookie it sets one, so call it while the page is written. */
struct str csrf_token(struct web *w);
/* Is this POST from one of our own pages? Looks at the token and at Origin and Sec-Fetch-Site where sent. */
bool csrf_ok(struct web *w);
