/* affected_person.h - person concerned by an incident (影響を受けた本人). */
#pragma once
#define RECORD     affected_person
#define RECORD_DEF "domain/affected_person/affected_person.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
