/* csrf.c - tokens against forged requests. */
#include "web/csrf.h"
#include "crypto/crypto.h"
#include "web/session.h"

enum { SECRET_DIGITS = 64 };

/* A hash of the secret that the browser holds in a cookie: whoever can read the page knows it, nobody else. */
static struct str token_of(struct arena *a, struct str secret)
{
	unsigned char h[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];
	struct buf b = buf_make(256);

	buf_lit(&b, "csrf:");
	buf_add(&b, secret);
	hash(buf_str(&b), h);
	buf_free(&b);
	hex_of((struct str){ (char *)h, HASH_BYTES }, hex);
	return str_dup(a, str_z(hex));
}

static struct str secret_of(struct web *w)
{
	struct str s = web_cookie(w, "tobari");

	if (s.n != SECRET_DIGITS)
		s = web_cookie(w, "visit");
	return s.n == SECRET_DIGITS ? s : S("");
}

struct str csrf_token(struct web *w)
{
	struct str secret = secret_of(w);

	if (w->csrf.n)
		return w->csrf;
	if (!secret.n) {
		unsigned char r[SECRET_DIGITS / 2];
		char hex[SECRET_DIGITS + 1];
		crypto_random(r, (ptrdiff_t)sizeof r);
		hex_of((struct str){ (char *)r, (ptrdiff_t)sizeof r }, hex);
		secret = str_dup(&w->a, str_z(hex));
		reply_cookie(w, "visit", secret, -1);
	}
	return w->csrf = token_of(&w->a, secret);
}

/* "https://host:port" of the request itself. */
static bool own_origin(struct web *w)
{
	struct str scheme = S("https://");

	return str_starts(w->origin, scheme) && str_eq_nocase(str_sub(w->origin, scheme.n, w->origin.n), w->host);
}

/* REQ: APP-02 - requests with a forged token are refused. */
bool csrf_ok(struct web *w)
{
	struct str secret = secret_of(w), given = http_get(&w->form, S("_csrf"));

	if (w->origin.n && !own_origin(w))
		return false;
	if (w->fetch_site.n && !str_eq(w->fetch_site, S("same-origin")) && !str_eq(w->fetch_site, S("none")))
		return false;
	return secret.n && given.n && secret_eq(given, token_of(&w->a, secret));
}
