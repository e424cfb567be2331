/* audit_impl.h - the inside of the audit log, for audit*.c only. */
#pragma once
#include "record/audit.h"

#define QUERY(name, sql)         extern const struct db_statement aq_##name;
#define QUERY_PG(name, sql, pg)  extern const struct db_statement aq_##name;
#include "record/audit_queries.def"
#undef QUERY
#undef QUERY_PG

#define LANE_SHIFT 40
#define SEQ_MAX    ((INT64_C(1) << LANE_SHIFT) - 1)
#define LANE_MAX   (INT64_C(1) << 22)
#define entry_id(lane, seq) ((lane) << LANE_SHIFT | (seq))

/* An entry as it is hashed: the hash before it, then its columns, fixed ones first. */
enum { FORM_ID = HASH_BYTES, FORM_MAX = HASH_BYTES + 8 * 8 + 1 + HASH_BYTES + 4 * (1 + AUDIT_CODE_MAX) };
struct form { unsigned char b[FORM_MAX]; int n; };
/* False when a text is longer than any that was written. */
bool form_make(struct form *f, int64_t id, const struct audit_entry *e);
void form_hash(struct form *f, const unsigned char prev[HASH_BYTES], int64_t id, unsigned char ret[HASH_BYTES]);
/* The columns of entry_page. Texts live until the next row. */
struct str audit_read_row(struct db_q *q, int64_t *ret_id, struct audit_entry *ret);

/* Signed heads, parsed. */
struct head { int64_t lane, seq; unsigned char hash[HASH_BYTES]; };
struct heads {
	int64_t       number, erasures;
	unsigned char previous[HASH_BYTES], key[SIGN_PUBLIC_BYTES];
	struct head  *head;
	int           n;
};
NODISCARD enum status heads_parse(struct arena *a, struct str text, struct heads *ret);
/* Splits the exported form (text and signature line) again. */
NODISCARD enum status heads_split(struct str file, struct str *ret_text, unsigned char ret_sig[SIGN_BYTES]);

/* A row as verification reads it. */
struct row { int64_t seq; struct form f; bool readable; unsigned char hash[HASH_BYTES]; };
void row_read(struct db_q *q, int64_t *ret_id, struct row *ret);

/* A stretch of one lane, entries from..to, and what a scan finds there. */
struct stretch {
	int64_t       lane, from, to;
	bool          broken;                /* something is not as it was written; says not what */
	int64_t       entries;
	unsigned char last_hash[HASH_BYTES];
};
/* Checks all stretches, on connections and threads of its own where there is much to do. */
NODISCARD enum status audit_scan(struct db *db, struct stretch *s, int n);
/* Cuts all lanes into stretches, in order. *ret_odd: there are rows in lanes that cannot be. */
NODISCARD enum status audit_stretches(struct db *db, struct arena *a, struct stretch **ret, int *ret_n, bool *ret_odd);
