/* import_file.h - from the bytes of an office file (xlsx, csv, tab separated) to rows for import. The file is parsed in a
 * confined child; recognising the columns happens here, with the names of the type, its aliases and the organisation's. */
#pragma once
#include "format/recognise.h"
#include "record/import.h"
#include "format/csv.h"

struct import_source {
	struct str      name;             /* of the file, for messages and as the name of a sheet of text */
	struct str      bytes;
	struct csv_source *text;          /* instead of bytes: a text table that is read bit by bit; NULL: bytes */
	struct str      sheet;            /* only this sheet; p NULL = all that hold a table */
	struct import_given *given;       /* what every row says, whatever stands in the file */
	int             ngiven;
	struct str      mapping;          /* corrections by hand (recognise.h); p NULL = what was remembered, if anything */
	int64_t         portion;          /* rows of a text table in one portion; 0 = IMPORT_PORTION */
};
struct import_read {
	struct recognised    found;       /* sheets passed over, rows skipped */
	struct import_table *table;       /* one for each sheet that holds one; found.table[i] tells more */
	ptrdiff_t            ntables;
	struct str           remember;    /* the mapping in force, to be remembered under `fingerprint` */
	struct str           fingerprint;
	struct import_more  *more;        /* the file goes on: NULL when all of it is here */
};

enum { IMPORT_FILE_MAX = 256 << 20, IMPORT_PORTION = 10000 };

/* Everything lives in `a`. ST_OK; ST_BAD_INPUT with problems that name row and column; ST_TOO_BIG; ST_UNAVAILABLE when the
 * child cannot be confined. */
NODISCARD enum status import_read_file(struct arena *a, struct request *rq, const struct type *t, const struct import_source *s,
	struct problems *ps, struct import_read *ret);
/* A text table of more rows than a portion has comes in portions, unless blanks in it mean "as above": `table` holds the
 * first one, this replaces it by the next. Each portion lives in its own `a`; what the first read told stays in the first.
 * ST_OK; ST_NO at the end; ST_BAD_INPUT, ST_TOO_BIG with problems. */
NODISCARD enum status import_read_more(struct arena *a, struct import_read *r, struct problems *ps);
int64_t import_read_so_far(const struct import_read *r);      /* bytes of text, for progress */
void    import_read_end(struct import_read *r);               /* gives back what `more` holds; may be called always */
/* Remembers the mapping for the next edition of the same file. Inside a WRITE transaction. */
NODISCARD enum status import_remember(struct request *rq, const struct type *t, const struct import_read *r);
