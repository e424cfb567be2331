/* check.c - `tobari check`: the verdict on every clause, for today or another day. */
#include "cli/store.h"
#include "domain/conformity/conformity.h"
#include "format/json.h"

static enum status work_judge(struct request *rq, void *arg)
{
	return conformity_judge(rq, arg);
}

static void put(struct js_out *j, struct str key, struct str value)
{
	js_key(j, key);
	js_text(j, value);
}

static void put_evidence(struct js_out *j, const struct evidence *e)
{
	js_key(j, S("evidence"));
	js_open(j, '[');
	for (; e; e = e->next) {
		js_open(j, '{');
		put(j, S("type"), str_z(e->type));
		if (e->record) {
			js_key(j, S("record"));
			js_int(j, e->record);
		} else {
			js_key(j, S("count"));
			js_int(j, e->count);
		}
		put(j, S("text"), e->text);
		js_close(j, '}');
	}
	js_close(j, ']');
}

static void as_json(struct buf *b, const struct judgement *all)
{
	struct js_out j = { .b = b };

	js_open(&j, '[');
	for (; all; all = all->next) {
		js_open(&j, '{');
		put(&j, S("clause"), all->clause->id);
		put(&j, S("title_ja"), all->clause->title[JA]);
		put(&j, S("title_en"), all->clause->title[EN]);
		put(&j, S("verdict"), str_z(verdict_code(all->verdict)));
		put(&j, S("level"), str_z(level_code(all->level)));
		put(&j, S("reason"), all->reason);
		put_evidence(&j, all->evidence);
		js_key(&j, S("remedy"));
		if (all->remedy.n)
			js_text(&j, all->remedy);
		else
			js_null(&j);
		js_close(&j, '}');
	}
	js_close(&j, ']');
	buf_char(b, '\n');
}

/* One line a clause, at its strictest level; the remedy below it. */
static void as_text(struct buf *b, const struct judgement *all, enum lang lang)
{
	for (; all; all = all->next) {
		if (all->next && str_eq(all->next->clause->id, all->clause->id))
			continue;
		buf_add(b, all->clause->id);
		buf_char(b, '\t');
		buf_add(b, verdict_label(all->verdict, lang));
		buf_char(b, '\t');
		buf_add(b, all->clause->title[lang]);
		buf_char(b, '\t');
		buf_add(b, all->reason);
		if (all->remedy.n) {
			buf_char(b, ' ');
			buf_add(b, all->remedy);
		}
		buf_char(b, '\n');
	}
}

static enum status run(struct cli *c)
{
	struct cli_store s;
	struct judgement *all = NULL;
	struct str day = cli_value(c, "as-of");
	struct date as_of = DATE_NEVER;
	int format;

	TRY(cli_choice(c, "format", "text|json", &format));
	if (day.p && date_parse_iso(day, &as_of) != ST_OK) {
		problem(&c->problems, S("--as-of"), MSG_CLI_NOT_A_DATE);
		return ST_BAD_INPUT;
	}
	enum status st = cli_store_open(c, &s);
	if (st == ST_OK) {
		struct buf b = buf_make(16 << 20);
		if (day.p && date_cmp(as_of, s.rq.today) < 0)
			s.rq.as_of = as_of;
		else if (day.p)
			s.rq.today = as_of;                  /* a day to come: as things stand, judged on that day */
		st = request_run(&s.rq, DB_READ, work_judge, &all);
		if (st == ST_OK) {
			if (format)
				as_json(&b, all);
			else
				as_text(&b, all, c->lang);
			st = cli_print(buf_str(&b));
		}
		buf_free(&b);
	}
	cli_store_close(&s);
	return st;
}

static const struct cli_option options[] = {
	CLI_DATA_OPTION, { "as-of", "DATE", MSG_CLI_AS_OF }, { "format", "text|json", MSG_CLI_FORMAT }, { 0 },
};
const struct cli_command cmd_check = {
	.name = "check", .synopsis = "--data DIR [--as-of DATE] [--format text|json]", .summary = MSG_CLI_CHECK,
	.options = options, .run = run,
};
