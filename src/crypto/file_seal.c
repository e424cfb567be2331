/* file_seal.c - sealing whole files in chunks: each is authenticated in its place, and the last one says that it is. */
#include "crypto/crypto.h"
#include "sys/sys.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <unistd.h>

enum { CHUNK = 1 << 16, EXTRA = crypto_secretstream_xchacha20poly1305_ABYTES, HEADER = crypto_secretstream_xchacha20poly1305_HEADERBYTES };
static const struct str magic = SLIT("tobari sealed file 1\n");

/* Instead of a file to read from, or one to write to. */
struct on_the_fly { file_more *more; file_take *take; void *arg; };

struct job {
	int                                      from, to;
	char                                     target[4096], beside[4096 + 16];
	struct on_the_fly                        fly;
	struct str                               piece;
	bool                                     end;
	const unsigned char                     *ad;
	size_t                                   ad_n;
	crypto_secretstream_xchacha20poly1305_state stream;
	unsigned char                            plain[CHUNK], sealed[CHUNK + EXTRA];
};

static enum status read_full(int fd, void *p, ptrdiff_t n, ptrdiff_t *ret)
{
	char *c = p;
	ptrdiff_t done = 0;

	while (done < n) {
		ssize_t got = read(fd, c + done, (size_t)(n - done));
		if (got < 0 && errno != EINTR)
			return ST_BROKEN;
		if (got == 0)
			break;
		if (got > 0)
			done += got;
	}
	*ret = done;
	return ST_OK;
}

/* The next n bytes of the input, fewer only at its end. */
static enum status get(struct job *j, void *p, ptrdiff_t n, ptrdiff_t *ret)
{
	ptrdiff_t done = 0;

	if (!j->fly.more)
		return read_full(j->from, p, n, ret);
	while (done < n && !j->end) {
		if (j->piece.n == 0) {
			TRY(j->fly.more(j->fly.arg, &j->piece));
			j->end = j->piece.n == 0;
		}
		ptrdiff_t some = MIN(n - done, j->piece.n);
		if (some)
			memcpy((char *)p + done, j->piece.p, (size_t)some);
		j->piece = str_sub(j->piece, some, j->piece.n);
		done += some;
	}
	*ret = done;
	return ST_OK;
}

static enum status put(struct job *j, const void *p, ptrdiff_t n)
{
	if (j->fly.take)
		return j->fly.take(j->fly.arg, (struct str){ p, n });
	return sys_write_all(j->to, (struct str){ p, n }) == ST_OK ? ST_OK : ST_UNAVAILABLE;
}

static enum status open_both(struct job *j, struct str ad, struct str from, struct str to)
{
	unsigned char r[6];
	char path[4096];

	if (from.n >= (ptrdiff_t)sizeof path || to.n >= (ptrdiff_t)sizeof j->target)
		return ST_BAD_INPUT;
	memcpy(path, from.p, (size_t)from.n);
	path[from.n] = 0;
	memcpy(j->target, to.p, (size_t)to.n);
	j->target[to.n] = 0;
	crypto_random(r, 6);
	snprintf(j->beside, sizeof j->beside, "%s.%02x%02x%02x%02x~", j->target, r[0], r[1], r[2], r[3]);
	j->ad = (const unsigned char *)ad.p;
	j->ad_n = (size_t)ad.n;
	if (!j->fly.more) {
		j->from = open(path, O_RDONLY | O_CLOEXEC);
		if (j->from < 0)
			return ST_NOT_FOUND;
	}
	if (j->fly.take)
		return ST_OK;
	j->to = open(j->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	return j->to < 0 ? ST_UNAVAILABLE : ST_OK;
}

static enum status close_both(struct job *j, enum status st)
{
	if (st == ST_OK && !j->fly.take && (fsync(j->to) || rename(j->beside, j->target)))
		st = ST_UNAVAILABLE;
	if (j->to >= 0) {
		close(j->to);
		if (st != ST_OK)
			unlink(j->beside);
	}
	if (j->from >= 0)
		close(j->from);
	sodium_memzero(j, sizeof *j);
	return st;
}

static enum status seal_chunks(struct job *j, const struct key *k)
{
	unsigned char header[HEADER];
	ptrdiff_t n = CHUNK;

	crypto_secretstream_xchacha20poly1305_init_push(&j->stream, header, k->b);
	TRY(put(j, magic.p, magic.n));
	TRY(put(j, header, HEADER));
	while (n == CHUNK) {                     /* the last chunk is shorter than the others, perhaps empty */
		TRY(get(j, j->plain, CHUNK, &n));
		unsigned char tag = n < CHUNK ? crypto_secretstream_xchacha20poly1305_TAG_FINAL : 0;
		crypto_secretstream_xchacha20poly1305_push(&j->stream, j->sealed, NULL, j->plain, (size_t)n, j->ad, j->ad_n, tag);
		TRY(put(j, j->sealed, n + EXTRA));
	}
	return ST_OK;
}

static enum status unseal_chunks(struct job *j, const struct key *k)
{
	unsigned char header[HEADER], tag = 0;
	ptrdiff_t n;

	TRY(read_full(j->from, j->plain, magic.n, &n));
	if (n != magic.n || memcmp(j->plain, magic.p, (size_t)n) != 0)
		return ST_BROKEN;
	TRY(read_full(j->from, header, HEADER, &n));
	if (n != HEADER || crypto_secretstream_xchacha20poly1305_init_pull(&j->stream, header, k->b))
		return ST_BROKEN;
	while (tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL) {
		TRY(read_full(j->from, j->sealed, CHUNK + EXTRA, &n));
		if (n < EXTRA || crypto_secretstream_xchacha20poly1305_pull(&j->stream, j->plain, NULL, &tag, j->sealed, (size_t)n, j->ad, j->ad_n))
			return ST_BROKEN;
		TRY(put(j, j->plain, n - EXTRA));
	}
	TRY(read_full(j->from, j->plain, 1, &n));
	return n == 0 ? ST_OK : ST_BROKEN;           /* nothing may follow */
}

static enum status run(enum status (*chunks)(struct job *, const struct key *), const struct key *k, struct str ad,
	struct on_the_fly fly, struct str from, struct str to)
{
	struct arena a = arena_make(1 << 20);
	struct job *j = new(&a, struct job);
	enum status st;

	j->fly = fly;
	j->from = j->to = -1;
	st = open_both(j, ad, from, to);
	if (st == ST_OK)
		st = chunks(j, k);
	st = close_both(j, st);
	arena_free(&a);
	return st;
}

enum status file_seal(const struct key *k, struct str ad, struct str from, struct str to)
{
	return run(seal_chunks, k, ad, (struct on_the_fly){ NULL, NULL, NULL }, from, to);
}

enum status file_unseal(const struct key *k, struct str ad, struct str from, struct str to)
{
	return run(unseal_chunks, k, ad, (struct on_the_fly){ NULL, NULL, NULL }, from, to);
}

enum status file_seal_from(const struct key *k, struct str ad, file_more *more, void *arg, struct str to)
{
	return run(seal_chunks, k, ad, (struct on_the_fly){ .more = more, .arg = arg }, S(""), to);
}

enum status file_unseal_to(const struct key *k, struct str ad, struct str from, file_take *take, void *arg)
{
	return run(unseal_chunks, k, ad, (struct on_the_fly){ .take = take, .arg = arg }, from, S(""));
}
