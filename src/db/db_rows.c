/* db_rows.c - rows that wait to be written, many with one statement. */
#include "db/db_driver.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { AT_ONCE = DB_ADD_MAX, KINDS_MAX = 12 };

/* The rows that wait for one statement, and the statement that writes AT_ONCE of them. */
struct kind {
	const struct db_statement *one;
	struct db_statement        many;
	struct db_value           *v;
	int                        columns, n;
};
struct db_rows { struct kind kind[KINDS_MAX]; int n, waiting; };

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

	if (!r && !(r = db->rows = calloc(1, sizeof *r)))
		abort();
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
	db->rows->waiting -= n;
	if (n == AT_ONCE)
		return write_some(db, &k->many, k->v, n * k->columns);
	for (int i = 0; i < n && st == ST_OK; i++)
		st = write_some(db, k->one, k->v + (ptrdiff_t)i * k->columns, k->columns);
	return st;
}

enum status db_add(struct db *db, const struct db_statement *s, const struct db_value *v, int n)
{
	struct kind *k = kind_of(db, s, n);

	assert(db->in_tx && n == k->columns);
	memcpy(k->v + (ptrdiff_t)k->n++ * n, v, (size_t)n * sizeof *v);
	db->rows->waiting++;
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
	if (r)
		r->waiting = 0;
}

void db_rows_free(struct db *db)
{
	struct db_rows *r = db->rows;

	for (int i = 0; r && i < r->n; i++) {
		free((char *)(uintptr_t)r->kind[i].many.sql);
		free((char *)(uintptr_t)r->kind[i].many.pg);
		free(r->kind[i].v);
	}
	free(r);
	db->rows = NULL;
}
