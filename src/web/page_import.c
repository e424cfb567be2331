/* page_import.c - a file from outside against the records there are: upload, what was recognised, the difference, the act.
 * The file is parsed in a confined child and kept sealed between the two steps; nothing is written before "apply". Of a long file the
 * page shows the first portion; the whole goes on outside the request (page_import_task.c). */
#include "base/num.h"
#include "base/utf8.h"
#include "crypto/crypto.h"
#include "format/json.h"
#include "web/csrf.h"
#include "web/page_import.h"
#include "web/pages.h"
#include "web/record_page.h"
#include "web/site.h"

enum { LINES_SHOWN = 200, COLUMNS_MAX = 512, VALUES_SHOWN = 12, VALUE_BYTES = 200 };

struct upload {
	struct web           *w;
	const struct type    *t;
	struct import_source  source;
	struct import_read    read;
	struct import_report *report;        /* one for each table */
	struct problems       problems;      /* of the file */
	struct arena          keep;          /* tables and report: the import gives the request's own arena back in portions */
	int64_t               file;
	bool                  apply, whole, is_long;       /* whole: compare all rows of a long file */
	struct import_task    own[IMPORT_TASKS_SHOWN];     /* of the reader, for the first page */
	int                   nown;
};

/* Ties the kept file to this session: nobody applies, or looks at, what another person brought. */
struct str import_file_token(struct web *w, int64_t file)
{
	unsigned char h[HASH_BYTES];
	char hex[2 * HASH_BYTES + 1];
	struct buf b = buf_make(1000);

	buf_lit(&b, "import:");
	buf_add(&b, csrf_token(w));
	buf_fmt(&b, ":%lld", (long long)file);
	hash(buf_str(&b), h);
	buf_free(&b);
	hex_of((struct str){ (char *)h, HASH_BYTES }, hex);
	return str_dup(&w->a, str_z(hex));
}

/* ---- pages ---- */

/* A link that thousands of records share is asked for once, for the whole file. */
static bool is_asked(const struct field *f)
{
	return f->kind == FK_LINK && f->flags & MANY && !(f->flags & DERIVED);
}

static struct str asked_name(struct web *w, const struct field *f)
{
	return field_input_name(w, "given.", f);
}

static struct str asked_now(struct web *w, struct str name)
{
	struct str posted = http_get(&w->form, name);

	return posted.n ? posted : http_get(&w->query, name);
}

static void ask_given(struct html *h, struct web *w, const struct field *f)
{
	struct option_list *o = link_options(w, store_type(conn_store(w->rq.conn), str_z(f->link)));
	struct str name = asked_name(w, f), now = asked_now(w, name);

	EL(h, "div", " class=\"field\"") {
		EL(h, "label") {
			h_attr_id(h, "for", "f-", name);
			h_text(h, field_label(f, w->lang));
		}
		EL(h, "p", " class=\"hint\"")
			h_msg(h, MSG_WEB_IMPORT_GIVEN);
		EL(h, "select", " class=\"middle\"") {
			h_attr_id(h, "id", "f-", name);
			h_attr(h, "name", name);
			EL(h, "option", " value=\"\"")
				h_msg(h, MSG_WEB_CHOOSE);
			for (int i = 0; o && i < o->n; i++)
				EL(h, "option") {
					h_attr_int(h, "value", o->o[i].id);
					if (str_eq(text_of_int(&w->a, o->o[i].id), now))
						h_flag(h, "selected");
					h_text(h, o->o[i].label);
				}
		}
	}
}

