/* memory.c - the state: JSON lines, the first saying what was looked for, one for each file. What is too much for a line stands
 * in numbered ones before it. A line cut by a crash is dropped; a later line for the same file replaces an earlier one. Values
 * never stand in it, only masked ones. */
#include "domain/finder/inside.h"
#include "base/utf8.h"
#include "format/json.h"
#include "sys/sys.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FLUSH_US = 2000000, VERSION = 2 };
#define TOLD ",\"told\":["

/* The lines lie in the file; memory keeps where. */
struct entry { uint64_t hash; int64_t at; int32_t length; bool seen; };

struct memory {
	int             fd;
	char            path[4096];
	struct buf      settings;
	struct entry   *table;            /* open addressing; length 0 = empty */
	ptrdiff_t       n, room;
	int64_t         end, flushed_us;
	bool            failed;
	pthread_mutex_t lock;
};

/* ---- the table ---- */

static struct entry *slot(struct entry *table, ptrdiff_t room, uint64_t hash)
{
	ptrdiff_t i = (ptrdiff_t)(hash & (uint64_t)(room - 1));

	while (table[i].length && table[i].hash != hash)
		i = (i + 1) & (room - 1);
	return &table[i];
}

/* Of the file's last line, or of one of those before it. */
static uint64_t hash_of(struct str path, int64_t part)
{
	return str_hash(path) ^ (uint64_t)(part + 1) << 32;
}

static void put(struct memory *m, uint64_t hash, int64_t at, int32_t length, bool seen)
{
	if (m->n * 2 >= m->room) {
		ptrdiff_t room = MAX(1024, m->room * 2);
		struct entry *table = calloc((size_t)room, sizeof *table);
		if (!table)
			abort();
		for (ptrdiff_t i = 0; i < m->room; i++)
			if (m->table[i].length)
				*slot(table, room, m->table[i].hash) = m->table[i];
		free(m->table);
		m->table = table;
		m->room = room;
	}
	struct entry *e = slot(m->table, m->room, hash);
	m->n += e->length == 0;
	*e = (struct entry){ hash, at, length, seen };
}

static bool read_line(struct memory *m, const struct entry *e, char *p)
{
	return pread(m->fd, p, (size_t)e->length, e->at) == e->length;
}

/* ---- opening ---- */

static void add_settings(const struct memory *m, struct buf *b)
{
	struct js_out j = { .b = b };

	js_open(&j, '{');
	js_key(&j, S("tobari_scan_state"));
	js_int(&j, VERSION);
	js_key(&j, S("settings"));
	js_text(&j, buf_str(&m->settings));
	js_close(&j, '}');
	buf_char(b, '\n');
}

static bool parse(struct arena *a, struct str line, struct js **ret)
{
	struct problems none = { .a = a };

	return js_parse(a, line, &none, ret) == ST_OK && (*ret)->kind == JS_OBJECT;
}

/* What stands before the findings: which file it is, and which part. Within a text a quote is escaped, so that the first is the key. */
static bool parse_head(struct arena *a, struct str line, struct js **ret)
{
	ptrdiff_t told = str_find(line, S(TOLD));

	if (told < 0)
		return parse(a, line, ret);
	char *head = new_n(a, char, told + 1);
	memcpy(head, line.p, (size_t)told);
	head[told] = '}';
	return parse(a, (struct str){ head, told + 1 }, ret);
}

static struct str text_in(const struct js *o, struct str key)
{
	const struct js *v = js_get(o, key);

	return v && v->kind == JS_TEXT ? v->text : (struct str){ NULL, 0 };
}

static int64_t int_in(const struct js *o, struct str key)
{
	const struct js *v = js_get(o, key);

	return v && v->kind == JS_INT ? v->integer : -1;
}

/* Begins anew: what was looked for has changed, or there was nothing. */
static enum status begin(struct memory *m)
{
	struct buf b CLEANUP(buf_free) = buf_make(0);

	add_settings(m, &b);
	if (ftruncate(m->fd, 0) || pwrite(m->fd, b.p, (size_t)b.n, 0) != b.n)
		return ST_BROKEN;
	m->end = b.n;
	return ST_OK;
}

