/* type_pages.c - finds the pages that concepts add, and asks who may before they run. */
#include "web/type_pages.h"
#include "base/num.h"
#include "domain/pages.h"
#include "web/pages.h"
#include "web/session.h"
#include <assert.h>

const struct type_pages *type_pages_of(const struct type *t)
{
	for (const struct type_pages *const *p = domain_pages; *p; p++)
		if (strcmp((*p)->type, t->t->name) == 0)
			return *p;
	return NULL;
}

static const struct type_page *find(const struct type *t, enum type_page_kind kind, enum http_method method, struct str name)
{
	const struct type_pages *p = type_pages_of(t);

	for (const struct type_page *x = p ? p->pages : NULL; x && x->name; x++)
		if (x->kind == kind && x->method == method && str_eq(str_z(x->name), name))
			return x;
	return NULL;
}

static bool offered(struct web *w, const struct type_page *p)
{
	return !p->offered || p->offered(w);
}

/* ---- links ---- */

static struct url address(struct web *w, const struct type *t, const struct record *r, const struct type_page *p)
{
	struct str type = str_z(t->t->name), name = str_z(p->name), id = r ? text_of_int(&w->a, r->id) : S("");

	switch (p->kind) {
	case TYPE_PAGE:   return url_of(&w->a, R_type_page, type, name);
	case RECORD_PAGE: return url_of(&w->a, R_record_page, type, id, name);
	case TYPE_FILE:   return url_of(&w->a, R_type_file, type, name);
	case RECORD_FILE: return url_of(&w->a, R_record_file, type, id, name);
	case OPEN_PAGE:   return url_of(&w->a, R_open_page, type, name);
	}
	assert(false && "a kind of page");
	return url_of(&w->a, R_home);
}

struct url type_page_url(struct web *w, const struct type *t, const struct record *r, const char *name)
{
	const struct type_pages *p = type_pages_of(t);
	const struct type_page *x = p ? p->pages : NULL;

	while (x && x->name && strcmp(x->name, name) != 0)
		x++;
	assert(x && x->name);
	return address(w, t, r, x);
}

static bool may_any(struct web *w, const struct type *t, const struct type_page *p)
{
	enum scope scope;

	return access_scope(&w->rq, t, p->act, &scope) && scope >= p->least;
}

static bool may(struct web *w, const struct type *t, const struct record *r, const struct type_page *p)
{
	if (!offered(w, p))
		return false;
	if (p->kind == OPEN_PAGE)
		return !w->session;
	return w->session && (r ? access_may(&w->rq, r, p->act) : may_any(w, t, p));
}

void h_type_links(struct html *h, struct web *w, const struct type *t, const struct record *r, enum type_page_link where)
{
	const struct type_pages *p = type_pages_of(t);

	for (const struct type_page *x = p ? p->pages : NULL; x && x->name; x++)
		if ((x->shown & where) && may(w, t, r, x))
			h_link_button(h, address(w, t, r, x), x->link, false);
}

void h_home_links(struct html *h, struct web *w)
{
	int n;
	const struct type *all = store_types(conn_store(w->rq.conn), &n);

	for (int i = 0; i < n; i++) {
		const struct type_pages *p = type_pages_of(&all[i]);
		for (const struct type_page *x = p ? p->pages : NULL; x && x->name; x++)
			if ((x->shown & ON_HOME) && may(w, &all[i], NULL, x))
				EL(h, "a", " class=\"at-once\"") {
					h_url(h, "href", address(w, &all[i], NULL, x));
					h_el_msg(h, "b", x->link);
					if (x->about)
						h_el_msg(h, "span", x->about);
				}
	}
}

/* ---- routes ---- */

static enum status of_type(struct web *w, enum type_page_kind kind)
{
	const struct type *t = store_type(conn_store(w->rq.conn), w->arg[0]);
	const struct type_page *p = t ? find(t, kind, w->method, w->arg[1]) : NULL;

	if (!p || !offered(w, p) || (kind != OPEN_PAGE && !may_any(w, t, p)))
		return ST_NOT_FOUND;
	return p->handler(w, t, NULL);
}

static enum status of_record(struct web *w, enum type_page_kind kind)
{
	const struct type *t = store_type(conn_store(w->rq.conn), w->arg[0]);
	const struct type_page *p = t ? find(t, kind, w->method, w->arg[2]) : NULL;
	struct record *r;

	if (!p || !offered(w, p))
		return ST_NOT_FOUND;
	TRY(path_record(w, &r));
	return access_may(&w->rq, r, p->act) ? p->handler(w, t, r) : ST_DENIED;
}

enum status page_type_page(struct web *w)   { return of_type(w, TYPE_PAGE); }
enum status page_type_file(struct web *w)   { return of_type(w, TYPE_FILE); }
enum status page_open_page(struct web *w)   { return of_type(w, OPEN_PAGE); }
enum status page_record_page(struct web *w) { return of_record(w, RECORD_PAGE); }

/* A file that a field holds, or one that the concept makes of the record. */
enum status page_record_file(struct web *w)
{
	const struct type *t = store_type(conn_store(w->rq.conn), w->arg[0]);

	return t && find(t, RECORD_FILE, w->method, w->arg[2]) ? of_record(w, RECORD_FILE) : page_file(w);
}
