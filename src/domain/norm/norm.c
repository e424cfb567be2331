/* norm.c - the list of laws and norms; the manager identifies and checks them (the one exception from four eyes). */
#include "domain/norm/norm.h"
#define RECORD     norm
#define RECORD_DEF "domain/norm/norm.def"
#include "record/define.h"

const struct record_type norm_type = {
	RECORD_TABLES,
	.name = "norm", .title = { SLIT("個人情報保護に関する法令規範一覧"), SLIT("Laws and norms") }, .area = "documents",
	.title_field = "name", .retention_years = 10, .clause = "J.1.3",
};
