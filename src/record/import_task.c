/* import_task.c - keeps the state of an import beside its kept file, and does the work portion by portion. */
#include "record/import_task.h"
#include "format/json.h"
#include "record/access.h"
#include "record/queries.h"
#include "sys/sys.h"

#define DAY_US (INT64_C(24) * 3600 * 1000000)

enum { KEPT_DAYS = 7, STATE_MAX = 1 << 21, PORTION = 2000, TRIES_MAX = 5 };

/* ---- the state as text, in a setting of its own ---- */

static const char *const stages[IMPORT_STAGES] = { "waiting", "running", "done", "failed" };

/* Every number of the state with its name, for writing and reading alike. */
struct number { const char *name; int64_t *v; };
enum { NUMBERS = 13 };
static void numbers_of(struct import_task *t, struct number ret[NUMBERS])
{
	const struct number all[NUMBERS] = {
		{ "account", &t->account }, { "begun", &t->begun.us }, { "changed", &t->changed.us }, { "percent", &t->percent }, { "rows", &t->sum.rows },
		{ "new", &t->sum.count[IMPORT_NEW] }, { "changes", &t->sum.count[IMPORT_CHANGED] }, { "proposed", &t->sum.count[IMPORT_PROPOSED] },
		{ "same", &t->sum.count[IMPORT_SAME] }, { "incomplete", &t->sum.incomplete }, { "keyless", &t->sum.keyless }, { "notes", &t->notes },
		{ "portion", &t->portion },
	};

	memcpy(ret, all, sizeof all);
}

static void put_text(struct js_out *j, const char *name, struct str s)
{
	if (!s.p)
		return;
	js_key(j, str_z(name));
	js_text(j, s);
}

static struct str written(struct request *rq, struct import_task *t)
{
	const struct type *type = store_type(conn_store(rq->conn), t->type);
	struct buf b = buf_make(STATE_MAX);
	struct js_out j = { .b = &b };
	struct number n[NUMBERS];

	numbers_of(t, n);
	js_open(&j, '{');
	put_text(&j, "type", t->type);
	put_text(&j, "stage", str_z(stages[t->stage]));
	put_text(&j, "lang", t->lang == EN ? S("en") : S("ja"));
	put_text(&j, "sheet", t->sheet);
	put_text(&j, "mapping", t->mapping);
	js_key(&j, S("apply"));
	js_bool(&j, t->apply);
	for (int i = 0; i < NUMBERS; i++) {
		js_key(&j, str_z(n[i].name));
		js_int(&j, *n[i].v);
	}
	js_key(&j, S("given"));
	js_open(&j, '{');
	for (int i = 0; i < t->ngiven; i++) {
		js_key(&j, str_z(type->fields[t->given[i].place].name));
		js_int(&j, t->given[i].v.num);
	}
	js_close(&j, '}');
	js_close(&j, '}');
	struct str s = b.failed ? S("") : str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	return s;
}

static struct str text_of(const struct js *o, const char *name)
{
	const struct js *v = js_get(o, str_z(name));

	return v && v->kind == JS_TEXT ? v->text : (struct str){ NULL, 0 };
}

static enum status read_state(struct request *rq, struct str text, struct import_task *t)
{
	struct problems ignored = { .a = rq->a };
	struct number n[NUMBERS];
	struct js *o;

	if (js_parse(rq->a, text, &ignored, &o) != ST_OK)
		return ST_BROKEN;
	t->type = text_of(o, "type");
	t->sheet = text_of(o, "sheet");
	t->mapping = text_of(o, "mapping");
	t->lang = str_eq(text_of(o, "lang"), S("en")) ? EN : JA;
	const struct js *apply = js_get(o, S("apply")), *given = js_get(o, S("given"));
	t->apply = apply && apply->boolean;
	for (int i = 0; i < IMPORT_STAGES; i++)
		if (str_eq(text_of(o, "stage"), str_z(stages[i])))
			t->stage = (enum import_stage)i;
	numbers_of(t, n);
	for (int i = 0; i < NUMBERS; i++) {
		const struct js *v = js_get(o, str_z(n[i].name));
		*n[i].v = v ? v->integer : 0;
	}
	const struct type *type = store_type(conn_store(rq->conn), t->type);
	t->given = new_n(rq->a, struct import_given, given ? given->n : 0);
	for (const struct js *g = given ? given->child : NULL; g && type; g = g->next) {
		int place = type_place(type, g->key);
		if (place >= 0)
			t->given[t->ngiven++] = (struct import_given){ place, value_of_link(g->integer) };
	}
	return type ? ST_OK : ST_NOT_FOUND;
}

