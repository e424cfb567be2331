/* import.h - rows of text from outside against the records there are: first the difference, then, if wanted, the act.
 * A blank never deletes (（削除） does), a missing row deletes nothing, what cannot be read stays as it was written. */
#pragma once
#include "format/recognise.h"
#include "record/store.h"

struct import_column { struct str header; int place; };          /* place -1: passed over */
struct import_given  { int place; struct value v; };             /* the same for every row, whatever the file says */
struct import_table {
	const struct type    *type;
	struct import_column *column;
	int                   ncolumns;
	struct str            sheet;           /* where the rows stand */
	const struct table_row *row;           /* one cell for each column, or as in */
	const struct table    *from;           /* the table that was recognised; NULL: every row has its cells */
	ptrdiff_t             nrows;
	struct import_given  *given;
	int                   ngiven;
	bool                  sums_only;       /* report numbers, no lines: for the later portions of a long file */
	bool                  part;            /* one of several tables of the file: none of them is a complete list */
};

/* Rows that say the same key again match the next record with that key: which record each met last, over all portions of a
 * file. A portion that was not committed is taken back by the next call. Keeps at most 48 bytes for each row; twice that for
 * a type with a number field. */
struct import_seen;
struct import_seen *import_seen_make(void);
void                import_seen_keep(struct import_seen *s);      /* the portion is committed */
void                import_seen_free(struct import_seen *s);      /* NULL is accepted */

enum import_outcome {
	IMPORT_NEW,          /* becomes a record at the type's imported_step */
	IMPORT_CHANGED,      /* some values differ and are written */
	IMPORT_PROPOSED,     /* differs where only an approved application may change it: a draft of one is made */
	IMPORT_SAME,
	IMPORT_OUTCOMES
};
struct import_change { int place; struct str before, after; };
struct import_line {
	enum import_outcome   outcome;
	ptrdiff_t             row;             /* of the table */
	int64_t               record;          /* 0 = new, before it is applied */
	int                   missing;         /* fields that submission will demand, and which: places */
	int                  *lacks;
	struct import_change *change;
	int                   nchanges;
	struct import_line   *next;
};
struct import_doubt { struct str where; int place; struct str text; struct import_doubt *next; };   /* kept as written */
struct import_place { struct str where; struct import_place *next; };
struct import_name { const struct field *field; struct str name; int64_t rows; struct import_name *next; };
struct import_absent { int64_t record; struct str title; struct import_absent *next; };
struct import_report {
	int64_t             count[IMPORT_OUTCOMES], incomplete;
	int64_t             keyless;                  /* rows with nothing that tells their record apart: not taken */
	struct import_place *keyless_at;              /* where the first of them stand */
	struct import_line *lines, **lines_end;
	struct import_doubt *doubts, **doubts_end;    /* values that could not be read as what the field wants */
	struct import_absent *absent;                 /* in force and missing from the file, where the type asks for it */
	int64_t             nabsent;
	bool                partial;                  /* more than half of those in force are missing: no complete list, nobody is proposed */
	struct import_name *names;                    /* departments, persons and other entries that are not registered */
};

/* Compares, and with `apply` writes, inside the caller's transaction. `keep` holds the report; rq->a is used and given
 * back in portions, so memory does not grow with the rows beyond the report. `seen` NULL: the table is the whole file.
 * ST_OK, ST_DENIED (no right to import). */
NODISCARD enum status import_rows(struct request *rq, struct arena *keep, const struct import_table *t, bool apply,
	struct import_seen *seen, struct import_report *ret);
/* Where a row stands: "台帳!7". */
struct str import_where(struct arena *a, const struct import_table *t, const struct table_row *row);
/* The labels of the fields of which a row needs one: "管理番号、氏名". */
struct str import_key_labels(struct arena *a, const struct type *t, enum lang lang);
/* Adds the numbers of a later portion, not its lines. */
void import_report_add(struct import_report *to, const struct import_report *portion);
/* The record that a link's text means: by its title, else its number; 0 when none or several do. */
int64_t import_find_linked(struct request *rq, const struct field *f, struct str text);

/* Makes fields of the organisation for headers that no field of the type answers to, and gives their places to the
 * columns. Runs its own transaction and reloads the types: no request may run meanwhile. */
NODISCARD enum status import_own_fields(struct conn *c, struct import_table *t);
/* The place of the organisation's own field with this label; -1. */
int import_own_place(const struct type *t, struct str label);

/* The columns in which the type came in, so that it goes out alike: remembered at apply. */
NODISCARD enum status layout_save(struct request *rq, const struct import_table *t);
NODISCARD enum status layout_load(struct request *rq, const struct type *t, struct import_column **ret, int *ret_n);
