/* import_match.h - which record a row of a file means; inside the import only. */
#pragma once
#include "record/import.h"
#include "record/store_impl.h"

/* The row in its fields by which records are recognised. */
struct row_key {
	const struct value *v;
	const bool         *given;
	struct str         *key;             /* of each of them that the row has */
	bool                whole;           /* the type has no such field and no number: only a record that says all of it is the same */
	bool                tells;           /* something in it tells records apart: a link alone does not */
	uint64_t            hash, number;    /* of all of them; of the links and the number field, 0 = it has none */
};

/* Records that rows behind will mean, fetched by their keys in one field. */
struct import_ahead {
	int                 place, n, nkeys;
	struct str          key[FETCH_AT_ONCE];
	struct record_found found[FOUND_MAX];
};
struct import_match {
	struct request      *rq;
	const struct type   *type;
	struct import_seen  *seen;
	int                  number, serial;     /* the places of the number field and of the serial; -1 */
	struct import_ahead  ahead;
};

struct import_match import_match_make(struct request *rq, const struct type *t, struct import_seen *seen);
/* `key` has room for one text for each field. */
struct row_key import_row_key(struct import_match *m, const struct value *v, const bool *given, struct str *key);
/* A row by which nobody could ever find its record again: brought in a second time it would be doubled. */
bool import_is_keyless(const struct type *t, const struct row_key *k);
/* Fetches what rows are likely to mean, n <= FETCH_AT_ONCE; holds until the next call, as long as nothing is written. */
NODISCARD enum status import_look_ahead(struct import_match *m, const struct row_key *k, int n);
/* *ret NULL: none. */
NODISCARD enum status import_find_record(struct import_match *m, const struct row_key *k, struct record **ret);
/* What the row has become, for the rows behind it that say the same. */
void import_met(struct import_match *m, const struct row_key *k, int64_t record);
/* A portion that was not committed is forgotten. */
void import_seen_take_back(struct import_seen *s);
/* Gives *v what a table does not name: whose key seals a person, the version meant, which of several records of one name. */
void import_take_hidden(struct request *rq, const struct field *f, const struct value *was, struct value *v);
