/* totp.c - SHA-1, HMAC and the codes of RFC 6238; libsodium has no SHA-1, which authenticators still use. */
#include "crypto/totp.h"
#include "crypto/crypto.h"
#include "base/num.h"

static uint32_t rotate(uint32_t x, int n)
{
	return x << n | x >> (32 - n);
}

WRAPS static void block(uint32_t h[5], const unsigned char *p)
{
	uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)p[4 * i] << 24 | (uint32_t)p[4 * i + 1] << 16 | (uint32_t)p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 80; i++)
		w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
	for (int i = 0; i < 80; i++) {
		uint32_t f = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
		static const uint32_t k[4] = { 0x5A827999, 0x6ED9EBA1, 0x8F1BBCDC, 0xCA62C1D6 };
		uint32_t t = rotate(a, 5) + f + e + k[i / 20] + w[i];
		e = d;
		d = c;
		c = rotate(b, 30);
		b = a;
		a = t;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

/* Messages here are short: a key block, then at most one block more. */
static void sha1(const unsigned char first[64], const unsigned char *rest, ptrdiff_t n, unsigned char ret[20])
{
	uint32_t h[5] = { 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0 };
	unsigned char last[64] = { 0 };
	unsigned bits = (unsigned)(64 + n) * 8;

	block(h, first);
	memcpy(last, rest, (size_t)n);
	last[n] = 0x80;
	last[62] = (unsigned char)(bits >> 8 & 0xff);
	last[63] = (unsigned char)(bits & 0xff);
	block(h, last);
	for (int i = 0; i < 20; i++)
		ret[i] = (unsigned char)(h[i / 4] >> (24 - 8 * (i % 4)) & 0xff);
}

static void hmac(struct str secret, const unsigned char *text, ptrdiff_t n, unsigned char ret[20])
{
	unsigned char inner[64], outer[64], digest[20];

	memset(inner, 0x36, sizeof inner);
	memset(outer, 0x5c, sizeof outer);
	for (ptrdiff_t i = 0; i < secret.n && i < 64; i++) {
		inner[i] ^= (unsigned char)secret.p[i];
		outer[i] ^= (unsigned char)secret.p[i];
	}
	sha1(inner, text, n, digest);
	sha1(outer, digest, 20, ret);
	wipe(inner, (ptrdiff_t)sizeof inner);
	wipe(outer, (ptrdiff_t)sizeof outer);
}

void totp_secret(unsigned char ret[TOTP_SECRET_BYTES])
{
	crypto_random(ret, TOTP_SECRET_BYTES);
}

void totp_base32(struct str secret, char *ret)
{
	ptrdiff_t o = 0;

	for (ptrdiff_t bit = 0; bit < secret.n * 8; bit += 5) {
		unsigned v = (unsigned)(unsigned char)secret.p[bit / 8] << 8;
		if (bit / 8 + 1 < secret.n)
			v |= (unsigned char)secret.p[bit / 8 + 1];
		ret[o++] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[v >> (11 - bit % 8) & 31];
	}
	ret[o] = 0;
}

int totp_code(struct str secret, int64_t step)
{
	unsigned char counter[8], h[20];

	for (int i = 0; i < 8; i++)
		counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i) & 0xff);
	hmac(secret, counter, 8, h);
	int at = h[19] & 15;
	uint32_t v = (uint32_t)(h[at] & 0x7f) << 24 | (uint32_t)h[at + 1] << 16 | (uint32_t)h[at + 2] << 8 | h[at + 3];
	return (int)(v % 1000000);
}

enum status totp_check(struct str secret, struct str code, struct instant now, int64_t last_used, int64_t *ret_step)
{
	int64_t given, step = now.us / 1000000 / TOTP_STEP, found = 0;

	if (code.n != 6 || str_find_char(code, '-') >= 0 || str_find_char(code, '+') >= 0 || num_parse(code, 0, 999999, &given) != ST_OK)
		return ST_NO;
	for (int64_t s = step - 1; s <= step + 1; s++)       /* all three, so that time tells nothing */
		if (totp_code(secret, s) == given && s > last_used)
			found = s;
	if (!found)
		return ST_NO;
	*ret_step = found;
	return ST_OK;
}
