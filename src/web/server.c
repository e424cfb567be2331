/* server.c - HTTPS over libmicrohttpd.
 *
 * I/O threads parse headers, collect bounded bodies and send; a whole request is suspended, worked on by the pool and
 * resumed. What a peer can hold is bounded everywhere: connections, connections per address, waiting requests per
 * address, bytes of bodies, and time: each connection has one deadline for what it is doing now, and the sweep
 * shuts it down when that has passed, however slowly bytes still drip in. */
#include "web/server.h"
#include "base/num.h"
#include "sys/sys.h"
#include "web/status.h"
#include "web/tls.h"
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* The memory of a connection holds the head of its request and that of the answer; what GnuTLS keeps comes to 10 KiB more. */
enum { CONNECTION_MEMORY = 8 << 10, CONNECTION_INCREMENT = 1 << 10, SLOTS = 4096, BACKLOG = 1024, SECOND = 1000000 };
static const int64_t SLOWEST = 20 << 10;               /* bytes a second that a peer must manage */

/* What a connection is doing, with the moment until when it may. */
struct connection {
	struct server       *server;
	struct connection         *prev, *next;
	int                  fd;
	unsigned             slot;                     /* of its address, in `waiting` */
	bool                 between;                  /* between two requests */
	bool                 counted;
	int64_t              deadline;                 /* monotonic, 0 = none */
	uint64_t             received;                 /* bytes when the pause began */
	struct str           peer;
	char                 peer_text[INET6_ADDRSTRLEN];
};

/* A request on its way; the first member is what the application sees. */
struct exchange {
	struct web             web;
	struct server         *server;
	struct MHD_Connection *connection;
	struct connection           *conn;
	enum lane              lane;
	enum { EX_NEW, EX_BODY, EX_WORK, EX_DONE, EX_SENT } phase;
	struct buf             body;
	ptrdiff_t              max_body, held, size;
	bool                   waiting;
	int                    refused;                /* known only while the body came */
	struct MHD_Response   *response;
};

struct server {
	struct server_config config;
	struct server_app    app;
	struct arena         a;
	struct MHD_Daemon   *daemon;
	struct pool         *pool;
	int                  listener, port;
	pthread_mutex_t      lock;                     /* of the list */
	struct connection         *conns;
	atomic_long          bodies;
	atomic_int           working;                  /* suspended: in a queue, a worker, or waiting for the disk */
	atomic_long          asked;                    /* requests and connections so far */
	long                 asked_before, rested;     /* at the last sweep; when memory was last given back */
	atomic_int           waiting[SLOTS];
};

void server_defaults(struct server_config *c)
{
	*c = (struct server_config){
		.address = S("127.0.0.1"), .port = 8443, .listener = -1, .io_threads = 2,
		.lane = { [LANE_PAGES] = { 4, 1024 }, [LANE_SLOW] = { 2, 64 } },
		.max_connections = 10000, .max_per_address = 2500, .max_waiting_per_address = 512,
		.handshake_s = 30, .header_s = 10, .idle_s = 75, .body_s = 20,
		.patience_us = 10 * (int64_t)SECOND, .max_bodies = 512 << 20,
	};
}

/* ---- connections ---- */

static void set_deadline(struct connection *c, bool between, int64_t seconds)
{
	struct server *s = c->server;

	pthread_mutex_lock(&s->lock);
	c->between = between;
	c->counted = false;
	c->deadline = seconds ? sys_monotonic_us() + seconds * SECOND : 0;
	pthread_mutex_unlock(&s->lock);
}

static unsigned slot_of(struct str peer)
{
	return (unsigned)(str_hash(peer) % SLOTS);
}

