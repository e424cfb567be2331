/* anon_file.h - the tables that the anonymising commands read twice and write once, row by row. */
#pragma once
#include "anon/table.h"
#include "cli/cli.h"
#include "format/csv.h"

struct anon_file {
	struct str  path;
	int         fd;
	struct csv *csv;
	struct arena rows;           /* of the reader */
	struct str *name;            /* of the columns, in the command's arena */
	int         ncolumns;
	int64_t     size, changed;   /* of the file, to see that it is the same the second time */
};
/* Opens the file and reads the row of names. separator: 0 finds it out. A missing file, an empty one, a name that is empty
 * or stands twice is a problem: ST_BAD_INPUT. Always anon_file_close. */
NODISCARD enum status anon_file_open(struct cli *c, struct str path, char separator, struct anon_file *ret);
/* ST_OK; ST_NO at the end; ST_BAD_INPUT with a problem at its cell, also for a row of another length. Blank lines are passed
 * over. */
NODISCARD enum status anon_file_next(struct cli *c, struct anon_file *f, struct csv_row *ret);
void anon_file_close(struct anon_file *f);
int  anon_file_column(const struct anon_file *f, struct str name);       /* -1 when there is none */

/* Reads the chosen columns whole. */
NODISCARD enum status anon_file_load(struct cli *c, struct anon_file *f, const int *columns, int n, struct anon_table *ret);
/* Adds the rows to a table that has the same columns. */
NODISCARD enum status anon_file_append(struct cli *c, struct anon_file *f, const int *columns, int n, struct anon_table *t);

/* The first cell of a column with that text, "C8", or the name of the column when there is none. */
struct str anon_file_find(struct cli *c, struct str path, char separator, int column, struct str text);

/* ---- writing beside the target; the target changes only with anon_out_commit ---- */
struct anon_out { struct str path; char *beside; int fd; struct buf b; struct csv_writer w; bool failed; };
NODISCARD enum status anon_out_open(struct cli *c, struct str path, char separator, unsigned mode, struct anon_out *ret);
void anon_out_field(struct anon_out *o, struct str field);
void anon_out_row(struct anon_out *o);
void anon_out_bytes(struct anon_out *o, struct str bytes);
/* Flushes to the disk and renames. ST_OK; ST_BAD_INPUT with a problem when it cannot be written. */
NODISCARD enum status anon_out_commit(struct cli *c, struct anon_out *o);
void anon_out_drop(struct anon_out *o);                                  /* after commit nothing is left to drop */
/* Reads a whole file; a problem at its path when that fails. */
NODISCARD enum status anon_read_whole(struct cli *c, struct str path, ptrdiff_t max, struct str *ret);
struct str anon_decimal(struct cli *c, int64_t v);
/* A path that is not absolute, taken from the folder of another file. */
struct str anon_path_beside(struct cli *c, struct str file, struct str path);
