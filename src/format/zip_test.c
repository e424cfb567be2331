/* zip_test.c - members, names, limits, and archives that lie. */
#include "format/zip.h"
#include "format/testfile.h"
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <unistd.h>

struct fixture { struct arena a; struct buf file; struct zip_reader *z; };

static void make(struct fixture *f, const struct test_member *m, ptrdiff_t n, const struct zip_limits *l)
{
	*f = (struct fixture){ .a = arena_make(64 << 20), .file = test_zip(m, n) };
	assert_int_equal(zip_open_bytes(&f->a, buf_str(&f->file), l, &f->z), ST_OK);
}

static void done(struct fixture *f)
{
	zip_reader_close(f->z);
	buf_free(&f->file);
	arena_free(&f->a);
}

static void reads_members(void **state)
{
	(void)state;
	struct test_member m[] = {
		{ S("a.txt"), S("stored text"), .deflate = false },
		{ S("dir/"), S(""), .deflate = false },
		{ S("dir/b.txt"), S("packed text packed text packed text"), .deflate = true },
		{ S("\x8c\xc2\x90l.txt"), S("cp932 name"), .deflate = true },
	};
	struct fixture f;
	make(&f, m, COUNT(m), NULL);
	struct zip_member found;
	struct str text;

	assert_int_equal(zip_members(f.z), 4);
	assert_true(zip_member_at(f.z, 1).folder);
	assert_int_equal(zip_member_at(f.z, 2).size, 35);
	assert_true(str_eq(zip_member_at(f.z, 3).name, S("個人.txt")));
	for (int i = 0; i < COUNT(m); i++) {
		assert_int_equal(zip_read_all(f.z, &f.a, i, 1000, &text), ST_OK);
		assert_true(str_eq(text, m[i].data));
	}
	assert_int_equal(zip_find(f.z, S("DIR/B.TXT"), &found), ST_OK);
	assert_int_equal(found.index, 2);
	assert_int_equal(zip_find(f.z, S("none"), &found), ST_NOT_FOUND);
	assert_int_equal(zip_read_all(f.z, &f.a, 2, 34, &text), ST_TOO_BIG);
	assert_int_equal(zip_read_all(f.z, &f.a, 9, 34, &text), ST_BAD_INPUT);
	done(&f);
}

static void reads_a_descriptor(void **state)
{
	(void)state;
	struct test_member m[] = { { S("a.txt"), S("one"), .deflate = true }, { S("b.txt"), S("two"), .deflate = false } };
	struct buf file = test_zip(m, 2);
	struct arena a = arena_make(0);
	FILE *t = tmpfile();
	struct zip_reader *z;
	struct str text;

	assert_non_null(t);
	assert_int_equal(fwrite(file.p, 1, (size_t)file.n, t), file.n);
	assert_int_equal(fflush(t), 0);
	assert_int_equal(zip_open_fd(&a, fileno(t), NULL, &z), ST_OK);
	assert_int_equal(zip_read_all(z, &a, 1, 10, &text), ST_OK);
	assert_true(str_eq(text, S("two")));
	assert_int_equal(zip_read_all(z, &a, 0, 10, &text), ST_OK);
	assert_true(str_eq(text, S("one")));
	zip_reader_close(z);
	fclose(t);
	buf_free(&file);
	arena_free(&a);
}

static void refuses_lies(void **state)
{
	(void)state;
	struct test_member m[] = {
		{ S("crc"), S("some text"), .deflate = true, .wrong_crc = 1 },
		{ S("locked"), S("some text"), .encrypted = true },
		{ S("method"), S("some text"), .method = 97 },
		{ S("size"), S("some text and more"), .deflate = true, .claim_size = 4 },
		{ S("huge claim"), S("some text"), .deflate = true, .claim_size = 4000000000 },
	};
	struct fixture f;
	make(&f, m, COUNT(m), NULL);
	struct str text;

	assert_int_equal(zip_read_all(f.z, &f.a, 0, 100, &text), ST_BAD_INPUT);
	assert_int_equal(zip_read_all(f.z, &f.a, 1, 100, &text), ST_DENIED);
	assert_int_equal(zip_read_all(f.z, &f.a, 2, 100, &text), ST_DENIED);
	for (int i = 3; i < 5; i++) {                       /* a wrong claim of size changes nothing: the bytes are what they are */
		assert_int_equal(zip_read_all(f.z, &f.a, i, 100, &text), ST_OK);
		assert_true(str_eq(text, m[i].data));
	}
	done(&f);
}

static void stops_bombs(void **state)
{
	(void)state;
	struct buf zeros = buf_make(0);
	char *p = buf_room(&zeros, 20 << 20);
	memset(p, 'x', 20 << 20);
	struct test_member m[] = {
		{ S("bomb"), buf_str(&zeros), .deflate = true },
		{ S("half"), str_sub(buf_str(&zeros), 0, 900 << 10), .deflate = true },
	};
	struct zip_limits by_ratio = { .ratio = 100 }, by_size = { .member_bytes = 1 << 20, .ratio = 100000 };
	struct zip_limits by_total = { .total_bytes = 1 << 20 }, by_members = { .members = 1 };
	struct str text;
	struct zip_reader *z;

	struct fixture f;
	make(&f, m, 2, &by_ratio);
	assert_int_equal(zip_read_all(f.z, &f.a, 0, 30 << 20, &text), ST_TOO_BIG);
	assert_int_equal(zip_read_all(f.z, &f.a, 1, 30 << 20, &text), ST_OK);     /* small members may be dense */
	done(&f);
	make(&f, m, 2, &by_size);
	assert_int_equal(zip_read_all(f.z, &f.a, 0, 30 << 20, &text), ST_TOO_BIG);
	done(&f);
	make(&f, m, 2, &by_total);
	assert_int_equal(zip_read_all(f.z, &f.a, 1, 30 << 20, &text), ST_OK);
	assert_int_equal(zip_read_all(f.z, &f.a, 1, 30 << 20, &text), ST_TOO_BIG);
	assert_int_equal(zip_open_bytes(&f.a, buf_str(&f.file), &by_members, &z), ST_TOO_BIG);
	done(&f);
	buf_free(&zeros);
}

/* Every cut and many flipped bytes: a status, never a crash. */
static void survives_damage(void **state)
{
	(void)state;
	struct test_member m[] = { { S("a.txt"), S("aaaaaaaaaaaaaaaaaaaaaaaa"), .deflate = true }, { S("b"), S("bb"), .deflate = false } };
	struct buf file = test_zip(m, 2);
	struct arena a = arena_make(0);
	struct zip_reader *z;
	struct str text;

	for (ptrdiff_t n = 0; n < file.n; n++)
		if (zip_open_bytes(&a, str_sub(buf_str(&file), 0, n), NULL, &z) == ST_OK)
			zip_reader_close(z);
	for (ptrdiff_t i = 0; i < file.n; i++) {
		char was = file.p[i];
		file.p[i] = (char)~was;
		if (zip_open_bytes(&a, buf_str(&file), NULL, &z) == ST_OK) {
			for (ptrdiff_t k = 0; k < zip_members(z); k++)
				if (zip_read_all(z, &a, k, 1 << 20, &text) == ST_OK)
					assert_true(text.n <= 24);
			zip_reader_close(z);
		}
		file.p[i] = was;
	}
	buf_free(&file);
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_members), cmocka_unit_test(reads_a_descriptor), cmocka_unit_test(refuses_lies),
		cmocka_unit_test(stops_bombs), cmocka_unit_test(survives_damage),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
