/* anon_file.c - reading and writing the tables of the anonymising commands. */
#include "cli/anon_pieces.h"
#include "sys/sys.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static ptrdiff_t read_some(void *context, char *to, ptrdiff_t room)
{
	const struct anon_file *f = context;
	ssize_t n;

	do
		n = read(f->fd, to, (size_t)room);
	while (n < 0 && errno == EINTR);
	return n;
}

static enum status cannot_read(struct cli *c, struct str path, int error)
{
	problem(&c->problems, path, error == ENOENT || error == ENOTDIR ? MSG_FILE_NOT_FOUND
		: error == EACCES || error == EPERM ? MSG_FILE_DENIED : MSG_FILE_UNREADABLE);
	return ST_BAD_INPUT;
}

/* A cell or line of the file: table.csv:C3. */
static struct str place_in(struct cli *c, struct str path, struct str cell)
{
	struct buf b CLEANUP(buf_free) = buf_make(1 << 16);

	buf_fmt(&b, "%.*s:%.*s", STR_FMT(path), STR_FMT(cell));
	return str_dup(c->a, buf_str(&b));
}

/* What the reader told lives in its own arena, which ends with the file; without a place it is about the file. */
static void keep_texts(struct cli *c, struct str path, ptrdiff_t told)
{
	for (; told < c->problems.n; told++) {
		struct problem *p = &c->problems.p[told];
		p->place = p->place.n && !str_eq(p->place, path) ? place_in(c, path, p->place) : path;
		for (int i = 0; i < (int)COUNT(p->arg); i++)
			p->arg[i] = str_dup(c->a, p->arg[i]);
	}
}

static enum status check_names(struct cli *c, const struct anon_file *f)
{
	for (int i = 0; i < f->ncolumns; i++) {
		struct str place = cell_name(c->a, i + 1, 1);
		if (f->name[i].n == 0) {
			problem(&c->problems, place, MSG_ANON_NAME_EMPTY);
			return ST_BAD_INPUT;
		}
		for (int j = 0; j < i; j++) {
			if (!str_eq(f->name[i], f->name[j]))
				continue;
			problem(&c->problems, place, MSG_ANON_NAME_TWICE, .arg = { f->name[i] });
			return ST_BAD_INPUT;
		}
	}
	return ST_OK;
}

static enum status read_names(struct cli *c, struct anon_file *f, char separator)
{
	struct csv_options o = { .separator = separator, .max_columns = ANON_COLUMNS_MAX, .max_rows = ANON_ROWS_MAX };
	struct csv_row row;

	TRY(csv_open_stream(&f->rows, (struct csv_source){ read_some, f }, &o, &c->problems, &f->csv));
	enum status st = csv_next(f->csv, &row);
	if (st == ST_NO || (st == ST_OK && row.blank)) {
		problem(&c->problems, f->path, MSG_ANON_FILE_EMPTY);
		return ST_BAD_INPUT;
	}
	TRY(st);
	f->ncolumns = row.n;
	f->name = new_n(c->a, struct str, row.n);
	for (int i = 0; i < row.n; i++)
		f->name[i] = str_dup(c->a, row.field[i]);
	return check_names(c, f);
}

static int64_t changed_at(const struct stat *s)
{
	return s->st_mtim.tv_sec * 1000000 + s->st_mtim.tv_nsec / 1000;
}

enum status anon_file_open(struct cli *c, struct str path, char separator, struct anon_file *ret)
{
	struct stat s;

	*ret = (struct anon_file){ .path = path, .rows = arena_make(0) };
	ret->fd = open(str_to_z(c->a, path), O_RDONLY | O_CLOEXEC);
	if (ret->fd < 0)
		return cannot_read(c, path, errno);
	if (fstat(ret->fd, &s) || !S_ISREG(s.st_mode))       /* it is read twice, so it must stay */
		return cannot_read(c, path, ENOENT);
	ret->size = s.st_size;
	ret->changed = changed_at(&s);
	ptrdiff_t told = c->problems.n;
	enum status st = read_names(c, ret, separator);
	if (st == ST_BAD_INPUT && c->problems.n == told)
		problem(&c->problems, path, MSG_ANON_FILE_EMPTY);
	keep_texts(c, path, told);
	return st;
}

enum status anon_file_next(struct cli *c, struct anon_file *f, struct csv_row *ret)
{
	for (;;) {
		ptrdiff_t told = c->problems.n;
		enum status st = csv_next(f->csv, ret);
		if (st != ST_OK && st != ST_NO)
			keep_texts(c, f->path, told);
		if (st != ST_OK || ret->n == f->ncolumns)
			return st;
		if (ret->blank)
			continue;
		problem(&c->problems, place_in(c, f->path, cell_name(c->a, MIN(ret->n, f->ncolumns) + 1, ret->row)), MSG_ANON_ROW_LENGTH,
			.arg = { text_of_int(c->a, ret->row), text_of_int(c->a, ret->n), text_of_int(c->a, f->ncolumns) });
		return ST_BAD_INPUT;
	}
}

void anon_file_close(struct anon_file *f)
{
	csv_close(f->csv);
	if (f->fd > 0)
		close(f->fd);
	arena_free(&f->rows);
	free(f->piece);
	f->piece = NULL;
	f->csv = NULL;
	f->fd = -1;
}

