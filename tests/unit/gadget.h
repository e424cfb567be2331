/* gadget.h - the type of gadget.def; a test adds it to the product's own types. */
#pragma once
#define RECORD     gadget
#define RECORD_DEF "tests/unit/gadget.def"
#include "record/declare.h"
#include "record/define.h"

const struct record_type gadget_type = {
	RECORD_TABLES,
	.name = "gadget", .title = { SLIT("道具"), SLIT("Gadget") }, .area = "ledger", .title_field = "name",
	.department_field = "department", .serial_prefix = "G", .retention_years = 1, .year_field = "year",
};
#undef RECORD
#undef RECORD_DEF
