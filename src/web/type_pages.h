/* type_pages.h - what a concept adds to the pages of its records. domain/X/X_web.c fills in one struct type_pages, domain/pages.def
 * lists it; no page of web/ names a type. */
#pragma once
#include "web/record_page.h"

/* A page or file of its own: /r/TYPE/page/NAME, /r/TYPE/ID/page/NAME, /r/TYPE/file/NAME, /r/TYPE/ID/file/NAME (files are made in the
 * slow lane), and /open/TYPE/NAME for somebody without an account. */
enum type_page_kind { TYPE_PAGE, RECORD_PAGE, TYPE_FILE, RECORD_FILE, OPEN_PAGE };
/* Where a link to it stands. */
enum type_page_link { ON_HOME = 1, ON_LIST = 2, ON_RECORD = 4 };
struct type_page {
	const char         *name;
	enum type_page_kind kind;
	enum http_method    method;
	enum act            act;          /* what one must be permitted: for the record, or for any of the type. OPEN_PAGE asks nothing. */
	enum scope          least;        /* a page of the type: in which scope at least; left out, one's own records are enough */
	unsigned            shown;        /* enum type_page_link */
	enum msg_id         link, about;  /* the words of the link, and a sentence beside it on the home page */
	bool              (*offered)(struct web *w);          /* NULL: always; where it says no there is neither link nor page */
	/* As for a route; `r` is NULL for a page of the type. */
	enum status       (*handler)(struct web *w, const struct type *t, struct record *r);
};

struct type_pages {
	const char             *type;
	const struct type_page *pages;    /* ends with a NULL name; may be NULL */
	/* On the page of a record: `gather` reads what is needed (NULL: nothing), `top` writes over both columns, `above` above the fields,
	 * `beside` above the history. Each may be NULL. Not called for old versions nor for another day. */
	enum status           (*gather)(struct web *w, const struct record *r, void **ret);
	void                  (*top)(struct html *h, struct web *w, const struct record *r, void *found);
	void                  (*above)(struct html *h, struct web *w, const struct record *r, void *found);
	void                  (*beside)(struct html *h, struct web *w, const struct record *r, void *found);
	bool                    folds;    /* the fields themselves are folded away below */
};

const struct type_pages *type_pages_of(const struct type *t);                /* NULL when there are none */
/* The address of such a page; asserts that the type has it. `r` NULL for a page of the type. */
struct url type_page_url(struct web *w, const struct type *t, const struct record *r, const char *name);
/* Links that stand at this place, as buttons; `r` NULL but for ON_RECORD. */
void h_type_links(struct html *h, struct web *w, const struct type *t, const struct record *r, enum type_page_link where);
/* The links of all types that belong on the home page: each a large button with its sentence. */
void h_home_links(struct html *h, struct web *w);
