/* authority_request.h - demand, advice, recommendation or order of an authority (当局対応記録). */
#pragma once
#define RECORD     authority_request
#define RECORD_DEF "domain/authority/authority_request.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
