/* export.c - `tobari export`: all records of a type as csv, xlsx, json or pdf. */
#include "cli/store.h"
#include "record/export_file.h"
#include "sys/sys.h"
#include <unistd.h>

struct job { struct cli *c; struct list_query q; struct export_options o; struct buf b; int64_t lost; };

/* The file is written whole or not at all, so it is gathered first. */
static enum status gather(void *user, struct str bytes)
{
	struct job *j = user;

	buf_add(&j->b, bytes);
	return j->b.failed ? ST_TOO_BIG : ST_OK;
}

static enum status work(struct request *rq, void *arg)
{
	struct job *j = arg;

	j->b.n = 0;
	return export_file(rq, &j->q, &j->o, gather, j, &j->lost);
}

static enum status write_out(struct job *j)
{
	struct str out = cli_value(j->c, "out");

	if (!out.p)
		return cli_print(buf_str(&j->b));
	if (sys_write_file(out, buf_str(&j->b), 0600) == ST_OK)
		return ST_OK;
	problem(&j->c->problems, out, MSG_FILE_NOT_WRITTEN);
	return ST_BAD_INPUT;
}

static enum status export(struct job *j, struct cli_store *s)
{
	TRY(cli_store_open(j->c, s));
	j->q.type = cli_type(j->c, s, j->c->args[0]);
	if (!j->q.type)
		return ST_BAD_INPUT;
	j->q.sort = LIST_SORT_SERIAL;
	TRY(request_run(&s->rq, DB_READ, work, j));
	TRY(write_out(j));
	if (j->lost)
		problem(&j->c->problems, S("--encoding"), MSG_EXPORT_LOST);
	return ST_OK;
}

static enum status run(struct cli *c)
{
	struct job j = { .c = c, .b = buf_make((ptrdiff_t)2 << 30) };
	struct cli_store s = { 0 };
	int format, encoding;

	TRY(cli_choice(c, "format", "csv|xlsx|json|pdf", &format));
	TRY(cli_choice(c, "encoding", "utf-8|cp932", &encoding));
	j.o = (struct export_options){ .format = (enum export_format)format, .charset = encoding ? CHARSET_CP932 : CHARSET_UTF8 };
	enum status st = export(&j, &s);
	cli_store_close(&s);
	buf_free(&j.b);
	return st;
}

static const struct cli_option options[] = {
	CLI_DATA_OPTION, { "format", "csv|xlsx|json|pdf", MSG_CLI_FORMAT }, { "encoding", "utf-8|cp932", MSG_EXPORT_ENCODING },
	{ "out", "FILE", MSG_CLI_OUT }, { 0 },
};
const struct cli_command cmd_export = {
	.name = "export", .synopsis = "TYPE --data DIR --format csv|xlsx|json|pdf [--encoding utf-8|cp932] [--out FILE]",
	.summary = MSG_EXPORT, .options = options, .min_args = 1, .max_args = 1, .run = run,
};
