/* types.h - all record types, for whoever opens a store. */
#pragma once
#include "record/type.h"

extern const struct record_type *const domain_types[];
extern const int domain_ntypes;
