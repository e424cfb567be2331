/* db_rows.c - rows that wait to be written, many with one statement. */
#include "db/db_driver.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { AT_ONCE = 16, KINDS_MAX = 12, BYTES_MAX = 1 << 20 /* that may wait */ };

/* The rows that wait for one statement, and the statement that writes AT_ONCE of them. */
struct kind {
	const struct db_statement *one;
	struct db_statement        many;
	struct db_value           *v;
	int                        columns, n;
};
struct db_rows { struct kind kind[KINDS_MAX]; int n, waiting; struct arena bytes; struct arena_mark none; };

/* The text with the group behind VALUES AT_ONCE times, its parameters numbered on. */
static char *many_times(const char *sql, int columns)
{
	const char *from = strstr(sql, "VALUES (");
	char *p = NULL;
	size_t size;

	assert(from);
	from += sizeof "VALUES " - 1;
	const char *to = strchr(from, ')');
	FILE *f = open_memstream(&p, &size);
	if (!f)
		abort();
	fwrite(sql, 1, (size_t)(from - sql), f);
	for (int row = 0; row < AT_ONCE; row++) {
		fputs(row ? ", " : "", f);
		for (const char *s = from; s <= to; s++) {
			fputc(*s, f);
			if (*s != '$')
				continue;
			fprintf(f, "%d", db_param_number(s + 1) + row * columns);
			while (s[1] >= '0' && s[1] <= '9')
				s++;
		}
	}
	fputs(to + 1, f);
	if (fclose(f))
		abort();
	return p;
}

static struct kind *kind_of(struct db *db, const struct db_statement *s, int columns)
{
	struct db_rows *r = db->rows;

	if (!r) {
		r = db->rows = calloc(1, sizeof *r);
		if (!r)
			abort();
		r->bytes = arena_make(0);
		r->none = arena_mark(&r->bytes);
	}
	for (int i = 0; i < r->n; i++)
		if (r->kind[i].one == s)
			return &r->kind[i];
	assert(r->n < KINDS_MAX && columns * AT_ONCE <= DB_PARAMS_MAX);
	struct kind *k = &r->kind[r->n++];
	*k = (struct kind){ .one = s, .columns = columns, .v = calloc((size_t)columns * AT_ONCE, sizeof *k->v) };
	if (!k->v)
		abort();
	k->many = (struct db_statement){ s->name, many_times(s->sql, columns), s->pg ? many_times(s->pg, columns) : NULL };
	return k;
}

static enum status write_some(struct db *db, const struct db_statement *s, const struct db_value *v, int n)
{
	struct db_q *q = db_query_now(db, s);

	for (int i = 0; i < n; i++) {
		switch (v[i].kind) {
		case DB_INT: db_int(q, i + 1, v[i].number); break;
		case DB_TEXT: db_text(q, i + 1, v[i].bytes); break;
		case DB_BLOB: db_blob(q, i + 1, v[i].bytes); break;
		case DB_NULL: db_null(q, i + 1); break;
		}
	}
	return db_run(q);
}

static enum status write_kind(struct db *db, struct kind *k)
{
	enum status st = ST_OK;
	int n = k->n;

	k->n = 0;
	if (n == AT_ONCE)
		st = write_some(db, &k->many, k->v, n * k->columns);
	for (int i = 0; n < AT_ONCE && i < n && st == ST_OK; i++)
		st = write_some(db, k->one, k->v + (ptrdiff_t)i * k->columns, k->columns);
	db->rows->waiting -= n;
	if (!db->rows->waiting)
		arena_reset(&db->rows->bytes, db->rows->none);
	return st;
}

enum status db_add(struct db *db, const struct db_statement *s, const struct db_value *v, int n)
{
	struct kind *k = kind_of(db, s, n);
	struct db_rows *r = db->rows;
	struct db_value *to = k->v + (ptrdiff_t)k->n++ * n;

	assert(db->in_tx && n == k->columns);
	for (int i = 0; i < n; i++) {
		to[i] = v[i];
		if (v[i].bytes.n)
			to[i].bytes = str_dup(&r->bytes, v[i].bytes);
	}
	r->waiting++;
	if (r->bytes.used > BYTES_MAX)
		return db_add_now(db);
	return k->n == AT_ONCE ? write_kind(db, k) : ST_OK;
}

enum status db_add_now(struct db *db)
{
	struct db_rows *r = db->rows;
	enum status st = ST_OK;

	for (int i = 0; r && r->waiting && i < r->n && st == ST_OK; i++)
		st = write_kind(db, &r->kind[i]);
	return st;
}

void db_rows_forget(struct db *db)
{
	struct db_rows *r = db->rows;

	for (int i = 0; r && i < r->n; i++)
		r->kind[i].n = 0;
	if (!r)
		return;
	r->waiting = 0;
	arena_reset(&r->bytes, r->none);
}

void db_rows_free(struct db *db)
{
	struct db_rows *r = db->rows;

	for (int i = 0; r && i < r->n; i++) {
		free((char *)(uintptr_t)r->kind[i].many.sql);
		free((char *)(uintptr_t)r->kind[i].many.pg);
		free(r->kind[i].v);
	}
	if (r)
		arena_free(&r->bytes);
	free(r);
	db->rows = NULL;
}
