/* incident_letters.c - `tobari incident letters`: the letters to all persons of an incident who have not been told, in one PDF. */
#include "cli/incident_find.h"
#include "cli/store.h"
#include "domain/affected_person/notice_papers.h"
#include "record/trail.h"
#include "sys/stream.h"

static const struct cli_option options[] = { CLI_DATA_OPTION, { "out", "FILE", MSG_CLI_LETTERS_OUT }, { 0 } };

struct job { struct str serial; struct sys_new file; struct letters l; };

/* REQ: INC-03 - it reads only and runs once, so pages may leave as they are made. */
static enum status work_letters(struct request *rq, void *arg)
{
	struct job *j = arg;
	struct record *r;

	TRY(cli_find_incident(rq, j->serial, &r));
	j->l = (struct letters){ .incident = r->id, .max = INT64_MAX };
	enum status st = notice_letters_write(rq, &j->l, sys_new_put, &j->file);
	if (st == ST_TOO_BIG)
		problem(&rq->problems, S(""), MSG_NOTICE_FILE_FULL);
	TRY(st);
	trail_add(rq, TRAIL_EXPORT, r->type, r->id, r->version, S("letters"))->count = j->l.written;
	return ST_OK;
}

static enum status write_out(struct cli *c, struct cli_store *s, struct job *j)
{
	struct str out = cli_value(c, "out");
	enum status st = sys_new_begin(&j->file, out, 0600);

	if (st == ST_OK) {
		st = request_run(&s->rq, DB_READ, work_letters, j);
		if (st != ST_OK) {
			sys_new_drop(&j->file);
			return st;
		}
		st = sys_new_end(&j->file);
	}
	if (st != ST_OK) {
		problem(&c->problems, out, MSG_FILE_NOT_WRITTEN);
		return ST_BAD_INPUT;
	}
	struct buf b = buf_make(64);
	buf_fmt(&b, "%lld\n", (long long)j->l.written);
	st = cli_print(buf_str(&b));
	buf_free(&b);
	return st;
}

static enum status run(struct cli *c)
{
	struct job j = { .serial = c->args[0], .file = { .fd = -1 } };
	struct cli_store s;

	if (!cli_value(c, "out").p) {
		problem(&c->problems, S("--out"), MSG_CLI_LETTERS_OUT);
		return ST_BAD_INPUT;
	}
	enum status st = cli_store_open(c, &s);
	if (st == ST_OK) {
		st = write_out(c, &s, &j);
		cli_take_problems(c, &s.rq);
	}
	cli_store_close(&s);
	return st;
}

const struct cli_command cmd_incident_letters = {
	.name = "incident letters", .synopsis = "--data DIR --out FILE NUMBER", .summary = MSG_CLI_INC_LETTERS,
	.options = options, .min_args = 1, .max_args = 1, .run = run,
};
