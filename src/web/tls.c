/* tls.c - certificates and session tickets, with GnuTLS. */
#include "web/tls.h"
#include "sys/sys.h"
#include <arpa/inet.h>
#include <gnutls/x509.h>
#include <stdatomic.h>
#include <stdlib.h>

const char tls_priorities[] =
	"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:"
	"-CIPHER-ALL:+AES-256-GCM:+AES-128-GCM:+CHACHA20-POLY1305:-MAC-ALL:+AEAD";

enum { CHAIN_MAX = 8, PEM_MAX = 1 << 20, OWN_DAYS = 397, RENEW_DAYS = 30 };

/* One certificate chain with its key. Replaced pairs stay until the end: a handshake may still be using them. */
struct pair {
	gnutls_pcert_st  chain[CHAIN_MAX];
	unsigned         n;
	gnutls_privkey_t key;
	struct pair     *older;
};
struct tls {
	struct arena           a;
	struct str             cert_path, key_path;
	_Atomic(struct pair *) now;
	gnutls_datum_t         ticket_key;
};

static struct tls *_Atomic serving;     /* GnuTLS gives its callback no argument of ours before the handshake */

static void pair_free(struct pair *p)
{
	for (unsigned i = 0; i < p->n; i++)
		gnutls_pcert_deinit(&p->chain[i]);
	if (p->key)
		gnutls_privkey_deinit(p->key);
	free(p);
}

/* True when the key signs for the first certificate of the chain. */
static bool belongs(struct pair *p)
{
	unsigned char of_cert[64], of_key[64];
	size_t n = sizeof of_cert, m = sizeof of_key;
	gnutls_pubkey_t pub;

	if (gnutls_pubkey_init(&pub) < 0)
		return false;
	bool ok = gnutls_pubkey_import_privkey(pub, p->key, 0, 0) >= 0 &&
		gnutls_pubkey_get_key_id(pub, GNUTLS_KEYID_USE_SHA256, of_key, &m) >= 0 &&
		gnutls_pubkey_get_key_id(p->chain[0].pubkey, GNUTLS_KEYID_USE_SHA256, of_cert, &n) >= 0 &&
		n == m && memcmp(of_cert, of_key, n) == 0;
	gnutls_pubkey_deinit(pub);
	return ok;
}

static gnutls_datum_t datum(struct arena *a, struct str s)
{
	return (gnutls_datum_t){ (unsigned char *)str_to_z(a, s), (unsigned)s.n };
}

static enum status load(struct arena *a, struct str cert_path, struct str key_path, struct pair **ret)
{
	struct str cert, key;

	TRY(sys_read_file(a, cert_path, PEM_MAX, &cert));
	TRY(sys_read_file(a, key_path, PEM_MAX, &key));
	struct pair *p = calloc(1, sizeof *p);
	if (!p)
		return ST_BROKEN;
	gnutls_datum_t c = datum(a, cert), k = datum(a, key);
	unsigned n = CHAIN_MAX;
	if (gnutls_pcert_list_import_x509_raw(p->chain, &n, &c, GNUTLS_X509_FMT_PEM, 0) < 0)
		goto bad;
	p->n = n;
	if (n == 0 || gnutls_privkey_init(&p->key) < 0 ||
	    gnutls_privkey_import_x509_raw(p->key, &k, GNUTLS_X509_FMT_PEM, NULL, 0) < 0 || !belongs(p))
		goto bad;
	*ret = p;
	return ST_OK;
bad:
	pair_free(p);
	return ST_BAD_INPUT;
}

enum status tls_reload(struct tls *t)
{
	struct arena scratch = arena_make(0);
	struct pair *p;
	enum status st = load(&scratch, t->cert_path, t->key_path, &p);

	arena_free(&scratch);
	if (st != ST_OK)
		return st;
	p->older = atomic_load(&t->now);
	atomic_store(&t->now, p);
	return ST_OK;
}

enum status tls_open(struct str cert_path, struct str key_path, struct tls **ret)
{
	struct tls *t = calloc(1, sizeof *t);

	if (!t)
		return ST_BROKEN;
	t->a = arena_make(0);
	t->cert_path = str_dup(&t->a, cert_path);
	t->key_path = str_dup(&t->a, key_path);
	enum status st = tls_reload(t);
	if (st == ST_OK && gnutls_session_ticket_key_generate(&t->ticket_key) < 0)
		st = ST_BROKEN;
	if (st != ST_OK) {
		tls_close(t);
		return st;
	}
	atomic_store(&serving, t);
	*ret = t;
	return ST_OK;
}

void tls_close(struct tls *t)
{
	struct tls *mine = t;

	if (!t)
		return;
	atomic_compare_exchange_strong(&serving, &mine, NULL);
	for (struct pair *p = atomic_load(&t->now), *older; p; p = older) {
		older = p->older;
		pair_free(p);
	}
	if (t->ticket_key.data) {
		wipe(t->ticket_key.data, t->ticket_key.size);
		gnutls_free(t->ticket_key.data);
	}
	arena_free(&t->a);
	free(t);
}

