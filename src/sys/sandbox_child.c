/* sandbox_child.c - the helper process that forks a child for each job, and the child. */
#include "sys/sandbox_child.h"
#include "base/num.h"
#include "sys/sys.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
#define SANITIZED 1
#elif defined __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0                 /* a sanitizer reserves terabytes: no memory bound can hold beside it */
#endif

enum { JOBS_MAX = 64, NOBODY = 65534, OPEN_FILES = 64 };

/* ---- the child ---- */

static _Noreturn void report_and_exit(enum sandbox_end end)
{
	struct sandbox_report rep = { .end = end };

	IGNORE(write(SANDBOX_REPORT_FD, &rep, sizeof rep) == 0);
	_exit(1);
}

static void exit_exhausted(void)
{
	_exit(SANDBOX_EXIT_MEMORY);
}

static bool bound(int what, int64_t soft, int64_t hard)
{
	struct rlimit l = { (rlim_t)soft, (rlim_t)hard };

	return setrlimit((__rlimit_resource_t)what, &l) == 0;
}

/* Root steps down where it can; inside a container without user 65534 the other walls must do. */
static void leave_root(void)
{
	if (geteuid() == 0 && setgroups(0, NULL) == 0 && setresgid(NOBODY, NOBODY, NOBODY) == 0)
		IGNORE(setresuid(NOBODY, NOBODY, NOBODY));
}

static bool set_bounds(const struct sandbox_request *q, int64_t base_memory)
{
	int64_t memory = q->limits.memory + (q->argv ? 0 : base_memory);

	return (SANITIZED || bound(RLIMIT_DATA, memory, memory)) && bound(RLIMIT_CPU, q->limits.cpu_s, q->limits.cpu_s + 1) &&
	       bound(RLIMIT_FSIZE, 0, 0) && bound(RLIMIT_CORE, 0, 0) && bound(RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES) &&
	       (q->threads || bound(RLIMIT_NPROC, 0, 0));         /* it counts all that this user runs: the kernel filter must do */
}

static bool confine(const struct sandbox_request *q, const struct sandbox_filter *filters, int64_t base_memory, pid_t helper)
{
	enum sandbox_profile p = q->argv ? PROFILE_PROGRAM : q->threads ? PROFILE_THREADS : q->readable ? PROFILE_READ : PROFILE_COMPUTE;

	leave_root();
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != helper || prctl(PR_SET_DUMPABLE, 0) || !set_bounds(q, base_memory) ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return false;
	if (!sandbox_landlock(q->readable, q->argv) && p != PROFILE_COMPUTE)
		return false;
	return sandbox_filter_enter(&filters[p]);
}

static _Noreturn void become(const char *const *argv)
{
	static const char *const ENVIRONMENT[] = { "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin", NULL };
	union { const char *const *in; char *const *p; } a = { .in = argv }, e = { .in = ENVIRONMENT };

	execve(argv[0], a.p, e.p);
	report_and_exit(errno == ENOENT || errno == EACCES || errno == ENOEXEC ? SANDBOX_NO_PROGRAM : SANDBOX_REFUSED);
}

_Noreturn void sandbox_child_main(const struct sandbox_request *q, struct str arg, const struct sandbox_filter *filters,
                                  int64_t base_memory, pid_t helper)
{
	struct sandbox_child c = { .arg = arg, .in = q->has_in ? 0 : -1, .out_ = 1, .left_ = q->limits.output };

	if (!confine(q, filters, base_memory, helper))
		report_and_exit(SANDBOX_REFUSED);
	if (q->argv) {
		signal(SIGPIPE, SIG_DFL);
		become(q->argv);
	}
	close(SANDBOX_REPORT_FD);
	base_set_exhausted(exit_exhausted);
	_exit((int)q->fn(&c));
}

enum status sandbox_answer(struct sandbox_child *c, struct str bytes)
{
	if (bytes.n > c->left_)
		return ST_TOO_BIG;
	c->left_ -= bytes.n;
	return sys_write_all(c->out_, bytes);
}

/* ---- the helper ---- */

struct job { pid_t pid; int pidfd, report; int64_t deadline; bool late, program; };

struct helper {
	int        control;
	struct job jobs[JOBS_MAX];
	int        njobs;
	struct sandbox_filter filters[PROFILE_MAX];
	int64_t    base_memory;
	pid_t      pid;
};