/* Reads the lines there are. ST_NO when the first line is of other settings. */
static enum status load(struct memory *m)
{
	int copy = fcntl(m->fd, F_DUPFD_CLOEXEC, 3);
	FILE *f = copy < 0 ? NULL : fdopen(copy, "r");
	char *line = NULL;
	size_t room = 0;
	ssize_t n;
	enum status st = ST_BAD_INPUT;

	if (!f) {
		if (copy >= 0)
			close(copy);
		return ST_BROKEN;
	}
	while ((n = getline(&line, &room, f)) > 0 && line[n - 1] == '\n') {
		struct arena a = arena_make(0);
		struct js *o;
		bool ok = parse_head(&a, (struct str){ line, n }, &o);
		if (m->end == 0)
			st = !ok || int_in(o, S("tobari_scan_state")) < 0 ? ST_BAD_INPUT : int_in(o, S("tobari_scan_state")) == VERSION &&
			     str_eq(text_in(o, S("settings")), buf_str(&m->settings)) ? ST_OK : ST_NO;
		else if (ok && text_in(o, S("path")).n)
			put(m, hash_of(text_in(o, S("path")), int_in(o, S("part"))), m->end, (int32_t)n, false);
		arena_free(&a);
		if (st != ST_OK)
			break;
		m->end += n;
	}
	free(line);
	fclose(f);
	return st;
}

enum status memory_open(struct str path, struct str settings, struct problems *ps, struct memory **ret)
{
	struct memory *m = calloc(1, sizeof *m);
	struct stat st;

	if (!m || path.n >= (ptrdiff_t)sizeof m->path) {
		free(m);
		return ST_BROKEN;
	}
	memcpy(m->path, path.p, (size_t)path.n);
	m->settings = buf_make(0);
	buf_add(&m->settings, settings);
	pthread_mutex_init(&m->lock, NULL);
	m->fd = open(m->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	m->flushed_us = sys_monotonic_us();
	enum status s = m->fd < 0 || fstat(m->fd, &st) || !S_ISREG(st.st_mode) ? ST_DENIED : st.st_size == 0 ? ST_NO : load(m);
	if (s == ST_NO) {
		s = begin(m);
	} else if (s == ST_OK && ftruncate(m->fd, m->end)) {     /* half a line of a run that crashed */
		s = ST_BROKEN;
	}
	if (s != ST_OK) {
		problem(ps, path, s == ST_BAD_INPUT ? MSG_FINDER_NO_STATE : s == ST_DENIED ? MSG_FILE_DENIED : MSG_FILE_NOT_WRITTEN);
		IGNORE(memory_close(m, false) == ST_OK);
		return s;
	}
	*ret = m;
	return ST_OK;
}

struct file_id memory_file(const struct memory *m)
{
	struct stat st;

