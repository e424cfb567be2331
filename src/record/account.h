/* account.h - log-ins. An account belongs to a person of the staff; several may. */
#pragma once
#include "record/request.h"

/* The form in which log-in names are stored and looked up: width and case do not matter. Empty when it can be none. */
struct str account_login(struct arena *a, struct str login);
/* Makes an account for a person of the staff. `password` must
 * satisfy the rules, else ST_BAD_INPUT with a problem at "password"; a login that is taken or malformed at "login".
 * Takes as long as a password hash. REQ: PWD-01 PWD-02 */
NODISCARD enum status account_add(struct request *rq, struct str login, int64_t staff, struct str password, bool must_change,
	int64_t *ret_id);