static void conn_open(struct server *s, struct MHD_Connection *connection, void **socket_context)
{
	const union MHD_ConnectionInfo *fd = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	const union MHD_ConnectionInfo *from = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const union MHD_ConnectionInfo *tls = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
	struct connection *c = calloc(1, sizeof *c);

	if (!c || !fd)
		abort();
	c->server = s;
	c->fd = fd->connect_fd;
	if (from && from->client_addr) {
		socklen_t n = from->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
		IGNORE(getnameinfo(from->client_addr, n, c->peer_text, sizeof c->peer_text, NULL, 0, NI_NUMERICHOST));
	}
	c->peer = str_z(c->peer_text);
	c->slot = slot_of(c->peer);
	c->deadline = sys_monotonic_us() + s->config.handshake_s * (int64_t)SECOND;
	atomic_fetch_add(&s->asked, 1);
	if (tls && tls->tls_session)
		tls_enable_tickets(s->config.tls, tls->tls_session);
	pthread_mutex_lock(&s->lock);
	c->next = s->conns;
	if (s->conns)
		s->conns->prev = c;
	s->conns = c;
	pthread_mutex_unlock(&s->lock);
	*socket_context = c;
}

static void conn_close(struct server *s, void **socket_context)
{
	struct connection *c = *socket_context;

	if (!c)
		return;
	pthread_mutex_lock(&s->lock);
	if (c->next)
		c->next->prev = c->prev;
	*(c->prev ? &c->prev->next : &s->conns) = c->next;
	pthread_mutex_unlock(&s->lock);
	free(c);
	*socket_context = NULL;
}

static void on_connection(void *cls, struct MHD_Connection *connection, void **socket_context,
	enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		conn_open(cls, connection, socket_context);
	else
		conn_close(cls, socket_context);
}

static bool has_received(const struct connection *c, uint64_t *ret)
{
	struct tcp_info info;
	socklen_t n = sizeof info;

	memset(&info, 0, sizeof info);
	if (getsockopt(c->fd, IPPROTO_TCP, TCP_INFO, &info, &n))
		return false;
	*ret = info.tcpi_bytes_received;
	return true;
}

/* A pause ends with the first byte of the next request: from then on the header has its own, short time. */
static void watch_pause(struct connection *c, int64_t now, int64_t header_us)
{
	uint64_t n;

	if (!c->between || !has_received(c, &n))
		return;
	if (!c->counted) {
		c->counted = true;
		c->received = n;
	} else if (n != c->received) {
		c->between = false;
		c->deadline = MIN(c->deadline, now + header_us);
	}
}

/* Nothing was asked since the last sweep, but something since memory was given back. */
static void rest_when_quiet(struct server *s)
{
	long asked = atomic_load(&s->asked);

	if (asked == s->asked_before && asked != s->rested && !atomic_load(&s->working)) {
		sys_rest();
		s->rested = asked;
	}
	s->asked_before = asked;
}

void server_sweep(struct server *s)
{
	int64_t now = sys_monotonic_us();

	pthread_mutex_lock(&s->lock);
	for (struct connection *c = s->conns; c; c = c->next) {
		watch_pause(c, now, s->config.header_s * (int64_t)SECOND);
		if (c->deadline && now > c->deadline)
			shutdown(c->fd, SHUT_RDWR);
	}
	pthread_mutex_unlock(&s->lock);
	rest_when_quiet(s);
}

/* ---- answers ---- */