static struct str name_of(struct request *rq, int64_t id)
{
	struct buf b = buf_make(64);

	buf_fmt(&b, "import.%lld", (long long)id);
	struct str s = str_dup(rq->a, buf_str(&b));
	buf_free(&b);
	return s;
}

static enum status put(struct request *rq, struct import_task *t)
{
	t->changed = rq->now;
	struct str text = written(rq, t);
	struct db_q *q = db_query(rq->db, &q_setting_set);

	db_text(q, 1, name_of(rq, t->file));
	db_text(q, 2, text);
	enum status st = db_run(q);
	return st == ST_OK && !text.n ? ST_TOO_BIG : st;
}

static enum status get(struct request *rq, int64_t id, struct import_task *ret)
{
	struct db_q *q = db_query(rq->db, &q_setting_get);
	struct str text = { NULL, 0 };

	db_text(q, 1, name_of(rq, id));
	if (db_row(q))
		text = str_dup(rq->a, db_col_text(q, 0));
	TRY(db_end(q));
	*ret = (struct import_task){ .file = id };
	return text.p ? read_state(rq, text, ret) : ST_NOT_FOUND;
}

/* ---- every task there is: few, for they are forgotten after a week ---- */

struct stored { int64_t id; struct str text; struct stored *next; };

static enum status all_tasks(struct request *rq, struct stored **ret)
{
	struct db_q *q = db_query(rq->db, &q_import_tasks);

	*ret = NULL;
	while (db_row(q)) {
		struct stored *s = new(rq->a, struct stored);
		struct str name = db_col_text(q, 0);
		*s = (struct stored){ 0, str_dup(rq->a, db_col_text(q, 1)), *ret };
		for (ptrdiff_t i = S("import.").n; i < name.n; i++)
			s->id = s->id * 10 + (name.p[i] - '0');
		*ret = s;
	}
	return db_end(q);
}

static enum status forget_old(struct request *rq)
{
	struct stored *all;

	TRY(all_tasks(rq, &all));
	for (; all; all = all->next) {
		struct import_task t = { .file = all->id };
		if (read_state(rq, all->text, &t) == ST_OK && t.changed.us + KEPT_DAYS * DAY_US > rq->now.us)
			continue;
		struct db_q *q = db_query(rq->db, &q_setting_drop);
		db_text(q, 1, name_of(rq, all->id));
		TRY(db_run(q));
	}
	return ST_OK;
}

/* ---- for whoever asks ---- */

static struct instant week_from(struct request *rq)
{
	return (struct instant){ rq->now.us + KEPT_DAYS * DAY_US };
}

static enum status keep_longer(struct request *rq, int64_t file)
{
	struct db_q *q = db_query(rq->db, &q_kept_until);
	int64_t n;

	db_int(q, 1, file);
	db_int(q, 2, week_from(rq).us);
	TRY(db_run_counted(q, &n));
	return n ? ST_OK : ST_NOT_FOUND;
}

enum status import_task_start(struct request *rq, struct import_task *t)
{
	struct str id = name_of(rq, t->file);
	struct import_task before;
	bool added;

	enum status st = get(rq, t->file, &before);
	if (st == ST_OK && (before.stage == IMPORT_WAITING || before.stage == IMPORT_RUNNING))
		return ST_OK;                            /* asked for twice */
	if (st != ST_OK && st != ST_NOT_FOUND)
		return st;
	if (st == ST_OK && before.stage == IMPORT_FAILED && before.apply)
		t->sum = before.sum;                     /* what it wrote until then stays counted */
	TRY(forget_old(rq));
	TRY(keep_longer(rq, t->file));
	t->stage = IMPORT_WAITING;
	t->begun = rq->now;
	t->account = rq->actor.account;
	t->lang = rq->lang;
	TRY(put(rq, t));
	return job_add(rq->db, S(IMPORT_JOB), str_sub(id, S("import.").n, id.n), rq->now, id, &added);
}

