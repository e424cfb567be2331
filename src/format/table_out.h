/* table_out.h - rows out of the house, in the format that was asked for: csv, xlsx or json behind one door. */
#pragma once
#include "format/charset.h"
#include "format/sheet.h"

enum table_format { TABLE_CSV, TABLE_XLSX, TABLE_JSON };
struct table_out_column {
	struct str code;              /* the key in json */
	struct str label;             /* the heading in csv and xlsx */
	int        width;             /* of the column in xlsx, in characters; 0 = by the label */
};
struct table_out_options {
	enum table_format format;
	struct str   sheet;           /* xlsx: the name of the sheet */
	enum charset charset;         /* csv: CHARSET_UTF8 or CHARSET_CP932 */
	bool         no_bom;          /* csv in UTF-8: without byte order mark (with it, Excel reads it right) */
	bool         guard;           /* csv: texts that a spreadsheet would run as formulas get an apostrophe (csv.h) */
	char         separator;       /* csv: 0 = ',' */
};
typedef enum status table_put(void *user, struct str bytes);
struct table_out;

/* Every byte goes to `put`, in pieces. Two writings of the same rows are equal byte for byte.
 * ST_OK, ST_UNAVAILABLE (no converter), ST_BROKEN, put's. */
NODISCARD enum status table_out_open(struct arena *a, const struct table_out_options *o, const struct table_out_column *column,
	int n, table_put *put, void *user, struct table_out **ret);
/* One cell for each column. json: NUMBER becomes a number, BOOL true or false, EMPTY null, all else its text.
 * ST_OK, ST_TOO_BIG (more rows than a sheet holds), put's. */
NODISCARD enum status table_out_row(struct table_out *t, const struct cell *cell);
/* Ends the table and frees what is not the arena's, whatever happens. *ret_lost (may be NULL): characters that CP932
 * lacks and that became 〓, or texts cut for xlsx: to be told to whoever exports. */
NODISCARD enum status table_out_close(struct table_out *t, int64_t *ret_lost);
/* Ends it without giving anything more to `put`; takes NULL. */
void table_out_drop(struct table_out *t);
