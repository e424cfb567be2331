/* scan_ledger.c - places that no row of the ledger names, rows whose place is empty, files kept too long. */
#include "cli/scan_ledger.h"
#include "cli/store.h"

static const char *const whats[RECONCILE_WHATS] = {
	[RECONCILE_PROPOSAL] = "proposal", [RECONCILE_QUESTION] = "question", [RECONCILE_DISPOSAL] = "disposal",
};
static const char *const outcomes[RECONCILE_OUTCOMES] = {
	[RECONCILE_NEW] = "new", [RECONCILE_WAITS] = "waiting", [RECONCILE_SETTLED] = "settled",
};

/* ---- the store ---- */

struct work { struct arena *a; struct reconcile *r; bool write; };

static enum status work_load(struct request *rq, void *arg)
{
	struct work *w = arg;

	reconcile_free(w->r);                         /* of a try that lost a race */
	w->r = NULL;
	return reconcile_load(rq, w->a, &w->r);
}

static enum status work_record(struct request *rq, void *arg)
{
	const struct work *w = arg;

	return reconcile_record(rq, w->r, w->write);
}

static enum status in_store(struct cli *c, enum db_mode mode, request_work *work, struct work *w)
{
	struct cli_store s;
	enum status st = cli_store_open(c, &s);

	if (st == ST_OK)
		st = request_run(&s.rq, mode, work, w);
	if (st != ST_OK)
		cli_take_problems(c, &s.rq);
	cli_keep_problems(c);
	cli_store_close(&s);
	return st;
}

enum status scan_ledger_load(struct cli *c, struct arena *a, struct reconcile **ret)
{
	struct work w = { .a = a };

	TRY(in_store(c, DB_READ, work_load, &w));
	*ret = w.r;
	return ST_OK;
}

enum status scan_ledger_record(struct cli *c, struct reconcile *r, bool write)
{
	struct work w = { .r = r, .write = write };

	return in_store(c, write ? DB_WRITE : DB_READ, work_record, &w);
}

/* ---- telling ---- */

static void text(struct js_out *j, const char *key, struct str value)
{
	js_key(j, str_z(key));
	js_text(j, value);
}

static void number(struct js_out *j, const char *key, int64_t v)
{
	js_key(j, str_z(key));
	js_int(j, v);
}

static void day(struct js_out *j, const char *key, struct date d)
{
	struct buf b CLEANUP(buf_free) = buf_make(32);

	date_add_iso(&b, d);
	text(j, key, buf_str(&b));
}

static void open_line(struct js_out *j, struct buf *b, const struct reconcile_act *act)
{
	*j = (struct js_out){ .b = b };
	js_open(j, '{');
	js_key(j, str_z(whats[act->what]));
	js_open(j, '{');
}

static void close_line(struct js_out *j, struct buf *b, const struct reconcile_act *act)
{
	text(j, "outcome", str_z(outcomes[act->outcome]));
	js_key(j, S("record"));
	if (act->record)
		js_int(j, act->record);
	else
		js_null(j);
	js_close(j, '}');
	js_close(j, '}');
	buf_char(b, '\n');
}

static void proposal_json(struct buf *b, const struct reconcile_act *act)
{
	struct js_out j;
	int64_t findings = 0;

	open_line(&j, b, act);
	text(&j, "storage_place", act->path);
	js_key(&j, S("kinds"));
	js_open(&j, '[');
	for (int k = 0; k < SCAN_KIND_MAX; k++) {
		if (act->found[k])
			js_text(&j, str_z(scan_kinds[k].name));
		findings += act->found[k];
	}
	js_close(&j, ']');
	number(&j, "files", act->files);
	number(&j, "findings", findings);
	text(&j, "serial", act->serial);
	close_line(&j, b, act);
}

