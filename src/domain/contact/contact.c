/* contact.c - emergency contact. */
#include "domain/contact/contact.h"
#define RECORD     contact
#define RECORD_DEF "domain/contact/contact.def"
#include "record/define.h"

const struct record_type contact_type = {
	RECORD_TABLES,
	.name = "contact", .title = { SLIT("緊急時連絡先"), SLIT("Emergency contact") }, .area = "incidents",
	.title_field = "name", .due_field = "check_due", .retention_years = 10,
};
