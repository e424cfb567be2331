/* import_cell.h - a cell of an import as the value of its field; inside import only. */
#pragma once
#include "record/import.h"

/* Columns say the same again and again: what costs much to read, a period, a choice, the name of a department, is
 * remembered with what came of it. */
struct import_cells;
struct import_cells *import_cells_make(bool writes);              /* whether records are written meanwhile: links may change */
void                 import_cells_free(struct import_cells *c);      /* NULL is accepted */
/* Values given so far are needed no longer: when many are remembered, they are forgotten. */
void                 import_cells_rest(struct import_cells *c);

enum cell_outcome {
	CELL_READ,
	CELL_ODD,              /* a text that does not fit, kept as it stands */
	CELL_UNREGISTERED,     /* the name of an entry that is not there, kept as text */
};
/* The value lives as long as rq->a and until import_cells_rest. */
enum cell_outcome import_cell(struct request *rq, struct import_cells *c, const struct field *f, struct str text, struct value *ret);