static void upload_form(struct html *h, struct web *w, const struct type *t)
{
	FORM_FILES(h, w, url_of(&w->a, R_import_do, str_z(t->t->name))) {
		EL(h, "div", " class=\"field\"") {
			EL(h, "label", " for=\"f-file\"") {
				h_msg(h, MSG_WEB_IMPORT_FILE);
				h_el_msg(h, "span", MSG_WEB_MUST, " class=\"must\"");
			}
			h_el_msg(h, "p", MSG_WEB_IMPORT_HINT, " class=\"hint\" id=\"h-file\"");
			VOID(h, "input", " type=\"file\" id=\"f-file\" name=\"file\" required aria-describedby=\"h-file\" accept=\".xlsx,.csv,.tsv,.txt\"") { }
		}
		for (int i = 0; i < t->nfields; i++)
			if (is_asked(&t->fields[i]))
				ask_given(h, w, &t->fields[i]);
		h_input(h, NULL, &(struct input){ .name = S("sheet"), .label = MSG_WEB_IMPORT_SHEET, .hint = MSG_WEB_IMPORT_SHEET_HINT });
		EL(h, "div", " class=\"buttons\"")
			h_button(h, MSG_WEB_IMPORT_COMPARE);
	}
}

void h_import_numbers(struct html *h, const int64_t count[IMPORT_OUTCOMES])
{
	static const enum msg_id words[IMPORT_OUTCOMES] = { [IMPORT_NEW] = MSG_WEB_IMPORT_NEW,
		[IMPORT_CHANGED] = MSG_WEB_IMPORT_CHANGED, [IMPORT_PROPOSED] = MSG_WEB_IMPORT_PROPOSED, [IMPORT_SAME] = MSG_WEB_IMPORT_SAME };

	EL(h, "div", " class=\"cards small\"")
		for (int i = 0; i < IMPORT_OUTCOMES; i++)
			EL(h, "div", " class=\"card\"") {
				h_el_msg(h, "h3", words[i]);
				EL(h, "p", " class=\"figure\"")
					h_records(h, count[i]);
			}
}

static struct str numbered(struct web *w, const char *prefix, int i)
{
	struct buf b = buf_make(64);

	buf_fmt(&b, "%s%d", prefix, i);
	struct str s = str_dup(&w->a, buf_str(&b));
	buf_free(&b);
	return s;
}

static void column_option(struct html *h, struct str value, struct str label, bool chosen)
{
	EL(h, "option") {
		h_attr(h, "value", value);
		if (chosen)
			h_flag(h, "selected");
		h_text(h, label);
	}
}

static void one_column(struct html *h, struct web *w, const struct import_table *t, int place, const struct table_column *c, int n)
{
	h_hidden(h, numbered(w, "l.", n), c->label);
	EL(h, "div", " class=\"field\"") {
		EL(h, "label") {
			h_attr_id(h, "for", "f-", numbered(w, "c.", n));
			h_text(h, c->label);
		}
		EL(h, "select", " class=\"middle\"") {
			h_attr_id(h, "id", "f-", numbered(w, "c.", n));
			h_attr(h, "name", numbered(w, "c.", n));
			column_option(h, S("-"), msg_text(MSG_WEB_IMPORT_LEFT_OUT, w->lang), c->field == COLUMN_LEFT_OUT);
			column_option(h, S("+"), msg_text(MSG_WEB_IMPORT_OWN, w->lang), c->field == COLUMN_OWN);
			for (int k = 0; k < t->type->nfields; k++) {
				const struct field *f = &t->type->fields[k];
				if (!f->retired && f->kind != FK_ROWS && f->kind != FK_FILE)
					column_option(h, str_z(f->name), field_label(f, w->lang), c->field >= 0 && place == k);
			}
		}
	}
}

/* A correction speaks of a label, on whatever sheet it stands. */
static bool is_labelled_before(const struct import_read *r, ptrdiff_t table, int column)
{
	struct str label = r->found.table[table].column[column].label;

	for (ptrdiff_t k = 0; k <= table; k++)
		for (int i = 0; i < (k < table ? r->table[k].ncolumns : column); i++)
			if (str_eq(r->found.table[k].column[i].label, label))
				return true;
	return false;
}

