/* kill.h - a node in a process of its own that is killed at a random moment; for tests only. */
#pragma once
#include "tests/unit/world.h"
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

/* The store of `w` as another process opens it. */
static inline struct world kill_reopened(const struct world *w)
{
	struct world mine = *w;

	mine.a = arena_make(0);
	if (keyring_open(str_z(w->keys_where), w->root, &mine.keys) != ST_OK ||
	    store_open(str_z(w->where), mine.keys, w->types, domain_ntypes + 1, &mine.store) != ST_OK)
		_exit(1);
	return mine;
}

/* Runs `node`, which writes to `ack` what it was told is durable, and kills it at most `most` milliseconds after the first of that.
 * Returns where to read what it had written; the caller closes it. */
static inline int kill_node(struct world *w, void (*node)(struct world *w, int64_t number, int ack), int64_t number, int most)
{
	int fd[2], code;
	uint16_t dice;

	assert_int_equal(pipe(fd), 0);
	pid_t pid = fork();
	if (pid == 0) {
		close(fd[0]);
		node(w, number, fd[1]);
	}
	close(fd[1]);
	sys_random(&dice, 2);
	struct pollfd begun = { fd[0], POLLIN, 0 };
	poll(&begun, 1, 20000);
	poll(NULL, 0, dice % most);
	kill(pid, SIGKILL);
	waitpid(pid, &code, 0);
	assert_true(WIFSIGNALED(code));
	act_as(w, 0);
	return fd[0];
}
