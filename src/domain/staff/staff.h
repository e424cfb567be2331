/* staff.h - staff (従業者). */
#pragma once
#define RECORD     staff
#define RECORD_DEF "domain/staff/staff.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