static void reset_signals(void)
{
	sigset_t none;

	for (int s = 1; s < 32; s++)
		signal(s, SIG_DFL);
	signal(SIGINT, SIG_IGN);             /* the terminal's Ctrl-C is for the parent; it ends us by closing the line */
	signal(SIGTERM, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Keeps descriptors 0-2 (the first two as nothing) and the control line, as descriptor 3. */
static bool close_everything(struct helper *h)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 || (!SANITIZED && dup2(null, 2) < 0))
		return false;
	if (h->control != 3 && dup2(h->control, 3) < 0)
		return false;
	h->control = 3;
	fcntl(3, F_SETFD, FD_CLOEXEC);
	return close_range(4, ~0u, 0) == 0;
}

/* Bytes of writable memory this process has; what RLIMIT_DATA counts. */
static int64_t data_bytes(void)
{
	char text[256];
	int fd = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd >= 0 ? read(fd, text, sizeof text) : -1;
	struct str rest = { text, MAX(got, 0) }, part;
	int64_t pages = 0;
	bool known = true;

	if (fd >= 0)
		close(fd);
	for (int i = 0; i < 6; i++)                 /* the sixth is data and stack */
		known = known && str_cut(&rest, ' ', &part) && num_parse(str_trim(part), 0, INT64_MAX >> 20, &pages) == ST_OK;
	return known ? pages * sysconf(_SC_PAGESIZE) : 64 << 20;
}

static void send_report(int fd, const struct sandbox_report *rep)
{
	IGNORE(send(fd, rep, sizeof *rep, MSG_NOSIGNAL | MSG_DONTWAIT) == 0);
}

struct received { struct sandbox_request q; char arg[SANDBOX_ARG_MAX]; ptrdiff_t nargs; int fd[3], nfds; };

/* One request. False when the parent is gone. */
static bool receive(int control, struct received *r)
{
	union { struct cmsghdr h; char room[CMSG_SPACE(3 * sizeof(int))]; } c;
	struct iovec iov[2] = { { &r->q, sizeof r->q }, { r->arg, sizeof r->arg } };
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = 2, .msg_control = &c, .msg_controllen = sizeof c };
	ssize_t n = recvmsg(control, &m, MSG_CMSG_CLOEXEC);

	if (n < 0 && errno == EINTR)
		return receive(control, r);
	if (n < (ssize_t)sizeof r->q)
		return false;
	struct cmsghdr *h = CMSG_FIRSTHDR(&m);
	r->nargs = n - (ssize_t)sizeof r->q;
	r->nfds = h && h->cmsg_type == SCM_RIGHTS ? (int)((h->cmsg_len - CMSG_LEN(0)) / sizeof(int)) : 0;
	if (r->nfds)
		memcpy(r->fd, CMSG_DATA(h), (size_t)r->nfds * sizeof(int));
	return r->nfds == 2 + r->q.has_in;
}

static _Noreturn void child_of(struct helper *h, const struct received *r)
{
	bool ok = !r->q.argv || dup2(0, 2) >= 0;      /* 0 is nothing here: programs' complaints go there */

	ok = ok && (!r->q.has_in || dup2(r->fd[2], 0) >= 0) && dup2(r->fd[1], 1) >= 0;
	ok = ok && dup2(r->fd[0], SANDBOX_REPORT_FD) >= 0 && close_range(SANDBOX_REPORT_FD + 1, ~0u, 0) == 0;
	if (!ok)
		_exit(1);
	fcntl(SANDBOX_REPORT_FD, F_SETFD, FD_CLOEXEC);
	sandbox_child_main(&r->q, (struct str){ r->arg, r->nargs }, h->filters, h->base_memory, h->pid);
}

static void start_job(struct helper *h, const struct received *r)
{
	pid_t pid = fork();

	if (pid == 0)
		child_of(h, r);
	int pidfd = pid > 0 ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
	close(r->fd[1]);
	if (r->q.has_in)
		close(r->fd[2]);
	if (pidfd < 0) {
		if (pid > 0) {
			kill(pid, SIGKILL);
			waitpid(pid, NULL, 0);
		}
		send_report(r->fd[0], &(struct sandbox_report){ .end = SANDBOX_REFUSED });
		close(r->fd[0]);
		return;
	}
	h->jobs[h->njobs++] = (struct job){ pid, pidfd, r->fd[0], sys_monotonic_us() + (int64_t)r->q.limits.wall_ms * 1000, false, r->q.argv };
}

