/* show.h - how a spreadsheet shows a number: as a day, a time, with leading zeros, or as it is. */
#pragma once
#include "base/date.h"
#include "format/sheet.h"

enum show_kind { SHOW_PLAIN, SHOW_DATE, SHOW_TIME, SHOW_ZEROS };
struct show { uint8_t kind, digits; };         /* digits: of SHOW_ZEROS, "0000" */

/* Judges a number format: by its code ("ggge\"年\"m\"月\"d\"日\""), or one of the built-in ones by number. */
struct show show_of_code(struct str code);
struct show show_of_builtin(int id);

/* The number as people read it, in `t`; *ret_kind: CELL_DATE or CELL_NUMBER. */
struct str show_number(struct show show, double number, bool system_1904, char t[static 40], enum cell_kind *ret_kind);
struct str show_day(struct date d, int seconds, char t[static 40]);
