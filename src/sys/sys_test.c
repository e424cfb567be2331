/* sys_test.c - what is printed into a pipe that nobody reads any more: the work goes on to its end, then the process ends as tools do;
 * and standard output that is closed stays so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sys/sys.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WENT_ON = 7 };

/* In a child: prints into a closed pipe, says through `done` that it went on, and ends. */
static void print_and_end(int done)
{
	int ends[2];

	signal(SIGPIPE, SIG_IGN);                        /* as the program does */
	if (pipe(ends) || dup2(ends[1], STDOUT_FILENO) < 0 || close(ends[0]))
		_exit(1);
	for (int i = 0; i < 3; i++)
		if (sys_print(S("a line\n")) != ST_OK)
			_exit(2);
	if (write(done, "x", 1) != 1)
		_exit(3);
	IGNORE(sys_print_end());
	_exit(WENT_ON);
}

static void into_a_closed_pipe(void **state)
{
	int done[2], how;
	char got = 0;

	(void)state;
	assert_int_equal(pipe(done), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child)
		print_and_end(done[1]);
	close(done[1]);
	assert_int_equal(read(done[0], &got, 1), 1);     /* it did what it still had to do */
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFSIGNALED(how) && WTERMSIG(how) == SIGPIPE);
	close(done[0]);
}

/* In a child: with standard output closed, no file that is opened takes its place. */
static void open_without_output(void)
{
	close(STDOUT_FILENO);
	sys_keep_private();
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	bool refused = sys_print(S("x")) == ST_BAD_INPUT && sys_print_end() == ST_BAD_INPUT && sys_print_end() == ST_OK;
	_exit(fd > STDERR_FILENO && refused ? WENT_ON : 1);
}

static void without_standard_output(void **state)
{
	int how;

	(void)state;
	pid_t child = fork();
	assert_true(child >= 0);
	if (!child)
		open_without_output();
	assert_int_equal(waitpid(child, &how, 0), child);
	assert_true(WIFEXITED(how));
	assert_int_equal(WEXITSTATUS(how), WENT_ON);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(into_a_closed_pipe), cmocka_unit_test(without_standard_output) };

	return cmocka_run_group_tests_name("printing", tests, NULL, NULL);
}
