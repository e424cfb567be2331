/* output_test.c - whatever is printed where nothing can be written (a full disk, a closed descriptor): a sentence that says so, exit
 * code 2, the work whole; and no file of ours takes the place of what was closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/msg.h"
#include "sys/sys.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WORDS_MAX = 10, CLOSED = -2, FULL = -3 };
static char base[] = "/tmp/tobari_output_XXXXXX", data[64], said[64], printed[64];

/* Runs the program; what it prints goes into `printed` unless `to` says otherwise, what it says into `said`. */
static int tobari(const char *lang, int to, const char *const *words)
{
	const char *program = getenv("TOBARI"), *argv[WORDS_MAX + 2] = { "tobari" };
	int status;

	for (int i = 0; words[i]; i++)
		argv[i + 1] = words[i];
	pid_t pid = fork();
	if (pid == 0) {
		union { const char *const *in; char *const *out; } door = { .in = argv };
		setenv("LC_ALL", lang, 1);
		setenv("TOBARI_DATA", data, 1);
		dup2(open(said, O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
		dup2(open("/dev/null", O_RDONLY), 0);
		if (to == CLOSED)
			close(1);
		else
			dup2(open(to == FULL ? "/dev/full" : printed, O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
		execv(program ? program : "build/tobari", door.out);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static bool says(const char *file, const char *text)
{
	struct arena a = arena_make(0);
	struct str all;

	assert_int_equal(sys_read_file(&a, str_z(file), 1 << 20, &all), ST_OK);
	bool found = str_find(all, str_z(text)) >= 0;
	arena_free(&a);
	return found;
}

static void told_and_whole(void **state)
{
	static const char *const commands[][WORDS_MAX] = {
		{ "help" }, { "version" }, { "check", "--help" }, { "holiday", "2026" }, { "wareki", "--format", "json", "R8.3.2" }, { "identify", "phone", "03-1234-5678" },
		{ "deadline", "leak", "--known", "2026-03-02" }, { "schema", "--format", "json" }, { "routes" }, { "settings" }, { "check", "--format", "json" },
		{ "due" }, { "export", "staff", "--format", "csv" }, { "audit", "list" }, { "audit", "verify" }, { "audit", "heads" },
	};

	(void)state;
	for (ptrdiff_t i = 0; i < COUNT(commands); i++)
		for (int where = FULL; where <= CLOSED; where++) {
			bool japanese = (i + where) & 1;
			assert_int_equal(tobari(japanese ? "ja_JP.UTF-8" : "C", where, commands[i]), 2);
			assert_true(says(said, japanese ? "標準出力に書き込めませんでした" : "Standard output could not be written"));
			assert_false(says(said, japanese ? "不具合" : "fault"));
		}
	assert_int_equal(tobari("C", 0, (const char *const[]){ "audit", "verify", NULL }), 0);
	/* the exports were noted though none arrived, for a part of one might have */
	assert_int_equal(tobari("C", 0, (const char *const[]){ "audit", "list", NULL }), 0);
	assert_true(says(printed, "export"));
}

static int begin(void **state)
{
	(void)state;
	if (!mkdtemp(base))
		return -1;
	snprintf(data, sizeof data, "%s/data", base);
	snprintf(said, sizeof said, "%s/said", base);
	snprintf(printed, sizeof printed, "%s/printed", base);
	return tobari("C", 0, (const char *const[]){ "init", data, NULL });
}

static int end(void **state)
{
	const char *const argv[] = { "rm", "-rf", base, NULL };
	union { const char *const *in; char *const *out; } door = { .in = argv };
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		execv("/bin/rm", door.out);
		_exit(127);
	}
	return waitpid(pid, NULL, 0) == pid ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(told_and_whole) };

	return cmocka_run_group_tests_name("output", tests, begin, end);
}
