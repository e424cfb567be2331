/* ole.c - old office formats: a file system in a file, with sectors in chains. What is in it is told by the names of its
 * streams; workbooks are read here, programs read the others. */
#include "format/extract/inside.h"
#include "format/extract/sheets.h"
#include "format/xls.h"

enum { HEADER = 512, ENTRY = 128, IN_HEADER = 109, ROOT = 5, STREAM = 2, SECTORS_LAST = 0xFFFFFFF };

struct ole {
	struct str bytes;
	int        shift, mini_shift;         /* of the size of a sector */
	int64_t    cutoff;                    /* smaller streams lie in small sectors */
	struct buf table, small_table, directory, small;     /* table: the sectors' next ones; small: where the small sectors are */
};

static uint32_t number_at(struct str s, int64_t at)
{
	uint32_t v = 0;

	for (int i = 0; i < 4 && at + 4 <= s.n; i++)
		v |= (uint32_t)(unsigned char)s.p[at + i] << 8 * i;
	return v;
}

static struct str sector(const struct ole *o, uint32_t i)
{
	int64_t at = ((int64_t)i + 1) << o->shift;

	return at < o->bytes.n ? str_sub(o->bytes, (ptrdiff_t)at, (ptrdiff_t)(at + (1 << o->shift))) : (struct str){ NULL, 0 };
}

/* The sectors that follow each other from `start` on, up to `size` bytes. False when the chain breaks or turns in a circle. */
static bool follow(const struct ole *o, uint32_t start, int64_t size, struct buf *out)
{
	int64_t steps = 0, most = (o->bytes.n >> o->shift) + 1;

	for (uint32_t i = start; i <= SECTORS_LAST && out->n < size; i = number_at(buf_str(&o->table), (int64_t)i * 4)) {
		struct str s = sector(o, i);
		if (s.n == 0 || ++steps > most)
			return false;
		buf_add(out, s);
	}
	return !out->failed;
}

static bool follow_small(const struct ole *o, uint32_t start, int64_t size, struct buf *out)
{
	int64_t steps = 0, most = (o->small.n >> o->mini_shift) + 1;

	for (uint32_t i = start; i <= SECTORS_LAST && out->n < size; i = number_at(buf_str(&o->small_table), (int64_t)i * 4)) {
		int64_t at = (int64_t)i << o->mini_shift;
		if (at >= o->small.n || ++steps > most)
			return false;
		buf_add(out, str_sub(buf_str(&o->small), (ptrdiff_t)at, (ptrdiff_t)(at + (1 << o->mini_shift))));
	}
	return !out->failed;
}

/* The table lies in sectors that the header names, and sectors of more names in a chain of their own. */
static bool read_table(struct ole *o)
{
	int64_t steps = 0, most = (o->bytes.n >> o->shift) + 1, per = (1 << o->shift) / 4;

	for (int i = 0; i < IN_HEADER; i++)
		if (number_at(o->bytes, 76 + 4 * i) <= SECTORS_LAST)
			buf_add(&o->table, sector(o, number_at(o->bytes, 76 + 4 * i)));
	for (uint32_t more = number_at(o->bytes, 68); more <= SECTORS_LAST; ) {
		struct str s = sector(o, more);
		if (s.n == 0 || ++steps > most)
			return false;
		for (int64_t i = 0; i + 1 < per && o->table.n <= o->bytes.n; i++)
			if (number_at(s, 4 * i) <= SECTORS_LAST)
				buf_add(&o->table, sector(o, number_at(s, 4 * i)));
		more = number_at(s, 4 * (per - 1));
	}
	return !o->table.failed;
}

static bool open_ole(struct ole *o)
{
	struct str h = o->bytes;

	if (h.n < HEADER)
		return false;
	o->shift = h.p[30];
	o->mini_shift = h.p[32];
	o->cutoff = number_at(h, 56);
	if ((o->shift != 9 && o->shift != 12) || o->mini_shift != 6 || !read_table(o) || !follow(o, number_at(h, 48), INT64_MAX, &o->directory))
		return false;
	struct str root = str_sub(buf_str(&o->directory), 0, ENTRY);
	if (root.n < ENTRY || root.p[66] != ROOT || !follow(o, number_at(h, 60), INT64_MAX, &o->small_table))
		return false;
	return number_at(root, 116) > SECTORS_LAST || follow(o, number_at(root, 116), INT64_MAX, &o->small);
}

/* A name in UTF-16 as directory entries begin with it, a zero behind it. */
static bool is_named(const char *entry, const char *name)
{
	ptrdiff_t n = 0;

	for (; name[n]; n++)
		if (entry[2 * n] != name[n] || entry[2 * n + 1])
			return false;
	return !entry[2 * n] && !entry[2 * n + 1];
}

