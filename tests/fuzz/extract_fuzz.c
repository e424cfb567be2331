/* extract_fuzz.c - any bytes under any name: what is told is well-formed UTF-8, in order, and within the limits. The first
 * byte chooses the name, the rest is the file. */
#include "base/utf8.h"
#include "format/extract/extract.h"
#include "tests/fuzz/fuzz.h"

#include <assert.h>

struct told { bool open; int64_t bytes; int64_t unread; };

static enum status begin(void *user, struct str member)
{
	struct told *t = user;

	assert(!t->open && member.n >= 0 && (!member.p || member.n > 0));
	t->open = true;
	return ST_OK;
}

static enum status text(void *user, struct str utf8)
{
	struct told *t = user;

	assert(t->open && utf8_valid(utf8));
	t->bytes += utf8.n;
	return ST_OK;
}

static enum status end(void *user)
{
	struct told *t = user;

	assert(t->open);
	t->open = false;
	return ST_OK;
}

static enum status unread(void *user, struct str member, enum extract_why why)
{
	struct told *t = user;

	(void)member;
	assert(why < EXTRACT_WHY_MAX);
	t->unread++;
	return ST_OK;
}

static void unescape(struct str in)
{
	struct json_unescape whole = { .nrest = 0 }, parts = { .nrest = 0 };
	struct buf a = buf_make(0), b = buf_make(0);
	ptrdiff_t cut = in.n / 2;

	json_unescape(&whole, in, true, &a);
	json_unescape(&parts, str_sub(in, 0, cut), false, &b);
	json_unescape(&parts, str_sub(in, cut, in.n), true, &b);
	assert(str_eq(buf_str(&a), buf_str(&b)));
	buf_free(&a);
	buf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const NAMES[] = { "a", "a.eml", "a.html", "a.xml", "a.json", "a.csv" };
	static const struct extract_events EV = { begin, text, end, unread, NULL };
	static const struct extract_limits LIMITS = { .depth = 4, .members = 50, .member_bytes = 1 << 20, .total_bytes = 2 << 20, .ratio = 100 };
	struct told t = { .open = false };

	if (size < 1 || size > 64 << 10)
		return 0;
	struct str in = { (const char *)data + 1, (ptrdiff_t)size - 1 };
	assert(extract_bytes(in, str_z(NAMES[data[0] % COUNT(NAMES)]), &LIMITS, &EV, &t) == ST_OK);
	assert(!t.open);
	assert(t.bytes <= (16 << 20) + in.n * 4);
	unescape(str_sub(in, 0, 2000));
	return 0;
}
