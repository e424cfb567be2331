/* council_meeting.c - meetings of the council and what they decide. */
#include "domain/council_meeting/council_meeting.h"
#define RECORD     council_meeting
#define RECORD_DEF "domain/council_meeting/council_meeting.def"
#include "record/define.h"

const struct record_type council_meeting_type = {
	RECORD_TABLES,
	.name = "council_meeting", .title = { SLIT("対策会議の議事録"), SLIT("Minutes of the council") }, .area = "incidents",
	.title_field = "serial", .department_field = "department", .serial_prefix = "M", .retention_years = 10,
};
