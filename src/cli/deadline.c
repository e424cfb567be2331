/* deadline.c - `tobari deadline leak`, `tobari wareki`, `tobari holiday`: the calendar of the law. */
#include "base/deadline.h"
#include "base/num.h"
#include "cli/cli.h"
#include "format/json.h"

static const char FORMATS[] = "text|json";
enum { FORMAT_TEXT, FORMAT_JSON };

static const struct cli_option only_format[] = { { "format", "text|json", MSG_CLI_FORMAT }, { NULL, NULL, MSG_NONE } };

/* One member whose value is a day. */
static void member_day(struct js_out *j, struct str key, struct date d)
{
	struct buf b = buf_make(32);

	date_add_iso(&b, d);
	js_key(j, key);
	js_text(j, buf_str(&b));
	buf_free(&b);
}

static void member_text(struct js_out *j, const char *key, struct str value)
{
	js_key(j, str_z(key));
	js_text(j, value);
}

static enum status print_and_free(struct buf *b)
{
	enum status st = b->failed ? ST_BROKEN : cli_print(buf_str(b));

	buf_free(b);
	return st;
}

/* ---- deadline leak ---- */

static const struct cli_option leak_options[] = {
	{ "known", "DATE", MSG_CLI_LEAK_KNOWN },
	{ "improper", NULL, MSG_CLI_LEAK_IMPROPER },
	{ "format", "text|json", MSG_CLI_FORMAT },
	{ NULL, NULL, MSG_NONE },
};

static void line_day(struct cli *c, struct buf *b, enum msg_id label, struct date d)
{
	buf_add(b, msg_text(label, c->lang));
	buf_char(b, '\t');
	date_add_iso(b, d);
	buf_char(b, '\n');
}

/* REQ: INC-23, INC-24 */
static enum status run_leak(struct cli *c)
{
	struct written_date known;
	int format;

	TRY(cli_choice(c, "format", FORMATS, &format));
	if (!cli_flag(c, "known")) {
		problem(&c->problems, S("--known"), MSG_CLI_LEAK_NEEDS_KNOWN);
		return ST_BAD_INPUT;
	}
	if (calendar_parse(c->a, cli_value(c, "known"), &known) != ST_OK || known.precision != PRECISION_DAY) {
		problem(&c->problems, S("--known"), MSG_CLI_NO_SUCH_DAY, .arg = { cli_value(c, "known") });
		return ST_BAD_INPUT;
	}
	struct leak_deadlines l = deadline_leak(known.first, cli_flag(c, "improper"));
	struct buf b = buf_make(4096);
	struct js_out j = { &b, false };
	if (format == FORMAT_JSON) {
		js_open(&j, '{');
		member_day(&j, S("day3"), l.day3);
		member_day(&j, S("day5"), l.day5);
		member_day(&j, S("final"), l.final);
		js_close(&j, '}');
		buf_char(&b, '\n');
	} else {
		line_day(c, &b, MSG_CLI_LEAK_DAY3, l.day3);
		line_day(c, &b, MSG_CLI_LEAK_DAY5, l.day5);
		line_day(c, &b, MSG_CLI_LEAK_FINAL, l.final);
	}
	return print_and_free(&b);
}

const struct cli_command cmd_deadline_leak = {
	.name = "deadline leak", .synopsis = "--known DATE [--improper] [--format text|json]", .summary = MSG_CLI_DEADLINE_LEAK,
	.options = leak_options, .run = run_leak,
};

/* ---- wareki ---- */

/* As much of the date as was written: 令和8年3月2日, 令和8年3月, 令和8年, 令和8年度. */
static struct str wareki_of(struct cli *c, struct written_date w, bool brief)
{
	struct buf b = buf_make(256);
	int parts = w.precision == PRECISION_DAY ? 3 : w.precision == PRECISION_MONTH ? 2 : 1;

