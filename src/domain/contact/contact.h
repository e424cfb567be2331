/* contact.h - emergency contact (緊急時連絡先). */
#pragma once
#define RECORD     contact
#define RECORD_DEF "domain/contact/contact.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
