/* council.c - who decides in an emergency. */
#include "domain/council/council.h"
#define RECORD     council
#define RECORD_DEF "domain/council/council.def"
#include "record/define.h"

const struct record_type council_type = {
	RECORD_TABLES,
	.name = "council", .title = { SLIT("緊急事態対策会議"), SLIT("Emergency council") }, .area = "incidents", .marks = TYPE_NO_MENU,
	.title_field = "title", .department_field = "department", .retention_years = 10,
};
