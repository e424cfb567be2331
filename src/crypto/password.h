/* password.h - hashing passwords, and which ones are refused. */
#pragma once
#include "base/msg.h"

enum { PASSWORD_HASH_MAX = 128, PASSWORD_MIN = 12, PASSWORD_MAX = 256, PASSWORD_FORMER = 5 };

/* Argon2id. `kib` of memory and passes for each hash, and how many may run at once in this process: further callers
 * wait. Once, at start, or never: then 64 MiB, 3 passes, 2 at once. ST_OK, ST_BAD_INPUT (under 8 MiB, or 0). */
NODISCARD enum status password_setup(int64_t kib, int64_t passes, int at_once);
/* Writes a NUL-terminated text that carries algorithm, parameters and salt. */
void password_hash(struct str password, char ret[PASSWORD_HASH_MAX]);
/* ST_OK or ST_NO. *ret_again: the parameters have risen since, hash the password anew and store that. */
NODISCARD enum status password_check(struct str password, struct str stored, bool *ret_again);
/* For a log-in name that does not exist: takes as long as a check, so that nobody learns which names do. */
void password_check_nobody(struct str password);
/* What speaks against a new password, MSG_NONE if nothing does: 12 or more characters with letters and digits, none of
 * the `former` hashes (at most PASSWORD_FORMER are looked at), not the log-in name, not one of those known as leaked. */
enum msg_id password_problem(struct str password, struct str login, const struct str *former, int nformer);
/* A one-time password of 20 characters that meets the rules; NUL-terminated. */
void password_random(char ret[24]);
