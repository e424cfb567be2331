/* zip.c - zip members within bounds; libzip reads the directory and unpacks. */
#include "format/zip.h"
#include "base/utf8.h"
#include "format/charset.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>
#include <zip.h>

enum { PIECE = 64 << 10, RATIO_FREE = 1 << 20 };

struct zip_reader {
	struct zip       *z;
	struct arena     *a;
	struct zip_limits limits;
	int64_t           read;          /* unpacked so far, of all members */
	int               fd;
	int64_t           at, size;      /* of the descriptor, for libzip's source */
	zip_error_t       error;
};

/* ---- libzip's way to the bytes: pread on our descriptor, so that two readers do not move one offset ---- */

static zip_int64_t source_read(struct zip_reader *r, void *data, zip_uint64_t len)
{
	ssize_t n = pread(r->fd, data, (size_t)MIN(len, (zip_uint64_t)1 << 30), r->at);

	if (n < 0) {
		zip_error_set(&r->error, ZIP_ER_READ, errno);
		return -1;
	}
	r->at += n;
	return n;
}

static zip_int64_t source_stat(const struct zip_reader *r, void *data)
{
	zip_stat_t *st = data;

	zip_stat_init(st);
	st->size = (zip_uint64_t)r->size;
	st->valid = ZIP_STAT_SIZE;
	return (zip_int64_t)sizeof *st;
}

static zip_int64_t source(void *user, void *data, zip_uint64_t len, zip_source_cmd_t cmd)
{
	struct zip_reader *r = user;

	if (cmd == ZIP_SOURCE_OPEN) {
		r->at = 0;
		return 0;
	}
	if (cmd == ZIP_SOURCE_READ)
		return source_read(r, data, len);
	if (cmd == ZIP_SOURCE_STAT)
		return source_stat(r, data);
	if (cmd == ZIP_SOURCE_ERROR)
		return zip_error_to_data(&r->error, data, len);
	if (cmd == ZIP_SOURCE_SEEK) {
		zip_int64_t at = zip_source_seek_compute_offset((zip_uint64_t)r->at, (zip_uint64_t)r->size, data, len, &r->error);
		if (at >= 0)
			r->at = at;
		return at < 0 ? -1 : 0;
	}
	if (cmd == ZIP_SOURCE_TELL)
		return r->at;
	if (cmd == ZIP_SOURCE_SUPPORTS)
		return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
			ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, ZIP_SOURCE_SEEK, ZIP_SOURCE_TELL, ZIP_SOURCE_SUPPORTS, -1);
	return 0;
}

/* ---- opening ---- */

static struct zip_reader *make_reader(struct arena *a, const struct zip_limits *l)
{
	struct zip_reader *r = new(a, struct zip_reader);
	struct zip_limits given = l ? *l : (struct zip_limits){ 0 };

	r->a = a;
	r->fd = -1;
	r->limits = (struct zip_limits){
		.members      = given.members ? given.members : 100000,
		.member_bytes = given.member_bytes ? given.member_bytes : (int64_t)512 << 20,
		.total_bytes  = given.total_bytes ? given.total_bytes : (int64_t)2 << 30,
		.ratio        = given.ratio ? given.ratio : 1000,
	};
	zip_error_init(&r->error);
	return r;
}

static enum status open_source(struct zip_reader *r, zip_source_t *src, struct zip_reader **ret)
{
	if (!src)
		return ST_BAD_INPUT;
	r->z = zip_open_from_source(src, ZIP_RDONLY, &r->error);
	if (!r->z) {
		zip_source_free(src);
		return zip_error_code_zip(&r->error) == ZIP_ER_MEMORY ? ST_TOO_BIG : ST_BAD_INPUT;
	}
	if (zip_get_num_entries(r->z, 0) > r->limits.members) {
		zip_reader_close(r);
		return ST_TOO_BIG;
	}
	*ret = r;
	return ST_OK;
}

enum status zip_open_bytes(struct arena *a, struct str bytes, const struct zip_limits *l, struct zip_reader **ret)
{
	struct zip_reader *r = make_reader(a, l);

	return open_source(r, zip_source_buffer_create(bytes.p, (zip_uint64_t)bytes.n, 0, &r->error), ret);
}

enum status zip_open_fd(struct arena *a, int fd, const struct zip_limits *l, struct zip_reader **ret)
{
	struct zip_reader *r = make_reader(a, l);

	r->fd = fd;
	r->size = lseek(fd, 0, SEEK_END);
	if (r->size < 0)
		return ST_BAD_INPUT;
	return open_source(r, zip_source_function_create(source, r, &r->error), ret);
}

void zip_reader_close(struct zip_reader *r)
{
	if (r && r->z)
		zip_discard(r->z);
	if (r)
		r->z = NULL;
}

/* ---- members ---- */

