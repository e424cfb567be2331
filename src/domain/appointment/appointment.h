/* appointment.h - appointment (任命). */
#pragma once
#define RECORD     appointment
#define RECORD_DEF "domain/appointment/appointment.def"
#include "record/declare.h"
#undef RECORD
#undef RECORD_DEF
