/* export_file.h - the records of a type as a file: csv, xlsx, json or pdf. Two exports without a change are equal. */
#pragma once
#include "format/table_out.h"
#include "record/export.h"

enum export_format { EXPORT_CSV, EXPORT_XLSX, EXPORT_JSON, EXPORT_PDF };
/* guard: texts that a spreadsheet would run as formulas get an apostrophe (csv.h); such a file does not come in again unchanged. */
struct export_options { enum export_format format; enum charset charset; bool guard; };

/* Every byte goes to `put`. *ret_lost (may be NULL): characters that the encoding lacks. ST_OK, ST_DENIED, put's. */
NODISCARD enum status export_file(struct request *rq, const struct list_query *q, const struct export_options *o,
	table_put *put, void *user, int64_t *ret_lost);