/* REQ: APP-02, TRF-04 - on every answer. */
static const struct { const char *name, *value; } always[] = {
	{ "Strict-Transport-Security", "max-age=31536000; includeSubDomains" },
	{ "Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
		"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
		"require-trusted-types-for 'script'" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cross-Origin-Embedder-Policy", "require-corp" },
};

static void free_body(void *cls)
{
	struct buf *b = cls;

	buf_free(b);
	free(b);
}

static struct MHD_Response *response_of(struct reply *r)
{
	if (r->fixed.p) {
		union { const char *in; char *out; } door = { .in = r->fixed.p };     /* the library only reads it */
		return MHD_create_response_from_buffer((size_t)r->fixed.n, door.out, MHD_RESPMEM_PERSISTENT);
	}
	struct buf *kept = malloc(sizeof *kept);
	if (!kept)
		abort();
	*kept = r->body;
	r->body = (struct buf){ 0 };
	return MHD_create_response_from_buffer_with_free_callback_cls((size_t)kept->n, kept->n ? kept->p : NULL, free_body, kept);
}

static void add_field(struct MHD_Response *response, struct arena *a, struct str name, struct str value)
{
	if (MHD_add_response_header(response, str_to_z(a, name), str_to_z(a, value)) != MHD_YES)
		abort();
}

static void plain_answer(struct web *w, int status)
{
	struct status_message m = status_message(status);

	reply_start_(w, status, S("text/plain; charset=utf-8"));
	for (int lang = 0; lang < LANG_MAX; lang++) {           /* whose, nobody knows yet */
		buf_int(&w->reply.body, status);
		buf_char(&w->reply.body, ' ');
		buf_add(&w->reply.body, msg_text(m.title, (enum lang)lang));
		buf_char(&w->reply.body, '\n');
		buf_add(&w->reply.body, msg_text(m.text, (enum lang)lang));
		buf_lit(&w->reply.body, "\n\n");
	}
	if (status == 503)
		reply_header(w, "Retry-After", S("2"));
}

/* Turns what the handler said into what is sent. */
static void make_response(struct exchange *x)
{
	struct reply *r = &x->web.reply;

	if (r->status == 0 || r->failed || r->body.failed)
		plain_answer(&x->web, 500);
	x->size = r->fixed.p ? r->fixed.n : r->body.n;
	x->response = response_of(r);
	if (!x->response)
		abort();
	for (ptrdiff_t i = 0; i < COUNT(always); i++)
		MHD_add_response_header(x->response, always[i].name, always[i].value);
	add_field(x->response, &x->web.a, S("Content-Type"), r->type);
	MHD_add_response_header(x->response, "Cache-Control",
		r->forever ? "public, max-age=31536000, immutable" : "no-store");
	for (int i = 0; i < r->nfields; i++)
		add_field(x->response, &x->web.a, r->field[i].name, r->field[i].value);
}

static enum MHD_Result send_now(struct exchange *x)
{
	if (!x->response)
		make_response(x);
	x->phase = EX_SENT;
	set_deadline(x->conn, false, x->server->config.body_s + x->size / SLOWEST);
	return MHD_queue_response(x->connection, (unsigned)x->web.reply.status, x->response);
}

static enum MHD_Result refuse(struct exchange *x, int status)
{
	plain_answer(&x->web, status);
	return send_now(x);
}

/* ---- requests ---- */

static struct str header(struct exchange *x, const char *name)
{
	return str_z(MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, name));
}

struct header_check { int hosts, lengths, encodings; };

static enum MHD_Result count_header(void *cls, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct header_check *n = cls;
	struct str s = str_z(name);

	(void)kind, (void)value;
	n->hosts += str_eq_nocase(s, S("host"));
	n->lengths += str_eq_nocase(s, S("content-length"));
	n->encodings += str_eq_nocase(s, S("transfer-encoding"));
	return MHD_YES;
}

/* The address this connection arrived at, as text. */
static bool own_address(const struct connection *c, struct str host)
{
	struct sockaddr_storage here;
	socklen_t n = sizeof here;
	char text[INET6_ADDRSTRLEN];

	return getsockname(c->fd, (struct sockaddr *)&here, &n) == 0 &&
		getnameinfo((struct sockaddr *)&here, n, text, sizeof text, NULL, 0, NI_NUMERICHOST) == 0 &&
		str_eq_nocase(host, str_z(text));
}

static bool known_host(struct exchange *x, struct str host)
{
	if (str_eq_nocase(host, S("localhost")) || own_address(x->conn, host))
		return true;
	for (int i = 0; i < x->server->config.nhosts; i++)
		if (str_eq_nocase(host, x->server->config.hosts[i]))
			return true;
	return false;
}

