/* finder_fuzz.c - any bytes as a large text, cut for three threads: what one thread finds. Any bytes within the state of an
 * earlier run: read again, or refused as something else. */
#include "domain/finder/finder.h"
#include "sys/sys.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PART = 4096, LEAST = 6 * PART };
static char text_path[64], state_path[64];

static void leave(void)
{
	unlink(text_path);
	unlink(state_path);
}

static void begin(void)
{
	snprintf(text_path, sizeof text_path, "/tmp/tobari-fuzz-%d.txt", (int)getpid());
	snprintf(state_path, sizeof state_path, "/tmp/tobari-fuzz-%d.state", (int)getpid());
	atexit(leave);
	sys_set_now((struct instant){ INT64_C(4000000000) * 1000000 });         /* the state trusts what is old */
}

static void on_finding(void *user, struct buf *out, const struct finding *f)
{
	(void)user;
	assert(f->start >= 0 && f->start < f->end && f->line >= 1 && f->column >= 1);
	buf_fmt(out, "%lld:%lld %lld-%lld %d %d %.*s %.*s\n", (long long)f->line, (long long)f->column, (long long)f->start, (long long)f->end,
		(int)f->kind, f->score, STR_FMT(f->masked), STR_FMT(f->value));
}

static void on_unread(void *user, struct buf *out, struct str path, struct str member, enum extract_why why)
{
	(void)user, (void)path, (void)member;
	buf_fmt(out, "! %d\n", (int)why);
}

static enum status on_write(void *user, struct str bytes)
{
	buf_add(user, bytes);
	return ST_OK;
}

static enum status run(int threads, bool with_state, struct buf *ret)
{
	struct str path = str_z(text_path);
	struct finder_options o = { .paths = &path, .npaths = 1, .scan = { .kinds = SCAN_ALL, .min_score = 1 }, .threads = threads, .part_bytes = PART,
		.values = !with_state, .state = with_state ? str_z(state_path) : S("") };
	struct finder_output out = { .finding = on_finding, .unread = on_unread, .write = on_write, .user = ret };
	struct finder_summary sum;
	struct arena a = arena_make(1 << 20);
	struct problems ps = { .a = &a };
	enum status st;

	*ret = buf_make(0);
	st = finder_run(&o, &out, &ps, &sum);
	assert(st == ST_OK || (with_state && st == ST_BAD_INPUT && ps.n == 1));
	arena_free(&a);
	return st;
}

/* The bytes again and again, as many times as a text must have to be cut, each time a little longer. */
static void as_text(struct str bytes)
{
	struct buf text CLEANUP(buf_free) = buf_make(0), one CLEANUP(buf_free), three CLEANUP(buf_free);

	for (int i = 0; text.n < LEAST; i++) {
		buf_add(&text, bytes);
		buf_fmt(&text, "%.*s", i % 70, "                                                                       ");
		if (i % 5 == 4 || bytes.n == 0)
			buf_char(&text, '\n');
	}
	assert(sys_write_file(str_z(text_path), buf_str(&text), 0600) == ST_OK);
	IGNORE(run(1, false, &one));
	IGNORE(run(3, false, &three));
	assert(str_eq(buf_str(&one), buf_str(&three)));
}

/* Put over what a run has written, somewhere. */
static void as_state(struct str bytes, uint8_t where)
{
	struct arena a = arena_make(1 << 24);
	struct buf out, state CLEANUP(buf_free) = buf_make(0);
	struct str written;

	unlink(state_path);
	assert(sys_write_file(str_z(text_path), S("氏名,電話\n高橋健太,090-1234-5678\n"), 0600) == ST_OK);
	IGNORE(run(1, true, &out));
	buf_free(&out);
	assert(sys_read_file(&a, str_z(state_path), 1 << 20, &written) == ST_OK);
	buf_add(&state, str_sub(written, 0, written.n * where / 255));
	buf_add(&state, bytes);
	buf_add(&state, str_sub(written, MIN(written.n, state.n), written.n));
	assert(sys_write_file(str_z(state_path), buf_str(&state), 0600) == ST_OK);
	IGNORE(run(1, true, &out));
	buf_free(&out);
	arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (!text_path[0])
		begin();
	if (size > 1 && data[0] == 0xFE)                    /* no text begins with it */
		as_state((struct str){ (const char *)data + 2, (ptrdiff_t)size - 2 }, data[1]);
	else
		as_text((struct str){ (const char *)data, (ptrdiff_t)size });
	return 0;
}
