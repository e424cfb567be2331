/* staff.h - staff (従業者). */
#pragma once
#define RECORD     staff
#define RECORD_DEF "domain/staff/staff.def"
#include "record/declare.h"
/* Roles that only people of the organisation itself hold: officers and those it employs. REQ: LDR-13 LDR-15 (J.2.3.2) */
#define STAFF_INSIDERS_ONLY (BY(privacy_manager) | BY(audit_chief))
bool staff_is_outsider(const struct record *r);
#undef RECORD
#undef RECORD_DEF
