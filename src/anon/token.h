/* token.h - pseudonyms: one for each different value of a column, the same for the same value within a purpose.
 *
 * A token never follows from the value by a rule that others could apply: it is drawn at random, or comes from a keyed
 * function whose key is kept apart. A bare hash is neither (GL-A 2-2-2-1-1). */
#pragma once
#include "anon/table.h"

enum anon_token { ANON_TOKEN_NONE, ANON_TOKEN_RANDOM, ANON_TOKEN_KEYED, ANON_TOKEN_FORMAT };

/* Where randomness and the keyed function come from; this folder has no keys of its own. */
struct anon_token_source {
	void (*random)(void *to, ptrdiff_t n);
	void (*keyed)(void *context, struct str column, struct str value, unsigned char ret[16]);
	void *context;
};

struct anon_tokens {
	struct str       column;
	enum anon_token  kind;
	struct anon_dict value, token;      /* token i belongs to value i */
};
struct anon_tokens anon_tokens_make(struct str column, enum anon_token kind);
void anon_tokens_free(struct anon_tokens *t);
/* Takes over a pair from an earlier run. ST_OK; ST_CONFLICT when the value or the token is there already. */
NODISCARD enum status anon_tokens_restore(struct anon_tokens *t, struct str value, struct str token);

/* The number of the token of a value (text in t->token.value), made when it is new. `originals` may be NULL: no token equals
 * one of these values. An empty value has the empty token.
 * RANDOM: 16 characters of 32 kinds. KEYED: 26. FORMAT: digits become digits, letters letters of the same case, full-width
 * ones too, punctuation stays, everything else becomes "x". ST_OK; ST_NO when the format leaves too little room for tokens
 * that differ. */
/* REQ: PSE-02 */
NODISCARD enum status anon_token_of(struct anon_tokens *t, struct str value, const struct anon_dict *originals,
	const struct anon_token_source *s, uint32_t *ret);
