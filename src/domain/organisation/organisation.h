/* organisation.h - organisation (組織). */
#pragma once
#define RECORD     organisation
#define RECORD_DEF "domain/organisation/organisation.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
