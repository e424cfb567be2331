/* calendar.h - Japanese eras, national holidays and the days on which public offices are closed. */
#pragma once
#include "base/date.h"
#include "base/msg.h"

/* ---- holidays ---- */
/* The rules are right for these years; for others no holiday is named. The equinoxes of a coming year are fixed by
 * the gazette each February; the formula used here has met it in every year so far. */
enum { HOLIDAY_FIRST_YEAR = 1970, HOLIDAY_LAST_YEAR = 2099, HOLIDAYS_MAX = 32 };

struct holiday { struct date day; struct str name; };         /* the name is Japanese; static */

/* The holidays of a year in order of day, with substitute (振替休日) and sandwiched (国民の休日) days; how many. */
int         calendar_holidays(int year, struct holiday ret[HOLIDAYS_MAX]);
struct str  calendar_holiday_name(struct date d);             /* empty on a day that is none */
/* Saturday, Sunday or holiday. */
bool        calendar_is_rest_day(struct date d);
/* Saturday, Sunday, holiday, 29 December to 3 January (行政機関の休日に関する法律 1). */
bool        calendar_is_office_holiday(struct date d);
/* The day itself, or the next one that is no rest day / no office holiday. */
struct date calendar_next_working_day(struct date d);
struct date calendar_next_office_day(struct date d);

/* ---- eras and written dates ---- */
enum date_precision { PRECISION_DAY, PRECISION_MONTH, PRECISION_YEAR, PRECISION_FISCAL_YEAR };
struct written_date {
	struct date         first, last;      /* one day, or the first and last of the month or year that was written */
	enum date_precision precision;
	enum msg_id         warning;          /* MSG_NONE, MSG_ERA_ENDED, MSG_ERA_RETROACTIVE */
};

/* Reads a date as people in Japan write it: 令和8年3月2日, R8.3.2, R08/03/02, 令8.3.2, ㋿8, 令和元年, 令和八年三月二日,
 * 令和8年度, R080302, 2026-03-02, 2026/3/2, 2026年3月, 20260302; full-width and spaces too.
 * A day after the end of an era but in its last year is taken with a warning; on the day of a change both eras are
 * right. ST_OK; ST_BAD_INPUT for a day that never was. Needs a little memory of the arena. */
NODISCARD enum status calendar_parse(struct arena *a, struct str text, struct written_date *ret);

/* False before 1868-10-23. The year within the era is 1 for 元年. */
bool calendar_era(struct date d, struct str *ret_name, char *ret_letter, int *ret_year);
/* "令和元年5月1日", "R1.5.1"; for a day without an era "1868年1月1日", "1868.1.1". */
void calendar_add_wareki(struct buf *b, struct date d);
void calendar_add_wareki_short(struct buf *b, struct date d);
void calendar_add_seireki(struct buf *b, struct date d);      /* "2026年3月2日" */
/* The fiscal year (1 April to 31 March) that holds the day: its first calendar year. */
int  calendar_fiscal_year(struct date d);
void calendar_add_fiscal_wareki(struct buf *b, int fiscal_year);   /* "令和8年度" */
