/* classification.c - which conditions of reporting are met: suggested from facts, decided by a person. */
#include "domain/classification/classification.h"
#define RECORD     classification
#define RECORD_DEF "domain/classification/classification.def"
#include "record/define.h"

const struct record_type classification_type = {
	RECORD_TABLES,
	.name = "classification", .title = { SLIT("報告要否の判定"), SLIT("Classification") }, .area = "incidents", .marks = TYPE_NO_MENU,
	.title_field = "title", .department_field = "department", .retention_years = 10,
};
