/* sandbox_test.c - work that behaves, and work that crashes, loops, grows, talks too much or reaches out. */
#include "sys/sandbox.h"
#include "sys/sys.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#if defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

static struct sandbox *box;

static int start(void **state)
{
	(void)state;
	return sandbox_start(&box) != ST_OK;
}

static int stop(void **state)
{
	(void)state;
	sandbox_stop(box);
	return 0;
}

/* Runs and collects; the answer is the caller's to free. */
static enum status run(struct sandbox_job job, struct buf *out, struct sandbox_result *r)
{
	*out = buf_make(100000);
	if (!job.has_bytes && job.in == 0)
		job.in = -1;
	return sandbox_run(box, &job, sandbox_to_buf, out, r);
}

#define EXPECT_END(job_, status_, end_) do { \
		struct buf out_; struct sandbox_result r_; \
		assert_int_equal(run((job_), &out_, &r_), (status_)); \
		assert_string_equal(sandbox_end_name(r_.end), sandbox_end_name(end_)); \
		buf_free(&out_); \
	} while (0)
#define JOB(...) (struct sandbox_job){ __VA_ARGS__ }

/* ---- work that behaves ---- */

static enum status echo(struct sandbox_child *c)
{
	char t[100];
	ssize_t n;

	TRY(sandbox_answer(c, c->arg));
	while (c->in >= 0 && (n = read(c->in, t, sizeof t)) > 0)
		TRY(sandbox_answer(c, (struct str){ t, n }));
	return c->in >= 0 ? ST_OK : ST_NO;
}

static void answers(void **state)
{
	(void)state;
	struct buf out;
	struct sandbox_result r;

	assert_int_equal(run(JOB(.fn = echo, .arg = S("arg:"), .has_bytes = true, .bytes = S("some input")), &out, &r), ST_OK);
	assert_true(str_eq(buf_str(&out), S("arg:some input")));
	assert_int_equal(r.output, 14);
	buf_free(&out);
	assert_int_equal(run(JOB(.fn = echo, .arg = S("only")), &out, &r), ST_NO);
	assert_int_equal(r.end, SANDBOX_ENDED);
	assert_true(str_eq(buf_str(&out), S("only")));
	buf_free(&out);

	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	assert_true(fd > 0);
	assert_int_equal(run(JOB(.fn = echo, .in = fd), &out, &r), ST_TOO_BIG);      /* the buf's own bound */
	assert_int_equal(r.end, SANDBOX_STOPPED);
	assert_true(str_starts(buf_str(&out), S("\x7F" "ELF")));
	buf_free(&out);
	close(fd);
}

static enum status seek(struct sandbox_child *c)
{
	off_t size = lseek(c->in, 0, SEEK_END);
	char *p = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, c->in, 0);
	char last;

	if (p == MAP_FAILED || pread(c->in, &last, 1, size - 1) != 1 || p[size - 1] != last)
		return ST_BROKEN;
	char *grown = malloc(32 << 20);
	if (!grown)
		return ST_TOO_BIG;
	memset(grown, 1, 32 << 20);
	enum status st = sandbox_answer(c, (struct str){ p, size });
	free(grown);
	return st;
}

static void maps_its_input(void **state)
{
	(void)state;
	struct buf out;

	assert_int_equal(run(JOB(.fn = seek, .has_bytes = true, .bytes = S("mapped")), &out, NULL), ST_OK);
	assert_true(str_eq(buf_str(&out), S("mapped")));
	buf_free(&out);
}

static void needs_a_helper(void **state)
{
	(void)state;
	struct buf out = buf_make(100);
	struct sandbox_job job = { .fn = echo, .has_bytes = true, .bytes = S("alone") };

	assert_int_equal(sandbox_run(NULL, &job, sandbox_to_buf, &out, NULL), ST_UNAVAILABLE);
	assert_int_equal(out.n, 0);
	buf_free(&out);
}

/* ---- work that does not ---- */

static volatile int sink_of_values;

static enum status null_pointer(struct sandbox_child *c)
{
	(void)c;
	volatile int *p = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	sink_of_values = *p;
	return ST_OK;
}

