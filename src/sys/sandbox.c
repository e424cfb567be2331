/* sandbox.c - the parent's side: starting the helper, handing it jobs, taking answers. */
#include "sys/sandbox.h"
#include "sys/sandbox_child.h"
#include "sys/sys.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIPE_ROOM = 1 << 20 };

struct sandbox { int control; pid_t pid; };

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

const char *sandbox_end_name(enum sandbox_end e)
{
	static const char *const NAMES[] = {
		[SANDBOX_ENDED] = "ended", [SANDBOX_CRASHED] = "crashed", [SANDBOX_FORBIDDEN] = "forbidden", [SANDBOX_TIME] = "time",
		[SANDBOX_MEMORY] = "memory", [SANDBOX_OUTPUT] = "output", [SANDBOX_STOPPED] = "stopped",
		[SANDBOX_NO_PROGRAM] = "no program", [SANDBOX_REFUSED] = "refused",
	};
	return NAMES[e];
}

/* ---- the helper ---- */

enum status sandbox_start(struct sandbox **ret)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
		return ST_UNAVAILABLE;
	struct sandbox *s = malloc(sizeof *s);
	pid_t pid = s ? fork() : -1;
	if (pid == 0)
		sandbox_helper(pair[1]);
	close(pair[1]);
	if (pid < 0) {
		close(pair[0]);
		free(s);
		return ST_UNAVAILABLE;
	}
	*s = (struct sandbox){ pair[0], pid };
	*ret = s;
	return ST_OK;
}

void sandbox_stop(struct sandbox *s)
{
	if (!s)
		return;
	close(s->control);
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(s);
}

/* ---- one job ---- */

struct ends { int out, status; };     /* our ends of the job's pipe and socket */

static struct sandbox_limits with_defaults(struct sandbox_limits l)
{
	return (struct sandbox_limits){
		.memory  = l.memory > 0 ? l.memory : (int64_t)256 << 20,
		.output  = l.output > 0 ? l.output : (int64_t)64 << 20,
		.cpu_s   = l.cpu_s > 0 ? l.cpu_s : 20,
		.wall_ms = l.wall_ms > 0 ? l.wall_ms : 60000,
	};
}

/* Bytes as a sealed file without a name. */
static int memory_file(struct str bytes)
{
	int fd = memfd_create("input", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -1;
	if (sys_write_all(fd, bytes) != ST_OK || lseek(fd, 0, SEEK_SET) ||
	    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL))
		close_fd(&fd);
	return fd;
}

static bool send_request(int control, const struct sandbox_request *q, struct str arg, const int *fds, int nfds)
{
	union { struct cmsghdr h; char room[CMSG_SPACE(3 * sizeof(int))]; } c = { 0 };
	struct sandbox_request head = *q;
	union { const char *in; void *p; } a = { .in = arg.p };
	struct iovec iov[2] = { { &head, sizeof head }, { a.p, (size_t)arg.n } };
	struct msghdr m = { .msg_iov = iov, .msg_iovlen = arg.n ? 2 : 1, .msg_control = &c,
	                    .msg_controllen = CMSG_SPACE((size_t)nfds * sizeof(int)) };

	c.h.cmsg_level = SOL_SOCKET;
	c.h.cmsg_type = SCM_RIGHTS;
	c.h.cmsg_len = CMSG_LEN((size_t)nfds * sizeof(int));
	memcpy(CMSG_DATA(&c.h), fds, (size_t)nfds * sizeof(int));
	for (;;) {
		if (sendmsg(control, &m, MSG_NOSIGNAL) >= 0)
			return true;
		if (errno != EINTR)
			return false;
	}
}

