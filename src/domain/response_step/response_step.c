/* response_step.c - the checklist of the first response. */
#include "domain/response_step/response_step.h"
#define RECORD     response_step
#define RECORD_DEF "domain/response_step/response_step.def"
#include "record/define.h"

const struct record_type response_step_type = {
	RECORD_TABLES,
	.name = "response_step", .title = { SLIT("初動対応"), SLIT("First response") }, .area = "incidents", .marks = TYPE_NO_MENU,
	.title_field = "title", .department_field = "department", .retention_years = 10,
};
