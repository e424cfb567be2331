/* supervise.c - forks the server, waits, and forks it again; slower each time when it does not last. */
#include "main/supervise.h"
#include "sys/sys.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LASTS_S = 60, LONGEST_MS = 10000, FIRST_MS = 50 };

struct watch { pid_t child; bool served, stopping; int64_t begun; };

static void nap(int ms)
{
	struct timespec t = { ms / 1000, (ms % 1000) * 1000000L };

	while (nanosleep(&t, &t) && errno == EINTR)
		continue;
}

/* Waits for the child's end; hands signals on meanwhile. */
static int wait_for(struct watch *w, const sigset_t *wanted)
{
	int status;

	for (;;) {
		int got = sigwaitinfo(wanted, NULL);
		if (got == SIGTERM || got == SIGINT)
			w->stopping = true;
		if (got == SIGTERM || got == SIGINT || got == SIGHUP)
			kill(w->child, got == SIGINT ? SIGTERM : got);
		if (waitpid(w->child, &status, WNOHANG) == w->child)
			return status;
	}
}

static bool told(int fd)
{
	char c;
	ssize_t n;

	do
		n = read(fd, &c, 1);
	while (n < 0 && errno == EINTR);
	close(fd);
	return n == 1;
}

/* True in the child. */
static bool start(struct watch *w, int *ret_ready, int *ret_told)
{
	pid_t parent = getpid();
	int fd[2];

	if (pipe(fd))
		abort();
	w->begun = sys_monotonic_us();
	w->child = fork();
	if (w->child < 0)
		abort();
	if (w->child) {
		close(fd[1]);
		*ret_told = fd[0];
		return false;
	}
	close(fd[0]);
	prctl(PR_SET_PDEATHSIG, SIGTERM);                     /* nobody would start it again */
	if (getppid() != parent)
		_exit(1);
	*ret_ready = fd[1];
	return true;
}

bool supervise(int *ret_ready, bool *ret_again, int *ret_code)
{
	struct watch w = { .served = false };
	sigset_t wanted, before;
	int pause = 0, ready;

	sigemptyset(&wanted);
	sigaddset(&wanted, SIGTERM);
	sigaddset(&wanted, SIGINT);
	sigaddset(&wanted, SIGHUP);
	sigaddset(&wanted, SIGCHLD);
	sigprocmask(SIG_BLOCK, &wanted, &before);
	for (;;) {
		*ret_again = w.served;
		if (start(&w, ret_ready, &ready)) {
			sigprocmask(SIG_SETMASK, &before, NULL);
			return true;
		}
		int status = wait_for(&w, &wanted);
		w.served |= told(ready);
		*ret_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		if (w.stopping || !w.served || *ret_code == 0)
			return false;
		fprintf(stderr, "restart: %s %d\n", WIFEXITED(status) ? "exit" : "signal",
			WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
		bool lasted = sys_monotonic_us() - w.begun > LASTS_S * INT64_C(1000000);
		nap(pause);
		pause = lasted ? 0 : MIN(LONGEST_MS, pause ? pause * 2 : FIRST_MS);
	}
}

void supervise_ready(int ready)
{
	char c = 1;

	IGNORE(sys_write_all(ready, (struct str){ &c, 1 }));
	close(ready);
}