int anon_file_column(const struct anon_file *f, struct str name)
{
	for (int i = 0; i < f->ncolumns; i++)
		if (str_eq(f->name[i], name))
			return i;
	return -1;
}

enum status anon_file_append(struct cli *c, struct anon_file *f, const int *columns, int n, struct anon_table *t)
{
	struct str field[ANON_COLUMNS_MAX];
	struct csv_row row;
	enum status st;

	while ((st = anon_file_next(c, f, &row)) == ST_OK) {
		for (int i = 0; i < n; i++)
			field[i] = row.field[columns[i]];
		anon_table_add(t, field);
	}
	return st == ST_NO ? ST_OK : st;
}

int anon_threads(void)
{
	return (int)MIN(MAX(sysconf(_SC_NPROCESSORS_ONLN), 1), 16);
}

bool anon_file_is_same(const struct anon_file *f)
{
	struct stat s;

	return fstat(f->fd, &s) == 0 && s.st_size == f->size && changed_at(&s) == f->changed;
}

enum status anon_file_load(struct cli *c, struct anon_file *f, const int *columns, int n, int threads, struct anon_table *ret)
{
	if (anon_pieces_load(f, columns, n, threads, ret) == ST_OK)
		return ST_OK;

	struct str name[ANON_COLUMNS_MAX];
	for (int i = 0; i < n; i++)
		name[i] = f->name[columns[i]];
	struct anon_table t = anon_table_make(name, n);
	enum status st = anon_file_append(c, f, columns, n, &t);
	if (st == ST_OK)
		*ret = t;
	else
		anon_table_free(&t);
	return st;
}

struct str anon_file_find(struct cli *c, struct str path, char separator, int column, struct str text)
{
	struct anon_file f;
	struct csv_row row;
	struct str place = path;

	if (anon_file_open(c, path, separator, &f) == ST_OK) {
		place = place_in(c, path, f.name[column]);
		while (anon_file_next(c, &f, &row) == ST_OK) {
			if (str_eq(row.field[column], text)) {
				place = place_in(c, path, cell_name(c->a, column + 1, row.row));
				break;
			}
		}
	}
	anon_file_close(&f);
	return place;
}

/* ---- writing ---- */

enum { FLUSH_AT = 1 << 20 };

static enum status cannot_write(struct cli *c, struct str path)
{
	problem(&c->problems, path, MSG_FILE_NOT_WRITTEN);
	return ST_BAD_INPUT;
}

enum status anon_out_open(struct cli *c, struct str path, char separator, unsigned mode, struct anon_out *ret)
{
	*ret = (struct anon_out){ .path = path };
	if (sys_new_begin(&ret->to, path, mode) != ST_OK)
		return cannot_write(c, path);
	ret->opened = true;
	ret->b = buf_make(64 << 20);
	ret->w = (struct csv_writer){ .separator = separator, .lf = true };
	return ST_OK;
}

static void flush(struct anon_out *o)
{
	o->failed = o->failed || o->b.failed || sys_new_put(&o->to, buf_str(&o->b)) != ST_OK;
	o->b.n = 0;
}

struct csv_writer *anon_out_writer(struct anon_out *o)
{
	o->w.b = &o->b;
	return &o->w;
}

void anon_out_row(struct anon_out *o)
{
	csv_end_row(anon_out_writer(o));
	anon_out_bytes(o, S(""));
}

void anon_out_bytes(struct anon_out *o, struct str bytes)
{
	buf_add(&o->b, bytes);
	if (o->b.n >= FLUSH_AT)
		flush(o);
}

enum status anon_out_commit(struct cli *c, struct anon_out *o)
{
	flush(o);
	if (o->failed) {
		anon_out_drop(o);
		return cannot_write(c, o->path);
	}
	o->opened = false;
	buf_free(&o->b);
	return sys_new_end(&o->to) == ST_OK ? ST_OK : cannot_write(c, o->path);
}

void anon_out_drop(struct anon_out *o)
{
	if (!o->opened)
		return;
	o->opened = false;
	sys_new_drop(&o->to);
	buf_free(&o->b);
}

enum status anon_read_whole(struct cli *c, struct str path, ptrdiff_t max, struct str *ret)
{
	enum status st = sys_read_file(c->a, path, max, ret);

	if (st == ST_OK)
		return st;
	enum msg_id why = st == ST_NOT_FOUND ? MSG_FILE_NOT_FOUND : st == ST_DENIED ? MSG_FILE_DENIED
		: st == ST_TOO_BIG ? MSG_FILE_TOO_BIG : MSG_FILE_UNREADABLE;
	problem(&c->problems, path, why, .arg = { text_of_int(c->a, max) });
	return ST_BAD_INPUT;
}

struct str anon_path_beside(struct cli *c, struct str file, struct str path)
{
	ptrdiff_t slash = file.n;
	struct buf b = buf_make(0);

	while (slash > 0 && file.p[slash - 1] != '/')
		slash--;
	if (!str_starts(path, S("/")))
		buf_add(&b, str_sub(file, 0, slash));
	buf_add(&b, path);
	struct str r = str_dup(c->a, buf_str(&b));
	buf_free(&b);
	return r;
}
