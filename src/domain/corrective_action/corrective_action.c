/* corrective_action.c - from a finding to its proven effect (W9). */
#include "domain/corrective_action/corrective_action.h"
#define RECORD     corrective_action
#define RECORD_DEF "domain/corrective_action/corrective_action.def"
#include "record/define.h"

const struct record_type corrective_action_type = {
	RECORD_TABLES,
	.name = "corrective_action", .title = { SLIT("是正処置実施記録"), SLIT("Corrective action") }, .area = "incidents",
	.title_field = "title", .department_field = "department", .serial_prefix = "CA", .retention_years = 10,
};
