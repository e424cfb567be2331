/* exclusion.c - the approved judgement that an event is none to be reported. */
#include "domain/exclusion/exclusion.h"
#define RECORD     exclusion
#define RECORD_DEF "domain/exclusion/exclusion.def"
#include "record/define.h"

const struct record_type exclusion_type = {
	RECORD_TABLES,
	.name = "exclusion", .title = { SLIT("報告対象外の判断"), SLIT("Exclusion from reporting") }, .area = "incidents",
	.title_field = "serial", .department_field = "department", .serial_prefix = "E", .retention_years = 10,
};
