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
	char           location[500], allow[40];
	char          *page;             /* its body, NUL-terminated */
	char           token[80];        /* the form token of the page */
};
/* Fails the test when an HTML page is not well formed, repeats an id, or lacks title, language or heading. */
int  visit_get(struct visitor *v, const char *path);
/* `form` is urlencoded, without the token; it is added unless `forged`. */
int  visit_post(struct visitor *v, const char *path, const char *form);
int  visit_post_forged(struct visitor *v, const char *path, const char *form);
/* A form with a file in it: `form` as above, the file under the name `input`. */
int  visit_upload(struct visitor *v, const char *path, const char *form, const char *input, const char *file_name, struct str bytes);
/* What stands in the last page between two texts; fails the test when it does not. In a buffer of its own until the next call. */
const char *visit_between(const struct visitor *v, const char *before, const char *behind);
void visit_login(struct visitor *v, const char *login);       /* asserts that it worked */
void visit_end(struct visitor *v);
