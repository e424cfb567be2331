/* stream.c - long files in pieces; a new file takes its name when it is whole and on disk. */
#include "sys/stream.h"
#include "sys/sys.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static enum status of_errno(void)
{
	return errno == ENOENT || errno == ENOTDIR ? ST_NOT_FOUND : errno == EACCES || errno == EPERM ? ST_DENIED : ST_BROKEN;
}

static bool to_path(struct str path, char *ret, size_t room)
{
	if (path.n >= (ptrdiff_t)room)
		return false;
	memcpy(ret, path.p, (size_t)path.n);
	ret[path.n] = 0;
	return true;
}

/* ---- reading ---- */

enum status sys_open_file(struct str path, struct sys_file *ret)
{
	char z[4096];
	struct stat st;

	if (!to_path(path, z, sizeof z))
		return ST_NOT_FOUND;
	int fd = open(z, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return of_errno();
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		shut(&fd);
		return ST_NOT_FOUND;
	}
	*ret = (struct sys_file){ fd, st.st_size };
	return ST_OK;
}

ptrdiff_t sys_read_some(void *file, char *to, ptrdiff_t room)
{
	const struct sys_file *f = file;
	ssize_t n;

	do
		n = read(f->fd, to, (size_t)room);
	while (n < 0 && errno == EINTR);
	return n;
}

enum status sys_rewind_file(struct sys_file *f)
{
	return lseek(f->fd, 0, SEEK_SET) == 0 ? ST_OK : ST_BROKEN;
}

void sys_close_file(struct sys_file *f)
{
	shut(&f->fd);
}

/* ---- writing ---- */

static enum status flush_directory(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash)
		slash[slash == path] = 0;
	int fd CLEANUP(shut) = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd >= 0 && fsync(fd) == 0 ? ST_OK : ST_BROKEN;
}

/* A device or a pipe stays what it is, and so does what a link of the system leads to (/dev/stdout): a rename would put a file in its
 * place. Any other link is replaced and not followed, whoever laid it. */
static bool is_no_file(const char *path)
{
	struct stat st;

	return strncmp(path, "/dev/std", 8) == 0 || strncmp(path, "/dev/fd/", 8) == 0 || strncmp(path, "/proc/", 6) == 0
		|| (stat(path, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
}

enum status sys_new_begin(struct sys_new *n, struct str path, unsigned mode)
{
	unsigned char r[6];

	n->fd = -1;
	n->beside[0] = 0;
	if (!to_path(path, n->target, sizeof n->target))
		return ST_TOO_BIG;
	if (is_no_file(n->target)) {
		n->fd = open(n->target, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
		return n->fd < 0 ? of_errno() : ST_OK;
	}
	sys_random(r, (ptrdiff_t)sizeof r);
	snprintf(n->beside, sizeof n->beside, "%s.%02x%02x%02x%02x%02x%02x~", n->target, r[0], r[1], r[2], r[3], r[4], r[5]);
	n->fd = open(n->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
	return n->fd < 0 ? of_errno() : ST_OK;
}

enum status sys_new_put(void *n, struct str bytes)
{
	return sys_write_all(((struct sys_new *)n)->fd, bytes);
}

void sys_new_drop(struct sys_new *n)
{
	if (n->fd < 0)
		return;
	if (n->beside[0])
		unlink(n->beside);
	shut(&n->fd);
}

enum status sys_new_end(struct sys_new *n)
{
	if (!n->beside[0]) {
		shut(&n->fd);
		return ST_OK;
	}
	if (fsync(n->fd) || rename(n->beside, n->target)) {
		sys_new_drop(n);
		return ST_BROKEN;
	}
	shut(&n->fd);
	return flush_directory(n->target);
}

enum status sys_write_file(struct str path, struct str bytes, unsigned mode)
{
	struct sys_new n;
	enum status st = sys_new_begin(&n, path, mode);

	if (st == ST_OK)
		st = sys_new_put(&n, bytes);
	if (st == ST_OK)
		return sys_new_end(&n);
	sys_new_drop(&n);
	return st;
}