/* Each column with what it was taken for, to be corrected by hand: a field, an own field, or nothing. */
static void columns(struct html *h, struct web *w, const struct import_read *r)
{
	int n = 0;

	EL(h, "details") {
		h_el_msg(h, "summary", MSG_WEB_IMPORT_COLUMNS);
		h_el_msg(h, "p", MSG_WEB_IMPORT_COLUMNS_HINT, " class=\"note\"");
		for (ptrdiff_t k = 0; k < r->ntables; k++)
			for (int i = 0; i < r->table[k].ncolumns && n < COLUMNS_MAX; i++) {
				const struct table_column *c = &r->found.table[k].column[i];
				if (c->label.n && !is_labelled_before(r, k, i))
					one_column(h, w, &r->table[k], r->table[k].column[i].place, c, n++);
			}
		EL(h, "button", " class=\"button second\" type=\"submit\" name=\"_do\" value=\"again\"")
			h_msg(h, MSG_WEB_IMPORT_AGAIN);
	}
}

static void absent(struct html *h, const struct import_report *r)
{
	int n = 0;

	if (!r->nabsent)
		return;
	h_el_msg(h, "h3", MSG_WEB_IMPORT_ABSENT);
	if (r->partial)
		h_el_msg(h, "p", MSG_WEB_IMPORT_PARTIAL);
	else
		EL(h, "ul")
			for (const struct import_absent *a = r->absent; a && n < LINES_SHOWN; a = a->next, n++)
				h_el_text(h, "li", a->title);
}

static void one_value(struct html *h, struct web *w, const struct field *f, struct str before, struct str after)
{
	EL(h, "span", " class=\"change\"") {
		h_text(h, field_label(f, w->lang));
		h_lit(h, ": ");
		if (before.n) {
			h_el_text(h, "del", before);
			h_lit(h, " &rarr; ");
		}
		h_el_text(h, "ins", after);
	}
	h_lit(h, " ");
}

/* Of a new row what the file says of it, of another what becomes different. */
static void changes(struct html *h, struct web *w, const struct import_table *t, const struct import_line *l)
{
	const struct table_row *row = &t->row[l->row];
	int n = 0;

	EL(h, "li") {
		h_el_text(h, "b", import_where(w->rq.a, t, row));
		h_lit(h, " ");
		EL(h, "span", " class=\"mark key\"")
			h_msg(h, l->outcome == IMPORT_NEW ? MSG_WEB_IMPORT_NEW : l->outcome == IMPORT_CHANGED ? MSG_WEB_IMPORT_CHANGED
				: MSG_WEB_IMPORT_PROPOSED);
		EL(h, "div", " class=\"note diff\"") {
			if (l->outcome == IMPORT_NEW)
				for (int i = 0; i < t->ncolumns && n < VALUES_SHOWN; i++) {
					struct str text = table_cell_at(t->from, row, i).text;
					if (t->column[i].place < 0 || !text.n)
						continue;
					one_value(h, w, &t->type->fields[t->column[i].place], S(""), utf8_clip(text, VALUE_BYTES));
					n++;
				}
			for (int i = 0; i < l->nchanges && i < VALUES_SHOWN; i++)
				one_value(h, w, &t->type->fields[l->change[i].place], l->change[i].before, l->change[i].after);
		}
		if (l->missing)
			EL(h, "div", " class=\"note lacking\"") {
				h_msg(h, MSG_WEB_IMPORT_LACKS);
				for (int i = 0; i < l->missing; i++) {
					if (i)
						h_msg(h, MSG_REC_LIST_COMMA);
					h_text(h, field_label(&t->type->fields[l->lacks[i]], w->lang));
				}
			}
	}
}

/* What all rows have in common: how many lack something, and which columns become fields of the organisation. */
static void in_general(struct html *h, struct web *w, const struct import_table *t, const struct import_report *r)
{
	bool any = false;

	if (r->incomplete)
		EL(h, "p")
			h_msg(h, MSG_WEB_IMPORT_INCOMPLETE, text_of_int(&w->a, r->incomplete));
	for (int i = 0; i < t->ncolumns; i++)
		any |= t->column[i].place < 0 && t->column[i].header.n;
	if (!any)
		return;
	EL(h, "p") {
		h_msg(h, MSG_WEB_IMPORT_OWN_COLUMNS);
		any = false;
		for (int i = 0; i < t->ncolumns; i++) {
			if (t->column[i].place >= 0 || !t->column[i].header.n)
				continue;
			if (any)
				h_msg(h, MSG_REC_LIST_COMMA);
			h_text(h, t->column[i].header);
			any = true;
		}
	}
}

