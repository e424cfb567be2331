/* import_file.h - from the bytes of an office file (xlsx, csv, tab separated) to rows for import. The file is parsed in a
 * confined child; recognising the columns happens here, with the names of the type, its aliases and the organisation's. */
#pragma once
#include "format/recognise.h"
#include "record/import.h"
#include "sys/sandbox.h"

struct import_source {
	struct str      name;             /* of the file, for messages and as the name of a sheet of text */
	struct str      bytes;
	struct str      sheet;            /* only this sheet; p NULL = all that hold a table */
	struct str      mapping;          /* corrections by hand (recognise.h); p NULL = what was remembered, if anything */
	struct sandbox *sandbox;          /* NULL: a helper of its own for this one job */
};
struct import_read {
	struct recognised    found;       /* sheets passed over, rows skipped */
	struct import_table *table;       /* one for each sheet that holds one; found.table[i] tells more */
	ptrdiff_t            ntables;
	struct str           remember;    /* the mapping in force, to be remembered under `fingerprint` */
	struct str           fingerprint;
};

enum { IMPORT_FILE_MAX = 256 << 20 };

/* Everything lives in `a`. ST_OK; ST_BAD_INPUT with problems that name row and column; ST_TOO_BIG; ST_UNAVAILABLE when the
 * child cannot be confined. */
NODISCARD enum status import_read_file(struct arena *a, struct request *rq, const struct type *t, const struct import_source *s,
	struct problems *ps, struct import_read *ret);
/* Remembers the mapping for the next edition of the same file. Inside a WRITE transaction. */
NODISCARD enum status import_remember(struct request *rq, const struct type *t, const struct import_read *r);
