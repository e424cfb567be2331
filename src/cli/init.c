/* init.c - `tobari init` and `tobari user add`. */
#include "cli/store.h"
#include "crypto/password.h"
#include "domain/account/bootstrap.h"
#include "domain/types.h"
#include "format/json.h"
#include "sys/sys.h"
#include <limits.h>
#include <unistd.h>

static enum status work_bootstrap(struct request *rq, void *arg)
{
	return account_bootstrap(rq, arg);
}

/* The password from standard input, or a one-time one that is printed once the account is there. */
static enum status take_password(struct cli *c, struct account_plan *p)
{
	if (cli_flag(c, "password-stdin")) {
		enum status st = cli_read_line(c, &p->password);
		if (st != ST_OK)
			problem(&c->problems, S("--password-stdin"), MSG_CLI_NO_PASSWORD);
		return st;
	}
	char one_time[24];
	password_random(one_time);
	p->password = str_dup(c->a, str_z(one_time));
	p->must_change = true;
	wipe(one_time, (ptrdiff_t)sizeof one_time);
	return ST_OK;
}

static enum status print_account(struct cli *c, const struct account_plan *p)
{
	struct buf b = buf_make(4096);
	struct str args[] = { p->login, p->password };

	msg_add(&b, c->lang, p->must_change ? MSG_CLI_ACCOUNT_ONCE : MSG_CLI_ACCOUNT_MADE, args, 2);
	buf_char(&b, '\n');
	enum status st = cli_print(buf_str(&b));
	buf_free(&b);
	return st;
}

static enum status add_account(struct cli *c, struct request *rq, const struct account_plan *p)
{
	enum status st = request_run(rq, DB_WRITE, work_bootstrap, (void *)(uintptr_t)p);

	cli_take_problems(c, rq);
	TRY(st);
	st = print_account(c, p);
	return p->must_change ? st : ST_OK;                  /* a password that nobody has seen opens nothing */
}

static struct str absolute(struct cli *c, struct str path)
{
	char here[PATH_MAX];

	if (!path.n || str_starts(path, S("/")) || !getcwd(here, sizeof here))
		return path;
	struct buf b = buf_in(c->a, 2 * PATH_MAX);
	buf_add(&b, str_z(here));
	buf_char(&b, '/');
	buf_add(&b, path);
	return buf_take(&b);
}

/* --keys is seen from where the command is given. Within DIR it is noted as a part of it, so that a copy of DIR is a working copy. */
static struct str keys_place(struct cli *c, struct str dir)
{
	struct str keys = absolute(c, cli_value(c, "keys")), whole = absolute(c, dir);

	while (whole.n > 1 && str_ends(whole, S("/")))
		whole.n--;
	bool within = keys.n > whole.n + 1 && str_starts(keys, whole) && keys.p[whole.n] == '/';
	return within ? str_sub(keys, whole.n + 1, keys.n) : keys;
}

static enum status open_new(struct cli *c, struct str dir, struct cli_store *s)
{
	struct place_plan plan = { .keys = keys_place(c, dir), .database = cli_value(c, "database"),
		.key_database = cli_value(c, "key-database") };
	enum status st = place_create(dir, &plan, &s->place);

	if (st == ST_CONFLICT)
		problem(&c->problems, dir, MSG_STORE_NOT_EMPTY);
	else if (st == ST_NOT_FOUND)
		problem(&c->problems, dir, MSG_STORE_NO_PARENT);
	else if (st != ST_OK)
		problem(&c->problems, dir, MSG_STORE_UNAVAILABLE);
	if (st != ST_OK)
		return st == ST_BROKEN ? ST_UNAVAILABLE : st == ST_CONFLICT ? ST_BAD_INPUT : st;
	TRY(store_open(place_where(s->place), place_keyring(s->place), domain_types, domain_ntypes, &s->store));
	TRY(conn_open(s->store, &s->conn));
	request_init(&s->rq, c->a, s->conn, c->lang);
	return ST_OK;
}

/* The organisation's record from the profile, field by field; anything that is no such field is refused. */
static enum status work_profile(struct request *rq, void *arg)
{
	const struct js *profile = arg;
	struct record *r = record_new(rq, store_type(conn_store(rq->conn), S("organisation")));

	for (const struct js *m = profile->child; m; m = m->next) {
		int at = type_place(r->type, m->key);
		if (at < 0 || m->kind != JS_TEXT)
			problem(&rq->problems, m->key, MSG_CLI_PROFILE_FIELD, .arg = { m->key });
		else
			IGNORE(value_parse(rq->a, &r->type->fields[at], m->text, m->key, &rq->problems, &r->v[at]));
	}
	return rq->problems.n ? ST_BAD_INPUT : record_write(rq, r, S("console"));
}

