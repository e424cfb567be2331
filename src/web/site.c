/* site.c - from a whole request to its page: body, forged or not, session, right, transaction, handler. */
#include "web/site.h"
#include "record/access.h"
#include "web/csrf.h"
#include "web/kept.h"
#include "web/page.h"
#include "web/session.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { TRY_SLOTS = 1024, TRIES_AT_ONCE = 20 };
static const int64_t TRY_EVERY_US = 3 * 1000000;        /* after a burst, one more try each three seconds */

/* A bucket for each address that fails to log in: it fills with failures and drains with time. */
struct tries { int64_t at; int n; };
struct site {
	struct store   *store;
	pthread_mutex_t lock;
	struct tries    tries[TRY_SLOTS];
};

enum status site_make(struct store *store, struct site **ret)
{
	struct site *s = calloc(1, sizeof *s);

	if (!s)
		return ST_BROKEN;
	s->store = store;
	pthread_mutex_init(&s->lock, NULL);
	*ret = s;
	return ST_OK;
}

void site_free(struct site *s)
{
	if (!s)
		return;
	pthread_mutex_destroy(&s->lock);
	free(s);
}

/* ---- log-ins from one address ---- */

static struct tries *tries_of(struct web *w)
{
	struct site *s = w->app;
	struct tries *t = &s->tries[str_hash(w->peer) % TRY_SLOTS];
	int64_t drained = (w->now.us - t->at) / TRY_EVERY_US;

	if (drained > 0 || t->at > w->now.us) {
		t->n = drained >= t->n || t->at > w->now.us ? 0 : t->n - (int)drained;
		t->at = w->now.us;
	}
	return t;
}

bool site_may_try(struct web *w)
{
	struct site *s = w->app;

	pthread_mutex_lock(&s->lock);
	bool may = tries_of(w)->n < TRIES_AT_ONCE;
	pthread_mutex_unlock(&s->lock);
	return may;
}

void site_failed(struct web *w)
{
	struct site *s = w->app;

	pthread_mutex_lock(&s->lock);
	tries_of(w)->n++;
	pthread_mutex_unlock(&s->lock);
}

bool site_may_see_conformity(const struct request *rq)
{
	return actor_has_any(rq, route_roles(ASKS_JUDGE));
}

/* ---- one request ---- */

static enum lang language(struct web *w)
{
	struct str chosen = web_cookie(w, "lang");

	if (str_eq(chosen, S("ja")) || str_eq(chosen, S("en")))
		return chosen.p[0] == 'j' ? JA : EN;
	return http_language(w->accept_language);
}

/* Fields and files of the body. */
static enum status read_body(struct web *w)
{
	struct str form = S("application/x-www-form-urlencoded"), boundary;

	if (w->method != HTTP_POST)
		return ST_OK;
	if (str_eq_nocase(str_sub(w->content_type, 0, form.n), form))
		return http_form(&w->a, w->body, &w->form);
	TRY(http_boundary(w->content_type, &boundary));
	TRY(http_multipart(&w->a, boundary, w->body, &w->parts));
	w->form.p = new_n(&w->a, struct http_pair, w->parts.n);
	for (ptrdiff_t i = 0; i < w->parts.n; i++)
		if (!w->parts.p[i].file)
			w->form.p[w->form.n++] = (struct http_pair){ w->parts.p[i].name, w->parts.p[i].bytes };
	return ST_OK;
}

static enum status to_login(struct web *w, enum route_id page)
{
	struct url to = url_of(&w->a, page);

	if (w->method == HTTP_GET && w->route->id != R_home)
		to = url_with(&w->a, to, "to", w->raw_target);
	reply_redirect(w, to);
	return ST_OK;
}

/* Who may: absent permission is refusal. *ret_go tells whether the handler runs. */
static enum status admit(struct web *w, enum db_mode mode, bool *ret_go)
{
	const struct session *s = w->session;

	*ret_go = false;
	switch (w->route->who) {
	case WHO_ANYONE:
		*ret_go = true;
		return ST_OK;
	case WHO_SESSION:
		if (!s)
			return to_login(w, R_login);
		*ret_go = true;
		return ST_OK;
	case WHO_STAFF:
		if (!s)
			return to_login(w, R_login);
		if (s->locked) {
			if (s->idle && mode == DB_WRITE)
				TRY(session_lock(w));
			if (w->method == HTTP_POST && w->route->id != R_kept_drop)       /* of each tab */
				TRY(kept_add(w));
			return to_login(w, R_unlock);
		}
		if (s->must_change && w->route->id != R_password && w->route->id != R_password_do) {
			reply_redirect(w, url_of(&w->a, R_password));
			return ST_OK;
		}
		if (!actor_has_any(&w->rq, route_roles(w->route->asks)))
			return ST_DENIED;
		*ret_go = true;
		return ST_OK;
	case WHO_NOBODY:
		break;
	}
	return ST_DENIED;
}

