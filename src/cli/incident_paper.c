/* incident_paper.c - `tobari incident paper`: a report, letter or record of an incident as PDF, or as text to paste. */
#include "cli/incident_find.h"
#include "cli/store.h"
#include "domain/incident/papers.h"
#include "sys/sys.h"

enum { PDF_MAX = 64 << 20 };

static const struct cli_option options[] = {
	CLI_DATA_OPTION, { "to", "NAME", MSG_CLI_PAPER_TO }, { "lang", "ja|en", MSG_CLI_PAPER_LANG }, { "format", "pdf|text", MSG_CLI_FORMAT },
	{ "out", "FILE", MSG_CLI_PAPER_OUT }, { 0 },
};

struct job { struct str serial, to; enum incident_paper which; enum lang lang; bool text; struct buf *out; };

/* REQ: INC-42 - what is pasted into the form of the Commission, a mail or a page. ST_BAD_INPUT: this paper has no text. */
static enum status put_text(struct request *rq, const struct job *j, const struct incident_papers *p)
{
	switch (j->which) {
	case PAPER_PPC_PRELIMINARY: incident_ppc_text(rq->a, j->out, p, REPORT_PRELIMINARY, j->lang); return ST_OK;
	case PAPER_PPC_FINAL:       incident_ppc_text(rq->a, j->out, p, REPORT_FINAL, j->lang); return ST_OK;
	case PAPER_LETTER:          incident_person_mail(rq->a, j->out, p, j->to.n ? j->to : msg_text(MSG_PAPER_EACH_PERSON, j->lang), j->lang); return ST_OK;
	case PAPER_PUBLICATION:     incident_publication_text(rq->a, j->out, p, j->lang); return ST_OK;
	case PAPER_MARK_PRELIMINARY: case PAPER_MARK_FINAL: case PAPER_CLIENT: case PAPER_RECORD: case PAPER_MAX: break;
	}
	problem(&rq->problems, str_z(incident_paper_code(j->which)), MSG_CLI_NOT_A_CHOICE, .arg = { S("ppc-preliminary ppc-final letter publication") });
	return ST_BAD_INPUT;
}

/* REQ: INC-42 - a final report that lacks an item without a reason is not made. */
static enum status work_paper(struct request *rq, void *arg)
{
	struct job *j = arg;
	struct incident_papers papers;
	struct record *r;

	TRY(cli_find_incident(rq, j->serial, &r));
	TRY(incident_papers_of(rq, r, &papers));
	if (j->which == PAPER_PPC_FINAL)
		TRY(incident_report_complete(&papers, REPORT_FINAL, &rq->problems));
	j->out->n = 0;
	if (j->text)
		return put_text(rq, j, &papers);
	return pdf_make(conn_sandbox(rq->conn), incident_paper_make(rq, &papers, j->which, j->to, j->lang), j->out);
}

static bool which_paper(struct cli *c, enum incident_paper *ret)
{
	struct buf b = buf_make(1000);

	for (enum incident_paper p = 0; p < PAPER_MAX; p++) {
		if (str_eq(c->args[1], str_z(incident_paper_code(p)))) {
			*ret = p;
			buf_free(&b);
			return true;
		}
		buf_fmt(&b, "%s%s", p ? " " : "", incident_paper_code(p));
	}
	problem(&c->problems, c->args[1], MSG_CLI_NOT_A_CHOICE, .arg = { str_dup(c->a, buf_str(&b)) });
	buf_free(&b);
	return false;
}

static enum status put_out(struct cli *c, struct str bytes)
{
	struct str out = cli_value(c, "out");

	if (!out.p)
		return cli_print(bytes);
	if (sys_write_file(out, bytes, 0600) == ST_OK)
		return ST_OK;
	problem(&c->problems, out, MSG_FILE_NOT_WRITTEN);
	return ST_BAD_INPUT;
}

static enum status run(struct cli *c)
{
	struct buf out = buf_make(PDF_MAX);
	struct job j = { .serial = c->args[0], .to = cli_value(c, "to"), .out = &out };
	struct cli_store s;
	int lang, format;

	TRY(cli_choice(c, "lang", "ja|en", &lang));
	TRY(cli_choice(c, "format", "pdf|text", &format));
	j.text = format == 1;
	if (!which_paper(c, &j.which))
		return ST_BAD_INPUT;
	j.lang = lang ? EN : JA;
	enum status st = cli_store_open(c, &s);
	if (st == ST_OK) {
		s.rq.lang = j.lang;
		st = request_run(&s.rq, DB_READ, work_paper, &j);
		if (st == ST_OK)
			st = put_out(c, buf_str(&out));
		cli_take_problems(c, &s.rq);
	}
	cli_store_close(&s);
	buf_free(&out);
	return st;
}

const struct cli_command cmd_incident_paper = {
	.name = "incident paper", .synopsis = "--data DIR [--to NAME] [--lang ja|en] [--format pdf|text] [--out FILE] NUMBER PAPER", .summary = MSG_CLI_INC_PAPER,
	.options = options, .min_args = 2, .max_args = 2, .run = run,
};
