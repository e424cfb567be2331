/* acquisition.h - application for new acquisition (新規個人情報取得申請書). */
#pragma once
#define RECORD     acquisition
#define RECORD_DEF "domain/acquisition/acquisition.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
