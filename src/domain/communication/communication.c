/* communication.c - line of the communication plan. */
#include "domain/communication/communication.h"
#define RECORD     communication
#define RECORD_DEF "domain/communication/communication.def"
#include "record/define.h"

const struct record_type communication_type = {
	RECORD_TABLES,
	.name = "communication", .title = { SLIT("コミュニケーション計画"), SLIT("Communication plan") }, .area = "documents",
	.title_field = "what", .retention_years = 10,
};