static bool hand_over(struct sandbox *s, const struct sandbox_job *job, struct sandbox_limits l, struct ends *ret)
{
	struct sandbox_request q = { .fn = job->fn, .argv = job->argv, .readable = job->readable, .limits = l, .threads = job->threads };
	int out[2] = { -1, -1 }, status[2] = { -1, -1 };
	int made CLEANUP(close_fd) = job->has_bytes ? memory_file(job->bytes) : -1;
	int in = job->has_bytes ? made : job->in;
	bool sent = false;

	q.has_in = in >= 0;
	if ((job->has_bytes && made < 0) || pipe2(out, O_CLOEXEC))
		return false;
	IGNORE(fcntl(out[1], F_SETPIPE_SZ, PIPE_ROOM) >= 0);     /* so that neither side waits for each piece of the other; less will do */
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, status) == 0)
		sent = send_request(s->control, &q, job->arg, (int[]){ status[1], out[1], in }, q.has_in ? 3 : 2);
	close_fd(&status[1]);
	close_fd(&out[1]);
	if (!sent) {
		close_fd(&status[0]);
		close_fd(&out[0]);
		return false;
	}
	*ret = (struct ends){ out[0], status[0] };
	return true;
}

/* Reads the answer to its end. ST_OK; ST_TOO_BIG at the bound (then *end says so); the sink's status. */
static enum status take_answer(int fd, int64_t bound, sandbox_sink *sink, void *user, struct sandbox_result *r)
{
	char *piece = malloc(SANDBOX_PIECE);
	enum status st = piece ? ST_OK : ST_BROKEN;

	while (st == ST_OK) {
		ssize_t n = read(fd, piece, SANDBOX_PIECE);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		r->output += n;
		if (r->output > bound) {
			r->end = SANDBOX_OUTPUT;
			st = ST_TOO_BIG;
		} else if (sink) {
			st = sink(user, (struct str){ piece, n });
			if (st != ST_OK)
				r->end = SANDBOX_STOPPED;
		}
	}
	free(piece);
	return st;
}

static void take_report(int fd, struct sandbox_report *rep)
{
	ssize_t n;

	do
		n = recv(fd, rep, sizeof *rep, 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof *rep)
		*rep = (struct sandbox_report){ .end = SANDBOX_REFUSED };    /* the helper is gone */
}

static enum status status_of(enum sandbox_end e, const struct sandbox_report *rep)
{
	switch (e) {
	case SANDBOX_ENDED:
		return rep->status >= 0 && rep->status < ST_MAX ? (enum status)rep->status : ST_BROKEN;
	case SANDBOX_CRASHED: case SANDBOX_FORBIDDEN:
		return ST_BAD_INPUT;
	case SANDBOX_TIME: case SANDBOX_MEMORY: case SANDBOX_OUTPUT:
		return ST_TOO_BIG;
	case SANDBOX_NO_PROGRAM:
		return ST_NOT_FOUND;
	case SANDBOX_STOPPED: case SANDBOX_REFUSED:
		break;
	}
	return ST_UNAVAILABLE;
}

static enum status run(struct sandbox *s, const struct sandbox_job *job, sandbox_sink *sink, void *user, struct sandbox_result *r)
{
	struct sandbox_limits l = with_defaults(job->limits);
	struct sandbox_report rep;
	struct ends e;

	if (!s || !job->fn == !job->argv || job->arg.n > SANDBOX_ARG_MAX || !hand_over(s, job, l, &e)) {
		r->end = SANDBOX_REFUSED;
		return ST_UNAVAILABLE;
	}
	enum status st = take_answer(e.out, l.output, sink, user, r);
	close_fd(&e.out);
	if (st == ST_OK)
		take_report(e.status, &rep);
	close_fd(&e.status);                  /* where the child still runs, the helper sees this and kills it */
	if (st != ST_OK)
		return st;
	r->end = rep.end;
	r->signal = rep.signal;
	r->exit_code = rep.exit_code;
	r->cpu_us = rep.cpu_us;
	r->peak_bytes = rep.peak_bytes;
	return status_of(rep.end, &rep);
}

enum status sandbox_run(struct sandbox *s, const struct sandbox_job *job, sandbox_sink *sink, void *user,
                        struct sandbox_result *ret_result)
{
	struct sandbox_result r = { .end = SANDBOX_ENDED };
	enum status st = run(s, job, sink, user, &r);

	if (ret_result)
		*ret_result = r;
	return st;
}

enum status sandbox_to_buf(void *user, struct str chunk)
{
	struct buf *b = user;

	buf_add(b, chunk);
	return b->failed ? ST_TOO_BIG : ST_OK;
}
