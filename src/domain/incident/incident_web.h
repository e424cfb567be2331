/* incident_web.h - the pages of an incident; incident_web.c lists them with who may see them. */
#pragma once
#include "web/type_pages.h"

/* report_web.c: the report in a minute */
bool                  incident_anonymous_allowed(struct web *w);
NODISCARD enum status incident_report_form(struct web *w, const struct type *t, struct record *none);
NODISCARD enum status incident_report_do(struct web *w, const struct type *t, struct record *none);
NODISCARD enum status incident_report_sent(struct web *w, const struct type *t, struct record *none);

/* statistics_web.c */
NODISCARD enum status incident_statistics(struct web *w, const struct type *t, struct record *none);
NODISCARD enum status incident_statistics_file(struct web *w, const struct type *t, struct record *none);

/* case_web.c, case_parts_web.c: the page of the record */
NODISCARD enum status incident_answers(struct web *w, const struct type *t, struct record *r);
NODISCARD enum status incident_paper_file(struct web *w, const struct type *t, struct record *r);