static enum status aborts(struct sandbox_child *c)
{
	(void)c;
	abort();
}

static int deep(volatile char *above, int n)
{
	volatile char here[4096];
	here[0] = above[0];
	return n <= 0 ? here[0] : deep(here, n + 1) + here[0];
}

static enum status overflows(struct sandbox_child *c)
{
	(void)c;
	volatile char first[1] = { 0 };
	sink_of_values = deep(first, 1);
	return ST_OK;
}

static void crashes_cost_one_job(void **state)
{
	(void)state;
	EXPECT_END(JOB(.fn = null_pointer), ST_BAD_INPUT, SANDBOX_CRASHED);
	EXPECT_END(JOB(.fn = aborts), ST_BAD_INPUT, SANDBOX_CRASHED);
	EXPECT_END(JOB(.fn = overflows), ST_BAD_INPUT, SANDBOX_CRASHED);
	answers(state);
}

static enum status opens_socket(struct sandbox_child *c)
{
	(void)c;
	return socket(AF_INET, SOCK_STREAM, 0) >= 0 ? ST_OK : ST_NO;
}

static enum status forks(struct sandbox_child *c)
{
	(void)c;
	return fork() >= 0 ? ST_OK : ST_NO;
}

static void *adds_one(void *n)
{
	++*(int *)n;
	return NULL;
}

static enum status starts_thread(struct sandbox_child *c)
{
	pthread_t t;
	int n = 0;

	(void)c;
	if (pthread_create(&t, NULL, adds_one, &n) || pthread_join(t, NULL) || n != 1)
		return ST_BROKEN;
	return fork() < 0 ? ST_OK : ST_BROKEN;               /* a thread is no process */
}

static enum status executes(struct sandbox_child *c)
{
	char *const argv[] = { (char[]){ "/bin/true" }, NULL };
	(void)c;
	execv(argv[0], argv);
	return ST_NO;
}

