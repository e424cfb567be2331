/* scan.c - `tobari scan`: personal information in files and folders.
 *
 * Offsets count bytes of the UTF-8 text: those of the file itself where it is UTF-8, of the converted or extracted text
 * otherwise. With --state, findings of unchanged files are reported from the state, so that each report is whole; a file
 * is unchanged when size, times of change, inode and device are those remembered. Nothing found is kept in clear. */
#include "cli/data.h"
#include "cli/identify.h"
#include "cli/scan_ledger.h"
#include "domain/finder/finder.h"
#include "format/csv.h"
#include "format/json.h"
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const char FORMATS[] = "text|jsonl|csv";
enum format { FORMAT_TEXT, FORMAT_JSONL, FORMAT_CSV };

struct printing { struct cli *c; int format; bool values, progress, written; struct reconcile *ledger; };

static const struct cli_option options[] = {
	{ "format", "text|jsonl|csv", MSG_SCAN_FORMAT_HELP },
	{ "kinds", "A,B", MSG_SCAN_KINDS_HELP },
	{ "min-score", "N", MSG_SCAN_SCORE_HELP },
	{ "threads", "N", MSG_SCAN_THREADS_HELP },
	{ "state", "FILE", MSG_SCAN_STATE_HELP },
	{ "exclude", "GLOB", MSG_SCAN_EXCLUDE_HELP },
	{ "show-values", NULL, MSG_SCAN_VALUES_HELP },
	CLI_DATA_OPTION,
	{ "dry-run", NULL, MSG_SCAN_DRY_RUN_HELP },
	{ NULL, NULL, MSG_NONE },
};

/* ---- findings ---- */

static void member_text(struct js_out *j, struct str key, struct str value)
{
	js_key(j, key);
	if (value.p)
		js_text(j, value);
	else
		js_null(j);
}

static void member_int(struct js_out *j, struct str key, int64_t v)
{
	js_key(j, key);
	js_int(j, v);
}

static void finding_json(const struct printing *p, struct buf *b, const struct finding *f)
{
	struct js_out j = { .b = b };

	js_open(&j, '{');
	member_text(&j, S("path"), f->path);
	member_text(&j, S("member"), f->member);
	member_int(&j, S("line"), f->line);
	member_int(&j, S("column"), f->column);
	member_int(&j, S("start"), f->start);
	member_int(&j, S("end"), f->end);
	member_text(&j, S("kind"), str_z(scan_kinds[f->kind].name));
	member_int(&j, S("score"), f->score);
	member_text(&j, S("masked"), f->masked);
	if (p->values && f->value.p)
		member_text(&j, S("value"), f->value);
	js_close(&j, '}');
	buf_char(b, '\n');
}

static void put_int(struct csv_writer *w, int64_t v)
{
	struct buf b CLEANUP(buf_free) = buf_make(32);

	buf_int(&b, v);
	csv_put(w, buf_str(&b));
}

static void finding_csv(const struct printing *p, struct buf *b, const struct finding *f)
{
	struct csv_writer w = { .b = b };

	csv_put(&w, f->path);
	csv_put(&w, f->member);
	put_int(&w, f->line);
	put_int(&w, f->column);
	put_int(&w, f->start);
	put_int(&w, f->end);
	csv_put(&w, str_z(scan_kinds[f->kind].name));
	put_int(&w, f->score);
	csv_put(&w, f->masked);
	if (p->values)
		csv_put(&w, f->value);
	csv_put(&w, S(""));
	csv_end_row(&w);
}

