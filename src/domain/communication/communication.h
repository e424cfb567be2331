/* communication.h - line of the communication plan (コミュニケーション計画). */
#pragma once
#define RECORD     communication
#define RECORD_DEF "domain/communication/communication.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
