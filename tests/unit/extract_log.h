/* extract_log.h - for tests: each file is read in this process and in a sandboxed child, with the same result. A reading is
 * written down as "[member]text|" and "!member:why|". */
#pragma once
#include "format/extract/extract.h"
#include "sys/sys.h"
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

static struct sandbox *box;

/* ---- writing down ---- */

static inline enum status log_begin(void *user, struct str member)
{
	buf_lit(user, "[");
	buf_add(user, member);
	buf_lit(user, "]");
	return ST_OK;
}

static inline enum status log_text(void *user, struct str utf8)
{
	buf_add(user, utf8);
	return ST_OK;
}

static inline enum status log_end(void *user)
{
	buf_lit(user, "|");
	return ST_OK;
}

static inline enum status log_unread(void *user, struct str member, enum extract_why why)
{
	buf_lit(user, "!");
	buf_add(user, member);
	buf_lit(user, ":");
	buf_add(user, str_z(extract_why_code(why)));
	buf_lit(user, "|");
	return ST_OK;
}

static inline enum status log_program(void *user, struct str member, enum extract_program p, struct str bytes)
{
	static const char *const NAMES[] = { "pdf", "doc", "ppt" };
	buf_fmt(user, "<%.*s:%s:%td>", STR_FMT(member), NAMES[p], bytes.n);
	return ST_OK;
}

static const struct extract_events LOG = { log_begin, log_text, log_end, log_unread, log_program };

static inline int file_of(struct str bytes)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	assert_true(fd >= 0);
	assert_int_equal(sys_write_all(fd, bytes), ST_OK);
	return fd;
}

static inline struct buf in_sandbox(struct str bytes, const char *name, const struct extract_limits *l)
{
	struct buf out = buf_make(0);
	int fd = file_of(bytes);
	assert_int_equal(extract_sandboxed(box, fd, str_z(name), l, &LOG, &out), ST_OK);
	close(fd);
	return out;
}

static inline struct buf here(struct str bytes, const char *name, const struct extract_limits *l)
{
	struct buf out = buf_make(0), by_fd = buf_make(0);
	int fd = file_of(bytes);
	assert_int_equal(extract_bytes(bytes, str_z(name), l, &LOG, &out), ST_OK);
	assert_int_equal(extract_fd(fd, str_z(name), l, &LOG, &by_fd), ST_OK);
	close(fd);
	if (!str_eq(buf_str(&out), buf_str(&by_fd)))
		fail_msg("from memory: %.*s\nfrom a descriptor: %.*s", STR_FMT(buf_str(&out)), STR_FMT(buf_str(&by_fd)));
	buf_free(&by_fd);
	return out;
}

static inline void expect_log(struct buf got, struct str want, const char *where)
{
	if (!str_eq(buf_str(&got), want))
		fail_msg("%s\n got: %.*s\nwant: %.*s", where, (int)MIN(got.n, 3000), got.p ? got.p : "", STR_FMT(want));
	buf_free(&got);
}

static inline void expect_limited(struct str bytes, const char *name, const struct extract_limits *l, struct str want)
{
	expect_log(here(bytes, name, l), want, "in this process");
	expect_log(in_sandbox(bytes, name, l), want, "in the sandbox");
}

static inline void expect(struct str bytes, const char *name, struct str want)
{
	expect_limited(bytes, name, NULL, want);
}

/* ---- damage ---- */

static inline enum status drop(void *user, struct str s)
{
	(void)user, (void)s;
	return ST_OK;
}

static inline enum status drop_end(void *user)
{
	(void)user;
	return ST_OK;
}

static inline enum status drop_unread(void *user, struct str member, enum extract_why why)
{
	(void)user, (void)member, (void)why;
	return ST_OK;
}

/* Cuts it off, and spoils a byte, at every step. */
static inline void mangle(struct str good, const char *name, ptrdiff_t step)
{
	static const struct extract_events NONE = { drop, drop, drop_end, drop_unread, NULL };
	char *p = malloc((size_t)good.n);
	for (ptrdiff_t i = 0; i < good.n; i += step) {
		assert_int_equal(extract_bytes(str_sub(good, 0, i), str_z(name), NULL, &NONE, NULL), ST_OK);
		memcpy(p, good.p, (size_t)good.n);
		p[i] = (char)(p[i] ^ (1 << i % 8));
		assert_int_equal(extract_bytes((struct str){ p, good.n }, str_z(name), NULL, &NONE, NULL), ST_OK);
		p[i] = (char)0xFF;
		assert_int_equal(extract_bytes((struct str){ p, good.n }, str_z(name), NULL, &NONE, NULL), ST_OK);
	}
	free(p);
}

static inline int start(void **state)
{
	(void)state;
	charset_prepare();
	return sandbox_start(&box) != ST_OK;
}

static inline int stop(void **state)
{
	(void)state;
	sandbox_stop(box);
	return 0;
}
