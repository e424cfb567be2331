/* export.c - `tobari export`: all records of a type as csv, xlsx, json or pdf. */
#include "cli/store.h"
#include "record/export_file.h"
#include "record/index.h"
#include "sys/stream.h"

struct job { struct cli *c; struct list_query q; struct export_options o; struct sys_new file; int64_t lost; };

/* What could not be printed is told in the end; the export is noted all the same, for a part of it may have left. */
static enum status to_stdout(void *user, struct str bytes)
{
	(void)user;
	IGNORE(cli_print(bytes));
	return ST_OK;
}

static enum status to_file(void *user, struct str bytes)
{
	struct job *j = user;

	if (sys_new_put(&j->file, bytes) == ST_OK)
		return ST_OK;
	problem(&j->c->problems, cli_value(j->c, "out"), MSG_FILE_NOT_WRITTEN);
	return ST_BAD_INPUT;
}

/* Reads only: it runs once, so the rows may leave while they are read. */
static enum status work(struct request *rq, void *arg)
{
	struct job *j = arg;

	if (j->file.fd >= 0)
		return export_file(rq, &j->q, &j->o, to_file, j, &j->lost);
	return export_file(rq, &j->q, &j->o, to_stdout, j, &j->lost);
}

/* --where FIELD=VALUE: only rows that say so. */
static enum status read_where(struct request *rq, void *arg)
{
	struct job *j = arg;
	struct cli *c = j->c;

	j->q.nfilters = 0;
	for (int i = 0; i < c->ngiven; i++) {
		struct str value = c->given[i].value, name;
		struct value v;
		if (strcmp(c->given[i].option->name, "where") != 0)
			continue;
		int place = str_cut(&value, '=', &name) ? type_place(j->q.type, str_trim(name)) : -1;
		const struct field *f = place >= 0 ? &j->q.type->fields[place] : NULL;
		if (!f || !index_has_key(f) || j->q.nfilters == LIST_FILTERS) {
			problem(&c->problems, S("--where"), MSG_EXPORT_WHERE_FIELD, .arg = { name });
			return ST_BAD_INPUT;
		}
		TRY(value_parse(rq->a, f, value, S("--where"), &c->problems, &v));
		if (f->kind == FK_LINK || f->kind == FK_STAFF || f->kind == FK_DEPARTMENT)
			v = value_of_link(import_find_linked(rq, f, str_trim(value)));
		j->q.filter[j->q.nfilters++] = (struct list_filter){ .place = place, .equal = index_key(rq, j->q.type, place, &v) };
	}
	return ST_OK;
}

static enum status read_step(struct job *j)
{
	struct str step = cli_value(j->c, "step");

	j->q.step = step.p ? step : S("");
	if (!step.p || str_eq(step, S("*")) || type_step(j->q.type->t, step))
		return ST_OK;
	problem(&j->c->problems, S("--step"), MSG_EXPORT_STEP, .arg = { step });
	return ST_BAD_INPUT;
}

/* The file is there whole or not at all. */
static enum status write_out(struct job *j, struct cli_store *s)
{
	struct str out = cli_value(j->c, "out");
	enum status st = out.p ? sys_new_begin(&j->file, out, 0600) : ST_OK;

	if (st == ST_OK) {
		st = request_run(&s->rq, DB_READ, work, j);
		if (st != ST_OK) {
			sys_new_drop(&j->file);
			return st;
		}
		st = out.p ? sys_new_end(&j->file) : ST_OK;
	}
	if (st != ST_OK) {
		problem(&j->c->problems, out, MSG_FILE_NOT_WRITTEN);
		return ST_BAD_INPUT;
	}
	return ST_OK;
}

static enum status export(struct job *j, struct cli_store *s)
{
	TRY(cli_store_open(j->c, s));
	j->q.type = cli_type(j->c, s, j->c->args[0]);
	if (!j->q.type)
		return ST_BAD_INPUT;
	j->q.sort = LIST_SORT_SERIAL;
	TRY(read_step(j));
	TRY(request_run(&s->rq, DB_READ, read_where, j));
	TRY(write_out(j, s));
	if (j->lost)
		problem(&j->c->problems, S("--encoding"), MSG_EXPORT_LOST);
	return ST_OK;
}

static enum status run(struct cli *c)
{
	struct job j = { .c = c, .file = { .fd = -1 } };
	struct cli_store s = { 0 };
	int format, encoding;

	TRY(cli_choice(c, "format", "csv|xlsx|json|pdf", &format));
	TRY(cli_choice(c, "encoding", "utf-8|cp932", &encoding));
	j.o = (struct export_options){ .format = (enum export_format)format, .charset = encoding ? CHARSET_CP932 : CHARSET_UTF8 };
	enum status st = export(&j, &s);
	cli_store_close(&s);
	return st;
}

static const struct cli_option options[] = {
	CLI_DATA_OPTION, { "format", "csv|xlsx|json|pdf", MSG_CLI_FORMAT }, { "encoding", "utf-8|cp932", MSG_EXPORT_ENCODING },
	{ "step", "STEP", MSG_EXPORT_ONLY_STEP }, { "where", "FIELD=VALUE", MSG_EXPORT_WHERE }, { "out", "FILE", MSG_CLI_OUT }, { 0 },
};
const struct cli_command cmd_export = {
	.name = "export", .synopsis = "TYPE --data DIR --format csv|xlsx|json|pdf [--encoding utf-8|cp932] [--step STEP]\n       [--where FIELD=VALUE] [--out FILE]",
	.summary = MSG_EXPORT, .repeatable = "where", .options = options, .min_args = 1, .max_args = 1, .run = run,
};
