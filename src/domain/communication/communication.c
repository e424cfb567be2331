/* communication.c - the plan: a line holds its six items or is not saved. */
#include "domain/communication/communication.h"
#include "record/store.h"
#define RECORD     communication
#define RECORD_DEF "domain/communication/communication.def"
#include "record/define.h"

/* REQ: COM-01 (J.4.4.1 a-f) */
static enum status check(struct request *rq, const struct record *r, const struct move *m)
{
	int missing[communication_nfields];
	int n = record_missing(r, AT_SUBMIT, missing);

	(void)m;
	for (int i = 0; i < n; i++)
		problem(&rq->problems, str_z(r->type->fields[missing[i]].name), MSG_REC_REQUIRED);
	return ST_OK;
}

const struct record_type communication_type = {
	RECORD_TABLES,
	.name = "communication", .title = { SLIT("コミュニケーション計画"), SLIT("Communication plan") }, .area = "documents",
	.title_field = "what", .retention_years = 10,
	.hooks = { .check = check },
};
