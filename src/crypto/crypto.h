/* crypto.h - keys, sealing, keyed hashes, signatures. This folder is the only user of libsodium. Keys live in locked,
 * guarded memory; nothing here returns key bytes except key_export, which only the key store and backups call. */
#pragma once
#include "base/base.h"

enum {
	KEY_BYTES  = 32,
	SEAL_EXTRA = 24 + 16,            /* nonce before, tag behind */
	WRAP_BYTES = KEY_BYTES + SEAL_EXTRA,
	HASH_BYTES = 32,
	BLIND_BYTES = 16,
	SIGN_PUBLIC_BYTES = 32,
	SIGN_BYTES = 64,
};

/* ---- keys ---- */
struct key { unsigned char b[KEY_BYTES]; };          /* only ever inside memory from keys_alloc */
/* n keys in locked memory that is never written to swap or core files; aborts when there is none. */
struct key *keys_alloc(ptrdiff_t n) __attribute__((returns_nonnull));
void        keys_free(struct key *keys);             /* wipes; accepts NULL */
void        key_random(struct key *ret);
void        key_wipe(struct key *k);
/* A key for one use, from another: keyed BLAKE2b-256 of the context. */
void        key_derive(const struct key *from, struct str context, struct key *ret);
/* 64 hexadecimal digits, white space around them allowed. ST_OK, ST_BAD_INPUT. */
NODISCARD enum status key_of_hex(struct str hex, struct key *ret);
void        key_export(const struct key *k, unsigned char ret[KEY_BYTES]);

/* Random bytes from the kernel, read ahead for each thread; safe across fork. */
void        crypto_random(void *p, ptrdiff_t n);

/* ---- sealing: XChaCha20-Poly1305 with a random nonce. `ad` is bound to the sealed bytes but not part of them. ---- */
/* Writes plain.n + SEAL_EXTRA bytes to `out`. */
void        seal(const struct key *k, struct str ad, struct str plain, void *out);
/* Writes sealed.n - SEAL_EXTRA bytes. ST_OK; ST_BROKEN: another key, other ad, or changed bytes. */
NODISCARD enum status unseal(const struct key *k, struct str ad, struct str sealed, void *out);
struct str  seal_in(struct arena *a, const struct key *k, struct str ad, struct str plain);
NODISCARD enum status unseal_in(struct arena *a, const struct key *k, struct str ad, struct str sealed, struct str *ret);
/* A key sealed under another: WRAP_BYTES. */
void        key_wrap(const struct key *k, struct str ad, const struct key *inner, void *out);
NODISCARD enum status key_unwrap(const struct key *k, struct str ad, struct str wrapped, struct key *ret);

/* Whole files, of any size, in chunks; a file cut off or with chunks exchanged is refused. The output is written
 * beside `to` and renamed. ST_OK, ST_NOT_FOUND, ST_BROKEN (forged or cut off), ST_UNAVAILABLE (cannot write). */
NODISCARD enum status file_seal(const struct key *k, struct str ad, struct str from, struct str to);
NODISCARD enum status file_unseal(const struct key *k, struct str ad, struct str from, struct str to);

/* The same for bytes that are made or used on the fly and never lie open in a file. `more` gives the next piece, empty at
 * the end, valid until its next call. What `take` was given counts only when the whole returns ST_OK. */
typedef enum status file_more(void *arg, struct str *ret);
typedef enum status file_take(void *arg, struct str bytes);
NODISCARD enum status file_seal_from(const struct key *k, struct str ad, file_more *more, void *arg, struct str to);
NODISCARD enum status file_unseal_to(const struct key *k, struct str ad, struct str from, file_take *take, void *arg);

/* ---- hashes ---- */
/* BLAKE2b-256 of `prev` (HASH_BYTES) followed by the bytes: the link of a chain. */
void        hash_chain(const unsigned char prev[HASH_BYTES], struct str bytes, unsigned char ret[HASH_BYTES]);
void        hash(struct str bytes, unsigned char ret[HASH_BYTES]);
/* Under which a sealed value is found: keyed BLAKE2b-128 of its folded form. Derive one key for each field. */
void        blind_index(const struct key *field, struct str folded, unsigned char ret[BLIND_BYTES]);
/* A keyed function whose output looks random: BLAKE2b of 16 to 64 bytes. */
void        prf(const struct key *k, struct str input, unsigned char *ret, ptrdiff_t n);
/* Compares secrets in a time that does not depend on where they differ. */
bool        secret_eq(struct str a, struct str b);
void        hex_of(struct str bytes, char *ret);                   /* 2 * n digits and a NUL */
NODISCARD enum status hex_parse(struct str hex, void *ret, ptrdiff_t n);      /* exactly n bytes; ST_BAD_INPUT */

/* ---- signatures: Ed25519, the key pair made from a 32-byte seed ---- */
void        sign_public(const struct key *seed, unsigned char ret[SIGN_PUBLIC_BYTES]);
void        sign_make(const struct key *seed, struct str text, unsigned char ret[SIGN_BYTES]);
bool        sign_ok(const unsigned char public[SIGN_PUBLIC_BYTES], struct str text, const unsigned char sig[SIGN_BYTES]);
