/* demo.c - `tobari demo`: a fictitious organisation to look around in. */
#include "cli/store.h"
#include "domain/demo/demo.h"
#include "domain/types.h"
#include "main/serve.h"
#include <stdio.h>
#include <sys/stat.h>

static bool is_there(struct cli *c, struct str dir)
{
	struct stat st;
	struct buf b = buf_make(8192);

	buf_add(&b, dir);
	buf_lit(&b, "/store.json");
	bool there = stat(str_to_z(c->a, buf_str(&b)), &st) == 0;
	buf_free(&b);
	return there;
}

static enum status create(struct cli *c, struct str dir)
{
	struct cli_store s = { 0 };
	enum status st = place_create(dir, &(struct place_plan){ .database = S("") }, &s.place);

	if (st != ST_OK) {
		problem(&c->problems, dir, st == ST_CONFLICT ? MSG_STORE_NOT_EMPTY : st == ST_NOT_FOUND ? MSG_STORE_NO_PARENT : MSG_STORE_UNAVAILABLE);
		return ST_BAD_INPUT;
	}
	st = store_open(place_where(s.place), place_keyring(s.place), domain_types, domain_ntypes, &s.store);
	if (st == ST_OK)
		st = conn_open(s.store, &s.conn);
	if (st == ST_OK)
		st = demo_fill(s.conn);
	struct place *made = s.place;
	s.place = NULL;
	cli_store_close(&s);
	if (st == ST_OK)
		place_close(made);
	else
		place_discard(made);                     /* half an organisation is none, and the next run begins anew */
	return st;
}

/* One line for each role: log-in, role, person. */
static enum status print_accounts(struct cli *c)
{
	struct buf b = buf_make(1 << 16);
	struct str password = S(DEMO_PASSWORD);

	msg_add(&b, c->lang, MSG_DEMO_ACCOUNTS, &password, 1);
	buf_char(&b, '\n');
	for (int i = 0; i < demo_naccounts; i++) {
		const struct demo_account *a = &demo_accounts[i];
		if (!a->login[0])
			continue;
		buf_fmt(&b, "  %-10s ", a->login);
		buf_add(&b, role_label(role_of_code(str_z(a->role)), c->lang));
		buf_fmt(&b, "  %s %s\n", a->name, a->title);
	}
	enum status st = cli_print(buf_str(&b));
	buf_free(&b);
	return st;
}

static enum status run(struct cli *c)
{
	struct str dir = c->args[0];

	static const struct cli_option data = CLI_DATA_OPTION;

	if (!is_there(c, dir))
		TRY(create(c, dir));
	TRY(print_accounts(c));
	if (cli_flag(c, "once"))
		return ST_OK;
	c->given[c->ngiven++] = (struct cli_given){ &data, dir };       /* there is room: DIR itself was an argument */
	return serve_run(c);
}

static const struct cli_option options[] = {
	{ "listen", "ADDR:PORT", MSG_DEMO_LISTEN }, { "once", NULL, MSG_DEMO_ONCE }, { 0 },
};
const struct cli_command cmd_demo = {
	.name = "demo", .synopsis = "DIR [--listen ADDR:PORT] [--once]", .summary = MSG_DEMO, .options = options,
	.min_args = 1, .max_args = 1, .run = run,
};
