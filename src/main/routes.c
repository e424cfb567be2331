/* routes.c - `tobari routes`: every page for every type of record, who may use it for which records, what is audited. */
#include "cli/cli.h"
#include "domain/types.h"
#include "web/routes.h"

static const struct cli_option options[] = {
	{ "format", "text|json", MSG_ROUTES_FORMAT },
	{ 0 },
};

static enum status run(struct cli *c)
{
	struct buf b = buf_make(1 << 22);
	int format;

	TRY(cli_choice(c, "format", "text|json", &format));
	routes_print(&b, domain_types, domain_ntypes, format == 1);
	enum status st = cli_print(buf_str(&b));
	buf_free(&b);
	return st;
}

const struct cli_command cmd_routes = {
	.name = "routes", .synopsis = "[--format text|json]", .summary = MSG_ROUTES, .options = options, .run = run,
};