/* A control character could steer the terminal. */
static void add_printable(struct buf *b, struct str s)
{
	for (ptrdiff_t i = 0; i < s.n; i++)
		buf_char(b, (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7F ? ' ' : s.p[i]);
}

static void add_place(struct buf *b, struct str path, struct str member)
{
	add_printable(b, path);
	if (member.p) {
		buf_lit(b, " > ");
		add_printable(b, member);
	}
}

static void finding_text(const struct printing *p, struct buf *b, const struct finding *f)
{
	struct buf place CLEANUP(buf_free) = buf_make(0), shown CLEANUP(buf_free) = buf_make(0);
	const struct scan_kind_info *k = &scan_kinds[f->kind];

	add_place(&place, f->path, f->member);
	buf_fmt(&place, ":%lld:%lld", (long long)f->line, (long long)f->column);
	add_printable(&shown, p->values && f->value.p ? f->value : f->masked);
	buf_fmt(&shown, " (%d)", f->score);
	msg_add(b, p->c->lang, MSG_SCAN_LINE, (struct str[]){ buf_str(&place), p->c->lang == JA ? k->ja : k->en, buf_str(&shown) }, 3);
}

static void on_finding(void *user, struct buf *out, const struct finding *f)
{
	const struct printing *p = user;

	if (p->ledger)
		reconcile_found(p->ledger, f);
	(p->format == FORMAT_JSONL ? finding_json : p->format == FORMAT_CSV ? finding_csv : finding_text)(p, out, f);
}

static void unread_csv(const struct printing *p, struct buf *out, struct str path, struct str member, const char *why)
{
	struct csv_writer w = { .b = out };

	csv_put(&w, path);
	csv_put(&w, member);
	for (int i = 0; i < 7 + p->values; i++)
		csv_put(&w, S(""));
	csv_put(&w, str_z(why));
	csv_end_row(&w);
}

static void on_unread(void *user, struct buf *out, struct str path, struct str member, enum extract_why why)
{
	const struct printing *p = user;
	struct js_out j = { .b = out };
	struct buf place CLEANUP(buf_free) = buf_make(0);

	if (p->ledger)
		reconcile_unread(p->ledger, path, why);
	if (p->format == FORMAT_CSV) {
		unread_csv(p, out, path, member, extract_why_code(why));
	} else if (p->format == FORMAT_JSONL) {
		js_open(&j, '{');
		member_text(&j, S("path"), path);
		member_text(&j, S("member"), member);
		member_text(&j, S("error"), str_z(extract_why_code(why)));
		js_close(&j, '}');
		buf_char(out, '\n');
	} else {
		add_place(&place, path, member);
		msg_add(out, p->c->lang, MSG_SCAN_UNREAD_LINE, (struct str[]){ buf_str(&place), extract_why_text(why, p->c->lang) }, 2);
	}
}

static void on_passed(void *user, struct str path)
{
	const struct printing *p = user;

	if (p->ledger)
		reconcile_passed(p->ledger, path);
}

static enum status on_write(void *user, struct str bytes)
{
	(void)user;
	return cli_print(bytes);
}

/* ---- progress and summary ---- */

static void add_bytes(struct buf *b, int64_t n)
{
	static const char *const UNITS[] = { "B", "KB", "MB", "GB", "TB" };
	double v = (double)n;
	int u = 0;

	for (; v >= 1000 && u < 4; u++)
		v /= 1000;
	buf_fmt(b, u ? "%.1f %s" : "%.0f %s", v, UNITS[u]);
}

static void add_count(struct buf *b, int64_t n)
{
	buf_int(b, n);
}

static void on_progress(void *user, const struct finder_progress *g)
{
	const struct printing *p = user;
	struct buf b CLEANUP(buf_free) = buf_make(1000), part[4] = { buf_make(40), buf_make(40), buf_make(40), buf_make(40) };
	int64_t rate = g->us > 0 ? (int64_t)((double)g->bytes * 1e6 / (double)g->us) : 0;

	add_bytes(&part[0], g->bytes);
	add_bytes(&part[1], g->bytes_all);
	add_count(&part[2], g->files);
	add_bytes(&part[3], rate);
	buf_char(&b, '\r');
	msg_add(&b, p->c->lang, MSG_SCAN_PROGRESS, (struct str[]){ buf_str(&part[0]), buf_str(&part[1]), buf_str(&part[2]), buf_str(&part[3]) }, 4);
	if (g->counted && rate > 0) {
		part[0].n = 0;
		add_count(&part[0], (MAX(0, g->bytes_all - g->bytes) + rate - 1) / rate);
		msg_add(&b, p->c->lang, MSG_SCAN_PROGRESS_LEFT, (struct str[]){ buf_str(&part[0]) }, 1);
	}
	buf_lit(&b, "\x1b[K");
	fwrite(b.p, 1, (size_t)b.n, stderr);
	for (int i = 0; i < 4; i++)
		buf_free(&part[i]);
}

static void summary_json(const struct printing *p, struct buf *b, const struct finder_summary *s)
{
	struct js_out j = { .b = b };

	js_open(&j, '{');
	js_key(&j, S("summary"));
	js_open(&j, '{');
	member_int(&j, S("files"), s->files);
	member_int(&j, S("bytes"), s->bytes);
	member_int(&j, S("findings"), s->findings);
	js_key(&j, S("kinds"));
	js_open(&j, '{');
	for (int k = 0; k < SCAN_KIND_MAX; k++)
		if (s->kinds[k])
			member_int(&j, str_z(scan_kinds[k].name), s->kinds[k]);
	js_close(&j, '}');
	member_int(&j, S("unread"), s->unread);
	member_int(&j, S("skipped"), s->skipped);
	member_int(&j, S("unchanged"), s->unchanged);
	js_key(&j, S("complete"));
	js_bool(&j, s->complete);
	if (p->ledger)
		scan_ledger_sums(&j, p->ledger, p->written);
	js_close(&j, '}');
	js_close(&j, '}');
	buf_char(b, '\n');
}

static void sentence(const struct cli *c, struct buf *b, enum msg_id id, int64_t n)
{
	struct buf number CLEANUP(buf_free) = buf_make(32);

	if (n) {
		buf_int(&number, n);
		msg_add(b, c->lang, id, (struct str[]){ buf_str(&number) }, 1);
		buf_char(b, '\n');
	}
}

static void summary_text(const struct cli *c, struct buf *b, const struct finder_summary *s)
{
	struct buf part[3] = { buf_make(40), buf_make(40), buf_make(40) };

	buf_int(&part[0], s->files);
	add_bytes(&part[1], s->bytes);
	buf_int(&part[2], s->findings);
	msg_add(b, c->lang, MSG_SCAN_TOTAL, (struct str[]){ buf_str(&part[0]), buf_str(&part[1]), buf_str(&part[2]) }, 3);
	buf_char(b, '\n');
	for (int i = 0; i < 3; i++)
		buf_free(&part[i]);
	sentence(c, b, MSG_SCAN_TOTAL_UNCHANGED, s->unchanged);
	sentence(c, b, MSG_SCAN_TOTAL_UNREAD, s->unread);
	sentence(c, b, MSG_SCAN_TOTAL_SKIPPED, s->skipped);
	if (!s->complete) {
		buf_add(b, msg_text(MSG_SCAN_STOPPED, c->lang));
		buf_char(b, '\n');
	}
}

/* The table of a csv ends with its rows: there the summary goes to standard error. */
static enum status print_summary(const struct printing *p, const struct finder_summary *s)
{
	struct buf b CLEANUP(buf_free) = buf_make(0);

	if (p->progress)
		fputc('\n', stderr);
	if (p->ledger && p->format == FORMAT_JSONL)
		scan_ledger_json(&b, p->ledger);
	else if (p->ledger)
		scan_ledger_text(&b, p->ledger, p->written, p->c->lang);
	if (p->format == FORMAT_JSONL)
		summary_json(p, &b, s);
	else
		summary_text(p->c, &b, s);
	if (p->format != FORMAT_CSV)
		return cli_print(buf_str(&b));
	fwrite(b.p, 1, (size_t)b.n, stderr);
	return ST_OK;
}

/* ---- the command ---- */

static _Atomic bool stop;

static void on_signal(int number)
{
	(void)number;
	atomic_store(&stop, true);
}

/* The first Ctrl-C stops in good order, the second at once. */
static void catch_signals(void)
{
	struct sigaction a = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };

	sigaction(SIGINT, &a, NULL);
	sigaction(SIGTERM, &a, NULL);
}

