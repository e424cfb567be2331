/* anon_pieces.c - cuts a plain table behind line ends, and gives the pieces to threads. */
#include "cli/anon_pieces.h"
#include "anon/share.h"
#include "base/utf8.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { PIECE = 4 << 20, LINE_MAX_BYTES = 1 << 20 };

/* ---- bytes of a piece ---- */

struct bytes { char *p; ptrdiff_t n, cap; };

static bool read_at(int fd, int64_t from, int64_t to, struct bytes *b)
{
	b->n = to - from;
	if (b->n > b->cap) {
		b->cap = b->n + b->n / 8;
		b->p = anon_grow(b->p, b->cap, 1);
	}
	for (ptrdiff_t at = 0; at < b->n; ) {
		ssize_t got = pread(fd, b->p + at, (size_t)(b->n - at), from + at);
		if (got <= 0)
			return false;
		at += got;
	}
	return true;
}

static void bytes_free(struct bytes *b)
{
	if (b->p)
		wipe(b->p, b->cap);
	free(b->p);
}

/* NUL, escape sequences (JIS), quotation marks and bytes that are not UTF-8 need the other reader. */
static bool is_plain(struct str s)
{
	return str_find_char(s, '"') < 0 && str_find_char(s, 0) < 0 && str_find_char(s, '\x1b') < 0 && utf8_bad(s) < 0;
}

static ptrdiff_t count_lines(struct str s)
{
	ptrdiff_t n = 1;

	for (ptrdiff_t i = 0; i < s.n; i++)
		n += s.p[i] == '\n';
	return n;
}

/* The fields of the next line; false at the end, and where the line is blank, of another length, or ends with CR alone. */
static bool next_row(struct str *rest, char separator, struct str *field, int n)
{
	const char *p = rest->p, *end = p + rest->n, *from = p;
	int at = 0;

	for (; p < end && *p != '\n'; p++) {
		if (*p == '\r' && (p + 1 == end || p[1] != '\n'))
			return false;
		if (*p != separator)
			continue;
		if (at == n - 1)
			return false;
		field[at++] = (struct str){ from, p - from };
		from = p + 1;
	}
	if (at != n - 1 || p - from > LINE_MAX_BYTES)
		return false;
	field[at] = (struct str){ from, p - from - (p > from && p[-1] == '\r') };
	if (n == 1 && field[0].n == 0)
		return false;
	p += p < end;
	*rest = (struct str){ p, end - p };
	return true;
}

/* ---- where to cut ---- */

/* The place behind the first line end at or after `from`; -1 when there is none near. */
static int64_t behind_line(const struct anon_file *f, int64_t from, struct bytes *b)
{
	if (!read_at(f->fd, from, MIN(from + LINE_MAX_BYTES, f->size), b))
		return -1;
	ptrdiff_t at = str_find_char((struct str){ b->p, b->n }, '\n');
	return at < 0 ? -1 : from + at + 1;
}

static bool cut(struct anon_file *f)
{
	struct bytes b = { 0 };
	int64_t from = behind_line(f, 0, &b);
	struct str head = { b.p, MIN(b.n, 16) };
	bool plain = from >= 0 && str_find(head, S("sep=")) < 0 && csv_charset(f->csv) == CHARSET_UTF8;

	f->piece = anon_take(f->size / PIECE + 2, (ptrdiff_t)sizeof *f->piece);
	f->npieces = 0;
	while (plain && from < f->size) {
		int64_t to = f->size - from <= PIECE ? f->size : behind_line(f, from + PIECE, &b);
		if (to < 0) {
			plain = f->size - from <= PIECE + LINE_MAX_BYTES;
			to = f->size;
		}
		f->piece[f->npieces++] = (struct anon_piece){ .from = from, .to = to };
		from = to;
	}
	bytes_free(&b);
	return plain;
}

/* ---- threads ---- */

struct job {
	const struct anon_file *f;
	atomic_ptrdiff_t next;
	atomic_bool      failed;
	/* reading */
	const int       *columns;
	int              n;
	struct anon_table *table;          /* of each piece */
	struct anon_table *all;
	uint32_t         **to;             /* to[piece x n + column]: the numbers in the whole table of a piece's values */
	/* writing: pieces go out in their order */
	const struct anon_pieces_writer *writer;
	bool             fields;
	struct anon_out *out;
	pthread_mutex_t  lock;
	pthread_cond_t   turned;
	ptrdiff_t        turn;             /* under the lock */
};

/* Each of `threads` calls of work() takes pieces until there are none. */
static void on_threads(struct job *j, void (*work)(void *, ptrdiff_t, int), int threads)
{
	anon_share(threads, MIN(threads, j->f->npieces), work, j);
}

/* ---- reading ---- */

static void read_pieces(void *context, ptrdiff_t reader, int thread)
{
	struct job *j = context;
	const struct anon_file *f = j->f;
	struct bytes b = { 0 };
	struct str *field = anon_take(f->ncolumns, (ptrdiff_t)sizeof *field), *chosen = anon_take(j->n, (ptrdiff_t)sizeof *chosen), name[ANON_COLUMNS_MAX];
	ptrdiff_t p;

	(void)reader, (void)thread;
	for (int i = 0; i < j->n; i++)
		name[i] = f->name[j->columns[i]];
	while (!j->failed && (p = atomic_fetch_add(&j->next, 1)) < f->npieces) {
		struct str rest;
		bool good = read_at(f->fd, f->piece[p].from, f->piece[p].to, &b) && is_plain(rest = (struct str){ b.p, b.n });
		j->table[p] = anon_table_make(name, j->n);
		if (good)
			anon_table_room(&j->table[p], count_lines(rest));
		while (good && rest.n) {
			good = next_row(&rest, csv_separator(f->csv), field, f->ncolumns);
			for (int i = 0; i < j->n && good; i++)
				chosen[i] = field[j->columns[i]];
			if (good)
				anon_table_add(&j->table[p], chosen);
		}
		if (!good)
			j->failed = true;
	}
	bytes_free(&b);
	free(field);
	free(chosen);
}

