/* site.h - site (事業所). */
#pragma once
#define RECORD     site
#define RECORD_DEF "domain/site/site.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