static enum status read_kinds(struct cli *c, uint32_t *ret)
{
	struct str list = cli_value(c, "kinds"), name;

	while (list.p && str_cut(&list, ',', &name)) {
		enum scan_kind kind;
		if (scan_kind_named(str_trim(name), &kind) != ST_OK) {
			struct buf place CLEANUP(buf_free) = buf_make(4096);
			buf_fmt(&place, "--kinds %.*s", STR_FMT(name));
			return cli_no_kind(c, str_dup(c->a, buf_str(&place)));
		}
		*ret |= SCAN_BIT(kind);
	}
	return ST_OK;
}

static enum status read_options(struct cli *c, struct finder_options *o, struct printing *p)
{
	int64_t score, threads;
	struct str *excludes = new_n(c->a, struct str, c->ngiven + 1);

	TRY(cli_choice(c, "format", FORMATS, &p->format));
	TRY(cli_number(c, "min-score", 0, 100, SCAN_SCORE_DEFAULT, &score));
	TRY(cli_number(c, "threads", 1, 64, 0, &threads));
	TRY(read_kinds(c, &o->scan.kinds));
	for (int i = 0; i < c->ngiven; i++)
		if (strcmp(c->given[i].option->name, "exclude") == 0)
			excludes[o->nexcludes++] = c->given[i].value;
	o->excludes = excludes;
	o->scan.min_score = score ? (int)score : -1;
	o->threads = (int)threads;
	o->values = p->values = cli_flag(c, "show-values");
	o->state = cli_value(c, "state");
	o->paths = c->args;
	o->npaths = c->nargs;
	o->stop = &stop;
	p->progress = cli_wants_progress(c);
	if (cli_value(c, "data").p && p->format == FORMAT_CSV) {
		problem(&c->problems, S("--format"), MSG_SCAN_DATA_CSV);
		return ST_BAD_INPUT;
	}
	if (cli_flag(c, "dry-run") && !cli_value(c, "data").p) {
		problem(&c->problems, S("--dry-run"), MSG_SCAN_DRY_RUN_DATA);
		return ST_BAD_INPUT;
	}
	if (o->values && o->state.n) {
		problem(&c->problems, S("--show-values"), MSG_SCAN_VALUES_STATE);
		return ST_BAD_INPUT;
	}
	return ST_OK;
}

