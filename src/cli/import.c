/* import.c - `tobari import`: the difference between a file and the store, and, with --apply, the act. */
#include "cli/store.h"
#include "format/json.h"
#include "format/table_in.h"
#include "record/import_run.h"
#include "sys/stream.h"
#include "sys/sys.h"

enum { START_BYTES = 4096 };

struct job {
	struct cli          *c;
	struct cli_store     s;
	const struct type   *type;
	struct sys_file      file;
	struct csv_source    stream;
	struct import_source source;
	struct import_read   read;
	struct arena         keep;         /* the file and the report; rq->a is given back in portions meanwhile */
	struct import_report *report;      /* one for each table */
	bool                 apply;
};

static enum status unreadable(struct cli *c, struct str path, enum status st)
{
	problem(&c->problems, path, st == ST_NOT_FOUND ? MSG_FILE_NOT_FOUND : st == ST_DENIED ? MSG_FILE_DENIED
		: st == ST_TOO_BIG ? MSG_FILE_TOO_BIG : MSG_FILE_UNREADABLE, .arg = { S("256 MiB") });
	return ST_BAD_INPUT;
}

/* A text table stays where it is and is read bit by bit; a workbook comes into memory. */
static enum status open_source(struct job *j)
{
	struct str path = j->c->args[1];
	char *start = new_n(&j->keep, char, START_BYTES);
	enum status st = sys_open_file(path, &j->file);

	if (st != ST_OK)
		return unreadable(j->c, path, st);
	ptrdiff_t n = sys_read_some(&j->file, start, START_BYTES);
	if (n < 0 || sys_rewind_file(&j->file) != ST_OK)
		return unreadable(j->c, path, ST_BROKEN);
	if (n > 0 && table_kind((struct str){ start, n }) == TABLE_KIND_TEXT) {
		j->stream = (struct csv_source){ sys_read_some, &j->file };
		j->source.text = &j->stream;
		return ST_OK;
	}
	st = sys_read_file(&j->keep, path, IMPORT_FILE_MAX, &j->source.bytes);
	return st == ST_OK ? ST_OK : unreadable(j->c, path, st);
}

static enum status read_inputs(struct job *j)
{
	struct cli *c = j->c;
	struct str map = cli_value(c, "map");

	TRY(open_source(j));
	enum status st = map.p ? sys_read_file(&j->keep, map, 1 << 20, &j->source.mapping) : ST_OK;
	if (st != ST_OK)
		return unreadable(c, map, st);
	j->source.name = c->args[1];
	j->source.sheet = cli_value(c, "sheet");
	return ST_OK;
}

/* --set FIELD=VALUE: the same for every row. */
static enum status read_given(struct request *rq, struct job *j)
{
	struct cli *c = j->c;

	j->source.ngiven = 0;
	j->source.given = new_n(&j->keep, struct import_given, c->ngiven + 1);
	for (int i = 0; i < c->ngiven; i++) {
		struct str value = c->given[i].value, name;
		if (strcmp(c->given[i].option->name, "set") != 0)
			continue;
		int place = str_cut(&value, '=', &name) ? type_place(j->type, str_trim(name)) : -1;
		const struct field *f = place >= 0 ? &j->type->fields[place] : NULL;
		struct import_given *g = &j->source.given[j->source.ngiven];
		if (!f || f->flags & DERIVED) {
			problem(&c->problems, S("--set"), MSG_IMPORT_SET_FIELD, .arg = { name });
			return ST_BAD_INPUT;
		}
		TRY(value_parse(&j->keep, f, value, S("--set"), &c->problems, &g->v));
		if (f->kind == FK_LINK || f->kind == FK_STAFF || f->kind == FK_DEPARTMENT)
			g->v = value_of_link(import_find_linked(rq, f, str_trim(value)));
		if (!g->v.set) {
			problem(&c->problems, S("--set"), MSG_IMPORT_SET_VALUE, .arg = { value, f->label[c->lang] });
			return ST_BAD_INPUT;
		}
		g->place = place;
		j->source.ngiven++;
	}
	return ST_OK;
}

static enum status work_read(struct request *rq, void *arg)
{
	struct job *j = arg;

	TRY(read_given(rq, j));
	return import_read_file(&j->keep, rq, j->type, &j->source, &j->c->problems, &j->read);
}

static struct str number(struct job *j, int64_t v)
{
	struct buf b = buf_make(32);

