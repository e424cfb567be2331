/* index.h - the rows by which records are found: keys, tokens, links, unique values. They are gathered during a
 * transaction and written sorted at its end, because random rows of indexes are most of what an import costs. */
#pragma once
#include "record/store.h"

/* What changed between two states of a record; `before` NULL for a new one. ST_OK; ST_BAD_INPUT when a UNIQUE value is
 * taken (a problem at the field). */
NODISCARD enum status index_record(struct request *rq, const struct record *before, const struct record *after);
/* Writes what was gathered. Lists call it before they read, request_run before the commit. */
NODISCARD enum status index_flush(struct request *rq);
void                  index_reset(struct request *rq);

/* The key by which records are found by this value: folded, or blind for FINDABLE. Empty when it has none. */
struct str index_key(struct request *rq, const struct type *t, int place, const struct value *v);
bool       index_has_key(const struct field *f);
/* The tokens of a text: pairs of folded characters, and each last one alone. Sorted, each once. */
int        index_tokens(struct arena *a, struct str text, int64_t **ret);
/* The key of a serial: runs of digits in the order of their numbers, equal only for the same text. */
struct str index_serial_key(struct arena *a, struct str serial);
/* Record ids with this value in this field, at most max; returns how many. */
int        index_find(struct request *rq, const struct type *t, int place, const struct value *v, int64_t *ret, int max);
/* The same by the key of a value; with numbers behind `after`, in their order. */
int        index_find_key(struct request *rq, const struct type *t, int place, struct str key, int64_t after, int64_t *ret, int max);
int        index_find_after(struct request *rq, const struct type *t, int place, const struct value *v, int64_t after, int64_t *ret, int max);
/* For serials it stands behind the fields of the type. */
int        index_serial_place(const struct type *t);
/* The same for the serial that a record bears. All see what waits to be written. */
int        index_find_serial(struct request *rq, const struct type *t, struct str serial, int64_t *ret, int max);

/* Fields every type has beside its own, for sorting. */
#define INDEX_CHANGED ".changed"
#define INDEX_SERIAL  ".serial"
