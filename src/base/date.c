/* date.c - the proleptic Gregorian calendar; eras and holidays live in calendar.c. */
#include "base/date.h"
#include <assert.h>

static const int64_t DAY_US = (int64_t)86400 * 1000000;
static const int64_t TOKYO_US = (int64_t)9 * 3600 * 1000000;      /* no summer time since 1951 */

static bool leap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

static int month_length(int year, int month)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return month == 2 && leap(year) ? 29 : length[month - 1];
}

bool date_valid(int year, int month, int day)
{
	return year >= 1 && year <= 9999 && month >= 1 && month <= 12
		&& day >= 1 && day <= month_length(year, month);
}

/* Days are counted in eras of 400 years that begin on 1 March, so that the leap day comes last. */
struct date date_make(int year, int month, int day)
{
	assert(date_valid(year, month, day));
	int y = month <= 2 ? year - 1 : year;
	int era = y / 400;
	int of_era = y - era * 400;
	int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
	return (struct date){ era * 146097 + day_of_era - 719468 };
}

struct civil date_civil(struct date d)
{
	int z = d.days + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = z - era * 146097;
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	int month = mp < 10 ? mp + 3 : mp - 9;
	return (struct civil){ yoe + era * 400 + (month <= 2), month, doy - (153 * mp + 2) / 5 + 1 };
}

int date_weekday(struct date d)
{
	return (d.days % 7 + 11) % 7;            /* 1970-01-01 was a Thursday */
}

struct date date_add_days(struct date d, int days)
{
	return (struct date){ d.days + days };
}

struct date date_add_months(struct date d, int months)
{
	struct civil c = date_civil(d);
	int m = c.year * 12 + c.month - 1 + months;
	int year = m / 12, month = m % 12 + 1;

	return date_make(year, month, MIN(c.day, month_length(year, month)));
}

int date_cmp(struct date a, struct date b)
{
	return (a.days > b.days) - (a.days < b.days);
}

enum status date_parse_iso(struct str s, struct date *ret)
{
	int part[3] = { 0 };

	if (s.n != 10 || s.p[4] != '-' || s.p[7] != '-')
		return ST_BAD_INPUT;
	for (int i = 0, k = 0; i < 10; i++) {
		if (i == 4 || i == 7) {
			k++;
			continue;
		}
		if (s.p[i] < '0' || s.p[i] > '9')
			return ST_BAD_INPUT;
		part[k] = part[k] * 10 + (s.p[i] - '0');
	}
	if (!date_valid(part[0], part[1], part[2]))
		return ST_BAD_INPUT;
	*ret = date_make(part[0], part[1], part[2]);
	return ST_OK;
}

void date_add_iso(struct buf *b, struct date d)
{
	struct civil c = date_civil(d);

	buf_fmt(b, "%04d-%02d-%02d", c.year, c.month, c.day);
}

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

struct date instant_date_tokyo(struct instant t)
{
	return (struct date){ (int32_t)floor_div(t.us + TOKYO_US, DAY_US) };
}

struct instant instant_of_tokyo(struct date d, int hour, int minute, int second)
{
	return (struct instant){ d.days * DAY_US + ((int64_t)hour * 3600 + minute * 60 + second) * 1000000 - TOKYO_US };
}

static void add_time(struct buf *b, int64_t us, const char *between, bool seconds)
{
	int64_t day = floor_div(us, DAY_US);
	int s = (int)((us - day * DAY_US) / 1000000);

	date_add_iso(b, (struct date){ (int32_t)day });
	buf_fmt(b, "%s%02d:%02d", between, s / 3600, s / 60 % 60);
	if (seconds)
		buf_fmt(b, ":%02dZ", s % 60);
}

void instant_add_iso(struct buf *b, struct instant t)
{
	add_time(b, t.us, "T", true);
}

void instant_add_tokyo(struct buf *b, struct instant t)
{
	add_time(b, t.us + TOKYO_US, " ", false);
}
