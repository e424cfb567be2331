/* root_key.c - reading and making the key at the top. */
#include "crypto/root_key.h"
#include "base/num.h"
#include "sys/sys.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SALT = crypto_pwhash_SALTBYTES, COMMAND_WORDS = 32, COMMAND_MS = 30000 };
extern char **environ;

static struct str rest_of(struct str source, struct str prefix)
{
	return str_sub(source, prefix.n, source.n);
}

/* A key or salt that others may read protects nothing. */
static enum status read_private(struct arena *a, struct str path, struct str *ret)
{
	struct stat st;

	if (stat(str_to_z(a, path), &st))
		return ST_NOT_FOUND;
	if (st.st_mode & 077)
		return ST_DENIED;
	return sys_read_file(a, path, 4096, ret);
}

static bool exists(struct arena *a, struct str path)
{
	struct stat st;

	return lstat(str_to_z(a, path), &st) == 0;
}

/* ---- key file ---- */

static enum status make_file(struct arena *a, struct str path, struct key *ret)
{
	char hex[2 * KEY_BYTES + 2];

	if (exists(a, path))
		return ST_CONFLICT;
	key_random(ret);
	hex_of((struct str){ (const char *)ret->b, KEY_BYTES }, hex);
	hex[sizeof hex - 2] = '\n';
	enum status st = sys_write_file(path, (struct str){ hex, (ptrdiff_t)sizeof hex - 1 }, 0600);
	wipe(hex, (ptrdiff_t)sizeof hex);
	return st == ST_OK ? ST_OK : ST_UNAVAILABLE;
}

/* ---- passphrase: the file holds "argon2id OPS MEMORY SALT" ---- */

static enum status stretch(struct str passphrase, int64_t ops, int64_t memory, const unsigned char salt[SALT], struct key *ret)
{
	if (passphrase.n < 1)
		return ST_BAD_INPUT;
	return crypto_pwhash(ret->b, KEY_BYTES, passphrase.p, (size_t)passphrase.n, salt, (unsigned long long)ops, (size_t)memory,
		crypto_pwhash_ALG_ARGON2ID13) == 0 ? ST_OK : ST_UNAVAILABLE;
}

static enum status load_passphrase(struct arena *a, struct str path, struct str passphrase, struct key *ret)
{
	struct str text, word[4];
	int64_t ops, memory;
	unsigned char salt[SALT];

	TRY(read_private(a, path, &text));
	text = str_trim(text);
	for (int i = 0; i < 4; i++)
		if (!str_cut(&text, ' ', &word[i]))
			return ST_BAD_INPUT;
	if (!str_eq(word[0], S("argon2id")) || text.n)
		return ST_BAD_INPUT;
	TRY(num_parse(word[1], 1, 1000, &ops));
	TRY(num_parse(word[2], 8 << 20, INT64_C(4) << 30, &memory));
	TRY(hex_parse(word[3], salt, SALT));
	return stretch(passphrase, ops, memory, salt, ret);
}

static enum status make_passphrase(struct arena *a, struct str path, struct str passphrase, struct key *ret)
{
	unsigned char salt[SALT];
	char hex[2 * SALT + 1], text[128];

	if (exists(a, path))
		return ST_CONFLICT;
	crypto_random(salt, SALT);
	hex_of((struct str){ (const char *)salt, SALT }, hex);
	int n = snprintf(text, sizeof text, "argon2id %d %d %s\n", (int)crypto_pwhash_OPSLIMIT_MODERATE,
		(int)crypto_pwhash_MEMLIMIT_MODERATE, hex);
	TRY(stretch(passphrase, crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_MODERATE, salt, ret));
	return sys_write_file(path, (struct str){ text, n }, 0600) == ST_OK ? ST_OK : ST_UNAVAILABLE;
}

/* ---- command ---- */

static enum status read_answer(int fd, char *p, ptrdiff_t max, ptrdiff_t *ret)
{
	int64_t until = sys_monotonic_us() + COMMAND_MS * 1000;
	ptrdiff_t n = 0;

	for (;;) {
		int left = (int)((until - sys_monotonic_us()) / 1000);
		struct pollfd f = { fd, POLLIN, 0 };
		if (left <= 0 || n == max)
			return ST_UNAVAILABLE;
		if (poll(&f, 1, left) <= 0)
			continue;
		ssize_t got = read(fd, p + n, (size_t)(max - n));
		if (got == 0)
			break;
		if (got < 0 && errno != EINTR)
			return ST_UNAVAILABLE;
		n += MAX(got, 0);
	}
	*ret = n;
	return ST_OK;
}

static enum status load_command(struct arena *a, struct str words, struct key *ret)
{
	char *argv[COMMAND_WORDS + 1] = { NULL }, answer[256];
	struct str word;
	int argc = 0, fd[2], code = -1;
	ptrdiff_t n = 0;
	pid_t child;
	posix_spawn_file_actions_t actions;

	while (str_cut(&words, ' ', &word))
		if (word.n && argc < COMMAND_WORDS)
			argv[argc++] = str_to_z(a, word);
	if (!argc)
		return ST_BAD_INPUT;
	if (pipe2(fd, O_CLOEXEC))
		return ST_UNAVAILABLE;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fd[1], 1);
	int failed = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(fd[1]);
	enum status st = failed ? ST_UNAVAILABLE : read_answer(fd[0], answer, (ptrdiff_t)sizeof answer, &n);
	close(fd[0]);
	if (!failed) {
		if (st != ST_OK)
			kill(child, SIGKILL);
		while (waitpid(child, &code, 0) < 0 && errno == EINTR)
			continue;
	}
	if (st == ST_OK)
		st = code == 0 && key_of_hex((struct str){ answer, n }, ret) == ST_OK ? ST_OK : ST_UNAVAILABLE;
	wipe(answer, (ptrdiff_t)sizeof answer);
	return st;
}

/* ---- by source ---- */

static const struct str file = SLIT("file:"), phrase = SLIT("passphrase:"), command = SLIT("command:");

enum status root_key_load(struct str source, struct str passphrase, struct key *ret)
{
	struct arena a = arena_make(1 << 20);
	struct str text;
	enum status st = ST_BAD_INPUT;

	if (str_starts(source, file)) {
		st = read_private(&a, rest_of(source, file), &text);
		if (st == ST_OK)
			st = key_of_hex(text, ret);
	} else if (str_starts(source, phrase)) {
		st = load_passphrase(&a, rest_of(source, phrase), passphrase, ret);
	} else if (str_starts(source, command)) {
		st = load_command(&a, rest_of(source, command), ret);
	}
	arena_free(&a);
	return st;
}

enum status root_key_make(struct str source, struct str passphrase, struct key *ret)
{
	struct arena a = arena_make(1 << 20);
	enum status st = ST_BAD_INPUT;

	if (str_starts(source, file))
		st = make_file(&a, rest_of(source, file), ret);
	else if (str_starts(source, phrase))
		st = make_passphrase(&a, rest_of(source, phrase), passphrase, ret);
	else if (str_starts(source, command))
		st = load_command(&a, rest_of(source, command), ret);
	arena_free(&a);
	return st;
}