/* That a place is empty can be said only when everything that the scanner knows was looked for. */
static bool looked_for_all(const struct finder_options *o)
{
	return (!o->scan.kinds || (o->scan.kinds & SCAN_DEFAULT) == SCAN_DEFAULT) && o->scan.min_score <= SCAN_SCORE_DEFAULT;
}

static enum status scan(struct cli *c, const struct finder_options *o, struct printing *p, struct finder_summary *sum)
{
	struct finder_output out = { .finding = on_finding, .unread = on_unread, .passed = on_passed, .write = on_write, .user = p };

	if (p->progress)
		out.progress = on_progress;
	if (p->ledger)
		reconcile_scope(p->ledger, o->paths, o->npaths);
	catch_signals();
	TRY(p->format != FORMAT_CSV ? ST_OK : cli_print(p->values ?
		S("path,member,line,column,start,end,kind,score,masked,value,error\r\n") :
		S("path,member,line,column,start,end,kind,score,masked,error\r\n")));
	TRY(finder_run(o, &out, &c->problems, sum));
	if (p->ledger) {
		reconcile_finish(p->ledger, sum->complete && looked_for_all(o));
		p->written = !cli_flag(c, "dry-run");
		TRY(scan_ledger_record(c, p->ledger, p->written));
	}
	return print_summary(p, sum);
}

static enum status run(struct cli *c)
{
	struct printing p = { .c = c };
	struct finder_options o = { .state = S("") };
	struct finder_summary sum = { 0 };
	struct arena ledger_memory = arena_make((ptrdiff_t)4 << 30);

	TRY(read_options(c, &o, &p));
	charset_prepare();
	if (sandbox_start(&o.sandbox) != ST_OK)
		o.sandbox = NULL;                     /* what needs one is then told as not read */
	enum status st = cli_value(c, "data").p ? scan_ledger_load(c, &ledger_memory, &p.ledger) : ST_OK;
	if (st == ST_OK)
		st = scan(c, &o, &p, &sum);
	sandbox_stop(o.sandbox);
	reconcile_free(p.ledger);
	arena_free(&ledger_memory);
	if (st != ST_OK)
		return st;
	return sum.unread || !sum.complete ? ST_PARTIAL : ST_OK;
}

const struct cli_command cmd_scan = {
	.name = "scan", .synopsis = "[OPTION...] PATH...", .summary = MSG_SCAN_SUMMARY_HELP, .options = options, .repeatable = "exclude",
	.min_args = 1, .max_args = 100000, .run = run,
};