enum status import_task_load(struct request *rq, int64_t id, struct import_task *ret)
{
	TRY(get(rq, id, ret));
	return rq->actor.account && ret->account == rq->actor.account ? ST_OK : ST_NOT_FOUND;
}

enum status import_tasks_own(struct request *rq, struct str type, struct import_task *ret, int max, int *ret_n)
{
	struct stored *all;

	*ret_n = 0;
	TRY(all_tasks(rq, &all));
	for (; all; all = all->next) {
		struct import_task t = { .file = all->id };
		if (read_state(rq, all->text, &t) != ST_OK || !str_eq(t.type, type) || t.account != rq->actor.account)
			continue;
		int at = MIN(*ret_n, max);
		while (at > 0 && ret[at - 1].begun.us < t.begun.us) {
			if (at < max)
				ret[at] = ret[at - 1];
			at--;
		}
		if (at < max)
			ret[at] = t;
		*ret_n = MIN(*ret_n + 1, max);
	}
	return ST_OK;
}

enum status import_task_notes(struct request *rq, const struct import_task *t, struct str *ret)
{
	struct str name;

	*ret = S("");
	if (!t->notes)
		return ST_OK;
	enum status st = file_load(rq, t->notes, &name, ret);
	return st == ST_NOT_FOUND ? ST_OK : st;
}

/* ---- the work ---- */

struct doing {
	struct conn          *c;
	struct request       *rq;
	const struct job     *j;
	struct import_task    t;
	struct import_progress before;         /* what earlier tries wrote: it is found unchanged now */
	struct arena          keep;
	struct import_source  source;
	struct import_read    read;
	struct problems       problems;
	enum status           end;
};

static enum status work_load(struct request *rq, void *arg)
{
	struct doing *d = arg;
	int64_t id = 0;

	for (ptrdiff_t i = 0; i < d->j->body.n; i++)
		id = id * 10 + (d->j->body.p[i] - '0');
	TRY(get(rq, id, &d->t));
	rq->lang = d->t.lang;
	TRY(access_load(rq, d->t.account));
	TRY(file_load(rq, id, &d->source.name, &d->source.bytes));
	d->source.sheet = d->t.sheet;
	d->source.mapping = d->t.mapping;
	d->source.given = d->t.given;
	d->source.ngiven = d->t.ngiven;
	d->source.portion = d->t.portion ? d->t.portion : PORTION;
	import_read_end(&d->read);
	return import_read_file(&d->keep, rq, store_type(conn_store(rq->conn), d->t.type), &d->source, &d->problems, &d->read);
}

static void take_progress(struct doing *d, const struct import_progress *p)
{
	struct import_progress *sum = &d->t.sum;
	int64_t whole = d->read.more ? d->source.bytes.n : import_rows_here(&d->read);
	int64_t there = d->read.more ? p->bytes : p->rows, again = 0;

	*sum = *p;
	for (int k = 0; k < IMPORT_OUTCOMES; k++)
		if (k != IMPORT_SAME) {
			sum->count[k] += d->before.count[k];
			again += d->before.count[k];
		}
	sum->count[IMPORT_SAME] -= MIN(again, sum->count[IMPORT_SAME]);
	d->t.percent = whole ? MIN(there * 100 / whole, 100) : 0;
	d->t.stage = IMPORT_RUNNING;
}

static enum status hold(struct request *rq, struct doing *d)
{
	TRY(job_hold(rq->db, d->j, rq->now, JOB_LEASE_SLOW_S));
	return put(rq, &d->t);
}

/* In the transaction of a portion: whose lease ran out writes nothing. */
static enum status within(struct request *rq, const struct import_progress *p, void *user)
{
	struct doing *d = user;

	rq->now = sys_now();
	take_progress(d, p);
	return hold(rq, d);
}

static enum status work_hold(struct request *rq, void *arg)
{
	return hold(rq, arg);
}

