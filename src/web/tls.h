/* tls.h - certificates: the given one, or one of our own making; exchanged while running; tickets for resumption. */
#pragma once
#include "base/date.h"
#include <gnutls/abstract.h>

struct tls;
/* TLS 1.2 and 1.3 only, forward secrecy and authenticated ciphers only. */
extern const char tls_priorities[];

/* Reads the certificate (chain) and key, PEM. ST_OK; ST_NOT_FOUND, ST_DENIED (files); ST_BAD_INPUT (not a pair). */
NODISCARD enum status tls_open(struct str cert_path, struct str key_path, struct tls **ret);
/* Reads them again; the old pair stays in use when the new one is no good. Connections that exist are untouched. */
NODISCARD enum status tls_reload(struct tls *t);
void tls_close(struct tls *t);                                  /* accepts NULL */

/* Writes a self-signed ECDSA P-256 certificate for localhost, 127.0.0.1, ::1 and the given names, unless a pair is
 * there that is good for another 30 days. Key file mode 600. ST_OK, ST_DENIED, ST_BROKEN. */
NODISCARD enum status tls_make_own(struct str cert_path, struct str key_path, const struct str *names, int nnames,
	struct instant now);

/* For the server: the retrieve function of GnuTLS for the pair now in use (one struct tls in a process), and the
 * set-up of session tickets on a new connection. */
int  tls_retrieve(gnutls_session_t s, const gnutls_datum_t *ca, int nca, const gnutls_pk_algorithm_t *algos, int nalgos,
	gnutls_pcert_st **ret_chain, unsigned *ret_n, gnutls_privkey_t *ret_key);
void tls_enable_tickets(struct tls *t, gnutls_session_t s);
