/* task.h - task (やること). */
#pragma once
#define RECORD     task
#define RECORD_DEF "domain/task/task.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
