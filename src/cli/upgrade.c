/* upgrade.c - `tobari upgrade`: brings a store made by an earlier program up to date, while nobody else uses it. */
#include "cli/data.h"

static enum status run(struct cli *c)
{
	struct buf b = buf_make(1024);

	TRY(cli_upgrade_place(c));
	buf_add(&b, msg_text(MSG_CLI_UPGRADED, c->lang));
	buf_char(&b, '\n');
	enum status st = cli_print(buf_str(&b));
	buf_free(&b);
	return st;
}

static const struct cli_option options[] = { CLI_DATA_OPTION, { 0 } };
const struct cli_command cmd_upgrade = {
	.name = "upgrade", .synopsis = "--data DIR", .summary = MSG_CLI_UPGRADE, .options = options, .run = run,
};