	buf_int(&b, v);
	struct str s = str_dup(&j->keep, buf_str(&b));
	buf_free(&b);
	return s;
}

static enum status progress(const struct import_progress *p, void *user)
{
	struct job *j = user;
	struct buf b = buf_make(4096);
	struct str args[] = { number(j, p->rows), number(j, j->file.size ? MIN(p->bytes * 100 / j->file.size, 100) : 0) };

	msg_add(&b, j->c->lang, MSG_IMPORT_PROGRESS, args, 2);
	buf_char(&b, '\n');
	IGNORE(sys_write_all(2, buf_str(&b)));
	buf_free(&b);
	return ST_OK;
}

/* ---- telling it ---- */

static const char *const outcomes[] = {
	[IMPORT_NEW] = "new", [IMPORT_CHANGED] = "changed", [IMPORT_PROPOSED] = "proposed", [IMPORT_SAME] = "same",
};

static void put(struct js_out *o, struct str key, struct str text)
{
	js_key(o, key);
	js_text(o, text);
}

static void put_int(struct js_out *o, struct str key, int64_t v)
{
	js_key(o, key);
	js_int(o, v);
}

static int64_t total(const struct job *j, enum import_outcome o)
{
	int64_t n = 0;

	for (ptrdiff_t i = 0; i < j->read.ntables; i++)
		n += j->report[i].count[o];
	return n;
}

static int64_t incomplete(const struct job *j)
{
	int64_t n = 0;

	for (ptrdiff_t i = 0; i < j->read.ntables; i++)
		n += j->report[i].incomplete;
	return n;
}

static int64_t keyless(const struct job *j)
{
	int64_t n = 0;

	for (ptrdiff_t i = 0; i < j->read.ntables; i++)
		n += j->report[i].keyless;
	return n;
}

static void put_lines(struct js_out *o, struct job *j, const struct import_table *t, const struct import_report *r)
{
	for (const struct import_line *l = r->lines; l; l = l->next) {
		if (l->outcome == IMPORT_SAME)
			continue;
		js_open(o, '{');
		put(o, S("where"), import_where(&j->keep, t, &t->row[l->row]));
		put(o, S("outcome"), str_z(outcomes[l->outcome]));
		if (l->record)
			put_int(o, S("record"), l->record);
		put_int(o, S("missing"), l->missing);
		js_key(o, S("lacks"));
		js_open(o, '[');
		for (int i = 0; i < l->missing; i++)
			js_text(o, str_z(t->type->fields[l->lacks[i]].name));
		js_close(o, ']');
		js_key(o, S("changes"));
		js_open(o, '[');
		for (int i = 0; i < l->nchanges; i++) {
			js_open(o, '{');
			put(o, S("field"), str_z(t->type->fields[l->change[i].place].name));
			put(o, S("before"), l->change[i].before);
			put(o, S("after"), l->change[i].after);
			js_close(o, '}');
		}
		js_close(o, ']');
		js_close(o, '}');
	}
}

static void put_columns(struct js_out *o, const struct job *j)
{
	js_key(o, S("columns"));
	js_open(o, '[');
	for (ptrdiff_t k = 0; k < j->read.ntables; k++) {
		for (int i = 0; i < j->read.table[k].ncolumns; i++) {
			const struct import_column *c = &j->read.table[k].column[i];
			js_open(o, '{');
			put(o, S("sheet"), j->read.found.table[k].sheet->name);
			put(o, S("label"), c->header);
			js_key(o, S("field"));
			if (c->place >= 0)
				js_text(o, str_z(j->type->fields[c->place].name));
			else
				js_null(o);
			js_close(o, '}');
		}
	}
	js_close(o, ']');
}

