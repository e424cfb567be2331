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
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
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

/* A pipe (or a device) that is named as the place of a result takes it and stays what it is; no file stands there afterwards. A link
 * that somebody laid where a file is to come is replaced, what it points at stays untouched. */
static void into_what_is_no_file(void **state)
{
	char dir[] = "/tmp/tobari_sys_XXXXXX", pipe_path[64], link_path[64], other[64], got[16];
	struct stat st;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(pipe_path, sizeof pipe_path, "%s/pipe", dir);
	snprintf(link_path, sizeof link_path, "%s/link", dir);
	snprintf(other, sizeof other, "%s/other", dir);
	assert_int_equal(mkfifo(pipe_path, 0600), 0);
	int reader = open(pipe_path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(reader >= 0);
	assert_int_equal(sys_write_file(str_z(pipe_path), S("whole"), 0600), ST_OK);
	assert_int_equal(read(reader, got, sizeof got), 5);
	assert_int_equal(lstat(pipe_path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	close(reader);

	assert_int_equal(sys_write_file(str_z(other), S("mine"), 0600), ST_OK);
	assert_int_equal(symlink(other, link_path), 0);
	assert_int_equal(sys_write_file(str_z(link_path), S("theirs"), 0600), ST_OK);
	assert_int_equal(lstat(link_path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(stat(other, &st), 0);
	assert_int_equal(st.st_size, 4);
	unlink(pipe_path);
	unlink(link_path);
	unlink(other);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(into_a_closed_pipe), cmocka_unit_test(without_standard_output),
		cmocka_unit_test(into_what_is_no_file) };

	return cmocka_run_group_tests_name("printing", tests, NULL, NULL);
}
