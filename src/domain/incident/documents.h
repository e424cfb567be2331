/* documents.h - the papers of an incident, from one plain struct of facts: reports, notices, publication, record.
 * Every paper comes as PDF blocks; what is pasted into a web form or a mail also comes as text.
 * REQ: INC-03, INC-05, INC-37, INC-42 */
#pragma once
#include "domain/incident/classify.h"
#include "format/pdf.h"

/* The nine matters of Rule 8(1), in its order. */
enum report_item {
	REPORT_OUTLINE, REPORT_ITEMS, REPORT_PERSONS, REPORT_CAUSE, REPORT_DAMAGE, REPORT_PERSON_ACTION, REPORT_PUBLICATION, REPORT_PREVENTION, REPORT_OTHER,
	REPORT_ITEM_MAX
};
enum incident_report_kind { REPORT_PRELIMINARY, REPORT_FINAL };

struct incident_event { struct str when, what, who; };          /* a line of a course of facts or of a log */
struct incident_log   { const struct incident_event *lines; int n; };

/* Who sends the papers. */
struct incident_sender {
	struct str name, address, representative;                   /* representative with title: 代表取締役 帳 太郎 */
	struct str business;                                        /* kind of business */
	struct str mark_number;                                     /* registration number of the mark, may be empty */
	struct str desk, desk_person, desk_phone, desk_mail, desk_hours;   /* where questions go */
};

struct incident_papers {
	struct incident_sender         from;
	struct str                     number;                      /* of the record */
	struct str                     title;                       /* one line: メールの誤送信 */
	struct date                    occurred, known, made;       /* DATE_NEVER when unknown; made: day of the paper */
	struct str                     found_by, place, doer;       /* doer: who caused it, the operator or an entrustee */
	struct str                     entruster, entrustee;        /* empty when none */
	struct incident_log            course;                      /* facts in order of time */
	struct str                     outline;                     /* what happened, in a few sentences */
	struct str                     items, medium, data_kind;    /* data_kind: customers, staff ... */
	int64_t                        persons;                     /* -1 unknown */
	bool                           persons_are_maximum;
	struct str                     cause, damage, person_action, publication, done, planned, other, security;
	struct str                     advice;                      /* what the person can do */
	struct str                     why_unknown[REPORT_ITEM_MAX];   /* in a final report: why an item is still open */
	const struct incident_verdict *verdict;
	struct str                     accident_kinds;              /* kinds of the mark's list, as words */
	/* the record */
	struct incident_log            inquiries, outside, inside;  /* logs v, w, x */
	struct incident_log            decisions;                   /* of the council */
	struct incident_log            steps;                       /* of the first response */
	struct incident_log            reports;                     /* owed and filed */
	struct str                     told;                        /* how many persons stand where, in words; empty when none is listed */
	struct str                     analysis, settled_on, closed_on;
	struct str                     chair, members;
	struct pdf_box                 approval[3];
};

/* ---- what must be there ---- */
/* A preliminary report may leave open what is not known; a final one needs every item or the reason why not.
 * ST_OK; ST_NO with a problem for each lack (its place is the item's name). */
NODISCARD enum status incident_report_complete(const struct incident_papers *i, enum incident_report_kind kind, struct problems *ps);
/* The text of one of the nine, as it stands in the report. */
struct str incident_report_item(struct arena *a, const struct incident_papers *i, enum incident_report_kind kind, enum report_item item, enum lang lang);

/* ---- the papers; each is added to no document yet: pdf_write what comes back ---- */
struct pdf *incident_ppc_report(struct arena *a, const struct incident_papers *i, enum incident_report_kind kind, struct str addressee, enum lang lang);
struct pdf *incident_mark_report(struct arena *a, const struct incident_papers *i, enum incident_report_kind kind, struct str addressee, enum lang lang);
struct pdf *incident_person_letter(struct arena *a, const struct incident_papers *i, struct str person, enum lang lang);
struct pdf *incident_publication(struct arena *a, const struct incident_papers *i, enum lang lang);
struct pdf *incident_client_report(struct arena *a, const struct incident_papers *i, struct str client, enum lang lang);
struct pdf *incident_record(struct arena *a, const struct incident_papers *i, enum lang lang);

/* ---- the same as text ---- */
void incident_ppc_text(struct arena *a, struct buf *b, const struct incident_papers *i, enum incident_report_kind kind, enum lang lang);
void incident_person_mail(struct arena *a, struct buf *b, const struct incident_papers *i, struct str person, enum lang lang);   /* subject in the first line */
void incident_publication_text(struct arena *a, struct buf *b, const struct incident_papers *i, enum lang lang);
