/* organisation.c - the table of organisation; no law beyond it. */
#include "domain/organisation/organisation.h"
#define RECORD     organisation
#define RECORD_DEF "domain/organisation/organisation.def"
#include "record/define.h"

const struct record_type organisation_type = {
	RECORD_TABLES,
	.name = "organisation", .title = { SLIT("組織"), SLIT("Organisation") }, .area = "settings",
	.title_field = "name", .retention_years = 10,
};