int tls_retrieve(gnutls_session_t s, const gnutls_datum_t *ca, int nca, const gnutls_pk_algorithm_t *algos, int nalgos,
	gnutls_pcert_st **ret_chain, unsigned *ret_n, gnutls_privkey_t *ret_key)
{
	struct tls *t = atomic_load(&serving);

	(void)s, (void)ca, (void)nca, (void)algos, (void)nalgos;
	if (!t)
		return -1;
	struct pair *p = atomic_load(&t->now);
	*ret_chain = p->chain;
	*ret_n = p->n;
	*ret_key = p->key;
	return 0;
}

void tls_enable_tickets(struct tls *t, gnutls_session_t s)
{
	/* Without tickets each connection pays a full handshake: slower, not wrong. */
	IGNORE(gnutls_session_ticket_enable_server(s, &t->ticket_key));
}

/* ---- a certificate of our own ---- */

static bool still_good(struct str cert_path, struct str key_path, struct instant now)
{
	struct arena scratch = arena_make(0);
	struct pair *p = NULL;
	gnutls_x509_crt_t crt = NULL;
	bool good = load(&scratch, cert_path, key_path, &p) == ST_OK && gnutls_pcert_export_x509(&p->chain[0], &crt) >= 0 &&
		gnutls_x509_crt_get_expiration_time(crt) > now.us / 1000000 + (time_t)RENEW_DAYS * 86400;

	if (crt)
		gnutls_x509_crt_deinit(crt);
	if (p)
		pair_free(p);
	arena_free(&scratch);
	return good;
}

static int add_name(gnutls_x509_crt_t crt, struct str name, struct arena *a)
{
	unsigned char ip[16];
	char *z = str_to_z(a, name);

	if (inet_pton(AF_INET, z, ip) == 1)
		return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, ip, 4, GNUTLS_FSAN_APPEND);
	if (inet_pton(AF_INET6, z, ip) == 1)
		return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, ip, 16, GNUTLS_FSAN_APPEND);
	return gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, z, (unsigned)name.n, GNUTLS_FSAN_APPEND);
}

static int fill_in(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, const struct str *names, int nnames, time_t now,
	struct arena *a)
{
	static const struct str always[] = { SLIT("localhost"), SLIT("127.0.0.1"), SLIT("::1") };
	unsigned char serial[16];
	int bad = 0;

	sys_random(serial, (ptrdiff_t)sizeof serial);
	serial[0] = (unsigned char)((serial[0] & 0x7F) | 1);       /* positive, and never zero */
	bad |= gnutls_x509_crt_set_version(crt, 3) < 0;
	bad |= gnutls_x509_crt_set_serial(crt, serial, sizeof serial) < 0;
	bad |= gnutls_x509_crt_set_activation_time(crt, now - 86400) < 0;
	bad |= gnutls_x509_crt_set_expiration_time(crt, now + (time_t)OWN_DAYS * 86400) < 0;
	bad |= gnutls_x509_crt_set_dn(crt, "CN=Tobari (self-signed)", NULL) < 0;
	bad |= gnutls_x509_crt_set_key(crt, key) < 0;
	bad |= gnutls_x509_crt_set_basic_constraints(crt, 0, -1) < 0;
	bad |= gnutls_x509_crt_set_key_usage(crt, GNUTLS_KEY_DIGITAL_SIGNATURE) < 0;
	bad |= gnutls_x509_crt_set_key_purpose_oid(crt, GNUTLS_KP_TLS_WWW_SERVER, 0) < 0;
	for (int i = 0; i < (int)COUNT(always); i++)
		bad |= add_name(crt, always[i], a) < 0;
	for (int i = 0; i < nnames; i++)
		bad |= add_name(crt, names[i], a) < 0;
	return bad || gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0) < 0 ? -1 : 0;
}

static enum status write_pair(gnutls_x509_crt_t crt, gnutls_x509_privkey_t key, struct str cert_path, struct str key_path)
{
	gnutls_datum_t c = { 0 }, k = { 0 };
	enum status st = ST_BROKEN;

	if (gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &c) >= 0 &&
	    gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &k) >= 0) {
		st = sys_write_file(key_path, (struct str){ (char *)k.data, (ptrdiff_t)k.size }, 0600);
		if (st == ST_OK)
			st = sys_write_file(cert_path, (struct str){ (char *)c.data, (ptrdiff_t)c.size }, 0644);
	}
	if (k.data)
		wipe(k.data, k.size);
	gnutls_free(c.data);
	gnutls_free(k.data);
	return st;
}

enum status tls_make_own(struct str cert_path, struct str key_path, const struct str *names, int nnames, struct instant now)
{
	gnutls_x509_crt_t crt = NULL;
	gnutls_x509_privkey_t key = NULL;
	enum status st = ST_BROKEN;

	if (still_good(cert_path, key_path, now))
		return ST_OK;
	struct arena scratch = arena_make(0);
	if (gnutls_x509_crt_init(&crt) >= 0 && gnutls_x509_privkey_init(&key) >= 0 &&
	    gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0) >= 0 &&
	    fill_in(crt, key, names, nnames, (time_t)(now.us / 1000000), &scratch) == 0)
		st = write_pair(crt, key, cert_path, key_path);
	if (crt)
		gnutls_x509_crt_deinit(crt);
	if (key)
		gnutls_x509_privkey_deinit(key);
	arena_free(&scratch);
	return st;
}
