/* routes.h - every page of the server as one table: path, who may, handler. What is not in it does not exist. */
#pragma once
#include "base/status.h"
#include "web/web.h"

enum route_id {
#define ROUTE(id, method, path, who, asks, tx, lane, body, audit, handler) R_##id,
#include "web/routes.def"
#undef ROUTE
	R_MAX
};
/* 0 is nobody: a row that says nothing lets nobody in. */
enum who { WHO_NOBODY, WHO_ANYONE, WHO_SESSION, WHO_STAFF };
/* What is asked of somebody whom `who` lets in. */
enum asks { ASKS_NOTHING, ASKS_JUDGE, ASKS_SETTER, ASKS_READ, ASKS_CREATE, ASKS_EDIT, ASKS_IMPORT, ASKS_EXPORT, ASKS_MOVE, ASKS_PAGE,
	ASKS_PUBLIC, ASKS_SHOWN };
enum transaction { TX_NONE, TX_READ, TX_WRITE };
enum audited { AUDIT_NONE, AUDIT_LOGIN, AUDIT_RECORD };

struct route {
	enum route_id    id;
	enum http_method method;
	const char      *path;
	enum who         who;
	enum asks        asks;
	enum transaction tx;
	enum lane        lane;
	ptrdiff_t        max_body;
	enum audited     audit;
	/* ST_OK with an answer in w->reply. Any other status rolls back; with an answer in w->reply that is sent, else the
	 * page of the status. */
	enum status    (*handler)(struct web *w);
	const char      *handler_name;
};
extern const struct route routes[R_MAX];

/* Finds the route and its arguments. NULL with *ret_status 404, or 405 when the path exists for another method. */
const struct route *route_find(enum http_method m, const struct http_target *t, struct str arg[WEB_ARGS], int *ret_status);

/* The methods by which a path can be asked for, as the header Allow has them; empty when there is no such path. */
struct str route_allowed(struct arena *a, const struct http_target *t);

/* The address of a page, with its arguments encoded: url_of(a, R_record, type, id). */
struct url url_of_(struct arena *a, enum route_id id, const struct str *args, int n);
#define url_of(a, id, ...) url_of_((a), (id), (const struct str[]){ { NULL, 0 }, ##__VA_ARGS__ } + 1, \
	(int)COUNT(((const struct str[]){ { NULL, 0 }, ##__VA_ARGS__ })) - 1)
/* The same with one more ?name=value; an empty value changes nothing. */
struct url url_with_(struct arena *a, struct url u, struct str name, struct str value);
#define url_with(a, u, name, value) url_with_((a), (u), S(name), (value))
/* u with "?..." of another address of ours behind it. */
struct url url_join(struct arena *a, struct url u, struct str query);
struct url url_part_(struct url u, struct arena *a, struct str fragment);
#define url_part(a, u, fragment) url_part_((u), (a), S(fragment))
/* A path of this site that came from outside (back to where one was), or `otherwise` when it is not one. */
struct url url_local(struct arena *a, struct str path, struct url otherwise);

/* One of these roles is asked for, whatever the page is about; BY_ANYONE where none is. */
unsigned route_roles(enum asks asks);
/* What the type in the path must permit before the page looks at a record; 0 where the page asks nothing of it. */
enum act route_act(enum asks asks);
/* Does the route let in somebody who holds the role, and for which records? `t` is the type in its path, NULL where there is none.
 * What the page then asks of the record itself is of the same permits. */
bool route_lets(const struct route *r, const struct record_type *t, enum role role, enum scope *ret);

/* For `tobari routes`: each page for each type, with who may use it for which records; text lines or JSON (routes_print.c). */
void routes_print(struct buf *b, const struct record_type *const *types, int ntypes, bool json);
