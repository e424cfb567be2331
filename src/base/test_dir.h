/* test_dir.h - for tests only: a new folder where files of tests go ($TMPDIR, which tools/run_tests lays into memory). */
#pragma once
#include <stdio.h>
#include <stdlib.h>

enum { TEST_DIR_MAX = 96 };

static inline const char *test_tmp(void)
{
	const char *tmp = getenv("TMPDIR");

	return tmp && *tmp ? tmp : "/tmp";
}

/* Its path, in `ret`; NULL when it cannot be made. */
static inline char *test_dir(char ret[TEST_DIR_MAX], const char *name)
{
	int n = snprintf(ret, TEST_DIR_MAX, "%s/tobari-%s-XXXXXX", test_tmp(), name);

	return n < TEST_DIR_MAX ? mkdtemp(ret) : NULL;
}
