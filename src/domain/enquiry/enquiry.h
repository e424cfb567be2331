/* enquiry.h - enquiry (お問い合わせ). */
#pragma once
#define RECORD     enquiry
#define RECORD_DEF "domain/enquiry/enquiry.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