/* 0, or the status with which a request is refused before anybody looks at it. */
static int check_headers(struct exchange *x, const char *version)
{
	struct header_check n = { 0 };
	struct str host;

	if (strcmp(version, MHD_HTTP_VERSION_1_1) != 0 && strcmp(version, MHD_HTTP_VERSION_1_0) != 0)
		return 505;
	MHD_get_connection_values(x->connection, MHD_HEADER_KIND, count_header, &n);
	if (n.hosts != 1 || n.lengths > 1 || n.encodings > 1 || (n.lengths && n.encodings))
		return 400;
	x->web.host = header(x, "Host");
	if (http_host(x->web.host, &host) != ST_OK)
		return 400;
	return known_host(x, host) ? 0 : 421;
}

static int read_head(struct exchange *x, const char *method, const char *version)
{
	struct web *w = &x->web;
	int refused = check_headers(x, version);

	if (refused)
		return refused;
	w->head = strcmp(method, "HEAD") == 0;
	w->method = w->head || strcmp(method, "GET") == 0 ? HTTP_GET : strcmp(method, "POST") == 0 ? HTTP_POST : HTTP_OTHER;
	w->accept_language = header(x, "Accept-Language");
	w->content_type = header(x, "Content-Type");
	w->origin = header(x, "Origin");
	w->fetch_site = header(x, "Sec-Fetch-Site");
	w->if_none_match = header(x, "If-None-Match");
	w->user_agent = header(x, "User-Agent");
	w->peer = x->conn->peer;
	w->now = sys_now();
	w->app = x->server->app.app;
	if (http_target(&w->a, w->raw_target, &w->target) != ST_OK || http_form(&w->a, w->target.query, &w->query) != ST_OK ||
	    http_cookies(&w->a, header(x, "Cookie"), &w->cookies) != ST_OK)
		return 400;
	return 0;
}

static bool take_place(struct exchange *x)
{
	atomic_int *n = &x->server->waiting[x->conn->slot];

	if (atomic_fetch_add(n, 1) >= x->server->config.max_waiting_per_address) {
		atomic_fetch_sub(n, 1);
		return false;
	}
	x->waiting = true;
	return true;
}

static bool hold(struct exchange *x, ptrdiff_t more)
{
	if (atomic_fetch_add(&x->server->bodies, (long)more) + more > x->server->config.max_bodies) {
		atomic_fetch_sub(&x->server->bodies, (long)more);
		return false;
	}
	x->held += more;
	return true;
}

/* The headers are whole: admit or refuse. */
static enum MHD_Result begin(struct exchange *x, const char *method, const char *version)
{
	struct server *s = x->server;
	int refused = read_head(x, method, version);

	atomic_fetch_add(&s->asked, 1);
	if (refused)
		return refuse(x, refused);
	struct server_admission ad = s->app.admit(s->app.app, &x->web);
	x->lane = ad.lane;
	x->max_body = ad.max_body;
	struct str length = header(x, "Content-Length");
	int64_t n = 0;
	if (length.n && num_parse(length, 0, INT64_MAX, &n) != ST_OK)
		return refuse(x, 400);
	if (n > ad.max_body)
		return refuse(x, 413);
	if (!hold(x, n))
		return refuse(x, 503);
	if (ad.at_once && n == 0 && x->web.method == HTTP_GET) {
		IGNORE(s->app.run(s->app.app, NULL, &x->web));
		return send_now(x);
	}
	x->body = buf_make(ad.max_body);
	x->phase = EX_BODY;
	set_deadline(x->conn, false, s->config.body_s + (n ? n : x->web.method == HTTP_GET ? 0 : ad.max_body) / SLOWEST);
	return MHD_YES;
}

static enum MHD_Result more_body(struct exchange *x, const char *data, size_t *size)
{
	ptrdiff_t n = (ptrdiff_t)*size;