static enum status reaches_out(struct sandbox_child *c)
{
	(void)c;
	if (open("/etc/passwd", O_RDONLY) >= 0 || open("/tmp/x", O_WRONLY | O_CREAT, 0600) >= 0 || access("/etc/passwd", R_OK) == 0)
		return ST_BROKEN;
	if (kill(1, 0) == 0 || kill(-1, SIGUSR1) == 0)
		return ST_BROKEN;
	if (mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED ||
	    mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
		return ST_BROKEN;
	for (int fd = 3; fd < 100; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			return ST_CONFLICT;
	return getuid() == 0 ? ST_DENIED : ST_NO;
}

static void reaching_out_fails(void **state)
{
	(void)state;
	EXPECT_END(JOB(.fn = opens_socket), ST_BAD_INPUT, SANDBOX_FORBIDDEN);
	EXPECT_END(JOB(.fn = forks), ST_BAD_INPUT, SANDBOX_FORBIDDEN);
	static const char *const SHARED[] = { "/usr/share", NULL };
	EXPECT_END(JOB(.fn = starts_thread), ST_BAD_INPUT, SANDBOX_FORBIDDEN);
	EXPECT_END(JOB(.fn = starts_thread, .readable = SHARED), ST_BAD_INPUT, SANDBOX_FORBIDDEN);
	EXPECT_END(JOB(.fn = starts_thread, .readable = SHARED, .threads = true), ST_OK, SANDBOX_ENDED);
	EXPECT_END(JOB(.fn = forks, .readable = SHARED, .threads = true), ST_NO, SANDBOX_ENDED);
	EXPECT_END(JOB(.fn = executes), ST_BAD_INPUT, SANDBOX_FORBIDDEN);
	EXPECT_END(JOB(.fn = reaches_out), ST_NO, SANDBOX_ENDED);
}

static enum status loops(struct sandbox_child *c)
{
	(void)c;
	while (sink_of_values >= 0)
		sink_of_values = !sink_of_values;
	return ST_OK;
}

static void time_is_bounded(void **state)
{
	(void)state;
	int64_t from = sys_monotonic_us();

	EXPECT_END(JOB(.fn = loops, .limits = { .wall_ms = 100 }), ST_TOO_BIG, SANDBOX_TIME);
	assert_true(sys_monotonic_us() - from < 5000000);
	EXPECT_END(JOB(.fn = loops, .limits = { .cpu_s = 1 }), ST_TOO_BIG, SANDBOX_TIME);
}

static enum status grows(struct sandbox_child *c)
{
	struct buf b = buf_make((ptrdiff_t)8 << 30);
	(void)c;
	while (!b.failed)
		memset(buf_room(&b, 1 << 20), 1, 1 << 20);
	return ST_OK;
}

static enum status grows_by_malloc(struct sandbox_child *c)
{
	(void)c;
	for (int i = 0; i < 1000; i++) {
		char *volatile p = malloc(1 << 20);     /* volatile: a compiler may do without memory nobody looks at */
		if (!p)
			return ST_TOO_BIG;
		memset(p, 1, 1 << 20);
		sink_of_values += p[5];
	}
	return ST_OK;
}

static void memory_is_bounded(void **state)
{
	(void)state;
#ifdef SANITIZED
	skip();
#endif
	EXPECT_END(JOB(.fn = grows, .limits = { .memory = 32 << 20 }), ST_TOO_BIG, SANDBOX_MEMORY);
	EXPECT_END(JOB(.fn = grows_by_malloc, .limits = { .memory = 32 << 20 }), ST_TOO_BIG, SANDBOX_ENDED);
}

static enum status talks(struct sandbox_child *c)
{
	static char t[10000];
	for (int i = 0; i < 100000; i++)
		TRY(sandbox_answer(c, (struct str){ t, COUNT(t) }));
	return ST_OK;
}

static enum status talks_past_the_bound(struct sandbox_child *c)
{
	static char t[10000];
	for (int i = 0; i < 100000; i++)
		TRY(sys_write_all(c->out_, (struct str){ t, COUNT(t) }));
	return ST_OK;
}

static enum status no_more(void *user, struct str chunk)
{
	(void)chunk;
	return ++*(int *)user == 3 ? ST_CONFLICT : ST_OK;
}

static void output_is_bounded(void **state)
{
	(void)state;
	struct sandbox_result r;
	int n = 0;

	EXPECT_END(JOB(.fn = talks, .limits = { .output = 50000 }), ST_TOO_BIG, SANDBOX_ENDED);
	EXPECT_END(JOB(.fn = talks_past_the_bound, .limits = { .output = 50000 }), ST_TOO_BIG, SANDBOX_OUTPUT);
	assert_int_equal(sandbox_run(box, &JOB(.fn = talks, .in = -1), no_more, &n, &r), ST_CONFLICT);
	assert_int_equal(r.end, SANDBOX_STOPPED);
	assert_int_equal(n, 3);
}

/* ---- programs and readable places ---- */

static const char *const SYSTEM[] = { "/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", NULL };

static void runs_programs(void **state)
{
	(void)state;
	static const char *const CAT[] = { "/bin/cat", NULL }, *const PEEK[] = { "/bin/cat", "/etc/passwd", NULL };
	static const char *const FALSE[] = { "/bin/false", NULL }, *const NONE[] = { "/usr/bin/no-such-program", NULL };
	static const char *const SHELL[] = { "/bin/sh", "-c", "/bin/true; echo ran", NULL };
	static const char *const WRITE[] = { "/bin/cp", "/bin/true", "/tmp/tobari-sandbox-test", NULL };
	struct buf out;
	struct sandbox_result r;

	assert_int_equal(run(JOB(.argv = CAT, .readable = SYSTEM, .has_bytes = true, .bytes = S("through cat")), &out, &r), ST_OK);
	assert_true(str_eq(buf_str(&out), S("through cat")));
	buf_free(&out);
	assert_int_equal(run(JOB(.argv = PEEK, .readable = SYSTEM), &out, &r), ST_BAD_INPUT);
	assert_int_equal(out.n, 0);
	assert_int_equal(r.end, SANDBOX_ENDED);
	EXPECT_END(JOB(.argv = FALSE, .readable = SYSTEM), ST_BAD_INPUT, SANDBOX_ENDED);
	EXPECT_END(JOB(.argv = NONE, .readable = SYSTEM), ST_NOT_FOUND, SANDBOX_NO_PROGRAM);
	EXPECT_END(JOB(.argv = SHELL, .readable = SYSTEM), ST_BAD_INPUT, SANDBOX_FORBIDDEN);     /* no new processes */
	EXPECT_END(JOB(.argv = WRITE, .readable = SYSTEM), ST_BAD_INPUT, SANDBOX_ENDED);
	assert_int_not_equal(access("/tmp/tobari-sandbox-test", F_OK), 0);
}

static enum status reads_files(struct sandbox_child *c)
{
	char name[200];
	(void)c;
	snprintf(name, sizeof name, "%.*s", STR_FMT(c->arg));
	int fd = open(name, O_RDONLY);
	if (fd < 0)
		return errno == EACCES ? ST_DENIED : ST_NOT_FOUND;
	return open(name, O_RDWR) >= 0 ? ST_BROKEN : ST_OK;
}

static void reads_where_allowed(void **state)
{
	(void)state;
	static const char *const PLACES[] = { "/usr/share", "/etc/group", NULL };

	EXPECT_END(JOB(.fn = reads_files, .readable = PLACES, .arg = S("/usr/share")), ST_OK, SANDBOX_ENDED);
	EXPECT_END(JOB(.fn = reads_files, .readable = PLACES, .arg = S("/etc/group")), ST_OK, SANDBOX_ENDED);
	EXPECT_END(JOB(.fn = reads_files, .readable = PLACES, .arg = S("/etc/passwd")), ST_DENIED, SANDBOX_ENDED);
	EXPECT_END(JOB(.fn = reads_files, .arg = S("/etc/group")), ST_DENIED, SANDBOX_ENDED);
}

static void refuses_wrong_jobs(void **state)
{
	(void)state;
	static const char *const FALSE[] = { "/bin/false", NULL };

	EXPECT_END(JOB(.arg = S("nothing to do")), ST_UNAVAILABLE, SANDBOX_REFUSED);
	EXPECT_END(JOB(.fn = echo, .argv = FALSE), ST_UNAVAILABLE, SANDBOX_REFUSED);
	char *big = calloc(1, SANDBOX_ARG_MAX + 1);
	EXPECT_END(JOB(.fn = echo, .arg = { big, SANDBOX_ARG_MAX + 1 }), ST_UNAVAILABLE, SANDBOX_REFUSED);
	free(big);
}

/* ---- many at once ---- */

enum { THREADS = 4, ROUNDS = 25 };

static void *many(void *user)
{
	int *bad = user;

	for (int i = 0; i < ROUNDS; i++) {
		struct buf out;
		char text[32];
		int n = snprintf(text, sizeof text, "round %d", i);
		struct sandbox_job job = { .fn = i % 5 == 4 ? null_pointer : echo, .has_bytes = true, .bytes = { text, n } };
		enum status st = run(job, &out, NULL);
		*bad += i % 5 == 4 ? st != ST_BAD_INPUT : st != ST_OK || !str_eq(buf_str(&out), job.bytes);
		buf_free(&out);
	}
	return NULL;
}

static void serves_threads(void **state)
{
	(void)state;
	pthread_t t[THREADS];
	int bad[THREADS] = { 0 };

	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&t[i], NULL, many, &bad[i]), 0);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(t[i], NULL);
		assert_int_equal(bad[i], 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers), cmocka_unit_test(maps_its_input), cmocka_unit_test(needs_a_helper),
		cmocka_unit_test(crashes_cost_one_job), cmocka_unit_test(reaching_out_fails), cmocka_unit_test(time_is_bounded),
		cmocka_unit_test(memory_is_bounded), cmocka_unit_test(output_is_bounded), cmocka_unit_test(runs_programs),
		cmocka_unit_test(reads_where_allowed), cmocka_unit_test(refuses_wrong_jobs), cmocka_unit_test(serves_threads),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