static struct sandbox_report judge(const struct job *j, int status, const struct rusage *u)
{
	struct sandbox_report rep = {
		.cpu_us = ((int64_t)u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1000000 + u->ru_utime.tv_usec + u->ru_stime.tv_usec,
		.peak_bytes = (int64_t)u->ru_maxrss * 1024,
	};

	if (WIFSIGNALED(status)) {
		rep.signal = WTERMSIG(status);
		rep.end = j->late || rep.signal == SIGXCPU ? SANDBOX_TIME : rep.signal == SIGSYS ? SANDBOX_FORBIDDEN : SANDBOX_CRASHED;
		return rep;
	}
	rep.exit_code = WEXITSTATUS(status);
	rep.status = j->program ? (rep.exit_code ? ST_BAD_INPUT : ST_OK) : rep.exit_code;
	rep.end = SANDBOX_ENDED;
	if (!j->program && rep.exit_code == SANDBOX_EXIT_MEMORY)
		rep.end = SANDBOX_MEMORY;
	else if (!j->program && rep.exit_code >= ST_MAX)
		rep.end = SANDBOX_CRASHED;                /* a sanitizer or a library ended the process */
	return rep;
}

static void end_job(struct helper *h, int i)
{
	struct job j = h->jobs[i];
	struct rusage u;
	int status;

	while (wait4(j.pid, &status, 0, &u) < 0)
		if (errno != EINTR)
			_exit(1);
	struct sandbox_report rep = judge(&j, status, &u);
	send_report(j.report, &rep);
	close(j.report);
	close(j.pidfd);
	h->jobs[i] = h->jobs[--h->njobs];
}

static int until_next_deadline(struct helper *h)
{
	int64_t now = sys_monotonic_us(), next = INT64_MAX;

	for (int i = 0; i < h->njobs; i++) {
		struct job *j = &h->jobs[i];
		if (!j->late && j->deadline <= now) {
			j->late = true;
			kill(j->pid, SIGKILL);
		}
		if (!j->late)
			next = MIN(next, j->deadline);
	}
	return next == INT64_MAX ? -1 : (int)MIN((next - now) / 1000 + 1, 1000000);
}

/* Waits once, then serves what has happened. False when the parent is gone. */
static bool turn(struct helper *h, struct received *r)
{
	struct pollfd p[1 + 2 * JOBS_MAX];
	int n = h->njobs;

	p[0] = (struct pollfd){ .fd = n < JOBS_MAX ? h->control : -1, .events = POLLIN };
	for (int i = 0; i < n; i++) {
		p[1 + 2 * i] = (struct pollfd){ .fd = h->jobs[i].pidfd, .events = POLLIN };
		p[2 + 2 * i] = (struct pollfd){ .fd = h->jobs[i].late ? -1 : h->jobs[i].report, .events = 0 };
	}
	if (poll(p, 1 + 2 * (nfds_t)n, until_next_deadline(h)) < 0)
		return errno == EINTR;
	for (int i = n - 1; i >= 0; i--) {            /* from the end: end_job moves the last into the gap */
		if (p[1 + 2 * i].revents) {
			end_job(h, i);
		} else if (p[2 + 2 * i].revents & (POLLHUP | POLLERR)) {
			h->jobs[i].late = true;           /* nobody waits for it any more */
			kill(h->jobs[i].pid, SIGKILL);
		}
	}
	if (!p[0].revents)
		return true;
	if (!receive(h->control, r))
		return false;
	start_job(h, r);
	wipe(r->arg, r->nargs);                       /* the next child is a copy of this memory */
	return true;
}

_Noreturn void sandbox_helper(int control)
{
	static struct helper h;
	static struct received r;

	h.control = control;
	h.pid = getpid();
	prctl(PR_SET_NAME, "tobari-sandbox");
	reset_signals();
	if (!close_everything(&h))
		_exit(1);
	for (enum sandbox_profile p = 0; p < PROFILE_MAX; p++)
		if (!sandbox_filter_make(p, &h.filters[p]))
			_exit(1);
	h.base_memory = data_bytes();
	while (turn(&h, &r))
		;
	for (int i = 0; i < h.njobs; i++)
		kill(h.jobs[i].pid, SIGKILL);
	_exit(0);
}
