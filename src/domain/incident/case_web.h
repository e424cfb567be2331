/* case_web.h - what the page of an incident gathers from its records, for the files that draw it. */
#pragma once
#include "domain/affected_person/affected_person.h"
#include "domain/incident/incident.h"
#include "domain/incident/incident_web.h"
#include "domain/incident/logs.h"
#include "format/pdf.h"

/* Everything that points to the incident and that the reader may read. Costs one look into an index for each type, and reads of
 * the records found; persons are counted by the index and only the first few read. */
enum { FIRST_PERSONS = 8 };
struct incident_case {
	const struct record  *r;
	struct linked council, meetings, agenda, steps, verdict, exclusions, filings, notices, publications, corrective;
	struct incident_contacts contacts;
	struct affected_tally persons;
	struct record        *first[FIRST_PERSONS];      /* persons with whom something is open, un-notified ones first */
	int                   nfirst;
	bool                  may_see_persons, holder;      /* holder: of the mark, now */
	struct calls         *calls;                     /* whom to call, as long as the council is being called; else NULL */
};
NODISCARD enum status incident_case_gather(struct web *w, const struct record *r, void **ret);
void incident_case_top(struct html *h, struct web *w, const struct record *r, void *found);
void incident_case_above(struct html *h, struct web *w, const struct record *r, void *found);
void incident_case_beside(struct html *h, struct web *w, const struct record *r, void *found);

/* ---- pieces (case_parts_web.c) ---- */
/* A section with a heading and the records in it: what each is called, where it stands. `none` is said when there are none; 0: no section. */
void h_case_parts(struct html *h, struct web *w, enum msg_id title, const struct linked *p, enum msg_id none);
void h_case_meetings(struct html *h, struct web *w, const struct incident_case *c);
void h_case_logs(struct html *h, struct web *w, const struct incident_case *c);
void h_case_timeline(struct html *h, struct web *w, const struct incident_case *c);
/* council_web.c */
NODISCARD enum status council_calls(struct web *w, const struct record *council, struct calls **ret);
void h_council_calls(struct html *h, struct web *w, const struct calls *calls);
/* The document as the answer, named by its title and number. */
NODISCARD enum status incident_send_pdf(struct web *w, const struct pdf *pdf, enum msg_id title, struct str number);
/* mark_web.c */
void h_case_mark(struct html *h, struct web *w, const struct incident_case *c);
void h_case_urgent(struct html *h, struct web *w, const struct incident_case *c);
void h_case_papers(struct html *h, struct web *w, const struct incident_case *c);
bool case_step_is(const struct record *r, const char *step);
