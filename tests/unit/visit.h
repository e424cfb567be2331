/* visit.h - a browser without a network: sends requests to the site as the server would, keeps cookies, checks every page. */
#pragma once
#include "tests/unit/people.h"
#include "web/routes.h"
#include "web/site.h"

struct visitor {
	struct people *p;
	struct site   *site;
	char           cookie[2000];     /* the jar, as the header has it */
	const char    *origin, *language;
	/* the last answer */
	int            status;
	char           location[500];
	char          *page;             /* its body, NUL-terminated */
	char           token[80];        /* the form token of the page */
};
/* Fails the test when an HTML page is not well formed, repeats an id, or lacks title, language or heading. */
int  visit_get(struct visitor *v, const char *path);
/* `form` is urlencoded, without the token; it is added unless `forged`. */
int  visit_post(struct visitor *v, const char *path, const char *form);
int  visit_post_forged(struct visitor *v, const char *path, const char *form);
void visit_login(struct visitor *v, const char *login);       /* asserts that it worked */
void visit_end(struct visitor *v);
