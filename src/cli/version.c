/* version.c - `tobari version`. */
#include "cli/cli.h"

static enum status run(struct cli *c)
{
	(void)c;
	return cli_print(S("tobari 0.1.0\n"));
}

const struct cli_command cmd_version = {
	.name = "version", .synopsis = "", .summary = MSG_CLI_VERSION, .run = run,
};
