/* identify.c - `tobari identify`: is a value a valid number, address or name of that kind? */
#include "cli/identify.h"
#include "scan/scan.h"

enum status cli_no_kind(struct cli *c, struct str place)
{
	struct buf b = buf_make(4096);

	for (int k = 0; k < SCAN_KIND_MAX; k++) {
		if (k)
			buf_char(&b, ' ');
		buf_add(&b, str_z(scan_kinds[k].name));
	}
	problem(&c->problems, place, MSG_SCAN_NO_KIND, .arg = { str_dup(c->a, buf_str(&b)) });
	buf_free(&b);
	return ST_BAD_INPUT;
}

static enum status run(struct cli *c)
{
	enum scan_kind kind;

	if (scan_kind_named(c->args[0], &kind) != ST_OK)
		return cli_no_kind(c, c->args[0]);
	if (scan_valid(kind, c->args[1]))
		return cli_print(msg_text(MSG_SCAN_VALID, c->lang));
	TRY(cli_print(msg_text(MSG_SCAN_NOT_VALID, c->lang)));
	return ST_NO;
}

const struct cli_command cmd_identify = {
	.name = "identify", .synopsis = "KIND VALUE", .summary = MSG_SCAN_IDENTIFY, .min_args = 2, .max_args = 2, .run = run,
};
