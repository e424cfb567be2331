/* affected_person.c - person concerned by an incident. */
#include "domain/affected_person/affected_person.h"
#define RECORD     affected_person
#define RECORD_DEF "domain/affected_person/affected_person.def"
#include "record/define.h"

const struct record_type affected_person_type = {
	RECORD_TABLES,
	.name = "affected_person", .title = { SLIT("影響を受けた本人"), SLIT("Person concerned") }, .area = "incidents",
	.title_field = "person", .retention_years = 10,
};
