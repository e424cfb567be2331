/* replay.c - gives every file of the named folders (or files) to a fuzz target, without libFuzzer, under any compiler.
 * Also each input cut short at a few places, and the empty one. Prints "N passed"; a crash ends the program. */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static long inputs;

/* A copy of exactly n bytes, so that a sanitizer sees each read past the end. */
static void give(const uint8_t *bytes, size_t n)
{
	uint8_t *copy = malloc(n ? n : 1);
	assert(copy);
	if (n)
		memcpy(copy, bytes, n);
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
}

static void give_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		exit(1);
	}
	static uint8_t bytes[4 << 20];
	size_t n = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	fprintf(stderr, "%s\n", path);
	give(bytes, n);
	for (size_t part = 1; part < 8; part++)
		give(bytes, n * part / 8);
	inputs++;
}

static void give_path(const char *path)
{
	struct stat st;
	if (stat(path, &st) != 0) {
		perror(path);
		exit(1);
	}
	if (!S_ISDIR(st.st_mode)) {
		give_file(path);
		return;
	}
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);
	assert(n >= 0);
	for (int i = 0; i < n; i++) {
		char below[4096];
		int len = snprintf(below, sizeof below, "%s/%s", path, names[i]->d_name);
		assert(len > 0 && (size_t)len < sizeof below);
		if (names[i]->d_name[0] != '.')
			give_path(below);
		free(names[i]);
	}
	free(names);
}

int main(int argc, char **argv)
{
	give(NULL, 0);
	for (int i = 1; i < argc; i++)
		give_path(argv[i]);
	printf("%ld passed, %d failed\n", inputs, inputs ? 0 : 1);
	return inputs ? 0 : 1;
}
