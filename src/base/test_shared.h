/* test_shared.h - for tests only: reads the shared test data where they exist ($TOBARI_SHARED, ../shared). */
#pragma once
#include "base/base.h"
#include <stdio.h>
#include <stdlib.h>

/* The whole of shared/data/NAME in the arena; an empty str when it is not there and the test must skip. */
static inline struct str shared_data(struct arena *a, const char *name)
{
	const char *roots[] = { getenv("TOBARI_SHARED"), "../shared" };
	char path[512];

	for (int i = 0; i < COUNT(roots); i++) {
		if (!roots[i])
			continue;
		snprintf(path, sizeof path, "%s/data/%s", roots[i], name);
		FILE *f = fopen(path, "rb");
		if (!f)
			continue;
		fseek(f, 0, SEEK_END);
		long n = ftell(f);
		rewind(f);
		char *p = new_n(a, char, n + 1);
		size_t got = fread(p, 1, (size_t)n, f);
		fclose(f);
		return (struct str){ p, (ptrdiff_t)got };
	}
	return (struct str){ NULL, 0 };
}