static void put_doubts(struct js_out *o, const struct job *j)
{
	js_key(o, S("doubts"));
	js_open(o, '[');
	for (ptrdiff_t k = 0; k < j->read.ntables; k++) {
		for (const struct import_doubt *d = j->report[k].doubts; d; d = d->next) {
			js_open(o, '{');
			put(o, S("where"), d->where);
			put(o, S("field"), str_z(j->type->fields[d->place].name));
			put(o, S("text"), d->text);
			js_close(o, '}');
		}
	}
	js_close(o, ']');
	js_key(o, S("unregistered"));
	js_open(o, '[');
	for (ptrdiff_t k = 0; k < j->read.ntables; k++) {
		for (const struct import_name *n = j->report[k].names; n; n = n->next) {
			js_open(o, '{');
			put(o, S("field"), str_z(n->field->name));
			put(o, S("name"), n->name);
			put_int(o, S("rows"), n->rows);
			js_close(o, '}');
		}
	}
	js_close(o, ']');
	js_key(o, S("absent"));
	js_open(o, '[');
	for (ptrdiff_t k = 0; k < j->read.ntables; k++) {
		for (const struct import_absent *m = j->report[k].partial ? NULL : j->report[k].absent; m; m = m->next) {
			js_open(o, '{');
			put_int(o, S("record"), m->record);
			put(o, S("title"), m->title);
			js_close(o, '}');
		}
	}
	js_close(o, ']');
	js_key(o, S("passed_sheets"));
	js_open(o, '[');
	for (ptrdiff_t i = 0; i < j->read.found.npassed; i++) {
		js_open(o, '{');
		put(o, S("sheet"), j->read.found.passed[i].name);
		put(o, S("why"), msg_text(pass_message(j->read.found.passed[i].why), j->c->lang));
		js_close(o, '}');
	}
	js_close(o, ']');
}

static void as_json(struct buf *b, struct job *j)
{
	struct js_out o = { .b = b };

	js_open(&o, '{');
	put(&o, S("type"), str_z(j->type->t->name));
	js_key(&o, S("applied"));
	js_bool(&o, j->apply);
	for (int i = 0; i < IMPORT_OUTCOMES; i++)
		put_int(&o, str_z(outcomes[i]), total(j, (enum import_outcome)i));
	put_int(&o, S("incomplete"), incomplete(j));
	put_int(&o, S("keyless"), keyless(j));
	put_columns(&o, j);
	js_key(&o, S("rows"));
	js_open(&o, '[');
	for (ptrdiff_t k = 0; k < j->read.ntables; k++)
		put_lines(&o, j, &j->read.table[k], &j->report[k]);
	js_close(&o, ']');
	put_doubts(&o, j);
	js_close(&o, '}');
	buf_char(b, '\n');
}

static void line(struct buf *b, enum lang lang, enum msg_id m, struct str a0, struct str a1, struct str a2)
{
	struct str args[] = { a0, a1, a2 };

	msg_add(b, lang, m, args, 3);
	buf_char(b, '\n');
}

/* Incomplete rows come in, and each is named with what it lacks. */
static void lacks_line(struct buf *b, struct job *j, const struct import_table *t, const struct import_line *l)
{
	enum lang lang = j->c->lang;
	struct buf fields = buf_in(&j->keep, 4096);

	for (int i = 0; i < l->missing; i++) {
		buf_add(&fields, i ? msg_text(MSG_REC_LIST_COMMA, lang) : S(""));
		buf_add(&fields, t->type->fields[l->lacks[i]].label[lang]);
	}
	line(b, lang, MSG_IMPORT_LACKS, import_where(&j->keep, t, &t->row[l->row]), buf_take(&fields), S(""));
}

