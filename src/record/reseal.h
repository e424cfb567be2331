/* reseal.h - an upgrade that the schema cannot make: notes that earlier versions of the program kept in clear are sealed. */
#pragma once
#include "record/request.h"

/* The next batch of records, in the caller's transaction; *(bool *)ret_more becomes false when all are done, for good. Stopped
 * anywhere it goes on where it was; on several nodes one does a batch and the others find it done. A work for request_run. */
NODISCARD enum status notes_reseal(struct request *rq, void *ret_more);
