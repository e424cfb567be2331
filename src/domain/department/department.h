/* department.h - department (部門). */
#pragma once
#define RECORD     department
#define RECORD_DEF "domain/department/department.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
