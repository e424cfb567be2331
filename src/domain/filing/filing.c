/* filing.c - reports owed and made, one for each recipient and stage. */
#include "domain/filing/filing.h"
#define RECORD     filing
#define RECORD_DEF "domain/filing/filing.def"
#include "record/define.h"

const struct record_type filing_type = {
	RECORD_TABLES,
	.name = "filing", .title = { SLIT("事故の報告"), SLIT("Incident report filed") }, .area = "incidents",
	.title_field = "title", .department_field = "department", .due_field = "due", .retention_years = 10,
};
