/* version_verify.h - ties every stored version of a record to the audit log: the entry of its writing carries a digest. */
#pragma once
#include "record/audit.h"

struct version_row {
	int64_t    record, version, at, staff;
	struct str step, move, comment;
	int64_t    department, holds_from, holds_to;
	struct str body, sealed;
};
/* Over every column, as stored: what is sealed stays sealed. */
void version_digest(const struct version_row *v, unsigned char ret[HASH_BYTES]);

enum version_fault { VERSION_CHANGED, VERSION_MISSING, VERSION_UNKNOWN, VERSION_FAULT_MAX };
typedef void version_report(void *arg, enum version_fault fault, int64_t record, int64_t version);
/* Every version against the log, which audit_verify has found whole. ST_OK; ST_NO: faults were reported. */
NODISCARD enum status version_verify(struct db *db, version_report *report, void *arg, int64_t *ret_versions, int64_t *ret_faults);
