/* classify.h - which reports an incident calls for: the triggers of Rule 7 and of the My Number rule, and the mark.
 * Where facts or law leave it to judgement the answer is UNDECIDED; what a person must look at stands in the reasons. */
#pragma once
#include "domain/incident/norms.h"
#include "domain/incident/words.h"

enum fact   { FACT_UNKNOWN, FACT_NO, FACT_UNCERTAIN, FACT_YES };
enum answer { ANSWER_NO, ANSWER_UNDECIDED, ANSWER_YES };
enum sector { SECTOR_PRIVATE, SECTOR_PUBLIC };           /* a holder of the mark is private unless said otherwise */
enum incident_medium { MEDIUM_UNKNOWN, MEDIUM_PAPER, MEDIUM_ELECTRONIC, MEDIUM_CARRIER, MEDIUM_ORAL, MEDIUM_OTHER };
/* The kind of cause: an act with a wrongful purpose (attack, malware, theft, an insider), a wrongful use or provision, or none. */
enum incident_wrong { WRONG_UNKNOWN, WRONG_NONE, WRONG_USE, WRONG_ACT };
/* Grounds on which a report is not due, once approved: bits 1 << ground. */
enum exclusion_ground { EXCLUSION_ENCRYPTION, EXCLUSION_RECOVERED, EXCLUSION_INTENDED, EXCLUSION_COPY, EXCLUSION_MAX };
enum encryption { ENCRYPTION_UNKNOWN, ENCRYPTION_NO, ENCRYPTION_WEAK, ENCRYPTION_HIGH_GRADE };

struct incident_facts {
	struct date          occurred, known;                /* DATE_NEVER when unknown */
	enum sector          sector;
	int64_t              persons_max, my_number_persons_max;   /* -1 unknown; 0 persons: no personal data */
	const struct str    *items;                          /* names of what was affected */
	ptrdiff_t            nitems;
	enum fact            sensitive, financial, improper_purpose;
	enum fact            my_number, readable_by_unspecified_many, number_system;
	enum incident_medium medium;
	enum encryption      encrypted;
	enum incident_wrong  wrong;
	bool                 entrusted, recovered_unseen, copy_exists;
	bool                 leaked;                         /* it left the organisation: a second copy does not help */
	unsigned             approved;                       /* bits of exclusion_ground */
	struct str           sensitive_row, like_row, my_number_row;   /* the ledger row that says so; empty when none */
	struct str           event, cause, description;      /* free text: raises questions, decides nothing */
};
/* Everything unknown. */
struct incident_facts incident_facts_none(void);

enum incident_reason_id {
#define REASON(id, ...) WHY_##id,
#include "domain/incident/reasons.def"
#undef REASON
	WHY_MAX
};
struct incident_reason { enum incident_reason_id id; struct str arg; };
const char  *incident_reason_code(enum incident_reason_id id);
enum norm_id incident_reason_norm(enum incident_reason_id id);
enum msg_id  incident_reason_text(enum incident_reason_id id);

enum { INCIDENT_REASONS_MAX = 48 };
struct incident_verdict {
	enum answer            ppc[4];                       /* Rule 7 nos. 1 to 4 */
	enum answer            my_number[4];                 /* My Number rule 2 nos. i to iv */
	enum answer            mark_preliminary, mark_final;
	int                    final_days;                   /* 30, 60, or 0 when no trigger is decided */
	struct incident_reason reasons[INCIDENT_REASONS_MAX];
	int                    nreasons;
};

/* Judges by the norms of the days of the event; `today` stands in when neither day is known. When the norms of the day
 * it happened and of the day it became known differ in the result, that part is undecided. Texts live in the arena. */
void incident_classify(const struct incident_words *w, struct arena *a, const struct incident_facts *f, struct date today,
	struct incident_verdict *ret);
void incident_add_reason(struct incident_verdict *v, enum incident_reason_id id, struct str arg);
