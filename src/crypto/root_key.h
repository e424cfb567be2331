/* root_key.h - where the key at the top comes from: a key file, a passphrase, or a command (HSM, key service). */
#pragma once
#include "crypto/crypto.h"

/* "file:PATH" (64 hexadecimal digits, readable by the owner only), "passphrase:PATH" (PATH holds salt and parameters,
 * the passphrase comes from `passphrase`), "command:WORDS" (prints 64 hexadecimal digits; words split at spaces, no
 * shell). ST_OK; ST_NOT_FOUND; ST_DENIED (others may read the file); ST_BAD_INPUT; ST_UNAVAILABLE (command failed). */
NODISCARD enum status root_key_load(struct str source, struct str passphrase, struct key *ret);
/* Makes what `source` names: a new key file, or new salt and parameters. Never overwrites: ST_CONFLICT.
 * For a command there is nothing to make. */
NODISCARD enum status root_key_make(struct str source, struct str passphrase, struct key *ret);
