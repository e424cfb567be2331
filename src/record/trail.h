/* trail.h - what the request does, for the audit log. Entries are written in the transaction of a change, or in a group
 * after a read, before any byte leaves. */
#pragma once
#include "record/audit.h"
#include "record/store.h"

/* The actions that an entry can name. */
#define TRAIL_VIEW          S("view")
#define TRAIL_LIST          S("list")
#define TRAIL_SEARCH        S("search")
#define TRAIL_EXPORT        S("export")
#define TRAIL_CREATE        S("create")
#define TRAIL_CHANGE        S("change")
#define TRAIL_MOVE          S("move")
#define TRAIL_APPROVE       S("approve")
#define TRAIL_REFUSE        S("refuse")
#define TRAIL_LOG_IN        S("log_in")
#define TRAIL_LOG_IN_FAILED S("log_in_failed")
#define TRAIL_LOG_OUT       S("log_out")
#define TRAIL_LOCK          S("lock")
#define TRAIL_UNLOCK        S("unlock")
#define TRAIL_ACCOUNT       S("account")
#define TRAIL_IMPORT        S("import")
#define TRAIL_SETTING       S("setting")
#define TRAIL_RESEAL        S("reseal")          /* its digest stands in place of the one the version was written with */

/* Adds an entry; `t` may be NULL. `detail` is a code of ours. The entry may be completed (count, digest) through what
 * is returned, until the request ends. */
struct audit_entry *trail_add(struct request *rq, struct str action, const struct type *t, int64_t record, int64_t version,
	struct str detail);
/* The same, kept even if the request fails: a refusal, a failed log-in. */
struct audit_entry *trail_refuse(struct request *rq, struct str action, const struct type *t, int64_t record, struct str detail);

/* For request_run only. */
void                  trail_reset(struct request *rq);
NODISCARD enum status trail_write(struct request *rq);                /* inside the transaction */
/* What is to be written after it, in a group: everything after a read, the refusals after a failure. */
ptrdiff_t             trail_after(struct request *rq, bool only_refusals, const struct audit_entry **ret);
