/* route.h - an approval that the organisation adds to a procedure (承認経路の追加). */
#pragma once
#define RECORD     route
#define RECORD_DEF "domain/route/route.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