static void doubts(struct html *h, struct web *w, const struct import_table *t, const struct import_report *r)
{
	int n = 0;

	if (r->doubts) {
		h_el_msg(h, "h3", MSG_WEB_IMPORT_DOUBTS);
		EL(h, "ul")
			for (const struct import_doubt *d = r->doubts; d && n < LINES_SHOWN; d = d->next, n++)
				EL(h, "li") {
					h_text(h, d->where);
					h_lit(h, " ");
					h_text(h, field_label(&t->type->fields[d->place], w->lang));
					h_lit(h, ": ");
					h_text(h, d->text);
				}
	}
	if (r->names) {
		h_el_msg(h, "h3", MSG_WEB_IMPORT_NAMES);
		EL(h, "ul")
			for (const struct import_name *m = r->names; m; m = m->next)
				EL(h, "li") {
					h_text(h, field_label(m->field, w->lang));
					h_lit(h, ": ");
					h_text(h, m->name);
				}
	}
}

static void keyless(struct html *h, struct web *w, const struct type *t, const struct import_report *r)
{
	if (!r->keyless)
		return;
	h_el_msg(h, "h3", MSG_WEB_IMPORT_KEYLESS);
	EL(h, "p")
		h_msg(h, MSG_WEB_IMPORT_KEYLESS_TEXT, text_of_int(&w->a, r->keyless), import_key_labels(&w->a, t, w->lang));
	EL(h, "ul")
		for (const struct import_place *p = r->keyless_at; p; p = p->next)
			h_el_text(h, "li", p->where);
}

static void one_table(struct html *h, struct web *w, const struct import_table *t, struct str sheet, const struct import_report *r)
{
	int n = 0;

	EL(h, "section") {
		EL(h, "h2") {
			h_msg(h, MSG_WEB_IMPORT_DIFFERENCE);
			if (sheet.n)
				h_lit(h, ": ");
			h_text(h, sheet);
		}
		h_import_numbers(h, r->count);
		in_general(h, w, t, r);
		EL(h, "ul", " class=\"changes\"")
			for (const struct import_line *l = r->lines; l && n < LINES_SHOWN; l = l->next)
				if (l->outcome != IMPORT_SAME) {
					changes(h, w, t, l);
					n++;
				}
		keyless(h, w, t->type, r);
		doubts(h, w, t, r);
		absent(h, r);
	}
}

/* Another sheet of the workbook, or all of them; and why those left out were. */
static void sheets(struct html *h, struct web *w, const struct upload *u)
{
	const struct recognised *f = &u->read.found;

	if (f->ntables + f->npassed < 2)
		return;
	EL(h, "div", " class=\"field\"") {
		h_el_msg(h, "label", MSG_WEB_IMPORT_SHEETS, " for=\"f-other\"");
		EL(h, "ul", " class=\"hint\" id=\"h-other\"")
			for (ptrdiff_t i = 0; i < f->npassed; i++)
				EL(h, "li") {
					h_text(h, f->passed[i].name);
					h_lit(h, ": ");
					h_msg(h, pass_message(f->passed[i].why));
				}
		EL(h, "select", " class=\"middle\" id=\"f-other\" name=\"other_sheet\" aria-describedby=\"h-other\"") {
			column_option(h, S(""), msg_text(MSG_WEB_IMPORT_SHEETS_ALL, w->lang), !u->source.sheet.p);
			for (ptrdiff_t i = 0; i < f->ntables; i++)
				column_option(h, f->table[i].sheet->name, f->table[i].sheet->name, u->source.sheet.p != NULL);
			for (ptrdiff_t i = 0; i < f->npassed; i++)
				column_option(h, f->passed[i].name, f->passed[i].name, false);
		}
		h_lit(h, " ");
		EL(h, "button", " class=\"button second\" type=\"submit\" name=\"_do\" value=\"sheet\"")
			h_msg(h, MSG_WEB_IMPORT_SHEETS_AGAIN);
	}
}