	*size = 0;
	if (!x->refused && x->body.n + n > x->max_body)                /* only a chunked body gets here */
		x->refused = 413;
	if (!x->refused && x->body.n + n > x->held && !hold(x, n))
		x->refused = 503;
	if (!x->refused)
		buf_add(&x->body, (struct str){ data, n });
	return MHD_YES;
}

static enum MHD_Result hand_over(struct exchange *x)
{
	if (x->refused)
		return refuse(x, x->refused);
	x->web.body = buf_str(&x->body);
	set_deadline(x->conn, false, 0);
	if (!take_place(x))
		return refuse(x, 503);
	x->phase = EX_WORK;
	atomic_fetch_add(&x->server->working, 1);
	MHD_suspend_connection(x->connection);
	if (!pool_push(x->server->pool, x->lane, x)) {
		plain_answer(&x->web, 503);
		server_answer(&x->web);
	}
	return MHD_YES;
}

static enum MHD_Result on_access(void *cls, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *data, size_t *size, void **con_cls)
{
	struct exchange *x = *con_cls;

	(void)cls, (void)url;
	if (!x)
		return MHD_NO;
	switch (x->phase) {
	case EX_NEW:
		x->connection = connection;
		x->conn = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
		return begin(x, method, version);
	case EX_BODY:
		return *size ? more_body(x, data, size) : hand_over(x);
	case EX_DONE:
		return send_now(x);
	case EX_WORK:
	case EX_SENT:
		break;
	}
	return MHD_NO;
}

/* After the resume, the exchange belongs to the I/O thread again. */
void server_answer(struct web *w)
{
	struct exchange *x = (struct exchange *)w;
	struct server *s = x->server;

	make_response(x);
	x->phase = EX_DONE;
	MHD_resume_connection(x->connection);
	atomic_fetch_sub(&s->working, 1);
}

/* Runs in a worker. */
static void run_job(void *app, void *worker, void *job, bool stale)
{
	struct exchange *x = job;

	x->web.may_wait = true;
	if (stale)
		plain_answer(&x->web, 503);
	if (stale || x->server->app.run(app, worker, &x->web))
		server_answer(&x->web);
}

static void *on_target(void *cls, const char *uri, struct MHD_Connection *connection)
{
	struct exchange *x = calloc(1, sizeof *x);

	(void)connection;
	if (!x)
		abort();
	x->server = cls;
	x->web.a = arena_make(64 << 20);
	x->web.raw_target = str_dup(&x->web.a, str_z(uri));
	return x;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **con_cls, enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *con_cls;
	struct server *s = cls;

	(void)connection, (void)why;
	if (!x)
		return;
	if (x->conn)
		set_deadline(x->conn, true, s->config.idle_s);
	assert(x->conn || !x->waiting);
	if (x->waiting)
		atomic_fetch_sub(&s->waiting[x->conn->slot], 1);
	atomic_fetch_sub(&s->bodies, (long)x->held);
	if (x->response)
		MHD_destroy_response(x->response);
	buf_free(&x->web.reply.body);
	buf_free(&x->body);
	arena_free(&x->web.a);
	free(x);
	*con_cls = NULL;
}

/* Our own readers decode; the library's must leave everything as it came. */
static size_t no_unescape(void *cls, struct MHD_Connection *connection, char *s)
{
	(void)cls, (void)connection;
	return strlen(s);
}

/* ---- start and stop ---- */

static void raise_descriptors(int wanted)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == 0 && r.rlim_cur < (rlim_t)wanted) {
		r.rlim_cur = MIN(r.rlim_max, (rlim_t)wanted);
		IGNORE(setrlimit(RLIMIT_NOFILE, &r));
	}
}

static enum status open_socket(const struct addrinfo *ai, int *ret)
{
	int on = 1, fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	    bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0) {
		*ret = fd;
		return ST_OK;
	}
	enum status st = errno == EADDRINUSE ? ST_CONFLICT : errno == EACCES ? ST_DENIED : ST_BAD_INPUT;
	if (fd >= 0)
		close(fd);
	return st;
}

