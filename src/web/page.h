/* page.h - the frame that every page stands in, and the small parts that pages share. */
#pragma once
#include "web/routes.h"

/* What a page is; `body` writes its main part. Title and area decide heading, tab and navigation. */
struct page {
	struct str  title;
	const char *area;                /* of areas.def; NULL: none is marked */
	int         status;              /* 0 = 200 */
	bool        wide;                /* no side navigation: public pages, log-in */
	bool        no_heading;          /* the body writes its own <h1> */
	struct { struct str text; struct url to; } crumb[3];       /* the way here */
	int         ncrumbs;
	void      (*actions)(struct html *h, struct web *w, void *arg);   /* buttons beside the heading */
	void      (*body)(struct html *h, struct web *w, void *arg);
	void       *arg;
};
/* Writes the whole page into w->reply. A page whose elements do not close is a fault. */
void page_send(struct web *w, const struct page *p);
/* The page that says what a status means, for people. */
void page_status(struct web *w, int status);

struct str area_label(struct str code, enum lang lang);          /* empty when there is no such area */

/* ---- forms ---- */
/* A form that posts, with its CSRF token; FORM(h, w, url) { ... } */
struct html_scope form_open_(struct html *h, struct web *w, struct url action, unsigned flags, struct str id);
enum form_flag { FORM_WITH_FILES = 1, FORM_GUARD = 2 };     /* GUARD: leaving a changed form asks first */
#define FORM(h, w, action)            FORM_1(form_open_((h), (w), (action), 0, S("")), __COUNTER__)
#define FORM_NAMED(h, w, action, id)  FORM_1(form_open_((h), (w), (action), 0, S(id)), __COUNTER__)
#define FORM_LONG(h, w, action)       FORM_1(form_open_((h), (w), (action), FORM_WITH_FILES | FORM_GUARD, S("")), __COUNTER__)
#define FORM_FILES(h, w, action)      FORM_1(form_open_((h), (w), (action), FORM_WITH_FILES, S("")), __COUNTER__)
#define FORM_1(open, k)           FORM_2(open, k)
#define FORM_2(opening, k)        for (struct html_scope f_##k = (opening); f_##k.open; html_close_(&f_##k))

void h_hidden(struct html *h, struct str name, struct str value);
void h_button(struct html *h, enum msg_id text);                  /* the main submit button */
void h_link(struct html *h, struct url to, enum msg_id text);
void h_link_button(struct html *h, struct url to, enum msg_id text, bool main);
void h_print_button(struct html *h);                              /* appears where a script can print */
/* A labelled input: type is one of text password search date time number; with `rows` it has so many lines. Problems are shown
 * at it. */
struct input { struct str name, value, type, autocomplete; enum msg_id label, hint; bool required; int rows; };
void h_input(struct html *h, const struct problems *ps, const struct input *in);
/* The list of problems above a form, linked to the fields; nothing when there are none. */
void h_problem_summary(struct html *h, const struct problems *ps);
/* The same with the labels of the type's fields; `form` is the page on which they are filled in, empty when it is this one. */
void h_problems_named(struct html *h, const struct problems *ps, const struct type *t, struct url form);
const struct problem *problem_at(const struct problems *ps, struct str place);    /* NULL when none */
void h_problem(struct html *h, const struct problems *ps, struct str place);      /* the text at the field */
/* A notice; kind is ok, warn, error or empty. */
#define NOTICE(h, kind) EL(h, "div", " class=\"notice " kind "\"")

/* ---- texts ---- */
void h_day(struct html *h, struct date d);                        /* 2026-03-02 in a time element */
void h_moment(struct html *h, struct instant t);                  /* 2026-03-02 19:15 (Tokyo) */
void h_records(struct html *h, int64_t n);                        /* 12,345 件 */
/* How far a due day lies from today, in words; *ret_late tells whether it has passed. */
void h_days_left(struct html *h, struct date due, struct date today, bool *ret_late);
