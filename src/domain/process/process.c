/* process.c - the table of business process; no law beyond it. */
#include "domain/process/process.h"
#define RECORD     process
#define RECORD_DEF "domain/process/process.def"
#include "record/define.h"

const struct record_type process_type = {
	RECORD_TABLES,
	.name = "process", .title = { SLIT("業務と帳票"), SLIT("Business process") }, .area = "ledger",
	.title_field = "name", .department_field = "department", .retention_years = 10, .clause = "J.3.1.1",
};
