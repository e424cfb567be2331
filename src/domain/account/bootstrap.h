/* bootstrap.h - the console's way to a first person with a role. */
#pragma once
#include "record/request.h"

/* The console's way to a first person with a role: staff record, appointment in force, account; one transaction.
 * `department` may be empty. ST_OK, ST_BAD_INPUT with problems. REQ: PWD-02 */
struct account_plan { struct str login, name, department, password; enum role role; bool must_change; };
NODISCARD enum status account_bootstrap(struct request *rq, const struct account_plan *p);
