/* crypto.c - keys, sealing, keyed hashes, signatures, with libsodium. */
#include "crypto/crypto.h"
#include "sys/fault.h"
#include "sys/sys.h"
#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

static _Atomic unsigned forks;                 /* bytes read ahead must not be used by two processes */

static void count_fork(void)
{
	atomic_fetch_add(&forks, 1);
}

__attribute__((constructor)) static void start(void)
{
	if (sodium_init() < 0 || pthread_atfork(NULL, NULL, count_fork))
		abort();
}

/* ---- keys ---- */

struct key *keys_alloc(ptrdiff_t n)
{
	struct key *k = sodium_allocarray((size_t)n, sizeof *k);

	if (!k)
		abort();
	sodium_memzero(k, (size_t)n * sizeof *k);
	return k;
}

void keys_free(struct key *keys)
{
	sodium_free(keys);
}

void key_random(struct key *ret)
{
	crypto_random(ret->b, KEY_BYTES);
}

void key_wipe(struct key *k)
{
	sodium_memzero(k->b, KEY_BYTES);
}

void key_export(const struct key *k, unsigned char ret[KEY_BYTES])
{
	memcpy(ret, k->b, KEY_BYTES);
}

void key_derive(const struct key *from, struct str context, struct key *ret)
{
	prf(from, context, ret->b, KEY_BYTES);
}

enum status key_of_hex(struct str hex, struct key *ret)
{
	return hex_parse(str_trim(hex), ret->b, KEY_BYTES);
}

/* One system call serves some fifty keys and nonces; what is given out is wiped here. */
void crypto_random(void *p, ptrdiff_t n)
{
	static _Thread_local struct { unsigned char b[2048]; ptrdiff_t left; unsigned forks; } ahead;
	unsigned now = atomic_load_explicit(&forks, memory_order_relaxed);

	if (n > 256) {
		sys_random(p, n);
		return;
	}
	if (ahead.left < n || ahead.forks != now) {
		sys_random(ahead.b, (ptrdiff_t)sizeof ahead.b);
		ahead.left = (ptrdiff_t)sizeof ahead.b;
		ahead.forks = now;
	}
	ahead.left -= n;
	memcpy(p, ahead.b + ahead.left, (size_t)n);
	sodium_memzero(ahead.b + ahead.left, (size_t)n);
}

/* ---- sealing ---- */

void seal(const struct key *k, struct str ad, struct str plain, void *out)
{
	unsigned char *o = out;

	crypto_random(o, 24);
	crypto_aead_xchacha20poly1305_ietf_encrypt(o + 24, NULL, (const unsigned char *)plain.p, (size_t)plain.n,
		(const unsigned char *)ad.p, (size_t)ad.n, NULL, o, k->b);
}

enum status unseal(const struct key *k, struct str ad, struct str sealed, void *out)
{
	const unsigned char *s = (const unsigned char *)sealed.p;

	if (sealed.n < SEAL_EXTRA || FAULT("crypto"))
		return ST_BROKEN;
	return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, s + 24, (size_t)sealed.n - 24,
		(const unsigned char *)ad.p, (size_t)ad.n, s, k->b) == 0 ? ST_OK : ST_BROKEN;
}

struct str seal_in(struct arena *a, const struct key *k, struct str ad, struct str plain)
{
	char *out = new_n(a, char, plain.n + SEAL_EXTRA);

	seal(k, ad, plain, out);
	return (struct str){ out, plain.n + SEAL_EXTRA };
}

enum status unseal_in(struct arena *a, const struct key *k, struct str ad, struct str sealed, struct str *ret)
{
	if (sealed.n < SEAL_EXTRA)
		return ST_BROKEN;
	char *out = new_n(a, char, sealed.n - SEAL_EXTRA + 1);
	TRY(unseal(k, ad, sealed, out));
	*ret = (struct str){ out, sealed.n - SEAL_EXTRA };
	return ST_OK;
}

void key_wrap(const struct key *k, struct str ad, const struct key *inner, void *out)
{
	seal(k, ad, (struct str){ (const char *)inner->b, KEY_BYTES }, out);
}

enum status key_unwrap(const struct key *k, struct str ad, struct str wrapped, struct key *ret)
{
	return wrapped.n == WRAP_BYTES ? unseal(k, ad, wrapped, ret->b) : ST_BROKEN;
}

/* ---- hashes ---- */

void hash_chain(const unsigned char prev[HASH_BYTES], struct str bytes, unsigned char ret[HASH_BYTES])
{
	crypto_generichash_state s;

	crypto_generichash_init(&s, NULL, 0, HASH_BYTES);
	crypto_generichash_update(&s, prev, HASH_BYTES);
	crypto_generichash_update(&s, (const unsigned char *)bytes.p, (size_t)bytes.n);
	crypto_generichash_final(&s, ret, HASH_BYTES);
}

void hash(struct str bytes, unsigned char ret[HASH_BYTES])
{
	crypto_generichash(ret, HASH_BYTES, (const unsigned char *)bytes.p, (size_t)bytes.n, NULL, 0);
}

void prf(const struct key *k, struct str input, unsigned char *ret, ptrdiff_t n)
{
	assert(n >= 16 && n <= 64);
	crypto_generichash(ret, (size_t)n, (const unsigned char *)input.p, (size_t)input.n, k->b, KEY_BYTES);
}

void blind_index(const struct key *field, struct str folded, unsigned char ret[BLIND_BYTES])
{
	prf(field, folded, ret, BLIND_BYTES);
}

bool secret_eq(struct str a, struct str b)
{
	return a.n == b.n && sodium_memcmp(a.p, b.p, (size_t)a.n) == 0;
}

void hex_of(struct str bytes, char *ret)
{
	sodium_bin2hex(ret, (size_t)bytes.n * 2 + 1, (const unsigned char *)bytes.p, (size_t)bytes.n);
}

enum status hex_parse(struct str hex, void *ret, ptrdiff_t n)
{
	unsigned char b[512];
	size_t got;
	const char *end;

	assert(n <= (ptrdiff_t)sizeof b);
	if (hex.n != 2 * n || sodium_hex2bin(b, sizeof b, hex.p, (size_t)hex.n, NULL, &got, &end) || (ptrdiff_t)got != n)
		return ST_BAD_INPUT;
	memcpy(ret, b, (size_t)n);
	sodium_memzero(b, sizeof b);
	return ST_OK;
}

/* ---- signatures ---- */

void sign_public(const struct key *seed, unsigned char ret[SIGN_PUBLIC_BYTES])
{
	unsigned char secret[crypto_sign_SECRETKEYBYTES];

	crypto_sign_seed_keypair(ret, secret, seed->b);
	sodium_memzero(secret, sizeof secret);
}

void sign_make(const struct key *seed, struct str text, unsigned char ret[SIGN_BYTES])
{
	unsigned char secret[crypto_sign_SECRETKEYBYTES], public[SIGN_PUBLIC_BYTES];

	crypto_sign_seed_keypair(public, secret, seed->b);
	crypto_sign_detached(ret, NULL, (const unsigned char *)text.p, (size_t)text.n, secret);
	sodium_memzero(secret, sizeof secret);
}

bool sign_ok(const unsigned char public[SIGN_PUBLIC_BYTES], struct str text, const unsigned char sig[SIGN_BYTES])
{
	return crypto_sign_verify_detached(sig, (const unsigned char *)text.p, (size_t)text.n, public) == 0;
}
