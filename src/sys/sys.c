/* sys.c - clock, random, reading files; writing them is in stream.c. */
#include "sys/sys.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <malloc.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

static atomic_bool print_lost;                         /* standard output could not be written since sys_print_end */
static _Atomic int64_t stopped_at = INT64_MIN;         /* the seam through which tests and the demo set the time */

static int64_t read_clock(clockid_t id)
{
	struct timespec t;

	if (clock_gettime(id, &t))
		abort();
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

struct instant sys_now(void)
{
	int64_t t = atomic_load(&stopped_at);

	return (struct instant){ t == INT64_MIN ? read_clock(CLOCK_REALTIME) : t };
}

void sys_set_now(struct instant t)
{
	atomic_store(&stopped_at, t.us);
}

int64_t sys_monotonic_us(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

void sys_keep_private(void)
{
	struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_DUMPABLE, 0))
		abort();
	/* the three standard places exist, else a file of ours would be opened in their stead, and printed into */
	int fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd <= STDERR_FILENO)
		fd = open("/dev/null", O_RDONLY);
	if (fd > STDERR_FILENO)
		close(fd);
}

void sys_keep_memory(void)
{
	enum { LARGE = 8 << 20, KEPT = 64 << 20 };

	IGNORE(mallopt(M_MMAP_THRESHOLD, LARGE) && mallopt(M_TRIM_THRESHOLD, KEPT));     /* an allocator that keeps no such bounds answers 0 */
}

void sys_rest(void)
{
	IGNORE(malloc_trim(0));
}

const char *sys_memory_dir(void)
{
	static const char dir[] = "/dev/shm";
	struct statfs f;

	return statfs(dir, &f) == 0 && f.f_type == TMPFS_MAGIC ? dir : NULL;
}

void sys_random(void *p, ptrdiff_t n)
{
	char *c = p;

	while (n > 0) {
		ssize_t got = getrandom(c, (size_t)n, 0);
		if (got < 0 && errno != EINTR)
			abort();
		if (got > 0) {
			c += got;
			n -= got;
		}
	}
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static enum status of_errno(void)
{
	return errno == ENOENT || errno == ENOTDIR ? ST_NOT_FOUND : errno == EACCES || errno == EPERM ? ST_DENIED : ST_BROKEN;
}

enum status sys_read_file(struct arena *a, struct str path, ptrdiff_t max, struct str *ret)
{
	struct arena_mark m = arena_mark(a);
	char *z = str_to_z(a, path);
	int fd CLEANUP(close_fd) = open(z, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	arena_reset(a, m);
	if (fd < 0)
		return of_errno();
	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return ST_NOT_FOUND;
	if (st.st_size > max)
		return ST_TOO_BIG;
	char *p = new_n(a, char, st.st_size + 1);
	ptrdiff_t n = 0;
	while (n < st.st_size) {
		ssize_t got = read(fd, p + n, (size_t)(st.st_size - n));
		if (got < 0 && errno != EINTR)
			return ST_BROKEN;
		if (got == 0)
			break;
		if (got > 0)
			n += got;
	}
	*ret = (struct str){ p, n };
	return ST_OK;
}

enum status sys_write_all(int fd, struct str bytes)
{
	while (bytes.n > 0) {
		ssize_t n = write(fd, bytes.p, (size_t)bytes.n);
		if (n < 0 && errno != EINTR)
			return ST_BROKEN;
		if (n > 0)
			bytes = str_sub(bytes, n, bytes.n);
	}
	return ST_OK;
}

static bool print_nowhere(void)
{
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
	bool silent = nowhere >= 0 && dup2(nowhere, STDOUT_FILENO) >= 0;

	if (nowhere >= 0)
		close(nowhere);
	return silent;
}

/* The signal is held back: what the command still has to do, such as writing its audit entry, it does. */
static enum status nobody_reads(void)
{
	sigset_t pipe;
	bool silent = print_nowhere();

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_BLOCK, &pipe, NULL);
	signal(SIGPIPE, SIG_DFL);
	raise(SIGPIPE);
	return silent ? ST_OK : ST_BROKEN;
}

enum status sys_print(struct str bytes)
{
	enum status st = sys_write_all(STDOUT_FILENO, bytes);

	if (st == ST_OK)
		return ST_OK;
	if (errno == EPIPE)
		return nobody_reads();
	atomic_store(&print_lost, true);
	IGNORE(print_nowhere());
	return ST_BAD_INPUT;
}

enum status sys_print_end(void)
{
	sigset_t pipe;

	sigemptyset(&pipe);
	sigaddset(&pipe, SIGPIPE);
	pthread_sigmask(SIG_UNBLOCK, &pipe, NULL);
	return atomic_exchange(&print_lost, false) ? ST_BAD_INPUT : ST_OK;
}

bool sys_is_terminal(int fd)
{
	return isatty(fd) == 1;
}
