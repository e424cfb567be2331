/* settings.c - `tobari settings`: shows and changes what an organisation may set. */
#include "cli/store.h"
#include "format/json.h"
#include "record/settings.h"

struct job { struct cli *c; enum setting s; int64_t value[SETTING_MAX]; };

static enum status work(struct request *rq, void *arg)
{
	struct job *j = arg;

	if (j->c->nargs == 2)
		TRY(setting_put(rq, j->s, j->c->args[1]));
	for (int i = 0; i < SETTING_MAX; i++)
		j->value[i] = setting_get(rq, (enum setting)i);
	return ST_OK;
}

static bool wanted(const struct job *j, int i)
{
	return j->c->nargs == 0 || (int)j->s == i;
}

static void as_json(struct buf *b, const struct job *j)
{
	struct js_out o = { .b = b };

	js_open(&o, '{');
	for (int i = 0; i < SETTING_MAX; i++) {
		if (wanted(j, i)) {
			js_key(&o, setting_rows[i].name);
			js_int(&o, j->value[i]);
		}
	}
	js_close(&o, '}');
	buf_char(b, '\n');
}

static void as_text(struct buf *b, const struct job *j)
{
	for (int i = 0; i < SETTING_MAX; i++) {
		if (!wanted(j, i))
			continue;
		const struct setting_row *r = &setting_rows[i];
		buf_add(b, r->name);
		buf_fmt(b, "\t%lld\t%lld-%lld\t", (long long)j->value[i], (long long)r->least, (long long)r->most);
		buf_add(b, r->label[j->c->lang]);
		if (setting_is_switch((enum setting)i)) {
			struct str no = msg_text(MSG_REC_NO, j->c->lang), yes = msg_text(MSG_REC_YES, j->c->lang);
			buf_fmt(b, " (0: %.*s, 1: %.*s)", STR_FMT(no), STR_FMT(yes));
		}
		buf_char(b, '\n');
	}
}

static enum status show(struct job *j, int format)
{
	struct buf b = buf_make(1 << 16);

	if (format)
		as_json(&b, j);
	else
		as_text(&b, j);
	enum status st = cli_print(buf_str(&b));
	buf_free(&b);
	return st;
}

static enum status run(struct cli *c)
{
	struct job j = { .c = c, .s = SETTING_MAX };
	struct cli_store s;
	int format;

	TRY(cli_choice(c, "format", "text|json", &format));
	if (c->nargs && (j.s = setting_of_name(c->args[0])) == SETTING_MAX) {
		problem(&c->problems, c->args[0], MSG_CLI_NO_SETTING);
		return ST_BAD_INPUT;
	}
	enum status st = cli_store_open(c, &s);
	if (st == ST_OK) {
		st = request_run(&s.rq, c->nargs == 2 ? DB_WRITE : DB_READ, work, &j);
		cli_take_problems(c, &s.rq);
		if (st == ST_OK)
			st = show(&j, format);
	}
	cli_store_close(&s);
	return st;
}

static const struct cli_option options[] = { CLI_DATA_OPTION, { "format", "text|json", MSG_CLI_FORMAT }, { 0 } };
const struct cli_command cmd_settings = {
	.name = "settings", .synopsis = "[NAME [VALUE]] --data DIR [--format text|json]", .summary = MSG_CLI_SETTINGS,
	.options = options, .max_args = 2, .run = run,
};
