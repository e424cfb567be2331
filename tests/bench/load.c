/* load.c - the browsers of load.h: a thread for each connection, keep-alive, every answer read whole. */
#include "tests/bench/load.h"
#include "base/num.h"
#include "sys/sys.h"
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CONNECTIONS_MAX = 1024, PORTS_MAX = 16, ANSWER_MAX = 1 << 20 };

struct connection { int fd; gnutls_session_t s; };
struct port { int number, n; struct connection c[CONNECTIONS_MAX]; };
static struct port ports[PORTS_MAX];
static gnutls_certificate_credentials_t anybody;
static int to_child[2], to_parent[2];
static pid_t child;

static void die(const char *what)
{
	fprintf(stderr, "load: %s\n", what);
	exit(1);
}

static void dial(struct connection *c, int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int on = 1, n;

	c->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to))
		die("cannot connect");
	setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	gnutls_init(&c->s, GNUTLS_CLIENT);
	gnutls_priority_set_direct(c->s, "NORMAL:-CIPHER-ALL:+AES-128-GCM", NULL);
	gnutls_credentials_set(c->s, GNUTLS_CRD_CERTIFICATE, anybody);
	gnutls_transport_set_int(c->s, c->fd);
	do
		n = gnutls_handshake(c->s);
	while (n < 0 && !gnutls_error_is_fatal(n));
	if (n < 0)
		die(gnutls_strerror(n));
}

static struct port *port_of(int number, int connections)
{
	struct port *p = ports;

	while (p < ports + PORTS_MAX && p->number && p->number != number)
		p++;
	if (p == ports + PORTS_MAX || connections > CONNECTIONS_MAX)
		die("too many");
	p->number = number;
	for (; p->n < connections; p->n++)
		dial(&p->c[p->n], number);
	return p;
}

/* ---- one connection's share ---- */

struct share {
	const struct load_task *t;
	struct connection *c;
	const char *request;
	int number;
	atomic_int *left;
	double *ms;
	atomic_int *done;
	int64_t bytes, wrong;
	char first_wrong[64];
	pthread_t thread;
};

static void part(struct connection *c)
{
	close(c->fd);
	gnutls_deinit(c->s);
}

static int64_t hear(struct connection *c, char *b)
{
	int64_t n = 0;

	for (;;) {
		b[n] = 0;
		char *end = strstr(b, "\r\n\r\n"), *length = strcasestr(b, "Content-Length: ");
		struct str digits = length ? str_z(length + 16) : S("");
		int64_t body = 0;
		if (end && length && num_parse(str_sub(digits, 0, str_find_char(digits, '\r')), 0, ANSWER_MAX, &body) == ST_OK && n >= (end - b) + 4 + body)
			return n;
		ssize_t got = n < ANSWER_MAX ? gnutls_record_recv(c->s, b + n, (size_t)(ANSWER_MAX - n)) : 0;
		if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED)
			continue;
		if (got <= 0)
			return 0;
		n += got;
	}
}

static void *ask(void *arg)
{
	struct share *s = arg;
	char *b = malloc(ANSWER_MAX + 1);

	if (!b)
		abort();
	int64_t pause = s->t->pause_ms * INT64_C(1000), due = sys_monotonic_us() + pause * s->number / s->t->connections;
	for (; atomic_fetch_sub(s->left, 1) > 0; due += pause) {
		if (pause && due > sys_monotonic_us())
			poll(NULL, 0, (int)((due - sys_monotonic_us()) / 1000));
		int64_t begin = sys_monotonic_us(), n = 0;
		for (int tries = 0; !n && tries < 2; tries++) {        /* a connection that was idle for long is closed by the server */
			if (gnutls_record_send(s->c->s, s->request, strlen(s->request)) > 0)
				n = hear(s->c, b);
			if (!n) {
				part(s->c);
				dial(s->c, s->t->port);
			}
		}
		if (!n)
			die("no answer");
		s->ms[atomic_fetch_add(s->done, 1)] = (double)(sys_monotonic_us() - begin) / 1000;
		s->bytes = n;
		if (strncmp(b, "HTTP/1.1 200", 12) != 0 && strncmp(b, "HTTP/1.1 303", 12) != 0 && s->wrong++ == 0)
			snprintf(s->first_wrong, sizeof s->first_wrong, "%.*s", (int)strcspn(b, "\r"), b);
	}
	free(b);
	return NULL;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static struct load_result work(const struct load_task *t)
{
	struct load_result r = { 0 };
	struct port *p = port_of(t->port, t->connections);
	struct share *s = calloc((size_t)t->connections, sizeof *s);
	double *ms = calloc((size_t)t->requests, sizeof *ms);
	atomic_int left = t->requests, done = 0;
	char request[2000], body[1100] = "";

	if (!s || !ms)
		abort();
	if (t->body[0])
		snprintf(body, sizeof body, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n", strlen(t->body));
	snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: localhost\r\nAccept-Language: ja\r\nCookie: %s\r\n%s\r\n%s", t->body[0] ? "POST" : "GET",
		t->path, t->cookie, body, t->body);
	int64_t begin = sys_monotonic_us();
	for (int i = 0; i < t->connections; i++) {
		s[i] = (struct share){ .t = t, .c = &p->c[i], .request = request, .number = i, .left = &left, .ms = ms, .done = &done };
		if (pthread_create(&s[i].thread, NULL, ask, &s[i]))
			die("no thread");
	}
	for (int i = 0; i < t->connections; i++) {
		pthread_join(s[i].thread, NULL);
		r.bytes = MAX(r.bytes, s[i].bytes);
		r.wrong += s[i].wrong;
		if (s[i].wrong)
			memcpy(r.first_wrong, s[i].first_wrong, sizeof r.first_wrong);
	}
	r.seconds = (double)(sys_monotonic_us() - begin) / 1e6;
	qsort(ms, (size_t)t->requests, sizeof *ms, by_size);
	r.p50_ms = ms[t->requests / 2];
	r.p99_ms = ms[(int)(0.99 * (t->requests - 1))];
	free(s);
	free(ms);
	return r;
}

/* ---- the process ---- */

static bool whole(int fd, void *p, size_t n, bool out)
{
	for (char *at = p; n;) {
		ssize_t got = out ? write(fd, at, n) : read(fd, at, n);
		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

void load_begin(void)
{
	if (pipe(to_child) || pipe(to_parent))
		die("no pipe");
	child = fork();
	if (child < 0)
		die("no process");
	close(child ? to_parent[1] : to_child[1]);
	if (child)
		return;
	struct load_task t;
	signal(SIGPIPE, SIG_IGN);
	gnutls_certificate_allocate_credentials(&anybody);
	while (whole(to_child[0], &t, sizeof t, false)) {
		struct load_result r = work(&t);
		if (!whole(to_parent[1], &r, sizeof r, true))
			break;
	}
	_exit(0);
}

void load_send(const struct load_task *t)
{
	struct load_task copy = *t;

	if (!whole(to_child[1], &copy, sizeof copy, true))
		die("gone");
}

struct load_result load_wait(void)
{
	struct load_result r;

	if (!whole(to_parent[0], &r, sizeof r, false))
		die("gone");
	return r;
}

struct load_result load(const struct load_task *t)
{
	load_send(t);
	return load_wait();
}

void load_end(void)
{
	close(to_child[1]);
	waitpid(child, NULL, 0);
}
