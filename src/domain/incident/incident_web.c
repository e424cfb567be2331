/* incident_web.c - which pages an incident has beside those of every record, and who may see them. */
#include "domain/affected_person/affected_person_web.h"
#include "domain/incident/case_web.h"

#define PAPER(file) { .name = file, .kind = RECORD_FILE, .method = HTTP_GET, .act = MAY_EXPORT, .handler = incident_paper_file }

static const struct type_page pages[] = {
	{ .name = "report", .kind = TYPE_PAGE, .method = HTTP_GET, .act = MAY_CREATE, .shown = ON_HOME | ON_LIST, .link = MSG_REPORT_LINK,
		.about = MSG_REPORT_ABOUT, .handler = incident_report_form },
	{ .name = "report", .kind = TYPE_PAGE, .method = HTTP_POST, .act = MAY_CREATE, .handler = incident_report_do },
	{ .name = "reported", .kind = TYPE_PAGE, .method = HTTP_GET, .act = MAY_CREATE, .shown = ON_LIST, .link = MSG_REPORT_OWN_LINK,
		.handler = incident_report_sent },
	{ .name = "report", .kind = OPEN_PAGE, .method = HTTP_GET, .offered = incident_anonymous_allowed, .shown = ON_HOME,
		.link = MSG_REPORT_LINK_OPEN, .about = MSG_REPORT_ABOUT_OPEN, .handler = incident_report_form },
	{ .name = "report", .kind = OPEN_PAGE, .method = HTTP_POST, .offered = incident_anonymous_allowed, .handler = incident_report_do },
	{ .name = "reported", .kind = OPEN_PAGE, .method = HTTP_GET, .offered = incident_anonymous_allowed, .handler = incident_report_sent },
	{ .name = "statistics", .kind = TYPE_PAGE, .method = HTTP_GET, .act = MAY_READ, .least = SCOPE_DEPARTMENT,
		.shown = ON_LIST, .link = MSG_STAT_LINK, .handler = incident_statistics },
	{ .name = "statistics.xlsx", .kind = TYPE_FILE, .method = HTTP_GET, .act = MAY_EXPORT, .least = SCOPE_DEPARTMENT,
		.handler = incident_statistics_file },
	{ .name = "answers", .kind = RECORD_PAGE, .method = HTTP_POST, .act = MAY_EDIT, .handler = incident_answers },
	PAPER("record.pdf"), PAPER("ppc-preliminary.pdf"), PAPER("ppc-final.pdf"), PAPER("mark-preliminary.pdf"), PAPER("mark-final.pdf"),
	{ .name = "letters.pdf", .kind = RECORD_FILE, .method = HTTP_GET, .act = MAY_EXPORT, .handler = notice_letters_file },
	PAPER("letter.pdf"), PAPER("publication.pdf"), PAPER("client.pdf"),
	{ 0 },
};

const struct type_pages incident_pages = { .type = "incident", .pages = pages, .gather = incident_case_gather, .top = incident_case_top, .above = incident_case_above,
	.beside = incident_case_beside, .folds = true };
