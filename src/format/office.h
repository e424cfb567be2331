/* office.h - what people write into the cells of office tables, read as values.
 *
 * Spelling is forgiven (full-width digits, kana, spaces, units, brackets), meaning is not guessed: a text that
 * could mean two things is OFFICE_ODD, and the caller keeps it as it stands. The original text stays with the
 * caller; what a parser returns may point into the arena. */
#pragma once
#include "base/calendar.h"

enum office_state {
	OFFICE_OK,
	OFFICE_BLANK,       /* nothing, or a dash where a dash means that nothing is said */
	OFFICE_UNKNOWN,     /* 不明, 未確認, ?, or the error of a formula (#REF!) */
	OFFICE_DELETE,      /* （削除）: the one way to say that a value is to be taken away */
	OFFICE_ODD,         /* text that is no such value */
};

/* BLANK, UNKNOWN, DELETE, else OK, for any kind of text. A lone dash counts as BLANK. */
enum office_state office_text(struct arena *a, struct str text);

/* A number of persons or records: 300, ３００件, 約300, 1,200名, 1万2千, 1.5万人, 300～500, 300件以上, 数百件, 年間300件.
 * low..high hold what was said, high is -1 where no upper end was; approx tells 約, 程度, a range or an open end. */
struct office_count { int64_t low, high; bool approx; };
enum office_state office_count(struct arena *a, struct str text, struct office_count *ret);

/* A date as calendar.h reads it, or the serial number of a spreadsheet (a bare number from 10,000 to 99,999). */
enum office_state office_date(struct arena *a, struct str text, struct written_date *ret);
/* The day of a spreadsheet's serial number, and the seconds of that day; in the 1900 system with the leap day
 * that 1900 never had (serial 60 is no day). False outside 1900-01-01 .. 9999-12-31. */
bool office_serial_date(double serial, bool system_1904, struct date *ret, int *ret_seconds);

/* ○ × 有 無 あり なし はい いいえ ✓ 該当 非該当 要 不要 yes no true 1 0, also with more behind it: 有（病歴）.
 * A dash is "no". */
enum office_state office_yes_no(struct arena *a, struct str text, bool *ret);

/* How long: 5年, 1年6か月, 半年, 永年, 契約終了後3年, 退職後5年, 最終取引日から7年, 在職中, 退職まで, 令和9年3月末まで, 法定期間. */
enum period_kind {
	PERIOD_LENGTH,     /* so long */
	PERIOD_AFTER,      /* so long after an event */
	PERIOD_UNTIL,      /* until an event, or as long as something lasts */
	PERIOD_DATE,       /* until a day */
	PERIOD_FOREVER,
	PERIOD_LAW,        /* as a law says; the length where it is given */
};
struct office_period {
	enum period_kind kind;
	int              months, days;   /* years and months together; weeks are days */
	struct str       event;          /* 契約終了, 退職 ...: as written, NFKC */
	struct date      until;
};
enum office_state office_period(struct arena *a, struct str text, struct office_period *ret);

/* Yen: 1,200円, ¥1,200, 1万円, 500千円, 3百万円, △500, 無料. */
enum office_state office_money(struct arena *a, struct str text, int64_t *ret);

/* One of a list of choices by its code or one of its names. Exact after folding first, then without what stands
 * in brackets or as numbering, then the one choice whose name the text contains. */
struct office_name { struct str name; int choice; };
enum office_state office_choice(struct arena *a, struct str text, const struct office_name *names, ptrdiff_t n, int *ret);
/* Several of at most 64 choices, one bit each: 紙・電子, 紙、電子データ, 紙/USB. Every part must be one. */
enum office_state office_choices(struct arena *a, struct str text, const struct office_name *names, ptrdiff_t n, uint64_t *ret);

/* The parts of a list written in one cell, trimmed, empty ones dropped; separated by line ends, 、 ， , ; ； and,
 * with `slashes`, by / ・ ＋ too. Parts point into `text`. Brackets protect what is inside them. */
struct str *office_split(struct arena *a, struct str text, bool slashes, ptrdiff_t *ret_n);
