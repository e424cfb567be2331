/* incident_notice.h - notice to the persons concerned by an incident (本人通知文). */
#pragma once
#define RECORD     incident_notice
#define RECORD_DEF "domain/incident_notice/incident_notice.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
