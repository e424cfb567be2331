/* communication_log.c - entry of the communication log. */
#include "domain/communication/communication_log.h"
#define RECORD     communication_log
#define RECORD_DEF "domain/communication/communication_log.def"
#include "record/define.h"

const struct record_type communication_log_type = {
	RECORD_TABLES,
	.name = "communication_log", .title = { SLIT("コミュニケーションの記録"), SLIT("Communication log") }, .area = "documents",
	.title_field = "what", .retention_years = 10,
};