	if (brief)
		calendar_add_wareki_short(&b, w.first);
	else if (w.precision == PRECISION_FISCAL_YEAR)
		calendar_add_fiscal_wareki(&b, calendar_fiscal_year(w.first));
	else
		calendar_add_wareki(&b, w.first);
	struct str s = str_dup(c->a, buf_str(&b)), month = brief ? S(".") : S("月"), year = brief ? S(".") : S("年");
	buf_free(&b);
	if (w.precision == PRECISION_FISCAL_YEAR && !brief)
		return s;
	ptrdiff_t at = str_find(s, year), rest = at + year.n;
	if (parts == 1)
		return str_sub(s, 0, brief ? at : rest);
	at = rest + str_find(str_sub(s, rest, s.n), month);
	return parts == 2 ? str_sub(s, 0, brief ? at : at + month.n) : s;
}

static enum status run_wareki(struct cli *c)
{
	struct written_date w;
	struct str name;
	char letter;
	int format, year;

	TRY(cli_choice(c, "format", FORMATS, &format));
	if (calendar_parse(c->a, c->args[0], &w) != ST_OK || (!calendar_era(w.first, &name, &letter, &year) && !w.warning)) {
		problem(&c->problems, S("TEXT"), MSG_CLI_NO_SUCH_DAY, .arg = { c->args[0] });
		return ST_BAD_INPUT;
	}
	enum msg_id warning = w.warning == MSG_NONE && w.precision != PRECISION_DAY ? MSG_DATE_IN_PART : w.warning;
	struct buf b = buf_make(4096);
	struct js_out j = { &b, false };
	if (format == FORMAT_JSON) {
		js_open(&j, '{');
		member_day(&j, S("date"), w.first);
		member_text(&j, "wareki", wareki_of(c, w, false));
		member_text(&j, "short", wareki_of(c, w, true));
		js_key(&j, S("warning"));
		if (warning == MSG_NONE)
			js_null(&j);
		else
			js_text(&j, msg_text(warning, c->lang));
		if (w.precision != PRECISION_DAY)
			member_day(&j, S("until"), w.last);
		js_close(&j, '}');
		buf_char(&b, '\n');
		return print_and_free(&b);
	}
	date_add_iso(&b, w.first);
	struct str full = wareki_of(c, w, false), brief = wareki_of(c, w, true);
	buf_fmt(&b, "\t%.*s\t%.*s\n", STR_FMT(full), STR_FMT(brief));
	if (warning != MSG_NONE)
		problem(&c->problems, S(""), warning);
	return print_and_free(&b);
}

const struct cli_command cmd_wareki = {
	.name = "wareki", .synopsis = "[--format text|json] TEXT", .summary = MSG_CLI_WAREKI,
	.options = only_format, .min_args = 1, .max_args = 1, .run = run_wareki,
};

/* ---- holiday ---- */

static enum status run_holiday(struct cli *c)
{
	struct holiday h[HOLIDAYS_MAX];
	int64_t year;
	int format;

	TRY(cli_choice(c, "format", FORMATS, &format));
	if (num_parse(c->args[0], HOLIDAY_FIRST_YEAR, HOLIDAY_LAST_YEAR, &year) != ST_OK) {
		problem(&c->problems, S("YEAR"), MSG_CLI_NOT_A_NUMBER, .arg = { S("1970"), S("2099") });
		return ST_BAD_INPUT;
	}
	int n = calendar_holidays((int)year, h);
	struct buf b = buf_make(1 << 16);
	struct js_out j = { &b, false };
	if (format == FORMAT_JSON)
		js_open(&j, '[');
	for (int i = 0; i < n; i++) {
		if (format == FORMAT_JSON) {
			js_open(&j, '{');
			member_day(&j, S("date"), h[i].day);
			member_text(&j, "name", h[i].name);
			js_close(&j, '}');
		} else {
			date_add_iso(&b, h[i].day);
			buf_fmt(&b, "\t%.*s\n", STR_FMT(h[i].name));
		}
	}
	if (format == FORMAT_JSON) {
		js_close(&j, ']');
		buf_char(&b, '\n');
	}
	return print_and_free(&b);
}

const struct cli_command cmd_holiday = {
	.name = "holiday", .synopsis = "[--format text|json] YEAR", .summary = MSG_CLI_HOLIDAY,
	.options = only_format, .min_args = 1, .max_args = 1, .run = run_holiday,
};
