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
