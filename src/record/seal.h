/* seal.h - sealing the personal fields of a version and opening them again. */
#pragma once
#include "record/store.h"

/* Packs and seals the sealed fields of r as its version r->version; one part for each person they speak of. Empty when
 * there are none. The keys are created where they are missing. */
NODISCARD enum status seal_record(struct request *rq, const struct record *r, struct str *ret);
/* Opens what was sealed into r->v. Parts whose key was destroyed stay unset: they are erased. */
NODISCARD enum status seal_open(struct request *rq, struct str sealed, struct record *r, bool *ret_erased);
/* The key under which a sealed value is found: keyed hash of its folded form. BLIND_BYTES in the arena. */
struct str seal_blind(struct request *rq, const struct type *t, const struct field *f, const struct value *v);

/* What somebody wrote beside a record: the comment of a move, who signed on paper. Sealed under the record's own key and
 * kept as text; `what` and the version are bound to it. Empty stays empty. */
NODISCARD enum status note_seal(struct request *rq, const struct record *r, const char *what, struct str text, struct str *ret);
/* The `what` of a note that belongs to one approval. */
const char *note_name(struct request *rq, const char *what, int64_t role);
/* Opens it again; empty when its key is gone. A text that was never sealed (a code of ours) comes back as it is. */
NODISCARD enum status note_open(struct request *rq, const struct type *t, int64_t record, int64_t version, const char *what,
	struct str stored, struct str *ret);
