/* password.c - Argon2id with a bound on how many run at once, and the rules for new passwords. */
#include "crypto/password.h"
#include "crypto/crypto.h"
#include "base/utf8.h"
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>

/* ---- hashing ---- */

static struct { pthread_mutex_t lock; pthread_cond_t free; int running, at_once; unsigned long long passes; size_t bytes; } limits = {
	PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 2, 3, 64u << 20,
};

enum status password_setup(int64_t kib, int64_t passes, int at_once)
{
	if (kib < 8192 || kib > (4 << 20) || passes < 1 || passes > 100 || at_once < 1)
		return ST_BAD_INPUT;
	pthread_mutex_lock(&limits.lock);
	limits.bytes = (size_t)kib << 10;
	limits.passes = (unsigned long long)passes;
	limits.at_once = at_once;
	pthread_cond_broadcast(&limits.free);
	pthread_mutex_unlock(&limits.lock);
	return ST_OK;
}

static void enter(void)
{
	pthread_mutex_lock(&limits.lock);
	while (limits.running >= limits.at_once)
		pthread_cond_wait(&limits.free, &limits.lock);
	limits.running++;
	pthread_mutex_unlock(&limits.lock);
}

static void leave(void)
{
	pthread_mutex_lock(&limits.lock);
	limits.running--;
	pthread_cond_signal(&limits.free);
	pthread_mutex_unlock(&limits.lock);
}

void password_hash(struct str password, char ret[PASSWORD_HASH_MAX])
{
	_Static_assert(PASSWORD_HASH_MAX >= crypto_pwhash_STRBYTES, "room for the hash");
	enter();
	int failed = crypto_pwhash_str_alg(ret, password.p, (size_t)password.n, limits.passes, limits.bytes, crypto_pwhash_ALG_ARGON2ID13);
	leave();
	if (failed)
		abort();                               /* no memory */
}

static enum status verify(struct str password, struct str stored, bool *ret_again)
{
	char z[PASSWORD_HASH_MAX];

	if (stored.n < 1 || stored.n >= (ptrdiff_t)sizeof z || password.n > PASSWORD_MAX)
		return ST_NO;
	memcpy(z, stored.p, (size_t)stored.n);
	z[stored.n] = 0;
	enter();
	int wrong = crypto_pwhash_str_verify(z, password.p, (size_t)password.n);
	*ret_again = crypto_pwhash_str_needs_rehash(z, limits.passes, limits.bytes) != 0;
	leave();
	return wrong ? ST_NO : ST_OK;
}

enum status password_check(struct str password, struct str stored, bool *ret_again)
{
	bool again = false;

	TRY(verify(password, stored, &again));
	*ret_again = again;
	return ST_OK;
}

void password_check_nobody(struct str password)
{
	char z[PASSWORD_HASH_MAX];

	password_hash(str_sub(password, 0, PASSWORD_MAX), z);
	wipe(z, (ptrdiff_t)sizeof z);
}

/* ---- rules ---- */

/* What people build passwords from when they are told to use twelve characters. */
static const char *const known_words[] = {
	"password", "passwort", "passw", "passcode", "pass", "pwd", "qwertyuiop", "qwerty", "qwert", "asdfghjkl", "asdfgh", "asdf", "zxcvbnm", "zxcvbn",
	"zxcv", "qazwsxedc", "qazwsx", "qaz", "wsx", "edc", "rfv", "1qaz", "2wsx", "3edc", "4rfv", "admin", "administrator", "root", "user",
	"login", "welcome", "letmein", "iloveyou", "monkey", "dragon", "sunshine", "princess", "football", "baseball", "master",
	"shadow", "superman", "batman", "secret", "hello", "world", "test", "testing", "guest", "default", "changeme", "change",
	"company", "system", "server", "database", "manager", "office", "internet", "computer", "windows", "microsoft", "google",
	"apple", "summer", "winter", "spring", "autumn", "january", "february", "april", "august", "september", "october",
	"november", "december", "monday", "friday", "sunday", "japan", "tokyo", "osaka", "kyoto", "nippon", "nihon", "sakura",
	"himitsu", "anshin", "konnichiwa", "arigatou", "arigato", "doraemon", "pikachu", "pokemon", "naruto", "totoro", "privacy",
	"privacymark", "pmark", "tobari", "kojin", "joho", "jouhou", "security", "temporary", "temp", "new", "my", "the", "is", "abc",
	"abcd", "abcde", "abcdef", "abcdefg", "abcdefgh", "abcdefghi", "abcdefghijkl", "trustno", "whatever", "starwars",
	"access", "matrix", "freedom", "flower", "hunter", "killer",
};

