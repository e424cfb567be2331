/* anon_fuzz.c - any bytes as a hierarchy, as a SPEC beside a small table, and as a table: refused with a place, or applied whole.
 * A table that is read in pieces holds what the reader that goes from the first byte to the last finds in it. */
#include "anon/hierarchy.h"
#include "cli/anon_pieces.h"
#include "cli/anon_spec.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static void as_hierarchy(struct str text)
{
	struct arena a = arena_make(256 << 20);
	struct problems ps = { .a = &a };
	struct anon_hierarchy h = { 0 };

	if (anon_hierarchy_read(&h, text, S("h"), &ps) == ST_OK) {
		struct anon_levels v;
		uint32_t missing;
		assert(h.levels >= 1 && h.leaf.n >= 1);
		assert(anon_levels_make(&h, &h.leaf, &v, &missing) == ST_OK);
		for (int l = 1; l < v.levels; l++)
			assert(v.nlabels[l] <= v.nlabels[l - 1]);
		anon_levels_free(&v);
	} else {
		assert(ps.n > 0 && ps.p[0].place.n > 0);
	}
	anon_hierarchy_free(&h);
	arena_free(&a);
}

static void as_spec(struct str text)
{
	struct arena a = arena_make(256 << 20);
	struct cli c = { .a = &a, .problems = { .a = &a } };
	struct anon_spec s;
	char path[64];
	int fd = memfd_create("spec", MFD_CLOEXEC);

	if (fd < 0 || write(fd, text.p, (size_t)text.n) != text.n)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	for (int pseudonyms = 0; pseudonyms < 2; pseudonyms++) {
		ptrdiff_t told = c.problems.n;
		if (anon_spec_read(&c, str_z(path), pseudonyms, &s) != ST_OK) {
			assert(c.problems.n > told);
			continue;
		}
		struct anon_dict values = anon_dict_make();
		anon_dict_add(&values, S("12"));
		anon_dict_add(&values, S("345"));
		for (int i = 0; i < s.ncolumns; i++) {
			struct anon_hierarchy h = { 0 };
			if (s.column[i].hierarchy && s.column[i].hierarchy->kind == JS_OBJECT)
				IGNORE(anon_spec_hierarchy(&c, &s, &s.column[i], &values, &h));
			anon_hierarchy_free(&h);
		}
		anon_dict_free(&values);
	}
	close(fd);
	arena_free(&a);
}

static void as_table(struct str text)
{
	struct arena a = arena_make(256 << 20);
	struct cli c = { .a = &a, .problems = { .a = &a } };
	struct anon_file f, g;
	struct anon_table pieces, whole;
	char path[64];
	int fd = memfd_create("table", MFD_CLOEXEC), column[64];

	if (fd < 0 || write(fd, text.p, (size_t)text.n) != text.n)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (anon_file_open(&c, str_z(path), 0, &f) == ST_OK && f.ncolumns <= 64) {
		for (int i = 0; i < f.ncolumns; i++)
			column[i] = i;
		if (anon_pieces_load(&f, column, f.ncolumns, 1, &pieces) == ST_OK) {
			whole = anon_table_make(f.name, f.ncolumns);
			assert(anon_file_open(&c, str_z(path), csv_separator(f.csv), &g) == ST_OK);
			assert(anon_file_append(&c, &g, column, f.ncolumns, &whole) == ST_OK);
			assert(pieces.rows == whole.rows);
			for (int i = 0; i < f.ncolumns; i++)
				for (ptrdiff_t r = 0; r < whole.rows; r++)
					assert(str_eq(pieces.column[i].dict.value[pieces.column[i].code[r]], whole.column[i].dict.value[whole.column[i].code[r]]));
			anon_file_close(&g);
			anon_table_free(&pieces);
			anon_table_free(&whole);
		}
	}
	anon_file_close(&f);
	close(fd);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, (ptrdiff_t)size };

	as_hierarchy(text);
	as_spec(text);
	as_table(text);
	return 0;
}
