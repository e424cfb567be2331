/* web.h - one request and its answer. Made on an I/O thread, worked on by one worker, wiped at the end. */
#pragma once
#include "record/request.h"
#include "web/http.h"
#include "web/html.h"
#include "web/pool.h"

enum http_method { HTTP_GET, HTTP_POST, HTTP_OTHER };
enum { WEB_ARGS = 4, REPLY_FIELDS = 12 };

struct reply_field { struct str name, value; };
struct reply {
	int                status;             /* 0 = nothing said yet */
	struct str         type;
	struct buf         body;
	struct reply_field field[REPLY_FIELDS];
	int                nfields;
	bool               failed;             /* a header that must not be sent: answered as a fault */
	bool               forever;            /* content-addressed: may be cached for a year */
	struct str         fixed;              /* a body that lives as long as the program, instead of `body` */
};

struct route;
struct web {
	struct arena         a;
	enum http_method     method;
	bool                 head;
	struct str           raw_target, peer;
	struct http_target   target;
	struct http_pairs    query, cookies;
	struct str           accept_language, content_type, origin, fetch_site, if_none_match, user_agent, host;
	struct str           body;
	struct http_pairs    form;             /* fields of the body, from either encoding */
	struct http_parts    parts;
	const struct route  *route;            /* NULL: no such page, or not with this method */
	int                  refused;          /* the status of a request refused before any handler; 0 = none */
	struct str           arg[WEB_ARGS];    /* the variable segments of the path */
	enum lang            lang;
	struct instant       now;
	void                *app, *worker;
	struct request       rq;               /* who acts on the store; rq.a is this arena */
	struct session      *session;          /* NULL: not logged in */
	struct option_list  *options;          /* read already for this page, see record_page.h */
	struct str           csrf;             /* the token that forms carry */
	bool                 may_wait;         /* the answer may be given later, see server.h */
	struct reply         reply;
};

/* Begins the answer; whatever was said before is dropped. `type` is a literal. */
#define reply_start(w, status, type) reply_start_((w), (status), S(type))
void reply_start_(struct web *w, int status, struct str type);
/* A further header. A value with a control character or a byte beyond ASCII turns the answer into a fault. */
#define reply_header(w, name, value) reply_header_((w), S(name), (value))
void reply_header_(struct web *w, struct str name, struct str value);
/* A cookie: __Host- prefixed name, Secure, HttpOnly, SameSite=Lax, Path=/. max_age < 0: until the browser ends; 0: gone. */
#define reply_cookie(w, name, value, max_age) reply_cookie_((w), S("__Host-" name "="), (value), (max_age))
void reply_cookie_(struct web *w, struct str start, struct str value, int max_age);
#define web_cookie(w, name) http_get(&(w)->cookies, S("__Host-" name))
void reply_redirect(struct web *w, struct url to);                   /* 303 */
/* The body is a file to keep under this name. */
void reply_attachment(struct web *w, struct str file_name);
void reply_attachment_named(struct web *w, struct str title, struct str suffix);      /* TITLE_2026-03-02.SUFFIX */