static char plain_letter(char c)
{
	static const char from[] = "@$!0134578", to[] = "asioleastb";
	const char *at = memchr(from, c, sizeof from - 1);

	if (c >= 'A' && c <= 'Z')
		return (char)(c - 'A' + 'a');
	return at ? to[at - from] : c;
}

/* Can s[0, n) be cut into known words? `reach[i]`: the first i characters can. */
static bool only_known(const char *s, ptrdiff_t n)
{
	bool reach[PASSWORD_MAX + 1] = { true };

	if (n <= 0 || n > PASSWORD_MAX)
		return false;
	for (ptrdiff_t at = 0; at < n; at++)
		for (ptrdiff_t i = 0; reach[at] && i < COUNT(known_words); i++) {
			ptrdiff_t w = (ptrdiff_t)strlen(known_words[i]);
			if (at + w <= n && memcmp(s + at, known_words[i], (size_t)w) == 0)
				reach[at + w] = true;
		}
	return reach[n];
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Fewer than five different characters, or runs (abcdef, 987654) nearly throughout. */
static bool monotonous(struct str s)
{
	bool seen[256] = { false };
	int kinds = 0, steps = 0;

	for (ptrdiff_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		kinds += !seen[c];
		seen[c] = true;
		if (i > 0) {
			int d = c - (unsigned char)s.p[i - 1];
			steps += d >= -1 && d <= 1;
		}
	}
	return kinds < 5 || steps * 10 >= (s.n - 1) * 8;
}

/* The same piece three times or more: "abc1abc1abc1". */
static bool repeated(struct str s)
{
	for (ptrdiff_t n = 1; n * 3 <= s.n; n++)
		if (s.n % n == 0 && memcmp(s.p, s.p + n, (size_t)(s.n - n)) == 0)
			return true;
	return false;
}

/* Words everybody uses, with digits and signs around and between them, letters exchanged for look-alikes. */
static bool leaked(struct str s)
{
	char bare[PASSWORD_MAX], like[PASSWORD_MAX];
	ptrdiff_t n = 0, m = 0, from = 0, to = s.n;

	for (ptrdiff_t i = 0; i < s.n; i++)
		if (is_letter(s.p[i]))
			bare[n++] = (char)(s.p[i] | 0x20);
	while (from < to && !is_letter(s.p[from]))
		from++;
	while (to > from && !is_letter(s.p[to - 1]))
		to--;
	for (ptrdiff_t i = from; i < to; i++) {
		char c = plain_letter(s.p[i]);
		if (is_letter(c))
			like[m++] = c;
	}
	return only_known(bare, n) || only_known(like, m) || monotonous(s) || repeated(s);
}

static bool holds_login(struct str password, struct str login)
{
	for (ptrdiff_t i = 0; login.n >= 4 && i + login.n <= password.n; i++)
		if (str_eq_nocase(str_sub(password, i, i + login.n), login))
			return true;
	return false;
}

static bool is_former(struct str password, const struct str *former, int n)
{
	bool again, found = false;

	for (int i = 0; i < n && i < PASSWORD_FORMER; i++)
		found |= verify(password, former[i], &again) == ST_OK;
	return found;
}

enum msg_id password_problem(struct str password, struct str login, const struct str *former, int nformer)
{
	bool letter = false, digit = false;

	if (!utf8_valid(password) || utf8_length(password) < PASSWORD_MIN)
		return MSG_PASSWORD_SHORT;
	if (password.n > PASSWORD_MAX)
		return MSG_PASSWORD_LONG;
	for (ptrdiff_t i = 0; i < password.n; i++) {
		digit |= is_digit(password.p[i]);
		letter |= is_letter(password.p[i]) || (unsigned char)password.p[i] >= 0x80;
	}
	if (!letter || !digit)
		return MSG_PASSWORD_KINDS;
	if (holds_login(password, login))
		return MSG_PASSWORD_LOGIN;
	if (leaked(password))
		return MSG_PASSWORD_LEAKED;
	return is_former(password, former, nformer) ? MSG_PASSWORD_FORMER : MSG_NONE;
}

void password_random(char ret[24])
{
	static const char letters[] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";   /* none that look alike */
	bool fine = false;

	while (!fine) {
		bool digit = false, letter = false;
		for (int i = 0; i < 20; i++) {
			ret[i] = letters[randombytes_uniform((uint32_t)sizeof letters - 1)];
			digit |= is_digit(ret[i]);
			letter |= is_letter(ret[i]);
		}
		ret[20] = 0;
		fine = digit && letter && !leaked((struct str){ ret, 20 });
	}
}