static enum status read_profile(struct cli *c, struct js **ret)
{
	struct str path = cli_value(c, "profile"), text;

	*ret = NULL;
	if (!path.p)
		return ST_OK;
	if (sys_read_file(c->a, path, 1 << 20, &text) != ST_OK) {
		problem(&c->problems, path, MSG_FILE_UNREADABLE);
		return ST_BAD_INPUT;
	}
	TRY(js_parse(c->a, text, &c->problems, ret));
	if ((*ret)->kind != JS_OBJECT) {
		problem(&c->problems, path, MSG_CLI_PROFILE_OBJECT);
		return ST_BAD_INPUT;
	}
	return ST_OK;
}

static enum status write_profile(struct cli *c, struct request *rq, struct js *profile)
{
	enum status st = profile ? request_run(rq, DB_WRITE, work_profile, profile) : ST_OK;

	cli_take_problems(c, rq);
	return st;
}

static enum status run_init(struct cli *c)
{
	struct cli_store s = { 0 };
	struct js *profile;
	struct account_plan p = { .login = cli_value(c, "admin"), .role = ROLE_top_management };

	if (!p.login.p)
		p.login = S("admin");
	TRY(read_profile(c, &profile));
	if (cli_flag(c, "password-stdin")) {                 /* before anything is made: nothing is left behind */
		TRY(take_password(c, &p));
		enum msg_id wrong = password_problem(p.password, p.login, NULL, 0);
		if (wrong) {
			problem(&c->problems, S("password"), wrong);
			return ST_BAD_INPUT;
		}
	} else {
		TRY(take_password(c, &p));
	}
	enum status st = open_new(c, c->args[0], &s);
	if (st == ST_OK)
		st = write_profile(c, &s.rq, profile);
	if (st == ST_OK)
		st = add_account(c, &s.rq, &p);
	if (st == ST_OK) {
		cli_store_close(&s);
		return ST_OK;
	}
	struct place *made = s.place;                        /* a store whose account nobody can use is none */
	s.place = NULL;
	cli_store_close(&s);
	place_discard(made);
	return st;
}

static enum status run_user_add(struct cli *c)
{
	struct cli_store s;
	struct account_plan p = { .login = c->args[0], .name = cli_value(c, "name"), .department = cli_value(c, "department") };
	struct str role = cli_value(c, "role");

	p.role = role_of_code(role);
	if (p.role == ROLE_none) {
		struct buf b = buf_make(1024);
		for (int r = ROLE_none + 1; r < ROLE_MAX; r++)
			buf_fmt(&b, "%s%s", b.n ? " " : "", role_code((enum role)r));
		problem(&c->problems, S("--role"), MSG_CLI_NOT_A_CHOICE, .arg = { str_dup(c->a, buf_str(&b)) });
		buf_free(&b);
		return ST_BAD_INPUT;
	}
	TRY(take_password(c, &p));
	enum status st = cli_store_open(c, &s);
	if (st == ST_OK)
		st = add_account(c, &s.rq, &p);
	cli_store_close(&s);
	return st;
}

static const struct cli_option init_options[] = {
	{ "admin", "LOGIN", MSG_CLI_ADMIN }, { "password-stdin", NULL, MSG_CLI_PASSWORD_STDIN }, { "keys", "PATH", MSG_CLI_KEYS },
	{ "database", "URL", MSG_CLI_DATABASE }, { "key-database", "URL", MSG_CLI_KEY_DATABASE }, { "profile", "FILE.json", MSG_CLI_PROFILE }, { 0 },
};
static const struct cli_option user_options[] = {
	CLI_DATA_OPTION, { "role", "CODE", MSG_CLI_ROLE }, { "name", "NAME", MSG_CLI_NAME }, { "department", "NAME", MSG_CLI_DEPARTMENT },
	{ "password-stdin", NULL, MSG_CLI_PASSWORD_STDIN }, { 0 },
};

const struct cli_command cmd_init = {
	.name = "init", .synopsis = "DIR [--admin LOGIN] [--password-stdin] [--keys PATH] [--profile FILE.json]",
	.summary = MSG_CLI_INIT, .options = init_options, .min_args = 1, .max_args = 1, .run = run_init,
};
const struct cli_command cmd_user_add = {
	.name = "user add", .synopsis = "LOGIN --data DIR --role CODE [--name NAME] [--department NAME] [--password-stdin]",
	.summary = MSG_CLI_USER_ADD, .options = user_options, .min_args = 1, .max_args = 1, .run = run_user_add,
};
