/* anon_file.h - the tables that the anonymising commands read twice and write once, row by row. */
#pragma once
#include "anon/table.h"
#include "cli/cli.h"
#include "format/csv.h"
#include "sys/stream.h"

struct anon_piece { int64_t from, to; ptrdiff_t first, rows; };      /* bytes, and rows */
struct anon_file {
	struct str  path;
	int         fd;
	struct csv *csv;
	struct arena rows;           /* of the reader */
	struct str *name;            /* of the columns, in the command's arena */
	int         ncolumns;
	int64_t     size, changed;   /* of the file, to see that it is the same the second time */
	struct anon_piece *piece;    /* of a plain table that was read in pieces (anon_pieces.h) */
	ptrdiff_t   npieces;
};
/* Opens the file and reads the row of names. separator: 0 finds it out. A missing file, an empty one, a name that is empty
 * or stands twice is a problem: ST_BAD_INPUT. Always anon_file_close. */
NODISCARD enum status anon_file_open(struct cli *c, struct str path, char separator, struct anon_file *ret);
/* ST_OK; ST_NO at the end; ST_BAD_INPUT with a problem at its cell, also for a row of another length. Blank lines are passed
 * over. */
NODISCARD enum status anon_file_next(struct cli *c, struct anon_file *f, struct csv_row *ret);
void anon_file_close(struct anon_file *f);
int  anon_file_column(const struct anon_file *f, struct str name);       /* -1 when there is none */

/* Reads the chosen columns whole; the rows must not have been read yet. */
NODISCARD enum status anon_file_load(struct cli *c, struct anon_file *f, const int *columns, int n, int threads, struct anon_table *ret);
int  anon_threads(void);                                                 /* as many as there are processors, 16 at most */
/* Is the file still what was opened? */
bool anon_file_is_same(const struct anon_file *f);
/* Adds the rows to a table that has the same columns. */
NODISCARD enum status anon_file_append(struct cli *c, struct anon_file *f, const int *columns, int n, struct anon_table *t);

/* The first cell of a column with that text, "C8", or the name of the column when there is none. */
struct str anon_file_find(struct cli *c, struct str path, char separator, int column, struct str text);

/* ---- writing beside the target; the target changes only with anon_out_commit ---- */
struct anon_out { struct str path; struct sys_new to; bool opened, failed; struct buf b; struct csv_writer w; };
NODISCARD enum status anon_out_open(struct cli *c, struct str path, char separator, unsigned mode, struct anon_out *ret);
struct csv_writer *anon_out_writer(struct anon_out *o);                  /* fields and rows go here */
void anon_out_row(struct anon_out *o);                                   /* ends a row */
void anon_out_bytes(struct anon_out *o, struct str bytes);
/* Flushes to the disk and renames. ST_OK; ST_BAD_INPUT with a problem when it cannot be written. */
NODISCARD enum status anon_out_commit(struct cli *c, struct anon_out *o);
void anon_out_drop(struct anon_out *o);                                  /* after commit nothing is left to drop */
/* Reads a whole file; a problem at its path when that fails. */
NODISCARD enum status anon_read_whole(struct cli *c, struct str path, ptrdiff_t max, struct str *ret);
/* A path that is not absolute, taken from the folder of another file. */
struct str anon_path_beside(struct cli *c, struct str file, struct str path);