/* The entry of that name in the outermost folder, which is a tree from the root's child on: what is embedded lies in folders of its own. */
static struct str find_stream(const struct ole *o, const char *name)
{
	struct buf todo CLEANUP(buf_free) = buf_make(0);
	struct str d = buf_str(&o->directory);
	ptrdiff_t seen = 0;

	buf_add(&todo, str_sub(d, 76, 80));
	while (todo.n >= 4 && seen++ <= d.n / ENTRY) {
		uint32_t i = number_at(buf_str(&todo), todo.n - 4);
		todo.n -= 4;
		struct str e = i < d.n / ENTRY ? str_sub(d, (ptrdiff_t)i * ENTRY, (ptrdiff_t)(i + 1) * ENTRY) : S("");
		if (e.n < ENTRY) {
			seen--;
			continue;
		}
		if (e.p[66] == STREAM && is_named(e.p, name))
			return e;
		buf_add(&todo, str_sub(e, 68, 76));
	}
	return (struct str){ NULL, 0 };
}

/* A stream of that name, whole. False when there is none or it is broken: then `out` has what there is. */
static bool read_stream(const struct ole *o, const char *name, struct buf *out)
{
	struct str e = find_stream(o, name);
	int64_t size = number_at(e, 120);
	bool whole = e.n && (size < o->cutoff ? follow_small : follow)(o, number_at(e, 116), size, out);

	whole = whole && out->n >= size;
	out->n = (ptrdiff_t)MIN(out->n, size);
	return whole;
}

static void read_workbook(struct extract *x, const struct ole *o, const char *name)
{
	struct arena a = arena_make((ptrdiff_t)512 << 20);
	struct buf stream CLEANUP(buf_free) = buf_make(0);
	struct sheet_text t = { .x = x };
	bool whole = read_stream(o, name, &stream), unsaved;
	enum status st = xls_read(&a, buf_str(&stream), sheet_text_sink(&t), &unsaved);

	if (!t.counted_out && (st != ST_OK || !whole))
		extract_unread(x, st == ST_DENIED ? EXTRACT_encrypted : st == ST_TOO_BIG ? EXTRACT_too_big : EXTRACT_damaged);
	sheet_text_end(&t);
	if (unsaved)
		extract_unread(x, EXTRACT_formulas);
	arena_free(&a);
}

/* Is there a directory entry of that name, in any folder? */
static bool holds(struct str bytes, const char *name)
{
	for (ptrdiff_t at = HEADER; at + ENTRY <= bytes.n; at += ENTRY)        /* entries lie at multiples of their size */
		if (is_named(bytes.p + at, name))
			return true;
	return false;
}

/* Does a folder within hold a document of its own? */
static bool has_embedded(const struct ole *o)
{
	static const char *const NAMES[] = { "WordDocument", "Workbook", "Book", "PowerPoint Document" };

	for (int i = 0; i < COUNT(NAMES); i++) {
		int n = 0;
		for (ptrdiff_t at = 0; at + ENTRY <= o->directory.n; at += ENTRY)
			n += o->directory.p[at + 66] == STREAM && is_named(o->directory.p + at, NAMES[i]);
		if (n > (find_stream(o, NAMES[i]).n > 0))
			return true;
	}
	return false;
}

void read_ole(struct extract *x, struct str bytes)
{
	struct ole o = { .bytes = bytes, .table = buf_make(0), .small_table = buf_make(0), .directory = buf_make(0), .small = buf_make(0) };
	bool opened = open_ole(&o);

	if (holds(bytes, "EncryptedPackage"))
		extract_unread(x, EXTRACT_encrypted);
	else if (opened && find_stream(&o, "Workbook").n)
		read_workbook(x, &o, "Workbook");
	else if (opened && find_stream(&o, "Book").n)
		read_workbook(x, &o, "Book");
	else if (holds(bytes, "WordDocument"))
		extract_program(x, EXTRACT_DOC, bytes);
	else if (holds(bytes, "Workbook") || holds(bytes, "Book"))
		extract_unread(x, EXTRACT_damaged);
	else if (holds(bytes, "PowerPoint Document"))
		extract_program(x, EXTRACT_PPT, bytes);
	else
		extract_unread(x, EXTRACT_old_office);
	if (opened && has_embedded(&o))
		extract_unread(x, EXTRACT_embedded);
	buf_free(&o.table);
	buf_free(&o.small_table);
	buf_free(&o.directory);
	buf_free(&o.small);
}
