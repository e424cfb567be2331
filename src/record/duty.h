/* duty.h - recurring duties: when a period of one begins and until when it is due; what is opened, once, for it. The table of
 * duties and what they open belong to the domain. */
#pragma once
#include "record/settings.h"

struct duty {
	const char  *code;                /* never reused: it is stored */
	enum setting month;               /* in which its year begins */
	int          every;               /* months from one period to the next, or 0: the setting `interval` says */
	enum setting interval;
	enum setting days;                /* from the beginning until it is due, the first day counted */
	enum role    role, escalate;      /* whose turn; who is told when it is overdue */
	bool         each_department;
	const char  *clause, *kind;       /* kind: what the domain opens for it */
	struct str   title[LANG_MAX];
};
struct duty_term { struct date from, due; };

/* The period that began last, on or before the day. */
struct duty_term duty_term_on(struct request *rq, const struct duty *d, struct date day);
/* The one after it. */
struct duty_term duty_term_next(struct request *rq, const struct duty *d, struct duty_term t);

/* The year of the PMS, and the fiscal year, in which a day lies: named after the year in which they begin. */
int duty_pms_year(struct request *rq, struct date day);
int duty_fiscal_year(struct request *rq, struct date day);
/* Two-year periods that end on `until` and every two years before and after it: the one in which the day lies. */
void duty_two_years(struct date until, struct date day, struct date *ret_from, struct date *ret_to);

/* Opens what the table asks for today and what nobody has opened yet; may run as often as one likes, on many nodes. Periods that were
 * over before the store first looked are left alone. `department` is 0 unless the duty asks each department. */
typedef enum status duty_open(struct request *rq, const struct duty *d, struct duty_term t, int64_t department, int64_t *ret_record);
NODISCARD enum status duties_open(struct request *rq, const struct duty *table, int n, duty_open *open);

/* ---- once ---- */
/* True for the one who comes first with this key, in whichever transaction commits. */
NODISCARD enum status once_claim(struct request *rq, struct str key, bool *ret_first);
NODISCARD enum status once_tie(struct request *rq, struct str key, int64_t record);
/* ST_NOT_FOUND: nobody has come yet. */
NODISCARD enum status once_find(struct request *rq, struct str key, int64_t *ret_record);

/* ---- what is due ---- */
struct due { int64_t record, department, staff; enum role role; struct date until; struct due *next; };
/* Whose turn it is until that day at the latest, the most urgent first, at most `max`; whoever may read the record or not. */
NODISCARD enum status due_list(struct request *rq, struct date until, int max, struct due **ret);
