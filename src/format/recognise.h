/* recognise.h - finds the table in an office file and says which column is which.
 *
 * Names no type of record: the caller brings a vocabulary, the fields with the many names offices give them. A sheet is a
 * table when one of its first rows (or two or three rows together, with merged cells) holds enough of these names; what
 * stands above is passed over. Where no sheet has such a header, a form with a name in one column and its value beside it
 * is looked for (one record a sheet). Nothing is lost: a column that means nothing to us keeps its label and texts. */
#pragma once
#include "format/sheet.h"

/* ---- what is looked for ---- */
struct vocabulary;
enum { FIELD_FILLS_DOWN = 1,    /* in a text file, where merged cells leave blanks, a blank means "as above" */
       FIELD_SECTION    = 2 };  /* a line across the table ("■営業部") gives it, when it has no column */
struct vocabulary *vocabulary_make(struct arena *a);
/* Adds a field by its code, or finds it; gives its index. Flags are added to it. */
int        vocabulary_field(struct vocabulary *v, struct str code, int flags);
/* One more name of a field (its code is not a name by itself). Spelling is folded, so kana, width and case do not matter.
 * A name that two fields have is ambiguous: columns with it are left to a hand correction. */
void       vocabulary_name(struct vocabulary *v, int field, struct str name);
/* A list of names, as a type of record keeps it in its .def. A field that is met first here gets no flags. */
struct field_name { struct str field, name; };
void       vocabulary_names(struct vocabulary *v, const struct field_name *list, ptrdiff_t n);
/* The label under which we write the field out ourselves: it outranks a name that another field has. */
void       vocabulary_label(struct vocabulary *v, int field, struct str label);
int        vocabulary_flags(const struct vocabulary *v, int field);
struct str vocabulary_code(const struct vocabulary *v, int field);
int        vocabulary_find(const struct vocabulary *v, struct str code);      /* index or -1 */
int        vocabulary_count(const struct vocabulary *v);

/* ---- corrections by hand ----
 * A JSON object; every member may be left out:
 *   {"sheet": "台帳", "header_row": 5, "header_rows": 2,
 *    "columns": {"保管先": "storage_place", "F": "count", "G": null, "H": "+"}}
 * A column is named by its label or its letters. A field code assigns it, null leaves it out, "+" makes it an own field.
 * A label stands for the label: it also holds when columns move. */
struct mapping;
/* ST_OK; ST_BAD_INPUT with problems (no JSON, unknown member, unknown field code). */
NODISCARD enum status mapping_parse(struct arena *a, struct str json, const struct vocabulary *v, struct problems *ps,
	struct mapping **ret);

/* ---- what was found ---- */
enum { COLUMN_OWN = -1, COLUMN_LEFT_OUT = -2, RIVALS_MAX = 4 };
struct table_column {
	int        column;             /* in the sheet, from 1; 0 for a field that sections give */
	int        row;                /* of a form: the row of the label; else 0 */
	struct str label;              /* as written, rows of the header joined with a space */
	int        field;              /* index in the vocabulary, COLUMN_OWN, COLUMN_LEFT_OUT */
	bool       by_hand;
	int        nrivals;            /* an own field that could be one of these until somebody decides: two names fit equally
	                                * well, or (1) another column fits that field better */
	int        rival[RIVALS_MAX];
};
struct table_cell {
	struct str text;
	int64_t    row;
	uint16_t   column;             /* where it stands; of a merged cell its first */
	uint8_t    kind;               /* enum cell_kind; CELL_EMPTY when there is none */
	bool       filled;             /* taken from a merged cell, the row above or a section line */
};
/* `cell`: one for each column of the table; NULL: they are as they stand in the sheet. */
struct table_row { int64_t row; struct table_cell *cell; const struct sheet_row *from; };

enum skip { SKIP_HEADER, SKIP_TOTAL, SKIP_NOTE, SKIP_EXAMPLE, SKIP_SECTION, SKIP_EMPTY };
struct skipped { int64_t row; enum skip why; };                 /* SKIP_EMPTY is counted only */

struct table {
	const struct sheet  *sheet;
	bool                 form;             /* one record, names beside values */
	int64_t              header_row;       /* first row of the header */
	int                  header_rows;
	struct table_column *column;
	int                  ncolumns;
	struct table_row    *row;
	ptrdiff_t            nrows;
	struct skipped      *skipped;
	ptrdiff_t            nskipped, empty;
	struct str           fingerprint;      /* 16 hex digits of the labels: the same for the next edition of the file */
};

enum pass_why { PASS_NO_TABLE, PASS_HIDDEN, PASS_EMPTY, PASS_SAMPLE, PASS_NOT_NAMED, PASS_LESSER };
struct passed_sheet { struct str name; enum pass_why why; };
struct recognised {
	struct table        *table;            /* one for each sheet that holds one, in order */
	ptrdiff_t            ntables;
	struct passed_sheet *passed;
	ptrdiff_t            npassed;
};

struct recognise_options {
	struct str            sheet;           /* only this sheet (hidden or not); .p NULL = all */
	const struct mapping *mapping;         /* or NULL */
	int                   min_fields;      /* how many columns must be known; 0 = 3 */
	bool                  no_rows;         /* the header is all that is asked for */
	bool                  blanks_fill;     /* a text file: blanks under FIELD_FILLS_DOWN may mean "as above" */
};
/* Texts point into the workbook, which must outlive the result. ST_OK; ST_BAD_INPUT with a problem (no table found, the
 * named sheet is missing, the mapping names columns that are not there). */
NODISCARD enum status recognise(struct arena *a, const struct workbook *w, const struct vocabulary *v,
	const struct recognise_options *o, struct problems *ps, struct recognised *ret);

/* The fingerprint can be asked for before the rows are built: recognise with `no_rows`, look for a mapping remembered under
 * table->fingerprint, recognise with it. What to remember, as JSON that mapping_parse reads: the columns as they
 * were found, and the sheet and header that the mapping in force named (NULL: none). */
struct str mapping_of_table(struct arena *a, const struct vocabulary *v, const struct mapping *m, const struct table *t);
/* The cell of a row of the table in its i-th column. A row that has its own cells needs no table. */
struct table_cell table_cell_at(const struct table *t, const struct table_row *row, int i);
enum msg_id skip_message(enum skip why);
enum msg_id pass_message(enum pass_why why);
