/* site.c - the table of site; no law beyond it. */
#include "domain/site/site.h"
#define RECORD     site
#define RECORD_DEF "domain/site/site.def"
#include "record/define.h"

const struct record_type site_type = {
	RECORD_TABLES,
	.name = "site", .title = { SLIT("事業所"), SLIT("Site") }, .area = "settings",
	.title_field = "name", .retention_years = 10,
};