struct attempt { struct web *w; enum db_mode mode; struct http_pairs form; struct http_parts parts; bool only_admit, go; };

/* Runs inside the transaction, again from the start when it lost a race. */
static enum status attempt(struct request *rq, void *arg)
{
	struct attempt *at = arg;
	struct web *w = at->w;

	(void)rq;
	w->csrf = S("");
	w->options = NULL;
	buf_free(&w->reply.body);
	w->reply = (struct reply){ 0 };
	w->form = at->form;
	w->parts = at->parts;
	TRY(session_load(w));
	TRY(admit(w, at->mode, &at->go));
	enum status st = at->go && w->route->who == WHO_STAFF && w->method == HTTP_POST ? kept_resume(w) : ST_OK;
	if (st == ST_NOT_FOUND) {
		at->go = false;
		reply_redirect(w, url_of(&w->a, R_kept));
		return ST_OK;
	}
	TRY(st);
	return at->go && !at->only_admit ? w->route->handler(w) : ST_OK;
}

static enum status run_route(struct web *w)
{
	bool write = w->route->tx == TX_WRITE || (w->route->who == WHO_STAFF && w->method == HTTP_POST);
	struct attempt at = { .w = w, .mode = write ? DB_WRITE : DB_READ, .form = w->form, .parts = w->parts,
		.only_admit = w->route->tx == TX_NONE };

	if (w->route->tx == TX_NONE && w->route->who == WHO_ANYONE)
		return w->route->handler(w);
	w->rq.settles_later = w->may_wait && !at.only_admit;
	w->rq.shares = w->rq.settles_later && w->route->lane == LANE_PAGES;
	enum status st = request_run(&w->rq, at.mode, attempt, &at);
	w->rq.settles_later = w->rq.shares = false;
	TRY(st);
	return at.only_admit && at.go ? w->route->handler(w) : ST_OK;
}

static void serve(struct web *w)
{
	enum status st = read_body(w);

	if (st == ST_OK && w->method == HTTP_POST && !csrf_ok(w))
		st = ST_DENIED;
	if (st == ST_OK)
		st = run_route(w);
	else
		w->reply.status = 0;
	if (st != ST_OK && w->reply.status == 0)
		page_status(w, status_http(st));
	if (st == ST_BROKEN && w->rq.db)
		fprintf(stderr, "%s: %.*s\n", w->route->path, STR_FMT(db_error(w->rq.db)));
	if (!http_get(&w->query, S("tick")).n)           /* a page that came anew by itself is no sign of somebody at the desk */
		IGNORE(session_touch(w));                /* a page is not refused because its time could not be noted */
}

/* Nothing here: told within the frame of whoever is logged in. */
static enum status refused(struct request *rq, void *arg)
{
	struct web *w = arg;

	(void)rq;
	TRY(session_load(w));
	page_status(w, w->refused);
	return ST_OK;
}

static void settled(void *arg, enum status st)
{
	struct web *w = arg;

	if (st != ST_OK) {                               /* what is not in the log must not leave */
		w->rq.conn = NULL;                       /* it is at another request's work by now */
		page_status(w, 503);
	}
	server_answer(w);
}

static bool site_run(void *app, void *worker, struct web *w)
{
	(void)app;
	w->worker = worker;
	w->lang = language(w);
	if (worker)
		request_init(&w->rq, &w->a, worker, w->lang);
	w->rq.now = w->now;
	w->rq.actor = (struct actor){ 0 };               /* nobody, until a session says who */
	w->rq.address = w->peer;
	if (!w->route && (!worker || request_run(&w->rq, DB_READ, refused, w) != ST_OK))
		page_status(w, w->refused);
	else if (!w->route)
		return true;
	else if (!worker && (w->route->tx != TX_NONE || w->route->who != WHO_ANYONE))
		page_status(w, 503);                     /* this worker could not open the store */
	else if (!worker || w->route->who == WHO_ANYONE || w->rq.conn)
		serve(w);
	return !request_settle(&w->rq, settled, w);
}

static struct server_admission site_admit(void *app, struct web *w)
{
	(void)app;
	w->route = route_find(w->method, &w->target, w->arg, &w->refused);
	if (!w->route)
		return (struct server_admission){ .lane = LANE_PAGES, .max_body = 8192, .at_once = !web_cookie(w, "tobari").n };
	return (struct server_admission){ w->route->lane, w->route->max_body,
		w->route->tx == TX_NONE && w->route->who == WHO_ANYONE && w->route->max_body == 0 };
}

static void *worker_open(void *app)
{
	struct site *s = app;
	struct conn *c = NULL;

	return conn_open(s->store, &c) == ST_OK ? c : NULL;
}

static void worker_close(void *worker)
{
	if (worker)
		conn_close(worker);
}

struct server_app site_app(struct site *s)
{
	return (struct server_app){ s, site_admit, site_run, worker_open, worker_close };
}
