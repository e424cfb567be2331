/* incident.c - `tobari incident classify`: which reports an incident calls for. */
#include "cli/cli.h"
#include "domain/incident/classify_json.h"
#include "sys/sys.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

enum { INPUT_MAX = 64 << 20 };

static const struct cli_option options[] = { { "format", "text|json", MSG_CLI_FORMAT }, { NULL, NULL, MSG_NONE } };

static enum status read_stdin(struct cli *c, struct str *ret)
{
	struct buf b = buf_make(INPUT_MAX);
	enum status st = ST_OK;
	ssize_t n = 1;

	while (st == ST_OK && n != 0) {
		char part[65536];
		n = read(STDIN_FILENO, part, sizeof part);
		if (n > 0)
			buf_add(&b, (struct str){ part, n });
		else if (n < 0 && errno != EINTR)
			st = ST_BROKEN;
		if (b.failed)
			st = ST_TOO_BIG;
	}
	if (st == ST_OK)
		*ret = str_dup(c->a, buf_str(&b));
	buf_free(&b);
	return st;
}

static enum status read_input(struct cli *c, struct str *ret)
{
	struct str path = c->args[0];
	bool from_stdin = str_eq(path, S("-"));
	enum status st = from_stdin ? read_stdin(c, ret) : sys_read_file(c->a, path, INPUT_MAX, ret);

	if (st == ST_OK)
		return st;
	enum msg_id why = st == ST_NOT_FOUND ? MSG_FILE_NOT_FOUND : st == ST_DENIED ? MSG_FILE_DENIED
		: st == ST_TOO_BIG ? MSG_FILE_TOO_BIG : MSG_FILE_UNREADABLE;
	problem(&c->problems, path, why, .arg = { S("64 MiB") });
	return ST_BAD_INPUT;
}

/* ---- for people ---- */

static void add_answers(struct cli *c, struct buf *b, enum msg_id label, const enum answer a[4], enum answer wanted, const char *const names[4])
{
	bool first = true;

	buf_add(b, msg_text(label, c->lang));
	buf_char(b, '\t');
	for (int i = 0; i < 4; i++) {
		if (a[i] != wanted)
			continue;
		buf_fmt(b, "%s%s", first ? "" : " ", names[i]);
		first = false;
	}
	buf_fmt(b, "%s\n", first ? "-" : "");
}

static void add_word(struct cli *c, struct buf *b, enum msg_id label, enum answer a)
{
	static const enum msg_id words[] = { [ANSWER_NO] = MSG_CLI_NO, [ANSWER_UNDECIDED] = MSG_CLI_UNDECIDED, [ANSWER_YES] = MSG_CLI_YES };

	buf_add(b, msg_text(label, c->lang));
	buf_char(b, '\t');
	buf_add(b, msg_text(words[a], c->lang));
	buf_char(b, '\n');
}

static void add_text(struct cli *c, struct buf *b, const struct incident_verdict *v)
{
	static const char *const ppc[] = { "1", "2", "3", "4" };
	static const char *const my_number[] = { "i", "ii", "iii", "iv" };

	add_answers(c, b, MSG_CLI_INC_PPC, v->ppc, ANSWER_YES, ppc);
	add_answers(c, b, MSG_CLI_INC_PPC_OPEN, v->ppc, ANSWER_UNDECIDED, ppc);
	add_answers(c, b, MSG_CLI_INC_MN, v->my_number, ANSWER_YES, my_number);
	add_answers(c, b, MSG_CLI_INC_MN_OPEN, v->my_number, ANSWER_UNDECIDED, my_number);
	add_word(c, b, MSG_CLI_INC_MARK_PRELIMINARY, v->mark_preliminary);
	add_word(c, b, MSG_CLI_INC_MARK_FINAL, v->mark_final);
	for (int i = 0; i < v->nreasons; i++) {
		const struct incident_reason *r = &v->reasons[i];
		buf_lit(b, "- ");
		msg_add(b, c->lang, incident_reason_text(r->id), &r->arg, 1);
		buf_fmt(b, " [%s]\n", norm_of(incident_reason_norm(r->id))->cite);
	}
	buf_char(b, '\n');
}

/* ---- one or many ---- */

struct classifier { struct cli *c; const struct incident_words *w; struct date today; struct buf *b; struct js_out *j; bool json; };

static enum status one(struct classifier *k, const struct js *object, struct str at)
{
	struct arena_mark m = arena_mark(k->c->a);
	struct incident_facts f;
	struct incident_verdict v;
	struct unknown_members unknown;

	TRY(incident_facts_read(k->c->a, object, at, &k->c->problems, &f, &unknown));
	incident_classify(k->w, k->c->a, &f, k->today, &v);
	for (int i = 0; i < unknown.n; i++)
		incident_add_reason(&v, WHY_UNKNOWN_MEMBER, unknown.names[i]);
	if (k->json)
		incident_verdict_write(k->j, &v);
	else
		add_text(k->c, k->b, &v);
	arena_reset(k->c->a, m);
	return ST_OK;
}

static enum status all(struct classifier *k, const struct js *document)
{
	enum status st = ST_OK;
	ptrdiff_t i = 0;

	if (document->kind != JS_ARRAY)
		return one(k, document, S(""));
	if (k->json)
		js_open(k->j, '[');
	for (const struct js *e = document->child; e; e = e->next, i++) {
		char at[32];
		int n = snprintf(at, sizeof at, "[%td].", i);
		if (one(k, e, str_dup(k->c->a, (struct str){ at, n })) != ST_OK)
			st = ST_BAD_INPUT;
	}
	if (k->json)
		js_close(k->j, ']');
	return st;
}

static enum status run(struct cli *c)
{
	struct str text;
	struct js *document;
	int format;

	TRY(cli_choice(c, "format", "text|json", &format));
	TRY(read_input(c, &text));
	TRY(js_parse(c->a, text, &c->problems, &document));
	struct buf b = buf_make(0);
	struct js_out j = { &b, false };
	struct classifier k = { c, incident_words_make(c->a), instant_date_tokyo(sys_now()), &b, &j, format == 1 };
	enum status st = all(&k, document);
	if (k.json)
		buf_char(&b, '\n');
	if (st == ST_OK)
		st = b.failed ? ST_BROKEN : cli_print(buf_str(&b));
	buf_free(&b);
	return st;
}

const struct cli_command cmd_incident_classify = {
	.name = "incident classify", .synopsis = "[--format text|json] FILE|-", .summary = MSG_CLI_INC_CLASSIFY,
	.options = options, .min_args = 1, .max_args = 1, .run = run,
};