ptrdiff_t zip_members(const struct zip_reader *r)
{
	return (ptrdiff_t)zip_get_num_entries(r->z, 0);
}

/* Old archivers on Japanese Windows write names in CP932 and say nothing. */
static struct str name_of(struct zip_reader *r, zip_uint64_t index)
{
	struct str raw = str_z(zip_get_name(r->z, index, ZIP_FL_ENC_RAW));
	struct str name;
	enum charset c;

	if (utf8_valid(raw))
		return str_dup(r->a, raw);
	if (charset_to_utf8(r->a, raw, 1 << 20, &name, &c) == ST_OK)
		return name;
	struct buf b CLEANUP(buf_free) = buf_make(1 << 20);
	for (ptrdiff_t at = 0; at < raw.n; )
		utf8_add(&b, utf8_next(raw, &at));
	return str_dup(r->a, buf_str(&b));
}

struct zip_member zip_member_at(struct zip_reader *r, ptrdiff_t index)
{
	struct zip_member m = { .index = index, .size = -1 };
	zip_stat_t st;

	m.name = name_of(r, (zip_uint64_t)index);
	m.folder = str_ends(m.name, S("/"));
	if (zip_stat_index(r->z, (zip_uint64_t)index, 0, &st) == 0) {
		if (st.valid & ZIP_STAT_SIZE)
			m.size = (int64_t)MIN(st.size, (zip_uint64_t)INT64_MAX);
		m.encrypted = (st.valid & ZIP_STAT_ENCRYPTION_METHOD) && st.encryption_method != ZIP_EM_NONE;
	}
	return m;
}

enum status zip_find(struct zip_reader *r, struct str name, struct zip_member *ret)
{
	struct arena_mark mark = arena_mark(r->a);
	char *z = str_to_z(r->a, name);
	zip_int64_t index = zip_name_locate(r->z, z, ZIP_FL_ENC_RAW);

	if (index < 0)
		index = zip_name_locate(r->z, z, ZIP_FL_ENC_RAW | ZIP_FL_NOCASE);
	arena_reset(r->a, mark);
	if (index < 0)
		return ST_NOT_FOUND;
	*ret = zip_member_at(r, (ptrdiff_t)index);
	return ST_OK;
}

/* ---- unpacking ---- */

static void close_file(zip_file_t **f)
{
	if (*f)
		zip_fclose(*f);
}

static enum status status_of(const zip_error_t *e)
{
	switch (zip_error_code_zip(e)) {
	case ZIP_ER_NOPASSWD: case ZIP_ER_WRONGPASSWD: case ZIP_ER_COMPNOTSUPP: case ZIP_ER_ENCRNOTSUPP:
		return ST_DENIED;
	case ZIP_ER_MEMORY:
		return ST_TOO_BIG;
	default:
		return ST_BAD_INPUT;
	}
}

static enum status check_limits(const struct zip_reader *r, int64_t member, int64_t packed)
{
	if (member > r->limits.member_bytes || r->read > r->limits.total_bytes)
		return ST_TOO_BIG;
	return member > RATIO_FREE && member / r->limits.ratio > packed ? ST_TOO_BIG : ST_OK;
}

enum status zip_read(struct zip_reader *r, ptrdiff_t index, zip_sink *sink, void *user)
{
	char piece[PIECE];
	zip_stat_t st;
	int64_t all = 0;

	if (zip_stat_index(r->z, (zip_uint64_t)index, 0, &st))
		return ST_BAD_INPUT;
	int64_t packed = st.valid & ZIP_STAT_COMP_SIZE ? (int64_t)MIN(st.comp_size, (zip_uint64_t)INT64_MAX) : 0;
	if (r->fd >= 0)
		packed = MIN(packed, r->size);                /* a claim larger than the archive widens nothing */
	zip_file_t *f CLEANUP(close_file) = zip_fopen_index(r->z, (zip_uint64_t)index, 0);
	if (!f)
		return status_of(zip_get_error(r->z));
	for (;;) {
		zip_int64_t n = zip_fread(f, piece, sizeof piece);
		if (n < 0)
			return status_of(zip_file_get_error(f));
		if (n == 0)
			return ST_OK;
		all += n;
		r->read += n;
		TRY(check_limits(r, all, packed));
		TRY(sink(user, (struct str){ piece, (ptrdiff_t)n }));
	}
}

static enum status to_buf(void *user, struct str piece)
{
	struct buf *b = user;

	buf_add(b, piece);
	return b->failed ? ST_TOO_BIG : ST_OK;
}

enum status zip_read_all(struct zip_reader *r, struct arena *a, ptrdiff_t index, ptrdiff_t max, struct str *ret)
{
	struct buf b CLEANUP(buf_free) = buf_make(max);

	TRY(zip_read(r, index, to_buf, &b));
	*ret = str_dup(a, buf_str(&b));
	return ST_OK;
}
