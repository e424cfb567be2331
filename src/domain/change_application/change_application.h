/* change_application.h - application for change (個人情報取扱変更等申請書). */
#pragma once
#define RECORD     change_application
#define RECORD_DEF "domain/change_application/change_application.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