static void apply_form(struct html *h, struct web *w, const struct upload *u)
{
	FORM(h, w, url_of(&w->a, R_import_do, str_z(u->t->t->name))) {
		h_hidden(h, S("_file"), text_of_int(&w->a, u->file));
		h_hidden(h, S("_file_token"), import_file_token(w, u->file));
		h_hidden(h, S("sheet"), u->source.sheet);
		sheets(h, w, u);
		columns(h, w, &u->read);
		for (int i = 0; i < u->source.ngiven; i++)
			h_hidden(h, asked_name(w, &u->t->fields[u->source.given[i].place]), text_of_int(&w->a, u->source.given[i].v.num));
		EL(h, "div", " class=\"buttons\"") {
			EL(h, "button", " class=\"button\" type=\"submit\" name=\"_do\" value=\"apply\"")
				h_msg(h, MSG_WEB_IMPORT_APPLY);
			if (u->is_long)
				EL(h, "button", " class=\"button second\" type=\"submit\" name=\"_do\" value=\"whole\"")
					h_msg(h, MSG_WEB_IMPORT_WHOLE);
			EL(h, "button", " class=\"button second\" type=\"submit\" name=\"_do\" value=\"abandon\"")
				h_msg(h, MSG_WEB_IMPORT_ABANDON);
		}
	}
}

/* What came in earlier and waits to be approved as a batch, with the statement that nothing is missing. */
static void adoption(struct html *h, struct web *w, const struct type *t)
{
	int64_t waiting;

	if (!t->t->imported_step || record_count(&w->rq, t, str_z(t->t->imported_step), &waiting) != ST_OK || !waiting)
		return;
	for (int i = 0; i < t->t->nmoves; i++) {
		const struct move *m = &t->t->moves[i];
		if (strcmp(m->from, t->t->imported_step) == 0 && m->flags & MOVE_BULK && !(m->flags & MOVE_REJECT)) {
			EL(h, "p")
				h_link_button(h, sweep_url(w, &(struct work_place){ t->t->name, m->code, w->rq.today, 0 }), MSG_WEB_IMPORT_ADOPT, false);
			return;
		}
	}
}

static void body(struct html *h, struct web *w, void *arg)
{
	const struct upload *u = arg;

	h_problem_summary(h, &u->problems);
	if (!u->report) {
		h_el_msg(h, "p", MSG_WEB_IMPORT_INTRO);
		upload_form(h, w, u->t);
		h_import_tasks(h, w, u->own, u->nown);
		adoption(h, w, u->t);
		return;
	}
	if (u->is_long)
		NOTICE(h, "warn")
			EL(h, "p")
				h_msg(h, MSG_WEB_IMPORT_LONG, text_of_int(&w->a, IMPORT_PORTION));
	for (ptrdiff_t i = 0; i < u->read.ntables; i++)
		one_table(h, w, &u->read.table[i], u->read.ntables > 1 ? u->read.found.table[i].sheet->name : S(""), &u->report[i]);
	apply_form(h, w, u);
}

static void show(struct web *w, struct upload *u, int status)
{
	page_send(w, &(struct page){ .title = msg_text(MSG_WEB_IMPORT, w->lang), .area = u->t->t->area, .status = status,
		.ncrumbs = 1, .crumb = { { type_title(u->t, w->lang), list_url(w, u->t) } }, .body = body, .arg = u });
}

enum status page_import(struct web *w)
{
	struct upload u = { .w = w, .problems = { .a = &w->a } };

	TRY(path_type(w, &u.t));
	TRY(import_tasks_own(&w->rq, str_z(u.t->t->name), u.own, IMPORT_TASKS_SHOWN, &u.nown));
	show(w, &u, 200);
	return ST_OK;
}

/* ---- the work ---- */

enum { KEPT_HOURS = 4 };

