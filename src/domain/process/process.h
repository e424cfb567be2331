/* process.h - business process (業務と帳票). */
#pragma once
#define RECORD     process
#define RECORD_DEF "domain/process/process.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