static void renumber_piece(void *context, ptrdiff_t p, int thread)
{
	struct job *j = context;

	(void)thread;
	for (int c = 0; c < j->n; c++) {
		const uint32_t *to = j->to[p * j->n + c], *code = j->table[p].column[c].code;
		uint32_t *all = j->all->column[c].code + j->f->piece[p].first;
		for (ptrdiff_t r = 0; r < j->table[p].rows; r++)
			all[r] = to[code[r]];
		free(j->to[p * j->n + c]);
	}
	anon_table_free(&j->table[p]);
}

/* Values are numbered piece by piece, so that each gets the number that it would have had. */
static void join_pieces(struct job *j, struct anon_file *f, int threads)
{
	ptrdiff_t rows = 0;

	j->to = anon_take(f->npieces * j->n + 1, (ptrdiff_t)sizeof *j->to);
	for (ptrdiff_t p = 0; p < f->npieces; p++) {
		f->piece[p].first = rows;
		rows += f->piece[p].rows = j->table[p].rows;
		for (int c = 0; c < j->n; c++) {
			const struct anon_dict *from = &j->table[p].column[c].dict;
			uint32_t *to = j->to[p * j->n + c] = anon_take(from->n, (ptrdiff_t)sizeof *to);
			for (uint32_t i = 0; i < from->n; i++)
				to[i] = anon_dict_add(&j->all->column[c].dict, from->value[i]);
		}
	}
	for (int c = 0; c < j->n; c++)
		j->all->column[c].code = anon_take(rows, (ptrdiff_t)sizeof(uint32_t));
	anon_share(threads, f->npieces, renumber_piece, j);
	j->all->rows = j->all->cap = rows;
	free(j->to);
}

enum status anon_pieces_load(struct anon_file *f, const int *columns, int n, int threads, struct anon_table *ret)
{
	struct job j = { .f = f, .columns = columns, .n = n };
	struct str name[ANON_COLUMNS_MAX];

	if (!cut(f) || f->npieces == 0)
		return ST_NO;
	j.table = anon_take_zeroed(f->npieces, (ptrdiff_t)sizeof *j.table);
	on_threads(&j, read_pieces, threads);
	bool good = !j.failed;
	for (int i = 0; i < n; i++)
		name[i] = f->name[columns[i]];
	if (good) {
		*ret = anon_table_make(name, n);
		j.all = ret;
		join_pieces(&j, f, threads);
	}
	for (ptrdiff_t p = 0; p < f->npieces; p++)
		anon_table_free(&j.table[p]);
	free(j.table);
	if (!good)
		f->npieces = 0;
	return good ? ST_OK : ST_NO;
}

/* ---- writing ---- */

static bool put_piece(const struct job *j, const struct anon_piece *p, struct bytes *b, struct str *field, struct csv_writer *w)
{
	struct str rest = { NULL, 0 };

	if (j->fields && (!read_at(j->f->fd, p->from, p->to, b) || !is_plain(rest = (struct str){ b->p, b->n })))
		return false;
	for (ptrdiff_t r = 0; r < p->rows; r++) {
		if (j->fields && !next_row(&rest, csv_separator(j->f->csv), field, j->f->ncolumns))
			return false;
		j->writer->put(j->writer->context, j->fields ? field : NULL, p->first + r, w);
	}
	return rest.n == 0;
}

static void write_pieces(void *context, ptrdiff_t writer, int thread)
{
	struct job *j = context;
	struct bytes b = { 0 };
	struct str *field = anon_take(j->f->ncolumns, (ptrdiff_t)sizeof *field);
	struct buf out = buf_make(0);
	struct csv_writer w = { .b = &out, .separator = csv_separator(j->f->csv), .lf = true };
	ptrdiff_t p;

	(void)writer, (void)thread;
	while ((p = atomic_fetch_add(&j->next, 1)) < j->f->npieces) {
		out.n = 0;
		if (!j->failed && !put_piece(j, &j->f->piece[p], &b, field, &w))
			j->failed = true;
		pthread_mutex_lock(&j->lock);
		while (j->turn != p)
			pthread_cond_wait(&j->turned, &j->lock);
		j->out->failed = j->out->failed || out.failed;
		if (!j->failed)
			anon_out_bytes(j->out, buf_str(&out));
		j->turn++;
		pthread_cond_broadcast(&j->turned);
		pthread_mutex_unlock(&j->lock);
	}
	buf_free(&out);
	bytes_free(&b);
	free(field);
}

enum status anon_pieces_write(const struct anon_file *f, const struct anon_pieces_writer *to, bool fields, int threads, struct anon_out *o)
{
	struct job j = { .f = f, .writer = to, .fields = fields, .out = o };

	pthread_mutex_init(&j.lock, NULL);
	pthread_cond_init(&j.turned, NULL);
	on_threads(&j, write_pieces, threads);
	pthread_cond_destroy(&j.turned);
	pthread_mutex_destroy(&j.lock);
	return j.failed ? ST_NO : ST_OK;
}
