/* communication_log.h - entry of the communication log (コミュニケーションの記録). */
#pragma once
#define RECORD     communication_log
#define RECORD_DEF "domain/communication/communication_log.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
