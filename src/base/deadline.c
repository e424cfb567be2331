/* deadline.c - how the law and the mark count days. */
#include "base/deadline.h"

/* REQ: INC-23, INC-24 - GL 3-5-3-4: the day of knowing is day 1 (Civil Code 140 does not apply), Saturdays, Sundays and
 * holidays are counted, and only a last day on an office holiday moves. The guide of three to five days never moves. */
struct leak_deadlines deadline_leak(struct date known, bool improper_purpose)
{
	int days = improper_purpose ? 60 : 30;

	return (struct leak_deadlines){
		.day3 = date_add_days(known, 2),
		.day5 = date_add_days(known, 4),
		.final = calendar_next_office_day(date_add_days(known, days - 1)),
	};
}

/* Civil Code 143(2): a period of months that begins on `first` ends on the eve of the day of the same number; where the
 * last month lacks that day, on the last day of the month. */
static struct date last_day_of_period(struct date first, int months)
{
	struct date same = date_add_months(first, months);

	return date_civil(same).day == date_civil(first).day ? date_add_days(same, -1) : same;
}

struct date deadline_keep_until(struct date from, int months, enum keep_from how)
{
	return last_day_of_period(how == KEEP_FROM_THAT_DAY ? from : date_add_days(from, 1), months);
}

struct date deadline_provision_record(struct date made)
{
	return deadline_keep_until(made, 36, KEEP_FROM_NEXT_DAY);
}

struct date deadline_provision_batch(struct date last_provision)
{
	return deadline_keep_until(last_provision, 36, KEEP_FROM_THAT_DAY);
}

struct date deadline_provision_contract(struct date last_provision)
{
	return deadline_keep_until(last_provision, 12, KEEP_FROM_THAT_DAY);
}

/* The two weeks begin on the day after arrival: 1 April arrives, 2 to 15 April pass, suit from the 16th. */
struct date deadline_lawsuit_from(struct date arrived)
{
	return date_add_days(arrived, 15);
}

/* Valid until 2022-12-01: filed from 2022-04-02 to 2022-08-01. */
struct window deadline_mark_renewal(struct date valid_until)
{
	return (struct window){
		.first = date_add_days(date_add_months(valid_until, -8), 1),
		.last = calendar_next_working_day(date_add_months(valid_until, -4)),
	};
}

struct date deadline_yearly(struct date last_done)
{
	return date_add_months(last_done, 12);
}
