/* deadline.h - how the law and the mark count days; every kind of deadline is one function. */
#pragma once
#include "base/calendar.h"

/* ---- leaks: Act on the Protection of Personal Information 26(1), Rule 8; the same for the My Number rule 3 ---- */
struct leak_deadlines {
	struct date day3, day5;    /* the guide for the preliminary report: calendar days, never moved */
	struct date final;         /* the limit of the final report, moved over office holidays */
};
/* The day on which any department knew is day 1. 60 days instead of 30 when an improper purpose is feared
 * (Rule 7 no. 3, My Number rule 2 no. ii), also together with other triggers. */
struct leak_deadlines deadline_leak(struct date known, bool improper_purpose);

/* ---- keeping records ---- */
enum keep_from {
	KEEP_FROM_NEXT_DAY,        /* "N years from the day": the first day is not counted (Civil Code 140) */
	KEEP_FROM_THAT_DAY,        /* 起算して: the first day is counted */
};
/* The last day on which the record must still be kept (Civil Code 143). */
struct date deadline_keep_until(struct date from, int months, enum keep_from how);
/* Records of provision and receipt (Rules 21, 25, 29). */
struct date deadline_provision_record(struct date made);                  /* 3 years from the day it was made */
struct date deadline_provision_batch(struct date last_provision);         /* 3 years counted from the last provision */
struct date deadline_provision_contract(struct date last_provision);      /* 1 year counted from the last provision */

/* ---- prior request (Act 39) ---- */
/* The first day on which a suit may be brought: two weeks must have passed since the request arrived. */
struct date deadline_lawsuit_from(struct date arrived);

/* ---- PrivacyMark ---- */
struct window { struct date first, last; };
/* Renewal is filed from eight to four months before the end of validity; the last day moves to the next working day. */
struct window deadline_mark_renewal(struct date valid_until);

/* ---- yearly duties: the same day a year later; 28 February where the year lacks the 29th ---- */
struct date deadline_yearly(struct date last_done);
