/* publication.c - publication of an incident. */
#include "domain/publication/publication.h"
#define RECORD     publication
#define RECORD_DEF "domain/publication/publication.def"
#include "record/define.h"

const struct record_type publication_type = {
	RECORD_TABLES,
	.name = "publication", .title = { SLIT("事故の公表"), SLIT("Publication") }, .area = "incidents",
	.title_field = "title", .retention_years = 10,
};
