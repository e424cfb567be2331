/* server.h - HTTPS: connections, limits, deadlines; hands whole requests to a bounded pool. */
#pragma once
#include "web/pool.h"
#include "web/web.h"

struct tls;

/* What the server serves. `admit` runs on an I/O thread and must be quick: it fills in w->route, w->arg and may set
 * w->refused; `run` runs in a worker and leaves an answer in w->reply. It may return false when w->may_wait: then the
 * answer leaves with server_answer, from any thread, and the worker is free for others meanwhile. */
struct server_admission { enum lane lane; ptrdiff_t max_body; bool at_once; };   /* at_once: run it on the I/O thread */
struct server_app {
	void  *app;
	struct server_admission (*admit)(void *app, struct web *w);
	bool   (*run)(void *app, void *worker, struct web *w);
	void  *(*worker_open)(void *app);
	void   (*worker_close)(void *worker);
};

struct server_config {
	struct str  address;                 /* numeric; IPv6 in brackets or not */
	int         port;                    /* 0: the system chooses */
	int         listener;                /* a socket from server_listen, which stays the caller's; -1: it opens its own */
	const struct str *hosts;             /* names this server answers to, besides localhost and its own addresses */
	int         nhosts;
	struct tls *tls;
	int         io_threads;
	struct pool_lane_config lane[LANE_MAX];
	int         max_connections, max_per_address, max_waiting_per_address;
	int         handshake_s, header_s, idle_s, body_s;   /* deadlines; a body gets more time by its size */
	int64_t     patience_us;             /* how long a whole request may wait for a worker */
	ptrdiff_t   max_bodies;              /* bytes of request bodies held at once */
};
void server_defaults(struct server_config *c);

/* Opens the socket to listen at. ST_OK; ST_CONFLICT (the port is used); ST_DENIED (a port below 1024); ST_BAD_INPUT. */
NODISCARD enum status server_listen(const struct server_config *c, int *ret_listener);

struct server;
/* ST_OK; ST_CONFLICT (the port is used); ST_DENIED (a port below 1024); ST_BAD_INPUT (no such address); ST_BROKEN. */
NODISCARD enum status server_start(const struct server_config *c, const struct server_app *app, struct server **ret);
int  server_port(const struct server *s);
/* Once for each request whose `run` returned false; nothing of *w may be touched afterwards. */
void server_answer(struct web *w);
/* Closes connections that have passed their deadline. Call about once a second. */
void server_sweep(struct server *s);
/* Stops accepting, answers what waits, closes everything. Accepts NULL. */
void server_stop(struct server *s);