static void question_json(struct buf *b, const struct reconcile_act *act)
{
	struct js_out j;

	open_line(&j, b, act);
	text(&j, "serial", act->row->serial);
	text(&j, "name", act->row->name);
	text(&j, "department", act->row->department_name);
	text(&j, "manager", act->row->manager);
	text(&j, "storage_place", act->row->place);
	close_line(&j, b, act);
}

static void disposal_json(struct buf *b, const struct reconcile_act *act)
{
	for (const struct reconcile_overdue *o = act->row->overdue; o; o = o->next) {
		struct js_out j;
		open_line(&j, b, act);
		text(&j, "path", o->path);
		text(&j, "serial", act->row->serial);
		text(&j, "name", act->row->name);
		text(&j, "retention", act->row->retention);
		day(&j, "changed", o->changed);
		day(&j, "due", o->due);
		close_line(&j, b, act);
	}
}

void scan_ledger_json(struct buf *b, const struct reconcile *r)
{
	for (const struct reconcile_act *act = reconcile_acts(r); act; act = act->next)
		(act->what == RECONCILE_PROPOSAL ? proposal_json : act->what == RECONCILE_QUESTION ? question_json : disposal_json)(b, act);
}

void scan_ledger_sums(struct js_out *j, const struct reconcile *r, bool written)
{
	int64_t n[RECONCILE_WHATS][RECONCILE_OUTCOMES] = { 0 };

	for (const struct reconcile_act *act = reconcile_acts(r); act; act = act->next)
		n[act->what][act->outcome]++;
	js_key(j, S("ledger"));
	js_open(j, '{');
	js_key(j, S("recorded"));
	js_bool(j, written);
	for (int w = 0; w < RECONCILE_WHATS; w++) {
		js_key(j, str_z(whats[w]));
		js_open(j, '{');
		for (int o = 0; o < RECONCILE_OUTCOMES; o++)
			number(j, outcomes[o], n[w][o]);
		js_close(j, '}');
	}
	js_close(j, '}');
}

static void line(struct buf *b, enum lang lang, enum msg_id id, struct str x, struct str y, struct str z)
{
	msg_add(b, lang, id, (struct str[]){ x, y, z }, 3);
	buf_char(b, '\n');
}

static void outcome_text(struct buf *b, const struct reconcile_act *act, bool written, enum lang lang)
{
	enum msg_id id = act->outcome == RECONCILE_WAITS ? MSG_SCAN_WAITS : act->outcome == RECONCILE_SETTLED ? MSG_SCAN_SETTLED
		: !written ? MSG_SCAN_NOT_RECORDED : act->what == RECONCILE_PROPOSAL ? MSG_SCAN_DRAFTED : MSG_SCAN_ASKED;

	line(b, lang, id, act->serial, S(""), S(""));
}

static void act_text(struct buf *b, const struct reconcile_act *act, enum lang lang)
{
	struct buf x CLEANUP(buf_free) = buf_make(0), n CLEANUP(buf_free) = buf_make(32);

	if (act->what == RECONCILE_PROPOSAL) {
		reconcile_kinds(&x, act->found, lang);
		buf_int(&n, act->files);
		line(b, lang, MSG_SCAN_PROPOSAL, act->path, buf_str(&n), buf_str(&x));
	} else if (act->what == RECONCILE_QUESTION) {
		line(b, lang, MSG_SCAN_QUESTION, act->row->serial, act->row->name, act->row->place);
	} else {
		for (const struct reconcile_overdue *o = act->row->overdue; o; o = o->next) {
			x.n = 0;
			date_add_iso(&x, o->due);
			line(b, lang, MSG_SCAN_DISPOSAL, o->path, act->row->serial, buf_str(&x));
		}
	}
}

void scan_ledger_text(struct buf *b, const struct reconcile *r, bool written, enum lang lang)
{
	for (const struct reconcile_act *act = reconcile_acts(r); act; act = act->next) {
		act_text(b, act, lang);
		outcome_text(b, act, written, lang);
	}
}
