/* cli.c - finds the command, reads its options, prints help and problems. */
#include "cli/cli.h"
#include "base/num.h"
#include "base/utf8.h"
#include "sys/sys.h"
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define COMMAND(name) extern const struct cli_command cmd_##name;
#include "cli/commands.def"
#undef COMMAND

static const struct cli_command *const commands[] = {
#define COMMAND(name) &cmd_##name,
#include "cli/commands.def"
#undef COMMAND
};

static const struct cli_option common[] = {
	{ "progress", NULL, MSG_CLI_PROGRESS },
	{ "help",     NULL, MSG_CLI_HELP },
	{ 0 },
};

static enum lang language(void)
{
	static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

	for (int i = 0; i < (int)COUNT(names); i++) {
		const char *v = getenv(names[i]);
		if (v && *v)
			return strncmp(v, "ja", 2) == 0 ? JA : EN;
	}
	return EN;
}

enum status cli_print(struct str s)
{
	return sys_print(s);
}

static void say(struct str s)
{
	IGNORE(sys_write_all(STDERR_FILENO, s));
}

static const struct cli_given *find_given(const struct cli *c, const char *name)
{
	for (int i = 0; i < c->ngiven; i++)
		if (strcmp(c->given[i].option->name, name) == 0)
			return &c->given[i];
	return NULL;
}

struct str cli_value(const struct cli *c, const char *name)
{
	const struct cli_given *g = find_given(c, name);

	return g ? g->value : (struct str){ NULL, 0 };
}

bool cli_flag(const struct cli *c, const char *name)
{
	return find_given(c, name) != NULL;
}

static struct str dashed(struct cli *c, const char *name)
{
	char *z = new_n(c->a, char, (ptrdiff_t)strlen(name) + 3);

	memcpy(z, "--", 2);
	memcpy(z + 2, name, strlen(name));
	return str_z(z);
}

enum status cli_number(struct cli *c, const char *name, int64_t min, int64_t max, int64_t otherwise, int64_t *ret)
{
	struct str v = cli_value(c, name);

	if (!v.p) {
		*ret = otherwise;
		return ST_OK;
	}
	if (num_parse(v, min, max, ret) == ST_OK)
		return ST_OK;
	problem(&c->problems, dashed(c, name), MSG_CLI_NOT_A_NUMBER, .arg = { text_of_int(c->a, min), text_of_int(c->a, max) });
	return ST_BAD_INPUT;
}

enum status cli_choice(struct cli *c, const char *name, const char *choices, int *ret)
{
	struct str v = cli_value(c, name), rest = str_z(choices), part;

	for (int i = 0; str_cut(&rest, '|', &part); i++) {
		if (!v.p || str_eq(v, part)) {
			*ret = i;
			return ST_OK;
		}
	}
	problem(&c->problems, dashed(c, name), MSG_CLI_NOT_A_CHOICE, .arg = { str_z(choices) });
	return ST_BAD_INPUT;
}

bool cli_wants_progress(const struct cli *c)
{
	return cli_flag(c, "progress") || sys_is_terminal(STDERR_FILENO);
}

/* ---- help ---- */

static void pad(struct buf *b, ptrdiff_t used, ptrdiff_t width)
{
	do
		buf_char(b, ' ');
	while (++used < width);
}

