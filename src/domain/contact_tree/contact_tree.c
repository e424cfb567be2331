/* contact_tree.c - place in the emergency contact tree. */
#include "domain/contact_tree/contact_tree.h"
#define RECORD     contact_tree
#define RECORD_DEF "domain/contact_tree/contact_tree.def"
#include "record/define.h"

const struct record_type contact_tree_type = {
	RECORD_TABLES,
	.name = "contact_tree", .title = { SLIT("緊急連絡網"), SLIT("Emergency contact tree") }, .area = "incidents",
	.title_field = "person", .department_field = "department", .due_field = "check_due", .retention_years = 10,
};