	return fstat(m->fd, &st) == 0 ? file_id_of(&st) : (struct file_id){ 0 };
}

/* ---- use ---- */

static bool same(const struct js *o, const struct file_id *id)
{
	return int_in(o, S("size")) == id->size && int_in(o, S("mtime")) == id->mtime_ns && int_in(o, S("ctime")) == id->ctime_ns &&
	       int_in(o, S("inode")) == id->inode && int_in(o, S("device")) == id->device;
}

const struct js *memory_find(struct memory *m, struct arena *a, struct str path, const struct file_id *id, int64_t part, bool whole)
{
	struct js *o = NULL;

	pthread_mutex_lock(&m->lock);
	struct entry *e = m->room ? slot(m->table, m->room, hash_of(path, part)) : NULL;
	struct entry found = e ? *e : (struct entry){ .length = 0 };
	pthread_mutex_unlock(&m->lock);
	if (!found.length)
		return NULL;
	char *line = new_n(a, char, found.length);
	if (!read_line(m, &found, line) || !(whole ? parse : parse_head)(a, (struct str){ line, found.length }, &o) ||
	    !str_eq(text_in(o, S("path")), path) || !same(o, id) || int_in(o, S("part")) != part)
		return NULL;
	pthread_mutex_lock(&m->lock);
	slot(m->table, m->room, found.hash)->seen = true;
	pthread_mutex_unlock(&m->lock);
	return o;
}

int64_t memory_parts(const struct js *last)
{
	return MAX(int_in(last, S("parts")), 0);
}

static void append(struct memory *m, uint64_t hash, struct str line)
{
	pthread_mutex_lock(&m->lock);
	if (pwrite(m->fd, line.p, (size_t)line.n, m->end) == line.n) {
		put(m, hash, m->end, (int32_t)line.n, true);
		m->end += line.n;
	} else {
		m->failed = true;
	}
	int64_t now = sys_monotonic_us();
	bool flush = now - m->flushed_us > FLUSH_US;
	if (flush)
		m->flushed_us = now;
	pthread_mutex_unlock(&m->lock);
	if (flush)
		fdatasync(m->fd);
}

void memory_add(struct memory *m, struct str path, const struct file_id *id, int64_t part, int64_t parts, struct str told)
{
	struct buf b CLEANUP(buf_free) = buf_make(2 * MEMORY_PART);
	struct js_out j = { .b = &b };
	int64_t now = sys_now().us * 1000;

	/* What may change again within the same tick of the clock is not unchanged. */
	if (id->mtime_ns > now - 2000000000 || id->ctime_ns > now - 2000000000 || !utf8_valid(path))
		return;
	js_open(&j, '{');
	js_key(&j, S("path"));
	js_text(&j, path);
	const struct { struct str key; int64_t v; } NUMBERS[] = { { S("size"), id->size }, { S("mtime"), id->mtime_ns },
		{ S("ctime"), id->ctime_ns }, { S("inode"), id->inode }, { S("device"), id->device } };
	for (ptrdiff_t i = 0; i < COUNT(NUMBERS); i++) {
		js_key(&j, NUMBERS[i].key);
		js_int(&j, NUMBERS[i].v);
	}
	if (part != MEMORY_LAST || parts) {
		js_key(&j, part != MEMORY_LAST ? S("part") : S("parts"));
		js_int(&j, part != MEMORY_LAST ? part : parts);
	}
	buf_lit(&b, TOLD);
	buf_add(&b, told);
	buf_lit(&b, "]}\n");
	if (!b.failed)
		append(m, hash_of(path, part), buf_str(&b));
}

/* ---- closing ---- */

/* The lines that are current, of files that were seen. */
static enum status copy_lines(struct memory *m, int to)
{
	struct buf b CLEANUP(buf_free) = buf_make(4 * MEMORY_PART);

	add_settings(m, &b);
	for (ptrdiff_t i = 0; i < m->room; i++) {
		const struct entry *e = &m->table[i];
		if (!e->length || !e->seen)
			continue;
		char *p = buf_room(&b, e->length);
		if (!p || !read_line(m, e, p))
			return ST_BROKEN;
		if (b.n > MEMORY_PART) {
			TRY(sys_write_all(to, buf_str(&b)));
			b.n = 0;
		}
	}
	TRY(sys_write_all(to, buf_str(&b)));
	return fsync(to) ? ST_BROKEN : ST_OK;
}

/* Beside the file, then in its place. */
static enum status rewrite(struct memory *m)
{
	char beside[sizeof m->path + 8];

	snprintf(beside, sizeof beside, "%s.new~", m->path);
	int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return ST_BROKEN;
	enum status st = copy_lines(m, fd);
	close(fd);
	if (st == ST_OK && rename(beside, m->path))
		st = ST_BROKEN;
	if (st != ST_OK)
		unlink(beside);
	return st;
}

enum status memory_close(struct memory *m, bool whole)
{
	enum status st = m->failed ? ST_BROKEN : ST_OK;

	if (m->fd >= 0 && st == ST_OK)
		st = whole ? rewrite(m) : fdatasync(m->fd) ? ST_BROKEN : ST_OK;
	if (m->fd >= 0)
		close(m->fd);
	pthread_mutex_destroy(&m->lock);
	buf_free(&m->settings);
	free(m->table);
	free(m);
	return st;
}
