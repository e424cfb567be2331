/* record_page.h - what the pages of records share. No page names a type. */
#pragma once
#include "record/access.h"
#include "record/list.h"
#include "web/page.h"

/* The type of the path's first segment, if the actor may do to any of its records what the route asks. ST_OK; ST_NOT_FOUND, also
 * where the actor may not even read; ST_DENIED. */
NODISCARD enum status path_type(struct web *w, const struct type **ret);
/* The record of the path's second segment, of the type of the first; on the days of path_days. ST_OK; ST_NOT_FOUND; ST_DENIED where
 * the route asks more than reading it. */
NODISCARD enum status path_record(struct web *w, struct record **ret);

/* ---- other days (page_version.c) ---- */
/* The days that the address asks for: ?on= what was in force then, ?as_of= what was known then. A day that is none is told at its input
 * and passed over. */
void        path_days(struct web *w);
struct url  url_dated(struct web *w, struct url u);                 /* with the days of this request */
void        h_days_inputs(struct html *h, struct web *w);
/* Which days are shown, with the way back; nothing when it is the present. */
void        h_days_notice(struct html *h, struct web *w, struct url present, enum msg_id to_present);
/* What changed from one version to another, field by field. */
void        h_difference(struct html *h, struct web *w, const struct record *before, const struct record *after, enum msg_id title);
void        h_fields(struct html *h, struct web *w, const struct record *r);       /* all fields that apply (page_detail.c) */

struct url  record_url(struct web *w, const struct record *r);
struct url  list_url(struct web *w, const struct type *t);
struct str  type_title(const struct type *t, enum lang lang);
struct str  step_label(const struct record_type *t, struct str code, enum lang lang);
struct str  field_label(const struct field *f, enum lang lang);

/* A value for reading: links lead to what they point to, rows become a table, nothing shows as a dash. */
void h_value(struct html *h, struct web *w, const struct field *f, const struct value *v);
void h_comment(struct html *h, struct web *w);                      /* what the actor of a move has to say */
const struct type *linked_type(struct web *w, const struct field *f);      /* what the link points to; NULL: to any type */
/* Of a link that pins: which version is meant, where it can be read, and whether there is a newer one. */
void h_pin(struct html *h, struct web *w, const struct field *f, const struct value *v);
/* One short line of it, for cells. */
void h_value_short(struct html *h, struct web *w, const struct field *f, const struct value *v);
void h_step_mark(struct html *h, const struct record_type *t, struct str step);
/* The value in words, for comparing and titles. */
struct str value_words(struct arena *a, const struct field *f, const struct value *v, enum lang lang);
/* Is the field shown at all, given the answer it depends on? */
bool field_applies(const struct type *t, const struct value *v, const struct field *f);

/* What the address asks of a list of q->type: words, filters, state, order; without the cursor (page_list.c). */
void list_query_of(struct web *w, struct list_query *q);

/* ---- forms (record_form.c) ---- */
/* The department one acts for: of the roles held, else where one works. Not set when there is none. */
struct value own_department(struct web *w);
struct record_form {
	struct record *r;
	bool           posted;           /* inputs show what was sent, not what is stored */
	bool           public;           /* filled in by somebody from outside: no field that is asked for later */
	const char *const *only;         /* names of the fields to read, ends with NULL; NULL = all */
	bool           again;            /* only more rows were asked for: show the form again */
};
/* What a link may point to, for choosing; at most 400, beyond that `many` is set and names are typed. NULL: no type. */
struct option_list { struct { int64_t id; struct str value, label; } *o; int n; bool many; const struct type *t; struct option_list *next; };
struct option_list *link_options(struct web *w, const struct type *t);
/* Has the form an input for this field? Not for what the system writes, nor for what is fixed while in force. */
bool record_form_has(const struct record_form *form, const struct field *f);
/* The value as an input carries it. */
struct str plain_text(struct arena *a, const struct field *f, const struct value *v);
void record_form_inputs(struct html *h, struct web *w, struct record_form *f);
/* Reads the posted inputs into f->r. ST_OK; ST_BAD_INPUT with problems at the fields. */
NODISCARD enum status record_form_take(struct web *w, struct record_form *f);
/* The file that was chosen in the form; NULL when there is none. */
const struct http_part *posted_file(struct web *w, struct str name);
/* One input by itself, with that name and text in it, and reading it; problems stand at the name. */
void h_field_input(struct html *h, struct web *w, const struct field *f, struct str name, struct str text);
NODISCARD enum status field_input_take(struct web *w, const struct field *f, struct str name, struct value *ret);
/* Name of an input that belongs to a field on a page that has others, too: prefix and name. In the arena of w. */
struct str field_input_name(struct web *w, const char *prefix, const struct field *f);

/* May the actor change settings and the organisation's own fields? (page_settings.c) */
bool may_set(struct web *w);

/* ---- many records at once (page_sweep.c) ---- */
enum { PICK_MAX = 500 };
/* Reads the picked records of the form and does what its button says: a move, or an assignment. Refusals of single records are
 * collected; if there are any, the answer is the page that tells them, else `to`. */
NODISCARD enum status many_at_once(struct web *w, const struct type *t, struct url to);
/* The inputs for giving a field to many; nothing when the actor may assign none. */
void h_assign_inputs(struct html *h, struct web *w, const struct type *t);
bool may_assign(struct web *w, const struct type *t);
/* May records of the type be copied to the next year? Only what is made anew each year is. */
bool may_copy_year(struct web *w, const struct type *t);
/* The page on which the rows are worked through. */
struct url sweep_url(struct web *w, const struct work_place *p);