static enum status keep_file(struct request *rq, void *arg)
{
	struct upload *u = arg;
	struct instant until = { rq->now.us + KEPT_HOURS * INT64_C(3600) * 1000000 };

	return file_keep(rq, u->source.name, u->source.bytes, until, &u->file);
}

static enum status drop_file(struct request *rq, void *arg)
{
	const struct upload *u = arg;

	return file_drop_kept(rq, u->file);
}

static enum status load_file(struct request *rq, void *arg)
{
	struct upload *u = arg;
	struct import_task t;

	if (http_get(&u->w->form, S("_task")).n) {                /* compared outside the request: as it was asked for then */
		TRY(import_task_load(rq, u->file, &t));
		u->source.sheet = t.sheet;
		u->source.mapping = t.mapping;
		u->source.given = t.given;
		u->source.ngiven = t.ngiven;
	}
	return file_load(rq, u->file, &u->source.name, &u->source.bytes);
}

static enum status read_file(struct request *rq, void *arg)
{
	struct upload *u = arg;

	return import_read_file(&u->keep, rq, u->t, &u->source, &u->problems, &u->read);
}

/* The corrections of the form as a mapping; p NULL when there are none. */
static struct str mapping_sent(struct web *w)
{
	struct buf b = buf_make(1 << 20);
	struct js_out j = { .b = &b };
	int n = 0;

	js_open(&j, '{');
	js_key(&j, S("columns"));
	js_open(&j, '{');
	for (int i = 0; i < COLUMNS_MAX; i++) {
		struct str label = http_get(&w->form, numbered(w, "l.", i)), field = http_get(&w->form, numbered(w, "c.", i));
		bool twice = false;
		for (int k = 0; k < i; k++)
			twice |= label.n && str_eq(label, http_get(&w->form, numbered(w, "l.", k)));
		if (!label.n || !field.n || twice)
			continue;
		n++;
		js_key(&j, label);
		if (str_eq(field, S("-")))
			js_null(&j);
		else
			js_text(&j, field);
	}
	js_close(&j, '}');
	js_close(&j, '}');
	struct str s = n ? str_dup(&w->a, buf_str(&b)) : (struct str){ NULL, 0 };
	buf_free(&b);
	return s;
}

static void take_given(struct upload *u)
{
	struct web *w = u->w;
	int64_t id;

	u->source.given = new_n(&u->keep, struct import_given, u->t->nfields);
	for (int i = 0; i < u->t->nfields; i++)
		if (is_asked(&u->t->fields[i]) && num_parse(http_get(&w->form, asked_name(w, &u->t->fields[i])), 1, INT64_MAX, &id) == ST_OK)
			u->source.given[u->source.ngiven++] = (struct import_given){ i, value_of_link(id) };
}

/* The file that came now, or the one kept since the comparison. */
static enum status take_file(struct upload *u)
{
	struct web *w = u->w;
	struct str kept = http_get(&w->form, S("_file"));

	bool other = str_eq(http_get(&w->form, S("_do")), S("sheet"));

	u->source.sheet = str_trim(http_get(&w->form, other ? S("other_sheet") : S("sheet")));
	if (!u->source.sheet.n)
		u->source.sheet.p = NULL;
	take_given(u);
	if (kept.n) {
		u->apply = str_eq(http_get(&w->form, S("_do")), S("apply"));
		u->whole = str_eq(http_get(&w->form, S("_do")), S("whole"));
		u->source.mapping = other ? (struct str){ NULL, 0 } : mapping_sent(w);       /* of the columns of another sheet nothing is known */
		if (num_parse(kept, 1, INT64_MAX, &u->file) != ST_OK ||
		    !secret_eq(http_get(&w->form, S("_file_token")), import_file_token(w, u->file)))
			return ST_DENIED;
		if (str_eq(http_get(&w->form, S("_do")), S("abandon")))
			return request_run(&w->rq, DB_WRITE, drop_file, u);
		enum status st = request_run(&w->rq, DB_READ, load_file, u);
		if (st == ST_NOT_FOUND) {
			problem(&u->problems, S("file"), MSG_WEB_IMPORT_GONE);
			return ST_BAD_INPUT;
		}
		return st;
	}
	for (ptrdiff_t i = 0; i < w->parts.n; i++)
		if (w->parts.p[i].file && str_eq(w->parts.p[i].name, S("file")) && w->parts.p[i].bytes.n) {
			u->source.name = w->parts.p[i].filename;
			u->source.bytes = w->parts.p[i].bytes;
			return request_run(&w->rq, DB_WRITE, keep_file, u);
		}
	problem(&u->problems, S("file"), MSG_REC_REQUIRED);
	return ST_BAD_INPUT;
}

