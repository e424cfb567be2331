/* incident_notice.c - notice to the persons concerned by an incident. */
#include "domain/incident_notice/incident_notice.h"
#define RECORD     incident_notice
#define RECORD_DEF "domain/incident_notice/incident_notice.def"
#include "record/define.h"

const struct record_type incident_notice_type = {
	RECORD_TABLES,
	.name = "incident_notice", .title = { SLIT("本人通知文"), SLIT("Notice to the persons") }, .area = "incidents",
	.title_field = "title", .retention_years = 10,
};
