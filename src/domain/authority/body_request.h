/* body_request.h - what an authorised organisation asks of its target operator (認定個人情報保護団体 対応記録). */
#pragma once
#define RECORD     body_request
#define RECORD_DEF "domain/authority/body_request.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