static void as_text(struct buf *b, struct job *j)
{
	enum lang lang = j->c->lang;

	for (ptrdiff_t i = 0; i < j->read.found.npassed; i++)
		line(b, lang, MSG_IMPORT_PASSED, j->read.found.passed[i].name, msg_text(pass_message(j->read.found.passed[i].why), lang), S(""));
	for (ptrdiff_t k = 0; k < j->read.ntables; k++)
		for (int i = 0; i < j->read.table[k].ncolumns; i++)
			if (j->read.table[k].column[i].place < 0 && j->read.table[k].column[i].header.n)
				line(b, lang, MSG_IMPORT_OWN, j->read.table[k].column[i].header, S(""), S(""));
	for (ptrdiff_t k = 0; k < j->read.ntables; k++) {
		const struct import_table *t = &j->read.table[k];
		for (const struct import_line *l = j->report[k].lines; l; l = l->next)
			for (int i = 0; i < l->nchanges; i++) {
				buf_add(b, import_where(&j->keep, t, &t->row[l->row]));
				buf_char(b, ' ');
				line(b, lang, l->outcome == IMPORT_PROPOSED ? MSG_IMPORT_PROPOSE : MSG_IMPORT_CHANGE,
				     t->type->fields[l->change[i].place].label[lang], l->change[i].before, l->change[i].after);
			}
		for (const struct import_line *l = j->report[k].lines; l; l = l->next)
			if (l->missing)
				lacks_line(b, j, t, l);
		for (const struct import_doubt *d = j->report[k].doubts; d; d = d->next)
			line(b, lang, MSG_IMPORT_DOUBT, d->where, t->type->fields[d->place].label[lang], d->text);
		for (const struct import_name *n = j->report[k].names; n; n = n->next)
			line(b, lang, MSG_IMPORT_UNREGISTERED, n->field->label[lang], n->name, number(j, n->rows));
		for (const struct import_absent *m = j->report[k].partial ? NULL : j->report[k].absent; m; m = m->next)
			line(b, lang, MSG_IMPORT_ABSENT, m->title, S(""), S(""));
	}
	line(b, lang, MSG_IMPORT_SUM, number(j, total(j, IMPORT_NEW)), number(j, total(j, IMPORT_CHANGED) + total(j, IMPORT_PROPOSED)),
	     number(j, total(j, IMPORT_SAME)));
	line(b, lang, MSG_IMPORT_INCOMPLETE, number(j, incomplete(j)), S(""), S(""));
	if (keyless(j))
		line(b, lang, MSG_IMPORT_KEYLESS, import_key_labels(&j->keep, j->type, lang), number(j, keyless(j)), S(""));
	for (ptrdiff_t k = 0; k < j->read.ntables; k++)
		for (const struct import_place *p = j->report[k].keyless_at; p; p = p->next)
			line(b, lang, MSG_IMPORT_KEYLESS_AT, p->where, S(""), S(""));
	buf_add(b, msg_text(j->apply ? MSG_IMPORT_APPLIED : MSG_IMPORT_NOT_APPLIED, lang));
	buf_char(b, '\n');
}

static enum status tell(struct job *j, int format)
{
	struct buf b = buf_make(0);

	if (format)
		as_json(&b, j);
	else
		as_text(&b, j);
	enum status st = b.failed ? ST_TOO_BIG : cli_print(buf_str(&b));
	buf_free(&b);
	return st;
}

static enum status import(struct job *j, int format)
{
	struct cli *c = j->c;

	TRY(cli_store_open(c, &j->s));
	j->type = cli_type(c, &j->s, c->args[0]);
	if (!j->type)
		return ST_BAD_INPUT;
	TRY(read_inputs(j));
	TRY(request_run(&j->s.rq, DB_READ, work_read, j));
	j->report = new_n(&j->keep, struct import_report, j->read.ntables);
	for (ptrdiff_t i = 0; j->apply && i < j->read.ntables; i++)
		TRY(import_own_fields(j->s.conn, &j->read.table[i]));
	j->type = store_type(j->s.store, c->args[0]);
	for (ptrdiff_t i = 0; i < j->read.ntables; i++)
		j->read.table[i].type = j->type;
	enum status st = import_run(&j->s.rq, &j->keep, &j->read, j->apply, &c->problems, &(struct import_watch){ .told = progress, .user = j }, j->report);
	cli_take_problems(c, &j->s.rq);
	return st == ST_OK ? tell(j, format) : st;
}

static enum status run(struct cli *c)
{
	struct job j = { .c = c, .keep = arena_make(INT64_C(8) << 30), .apply = cli_flag(c, "apply"), .file = { .fd = -1 } };
	int format;

	TRY(cli_choice(c, "format", "text|json", &format));
	enum status st = import(&j, format);
	import_read_end(&j.read);
	sys_close_file(&j.file);
	cli_store_close(&j.s);
	cli_keep_problems(c);
	arena_free(&j.keep);
	return st;
}

static const struct cli_option options[] = {
	CLI_DATA_OPTION, { "map", "FILE", MSG_IMPORT_MAP }, { "sheet", "NAME", MSG_IMPORT_SHEET }, { "set", "FIELD=VALUE", MSG_IMPORT_SET },
	{ "apply", NULL, MSG_IMPORT_APPLY },
	{ "format", "text|json", MSG_CLI_FORMAT }, { 0 },
};
const struct cli_command cmd_import = {
	.name = "import", .synopsis = "TYPE FILE --data DIR [--map FILE] [--sheet NAME] [--set FIELD=VALUE] [--apply] [--format text|json]",
	.repeatable = "set",
	.summary = MSG_IMPORT, .options = options, .min_args = 2, .max_args = 2, .run = run,
};