enum status server_listen(const struct server_config *c, int *ret_listener)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM }, *ai;
	struct arena a = arena_make(1 << 16);
	struct str host = c->address;
	char port[16];

	if (host.n > 1 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = str_sub(host, 1, host.n - 1);
	snprintf(port, sizeof port, "%d", c->port);
	enum status st = getaddrinfo(str_to_z(&a, host), port, &hints, &ai) ? ST_BAD_INPUT : ST_OK;
	if (st == ST_OK) {
		st = open_socket(ai, ret_listener);
		freeaddrinfo(ai);
	}
	arena_free(&a);
	return st;
}

static enum status listen_at(struct server *s)
{
	union { struct sockaddr any; struct sockaddr_in in; struct sockaddr_in6 in6; } here = { 0 };
	socklen_t n = sizeof here;

	if (s->config.listener >= 0)
		s->listener = fcntl(s->config.listener, F_DUPFD_CLOEXEC, 0);
	else
		TRY(server_listen(&s->config, &s->listener));
	if (s->listener < 0 || getsockname(s->listener, &here.any, &n))
		return ST_BROKEN;
	s->port = ntohs(here.any.sa_family == AF_INET6 ? here.in6.sin6_port : here.in.sin_port);
	return ST_OK;
}

static enum status start_daemon(struct server *s)
{
	const struct server_config *c = &s->config;

	s->daemon = MHD_start_daemon(
		MHD_USE_TLS | MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC | MHD_USE_TURBO, 0, NULL, NULL,
		on_access, s,
		MHD_OPTION_LISTEN_SOCKET, s->listener,
		MHD_OPTION_THREAD_POOL_SIZE, (unsigned)c->io_threads,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)c->max_connections,
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)c->max_per_address,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)c->idle_s,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)CONNECTION_INCREMENT,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, s,
		MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
		MHD_OPTION_URI_LOG_CALLBACK, on_target, s,
		MHD_OPTION_UNESCAPE_CALLBACK, no_unescape, NULL,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_HTTPS_PRIORITIES, tls_priorities,
		MHD_OPTION_HTTPS_CERT_CALLBACK, tls_retrieve,
		MHD_OPTION_END);
	return s->daemon ? ST_OK : ST_BROKEN;
}

enum status server_start(const struct server_config *c, const struct server_app *app, struct server **ret)
{
	struct server *s = calloc(1, sizeof *s);
	enum status st;

	if (!s)
		return ST_BROKEN;
	s->config = *c;
	s->app = *app;
	s->a = arena_make(0);
	s->listener = -1;
	pthread_mutex_init(&s->lock, NULL);
	sys_keep_memory();
	raise_descriptors(c->max_connections + 256);
	st = listen_at(s);
	struct pool_config p = { .app = app->app, .worker_open = app->worker_open, .worker_close = app->worker_close,
		.run = run_job, .patience_us = c->patience_us };
	memcpy(p.lane, c->lane, sizeof p.lane);
	if (st == ST_OK)
		st = pool_start(&p, &s->pool);
	if (st == ST_OK)
		st = start_daemon(s);
	if (st != ST_OK) {
		server_stop(s);
		return st;
	}
	*ret = s;
	return ST_OK;
}

int server_port(const struct server *s)
{
	return s->port;
}

void server_stop(struct server *s)
{
	if (!s)
		return;
	if (s->daemon)
		MHD_quiesce_daemon(s->daemon);
	pool_stop(s->pool);
	while (atomic_load(&s->working))                 /* what waits for the disk */
		nanosleep(&(struct timespec){ 0, 1000000 }, NULL);
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	pool_free(s->pool);
	if (s->listener >= 0)
		close(s->listener);
	arena_free(&s->a);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
