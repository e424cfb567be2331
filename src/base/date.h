/* date.h - calendar days and moments. Deadlines of the law are computed with days in Asia/Tokyo. */
#pragma once
#include "base/base.h"

struct instant { int64_t us; };      /* microseconds since 1970-01-01 UTC */
struct date    { int32_t days; };    /* days since 1970-01-01, no time zone */
struct civil   { int year, month, day; };

#define DATE_NEVER ((struct date){ INT32_MAX })
#define DATE_FIRST ((struct date){ -719162 })     /* 0001-01-01 */

struct date  date_make(int year, int month, int day);          /* asserts date_valid */
bool         date_valid(int year, int month, int day);
struct civil date_civil(struct date d);
int          date_weekday(struct date d);                      /* 0 Sunday ... 6 Saturday */
struct date  date_add_days(struct date d, int days);
/* Same day `months` later, or the last day of that month where it lacks the day (Civil Code 143). */
struct date  date_add_months(struct date d, int months);
int          date_cmp(struct date a, struct date b);
/* Strict YYYY-MM-DD. ST_OK, ST_BAD_INPUT. */
NODISCARD enum status date_parse_iso(struct str s, struct date *ret);
void         date_add_iso(struct buf *b, struct date d);

struct date    instant_date_tokyo(struct instant t);           /* the day in Asia/Tokyo */
struct instant instant_of_tokyo(struct date d, int hour, int minute, int second);
/* "2026-03-02T10:15:00Z" style, for logs and files. */
void           instant_add_iso(struct buf *b, struct instant t);
/* "2026-03-02 19:15" in Tokyo, for people. */
void           instant_add_tokyo(struct buf *b, struct instant t);