static void help_option(struct buf *b, enum lang lang, const struct cli_option *o)
{
	ptrdiff_t from = b->n;

	buf_fmt(b, "  --%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
	buf_char(b, ' ');                                    /* two at least */
	pad(b, b->n - from, 26);
	buf_add(b, msg_text(o->help, lang));
	buf_char(b, '\n');
}

static void help_command(struct buf *b, enum lang lang, const struct cli_command *cmd)
{
	struct str args[] = { str_z(cmd->name), str_z(cmd->synopsis) };

	msg_add(b, lang, MSG_CLI_USAGE, args, 2);
	buf_lit(b, "\n\n");
	buf_add(b, msg_text(cmd->summary, lang));
	buf_lit(b, "\n\n");
	buf_add(b, msg_text(MSG_CLI_OPTIONS, lang));
	buf_char(b, '\n');
	for (const struct cli_option *o = cmd->options; o && o->name; o++)
		help_option(b, lang, o);
	for (const struct cli_option *o = common; o->name; o++)
		help_option(b, lang, o);
}

/* Each command whose name begins so, with its summary; false when none does. */
static bool help_list(struct buf *b, enum lang lang, struct str begin)
{
	bool any = false;

	for (ptrdiff_t i = 0; i < COUNT(commands); i++) {
		ptrdiff_t from = b->n;
		if (!str_starts(str_z(commands[i]->name), begin))
			continue;
		any = true;
		buf_fmt(b, "  %s", commands[i]->name);
		pad(b, b->n - from, 20);
		buf_add(b, msg_text(commands[i]->summary, lang));
		buf_char(b, '\n');
	}
	return any;
}

/* The commands that share their first word, as `audit verify`; false when the word begins none. */
static bool help_group(struct buf *b, enum lang lang, struct str word)
{
	struct buf begin = buf_make(4096);

	msg_add(b, lang, MSG_CLI_WHICH, &word, 1);
	buf_char(b, '\n');
	buf_add(&begin, utf8_clip(word, 100));
	buf_char(&begin, ' ');
	bool any = help_list(b, lang, buf_str(&begin));
	buf_free(&begin);
	return any;
}

static void help_all(struct buf *b, enum lang lang)
{
	buf_add(b, msg_text(MSG_CLI_TAGLINE, lang));
	buf_lit(b, "\n\n");
	buf_add(b, msg_text(MSG_CLI_USAGE_TOP, lang));
	buf_lit(b, "\n\n");
	buf_add(b, msg_text(MSG_CLI_COMMANDS, lang));
	buf_char(b, '\n');
	help_list(b, lang, S(""));
}

/* ---- reading the line ---- */

/* How many words of argv the command's name takes, 0 if it is another command. */
static int name_words(const struct cli_command *cmd, int argc, char **argv)
{
	struct str rest = str_z(cmd->name), word;
	int n = 0;

	while (str_cut(&rest, ' ', &word))
		if (n + 1 >= argc || !str_eq(word, str_z(argv[++n])))
			return 0;
	return n;
}

static const struct cli_option *find_option(const struct cli_command *cmd, struct str name)
{
	for (const struct cli_option *o = cmd->options; o && o->name; o++)
		if (str_eq(str_z(o->name), name))
			return o;
	for (const struct cli_option *o = common; o->name; o++)
		if (str_eq(str_z(o->name), name))
			return o;
	return NULL;
}

static enum status read_option(struct cli *c, int argc, char **argv, int *at)
{
	struct str whole = str_z(argv[*at]), name = str_sub(whole, 2, whole.n), value = { NULL, 0 };
	ptrdiff_t eq = str_find_char(name, '=');

	if (eq >= 0) {
		value = str_sub(name, eq + 1, name.n);
		name = str_sub(name, 0, eq);
	}
	struct str shown = str_sub(whole, 0, 2 + name.n);
	const struct cli_option *o = find_option(c->command, name);
	enum msg_id wrong = MSG_NONE;
	if (!o)
		wrong = MSG_CLI_NO_OPTION;
	else if (find_given(c, o->name) && !(c->command->repeatable && strcmp(c->command->repeatable, o->name) == 0))
		wrong = MSG_CLI_TWICE;
	else if (!o->arg && value.p)
		wrong = MSG_CLI_NO_VALUE;
	else if (o->arg && !value.p && *at + 1 >= argc)
		wrong = MSG_CLI_NEEDS_VALUE;
	if (wrong) {
		problem(&c->problems, S(""), wrong, .arg = { shown });
		return ST_BAD_INPUT;
	}
	if (o->arg && !value.p)
		value = str_z(argv[++*at]);
	c->given[c->ngiven++] = (struct cli_given){ o, o->arg ? value : S("") };
	return ST_OK;
}

static enum status read_line(struct cli *c, int argc, char **argv, int at)
{
	bool only_args = false;

	for (; at < argc; at++) {
		if (!only_args && strcmp(argv[at], "--") == 0)
			only_args = true;
		else if (!only_args && strncmp(argv[at], "--", 2) == 0)
			TRY(read_option(c, argc, argv, &at));
		else if (!only_args && argv[at][0] == '-' && argv[at][1]) {
			problem(&c->problems, S(""), MSG_CLI_NO_OPTION, .arg = { str_z(argv[at]) });
			return ST_BAD_INPUT;
		} else
			c->args[c->nargs++] = str_z(argv[at]);
	}
	if (cli_flag(c, "help"))
		return ST_OK;
	if (c->nargs < c->command->min_args)
		problem(&c->problems, S(""), MSG_CLI_FEW_ARGS);
	else if (c->nargs > c->command->max_args)
		problem(&c->problems, S(""), MSG_CLI_MANY_ARGS, .arg = { c->args[c->command->max_args] });
	else
		return ST_OK;
	return ST_BAD_INPUT;
}

static void tell(struct cli *c, enum status st, bool of_the_line)
{
	struct buf b = buf_make(1 << 20);

	for (ptrdiff_t i = 0; i < c->problems.n; i++) {
		problem_print(&b, c->lang, &c->problems.p[i]);
		buf_char(&b, '\n');
	}
	if (of_the_line) {
		struct str name = str_z(c->command->name);
		msg_add(&b, c->lang, MSG_CLI_SEE_HELP, &name, 1);
		buf_char(&b, '\n');
	}
	if (c->problems.n == 0 && (st == ST_BROKEN || st == ST_UNAVAILABLE || st == ST_RETRY)) {
		buf_add(&b, msg_text(st == ST_BROKEN ? MSG_CLI_FAULT : MSG_CLI_UNAVAILABLE, c->lang));
		buf_char(&b, '\n');
	}
	say(buf_str(&b));
	buf_free(&b);
}

static int run(struct cli *c, int argc, char **argv, int at)
{
	enum status st = read_line(c, argc, argv, at);

	if (st != ST_OK) {
		tell(c, st, true);
	} else if (cli_flag(c, "help")) {
		struct buf b = buf_make(1 << 16);
		help_command(&b, c->lang, c->command);
		st = cli_print(buf_str(&b));
		buf_free(&b);
	} else {
		st = c->command->run(c);
		tell(c, st, false);
	}
	return status_exit(st);
}

int cli_main(int argc, char **argv)
{
	struct arena a = arena_make(0);
	struct buf b = buf_make(1 << 16);
	enum lang lang = language();
	int code = 2;

	for (ptrdiff_t i = 0; i < COUNT(commands); i++) {
		int words = name_words(commands[i], argc, argv);
		if (!words)
			continue;
		struct cli c = { .a = &a, .lang = lang, .command = commands[i], .problems = { .a = &a } };
		c.args = new_n(&a, struct str, argc);
		c.given = new_n(&a, struct cli_given, argc);
		code = run(&c, argc, argv, words + 1);
		goto out;
	}
	if (argc == 1 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		help_all(&b, lang);
		if (argc == 1)
			say(buf_str(&b));
		else
			code = status_exit(cli_print(buf_str(&b)));
	} else if (help_group(&b, lang, str_z(argv[1]))) {
		if (argc > 2 && strcmp(argv[2], "--help") == 0)
			code = status_exit(cli_print(buf_str(&b)));
		else
			say(buf_str(&b));
	} else {
		struct str name = str_z(argv[1]);
		b.n = 0;
		msg_add(&b, lang, MSG_CLI_NO_COMMAND, &name, 1);
		buf_char(&b, '\n');
		say(buf_str(&b));
	}
out:
	buf_free(&b);
	arena_free(&a);
	if (sys_print_end() != ST_OK) {
		say(msg_text(MSG_CLI_NOT_PRINTED, lang));
		code = status_exit(ST_BAD_INPUT);
	}
	return code;
}
