/* overdue.h - what is overdue (期限超過). */
#pragma once
#define RECORD     overdue
#define RECORD_DEF "domain/overdue/overdue.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