/* Behind a portion that was only compared. */
static enum status told(const struct import_progress *p, void *user)
{
	struct doing *d = user;

	if (d->t.apply)
		return ST_OK;
	d->rq->now = sys_now();
	take_progress(d, p);
	return request_run(d->rq, DB_WRITE, work_hold, d);
}

static enum status carry_out(struct doing *d)
{
	TRY(request_run(d->rq, DB_READ, work_load, d));
	d->before = d->t.sum;
	if (d->j->tries > TRIES_MAX)
		return ST_NO;                            /* it has ended the process again and again without a portion done */
	for (ptrdiff_t i = 0; d->t.apply && i < d->read.ntables; i++)
		TRY(import_own_fields(d->c, &d->read.table[i]));
	const struct type *type = store_type(conn_store(d->c), d->t.type);
	for (ptrdiff_t i = 0; i < d->read.ntables; i++)
		d->read.table[i].type = type;
	const struct import_watch watch = { within, told, d };
	struct import_report *report = new_n(&d->keep, struct import_report, d->read.ntables);
	return import_run(d->rq, &d->keep, &d->read, d->t.apply, &d->problems, &watch, report);
}

/* ---- the end ---- */

static void tell(struct buf *b, const struct problems *ps, enum lang lang)
{
	for (ptrdiff_t i = 0; i < ps->n && i < 20; i++) {
		if (ps->p[i].place.n) {
			buf_add(b, ps->p[i].place);
			buf_lit(b, ": ");
		}
		msg_add(b, lang, ps->p[i].msg, ps->p[i].arg, COUNT(ps->p[i].arg));
		buf_char(b, '\n');
	}
}

/* The file has done its service when it was brought in; compared only, it may still be. */
static enum status work_end(struct request *rq, void *arg)
{
	struct doing *d = arg;

	rq->now = sys_now();
	d->t.stage = d->end == ST_OK ? IMPORT_DONE : IMPORT_FAILED;
	if (d->end == ST_OK)
		d->t.percent = 100;
	d->t.notes = 0;
	if (d->problems.n) {
		struct buf b = buf_make(1 << 16);
		tell(&b, &d->problems, d->t.lang);
		enum status st = file_keep(rq, S("notes"), buf_str(&b), week_from(rq), &d->t.notes);
		buf_free(&b);
		TRY(st);
	}
	if (d->end == ST_OK && d->t.apply)
		TRY(file_drop_kept(rq, d->t.file));
	TRY(put(rq, &d->t));
	return job_done(rq->db, d->j);
}

/* Nothing tells of it any more. */
static enum status work_forget(struct request *rq, void *arg)
{
	return job_done(rq->db, ((struct doing *)arg)->j);
}

/* What will not be better the next time; a lost race, a full disk, a busy database may be. */
static bool is_final(enum status st, const struct job *j)
{
	return st == ST_OK || st == ST_BAD_INPUT || st == ST_DENIED || st == ST_NO || st == ST_TOO_BIG || st == ST_NOT_FOUND || j->tries >= TRIES_MAX;
}

enum status import_task_job(struct conn *c, const struct job *j)
{
	struct doing d = { .c = c, .j = j, .keep = arena_make((ptrdiff_t)1 << 31) };
	struct arena a = arena_make((ptrdiff_t)1 << 31);
	struct request rq;

	request_init(&rq, &a, c, JA);
	d.rq = &rq;
	d.problems.a = &d.keep;
	d.end = carry_out(&d);
	for (ptrdiff_t i = 0; i < rq.problems.n; i++)
		problem(&d.problems, rq.problems.p[i].place, rq.problems.p[i].msg,
			.arg = { rq.problems.p[i].arg[0], rq.problems.p[i].arg[1], rq.problems.p[i].arg[2] });
	enum status st = d.end;
	if (st != ST_CONFLICT && d.t.type.p && is_final(st, j))
		st = request_run(&rq, DB_WRITE, work_end, &d);
	else if (!d.t.type.p && st == ST_NOT_FOUND)
		st = request_run(&rq, DB_WRITE, work_forget, &d);
	import_read_end(&d.read);
	arena_free(&a);
	arena_free(&d.keep);
	return st;
}
