/* wire.h - a peer of the server over a real socket: TLS, a request as bytes, the answer with its body. */
#pragma once
#include "base/num.h"
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { ANSWER_MAX = 1 << 20 };

struct peer { int fd; gnutls_session_t s; gnutls_certificate_credentials_t cred; };

static inline int wire_dial(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

static inline int greet(struct peer *p, int port, const char *priorities, const gnutls_datum_t *ticket)
{
	int n;

	p->fd = wire_dial(port);
	gnutls_certificate_allocate_credentials(&p->cred);
	gnutls_init(&p->s, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL);        /* a server that refuses hangs up amid what is said */
	gnutls_priority_set_direct(p->s, priorities, NULL);
	gnutls_credentials_set(p->s, GNUTLS_CRD_CERTIFICATE, p->cred);
	if (ticket)
		gnutls_session_set_data(p->s, ticket->data, ticket->size);
	gnutls_transport_set_int(p->s, p->fd);
	gnutls_handshake_set_timeout(p->s, 5000);
	do
		n = gnutls_handshake(p->s);
	while (n < 0 && !gnutls_error_is_fatal(n));
	return n;
}

static inline void part(struct peer *p)
{
	close(p->fd);
	gnutls_deinit(p->s);
	gnutls_certificate_free_credentials(p->cred);
}

static inline void say(struct peer *p, const char *text)
{
	size_t n = strlen(text), sent = 0;

	while (sent < n) {
		ssize_t got = gnutls_record_send(p->s, text + sent, n - sent);
		if (got <= 0)
			return;
		sent += (size_t)got;
	}
}

static inline size_t content_length(const char *text)
{
	struct str s = str_z(text);
	int64_t n;

	assert_int_equal(num_parse(str_sub(s, 0, str_find_char(s, '\r')), 0, ANSWER_MAX, &n), ST_OK);
	return (size_t)n;
}

/* Reads one answer with its body, as Content-Length gives it; the length of the whole, 0 when the peer is gone. */
static inline size_t hear(struct peer *p, char *answer)
{
	size_t n = 0;

	gnutls_record_set_timeout(p->s, 5000);
	while (n < ANSWER_MAX - 1) {
		answer[n] = 0;
		char *end = strstr(answer, "\r\n\r\n"), *length = strstr(answer, "Content-Length: ");
		if (end && length && n >= (size_t)(end - answer) + 4 + content_length(length + 16))
			return n;
		ssize_t got = gnutls_record_recv(p->s, answer + n, ANSWER_MAX - 1 - n);
		if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED)
			continue;
		if (got <= 0)
			return n;
		n += (size_t)got;
	}
	return n;
}

/* One request on a connection of its own; the answer, to be freed. */
static inline char *wire_ask(int port, const char *request)
{
	char *answer = calloc(1, ANSWER_MAX);
	struct peer p;

	assert_int_equal(greet(&p, port, "NORMAL", NULL), 0);
	say(&p, request);
	hear(&p, answer);
	part(&p);
	return answer;
}
