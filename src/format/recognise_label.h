/* recognise_label.h - vocabulary and labels; inside recognise only. */
#pragma once
#include "format/recognise.h"

/* A label in the forms in which names are compared. */
struct label_key { struct str full, bare; };       /* bare: without what stands in brackets; both may be empty */
struct label_key label_key(struct arena *a, struct str label);

enum { SCORE_EXACT = 90 };
/* How well a label fits each field: the best field, its score (0 = none, SCORE_EXACT and more = a name of it), and the
 * fields that fit as well. */
struct fit { int field, score, nrivals, rival[RIVALS_MAX]; };
struct fit vocabulary_fit(struct arena *a, const struct vocabulary *v, struct str label);

/* ---- corrections ---- */
enum { MAP_NONE = -3 };                            /* besides COLUMN_OWN, COLUMN_LEFT_OUT and fields */
struct str mapping_sheet(const struct mapping *m);          /* .p NULL when it names none */
int64_t    mapping_header(const struct mapping *m, int *ret_rows);   /* 0: not given */
/* What the mapping says of a column: by its letters or its label. */
int        mapping_of(struct arena *a, struct mapping *m, int column, struct str label);
void       mapping_forget(struct mapping *m);               /* before a sheet: nothing has been used yet */
/* A key of the mapping that no column answered to, or .p NULL. */
struct str mapping_unused(const struct mapping *m);
