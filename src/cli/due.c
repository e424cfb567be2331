/* due.c - `tobari due`: what is due, until when, whose turn it is, under which clause. */
#include "cli/store.h"
#include "domain/duty/duty.h"
#include "format/json.h"
#include "record/list.h"
#include <stdio.h>

enum { LINES_MAX = 10000 };

struct line {
	struct str   type, title, role, role_name, department, staff, clause, serial;
	int64_t      record;             /* 0: not opened yet */
	struct date  until;
	struct line *next;
};
struct listing { struct cli *c; struct date until; bool open; struct line *lines; };

static struct str text_at(const struct record *r, const char *field)
{
	int at = field ? type_place(r->type, str_z(field)) : -1;

	return at >= 0 ? r->v[at].text : S("");
}

static struct str name_of(struct request *rq, int64_t id)
{
	return id ? str_dup(rq->a, record_title_of(rq, id)) : S("");
}

static enum status opened(struct request *rq, const struct due *d, struct line *l)
{
	struct record *r;

	TRY(record_get(rq, d->record, &r));
	const struct record_type *t = r->type->t;
	*l = (struct line){ .type = str_z(t->name), .title = record_title(rq, r), .role = d->role ? str_z(role_code(d->role)) : S(""),
		.role_name = d->role ? role_label(d->role, rq->lang) : S(""), .department = name_of(rq, d->department ? d->department : r->department),
		.staff = name_of(rq, d->staff), .clause = text_at(r, t->clause_field), .serial = r->serial, .record = r->id, .until = d->until };
	if (!l->clause.n)
		l->clause = str_z(t->clause ? t->clause : "");
	return ST_OK;
}

/* Duties whose next period begins within the time asked for. */
static void to_come(struct request *rq, struct listing *j, struct line ***end)
{
	for (int i = 0; i < domain_nduties; i++) {
		const struct duty *d = &domain_duties[i];
		struct duty_term t = duty_term_next(rq, d, duty_term_on(rq, d, rq->today));
		if (date_cmp(t.due, j->until) > 0)
			continue;
		**end = new(rq->a, struct line);
		***end = (struct line){ .type = S("duty"), .title = d->title[rq->lang], .role = str_z(role_code(d->role)),
			.role_name = role_label(d->role, rq->lang), .clause = str_z(d->clause), .until = t.due };
		*end = &(**end)->next;
	}
}

static enum status work(struct request *rq, void *arg)
{
	struct listing *j = arg;
	struct line **end = &j->lines;
	struct due *due;

	j->lines = NULL;
	if (j->open)
		TRY(day_run(rq));
	TRY(due_list(rq, j->until, LINES_MAX, &due));
	for (; due; due = due->next) {
		*end = new(rq->a, struct line);
		TRY(opened(rq, due, *end));
		end = &(*end)->next;
	}
	to_come(rq, j, &end);
	return ST_OK;
}

static void put(struct js_out *o, struct str key, struct str text)
{
	js_key(o, key);
	if (text.n)
		js_text(o, text);
	else
		js_null(o);
}

static struct str iso(struct arena *a, struct date d)
{
	struct buf b = buf_make(32);

	date_add_iso(&b, d);
	struct str s = str_dup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

static void as_json(struct buf *b, const struct listing *j, struct date today)
{
	struct js_out o = { .b = b };

	js_open(&o, '[');
	for (const struct line *l = j->lines; l; l = l->next) {
		js_open(&o, '{');
		put(&o, S("type"), l->type);
		js_key(&o, S("record"));
		if (l->record)
			js_int(&o, l->record);
		else
			js_null(&o);
		put(&o, S("serial"), l->serial);
		put(&o, S("title"), l->title);
		put(&o, S("until"), iso(j->c->a, l->until));
		js_key(&o, S("overdue"));
		js_bool(&o, date_cmp(l->until, today) < 0);
		put(&o, S("role"), l->role);
		put(&o, S("person"), l->staff);
		put(&o, S("department"), l->department);
		put(&o, S("clause"), l->clause);
		js_close(&o, '}');
	}
	js_close(&o, ']');
	buf_char(b, '\n');
}

static void as_text(struct buf *b, const struct listing *j, struct date today)
{
	for (const struct line *l = j->lines; l; l = l->next) {
		date_add_iso(b, l->until);
		buf_char(b, '\t');
		buf_add(b, date_cmp(l->until, today) < 0 ? msg_text(MSG_DUE_LATE, j->c->lang) : l->record ? msg_text(MSG_DUE_OPEN, j->c->lang)
			: msg_text(MSG_DUE_TO_COME, j->c->lang));
		buf_char(b, '\t');
		buf_add(b, l->title);
		buf_char(b, '\t');
		buf_add(b, l->staff.n ? l->staff : l->role_name);
		buf_char(b, '\t');
		buf_add(b, l->department);
		buf_char(b, '\t');
		buf_add(b, l->clause);
		buf_char(b, '\n');
	}
}

static enum status run(struct cli *c)
{
	struct listing j = { .c = c, .open = cli_flag(c, "open") };
	struct cli_store s;
	int64_t within;
	int format;

	TRY(cli_choice(c, "format", "text|json", &format));
	TRY(cli_number(c, "within", 0, 3660, 60, &within));
	enum status st = cli_store_open(c, &s);
	if (st == ST_OK) {
		struct buf b = buf_make(64 << 20);
		j.until = date_add_days(s.rq.today, (int)within);
		st = request_run(&s.rq, j.open ? DB_WRITE : DB_READ, work, &j);
		if (st == ST_OK) {
			if (format)
				as_json(&b, &j, s.rq.today);
			else
				as_text(&b, &j, s.rq.today);
			st = cli_print(buf_str(&b));
		}
		buf_free(&b);
	}
	cli_store_close(&s);
	return st;
}

static const struct cli_option options[] = {
	CLI_DATA_OPTION, { "within", "DAYS", MSG_DUE_WITHIN }, { "open", NULL, MSG_DUE_OPEN_TODAY },
	{ "format", "text|json", MSG_CLI_FORMAT }, { 0 },
};
const struct cli_command cmd_due = {
	.name = "due", .synopsis = "--data DIR [--within DAYS] [--open] [--format text|json]", .summary = MSG_DUE, .options = options, .run = run,
};
