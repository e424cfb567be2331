/* statement_web.c - beside a statement: where everybody reads it, and a warning about the name that is reserved. */
#include "domain/organisation/organisation.h"
#include "domain/statement/statement.h"
#include "web/type_pages.h"

struct beside { bool claims; };

static enum status gather(struct web *w, const struct record *r, void **ret)
{
	struct beside *b = new(&w->a, struct beside);
	struct record *o;

	TRY(organisation_find(&w->rq, &o));
	b->claims = statement_claims_body(statement_text(r), o ? organisation_name(o) : S(""));
	*ret = b;
	return ST_OK;
}

/* REQ: ORG-04 */
static void above(struct html *h, struct web *w, const struct record *r, void *found)
{
	const struct beside *b = found;

	if (b->claims)
		NOTICE(h, "warn")
			h_el_msg(h, "p", MSG_STATEMENT_CLAIM);
	if (statement_edition(r) > 0 && !str_eq(r->step, S("withdrawn")))
		EL(h, "p")
			h_link(h, url_of(&w->a, R_shown, S("statement"), text_of_int(&w->a, r->id)), MSG_STATEMENT_OPEN);
}

const struct type_pages statement_pages = { .type = "statement", .gather = gather, .above = above };