static enum status start_task(struct request *rq, void *arg)
{
	struct upload *u = arg;
	struct import_task t = { .file = u->file, .type = str_z(u->t->t->name), .sheet = u->source.sheet, .mapping = u->source.mapping,
		.given = u->source.given, .ngiven = u->source.ngiven, .apply = u->apply };

	return import_task_start(rq, &t);
}

/* REQ: INC-15 - thousands of rows are compared at once; a list of hundreds of thousands goes on beside the pages. */
static enum status long_step(struct upload *u)
{
	struct web *w = u->w;

	if (!u->apply && !u->whole)
		return import_compare_first(&w->rq, &u->keep, &u->read, u->report);
	TRY(request_run(&w->rq, DB_WRITE, start_task, u));
	reply_redirect(w, import_task_url(w, u->t, u->file));
	return ST_OK;
}

static enum status short_step(struct upload *u)
{
	struct web *w = u->w;

	for (ptrdiff_t i = 0; u->apply && i < u->read.ntables; i++)
		TRY(import_own_fields(w->rq.conn, &u->read.table[i]));
	u->t = store_type(conn_store(w->rq.conn), str_z(u->t->t->name));
	for (ptrdiff_t i = 0; i < u->read.ntables; i++)
		u->read.table[i].type = u->t;
	return import_run(&w->rq, &u->keep, &u->read, u->apply, &u->problems, NULL, u->report);
}

static enum status import_step(struct upload *u)
{
	struct web *w = u->w;
	enum status st = take_file(u);

	if (st == ST_OK && str_eq(http_get(&w->form, S("_do")), S("abandon"))) {
		reply_redirect(w, url_with(&w->a, list_url(w, u->t), "done", S("abandoned")));
		return ST_OK;
	}
	if (st == ST_OK)
		st = request_run(&w->rq, DB_READ, read_file, u);
	if (st == ST_OK) {
		u->report = new_n(&u->keep, struct import_report, u->read.ntables);
		u->is_long = import_is_long(&u->read);
		st = u->is_long ? long_step(u) : short_step(u);
		if (st == ST_OK && u->is_long && (u->apply || u->whole))
			return ST_OK;
	}
	if (st == ST_OK && u->apply)
		st = request_run(&w->rq, DB_WRITE, drop_file, u);    /* it has done its service */
	if (st == ST_OK && u->apply) {
		bool waits = u->t->t->imported_step && access_may_any(&w->rq, u->t, MAY_IMPORT);
		reply_redirect(w, url_with(&w->a, waits ? url_of(&w->a, R_import, str_z(u->t->t->name)) : list_url(w, u->t), "done", S("imported")));
		return ST_OK;
	}
	if (st != ST_OK && st != ST_BAD_INPUT && st != ST_TOO_BIG)
		return st;
	if (st != ST_OK) {
		u->report = NULL;
		if (!u->problems.n)
			problem(&u->problems, S("file"), st == ST_TOO_BIG ? MSG_WEB_413_TEXT : MSG_FILE_UNREADABLE);
	}
	show(w, u, st == ST_OK ? 200 : 422);
	return ST_OK;
}

enum status page_import_do(struct web *w)
{
	struct upload u = { .w = w, .problems = { .a = &w->a }, .keep = arena_make((ptrdiff_t)1 << 30) };

	TRY(path_type(w, &u.t));
	enum status st = import_step(&u);
	import_read_end(&u.read);
	arena_free(&u.keep);
	return st;
}
