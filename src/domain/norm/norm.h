/* norm.h - laws and norms that bind the organisation (法令規範一覧). */
#pragma once
#define RECORD     norm
#define RECORD_DEF "domain/norm/norm.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
